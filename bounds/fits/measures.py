"""What a trained model does on samples: its outputs, its mean loss, its share of wrong labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bounds.fits.losses import Loss
from bounds.fits.models import Model
from bounds.fits.samples import Samples
from identifiability.errors import InvalidInput

MEASURED_ROWS = 1000
"""Samples are taken so many at a time, which bounds the memory."""


def outputs(model: Model, theta: NDArray[Any], samples: Samples) -> NDArray[Any]:
    """The values of the model at the samples, shape (n, out), in the type of θ."""
    check_samples(model, samples)
    return np.concatenate([values for values, _ in _batches(model, theta, samples)])


def mean_loss(model: Model, theta: NDArray[Any], samples: Samples, loss: Loss) -> float:
    """The loss over all samples; it may be infinite or NaN if θ is of a run that diverged.

    Examples
    --------
    >>> from bounds.fits.losses import MEAN_SQUARED_ERROR
    >>> from bounds.fits.perceptrons import Perceptron
    >>> samples = Samples(np.array([[1.0], [2.0]]), None, np.array([1.0, 0.0]))
    >>> mean_loss(Perceptron((1, 1)), np.array([1.0, 0.0]), samples, MEAN_SQUARED_ERROR)
    2.0
    """
    check_samples(model, samples)
    with np.errstate(over="ignore", invalid="ignore"):
        total = sum(loss.value(values, y) * len(y) for values, y in _batches(model, theta, samples))
    return total / len(samples)


def misclassified(model: Model, theta: NDArray[Any], samples: Samples) -> float:
    """The share of samples whose greatest output is not their label; NaN if an output is not finite.

    Examples
    --------
    >>> from bounds.fits.perceptrons import Perceptron
    >>> samples = Samples(np.array([[1.0], [-1.0]]), None, np.array([0, 0]))
    >>> misclassified(Perceptron((1, 2), bias=False), np.array([1.0, -1.0]), samples)
    0.5
    """
    if samples.y.ndim != 1:
        raise InvalidInput(f"labels must have shape (n,), got {samples.y.shape}; pass integer labels")
    values = outputs(model, theta, samples)
    if not np.isfinite(values).all():
        return float("nan")
    return float(np.mean(values.argmax(axis=1) != samples.y))


def check_samples(model: Model, samples: Samples) -> None:
    """Whether points, instances and values have the dimensions that the model has.

    Raises
    ------
    InvalidInput
        If they have not.
    """
    given = (
        samples.x.shape[1],
        None if samples.I is None else samples.I.shape[1],
        model.dimensions[2] if samples.y.ndim == 1 else samples.y.shape[1],
    )
    if given != model.dimensions:
        raise InvalidInput(
            f"the model has the dimensions (d_x, d_I, outputs) = {model.dimensions}, but the samples "
            f"{given}; pass samples that fit"
        )
    if samples.y.ndim == 1 and not 0 <= int(samples.y.min()) <= int(samples.y.max()) < given[2]:
        raise InvalidInput(
            f"labels must lie in 0..{given[2] - 1}, got {samples.y.min()}..{samples.y.max()}; let the model "
            "have one output for each label"
        )


def _batches(
    model: Model, theta: NDArray[Any], samples: Samples
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    read = samples.in_dtype(theta.dtype)
    for begin in range(0, len(read), MEASURED_ROWS):
        batch = read.rows(slice(begin, begin + MEASURED_ROWS))
        yield model.outputs(theta, batch.x, batch.I), batch.y
