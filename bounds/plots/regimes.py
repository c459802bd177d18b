"""Where the hypernetwork is smaller than the embedding method: a map of the regimes over (m1, m2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bounds.dominance import compare
from bounds.modularity.rates import (
    BOUNDED_K,
    DOMAIN,
    EVERY_K,
    SMALLER,
    RateComparison,
    holds,
    rate_comparisons,
)
from bounds.plots.style import BLUE, STYLE
from identifiability.exact import digits, integer

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LARGEST = 20
PROVED, CLAIMED, NOTHING = "proved", "claimed", "nothing"
QUANTITIES = ("primary", "total")

_TITLES = {
    "primary": "Primary networks q and g",
    "total": "All parameters (proved: same order on all of W)",
}
_LEGEND = {
    PROVED: "hypernetwork smaller: proved, with continuous selection",
    CLAIMED: "hypernetwork smaller: only claimed, for targets that differ",
    NOTHING: "nothing follows, not even from the claims",
}
_FACES = {PROVED: BLUE, CLAIMED: "#FBE3D0", NOTHING: "#DADADA"}
_HATCHES = {PROVED: "", CLAIMED: "\\\\\\\\", NOTHING: ""}
_EDGES = {PROVED: "white", CLAIMED: "#DDA06C", NOTHING: "white"}
_INK = {PROVED: "white", CLAIMED: "black", NOTHING: "#444444"}

# The upper left triangle of a cell is for bounded k, the lower right one for every k.
_CORNERS = {BOUNDED_K: ((0, 0), (0, 1), (1, 1)), EVERY_K: ((0, 0), (1, 0), (1, 1))}
_MIDDLES = {BOUNDED_K: (0.29, 0.71), EVERY_K: (0.71, 0.29)}


def standing(comparison: RateComparison, m1: int, m2: int) -> str:
    """What is known at (m1, m2): the hypernetwork is smaller, by proof or by claim, or nothing.

    Examples
    --------
    >>> [standing(one, 1, 2) for one in rate_comparisons() if one.scope == EVERY_K]
    ['proved', 'claimed', 'nothing']
    """
    if comparison.verdict(m1, m2) != SMALLER:
        return NOTHING
    return PROVED if comparison.standing == "proved" else CLAIMED


def compared(quantity: str) -> tuple[RateComparison, RateComparison]:
    """For bounded k and for every k the comparison of best standing.

    Examples
    --------
    >>> [one.lower_id for quantity in QUANTITIES for one in compared(quantity)]
    ['embedding-continuous', 'any-dimension', 'theorem-2', 'theorem-3']
    """
    known = [one for one in rate_comparisons() if one.quantity == quantity]
    known.sort(key=lambda one: one.standing != "proved")
    fixed, every = (next(one for one in known if one.scope == scope) for scope in (BOUNDED_K, EVERY_K))
    return fixed, every


def plot_regimes(largest: object = 8) -> Figure:
    """Draw the regimes of the primaries and of the totals for 1 <= m1, m2 <= largest, r = 1.

    Every cell has two triangles, for embedding methods with a bounded and with an arbitrary number k of
    outputs of e; the number in each is the power of 1/ε by which the embedding method's lower rate
    exceeds the hypernetwork's upper one.  A line goes, for every k, around the regime where that power is
    as for bounded k (primaries), or where there is one at all (totals).

    Parameters
    ----------
    largest : int
        The largest m1 and m2, from 1 to 20.

    Returns
    -------
    matplotlib.figure.Figure

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Theorems 2 to 5.
    """
    import matplotlib
    from matplotlib.figure import Figure

    top = integer(largest, "the largest m1 and m2", minimum=1, maximum=LARGEST)
    with matplotlib.rc_context({**STYLE, "axes.grid": False, "hatch.linewidth": 0.8}):
        figure = Figure(figsize=(9.6, 6.8), layout="constrained")
        panels = figure.subplot_mosaic([list(QUANTITIES), ["key", "key"]], height_ratios=[6, 1])
        for quantity in QUANTITIES:
            fixed, every = compared(quantity)
            for comparison in (fixed, every):
                _draw(panels[quantity], comparison, top)
            condition = _condition(quantity, fixed, every)
            _outline(panels[quantity], condition, top)
            _label(panels[quantity], quantity, condition, top)
        _key(panels["key"])
    return figure


def _draw(axes: Axes, comparison: RateComparison, top: int) -> None:
    size = max(4.0, min(10.0, 76.0 / top))
    for m1 in range(1, top + 1):
        for m2 in range(1, top + 1):
            known = standing(comparison, m1, m2)
            power = digits(comparison.excess(m1, m2)) if known != NOTHING else "–"
            _triangle(axes, comparison.scope, (m1 - 0.5, m2 - 0.5), known, power, size)


def _triangle(
    axes: Axes, scope: str, corner: tuple[float, float], known: str, text: str = "", size: float = 10
) -> None:
    from matplotlib.patches import Polygon

    (x, y), (across, up) = corner, _MIDDLES[scope]
    axes.add_patch(
        Polygon(
            [(x + right, y + above) for right, above in _CORNERS[scope]],
            facecolor=_FACES[known],
            hatch=_HATCHES[known],
            edgecolor=_EDGES[known],
            linewidth=1.0,
        )
    )
    axes.text(x + across, y + up, text, ha="center", va="center", fontsize=size, color=_INK[known])


def _condition(quantity: str, fixed: RateComparison, every: RateComparison) -> str:
    """The regime that is outlined: primaries that lose nothing when k is free; totals with a verdict."""
    if quantity == "primary":
        found = [r for r in compare(every.lower, fixed.lower, DOMAIN).regimes if r.verdict == "same"]
    else:
        found = [regime for regime in every.regimes if regime.verdict == SMALLER]
    return " or ".join(regime.condition for regime in found)


def _outline(axes: Axes, condition: str, top: int) -> None:
    """A thick line between the cells inside a regime and those outside."""

    def inside(m1: int, m2: int) -> bool:
        return any(holds(part, {"m1": m1, "m2": m2}) for part in condition.split(" or "))

    def line(*points: tuple[float, float]) -> None:
        axes.plot(*zip(*points, strict=True), color="black", linewidth=2.4, solid_capstyle="round")

    for m1 in range(1, top + 1):
        for m2 in range(1, top + 1):
            if m1 < top and inside(m1, m2) != inside(m1 + 1, m2):
                line((m1 + 0.5, m2 - 0.5), (m1 + 0.5, m2 + 0.5))
            if m2 < top and inside(m1, m2) != inside(m1, m2 + 1):
                line((m1 - 0.5, m2 + 0.5), (m1 + 0.5, m2 + 0.5))


def _label(axes: Axes, quantity: str, condition: str, top: int) -> None:
    axes.set(xlim=(0.5, top + 0.5), ylim=(0.5, top + 0.5), aspect="equal")
    axes.set_xticks(range(1, top + 1))
    axes.set_yticks(range(1, top + 1))
    axes.tick_params(length=0)
    axes.set_xlabel("m1: variables of the primary's input x")
    axes.set_ylabel("m2: variables of the meta-network's input I")
    shown = condition.replace("2*m", "2·m").replace(">=", "≥").replace("<=", "≤")
    below = {
        "primary": f"outlined, {shown}: the same power for every k",
        "total": f"outlined, {shown}: claimed for every k",
    }
    axes.set_title(f"{_TITLES[quantity]}\n{below[quantity]}")


def _key(axes: Axes) -> None:
    """What the colours, the triangles and the numbers mean."""
    from matplotlib.patches import Patch

    axes.set_axis_off()
    axes.set(xlim=(0, 11), ylim=(0, 1), aspect="equal")
    _triangle(axes, BOUNDED_K, (0.0, 0.0), PROVED, "p", 11)
    _triangle(axes, EVERY_K, (0.0, 0.0), PROVED, "p", 11)
    axes.text(1.15, 0.85, "the embedding's is larger by $\\varepsilon^{-p}$:", va="center", fontsize=10)
    axes.text(1.15, 0.5, "above, for bounded k;", va="center", fontsize=10)
    axes.text(1.15, 0.15, "below, for every k (dense counts)", va="center", fontsize=10)
    axes.legend(
        handles=[
            Patch(facecolor=_FACES[name], hatch=_HATCHES[name], edgecolor="#888888", label=_LEGEND[name])
            for name in (PROVED, CLAIMED, NOTHING)
        ],
        loc="center left",
        bbox_to_anchor=(0.45, 0.5),
    )
