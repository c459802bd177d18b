"""Whether numbers lie within a tolerance of each other, decided exactly and many at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identifiability.arithmetic import LARGEST_DENSE, dense
from identifiability.errors import InvalidInput
from identifiability.weights import Bias, Rationals, SparseRationals, Weight

_SAFE = 2**62


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two arrays of one shape whose entries are compared up to a tolerance.

    Parameters
    ----------
    first, second : arrays
        Both of float32, of float64, of int64, or of Python integers.
    low, high : float or int
        The tolerance, rounded down and up to numbers of this kind.
    tolerance : Fraction
        In the same unit as the entries.
    """

    first: NDArray[Any]
    second: NDArray[Any]
    low: Any
    high: Any
    tolerance: Fraction

    def transposed(self) -> Comparison:
        """The comparison of the transposed matrices."""
        return Comparison(self.first.T, self.second.T, self.low, self.high, self.tolerance)

    def within(self, first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.bool_]:
        """Where entries of the first array are within the tolerance of entries of the second.

        Notes
        -----
        Rounding is monotone: a rounded difference below a float is a difference not above it.  Only
        differences that round to the neighbours of the tolerance are computed exactly.
        """
        with np.errstate(over="ignore"):
            apart = np.abs(first - second)
        if self.first.dtype.kind != "f":
            return np.asarray(apart <= self.low, dtype=bool)
        near: NDArray[np.bool_] = apart < self.low
        if near.all():
            return near
        near |= apart == 0
        unclear = (apart >= self.low) & (apart <= self.high) & ~near
        if unclear.any():
            ones, others = np.broadcast_arrays(first, second)
            near[unclear] = self._exactly(ones[unclear], others[unclear])
        return near

    def _exactly(self, first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.bool_]:
        pairs, place = np.unique(np.stack([first, second], axis=1), axis=0, return_inverse=True)
        verdicts = [abs(Fraction(one) - Fraction(other)) <= self.tolerance for one, other in pairs.tolist()]
        return np.array(verdicts, dtype=bool)[place.ravel()]


def comparison(first: Weight | Bias, second: Weight | Bias, tolerance: Fraction) -> Comparison:
    """The entries of two weights or biases of one arithmetic, ready to be compared.

    Parameters
    ----------
    first, second : Weight or Bias
        Of one shape.
    tolerance : Fraction
        Positive.

    Examples
    --------
    >>> one, other = Rationals(["1/3", 1]), Rationals(["1/2", 0])
    >>> both = comparison(one, other, Fraction(1, 6))
    >>> both.within(both.first, both.second)
    array([ True, False])
    """
    if isinstance(first, Rationals | SparseRationals) and isinstance(second, Rationals | SparseRationals):
        common = math.lcm(first.denominator, second.denominator)
        unit = tolerance * common
        arrays = [_integers(part) * (common // part.denominator) for part in (first, second)]
        bound = math.floor(unit)
        top = max((abs(number) for array in arrays for number in array.ravel().tolist()), default=0)
        if max(top, bound) < _SAFE:
            arrays = [array.astype(np.int64) for array in arrays]
        return Comparison(arrays[0], arrays[1], bound, bound + 1, unit)
    one, other = dense(first), dense(second)
    return Comparison(one, other, *_neighbours(tolerance, one.dtype), tolerance)


def _integers(part: Rationals | SparseRationals) -> NDArray[np.object_]:
    if isinstance(part, Rationals):
        return part.numerators
    if math.prod(part.shape) > LARGEST_DENSE:
        raise InvalidInput(
            f"a sparse matrix of shape {part.shape} has too many entries to compare within a tolerance; "
            "compare without one"
        )
    whole = np.full(part.shape, 0, dtype=object)
    whole[part.rows, part.columns] = part.numerators
    return whole


def _neighbours(tolerance: Fraction, dtype: np.dtype[Any]) -> tuple[Any, Any]:
    """The greatest float that is not above the tolerance and the least that is not below."""
    largest = np.finfo(dtype).max
    if tolerance > Fraction(float(largest)):
        return largest, dtype.type(np.inf)
    with np.errstate(under="ignore"):
        nearest = dtype.type(float(tolerance))
    low = high = min(nearest, largest)
    if Fraction(float(low)) > tolerance:
        low = np.nextafter(low, dtype.type(0))
    if Fraction(float(high)) < tolerance:
        high = np.nextafter(high, dtype.type(np.inf))
    return low, high
