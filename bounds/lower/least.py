"""The least integer that an inequality does not exclude, decided in ball arithmetic.

The integers may have thousands of digits, so the search neither tries them one by one nor trusts a
rounded quotient: it brackets the answer, and both ends of the last bracket are decided by balls whose
precision is raised until the sign is certain.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, ctx

from identifiability.errors import Undecided

MOST_BITS = 1 << 23
"""Signs that so many bits do not decide are left undecided."""


def is_positive(margin: Callable[[], arb], precision: int = 64) -> bool:
    """Whether a non-zero real number is positive, by balls of growing precision.

    Parameters
    ----------
    margin : callable
        Encloses the number at the working precision.
    precision : int
        The bits to begin with.

    Raises
    ------
    Undecided
        If :data:`MOST_BITS` bits do not tell the number from 0.

    Examples
    --------
    >>> is_positive(lambda: arb(2).sqrt() * arb(2).sqrt() - 2 + arb(2) ** -1000)
    True
    """
    while precision <= MOST_BITS:
        with ctx.workprec(precision):
            value = margin()
            if value > 0:
                return True
            if value < 0:
                return False
        precision *= 2
    raise Undecided(f"the sign of a number is not decided by {MOST_BITS} bits; change epsilon slightly")


def least_not_excluded(margin: Callable[[int], arb], top: int) -> int:
    """The least integer x >= 1 with margin(x) <= 0, if ``margin`` falls below 0 once and for all.

    Parameters
    ----------
    margin : callable
        Encloses, at the working precision, a function that is positive for x below the answer and
        negative from there on; smooth up to rounding its argument, for speed.
    top : int
        An integer that is known not to be excluded.

    Returns
    -------
    int
        ``top`` if every smaller integer is excluded.

    Examples
    --------
    >>> least_not_excluded(lambda x: 1000 - arb(x) * arb(x + 2).log(), 1000)
    191
    """

    def excluded(x: int) -> bool:
        return is_positive(lambda: margin(x))

    # Bit by bit, down to a bracket that is narrow relative to its ends.
    exponent = _exponent(excluded, top)
    low, high = (1 << exponent, min(2 << exponent, top)) if exponent >= 0 else (0, 1)
    while high - low > max(1, high >> 24):
        middle = (low + high) // 2
        low, high = (middle, high) if excluded(middle) else (low, middle)
    # Then by secants: the error of each is of second order in the bracket's width.
    while high - low > 8:
        precision = 64 + 2 * (high // (high - low)).bit_length()
        guess = _secant(margin, low, high, precision)
        reach = 4 + ((high - low) ** 2 // high) * 4
        left, right = max(low + 1, guess - reach), min(high - 1, guess + reach)
        before = high - low
        for x in (left, right):
            if low < x < high:
                low, high = (x, high) if excluded(x) else (low, x)
        if 2 * (high - low) > before:
            middle = (low + high) // 2
            low, high = (middle, high) if excluded(middle) else (low, middle)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if excluded(middle) else (low, middle)
    return high


def _exponent(excluded: Callable[[int], bool], top: int) -> int:
    """The greatest e with 2^e < top excluded, -1 if there is none."""
    low, high = -1, (top - 1).bit_length()
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if excluded(1 << middle) else (low, middle)
    return low


def _secant(margin: Callable[[int], arb], low: int, high: int, precision: int) -> int:
    """Where the line through two values crosses 0: only a guess."""
    with ctx.workprec(precision):
        at_low, at_high = margin(low).mid(), margin(high).mid()
        if not at_low > at_high:
            return (low + high) // 2
        crossing = low + (high - low) * at_low / (at_low - at_high)
        return int(crossing.mid().floor().unique_fmpz() or (low + high) // 2)
