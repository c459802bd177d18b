"""Rows of a matrix in lexicographic order, and the classes of equal rows.

Entries are compared as numbers and without tolerance: −0.0 equals 0.0, integers of any size are told
apart, and a matrix stored sparse has the same order and classes as the same matrix stored dense.

* :func:`row_order` sorts by a first key (a bias, say) and then by the entries from left to right;
* :func:`sorted_runs` says besides where in that order a new run of equal rows begins;
* :func:`equal_row_classes` lists the classes of two or more equal rows.

Rows are sorted by one key after another, and a later key is looked at only for the rows that are still
tied.  What a few keys leave tied is written as texts of bytes, in which big-endian order is the order of
the numbers, so that a comparison of two long rows stops at their first difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from identifiability.blocks import take
from identifiability.weights import Bias, Rationals, Weight, is_sparse, triples

FEW_KEYS = 3
"""Rows that so many single keys leave tied are compared whole."""


def row_order(
    matrix: Weight, first_key: Bias | None = None, columns: ArrayLike | None = None
) -> NDArray[np.int64]:
    """The order in which the rows increase lexicographically; equal rows stay in their order.

    Parameters
    ----------
    matrix : Weight
        Shape (n, m), dense or sparse, floats or rationals.
    first_key : vector of n numbers, optional
        Compared before the first column; floats, integers or Rationals.
    columns : sequence of int, optional
        Compare the columns in this order instead of from left to right.

    Returns
    -------
    numpy.ndarray
        ``take(matrix, row_order(matrix), ...)`` has its rows sorted.

    Examples
    --------
    >>> matrix = np.array([[1.0, 2.0], [0.0, 5.0], [-0.0, 3.0]])
    >>> row_order(matrix)
    array([2, 1, 0])
    >>> row_order(matrix, first_key=np.array([0, 1, 1])), row_order(matrix, columns=[1, 0])
    (array([0, 2, 1]), array([0, 2, 1]))
    """
    return sorted_runs(matrix, first_key, columns)[0]


def sorted_runs(
    matrix: Weight, first_key: Bias | None = None, columns: ArrayLike | None = None
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The order of the rows, and for each of its places whether the row there differs from the one before.

    Parameters
    ----------
    matrix, first_key, columns
        As for :func:`row_order`.

    Examples
    --------
    >>> sorted_runs(np.array([[2.0], [1.0], [2.0]]))
    (array([1, 0, 2]), array([ True,  True, False]))
    """
    count = int(matrix.shape[0])
    if columns is not None and is_sparse(matrix):
        matrix, columns = take(matrix, np.arange(count), columns), None
    chosen = np.arange(matrix.shape[1]) if columns is None else np.asarray(columns, dtype=np.int64)
    entries = None if is_sparse(matrix) else _ordered_alike(_numbers(matrix))
    order = np.arange(count)
    first = np.zeros(count, dtype=bool)
    first[:1] = True
    for key in _single_keys(first_key, entries, chosen):
        place = _tied(first)
        if not len(place):
            return order, first
        tied = order[place]
        run, values = np.cumsum(first)[place], key[tied]
        inner = np.lexsort((values, run))
        order[place], values = tied[inner], values[inner]
        first[place[1:]] |= values[1:] != values[:-1]
    place = _tied(first)
    if len(place):
        tied = order[place]
        texts = _sparse_texts(matrix, tied) if entries is None else _dense_texts(entries, tied, chosen)
        compared = list(zip(np.cumsum(first)[place].tolist(), texts, strict=True))
        after = sorted(range(len(tied)), key=compared.__getitem__)
        order[place] = tied[after]
        first[place[1:]] |= [compared[one] != compared[two] for one, two in pairwise(after)]
    return order, first


def equal_row_classes(matrix: Weight, first_key: Bias | None = None) -> list[tuple[int, ...]]:
    """The classes of two or more rows with equal entries and equal first keys.

    Parameters
    ----------
    matrix, first_key
        As for :func:`row_order`.

    Returns
    -------
    list of tuple of int
        Each class in increasing order, and the classes by their least members.

    Examples
    --------
    >>> matrix = Rationals([[1], [2], [1], [2], ["1/2"]])
    >>> equal_row_classes(matrix)
    [(0, 2), (1, 3)]
    >>> equal_row_classes(matrix, first_key=Rationals([0, 0, 1, 0, 0]))
    [(1, 3)]
    """
    order, first = sorted_runs(matrix, first_key)
    ends = np.append(np.flatnonzero(first), len(order))
    classes = [
        tuple(order[ends[k] : ends[k + 1]].tolist()) for k in np.flatnonzero(np.diff(ends) > 1).tolist()
    ]
    return sorted(classes)


def _single_keys(
    first_key: Bias | None, entries: NDArray[Any] | None, columns: NDArray[np.int64]
) -> Iterator[NDArray[Any]]:
    if first_key is not None:
        yield _ordered_alike(_numbers(first_key))
    if entries is not None:
        for column in columns[: FEW_KEYS - 1]:
            yield entries[:, column]


def _tied(first: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The places of the rows that equal their neighbour before or after."""
    alone = first.copy()
    alone[:-1] &= first[1:]
    return np.flatnonzero(~alone)


def _numbers(part: Weight | Bias) -> NDArray[Any]:
    values: NDArray[Any] = part.numerators if isinstance(part, Rationals) else np.asarray(part)
    return values


def _ordered_alike(values: NDArray[Any]) -> NDArray[Any]:
    """Floats or 64-bit integers that are ordered as the values are."""
    if values.dtype != object:
        return values
    try:
        return values.astype(np.int64)
    except OverflowError:
        return np.unique(values, return_inverse=True)[1].reshape(values.shape)


def _big_endian(values: NDArray[Any]) -> NDArray[Any]:
    """Unsigned integers, the highest byte first, whose bytes are ordered as the numbers are."""
    if values.dtype.kind != "f":
        unsigned = values.astype(np.int64).view(np.uint64) ^ np.uint64(1 << 63)
    else:
        # Adding zero makes −0.0 the same as 0.0.
        bits = (values + values.dtype.type(0)).view(f"i{values.dtype.itemsize}")
        width = 8 * values.dtype.itemsize
        unsigned = bits.view(f"u{values.dtype.itemsize}")
        # A negative float has all its bits turned over, and any other its sign bit alone.
        unsigned = unsigned ^ (
            (bits >> (width - 1)).view(unsigned.dtype) | unsigned.dtype.type(1 << (width - 1))
        )
    return unsigned.astype(unsigned.dtype.newbyteorder(">"))


def _dense_texts(
    entries: NDArray[Any], rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> Iterator[bytes]:
    for start in range(0, len(rows), 256):
        block = entries.take(rows[start : start + 256], axis=0).take(columns, axis=1)
        for row in _big_endian(block):
            yield row.tobytes()


def _sparse_texts(matrix: Weight, rows: NDArray[np.int64]) -> Iterator[bytes]:
    # Where two rows first differ, the one with a negative entry further left is less, and the one with
    # a positive entry further left is greater; the end of a row stands between them.
    row, column, values = triples(matrix)
    below, above = column - matrix.shape[1], matrix.shape[1] - column
    position = np.where(values < 0, below, above).astype(np.int64)
    pairs = np.empty((len(row), 2), dtype=">u8")
    pairs[:, 0], pairs[:, 1] = _big_endian(position), _big_endian(_wide(_ordered_alike(values)))
    start = np.searchsorted(row, np.arange(matrix.shape[0] + 1))
    end = _big_endian(np.zeros(1, dtype=np.int64)).tobytes()
    for index in rows.tolist():
        yield pairs[start[index] : start[index + 1]].tobytes() + end


def _wide(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype(np.float64) if values.dtype.kind == "f" else values
