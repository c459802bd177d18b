"""A depth-3 network for an inner-product function: what it interpolates, and how wrong it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bounds.plots.direct_labels import typeset
from bounds.plots.style import BLUE, GRAY, ORANGE, STYLE
from identifiability.errors import InvalidInput
from identifiability.exact import decimal, positive
from legendre.depth2_questions import checked_target
from legendre.depth3 import depth3_network, depth3_plan
from legendre.target_formulas import read_target
from legendre.target_values import on_floats

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

    Array = np.ndarray[Any, np.dtype[np.float64]]

MOST_PIECES = 2_000
"""More pieces of the interpolant than this cannot be told apart in a figure."""

_PAIRS = 4_000
_SEED = 2017


def plot_interpolant(
    target: object = "sin(pi*d^3*t)", d: object = 2, epsilon: object = "1/4", method: str = "smooth"
) -> list[Axes]:
    r"""Draw the outer interpolant of a depth-3 network, and the error of the network on pairs of points.

    The upper panel shows f and what the second hidden layer makes of t, with its knots; the lower one
    N(x, x') - f(<x, x'>) at random pairs of unit vectors, their inner products evenly spread over [-1, 1],
    between the lines -epsilon and epsilon.

    Parameters
    ----------
    target : Target or str
        The function f, of which a Lipschitz constant must be known.
    d, epsilon, method
        As for :func:`legendre.depth3_network`; the interpolant has at most 2000 pieces.

    Returns
    -------
    list of matplotlib.axes.Axes
        Those of the interpolant and of the errors.

    Raises
    ------
    InvalidInput
        If an argument is outside its domain, or the network is too large.

    References
    ----------
    Daniely, Depth Separation for Neural Networks (2017), Theorem 4.
    """
    import matplotlib
    import numpy as np
    from matplotlib.figure import Figure

    f = read_target(target) if isinstance(target, str) else checked_target(target)
    error = positive(epsilon, "epsilon")
    plan = depth3_plan(f, d, error, method)
    if plan.pieces > MOST_PIECES:
        raise InvalidInput(
            f"the interpolant of {f} has {plan.pieces} pieces, where a figure shows {MOST_PIECES};"
            " pass a larger epsilon or a smaller d"
        )
    value = on_floats(f, plan.d)
    knots = -1 + 2 * np.arange(plan.pieces + 1) / plan.pieces
    products, outputs = network_values(f, plan.d, error, method)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8.0, 5.6), layout="constrained")
        upper, lower = figure.subplots(2, 1, sharex=True)
        t = np.linspace(-1, 1, max(1001, 20 * plan.pieces + 1))
        upper.plot(t, value(t), color=GRAY, linewidth=1.2, label="$f(t)$")
        upper.plot(
            knots,
            value(knots),
            color=ORANGE,
            linewidth=1.2,
            marker=".",
            markersize=max(2.0, min(6.0, 600 / plan.pieces)),
            label=f"interpolant, {plan.pieces} pieces",
        )
        lower.plot(
            products, outputs - value(products), linestyle="none", marker=".", markersize=1.5, color=BLUE
        )
        for sign in (1, -1):
            lower.axhline(sign * float(error), color="black", linestyle="--", linewidth=1.2)
        upper.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2, ncols=2)
        upper.set_ylabel("$f$ and its interpolant")
        lower.set(
            xlim=(-1, 1),
            ylim=(-1.15 * float(error), 1.15 * float(error)),
            xlabel=r"$t = \langle x, x' \rangle$",
            ylabel=r"$N(x, x') - f(\langle x, x' \rangle)$",
        )
        lower.set_title(
            rf"Error at {_PAIRS} pairs; everywhere at most $\varepsilon = {decimal(error)}$ (constructed)"
        )
        inner, outer = plan.widths
        figure.suptitle(
            f"Depth-3 network for {typeset(str(f))}, $d = {plan.d}$, with {inner} and {outer} hidden neurons",
            fontsize=12,
        )
    return [upper, lower]


def network_values(f: object, d: int, epsilon: object, method: str) -> tuple[Array, Array]:
    """Inner products of random pairs of unit vectors, and what the network in floats answers to them."""
    import numpy as np

    random = np.random.default_rng(_SEED)
    products = np.linspace(-1, 1, _PAIRS)
    first, other = random.normal(size=(2, _PAIRS, d))
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    other -= np.sum(other * first, axis=1, keepdims=True) * first
    other /= np.linalg.norm(other, axis=1, keepdims=True)
    second = products[:, None] * first + np.sqrt(1 - products[:, None] ** 2) * other
    network = depth3_network(f, d, epsilon, method).to_float()
    return np.sum(first * second, axis=1).clip(-1, 1), network(np.hstack([first, second]))[:, 0]
