"""Verifying that a case cannot happen: polynomial inequalities are added up to a false one."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq_mpoly, fmpq_mpoly_ctx

from bounds.case_trees import Refutation, Summand
from bounds.rational_functions import primitive
from identifiability.errors import NetboundsError
from identifiability.exact import ceiling, digits, from_rational, rational


class Rejected(NetboundsError):
    """Something in a certificate does not hold."""


@dataclass(frozen=True, slots=True)
class PolynomialInequality:
    """``polynomial relation 0`` with relation one of ``>= > ==``, over the rational numbers."""

    polynomial: fmpq_mpoly
    relation: str

    def __str__(self) -> str:
        return f"{self.polynomial} {self.relation} 0"


def normalised(polynomial: fmpq_mpoly, relation: str, integers: Collection[str]) -> PolynomialInequality:
    """The same inequality, turned around to ``>= > ==``, scaled and rounded.

    The coefficients of the monomials become coprime integers.  Where all parameters are
    integers, ``p > 0`` becomes ``p - 1 >= 0`` and the constant is rounded.

    Examples
    --------
    >>> from bounds.rational_functions import ring
    >>> (m,) = ring(("m",)).gens()
    >>> print(normalised(3 - 2 * m, "<", {"m"}))
    m - 2 >= 0
    """
    if relation in ("<", "<="):
        polynomial, relation = -polynomial, relation.replace("<", ">")
    context = polynomial.context()
    constant = from_rational(polynomial[(0,) * context.nvars()])
    without = polynomial - rational(constant)
    if without.is_zero():
        sign = (constant > 0) - (constant < 0)
        return PolynomialInequality(context.constant(sign), relation)
    positive = 1 if without.leading_coefficient() > 0 else -1
    scaled = positive * primitive(without)
    constant *= from_rational(scaled.leading_coefficient() / without.leading_coefficient())
    used = {name for name, degree in zip(context.names(), without.degrees(), strict=True) if degree}
    if relation != "==" and used <= set(integers):
        constant = Fraction(ceiling(constant) - 1 if relation == ">" else math.floor(constant))
        relation = ">="
    return PolynomialInequality(scaled + rational(constant), relation)


def check_refutation(
    refutation: Refutation,
    premises: Iterable[PolynomialInequality],
    context: fmpq_mpoly_ctx,
    integers: Collection[str],
) -> None:
    """Verify a refutation by adding up its premises, which are given in normal form.

    Raises
    ------
    Rejected
        With the first thing that is wrong.
    """
    facts = list(premises)
    last: PolynomialInequality | None = None
    for step in refutation.steps:
        total, strict = context.constant(0), False
        for summand in step:
            fact = _product(summand, facts, context, integers)
            if summand.multiplier <= 0 and fact.relation != "==":
                raise Rejected(f"an inequality is used {digits(summand.multiplier)} times in a refutation")
            total += rational(summand.multiplier) * fact.polynomial
            strict = strict or fact.relation == ">"
        last = PolynomialInequality(total, ">" if strict else ">=")
        facts.append(normalised(total, last.relation, integers))
    if last is None or not last.polynomial.is_constant():
        raise Rejected("a refutation does not end in a statement about numbers")
    value = (
        from_rational(last.polynomial.leading_coefficient()) if not last.polynomial.is_zero() else Fraction(0)
    )
    if value > 0 or (value == 0 and last.relation == ">="):
        raise Rejected(f"a refutation ends in {last}, which is true")


def _product(
    summand: Summand, facts: list[PolynomialInequality], context: fmpq_mpoly_ctx, integers: Collection[str]
) -> PolynomialInequality:
    if not summand.factors or not all(0 <= place < len(facts) for place in summand.factors):
        raise Rejected(f"a refutation names the places {summand.factors}, which do not exist")
    chosen = [facts[place] for place in summand.factors]
    relations = {fact.relation for fact in chosen}
    relation = "==" if "==" in relations else ">" if relations == {">"} else ">="
    polynomial = context.constant(1)
    for fact in chosen:
        polynomial *= fact.polynomial
    if summand.times != "1":
        if relation != "==":
            raise Rejected(f"an inequality is multiplied by {summand.times}, whose sign is not known")
        polynomial *= context.gen(context.names().index(summand.times))
    return normalised(polynomial, relation, integers)
