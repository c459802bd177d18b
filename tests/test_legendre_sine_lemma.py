"""The quantities of the sine lemma, against quadrature and plain calculations."""

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from legendre import density, dimension, gauss
from legendre.sine_lemma import (
    density_ratio,
    distance_square,
    exponential_threshold,
    gamma_ratio,
    periods,
    tail_bound,
    tail_square,
)
from legendre.slide_conclusion import (
    log_width_below,
    neuron_bound,
    printed_width,
    width_with_bias,
    width_without_bias,
)


def test_the_threshold():
    y = exponential_threshold()
    assert (1 - y).overlaps((-2 * y).exp())
    assert y > 0.5
    assert 1 - arb(0.79) > (-2 * arb(0.79)).exp()
    assert 1 - arb(0.80) < (-2 * arb(0.80)).exp()


@pytest.mark.parametrize("d", [2, 3, 4, 10, 300])
def test_the_least_density(d):
    x = np.linspace(-1 / math.sqrt(d), 1 / math.sqrt(d), 1001)
    least = density(d=d, t=x).min() * 2 * math.e * math.pi / math.sqrt(d)
    assert float(density_ratio(d)) == pytest.approx(least, rel=1e-9)
    assert float(density_ratio(d)) > 3.8


def test_the_gamma_ratio():
    for d in (2, 5, 40):
        direct = math.gamma(d / 2) / math.gamma((d - 1) / 2) / math.sqrt(d / 2)
        assert float(gamma_ratio(d)) == pytest.approx(direct, rel=1e-12)


@pytest.mark.parametrize(("m", "k"), [(1, 0), (1, 1), (2, 3), (Fraction(7, 2), 2)])
def test_the_best_polynomial_by_least_squares(m, k):
    t, w = np.polynomial.legendre.leggauss(200)
    f = np.sin(math.pi * float(m) * t)
    basis = np.polynomial.legendre.legvander(t, k) * np.sqrt(w)[:, None]
    rest = f * np.sqrt(w) - basis @ np.linalg.lstsq(basis, f * np.sqrt(w), rcond=None)[0]
    assert float(distance_square(m, k)) == pytest.approx(float(rest @ rest), abs=1e-9)


@pytest.mark.parametrize(("d", "m", "k"), [(2, 1, 0), (4, 2, 1), (9, 3, 5), (5, Fraction(1, 100), 0)])
def test_the_tail_by_quadrature(d, m, k):
    rule = gauss(d=d, size=200)
    f = np.sin(math.pi * math.sqrt(d) * float(m) * rule.nodes)
    basis = np.polynomial.legendre.legvander(rule.nodes, k) * np.sqrt(rule.weights)[:, None]
    values = f * np.sqrt(rule.weights)
    rest = values - basis @ np.linalg.lstsq(basis, values, rcond=None)[0]
    assert float(tail_square(d, m, k)) == pytest.approx(float(rest @ rest), abs=1e-9)


def test_the_lemma_fails_for_small_real_m_in_every_dimension():
    # E sin(pi sqrt(d) m x)^2 <= pi^2 d m^2 E x^2 = pi^2 m^2, whatever d.
    m = Fraction(1, 100)
    for d in (2, 10, 1000):
        assert tail_square(d, m, 0) < math.pi**2 * float(m) ** 2 < 0.001
    assert tail_bound(m, 0) > 0.029


def test_whole_periods():
    assert [periods(d) for d in (2, 4, 25, 26)] == [5, 32, 3125, 3446]


@pytest.mark.parametrize("d", [2, 10, 30])
def test_the_widths(d):
    root, supremum = math.sqrt(dimension(d, d * d)), 4.0**d * (1 + math.sqrt(4 * d))
    scale = 20 * math.e * math.pi
    assert float(neuron_bound(d)) == pytest.approx(supremum)
    assert float(printed_width(d)) == pytest.approx(root / (scale * supremum + 2 ** (d + 1)))
    assert float(width_with_bias(d)) == pytest.approx((root / scale - 2**d) / supremum)
    assert float(width_without_bias(d)) == pytest.approx(root / scale / supremum)
    if d >= 4:
        assert log_width_below(arb(d)) < printed_width(d).log() / arb(2).log()
