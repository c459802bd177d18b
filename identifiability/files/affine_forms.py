"""Tensors whose entries are affine functions of the units of one layer.

They are what a file's affine operators act on, one after the other, between two activations.  The first
matrix and the first bias are kept as the file has them; everything after that is exact.  Until there is a
matrix, the operators only scale and move the units: a sparse matrix with one entry in each row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from identifiability.arithmetic import convert, dense, fractions, to_exact
from identifiability.blocks import affine_image, product, take
from identifiability.errors import Inexact, InvalidFile
from identifiability.weights import Bias, Rationals, SparseRationals, Weight, entrywise, is_sparse, same

MOST_WORK = 2**37
"""A composition of affine maps is refused when it multiplies more bits than this."""

LARGEST_EXACT = 2**24
"""A matrix with more entries is not composed with another."""

LARGEST_IDENTITY = 2**22
"""A layer without a matrix of its own has no more units than this."""

LONGEST_ENTRY = 2**16
"""Affine maps are not composed further when the bits of an entry's numerator and denominator exceed this."""

MOST_BITS = 2**28
"""A scaled matrix has one denominator if that takes no more bits, and otherwise one for each entry."""

Matrix: TypeAlias = "Weight | NDArray[np.object_]"
"""A weight, or an array of Fractions: columns divided by many different numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class AffineForm:
    """The tensor whose entries, row by row, are ``weight @ z + bias`` for the units z of a layer.

    Without a weight they are the units themselves, and without a bias nothing is added.
    """

    shape: tuple[int, ...]
    weight: Matrix | None = None
    bias: Bias | None = None

    @property
    def size(self) -> int:
        """How many entries there are."""
        return math.prod(self.shape)

    @property
    def words(self) -> int:
        """About how many words of 64 bits the entries and the composed matrix take."""
        words = self.size
        if isinstance(self.weight, Rationals):
            words += math.prod(self.weight.shape) * (1 + self.weight.denominator.bit_length() // 64)
        return words


def exactly(array: NDArray[Any]) -> Rationals:
    """An array of floats, integers or Fractions as exact rationals."""
    return to_exact(array) if array.dtype.kind == "f" else Rationals(array.astype(object))


def converted(part: Matrix | Bias, kind: str) -> Any:
    """The weight or bias in an arithmetic; floats are rounded from the exact entry.

    Raises
    ------
    Inexact
        If an entry is too large for a float.
    """
    if not isinstance(part, np.ndarray) or part.dtype != object:
        return convert(part, kind)
    if kind == "exact":
        return Rationals(part)
    try:
        return convert(entrywise(float, part).astype(np.float64), kind)
    except OverflowError:
        raise Inexact(
            "a composed entry is too large for a float64; load the network with exact=True"
        ) from None


def is_float32(part: Matrix | Bias) -> bool:
    """Whether every entry of a weight or bias is a float32 number."""
    if isinstance(part, np.ndarray) and part.dtype != object:
        return part.dtype == np.float32
    try:
        narrow = converted(part, "float32")
    except Inexact:
        return False
    if isinstance(part, np.ndarray):
        return all(one == two for one, two in zip(narrow.ravel().tolist(), part.flat, strict=True))
    return same(to_exact(narrow), part)


def mapped(form: AffineForm, matrix: NDArray[Any], shape: tuple[int, ...]) -> AffineForm:
    """The matrix times the entries, as a tensor of the given shape.

    Raises
    ------
    InvalidFile
        If the composition is too large to be computed exactly.

    Examples
    --------
    >>> twice = mapped(AffineForm((1, 2)), np.array([[1.0, 0.5]]), (1, 1))
    >>> mapped(twice, np.array([[2.0], [0.1]]), (1, 2)).weight.denominator == Fraction(0.1).denominator * 2
    True
    """
    if form.weight is None and form.bias is None:
        return AffineForm(shape, _held(matrix))
    _check_size(matrix.size)
    if form.weight is None:
        weight: Matrix = _held(matrix)
    elif isinstance(form.weight, SparseRationals):
        weight = _through(matrix, form.weight)
    else:
        weight = _composed(exactly(matrix), converted(form.weight, "exact"))
    if form.bias is None:
        return AffineForm(shape, weight)
    zero = Rationals(np.full(matrix.shape[0], 0, dtype=object))
    return AffineForm(shape, weight, affine_image(exactly(matrix), to_exact(form.bias), zero))


def plus(form: AffineForm, constants: NDArray[Any]) -> AffineForm:
    """The entries plus a constant each."""
    # Zeros are nothing new, except that a layer's own bias may have zeros of either sign.
    if not constants.any() and (form.weight is None or form.bias is not None):
        return form
    if form.bias is None:
        return replace(form, bias=_held(constants))
    _check_size(constants.size)
    total = dense(to_exact(form.bias)) + dense(exactly(constants))
    return replace(form, bias=Rationals(total))


def times(form: AffineForm, constants: NDArray[Any]) -> AffineForm:
    """The entries times a constant each."""
    if (constants == 1).all():
        return form
    _check_size(constants.size)
    factors = dense(exactly(constants))
    size = form.size
    _check_identity(size)
    scale = SparseRationals((size, size), range(size), range(size), factors.tolist())
    weight: Matrix = scale
    if form.weight is not None:
        weight = _composed(scale, converted(form.weight, "exact"))
    bias = None if form.bias is None else Rationals(factors * dense(to_exact(form.bias)))
    return AffineForm(form.shape, weight, bias)


def rearranged(form: AffineForm, positions: NDArray[np.int64]) -> AffineForm:
    """The tensor whose entry is that of the form at the position (row by row) that the array has there."""
    flat = positions.ravel()
    if np.array_equal(flat, np.arange(form.size)):
        return replace(form, shape=positions.shape)
    if form.weight is None:
        _check_identity(form.size)
        weight: Matrix = SparseRationals((form.size, form.size), range(form.size), flat, [1] * form.size)
    else:
        weight = take(form.weight, flat, np.arange(form.weight.shape[1]))
    bias = form.bias
    if bias is not None:
        bias = (
            Rationals(bias.numerators[flat], bias.denominator) if isinstance(bias, Rationals) else bias[flat]
        )
    return AffineForm(positions.shape, weight, bias)


def closed(form: AffineForm) -> tuple[Matrix, Bias]:
    """The matrix and the bias."""
    size = form.size
    bias = Rationals(np.full(size, 0, dtype=object)) if form.bias is None else form.bias
    if form.weight is not None:
        return form.weight, bias
    _check_identity(size)
    return SparseRationals((size, size), range(size), range(size), [1] * size), bias


def reciprocals(constants: NDArray[Any]) -> NDArray[np.object_]:
    """One over each of the constants, which are not zero."""
    _check_size(constants.size)
    return entrywise(lambda value: Fraction(1) / value, dense(exactly(constants)))


def scaled(constants: NDArray[Any], factor: float) -> NDArray[Any]:
    """The constants times a number."""
    if factor == 1:
        return constants
    _check_size(constants.size)
    products: NDArray[np.object_] = dense(exactly(constants)) * Fraction(factor)
    return products


def _held(array: NDArray[Any]) -> NDArray[Any] | Rationals:
    return array if array.dtype.kind == "f" else exactly(array)


def _through(matrix: NDArray[Any], scale: SparseRationals) -> Matrix:
    """The matrix after units were scaled and moved."""
    shape = (len(matrix), scale.shape[1])
    rows, columns = scale.rows, scale.columns
    if scale.denominator == 1 and (scale.numerators == 1).all():
        moved = np.zeros(shape, dtype=matrix.dtype)
        moved[:, columns] = matrix[:, rows]
        return _held(moved)
    exact = exactly(matrix)
    entries = np.full(shape, 0, dtype=object)
    if matrix.size * scale.denominator.bit_length() <= MOST_BITS:
        entries[:, columns] = exact.numerators[:, rows] * scale.numerators
        return Rationals(entries, exact.denominator * scale.denominator)
    entries[:, columns] = dense(exact)[:, rows] * fractions(scale.numerators, scale.denominator)
    return entries


def _composed(left: Rationals | SparseRationals, right: Rationals | SparseRationals) -> Weight:
    terms = left.shape[0] * left.shape[1] * right.shape[1]
    if is_sparse(left):
        terms = len(left.numerators) * right.shape[1]
    if is_sparse(right):
        terms = min(terms, left.shape[0] * len(right.numerators))
    _check_size(left.shape[0] * right.shape[1])
    bits = _bits(left) + _bits(right)
    if bits > LONGEST_ENTRY or terms * bits > MOST_WORK:
        raise InvalidFile(
            f"affine maps of shapes {left.shape} and {right.shape} in a row are too large to compose "
            "exactly; compose them before the export"
        )
    return product(left, right)


def _bits(weight: Rationals | SparseRationals) -> int:
    longest = max((int(entry).bit_length() for entry in weight.numerators.flat), default=0)
    return longest + weight.denominator.bit_length()


def _check_identity(size: int) -> None:
    if size > LARGEST_IDENTITY:
        raise InvalidFile(
            f"a layer of {size} units has no matrix of its own; export a network with fewer inputs"
        )


def _check_size(entries: int) -> None:
    if entries > LARGEST_EXACT:
        raise InvalidFile(
            f"a matrix of {entries} entries stands in a row with another affine map, too large to compose "
            "exactly; compose them before the export"
        )
