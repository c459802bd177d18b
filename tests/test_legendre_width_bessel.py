"""Certified windows of coefficients, against flint's and scipy's Bessel functions."""

import math

import mpmath
import numpy as np
import pytest
from flint import acb, arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import jv

from identifiability.errors import Inexact
from legendre import bessel_windows
from legendre.bessel_windows import bessel_integral, window
from legendre.expansions import coefficients
from legendre.targets import cosine, sine


@settings(max_examples=40, deadline=None)
@given(twice=st.integers(0, 400), a=st.fractions(1, 150))
def test_the_integral_contains_flints_value(twice, a):
    with ctx.workprec(600):
        wide = arb(fmpq(a.numerator, a.denominator)).bessel_j(arb(fmpq(twice, 2)))
    with ctx.workprec(100):
        ours = bessel_integral(fmpq(twice, 2), arb(fmpq(a.numerator, a.denominator)))
    assert ours.overlaps(wide)
    assert float(ours.rad()) < 1e-27


@pytest.mark.parametrize("order", [fmpq(999), fmpq(2001, 2), fmpq(1000), fmpq(1010), fmpq(700), fmpq(1)])
def test_around_the_turning_point(order):
    with ctx.workprec(80):
        ours = bessel_integral(order, arb(1000))
    assert float(ours) == pytest.approx(jv(float(order.p) / float(order.q), 1000.0), abs=1e-13)
    with mpmath.workdps(30):
        exact = mpmath.besselj(mpmath.mpf(int(order.p)) / int(order.q), 1000)
        assert abs(mpmath.mpf(float(ours)) - exact) < 1e-15


def test_the_rest_of_the_path_is_counted():
    # With the path cut far too early the balls must be wide enough all the same.
    short = bessel_windows._rest(arb(10), arb(3), arb(math.acos(0.3)), arb(0), arb(2))
    assert 0 < short < 1
    with pytest.raises(Inexact):
        bessel_windows._rest(arb(10), arb(3), arb(math.acos(0.3)), arb(0), arb(0.5))


def test_a_frequency_that_is_hardly_known_is_refused_or_wide():
    wide = bessel_integral(fmpq(5), arb(100, 9))
    assert all(wide.contains(arb(a).bessel_j(arb(5))) for a in (92, 97, 100, 108))
    with pytest.raises(Inexact):
        bessel_integral(fmpq(700), arb(1000, 900))


@pytest.mark.parametrize(("d", "a"), [(2, 90), (3, 200), (4, 91), (9, 300), (30, 500)])
def test_windows_agree_with_the_whole_expansion(d, a):
    last = a + 30
    odd = coefficients(sine(a), d=d, degree=last, certified=True)
    even = coefficients(cosine(a), d=d, degree=last, certified=True)
    both = [abs(odd[n]) + abs(even[n]) for n in range(last + 1)]
    for first in (0, 1, a // 2, a - 20):
        block = window(lambda: arb(a), d, first, last)
        assert len(block) == last + 1 - first
        assert all(x.overlaps(y) for x, y in zip(block, both[first:], strict=True))
        assert max(float(x.rad()) for x in block) < 1e-11
        # Shifted by one degree they would not agree.
        assert not all(x.overlaps(y) for x, y in zip(block, both[first + 1 :], strict=False))


def test_long_and_short_blocks_agree(monkeypatch):
    long = bessel_windows._long_block(lambda: arb(2000), 7, 1500, 1900)
    short = bessel_windows._short_block(lambda: arb(2000), 7, 1500, 1900)
    assert all(x.overlaps(y) for x, y in zip(long, short, strict=True))
    assert all(float(x.rad()) < 1e-15 for x in long)
    assert not all(x.overlaps(y) for x, y in zip(long[1:], short, strict=False))


def spared(a: float, m: float, beta: float, low: float, high: float) -> mpmath.mpc:
    """The integral over a part of the line, whose modulus the rest must not be below."""

    def along(s: mpmath.mpf) -> mpmath.mpc:
        t = -beta + (1 + 1j) * s
        return mpmath.exp(a * mpmath.sinh(t) - m * t) * (1 + 1j)

    return mpmath.quad(along, mpmath.linspace(low, high, 9))


@pytest.mark.parametrize(("a", "m"), [(10, 3), (40, 30), (200, 20)])
def test_what_is_left_out_at_either_end_is_bounded(a, m):
    beta = math.acos(m / a)
    parts = []
    for start in (0.3, 0.5, 0.7):
        left = abs(spared(a, m, beta, 0, start * beta))
        ball = bessel_windows._rest(arb(a), arb(m), arb(beta), arb(start * beta), arb.pi())
        assert left < ball
        parts.append(left / mpmath.mpf(float(ball)))
        end = beta + start
        right = abs(spared(a, m, beta, end, math.pi))
        assert right < bessel_windows._rest(arb(a), arb(m), arb(beta), arb(0), arb(end))
    # The bounds are not idle: a thousandth of them would not do.
    assert max(parts) > 0.001


def test_the_integral_and_the_rest_meet(monkeypatch):
    ends, limits = [], []

    class Recorded:
        def __call__(self, *parts):
            return acb(*parts)

        @staticmethod
        def integral(f, low, high, **tolerances):
            limits.append((low, high))
            return acb.integral(f, low, high, **tolerances)

    def rest(a, m, b, start, end):
        ends.append((start - b, end - b))
        return arb(0)

    monkeypatch.setattr(bessel_windows, "acb", Recorded())
    monkeypatch.setattr(bessel_windows, "_rest", rest)
    with ctx.workprec(200):
        for a, order in ((1000, 400), (333, 300), (2000, 1999)):
            bessel_integral(fmpq(order), arb(a))
    for (low, high), (start, end) in zip(limits, ends, strict=True):
        assert low.real == start
        assert high.real == end
    assert any(start != 0 for start, _ in ends)


@pytest.mark.parametrize("terms", [1, 2, 5])
def test_the_series_of_the_sine_is_enclosed(terms):
    for w in (acb(0.9), acb(0.6, 0.6), acb(0, 0.9)):
        with ctx.workprec(200):
            true = w.sinh() - w
            found = bessel_windows._sinh_minus_identity(w, terms)
        assert found.contains(true)
        assert not acb(found.mid()).overlaps(true)


class FewPlaces:
    """flint's context with a precision of its own for those who ask."""

    def __init__(self, prec):
        self.prec = prec
        self.workprec = ctx.workprec


def test_the_radius_of_long_blocks_covers_their_roundings(monkeypatch):
    d, a, first, last = 4, 20000, 500, 3000
    with ctx.workprec(120):
        top = bessel_windows._orders_at_top(d, last, arb(a))
        monkeypatch.setattr(bessel_windows, "_orders_at_top", lambda *args: top)
        monkeypatch.setattr(bessel_windows, "ctx", FewPlaces(20 - 16 - 4 * last.bit_length()))
        block = bessel_windows._long_block(lambda: arb(a), d, first, last)
    true = jv(np.arange(first, last + 1) + d / 2 - 1, a)
    misses = np.abs([float(value.mid()) for value in block] - true)
    radii = np.array([float(value.rad()) for value in block])
    assert np.all(misses < radii)
    # Two roundings to multiples of 2^-20 would not explain them.
    assert np.max(misses) > 4 * 2**-20


def test_the_radius_of_long_blocks_covers_their_start(monkeypatch):
    d, a, first, last = 4, 2000, 500, 700
    start = bessel_windows._orders_at_top
    shift = arb(0.001, 0.001)
    monkeypatch.setattr(
        bessel_windows, "_orders_at_top", lambda *args: tuple(value + shift for value in start(*args))
    )
    block = bessel_windows._long_block(lambda: arb(a), d, first, last)
    true = jv(np.arange(first, last + 1) + d / 2 - 1, a)
    misses = np.abs([float(value.mid()) for value in block] - true)
    assert np.all(misses < [float(value.rad()) for value in block])
    assert np.max(misses) > 0.0009


def test_windows_do_not_depend_on_the_working_precision_where_they_start():
    with ctx.workprec(12):
        rough = window(lambda: 5000 * arb.pi(), 5, 15000, 15010)
    fine = window(lambda: 5000 * arb.pi(), 5, 15000, 15010)
    assert all(x.overlaps(y) for x, y in zip(rough, fine, strict=True))
