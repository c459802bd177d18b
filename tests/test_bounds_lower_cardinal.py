"""Norms of cardinal spline interpolation: certified again, and compared with scipy's splines."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline

from bounds.lower.cardinal import LARGEST_DEGREE, SCALE, Certification, certify, enclosure, norms
from identifiability.errors import InvalidInput

ENTRIES = [(s, k) for s in range(2, LARGEST_DEGREE + 1) for k in range(s + 1)]
WINDOW = 34


def zigzag(k: int) -> int:
    """Euler's zigzag number by counting: A_{k+1} = (1/2) sum_i C(k, i) A_i A_{k-i}."""
    numbers = [1, 1]
    for n in range(1, k):
        total = sum(
            factorial(n) // (factorial(i) * factorial(n - i)) * numbers[i] * numbers[n - i]
            for i in range(n + 1)
        )
        numbers.append(total // 2)
    return numbers[k]


def alternating(s: int, k: int) -> Fraction:
    """The norm of the k-th derivative of the spline that interpolates (-1)^j."""
    return Fraction(2**k * factorial(s) * zigzag(s - k), factorial(s - k) * zigzag(s))


def sampled_norm(s: int, k: int, samples: int = 257) -> float:
    """sum_j |L^(k)(x - j)| by scipy, at points of (0, 1/2), from a long finite interpolation."""
    places = np.arange(-WINDOW, WINDOW + 1, dtype=float)
    fundamental = make_interp_spline(places, (places == 0).astype(float), k=s)
    x = np.linspace(0, 0.5, samples)[:, None] * (1 - 2e-9) + 1e-9
    shifts = np.arange(-WINDOW // 2, WINDOW // 2 + 1)
    values: NDArray[np.float64] = fundamental(x - shifts, nu=k) if k <= s else np.zeros((samples, 1))
    return float(np.abs(values).sum(axis=1).max())


@pytest.mark.parametrize(("s", "k"), ENTRIES)
def test_entries_are_certified_upper_bounds_within_a_thousandth(s: int, k: int) -> None:
    certification = certify(s, k)
    assert certification.holds
    assert certification.lower <= certification.upper
    assert certification.upper - certification.lower <= Fraction(1, 50_000)


@pytest.mark.parametrize(("s", "k"), ENTRIES)
def test_enclosures_agree_with_scipy(s: int, k: int) -> None:
    lower, upper = enclosure(s, k)
    sampled = sampled_norm(s, k)
    # scipy solves in floating point; the samples miss the supremum by a second-order term.
    assert float(lower) * (1 - 2e-4) <= sampled <= float(upper) * (1 + 1e-7)


@pytest.mark.parametrize(("s", "k"), ENTRIES)
def test_alternating_data_attain_the_norm_or_less(s: int, k: int) -> None:
    lower, upper = enclosure(s, k)
    assert alternating(s, k) <= upper
    if k >= 1 and (s <= 4 or k >= 3 or (k == 2 and s <= 8)):
        assert lower <= alternating(s, k)
    else:
        assert lower > alternating(s, k)


def test_the_norm_of_quadratic_splines_is_the_root_of_two() -> None:
    lower, upper = enclosure(2, 0, Fraction(1, 10**9))
    assert lower**2 <= 2 <= upper**2
    assert upper - lower <= Fraction(1, 10**9)


def test_known_values_to_four_figures() -> None:
    known = {2: "1.4142", 3: "1.5490", 4: "1.7063", 5: "1.8162", 6: "1.9157", 7: "1.9997", 8: "2.0747"}
    assert {s: f"{float(enclosure(s, 0)[0]):.4f}" for s in known} == known
    # 1.7063 itself is below the norm: a table of upper bounds must say 1.7064
    assert enclosure(4, 0)[0] > Fraction("1.7063")


@pytest.mark.parametrize(("s", "k"), [(2, 0), (3, 1), (5, 1), (6, 6), (8, 4)])
def test_lowered_or_raised_entries_are_rejected(s: int, k: int) -> None:
    good = certify(s, k)
    assert not replace(good, entry=good.entry * Fraction(98, 100)).holds
    assert not replace(good, entry=good.entry - Fraction(2, SCALE)).holds
    assert not replace(good, entry=good.entry + Fraction(2, 1000)).holds
    assert not Certification(good.entry, good.upper + 1, good.upper + 1).holds


@pytest.mark.parametrize("s", range(2, LARGEST_DEGREE + 1))
def test_periodic_and_reflected_data_stay_below_the_norms(s: int) -> None:
    rng = np.random.default_rng(s)
    for n in (3, 8):
        for _ in range(20):
            values = rng.choice([-1.0, 1.0], size=n + 1)
            period = np.concatenate([values, values[-2:0:-1]])
            data = np.tile(period, 2 * WINDOW // len(period) + 3)
            spline = make_interp_spline(np.arange(len(data), dtype=float), data, k=s)
            middle = len(data) // 2
            x = np.linspace(middle - n, middle + n, 40 * n) + 1e-7
            for k, norm in enumerate(norms(s)):
                assert np.abs(spline(x, nu=k)).max() <= norm / SCALE * (1 + 1e-6)


def test_degrees_and_orders_outside_the_table_are_refused() -> None:
    with pytest.raises(InvalidInput, match="from 2 to 8, got 9"):
        norms(9)
    with pytest.raises(InvalidInput, match="k must be at most 3"):
        certify(3, 4)


def test_enclosures_reach_beyond_the_table() -> None:
    lower, upper = enclosure(9, 0)
    assert float(lower) <= 2.14156 <= float(upper) + 1e-5
