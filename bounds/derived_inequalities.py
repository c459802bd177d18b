"""Inequalities that were derived from others, and how: the material of proofs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from bounds.linear_inequalities import Contradiction, Relation


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """An inequality with integer coefficients, and where it comes from.

    It is ``scale`` times the inequality ``index`` of the system, or the combination of its
    parents divided by ``divisor`` and then possibly rounded.  ``origins`` are the inequalities,
    equations apart, that went in since the last rounding.
    """

    coefficients: Mapping[str, int]
    constant: int
    relation: Relation
    origins: frozenset[int]
    index: int = -1
    scale: int = 1
    parents: tuple[tuple[Row, int], ...] = ()
    divisor: int = 1
    is_rounded: bool = False


@dataclass(slots=True)
class Proof:
    """The steps that lead to a false row: one for each rounding, and the last."""

    size: int
    steps: list[Mapping[int, Fraction]] = field(default_factory=list)
    known: dict[Row, Mapping[int, Fraction]] = field(default_factory=dict)

    def of(self, last: Iterable[tuple[Row, int]]) -> Contradiction:
        multipliers = self._sum(last)
        content = Fraction(
            math.gcd(*(multiplier.numerator for multiplier in multipliers.values())),
            math.lcm(*(multiplier.denominator for multiplier in multipliers.values())),
        )
        self.steps.append({index: multiplier / content for index, multiplier in multipliers.items()})
        return Contradiction(tuple(self.steps))

    def _sum(self, parts: Iterable[tuple[Row, int]]) -> dict[int, Fraction]:
        total: dict[int, Fraction] = {}
        for row, times in parts:
            for index, multiplier in self._multipliers(row).items():
                total[index] = total.get(index, Fraction(0)) + times * multiplier
        return {index: multiplier for index, multiplier in total.items() if multiplier}

    def _multipliers(self, row: Row) -> Mapping[int, Fraction]:
        """How often a row uses the inequalities of the system and the steps."""
        if row not in self.known:
            if not row.parents:
                found = {row.index: Fraction(row.scale)}
            elif row.is_rounded:
                summed = self._sum(row.parents)
                self.steps.append(summed)
                found = {self.size + len(self.steps) - 1: Fraction(1)}
            else:
                found = {i: m / row.divisor for i, m in self._sum(row.parents).items()}
            self.known[row] = found
        return self.known[row]
