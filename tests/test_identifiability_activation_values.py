from fractions import Fraction

import mpmath
import numpy as np
import pytest
from activation_oracle import INSTANCES, oracle
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from identifiability.activations import activation
from identifiability.errors import Inexact, InvalidInput

POINTS = np.array(
    [
        -745.5,
        -100,
        -38,
        -10,
        -3.7,
        -2,
        -1,
        -0.5,
        -1e-3,
        -1e-9,
        0,
        1e-12,
        1e-3,
        0.25,
        0.5,
        0.75,
        1,
        1.5,
        2,
        7,
        30,
        400,
    ]
)
LARGE = [1e3, 1e4, 1e30, 1e200, 1.7e308]
RATIONAL = {"relu", "prelu", "clipped_relu", "hard_tanh", "softsign", "repu", "identity", "polynomial"}


def close(found: float, wanted: mpf, ulps: float, scale: float, smallest: float) -> bool:
    """Within so many units in the last place of the larger of |wanted| and ``scale``."""
    return abs(mpf(found) - wanted) <= ulps * max(abs(wanted), scale) + 4 * smallest


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_values_agree_with_fifty_digits(sigma, kind):
    points = POINTS.astype(kind)
    found = sigma.value(points)
    assert found.dtype == kind
    eps, smallest = np.finfo(kind).eps, np.finfo(kind).tiny
    for x, y in zip(points, found, strict=True):
        # Backward stability: the error of σ(x) is that of a rounded x; polynomials also cancel.
        coefficients = dict(sigma.parameters).get("coefficients", ())
        scale = sum(abs(float(c)) * abs(x) ** k for k, c in enumerate(coefficients))
        scale = max(scale, float(abs(x * sigma.derivative(x))))
        assert close(float(y), oracle(sigma, float(x)), 16 * eps, scale, smallest), (x, y)


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
def test_derivatives_agree_with_numerical_differentiation(sigma):
    found = sigma.derivative(POINTS)
    for x, y in zip(POINTS, found, strict=True):
        if Fraction(x) not in sigma.breakpoints:
            with mp.workdps(60):
                step = mpf(10) ** -14
                wanted = (
                    oracle(sigma, Fraction(x) + Fraction(1, 10**14))
                    - oracle(sigma, Fraction(x) - Fraction(1, 10**14))
                ) / (2 * step)
                assert abs(mpf(y) - wanted) <= 1e-13 * max(1, abs(wanted)), (x, y, wanted)


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
def test_the_derivative_at_a_breakpoint_is_that_from_the_left(sigma):
    for point in sigma.breakpoints:
        left = sigma.derivative(np.nextafter(float(point), -np.inf))
        assert abs(sigma.derivative(float(point)) - left) < 1e-12


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
@pytest.mark.parametrize("sign", [-1, 1])
def test_large_arguments_give_limits_and_no_warning(sigma, sign):
    for size in LARGE:
        x = sign * size
        value, slope = sigma.value(x), sigma.derivative(x)
        wanted = oracle(sigma, x)
        if abs(wanted) > 1.7e308:
            assert np.isinf(value)
        elif sigma.name != "sin":
            assert abs(mpf(float(value)) - wanted) <= mpf(2) ** -48 * abs(wanted) + mpf(10) ** -300
        assert not np.isnan(slope)


@pytest.mark.parametrize("sigma", [sigma for sigma in INSTANCES if sigma.name != "sin"], ids=str)
def test_infinite_arguments_give_limits(sigma):
    found = sigma.value(np.array([-np.inf, np.inf]))
    for x, y in zip([-1e300, 1e300], found, strict=True):
        limit = oracle(sigma, x)
        assert np.isinf(y) if abs(limit) > 1e200 else abs(y - float(limit)) < 1e-12


def test_shapes_and_kinds():
    tanh = activation("tanh")
    assert tanh.value(np.zeros((2, 3))).shape == (2, 3)
    assert tanh.value([1, 2]).dtype == np.float64
    assert tanh.value(3).shape == ()
    kept = np.ones(2)
    activation("identity").value(kept)[0] = 5
    assert kept[0] == 1


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
@settings(max_examples=20, deadline=None)
@given(x=st.fractions(min_value=-20, max_value=20, max_denominator=50))
def test_exact_values(sigma, x):
    assert sigma.is_rational == (sigma.name in RATIONAL)
    if not sigma.is_rational:
        with pytest.raises(Inexact):
            sigma.exact(x)
        return
    with mp.workdps(50):
        value = sigma.exact(x)
        assert isinstance(value, Fraction)
        assert abs(mpmath.mpf(value.numerator) / value.denominator - oracle(sigma, x)) < mpf(10) ** -44


def test_a_parameter_too_large_for_floats_is_refused():
    sigma = activation("prelu", a=10**400)
    assert sigma.exact(Fraction(1, 10**400)) == 1
    with pytest.raises(InvalidInput, match="too large for floating point"):
        sigma.value(1.0)
