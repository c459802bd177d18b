"""The part of an expansion that a lower bound reads: degrees n >= 1 and the sizes of their coefficients.

A bound on the width may use any degrees and leave out any others, so that a finite spectrum is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import arb

from legendre.bessel_windows import window
from legendre.expansions import coefficients
from legendre.target_values import frequency
from legendre.targets import Cosine, Exponential, PiecewisePolynomial, Sine, Target

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

HIGHEST_DEGREE = 2048
"""Expansions that decay slowly are used up to this degree."""

_NEGLIGIBLE = 1e-3
"""The rest of an expansion may carry this part of the squared error before it is left out."""

_CALLABLE_DEGREE = 256
"""Callables are expanded up to this degree."""

_MANY_DEGREES = 512
"""Windows are used when they are narrower than the expansion up to their end, or than this."""


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """Degrees n >= 1, increasing, with the sizes of their coefficients, none of which is 0."""

    degrees: Array
    sizes: Array


def spectrum(target: Target, d: int, epsilon_squared: float) -> Spectrum:
    """The spectrum in floats: all of it for sine and its kin, otherwise until the rest is negligible."""
    import numpy as np

    values = np.abs(_floats(target, d, epsilon_squared))
    values[:1] = 0
    kept = np.flatnonzero(values)
    return Spectrum(kept.astype(float), values[kept])


def _floats(target: Target, d: int, epsilon_squared: float) -> Array:
    from legendre.bessel_coefficients import float_coefficients
    from legendre.tails import norm

    match target:
        case Sine() | Cosine() | Exponential():
            return float_coefficients(target, d, None)
        case PiecewisePolynomial(kinks=()):
            return coefficients(target, d, len(target.polynomial) - 1)
        case PiecewisePolynomial():
            degree, square = 64, float(norm(target, d=d)) ** 2
            while True:
                values = coefficients(target, d, degree)
                rest = square - float(values @ values)
                if degree >= HIGHEST_DEGREE or rest <= _NEGLIGIBLE * epsilon_squared:
                    return values
                degree *= 2
        case _:
            return coefficients(target, d, _CALLABLE_DEGREE)


def certified_sizes(target: Target, d: int, degrees: Sequence[int]) -> list[arb]:
    """The sizes of the coefficients at the given increasing degrees, in balls at the working precision.

    Raises
    ------
    Inexact
        If the target is a callable.
    """
    first, last = degrees[0], degrees[-1]
    if isinstance(target, (Sine, Cosine)) and last - first < max(_MANY_DEGREES, last // 2):
        block = window(lambda: abs(frequency(target, d)), d, first, last)
        # The parities of sine and cosine: their other coefficients are 0.
        odd = isinstance(target, Sine)
        return [block[n - first] if n % 2 == odd else arb(0) for n in degrees]
    values = coefficients(target, d, last, certified=True)
    return [abs(values[n]) for n in degrees]
