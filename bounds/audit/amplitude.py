"""Amplitudes that bring a function into the unit ball, and that are short to write."""

from __future__ import annotations

from fractions import Fraction

from identifiability.exact import ceiling, digits

LARGEST_SPELLED = 1_000_000
"""Amplitudes below one over this are powers of ten."""


def amplitude_for(norm: Fraction) -> Fraction:
    """An amplitude c with 0 < c * norm <= 1: one over an integer or, for large norms, a power of ten.

    Examples
    --------
    >>> amplitude_for(Fraction(7, 2)), amplitude_for(Fraction(10**9)) == Fraction(1, 10**10)
    (Fraction(1, 4), True)
    """
    least = max(1, ceiling(norm))
    return Fraction(1, least if least <= LARGEST_SPELLED else 10 ** len(digits(least)))


def spelled(amplitude: Fraction) -> str:
    """An amplitude as text; a small power of ten as such.

    Examples
    --------
    >>> spelled(Fraction(1, 4)), spelled(Fraction(1, 10**30))
    ('1/4', '10^-30')
    """
    exponent = len(digits(amplitude.denominator)) - 1
    is_power = amplitude.denominator > LARGEST_SPELLED and amplitude == Fraction(1, 10**exponent)
    return f"10^-{exponent}" if is_power else digits(amplitude)


def scaled(amplitude: Fraction, text: str) -> str:
    """The text of a product: the factors 1 and -1 are not written out.

    Examples
    --------
    >>> scaled(Fraction(1, 4), "x1"), scaled(Fraction(-1), "x1"), scaled(Fraction(1, 10**30), "x1")
    ('1/4*x1', '-x1', '10^-30*x1')
    """
    if abs(amplitude) == 1:
        return text if amplitude > 0 else f"-{text}"
    return f"{spelled(amplitude)}*{text}"
