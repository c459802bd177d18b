"""How long networks take, beside a plain numpy loop and a copy of the same memory.

Run with ``pytest benchmarks/bench_network.py``; the ratios are in ``extra_info`` of the saved JSON.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from identifiability.composition import compose
from identifiability.network import Network
from identifiability.weights import SparseRationals

SIZES = (784, 4096, 4096, 10)
NODES = 100_000


def best_of(work: Callable[[], object], rounds: int = 3) -> float:
    """The least of a few wall-clock times, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def compare(benchmark: Any, work: Callable[[], object], **references: Callable[[], object]) -> None:
    """Time the work, and record its ratio to each reference."""
    benchmark.pedantic(work, rounds=3, warmup_rounds=1)
    for name, reference in references.items():
        benchmark.extra_info[f"ratio_to_{name}"] = benchmark.stats.stats.min / best_of(reference)


@pytest.fixture(scope="module")
def parameters() -> tuple[list[np.ndarray], list[np.ndarray]]:
    generator = np.random.default_rng(0)
    weights = [generator.standard_normal((out, inputs), dtype="f") for inputs, out in pairwise(SIZES)]
    return weights, [generator.standard_normal(out, dtype="f") for out in SIZES[1:]]


def copy_of(parameters: tuple[list[np.ndarray], list[np.ndarray]]) -> Callable[[], object]:
    return lambda: [array.copy() for part in parameters for array in part]


def test_evaluate_dense_floats(benchmark, parameters):
    weights, biases = parameters
    net = Network(weights, biases)
    x = np.random.default_rng(1).standard_normal((500, SIZES[0]), dtype="f")

    def numpy_loop() -> np.ndarray:
        values = x
        for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            values = values @ weight.T + bias
            if layer < len(weights) - 1:
                values = np.maximum(values, 0)
        return values

    assert np.allclose(net(x), numpy_loop(), rtol=1e-3, atol=1)
    compare(benchmark, lambda: net(x), numpy_loop=numpy_loop)


def test_build_dense_floats(benchmark, parameters):
    compare(benchmark, lambda: Network(*parameters), memory_copy=copy_of(parameters))


def test_equality_of_dense_floats(benchmark, parameters):
    net, again = Network(*parameters), Network(*parameters)
    assert net == again
    compare(benchmark, lambda: net == again, memory_copy=copy_of(parameters))


def test_hash_of_dense_floats(benchmark, parameters):
    net = Network(*parameters)
    compare(benchmark, lambda: hash(net), memory_copy=copy_of(parameters))


def test_spectral_complexity_of_dense_floats(benchmark, parameters):
    net = Network(*parameters)
    compare(
        benchmark,
        net.spectral_complexity,
        numpy_norms=lambda: [np.linalg.norm(weight, 1) for weight in parameters[0]],
        memory_copy=copy_of(parameters),
    )


def sparse_network() -> Network:
    generator = random.Random(0)
    rows = [row for row in range(NODES) for _ in range(5)]
    columns = [generator.randrange(NODES) for _ in rows]
    middle = SparseRationals((NODES, NODES), rows, columns, [generator.randint(-9, 9) for _ in rows], 8)
    spread = SparseRationals((NODES, 1), range(NODES), [0] * NODES, [1] * NODES)
    gather = SparseRationals((1, NODES), [0] * NODES, range(NODES), [1] * NODES)
    return Network([spread, middle, gather])


def test_evaluate_sparse_rationals(benchmark):
    net = sparse_network()
    floats = net.to_float()
    compare(
        benchmark,
        lambda: net([["1/3"], [2]]),
        float_evaluation=lambda: floats(np.array([[1 / 3], [2.0]])),
        memory_copy=lambda: [part.copy() for w in net.weights for part in (w.rows, w.columns, w.numerators)],
    )


def test_evaluate_dense_rationals(benchmark):
    generator = random.Random(0)
    weights = [
        [[Fraction(generator.randint(-9, 9), 8) for _ in range(60)] for _ in range(60)] for _ in range(3)
    ]
    net = Network(weights)
    x = [[Fraction(generator.randint(-9, 9), 7) for _ in range(60)] for _ in range(20)]

    def fraction_loop() -> list[list[Fraction]]:
        values = x
        for layer, weight in enumerate(weights):
            values = [
                [sum(a * b for a, b in zip(row, point, strict=True)) for row in weight] for point in values
            ]
            if layer < 2:
                values = [[max(value, Fraction(0)) for value in point] for point in values]
        return values

    assert net(x).tolist() == fraction_loop()
    compare(benchmark, lambda: net(x), fraction_loop=fraction_loop)


def test_build_sparse_rationals(benchmark):
    net = sparse_network()
    middle = net.weights[1]
    listed = middle.numerators.tolist()
    compare(
        benchmark,
        lambda: SparseRationals(middle.shape, middle.rows, middle.columns, listed, middle.denominator),
        memory_copy=lambda: [part.copy() for part in (middle.rows, middle.columns, middle.numerators)],
    )


def test_compose_sawtooth(benchmark):
    hat = Network([[[1], [1]], [[2, -4]]], [[0, "-1/2"]])

    def sawtooth() -> Network:
        net = hat
        for _ in range(30):
            net = compose(hat, net)
        return net

    assert sawtooth()([Fraction(1, 2**31)]).tolist() == [1]
    outer, inner = np.array([[1], [1]], dtype=object), np.array([[2, -4]], dtype=object)
    compare(benchmark, sawtooth, integer_products=lambda: [outer @ inner for _ in range(30)])
