r"""The largest gradients in the plane: the hyperplanes sorted by slope, and prefix sums of the jumps.

With the rows turned into the half plane x > 0 and sorted by slope, a point of slope ψ + π/2 lies on the
positive side of exactly those lines whose normal has an angle above ψ.  So the sums Σ ± J of the jumps over
all cells are, up to sign, T − 2P for the total T and the prefix sums P.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAFE_INTEGERS = 2**26
"""Two different quotients of integers below this round to different floats."""

LARGEST_FLOAT_INTEGER = 2**53
LARGEST_INT64 = 2**62


def planar_sums(rows: NDArray[Any], columns: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], int]:
    r"""The largest |Σ ± J_i| over the cells of lines in the plane, for each component.

    Parameters
    ----------
    rows : array of shape (n, 2)
        The :math:`a_i`: floats, or integers as an object array.
    columns : array of shape (n, k)
        The :math:`c_i`, of the same kind.

    Returns
    -------
    linear : array of shape (2k,)
        :math:`L = \sum c_i a_i`, output by output.
    largest : array of shape (2k,)
        For each component the largest :math:`|\sum_i s_i J_i|` over the cells, with
        :math:`J_i = \pm c_i a_i` and the sign that turns :math:`\pm a_i` into the right half plane.
    lines : int
        How many lines remain after jumps on the same line are added and zero sums dropped.

    Notes
    -----
    Division of floats rounds correctly, and so does Python's division of integers.  Rounding is monotone,
    so that the rounded slopes are in order; those that are equal are compared exactly.  Integers give an
    exact result; with floats the order is exact, and only the jumps and their sums are rounded.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.array([[1, 0], [0, 1]], dtype=object)
    >>> [part.tolist() for part in planar_sums(rows, np.array([[1], [-1]], dtype=object))[:2]]
    [[1, -1], [1, 1]]
    """
    kept = (rows != 0).any(axis=1) & (columns != 0).any(axis=1)
    rows, columns = rows[kept], columns[kept]
    if rows.dtype == object and len(rows):
        rows, columns = _fitting(rows, columns)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        jumps = (columns[:, :, None] * rows[:, None, :]).reshape(len(rows), 2 * columns.shape[1])
        linear = jumps.sum(axis=0)
        left = (rows[:, 0] < 0) | ((rows[:, 0] == 0) & (rows[:, 1] < 0))
        largest, lines = line_sums(rows, np.where(left[:, None], -jumps, jumps))
    return linear, largest, lines


def line_sums(rows: NDArray[Any], jumps: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """The largest |Σ ± J_i| over the cells of lines in the plane, and how many lines carry a jump.

    The jump J_i is across the line with the normal a_i, turned into the right half plane.

    Examples
    --------
    >>> rows, jumps = np.array([[1, 0], [0, 1], [1, 1]]), np.array([[1], [1], [-1]])
    >>> line_sums(rows, jumps)[0].tolist(), line_sums(rows[:2], jumps[:2])[0].tolist()
    ([1], [2])
    """
    if not len(rows):
        return np.zeros(jumps.shape[1], dtype=jumps.dtype), 0
    left = (rows[:, 0] < 0) | ((rows[:, 0] == 0) & (rows[:, 1] < 0))
    # Adding zero turns the float −0 into 0, so that a row with x = 0 and y > 0 has the slope +∞.
    order, starts = _sorted_lines(np.where(left[:, None], -rows, rows) + 0)
    on_line = np.add.reduceat(jumps[order], starts, axis=0)
    sums = np.abs(on_line.sum(axis=0) - 2 * np.cumsum(on_line, axis=0))
    return sums.max(axis=0), int((on_line != 0).any(axis=1).sum())


def _fitting(rows: NDArray[Any], columns: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The integers as int64 where every sum of their products fits, and the rows are floats as well."""
    longest = max(map(abs, rows.ravel().tolist()))
    largest = longest * max(map(abs, columns.ravel().tolist()))
    if longest >= LARGEST_FLOAT_INTEGER or 4 * len(rows) * largest >= LARGEST_INT64:
        return rows, columns
    return rows.astype(np.int64), columns.astype(np.int64)


def _sorted_lines(rows: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """An order by slope of rows in the right half plane, and where each new slope starts in it."""
    slopes = _slopes(rows)
    order = np.argsort(slopes, kind="stable")
    slopes, rows = slopes[order], rows[order]
    new = np.r_[True, slopes[1:] != slopes[:-1]]
    tied = np.flatnonzero(~new)
    if len(tied) and not (rows.dtype == np.int64 and np.abs(rows).max() < SAFE_INTEGERS):
        apart = tied[~_parallel(rows[tied - 1], rows[tied])]
        bounds = np.r_[np.flatnonzero(new), len(rows)]
        for run in np.unique(np.searchsorted(bounds, apart, side="right")).tolist():
            start, end = int(bounds[run - 1]), int(bounds[run])
            exact = [_slope(x, y) for x, y in rows[start:end].tolist()]
            places = sorted(range(end - start), key=exact.__getitem__)
            order[start:end] = order[start:end][places]
            new[start + 1 : end] = [exact[i] != exact[j] for i, j in zip(places[1:], places, strict=False)]
    return order, np.flatnonzero(new)


def _slopes(rows: NDArray[Any]) -> NDArray[np.float64]:
    if rows.dtype == object:
        return np.array([_quotient(x, y) for x, y in rows.tolist()])
    with np.errstate(divide="ignore", over="ignore", under="ignore"):
        slopes: NDArray[np.float64] = rows[:, 1].astype(np.float64) / rows[:, 0].astype(np.float64)
    return slopes


def _quotient(x: int, y: int) -> float:
    try:
        return y / x if x else np.inf
    except OverflowError:
        return np.inf if y > 0 else -np.inf


def _slope(x: Any, y: Any) -> tuple[bool, Fraction]:
    return (False, Fraction(y) / Fraction(x)) if x else (True, Fraction(0))


def _parallel(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.bool_]:
    """Which rows are in a line with those of the other array, exactly."""
    same: NDArray[np.bool_] = (first == second).all(axis=1)
    for place in np.flatnonzero(~same).tolist():
        (a, b), (c, d) = ([Fraction(entry) for entry in row[place].tolist()] for row in (first, second))
        same[place] = a * d == b * c
    return same
