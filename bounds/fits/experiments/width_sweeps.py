"""Assumption 2: does every further hidden unit lessen the error?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bounds.fits import findings
from bounds.fits.datasets import DATASETS, images
from bounds.fits.experiment_results import Experiment, Reference
from bounds.fits.findings import Finding
from bounds.fits.losses import MEAN_SQUARED_ERROR
from bounds.fits.meta_fits import Schedule, fitted, read_schedule
from bounds.fits.perceptrons import Perceptron
from bounds.fits.rows import Summary, fit_row, summaries
from bounds.fits.runs import run_all
from bounds.fits.samples import Samples
from bounds.fits.storage import Outcome, Settings
from bounds.fits.synthetic import counted, read_seeds
from bounds.ranges import integers
from identifiability.activations import activation as read_activation
from identifiability.errors import InvalidInput
from identifiability.exact import integer

SCHEDULE = Schedule("adadelta", 1.0, epochs=60, batch=64)
"""The paper's, but for its two epochs on sixty thousand images."""

CLASSES = 10
WIDEST = 10_000
SHALLOW = "shallow network"

_SPLIT, _FIT = range(2)
_PAPER = "Galanti & Wolf (v2), Section 7.5"


def assumption_2(
    data: str = "digits",
    widths: object = (1, 2, 3, 4, 6, 8, 12, 16, 24),
    *,
    activation: str = "elu",
    seed: object = None,
    repetitions: object = None,
    optimiser: str | None = None,
    learning_rate: object = None,
    epochs: object = None,
    store: str | Path | None = None,
    jobs: object = 1,
    backend: str = "loky",
    report: Callable[[str], object] | None = None,
) -> Experiment:
    r"""Fit shallow networks of several widths to labelled images, with one output for each label.

    .. math:: \frac{E\,|f(x) - e_{y(x)}|^2}{E\,|e_{y(x)} - E\,e_{y(x)}|^2}

    Parameters
    ----------
    data : {"digits", "mnist"}
        See :func:`bounds.fits.datasets.images`.
    widths : int or list of int
        Hidden units.
    activation : str
        Of the hidden layer.
    seed, repetitions, optimiser, learning_rate, epochs, store, jobs, backend, report
        As :func:`bounds.fits.experiments.layers` takes them; Adadelta at 1 for 60 epochs by default.

    Returns
    -------
    Experiment

    Raises
    ------
    InvalidInput
        If an argument is outside its domain.
    MissingPackage
        If the package that brings the images is not installed.

    Notes
    -----
    Assumption 2 says that the *least* error in the *sup norm* is strictly smaller with one unit more, unless
    it is 0.  Training in the mean square cannot show that, and it is false: tanh networks of width 1 and 2
    are equally far from :math:`\cos 2 \pi x` on [-1, 1]; ``bounds.hypotheses`` says where.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Section 7.5 and Figure 8.

    Examples
    --------
    >>> found = assumption_2("digits", widths=(1, 8), seed=0, epochs=2)
    >>> [(row.method, row.value, row.status) for row in found.rows]
    [('shallow network', 1, 'ok'), ('shallow network', 8, 'ok')]
    """
    if data not in DATASETS:
        raise InvalidInput(
            f"the images are {' or '.join(DATASETS)}, got {str(data)[:40]!r}; pass one of them"
        )
    sigma = str(read_activation(activation))
    schedule = read_schedule(SCHEDULE, optimiser=optimiser, learning_rate=learning_rate, epochs=epochs)
    wanted = sorted({integer(one, "the width", 1, WIDEST) for one in integers(widths, "widths")})
    seeds = read_seeds(seed, repetitions, usual=2)
    cases = [(SHALLOW, width, one) for width in wanted for one in seeds]
    tasks: list[Settings] = [
        {
            "kind": "assumption 2",
            "data": data,
            "width": width,
            "activation": sigma,
            "seed": one,
            **schedule.settings(),
        }
        for _, width, one in cases
    ]
    found = run_all(perform, tasks, store, jobs, backend, report)
    rows = tuple(fit_row(*case, outcome) for case, outcome in zip(cases, found, strict=True))
    return Experiment(
        "assumption-2",
        f"Shallow {sigma} networks fitted to the labels of {data}, {schedule.text}; {counted(seeds)}",
        "width",
        "mean squared error on images that were not trained with, over the variance of the labels' vectors",
        (
            ("data", data),
            ("activation", sigma),
            ("widths", wanted),
            *schedule.settings().items(),
            ("seeds", seeds),
        ),
        rows,
        (Reference("the mean", 1.0, "always answering the frequencies of the labels"),),
        _findings(summaries(rows), wanted),
        (
            "Assumption 2 is about least errors in the sup norm, where it is false: tanh networks of width 1 "
            "and 2 are equally far from cos(2πx).",
        ),
    )


def perform(settings: Settings) -> Outcome:
    """One fit, from the settings."""
    given: dict[str, Any] = dict(settings)
    seed = given["seed"]
    parts = images(given["data"]).split(np.random.default_rng([seed, _SPLIT]))
    learnt, unseen = (
        Samples(part.flat.astype(np.float32), None, np.eye(CLASSES, dtype=np.float32)[part.labels])
        for part in parts
    )
    model = Perceptron((parts[0].dimension, given["width"], CLASSES), given["activation"])
    schedule = Schedule(
        **{name: given[name] for name in ("optimiser", "learning_rate", "epochs", "batch", "momentum")}
    )
    rng = np.random.default_rng([seed, _FIT, given["width"]])
    return fitted(model, learnt, unseen, MEAN_SQUARED_ERROR, schedule, rng)


def _findings(found: Sequence[Summary], widths: list[int]) -> tuple[Finding, ...]:
    if len(widths) < 2:
        return ()
    doublings = [widths[0]]
    for width in widths[1:]:
        if width >= 2 * doublings[-1]:
            doublings.append(width)
    strictly = f"The error strictly decreases with the number of hidden units ({_PAPER})"
    claims = [findings.falls_at_every_step(strictly, found, SHALLOW, "width", widths)]
    if 2 <= len(doublings) < len(widths):
        weaker = "It decreases where the width is at least doubled (a weaker claim than the paper's)"
        claims.append(findings.falls_at_every_step(weaker, found, SHALLOW, "width", doublings))
    return tuple(claims)
