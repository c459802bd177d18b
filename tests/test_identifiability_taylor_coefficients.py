"""Taylor coefficients against mpmath's, which knows other formulas for them, and on wide balls."""

from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from identifiability import taylor_coefficients
from identifiability.exact import ball
from identifiability.taylor_coefficients import coefficients, power_coefficients

ORDER = 6
FUNCTIONS = ["atan", "cos", "cosh", "erf", "exp", "log", "sin", "sinh", "sqrt", "tan", "tanh"]
POINTS = st.fractions(-3, 3, max_denominator=40)


def expected(function: str, point: mpmath.mpf) -> list[mpmath.mpf]:
    """Numerical derivatives at 150 digits: none of the recurrences that the module uses."""
    with mpmath.workdps(150):
        return [mpmath.mpf(c) for c in mpmath.taylor(getattr(mpmath, function), point, ORDER)]


def contains(enclosure: arb, value: mpmath.mpf) -> bool:
    # mpmath's derivatives by differences are good to far more than 40 digits.
    with ctx.workprec(400):
        return enclosure.overlaps(arb(mpmath.nstr(value, 60), 1e-40))


def shown_right(function: str, point: arb, at: mpmath.mpf) -> bool:
    found = coefficients(function, point, ORDER)
    return all(contains(c, value) for c, value in zip(found, expected(function, at), strict=True))


@st.composite
def points(draw: DrawFn) -> tuple[str, object]:
    function = draw(st.sampled_from(FUNCTIONS))
    point = draw(POINTS)
    if function in ("log", "sqrt"):
        point = abs(point) + 1
    if function == "tan":
        point = point / 3
    return function, point


@given(points(), st.sampled_from([53, 64, 128, 200]))
def test_at_points(chosen, precision):
    function, point = chosen
    with mpmath.workdps(150):
        at = mpmath.mpf(point.numerator) / point.denominator
    with ctx.workprec(precision):
        found = coefficients(function, ball(point), ORDER)
        assert all(c.rad() < 2.0 ** (30 - precision) * (1 + abs(c.mid())) for c in found)
        assert shown_right(function, ball(point), at)


@given(points(), st.fractions(0, 1, max_denominator=20), st.fractions(-1, 1, max_denominator=20))
def test_on_balls(chosen, radius, inside):
    function, point = chosen
    if function == "tan":
        radius /= 2
    wide = ball(point) + ball(radius) * arb(0, 0.91)
    with mpmath.workdps(150):
        within = point + inside * radius * 9 / 10
        at = mpmath.mpf(within.numerator) / within.denominator
    assert shown_right(function, wide, at)


@given(
    st.fractions("1/10", 4, max_denominator=30),
    st.fractions(-4, 4, max_denominator=4),
    st.fractions(0, 1, max_denominator=9),
)
def test_powers(point, exponent, radius):
    with mpmath.workdps(150):
        at = mpmath.mpf(point.numerator) / point.denominator
        power = mpmath.mpf(exponent.numerator) / exponent.denominator
        values = mpmath.taylor(lambda t: t**power, at, ORDER)
    wide = arb(ball(point).mid(), ball(point * radius * 9 / 10))
    for x in (ball(point), wide.union(ball(point))):
        found = power_coefficients(x, exponent, ORDER)
        found += [arb(0)] * (ORDER + 1 - len(found))
        assert all(contains(c, value) for c, value in zip(found, values, strict=True))


def test_powers_of_numbers_that_are_not_positive():
    assert power_coefficients(arb(-2), Fraction(3), 5) == [-8, 12, -6, 1]
    assert power_coefficients(arb(-2), Fraction(-2), 1) == [0.25, 0.25]
    assert power_coefficients(arb(0), Fraction(0), 3) == [1]
    around_zero = power_coefficients(arb(0, 1), Fraction(2), 2)
    assert around_zero[0] > -1e-6
    assert around_zero[1].contains(-2)
    for base, exponent in [(arb(0, 1), Fraction(-1)), (arb(0, 1), Fraction(1, 2)), (arb(-2), Fraction(1, 3))]:
        assert not any(c.is_finite() for c in power_coefficients(base, exponent, 2))


@pytest.mark.parametrize("function", ["log", "sqrt", "tan"])
def test_a_ball_with_a_singularity_has_no_finite_coefficients(function):
    ball_around = {"log": arb(1, 1), "sqrt": arb(1, 1), "tan": arb(1.5, 0.2)}[function]
    assert not any(c.is_finite() for c in coefficients(function, ball_around, 3))


def test_positive_factors_keep_their_sign_on_wide_balls():
    wide = arb(0, 2)
    assert coefficients("exp", wide, 3)[3] > 0
    assert coefficients("tanh", wide, 1)[1] > 0
    assert coefficients("cosh", wide, 0)[0] >= 1 - 1e-6
    assert coefficients("atan", wide, 1)[1] > 0
    assert coefficients("erf", wide, 1)[1] > 0


@pytest.mark.parametrize("function", ["atan", "erf", "tanh"])
def test_very_wide_balls_have_sharp_slopes(function):
    value, slope = coefficients(function, arb(0, 1e5), 1)
    assert value.abs_upper() < 1.6
    assert slope.abs_upper() < 1.2


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_wrong_coefficient_is_noticed(function, monkeypatch):
    right = taylor_coefficients._COEFFICIENTS[function]
    point, at = arb(0.75), mpmath.mpf("0.75")
    assert shown_right(function, point, at)
    for wrong in (
        lambda x, n: [-c if j == 3 else c for j, c in enumerate(right(x, n))],
        lambda x, n: [c * 6 if j == 3 else c for j, c in enumerate(right(x, n))],
        lambda x, n: [right(x, n)[0], *right(x, n)[:-1]],
        lambda x, n: [c * (1 + arb(2) ** -40) if j == 2 else c for j, c in enumerate(right(x, n))],
    ):
        monkeypatch.setitem(taylor_coefficients._COEFFICIENTS, function, wrong)
        assert not shown_right(function, point, at)
