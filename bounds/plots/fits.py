"""Errors of fitted meta-networks against what an experiment varies."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from bounds.plots.direct_labels import name_ends
from bounds.plots.style import BLUE, GRAY, GREEN, ORANGE, PURPLE, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bounds.fits.experiment_results import Experiment

_MARKS = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), (PURPLE, "D"))


def plot_layers(result: Experiment, ax: Axes | None = None) -> Axes:
    """The mean error of each method, with its standard error, and the reference errors as dotted lines.

    Parameters
    ----------
    result : Experiment
        Of one of :mod:`bounds.fits.experiments`; runs that diverged are in no mean, and are not drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    matplotlib.axes.Axes
    """
    axes = new_axes() if ax is None else ax
    for (colour, mark), method in zip(_MARKS * len(result.methods), result.methods, strict=False):
        points = [
            (line.value, line.mean, line.standard_error or 0.0)
            for line in result.summary
            if line.method == method and line.mean is not None
        ]
        if points:
            values, means, errors = zip(*points, strict=True)
            axes.errorbar(values, means, yerr=errors, color=colour, marker=mark, capsize=3, label=method)
    for reference in result.references:
        axes.axhline(reference.error, color=GRAY, linestyle=":", linewidth=1.2)
    axes.set_ylim(bottom=0)
    low, high = axes.get_ylim()
    name_ends(axes, [((line.error - low) / (high - low), line.name, GRAY) for line in result.references])
    axes.set_xticks(list(result.values))
    axes.set_xlabel(result.axis)
    axes.set_ylabel(textwrap.fill(result.measure, 40))
    axes.set_title(result.name)
    axes.legend(frameon=False)
    return axes
