"""The sizes of a depth-3 network, the error that is proved of it, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from identifiability.exact import decimal_above, digits
from identifiability.table import columns, html, latex, latex_text, paragraph
from legendre.shown_counts import shown
from legendre.targets import Function, Target

START = {"smooth": Fraction(-1), "slides": Fraction(0)}
"""The methods, and where their interpolants of f start."""

_HEADER = ("", "value", "status")

_PARTS = {
    "inner_product": "the inner product",
    "interpolant": "the interpolant of f",
    "values": "its values",
}


@dataclass(frozen=True, slots=True)
class Depth3Plan:
    """The sizes of one construction.

    Attributes
    ----------
    side : int
        Neurons for each coordinate and each sign in the first hidden layer.
    step : Fraction
        The distance of their kinks.
    pieces : int
        Pieces of the interpolant of f.
    inner_error, outer_error : Fraction
        Bounds on the errors of <x, x'> and of the interpolant of f.
    proved_error : Fraction
        A bound on the error of the network everywhere on the two spheres, rounding included.
    inner_scale, outer_scale : Fraction
        The factors that move weights from one layer to the next.
    inner_copies, slope_copies, jump_copies : int
        Into how many equal neurons one is split, where it interpolates z^2/2, an initial slope of f, and
        a change of its slope.
    constant_neurons : int
        Constant neurons in the second hidden layer.
    """

    target: Target
    d: int
    method: str
    weight_bound: Fraction | None
    lipschitz: Fraction
    side: int
    step: Fraction
    pieces: int
    inner_error: Fraction
    outer_error: Fraction
    rounding: Fraction
    inner_scale: Fraction
    outer_scale: Fraction
    inner_copies: int
    slope_copies: int
    jump_copies: int
    constant_neurons: int

    @property
    def start(self) -> Fraction:
        """Where the interpolant of f starts, with the output bias for its value."""
        return START[self.method]

    @property
    def proved_error(self) -> Fraction:
        return self.lipschitz * self.inner_error + self.outer_error + self.rounding

    @property
    def value_tolerance(self) -> Fraction:
        """How far the values of f may be rounded."""
        return value_tolerance(self.rounding, self.pieces, self.inner_error)

    @property
    def slopes(self) -> int:
        """The neurons before they are split whose weight is a slope of f: one to each side of the start."""
        return 2 if self.method == "slides" else 1

    @property
    def widths(self) -> tuple[int, int]:
        """The numbers of neurons in the two hidden layers."""
        inner = 2 * self.d * self.side * self.inner_copies
        outer = self.slopes * self.slope_copies + (self.pieces - self.slopes) * self.jump_copies
        return inner, outer + self.constant_neurons

    @property
    def width(self) -> int:
        """The larger of the two hidden layers."""
        return max(self.widths)

    @property
    def parameters(self) -> int:
        """All entries of the three matrices and the three bias vectors."""
        inner, outer = self.widths
        return (2 * self.d + 1) * inner + (inner + 1) * outer + outer + 1

    @property
    def status(self) -> str:
        """``constructed``, or ``conditional`` for a callable, whose values and bounds are believed."""
        return "conditional" if isinstance(self.target, Function) else "constructed"

    @property
    def heading(self) -> str:
        """Which network it is."""
        bound = "" if self.weight_bound is None else f", weights in [-B, B], B = {digits(self.weight_bound)}"
        return (
            f"A depth-3 ReLU network for f(<x, x'>), f(t) = {self.target}, unit vectors x and x' in "
            f"dimension {self.d}, method {self.method}{bound}"
        )

    @property
    def error_parts(self) -> dict[str, Fraction]:
        """What the proved error is the sum of."""
        return {
            "inner_product": self.lipschitz * self.inner_error,
            "interpolant": self.outer_error,
            "values": self.rounding,
        }

    @property
    def error_lines(self) -> list[tuple[str, str, str]]:
        """These parts in the table."""
        return [
            (f"  of {_PARTS[name]}", f"≤ {decimal_above(part)}", self.status)
            for name, part in self.error_parts.items()
        ]

    def __str__(self) -> str:
        return f"{paragraph(self.heading)}\n\n{columns(_HEADER, self._lines)}"

    def to_json(self) -> dict[str, object]:
        """The sizes as a dictionary for JSON: integers and fractions are strings."""
        bound = self.weight_bound
        return {
            "schema": 1,
            "inputs": {
                "target": str(self.target),
                "d": digits(self.d),
                "method": self.method,
                "weight_bound": None if bound is None else digits(bound),
            },
            "width": digits(self.width),
            "widths": [digits(width) for width in self.widths],
            "parameters": {"dense": digits(self.parameters)},
            "proved_error": {
                "value": digits(self.proved_error),
                "status": self.status,
                **{name: digits(part) for name, part in self.error_parts.items()},
            },
            "status": self.status,
        }

    def to_latex(self) -> str:
        """The sizes as a LaTeX ``tabular`` that needs no package."""
        header, *lines = (
            [latex_text(cell).replace("…", r"\ldots{}") for cell in line] for line in (_HEADER, *self._lines)
        )
        return latex(header, lines, comments=[self.heading])

    def _repr_html_(self) -> str:
        """The sizes as a notebook shows them."""
        return html(_HEADER, self._lines, self.heading)

    @property
    def _lines(self) -> list[tuple[str, str, str]]:
        inner, outer = self.widths
        return [
            ("width", shown(self.width), "the wider hidden layer"),
            ("hidden layers", f"{shown(inner)}, {shown(outer)}", self.status),
            ("parameters, dense", shown(self.parameters), "zeros included"),
            ("proved error", f"≤ {decimal_above(self.proved_error)}", self.status),
            *self.error_lines,
        ]


def value_tolerance(rounding: Fraction, pieces: int, inner_error: Fraction) -> Fraction:
    """How far values of f may be rounded when the network may be wrong by the rounding for it.

    An error of the values is carried on by the interpolant beyond its last knot, where it may grow by the
    factor 1 + pieces * inner_error.
    """
    return rounding / (1 + pieces * inner_error)
