"""Where inverse stability fails: the weights of two networks and their functions, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bounds.plots.row_arrows import LIGHT, draw_rows, short
from bounds.plots.style import BLUE, GRAY, ORANGE, STYLE
from bounds.ranges import is_list, reals
from identifiability.errors import InvalidInput

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from identifiability.network import Network
    from identifiability.relu import Pathology

    Array = np.ndarray[Any, np.dtype[np.float64]]

MOST_PANELS = 5
"""A figure has columns for so many k."""

LARGEST_INDEX = 10**6
"""Beyond it nothing is seen in a figure."""

PIXELS = 201
"""So many points in each direction are drawn of a function."""

_GROWTH = 2
"""Where the values for some k are more than so many times those for the first, each k has its own scale."""


def plot_pathology(name: str, k: object = (1, 2, 5)) -> list[Axes]:
    r"""Draw a family in which inverse stability fails: a column for each k.

    The first panel of a column shows the rows of Γ and of a nearest network Φ of g as arrows with their
    outer weights; in space their first two entries.  The panels below show R(Γ) and g on [-1, 1]^2; in
    space where x_2 = 0.  With one input a network of one unit is a point (a, c) of the plane, and the
    functions are graphs.

    Parameters
    ----------
    name : str
        One of :data:`identifiability.relu.PATHOLOGIES`.
    k : numbers >= 1
        At most five, also as text such as ``"1,2,5"``.

    Returns
    -------
    list of matplotlib.axes.Axes
        Column by column: the weights, R(Γ), g; with one input the weights and both functions.

    Raises
    ------
    InvalidInput
        If there is no such family, a k is below 1 or above 10^6, or there are more than five.

    References
    ----------
    Berner, Elbrächter & Grohs, How degenerate is the parametrization of neural networks with the ReLU
    activation function?, Figures 1 to 5.
    """
    import matplotlib

    from identifiability.relu import pathology

    indices = reals(k, "k") if is_list(k) else [k]
    if not 1 <= len(indices) <= MOST_PANELS:
        raise InvalidInput(f"a figure has columns for 1 to {MOST_PANELS} k, got {len(indices)}; pass fewer")
    pairs = [pathology(name, index) for index in indices]
    if max(pair.k for pair in pairs) > LARGEST_INDEX:
        raise InvalidInput(f"k is drawn up to {LARGEST_INDEX}, got {indices}; pass smaller ones")
    with matplotlib.rc_context({**STYLE, "axes.grid": False}):
        return _lines(pairs) if pairs[0].gamma.architecture[0] == 1 else _maps(pairs)


def heading(pair: Pathology) -> str:
    """The k of a column and the numbers of its pair."""
    known = pair.distance_lower == pair.distance_upper
    exact = pair.distance_upper.fraction
    text = short(exact) if exact is not None else f"{float(pair.distance_upper):.3g}"
    sign = "=" if known and exact is not None else "≈" if known else "≤"
    return (
        f"$k$ = {short(pair.k)}\n$|g - R(\\Gamma)|_{{W^{{1,\\infty}}}}$ = {short(pair.seminorm)}\n"
        f"distance to the networks of $g$ {sign} {text}"
    )


def _figure(columns: int, heights: Sequence[float]) -> tuple[Figure, list[list[Axes]]]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.0 * columns + 1.0, 1.0 + sum(heights)), layout="constrained")
    grid = figure.add_gridspec(len(heights), columns, height_ratios=heights)
    return figure, [[figure.add_subplot(grid[i, j]) for i in range(len(heights))] for j in range(columns)]


def _entitle(figure: Figure, pairs: list[Pathology], place: str = "") -> None:
    import textwrap

    pair = pairs[0]
    name = f"Example {pair.name}" if pair.name[0] in "2A" else pair.name.capitalize()
    lines = [name, *textwrap.wrap(pair.statement, 10 + 34 * len(pairs)), *([place] if place else [])]
    figure.suptitle("\n".join(lines), fontsize=11)


# Two inputs and more


def _maps(pairs: list[Pathology]) -> list[Axes]:
    import numpy as np

    from identifiability.relu import sobolev_seminorm

    ticks = np.linspace(-1, 1, PIXELS)
    values = [[_on_plane(net, ticks) for net in (pair.gamma, pair.target)] for pair in pairs]
    sizes = [max(float(np.abs(map_).max()) for map_ in maps) for maps in values]
    shared = max(sizes) <= _GROWTH * sizes[0]
    figure, columns = _figure(len(pairs), (2.9, 2.6, 2.6) if shared else (2.9, 2.8, 2.8))
    second = 1 if pairs[0].gamma.architecture[0] == 2 else 2
    for pair, (weights, *panels), maps, size in zip(pairs, columns, values, sizes, strict=True):
        draw_rows(weights, pair.gamma, pair.nearest)
        weights.set_title(heading(pair), fontsize=10)
        for axes, map_, net in zip(panels, maps, (pair.gamma, pair.target), strict=True):
            scale = max(sizes) if shared else size
            image = axes.imshow(
                map_, extent=(-1, 1, -1, 1), origin="lower", cmap="PuOr_r", vmin=-scale, vmax=scale
            )
            axes.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1), xlabel="$x_1$")
            axes.spines[:].set_visible(True)
            if not sobolev_seminorm(net):
                axes.text(0, 0, "$0$", ha="center", va="center", color=GRAY)
        if not shared:
            figure.colorbar(image, ax=panels, location="bottom", shrink=0.8, pad=0.02, label="value")
    if shared:
        maps_axes = [axes for column in columns for axes in column[1:]]
        figure.colorbar(image, ax=maps_axes, label="value", shrink=0.7, pad=0.02)
    for axes, text in zip(columns[0][1:], (r"$R(\Gamma)$", "$g$"), strict=True):
        axes.set_ylabel(f"{text}\n$x_{second + 1}$")
    place = "" if second == 1 else "first two entries of the rows; functions on the plane $x_2 = 0$"
    _entitle(figure, pairs, place)
    _legend(figure, pairs)
    return [axes for column in columns for axes in column]


def _on_plane(net: Network, ticks: Array) -> Array:
    """The values on [-1, 1]^2: a row for each value of the last coordinate."""
    import numpy as np

    x, y = np.meshgrid(ticks, ticks)
    between = [np.zeros_like(x)] * (net.architecture[0] - 2)
    found: Array = net.to_float()(np.stack([x, *between, y], axis=-1).reshape(-1, net.architecture[0]))
    return found.reshape(x.shape)


def _legend(figure: Figure, pairs: list[Pathology]) -> None:
    from matplotlib.lines import Line2D

    from identifiability.relu import read_shallow

    signs = {c < 0 for pair in pairs for (c,) in read_shallow(pair.nearest).outer}
    phi = [(False, BLUE, r"of $\Phi$, $c > 0$"), (True, ORANGE, r"of $\Phi$, $c < 0$")]
    handles = [
        Line2D([], [], color=LIGHT, linewidth=4.5, label=r"rows of $\Gamma$"),
        *(
            Line2D([], [], color=colour, linewidth=1.8, label=text)
            for sign, colour, text in phi
            if sign in signs
        ),
        Line2D([], [], color="black", linestyle=":", linewidth=1.1, label="change of a row"),
    ]
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=len(handles) if len(pairs) > 1 else 2,
        title=r"$\Phi$: a near network of $g$.  Numbers: outer weights $c$",
        title_fontsize=9,
        fontsize=9,
    )


# One input


def _lines(pairs: list[Pathology]) -> list[Axes]:
    import numpy as np

    figure, columns = _figure(len(pairs), (2.9, 2.4))
    ticks = np.linspace(-1, 1, PIXELS)
    for pair, (weights, graphs) in zip(pairs, columns, strict=True):
        _draw_parameters(weights, pair)
        weights.set_title(heading(pair), fontsize=10)
        for net, colour, label in ((pair.gamma, GRAY, r"$R(\Gamma)$"), (pair.target, BLUE, "$g$")):
            values = net.to_float()(ticks[:, None])[:, 0]
            graphs.plot(ticks, values, color=colour, label=label)
        graphs.set(xlim=(-1, 1), ylim=(-0.1, 1.1), xticks=(-1, 0, 1), xlabel="$x$")
    handles = [*columns[0][0].get_legend_handles_labels()[0], *columns[0][1].lines]
    figure.legend(
        handles=handles, loc="outside lower center", ncols=len(handles) if len(pairs) > 1 else 2, fontsize=9
    )
    columns[0][1].set_ylabel("value")
    _entitle(figure, pairs)
    return [axes for column in columns for axes in column]


def _draw_parameters(axes: Axes, pair: Pathology) -> None:
    """The plane of one unit: Γ, the curve of all networks of g, and the square that touches it."""
    import numpy as np
    from matplotlib.patches import Rectangle

    from identifiability.relu import read_shallow

    (x, y), (u, v), (p, q) = (
        (float(row[0]), float(column[0]))
        for net in (pair.gamma, pair.nearest, pair.target)
        for row, column in read_shallow(net).neurons()
    )
    size = float(pair.distance_upper)
    reach = 2.1
    a = np.geomspace(p * q / (2 * reach), reach, PIXELS)
    axes.plot(a, p * q / a, color=BLUE, label="networks of $g$")
    corner = (x - size, y - size)
    axes.add_patch(Rectangle(corner, 2 * size, 2 * size, fill=False, edgecolor=GRAY, linestyle=":"))
    axes.plot(x, y, "o", color=GRAY, label=r"$\Gamma$")
    axes.plot(u, v, "o", color=ORANGE, label=r"$\Phi$")
    axes.set(xlim=(x - 1.1 * size, reach), ylim=(-reach, reach), aspect="equal", xlabel="$a$", ylabel="$c$")
