import math
from fractions import Fraction

import pytest
import sympy
from activation_oracle import DIGITS, INSTANCES, oracle
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, nstr

from identifiability.activations import activation
from identifiability.enclosure import maximum
from identifiability.errors import InvalidInput
from identifiability.exact import ball, lower_fraction, upper_fraction

REALS = st.fractions(min_value=-12, max_value=12, max_denominator=100)
SMOOTH = [sigma for sigma in INSTANCES if sigma.smoothness is None]


def contains(enclosure: arb, value: Fraction, slack: Fraction = Fraction(1, 10**45)) -> bool:
    """Whether the ball, widened by the error of the oracle, contains the value."""
    if not enclosure.is_finite():
        return False
    slack *= 1 + abs(value)
    with ctx.workprec(400):
        return lower_fraction(enclosure) - slack <= value <= upper_fraction(enclosure) + slack


def exactly(sigma, x: Fraction) -> Fraction:
    with mp.workdps(DIGITS + 10):
        return Fraction(nstr(oracle(sigma, x), DIGITS + 5))


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
@settings(max_examples=10, deadline=None)
@given(x=REALS)
def test_the_ball_of_a_point_contains_the_value_and_is_narrow(sigma, x):
    with ctx.workprec(160):
        enclosure = sigma.ball(ball(x))
    assert contains(enclosure, exactly(sigma, x))
    assert enclosure.rad() < 1e-38 * (1 + abs(float(x))) ** 4
    assert not contains(enclosure, exactly(sigma, x) + Fraction(1, 10**30))


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
@settings(max_examples=15, deadline=None)
@given(ends=st.lists(REALS, min_size=2, max_size=2), inside=st.fractions(min_value=0, max_value=1))
def test_the_ball_of_an_interval_contains_the_values_inside(sigma, ends, inside):
    low, high = min(ends), max(ends)
    enclosure = sigma.ball(ball(low).union(ball(high)))
    straddled = [point for point in sigma.breakpoints if low <= point <= high]
    for x in (low, high, low + inside * (high - low), *straddled):
        assert contains(enclosure, exactly(sigma, x))


@pytest.mark.parametrize("sigma", [s for s in INSTANCES if s.name not in {"sin", "polynomial"}], ids=str)
@settings(max_examples=15, deadline=None)
@given(ends=st.lists(REALS, min_size=2, max_size=2))
def test_the_ball_of_an_interval_is_sharp(sigma, ends):
    # The range, from the values at the ends, at the breakpoints and at the minimum of gelu and silu.
    low, high = min(ends), max(ends)
    turning = {"gelu": [Fraction("-0.7517915246935645")], "silu": [Fraction("-1.2784645427610738")]}
    points = [low, high, *(p for p in (*sigma.breakpoints, *turning.get(sigma.name, [])) if low <= p <= high)]
    values = [exactly(sigma, x) for x in points]
    enclosure = sigma.ball(ball(low).union(ball(high)))
    width = max(values) - min(values)
    slope = max(map(abs, values)) + 12
    assert upper_fraction(enclosure) - lower_fraction(enclosure) <= width + slope / 10**6 + Fraction(5, 10**5)


@pytest.mark.parametrize("name", ["gelu", "silu", "sin"])
def test_narrow_balls_at_a_turning_point_are_sharp_to_second_order(name):
    x = {"gelu": "-0.7517915246935645", "silu": "-1.2784645427610738", "sin": "1.5707963267948966"}[name]
    enclosure = activation(name).ball(arb(x, 2.0**-20))
    assert enclosure.rad() < 2.0**-38


def test_the_minima_of_gelu_and_silu_lie_where_the_valley_says():
    for name, low, high, bottom in [
        ("gelu", "-0.752", "-0.751", "-0.16998"),
        ("silu", "-1.279", "-1.278", "-0.27847"),
    ]:
        sigma = activation(name)
        assert sigma.jet(ball(Fraction(low)), 1)[1] < 0 < sigma.jet(ball(Fraction(high)), 1)[1]
        least = maximum(lambda x, sigma=sigma: -sigma.jet(x, 0)[0], low, high, relative_width="1e-6")
        assert least.converged
        assert 0 < -least.upper - Fraction(bottom) < Fraction(1, 10**4)


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
def test_balls_far_out_are_finite_and_balls_without_bounds_say_so(sigma):
    for x in ("1e5", "-1e5", "1e12", "-1e12"):
        assert sigma.ball(arb(x)).is_finite()
    assert not sigma.ball(arb.pos_inf()).is_finite()
    assert not sigma.ball(arb.nan()).is_finite()


def one_sided(sigma, piece: int) -> sympy.Expr:
    """The formula of a piece, in sympy."""
    x = sympy.Symbol("x")
    a = sympy.Rational(str(dict(sigma.parameters).get("a", 1)))
    pieces = {
        "elu": [sympy.exp(x) - 1, x],
        "softsign": [x / (1 - x), x / (1 + x)],
        "isrlu": [x / sympy.sqrt(1 + a * x**2), x],
        "isru": [x / sympy.sqrt(1 + a * x**2)],
        "sigmoid": [1 / (1 + sympy.exp(-x))],
        "tanh": [sympy.tanh(x)],
        "arctan": [sympy.atan(x)],
        "softplus": [sympy.log(1 + sympy.exp(x))],
        "gelu": [x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2],
        "silu": [x / (1 + sympy.exp(-x))],
        "erf": [sympy.erf(x)],
        "sin": [sympy.sin(x)],
        "clipped_relu": [sympy.S.Zero, x, sympy.S.One],
        "hard_tanh": [-sympy.S.One, x, sympy.S.One],
        "repu": [sympy.S.Zero, x ** dict(sigma.parameters).get("p", 1)],
    }
    return pieces[sigma.name][piece]


@pytest.mark.parametrize(
    ("sigma", "piece"),
    [
        (s, i)
        for s in INSTANCES
        if s.name not in {"relu", "prelu", "identity", "polynomial"}
        for i in range(len(s.breakpoints) + 1)
    ],
    ids=str,
)
@pytest.mark.parametrize("at", [Fraction(1, 3), Fraction(-5, 4)])
def test_jets_agree_with_sympy(sigma, piece, at):
    x, order = sympy.Symbol("x"), 6
    expression = one_sided(sigma, piece)
    with ctx.workprec(200):
        jet = sigma.jet(ball(at), order, piece)
    assert len(jet) == order + 1
    for j, enclosure in enumerate(jet):
        value = sympy.diff(expression, x, j).subs(x, sympy.Rational(str(at))) / sympy.factorial(j)
        wanted = Fraction(str(sympy.N(value, DIGITS)))
        assert contains(enclosure, wanted)
        assert enclosure.rad() < 1e-40
        # A jet whose orders are shifted by one is refused.
        if wanted != 0 and j < order:
            assert not contains(jet[j + 1], wanted) or jet[j + 1].overlaps(enclosure)


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
def test_the_jet_continues_the_value(sigma):
    for piece in range(len(sigma.breakpoints) + 1):
        edges = [-3, *sigma.breakpoints, 3]
        middle = Fraction(edges[piece] + edges[piece + 1]) / 2
        assert sigma.jet(ball(middle), 0, piece)[0].overlaps(sigma.ball(ball(middle)))


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
@settings(max_examples=8, deadline=None)
@given(
    middle=st.fractions(-4, 4, max_denominator=20),
    radius=st.fractions(0, "1/3", max_denominator=9),
    t=st.fractions(-1, 1),
)
def test_jets_of_balls_contain_the_jets_of_their_points(sigma, middle, radius, t):
    x = ball(middle - radius).union(ball(middle + radius))
    for piece in range(len(sigma.breakpoints) + 1):
        # The pieces of softsign have poles outside of their own half of the line.
        if sigma.name == "softsign" and (middle + radius > 0) != (piece == 1):
            continue
        wide, point = sigma.jet(x, 5, piece), sigma.jet(ball(middle + t * radius), 5, piece)
        assert all(w.is_finite() and w.overlaps(p) for w, p in zip(wide, point, strict=True))
        assert all(w.contains(p.mid()) or w.rad() < p.rad() * 1e3 for w, p in zip(wide, point, strict=True))


@pytest.mark.parametrize("sigma", SMOOTH, ids=str)
def test_the_jet_is_a_taylor_expansion(sigma):
    # Compares with the exact value 1/16 away: the remainder is c_n(ball) h^n by Taylor's formula.
    at, step, order = Fraction(-3, 7), Fraction(1, 16), 8
    with ctx.workprec(200):
        inner, h = sigma.jet(ball(at), order), ball(step)
        remainder = sigma.jet(ball(at).union(ball(at + step)), order)[order]
        total = sum((inner[j] * h**j for j in range(order)), arb(0)) + remainder * h**order
    assert contains(total, exactly(sigma, at + step))


def test_jets_of_high_order():
    jet = activation("arctan").jet(arb(0), 25)
    assert len(jet) == 26
    assert jet[25].contains(arb(1) / 25)


@pytest.mark.parametrize("sigma", [s for s in SMOOTH if s.name != "polynomial"], ids=str)
def test_jets_are_finite_on_wide_balls_around_zero(sigma):
    assert all(c.is_finite() for c in sigma.jet(arb(0, 9), 5))


def test_there_is_no_other_piece():
    for piece in (-1, 2):
        with pytest.raises(InvalidInput, match="piece"):
            activation("relu").jet(arb(1), 2, piece)
    with pytest.raises(InvalidInput, match="order"):
        activation("relu").jet(arb(1), -1)


def test_polynomial_jets_are_derivatives():
    sigma = activation("polynomial", coefficients=[1, -2, 0, "1/3"])
    found = [Fraction(c.mid().str(30, radius=False)) for c in sigma.jet(arb(2), 4)]
    wanted = [1 - 4 + Fraction(8, 3), Fraction(-2) + 4, Fraction(2), Fraction(1, 3), Fraction(0)]
    assert all(math.isclose(a, b, abs_tol=1e-14) for a, b in zip(found, wanted, strict=True))
