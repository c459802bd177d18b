"""Coefficients of sine, cosine and exponential against Bessel functions, integrals and Parseval."""

import math

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from scipy.integrate import quad
from scipy.special import jv

from identifiability.errors import Inexact, InvalidInput
from legendre import bessel_balls
from legendre.bessel_balls import ball_coefficients, dimension_ratio
from legendre.bessel_coefficients import float_coefficients
from legendre.evaluation import evaluate_orthonormal
from legendre.measure import density
from legendre.polynomials import dimension
from legendre.target_values import frequency
from legendre.targets import Cosine, Exponential, Sine, cosine, exponential, sine

FREQUENCIES = ("1/1000", "1", "-37/10", "50", "pi*95")
DEGREES = (0, 1, 2, 3, 6, 11, 40, 100, 250, 290, 297, 300, 303, 320, 400)


def closed_form(target: Sine | Cosine | Exponential, d: int, n: int, shift: int = 0) -> arb:
    """The Gegenbauer-Sonine formula at a precision that makes up for all cancellation."""
    with ctx.workprec(2500):
        a, nu = frequency(target, d), arb(fmpq(d, 2)) - 1
        bessel = arb.bessel_i if isinstance(target, Exponential) else arb.bessel_j
        size = arb(dimension(d, n)).sqrt() * (nu + 1).gamma() * (2 / abs(a)) ** nu
        value = size * bessel(abs(a), nu + n + shift)
        odd = n % 2 == 1
        if a < 0 and odd:
            value = -value
        if isinstance(target, Exponential):
            return value
        if isinstance(target, Sine):
            return value * (-1) ** ((n - 1) // 2) if odd else arb(0)
        return arb(0) if odd else value * (-1) ** (n // 2)


def rejected(balls: list[arb], target: Sine | Cosine | Exponential, d: int, shift: int = 0) -> bool:
    return any(not balls[n].overlaps(closed_form(target, d, n, shift)) for n in DEGREES)


@pytest.mark.parametrize("d", [2, 3, 4, 5, 20, 1000])
@pytest.mark.parametrize("a", FREQUENCIES)
def test_balls_contain_the_closed_form(a, d):
    for target in (sine(a), cosine(a), exponential(a)):
        balls = ball_coefficients(target, d, max(DEGREES))
        assert not rejected(balls, target, d)
        for n in DEGREES:
            expected = closed_form(target, d, n)
            # Accurate where the coefficient is not a near zero of the Bessel function.
            if abs(expected) > 1e-6 or n > 310:
                assert balls[n].rel_accuracy_bits() > 45 or balls[n].is_zero()


def test_mutants_are_rejected():
    target = sine("pi*95")
    balls = ball_coefficients(target, 5, max(DEGREES))
    assert rejected(balls, target, 5, shift=1)
    assert rejected([2 * value for value in balls], target, 5)
    assert rejected(balls, sine("pi*95 + 1/10^12"), 5)
    assert rejected(balls, target, 6)


@pytest.mark.parametrize("a", [3.0, 50.0, 1000.0])
def test_the_bound_on_bessel_functions(a):
    with ctx.workprec(2500):
        for twice in [0, *range(1, int(2 * a), max(1, int(a / 20)))]:
            mu, x = arb(fmpq(twice, 2)), arb(a)
            modulus = x.bessel_j(mu) ** 2 + x.bessel_y(mu) ** 2
            bound = 2 / arb.pi() / (x * x - mu * mu).sqrt()
            assert modulus <= bound or (twice == 1 and modulus.overlaps(2 / arb.pi() / x))
            assert not modulus <= bound / 2


def test_the_radius_is_needed():
    # Eight bits of working precision are not enough for exact answers, and the balls say so.
    with ctx.workprec(8):
        rough = ball_coefficients(sine("pi*95"), 5, 300)
    for n in (1, 99, 251, 299):
        expected = closed_form(sine("pi*95"), 5, n)
        assert rough[n].overlaps(expected)
        assert not arb(rough[n].mid()).overlaps(expected)


def test_parseval_in_balls():
    for d, a in ((3, "25"), (12, "pi*40")):
        total = sum((v * v for f in (sine, cosine) for v in ball_coefficients(f(a), d, 400)), arb(0))
        assert total.contains(1) or abs(total - 1) < 1e-14
        assert not abs(total - 1) > 1e-14


def test_the_exponential_at_one():
    a = arb(7)
    balls = ball_coefficients(exponential(7), 6, 80)
    total = sum((v * arb(dimension(6, n)).sqrt() for n, v in enumerate(balls)), arb(0))
    assert abs(total / a.exp() - 1) < 1e-13


@pytest.mark.parametrize("d", [3, 5, 12])
@pytest.mark.parametrize(("target", "f"), [(sine(9), np.sin), (cosine(9), np.cos), (exponential(9), np.exp)])
def test_floats_against_quad(target, f, d):
    values = float_coefficients(target, d, 12)
    for n in range(13):
        expected = quad(
            lambda t, n=n: f(9 * t) * evaluate_orthonormal(d, n, t) * density(d, t), -1, 1, limit=200
        )[0]
        assert values[n] == pytest.approx(expected, abs=1e-9 * np.max(np.abs(values)))


@pytest.mark.parametrize("d", [2, 3, 7, 100, 1000])
@pytest.mark.parametrize("a", ["1/1000", "-3", "pi*95", "20000"])
def test_floats_against_balls(a, d):
    for target in (sine(a), cosine(a)):
        floats = float_coefficients(target, d, 500)
        balls = ball_coefficients(target, d, 500)
        assert np.max(np.abs(floats - [float(b) for b in balls])) < 2e-14
    if abs(frequency(exponential(a), d)) < 300:
        floats = float_coefficients(exponential(a), d, 100)
        for value, ball in zip(floats, ball_coefficients(exponential(a), d, 100), strict=True):
            assert value == pytest.approx(float(ball), rel=1e-12, abs=1e-300)


def test_floats_against_scipy():
    a, d = math.pi * 1000, 10
    floats = float_coefficients(sine("pi*d^3"), d, 3200)
    n = np.arange(1, 3200, 2)
    sizes = np.array([math.log(dimension(d, int(k))) for k in n])
    expected = np.exp(sizes / 2) * math.gamma(5) * (2 / a) ** 4 * jv(n + 4, a) * (-1.0) ** ((n - 1) // 2)
    assert np.max(np.abs(floats[1::2] - expected)) < 1e-12


def test_all_floats_obey_parseval():
    values = [float_coefficients(f("pi*d^3"), 30, None) for f in (sine, cosine)]
    assert sum(v @ v for v in values) == pytest.approx(1, abs=1e-12)


def test_dimension_fifty():
    floats = float_coefficients(sine("pi*d^3"), 50, 394_000)
    balls = ball_coefficients(sine("pi*d^3"), 50, 394_000)
    assert max(float(b.rad()) for b in balls) < 1e-15
    assert np.max(np.abs(floats - [float(b) for b in balls])) < 1e-12


def test_zero_frequency():
    assert ball_coefficients(sine(0), 4, 3) == [0, 0, 0, 0]
    assert ball_coefficients(cosine(0), 4, 2) == [1, 0, 0]
    assert float_coefficients(exponential(0), 4, 2).tolist() == [1, 0, 0]
    with pytest.raises(Inexact, match="cannot be told from 0"):
        ball_coefficients(sine("sqrt(2)^2 - 2"), 4, 2)


def test_dimension_ratio():
    for d in (2, 3, 9):
        for n in range(6):
            assert dimension_ratio(d, n) == fmpq(dimension(d, n + 1), dimension(d, n))
            assert dimension_ratio(d, n + 1) <= dimension_ratio(d, n)


def test_bad_input():
    with pytest.raises(InvalidInput, match="frequency is 1e\\+12, beyond"):
        float_coefficients(sine(10**12), 3, 5)
    with pytest.raises(InvalidInput, match="frequency is 1e\\+12, beyond"):
        ball_coefficients(sine(10**12), 3, 5)
    with pytest.raises(InvalidInput, match="overflows floats"):
        float_coefficients(exponential(10_000), 3, 5)
    assert ball_coefficients(exponential(10_000), 3, 5)[0] > arb(10) ** 4000
    assert bessel_balls.LARGEST_FREQUENCY >= 4e6
