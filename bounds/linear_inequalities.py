r"""Linear inequalities in exact arithmetic, and proofs that a system of them has no solution.

By Farkas' lemma a contradictory system has a combination with non-negative multipliers that
reads 0 ≥ 1 or 0 > 0.  Where all variables of an inequality are integers it may moreover be
divided by the common factor of its coefficients and its constant rounded (Chvátal), which
makes a step of its own in a proof.

References
----------
Schrijver, *Theory of Linear and Integer Programming*, sections 7.3 (Farkas) and 23.1 (Chvátal).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from identifiability.errors import InvalidInput
from identifiability.exact import ceiling, digits

Relation = Literal[">=", ">", "=="]


@dataclass(frozen=True, slots=True)
class Inequality:
    """``sum of coefficients times variables + constant  (>=, > or ==)  0``.

    Examples
    --------
    >>> str(Inequality((("m1", Fraction(1)), ("m2", Fraction(-2))), Fraction(3), ">"))
    'm1 - 2*m2 + 3 > 0'
    """

    coefficients: tuple[tuple[str, Fraction], ...]
    constant: Fraction
    relation: Relation = ">="

    def __str__(self) -> str:
        parts = [(factor, f"*{name}") for name, factor in self.coefficients] + [(self.constant, "")]
        shown = [(factor, name) for factor, name in parts if factor] or [(Fraction(0), "")]
        text = ""
        for factor, name in shown:
            size = name[1:] if name and abs(factor) == 1 else digits(abs(factor)) + name
            text += (f" {'-' if factor < 0 else '+'} {size}") if text else ("-" if factor < 0 else "") + size
        return f"{text} {self.relation} 0"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A proof that a system has no solution.

    Parameters
    ----------
    steps : tuple of mappings from index to multiplier
        Each step is the combination of earlier inequalities with these multipliers, made
        primitive and rounded where all its variables are integers.  Indices below the length of
        the system name its inequalities, tightened in the same way; the others name the steps
        in order.  Multipliers are positive, except for equations.  The last step reads
        ``c >= 0`` with c < 0, or ``0 > 0``.
    """

    steps: tuple[Mapping[int, Fraction], ...]


def tightened(inequality: Inequality, integers: Collection[str]) -> Inequality:
    """The same inequality with coprime integer coefficients, rounded when all variables are integers.

    Examples
    --------
    >>> m = (("m", Fraction(2)),)
    >>> str(tightened(Inequality(m, Fraction(-3), ">="), {"m"}))
    'm - 2 >= 0'
    >>> str(tightened(Inequality(m, Fraction(-3), ">="), ()))
    'm - 3/2 >= 0'
    >>> str(tightened(Inequality(m, Fraction(0), ">"), {"m"}))
    'm - 1 >= 0'
    """
    kept = tuple(sorted((name, factor) for name, factor in inequality.coefficients if factor))
    if not kept:
        return Inequality((), inequality.constant, inequality.relation)
    numerator = math.gcd(*(factor.numerator for _, factor in kept))
    scale = Fraction(math.lcm(*(factor.denominator for _, factor in kept)), numerator)
    coefficients = tuple((name, factor * scale) for name, factor in kept)
    constant, relation = inequality.constant * scale, inequality.relation
    if relation != "==" and all(name in integers for name, _ in kept):
        constant = Fraction(ceiling(constant) - 1 if relation == ">" else math.floor(constant))
        relation = ">="
    return Inequality(coefficients, constant, relation)


def combined(system: Sequence[Inequality], multipliers: Mapping[int, Fraction]) -> Inequality:
    """The combination of inequalities with the given multipliers.

    Raises
    ------
    InvalidInput
        If the multiplier of an inequality that is not an equation is negative, or an index is
        out of range.
    """
    total: dict[str, Fraction] = {}
    constant, strict = Fraction(0), False
    for index, multiplier in multipliers.items():
        if not 0 <= index < len(system) or (multiplier < 0 and system[index].relation != "=="):
            raise InvalidInput(
                f"inequality {index} cannot be used {digits(multiplier)} times; pass a valid proof"
            )
        for name, factor in system[index].coefficients:
            total[name] = total.get(name, Fraction(0)) + multiplier * factor
        constant += multiplier * system[index].constant
        strict = strict or (system[index].relation == ">" and multiplier > 0)
    kept = tuple(sorted((name, factor) for name, factor in total.items() if factor))
    return Inequality(kept, constant, ">" if strict else ">=")


def refutes(
    contradiction: Contradiction, system: Sequence[Inequality], integers: Collection[str] = ()
) -> bool:
    """Whether a contradiction is one, by adding up the inequalities that it names.

    Examples
    --------
    >>> at_least_1 = Inequality((("x", Fraction(1)),), Fraction(-1))
    >>> at_most_0 = Inequality((("x", Fraction(-1)),), Fraction(0))
    >>> system = [at_least_1, at_most_0]
    >>> refutes(Contradiction(({0: Fraction(1), 1: Fraction(1)},)), system)
    True
    >>> refutes(Contradiction(({0: Fraction(1), 1: Fraction(2)},)), system)
    False
    """
    known = [tightened(inequality, integers) for inequality in system]
    last: Inequality | None = None
    for step in contradiction.steps:
        try:
            last = combined(known, step)
        except InvalidInput:
            return False
        known.append(tightened(last, integers))
    return last is not None and not last.coefficients and not holds(last.constant, last.relation)


def holds(value: Fraction, relation: Relation) -> bool:
    """Whether ``value relation 0``."""
    return value > 0 if relation == ">" else value == 0 if relation == "==" else value >= 0
