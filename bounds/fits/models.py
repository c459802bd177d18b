"""The models that are trained, and what they share: first parameters, and the objects they stand for."""

from __future__ import annotations

from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from bounds.fits.embeddings import EmbeddingModel
from bounds.fits.hypernetworks import HypernetworkModel
from bounds.fits.layers import layer_sizes, layers
from bounds.fits.perceptrons import Perceptron
from bounds.hypernetwork import EmbeddingMethod, Hypernetwork
from bounds.primary_network import Primary
from identifiability.errors import InvalidInput
from identifiability.network import Network

Model: TypeAlias = Perceptron | HypernetworkModel | EmbeddingModel
"""A frozen description with ``size``, ``outputs`` and ``value_and_gradient`` over a flat vector θ."""


def initial(model: Model, rng: np.random.Generator, dtype: DTypeLike = "float32") -> NDArray[Any]:
    r"""First parameters: uniform, of PyTorch's default size.

    .. math:: W_{ij}, b_i \sim U\bigl[-1/\sqrt{d}, 1/\sqrt{d}\bigr], \qquad d \text{ the layer's inputs}

    Parameters
    ----------
    model : Perceptron, HypernetworkModel or EmbeddingModel
    rng : numpy.random.Generator
        Every call draws from it anew.
    dtype : {"float32", "float64"}

    Returns
    -------
    array of shape (model.size,)

    Examples
    --------
    >>> initial(Perceptron((2, 3, 1)), np.random.default_rng(0)).shape
    (13,)
    """
    wanted = float_type(dtype)
    sizes: list[tuple[int, int]] = []
    for widths, bias in parts(model):
        sizes += zip(layer_sizes(widths, bias), widths[:-1], strict=True)
    # Drawn in float64 and rounded, so that both types start from the same point.
    drawn = [rng.uniform(-1, 1, size) / np.sqrt(inputs) for size, inputs in sizes]
    return np.concatenate(drawn).astype(wanted)


def parts(model: Model) -> list[tuple[tuple[int, ...], bool]]:
    """The widths of the perceptrons whose parameters are trained, in order, and whether they have biases."""
    match model:
        case Perceptron():
            return [(model.widths, model.bias)]
        case HypernetworkModel():
            return [(model.f_widths, True)]
        case EmbeddingModel():
            return [(model.e_widths, True), (model.q_widths, model.bias)]


def float_type(dtype: DTypeLike) -> np.dtype[Any]:
    """float32 or float64, and nothing else."""
    wanted = np.dtype(dtype)
    if wanted not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise InvalidInput(f"dtype must be 'float32' or 'float64', got {wanted}; pass one of them")
    return wanted


@overload
def network(model: Perceptron, theta: NDArray[Any]) -> Network: ...
@overload
def network(model: HypernetworkModel, theta: NDArray[Any]) -> Hypernetwork: ...
@overload
def network(model: EmbeddingModel, theta: NDArray[Any]) -> EmbeddingMethod: ...
@overload
def network(model: Model, theta: NDArray[Any]) -> Network | Hypernetwork | EmbeddingMethod: ...
def network(model: Model, theta: NDArray[Any]) -> Network | Hypernetwork | EmbeddingMethod:
    """The network, hypernetwork or embedding method that the parameters stand for.

    Parameters
    ----------
    model : Perceptron, HypernetworkModel or EmbeddingModel
    theta : array of shape (model.size,)
        Its float type becomes that of the networks.

    Raises
    ------
    InvalidInput
        If there are not as many parameters as the model has.

    Examples
    --------
    >>> network(Perceptron((1, 2, 1)), np.array([1.0, -1, 0, 0, 1, 1, 0]))
    Network(1-2-1, relu, float64: 7 parameters, 4 nonzero)
    """
    vector = np.asarray(theta)
    if vector.shape != (model.size,):
        raise InvalidInput(
            f"the model has {model.size} parameters, got an array of shape {vector.shape}; pass one of shape "
            f"({model.size},)"
        )
    networks, end = [], 0
    for widths, bias in parts(model):
        begin, end = end, end + sum(layer_sizes(widths, bias))
        held = layers(vector[begin:end], widths, bias)
        zeros = [np.zeros(out, vector.dtype) for out in widths[1:]]
        biases = [zero if layer.bias is None else layer.bias for layer, zero in zip(held, zeros, strict=True)]
        networks.append(Network([layer.weight for layer in held], biases, model.activation))
    match model:
        case Perceptron():
            return networks[0]
        case HypernetworkModel():
            return Hypernetwork(networks[0], Primary(model.g_widths, model.activation, model.bias))
        case EmbeddingModel():
            return EmbeddingMethod(*networks)
