"""How long it takes to decide that two networks are the same function, or that they are not.

Run with ``pytest benchmarks/bench_equality.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from identifiability.equality.decision import functionally_equal
from identifiability.equality.linear_regions import agree_on_cells
from identifiability.network import Network
from identifiability.permutations import permute
from identifiability.symmetry.group_actions import act, random_element


def network(sizes: list[int], activation: str, dtype: str = "float64") -> Network:
    generator = np.random.default_rng(0)
    shapes = list(zip(sizes[1:], sizes, strict=False))
    weights = [generator.normal(size=shape).astype(dtype) for shape in shapes]
    return Network(weights, [generator.normal(size=shape[0]).astype(dtype) for shape in shapes], activation)


def changed(net: Network) -> Network:
    weights = [net.weight(layer).copy() for layer in range(net.depth)]
    weights[1][1, 2] = np.nextafter(weights[1][1, 2], np.inf, dtype=weights[1].dtype)
    return Network(weights, net.biases, net.activations)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_collision_avoidance_size(benchmark: Any, activation: str) -> None:
    net = network([5, *[50] * 6, 5], activation)
    other = act(random_element(net, np.random.default_rng(1)), net)
    assert benchmark.pedantic(lambda: functionally_equal(net, other), rounds=3).verdict == "equal"


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_collision_avoidance_size_changed(benchmark: Any, activation: str) -> None:
    net = network([5, *[50] * 6, 5], activation)
    other = changed(act(random_element(net, np.random.default_rng(1)), net))
    assert benchmark.pedantic(lambda: functionally_equal(net, other), rounds=3).verdict == "different"


def test_a_large_float_network(benchmark: Any) -> None:
    net = network([784, 1024, 1024, 10], "gelu", "float32")
    order = tuple(range(1023, -1, -1))
    other = permute(net, [order, order])
    assert benchmark.pedantic(lambda: functionally_equal(net, other), rounds=3).verdict == "equal"


def test_a_large_float_network_changed(benchmark: Any) -> None:
    net = network([784, 1024, 1024, 10], "gelu", "float32")
    other = changed(net)
    assert benchmark.pedantic(lambda: functionally_equal(net, other), rounds=1).verdict == "different"


@pytest.mark.parametrize("activation", ["relu", "softplus", "gelu", "sin", "polynomial(0, 1, 2, 3)"])
def test_one_hidden_layer(benchmark: Any, activation: str) -> None:
    net = network([10, 100, 1], activation)
    other = permute(net, [tuple(range(99, -1, -1))])
    verdict = benchmark(lambda: functionally_equal(net.to_exact(), other.to_exact()))
    assert verdict.verdict == "equal"


@pytest.mark.parametrize("sizes", [[1, 12, 12, 1], [2, 8, 8, 1], [3, 6, 6, 1]], ids=str)
def test_cells(benchmark: Any, sizes: list[int]) -> None:
    generator = np.random.default_rng(0)
    shapes = list(zip(sizes[1:], sizes, strict=False))
    net = Network([generator.integers(-9, 10, size=shape).tolist() for shape in shapes])
    found = benchmark.pedantic(lambda: agree_on_cells(net, net), rounds=1)
    benchmark.extra_info["cells"] = found.cells
    assert found.cells > 1
