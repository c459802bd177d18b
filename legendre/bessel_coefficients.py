"""Expansion coefficients of sine, cosine and exponential in floating point.

The plane wave e^{iat} has the coefficients i^n A_n, and e^{at} the coefficients A_n, with J replaced by I,

    A_n = sqrt(N_{d,n}) Gamma(d/2) (2/a)^nu J_{n+nu}(a),    nu = d/2 - 1

(the Gegenbauer-Sonine formula).  The recurrence of the Bessel functions is solved downwards from where A_n
is about the smallest float, Miller's way, in one triangular banded system; Parseval's identity fixes the
factor.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq

from identifiability.errors import InvalidInput
from legendre.precision import FLOAT_BITS, exponent_of, refined
from legendre.target_values import frequency
from legendre.targets import Bessel, Cosine, Exponential, Sine, Target

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

LARGEST_FREQUENCY = 3 * 10**7
"""Larger frequencies are refused: there are about as many coefficients that matter."""

_SMALLEST_LOG = -745.0
"""Logarithms of positive floats are larger."""

_LEAST_FREQUENCY = 1e-150
"""For smaller ones only the first coefficient of each parity is worth a float."""


def size_estimate(d: int, a: float, n: int, modified: bool) -> float:
    """About log A_n by Debye's leading term; 0 where J oscillates."""
    mu, nu = n + d / 2 - 1, d / 2 - 1
    if not modified and mu <= a:
        return 0.0
    if modified:
        bessel = math.hypot(mu, a) - mu * math.asinh(mu / a)
    else:
        bessel = math.sqrt((mu - a) * (mu + a)) - mu * math.acosh(mu / a)
    dimension = 0.0
    if n:
        dimension = math.log(2 * n + d - 2) + math.lgamma(n + d - 2) - math.lgamma(n + 1) - math.lgamma(d - 1)
    return dimension / 2 + math.lgamma(d / 2) + nu * math.log(2 / a) + bessel


def last_degree(d: int, a: float, modified: bool, log_size: float) -> int:
    """The first degree from which on A_n is about below exp(log_size) times the largest."""
    low, high = 0, 1
    top = a if modified else 0.0
    while size_estimate(d, a, high, modified) - top > log_size:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if size_estimate(d, a, middle, modified) - top > log_size:
            low = middle
        else:
            high = middle
    return high


def magnitudes(d: int, a: float, modified: bool) -> Array:
    """A_0, A_1, ... for a > 0, until they underflow, up to a common factor."""
    import numpy as np
    from scipy.linalg.blas import dtbsv

    size = last_degree(d, a, modified, _SMALLEST_LOG) + 1
    n = np.arange(size, dtype=float)
    ratio = _dimension_roots(d, size)
    # A_{n-1} = (2 (n+nu)/a) ratio_n A_n -+ ratio_n ratio_{n+1} A_{n+1}, ratio_n = sqrt(N_{n-1} / N_n).
    first = 2 * (n[1:] + d / 2 - 1) / a * ratio[1:]
    second = np.zeros(size)
    second[1:-1] = ratio[1:-1] * ratio[2:]
    if modified:
        second = -second
    band = np.zeros((3, size), order="F")
    # Unknowns from the last to the first; column j of a lower band holds entries (j, j), (j+1, j), (j+2, j).
    band[0] = 1
    band[1, :-1] = -first[::-1]
    band[2, :-2] = second[1:-1][::-1]
    right = np.zeros(size)
    right[0] = 1e-300
    return np.asarray(dtbsv(2, band, right, lower=1, diag=1)[::-1])


def _dimension_roots(d: int, size: int) -> Array:
    """sqrt(N_{d,n-1} / N_{d,n}) for n = 0..size-1; the entry 0 is not used."""
    import numpy as np

    n = np.arange(size, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = (2 * n + d - 4) / (2 * n + d - 2) * n / (n + d - 3)
    squares[0] = 0
    squares[1:2] = 1 / d
    return np.asarray(np.sqrt(squares))


def float_coefficients(target: Bessel, d: int, degree: int | None) -> Array:
    """alpha_0..alpha_degree in floats; without a degree, all that are not 0."""
    import numpy as np

    values = unscaled(target, d, *scaled_coefficients(target, d))
    if degree is None:
        return values
    return np.concatenate((values[: degree + 1], np.zeros(max(0, degree + 1 - len(values)))))


def unscaled(target: Target, d: int, values: Array, exponent: int) -> Array:
    """The floats times 2^exponent, which must not overflow."""
    import numpy as np

    if exponent == 0:
        return values
    with np.errstate(over="ignore"):
        values = np.ldexp(values, exponent)
    if not np.all(np.isfinite(values)):
        raise InvalidInput(
            f"coefficients of {target!s:.60} in dimension {d} overflow floats; pass certified=True for balls"
        )
    return values


def scaled_coefficients(target: Bessel, d: int) -> tuple[Array, int]:
    """Floats and an exponent: all coefficients that are not 0 are the floats times 2 to the exponent."""
    import numpy as np

    modified = isinstance(target, Exponential)
    with ctx.workprec(FLOAT_BITS):
        exact = frequency(target, d)
        a = float(exact)
        if abs(a) > LARGEST_FREQUENCY:
            raise InvalidInput(f"the frequency is {a:.6g}, beyond {LARGEST_FREQUENCY}; pass a smaller one")
        if abs(a) < _LEAST_FREQUENCY:
            # The others are smaller by a factor of a^2.
            first = exact / arb(d).sqrt()
            if isinstance(target, Sine):
                exponent = exponent_of(first)
                return np.array([0.0, float(first * arb(2) ** -exponent)]), exponent
            return np.array([1.0, float(first) if modified else 0.0]), 0
        whole = _norm(d, exact, modified)
        exponent = exponent_of(whole)
        norm = float(whole * arb(2) ** -exponent)
    values = magnitudes(d, abs(a), modified)
    values /= values.max()
    values *= norm / math.sqrt(np.sum(values * values))
    if a < 0:
        values[1::2] *= -1
    match target:
        case Sine():
            values[::2] = 0
            values[3::4] *= -1
        case Cosine():
            values[1::2] = 0
            values[2::4] *= -1
    return values, exponent


def _norm(d: int, a: arb, modified: bool) -> arb:
    """The norm of e^{iat}, which is 1, or of e^{at}."""
    return refined(lambda: (a * a).hypgeom_0f1(arb(fmpq(d, 2))).sqrt()) if modified else arb(1)
