"""How long isomorphisms take, beside a copy of the weights and matching the weights layer by layer.

Run with ``pytest benchmarks/bench_isomorphism.py``; the ratios are in ``extra_info`` of the saved JSON.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from identifiability.matching.isomorphisms import isomorphism
from identifiability.network import Network
from identifiability.neurons import normality
from identifiability.permutations import permute

SIZES = (784, 4096, 4096, 10)


def best_of(work: Callable[[], object], rounds: int = 3) -> float:
    """The least of a few wall-clock times, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def compare(benchmark: Any, work: Callable[[], object], net: Network) -> None:
    """Time the work, and record its ratio to a plain copy of the weights."""
    benchmark.pedantic(work, rounds=3, warmup_rounds=1)
    copy = best_of(lambda: [weight.copy() for weight in net.weights])
    benchmark.extra_info["copy"] = copy
    benchmark.extra_info["ratio_to_copy"] = benchmark.stats.stats.min / copy


def shuffled(net: Network) -> tuple[Network, tuple[tuple[int, ...], ...]]:
    generator = np.random.default_rng(1)
    order = tuple(tuple(generator.permutation(width).tolist()) for width in net.widths)
    return permute(net, order), order


@pytest.fixture(scope="module")
def net() -> Network:
    generator = np.random.default_rng(0)
    weights = [generator.standard_normal((out, inputs), dtype="f") for inputs, out in pairwise(SIZES)]
    return Network(weights, [generator.standard_normal(out, dtype="f") for out in SIZES[1:]])


def weight_matching(f: Network, g: Network, sweeps: int = 2) -> list[np.ndarray]:
    """The usual way: per layer the assignment that maximises the inner products of weights, in sweeps."""
    orders = [np.arange(width) for width in f.widths]
    for _ in range(sweeps):
        for layer in range(f.depth - 1):
            before = orders[layer - 1] if layer else np.arange(f.architecture[0])
            after = orders[layer + 1] if layer + 1 < len(orders) else np.arange(f.architecture[-1])
            gain = g.weights[layer] @ f.weights[layer][:, before].T
            gain += g.weights[layer + 1].T @ f.weights[layer + 1][after]
            gain += np.outer(g.biases[layer], f.biases[layer])
            orders[layer] = linear_sum_assignment(gain, maximize=True)[1]
    return orders


def test_permuted_copy(benchmark, net):
    moved, order = shuffled(net)
    assert isomorphism(net, moved) == order
    compare(benchmark, lambda: isomorphism(net, moved), net)


def test_permuted_copy_by_weight_matching(benchmark, net):
    moved, order = shuffled(net)
    assert [tuple(found.tolist()) for found in weight_matching(net, moved)] == list(order)
    benchmark.pedantic(lambda: weight_matching(net, moved), rounds=1)
    benchmark.extra_info["ratio_to_isomorphism"] = benchmark.stats.stats.min / best_of(
        lambda: isomorphism(net, moved)
    )


def test_independent_network(benchmark, net):
    generator = np.random.default_rng(2)
    other = Network(
        [generator.standard_normal(weight.shape, dtype="f") for weight in net.weights], net.biases
    )
    assert isomorphism(net, other) is None
    compare(benchmark, lambda: isomorphism(net, other), net)


@pytest.mark.parametrize("noise", [1e-6, 1e-4, 1e-3])
def test_noisy_copy_within_a_tolerance(benchmark, net, noise):
    moved, order = shuffled(net)
    generator = np.random.default_rng(3)
    parts = [
        [part + np.float32(noise) * generator.uniform(-1, 1, part.shape).astype("f") for part in parts]
        for parts in (moved.weights, moved.biases)
    ]
    noisy, tolerance = Network(*parts), noise + 1e-6
    assert isomorphism(net, noisy, tolerance=tolerance) == order
    compare(benchmark, lambda: isomorphism(net, noisy, tolerance=tolerance), net)


def test_permuted_copy_with_clones(benchmark, net):
    weights = [weight.copy() for weight in net.weights]
    biases = [bias.copy() for bias in net.biases]
    weights[0][:8], biases[0][:8] = weights[0][8], biases[0][8]
    weights[1][:, 0] = weights[1][:, 1]
    cloned = Network(weights, biases)
    moved, _ = shuffled(cloned)
    assert permute(cloned, isomorphism(cloned, moved)) == moved
    compare(benchmark, lambda: isomorphism(cloned, moved), net)


def test_ternary_weights_without_biases(benchmark):
    generator = np.random.default_rng(4)
    ternary = Network(
        [generator.integers(-1, 2, shape).astype("f") for shape in ((4096, 784), (4096, 4096), (10, 4096))]
    )
    moved, order = shuffled(ternary)
    assert isomorphism(ternary, moved) == order
    compare(benchmark, lambda: isomorphism(ternary, moved), ternary)


def test_normality(benchmark, net):
    assert normality(net).is_normal
    compare(benchmark, lambda: normality(net), net)


def test_near_misses(benchmark, net):
    shallow = Network([net.weights[0], np.ones((1, SIZES[1]), dtype="f")])
    verdict = normality(shallow)
    assert verdict.near_misses().pairs[0].at_least == verdict.near_misses().pairs[0].squared_distance
    compare(benchmark, verdict.near_misses, shallow)
