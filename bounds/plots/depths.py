"""Widths against the dimension: what depth 2 needs, and what suffices at depth 3."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from bounds.plots.direct_labels import name_ends, typeset
from bounds.plots.style import BLUE, GRAY, GREEN, ORANGE, PURPLE, STYLE, new_axes
from bounds.ranges import integers
from identifiability.errors import InvalidInput
from identifiability.exact import decimal, decimal_above, decimal_below, integer, positive
from legendre.depth2_questions import checked_target
from legendre.depth3 import depth3_width
from legendre.target_formulas import read_target
from legendre.width import METHODS, Depth2Width, depth2_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from legendre.targets import Target

MOST_DIMENSIONS = 100
"""Longer lists of dimensions are refused."""

LARGEST_DIMENSION = 150
"""Larger dimensions are refused: their lower bounds take several seconds each."""

_NEEDED = {"box": BLUE, "optimal": "#56B4E9", "dual": GREEN, "tail": PURPLE, "slides": GRAY}
_SUFFICIENT = {"smooth": ORANGE, "slides": "#E69F00"}
_COMPARED = (("box", "smooth", "o"), ("slides", "slides", "D"))
"""A lower bound, the construction that it is compared with, and the mark for where it passes it."""


@dataclass(frozen=True, slots=True)
class Widths:
    """What is drawn.

    Attributes
    ----------
    dimensions : tuple of int
        In increasing order.
    needed : dict
        For each method of :func:`legendre.depth2_width` the bounds that are not void.
    sufficient : dict
        For each method of :func:`legendre.depth3_width` a width for each dimension.
    """

    target: Target
    epsilon: Fraction
    dimensions: tuple[int, ...]
    needed: dict[str, tuple[Depth2Width, ...]]
    sufficient: dict[str, tuple[int, ...]]

    def crossing(self, lower: str, upper: str) -> tuple[Depth2Width, int] | None:
        """Where the lower bound exceeds the construction's width in all dimensions from there on, if it does.

        Both are given in the first dimension of this kind.
        """
        sizes = dict(zip(self.dimensions, self.sufficient[upper], strict=True))
        bounds = {bound.d: bound for bound in self.needed.get(lower, ())}
        found = None
        for d in reversed(self.dimensions):
            if d not in bounds or bounds[d].width <= sizes[d]:
                break
            found = bounds[d], sizes[d]
        return found


def read_dimensions(d: object) -> tuple[int, ...]:
    """Read dimensions from 2 to 150, at least two different ones, in increasing order.

    Examples
    --------
    >>> read_dimensions("5,2..4,3")
    (2, 3, 4, 5)
    """
    found = {
        integer(entry, "the dimension d", minimum=2, maximum=LARGEST_DIMENSION) for entry in integers(d, "d")
    }
    if not 2 <= len(found) <= MOST_DIMENSIONS:
        raise InvalidInput(
            f"widths are drawn against 2 to {MOST_DIMENSIONS} different dimensions d, got {len(found)};"
            " pass a range such as 2..50"
        )
    return tuple(sorted(found))


def widths(
    target: object,
    d: object,
    epsilon: object,
    weight_bound: object,
    methods: Sequence[str] = METHODS,
    certified_to: object = 20,
    report: Callable[[str], None] = lambda text: None,
) -> Widths:
    """The widths that :func:`plot_widths` draws; its parameters."""
    f = read_target(target) if isinstance(target, str) else checked_target(target)
    dimensions, error = read_dimensions(d), positive(epsilon, "epsilon")
    last = integer(certified_to, "the last certified dimension", minimum=0)
    unknown = [method for method in methods if method not in METHODS]
    if unknown or not methods:
        raise InvalidInput(
            f"methods must be some of {', '.join(METHODS)}, got {', '.join(map(str, unknown)) or 'none'}"
        )
    sufficient = {
        method: tuple(depth3_width(f, dimension, error, method, weight_bound) for dimension in dimensions)
        for method in _SUFFICIENT
    }
    needed: dict[str, list[Depth2Width]] = {method: [] for method in METHODS if method in methods}
    for dimension in dimensions:
        for method, bounds in needed.items():
            report(f"depth 2, d = {dimension}, method {method}")
            bound = _bound(f, dimension, error, weight_bound, method, dimension <= last)
            if bound is not None and bound.status != "void":
                bounds.append(bound)
    return Widths(f, error, dimensions, {m: tuple(bounds) for m, bounds in needed.items()}, sufficient)


def _bound(
    f: Target, d: int, error: Fraction, weight_bound: object, method: str, certified: bool
) -> Depth2Width | None:
    """The bound; None where the slides' formula is not proved: for others than its target."""
    try:
        return depth2_width(f, d, error, weight_bound, method, certified=certified)
    except InvalidInput:
        if method == "slides":
            return None
        raise


def plot_widths(
    target: object = "sin(pi*d^3*t)",
    d: object = "2..50",
    epsilon: object = "0.0165",
    weight_bound: object = "2^d",
    methods: Sequence[str] = METHODS,
    certified_to: object = 20,
    ax: Axes | None = None,
    report: Callable[[str], None] = lambda text: None,
) -> Axes:
    """Draw the widths that depth-2 networks need, and that suffice at depth 3, against the dimension.

    Parameters
    ----------
    target : Target or str
        The function f of <x, x'>, for instance ``"sin(pi*d^3*t)"``.
    d : str or iterable of int
        Dimensions from 2 to 150, such as ``"2..50"``, at most 100 of them.
    epsilon, weight_bound
        The error and the bound on all weights and biases, as for :func:`legendre.depth2_width`, where the
        error is in L2, and :func:`legendre.depth3_width`, where it is uniform, hence in L2, too.
    methods : sequence of str
        Of :func:`legendre.depth2_width`; ``slides`` is drawn where its formula is proved.
    certified_to : int
        Lower bounds are certified up to this d (solid); beyond they are evidence in floats (dashed).
    ax : matplotlib.axes.Axes, optional
        Where to draw; new axes by default.
    report : callable, optional
        Is told what is being computed.

    Returns
    -------
    matplotlib.axes.Axes
        The vertical axis is the decimal logarithm of the width; a bound that is no more than 1 is below it.

    Raises
    ------
    InvalidInput
        If an argument is outside its domain, or no lower bound exceeds 1.

    References
    ----------
    Daniely, Depth Separation for Neural Networks (2017), Theorem 1.
    """
    import matplotlib

    drawn = widths(target, d, epsilon, weight_bound, methods, certified_to, report)
    if not any(bound.log10 > 0 for bounds in drawn.needed.values() for bound in bounds):
        raise InvalidInput(
            f"no depth-2 width above 1 follows for an error of {decimal(drawn.epsilon)} in these dimensions;"
            " pass a smaller epsilon, larger d or more methods"
        )
    with matplotlib.rc_context(STYLE):
        axes = new_axes() if ax is None else ax
        if ax is None:
            axes.figure.set_size_inches(8.4, 5.6)  # type: ignore[union-attr]
        _draw(axes, drawn)
        axes.set_title(
            f"Widths for {typeset(str(drawn.target))}, $\\varepsilon = {decimal(drawn.epsilon)}$, weights at"
            f" most {typeset(str(weight_bound))}"
        )
    return axes


def _draw(axes: Axes, drawn: Widths) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ends: list[tuple[float, str, str]] = []
    for method, bounds in drawn.needed.items():
        if any(bound.log10 > 0 for bound in bounds):
            _draw_bounds(axes, bounds, _NEEDED[method])
            ends.append((bounds[-1].log10, f"depth 2: {method}", _NEEDED[method]))
    for method, sizes in drawn.sufficient.items():
        logs = [math.log10(size) for size in sizes]
        axes.plot(drawn.dimensions, logs, color=_SUFFICIENT[method], linewidth=2.4)
        ends.append((logs[-1], f"depth 3: {method}", _SUFFICIENT[method]))
    top = 1.04 * max(height for height, _, _ in ends)
    axes.set(xlim=(drawn.dimensions[0], drawn.dimensions[-1]), ylim=(0, top))
    axes.set(xlabel="dimension $d$", ylabel="width, in neurons")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda power, _: f"$10^{{{power:g}}}$"))
    name_ends(axes, [(max(0.0, height) / top, name, colour) for height, name, colour in ends])
    _key(axes, drawn)


def _draw_bounds(axes: Axes, bounds: Sequence[Depth2Width], colour: str) -> None:
    """Solid where certified; the dashed line begins where the solid one ends."""
    certified = [bound for bound in bounds if bound.status == "certified"]
    others = bounds[max(0, len(certified) - 1) :]
    for part, dashes in ((certified, "-"), (others, "--")):
        if len(part) > 1:
            axes.plot(*_points(part), dashes, color=colour, linewidth=1.8)
    if len(bounds) == 1:
        axes.plot(*_points(bounds), color=colour, marker=".")


def _points(bounds: Sequence[Depth2Width]) -> tuple[list[int], list[float]]:
    return [bound.d for bound in bounds], [bound.log10 for bound in bounds]


def _key(axes: Axes, drawn: Widths) -> None:
    """Marks where depth 2 passes depth 3, and what solid and dashed lines say."""
    statuses = {bound.status for bounds in drawn.needed.values() for bound in bounds}
    handles = []
    for status, dashes, label in (
        ("certified", "-", "certified (depth 2), constructed (depth 3)"),
        ("evidence", "--", "evidence, in floats"),
    ):
        if status in statuses:
            handles.append(axes.plot([], [], dashes, color="black", label=label)[0])
    for lower, upper, mark in _COMPARED:
        crossing = drawn.crossing(lower, upper)
        if crossing is not None:
            bound, size = crossing
            sizes = (
                f"{_number(decimal_below(Fraction(bound.width)))} > {_number(decimal_above(Fraction(size)))}"
            )
            label = f"{lower} above {upper}, $d = {bound.d}$: ${sizes}$"
            (line,) = axes.plot(
                [bound.d],
                [bound.log10],
                color="black",
                marker=mark,
                markersize=7,
                linestyle="none",
                clip_on=False,
                zorder=4,
                label=label,
            )
            handles.append(line)
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(-0.08, -0.11), ncols=2, columnspacing=1.2)


def _number(text: str) -> str:
    """A decimal with its power of ten as mathematics."""
    mantissa, _, power = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa
