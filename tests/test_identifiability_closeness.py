"""Whether numbers are within a tolerance, against Fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from identifiability.matching.closeness import comparison
from identifiability.weights import Rationals, SparseRationals

tolerances = st.one_of(
    st.fractions(min_value=Fraction(1, 10**6), max_value=10**3),
    st.sampled_from(
        [Fraction(1, 10), Fraction(0.1), Fraction(5e-324), Fraction(1, 10**400), Fraction(10**400)]
    ),
    st.floats(min_value=2**-140, max_value=2**127, width=32).map(Fraction),
)


@pytest.mark.parametrize("width", [32, 64])
@given(data=st.data(), tolerance=tolerances)
def test_floats_are_compared_without_rounding(width, data, tolerance):
    dtype = np.dtype(f"f{width // 8}")
    number = st.floats(allow_nan=False, allow_infinity=False, width=width)
    first = np.array(data.draw(st.lists(number, min_size=1, max_size=5)), dtype=dtype)
    limit = Fraction(float(np.finfo(dtype).max))
    second = first.copy()
    for index in range(len(first)):
        # About the tolerance away, where rounding could decide wrongly.
        target = Fraction(float(first[index])) + data.draw(st.sampled_from([-1, 1, 0])) * tolerance
        if abs(target) <= limit:
            moved = dtype.type(float(target))
            steps = data.draw(st.integers(-1, 1))
            with np.errstate(all="ignore"):
                moved = np.nextafter(moved, dtype.type(steps * np.inf)) if steps else moved
            second[index] = moved if np.isfinite(moved) else first[index]
    both = comparison(first, second, tolerance)
    expected = [
        abs(Fraction(float(one)) - Fraction(float(other))) <= tolerance
        for one, other in zip(first, second, strict=True)
    ]
    assert both.within(both.first, both.second).tolist() == expected


@given(
    st.lists(
        st.tuples(st.fractions(max_denominator=50), st.fractions(max_denominator=50)), min_size=1, max_size=4
    ),
    st.fractions(min_value=Fraction(1, 500), max_value=10),
    st.sampled_from([0, 2**53, 2**63, 10**30]),
)
@example([(Fraction(1, 3), Fraction(1, 2))], Fraction(1, 6), 0)
def test_exact_numbers_of_any_size(pairs, tolerance, shift):
    first, second = ([pair[k] + shift for pair in pairs] for k in (0, 1))
    both = comparison(Rationals(first), Rationals(second), tolerance)
    expected = [abs(one - other) <= tolerance for one, other in zip(first, second, strict=True)]
    assert both.within(both.first, both.second).tolist() == expected
    places = list(range(len(first)))
    sparse = [SparseRationals((1, len(first)), [0] * len(first), places, part) for part in (first, second)]
    both = comparison(*sparse, tolerance)
    assert both.within(both.first, both.second).tolist() == [expected]


def test_a_tenth_is_not_the_float_that_prints_like_it():
    both = comparison(np.array([0.1]), np.array([0.0]), Fraction(1, 10))
    assert Fraction(0.1) > Fraction(1, 10)
    assert both.within(both.first, both.second).tolist() == [False]
    assert (np.abs(both.first - both.second) <= 0.1).all()  # what comparing floats would say
    both = comparison(np.array([0.3]), np.array([0.2]), Fraction(1, 10))
    assert both.within(both.first, both.second).tolist() == [True]
