"""Arrays of numbers in one of two arithmetics: float64, or exact integers and Fractions.

The networks of a scheme are the same whichever it is; the code that builds them says ``exact`` and
leaves the rest to numpy, whose arrays of objects add and multiply Fractions entry by entry.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from identifiability.blocks import block_diagonal
from identifiability.weights import SparseRationals, Weight, entrywise, float_matrix, triples

Numbers = NDArray[Any]
"""Floats, integers, or objects that are exact integers and Fractions."""


def is_exact(values: Numbers) -> bool:
    """Whether the entries are Fractions, and what is built from them is to be exact."""
    return values.dtype == object


def number(value: Fraction | int, exact: bool) -> Any:
    """One number in the arithmetic."""
    return Fraction(value) if exact else float(value)


def numbers(values: Sequence[Fraction | int], exact: bool) -> Numbers:
    """A vector in the arithmetic.

    Examples
    --------
    >>> numbers([Fraction(1, 4), 1], exact=True), numbers([Fraction(1, 4), 1], exact=False)
    (array([Fraction(1, 4), 1], dtype=object), array([0.25, 1.  ]))
    """
    if not exact:
        return np.array([float(value) for value in values])
    vector = np.empty(len(values), dtype=object)
    vector[:] = values
    return vector


def ratios(numerators: ArrayLike, denominator: int, exact: bool) -> Numbers:
    """Integers divided by one integer; floats are rounded once where all of them are below 2^53.

    Examples
    --------
    >>> ratios([1, 2], 4, exact=True)
    array([Fraction(1, 4), Fraction(1, 2)], dtype=object)
    """
    integers = np.asarray(numerators)
    return (
        entrywise(lambda value: Fraction(int(value), denominator), integers)
        if exact
        else integers / denominator
    )


def sparse(shape: tuple[int, int], rows: Any, columns: Any, entries: Any, exact: bool) -> Weight:
    """A sparse matrix from its entries; those given twice add up."""
    values = np.asarray(entries)
    if exact:
        return SparseRationals(shape, rows, columns, values.tolist())
    return float_matrix(rows, columns, values.astype(float), shape)


def diagonal(entries: Any, exact: bool) -> Weight:
    """A sparse diagonal matrix."""
    steps = np.arange(len(entries))
    return sparse((len(steps), len(steps)), steps, steps, entries, exact)


def placed(matrix: Weight, first: int, width: int) -> Weight:
    """The same rows with their columns starting at ``first`` of ``width``.

    Examples
    --------
    >>> placed(diagonal([2], exact=True), 1, 3).columns.tolist()
    [1]
    """
    rows, columns, values = triples(matrix)
    shape = (matrix.shape[0], width)
    if isinstance(matrix, SparseRationals):
        return SparseRationals(shape, rows, columns + first, values, matrix.denominator)
    return float_matrix(rows, columns + first, values, shape)


def kron(left: Weight, right: Weight) -> Weight:
    """The Kronecker product of two matrices of one arithmetic.

    Examples
    --------
    >>> kron(diagonal([1, 2], exact=True), sparse((1, 2), [0, 0], [0, 1], [1, 3], exact=True)).numerators
    array([1, 3, 2, 6], dtype=object)
    """
    (row, column, value), (rows, columns, values) = triples(left), triples(right)
    shape = (left.shape[0] * right.shape[0], left.shape[1] * right.shape[1])
    whole = (
        (row[:, None] * right.shape[0] + rows).ravel(),
        (column[:, None] * right.shape[1] + columns).ravel(),
        (value[:, None] * values).ravel(),
    )
    if isinstance(left, SparseRationals) and isinstance(right, SparseRationals):
        return SparseRationals(shape, *whole, left.denominator * right.denominator)
    return float_matrix(*whole, shape)


def repeated(matrix: Weight, times: int) -> Weight:
    """Copies of a matrix along the diagonal."""
    return block_diagonal([matrix] * times)


def combination(*terms: tuple[Fraction | float, Weight]) -> Weight:
    """Σ c A over pairs (c, A) of matrices of one shape and arithmetic.

    Examples
    --------
    >>> one = diagonal([1, 2], exact=True)
    >>> twice = combination((1, one), (Fraction(1, 2), one))
    >>> twice.numerators.tolist(), twice.denominator
    ([3, 6], 2)
    """
    exact = [(Fraction(factor), part) for factor, part in terms if isinstance(part, SparseRationals)]
    common = math.lcm(*(factor.denominator * part.denominator for factor, part in exact))
    scales: list[float] = [int(factor * (common // part.denominator)) for factor, part in exact]
    scales = scales or [float(factor) for factor, _ in terms]
    parts = [triples(matrix) for _, matrix in terms]
    rows, columns = (np.concatenate([part[which] for part in parts]) for which in (0, 1))
    values = np.concatenate([part[2] * scale for part, scale in zip(parts, scales, strict=True)])
    out, incoming = terms[0][1].shape
    if exact:
        return SparseRationals((out, incoming), rows, columns, values.tolist(), common)
    return float_matrix(rows, columns, values, (out, incoming))
