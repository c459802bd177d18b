"""Upper bounds from Taylor's formula against the quadratics that they bound."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from bounds import taylor_forms
from bounds.taylor_forms import TaylorForm, near_maximum, upper_bound, widest

ENTRIES = st.fractions(-4, 4, max_denominator=8)
GRID = [Fraction(i, 4) for i in range(-4, 5)]


@st.composite
def quadratics(draw, m=None):
    """Exact value, slopes and symmetric curvatures."""
    m = draw(st.integers(0, 3)) if m is None else m
    value = draw(ENTRIES)
    slopes = [draw(ENTRIES) for _ in range(m)]
    rows = [[Fraction(0)] * m for _ in range(m)]
    for i in range(m):
        for j in range(i + 1):
            rows[i][j] = rows[j][i] = draw(ENTRIES)
    return value, slopes, rows


def at(quadratic, t):
    value, slopes, rows = quadratic
    square = sum((rows[i][j] * t[i] * t[j] for i in range(len(t)) for j in range(len(t))), Fraction(0))
    return value + sum((b * x for b, x in zip(slopes, t, strict=True)), Fraction(0)) + square / 2


def form(quadratic, radius=0):
    value, slopes, rows = quadratic
    blur = arb(0, radius)
    return TaylorForm(
        arb(value.numerator) / value.denominator,
        tuple(arb(b.numerator) / b.denominator for b in slopes),
        tuple(tuple(arb(q.numerator) / q.denominator + blur for q in row) for row in rows),
    )


def largest(quadratic):
    return max(abs(at(quadratic, t)) for t in product(GRID, repeat=len(quadratic[1])))


def holds(quadratic, bound):
    top = largest(quadratic)
    return not bound < arb(top.numerator) / top.denominator


@given(quadratics())
def test_no_value_is_larger(quadratic):
    assert holds(quadratic, upper_bound(form(quadratic)))


@given(quadratics(), st.fractions(0, 1, max_denominator=8), st.lists(st.sampled_from([-1, 1]), min_size=6))
def test_no_value_of_a_function_with_such_curvatures_is_larger(quadratic, radius, signs):
    value, slopes, rows = quadratic
    m = len(slopes)
    moved = [[Fraction(0)] * m for _ in range(m)]
    pairs = [(i, j) for i in range(m) for j in range(i + 1)]
    for (i, j), sign in zip(pairs, signs, strict=False):
        moved[i][j] = moved[j][i] = rows[i][j] + sign * radius
    assert holds((value, slopes, moved), upper_bound(form(quadratic, float(radius) * 1.0001)))


@given(quadratics(m=1))
def test_in_one_variable_it_is_the_maximum(quadratic):
    _, (slope,), ((curvature,),) = quadratic
    points = [Fraction(-1), Fraction(1)]
    if curvature and abs(slope) < abs(curvature):
        points.append(-slope / curvature)
    top = max(abs(at(quadratic, (t,))) for t in points)
    assert abs(float(upper_bound(form(quadratic))) - float(top)) < 1e-12


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=3), st.fractions(-1, 1, max_denominator=8))
def test_a_ridge_costs_nothing(direction, shift):
    # 50 - (a.t - s)^2/2 with its maximum 50 on a plane through the box.
    size = max(1, sum(map(abs, direction)))
    s = shift * size / 2
    rows = [[-Fraction(a * b) for b in direction] for a in direction]
    quadratic = (50 - s * s / 2, [s * a for a in direction], rows)
    assert float(upper_bound(form(quadratic))) <= float(max(50, largest(quadratic))) + 1e-9


@given(quadratics(), st.fractions(0, 60, max_denominator=4))
def test_enough_is_enough(quadratic, enough):
    level = arb(enough.numerator) / enough.denominator
    quick, sharp = upper_bound(form(quadratic), level), upper_bound(form(quadratic))
    assert holds(quadratic, quick)
    assert quick <= level or quick == sharp


@given(quadratics())
def test_the_point_is_where_it_says(quadratic):
    t, expected = near_maximum(form(quadratic))
    assert all(-1 <= x <= 1 for x in t)
    assert abs(abs(float(at(quadratic, [Fraction(x) for x in t]))) - float(expected)) < 1e-9
    assert not expected > upper_bound(form(quadratic)) + 1e-9


@given(quadratics(m=2))
def test_the_point_is_as_good_as_the_best_corner_it_can_climb_to(quadratic):
    _, expected = near_maximum(form(quadratic))
    assert float(expected) >= float(abs(quadratic[0])) - 1e-9


def test_not_a_number_is_not_a_bound():
    broken = TaylorForm(arb(1), (arb.nan(),), ((arb(0),),))
    assert not upper_bound(broken) < 10**9
    endless = TaylorForm(arb(1), (arb(1),), ((arb(0, "inf"),),))
    assert not upper_bound(endless).is_finite()


def test_the_widest_variable_is_the_least_certain():
    unsure = TaylorForm(arb(0), (arb(9), arb(1)), ((arb(0), arb(0)), (arb(0), arb(0, 2))))
    assert [float(loss) for loss in widest(unsure)] == pytest.approx([0, 2])


@pytest.mark.parametrize(
    ("name", "mutant"),
    [
        ("_completed", lambda f: TaylorForm(f.value, (), ())),
        ("_peak", lambda slope, curvature: slope + curvature),
        (
            "_on_faces",
            lambda f, spreads: TaylorForm(f.value, f.slopes[1:], [r[1:] for r in f.curvatures[1:]]),
        ),
    ],
)
def test_mutants_are_noticed(name, mutant, monkeypatch):
    monkeypatch.setattr(taylor_forms, name, mutant)
    generator = np.random.default_rng(0)

    def entry():
        return Fraction(int(generator.integers(-32, 33)), 8)

    found = []
    for _ in range(300):
        a, b, c = entry(), entry(), entry()
        quadratic = (entry(), [entry(), entry()], [[a, b], [b, c]])
        found.append(holds(quadratic, upper_bound(form(quadratic))))
    assert not all(found)
