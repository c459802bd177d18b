"""A table for a sweep: one line for each question, with the main numbers of both sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from bounds.report import Report
from identifiability.exact import LONGEST_SHOWN, abbreviated, decimal, digits
from identifiability.table import columns, html, latex, paragraph

_ROWS = {
    "continuous-selection": ("N_f ≥", r"$N_f \ge$"),
    "construction": ("N_f ≤", r"$N_f \le$"),
    "embedding-continuous": ("N_q ≥", r"$N_q \ge$"),
    "theorem-4": ("N_g ≤", r"$N_g \le$"),
}
"""The rows that a line shows, and what heads them in plain text and in LaTeX."""

AXES = ("m", "m1", "m2", "r", "norm", "k", "l1", "l2", "w", "c", "depth", "width", "weight_bound")
"""The inputs besides ε that may vary in a sweep, the slowest first; ε is the fastest."""

_ALWAYS_SAID = ("m", "m1", "m2", "r")


def sweep_table(reports: Sequence[Report]) -> str:
    """The table for a terminal, with the meaning of its columns below."""
    header, lines = _cells(reports, plain=True)
    notes = [paragraph(note, rest="    ") for note in _notes(reports)]
    return "\n".join([paragraph(_heading(reports)), "", columns(header, lines), "", *notes])


def sweep_html(reports: Sequence[Report]) -> str:
    """The table for a notebook."""
    header, lines = _cells(reports, plain=True)
    return html(header, lines, _heading(reports), _notes(reports))


def sweep_latex(reports: Sequence[Report]) -> str:
    """The table as a LaTeX ``tabular`` that needs no package."""
    header, lines = _cells(reports, plain=False)
    return latex(header, lines, comments=[_heading(reports), *_notes(reports)], alignment="r")


def spelled_inputs(report: Report) -> dict[str, str]:
    """The numbers that a question stands on, apart from ε, as texts."""
    values = {name: getattr(report.question, name) for name in AXES}
    return {name: _short(Fraction(value)) for name, value in values.items() if value is not None}


def _short(value: Fraction) -> str:
    """As a decimal where that is exact, else as a fraction if that is short."""
    text, exact = decimal(value, 6), digits(value)
    return text if Fraction(text) == value or len(exact) > LONGEST_SHOWN else exact


def varying_inputs(reports: Sequence[Report]) -> list[str]:
    """The names of the inputs that tell the questions apart, besides ε."""
    questions = [report.question for report in reports]
    several = [name for name in AXES if len({getattr(question, name) for question in questions}) > 1]
    # Where m1 and m2 are told apart, m is their sum.
    return [name for name in several if name != "m" or reports[0].question.split is None]


def _shown_rows(reports: Sequence[Report]) -> list[str]:
    return [name for name in _ROWS if any(name == row.id for row in reports[0].rows)]


def _cells(reports: Sequence[Report], plain: bool) -> tuple[list[str], list[list[str]]]:
    """The header and the lines; a number of another status than is usual in its column says so."""
    varying, shown = varying_inputs(reports), _shown_rows(reports)
    size = abbreviated if plain else _latex_size
    names = [name if plain else name.replace("_", r"\_") for name in varying]
    heads = [_ROWS[name][0 if plain else 1] for name in shown]
    header = [*names, "ε" if plain else r"$\varepsilon$", *heads[:2], "gap", *heads[2:]]
    usual = {name: _statuses(reports, name)[:1] for name in shown}
    lines = []
    for report in reports:
        inputs = spelled_inputs(report)
        numbers = [_number(report, name, usual[name], size) for name in shown]
        gap = "-" if report.gap is None else decimal(report.gap, 5)
        epsilon = _short(report.question.epsilon)
        lines.append([*(inputs.get(name, "-") for name in varying), epsilon, *numbers[:2], gap, *numbers[2:]])
    return header, lines


def _number(report: Report, identifier: str, usual: list[str], size: Callable[[int], str]) -> str:
    row = report.row(identifier)
    if row.value is None:
        return row.status
    return size(row.value) if [row.status] == usual else f"{size(row.value)} ({row.status})"


def _statuses(reports: Sequence[Report], identifier: str) -> list[str]:
    """The statuses of a column's numbers, the most frequent first."""
    found = [row.status for row in (report.row(identifier) for report in reports) if row.value is not None]
    return sorted(set(found), key=lambda status: (-found.count(status), status))


def _latex_size(value: int) -> str:
    text = digits(value)
    if len(text) <= LONGEST_SHOWN:
        return f"${text}$"
    return rf"${text[0]}.{text[1:4]}\ldots \cdot 10^{{{len(text) - 1}}}$"


def _heading(reports: Sequence[Report]) -> str:
    question, varying = reports[0].question, varying_inputs(reports)
    fixed = "".join(
        f", {name} = {value}"
        for name, value in spelled_inputs(reports[0]).items()
        if name not in varying and (name in _ALWAYS_SAID or value != "1")
    )
    targets = "W_{r,m}" if question.function is None else question.function.expression
    activation = "" if question.activation is None else f", {question.activation} networks"
    low, high = (digits(end) for end in question.domain)
    return (
        f"Parameters for error ε on {targets} over [{low}, {high}]^m: "
        f"{question.count} count{activation}{fixed}"
    )


_MEANING = {
    "continuous-selection": "parameters that a network needs, selected continuously",
    "construction": "parameters of a network that suffice",
    "embedding-continuous": "parameters that the primary of an embedding method needs",
    "theorem-4": "parameters of the primary of a hypernetwork that suffice",
}


def _notes(reports: Sequence[Report]) -> list[str]:
    notes = []
    for name in _shown_rows(reports):
        statuses = _statuses(reports, name)
        status = f", {statuses[0]}" if statuses else ""
        others = " unless it is said" if len(statuses) > 1 else ""
        notes.append(f"{_ROWS[name][0]}: {_MEANING[name]} ({name}{status}{others}).")
    if reports[0].question.function is not None:
        notes.append("The upper sizes hold for the function; the lower ones are those of its whole class.")
    return notes
