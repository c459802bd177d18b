"""``netbounds hypotheses``: what a theorem assumes, checked for an activation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from bounds.cli.options import SCHEMA, output_format, print_answer
from identifiability.table import columns, latex, latex_text, paragraph

if TYPE_CHECKING:
    from bounds.audit.finding import Finding
    from bounds.theorems import Theorem
    from identifiability.activations import Activation


@dataclass(frozen=True, slots=True)
class _Answer:
    """How the findings about some activations are printed."""

    theorem: Theorem
    table: Sequence[tuple[Activation, Sequence[Finding]]]

    def __str__(self) -> str:
        lines = [paragraph(str(self.theorem)), ""]
        if len(self.table) == 1:
            ((sigma, findings),) = self.table
            lines.append(f"For {sigma}:")
            lines += [_entry(finding) for finding in findings]
        else:
            of_setting = [f.name for f in self.table[0][1] if self._is_undecided_for_all(f.name)]
            names = [f.name for f in self.table[0][1] if f.name not in of_setting]
            rows = [
                [str(sigma), *(finding.holds for finding in findings if finding.name in names)]
                for sigma, findings in self.table
            ]
            lines.append(columns(["activation", *names], rows))
            if of_setting:
                lines += ["", paragraph(f"No conditions on the activation: {', '.join(of_setting)}.")]
        return "\n".join([*lines, "", paragraph(self.theorem.verdict_note)])

    def _is_undecided_for_all(self, name: str) -> bool:
        return all(f.holds == "unknown" for _, findings in self.table for f in findings if f.name == name)

    def to_json(self) -> dict[str, object]:
        return {
            "schema": SCHEMA,
            "theorem": self.theorem.id,
            "activations": [
                {"activation": str(sigma), "hypotheses": [_as_json(finding) for finding in findings]}
                for sigma, findings in self.table
            ],
        }

    def to_latex(self) -> str:
        names = [finding.name for finding in self.table[0][1]]
        return latex(
            ["activation", *(name.replace("^1", "$^1$") for name in names)],
            [
                [latex_text(str(sigma)), *(finding.holds for finding in findings)]
                for sigma, findings in self.table
            ],
        )


def _entry(finding: Finding) -> str:
    text = paragraph(f"{finding.reason}.", first=f"  {finding.holds:8}{finding.name}: ", rest=" " * 10)
    if finding.witness is None:
        return text
    return text + "\n" + paragraph(f"witness: {finding.witness}", first=" " * 10, rest=" " * 12)


def _as_json(finding: Finding) -> dict[str, object]:
    return {
        "name": finding.name,
        "holds": finding.holds,
        "reason": finding.reason,
        "witness": None if finding.witness is None else str(finding.witness),
        "checked": None if finding.witness is None else finding.witness.check(),
    }


@click.command("hypotheses")
@click.argument("theorem")
@click.option("--activation", help="An activation such as tanh or prelu(a=1/4); all of them by default.")
@click.option("--r", default="1", show_default=True, help="Order of differentiability of the targets.")
@output_format()
def command(theorem: str, activation: str | None, r: str, output: str) -> None:
    """What THEOREM (theorem-1 to theorem-5) assumes, checked for an activation, or for all."""
    from bounds.audit.hypotheses import audit, hypotheses
    from bounds.theorems import theorem as find_theorem
    from identifiability.activations import activation as find_activation

    stated = find_theorem(theorem)
    if activation is None:
        print_answer(_Answer(stated, audit(theorem, r)), output)
    else:
        sigma = find_activation(activation)
        print_answer(_Answer(stated, ((sigma, hypotheses(theorem, sigma, r)),)), output)
