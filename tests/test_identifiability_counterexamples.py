"""Pairs of equal networks that are not isomorphic, and the loop that exchanges neurons."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from activation_oracle import INSTANCES
from scipy.optimize import linear_sum_assignment

from identifiability.activations import activation
from identifiability.errors import InvalidInput
from identifiability.network import Network
from identifiability.normal_forms.canonical import canonical_form
from identifiability.symmetry.counterexamples import EqualPair, non_isomorphic_equals
from identifiability.symmetry.loops import monodromy, network_at, neurons

KINDS = [
    *INSTANCES,
    activation("polynomial", coefficients=[0, 1, 2, 0, 1]),
    activation("isrlu", a="1/7"),
    activation("isru", a=9),
]


@pytest.mark.parametrize("sigma", KINDS, ids=str)
@pytest.mark.parametrize("depth", [None, 2, 3, 4])
def test_pairs(sigma, depth):
    if sigma.name in ("elu", "isrlu") and depth == 2:
        with pytest.raises(InvalidInput, match="depth=3"):
            non_isomorphic_equals(sigma, depth=depth)
        return
    pair = non_isomorphic_equals(sigma, depth=depth)
    found = pair.verify()
    assert found
    assert found.normal
    assert not found.isomorphic
    if sigma.is_rational and pair.first.depth == 2 and pair.first.architecture[0] == 1:
        assert found.method == "proof"
        assert found.defect == 0
    assert pair.first.depth == (depth or (3 if sigma.name in ("elu", "isrlu") else 2))
    points = np.random.default_rng(0).uniform(-3, 3, (50, pair.first.architecture[0]))
    one, two = pair.first.to_float()(points), pair.second.to_float()(points)
    assert np.allclose(one, two, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("sigma", KINDS, ids=str)
@pytest.mark.parametrize("depth", [None, 3])
def test_mutated_pairs_are_rejected(sigma, depth):
    pair = non_isomorphic_equals(sigma, depth=depth)
    assert not dataclasses.replace(pair, second=pair.first).verify()
    biases = [pair.second.bias(k).copy() for k in range(pair.second.depth)]
    biases[-1] = biases[-1] + Fraction(1, 10**9)
    shifted = Network(pair.second.weights, biases, sigma)
    assert not dataclasses.replace(pair, second=shifted).verify()
    rows = [pair.second.weight(k).copy() for k in range(pair.second.depth)]
    doubled = Network([*rows[:-1], rows[-1] * Fraction(1001, 1000)], pair.second.biases, sigma)
    if sigma.piece_degrees != (0,) or depth:
        assert not dataclasses.replace(pair, second=doubled).verify()
    clones = Network([[[1], [1]], [[1, 1]]], activation=sigma)
    assert not EqualPair(clones, clones, "").verify()


def test_deep_pairs_are_not_explained_by_symmetries_of_units():
    for name in ("softsign", "isru", "softplus", "clipped_relu", "hard_tanh", "elu", "isrlu"):
        pair = non_isomorphic_equals(name, depth=3)
        forms = [canonical_form(net, "activation").digest for net in (pair.first, pair.second)]
        assert forms[0] != forms[1]


def test_refusals():
    for depth in (1, 0, 65, "x"):
        with pytest.raises(InvalidInput):
            non_isomorphic_equals("tanh", depth=depth)
    assert "=" in str(non_isomorphic_equals("tanh"))


@pytest.mark.parametrize("steps", [4, 7, 16, 100])
def test_monodromy(steps):
    loop = monodromy(steps)
    assert loop.verify()
    assert loop.permutation == (1, 0)
    first, last = loop.networks[0], loop.networks[-1]
    assert canonical_form(first).digest == canonical_form(last).digest
    assert first != last
    place = np.array([[float(w), float(b)] for w, b in neurons(0)])
    at = np.arange(2)
    for net in loop.networks[1:]:
        now = np.column_stack([net.weight(0)[:, 0].astype(float), net.bias(0).astype(float)])
        cost = ((place[:, None] - now[None]) ** 2).sum(axis=2)
        at = linear_sum_assignment(cost)[1][at]
        place = now
    ends = place[at].tolist()
    assert ends == [[1.0, 0.0], [3.0, 0.0]]
    assert neurons(0) == ((3, 0), (1, 0))


def test_mutated_loops_are_rejected():
    loop = monodromy(16)
    nets = loop.networks
    for mutant in (
        dataclasses.replace(loop, networks=nets[:-1]),
        dataclasses.replace(loop, networks=nets + nets[-2::-1]),
        dataclasses.replace(loop, networks=(nets[0], nets[-1])),
        dataclasses.replace(loop, permutation=(0, 1)),
        dataclasses.replace(loop, separation=Fraction(5)),
        dataclasses.replace(loop, largest_move=Fraction(1, 100)),
        dataclasses.replace(loop, networks=(*nets[:5], network_at("1/3"), *nets[6:])),
    ):
        assert not mutant.verify()


def test_the_loop_is_the_circle():
    for s in np.linspace(0, 1, 11):
        (w, b), (v, c) = neurons(str(round(float(s), 3)))
        assert (w - 2) ** 2 + b**2 == 1
        assert (w + v, b + c) == (4, 0)
        assert b >= 0
    for bad in (-1, 2, "x"):
        with pytest.raises(InvalidInput):
            neurons(bad)
    for bad in (3, 20_000, 0.5):
        with pytest.raises(InvalidInput):
            monodromy(bad)
