"""Models of the fits: hand-written gradients, beside finite differences, PyTorch and the objects."""

from itertools import pairwise

import numpy as np
import pytest

from bounds.fits import written_layers
from bounds.fits.embeddings import EmbeddingModel
from bounds.fits.hypernetworks import HypernetworkModel, written_parameters
from bounds.fits.layers import layer_sizes
from bounds.fits.losses import MEAN_SQUARED_ERROR, NEGATIVE_LOG_LIKELIHOOD
from bounds.fits.models import initial, network
from bounds.fits.perceptrons import Perceptron
from identifiability.errors import InvalidInput

ACTIVATIONS = ("relu", "elu", "sigmoid", "tanh")
LOSSES = {"mse": MEAN_SQUARED_ERROR, "nll": NEGATIVE_LOG_LIKELIHOOD}


def models(activation, outputs):
    """Every kind of model, so that either order of contraction is met in first and in later layers."""
    for bias in (False, True):
        yield Perceptron((4, 5, 3, outputs), activation, bias)
        yield Perceptron((4, outputs), activation, bias)
        yield EmbeddingModel((3, 5, 2), (6, 4, outputs), activation, bias)
        yield EmbeddingModel((3, 2), (3, outputs), activation, bias)
        for g in ((4, outputs), (4, 3, outputs), (4, 6, 5, outputs), (9, 2, outputs)):
            for f in ((3,), (3, 8), (3, 4, 2)):
                yield HypernetworkModel((*f, written_parameters(g, bias)), g, activation, bias)


def rows(model, loss, rng, count=7):
    points, instances, outputs = model.dimensions
    x = rng.normal(size=(count, points))
    I = None if instances is None else rng.normal(size=(count, instances))  # noqa: E741
    labels = loss == "nll"
    return x, I, rng.integers(0, outputs, count) if labels else rng.normal(size=(count, outputs))


def difference(model, theta, direction, x, I, y, loss):  # noqa: E741
    """The derivative in a direction by central differences."""
    up, down = (loss.value(model.outputs(theta + s * direction, x, I), y) for s in (1e-6, -1e-6))
    return (up - down) / 2e-6


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_are_those_of_finite_differences(activation, loss):
    rng = np.random.default_rng(7)
    for model in models(activation, 3 if loss == "nll" else 2):
        theta = initial(model, rng, "float64")
        x, I, y = rows(model, loss, rng)  # noqa: E741
        value, gradient = model.value_and_gradient(theta, x, I, y, LOSSES[loss])
        assert value == LOSSES[loss].value(model.outputs(theta, x, I), y)
        # One direction that meets every parameter, and some parameters alone.
        directions = [rng.normal(size=model.size), *np.eye(model.size)[rng.integers(0, model.size, 12)]]
        for direction in directions:
            slope = difference(model, theta, direction, x, I, y, LOSSES[loss])
            assert direction @ gradient == pytest.approx(slope, rel=1e-6, abs=1e-7)


def test_a_wrong_gradient_is_seen(monkeypatch):
    rng = np.random.default_rng(3)
    model = HypernetworkModel((3, 2, 8), (3, 2, 1), "tanh")
    theta = initial(model, rng, "float64")
    x, I, y = rows(model, "mse", rng)  # noqa: E741
    direction = rng.normal(size=model.size)
    slope = difference(model, theta, direction, x, I, y, MEAN_SQUARED_ERROR)
    einsum = np.einsum

    def flipped(pattern, *arrays):
        return (-1 if pattern == "jik,ij->ik" else 1) * einsum(pattern, *arrays)

    monkeypatch.setattr(written_layers.np, "einsum", flipped)
    _, gradient = model.value_and_gradient(theta, x, I, y, MEAN_SQUARED_ERROR)
    assert abs(direction @ gradient - slope) > 1e-3


def test_the_gradient_is_written_where_it_is_asked_for():
    rng = np.random.default_rng(0)
    for model in models("tanh", 2):
        theta = initial(model, rng, "float64")
        data = rows(model, "mse", rng)
        before, memory = theta.copy(), np.full(model.size, np.nan)
        value, gradient = model.value_and_gradient(theta, *data, MEAN_SQUARED_ERROR, memory)
        fresh = model.value_and_gradient(theta, *data, MEAN_SQUARED_ERROR)
        assert gradient is memory
        assert value == fresh[0]
        np.testing.assert_array_equal(memory, fresh[1])
        np.testing.assert_array_equal(theta, before)


def test_float32_stays_float32():
    rng = np.random.default_rng(0)
    for activation in ACTIVATIONS:
        for model in models(activation, 2):
            theta = initial(model, rng)
            x, I, y = rows(model, "mse", rng)  # noqa: E741
            single = [None if part is None else part.astype("f") for part in (x, I, y)]
            _, gradient = model.value_and_gradient(theta, *single, MEAN_SQUARED_ERROR)
            values = model.outputs(theta, *single[:2])
            double = theta.astype(np.float64)
            exact = model.value_and_gradient(double, x, I, y, MEAN_SQUARED_ERROR)[1]
            assert theta.dtype == gradient.dtype == values.dtype == np.float32
            np.testing.assert_allclose(gradient, exact, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_objects_have_the_models_values(activation):
    rng = np.random.default_rng(1)
    for model in models(activation, 2):
        theta = initial(model, rng, "float64")
        x, I, _ = rows(model, "mse", rng)  # noqa: E741
        made = network(model, theta)
        values = made(x) if I is None else made(x, I)
        np.testing.assert_allclose(values, model.outputs(theta, x, I), rtol=1e-12, atol=1e-12)
        assert network(model, theta.astype("f")) != made


def test_the_objects_count_what_the_models_train():
    for model in models("relu", 2):
        made = network(model, np.ones(model.size))
        assert made.parameter_count("nonzero") == model.size
    paper = HypernetworkModel((1000, 100, 100, 10010), (1000, 10, 1))
    # 10^5 + 10^4 (k - 2) + 10^2 N_g weights, and the biases of f, which the paper does not count.
    assert paper.size == 10**5 + 10**4 + 100 * 10010 + (200 + 10010)
    embedding = EmbeddingModel((1000, 100, 100), (1100, 10, 1))
    assert embedding.size - embedding.embedding_size == 10**4 + 10 * 100 + 10


def test_first_parameters_are_uniform_of_the_size_of_the_inputs():
    rng = np.random.default_rng(0)
    model = Perceptron((400, 100, 25, 7))
    theta, end = initial(model, rng, "float64"), 0
    for (inputs, _), size in zip(pairwise(model.widths), layer_sizes(model.widths, True), strict=True):
        begin, end = end, end + size
        part = theta[begin:end] * np.sqrt(inputs)
        assert np.abs(part).max() <= 1
        assert abs(part.mean()) < 4 / np.sqrt(3 * size)
        assert abs(part.var() - 1 / 3) < 0.05
    assert end == len(theta)
    same = initial(model, np.random.default_rng(0), "float32")
    np.testing.assert_array_equal(same, theta.astype("f"))


def torch_twin(torch, model, theta, activation):
    """Outputs of the same model in PyTorch, and its parameters, from the documented order."""
    sigma = {"relu": torch.relu, "elu": torch.nn.functional.elu}.get(activation) or getattr(torch, activation)
    parameter = torch.tensor(theta.tolist(), dtype=torch.float64, requires_grad=True)

    def perceptron(widths, bias, numbers, points):
        start = 0
        for layer, (incoming, out) in enumerate(pairwise(widths)):
            end = start + out * incoming
            weight = numbers[..., start:end].unflatten(-1, (out, incoming))
            points = (weight @ points.unsqueeze(-1)).squeeze(-1)
            start = end
            if bias:
                points = points + numbers[..., start : start + out]
                start += out
            points = points if layer == len(widths) - 2 else sigma(points)
        return points

    def outputs(x, instances):
        if isinstance(model, Perceptron):
            return perceptron(model.widths, model.bias, parameter, x)
        if isinstance(model, HypernetworkModel):
            written = perceptron(model.f_widths, True, parameter, instances)
            return perceptron(model.g_widths, model.bias, written, x)
        size = model.embedding_size
        embedded = perceptron(model.e_widths, True, parameter[:size], instances)
        return perceptron(model.q_widths, model.bias, parameter[size:], torch.cat((x, embedded), -1))

    return outputs, parameter


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_are_those_of_pytorch(activation, loss):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(11)
    for model in models(activation, 3):
        theta = initial(model, rng, "float64")
        x, I, y = rows(model, loss, rng)  # noqa: E741
        outputs, parameter = torch_twin(torch, model, theta, activation)
        tensors = [
            None if part is None else torch.tensor(part.tolist(), dtype=torch.float64) for part in (x, I)
        ]
        if loss == "nll":
            value = torch.nn.functional.cross_entropy(outputs(*tensors), torch.tensor(y.tolist()))
        else:
            value = torch.nn.functional.mse_loss(
                outputs(*tensors), torch.tensor(y.tolist(), dtype=torch.float64)
            )
        value.backward()
        ours = model.value_and_gradient(theta, x, I, y, LOSSES[loss])
        assert ours[0] == pytest.approx(value.item(), rel=1e-12)
        np.testing.assert_allclose(ours[1], parameter.grad.tolist(), rtol=1e-9, atol=1e-12)


def test_refusals():
    with pytest.raises(InvalidInput, match="must have 10010 outputs"):
        HypernetworkModel((1000, 100, 10000), (1000, 10, 1))
    with pytest.raises(InvalidInput, match="d_x plus the last"):
        EmbeddingModel((3, 2), (2, 1))
    with pytest.raises(InvalidInput, match="inputs and outputs"):
        Perceptron((3,))
    with pytest.raises(InvalidInput, match="pass None"):
        Perceptron((1, 1)).outputs(np.zeros(2), np.zeros((1, 1)), np.zeros((1, 1)))
    for model in (HypernetworkModel((1, 1), (1, 1)), EmbeddingModel((1, 1), (2, 1))):
        with pytest.raises(InvalidInput, match="got no I"):
            model.outputs(np.zeros(model.size), np.zeros((1, 1)), None)
    with pytest.raises(InvalidInput, match="has 2 parameters"):
        network(Perceptron((1, 1)), np.zeros(3))
    with pytest.raises(InvalidInput, match="float32"):
        initial(Perceptron((1, 1)), np.random.default_rng(0), "float16")
