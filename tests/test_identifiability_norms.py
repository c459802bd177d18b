"""The spectral complexity bounds the Lipschitz constant for the l1 norms; nearby formulas do not."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse
from flint import arb, fmpq

from identifiability.activations import activation
from identifiability.errors import InvalidInput
from identifiability.network import Network
from identifiability.norms import column_norm
from identifiability.weights import Rationals, SparseRationals

F = Fraction
RATIONAL = ("relu", "hard_tanh", "prelu(-3)", "softsign", "identity", "clipped_relu")


def random_network(seed: int, names: tuple[str, ...] = RATIONAL) -> Network:
    generator = random.Random(seed)
    sizes = [generator.randint(1, 3) for _ in range(generator.randint(2, 4))]
    weights = [
        [[F(generator.randint(-5, 5), generator.randint(1, 4)) for _ in range(m)] for _ in range(n)]
        for m, n in itertools.pairwise(sizes)
    ]
    biases = [[F(generator.randint(-5, 5), 3) for _ in range(n)] for n in sizes[1:]]
    return Network(weights, biases, [generator.choice(names) for _ in sizes[1:-1]])


def l1(values: list[Fraction]) -> Fraction:
    return sum((abs(value) for value in values), F(0))


def steepest(net: Network, seed: int, pairs: int = 40) -> Fraction:
    """The largest |f(x) - f(y)|_1 / |x - y|_1 over pairs that differ in one coordinate."""
    generator = random.Random(seed)
    found = F(0)
    for _ in range(pairs):
        x = [F(generator.randint(-20, 20), 4) for _ in range(net.architecture[0])]
        y = list(x)
        y[generator.randrange(len(x))] += F(generator.choice((-1, 1)), generator.randint(1, 9))
        first, second = net([x, y]).tolist()
        distance = l1([a - b for a, b in zip(x, y, strict=True)])
        found = max(found, l1([a - b for a, b in zip(first, second, strict=True)]) / distance)
    return found


def with_row_sums(net: Network) -> Fraction:
    """The same product with the norm induced by the maximum norms: largest row sums."""
    product = F(1)
    for layer in range(net.depth):
        product *= max(l1(row) for row in net.weight(layer).tolist())
    for used in net.activations:
        product *= used.lipschitz.fraction
    return product


def without_the_activations(net: Network) -> Fraction:
    return Network(net.weights, activation="identity").spectral_complexity()


@pytest.mark.parametrize("seed", range(40))
def test_it_bounds_the_lipschitz_constant(seed):
    net = random_network(seed)
    bound = net.spectral_complexity()
    assert isinstance(bound, Fraction)
    assert steepest(net, seed) <= bound


@pytest.mark.parametrize("mutated", [with_row_sums, without_the_activations])
def test_the_same_check_rejects_mutated_formulas(mutated):
    nets = [random_network(seed) for seed in range(40)]
    assert any(steepest(net, seed) > mutated(net) for seed, net in enumerate(nets))


def test_it_is_attained():
    net = Network([[[1], [2]], [[1, 0], [0, -1], [0, 4]]], activation="identity")
    assert net.spectral_complexity() == 15
    assert steepest(net, 0) == 11
    assert (
        Network([[[1, 2], [-3, 4]]]).spectral_complexity() == 6 == steepest(Network([[[1, 2], [-3, 4]]]), 0)
    )


def test_every_layer_counts_with_its_own_constant():
    weights = [[[2]], [[3]], [[5]]]
    assert Network(weights, activation="relu").spectral_complexity() == 30
    assert Network(weights, activation="sigmoid").spectral_complexity() == F(30, 16)
    assert Network(weights, activation=["sigmoid", "prelu(-7)"]).spectral_complexity() == F(30 * 7, 4)
    assert Network([[[-2]]], activation="repu(2)").spectral_complexity() == 2  # no hidden layer


def test_an_irrational_constant_gives_a_ball():
    net = Network([[[2]], [["1/3"]], [[5]]], activation=["gelu", "relu"])
    value = net.spectral_complexity()
    assert isinstance(value, arb)
    assert value.overlaps(activation("gelu").lipschitz.ball(128) * arb(fmpq(10, 3)))
    assert not value.overlaps(arb(fmpq(10, 3)))
    assert value.rad() < 1e-10


@pytest.mark.parametrize("seed", range(10))
def test_floats_agree_with_the_exact_value(seed):
    net = random_network(seed, ("relu", "tanh", "sigmoid"))
    exact = float(net.spectral_complexity())
    for dtype, tolerance in (("float64", 1e-13), ("float32", 1e-5)):
        floating = net.to_float(dtype)
        value = floating.spectral_complexity()
        assert isinstance(value, float)
        assert value == pytest.approx(exact, rel=tolerance)
        assert value == pytest.approx(float(floating.to_exact().spectral_complexity()), rel=1e-13)


def test_norms_of_every_representation_against_numpy():
    generator = np.random.default_rng(0)
    integers = generator.integers(-9, 9, (6, 5)) * (generator.random((6, 5)) < 0.5)
    expected = np.linalg.norm(integers, 1)
    rows, columns = np.nonzero(integers)
    sparse = SparseRationals((6, 5), rows, columns, integers[rows, columns].tolist(), 7)
    assert column_norm(sparse) == column_norm(Rationals(integers, 7)) == F(int(expected), 7)
    assert (
        column_norm(integers.astype(float))
        == column_norm(scipy.sparse.csr_array(integers.astype("f")))
        == expected
    )
    assert column_norm(Rationals(np.empty((0, 3)))) == column_norm(Rationals(np.empty((3, 0)))) == 0
    assert column_norm(np.empty((0, 3))) == column_norm(np.empty((3, 0))) == 0


def test_activations_that_are_not_lipschitz_are_refused():
    for net in (
        Network([[[1]], [[1]]], activation="repu(2)"),
        Network([[[1.0]], [[1]]], activation="repu(2)"),
    ):
        with pytest.raises(InvalidInput, match="not Lipschitz"):
            net.spectral_complexity()
