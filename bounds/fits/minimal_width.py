"""The smallest network that a fit finds for a target and an error: evidence, never a lower bound."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bounds.fits.full_batch import least_squares
from bounds.fits.layers import forward, layers
from bounds.fits.models import initial, network
from bounds.fits.perceptrons import Perceptron
from bounds.fits.samples import Samples
from bounds.fits.smallest_fits import Attempt as Attempt
from bounds.fits.smallest_fits import SmallestFit as SmallestFit
from identifiability.activations import Activation
from identifiability.errors import InvalidInput
from identifiability.exact import integer, positive
from identifiability.network import Network

GRID = {1: 257, 2: 25, 3: 10}
"""Points to fit at, on each axis, by dimension; errors are measured at four times as many, plus one."""

REWEIGHTINGS = 8
"""So often a fit is repeated with greater weights where its error is large, to lower the greatest one."""

EXCHANGED = 32
"""After each fit at most so many points of measurement join those of the fit."""


def smallest_fit(
    target: Callable[[NDArray[Any]], NDArray[Any]],
    epsilon: object,
    *,
    m: object = 1,
    depth: object = 2,
    activation: str | Activation = "relu",
    largest: object = 64,
    starts: object = 6,
    seed: int | np.random.Generator = 0,
    progress: Callable[[Attempt], object] | None = None,
) -> SmallestFit:
    """The smallest network within ε of a target on [-1, 1]^m that fits find: evidence, no lower bound.

    Widths are doubled until a fit succeeds; then the gap to the last failure is halved.  At each width
    networks start from random kinks, denser where the target bends, with the last layer solved for, and
    are fitted by least squares, repeatedly and with greater weights where the error is large.

    Parameters
    ----------
    target : callable
        From points, shape (n, m), to values, shape (n,) or (n, 1).
    epsilon : real number
        The greatest error allowed, positive.
    m : int
        The number of variables: 1, 2 or 3.
    depth : int
        The number of weight layers, >= 2: 2 is a shallow network.  All hidden layers have one width.
    activation : str or Activation
    largest : int
        No greater width is tried.
    starts : int
        How many random starts at each width, at most.
    seed : int or numpy.random.Generator
    progress : callable, optional
        Called with each :class:`Attempt`.

    Returns
    -------
    SmallestFit

    Raises
    ------
    InvalidInput
        If an argument is outside its domain, or the target's values are not finite or not one per point.

    Examples
    --------
    >>> found = smallest_fit(lambda x: np.abs(x), "0.001")
    >>> found.width, found.error < 0.001, found.status
    (2, True, 'evidence')
    """
    begin = time.perf_counter()
    error, variables = positive(epsilon, "epsilon"), integer(m, "m", 1, max(GRID))
    layers_, most = integer(depth, "depth", 2), integer(largest, "largest", 1)
    tries, rng = integer(starts, "starts", 1), np.random.default_rng(seed)
    search = _Search(
        _sampled(target, variables, GRID[variables]),
        _sampled(target, variables, 4 * GRID[variables] + 1),
        float(error),
        layers_,
        tries,
    )
    attempts: dict[int, tuple[Attempt, Network]] = {}

    def reaches(width: int) -> bool:
        attempts[width] = _attempt(search, width, activation, rng)
        if progress is not None:
            progress(attempts[width][0])
        return attempts[width][0].error <= search.epsilon

    below, above = 0, 1
    while not reaches(above):
        below, above = above, min(2 * above, most)
        if above == below:
            break
    else:
        while above - below > 1:
            middle = (above + below) // 2
            below, above = (below, middle) if reaches(middle) else (middle, above)
    best, found = attempts[above]
    success = best.error <= search.epsilon
    return SmallestFit(
        network=found if success else None,
        width=above if success else None,
        error=best.error,
        epsilon=error,
        depth=layers_,
        attempts=tuple(attempts[width][0] for width in sorted(attempts)),
        points=len(search.measured),
        seconds=time.perf_counter() - begin,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    fitted: Samples
    measured: Samples
    epsilon: float
    depth: int
    starts: int


def _sampled(target: Callable[[NDArray[Any]], NDArray[Any]], m: int, points: int) -> Samples:
    axes = np.meshgrid(*[np.linspace(-1, 1, points)] * m, indexing="ij")
    grid = np.stack([axis.ravel() for axis in axes], axis=1)
    values = np.asarray(target(grid), dtype=np.float64)
    if values.shape not in ((len(grid),), (len(grid), 1)) or not np.isfinite(values).all():
        raise InvalidInput(
            f"the target must give {len(grid)} finite values at {len(grid)} points, got an array of shape "
            f"{values.shape}; pass a function of arrays (n, m) with values (n,)"
        )
    return Samples(grid, None, values.reshape(-1, 1))


def _attempt(
    search: _Search, width: int, activation: str | Activation, rng: np.random.Generator
) -> tuple[Attempt, Network]:
    m = search.fitted.x.shape[1]
    model = Perceptron((m, *[width] * (search.depth - 1), 1), activation)
    best, least, used = np.zeros(model.size), np.inf, 0
    while used < search.starts and least > search.epsilon:
        used += 1
        for theta, error in _fits(model, search, rng):
            if error < least:
                best, least = theta, error
            if least <= search.epsilon:
                break
    return Attempt(width, least, used), network(model, best)


def _fits(
    model: Perceptron, search: _Search, rng: np.random.Generator
) -> Iterator[tuple[NDArray[np.float64], float]]:
    """Least squares fits and their greatest errors, each from the one before.

    The weights follow Lawson's method, w_i ← w_i |f(x_i) - y_i|; and points of measurement where the error
    is greater than at all points of the fit join these, as in Remez's exchange.
    """
    samples, weights = search.fitted, np.ones(len(search.fitted))
    theta = _solved(model, _spread(model, samples, rng), samples)
    for _ in range(REWEIGHTINGS + 1):
        theta = least_squares(model, samples, theta=theta, weights=weights, evaluations=60).theta
        errors, residual = _errors(model, theta, search.measured), _errors(model, theta, samples)
        yield theta, float(errors.max())
        if not np.isfinite(errors).all():
            return
        weights = weights * residual
        # A weight of 0 would never rise again.
        weights = np.maximum(weights / (weights.mean() or 1), 1e-3)
        worst = np.argsort(errors)[-EXCHANGED:]
        worst = worst[errors[worst] > residual.max()]
        samples = Samples(
            np.concatenate((samples.x, search.measured.x[worst])),
            None,
            np.concatenate((samples.y, search.measured.y[worst])),
        )
        weights = np.concatenate((weights, np.full(len(worst), weights.max())))


def _spread(model: Perceptron, samples: Samples, rng: np.random.Generator) -> NDArray[np.float64]:
    """Random parameters; the first layer's directions are of length 1 to 4 and their kinks in the cube."""
    theta = initial(model, rng, np.float64)
    first = layers(theta, model.widths, model.bias)[0]
    directions = rng.standard_normal(first.weight.shape)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    kinks = rng.uniform(-1, 1, directions.shape)
    if kinks.shape[1] == 1:
        kinks[:, 0] = _bent_points(samples, len(kinks), rng)
        # A unit that is turned round adds an affine function to what the others span.
        directions[0] = -directions[-1]
    directions *= rng.uniform(1, 4, (len(directions), 1))
    first.weight[:] = directions
    if first.bias is not None:
        first.bias[:] = -(directions * kinks).sum(axis=1)
    return theta


def _bent_points(samples: Samples, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """One random point from each of so many intervals over which |y''|^(1/2) has equal integrals.

    Piecewise affine functions with such breakpoints are asymptotically best.
    """
    x, y = samples.x[:, 0], samples.y[:, 0]
    density = np.sqrt(np.abs(np.diff(y, 2)))
    # A little everywhere, for targets with straight parts.
    cumulated = np.concatenate(([0], np.cumsum(density + 1e-3 * (density.mean() or 1))))
    levels = (np.arange(count) + rng.uniform(0.25, 0.75, count)) / count * cumulated[-1]
    # The second difference i belongs to the interval around x_{i+1}.
    points: NDArray[np.float64] = np.interp(levels, cumulated, (x[:-1] + x[1:]) / 2)
    return points


def _solved(model: Perceptron, theta: NDArray[np.float64], samples: Samples) -> NDArray[np.float64]:
    """The same parameters with the last layer solved for by linear least squares."""
    parts = layers(theta, model.widths, model.bias)
    features = forward(parts, samples.x, model.activation).inputs[-1]
    columns = np.column_stack((features, np.ones(len(features))))
    # Nearly parallel features would give huge weights of opposite signs.
    solution = np.linalg.lstsq(columns, samples.y, rcond=1e-6)[0]
    parts[-1].weight[:] = solution[:-1].T
    if parts[-1].bias is not None:
        parts[-1].bias[:] = solution[-1]
    return theta


def _errors(model: Perceptron, theta: NDArray[Any], samples: Samples) -> NDArray[np.float64]:
    with np.errstate(over="ignore", invalid="ignore"):
        errors: NDArray[np.float64] = np.abs(model.outputs(theta, samples.x) - samples.y)[:, 0]
    return np.where(np.isfinite(errors), errors, np.inf)
