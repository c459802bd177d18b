from fractions import Fraction
from math import comb, factorial

import numpy as np
import pytest
import sympy
from activation_oracle import INSTANCES
from flint import ctx
from hypothesis import given
from hypothesis import strategies as st

from identifiability.activations import activation
from identifiability.exact import ball

AFFINE = {"identity", "prelu(a=1)", "polynomial(3)", "polynomial(1, -2)"}


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
def test_which_are_universal(sigma):
    found = sigma.universality
    assert found.holds == ("no" if str(sigma) in AFFINE else "yes")
    assert found.reason.startswith(("proved", "quoted"))
    assert found.source


def test_no_affine_function_is_within_a_half_of_the_square():
    # The functional (f(-1) - 2 f(0) + f(1))/4 has norm 1, vanishes on affine functions, and is 1/2 at x^2;
    # it is refused with other weights.
    def distance_proved(weights):
        at = dict(zip((-1, 0, 1), weights, strict=True))
        if sum(at.values()) or sum(x * w for x, w in at.items()):
            return None
        return Fraction(sum(x * x * w for x, w in at.items())) / sum(abs(w) for w in at.values())

    assert distance_proved((1, -2, 1)) == Fraction(1, 2)
    assert distance_proved((1, -1, 1)) is None


@pytest.mark.parametrize("sigma", [s for s in INSTANCES if s.piece_degrees is None], ids=str)
def test_no_derivative_vanishes_at_some_point_of_the_smooth_interval(sigma):
    low, high = sigma.smooth_interval
    piece = sum(point <= low for point in sigma.breakpoints)
    with ctx.workprec(256):
        jet = sigma.jet(ball(low + (high - low) * Fraction(41, 100)), 20, piece)
    assert not any(c.contains(0) for c in jet)


@pytest.mark.parametrize("sigma", [activation("repu", p=p) for p in (2, 3, 4)], ids=str)
@given(x=st.fractions(-5, 5, max_denominator=20))
def test_b_splines_are_sums_of_shifts_of_repu(sigma, x):
    p = sigma.parameters[0][1]

    def spline(t: Fraction) -> Fraction:
        shifts = ((-1) ** j * comb(p + 1, j) * sigma.exact(t - j) for j in range(p + 2))
        return sum(shifts, Fraction(0)) / factorial(p)

    assert spline(x) >= 0
    assert 0 < x < p + 1 or spline(x) == 0
    assert sum(spline(x - k) for k in range(-6 - p, 7)) == 1  # a partition of unity
    assert sigma.exact(x) + (-1) ** p * sigma.exact(-x) == x**p


@pytest.mark.parametrize("coefficients", [[0, 0, 1], [1, -2, 0, "1/3"], [0, 1, 0, 0, 7]])
def test_shifts_of_a_polynomial_span_the_polynomials_of_its_degree(coefficients):
    x = sympy.Symbol("x")
    degree = len(coefficients) - 1
    poly = sum(sympy.Rational(c) * x**k for k, c in enumerate(coefficients))
    rows = [sympy.Poly(poly.subs(x, x + b), x).all_coeffs() for b in range(degree + 1)]
    assert sympy.Matrix(rows).det() != 0


@pytest.mark.parametrize(
    "name", ["relu", "prelu(a=2)", "prelu(a=-1)", "prelu(a=-1/3)", "clipped_relu", "hard_tanh"]
)
def test_a_few_units_of_a_kinked_activation_make_a_relu_on_an_interval(name):
    sigma = activation(name)
    # The kink at the breakpoint t, near which σ has one slope on the left and another on the right.
    t = sigma.breakpoints[0]
    x = np.array([Fraction(k, 40) for k in range(-40, 41)])
    units = [[sigma.exact(t + v), sigma.exact(t + Fraction(1, 2) + v / 4), Fraction(1)] for v in x / 4]
    target = [max(v, Fraction(0)) for v in x]
    system = sympy.Matrix([[sympy.Rational(str(u)) for u in row] for row in units])
    right = sympy.Matrix([sympy.Rational(str(v)) for v in target])
    solution = (system.T * system).LUsolve(system.T * right)
    assert system * solution == right
