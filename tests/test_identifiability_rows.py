"""Rows in order and in classes, against Python's own sorting of exact numbers."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st

from identifiability.arithmetic import dense
from identifiability.rows import equal_row_classes, row_order, sorted_runs
from identifiability.weights import Rationals, SparseRationals

FLOATS = [0.0, -0.0, 1.0, -1.0, 1.5, -2.25, 1e-38, -1e-38, 3e38, float(np.nextafter(np.float32(1), 2))]
NUMBERS = [
    Fraction(0),
    Fraction(1),
    Fraction(-1, 3),
    Fraction(2**62),
    Fraction(2**62 + 1),
    Fraction(-(2**90)),
]
FORMS = ["float32", "float64", "sparse32", "sparse64", "exact", "sparse exact"]


def held(rows: list[list[object]], width: int, form: str):
    """The matrix in one of the forms that a network holds."""
    if form == "exact":
        return Rationals(np.array(rows, dtype=object).reshape(len(rows), width))
    if form == "sparse exact":
        where = [(i, j) for i in range(len(rows)) for j in range(width)]
        return SparseRationals(
            (len(rows), width), [i for i, _ in where], [j for _, j in where], [rows[i][j] for i, j in where]
        )
    array = np.array(rows, dtype="f" if form.endswith("32") else "d").reshape(len(rows), width)
    return scipy.sparse.csr_array(array) if form.startswith("sparse") else array


@st.composite
def matrices(draw):
    form = draw(st.sampled_from(FORMS))
    count, width = draw(st.integers(0, 9)), draw(st.integers(0, 6))
    some = draw(st.lists(st.sampled_from(NUMBERS if "exact" in form else FLOATS), min_size=1, max_size=4))
    entry = st.sampled_from(some)
    rows = [[draw(entry) for _ in range(width)] for _ in range(count)]
    key = draw(st.none() | st.lists(entry, min_size=count, max_size=count))
    columns = draw(st.none() | st.permutations(range(width)))
    return rows, width, form, key, columns


def exact_rows(rows, key, columns):
    listed = [[Fraction(value) for value in row] for row in rows]
    if columns is not None:
        listed = [[row[column] for column in columns] for row in listed]
    return [tuple(row) if key is None else (Fraction(key[i]), *row) for i, row in enumerate(listed)]


@given(matrices())
def test_order_runs_and_classes_are_those_of_the_exact_rows(case):
    rows, width, form, key, columns = case
    matrix = held(rows, width, form)
    first_key = None
    if key is not None:
        first_key = Rationals(key) if "exact" in form else np.array(key, dtype=matrix.dtype)
    expected = exact_rows(rows, key, columns)
    order, begins = sorted_runs(matrix, first_key, columns)
    assert order.tolist() == sorted(range(len(rows)), key=expected.__getitem__)
    assert row_order(matrix, first_key, columns).tolist() == order.tolist()
    placed = [expected[row] for row in order]
    assert begins.tolist() == [i == 0 or placed[i] != placed[i - 1] for i in range(len(placed))]
    groups: dict[object, list[int]] = {}
    for index, row in enumerate(exact_rows(rows, key, None)):
        groups.setdefault(row, []).append(index)
    assert equal_row_classes(matrix, first_key) == [
        tuple(group) for group in groups.values() if len(group) > 1
    ]


@pytest.mark.parametrize("form", FORMS)
def test_every_order_of_few_rows(form):
    numbers = NUMBERS if "exact" in form else FLOATS
    rows = [list(row) for row in itertools.product(numbers[:5], repeat=2)]
    rows += [[*row[::-1]] for row in rows]
    matrix = held(rows, 2, form)
    assert row_order(matrix).tolist() == sorted(
        range(len(rows)), key=lambda i: [Fraction(x) for x in rows[i]]
    )


def test_integers_that_agree_as_floats_are_told_apart():
    big = Rationals([[2**53, 0], [2**53 + 1, 0], [2**53, 0]])
    assert equal_row_classes(big) == [(0, 2)]
    assert equal_row_classes(Rationals([[2**62 + 2**62], [2**63], [2**63 + 1]])) == [(0, 1)]
    assert equal_row_classes(np.array([[2.0**53], [2.0**53 + 1]])) == [(0, 1)]  # one and the same float


def test_a_float_next_to_another_is_another():
    rows = np.ones((3, 5), dtype="f")
    rows[1, 4] = np.nextafter(np.float32(1), np.float32(2))
    assert equal_row_classes(rows) == [(0, 2)]
    assert row_order(rows).tolist() == [0, 2, 1]


@pytest.mark.parametrize("dtype", ["f", "d"])
def test_both_zeros_are_one_number(dtype):
    rows = np.array([[0.0, -0.0, 0.0, 1.0], [-0.0, 0.0, -0.0, 1.0], [-0.0, 0.0, 0.0, 1.0]], dtype=dtype)
    assert equal_row_classes(rows, first_key=np.array([-0.0, 0.0, -0.0])) == [(0, 1, 2)]


def test_many_ties_and_wide_rows():
    generator = np.random.default_rng(1)
    rows = generator.integers(-1, 2, (600, 40)).astype("f")
    rows[300:] = rows[:300]
    rows[:, :20] = 0
    assert row_order(rows).tolist() == np.lexsort(rows.T[::-1]).tolist()
    assert equal_row_classes(rows) == equal_row_classes(scipy.sparse.csr_array(rows))
    assert len(equal_row_classes(rows)) == 300
    assert row_order(np.eye(50)).tolist() == list(range(49, -1, -1))


def test_an_order_of_raw_bytes_would_not_do():
    """What the texts must not be: the floats' own bytes, which put −1 above 1 and part the zeros."""
    rows = np.array([[0.0] * 3 + [value] for value in (1.0, -1.0, -0.0, 0.0, -2.0)])
    raw = sorted(range(5), key=lambda i: rows[i].astype(">f8").tobytes())
    assert raw != row_order(rows).tolist() == [4, 1, 2, 3, 0]


@given(matrices())
def test_stored_sparse_or_dense_makes_no_difference(case):
    rows, width, form, _, columns = case
    other = {"exact": "sparse exact", "sparse exact": "exact", "float64": "sparse64", "sparse64": "float64"}
    one, two = held(rows, width, form), held(rows, width, other.get(form, form))
    assert row_order(one, columns=columns).tolist() == row_order(two, columns=columns).tolist()
    assert dense(one).shape == (len(rows), width)
