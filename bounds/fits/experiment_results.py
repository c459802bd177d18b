"""What an experiment found: its runs, their means with error bars, and which claims they agree with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bounds.fits.findings import Finding
from bounds.fits.rows import FitRow, Summary, mean_of, shown, summaries
from identifiability.table import columns, html, latex, latex_text, paragraph

EVIDENCE = (
    "Fits are evidence, never a bound: a large error may be failed training, and a small one shows one "
    "network for one target."
)

MOST_LISTED = 12
"""Runs of one kind named below a table; JSON has all."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A number that tells a reader what a small error is.

    Attributes
    ----------
    name : str
    error : float
        On the same scale as the errors of the runs; the mean over their seeds.
    meaning : str
    """

    name: str
    error: float
    meaning: str

    def to_json(self) -> dict[str, object]:
        """The line for JSON."""
        return {"name": self.name, "error": self.error, "meaning": self.meaning}


@dataclass(frozen=True, slots=True)
class Experiment:
    """Fits of one experiment; ``str`` of it is what the command prints.

    Attributes
    ----------
    name : str
        As the command has it.
    heading : str
        What was fitted, and how.
    axis : str
        What varies: ``"depth"``, ``"width"``, ...
    measure : str
        What an error is.
    inputs : tuple of (str, object)
        The settings, for JSON.
    rows : tuple of FitRow
        One for each error of each run.
    references : tuple of Reference
        The first is that of a constant answer.
    findings : tuple of Finding
    remarks : tuple of str
        What else has to be said.
    """

    name: str
    heading: str
    axis: str
    measure: str
    inputs: tuple[tuple[str, object], ...]
    rows: tuple[FitRow, ...]
    references: tuple[Reference, ...]
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...] = ()

    @property
    def methods(self) -> tuple[str, ...]:
        """What was fitted, in the order of the rows."""
        return tuple(dict.fromkeys(row.method for row in self.rows))

    @property
    def values(self) -> tuple[int | float, ...]:
        """The values of the axis, in the order of the rows."""
        return tuple(dict.fromkeys(row.value for row in self.rows))

    @property
    def summary(self) -> tuple[Summary, ...]:
        """Means and error bars over the runs that are ok, for each method and value."""
        return summaries(self.rows)

    @property
    def diverged(self) -> tuple[FitRow, ...]:
        """The runs that diverged: they are in no mean."""
        return tuple(row for row in self.rows if row.error is None)

    def mean(self, method: str, value: float) -> float | None:
        """The mean error of one method at one value; None where no run is ok.

        Raises
        ------
        InvalidInput
            If nothing of that kind was run.
        """
        return mean_of(self.summary, method, value)

    @property
    def useless(self) -> tuple[FitRow, ...]:
        """The runs that are ok and yet worse than a constant answer, which is the first reference."""
        return tuple(
            row for row in self.rows if row.error is not None and row.error > self.references[0].error
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said below the table."""
        worse = "Worse than a constant answer, by failed training or too few samples, but in the means"
        return (
            f"error: {self.measure}; mean ± standard error of the mean over the runs that are ok.",
            *self._listed("Diverged, in no mean", self.diverged),
            *self._listed(worse, self.useless),
            *(finding.text for finding in self.findings),
            *self.remarks,
            EVIDENCE,
        )

    def _listed(self, what: str, rows: Sequence[FitRow]) -> list[str]:
        if not rows:
            return []
        named = [f"{row.method} at {self.axis} {row.value:g}, seed {row.seed}" for row in rows[:MOST_LISTED]]
        more = [f"and {len(rows) - MOST_LISTED} more"] if len(rows) > MOST_LISTED else []
        return [f"{what}: {'; '.join(named + more)}."]

    def _cells(self, plain: bool) -> tuple[list[str], list[list[str]]]:
        found = {(one.method, one.value): one for one in self.summary}
        header, lines = [self.axis], []
        for method in self.methods:
            header += [method, "ok", *(["diverged"] if self.diverged else [])]
        for value in self.values:
            line = [f"{value:.4g}" if isinstance(value, float) else str(value)]
            for method in self.methods:
                one = found.get((method, value))
                text = "-" if one is None else one.text
                counts = ["-", "-"] if one is None else [str(one.ok), str(one.diverged)]
                shown_text = text if plain else text.replace("±", r"$\pm$")
                line += [shown_text, *counts[: 2 if self.diverged else 1]]
            lines.append(line)
        return header, lines

    def _reference_cells(self) -> list[list[str]]:
        return [[shown(one.error), one.name, one.meaning] for one in self.references]

    def __str__(self) -> str:
        header, lines = self._cells(plain=True)
        parts = [paragraph(self.heading), "", columns(header, lines), ""]
        if self.references:
            parts += [columns(["error", "for comparison", "meaning"], self._reference_cells()), ""]
        return "\n".join([*parts, *(paragraph(note, rest="    ") for note in self.notes)])

    def to_json(self) -> dict[str, object]:
        """The answer as a dictionary for JSON; a missing error is null, and no number is NaN."""
        return {
            "schema": 1,
            "experiment": self.name,
            "status": "evidence",
            "inputs": dict(self.inputs),
            "measure": self.measure,
            "runs": [row.to_json(self.axis_key) for row in self.rows],
            "summary": [one.to_json(self.axis_key) for one in self.summary],
            "references": [one.to_json() for one in self.references],
            "findings": [finding.to_json() for finding in self.findings],
            "worse_than_constant": len(self.useless),
            "notes": [*self.remarks, EVIDENCE],
        }

    @property
    def axis_key(self) -> str:
        """The name of the axis in JSON: ``"embedding_dimension"``."""
        return self.axis.replace(" ", "_")

    def to_latex(self) -> str:
        """The means as a LaTeX ``tabular`` that needs no package."""
        header, lines = self._cells(plain=False)
        notes = [self.heading, *(f"{one.name}: {shown(one.error)}" for one in self.references), *self.notes]
        comments = [line for note in notes for line in paragraph(note).split("\n")]
        return latex([latex_text(title) for title in header], lines, comments=comments)

    def _repr_html_(self) -> str:
        """The answer as a notebook shows it."""
        header, lines = self._cells(plain=True)
        compared = [f"{one.name}: {shown(one.error)} ({one.meaning})" for one in self.references]
        return html(header, lines, self.heading, _sentences(compared, self.notes))


def _sentences(*groups: Sequence[str]) -> list[str]:
    return [text for group in groups for text in group]
