"""Weight matrices: the one representation that every network holds.

A weight matrix is one of four things:

* a dense ``numpy`` array of float32 or float64;
* a ``scipy.sparse.csr_array`` of float32 or float64, sorted, without stored zeros;
* :class:`Rationals`, a dense array of integers over one common denominator;
* :class:`SparseRationals`, row-major triples (row, column, integer) over one common denominator.

A bias is a dense float vector or a vector of :class:`Rationals`.  All of them are read-only.  A float
entry stands for the binary fraction that it is, so that :func:`to_exact` loses nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from identifiability.errors import InvalidInput, InvalidNetwork
from identifiability.exact import fraction, integer

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LARGEST_EXACT_BITS = 2**34
"""An exact array is refused when its size times the bits of its common denominator exceeds this."""


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Rationals:
    """A dense vector or matrix of rationals: integers over one common denominator, in lowest terms.

    Parameters
    ----------
    entries : array or nested sequence of int, Fraction or exact text
        Floats are refused.
    denominator : int
        A positive integer that divides every entry.

    Examples
    --------
    >>> matrix = Rationals([["1/2", 3], [0, 2]], denominator=2)
    >>> matrix.numerators.tolist(), matrix.denominator
    ([[1, 6], [0, 4]], 4)
    """

    numerators: NDArray[np.object_]
    denominator: int

    def __init__(self, entries: ArrayLike | Sequence[Any], denominator: int = 1) -> None:
        array = np.array(entries, dtype=object)
        integers, common = _lowest_terms(*_over_one_denominator(array.ravel().tolist(), denominator))
        object.__setattr__(self, "numerators", _objects(integers, array.shape))
        object.__setattr__(self, "denominator", common)

    @property
    def shape(self) -> tuple[int, ...]:
        """(out, in) for a matrix, (out,) for a bias."""
        return self.numerators.shape

    def __reduce__(self) -> tuple[Any, ...]:
        return Rationals, (self.numerators, self.denominator)


@dataclass(frozen=True, slots=True, eq=False, init=False)
class SparseRationals:
    """A sparse matrix of rationals: triples (row, column, integer) over one common denominator.

    The triples are kept in row-major order and in lowest terms; entries given twice add up, and zeros
    are dropped.

    Parameters
    ----------
    shape : tuple of two int
        (out, in).
    rows, columns : sequence of int
        Where the entries are, counted from 0.
    entries : sequence of int, Fraction or exact text
        Floats are refused: a sparse float matrix is a ``scipy.sparse`` array.
    denominator : int
        A positive integer that divides every entry.

    Examples
    --------
    >>> matrix = SparseRationals((2, 10**6), [1, 0, 1], [5, 0, 5], ["1/2", 3, 1])
    >>> matrix.rows.tolist(), matrix.columns.tolist(), matrix.numerators.tolist(), matrix.denominator
    ([0, 1], [0, 5], [6, 3], 2)
    """

    shape: tuple[int, int]
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    numerators: NDArray[np.object_]
    denominator: int

    def __init__(
        self,
        shape: tuple[int, int],
        rows: ArrayLike,
        columns: ArrayLike,
        entries: Iterable[Any],
        denominator: int = 1,
    ) -> None:
        size = (integer(shape[0], "rows of a matrix", 0), integer(shape[1], "columns of a matrix", 0))
        row, column = _indices(rows, size[0], "rows"), _indices(columns, size[1], "columns")
        integers, common = _over_one_denominator(list(entries), denominator)
        if not len(row) == len(column) == len(integers):
            raise InvalidNetwork(
                f"sparse triples must be as many rows as columns and entries, got {len(row)}, "
                f"{len(column)} and {len(integers)}; pass one of each for every entry"
            )
        order = np.lexsort((column, row))
        row, column, values = row[order], column[order], _objects(integers, (len(integers),))[order]
        if len(values):
            first = np.flatnonzero(np.r_[True, (np.diff(row) != 0) | (np.diff(column) != 0)])
            row, column, values = row[first], column[first], np.add.reduceat(values, first)
        kept = np.flatnonzero(values)
        integers, common = _lowest_terms(values[kept].tolist(), common)
        object.__setattr__(self, "shape", size)
        object.__setattr__(self, "rows", read_only(row[kept]))
        object.__setattr__(self, "columns", read_only(column[kept]))
        object.__setattr__(self, "numerators", _objects(integers, (len(kept),)))
        object.__setattr__(self, "denominator", common)

    def __reduce__(self) -> tuple[Any, ...]:
        return SparseRationals, (self.shape, self.rows, self.columns, self.numerators, self.denominator)


Weight: TypeAlias = "NDArray[Any] | csr_array | Rationals | SparseRationals"
Bias: TypeAlias = "NDArray[Any] | Rationals"


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """The same array, which numpy now refuses to write to."""
    array.setflags(write=False)
    return array


def entrywise(function: Callable[..., Any], *arrays: Any) -> NDArray[np.object_]:
    """An object array of the function's values at the entries of the arrays, broadcast together."""
    values: NDArray[np.object_] = np.asarray(np.frompyfunc(function, len(arrays), 1)(*arrays), dtype=object)
    return values


def _objects(values: list[int], shape: tuple[int, ...]) -> NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return read_only(array.reshape(shape))


def _indices(values: ArrayLike, bound: int, name: str) -> NDArray[np.int64]:
    array = np.asarray(values)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise InvalidNetwork(f"{name} of sparse triples must be a list of integers, got {values!r:.60}")
    if array.size and not 0 <= int(array.min()) <= int(array.max()) < bound:
        raise InvalidNetwork(
            f"{name} of sparse triples must lie in 0..{bound - 1}, got {array.min()}..{array.max()}; "
            "count from 0 and give the shape as (out, in)"
        )
    return array.astype(np.int64)


def _over_one_denominator(values: list[Any], denominator: int = 1) -> tuple[list[int], int]:
    """Integers over the least common denominator of the values, times the given one."""
    scale = integer(denominator, "a common denominator", 1)
    if set(map(type, values)) <= {int}:
        return values, scale
    if any(isinstance(value, float | np.floating) for value in values):
        raise InvalidInput(
            "an exact matrix has no float entries; pass integers, Fractions or texts like '1/3'"
        )
    exact = [value if type(value) is Fraction else fraction(value, "a matrix entry") for value in values]
    common = 1
    for divisor in {value.denominator for value in exact}:
        common = math.lcm(common, divisor)
        if common.bit_length() * len(exact) > LARGEST_EXACT_BITS:
            raise InvalidNetwork(
                f"the {len(exact)} entries of an exact matrix have a common denominator of more than "
                f"{common.bit_length() - 1} bits; round them to fewer distinct denominators"
            )
    return [value.numerator * (common // value.denominator) for value in exact], scale * common


def _lowest_terms(numerators: list[int], denominator: int) -> tuple[list[int], int]:
    divisor = denominator
    for number in numerators:
        if divisor == 1:
            return numerators, denominator
        divisor = math.gcd(divisor, number)
    return [number // divisor for number in numerators], denominator // divisor


def is_sparse(weight: Weight | Bias) -> bool:
    """Whether only the non-zero entries are stored."""
    return not isinstance(weight, np.ndarray | Rationals)


def float_matrix(rows: NDArray[Any], columns: NDArray[Any], values: NDArray[Any], shape: Any) -> csr_array:
    """A read-only ``csr_array`` of the given entries; those given twice add up, and zeros are dropped."""
    from scipy.sparse import csr_array

    return canonical(csr_array((values, (rows, columns)), shape=shape))


def canonical(matrix: csr_array) -> csr_array:
    """Sort a ``csr_array`` that nobody else holds, drop its zeros, and make it read-only."""
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    for part in (matrix.data, matrix.indices, matrix.indptr):
        read_only(part)
    return matrix


def shared(weight: Weight) -> Weight:
    """The same weight, safe to hand out: a csr_array's parts are read-only, but it could swap them."""
    if isinstance(weight, np.ndarray | Rationals | SparseRationals):
        return weight
    from scipy.sparse import csr_array

    return csr_array((weight.data, weight.indices, weight.indptr), shape=weight.shape, copy=False)


def triples(weight: Weight) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Rows, columns and values of the non-zero entries in row-major order.

    The values of an exact weight are integers over ``weight.denominator``.
    """
    if isinstance(weight, SparseRationals):
        return weight.rows, weight.columns, weight.numerators
    if isinstance(weight, np.ndarray | Rationals):
        values = weight.numerators if isinstance(weight, Rationals) else weight
        rows, columns = np.nonzero(values)
        return rows, columns, values[rows, columns]
    return np.repeat(np.arange(weight.shape[0]), np.diff(weight.indptr)), weight.indices, weight.data


def same(first: Weight | Bias, second: Weight | Bias) -> bool:
    """Whether two weights of one arithmetic have the same shape and entries, stored alike or not."""
    if first.shape != second.shape:
        return False
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return np.array_equal(first, second)
    if getattr(first, "denominator", 1) != getattr(second, "denominator", 1):
        return False
    if isinstance(first, Rationals) and isinstance(second, Rationals):
        return np.array_equal(first.numerators, second.numerators)
    return all(np.array_equal(one, two) for one, two in zip(triples(first), triples(second), strict=True))


def fingerprint(weight: Weight | Bias) -> int:
    """A hash that equal weights share, stored alike or not."""
    if isinstance(weight, SparseRationals):
        return hash((weight.denominator, tuple(weight.numerators.tolist())))
    if isinstance(weight, Rationals):
        return hash((weight.denominator, tuple(weight.numerators[weight.numerators != 0].tolist())))
    values = weight[weight != 0] if isinstance(weight, np.ndarray) else weight.data
    return hash(values.tobytes())


def nonzero_count(weight: Weight | Bias) -> int:
    """The number of entries that are not zero."""
    if isinstance(weight, SparseRationals):
        return len(weight.numerators)
    if isinstance(weight, np.ndarray | Rationals):
        return int(np.count_nonzero(weight.numerators if isinstance(weight, Rationals) else weight))
    return int(weight.nnz)
