"""Does a deeper meta-network help: hypernetworks and embedding methods against the depth of f and of e."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bounds.fits import findings
from bounds.fits.experiment_results import Experiment
from bounds.fits.findings import Finding
from bounds.fits.meta_fits import EMBEDDING, HYPERNETWORK, METHODS, Schedule, read_schedule
from bounds.fits.rows import Summary, fit_row, summaries
from bounds.fits.synthetic import (
    MEASURE,
    SCALES,
    Sizes,
    Task,
    counted,
    expected_time,
    outcomes,
    price,
    read_seeds,
    resized,
)
from bounds.fits.targets import GROUPS_OF_V1, KINDS
from bounds.ranges import integers
from identifiability.errors import InvalidInput
from identifiability.exact import integer

SCHEDULES = {
    "small": Schedule("adam", 1e-3, epochs=15, batch=200),
    "paper": Schedule("sgd", 0.01, epochs=30, batch=200),
}
"""The paper does not give the number of epochs."""

DEEPEST = 50
"""Weight layers of f and of e, at most."""

TREND_END = 5
"""Trends are read up to this depth, as plain training degrades beyond; what is beyond is said apart."""

_PAPER = "Galanti & Wolf (v2), Section 5"


def layers(
    target: str = "i-strong",
    depths: object = (2, 3, 5),
    *,
    seed: object = None,
    repetitions: object = None,
    scale: str = "small",
    optimiser: str | None = None,
    learning_rate: object = None,
    epochs: object = None,
    samples: object = None,
    store: str | Path | None = None,
    jobs: object = 1,
    backend: str = "loky",
    report: Callable[[str], object] | None = None,
    announce: Callable[[str], object] | None = None,
) -> Experiment:
    r"""Fit y(x, I) by g(x; f(I)) and by q(x, e(I)), with f and e of several depths.

    .. math:: \frac{E\,(y(x, I) - g(x; f(I)))^2}{\operatorname{Var} y} \quad \text{beside} \quad
              \frac{E\,(y(x, I) - q(x, e(I)))^2}{\operatorname{Var} y}

    on samples that were not trained with.  The networks are ReLU networks: g has d → 10 → 1 units and no
    biases, as has q on d + E inputs; f and e have hidden layers of 100 units.

    Parameters
    ----------
    target : {"i-strong", "i", "ii", "iii"}
        See :mod:`bounds.fits.targets`.
    depths : int or list of int
        The numbers of weight layers of f and of e, from 1 to 50; a text such as ``"2,3,5"`` or ``"2..9"``.
    seed : int or list of int, optional
        Each stands for a target, samples, and first parameters of their own; 0, 1 and 2 by default.
    repetitions : int, optional
        So many seeds from the one given, or from 0, on.
    scale : {"small", "paper"}
        ``small``: d = 20, E = 210, Adam at 0.001 for 15 epochs.  ``paper``: d = 1000, E = 10000, SGD at 0.01,
        for 30 epochs, as the paper does not say how many.
    optimiser, learning_rate, epochs, samples
        In place of the scale's own.
    store : path, optional
        A folder for finished runs; what is there is not done again.
    jobs : int
        Runs at a time.
    backend : {"loky", "dask"}
        See :func:`bounds.fits.runs.run_all`.
    report : callable, optional
        Is told how far it is.
    announce : callable, optional
        Is told, before the first run, how long all runs will take: the paper's size takes long.

    Returns
    -------
    Experiment

    Raises
    ------
    InvalidInput
        If an argument is outside its domain.
    MissingPackage
        If runs side by side take a package that is not installed.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Sections 5 and 7.1, Figures 1(a) and 4.

    Examples
    --------
    >>> found = layers("iii", depths=(2, 3), seed=0, epochs=1, samples=400)
    >>> [(row.method, row.value, row.status) for row in found.rows]
    [('hypernetwork', 2, 'ok'), ('hypernetwork', 3, 'ok'), ('embedding', 2, 'ok'), ('embedding', 3, 'ok')]
    """
    if target not in KINDS:
        raise InvalidInput(f"the target is one of {', '.join(KINDS)}, got {str(target)[:40]!r}")
    chosen = resized(SCALES, scale, samples)
    schedule = read_schedule(
        SCHEDULES[scale], optimiser=optimiser, learning_rate=learning_rate, epochs=epochs
    )
    wanted = sorted({integer(one, "the depth", 1, DEEPEST) for one in integers(depths, "depths")})
    seeds = read_seeds(seed, repetitions, usual=3)
    cases = [(method, depth, one) for method in METHODS for depth in wanted for one in seeds]
    tasks = [
        Task(method, target, _widths(chosen, depth), one, chosen, schedule) for method, depth, one in cases
    ]
    if announce is not None:
        announce(price(expected_time(tasks), len(tasks), jobs))
    found, references = outcomes(tasks, store, jobs, backend, report)
    rows = tuple(fit_row(*case, outcome) for case, outcome in zip(cases, found, strict=True))
    return Experiment(
        "layers",
        f"Hypernetworks g(x; f(I)) and embedding methods q(x, e(I)) fitted to random targets of type "
        f"{target} (d = {chosen.dimension}, {chosen.samples} samples): f and e of each depth, {chosen.width} "
        f"units a hidden layer, {schedule.text}; {counted(seeds)}",
        "depth",
        MEASURE,
        (
            ("target", target),
            ("v1_group", GROUPS_OF_V1[target.removesuffix("-strong")]),
            ("scale", scale),
            *((name, getattr(chosen, name)) for name in Sizes.__dataclass_fields__),
            *schedule.settings().items(),
            ("depths", wanted),
            ("seeds", seeds),
        ),
        rows,
        references,
        _findings(summaries(rows), wanted),
        _remarks(target, scale, epochs is not None),
    )


def _widths(sizes: Sizes, depth: int) -> tuple[int, ...]:
    return (sizes.dimension, *[sizes.width] * (depth - 1), sizes.embedding)


def _findings(found: Sequence[Summary], depths: list[int]) -> tuple[Finding, ...]:
    shallow = [depth for depth in depths if depth <= TREND_END] or depths
    first, last = shallow[0], shallow[-1]
    claims = [
        findings.ahead(
            f"The hypernetwork is ahead of the embedding method ({_PAPER})", found, METHODS, "depth", depths
        )
    ]
    if first < last:
        claims += [
            findings.falls(
                f"The hypernetwork improves with the depth of f ({_PAPER})",
                found,
                HYPERNETWORK,
                "depth",
                first,
                last,
            ),
            findings.stays(
                f"The embedding method does not improve with the depth of e ({_PAPER})",
                found,
                EMBEDDING,
                "depth",
                first,
                last,
            ),
        ]
    if len(depths) > 2:
        claims.append(
            findings.falls_at_every_step(
                f"Every further layer of f helps the hypernetwork ({_PAPER}, depths 2 to 9)",
                found,
                HYPERNETWORK,
                "depth",
                depths,
            )
        )
    return tuple(claims)


def _remarks(target: str, scale: str, epochs_given: bool) -> tuple[str, ...]:
    remarks = []
    if target == "i":
        remarks.append(
            "Type i is almost a fixed linear function of x: an error below the line 'without I' is needed "
            "before a fit has made any use of I, and all that is left to gain is that share of the variance."
        )
    if scale == "paper" and not epochs_given:
        remarks.append("The paper does not give the number of epochs; 30 are a choice made here.")
    if scale == "paper":
        remarks.append(
            "Unlike the paper's, values are scaled to variance 1 before training, so that the same learning "
            "rate moves all targets alike."
        )
    return tuple(remarks)
