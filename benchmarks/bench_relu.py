"""How long Sobolev seminorms and sup norms of shallow ReLU networks take.

Beside the planar one stands the physical limit, one sort of as many floats; beside the general one, a linear
program for every sign pattern.

Run with ``pytest benchmarks/bench_relu.py``; the ratios are in ``extra_info`` of the saved JSON.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from identifiability.network import Network
from identifiability.relu import arrangement, cells, seminorm_bounds, sobolev_seminorm, sup_norm
from identifiability.relu.branching import branch


def best_of(work: Callable[[], object], rounds: int = 3) -> float:
    """The least of a few wall-clock times, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def gaussian(units: int, inputs: int) -> Network:
    generator = np.random.default_rng(units + inputs)
    return Network([generator.standard_normal((units, inputs)), generator.standard_normal((1, units))])


def whole(units: int, inputs: int, most: int) -> Network:
    """Exact integers below ``most``."""
    generator = np.random.default_rng(units + inputs)
    return Network(
        [generator.integers(-most, most, (units, inputs)), generator.integers(-most, most, (1, units))]
    )


@pytest.mark.parametrize("kind", ["float", "integers", "nine digits", "binary fractions"])
def test_plane_of_100000_units(benchmark, kind):
    net = {
        "float": lambda: gaussian(100_000, 2),
        "integers": lambda: whole(100_000, 2, 1000),
        "nine digits": lambda: whole(100_000, 2, 10**9),
        "binary fractions": lambda: gaussian(100_000, 2).to_exact(),
    }[kind]()
    benchmark.pedantic(lambda: sobolev_seminorm(net), rounds=3, warmup_rounds=1)
    slopes = np.random.default_rng(0).standard_normal(100_000)
    sort = best_of(lambda: np.argsort(slopes, kind="stable"))
    benchmark.extra_info["sort"] = sort
    benchmark.extra_info["ratio_to_sort"] = benchmark.stats.stats.min / sort


@pytest.mark.parametrize(("units", "inputs"), [(40, 4), (100, 4), (40, 5), (25, 8)])
@pytest.mark.parametrize("most", [10, 10**30])
def test_space(benchmark, units, inputs, most):
    entries = np.random.default_rng(1).integers(-(10**15), 10**15, (units, inputs + 1)).astype(object)
    scaled = entries * most // 10**15
    net = Network([scaled[:, :-1], scaled[:, -1:].T])
    benchmark.pedantic(lambda: seminorm_bounds(net), rounds=2)
    benchmark.extra_info["cells"] = str(seminorm_bounds(net).cells)


def by_sign_patterns(net: Network) -> float:
    """A linear program for each of the 2^n sign patterns."""
    rows, outer = net.weight(0).astype(float), net.weight(1).astype(float)[0]
    best = 0.0
    for signs in product((1.0, -1.0), repeat=len(rows)):
        turned = -rows * np.array(signs)[:, None]
        answer = linprog(
            [0.0] * rows.shape[1] + [-1.0],
            A_ub=np.c_[turned, np.ones(len(rows))],
            b_ub=np.zeros(len(rows)),
            bounds=[(-1, 1)] * rows.shape[1] + [(0, 1)],
        )
        if answer.x[-1] > 1e-9:
            best = max(best, np.abs((outer * (np.array(signs) > 0)) @ rows).max())
    return best


def test_against_a_linear_program_for_every_sign_pattern(benchmark):
    net = whole(11, 3, 100)
    benchmark.pedantic(lambda: sobolev_seminorm(net), rounds=5, warmup_rounds=1)
    start = time.perf_counter()
    assert by_sign_patterns(net) == float(sobolev_seminorm(net))
    benchmark.extra_info["sign_patterns"] = time.perf_counter() - start
    benchmark.extra_info["ratio"] = benchmark.extra_info["sign_patterns"] / benchmark.stats.stats.min


@pytest.mark.parametrize(("units", "inputs"), [(40, 4), (30, 6), (25, 8), (40, 10)])
def test_tree_of_sign_vectors(benchmark, units, inputs):
    found = arrangement(whole(units, inputs, 1000))
    jumps, linear, _ = found.jumps()
    trees = []
    benchmark.pedantic(lambda: trees.append(branch(found.normals, jumps, linear, 5000)), rounds=1)
    benchmark.extra_info["programs"] = trees[0].programs
    benchmark.extra_info["closed"] = trees[0].lower == trees[0].upper


def test_every_cell_of_40_units_in_dimension_4(benchmark):
    net = whole(40, 4, 10**6)
    benchmark.pedantic(lambda: sum(1 for _ in cells(net)), rounds=1)


@pytest.mark.parametrize(("units", "inputs"), [(100_000, 1), (1000, 2), (100, 3), (40, 4)])
@pytest.mark.parametrize("kind", ["integers", "float"])
def test_sup_norm(benchmark, units, inputs, kind):
    net = (
        whole(units, inputs, 10) if kind == "integers" else gaussian(min(units, 20_000 // inputs**5), inputs)
    )
    benchmark.extra_info["units"] = net.units
    benchmark.pedantic(lambda: sup_norm(net, -1, 1), rounds=1)
