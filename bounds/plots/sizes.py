"""Sizes against ε: what is needed, what suffices, and the band between them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from bounds.calculator import size
from bounds.plots.style import BLUE, GRAY, GREEN, ORANGE, PURPLE, STYLE, new_axes
from bounds.report import Report
from identifiability.errors import InvalidInput
from identifiability.exact import ball, integer, positive

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_POINTS = 400


def epsilons(largest: object = "1/10", smallest: object = "1/10000", points: object = 40) -> list[Fraction]:
    """Errors from the largest to the smallest, evenly spaced on a logarithmic scale.

    Each is rounded to three figures, so that the sizes are those of a number one can type.

    Examples
    --------
    >>> epsilons("0.1", "0.001", 3)
    [Fraction(1, 10), Fraction(1, 100), Fraction(1, 1000)]
    """
    start, stop = positive(largest, "the largest epsilon"), positive(smallest, "the smallest epsilon")
    count = integer(points, "points", minimum=2, maximum=MOST_POINTS)
    if stop >= start:
        raise InvalidInput(f"the smallest epsilon must be below the largest, got {stop} and {start}")
    ratio = ball(stop / start).log()
    steps = [ball(start) * (ratio * step / (count - 1)).exp() for step in range(1, count - 1)]
    inner = [Fraction(step.str(3, radius=False)) for step in steps]
    return [start, *inner, stop]


def plot_sizes(
    epsilon: Sequence[object], *, m: object = None, r: object, ax: Axes | None = None, **inputs: Any
) -> Axes:
    """Draw the certified sizes of :func:`bounds.size` against ε on logarithmic axes.

    Parameters
    ----------
    epsilon : sequence of real numbers
        The errors, all below the norm of the class.
    m, r, **inputs
        As :func:`bounds.size` takes them; with m1 and m2 the meta-networks' primaries are drawn too.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    matplotlib.axes.Axes
    """
    import matplotlib

    reports = [size(value, m=m, r=r, **inputs) for value in reversed(epsilon)][::-1]
    if all(report.question.is_trivial for report in reports):
        raise InvalidInput("every epsilon is so large that zero parameters suffice; pass smaller ones")
    with matplotlib.rc_context(STYLE):
        axes = new_axes() if ax is None else ax
        _draw(axes, reports)
    return axes


_CURVES = (
    ("continuous-selection", "needed: continuous selection (certified)", BLUE, "-"),
    ("construction", "suffices: interpolation network (certified)", ORANGE, "-"),
    ("shattering", "needed: ReLU, any selection, dense count (certified)", GRAY, "--"),
    ("embedding-continuous", "needed: primary of an embedding method (certified)", PURPLE, "-."),
    ("theorem-4", "suffices: primary of a hypernetwork (certified)", GREEN, ":"),
)


def _draw(axes: Axes, reports: Sequence[Report]) -> None:
    present = {row.id for row in reports[0].rows}
    for identifier, label, colour, dashes in _CURVES:
        if identifier not in present:
            continue
        points = _points(reports, identifier)
        if points:
            axes.plot(*zip(*points, strict=True), dashes, color=colour, label=label)
    lower, upper = dict(_points(reports, "continuous-selection")), dict(_points(reports, "construction"))
    shared = sorted(set(lower) & set(upper))
    axes.fill_between(
        shared,
        [lower[value] for value in shared],
        [upper[value] for value in shared],
        color=BLUE,
        alpha=0.15,
        linewidth=0,
        label="between: unknown",
    )
    question = reports[0].question
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.invert_xaxis()
    axes.set_xlabel("error ε in the sup norm (smaller to the right)")
    axes.set_ylabel(f"{question.count} parameters")
    axes.set_title(rf"Parameters for error ε on $W_{{{question.r},{question.m}}}$")
    axes.legend(loc="upper left")


def _points(reports: Sequence[Report], identifier: str) -> list[tuple[float, float]]:
    """(ε, size) where the row has a positive number; statuses other than proved ones are left out."""
    found = []
    for report in reports:
        row = report.row(identifier)
        if row.value and row.status in ("certified", "constructed"):
            found.append((float(report.question.epsilon), _as_float(row.value)))
    return found


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        raise InvalidInput("sizes beyond 1e308 cannot be drawn; pass larger epsilons") from None
