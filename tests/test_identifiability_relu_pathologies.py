"""Families without inverse stability: closed forms against what is computed from the networks."""

import json
import random
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from relu_oracle import gradient_size, pattern_seminorm
from scipy.optimize import minimize_scalar

from identifiability.errors import InvalidInput
from identifiability.network import Network
from identifiability.relu import (
    PATHOLOGIES,
    difference,
    is_restricted,
    pathology,
    read_shallow,
    slice_instability,
    sobolev_distance,
    sup_norm,
)
from identifiability.relu.admissibility import stability_conditions
from identifiability.relu.opposite_networks import ROOT_OF_TWO
from identifiability.relu.parametrisation_distances import parametrisation_distance
from identifiability.relu.shallow import network
from identifiability.relu.surds import rational_surd, surd

INDICES = (
    1,
    Fraction(21, 20),
    Fraction(11, 10),
    Fraction(6, 5),
    Fraction(3, 2),
    Fraction(7, 4),
    2,
    Fraction(7, 3),
    5,
    10,
    100,
    10**12,
)


def change(phi, gamma):
    """The largest difference of two weights."""
    first, second = read_shallow(phi), read_shallow(gamma)
    return max(
        abs(x - y)
        for (a, c), (b, e) in zip(first.neurons(), second.neurons(), strict=True)
        for x, y in zip(a + c, b + e, strict=True)
    )


def wrong(pair):
    """Which of the numbers of a pair are not those of its networks."""
    found = []
    if sobolev_distance(pair.gamma, pair.target) != pair.seminorm:
        found.append("seminorm")
    if sup_norm(difference(pair.gamma, pair.target), -1, 1) != pair.sup_norm:
        found.append("sup norm")
    if sobolev_distance(pair.nearest, pair.target) != 0:
        found.append("nearest")
    cost = rational_surd(change(pair.nearest, pair.gamma))
    attained = pair.distance_upper.fraction is not None
    slack = 1 if attained else Fraction(1001, 1000)
    top = pair.distance_upper
    above = surd(slack * top.rational, top.sign, slack**2 * top.radicand)
    if not (pair.distance_lower <= cost <= above and (not attained or cost == top)):
        found.append("distance")
    return found


@pytest.mark.parametrize("k", INDICES)
@pytest.mark.parametrize("name", PATHOLOGIES)
def test_every_number_is_that_of_the_networks(name, k):
    pair = pathology(name, k)
    assert (pair.name, pair.k) == (name, k)
    assert pair.gamma.is_exact
    assert pair.gamma.architecture == pair.target.architecture == pair.nearest.architecture
    assert wrong(pair) == []


@pytest.mark.parametrize("k", [Fraction(21, 20), Fraction(3, 2), 2, 7])
@pytest.mark.parametrize("name", PATHOLOGIES)
def test_the_distance_is_that_of_the_assignment(name, k):
    """All signs and slots are tried there; nothing is known of these families."""
    pair = pathology(name, k)
    found = parametrisation_distance(pair.gamma, pair.target, within="all")
    if name == "2.4" and k < 2:
        assert found.lower <= pair.distance_upper.fraction
        assert found.upper >= pair.distance_lower.fraction
    else:
        assert found.exact == pair.distance_lower == pair.distance_upper


def test_mutated_numbers_are_found():
    pair = pathology("2.4", 5)
    values = {
        field: getattr(pair, field)
        for field in ("name", "k", "gamma", "target", "nearest", "seminorm", "sup_norm")
    }
    rest = {"violated": (), "statement": "", "source": ""}

    def mutant(lower=pair.distance_lower, upper=pair.distance_upper, **changes):
        return type(pair)(**{**values, **changes}, distance_lower=lower, distance_upper=upper, **rest)

    assert wrong(mutant()) == []
    assert wrong(mutant(seminorm=Fraction(2, 5))) == ["seminorm"]
    assert wrong(mutant(sup_norm=Fraction(1, 5))) == ["sup norm"]
    assert wrong(mutant(nearest=pair.gamma)) == ["nearest", "distance"]
    assert wrong(mutant(upper=rational_surd(Fraction(49, 100)))) == ["distance"]
    assert wrong(mutant(lower=rational_surd(Fraction(51, 100)))) == ["distance"]
    irrational = pathology("2.5", 5)
    less = type(irrational)(
        *(getattr(irrational, name) for name in list(values)),
        distance_lower=surd(0, 1, 49),
        distance_upper=surd(0, 1, 49),
        **rest,
    )
    assert wrong(less) == ["distance"]


def slot_cost(row, product, slot_row, slot_outer):
    """The least change of a slot that is to serve a row with a product, on a fine grid and refined."""

    def cost(exponent):
        scale = np.exp(exponent)
        return max(abs(product / scale - slot_outer), np.abs(scale * row - slot_row).max())

    best = min(np.linspace(-4, 4, 801), key=cost)
    return minimize_scalar(
        cost, bounds=(best - 0.02, best + 0.02), method="bounded", options={"xatol": 1e-12}
    ).fun


@pytest.mark.parametrize("name", ["2.5", "2.5 rational", "2.5 planar", "2.3", "2.1"])
@pytest.mark.parametrize("k", [1, Fraction(26, 25), Fraction(23, 20), 3])
def test_distances_in_floats(name, k):
    pair = pathology(name, k)
    gamma, target = read_shallow(pair.gamma), read_shallow(pair.target)
    costs = [
        [
            slot_cost(np.array(u, float), float(c[0]), np.array(a, float), float(e[0]))
            for a, e in gamma.neurons()
        ]
        for u, c in target.neurons()
    ]
    least = min(
        max(costs[i][slot] for i, slot in enumerate(order)) for order in permutations(range(gamma.units))
    )
    assert least == pytest.approx(float(pair.distance_upper), rel=1e-6)


@pytest.mark.parametrize("name", [name for name in PATHOLOGIES if name[0] in "2A"])
def test_the_conditions_that_fail(name):
    pair = pathology(name, 1000)
    flags = stability_conditions(pair.gamma, pair.target)
    failed = {
        label for label, holds in (("C2", flags.c2), ("C3a", flags.c3a), ("C3b", flags.c3b)) if not holds
    }
    # Some β always does; it should be small.
    failed |= {"C1"} if flags.beta >= 1 else set()
    assert set(pair.violated) == failed


def test_the_theorem_would_be_false_without_the_violated_condition():
    for name in ("2.2", "2.3", "2.4", "2.5 planar", "A.1", "A.2", "2.5", "2.5 rational"):
        pair = pathology(name, 1000)
        bound = surd(0, 1, 2 * pair.seminorm)
        assert pair.distance_lower > bound
        assert pair.violated
    assert not pathology("2.1", 1000).violated
    pair = pathology("2.1", 1000)
    assert pair.distance_upper <= surd(0, 1, 2 * pair.seminorm)


def test_seminorms_by_patterns():
    for name in PATHOLOGIES:
        pair = pathology(name, 3)
        gap = difference(pair.gamma, pair.target)
        if gap.units <= 8:
            assert pattern_seminorm(network(gap.rows, gap.outer))[0] == pair.seminorm


def test_example_2_5_has_the_same_numbers_with_the_root_itself():
    """D comes from products c_i a_i, in which the root cancels; here in floats with the root."""
    k, root = 3.0, 2**0.5
    rows = np.array([[k, k, 1 / k], [-k, k, 1 / k], [0, -root * k, 1 / (root * k)]])
    outer = np.array([k, k, root * k])
    assert np.allclose(outer @ rows, [0, 0, 3], atol=1e-12)
    net = Network([np.concatenate([rows, -rows]), np.concatenate([outer, -outer])[None, :]])
    assert sobolev_distance(net, Network([rows[:1] * 0, outer[None, :1]])) == pytest.approx(3, rel=1e-12)
    ours = read_shallow(pathology("2.5", 3).target)
    assert np.allclose(np.array(ours.rows, float), rows, rtol=1e-11)
    assert abs(ROOT_OF_TWO**2 - 2) < Fraction(1, 10**11)


def test_the_rational_variant_is_balanced():
    for k in (1, Fraction(3, 2), 40):
        pair = pathology("2.5 rational", k)
        for net in (pair.gamma, pair.target):
            assert all(max(map(abs, a)) == abs(c[0]) for a, c in read_shallow(net).neurons())


def test_a_local_minimum_of_the_loss_is_none_in_function_space():
    source = random.Random(0)
    for _ in range(300):
        a, c = (Fraction(source.randint(-1000, 1000), 1000) for _ in range(2))
        assert (read_shallow(network([[a - 1]], [[c]]))([1])[0] - 1) ** 2 == 1
    for k in (1, 2, 10**6):
        pair = pathology("A.1", k)
        assert (read_shallow(pair.target)([1])[0] - 1) ** 2 == (1 - Fraction(1, k)) ** 2 < 1
        assert pair.distance_lower > rational_surd(1)


def test_the_realisation_map_is_not_continuous():
    pairs = [pathology("discontinuity", 10**power) for power in range(6)]
    assert {pair.seminorm for pair in pairs} == {1}
    assert all(pair.distance_upper <= rational_surd(1 / pair.k) for pair in pairs)


@given(st.sampled_from(PATHOLOGIES), st.fractions(min_value=1, max_value=50, max_denominator=30))
@settings(max_examples=60, deadline=None)
def test_for_every_rational_index(name, k):
    assert wrong(pathology(name, k)) == []


# The slice


def sliced(net):
    """The function of x on the points (x, 1, −1): rows without the last two entries, and a bias."""
    shallow = read_shallow(net)
    assert all(row[-2] == row[-1] for row in shallow.rows)
    return network([row[:-2] for row in shallow.rows], shallow.outer)


def wrong_on_slice(pair):
    found = []
    on_slice = [sliced(net) for net in (pair.gamma, pair.target, pair.nearest)]
    if sobolev_distance(on_slice[0], on_slice[1]) != pair.slice_seminorm:
        found.append("slice")
    if sobolev_distance(pair.gamma, pair.target) != pair.seminorm:
        found.append("space")
    if sobolev_distance(on_slice[2], on_slice[1]) != 0:
        found.append("nearest")
    if rational_surd(change(pair.nearest, pair.gamma)) != pair.distance_upper:
        found.append("distance")
    return found


@pytest.mark.parametrize("k", [1, Fraction(9, 8), 2, Fraction(7, 3), 100, 10**6])
def test_the_slice(k):
    pair = slice_instability(k)
    assert is_restricted(pair.gamma)
    assert wrong_on_slice(pair) == []
    assert pair.distance_lower == rational_surd(Fraction(1, 2))
    assert pair.distance_upper <= pathology("2.4", k).distance_upper


def test_the_slice_is_what_the_points_say():
    pair, source = slice_instability(7), random.Random(1)
    gamma, target, nearest = map(read_shallow, (pair.gamma, pair.target, pair.nearest))
    for _ in range(100):
        x = [Fraction(source.randint(-50, 50), 7) for _ in range(2)]
        assert gamma([*x, 1, -1]) == (0,)
        assert target([*x, 1, -1]) == nearest([*x, 1, -1]) == (max(x[0] - x[1], 0) / 7,)


def test_the_place_where_the_seminorm_of_the_space_is_attained():
    pair = slice_instability(9)
    gap = difference(pair.gamma, pair.target)
    # t_1 > s > 0 > t_2, t_3, beyond -s
    assert (
        gradient_size(gap, [Fraction(5), Fraction(-2), Fraction(1, 2), Fraction(1, 2)])
        == pair.seminorm
        == Fraction(10, 9)
    )


def test_a_wrong_slice_is_found():
    pair = slice_instability(4)
    fields = [getattr(pair, name) for name in ("k", "gamma", "target", "nearest")]
    ends = (pair.distance_lower, pair.distance_upper)
    assert wrong_on_slice(type(pair)(*fields, Fraction(1, 2), pair.seminorm, *ends)) == ["slice"]
    assert wrong_on_slice(type(pair)(*fields, pair.slice_seminorm, Fraction(1), *ends)) == ["space"]
    moved = type(pair)(*fields[:3], pair.gamma, pair.slice_seminorm, pair.seminorm, *ends)
    assert wrong_on_slice(moved) == ["nearest", "distance"]


# Input and output


@pytest.mark.parametrize("name", ["2.6", "", None, ["2.4"]])
def test_unknown_names(name):
    with pytest.raises(InvalidInput, match=r"pass one of 2\.1"):
        pathology(name, 2)


@pytest.mark.parametrize("k", [0, Fraction(99, 100), -1, "x", None, True, float("nan")])
def test_bad_indices(k):
    for build in (lambda: pathology("2.4", k), lambda: slice_instability(k)):
        with pytest.raises(InvalidInput):
            build()


def test_answers_in_every_format():
    for answer in (pathology("2.5", 3), slice_instability(Fraction(3, 2))):
        data = json.loads(json.dumps(answer.to_json()))
        assert data["schema"] == 1
        assert data["k"] in ("3", "3/2")
        assert answer.to_latex().count("tabular") == 2
        assert "<table>" in answer._repr_html_()
        assert max(map(len, str(answer).splitlines())) <= 100
    assert "3*sqrt(2)" in str(pathology("2.5", 3))
    assert "1/2 to 5/9" in str(pathology("2.4", Fraction(3, 2)))
