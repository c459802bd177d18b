"""The cells of a shallow ReLU network in the plane, coloured by the gradient on them."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from bounds.plots.style import GRAY, ORANGE, STYLE
from identifiability.errors import InvalidInput
from identifiability.exact import decimal, digits, integer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from identifiability.network import Network
    from identifiability.relu import Cell, Shallow
    from identifiability.relu.shallow import Vector

MOST_HYPERPLANES = 100
"""More cells than twice this are not told apart in a figure."""

LARGEST_GRADIENT = 10**300

MOST_UNITS = 40
"""The arrows of more units are not drawn."""

RANDOM_UNITS = 7

COLOURINGS = ("norm", "direction")

_LONGEST = 0.75
_RIM, _WIDE = 0.9, 14
"""Values are written near the rim of cells of so many degrees and more."""

_OUTSIDE = 1.06
_FACES = {True: "black", False: "white", None: GRAY}
"""Of arrows: where the outer weight is positive, negative, and where there are several."""


def plot_arrangement(net: Network, by: str = "norm", ax: Axes | None = None) -> Axes:
    r"""Draw the cells of a shallow ReLU network in the plane, coloured by the gradient.

    The cells are the sectors between the lines across which the network bends, here inside the unit circle.
    Each unit is an arrow along its row, the longest of length 0.75, black where its outer weight is positive
    and white where it is negative.  The first cell on which the largest partial derivative is attained has
    an orange edge; its value is the Sobolev seminorm.

    Parameters
    ----------
    net : Network
        One hidden layer of ReLUs without biases, with two inputs and at most 100 lines.
    by : {"norm", "direction"}
        The largest partial derivative, over the outputs too; or the angle of the gradient, of one output,
        where cells without a gradient stay white.
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes by default.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidNetwork
        If the network is deep, has another activation, or has a bias that is not zero.
    InvalidInput
        If it does not have two inputs, has too many lines or a gradient beyond 1e300, or several outputs
        where the direction is asked for.
    """
    import matplotlib

    from identifiability.relu import arrangement, cells, read_shallow, sobolev_seminorm

    shallow = read_shallow(net)
    if by not in COLOURINGS:
        raise InvalidInput(f"by must be one of {', '.join(COLOURINGS)}, got {by!r}; pass one of them")
    if shallow.inputs != 2:
        raise InvalidInput(
            f"only networks with two inputs have a planar arrangement, got {shallow.inputs}; pass one of them"
        )
    if by == "direction" and shallow.outputs != 1:
        raise InvalidInput(
            f"a network with {shallow.outputs} outputs has no single gradient; pass by='norm' or one output"
        )
    found = arrangement(shallow)
    if len(found.normals) > MOST_HYPERPLANES:
        raise InvalidInput(
            f"at most {MOST_HYPERPLANES} lines are drawn, and the network bends across {len(found.normals)}; "
            "pass a smaller one"
        )
    if sobolev_seminorm(shallow) > LARGEST_GRADIENT:
        raise InvalidInput(
            "the gradient is too large to be drawn; pass a multiple of the network below 1e300"
        )
    sectors = [(sector(cell, found.normals), cell) for cell in cells(found)]
    with matplotlib.rc_context({**STYLE, "axes.grid": False}):
        axes = _square_axes() if ax is None else ax
        _colour(axes, sectors, by)
        for a, b in found.normals:
            angle = math.atan2(a / max(abs(a), abs(b)), -b / max(abs(a), abs(b)))
            x, y = math.cos(angle), math.sin(angle)
            axes.plot((-x, x), (-y, y), color="black", linewidth=1.2, zorder=3)
        if shallow.units <= MOST_UNITS:
            _arrows(axes, shallow.rows, shallow.outer)
        _legend(axes, shallow, by)
        axes.grid(visible=False)
        axes.set(xlim=(-1.65, 1.65), ylim=(-1.15, 1.15), aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
        axes.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    return axes


def random_network(seed: object) -> Network:
    """A network of seven units with two inputs and small integer weights, the same one for the same seed.

    Examples
    --------
    >>> random_network(1)
    Network(2-7-1, relu, exact: 29 parameters, 21 nonzero)
    """
    from identifiability.relu.shallow import network

    source = random.Random(integer(seed, "seed"))
    rows = [_nonzero([source.randint(-5, 5), source.randint(-5, 5)]) for _ in range(RANDOM_UNITS)]
    return network(rows, [[source.choice((-3, -2, -1, 1, 2, 3))] for _ in rows])


def _nonzero(row: list[int]) -> list[int]:
    return row if any(row) else [1, 0]


def _square_axes() -> Axes:
    from matplotlib.figure import Figure

    return Figure(figsize=(7.0, 5.4), layout="constrained").add_subplot()


def sector(cell: Cell, normals: tuple[tuple[int, ...], ...]) -> tuple[float, float]:
    """The angles, in degrees, between which a cell of the plane lies, counterclockwise.

    Examples
    --------
    >>> from identifiability import Network
    >>> from identifiability.relu import arrangement, cells
    >>> found = arrangement(Network([[[1, 0], [0, 1]], [[1, 1]]]))
    >>> [sector(cell, found.normals) for cell in cells(found)][:2]
    [(0.0, 90.0), (180.0, 270.0)]
    """
    angles = [0.0, 360.0]
    for place, (a, b) in enumerate(normals):
        # On the positive side of a line one turns left from the ray (b, -a), and right from its opposite.
        for end, turn in enumerate((1, -1)):
            x, y = (turn * cell.signs[place] * entry for entry in (b, -a))
            others = (sign * (x * u + y * v) for sign, (u, v) in zip(cell.signs, normals, strict=True))
            if all(side >= 0 for side in others):
                longer = max(abs(x), abs(y))  # beyond the floats, maybe
                angles[end] = math.degrees(math.atan2(y / longer, x / longer)) % 360
    start, stop = angles
    return start, stop if stop > start else stop + 360


def gradient_size(cell: Cell) -> Fraction:
    """The largest partial derivative on a cell."""
    return max(abs(entry) for row in cell.gradient for entry in row)


def _colour(axes: Axes, sectors: list[tuple[tuple[float, float], Cell]], by: str) -> None:
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import ListedColormap, Normalize
    from matplotlib.patches import Wedge

    seminorm = max(gradient_size(cell) for _, cell in sectors)
    # Light colours, on which lines and arrows are seen.
    steps = [step / 255 for step in range(256)]
    if by == "norm":
        colours = ListedColormap(colormaps["YlGnBu"]([0.62 * step for step in steps]))
        scale, label = Normalize(0, float(seminorm) or 1.0), "largest partial derivative"
    else:
        colours = ListedColormap(0.4 + 0.6 * colormaps["twilight"](steps))
        scale, label = Normalize(-180, 180), "direction of the gradient, in degrees"
    for (start, stop), cell in sectors:
        value = _value(cell, by)
        face, hatch = ("white", "...") if value is None else (colours(scale(value)), "")
        wedge = Wedge((0, 0), 1, start, stop, facecolor=face, edgecolor=GRAY, linewidth=0, hatch=hatch)
        axes.add_patch(wedge)
        if by == "norm" and stop - start >= _WIDE:
            middle = math.radians((start + stop) / 2)
            at = (_RIM * math.cos(middle), _RIM * math.sin(middle))
            axes.text(*at, _short(gradient_size(cell)), ha="center", va="center", fontsize=9, zorder=5)
    start, stop = next(angles for angles, cell in sectors if gradient_size(cell) == seminorm)
    axes.add_patch(Wedge((0, 0), 1, start, stop, facecolor="none", edgecolor=ORANGE, linewidth=3, zorder=4))
    middle = math.radians((start + stop) / 2)
    axes.text(
        _OUTSIDE * math.cos(middle),
        _OUTSIDE * math.sin(middle),
        f"$|f|_{{W^{{1,\\infty}}}} = {_short(seminorm)}$",
        ha="left" if math.cos(middle) > 0 else "right",
        va="bottom" if math.sin(middle) > 0 else "top",
        color=ORANGE,
        zorder=6,
    )
    figure = axes.get_figure(root=True)
    assert figure is not None
    bar = figure.colorbar(ScalarMappable(scale, colours), ax=axes, label=label, shrink=0.8)
    if by == "direction":
        bar.set_ticks([-180, -90, 0, 90, 180])


def _value(cell: Cell, by: str) -> float | None:
    """What the colour of a cell stands for; None where the gradient has no direction."""
    if by == "norm":
        return float(gradient_size(cell))
    x, y = (float(entry) for entry in cell.gradient[0])
    return math.degrees(math.atan2(y, x)) if x or y else None


def _arrows(axes: Axes, rows: Sequence[Vector], outer: Sequence[Vector]) -> None:
    from matplotlib.patches import FancyArrow

    largest = max([abs(entry) for row in rows for entry in row] + [Fraction(0)]) or Fraction(1)
    scaled = [tuple(float(entry / largest) for entry in row) for row in rows]
    longest = max([math.hypot(*row) for row in scaled] + [0.0]) or 1.0
    for row, column in zip(scaled, outer, strict=True):
        if any(row) and any(column):
            x, y = (_LONGEST * entry / longest for entry in row)
            face = _FACES[column[0] > 0 if len(column) == 1 else None]
            axes.add_patch(
                FancyArrow(
                    0,
                    0,
                    x,
                    y,
                    width=0.022,
                    head_width=0.07,
                    head_length=min(0.09, 0.6 * math.hypot(x, y)),
                    length_includes_head=True,
                    facecolor=face,
                    edgecolor="black" if face == "white" else "white",
                    linewidth=0.9,
                    zorder=6,
                )
            )


def _legend(axes: Axes, net: Shallow, by: str) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    shown = [c for row, c in net.neurons() if any(row) and any(c)] if net.units <= MOST_UNITS else []
    kinds = dict.fromkeys((c[0] > 0 if net.outputs == 1 else None) for c in shown)
    names = {True: "row of a unit, $c > 0$", False: "row of a unit, $c < 0$", None: "row of a unit"}
    handles: list[Any] = [
        Patch(facecolor=_FACES[kind], edgecolor="black", linewidth=0.9, label=names[kind]) for kind in kinds
    ]
    handles.append(Line2D([], [], color="black", linewidth=1.2, label="$f$ bends here"))
    handles.append(Patch(facecolor="none", edgecolor=ORANGE, linewidth=2, label="largest gradient"))
    if by == "direction":
        handles.append(Patch(facecolor="white", edgecolor=GRAY, linewidth=0, hatch="...", label="gradient 0"))
    axes.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.13),
        ncols=2,
        fontsize=9,
        handlelength=1.4,
        columnspacing=1.2,
    )


def _short(value: Fraction) -> str:
    text = digits(value)
    return text if len(text) <= 5 else decimal(value, 3)
