"""Weight matrices: rationals dense and sparse, their normal form, and what is refused."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st

from identifiability import arithmetic, weights
from identifiability.arithmetic import common_arithmetic, dense, to_exact, to_float
from identifiability.errors import Inexact, InvalidInput, InvalidNetwork
from identifiability.weights import Rationals, SparseRationals, fingerprint, nonzero_count, same, triples

F = Fraction
triple_lists = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.fractions(max_denominator=9)))


@given(st.lists(st.fractions(max_denominator=50), min_size=1), st.integers(1, 20))
def test_rationals_are_in_lowest_terms(values, denominator):
    held = Rationals(values, denominator)
    assert [F(n, held.denominator) for n in held.numerators] == [value / denominator for value in values]
    assert held.denominator == math.lcm(*(F(value / denominator).denominator for value in values))
    assert math.gcd(held.denominator, *held.numerators.tolist()) == 1
    assert {type(n) for n in held.numerators.flat} == {int}


@given(triple_lists, st.integers(1, 6))
def test_sparse_rationals_are_the_sum_of_their_triples(listed, denominator):
    rows, columns, values = zip(*listed, strict=True) if listed else ((), (), ())
    held = SparseRationals((4, 3), rows, columns, values, denominator)
    expected = [[F(0)] * 3 for _ in range(4)]
    for row, column, value in listed:
        expected[row][column] += value / denominator
    assert dense(held).tolist() == expected
    places = list(zip(held.rows.tolist(), held.columns.tolist(), strict=True))
    assert places == sorted(set(places))
    assert 0 not in held.numerators
    assert nonzero_count(held) == sum(entry != 0 for row in expected for entry in row)
    assert same(held, Rationals(expected))
    assert same(Rationals(expected), held)
    assert fingerprint(held) == fingerprint(Rationals(expected))
    again = pickle.loads(pickle.dumps(held))
    assert same(again, held)
    assert not again.numerators.flags.writeable


def test_the_same_values_elsewhere_are_not_the_same_matrix():
    first = SparseRationals((2, 2), [0], [1], [1])
    assert not same(first, SparseRationals((2, 2), [1], [0], [1]))
    assert not same(first, SparseRationals((2, 3), [0], [1], [1]))
    assert not same(first, Rationals([[1, 0], [0, 0]]))
    assert not same(scipy.sparse.csr_array([[0.0, 1.0]]), np.array([[1.0, 0.0]]))
    assert not same(scipy.sparse.csr_array([[0.0, 1.0]]), scipy.sparse.csr_array([[1.0, 0.0]]))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Rationals([0.5]), InvalidInput, "no float entries"),
        (lambda: Rationals([1, np.float32(2)]), InvalidInput, "no float entries"),
        (lambda: Rationals([True]), InvalidInput, "True"),
        (lambda: Rationals([1], 0), InvalidInput, "common denominator must be at least 1"),
        (lambda: Rationals([[1], [2, 3]]), InvalidInput, "matrix entry"),
        (lambda: SparseRationals((2, 2), [0], [0], [0.5]), InvalidInput, "no float entries"),
        (lambda: SparseRationals((2, 2), [0, 1], [0], [1]), InvalidNetwork, "got 2, 1 and 1"),
        (
            lambda: SparseRationals((2, 2), [2], [0], [1]),
            InvalidNetwork,
            r"rows .* lie in 0\.\.1, got 2\.\.2",
        ),
        (lambda: SparseRationals((2, 2), [0], [-1], [1]), InvalidNetwork, r"columns .* lie in 0\.\.1"),
        (lambda: SparseRationals((2, 2), [0.5], [0], [1]), InvalidNetwork, "list of integers"),
        (lambda: SparseRationals((2, 2), [[0]], [0], [1]), InvalidNetwork, "list of integers"),
        (lambda: SparseRationals((2, -1), [], [], []), InvalidInput, "at least 0"),
    ],
)
def test_bad_rationals_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_common_denominator_that_would_fill_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr(weights, "LARGEST_EXACT_BITS", 1000)
    primes = [p for p in range(2, 300) if all(p % q for q in range(2, int(p**0.5) + 1))]
    with pytest.raises(InvalidNetwork, match="fewer distinct denominators"):
        Rationals([F(1, p) for p in primes])
    monkeypatch.setattr(arithmetic, "LARGEST_EXACT_BITS", 1000)
    with pytest.raises(Inexact, match="negligible"):
        to_exact(np.array([1e-300, 1.0]))
    assert to_exact(np.array([1e-300, 0.0])).denominator > 2**1000  # a zero costs nothing


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_floats_as_integers_over_a_power_of_two(values):
    exact = to_exact(np.array(values))
    assert [F(n, exact.denominator) for n in exact.numerators] == [F(value) for value in values]
    assert exact.denominator & (exact.denominator - 1) == 0
    assert np.array_equal(to_float(exact, np.dtype("float64")), np.array(values))


def test_arithmetic_of_parts():
    double, single, exact = np.ones((1, 1)), np.ones((1, 1), "f"), Rationals([[1]])
    nothing = Rationals(np.empty((0, 2)))
    assert common_arithmetic([single, single]) == "float32"
    assert common_arithmetic([single, double]) == common_arithmetic([single, exact]) == "float64"
    assert common_arithmetic([single, nothing]) == "float32"
    assert common_arithmetic([nothing]) == common_arithmetic([exact, nothing]) == "exact"


def test_triples_are_row_major_whatever_the_storage():
    matrix = np.array([[0, 2, 0], [3, 0, 4]])
    expected = ([0, 1, 1], [1, 0, 2], [2, 3, 4])
    rows, columns, values = expected
    for stored in (
        matrix.astype(float),
        Rationals(matrix),
        scipy.sparse.csr_array(matrix.astype("f")),
        SparseRationals((2, 3), rows[::-1], columns[::-1], values[::-1]),
    ):
        assert tuple(part.tolist() for part in triples(stored)) == expected
