"""Full-batch fits of small networks by scipy: L-BFGS for any loss, least squares for the squared error."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bounds.fits.layers import forward, layers
from bounds.fits.losses import Loss
from bounds.fits.measures import check_samples
from bounds.fits.models import Model
from bounds.fits.perceptrons import Perceptron
from bounds.fits.samples import Samples
from bounds.fits.training import Fit
from identifiability.errors import InvalidInput
from identifiability.exact import integer

LARGEST_JACOBIAN = 10**8
"""A Jacobian with more entries than this is refused: train in batches instead."""


def lbfgs(model: Model, samples: Samples, loss: Loss, *, theta: NDArray[Any], iterations: int = 500) -> Fit:
    """Minimise the loss over all samples at once by L-BFGS, in float64.

    Parameters
    ----------
    model : Perceptron, HypernetworkModel or EmbeddingModel
    samples : Samples
    loss : Loss
    theta : array of shape (model.size,)
        The first parameters.
    iterations : int
        At most so many.

    Returns
    -------
    Fit
        With the loss after each iteration as its errors; diverged if the loss at the start is not finite.

    Raises
    ------
    InvalidInput
        If the samples do not fit the model.

    Examples
    --------
    >>> from bounds.fits.losses import MEAN_SQUARED_ERROR
    >>> x = np.linspace(-1, 1, 9)[:, None]
    >>> line = Samples(x, None, 2 * x + 1)
    >>> lbfgs(Perceptron((1, 1)), line, MEAN_SQUARED_ERROR, theta=np.zeros(2)).theta.round(4).tolist()
    [2.0, 1.0]
    """
    from scipy.optimize import minimize

    begin = time.perf_counter()
    check_samples(model, samples)
    most = integer(iterations, "iterations", 1)
    data, start = samples.in_dtype(np.float64), _start(model, theta)
    errors: list[float] = []

    def note(intermediate_result: Any) -> None:
        errors.append(float(intermediate_result.fun))

    def value_and_gradient(point: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        # A step too far is not accepted by the line search, if its loss is infinite and not NaN.
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            value, gradient = model.value_and_gradient(point, data.x, data.I, data.y, loss)
        finite = np.isfinite(value) and np.isfinite(gradient).all()
        return (value, gradient) if finite else (np.inf, np.zeros_like(gradient))

    if not np.isfinite(value_and_gradient(start)[0]):
        return Fit(model, start, (), "diverged", time.perf_counter() - begin)
    found = minimize(
        value_and_gradient, start, jac=True, method="L-BFGS-B", callback=note, options={"maxiter": most}
    )
    return Fit(model, found.x, tuple(errors), "ok", time.perf_counter() - begin)


def least_squares(
    model: Perceptron,
    samples: Samples,
    *,
    theta: NDArray[Any],
    weights: NDArray[Any] | None = None,
    evaluations: int = 200,
) -> Fit:
    r"""Minimise the mean squared error of a small perceptron by Levenberg's and Marquardt's steps.

    .. math:: \frac{1}{nk} \sum_{i,j} w_i (f(x_i)_j - y_{ij})^2

    Parameters
    ----------
    model : Perceptron
    samples : Samples
        Without instances.
    theta : array of shape (model.size,)
        The first parameters.
    weights : array of shape (n,), optional
        w >= 0, one for every sample; 1 by default.
    evaluations : int
        Of the Jacobian, at most.

    Returns
    -------
    Fit
        In float64, with the error that was reached as its only one.

    Raises
    ------
    InvalidInput
        If the samples do not fit the model, or the Jacobian is too large.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 41)[:, None]
    >>> samples = Samples(x, None, np.abs(x))
    >>> start = np.array([1.0, -1, 0.3, 0.2, 0.5, 0.5, 0])
    >>> fit = least_squares(Perceptron((1, 2, 1)), samples, theta=start)
    >>> fit.errors[0] < 1e-9
    True
    """
    from scipy.optimize import least_squares as marquardt

    begin = time.perf_counter()
    check_samples(model, samples)
    data, start = samples.in_dtype(np.float64), _start(model, theta)
    outputs = model.dimensions[2]
    rows = len(data) * outputs
    if rows * model.size > LARGEST_JACOBIAN:
        raise InvalidInput(
            f"the Jacobian of {rows} residuals by {model.size} parameters is too large; pass fewer samples, "
            "or train in batches"
        )
    roots = np.sqrt(np.ones(len(data)) if weights is None else np.asarray(weights, np.float64))
    scale = np.repeat(roots, outputs) / np.sqrt(rows)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        found = marquardt(
            lambda point: scale * (model.outputs(point, data.x) - data.y).ravel(),
            start,
            jac=lambda point: scale[:, None] * jacobian(model, point, data.x),
            method="lm" if rows >= model.size else "trf",
            max_nfev=integer(evaluations, "evaluations", 1),
        )
    return Fit(model, found.x, (2 * float(found.cost),), "ok", time.perf_counter() - begin)


def jacobian(model: Perceptron, theta: NDArray[Any], x: NDArray[Any]) -> NDArray[Any]:
    """The derivatives of every output at every row of x by θ, shape (n·out, size), output by output in a row.

    Examples
    --------
    >>> jacobian(Perceptron((1, 1)), np.array([2.0, 1.0]), np.array([[3.0], [4.0]])).tolist()
    [[3.0, 1.0], [4.0, 1.0]]
    """
    parts = layers(theta, model.widths, model.bias)
    trace = forward(parts, x, model.activation)
    count, outputs = len(x), model.widths[-1]
    result = np.empty((count, outputs, model.size), theta.dtype)
    # delta[i, o] is the derivative of output o at point i by the values of a layer.
    delta = np.broadcast_to(np.eye(outputs, dtype=theta.dtype), (count, outputs, outputs))
    end = model.size
    for number, (incoming, out) in reversed(list(enumerate(pairwise(model.widths)))):
        if number < len(parts) - 1:
            delta = delta * model.activation.derivative(trace.values[number])[:, None, :]
        if model.bias:
            result[:, :, end - out : end] = delta
            end -= out
        begin = end - out * incoming
        products = delta[:, :, :, None] * trace.inputs[number][:, None, None, :]
        result[:, :, begin:end] = products.reshape(count, outputs, -1)
        end = begin
        if number:
            delta = delta @ parts[number].weight
    return result.reshape(count * outputs, model.size)


def _start(model: Model, theta: NDArray[Any]) -> NDArray[np.float64]:
    start = np.array(theta, dtype=np.float64)
    if start.shape != (model.size,) or not np.isfinite(start).all():
        raise InvalidInput(
            f"theta must be {model.size} finite numbers, got an array of shape {start.shape}; pass one "
            "number per parameter"
        )
    return start
