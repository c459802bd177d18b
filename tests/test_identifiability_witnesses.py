"""Witnesses: certified gaps, and differences in small places that a search must find."""

from __future__ import annotations

import warnings
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from equal_networks import ACTIVATIONS, Draft, examples
from flint import arb, ctx, fmpq

from identifiability.equality.decision import functionally_equal
from identifiability.equality.domains import Box, read_domain
from identifiability.equality.form_witnesses import form_witness
from identifiability.equality.function_atoms import AtomTable
from identifiability.equality.lattice_points import degree_bound, disagreement, lattice, point_count
from identifiability.equality.shallow_forms import difference, network_forms
from identifiability.equality.verdicts import Different
from identifiability.equality.witnesses import certified_gap, certified_gaps, search, search_on_lines
from identifiability.network import Network

F = Fraction


def bump(width: Fraction, at: Fraction, height: int = 1) -> Network:
    return Network(
        [[[1], [1], [1]], [[height, -2 * height, height]]], [[-at, -at - width, -at - 2 * width], [0]]
    )


@pytest.mark.parametrize("seed", range(3))
def test_gaps_are_lower_bounds(seed):
    random = Random(seed)
    for _ in range(examples(40)):
        name = random.choice(ACTIVATIONS)
        draft = Draft(random, 2, [name], 2)
        f = draft.network()
        draft.perturb(random)
        g = draft.network()
        x = [F(random.randint(-9, 9), 7) for _ in range(2)]
        gap = certified_gap(f, g, x, 256)
        with ctx.workprec(600):
            balls = [arb(fmpq(entry.numerator, entry.denominator)) for entry in x]
            gaps = [abs(a - b) for a, b in zip(f(balls), g(balls), strict=True)]
            bound = arb(fmpq(gap.numerator, gap.denominator))
            assert any(not one < bound for one in gaps)
            assert gap >= 0
            if gap:
                assert not any(one > bound * arb("1.0000001") for one in gaps)


def test_gaps_are_exact_where_values_are():
    f, g = bump(F(1, 3), F(2)), Network([[[0]]])
    assert certified_gaps(f, g, [(F(7, 3),), (F(5, 2),), (F(0),)]) == [F(1, 3), F(1, 6), 0]


@pytest.mark.parametrize("at", [0, 10**6, F(-1, 10**9)])
@pytest.mark.parametrize("width", [F(1), F(1, 10**9), F(1, 10**40)])
def test_thin_bumps_of_one_layer_are_found(at, width):
    f, g = bump(width, F(at)), Network([[[0]]])
    verdict = functionally_equal(f, g)
    assert isinstance(verdict, Different)
    assert at < verdict.witness[0] < at + 2 * width
    assert functionally_equal(f, g, (at + 2 * width, at + 3)).verdict == "equal"
    assert functionally_equal(f, g, (at + width, at + 3)).verdict == "different"


@pytest.mark.parametrize("name", ["elu", "softsign", "isrlu", "repu(3)", "hard_tanh"])
def test_breaks_that_nearly_cancel(name):
    small = F(1, 10**20)
    f = Network([[[1, 2], [1, 2]], [[1, -1]]], [[1, 1 + small], [0]], name)
    verdict = functionally_equal(f, Network([[[0, 0]]]))
    assert isinstance(verdict, Different)
    assert verdict.gap > 0
    inside = functionally_equal(f, Network([[[0, 0]]]), ((-1, -1), (1, 1)))
    assert isinstance(inside, Different)
    assert all(-1 <= x <= 1 for x in inside.witness)


def test_a_form_leads_to_its_break():
    f, g = bump(F(1, 10**9), F(1, 3)), Network([[[0]]])
    table = AtomTable(1)
    (form,) = [
        difference(*pair) for pair in zip(network_forms(table, f), network_forms(table, g), strict=True)
    ]
    point, gap = form_witness(table, form, f, g, Box((F(-1),), (F(1),)))
    assert certified_gap(f, g, point) == gap > 0


def test_search_finds_what_random_points_see():
    random = Random(2)
    for _ in range(examples(20)):
        draft = Draft(random, 3, ["tanh", "gelu"], 2)
        f = draft.network()
        draft.biases[-1][0] += F(1, 10**50)
        found = search(f, draft.network(), Box((F(2),) * 3, (F(3),) * 3))
        assert found is not None
        assert all(2 <= x <= 3 for x in found[0])
        assert F(1, 10**51) < found[1] <= F(1, 10**50)


def test_search_is_reproducible():
    f, g = Network([[[1, 2]], [[1]]], None, "erf"), Network([[[1, 2]], [[1]]], None, "tanh")
    assert search(f, g) == search(f, g)


def test_lines_show_thin_pieces_of_deep_networks():
    generator = np.random.default_rng(0)
    weights = [generator.integers(-4, 5, size=shape).tolist() for shape in ((8, 3), (8, 8), (1, 8))]
    f = Network(weights)
    changed = [[list(row) for row in weight] for weight in weights]
    changed[1][3][5] += 1
    found = search_on_lines(f, Network(changed))
    assert found is not None
    assert certified_gap(f, Network(changed), found[0]) == found[1] > 0
    assert search_on_lines(f, f) is None
    inside = search_on_lines(f, Network(changed), Box((F(-1),) * 3, (F(1),) * 3))
    assert inside is None or all(-1 <= x <= 1 for x in inside[0])


def test_lattices_determine_polynomials():
    for dimension, degree in ((1, 4), (2, 3), (3, 2)):
        points = list(lattice(dimension, degree))
        assert len(points) == point_count(dimension, degree) == len(set(map(tuple, points)))
        powers = [[np.prod([x**a for x, a in zip(p, q, strict=True)]) for q in points] for p in points]
        assert np.linalg.matrix_rank(np.array(powers, dtype=float)) == len(points)


def test_polynomials_that_vanish_on_a_smaller_lattice():
    # x(x - 1)(x - 2) vanishes at 0, 1, 2 and not at 3.
    cubic = Network([[[1]], [[1]]], None, "polynomial(0, 2, -3, 1)")
    zero = Network([[[0]]])
    assert degree_bound(cubic) == 3
    assert disagreement(cubic, zero, 3) == (3,)
    assert disagreement(cubic, zero, 2) is None
    assert functionally_equal(cubic, zero).verdict == "different"
    assert degree_bound(Network([[[1]], [[1]]])) is None


def test_a_fixed_input_is_put_back():
    where = read_domain(([0, 2, 1], [1, 2, 1]), 3)
    net = Network([[[1, 2, 3]], [[1]]], None, "tanh")
    restricted = where.restricted(net)
    assert restricted.architecture == (1, 1, 1)
    assert where.lifted([F(1, 2)]) == (F(1, 2), 2, 1)
    assert where.contains((F(1, 2), F(2), F(1)))
    assert not where.contains((F(1, 2), F(2), F(0)))
    assert restricted([arb(0.5)])[0].overlaps(net([arb(0.5), arb(2), arb(1)])[0])


def test_huge_weights_give_no_warnings_and_no_infinite_points():
    for weight, biases in ((1e308, (0.0, 1.0)), (1e-160, (1e300, 1e299))):
        one, two = (Network([[[weight]], [[1.0]]], [[bias], [0.0]], activation="tanh") for bias in biases)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            verdict = functionally_equal(one, two, domain=(1, 2))
        assert verdict.verdict == "unknown"
        assert "too small" in verdict.reason
