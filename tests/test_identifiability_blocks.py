"""Products, blocks and submatrices of weights, against numpy on every representation."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from identifiability import blocks
from identifiability.arithmetic import arithmetic, dense
from identifiability.blocks import affine_image, block_diagonal, joined, product, stacked, take
from identifiability.weights import Rationals, SparseRationals, is_sparse

FORMS = ("dense float64", "dense float32", "sparse float64", "dense exact", "sparse exact")
EXACT = ("dense exact", "sparse exact")


def stored(matrix: np.ndarray, form: str, denominator: int = 1):
    """Integers over a denominator; in floats only powers of two, so that nothing is rounded."""
    if form == "dense exact":
        return Rationals(matrix, denominator)
    if form == "sparse exact":
        rows, columns = np.nonzero(matrix)
        return SparseRationals(matrix.shape, rows, columns, matrix[rows, columns].tolist(), denominator)
    floats = (matrix / denominator).astype(form.split()[1])
    return scipy.sparse.csr_array(floats) if form.startswith("sparse") else floats


def over(matrix: np.ndarray, denominator: int) -> list:
    return [[Fraction(int(entry), denominator) for entry in row] for row in matrix]


sizes = st.integers(0, 4)
integers = st.integers(-3, 3)


@st.composite
def chains(draw: st.DrawFn):
    n, k, m = draw(sizes), draw(sizes), draw(sizes)
    return draw(arrays(np.int64, (n, k), elements=integers)), draw(
        arrays(np.int64, (k, m), elements=integers)
    )


@given(chains(), st.sampled_from([(f, g) for f in FORMS for g in FORMS if (f in EXACT) == (g in EXACT)]))
def test_products(pair, forms):
    left, right = pair
    result = product(stored(left, forms[0], 4), stored(right, forms[1], 8))
    assert dense(result).tolist() == over(left @ right, 32)
    assert is_sparse(result) == all(form.startswith("sparse") for form in forms)
    assert result.shape == (len(left), right.shape[1])


def test_products_of_huge_integers():
    huge = 10**50
    left = Rationals([[huge, 1], [0, huge]], 7)
    right = SparseRationals((2, 6), [0, 1, 1], [0, 5, 0], [huge, 1, "1/3"])
    expected = [Fraction(huge**2, 7) + Fraction(1, 21), 0, 0, 0, 0, Fraction(1, 7)]
    assert dense(product(left, right)).tolist()[0] == expected
    assert dense(product(left, Rationals(dense(right)))).tolist()[0] == expected
    assert (
        product(left, right).numerators.tolist() == product(left, Rationals(dense(right))).numerators.tolist()
    )


def test_sparse_products_in_parts(monkeypatch):
    matrix = np.arange(12).reshape(3, 4) % 5
    right = np.arange(28).reshape(4, 7)
    monkeypatch.setattr(blocks, "MOST_TERMS", 20)
    result = product(stored(matrix, "sparse exact"), stored(right, "dense exact"))
    assert dense(result).tolist() == over(matrix @ right, 1)


@pytest.mark.parametrize("form", FORMS)
def test_affine_images(form):
    matrix, vector, shift = np.array([[1, -2], [0, 3], [0, 0]]), np.array([5, 7]), np.array([1, 0, 2])
    held = stored(matrix, form, 4)
    kind = np.dtype(arithmetic(held)) if form not in EXACT else None
    parts = [Rationals(v, 8) if kind is None else (v / 8).astype(kind) for v in (vector, shift)]
    image = affine_image(held, *parts)
    assert dense(image).tolist() == [Fraction(int(entry), 32) for entry in matrix @ vector + 4 * shift]
    assert arithmetic(image) == arithmetic(held)


block_lists = st.lists(
    arrays(np.int64, array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=3), elements=integers),
    min_size=1,
    max_size=3,
)


@given(block_lists, st.data())
def test_block_diagonal(matrices, data):
    exact = data.draw(st.booleans())
    choices = EXACT if exact else ("dense float64", "sparse float64")
    forms = [data.draw(st.sampled_from(choices)) for _ in matrices]
    scales = [data.draw(st.sampled_from([1, 2, 3, 8] if exact else [1, 2, 8])) for _ in matrices]
    shape = sum(len(m) for m in matrices), sum(m.shape[1] for m in matrices)
    expected = [[Fraction(0)] * shape[1] for _ in range(shape[0])]
    top = left = 0
    for matrix, scale in zip(matrices, scales, strict=True):
        for (row, column), entry in np.ndenumerate(matrix):
            expected[top + row][left + column] = Fraction(int(entry), scale)
        top, left = top + matrix.shape[0], left + matrix.shape[1]
    result = block_diagonal([stored(*part) for part in zip(matrices, forms, scales, strict=True)])
    assert result.shape == shape
    assert dense(result).tolist() == expected
    assert is_sparse(result) == any(form.startswith("sparse") for form in forms)


@pytest.mark.parametrize("forms", [(f, g) for f in FORMS for g in FORMS if (f in EXACT) == (g in EXACT)])
def test_stacked(forms):
    first, second = np.array([[1, 0, 2]]), np.array([[0, 0, 3], [4, 0, 0]])
    result = stacked([stored(first, forms[0], 2), stored(second, forms[1], 8)])
    assert dense(result).tolist() == over(np.vstack([4 * first, second]), 8)
    assert is_sparse(result) == any(form.startswith("sparse") for form in forms)


def test_joined():
    assert dense(joined([Rationals([1, "1/2"]), Rationals(["1/3"])])).tolist() == [
        1,
        Fraction(1, 2),
        Fraction(1, 3),
    ]
    whole = joined([np.ones(2, "f"), np.zeros(0, "f"), np.zeros(1, "f")])
    assert (whole.tolist(), str(whole.dtype), whole.flags.writeable) == ([1, 1, 0], "float32", False)


@given(
    arrays(np.int64, (4, 3), elements=integers),
    st.lists(st.integers(0, 3)),
    st.lists(st.integers(0, 2)),
    st.sampled_from(FORMS),
)
def test_take(matrix, rows, columns, form):
    result = take(stored(matrix, form, 4), rows, columns)
    expected = matrix[np.array(rows, dtype=int)][:, np.array(columns, dtype=int)]
    assert result.shape == (len(rows), len(columns))
    assert dense(result).tolist() == over(expected, 4)
    assert is_sparse(result) == form.startswith("sparse")
