"""The neuron coefficients behind the per-degree bound, against quadrature and Monte Carlo."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import eval_gegenbauer, jv

from legendre.neuron_coefficients import box, log_boxes, log_dimensions, neuron_coefficient
from legendre.polynomials import dimension


def legendre_values(d, n, t):
    if d == 2:
        return np.cos(n * np.arccos(np.clip(t, -1, 1)))
    return eval_gegenbauer(n, d / 2 - 1, t) / eval_gegenbauer(n, d / 2 - 1, 1.0)


def projected_neuron(d, n, a, c, b, size=400):
    """E[max(0, as + ct + b) L_n(s) L_n(t)], the inner expectation exact between kinks, by Gauss-Legendre.

    With s = cos(theta) the measure is C sin(theta)^(d-2) d theta, smooth for every d.
    """
    nodes, weights = np.polynomial.legendre.leggauss(size)
    scale = math.gamma(d / 2) / (math.sqrt(math.pi) * math.gamma((d - 1) / 2))

    def rule(low, high):
        half = (high - low) / 2
        return (low + high) / 2 + half * nodes, half * weights

    def outer(theta):
        s = math.cos(theta)
        # The kink in t is where c t = -(a s + b).
        kink = -(a * s + b) / c if c else 2.0
        ends = [0.0, *([math.acos(kink)] if -1 < kink < 1 else []), math.pi]
        total = 0.0
        for low, high in pairwise(ends):
            phi, w = rule(low, high)
            t = np.cos(phi)
            z = np.maximum(0, a * s + c * t + b)
            total += float(np.sum(w * np.sin(phi) ** (d - 2) * z * legendre_values(d, n, t)))
        return total * legendre_values(d, n, s) * math.sin(theta) ** (d - 2)

    # Kinks of the outer integrand: where the inner kink enters or leaves [-1, 1].
    breaks = [0.0, math.pi]
    for edge in (-1, 1):
        s = -(c * edge + b) / a if a else 2.0
        if -1 < s < 1:
            breaks.append(math.acos(s))
    total = 0.0
    for low, high in pairwise(sorted(breaks)):
        theta, w = rule(low, high)
        total += float(np.dot(w, [outer(float(x)) for x in theta]))
    return scale**2 * dimension(d, n) * total


@pytest.mark.parametrize(("d", "n"), [(2, 1), (2, 4), (3, 1), (3, 2), (3, 5), (4, 3), (5, 2), (7, 4)])
def test_the_coefficient_is_attained_by_balanced_neurons(d, n):
    found = projected_neuron(d, n, 1.0, 1.0, 0.0)
    expected = float(neuron_coefficient(d, n))
    assert found == pytest.approx((-1) ** (n + 1) * expected, rel=2e-5)
    # Neither twice the constant nor the neighbouring degree would do.
    assert found != pytest.approx((-1) ** (n + 1) * 2 * expected, rel=1e-3)
    assert found != pytest.approx((-1) ** (n + 1) * float(neuron_coefficient(d, n + 1)), rel=1e-3)


@settings(max_examples=25, deadline=None)
@given(
    d=st.integers(2, 6),
    n=st.integers(1, 6),
    a=st.floats(0.1, 3),
    c=st.floats(0.1, 3),
    b=st.floats(-3, 3),
)
def test_no_neuron_exceeds_the_coefficient(d, n, a, c, b):
    assert abs(projected_neuron(d, n, a, c, b, size=120)) <= math.sqrt(a * c) * float(
        neuron_coefficient(d, n)
    ) * (1 + 1e-3)


@pytest.mark.parametrize(("d", "n"), [(2, 1), (3, 2), (5, 1), (6, 3)])
def test_the_integral_of_weber_and_schafheitlin(d, n):
    nu = d / 2 - 1
    scale = dimension(d, n) * math.gamma(d / 2) ** 2 * 4**nu / math.pi
    value = 0.0
    for low, high in ((0, 10), (10, 100), (100, 1000)):
        value += quad(lambda k: jv(n + nu, k) ** 2 * k ** (-2 * nu - 2), low, high, limit=2000)[0]
    # Beyond 1000 the integrand is at most about 1/(pi k^(d+1)).
    assert scale * value == pytest.approx(float(neuron_coefficient(d, n)), rel=1e-5)


def test_known_values():
    # E|s + t| s t = 2/15 for two uniform variables on [-1, 1], times 3/2.
    assert neuron_coefficient(3, 1).contains(fmpq(1, 5))
    assert neuron_coefficient(2, 1).overlaps(8 / (3 * arb.pi() ** 2))


@pytest.mark.parametrize("d", [2, 3, 4, 7, 30, 100, 500])
def test_floats_agree_with_balls(d):
    degrees = np.array([1, 2, 3, 10, 99, 1000, 10**5, 3 * 10**6])
    logs = log_boxes(d, degrees.astype(float), Fraction(3, 2))
    counts = log_dimensions(d, degrees.astype(float))
    for n, log, count in zip(degrees.tolist(), logs, counts, strict=True):
        # Terms as large as d log(n + d) cancel.
        rounding = 1e-15 * (1 + d * math.log(n + d))
        assert log == pytest.approx(float(box(d, n, Fraction(3, 2)).log()), abs=3 * rounding)
        assert count == pytest.approx(float(arb(dimension(d, n)).log()), abs=3 * rounding)


def test_the_box_of_a_random_neuron_on_spheres():
    # <relu(<w, x> + <w', x'> + b), h_n> by Monte Carlo, for weights at the bound.
    rng = np.random.default_rng(5)
    d, n, size = 3, 2, 400_000
    x, other = rng.normal(size=(2, size, d))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    other /= np.linalg.norm(other, axis=1, keepdims=True)
    h = math.sqrt(dimension(d, n)) * legendre_values(d, n, np.sum(x * other, axis=1))
    most = float(box(d, n, Fraction(1)))
    w = np.ones(d)
    values = np.maximum(0, x @ w + other @ w) * h
    assert abs(values.mean()) == pytest.approx(most, abs=4 * values.std() / math.sqrt(size))
    for _ in range(10):
        first, second, shift = rng.uniform(-1, 1, d), rng.uniform(-1, 1, d), rng.uniform(-1, 1)
        values = np.maximum(0, x @ first + other @ second + shift) * h
        assert abs(values.mean()) <= most + 4 * values.std() / math.sqrt(size)
