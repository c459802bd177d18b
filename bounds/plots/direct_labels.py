"""Curves that carry their names: at their right ends, or where they are farthest from the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation, Text

    Array = np.ndarray[Any, np.dtype[np.float64]]

_DISTANCE = 0.065
"""Of two names at the right, as a part of the height of the axes."""

_INSIDE = (0.44, 0.47)
"""Names are so close to the middle, as a part of the width and the height of the axes."""

_NAME = 0.08
"""So much more room, as a part of the height of the axes, is kept to another name than to a line."""

_FUNCTIONS = re.compile(r"\b(sin|cos|exp|max)\b")


def name_ends(axes: Axes, ends: Sequence[tuple[float, str, str]]) -> list[Annotation]:
    """Names to the right of the axes, moved apart where the curves end close to each other.

    Parameters
    ----------
    ends : sequence of (float, str, str)
        The height where a curve ends, as a part of the height of the axes, its name and its colour.
    """
    places = spread([height for height, _, _ in ends])
    return [
        axes.annotate(
            label,
            xy=(1, height),
            xytext=(1.04, place),
            xycoords="axes fraction",
            textcoords="axes fraction",
            color=colour,
            verticalalignment="center",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "linewidth": 1.2,
                "relpos": (0, 0.5),
                "shrinkA": 1,
                "shrinkB": 0,
            },
        )
        for place, (height, label, colour) in zip(places, ends, strict=True)
    ]


def spread(heights: Sequence[float], distance: float = _DISTANCE) -> list[float]:
    """The heights moved apart: upwards as little as it takes, and back where they leave the axes.

    Examples
    --------
    >>> spread([0.5, 0.0, 0.25], 0.375)
    [0.75, 0.0, 0.375]
    >>> spread([1.0, 0.875], 0.25)
    [1.0, 0.75]
    """
    placed = list(heights)
    order = sorted(range(len(heights)), key=heights.__getitem__)
    for below, above in pairwise(order):
        placed[above] = max(placed[above], placed[below] + distance)
    room = 1.0
    for index in reversed(order):
        placed[index] = min(placed[index], room)
        room = placed[index] - distance
    return placed


def name_curves(axes: Axes, labels: Sequence[str]) -> list[Text]:
    """A name on every line of the axes, where that is farthest from the other lines and names.

    The lines share their abscissas, and the axes have their limits and their size already.
    """
    import numpy as np

    lines = axes.get_lines()
    box = axes.get_window_extent()
    # In parts of the size of the axes, so that both directions count as they are seen.
    seen = [
        axes.transAxes.inverted().transform(axes.transData.transform(line.get_xydata())) for line in lines
    ]
    shape = np.array([box.width / box.height, 1.0])
    texts: list[Text] = []
    taken: list[Array] = []
    for index, (line, points, label) in enumerate(zip(lines, seen, labels, strict=True)):
        inside = np.flatnonzero((np.abs(points - 0.5) < _INSIDE).all(axis=1))
        chosen = inside[:: max(1, len(inside) // 200)]
        room = np.full(len(chosen), np.inf)
        for other in (*seen[:index], *seen[index + 1 :]):
            gaps = (points[chosen, None, :] - other[None, :: max(1, len(other) // 400), :]) * shape
            room = np.minimum(room, np.sqrt((gaps**2).sum(axis=2)).min(axis=1))
        for place in taken:
            gap = np.sqrt((((points[chosen] - place) * shape) ** 2).sum(axis=1))
            room = np.minimum(room, gap - _NAME)
        best = chosen[int(np.argmax(room))]
        taken.append(points[best])
        x, y = np.asarray(line.get_xydata())[best]
        texts.append(
            axes.text(
                x,
                y,
                label,
                color=line.get_color(),
                ha="center",
                va="center",
                fontsize=10,
                bbox={"facecolor": "white", "edgecolor": "none", "boxstyle": "square,pad=0.1"},
            )
        )
    return texts


def typeset(formula: str) -> str:
    """A formula of :func:`identifiability.formula.show` as matplotlib sets mathematics.

    Examples
    --------
    >>> typeset("sin(pi*d^3*t)")
    '$\\\\sin(\\\\pi\\\\,d^{3}\\\\,t)$'
    >>> typeset("2^(d/2)")
    '2^(d/2)'
    """
    if "^(" in formula:
        return formula
    text = re.sub(r"\^(\w+)", r"^{\1}", formula)
    text = _FUNCTIONS.sub(r"\\\1", text)
    text = re.sub(
        r"\babs\(t\)", "|t|", re.sub(r"\bsign\b", r"\\mathrm{sign}", re.sub(r"\bpi\b", r"\\pi", text))
    )
    return "$" + re.sub(r"\*(?=\d)", r" \\cdot ", text).replace("*", r"\,") + "$"
