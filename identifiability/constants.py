"""Real constants given exactly, as text that evaluates at any precision.

The constants of the theorems here (Lipschitz constants, total variations, values at zero) are
rational numbers, elementary expressions such as ``4/sqrt(pi)``, roots of elementary equations, or
infinite.  A :class:`Constant` keeps such a number as text, so that it can be shown, compared and
evaluated in ball arithmetic without ever being rounded.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from flint import arb, ctx

from identifiability.errors import InvalidFormula, InvalidInput
from identifiability.evaluation import evaluate, evaluate_ball
from identifiability.exact import ball, digits, fraction
from identifiability.formula import Formula, parse, show

LARGEST_PRECISION = 100_000
"""Balls of more bits than this are refused."""

_ROOT = re.compile(r"(?P<value>.+) where (?P<left>.+) = (?P<right>.+) on \[(?P<low>.+), (?P<high>.+)\]")


@dataclass(frozen=True, slots=True)
class Constant:
    """A real number or +infinity, given exactly by its text.

    Build one with :func:`constant`, which checks the text and brings it to its normal form; two
    constants are equal iff their texts are.

    Parameters
    ----------
    text : str
        ``"1/4"``, an expression such as ``"4/sqrt(pi)"``, an expression in a root x such as
        ``"x - 1 where x*tanh(x/2) = 2 on [2, 3]"``, or ``"inf"``.

    Examples
    --------
    >>> total = constant("2*erf(1) + 4*exp(-1)/sqrt(pi) - 1")
    >>> round(float(total), 12)
    1.515616580741
    >>> total.fraction is None, constant("1/2").fraction, constant("inf").is_finite
    (True, Fraction(1, 2), False)
    """

    text: str

    def __str__(self) -> str:
        return self.text

    def __float__(self) -> float:
        return float(self.ball()) if self.is_finite else math.inf

    @property
    def is_finite(self) -> bool:
        """Whether the constant is a real number."""
        return self.text != "inf"

    @property
    def fraction(self) -> Fraction | None:
        """The exact value of a constant that is written as a rational number, otherwise None."""
        return _read(self.text).rational if self.is_finite else None

    def ball(self, precision: int = 128) -> arb:
        """An enclosure of the constant, computed with so many bits.

        Infinity gives flint's infinity, which is larger than every real ball.

        Examples
        --------
        >>> constant("x where x*tanh(x/2) = 2 on [2, 3]").ball(64)
        [2.39935728051547 +/- 2.34e-15]
        """
        if not 2 <= precision <= LARGEST_PRECISION:
            raise InvalidInput(f"precision must be between 2 and {LARGEST_PRECISION} bits, got {precision}")
        if not self.is_finite:
            return arb.pos_inf()
        with ctx.workprec(precision):
            return _read(self.text).ball()


@dataclass(frozen=True, slots=True)
class _Reading:
    value: Formula
    equation: tuple[Formula, Formula] | None
    interval: tuple[Fraction, Fraction] | None
    rational: Fraction | None

    def ball(self) -> arb:
        if self.equation is None or self.interval is None:
            return evaluate_ball(self.value)
        # Few constants are roots, and commands that need none start sooner without it.
        from identifiability.roots import root

        left, right = self.equation
        found = root(
            lambda x: evaluate_ball(left, {"x": x}) - evaluate_ball(right, {"x": x}),
            *self.interval,
            width=Fraction(1, 2**ctx.prec),
        )
        return evaluate_ball(self.value, {"x": ball(found.lower).union(ball(found.upper))})

    def text(self) -> str:
        if self.rational is not None:
            return digits(self.rational)
        if self.equation is None or self.interval is None:
            return show(self.value)
        sides = " = ".join(show(side) for side in self.equation)
        ends = ", ".join(digits(end) for end in self.interval)
        return f"{show(self.value)} where {sides} on [{ends}]"


@lru_cache(maxsize=512)
def _read(text: str) -> _Reading:
    defined = _ROOT.fullmatch(text)
    if defined:
        value, left, right = (parse(defined[part], ("x",)) for part in ("value", "left", "right"))
        interval = fraction(defined["low"], "the low end"), fraction(defined["high"], "the high end")
        return _Reading(value, (left, right), interval, None)
    value = parse(text)
    try:
        return _Reading(value, None, None, evaluate(value))
    except InvalidFormula:
        return _Reading(value, None, None, None)


def constant(value: object) -> Constant:
    """Read a constant exactly.

    Parameters
    ----------
    value : Constant, str or a number
        A number is read as by :func:`identifiability.exact.fraction`; text may be a formula in
        numbers, ``pi`` and ``e``; a formula in x followed by ``where EQUATION on [LOW, HIGH]``, when
        x is the only root of the equation there; or ``"inf"``.

    Returns
    -------
    Constant

    Raises
    ------
    InvalidInput
        If the text is not such a formula, or its value is not a real number.

    Notes
    -----
    That the equation changes sign on [LOW, HIGH], and so has a root there if its sides are
    continuous, is checked; that the root is the only one is for the caller to know.

    Examples
    --------
    >>> str(constant("2/4")), str(constant(0.25)), str(constant("4/sqrt(pi)"))
    ('1/2', '1/4', '4/sqrt(pi)')
    """
    if isinstance(value, Constant):
        return value
    if value == "inf" or (isinstance(value, float) and value == math.inf):
        return Constant("inf")
    if not isinstance(value, str):
        return Constant(digits(fraction(value, "the constant")))
    read = _read(value.strip())
    with ctx.workprec(64):
        finite = read.rational is not None or read.ball().is_finite()
    if not finite:
        raise InvalidInput(f"the constant {value!r} is not a real number; pass one such as '4/sqrt(pi)'")
    return Constant(read.text())
