"""Piecewise polynomials: exact rationals against balls against integrals, whatever the dimension."""

from fractions import Fraction
from itertools import pairwise

import mpmath
import pytest
from flint import arb, ctx, fmpq, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st

from identifiability.errors import Inexact, InvalidInput
from legendre.measure import expectation
from legendre.piecewise_coefficients import (
    ball_means,
    mean_square,
    polynomial_means,
    rational_means,
    upper_moments,
)
from legendre.polynomials import flint_polynomial
from legendre.targets import Kink, PiecewisePolynomial, absolute_value, monomial, relu, sign

SPLINE = PiecewisePolynomial(
    "spline",
    (Fraction(1), Fraction(2), Fraction(-3)),
    (Kink(Fraction(1, 7), 3, Fraction(5)), Kink(Fraction(-1, 2), 2, Fraction(-2))),
)
TARGETS = [relu("1/3"), relu("-4/5"), absolute_value(), sign(), SPLINE]


def real(x: Fraction) -> mpmath.mpf:
    return mpmath.mpf(x.numerator) / x.denominator


def integral(target: PiecewisePolynomial, d: int, factor: fmpq_poly, square: bool = False) -> float:
    """E[f factor] or E[f^2], by quadrature in the angle, split at the knots."""

    def value(x: mpmath.mpf) -> mpmath.mpf:
        total = sum(real(c) * x**k for k, c in enumerate(target.polynomial))
        return total + sum(
            real(k.coefficient) * (x - real(k.knot)) ** k.power for k in target.kinks if x > real(k.knot)
        )

    def smooth(x: mpmath.mpf) -> mpmath.mpf:
        return mpmath.polyval([mpmath.mpf(int(c.p)) / int(c.q) for c in factor.coeffs()][::-1], x)

    with mpmath.workdps(25):
        ends = [mpmath.acos(real(k)) for k in sorted({kink.knot for kink in target.kinks}, reverse=True)]
        total = mpmath.mpf(0)
        for low, high in pairwise([mpmath.mpf(0), *ends, mpmath.pi]):
            # Gauss's nodes are inside, where the step is not asked for at its knot.
            total += mpmath.quad(
                lambda u: (
                    value(mpmath.cos(u))
                    * (value(mpmath.cos(u)) if square else smooth(mpmath.cos(u)))
                    * mpmath.sin(u) ** (d - 2)
                ),
                [low, high],
                method="gauss-legendre",
            )
        half = mpmath.mpf(d) / 2
        return float(total * mpmath.gamma(half) / mpmath.sqrt(mpmath.pi) / mpmath.gamma(half - 0.5))


@pytest.mark.parametrize("d", [2, 3, 4, 7, 10])
@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_balls_against_integrals(target, d):
    balls = ball_means(target, d, 6)
    for n in range(7):
        assert float(balls[n]) == pytest.approx(integral(target, d, flint_polynomial(d, n)), abs=1e-14)
    square = mean_square(target, d)
    assert float(arb(square)) == pytest.approx(integral(target, d, fmpq_poly([0]), square=True), rel=1e-13)


@pytest.mark.parametrize("d", [3, 5, 21, 101])
@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_balls_contain_rationals(target, d):
    exact, balls = rational_means(target, d, 40), ball_means(target, d, 40)
    shifted = rational_means(target, d + 2, 40)
    for mean, ball in zip(exact, balls, strict=True):
        assert ball.overlaps(arb(mean))
        assert ball.is_zero() or mean == 0 or ball.rel_accuracy_bits() > 40
    assert not all(ball.overlaps(arb(mutant)) for mutant, ball in zip(shifted, balls, strict=True))
    assert not any(ball.overlaps(2 * arb(mean)) for mean, ball in zip(exact, balls, strict=True) if mean != 0)


@given(
    d=st.integers(2, 40),
    coefficients=st.lists(st.fractions(-3, 3, max_denominator=9), min_size=1, max_size=9),
)
def test_polynomials_against_moments(d, coefficients):
    p = fmpq_poly([fmpq(c.numerator, c.denominator) for c in coefficients])
    means = polynomial_means(d, tuple(coefficients), 11)
    assert means == [expectation(d, p * flint_polynomial(d, n)) for n in range(12)]


@given(d=st.sampled_from([3, 5, 9]), knot=st.fractions(-1, 1, max_denominator=12), power=st.integers(0, 3))
def test_a_kink_is_a_polynomial_minus_its_mirror_image(d, knot, power):
    # max(0, t-b)^j = (t-b)^j - (-1)^j max(0, b-t)^j, and t -> -t multiplies P_n by (-1)^n.
    if abs(knot) == 1:
        return
    plain = PiecewisePolynomial("kink", (Fraction(0),), (Kink(knot, power, Fraction(1)),))
    mirror = PiecewisePolynomial("kink", (Fraction(0),), (Kink(-knot, power, Fraction(1)),))
    whole = fmpq_poly([fmpq(-knot.numerator, knot.denominator), 1]) ** power
    left, right = rational_means(plain, d, 8), rational_means(mirror, d, 8)
    for n in range(9):
        whole_mean = expectation(d, whole * flint_polynomial(d, n))
        assert left[n] + (-1) ** (power + n) * right[n] == whole_mean


def test_high_degree_stays_sharp():
    balls = ball_means(relu("-9/10"), 200, 1500)
    assert min(ball.rel_accuracy_bits() for ball in balls) > 40
    with ctx.workprec(4000):
        finer = ball_means(relu("-9/10"), 200, 1500)
    assert all(a.overlaps(b) for a, b in zip(balls, finer, strict=True))


def test_monomials_of_high_degree():
    means = polynomial_means(5, monomial(1001).polynomial, 1001)
    assert means[0] == 0
    assert means[1001] > 0


def test_masses_of_caps():
    # int_b^1 (1-t^2)^{(d-3)/2} dt as a Beta function.
    for d, b in [(2, Fraction(1, 3)), (3, Fraction(-1, 2)), (8, Fraction(1, 5)), (101, Fraction(-1, 9))]:
        upper = upper_moments(d, b, 1)[0]
        with mpmath.workdps(30):
            a = (mpmath.mpf(d) - 1) / 2
            whole = mpmath.beta(a, mpmath.mpf(1) / 2)
            expected = whole * mpmath.betainc(a, a, (1 + real(b)) / 2, 1, regularized=True)
        assert float(upper) == pytest.approx(float(expected), rel=1e-13)


def test_large_expansions_are_refused():
    with pytest.raises(InvalidInput, match="pass a smaller degree or dimension"):
        ball_means(relu("1/2"), 3, 50_000)
    with pytest.raises(InvalidInput, match="pass a smaller degree or dimension"):
        ball_means(relu("1/2"), 20_000, 10_000)
    with pytest.raises(InvalidInput, match="up to degree 1000000, got 2000000"):
        ball_means(absolute_value(), 3, 2_000_000)
    with pytest.raises(InvalidInput, match="pass one of lower degree, or with fewer terms"):
        ball_means(PiecewisePolynomial("dense", (Fraction(1),) * 5000), 3, 10)
    with pytest.raises(InvalidInput, match="pass a smaller d"):
        ball_means(absolute_value(), 30_000, 10)


def test_bad_input():
    with pytest.raises(Inexact, match="irrational in the even dimension 4"):
        rational_means(relu(), 4, 3)
    with pytest.raises(InvalidInput, match="up to degree 50000, got 60000"):
        ball_means(relu("1/2"), 3, 60_000)
    with pytest.raises(InvalidInput, match="dimension 20000 at most, got 30001"):
        rational_means(sign(), 30_001, 2)
