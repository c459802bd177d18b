"""``netbounds compare``: which of two rates grows faster as epsilon goes to 0?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import click

from bounds.cli.main import UNDECIDED
from bounds.cli.options import SCHEMA, output_format, print_answer
from identifiability.exact import digits
from identifiability.table import columns, latex, latex_text, paragraph

if TYPE_CHECKING:
    from bounds.dominance import Dominance

_WORDS = {"larger": "grows faster than", "smaller": "grows slower than", "same": "grows like"}


@dataclass(frozen=True, slots=True)
class _Answer:
    """How a comparison is printed."""

    found: Dominance

    def __str__(self) -> str:
        found = self.found
        first, second = str(found.first), str(found.second)
        verdict = f"{first} {_WORDS[found.verdict]} {second}" if found.verdict in _WORDS else found.verdict
        lines = [paragraph(verdict + (f": {found.reason}" if found.reason else ""), rest="    ")]
        if found.regimes:
            table = [[r.condition, r.verdict, _witness(r.witness)] for r in found.regimes]
            lines += ["", columns(["where", "the first is", "for instance at"], table)]
        if found.conclusion:
            lines += ["", paragraph(found.conclusion)]
        return "\n".join(lines)

    def to_json(self) -> dict[str, object]:
        found = self.found
        return {
            "schema": SCHEMA,
            "verdict": found.verdict,
            "regimes": [
                {
                    "condition": regime.condition,
                    "verdict": regime.verdict,
                    "witness": {name: digits(value) for name, value in regime.witness.items()},
                }
                for regime in found.regimes
            ],
            "reason": found.reason,
            "conclusion": found.conclusion,
        }

    def to_latex(self) -> str:
        found = self.found
        why = f": {found.reason}" if found.reason else ""
        return latex(
            ("where", "the first is", "for instance at"),
            [(_typewriter(r.condition), r.verdict, _typewriter(_witness(r.witness))) for r in found.regimes],
            comments=[f"{found.first} against {found.second}: {found.verdict}{why}"],
        )


def _typewriter(text: str) -> str:
    return rf"\texttt{{{latex_text(text)}}}"


def _witness(values: Mapping[str, Fraction | int]) -> str:
    return ", ".join(f"{name} = {digits(value)}" for name, value in values.items())


@click.command("compare")
@click.argument("rate_a")
@click.argument("rate_b")
@click.option("--assume", default="", help='Comparisons of the parameters, such as "m1>=1, m2>=1".')
@output_format()
def command(rate_a: str, rate_b: str, assume: str, output: str) -> int | None:
    """Which of RATE_A and RATE_B grows faster as epsilon goes to 0?

    A rate is written like "eps^-min(m1+m2, 2*m1)*log(1/eps)"; O(...) and Omega(...) are read too.
    """
    from bounds.dominance import compare

    found = compare(rate_a, rate_b, assume)
    print_answer(_Answer(found), output)
    return UNDECIDED if found.verdict == "undecided" else None
