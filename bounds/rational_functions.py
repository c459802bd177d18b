"""Quotients of polynomials in the parameters, reduced, and what is known of their signs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import Ordering, fmpq_mpoly, fmpq_mpoly_ctx

from identifiability.errors import InvalidInput
from identifiability.exact import rational

Signs = frozenset[int]

ANY_SIGN: Signs = frozenset({-1, 0, 1})
SIGNS: Mapping[str, Signs] = {
    "<": frozenset({-1}),
    "<=": frozenset({-1, 0}),
    "==": frozenset({0}),
    ">=": frozenset({0, 1}),
    ">": frozenset({1}),
}
"""The signs of p when ``p relation 0``."""


def ring(names: tuple[str, ...]) -> fmpq_mpoly_ctx:
    """The polynomials with rational coefficients in the given parameters."""
    return fmpq_mpoly_ctx.get(names, Ordering.lex)


@dataclass(frozen=True, slots=True, eq=False)
class RationalFunction:
    """A reduced quotient of two polynomials.

    Examples
    --------
    >>> m, r = ring(("m", "r")).gens()
    >>> one = m.context().constant(1)
    >>> print(RationalFunction.of(m, r) - RationalFunction.of(m, r + 1))
    (m)/(r^2 + r)
    """

    numerator: fmpq_mpoly
    denominator: fmpq_mpoly

    @classmethod
    def of(cls, numerator: fmpq_mpoly, denominator: fmpq_mpoly) -> RationalFunction:
        """The quotient in lowest terms.

        Raises
        ------
        InvalidInput
            If the denominator is zero.
        """
        if denominator.is_zero():
            raise InvalidInput("an exponent divides by zero; keep its denominators from 0")
        common = numerator.gcd(denominator)
        # A leading coefficient 1 in the denominator makes the quotient unique.
        common *= (denominator / common).leading_coefficient()
        return cls(numerator / common, denominator / common)

    @classmethod
    def number(cls, value: Fraction, context: fmpq_mpoly_ctx) -> RationalFunction:
        """The constant function."""
        return cls(context.constant(rational(value)), context.constant(1))

    @classmethod
    def parameter(cls, name: str, context: fmpq_mpoly_ctx) -> RationalFunction:
        """The function that is a parameter."""
        return cls(context.gen(context.names().index(name)), context.constant(1))

    def __add__(self, other: RationalFunction) -> RationalFunction:
        numerator = self.numerator * other.denominator + other.numerator * self.denominator
        return RationalFunction.of(numerator, self.denominator * other.denominator)

    def __sub__(self, other: RationalFunction) -> RationalFunction:
        numerator = self.numerator * other.denominator - other.numerator * self.denominator
        return RationalFunction.of(numerator, self.denominator * other.denominator)

    def __mul__(self, other: RationalFunction) -> RationalFunction:
        return RationalFunction.of(self.numerator * other.numerator, self.denominator * other.denominator)

    def __truediv__(self, other: RationalFunction) -> RationalFunction:
        return RationalFunction.of(self.numerator * other.denominator, self.denominator * other.numerator)

    def __pow__(self, power: int) -> RationalFunction:
        above, below = self.numerator ** abs(power), self.denominator ** abs(power)
        return RationalFunction.of(above, below) if power >= 0 else RationalFunction.of(below, above)

    @property
    def is_zero(self) -> bool:
        """Whether it is 0 for all values of the parameters."""
        return bool(self.numerator.is_zero())

    def __str__(self) -> str:
        if self.denominator.is_one():
            return str(self.numerator)
        return f"({self.numerator})/({self.denominator})"


def primitive(polynomial: fmpq_mpoly) -> fmpq_mpoly:
    """The multiple with coprime integer coefficients and a positive leading one.

    Examples
    --------
    >>> m, r = ring(("m", "r")).gens()
    >>> primitive((r - 2 * m) / 6)
    2*m - r
    """
    if polynomial.is_zero():
        return polynomial
    coefficients = list(polynomial.to_dict().values())
    numerators = math.gcd(*(int(factor.p) for factor in coefficients))
    denominators = math.lcm(*(int(factor.q) for factor in coefficients))
    sign = 1 if polynomial.leading_coefficient() > 0 else -1
    return polynomial * rational(Fraction(sign * denominators, numerators))


def factors(polynomial: fmpq_mpoly) -> tuple[int, tuple[tuple[fmpq_mpoly, int], ...]]:
    """The sign of the constant and the irreducible primitive factors with their powers.

    Examples
    --------
    >>> m, r = ring(("m", "r")).gens()
    >>> factors(-2 * m**2 * (m - r))
    (-1, ((m - r, 1), (m, 2)))
    """
    if polynomial.is_zero():
        return 0, ()
    _, parts = polynomial.factor()
    # The constant is what makes the leading coefficients agree.
    sign = 1 if polynomial.leading_coefficient() > 0 else -1
    return sign, tuple((primitive(part), int(power)) for part, power in parts)


def polynomial_signs(polynomial: fmpq_mpoly, known: Mapping[str, Signs]) -> Signs:
    """The signs that a polynomial may have, given those of irreducible primitive ones, by their text.

    Examples
    --------
    >>> m, r = ring(("m", "r")).gens()
    >>> polynomial_signs(-3 * m * r**2, {"m": SIGNS[">"], "r": SIGNS["<="]}) == SIGNS["<="]
    True
    """
    sign, parts = factors(polynomial)
    possible: Signs = frozenset({sign})
    for part, power in parts:
        own = known.get(str(part), ANY_SIGN)
        possible = frozenset(a * b**power for a in possible for b in own)
    return possible


def quotient_signs(quotient: RationalFunction, known: Mapping[str, Signs]) -> Signs:
    """The signs that a quotient may have; any sign if its denominator may vanish."""
    below = polynomial_signs(quotient.denominator, known)
    if 0 in below:
        return ANY_SIGN
    return frozenset(a * b for a in polynomial_signs(quotient.numerator, known) for b in below)
