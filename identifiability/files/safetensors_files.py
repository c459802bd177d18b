"""The ``.safetensors`` format: named arrays in the conventions of PyTorch or Flax.

A file that :func:`~identifiability.files.formats.save_network` wrote has the names ``layers.0.weight``,
``layers.0.bias``, ``layers.1.weight``, ... and, as metadata, the activations.  A file of another program
has no activations: they must be passed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from identifiability.activations import Activation
from identifiability.entries import read_activations
from identifiability.errors import InvalidFile, InvalidInput, MissingPackage
from identifiability.files import metadata
from identifiability.files.mappings import from_arrays, widened
from identifiability.network import Network, in_arithmetic

_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}


def read(
    file: IO[bytes],
    exact: bool,
    activation: str | Activation | Sequence[str | Activation] | None = None,
    order: Sequence[str] | None = None,
) -> Network:
    """The network in an open file; float16 and bfloat16 become the float32 of the same value.

    Raises
    ------
    InvalidFile
        If the file is damaged, or has arrays of integers or of quantised numbers.
    InvalidInput
        If the activation is missing or contradicts the file, or the order of the layers is not clear.
    MissingPackage
        If safetensors is not installed.
    """
    safetensors = _package()
    content = file.read()
    try:
        named = safetensors.deserialize(content)
    except safetensors.SafetensorError as error:
        raise InvalidFile(
            f"it is damaged or not a .safetensors file ({str(error)[:100]}); write it again"
        ) from None
    arrays = {name: _array(tensor, name) for name, tensor in named}
    described = _described(content)
    if described is not None:
        held = metadata.activations(described)
        if activation is not None and read_activations(activation, len(held)) != held:
            raise InvalidInput(
                f"the file says that its activations are {', '.join(map(str, held))[:60]}, got "
                f"{activation!s:.60}; leave activation out"
            )
        activation = held
    network = from_arrays(arrays, activation, order)
    return in_arithmetic(network, "exact") if exact else network


def writer(network: Network, rounding: bool = False) -> Callable[[IO[bytes]], None]:
    """What writes the network, dense, to an open file.

    Raises
    ------
    Inexact
        If the network is exact and ``rounding`` is false.
    InvalidInput
        If a sparse matrix is too large to be written out.
    MissingPackage
        If safetensors is not installed.
    """
    safetensors = _package()
    floats = metadata.in_floats(network, ".safetensors", rounding, ("float64", "float32"))
    arrays: dict[str, NDArray[Any]] = {}
    for layer in range(floats.depth):
        for part, array in (("weight", floats.weight(layer)), ("bias", floats.bias(layer))):
            arrays[f"layers.{layer}.{part}"] = np.ascontiguousarray(array)
    content = safetensors.numpy.save(arrays, {metadata.KEY: metadata.described(floats)})

    def write(file: IO[bytes]) -> None:
        file.write(content)

    return write


def _package() -> Any:
    try:
        import safetensors.numpy
    except ImportError:
        raise MissingPackage(
            ".safetensors files need the package safetensors; run pip install 'netbounds[files]'"
        ) from None
    return safetensors


def _array(tensor: dict[str, Any], name: str) -> NDArray[Any]:
    dtype = tensor["dtype"]
    if dtype not in _DTYPES:
        raise InvalidFile(f"its array {name[:60]!r} is of type {dtype}; give floats of 16, 32 or 64 bits")
    try:
        array = np.frombuffer(tensor["data"], dtype=_DTYPES[dtype]).reshape(tensor["shape"])
    except ValueError:
        raise InvalidFile(
            f"its array {name[:60]!r} has the shape {tensor['shape']!s:.60}; write it again"
        ) from None
    return widened(array) if dtype == "BF16" else array.astype(array.dtype.newbyteorder("="), copy=False)


def _described(content: bytes) -> str | None:
    # The library hands out the arrays without the metadata, and has checked the header.
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    text: str | None = header.get("__metadata__", {}).get(metadata.KEY)
    return text
