"""Nearest pairs and smallest rows, against exact distances of every pair."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st

from identifiability import near_misses
from identifiability.near_misses import NearestPair, nearest_pair, smallest_column, smallest_row
from identifiability.weights import Rationals, SparseRationals


def exact(matrix, bias):
    return [[Fraction(value) for value in (*row, shift)] for row, shift in zip(matrix, bias, strict=True)]


def least_positive(matrix, bias):
    """The least positive squared distance, and the pairs that have it."""
    rows = exact(matrix, bias)
    squares = {
        (i, j): sum((a - b) ** 2 for a, b in zip(rows[i], rows[j], strict=True))
        for i, j in itertools.combinations(range(len(rows)), 2)
    }
    positive = [square for square in squares.values() if square]
    least = min(positive, default=None)
    return least, {pair for pair, square in squares.items() if square == least}


numbers = st.sampled_from(
    [0.0, 1.0, -1.0, 1.0 + 2**-50, 1e-200, 3e-200, 1e-320, 1e300, 1e300 * (1 + 2**-52), 0.1]
)


@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=0, max_size=7))
def test_floats_of_every_size(rows):
    matrix = np.array([row[:2] for row in rows]).reshape(len(rows), 2)
    bias = np.array([row[2] for row in rows])
    least, pairs = least_positive(matrix, bias)
    found = nearest_pair(matrix, bias)
    if least is None:
        assert found is None
        return
    assert found[0] in pairs
    assert found[1] == found[2] == least
    sparse = nearest_pair(scipy.sparse.csr_array(matrix), bias)
    assert sparse[1:] == found[1:]


integers = st.sampled_from([0, 1, 2**53, 2**53 + 1, 2**80, 2**80 + 1, Fraction(1, 3), Fraction(-(10**40), 7)])


@given(st.lists(st.tuples(integers, integers), min_size=0, max_size=6))
def test_exact_numbers_of_every_size(rows):
    matrix = Rationals(np.array([[row[0]] for row in rows], dtype=object).reshape(len(rows), 1))
    bias = Rationals(np.array([row[1] for row in rows], dtype=object))
    least, pairs = least_positive([[row[0]] for row in rows], [row[1] for row in rows])
    found = nearest_pair(matrix, bias)
    assert (found is None) == (least is None)
    if found is not None:
        assert found[0] in pairs
        assert found[1] == found[2] == least
        sparse = SparseRationals((len(rows), 1), range(len(rows)), [0] * len(rows), [row[0] for row in rows])
        assert nearest_pair(sparse, bias)[1:] == found[1:]


@pytest.mark.parametrize("dtype", ["f", "d"])
def test_one_planted_pair_among_many(dtype):
    generator = np.random.default_rng(0)
    matrix = generator.standard_normal((1500, 60)).astype(dtype)
    bias = generator.standard_normal(1500).astype(dtype)
    matrix[1400], bias[1400] = matrix[3], bias[3]
    matrix[1400, 7] = np.nextafter(matrix[3, 7], matrix.dtype.type(9))
    found = nearest_pair(matrix, bias)
    assert found[0] == (3, 1400)
    assert found[1] == found[2] == (Fraction(float(matrix[3, 7])) - Fraction(float(matrix[1400, 7]))) ** 2


def test_against_scipy():
    from scipy.spatial.distance import pdist

    generator = np.random.default_rng(2)
    matrix, bias = generator.standard_normal((700, 20)), generator.standard_normal(700)
    found = nearest_pair(matrix, bias)
    assert float(found[1]) == pytest.approx(pdist(np.column_stack([matrix, bias])).min() ** 2, rel=1e-12)


@pytest.mark.parametrize("limit", ["MOST_PAIRS", "MOST_EXACT", "MOST_PRODUCTS"])
def test_what_is_not_proved_is_not_claimed(limit, monkeypatch):
    generator = np.random.default_rng(3)
    matrix, bias = generator.integers(-1, 2, (90, 6)).astype("d"), np.zeros(90)
    least, _ = least_positive(matrix, bias)
    exact_rows = exact(matrix, bias)
    monkeypatch.setattr(near_misses, limit, 3)
    (i, j), square, at_least = nearest_pair(matrix, bias)
    assert square == sum((a - b) ** 2 for a, b in zip(exact_rows[i], exact_rows[j], strict=True)) > 0
    assert at_least <= least <= square
    if limit == "MOST_PRODUCTS":
        assert at_least == 0
        assert "≥ 0" in str(NearestPair(0, (i, j), square, at_least))
    else:
        assert float(at_least) == pytest.approx(float(least), rel=1e-9)


def test_pairs_are_found_on_random_lines_where_there_are_too_many(monkeypatch):
    generator = np.random.default_rng(4)
    matrix, bias = generator.standard_normal((400, 30)), np.zeros(400)
    matrix[100] = matrix[200] + 1e-9
    monkeypatch.setattr(near_misses, "MOST_PRODUCTS", 0)
    for weight in (matrix, scipy.sparse.csr_array(matrix)):
        found = nearest_pair(weight, bias)
        assert found[0] == (100, 200)
        assert found[2] == 0


def test_a_filter_without_its_slack_would_miss_the_nearest_pair(monkeypatch):
    """Beside 1e6 gaps of 1e-4 are lost in products, so that the slack must let such pairs through."""
    matrix, bias = 1e6 + 1e-4 * np.random.default_rng(5).standard_normal((60, 3)), np.zeros(60)
    least, pairs = least_positive(matrix, bias)
    assert nearest_pair(matrix, bias)[1] == least
    careful = near_misses._close_pairs
    monkeypatch.setattr(near_misses, "_close_pairs", lambda points, norms, slack: careful(points, norms, 0.0))
    assert nearest_pair(matrix, bias)[0] not in pairs


@given(
    st.lists(st.lists(st.sampled_from([0.0, -0.0, 1e-300, -2.0, 0.5]), min_size=3, max_size=3), max_size=6),
    st.booleans(),
)
def test_smallest_rows_and_columns(rows, as_floats):
    matrix = np.array(rows).reshape(len(rows), 3)
    weight = (
        matrix
        if as_floats
        else Rationals([[Fraction(x) for x in row] for row in rows] or np.zeros((0, 3), int))
    )
    for function, lines in ((smallest_row, matrix), (smallest_column, matrix.T)):
        sizes = [max((abs(Fraction(x)) for x in line), default=Fraction(0)) for line in lines]
        positive = [size for size in sizes if size]
        found = function(weight)
        assert (found is None) == (not positive)
        if found is not None:
            assert sizes[found[0]] == found[1] == min(positive)
            assert function(scipy.sparse.csr_array(matrix)) == found
