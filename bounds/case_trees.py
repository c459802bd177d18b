"""Proofs by distinction of cases, with the reasons why some cases cannot happen.

At each node of a tree the sign of a polynomial in the parameters is split into cases.  A case
that cannot happen is closed by a refutation: a combination of the inequalities printed there
that reads 0 >= 1 or 0 > 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from identifiability.exact import digits


@dataclass(frozen=True, slots=True)
class Summand:
    """``multiplier`` times the product of inequalities, by their places.

    A product that contains an equation may also be multiplied by a parameter, ``times``.
    """

    multiplier: Fraction
    factors: tuple[int, ...]
    times: str = "1"


@dataclass(frozen=True, slots=True)
class Refutation:
    """Why some inequalities contradict each other.

    Parameters
    ----------
    premises : tuple of str
        The inequalities, as they are printed.
    steps : tuple of tuples of Summand
        Each step adds up products of premises and of earlier steps; places beyond the premises
        name the steps in order.  Before use every inequality and every product is divided by
        the common factor of its coefficients and, where all its parameters are integers, its
        constant is rounded.  The last step is false: ``c >= 0`` with c < 0, or ``0 > 0``.
    """

    premises: tuple[str, ...]
    steps: tuple[tuple[Summand, ...], ...]

    def __str__(self) -> str:
        shown = []
        for step in self.steps:
            parts = []
            for summand in step:
                inside = "".join(f"({self._named(place)})" for place in summand.factors)
                extra = "" if summand.times == "1" else f"*{summand.times}"
                parts.append(f"{digits(summand.multiplier)}*{inside}{extra}")
            shown.append(" + ".join(parts))
        return "impossible: " + "; then ".join(shown)

    def _named(self, place: int) -> str:
        return (
            self.premises[place] if place < len(self.premises) else f"step {place - len(self.premises) + 1}"
        )


@dataclass(frozen=True, slots=True)
class Leaf:
    """A case that is decided: by how much the first exponent exceeds the second."""

    verdict: str
    margin: str

    def __str__(self) -> str:
        return f"{self.verdict} (margin {self.margin})"


@dataclass(frozen=True, slots=True)
class Split:
    """The cases of the sign of an expression."""

    expression: str
    branches: tuple[tuple[str, Node], ...]

    def __str__(self) -> str:
        lines = []
        for relation, child in self.branches:
            head, *rest = str(child).split("\n")
            joint = ":\n  " if isinstance(child, Split) else ": "
            lines.append(
                f"{self.expression} {relation} 0{joint}{head}" + "".join(f"\n  {line}" for line in rest)
            )
        return "\n".join(lines)


Node = Refutation | Leaf | Split


@dataclass(frozen=True, slots=True)
class Regime:
    """Where a verdict holds, with exact values of the parameters for which it does.

    ``condition`` is ``"always"`` or comparisons joined by commas, to be read together with the
    assumptions.
    """

    condition: str
    verdict: str
    witness: Mapping[str, Fraction | int] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was compared, under which assumptions, and the tree that proves the regimes."""

    first: str
    second: str
    parameters: tuple[str, ...]
    assumptions: tuple[str, ...]
    integers: tuple[str, ...]
    verdict: str
    regimes: tuple[Regime, ...]
    tree: Node

    def __str__(self) -> str:
        head = [f"{self.first} against {self.second}: {self.verdict}"]
        if self.assumptions:
            head.append("assuming " + ", ".join(self.assumptions))
        if self.integers:
            head.append("integers: " + ", ".join(self.integers))
        return "\n".join([*head, str(self.tree)])
