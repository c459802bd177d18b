"""Training in batches: a model, samples and an optimiser to a fit, whose divergence is told at once."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

from bounds.fits.losses import Loss
from bounds.fits.measures import check_samples
from bounds.fits.models import Model, float_type, initial
from bounds.fits.optimisers import Optimiser, start, update
from bounds.fits.samples import Samples
from identifiability.errors import InvalidInput
from identifiability.exact import integer

EXPLODED = 1e6
"""A loss of so many times its first value has diverged, even if it is still finite."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What training found: evidence about one model, one start and one optimiser.

    Attributes
    ----------
    model : Model
    theta : array of shape (model.size,)
        The parameters: those after the last step or, if the run diverged, those before the epoch in which
        it did; always finite.
    errors : tuple of float
        The mean training loss of each epoch that was finished, all of them finite.
    status : {"ok", "diverged"}
        ``"diverged"`` if a loss or a parameter was not finite, or the loss exploded.
    seconds : float
        Wall-clock time.
    """

    model: Model
    theta: NDArray[Any] = field(repr=False)
    errors: tuple[float, ...]
    status: Literal["ok", "diverged"]
    seconds: float


class _Diverged(Exception):
    """A batch's loss is not finite, or has exploded."""


def train(
    model: Model,
    data: Samples | Callable[[int], Samples],
    loss: Loss,
    optimiser: Optimiser,
    *,
    epochs: int,
    batch: int,
    rng: np.random.Generator,
    dtype: DTypeLike = "float32",
    theta: NDArray[Any] | None = None,
    progress: Callable[[int, float], object] | None = None,
    should_stop: Callable[[int, float], bool] | None = None,
) -> Fit:
    """Train a model by gradient steps over shuffled batches.

    Parameters
    ----------
    model : Perceptron, HypernetworkModel or EmbeddingModel
    data : Samples, or a function from the epoch, counted from 0, to Samples
        A function gives fresh samples for every epoch.
    loss : Loss
    optimiser : Optimiser
    epochs, batch : int
        At least 1.  The last batch of an epoch may be smaller.
    rng : numpy.random.Generator
        For the first parameters and the order of the samples.
    dtype : {"float32", "float64"}
        In which everything is computed.
    theta : array of shape (model.size,), optional
        The first parameters, which stay as they are; :func:`bounds.fits.models.initial` by default.
    progress : callable, optional
        Called with (epoch, error) after every epoch.
    should_stop : callable, optional
        Called with (epoch, error) after every epoch; training ends if it returns True.

    Returns
    -------
    Fit

    Raises
    ------
    InvalidInput
        If the samples do not fit the model, or a number is outside its domain.

    Notes
    -----
    The loss of every batch is looked at: one that is not finite, or more than :data:`EXPLODED` times the
    greater of the first batch's loss and its loss for zero outputs, ends the run as diverged.

    Examples
    --------
    >>> from bounds.fits.losses import MEAN_SQUARED_ERROR
    >>> from bounds.fits.optimisers import sgd
    >>> from bounds.fits.perceptrons import Perceptron
    >>> x = np.linspace(-1, 1, 20)[:, None]
    >>> line = Samples(x, None, 2 * x + 1)
    >>> rng = np.random.default_rng(0)
    >>> fit = train(Perceptron((1, 1)), line, MEAN_SQUARED_ERROR, sgd(0.2), epochs=50, batch=5, rng=rng)
    >>> fit.status, fit.theta.round(3).tolist()
    ('ok', [2.0, 1.0])
    """
    begin = time.perf_counter()
    wanted, length = integer(epochs, "epochs", 1), integer(batch, "batch", 1)
    kind = float_type(dtype)
    current = initial(model, rng, kind) if theta is None else np.array(theta, dtype=kind)
    if current.shape != (model.size,):
        raise InvalidInput(
            f"theta must have shape ({model.size},), got {current.shape}; pass one number per parameter"
        )
    run = _Run(model, loss, optimiser, start(optimiser, current), np.empty_like(current))
    errors: list[float] = []
    status: Literal["ok", "diverged"] = "ok"
    samples = _read(model, data, kind) if isinstance(data, Samples) else None
    before = current.copy()
    for epoch in range(wanted):
        here = samples if isinstance(data, Samples) else _read(model, data(epoch), kind)
        assert here is not None  # read once where the samples are always the same
        np.copyto(before, current)
        try:
            # Overflow is what a diverging run does, and is looked for.
            with np.errstate(over="ignore", invalid="ignore", under="ignore"):
                errors.append(_epoch(run, current, here, length, rng))
        except _Diverged:
            current, status = before, "diverged"
            break
        if progress is not None:
            progress(epoch, errors[-1])
        if should_stop is not None and should_stop(epoch, errors[-1]):
            break
    return Fit(model, current, tuple(errors), status, time.perf_counter() - begin)


@dataclass(slots=True, eq=False)
class _Run:
    """What lasts from one epoch to the next; ``limit`` is the loss from which on the run has diverged."""

    model: Model
    loss: Loss
    optimiser: Optimiser
    state: list[NDArray[Any]]
    gradient: NDArray[Any]
    step: int = 0
    limit: float = 0.0


def _read(model: Model, samples: Samples, kind: np.dtype[Any]) -> Samples:
    check_samples(model, samples)
    return samples.in_dtype(kind)


def _epoch(run: _Run, theta: NDArray[Any], samples: Samples, batch: int, rng: np.random.Generator) -> float:
    total = 0.0
    for x, instances, y in _shuffled(samples, batch, rng):
        value, gradient = run.model.value_and_gradient(theta, x, instances, y, run.loss, run.gradient)
        if not run.step:
            nothing = np.zeros((len(y), run.model.dimensions[2]), theta.dtype)
            scale = max(value, run.loss.value(nothing, y))
            run.limit = EXPLODED * scale if scale > 0 else math.inf
        if not value <= run.limit or math.isinf(value):
            raise _Diverged
        run.step += 1
        update(run.optimiser, theta, gradient, run.state, run.step)
        total += value * len(y)
    # The last step is seen by no loss any more.
    if not np.isfinite(theta).all():
        raise _Diverged
    return total / len(samples)


def _shuffled(
    samples: Samples, batch: int, rng: np.random.Generator
) -> Iterator[tuple[NDArray[Any], NDArray[Any] | None, NDArray[Any]]]:
    """Batches in random order, each copied into the same memory."""
    order = rng.permutation(len(samples))
    held = [
        None if part is None else np.empty((min(batch, len(samples)), *part.shape[1:]), part.dtype)
        for part in (samples.x, samples.I, samples.y)
    ]
    for begin in range(0, len(samples), batch):
        rows = order[begin : begin + batch]
        taken = [
            None
            if part is None or memory is None
            else part.take(rows, axis=0, out=memory[: len(rows)], mode="clip")
            for part, memory in zip((samples.x, samples.I, samples.y), held, strict=True)
        ]
        x, instances, y = taken
        assert x is not None  # only the instances may be missing
        assert y is not None
        yield x, instances, y
