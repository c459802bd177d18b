"""Hidden units v σ(w t + b) of one variable t, as exact triples and as text."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from bounds.audit.amplitude import scaled, spelled
from identifiability.exact import decimal, digits

Unit = tuple[Fraction, Fraction, Fraction]
"""(v, w, b)."""

LONGEST_NUMBER = 24
"""A network with longer numbers is shown in short decimals."""


def network_text(units: Iterable[Unit], variable: str) -> str:
    """A shallow network as text.

    Examples
    --------
    >>> network_text([(Fraction(1, 2), Fraction(1), Fraction(-3, 4))], "x1")
    '1/2*σ(x1 - 3/4)'
    >>> one = Fraction(1)
    >>> network_text([(one, 0 * one, one), (-3 * one, -one, 2 * one)], "t")
    'σ(1) - 3*σ(-t + 2)'
    """
    terms = [unit for unit in units if unit[0]]
    if any(len(spelled(number)) > LONGEST_NUMBER for unit in terms for number in unit):
        return " + ".join(f"{decimal(v)}*σ({decimal(w)}*{variable} + {decimal(b)})" for v, w, b in terms)
    return _joined([scaled(v, f"σ({_argument(w, variable, b)})") for v, w, b in terms])


def _argument(w: Fraction, variable: str, b: Fraction) -> str:
    linear = [scaled(w, variable)] if w else []
    return _joined(linear + ([digits(b)] if b or not w else []))


def _joined(terms: list[str]) -> str:
    return " + ".join(terms).replace("+ -", "- ")
