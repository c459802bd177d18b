"""The decimals of three figures, numbered in their order."""

from __future__ import annotations

from fractions import Fraction

from identifiability.exact import rounded_down

_FIGURES = 3
_FIRST = 100
_IN_A_DECADE = 9 * _FIRST


def decimal_at(index: int) -> Fraction:
    """The decimal with this number; number 0 is 1.

    Examples
    --------
    >>> decimal_at(0), decimal_at(1), decimal_at(-1), decimal_at(-900)
    (Fraction(1, 1), Fraction(101, 100), Fraction(999, 1000), Fraction(1, 10))
    """
    exponent, rest = divmod(index, _IN_A_DECADE)
    scale: Fraction = Fraction(10) ** exponent
    return Fraction(_FIRST + rest, _FIRST) * scale


def index_below(value: Fraction) -> int:
    """The number of the greatest decimal that is less than a positive one.

    Examples
    --------
    >>> [decimal_at(index_below(value)) for value in (Fraction(1, 3), Fraction(1, 10), Fraction(1))]
    [Fraction(333, 1000), Fraction(999, 10000), Fraction(999, 1000)]
    """
    nearest = rounded_down(value, _FIGURES)
    exponent, scaled = 0, nearest
    while scaled >= 10:
        exponent, scaled = exponent + 1, scaled / 10
    while scaled < 1:
        exponent, scaled = exponent - 1, scaled * 10
    index = exponent * _IN_A_DECADE + int(scaled * _FIRST) - _FIRST
    return index - 1 if nearest == value else index
