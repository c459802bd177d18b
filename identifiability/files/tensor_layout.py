"""The operators of ONNX that move the entries of a tensor about without changing them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identifiability.errors import InvalidFile


def _identity(x: NDArray[Any], inputs: list[NDArray[Any]], options: Mapping[str, Any]) -> NDArray[Any]:
    return x


def _dropout(x: NDArray[Any], inputs: list[NDArray[Any]], options: Mapping[str, Any]) -> NDArray[Any]:
    # The third input is the only flag for training since operator set 12; before, there is none.
    if any(entry.dtype.kind == "b" and entry.any() for entry in inputs):
        raise InvalidFile("a Dropout is in training mode; export the network for inference")
    return x


def _flatten(x: NDArray[Any], inputs: list[NDArray[Any]], options: Mapping[str, Any]) -> NDArray[Any]:
    axis = options.get("axis", 1)
    if not -x.ndim <= axis <= x.ndim:
        raise InvalidFile(f"a Flatten at the axis {axis} does not fit the shape {x.shape}")
    first = math.prod(x.shape[: axis + x.ndim if axis < 0 else axis])
    return x.reshape(first, x.size // max(1, first))


def _reshape(x: NDArray[Any], inputs: list[NDArray[Any]], options: Mapping[str, Any]) -> NDArray[Any]:
    wanted = [int(side) for side in inputs[0].ravel()]
    if not options.get("allowzero", 0):
        wanted = [x.shape[place] if side == 0 else side for place, side in enumerate(wanted)]
    return x.reshape(wanted)


def _transpose(x: NDArray[Any], inputs: list[NDArray[Any]], options: Mapping[str, Any]) -> NDArray[Any]:
    return x.transpose(options.get("perm"))


def _axes(inputs: list[NDArray[Any]], options: Mapping[str, Any]) -> tuple[int, ...] | None:
    # An input since operator set 13, an attribute before.
    given = inputs[0].ravel() if inputs else options.get("axes")
    return None if given is None else tuple(int(axis) for axis in given)


def _squeeze(x: NDArray[Any], inputs: list[NDArray[Any]], options: Mapping[str, Any]) -> NDArray[Any]:
    return x.squeeze(_axes(inputs, options))


def _unsqueeze(x: NDArray[Any], inputs: list[NDArray[Any]], options: Mapping[str, Any]) -> NDArray[Any]:
    return np.expand_dims(x, _axes(inputs, options) or ())


LAYOUTS: dict[str, Callable[[NDArray[Any], list[NDArray[Any]], Mapping[str, Any]], NDArray[Any]]] = {
    "Identity": _identity,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Transpose": _transpose,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
}
"""Each takes the tensor, the node's other inputs and its attributes; the results are views."""
