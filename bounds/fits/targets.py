r"""Random target functions y(x, I), with what a reader has to know before a small error impresses.

Three kinds are those of the experiments of Galanti & Wolf, with dim x = dim I = d and x, I standard normal:

* **i**: :math:`y = \langle x, h(I) \rangle`, h a network d → 300 → 300 → d with logistic hidden units and
  a softmax on top.
* **ii**: y an ELU network 2d → 100 → 50 → 50 → 1 of (x, I).
* **iii**: y an ELU network d → 100 → 100 → 50 → 1 of the entry-wise product x ⊙ I.

In few dimensions the networks are narrower: they have at most d units in place of 50, 2d in place of
100, and 3d in place of 300.

The h of type **i** hardly depends on I: its softmax is nearly flat.  **i-strong** is type i with the logits
of h centred and scaled to standard deviation 2, each for itself, so that most of y depends on I.

Weights are He's uniform ones, :math:`U(-\sqrt{6/n}, \sqrt{6/n})` for n inputs of a unit; biases are 0.
Values are centred and scaled to variance 1, as the variance of type i is 0.002 at d = 1000: gradient steps
of any usual length would hardly move.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from bounds.fits.samples import Samples
from identifiability.errors import InvalidInput
from identifiability.exact import integer

KINDS = ("i", "i-strong", "ii", "iii")
"""The kinds of targets, in the numbering of v2."""

GROUPS_OF_V1 = {"i": 3, "ii": 1, "iii": 2}
"""The same kinds as v1 numbers its groups of targets."""

LARGEST_DIMENSION = 10_000
MOST_SAMPLES = 10_000_000

LOGIT_DEVIATION = 2.0
"""The standard deviation of the logits of i-strong."""

_CALIBRATION = 5_000
"""Samples that mean and deviation are taken from."""

_CHUNK = 2_000
"""Rows evaluated at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A target function y(x, I) with mean 0 and variance 1, up to the sampling of both.

    Made by :func:`random_target`.

    Attributes
    ----------
    kind : {"i", "i-strong", "ii", "iii"}
    dimension : int
        d, the dimension of x and of I.
    weights : tuple of arrays
        Of the random network, layer by layer, of shape (out, in).
    logits : tuple of two arrays
        What is subtracted from the logits of h, and what they are multiplied with (types i only).
    mean, deviation : float
        Of the values before they were centred and scaled.
    """

    kind: str
    dimension: int
    weights: tuple[NDArray[np.float64], ...]
    logits: tuple[NDArray[np.float64], NDArray[np.float64]]
    mean: float = 0.0
    deviation: float = 1.0

    def __call__(self, x: NDArray[Any], I: NDArray[Any]) -> NDArray[np.float64]:  # noqa: E741
        """The values at the rows of x and I, of shape (n,)."""
        values = np.empty(len(x))
        for rows in _chunks(len(x)):
            values[rows] = self._raw(np.asarray(x[rows], float), np.asarray(I[rows], float))
        return (values - self.mean) / self.deviation

    def selector(self, I: NDArray[Any]) -> NDArray[np.float64]:  # noqa: E741
        """h(I) of the types i: the coefficients of the linear function of x that I selects.

        Raises
        ------
        InvalidInput
            If the target is of another type.
        """
        if self.kind not in ("i", "i-strong"):
            raise InvalidInput(f"only types i and i-strong have a selector h, got type {self.kind}")
        shift, factor = self.logits
        return _softmax((_logits(self.weights, I) - shift) * factor)

    def _raw(self, x: NDArray[np.float64], I: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: E741
        if self.kind in ("i", "i-strong"):
            values: NDArray[np.float64] = np.einsum("nd,nd->n", x, self.selector(I))
            return values
        return _elu_network(self.weights, np.hstack([x, I]) if self.kind == "ii" else x * I)


def random_target(kind: str, dimension: object, rng: np.random.Generator) -> Target:
    """A target with random weights, centred and scaled.

    Parameters
    ----------
    kind : {"i", "i-strong", "ii", "iii"}
    dimension : int
        d, the dimension of x and of I, 1 to 10000.
    rng : numpy.random.Generator
        Draws the weights, and the samples by which values and logits are scaled.

    Returns
    -------
    Target

    Raises
    ------
    InvalidInput
        If the kind or the dimension is not one of these.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Sections 5 and 7.1.  In v1 the types i, ii, iii
    are the third, the first and the second group.

    Examples
    --------
    >>> target = random_target("iii", 4, np.random.default_rng(0))
    >>> drawn = draw(target, 10_000, np.random.default_rng(1))
    >>> round(float(np.var(drawn.y)), 1)
    1.0
    """
    d = integer(dimension, "the dimension of the target", 1, LARGEST_DIMENSION)
    weights = tuple(he_uniform(rng, *shape) for shape in _shapes(kind, d))
    shift, factor = np.zeros(d), np.ones(d)
    if kind == "i-strong":
        sample = _logits(weights, rng.standard_normal((_CALIBRATION, d)))
        shift, factor = sample.mean(axis=0), LOGIT_DEVIATION / sample.std(axis=0)
    raw = Target(kind, d, weights, (shift, factor))
    values = raw(rng.standard_normal((_CALIBRATION, d)), rng.standard_normal((_CALIBRATION, d)))
    # Types i have mean 0 exactly: x is symmetric and independent of I.
    mean = 0.0 if kind in ("i", "i-strong") else float(values.mean())
    return replace(raw, mean=mean, deviation=float(np.sqrt(np.mean((values - mean) ** 2))))


def draw(target: Target, count: object, rng: np.random.Generator, dtype: DTypeLike = np.float64) -> Samples:
    """Independent samples (x, I, y) with standard normal x and I."""
    n = integer(count, "the number of samples", 1, MOST_SAMPLES)
    kind = np.float32 if np.dtype(dtype) == np.float32 else np.float64
    # Drawn in the precision asked for: at d = 1000 a copy of all samples takes as much memory again.
    x, condition = (rng.standard_normal((n, target.dimension), dtype=kind) for _ in range(2))
    return Samples(x, condition, target(x, condition)[:, None].astype(kind))


def conditional_share(
    target: Target, rng: np.random.Generator, points: object = 1_000, instances: object = 20
) -> float:
    r"""The share of the variance of y that depends on I, estimated.

    .. math:: \frac{E_x \operatorname{Var}_I y(x, I)}{\operatorname{Var} y}

    That is also the least error, relative to the variance, of any predictor that sees x alone: the best one
    is :math:`x \mapsto E_I y(x, I)`.  A fit with a smaller error has made use of I; one with a larger error
    has not even learnt the mean over I.

    Parameters
    ----------
    target : Target
    rng : numpy.random.Generator
    points, instances : int
        So many x, with so many I each.

    Returns
    -------
    float
        In [0, 1].

    Notes
    -----
    The variance within the groups of equal x is unbiased; the variance between their means is lessened by
    what the variance within contributes to it.  The result is evidence, from samples.

    Examples
    --------
    >>> target = random_target("i", 20, np.random.default_rng(0))
    >>> 0.005 < conditional_share(target, np.random.default_rng(1)) < 0.02
    True
    """
    n = integer(points, "points", 2, 10**6)
    k = integer(instances, "instances", 2, 10**6)
    groups = np.empty((n, k))
    for one in range(n):
        x = np.broadcast_to(rng.standard_normal(target.dimension), (k, target.dimension))
        groups[one] = target(x, rng.standard_normal((k, target.dimension)))
    within = float(groups.var(axis=1, ddof=1).mean())
    between = max(0.0, float(groups.mean(axis=1).var(ddof=1)) - within / k)
    return within / (within + between)


def linear_error(train: Samples, test: Samples) -> float:
    r"""The error of the best affine function of (x, I), relative to the variance: 1 - R².

    It is fitted to the first samples by least squares and measured on the others:

    .. math:: \frac{\sum_i (y_i - a - \langle b, x_i \rangle - \langle c, I_i \rangle)^2}
                   {\sum_i (y_i - \bar y)^2}

    Raises
    ------
    InvalidInput
        If the samples have no I or no real values, or there are fewer than coefficients.
    """
    size = _design(train, slice(0, 1)).shape[1]
    if len(train) < size:
        raise InvalidInput(
            f"{size} coefficients are fitted to {len(train)} samples; pass at least as many samples"
        )
    gram, moments = np.zeros((size, size)), np.zeros((size, train.y.shape[1]))
    for rows in _chunks(len(train)):
        design = _design(train, rows)
        gram += design.T @ design
        moments += design.T @ train.y[rows].astype(np.float64)
    coefficients = np.linalg.lstsq(gram, moments, rcond=None)[0]
    predicted = [_design(test, rows) @ coefficients for rows in _chunks(len(test))]
    return relative_error(np.concatenate(predicted), test.y)


def relative_error(predicted: NDArray[Any], y: NDArray[Any]) -> float:
    """The mean squared error over the variance of y, in float64; infinite if a prediction is not finite.

    Of several outputs the errors are added, and so are the variances.

    Examples
    --------
    >>> relative_error(np.zeros((2, 1)), np.array([[1.0], [-1.0]]))
    1.0
    """
    values = np.asarray(y, float).reshape(len(y), -1)
    residual = np.asarray(predicted, float).reshape(values.shape) - values
    error = float(np.mean(residual**2) / values.var(axis=0).mean())
    return error if math.isfinite(error) else math.inf


def _chunks(count: int) -> Iterator[slice]:
    return (slice(first, first + _CHUNK) for first in range(0, count, _CHUNK))


def _design(samples: Samples, rows: slice) -> NDArray[np.float64]:
    """Rows (x, I, 1): an affine function of (x, I) is a linear one of them."""
    if samples.I is None or samples.y.ndim != 2:
        raise InvalidInput("an affine function of (x, I) is fitted to real values; pass samples with I and y")
    x, condition = samples.x[rows], samples.I[rows]
    return np.hstack([x, condition, np.ones((len(x), 1))]).astype(np.float64)


def _shapes(kind: str, d: int) -> Sequence[tuple[int, int]]:
    selector, wide, narrow = min(300, 3 * d), min(100, 2 * d), min(50, d)
    shapes = {
        "i": [(selector, d), (selector, selector), (d, selector)],
        "ii": [(wide, 2 * d), (narrow, wide), (narrow, narrow), (1, narrow)],
        "iii": [(wide, d), (wide, wide), (narrow, wide), (1, narrow)],
    }
    if kind not in KINDS:
        raise InvalidInput(f"a target is one of {', '.join(KINDS)}, got {str(kind)[:40]!r}")
    return shapes[kind.removesuffix("-strong")]


def he_uniform(rng: np.random.Generator, outputs: int, inputs: int) -> NDArray[np.float64]:
    """A weight matrix of shape (outputs, inputs) with entries uniform in ± sqrt(6 / inputs)."""
    bound = math.sqrt(6 / inputs)
    return rng.uniform(-bound, bound, (outputs, inputs))


def _logits(weights: Sequence[NDArray[Any]], I: NDArray[Any]) -> NDArray[np.float64]:  # noqa: E741
    signal = np.asarray(I, float)
    for matrix in weights[:-1]:
        signal = 1 / (1 + np.exp(-(signal @ matrix.T)))
    logits: NDArray[np.float64] = signal @ weights[-1].T
    return logits


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _elu_network(weights: Sequence[NDArray[Any]], points: NDArray[np.float64]) -> NDArray[np.float64]:
    signal = points
    for matrix in weights[:-1]:
        signal = signal @ matrix.T
        signal = np.where(signal > 0, signal, np.expm1(np.minimum(signal, 0)))
    values: NDArray[np.float64] = (signal @ weights[-1].T)[:, 0]
    return values
