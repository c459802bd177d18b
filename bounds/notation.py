"""How exponents and parameters are written: plain text, LaTeX, Python, and sympy."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from bounds.exponents import Atom, Exponent, Extremum, Monomial, constant
from identifiability.exact import digits

if TYPE_CHECKING:
    import sympy

_GREEK = re.compile(
    "alpha|beta|gamma|delta|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi|chi|psi|omega"
)


@dataclass(frozen=True, slots=True)
class Notation:
    """What a way of writing puts between factors and around powers, calls and names."""

    times: str
    power: Callable[[str, str], str]
    call: Callable[[str, list[str]], str]
    name: Callable[[str], str]
    ratio: Callable[[Fraction], str]
    scales: tuple[str, str, str]
    """ε, log(1/ε) and log log(1/ε)."""
    bare_superscript: bool = False
    """Whether a superscript needs no brackets."""


def _text_power(base: str, power: str) -> str:
    return f"{base}^{power}"


def _text_call(function: str, arguments: list[str]) -> str:
    return f"{function}({', '.join(arguments)})"


def _latex_power(base: str, power: str) -> str:
    return f"{base}^{{{power}}}"


def _latex_call(function: str, arguments: list[str]) -> str:
    inside = r",\, ".join(arguments)
    return rf"\{function}({inside})"


def latex_name(name: str) -> str:
    """A parameter's name as mathematicians write it.

    Examples
    --------
    >>> latex_name("m1"), latex_name("alpha"), latex_name("width_2"), latex_name("N")
    ('m_1', '\\\\alpha', '\\\\mathrm{width}_2', 'N')
    """
    stem, index = re.fullmatch(r"(.*?)_?([0-9]*)", name).groups()  # type: ignore[union-attr]
    if _GREEK.fullmatch(stem):
        written = rf"\{stem}"
    elif len(stem) == 1:
        written = stem
    else:
        written = "\\mathrm{" + stem.replace("_", "\\_") + "}"
    if len(index) > 1:
        index = f"{{{index}}}"
    return f"{written}_{index}" if index else written


def _latex_ratio(number: Fraction) -> str:
    if number.denominator == 1:
        return digits(number)
    return rf"\frac{{{digits(number.numerator)}}}{{{digits(number.denominator)}}}"


TEXT = Notation("*", _text_power, _text_call, str, digits, ("eps", "log(1/eps)", "loglog(1/eps)"))
PYTHON = replace(
    TEXT,
    power=lambda base, power: f"{base}**{power}",
    scales=("eps", "log(1/eps)", "log(log(1/eps))"),
)
LATEX = Notation(
    times=" ",
    power=_latex_power,
    call=_latex_call,
    name=latex_name,
    ratio=_latex_ratio,
    scales=(r"\varepsilon", r"\log(1/\varepsilon)", r"\log\log(1/\varepsilon)"),
    bare_superscript=True,
)


def written(exponent: Exponent, notation: Notation = TEXT) -> str:
    """An exponent in the given notation, over a common denominator where there is one.

    Examples
    --------
    >>> from bounds.exponents import extremum, parameter
    >>> m1, m2, r = parameter("m1"), parameter("m2"), parameter("r")
    >>> written((m1 + m2) / (2 * r)), written(1 - m1 / r)
    ('(m1 + m2)/(2*r)', '1 - m1/r')
    >>> print(written(extremum("min", [2 * m1, m1 + m2]), LATEX))
    \\min(m_1 + m_2,\\, 2 m_1)
    """
    if len(exponent.terms) < 2:
        return _signed(exponent.terms[0], notation) if exponent.terms else "0"
    denominator = _common_denominator(exponent)
    if denominator != constant(1):
        above = written(exponent * denominator, notation)
        return f"({above})/{_factor(denominator.terms[0], notation)}"
    # A sum reads better when it does not begin with a minus.
    ordered = sorted(exponent.terms, key=lambda term: term[1] < 0)
    first = ordered[0] if exponent.terms[0][1] < 0 else exponent.terms[0]
    rest = [term for term in exponent.terms if term != first]
    signs = [" - " if factor < 0 else " + " for _, factor in rest]
    parts = [_product((monomial, abs(factor)), notation) for monomial, factor in rest]
    return _signed(first, notation) + "".join(s + p for s, p in zip(signs, parts, strict=True))


def superscript(exponent: Exponent, notation: Notation = TEXT, negated: bool = False) -> str:
    """An exponent, or its negative, as it stands after ``^``.

    Examples
    --------
    >>> from bounds.exponents import parameter
    >>> m = parameter("m")
    >>> superscript(m), superscript(m / 2, negated=True), superscript(-m), superscript(-m, negated=True)
    ('m', '-(m/2)', '-m', 'm')
    """
    if written(exponent).startswith("-"):
        exponent, negated = -exponent, not negated
    text = written(exponent, notation)
    is_product = len(exponent.terms) < 2 or _common_denominator(exponent) != constant(1)
    if not (_is_atomic(exponent) or (notation.bare_superscript and (is_product or not negated))):
        text = f"({text})"
    return f"-{text}" if negated else text


def _is_atomic(exponent: Exponent) -> bool:
    match exponent.terms:
        case () | ((((str() | Extremum(), 1),), 1),):
            return True
        case (((), factor),):
            return factor > 0 and factor.denominator == 1
    return False


def _common_denominator(exponent: Exponent) -> Exponent:
    shared: dict[Atom, int] = dict(exponent.terms[0][0])
    for monomial, _ in exponent.terms[1:]:
        powers = dict(monomial)
        shared = {atom: max(power, powers[atom]) for atom, power in shared.items() if atom in powers}
    below = tuple((atom, -power) for atom, power in shared.items() if power < 0)
    denominators = {factor.denominator for _, factor in exponent.terms}
    number = denominators.pop() if len(denominators) == 1 else 1
    return Exponent(((below, Fraction(number)),))


def _signed(term: tuple[Monomial, Fraction], notation: Notation) -> str:
    monomial, factor = term
    return ("-" if factor < 0 else "") + _product((monomial, abs(factor)), notation)


def _product(term: tuple[Monomial, Fraction], notation: Notation) -> str:
    monomial, factor = term
    above = tuple((atom, power) for atom, power in monomial if power > 0)
    below = tuple((atom, -power) for atom, power in monomial if power < 0)
    numerator = notation.times.join(_factors((above, Fraction(factor.numerator)), notation))
    if not below and factor.denominator == 1:
        return numerator
    return f"{numerator}/{_factor((below, Fraction(factor.denominator)), notation)}"


def _factor(term: tuple[Monomial, Fraction], notation: Notation) -> str:
    parts = _factors(term, notation)
    return parts[0] if len(parts) == 1 else f"({notation.times.join(parts)})"


def _factors(term: tuple[Monomial, Fraction], notation: Notation) -> list[str]:
    monomial, factor = term
    number = [digits(factor)] if factor != 1 or not monomial else []
    return number + [_powered(atom, power, notation) for atom, power in monomial]


def _powered(atom: Atom, power: int, notation: Notation) -> str:
    match atom:
        case str():
            base = notation.name(atom)
        case Extremum():
            base = notation.call(atom.function, [written(argument, notation) for argument in atom.arguments])
        case Exponent():
            base = f"({written(atom, notation)})"
    return base if power == 1 else notation.power(base, str(power))


def sympy_exponent(exponent: Exponent) -> sympy.Expr:
    """The exponent as a sympy expression in symbols without assumptions.

    Examples
    --------
    >>> from bounds.exponents import parameter
    >>> sympy_exponent(parameter("m1") / parameter("r"))
    m1/r
    """
    import sympy

    def power(atom: Atom, exponent: int) -> sympy.Expr:
        match atom:
            case str():
                base = sympy.Symbol(atom)
            case Extremum():
                function = sympy.Min if atom.function == "min" else sympy.Max
                base = function(*map(sympy_exponent, atom.arguments))
            case Exponent():
                base = sympy_exponent(atom)
        return base**exponent

    total = sympy.Integer(0)
    for monomial, factor in exponent.terms:
        coefficient = sympy.Rational(factor.numerator, factor.denominator)
        total += sympy.Mul(coefficient, *(power(*item) for item in monomial))
    return total
