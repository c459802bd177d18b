"""Interpolants as sums of ReLUs, against the piecewise linear functions that they are."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legendre.interpolants import lipschitz_interpolant
from legendre.knot_interpolants import ReluSum, interpolant, printed_interpolant, zigzag

NUMBERS = st.fractions(Fraction(1, 5), 5, max_denominator=9)


@given(NUMBERS, NUMBERS, NUMBERS, st.fractions(-1, 1, max_denominator=12))
@settings(max_examples=30)
def test_the_printed_interpolant_interpolates(radius, slope, epsilon, shift):
    f = zigzag(3 * epsilon / (7 * slope), slope, shift)
    network = printed_interpolant(f, slope, radius, epsilon)
    side = len(network.neurons) // 2
    inner = [j * epsilon / slope for j in range(side)]
    knots = sorted({sign * k for k in (*inner, radius) for sign in (1, -1)})
    assert all(network(k) == f(k) for k in knots)
    for a, b in pairwise(knots):
        x = a + (b - a) / 3
        assert network(x) == (2 * f(a) + f(b)) / 3
        assert abs(network(x) - f(x)) <= epsilon / 2
    assert side - 1 < radius * slope / epsilon <= side
    assert max(map(abs, network.slopes)) <= slope
    # Beyond the last knots the outer slopes go on.
    assert network(radius + 2) - network(radius + 1) == network.slopes[-1]
    assert network(-radius - 1) - network(-radius - 2) == network.slopes[0]


@given(NUMBERS, NUMBERS, st.integers(1, 6))
def test_equal_knots_are_those_of_the_public_interpolant(radius, slope, side):
    f = zigzag(radius / 3, slope, radius / 11)
    ours = interpolant(f, radius, side, radius / side)
    epsilon = slope * radius / (2 * side)
    other = lipschitz_interpolant(f, slope, radius, epsilon)
    points = [radius * Fraction(j, 7) for j in range(-9, 10)]
    if epsilon < slope * radius:
        assert [ours(x) for x in points] == other([[x] for x in points]).ravel().tolist()


def test_kinks_that_cancel_are_none():
    one = Fraction(1)
    assert ReluSum(one, ((1, one, one), (1, one, -one))).kinks == frozenset()
    absolute = ReluSum(Fraction(0), ((1, Fraction(0), one), (-1, Fraction(0), one)))
    assert absolute.kinks == {0}
    assert absolute.slopes == (-1, 1)
    # x = max(0, x) - max(0, -x) has no kink.
    assert ReluSum(Fraction(0), ((1, Fraction(0), one), (-1, Fraction(0), -one))).kinks == frozenset()
    assert ReluSum(one, ()).slopes == (0,)


@given(NUMBERS, NUMBERS, st.fractions(-9, 9, max_denominator=7), st.fractions(-9, 9, max_denominator=7))
def test_zigzags_are_lipschitz(step, slope, x, y):
    f = zigzag(step, slope)
    assert abs(f(x) - f(y)) <= slope * abs(x - y)
    assert f(x) == f(x + 2 * step) == f(-x)


@pytest.mark.parametrize(("radius", "slope", "epsilon"), [("1", "10", "0.37"), ("1", "3", "0.9")])
def test_the_kinks_of_a_zigzag_by_second_differences(radius, slope, epsilon):
    radius, slope, epsilon = map(Fraction, (radius, slope, epsilon))
    f = zigzag(epsilon / slope, slope)
    network = printed_interpolant(f, slope, radius, epsilon)
    grid = [-radius + 2 * radius * Fraction(j, 1500) for j in range(1501)]
    bent = np.array([network(x) for x in grid], dtype=float)
    kinks = sorted(network.kinks)
    bends = np.flatnonzero(np.abs(np.diff(bent, 2)) > 1e-9)
    assert len(kinks) == np.count_nonzero(np.diff(bends) > 1) + 1
    assert len(kinks) > 2 * radius * slope / epsilon
