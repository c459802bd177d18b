"""Symmetries: every identity checked, every mutated one rejected; random elements keep the function."""

import dataclasses
import random
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from activation_oracle import INSTANCES
from flint import ctx
from random_networks import distance, network, point, sizes

from identifiability.activations import activation
from identifiability.errors import Inexact, InvalidInput
from identifiability.network import Network
from identifiability.symmetry.group_actions import Element, act, flip_jointly, random_element
from identifiability.symmetry.identities import Identity, check
from identifiability.symmetry.symmetries import SymmetryGroup, symmetry_group

MORE = [
    activation("isru", a=1000),
    activation("polynomial", coefficients=[1, 1, "1/2"]),
    activation("polynomial", coefficients=[0, 1, 0, 0, 1]),
    activation("polynomial", coefficients=[0, 1, 2, 3, 1]),
    activation("polynomial", coefficients=[0, 0, 0, 5]),
]


def identities(group: SymmetryGroup) -> list[Identity]:
    found = [one for one in (group.reflection, group.flip) if one]
    if group.scaling is not None:
        found += [group.scaling_by(Fraction(3, 7)), group.scaling_by(Fraction(5))]
    return found


ALL = [(sigma, one) for sigma in INSTANCES + MORE for one in identities(symmetry_group(sigma))]


@pytest.mark.parametrize(("sigma", "identity"), ALL, ids=str)
def test_every_identity_holds_and_its_mutants_do_not(sigma, identity):
    found = check(identity)
    assert found
    assert found.method == ("exact" if sigma.is_rational else "balls")
    for name in ("inner", "shift", "outer", "constant", "linear"):
        changed = dataclasses.replace(identity, **{name: getattr(identity, name) + Fraction(1, 1000)})
        assert not check(changed), name
    even = symmetry_group(sigma).reflection
    if not (even and even.outer == 1 and even.shift == 0):
        assert not check(dataclasses.replace(identity, inner=-identity.inner))


@pytest.mark.parametrize(("sigma", "identity"), ALL, ids=str)
def test_identities_hold_in_floats_of_another_library(sigma, identity):
    for u in (-3.7, -0.4, 0.0, 0.3, 2.9):
        left = sigma.value(np.array(float(identity.inner) * u + float(identity.shift)))
        right = (
            float(identity.outer) * sigma.value(np.array(u))
            + float(identity.constant)
            + float(identity.linear) * u
        )
        assert mpmath.almosteq(float(left), float(right), 1e-9, 1e-9)


def test_activations_without_symmetry():
    for name in ("elu", "isrlu"):
        assert symmetry_group(name).is_trivial
        assert symmetry_group(name).flip is None
        for outer in (-1, 1):
            assert not check(
                Identity(activation("softplus"), Fraction(-1), Fraction(0), Fraction(outer))
            ).holds
    with pytest.raises(InvalidInput, match="no scaling"):
        symmetry_group("tanh").scaling_by(Fraction(2))
    with pytest.raises(InvalidInput, match="positive"):
        symmetry_group("relu").scaling_by(Fraction(-2))


@pytest.mark.parametrize("sigma", INSTANCES + MORE, ids=str)
def test_random_elements_keep_the_function_exactly(sigma):
    source, generator = random.Random(str(sigma)), np.random.default_rng(3)
    with ctx.workprec(200):
        for _ in range(4):
            shape = sizes(source)
            net = network(source, [sigma] * (len(shape) - 2), shape, zeros=0.2)
            element = random_element(net, generator)
            moved = act(element, net)
            low, high = distance(net, moved, point(source, shape[0]))
            assert low <= 0
            assert high < 1e-30
            for kind in ("float64", "float32"):
                floats = net.to_float(kind)
                turned = act(random_element(floats, generator), floats)
                assert turned.arithmetic == kind
                assert distance(floats, turned, point(source, shape[0]))[0] <= 0


def test_a_wrong_element_changes_the_function():
    net = Network([[[1], [2]], [[3, 4]]], [[1, 0]], activation="relu")
    element = Element(((0, 1),), ((False, False),), ((Fraction(2), Fraction(1)),))
    good = act(element, net)
    bad = Network([good.weight(0), net.weight(1)], [good.bias(0)], "relu")
    assert good([1]) == net([1]) != bad([1])


def test_elements_that_do_not_fit_are_refused():
    net = Network([[[1], [2]], [[3, 4]]], activation="tanh")
    ones = ((Fraction(1), Fraction(1)),)
    for element in (
        Element(((0, 1),), ((True,),), ones),
        Element(((0, 1),), ((True, False),), ((Fraction(2), Fraction(1)),)),
        Element(((0, 1),), (), ones),
    ):
        with pytest.raises(InvalidInput):
            act(element, net)
    for scale in (0, -1):
        with pytest.raises(InvalidInput, match="positive"):
            act(
                Element(((0, 1),), ((False,) * 2,), ((Fraction(scale), Fraction(1)),)),
                Network([[[1], [2]], [[3, 4]]]),
            )
    with pytest.raises(InvalidInput, match="no reflection"):
        act(Element(((0, 1),), ((True, False),), ones), Network([[[1], [2]], [[3, 4]]], activation="elu"))
    with pytest.raises(InvalidInput, match="Generator"):
        random_element(net, 3)


def test_floats_are_never_rounded():
    net = Network([[[1.0]], [[1.0]]], [[0.1], [0.7]], activation="sigmoid")
    with pytest.raises(Inexact):
        act(
            Element(((0,),), ((True,),), ((Fraction(1),),)),
            Network([[[1.0]], [[0.1]]], [[0.0], [0.7]], "sigmoid"),
        )
    third = Element(((0,),), ((False,),), ((Fraction(3),),))
    with pytest.raises(Inexact):
        act(third, Network([[[1.0]], [[1.0]]]))
    huge = Element(((0,),), ((False,),), ((Fraction(2) ** 1023,),))
    with pytest.raises(Inexact):
        act(huge, Network([[[8.0]], [[1.0]]]))
    assert act(Element(((0,),), ((False,),), ((Fraction(1),),)), net) == net


TRIPLE = ([[1, 0], [0, 1], [-1, -1]], [[1, 1, 1]])


@pytest.mark.parametrize("name", ["relu", "softplus", "gelu", "silu", "prelu(a=1/4)", "prelu(a=3)"])
def test_joint_flips_of_the_triple(name):
    net = Network(TRIPLE, [["1/3", -1, 2], [5]], activation=name)
    flipped = flip_jointly(net, 0, [0, 1, 2])
    assert flipped.weight(0).tolist() == [[-1, 0], [0, -1], [1, 1]]
    source = random.Random(1)
    for _ in range(5):
        low, high = distance(net, flipped, point(source, 2))
        assert low <= 0
        assert high < 1e-12
    with pytest.raises(InvalidInput, match="cancel"):
        flip_jointly(net, 0, [0, 1])
    with pytest.raises(InvalidInput):
        flip_jointly(net, 0, [3])
    with pytest.raises(InvalidInput):
        flip_jointly(net, 1, [0])
    with pytest.raises(Inexact):
        flip_jointly(net.to_float(), 0, [0, 1, 2])


def test_what_cannot_be_flipped():
    with pytest.raises(InvalidInput, match="relu"):
        flip_jointly(Network(TRIPLE, activation="tanh"), 0, [0, 1, 2])
