"""Fits by scipy: the Jacobian, least squares, L-BFGS; and the smallest network that fits find."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from bounds.fits.full_batch import jacobian, lbfgs, least_squares
from bounds.fits.hypernetworks import HypernetworkModel
from bounds.fits.losses import MEAN_SQUARED_ERROR, NEGATIVE_LOG_LIKELIHOOD
from bounds.fits.measures import mean_loss
from bounds.fits.minimal_width import smallest_fit
from bounds.fits.models import initial
from bounds.fits.perceptrons import Perceptron
from bounds.fits.samples import Samples
from identifiability.errors import InvalidInput


@pytest.mark.parametrize("activation", ["relu", "elu", "sigmoid", "tanh"])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("widths", [(2, 3), (2, 4, 1), (3, 4, 2, 3)])
def test_jacobian_is_that_of_finite_differences(activation, bias, widths):
    rng = np.random.default_rng(0)
    model = Perceptron(widths, activation, bias)
    theta, x = initial(model, rng, "float64"), rng.normal(size=(6, widths[0]))
    found = jacobian(model, theta, x)
    for k in range(model.size):
        step = np.eye(model.size)[k] * 1e-6
        slope = (model.outputs(theta + step, x) - model.outputs(theta - step, x)).ravel() / 2e-6
        np.testing.assert_allclose(found[:, k], slope, atol=1e-8)


def test_the_gradient_is_the_jacobian_times_the_residual():
    rng = np.random.default_rng(0)
    model = Perceptron((2, 5, 2), "tanh")
    theta, x, y = initial(model, rng, "float64"), rng.normal(size=(9, 2)), rng.normal(size=(9, 2))
    residual = (model.outputs(theta, x) - y).ravel()
    _, gradient = model.value_and_gradient(theta, x, None, y, MEAN_SQUARED_ERROR)
    np.testing.assert_allclose(gradient, jacobian(model, theta, x).T @ residual * 2 / 18, atol=1e-14)


def test_least_squares_of_an_affine_model_is_linear_regression():
    rng = np.random.default_rng(0)
    x, y, weights = rng.normal(size=(40, 3)), rng.normal(size=(40, 2)), rng.uniform(0.1, 3, 40)
    samples = Samples(x, None, y)
    columns = np.column_stack((x, np.ones(40)))
    for given in (None, weights):
        root = np.sqrt(np.ones(40) if given is None else given)[:, None]
        regression = np.linalg.lstsq(root * columns, root * y, rcond=None)[0]
        fit = least_squares(Perceptron((3, 2)), samples, theta=np.zeros(8), weights=given)
        np.testing.assert_allclose(fit.theta, [*regression[:3].T.ravel(), *regression[3]], atol=1e-8)
        error = np.mean((root * (columns @ regression - y)) ** 2)
        assert fit.errors == (pytest.approx(error, rel=1e-8),)


def test_least_squares_of_fewer_samples_than_parameters():
    rng = np.random.default_rng(0)
    model = Perceptron((1, 6, 1), "tanh")
    samples = Samples(np.linspace(-1, 1, 5)[:, None], None, rng.normal(size=5))
    fit = least_squares(model, samples, theta=initial(model, rng, "float64"))
    assert fit.errors[0] < 1e-8


def test_lbfgs_lowers_the_loss_of_every_kind_of_model():
    rng = np.random.default_rng(0)
    x, I = rng.normal(size=(2, 100, 2))  # noqa: E741
    y = (x * I).sum(axis=1)
    hyper = HypernetworkModel((2, 12, 6), (2, 2, 1), "tanh")
    classes = Samples(x, None, (y > 0).astype(int))
    for model, samples, loss in (
        (hyper, Samples(x, I, y), MEAN_SQUARED_ERROR),
        (Perceptron((2, 5, 2), "elu"), classes, NEGATIVE_LOG_LIKELIHOOD),
    ):
        theta = initial(model, rng, "float64")
        fit = lbfgs(model, samples, loss, theta=theta, iterations=60)
        assert fit.status == "ok"
        assert fit.errors[-1] == pytest.approx(mean_loss(model, fit.theta, samples, loss))
        assert list(fit.errors) == sorted(fit.errors, reverse=True)
        assert fit.errors[-1] < mean_loss(model, theta, samples, loss)
    assert (
        lbfgs(hyper, Samples(x, I, y), MEAN_SQUARED_ERROR, theta=initial(hyper, rng), iterations=200).errors[
            -1
        ]
        < 0.5
    )


def test_lbfgs_tells_divergence_at_the_start():
    samples = Samples(np.ones((2, 1)), None, np.ones(2))
    model = Perceptron((1, 1, 1), bias=False)
    fit = lbfgs(model, samples, MEAN_SQUARED_ERROR, theta=np.array([1e200, 1e200]))
    assert (fit.status, fit.errors) == ("diverged", ())


def test_refusals():
    samples = Samples(np.ones((2, 1)), None, np.ones(2))
    with pytest.raises(InvalidInput, match="one number per parameter"):
        lbfgs(Perceptron((1, 1)), samples, MEAN_SQUARED_ERROR, theta=np.zeros(3))
    with pytest.raises(InvalidInput, match="one number per parameter"):
        least_squares(Perceptron((1, 1)), samples, theta=np.array([np.nan, 0]))
    with pytest.raises(InvalidInput, match="pass samples that fit"):
        least_squares(Perceptron((2, 1)), samples, theta=np.zeros(3))
    wide = Perceptron((1, 10**7, 1))
    many = Samples(np.ones((100, 1)), None, np.ones(100))
    with pytest.raises(InvalidInput, match="Jacobian"):
        least_squares(wide, many, theta=np.broadcast_to(0.0, (wide.size,)))


# The smallest fit


def measured(found, target, points=5000):
    grid = np.linspace(-1, 1, points)[:, None]
    return np.abs(found.network(grid) - target(grid)).max()


@pytest.mark.parametrize(
    ("target", "width"),
    [
        (lambda x: np.maximum(x, 0), 1),
        (np.abs, 2),
        (lambda x: np.abs(x) - 2 * np.abs(x - 0.5), 3),
    ],
)
def test_piecewise_affine_targets_are_found(target, width):
    found = smallest_fit(target, "1e-4")
    assert found.width == width
    assert found.network.widths == (width,)
    assert measured(found, target) < 1e-3


def test_a_parabola_near_the_least_width_there_is():
    # On a piece of length h the best affine function is h² |y''| / 16 = h² / 8 away, so that at least
    # 2 / sqrt(8 ε) pieces are needed; kinks are one fewer.
    found = smallest_fit(np.square, "0.03")
    least = math.ceil(2 / math.sqrt(8 * 0.03)) - 1
    assert least <= found.width <= least + 2
    assert measured(found, np.square) <= 0.031
    tried = [attempt.width for attempt in found.attempts]
    assert tried == sorted(tried)
    assert found.width - 1 in tried
    assert found.attempts[tried.index(found.width - 1)].error > 0.03


def test_deep_networks_and_other_activations():
    deep = smallest_fit(np.square, "0.05", depth=3, starts=3)
    assert deep.network.widths == (deep.width, deep.width)
    smooth = smallest_fit(lambda x: np.sin(np.pi * x), "0.02", activation="tanh")
    assert smooth.width == 2
    plane = smallest_fit(lambda x: np.abs(x[:, 0] + x[:, 1]), "0.01", m=2, largest=4)
    assert plane.width == 2
    assert plane.network.architecture == (2, 2, 1)


def test_nothing_found_is_said():
    found = smallest_fit(lambda x: np.sin(40 * x), "0.1", largest=3, starts=1)
    assert found.network is None
    assert found.width is None
    assert "no fit up to width 3 reached epsilon = 0.1" in str(found)
    assert [attempt.width for attempt in found.attempts] == [1, 2, 3]
    assert found.to_json()["width"] is None


def test_a_smallest_fit_is_never_called_a_bound():
    found = smallest_fit(np.abs, "0.01")
    shown = (str(found), found.to_latex(), found._repr_html_(), json.dumps(found.to_json()))
    for text in shown:
        assert "no lower bound" in " ".join(text.split())
    assert found.status == found.to_json()["status"] == "evidence"
    assert found.to_json()["parameters"] == str(found.network.parameter_count())
    assert "not found" in str(found)
    assert max(map(len, str(found).splitlines())) <= 100
    # A network that misses the error is not marked as found.
    worse = replace(found, attempts=tuple(replace(one, error=1.0) for one in found.attempts))
    assert "not found" in worse._lines()[-1]


def test_smallest_fits_repeat_and_report():
    seen = []
    first = smallest_fit(np.square, "0.05", seed=3, progress=seen.append)
    again = smallest_fit(np.square, "0.05", seed=np.random.default_rng(3))
    assert first.network == again.network
    assert sorted(seen, key=lambda attempt: attempt.width) == list(first.attempts)


def test_smallest_fit_refuses():
    with pytest.raises(InvalidInput, match="positive"):
        smallest_fit(np.abs, 0)
    with pytest.raises(InvalidInput, match="at most 3"):
        smallest_fit(np.abs, "0.1", m=4)
    with pytest.raises(InvalidInput, match="finite values"):
        smallest_fit(lambda x: np.zeros((len(x), 2)), "0.1")
    with np.errstate(divide="ignore"), pytest.raises(InvalidInput, match="finite values"):
        smallest_fit(lambda x: 1 / x, "0.1")
    with pytest.raises(InvalidInput, match="depth must be at least 2"):
        smallest_fit(np.abs, "0.1", depth=1)
