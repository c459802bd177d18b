"""Canonical forms and reduction beside a copy of the weights, and beside matching units layer by layer.

Run with ``pytest benchmarks/bench_canonical.py``; the ratios are in ``extra_info`` of the saved JSON.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from identifiability.network import Network
from identifiability.normal_forms.canonical import canonical_form
from identifiability.normal_forms.digest import network_digest
from identifiability.normal_forms.reduction import reduce
from identifiability.permutations import permute

SIZES = (784, 4096, 4096, 10)
ACAS = (5, 50, 50, 50, 50, 50, 50, 5)


def best_of(work: Callable[[], object], rounds: int = 5) -> float:
    """The least of a few wall-clock times, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def compare(
    benchmark: Any, work: Callable[[], object], **references: Callable[[], object]
) -> dict[str, float]:
    """Time the work, and record its ratio to each reference."""
    benchmark.pedantic(work, rounds=5, warmup_rounds=1)
    ratios = {name: benchmark.stats.stats.min / best_of(reference) for name, reference in references.items()}
    benchmark.extra_info.update({f"ratio_to_{name}": ratio for name, ratio in ratios.items()})
    return ratios


def random_network(sizes: tuple[int, ...], activation: str = "relu") -> Network:
    generator = np.random.default_rng(0)
    weights = [generator.standard_normal((out, inputs), dtype="f") for inputs, out in pairwise(sizes)]
    biases = [generator.standard_normal(out, dtype="f") for out in sizes[1:]]
    return Network(weights, biases, activation)


def copy_of(net: Network) -> Callable[[], object]:
    return lambda: [part.copy() for part in (*net.weights, *net.biases)]


def memory_ratio(net: Network, work: Callable[[], object]) -> float:
    """The peak of newly allocated memory, in sizes of the network."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / sum(part.nbytes for part in (*net.weights, *net.biases))


@pytest.fixture(scope="module")
def net() -> Network:
    return random_network(SIZES)


def test_canonical_form(benchmark, net):
    ratios = compare(benchmark, lambda: canonical_form(net), memory_copy=copy_of(net))
    benchmark.extra_info["memory"] = memory_ratio(net, lambda: canonical_form(net))
    assert ratios["memory_copy"] < 5
    assert benchmark.extra_info["memory"] < 3


def test_digest(benchmark, net):
    compare(benchmark, lambda: network_digest(net), memory_copy=copy_of(net))


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu"])
def test_reduce(benchmark, activation):
    net = random_network(SIZES, activation)
    ratios = compare(benchmark, lambda: reduce(net), memory_copy=copy_of(net))
    benchmark.extra_info["memory"] = memory_ratio(net, lambda: reduce(net))
    assert ratios["memory_copy"] < 20
    assert benchmark.extra_info["memory"] < 3


def test_reduce_half_clones(benchmark, net):
    weights, biases = [part.copy() for part in net.weights], [part.copy() for part in net.biases]
    weights[0][2048:], biases[0][2048:] = weights[0][:2048], biases[0][:2048]
    clones = Network(weights, biases)
    assert reduce(clones).network.widths == (2048, 4096)
    compare(benchmark, lambda: reduce(clones), memory_copy=copy_of(net))


def test_canonical_form_of_ternary_weights(benchmark):
    generator = np.random.default_rng(0)
    weights = [generator.integers(-1, 2, (out, inputs)).astype("f") for inputs, out in pairwise(SIZES)]
    ternary = Network(weights)
    compare(benchmark, lambda: canonical_form(ternary), memory_copy=copy_of(ternary))


def matched(one: Network, two: Network, sweeps: int = 2) -> list[np.ndarray]:
    """Permutations of the second network by coordinate descent, one assignment problem for each layer."""
    orders = [np.arange(width) for width in two.widths]
    for _ in range(sweeps):
        for layer in range(len(orders)):
            before = two.weights[layer] if layer == 0 else two.weights[layer][:, orders[layer - 1]]
            after = two.weights[layer + 1]
            if layer + 1 < len(orders):
                after = after[orders[layer + 1]]
            gain = one.weights[layer] @ before.T + one.weights[layer + 1].T @ after
            gain += np.outer(one.biases[layer], two.biases[layer])
            orders[layer] = linear_sum_assignment(gain, maximize=True)[1]
    return orders


def test_against_matching(benchmark, net):
    generator = np.random.default_rng(1)
    other = permute(net, [generator.permutation(width) for width in net.widths])

    def by_form() -> bool:
        return canonical_form(net).network == canonical_form(other).network

    assert by_form()
    assert permute(other, matched(net, other)) == net
    benchmark.pedantic(by_form, rounds=5, warmup_rounds=1)
    one_form = best_of(lambda: canonical_form(other))
    matching = best_of(lambda: matched(net, other), rounds=1)
    benchmark.extra_info["matching_to_both_forms_and_comparison"] = matching / benchmark.stats.stats.min
    benchmark.extra_info["matching_to_one_form"] = matching / one_form


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("symmetry", ["permutation", "activation"])
def test_exact_networks_of_13000_parameters(benchmark, activation, symmetry):
    floats = random_network(ACAS, activation)
    exact = floats.to_exact()
    benchmark.pedantic(lambda: canonical_form(exact, symmetry).digest, rounds=3, warmup_rounds=1)
    assert benchmark.stats.stats.min < 1
