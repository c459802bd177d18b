"""What ``netbounds build`` answers: a network in a file, and what is proved of its error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from bounds.table import columns, html, paragraph
from bounds.upper.construction import Construction
from bounds.upper.measurement import Measurement
from bounds.upper.target_norm import TargetNorm
from identifiability.exact import decimal, digits, rounded_down, rounded_up

_HEADER = ("", "value", "status")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """A network built for a formula and saved.

    Attributes
    ----------
    function : str
        The formula.
    epsilon : Fraction
        The error asked for.
    r : int
        The order of differentiability that the scheme uses.
    norm : TargetNorm
        The bound of the formula's Sobolev norm.
    construction : Construction
        The network with its proved error.
    measurement : Measurement
        Its measured error.
    file : str
        Where it was saved.
    size : int
        The size of the file in bytes.
    """

    function: str
    epsilon: Fraction
    r: int
    norm: TargetNorm
    construction: Construction
    measurement: Measurement
    file: str
    size: int

    @property
    def status(self) -> str:
        """``"certified"``, or ``"conditional"`` where the proved error stands on a norm taken on trust."""
        built = self.construction
        return "certified" if built.proved_error == built.direct_error else self.norm.status

    @property
    def inputs(self) -> int:
        """The number of variables m."""
        return self.construction.network.architecture[0]

    def __str__(self) -> str:
        lines = [list(line) for line in self._lines()]
        notes = [paragraph(note) for note in self._notes()]
        return "\n".join([paragraph(self._heading), "", columns(_HEADER, lines), "", *notes])

    def to_json(self) -> dict[str, object]:
        """The report as a dictionary for JSON: counts and fractions are strings."""
        built, found = self.construction, self.norm.enclosure
        return {
            "schema": 1,
            "inputs": {
                "function": self.function,
                "epsilon": digits(self.epsilon),
                "m": str(self.inputs),
                "r": str(self.r),
                "domain": [digits(end) for end in built.domain],
                "arithmetic": built.network.arithmetic,
            },
            "scheme": built.scheme,
            "architecture": [str(size) for size in built.network.architecture],
            "activations": list(dict.fromkeys(str(name) for name in built.network.activations)),
            "counts": {name: str(count) for name, count in built.counts.items()},
            "norm": {
                "value": digits(self.norm.value),
                "status": self.norm.status,
                "lower": None if found is None else digits(found.on_cube.lower),
                "upper": None if found is None else digits(found.on_cube.upper),
            },
            "proved_error": {
                "value": digits(built.proved_error),
                "status": self.status,
                "scheme": digits(built.scheme_error),
                "nodes": _spelled(built.node_error),
                "rounding": _spelled(built.rounding),
                "direct": _spelled(built.direct_error),
            },
            "evaluation_error": {"value": _spelled(built.evaluation), "status": "conditional"},
            "measured_error": {
                "value": repr(self.measurement.error),
                "points": str(self.measurement.points),
                "status": "evidence",
            },
            "file": self.file,
            "bytes": str(self.size),
            "notes": list(self._notes()),
        }

    def to_latex(self) -> str:
        """The report as a LaTeX ``tabular`` that needs no package."""
        rows = [" & ".join(_escaped(cell) for cell in line) + r" \\" for line in (_HEADER, *self._lines())]
        head, *body = rows
        return "\n".join(
            [
                f"% {self._heading}",
                r"\begin{tabular}{lll}",
                r"\hline",
                head,
                r"\hline",
                *body,
                r"\hline",
                r"\end{tabular}",
            ]
        )

    def _repr_html_(self) -> str:
        """The report as a notebook shows it."""
        return html(_HEADER, [list(line) for line in self._lines()], self._heading, list(self._notes()))

    @property
    def _is_contradicted(self) -> bool:
        """Whether what was measured is plainly more than what is proved for a norm taken on trust."""
        built = self.construction
        proved = built.proved_error + (built.evaluation or 0) + built.norm / 2**50
        return self.status == "conditional" and self.measurement.error > proved * Fraction(1001, 1000)

    @property
    def _heading(self) -> str:
        low, high = (digits(end) for end in self.construction.domain)
        cube = f"[{low}, {high}]" + (f"^{self.inputs}" if self.inputs > 1 else "")
        return (
            f"A network for f = {self.function} on {cube}, within "
            f"{digits(self.epsilon) if len(digits(self.epsilon)) < 12 else decimal(self.epsilon)} of it"
        )

    def _lines(self) -> Iterator[tuple[str, str, str]]:
        built, network = self.construction, self.construction.network
        yield "scheme", built.scheme, built.bound.title
        yield "architecture", _shape(network.architecture), built.bound.architecture.text
        for name, count in built.counts.items():
            yield f"parameters, {name}", str(count), "of the class" if name == "trainable" else "stored"
        found = self.norm.enclosure
        if found is not None:
            ends = f"{_down(found.on_cube.lower)} .. {_up(found.on_cube.upper)}"
            yield "Sobolev norm of f", ends, "certified"
        yield "norm used, M", decimal(self.norm.value, 6), self.norm.status
        yield "proved error", f"<= {_up(built.proved_error)}", self.status
        yield "  of exact weights", f"<= {_up(built.scheme_error)}", f"{self.norm.status}, for M"
        if built.node_error is not None:
            yield "  of values at nodes", f"<= {_up(built.node_error)}", "certified"
        if built.rounding is not None:
            yield f"  of {network.arithmetic} weights", f"<= {_up(built.rounding)}", "certified"
        if built.direct_error is not None:
            yield "  of this network itself", f"<= {_up(built.direct_error)}", "certified, whatever M"
        if built.evaluation is not None:
            yield f"evaluation in {network.arithmetic}", f"+ {_up(built.evaluation)}", "conditional"
        measured = f"{self.measurement.error:.4g}"
        yield "measured error", measured, f"evidence, at {self.measurement.points} points"
        yield "file", f"{self.size} bytes", self.file

    def _notes(self) -> Iterator[str]:
        if self.norm.note:
            yield f"{self.norm.note}."
        built = self.construction
        if built.direct_error is not None and built.proved_error == built.direct_error:
            yield (
                "The proved error is that of the saved network itself, from enclosures of f and f'' between "
                "its kinks."
            )
        if self._is_contradicted:
            yield (
                "The measured error is larger than the proved one, so the norm is larger than M, which was "
                "taken on trust: the proved error does not hold."
            )
        if built.evaluation:
            yield (
                "What evaluation adds is proved for IEEE arithmetic, sums in any order, and powers within 4 "
                "units in the last place; it is not part of the proved error."
            )


def _shape(architecture: tuple[int, ...]) -> str:
    shown = architecture if len(architecture) <= 6 else (*architecture[:3], "...", *architecture[-2:])
    return "-".join(map(str, shown))


def _up(value: Fraction) -> str:
    return decimal(rounded_up(value, 4)) if value else "0"


def _down(value: Fraction) -> str:
    return decimal(rounded_down(value, 4)) if value else "0"


def _spelled(value: Fraction | None) -> str | None:
    return None if value is None else digits(value)


def _escaped(text: str) -> str:
    marks = {"<=": r"$\le$", "_": r"\_", "^": r"\^{}", "%": r"\%", "#": r"\#", "&": r"\&"}
    for mark, spelled in marks.items():
        text = text.replace(mark, spelled)
    return text
