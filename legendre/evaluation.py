"""Values of Legendre polynomials in floating point, stable in high dimension and at high degree.

The three-term recurrence runs over all points at once.  Near t = 1 it runs in the differences
P_n - P_{n-1} and in 1 - t, where nothing cancels; elsewhere in P_n itself.  Values far below the smallest
float occur on the way (P_n is of the size N_{d,n}^(-1/2) inside the interval), so every point carries a
mantissa and an exponent of its own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, overload

from identifiability.errors import InvalidInput
from legendre.polynomials import derivative_factor, dimension, read_degree, read_dimension

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]
    Integers = np.ndarray[Any, np.dtype[np.int64]]

HIGHEST_DEGREE = 10_000_000
"""Values at a higher degree are refused: the recurrence takes as many steps."""

_NEAR_THE_END = 0.7
_STEPS = 16
"""Mantissas and exponents are separated anew after so many steps."""


def read_points(t: object) -> Array:
    """Read points of [-1, 1] as an array of floats.

    Raises
    ------
    InvalidInput
        If an entry is not a number, or lies outside.
    """
    import numpy as np

    try:
        points = np.asarray(t, dtype=float)
    except (TypeError, ValueError):
        raise InvalidInput(f"t must be numbers in [-1, 1], got {t!r}; pass an array of floats") from None
    outside = ~(np.abs(points) <= 1)
    if np.any(outside):
        raise InvalidInput(f"t must lie in [-1, 1], got {points[outside].flat[0]!r}; pass an inner product")
    return points


def scaled_values(d: int, n: int, t: Array) -> tuple[Array, Integers]:
    """P_n(t) as mantissas in {0} or [1/2, 1) in absolute value, and exponents of two."""
    import numpy as np

    points = np.abs(t).ravel()
    mantissa, exponent = np.empty(points.shape), np.zeros(points.shape, dtype=np.int64)
    near = points > _NEAR_THE_END
    for chosen, recurrence in ((near, _near_the_end), (~near, _inside)):
        if np.any(chosen):
            mantissa[chosen], exponent[chosen] = recurrence(d, n, points[chosen])
    if n % 2:
        mantissa = np.where(np.ravel(t) < 0, -mantissa, mantissa)
    return mantissa.reshape(np.shape(t)), exponent.reshape(np.shape(t))


def _rescale(first: Array, second: Array, exponent: Integers) -> None:
    """Take the larger exponent of two arrays out of both of them, in place."""
    import numpy as np

    shift = np.frexp(np.maximum(np.abs(first), np.abs(second)))[1]
    np.ldexp(first, -shift, out=first)
    np.ldexp(second, -shift, out=second)
    exponent += shift


def _split(value: Array, exponent: Integers) -> tuple[Array, Integers]:
    import numpy as np

    mantissa, shift = np.frexp(value)
    return mantissa, exponent + shift


def _inside(d: int, n: int, t: Array) -> tuple[Array, Integers]:
    import numpy as np

    exponent = np.zeros(t.shape, dtype=np.int64)
    if n == 0:
        return _split(np.ones_like(t), exponent)
    before, current, work = np.ones_like(t), t.copy(), np.empty_like(t)
    for k in range(1, n):
        # (k+d-2) P_{k+1} = (2k+d-2) t P_k - k P_{k-1}
        np.multiply(t, current, out=work)
        work *= (2 * k + d - 2) / (k + d - 2)
        before *= k / (k + d - 2)
        np.subtract(work, before, out=before)
        before, current = current, before
        if k % _STEPS == 0:
            _rescale(before, current, exponent)
    return _split(current, exponent)


def _near_the_end(d: int, n: int, t: Array) -> tuple[Array, Integers]:
    import numpy as np

    exponent = np.zeros(t.shape, dtype=np.int64)
    if n == 0:
        return _split(np.ones_like(t), exponent)
    gap = 1 - t
    current, step, work = t.copy(), -gap, np.empty_like(t)
    for k in range(1, n):
        # (k+d-2) (P_{k+1} - P_k) = k (P_k - P_{k-1}) - (2k+d-2) (1-t) P_k
        np.multiply(gap, current, out=work)
        work *= (2 * k + d - 2) / (k + d - 2)
        step *= k / (k + d - 2)
        step -= work
        current += step
        if k % _STEPS == 0:
            _rescale(current, step, exponent)
    return _split(current, exponent)


def evaluate(d: object, n: object, t: object, derivative: object = 0) -> Any:
    """P_n(t), or a derivative of it, in floating point.

    .. math:: P_n^{(k)}(t) = \\prod_{i<k} \\frac{(n-i)(n+i+d-2)}{d-1+2i}\\; P_{d+2k,\\,n-k}(t),
              \\qquad P_n(1) = 1

    Parameters
    ----------
    d : int
        The dimension, at least 2.
    n : int
        The degree, from 0 to 10,000,000.
    t : float or array
        Points in [-1, 1].
    derivative : int
        The order k of the derivative.

    Returns
    -------
    float or array
        Of the shape of t.  What is smaller than the smallest float is 0, what is larger infinite.

    Raises
    ------
    InvalidInput
        If d < 2, n < 0, the order is negative, or a point lies outside [-1, 1].

    Notes
    -----
    The error is a few rounding errors of the size of the largest value nearby; at a zero of P_n it is small
    in absolute terms only.

    References
    ----------
    Müller, Spherical Harmonics (1966), Lemma 4; Reinsch's modification for the ends.

    Examples
    --------
    >>> evaluate(d=3, n=2, t=0.5), evaluate(d=3, n=2, t=1, derivative=1)
    (-0.125, 3.0)
    """
    import numpy as np

    d, n, order = read_dimension(d), read_degree(n, HIGHEST_DEGREE), read_degree(derivative)
    points = read_points(t)
    factor = derivative_factor(d, n, order)
    if factor == 0:
        return _like(np.zeros(points.shape))
    mantissa, exponent = scaled_values(d + 2 * order, n - order, points)
    top, shift = _split_integer(factor.numerator)
    bottom, down = _split_integer(factor.denominator)
    return _like(_joined(mantissa * (top / bottom), exponent + (shift - down)))


@overload
def evaluate_orthonormal(d: object, n: object, t: object, log: Literal[False] = False) -> Any: ...
@overload
def evaluate_orthonormal(d: object, n: object, t: object, log: Literal[True]) -> tuple[Any, Any]: ...
def evaluate_orthonormal(d: object, n: object, t: object, log: bool = False) -> Any:
    """The orthonormal polynomial L_n = sqrt(N_{d,n}) P_n in floating point.

    .. math:: L_n = \\sqrt{N_{d,n}}\\, P_n, \\qquad E[L_n L_m] = \\delta_{nm}

    Parameters
    ----------
    d, n, t
        As for :func:`evaluate`.
    log : bool
        If true, the sign and the natural logarithm of the magnitude are returned instead of the value,
        so that nothing overflows.

    Returns
    -------
    float or array, or a pair of them
        At a zero the sign is 0 and the logarithm minus infinity.

    Raises
    ------
    InvalidInput
        As for :func:`evaluate`.

    Examples
    --------
    >>> round(evaluate_orthonormal(d=3, n=1, t=1), 12)
    1.732050807569
    >>> sign, magnitude = evaluate_orthonormal(d=1000, n=5000, t=0.999, log=True)
    >>> round(magnitude, 6)
    1317.035481
    """
    import numpy as np

    d, n = read_dimension(d), read_degree(n, HIGHEST_DEGREE)
    mantissa, exponent = scaled_values(d, n, read_points(t))
    factor, shift = _split_integer(dimension(d, n))
    if shift % 2:
        factor, shift = 2 * factor, shift - 1
    mantissa, exponent = mantissa * math.sqrt(factor), exponent + shift // 2
    if not log:
        return _like(_joined(mantissa, exponent))
    with np.errstate(divide="ignore"):
        magnitude = np.log(np.abs(mantissa)) + exponent * math.log(2)
    return _like(np.sign(mantissa)), _like(magnitude)


def _joined(mantissa: Array, exponent: Integers) -> Array:
    import numpy as np

    # ldexp takes 32-bit exponents; beyond these all floats are 0 or infinite.
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(np.ldexp(mantissa, np.clip(exponent, -(2**20), 2**20).astype(np.int32)))


def _split_integer(value: int) -> tuple[float, int]:
    """A positive integer of any size as a float in [1/2, 1] and an exponent of two."""
    shift = value.bit_length()
    return (value / 2**shift if shift < 1000 else (value >> (shift - 64)) / 2.0**64), shift


def _like(values: Array) -> Any:
    """A float for a single point."""
    return float(values) if values.ndim == 0 else values
