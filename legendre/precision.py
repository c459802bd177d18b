"""How precise an answer is: in floats or in balls, and balls refined until they are narrow enough."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, ctx

from identifiability.errors import InvalidInput
from identifiability.exact import spelled

FLOAT_BITS = 64
"""The precision of balls that become floats, whatever flint's working precision is."""

_LARGEST_EXPONENT = 400
"""Numbers within 2 to this power either way have squares that are floats."""

MOST_BITS = 1 << 17
"""The precision is not doubled beyond this."""


def refined(value: Callable[[], arb], most_bits: int = MOST_BITS) -> arb:
    """The ball that a calculation gives, at a precision at which it is relatively accurate to ctx.prec bits.

    When that takes more than the most bits allowed (as it does where the value is zero but not seen to
    be), the ball is wider, and right all the same.

    Examples
    --------
    >>> refined(lambda: 1 - arb("1e-40").cos()).rel_accuracy_bits() >= 50
    True
    """
    wanted, bits = ctx.prec, ctx.prec + 16
    while True:
        with ctx.workprec(bits):
            result = value()
        if result.is_exact() or result.rel_accuracy_bits() >= wanted or 2 * bits > most_bits:
            return result
        bits *= 2


def read_certified(value: object) -> bool:
    """Read whether an answer is to be proved.

    Raises
    ------
    InvalidInput
        If it is neither True nor False: a text such as "no" would count as True.

    Examples
    --------
    >>> read_certified(True)
    True
    """
    # Booleans of numpy are none of the language, and their type is called bool, too.
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return bool(value)
    raise InvalidInput(
        f"certified must be True or False, got {spelled(value)}; pass certified=True for a proof"
    )


def exponent_of(value: arb) -> int:
    """The k for which a number is about 2^k; 0 unless floats of its size have no squares.

    Examples
    --------
    >>> exponent_of(arb(3)), exponent_of(arb(2) ** 5000), exponent_of(arb(2) ** -5000), exponent_of(arb(0))
    (0, 5001, -4999, 0)
    """
    mantissa, exponent = (int(part) for part in value.mid().man_exp())
    size = mantissa.bit_length() + exponent
    return 0 if mantissa == 0 or abs(size) <= _LARGEST_EXPONENT else size
