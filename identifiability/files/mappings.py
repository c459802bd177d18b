"""Networks from the named arrays that other libraries keep their parameters in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identifiability.activations import Activation
from identifiability.entries import as_array
from identifiability.errors import InvalidInput, InvalidNetwork
from identifiability.files.layer_order import layer_order
from identifiability.network import Network

_MATRICES = ("weight", "kernel")


def from_arrays(
    arrays: Mapping[str, Any],
    activation: str | Activation | Sequence[str | Activation] | None = None,
    order: Sequence[str] | None = None,
) -> Network:
    """The network of the named matrices and biases of affine layers.

    Parameters
    ----------
    arrays : mapping of str to arrays, or to such mappings again
        A ``state_dict`` of PyTorch, whose layers have a ``weight`` of shape (out, in) and a ``bias``,
        or the parameters of Flax, whose layers have a ``kernel`` of shape (in, out) and a ``bias``.
        Names of layers are joined by points or slashes: ``"model.fc1.weight"``, ``"Dense_0/kernel"``.
        A bias that is not there is zero.  What has a ``__array__``, as tensors have, counts as an array.
    activation : str, Activation, or a sequence of them, optional
        One for all hidden layers, or one for each.  It is needed unless there is one layer only.
    order : sequence of str, optional
        The names of the layers from input to output, where names and shapes do not tell;
        :func:`~identifiability.files.layer_order.layer_order` says when they do.

    Returns
    -------
    Network
        float16 and bfloat16 entries become the float32 of the same value.

    Raises
    ------
    InvalidInput
        If the activation is missing, or the order is not clear.
    InvalidNetwork
        If something in the mapping is not part of an affine layer.

    Examples
    --------
    >>> state = {"0.weight": np.ones((4, 3)), "0.bias": np.zeros(4), "2.weight": np.ones((1, 4))}
    >>> from_arrays(state, activation="tanh").architecture
    (3, 4, 1)
    >>> params = {"params": {"Dense_1": {"kernel": np.ones((4, 1))}, "Dense_0": {"kernel": np.ones((3, 4))}}}
    >>> from_arrays(params, activation="relu").architecture
    (3, 4, 1)
    """
    layers = _layers(arrays)
    names = _ordered(layers, order)
    if activation is None and len(names) > 1:
        raise InvalidInput("the arrays do not say which activation the layers have; pass activation='relu'")
    return Network(
        [layers[name]["weight"] for name in names],
        [layers[name].get("bias") for name in names],
        activation or (),
    )


def _layers(arrays: Mapping[str, Any]) -> dict[str, dict[str, NDArray[Any]]]:
    if not isinstance(arrays, Mapping):
        raise InvalidInput(f"arrays must be a mapping of names to arrays, got {type(arrays).__name__}")
    layers: dict[str, dict[str, NDArray[Any]]] = {}
    conventions = set()
    for name, value in _flat(arrays):
        layer, _, leaf = name.rpartition(".")
        if leaf not in (*_MATRICES, "bias"):
            raise InvalidNetwork(f"{name!r} is no weight, kernel or bias of an affine layer; leave it out")
        array = _array(value, name)
        if array.ndim != (1 if leaf == "bias" else 2):
            raise InvalidNetwork(
                f"{name!r} has shape {array.shape}, which no affine layer has; a network here has only those"
            )
        if leaf in _MATRICES:
            conventions.add(leaf)
        part = "bias" if leaf == "bias" else "weight"
        if part in layers.setdefault(layer, {}):
            raise InvalidNetwork(f"the {part} of the layer {layer!r} is given twice; leave one out")
        layers[layer][part] = array.T if leaf == "kernel" else array
    if len(conventions) != 1:
        what = "weights (out, in) and kernels (in, out)" if conventions else "no weight and no kernel"
        raise InvalidNetwork(f"the arrays have {what}; give all layers in one convention")
    for layer, parts in layers.items():
        if "weight" not in parts:
            raise InvalidNetwork(f"the layer {layer!r} has a bias and no weight; give both or leave it out")
    return layers


def _flat(arrays: Mapping[str, Any]) -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    branches: list[tuple[str, Mapping[str, Any]]] = [("", arrays)]
    while branches:
        prefix, branch = branches.pop()
        for key, value in branch.items():
            name = prefix + re.sub("/", ".", str(key))
            if isinstance(value, Mapping):
                branches.append((f"{name}.", value))
            else:
                flat.append((name, value))
    return flat


def _array(value: Any, name: str) -> NDArray[Any]:
    try:
        array = as_array(value, f"{name!r}", InvalidNetwork)
    except (TypeError, RuntimeError) as error:
        # As tensors raise that have a gradient, are on another device, or of a type that numpy lacks.
        reason = str(error)[:100]
        raise InvalidNetwork(f"{name!r} gives no array ({reason}); convert it to numpy first") from None
    if array.dtype.name == "bfloat16":
        return widened(array.view(np.uint16))
    return array


def widened(halves: NDArray[np.uint16]) -> NDArray[np.float32]:
    """The float32 values of bfloat16 numbers, which are their upper two bytes.

    Examples
    --------
    >>> widened(np.array([0x3F80, 0xC000], dtype=np.uint16)).tolist()
    [1.0, -2.0]
    """
    return (halves.astype(np.uint32) << np.uint32(16)).view(np.float32)


def _ordered(layers: Mapping[str, Mapping[str, NDArray[Any]]], order: Sequence[str] | None) -> list[str]:
    if order is None:
        shapes = {name: parts["weight"].shape for name, parts in layers.items()}
        return layer_order({name: (shape[0], shape[1]) for name, shape in shapes.items()})
    wanted = [] if isinstance(order, str) else [str(name).replace("/", ".") for name in order]
    if sorted(wanted) != sorted(layers):
        raise InvalidInput(
            f"order must name each layer once, got {str(order)[:60]}; the layers are "
            f"{', '.join(layers)[:200]}"
        )
    return wanted
