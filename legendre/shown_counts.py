"""Counts of up to hundreds of digits, for people: in columns and in LaTeX."""

from __future__ import annotations

from identifiability.exact import digits

LONGEST = 9
"""Counts with more digits are abbreviated."""


def shown(value: int) -> str:
    """A count >= 0 for a narrow column: in full, or its first four digits and its decimal exponent.

    Examples
    --------
    >>> shown(303603520), shown(2**600)
    ('303603520', '4.149…e180')
    """
    text = digits(value)
    return text if len(text) <= LONGEST else f"{text[0]}.{text[1:4]}…e{len(text) - 1}"


def in_latex(value: int, relation: str = "") -> str:
    r"""The same in LaTeX's mathematics, after a relation.

    Examples
    --------
    >>> print(in_latex(2**600, r"\ge "))
    $\ge 4.149\ldots \cdot 10^{180}$
    """
    text = digits(value)
    if len(text) > LONGEST:
        text = rf"{text[0]}.{text[1:4]}\ldots \cdot 10^{{{len(text) - 1}}}"
    return f"${relation}{text}$"
