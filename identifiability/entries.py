"""What a user writes for a weight matrix, a bias or points, read into numpy arrays.

Floats become float32 or float64 arrays.  Integers, Fractions, Decimals, flint's rationals and texts
such as ``"1/3"`` become object arrays of exact numbers.  A mixture becomes float64.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identifiability.activations import Activation
from identifiability.activations import activation as named_activation
from identifiability.errors import InvalidInput, InvalidNetwork, NetboundsError
from identifiability.exact import fraction, integer
from identifiability.weights import (
    Bias,
    Rationals,
    SparseRationals,
    Weight,
    canonical,
    read_only,
)


def read_weight(value: object, name: str, columns: int | None) -> Weight:
    """Read a weight matrix.

    Parameters
    ----------
    value : array, scipy.sparse array, nested sequence, Rationals or SparseRationals
        Shape (out, in).  An empty list is a matrix without rows.
    name : str
        What the matrix is, for the error message.
    columns : int or None
        How many columns a matrix written as an empty list has, if that is known.

    Raises
    ------
    InvalidNetwork
        If the value is not a matrix of finite real numbers.
    """
    if isinstance(value, Rationals | SparseRationals):
        weight: Weight = value
    elif hasattr(value, "tocsr"):
        weight = _sparse(value, name)
    elif isinstance(value, list | tuple) and not value:
        if columns is None:
            raise InvalidNetwork(f"{name} is an empty list, whose columns are unknown; pass input_dim too")
        weight = Rationals(np.empty((0, columns), dtype=object))
    else:
        weight = _dense(value, name)
    if len(weight.shape) != 2:
        raise InvalidNetwork(f"{name} has shape {weight.shape}; pass an (out, in) matrix for each layer")
    return weight


def read_bias(value: object, name: str) -> Bias:
    """Read a bias vector: shape (out,), dense.

    Raises
    ------
    InvalidNetwork
        If the value is not a vector of finite real numbers.
    """
    if isinstance(value, SparseRationals) or hasattr(value, "tocsr"):
        raise InvalidNetwork(f"{name} is a sparse matrix; pass a dense vector of shape (out,)")
    bias = value if isinstance(value, Rationals) else _dense(value, name)
    if len(bias.shape) != 1:
        raise InvalidNetwork(f"{name} has shape {bias.shape}; pass a vector of shape (out,)")
    return bias


def read_weights(weights: object, input_dim: int | None) -> list[Weight]:
    """Read the weight matrices of a network, and check that each fits the one before.

    Raises
    ------
    InvalidNetwork
        If there are none, or one is not a matrix with as many columns as the layer before has units.
    """
    listed = _listed(weights, "weights")
    if not listed:
        raise InvalidNetwork("weights is empty; pass at least one (out, in) matrix")
    read: list[Weight] = []
    columns = None if input_dim is None else integer(input_dim, "input_dim", 1)
    for layer, value in enumerate(listed):
        weight = read_weight(value, f"weights[{layer}]", columns)
        if columns is not None and weight.shape[1] != columns:
            before = f"layer {layer - 1} has {columns} units" if layer else f"input_dim is {columns}"
            raise InvalidNetwork(
                f"weights[{layer}] has shape {weight.shape}, but {before}; pass an (out, {columns}) matrix"
            )
        columns = weight.shape[0]
        read.append(weight)
    if read[0].shape[1] == 0 or columns == 0:
        raise InvalidNetwork(
            f"the network maps R^{read[0].shape[1]} to R^{columns}; pass matrices with at least one input "
            "and one output"
        )
    return read


def read_biases(biases: object, weights: list[Weight]) -> list[Bias | None]:
    """Read the biases of a network, None where they are all zero.

    Raises
    ------
    InvalidNetwork
        If there are too many or too few, or one does not have an entry for each row of its matrix.
    """
    depth = len(weights)
    listed = [None] * depth if biases is None else _listed(biases, "biases")
    if len(listed) == depth - 1:
        listed.append(None)
    if len(listed) != depth:
        raise InvalidNetwork(
            f"there are {depth} weight matrices but {len(listed)} biases; pass {depth}, or {depth - 1} for "
            "a zero output bias, or None for zeros"
        )
    read = [None if value is None else read_bias(value, f"biases[{k}]") for k, value in enumerate(listed)]
    for layer, (bias, weight) in enumerate(zip(read, weights, strict=True)):
        if bias is not None and bias.shape != weight.shape[:1]:
            raise InvalidNetwork(
                f"biases[{layer}] has shape {bias.shape}, but weights[{layer}] has shape {weight.shape}; "
                f"pass a vector of shape ({weight.shape[0]},)"
            )
    return read


def read_activations(activation: object, hidden: int) -> tuple[Activation, ...]:
    """Read one activation for all hidden layers, or one for each.

    Raises
    ------
    InvalidNetwork
        If there are not as many as hidden layers.
    InvalidInput
        If one of them is not an activation.
    """
    if isinstance(activation, str | Activation):
        return (named_activation(activation),) * hidden
    listed = _listed(activation, "activation")
    if len(listed) != hidden:
        raise InvalidNetwork(
            f"there are {hidden} hidden layers but {len(listed)} activations; pass one for each, or one name"
        )
    for entry in listed:
        if not isinstance(entry, str | Activation):
            raise InvalidNetwork(
                f"an activation is a name such as 'relu' or an Activation, got {_shown(entry)}"
            )
    return tuple(named_activation(entry) for entry in listed)


def _listed(values: object, name: str) -> list[Any]:
    if isinstance(values, str | bytes | dict) or not isinstance(values, Iterable):
        raise InvalidNetwork(f"{name} must be a sequence, one for each layer, got {_shown(values)}")
    return list(values)


def _dense(value: object, name: str) -> NDArray[Any] | Rationals:
    array = numbers(as_array(value, name, InvalidNetwork), name, InvalidNetwork)
    return Rationals(array) if array.dtype == object else read_only(array)


def _sparse(value: Any, name: str) -> Weight:
    from scipy.sparse import csr_array

    if len(value.shape) != 2:
        raise InvalidNetwork(f"{name} has shape {value.shape}; pass an (out, in) matrix for each layer")
    if value.dtype.kind in "iu":
        listed = value.tocoo()
        return SparseRationals(value.shape, listed.row, listed.col, listed.data.tolist())
    matrix = csr_array(value, copy=True)
    # What is stored twice adds up, so a sum may be infinite where no entry is.
    matrix.data = numbers(matrix.data, name, InvalidNetwork)
    matrix = canonical(matrix)
    numbers(matrix.data, name, InvalidNetwork)
    return matrix


def as_array(value: object, name: str, error: type[NetboundsError]) -> NDArray[Any]:
    """An array of the value's own dtype, or of its Python objects; ragged lists are refused."""
    if hasattr(value, "__array__"):
        return np.asarray(value)
    if not isinstance(value, list | tuple):
        raise error(f"{name} must be an array or nested lists of numbers, got {_shown(value)}")
    try:
        if value and all(getattr(row, "dtype", np.dtype(object)).kind == "f" for row in value):
            return np.array(value)
        array = np.array(value, dtype=object)
    except ValueError:
        raise error(f"{name} is ragged; pass rows of equal length") from None
    if any(isinstance(entry, list | tuple | np.ndarray) for entry in array.flat):
        raise error(f"{name} is ragged; pass rows of equal length")
    return array


def numbers(array: NDArray[Any], name: str, error: type[NetboundsError]) -> NDArray[Any]:
    """A copy as float32, as float64, or as exact integers and Fractions; all finite."""
    if array.dtype.kind in "iu":
        return array.astype(object)
    if array.dtype.kind != "f":
        return _from_objects(array.astype(object), name, error)
    if array.dtype.itemsize > 8:
        raise error(f"{name} is an array of {array.dtype}; round it yourself with .astype('float64')")
    floats = array.astype(np.float32 if array.dtype.itemsize < 8 else np.float64)
    if not np.isfinite(floats).all():
        where = np.argwhere(~np.isfinite(floats))[0].tolist()
        raise error(f"{name} has the entry {floats[tuple(where)]} at {where}; pass finite numbers")
    return floats


def _from_objects(array: NDArray[Any], name: str, error: type[NetboundsError]) -> NDArray[Any]:
    types = set(map(type, array.flat))
    if types <= {int}:
        return array
    if types <= {float, np.float64}:
        return numbers(array.astype(np.float64), name, error)
    if types <= {np.float32, np.float16}:
        return numbers(array.astype(np.float32), name, error)
    floating = any(issubclass(kind, float | np.floating) for kind in types)
    read = np.empty(array.shape, dtype=np.float64 if floating else object)
    for index, entry in np.ndenumerate(array):
        try:
            if isinstance(entry, float | np.float32 | np.float16):
                read[index] = entry
            else:
                read[index] = float(fraction(entry)) if floating else fraction(entry)
        except (InvalidInput, OverflowError):
            raise error(
                f"{name} has the entry {_shown(entry)} at {list(index)}; pass finite real numbers: floats, "
                "integers, Fractions or texts such as '1/3'"
            ) from None
    return numbers(read, name, error) if floating else read


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
