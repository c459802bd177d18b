"""Values of Legendre polynomials in floating point, stable in high dimension and at high degree.

The three-term recurrence runs over all points at once.  Near t = 1 it runs in the differences
P_n - P_{n-1} and in 1 - t, where nothing cancels; elsewhere in P_n itself.  Values far below the smallest
float occur on the way (P_n is of the size N_{d,n}^(-1/2) inside the interval), so every point carries a
mantissa and an exponent of its own.  For a few points the recurrence runs in Python's floats, one point
after the other: with the same roundings, and in less time than numpy takes to start an operation.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, overload

from flint import ctx

from identifiability.errors import InvalidInput
from identifiability.exact import fraction, spelled
from legendre.polynomials import derivative_factor, dimension, read_degree, read_dimension

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]
    Integers = np.ndarray[Any, np.dtype[np.int64]]

HIGHEST_DEGREE = 10_000_000
"""Values at a higher degree are refused: the recurrence takes as many steps."""

MOST_WORK = 10**8
"""Steps of the recurrence, counted as those of one point in Python: more would take over ten seconds."""

_FEW = 32
"""So many points or fewer are taken one by one."""

_NEAR_THE_END = 0.7
_STEPS = 16
"""Mantissas and exponents are separated anew after so many steps."""


def read_points(t: object) -> Array:
    """Read points of [-1, 1] as an array of floats.

    Raises
    ------
    InvalidInput
        If an entry is not a real number, as booleans and complex numbers are none, or lies outside.
    """
    import numpy as np

    refusal = InvalidInput(f"t must be numbers in [-1, 1], got {spelled(t)}; pass an array of floats")
    exact: list[Fraction] = []
    try:
        given = np.asarray(t)
        kind = given.dtype.kind
        if kind not in "iufOU" or (not hasattr(t, "dtype") and kind in "iuf" and _has_truth_values(t)):
            raise refusal
        if kind in "OU":
            exact = [fraction(entry, "t") for entry in given.ravel().tolist()]
    except (TypeError, ValueError, OverflowError):
        raise refusal from None
    if exact:
        far: list[object] = [x for x in exact if abs(x) > 1]
        given = np.array([] if far else [float(x) for x in exact]).reshape((0,) if far else given.shape)
    else:
        far = given[~(np.abs(given) <= 1)].tolist()
    if far:
        raise InvalidInput(f"t must lie in [-1, 1], got {spelled(far[0])}; pass an inner product")
    return np.asarray(given, dtype=float)


def _has_truth_values(t: object) -> bool:
    """Whether there are booleans in a list, which would become 0 and 1 among floats."""
    import numpy as np

    return any(isinstance(entry, (bool, np.bool_)) for entry in np.asarray(t, dtype=object).flat)


def scaled_values(d: int, n: int, t: Array) -> tuple[Array, Integers]:
    """P_n(t) as mantissas in {0} or [1/2, 1) in absolute value, and exponents of two.

    Raises
    ------
    InvalidInput
        If the recurrence would take more than about ten seconds.
    """
    import numpy as np

    # A step in numpy takes as long as for so many points in Python, and each of the points a little of that.
    if n * min(t.size, _FEW + t.size // 32) > MOST_WORK:
        raise InvalidInput(
            f"the recurrence would take {n} steps at {t.size} points, which is too many; pass fewer points at"
            " a time, or a smaller degree"
        )
    points = np.abs(t).ravel()
    mantissa, exponent = np.empty(points.shape), np.zeros(points.shape, dtype=np.int64)
    near = points > _NEAR_THE_END
    for chosen, recurrence in ((near, _near_the_end), (~near, _inside)):
        count = np.count_nonzero(chosen)
        if 0 < count <= _FEW:
            mantissa[chosen], exponent[chosen] = _one_by_one(d, n, points[chosen])
        elif count:
            mantissa[chosen], exponent[chosen] = recurrence(d, n, points[chosen])
    if n % 2:
        mantissa = np.where(np.ravel(t) < 0, -mantissa, mantissa)
    return mantissa.reshape(np.shape(t)), exponent.reshape(np.shape(t))


def _one_by_one(d: int, n: int, t: Array) -> tuple[Array, Integers]:
    """Both recurrences in Python's floats, with the same roundings as in arrays.

    A step changes the larger one of two successive numbers by a factor of at most 3, and of at least
    k/(k+d-2) divided by 3, so that none overflows or vanishes in as many steps as 500 bits allow; in fewer
    near t = 0, where one of the two is smaller than the other by a factor t.
    """
    import numpy as np

    points: list[float] = t.tolist()
    bits = min([500.0, *(max(20.0, 1000 + math.log2(x)) for x in points if x)])
    states = [(1.0, x, 0) if x <= _NEAR_THE_END else (x - 1, x, 0) for x in points]
    k = 1
    while k < n:
        count = min(n - k, max(1, int(bits / math.log2(3 * (k + d - 2) / k))))
        steps = np.arange(k, k + count, dtype=float)
        following = ((2 * steps + (d - 2)) / (steps + (d - 2))).tolist()
        preceding = (steps / (steps + (d - 2))).tolist()
        k += count
        for i, x in enumerate(points):
            first, current, exponent = states[i]
            if x <= _NEAR_THE_END:
                for a, b in zip(following, preceding, strict=True):
                    first, current = current, x * current * a - first * b
            else:
                gap = 1 - x
                for a, b in zip(following, preceding, strict=True):
                    first = first * b - gap * current * a
                    current += first
            shift = math.frexp(max(abs(first), abs(current)))[1]
            states[i] = (math.ldexp(first, -shift), math.ldexp(current, -shift), exponent + shift)
    last = [current if n else 1.0 for _, current, _ in states]
    return _split(np.array(last), np.array([exponent for _, _, exponent in states], dtype=np.int64))


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
        If d < 2, n < 0, the order is negative, a point is no real number in [-1, 1], or the recurrence
        would take more than about ten seconds.

    Notes
    -----
    Rounding errors accumulate: the error is about sqrt(n) 1e-15 of the largest value nearby, such as 2e-12
    of it at n = 10^6.  At a zero of P_n it is small in absolute terms only.

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
    if order > n:
        return _like(np.zeros(points.shape))
    mantissa, exponent = scaled_values(d + 2 * order, n - order, points)
    with ctx.workprec(128):
        whole, shift = derivative_factor(d, n, order).mid().man_exp()
    factor, bits = _split_integer(int(whole))
    return _like(_joined(mantissa * factor, exponent + (bits + int(shift))))


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

    if not isinstance(log, bool):
        raise InvalidInput(f"log must be True or False, got {spelled(log)}; pass log=True for logarithms")
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
