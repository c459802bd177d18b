"""Working precision: doubling it until a ball is as narrow as was asked."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, ctx

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
