"""Both depths in one dimension: how wide depth 2 must be, how wide depth 3 is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from identifiability.exact import decimal_below, digits
from legendre.depth3_sizes import Depth3Plan
from legendre.shown_counts import in_latex, shown
from legendre.width import Depth2Width

HEADER = (
    "d",
    "depth 2 width",
    "depth 3 width",
    "factor",
    "slides' depth 3 width",
    "depth 2 parameters",
    "depth 3 parameters",
    "depth 3 narrower",
)


@dataclass(frozen=True, slots=True)
class SeparationRow:
    """Both depths in one dimension.

    Attributes
    ----------
    depth2 : Depth2Width
        How wide depth-2 networks must be.
    depth3 : Depth3Plan
        A depth-3 network that is as close.
    slides : Depth3Plan
        The slides' construction of one.
    """

    depth2: Depth2Width
    depth3: Depth3Plan
    slides: Depth3Plan

    @property
    def d(self) -> int:
        """The dimension."""
        return self.depth2.d

    @property
    def needed(self) -> int:
        """The least width that depth 2 may have."""
        assert isinstance(self.depth2.width, int)  # wide ReLU networks come close to everything
        return self.depth2.width

    @property
    def factor(self) -> Fraction:
        """Depth 2 is wider at least by this factor, which is less than 1 where nothing follows."""
        return Fraction(self.needed, self.depth3.width)

    @property
    def narrower(self) -> bool:
        """Whether the depth-3 network is narrower than every depth-2 network can be."""
        return self.needed > self.depth3.width

    @property
    def parameters(self) -> tuple[int, int]:
        """How many parameters, zeros included, depth 2 needs, and how many the depth-3 network has."""
        return (2 * self.d + 2) * self.needed + 1, self.depth3.parameters

    @property
    def smaller(self) -> bool:
        """Whether the depth-3 network has fewer parameters than every depth-2 network can have."""
        needed, taken = self.parameters
        return needed > taken

    @property
    def status(self) -> str:
        """``certified`` where both sides are proved, else ``conditional``, ``evidence`` or ``void``."""
        certified = self.depth2.status == "certified" and self.depth3.status == "conditional"
        return "conditional" if certified else self.depth2.status

    @property
    def settled(self) -> bool:
        """Whether it is proved that the depth-3 network is narrower."""
        return self.narrower and self.status == "certified"

    @property
    def cells(self) -> list[str]:
        """The row of the table."""
        void = self.depth2.status == "void"
        needed, taken = self.parameters
        return [
            str(self.d),
            "-" if void else f"≥ {shown(self.needed)}",
            f"≤ {shown(self.depth3.width)}",
            "-" if void else decimal_below(self.factor),
            f"≤ {shown(self.slides.width)}",
            "-" if void else f"≥ {shown(needed)}",
            f"≤ {shown(taken)}",
            self._verdict,
        ]

    @property
    def latex_cells(self) -> list[str]:
        """The same in LaTeX."""
        void = self.depth2.status == "void"
        needed, taken = self.parameters
        huge = self.factor >= 10**6
        return [
            f"${self.d}$",
            "--" if void else in_latex(self.needed, r"\ge "),
            in_latex(self.depth3.width, r"\le "),
            "--" if void else in_latex(int(self.factor)) if huge else f"${decimal_below(self.factor)}$",
            in_latex(self.slides.width, r"\le "),
            "--" if void else in_latex(needed, r"\ge "),
            in_latex(taken, r"\le "),
            self._verdict,
        ]

    @property
    def _verdict(self) -> str:
        return self.status if self.narrower else "open"

    def to_json(self) -> dict[str, object]:
        """The row as a dictionary for JSON: integers and fractions are strings."""
        needed, taken = self.parameters
        return {
            "d": digits(self.d),
            "weight_bound": digits(self.depth2.weight_bound),
            "depth2": {
                "width": digits(self.needed),
                "log10": None if self.depth2.log10 == -math.inf else self.depth2.log10,
                "degree": None if self.depth2.degree is None else digits(self.depth2.degree),
                "parameters": digits(needed),
                "status": self.depth2.status,
            },
            "depth3": {
                "width": digits(self.depth3.width),
                "widths": [digits(width) for width in self.depth3.widths],
                "parameters": digits(taken),
                "proved_error": digits(self.depth3.proved_error),
                "status": self.depth3.status,
            },
            "slides": {"width": digits(self.slides.width)},
            "factor": digits(self.factor),
            "narrower": self.narrower,
            "fewer_parameters": self.smaller,
            "settled": self.settled,
            "status": self.status,
        }
