"""The part of an expansion that a lower bound reads: degrees n >= 1 and the sizes of their coefficients.

A bound on the width may use any degrees and leave out any others, so that a finite spectrum is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb, ctx

from identifiability.errors import InvalidInput
from identifiability.exact import ball
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

MOST_DEGREES = 2_000_000
"""Certified bounds on more degrees are refused: they would take more than ten seconds."""

_MOST_BITS = 2 * 10**9
"""Expansions that take more memory are not certified."""

_FINEST_WINDOW = 2_200
"""Windows are for at most so many bits of precision: their integrals take longer than long recurrences."""


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """Degrees n >= 1, increasing, with the sizes of their coefficients, none of which is 0.

    The sizes are these floats times 2^exponent; the exponent is 0 unless they would overflow or underflow.
    """

    degrees: Array
    sizes: Array
    exponent: int = 0

    def in_its_unit(self, square: Fraction | float) -> float:
        """The square of an error in floats, divided by 4^exponent as the squares of the sizes are."""
        return float((_ball(square) * arb(2) ** (-2 * self.exponent)).mid())


def spectrum(target: Target, d: int, epsilon_squared: Fraction | float) -> Spectrum:
    """The spectrum in floats: all of it for sine and its kin, otherwise until the rest is negligible."""
    import numpy as np

    values, exponent = _floats(target, d, epsilon_squared)
    values = np.abs(values)
    values[:1] = 0
    kept = np.flatnonzero(values)
    return Spectrum(kept.astype(float), values[kept], exponent)


def _floats(target: Target, d: int, epsilon_squared: Fraction | float) -> tuple[Array, int]:
    """Coefficients without a factor 2^exponent, and that exponent."""
    from legendre.bessel_coefficients import scaled_coefficients
    from legendre.expansions import scaled_floats
    from legendre.tails import norm

    match target:
        case Sine() | Cosine() | Exponential():
            return scaled_coefficients(target, d)
        case PiecewisePolynomial(kinks=()):
            return scaled_floats(target, d, len(target.polynomial) - 1)
        case PiecewisePolynomial():
            degree, square = 64, norm(target, d, certified=True) ** 2
            while True:
                values, exponent = scaled_floats(target, d, degree)
                unit = arb(2) ** (-2 * exponent)
                rest = float((square * unit).mid()) - float(values @ values)
                negligible = _NEGLIGIBLE * float((_ball(epsilon_squared) * unit).mid())
                if degree >= HIGHEST_DEGREE or rest <= negligible:
                    return values, exponent
                degree *= 2
        case _:
            return coefficients(target, d, _CALLABLE_DEGREE), 0


def _ball(number: Fraction | float) -> arb:
    return ball(number) if isinstance(number, Fraction) else arb(number)


def certified_sizes(target: Target, d: int, degrees: Sequence[int]) -> list[arb]:
    """The sizes of the coefficients at the given increasing degrees, in balls at the working precision.

    Raises
    ------
    InvalidInput
        If there are too many degrees.
    Inexact
        If the target is a callable.
    """
    first, last = degrees[0], degrees[-1]
    if last - first >= MOST_DEGREES:
        raise InvalidInput(
            f"a certified bound for {target} in dimension {d} takes {last - first + 1} degrees, more than"
            f" {MOST_DEGREES}; pass a smaller frequency, or certified=False"
        )
    narrow = last - first < last // 2 and ctx.prec**2 < 2 * last and ctx.prec <= _FINEST_WINDOW
    if isinstance(target, (Sine, Cosine)) and narrow:
        block = window(lambda: abs(frequency(target, d)), d, first, last)
        # The parities of sine and cosine: their other coefficients are 0.
        odd = isinstance(target, Sine)
        return [block[n - first] if n % 2 == odd else arb(0) for n in degrees]
    if last * ctx.prec > _MOST_BITS:
        raise InvalidInput(
            f"a certified bound for {target} in dimension {d} takes {last} coefficients of {ctx.prec} bits;"
            " pass a smaller frequency, or certified=False"
        )
    values = coefficients(target, d, last, certified=True)
    return [abs(values[n]) for n in degrees]
