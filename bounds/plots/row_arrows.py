"""The rows of two networks as arrows, with their outer weights, and how each unit moves."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from bounds.plots.style import BLUE, GRAY, ORANGE
from identifiability.exact import decimal, digits

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

    from identifiability.network import Network

    Array = np.ndarray[Any, np.dtype[np.float64]]

LIGHT, GRID = "#BBBBBB", "#DDDDDD"

_MARGIN = 1.35
_PARTS = (0.15, 0.4, 0.65, 0.9)
"""Numbers keep away from these points of the lines between the tips of two arrows."""

_OWN = 0.12
"""The lines that end at a tip do not push its number away so near to it."""

_FAR = 0.4
"""More room than this is not looked for."""


def short(value: Fraction) -> str:
    """A number for a figure.

    Examples
    --------
    >>> short(Fraction(2, 3)), short(Fraction(20, 13)), short(Fraction(10**8))
    ('2/3', '1.54', '1e+08')
    """
    text = digits(value)
    return text if len(text) <= (4 if "/" in text else 7) else decimal(value, 3)


def draw_rows(axes: Axes, gamma: Network, phi: Network) -> None:
    """Draw the rows of two networks with as many units, each with its outer weight, and how each unit moves.

    Of rows with more than two entries the first two are drawn.
    """
    from identifiability.relu import read_shallow

    ends: dict[tuple[str, tuple[float, float]], list[str]] = {}
    ways: list[tuple[float, ...]] = []
    before, after = (
        [((float(row[0]), float(row[1])), c) for row, (c,) in read_shallow(net).neurons()]
        for net in (gamma, phi)
    )
    for (start, _), (end, _) in zip(before, after, strict=True):
        axes.plot(*zip(start, end, strict=True), ":", color="black", linewidth=1.1, zorder=1)
        ways += [tuple(a + part * (b - a) for a, b in zip(start, end, strict=True)) for part in _PARTS]
    for neurons, width, ink in ((before, 4.5, (GRAY, GRAY)), (after, 1.8, (BLUE, ORANGE))):
        for tip, c in neurons:
            colour = ink[c < 0]
            ends.setdefault((colour, tip), []).append(short(c))
            if any(tip):
                _arrow(axes, tip, colour, width)
            else:
                axes.plot(0, 0, "o", color=colour, markersize=2 * width)
    reach = _MARGIN * max([abs(entry) for _, tip in ends for entry in tip] + [0.0]) or 1.0
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xlabel="$a_1$", ylabel="$a_2$")
    axes.locator_params(nbins=4, steps=[1, 2, 5, 10])
    axes.axhline(0, color=GRID, linewidth=0.6, zorder=0)
    axes.axvline(0, color=GRID, linewidth=0.6, zorder=0)
    _label(axes, ends, ways, reach)


def _arrow(axes: Axes, tip: tuple[float, float], colour: str, width: float) -> None:
    thin = colour != GRAY
    axes.annotate(
        "",
        xy=tip,
        xytext=(0, 0),
        arrowprops={
            "arrowstyle": "-|>",
            "color": colour if thin else LIGHT,
            "linewidth": width,
            "shrinkA": 0,
            "shrinkB": 0,
            "mutation_scale": 12 if thin else 18,
        },
        zorder=3 if thin else 2,
    )


def _label(
    axes: Axes,
    ends: dict[tuple[str, tuple[float, float]], list[str]],
    ways: list[tuple[float, ...]],
    reach: float,
) -> None:
    """Outer weights beside the tips of their arrows, where there is most room."""
    import numpy as np

    taken = [np.array(tip) / reach for _, tip in ends]
    placed: list[Array] = []
    lines = [part * place for place in taken for part in (0.5, 0.75)] + [
        np.array(way) / reach for way in ways
    ]
    for (colour, tip), texts in ends.items():
        at = np.array(tip) / reach
        angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        circle = at + 0.17 * np.stack([1.15 * np.cos(angles), np.sin(angles)], axis=1)
        others = [place for place in taken if not np.array_equal(place, at)]
        others += [way for way in lines if np.hypot(*(way - at)) > _OWN]
        rooms = [_room(spot, others, placed, at) for spot in circle]
        best = circle[int(np.argmax(rooms))]
        placed.append(best)
        text = ", ".join(texts)
        x, y = best * reach
        axes.text(
            x,
            y,
            text.replace("-", "−"),
            color=colour,
            ha="center",
            va="center",
            fontsize=9,
            zorder=4,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "boxstyle": "square,pad=0.05"},
        )


def _room(spot: Array, others: Sequence[Array], placed: Sequence[Array], tip: Array) -> float:
    """How far a place is from lines and other numbers; a little more outwards, none outside the axes."""
    import numpy as np

    nearest = min(
        [float(np.hypot(*(spot - place))) for place in others]
        + [0.6 * float(np.hypot(*((spot - place) / (1.4, 1)))) for place in placed]
        + [_FAR]
    )
    return nearest + 0.1 * float(spot @ tip) - 10 * max(0.0, float(np.abs(spot).max()) - 0.9)
