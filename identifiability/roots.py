"""Certified roots of functions given in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import arb, ctx

from identifiability.enclosure import Enclosure
from identifiability.errors import InvalidInput
from identifiability.exact import ball, digits, fraction, positive


def root(f: Callable[[arb], arb], low: object, high: object, width: object = Fraction(1, 2**64)) -> Enclosure:
    """A root of a continuous function that changes sign, enclosed by certified bisection.

    Parameters
    ----------
    f : callable
        Takes a ball to an enclosure of the values of a continuous function.
    low, high : number
        The ends, exact; f has proved, opposite signs there.
    width : number
        How narrow the enclosure should be.

    Returns
    -------
    Enclosure
        It contains a root; the only one, if there is but one in [low, high].

    Raises
    ------
    InvalidInput
        If f has not opposite signs at the ends.

    Examples
    --------
    >>> two = root(lambda x: x * x - 2, 1, 2, width="1e-12")
    >>> two.lower**2 < 2 < two.upper**2, float(two.upper)
    (True, 1.4142135623733338)
    """
    left, right, wanted = fraction(low, "low"), fraction(high, "high"), positive(width, "width")
    if left >= right:
        raise InvalidInput(f"low must be less than high, got {low!r} and {high!r}")
    signs = _sign(f, left), _sign(f, right)
    if signs not in ((-1, 1), (1, -1)):
        raise InvalidInput(
            f"the function must have opposite signs at the ends of [{digits(left)}, {digits(right)}];"
            " pass an interval on which it changes sign"
        )
    with ctx.workprec(max(ctx.prec, 64 + wanted.denominator.bit_length())):
        while right - left > wanted:
            # If the root is so near the middle that the sign there is not clear, another point will do.
            for part in (Fraction(1, 2), Fraction(3, 8)):
                middle = left + part * (right - left)
                sign = _sign(f, middle)
                if sign is not None:
                    break
            if sign is None:
                return Enclosure(left, right, False)
            if sign == 0:
                return Enclosure(middle, middle, True)
            left, right = (middle, right) if sign == signs[0] else (left, middle)
    return Enclosure(left, right, True)


def _sign(f: Callable[[arb], arb], point: Fraction) -> int | None:
    # The sign of f at the point, at up to 16 times the working precision; None if it is not clear.
    for factor in (1, 4, 16):
        with ctx.workprec(factor * ctx.prec):
            value = f(ball(point))
            if value > 0:
                return 1
            if value < 0:
                return -1
            if value.is_zero():
                return 0
    return None
