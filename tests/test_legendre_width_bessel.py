"""Certified windows of coefficients, against flint's and scipy's Bessel functions."""

import math

import mpmath
import pytest
from flint import arb, ctx, fmpq
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
    long = bessel_windows._long_block(lambda: arb(5000), 7, 4000, 4800)
    short = bessel_windows._short_block(lambda: arb(5000), 7, 4000, 4800)
    assert all(x.overlaps(y) for x, y in zip(long, short, strict=True))
    assert all(float(x.rad()) < 1e-15 for x in long)
    assert not all(x.overlaps(y) for x, y in zip(long[1:], short, strict=False))
