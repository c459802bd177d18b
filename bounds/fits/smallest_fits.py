"""What a search for the smallest network that fits found, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from identifiability import table
from identifiability.exact import decimal
from identifiability.network import Network


@dataclass(frozen=True, slots=True)
class Attempt:
    """The best fit at one width: its greatest error at the points where it was measured."""

    width: int
    error: float
    starts: int


@dataclass(frozen=True, slots=True)
class SmallestFit:
    """The smallest network of given depth that the fits found within an error of a target.

    Attributes
    ----------
    network : Network or None
        In float64; None if no fit reached the error.
    width : int or None
        The units of each hidden layer.
    error : float
        The greatest error at the points of measurement; between them it may be greater.
    epsilon : Fraction
        What was asked for.
    depth : int
        The number of weight layers.
    attempts : tuple of Attempt
        Every width that was tried, in the order of the widths.
    points : int
        So many points the error was measured at.
    seconds : float
    """

    network: Network | None
    width: int | None
    error: float
    epsilon: Fraction
    depth: int
    attempts: tuple[Attempt, ...]
    points: int
    seconds: float

    @property
    def status(self) -> str:
        """Always ``"evidence"``."""
        return "evidence"

    @property
    def evidence(self) -> str:
        """What the fits show, and what they do not."""
        return (
            f"errors are the greatest of {self.points} points, in floating point; a width at which the fits "
            "failed may suffice for another start or another method, so that this is no lower bound"
        )

    def __str__(self) -> str:
        found = (
            f"no fit up to width {self.attempts[-1].width} reached"
            if self.network is None
            else f"width {self.width}, {self.network.parameter_count()} parameters, reached"
        )
        head = f"depth {self.depth}: {found} epsilon = {decimal(self.epsilon)}"
        return "\n".join(
            [head, "", table.columns(_HEADER, self._lines()), "", table.paragraph(self.evidence)]
        )

    def _lines(self) -> list[list[str]]:
        return [
            [
                str(attempt.width),
                f"{attempt.error:.3g}",
                str(attempt.starts),
                "found" if attempt.error <= self.epsilon else "not found",
            ]
            for attempt in self.attempts
        ]

    def to_json(self) -> dict[str, Any]:
        """The same as JSON; counts are strings."""
        count = None if self.network is None else str(self.network.parameter_count())
        return {
            "schema": 1,
            "epsilon": str(self.epsilon),
            "depth": str(self.depth),
            "width": None if self.width is None else str(self.width),
            "parameters": count,
            "error": self.error,
            "status": self.status,
            "attempts": [
                {"width": str(attempt.width), "error": attempt.error, "starts": str(attempt.starts)}
                for attempt in self.attempts
            ],
            "evidence": self.evidence,
        }

    def to_latex(self) -> str:
        """The attempts as a ``tabular``."""
        lines = [[table.latex_text(cell) for cell in line] for line in self._lines()]
        return table.latex(_HEADER, lines, comments=[self.evidence])

    def _repr_html_(self) -> str:
        caption = f"depth {self.depth}, epsilon = {decimal(self.epsilon)}"
        return table.html(_HEADER, self._lines(), caption, [self.evidence])


_HEADER = ("width", "error", "starts", "result")
