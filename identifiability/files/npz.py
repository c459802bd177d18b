"""The ``.npz`` format, which holds every network bit for bit.

The file is an uncompressed archive of numpy arrays, without pickles; ``numpy.load`` opens it.

* ``netbounds``: a text in JSON, with the version of the format and the activations;
* ``weight.0``, ``bias.0``, ``weight.1``, ...: dense float32 or float64 arrays;
* ``weight.0.data``, ``.indices``, ``.indptr`` and ``.shape``: a matrix in compressed sparse rows;
* ``weight.0.numerators``, ``.denominator`` and ``.shape``: a dense exact matrix, row by row;
* the same with ``.rows`` and ``.columns``: a sparse exact matrix.

Integers that fit are stored as int64; the others as ``....bytes``, their two's complements, least byte
first, one after the other, and ``....lengths``, how many bytes each has.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from identifiability.errors import InvalidFile
from identifiability.files import metadata
from identifiability.files.archive import Archive, opened, written
from identifiability.network import Network, assemble, in_arithmetic
from identifiability.weights import Bias, Rationals, SparseRationals, Weight, read_only

SMALL = 2**63


def writer(network: Network, rounding: bool = False) -> Callable[[IO[bytes]], None]:
    """What writes the network to an open file; nothing is ever rounded."""
    arrays: dict[str, NDArray[Any]] = {metadata.KEY: np.array(metadata.described(network))}
    for layer, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        arrays |= _arrays_of(weight, f"weight.{layer}") | _arrays_of(bias, f"bias.{layer}")
    return lambda file: written(file, arrays)


def read(file: IO[bytes], exact: bool) -> Network:
    """The network in an open file.

    Raises
    ------
    InvalidFile
        If the file is not such an archive, damaged, or does not hold a network.
    """
    with opened(file) as archive:
        activations = metadata.activations(archive.text(metadata.KEY))
        depth = len(activations) + 1
        weights = [_weight(archive, f"weight.{layer}") for layer in range(depth)]
        biases = [_bias(archive, f"bias.{layer}") for layer in range(depth)]
        archive.finish()
    if _fit(weights, biases):
        # Large arrays are not copied once more.
        for part in (*weights, *biases):
            read_only(np.asarray(part))
        network = assemble(weights, biases, activations)
    else:
        network = Network(weights, biases, activations)
    return in_arithmetic(network, "exact") if exact else network


def _fit(weights: list[Any], biases: list[Any]) -> bool:
    """Whether these are finite float arrays of one dtype with the shapes of a network."""
    parts = [*weights, *biases]
    if not all(isinstance(part, np.ndarray) and part.dtype == weights[0].dtype for part in parts):
        return False
    sizes = [weights[0].shape[1], *(len(weight) for weight in weights)]
    shapes = [(out, inputs) for inputs, out in pairwise(sizes)] + [(out,) for out in sizes[1:]]
    return (
        [part.shape for part in parts] == shapes and min(sizes[0], sizes[-1]) > 0 and all(map(_finite, parts))
    )


def _finite(array: NDArray[Any]) -> bool:
    return bool(np.isfinite(array).all())


def _arrays_of(weight: Weight | Bias, name: str) -> dict[str, NDArray[Any]]:
    if isinstance(weight, np.ndarray):
        return {name: weight}
    shape = {f"{name}.shape": np.array(weight.shape, dtype=np.int64)}
    if isinstance(weight, Rationals | SparseRationals):
        places = {}
        if isinstance(weight, SparseRationals):
            places = {f"{name}.rows": weight.rows, f"{name}.columns": weight.columns}
        return (
            shape
            | places
            | _integers(weight.numerators.ravel().tolist(), f"{name}.numerators")
            | _integers([weight.denominator], f"{name}.denominator")
        )
    return shape | {
        f"{name}.data": weight.data,
        f"{name}.indices": weight.indices.astype(np.int64),
        f"{name}.indptr": weight.indptr.astype(np.int64),
    }


def _integers(values: list[int], name: str) -> dict[str, NDArray[Any]]:
    if all(-SMALL <= value < SMALL for value in values):
        return {name: np.array(values, dtype=np.int64)}
    lengths = [value.bit_length() // 8 + 1 for value in values]
    parts = [value.to_bytes(size, "little", signed=True) for value, size in zip(values, lengths, strict=True)]
    return {
        f"{name}.bytes": np.frombuffer(b"".join(parts), dtype=np.uint8),
        f"{name}.lengths": np.array(lengths, dtype=np.int64),
    }


def _read_integers(archive: Archive, name: str) -> list[int]:
    if name in archive:
        integers: list[int] = archive.vector(name, "<i8").tolist()
        return integers
    lengths = archive.vector(f"{name}.lengths", "<i8")
    held = archive.vector(f"{name}.bytes", "|u1").tobytes()
    ends = np.cumsum(np.clip(lengths, 0, len(held) + 1, dtype=object)) if len(lengths) else lengths
    if (lengths < 1).any() or (ends[-1] if len(ends) else 0) != len(held):
        raise InvalidFile(
            f"the lengths of {name} do not add up to its {len(held)} bytes; write the file again"
        )
    starts = [0, *ends.tolist()]
    return [int.from_bytes(held[start:end], "little", signed=True) for start, end in pairwise(starts)]


def _rationals(archive: Archive, name: str) -> tuple[list[int], int]:
    numerators = _read_integers(archive, f"{name}.numerators")
    denominator = _read_integers(archive, f"{name}.denominator")
    if len(denominator) != 1 or denominator[0] < 1:
        raise InvalidFile(f"{name} has no positive denominator; write the file again")
    return numerators, denominator[0]


def _shape(archive: Archive, name: str, dimension: int) -> tuple[int, ...]:
    shape = tuple(archive.vector(f"{name}.shape", "<i8").tolist())
    if len(shape) != dimension or min(shape) < 0:
        raise InvalidFile(f"{name} has the shape {shape[:4]}; write the file again")
    return shape


def _dense_rationals(archive: Archive, name: str, dimension: int) -> Rationals:
    numerators, denominator = _rationals(archive, name)
    shape = _shape(archive, name, dimension)
    size = 1
    for side in shape:
        size *= side
    if size != len(numerators):
        raise InvalidFile(
            f"{name} has {len(numerators)} numerators for the shape {shape}; write the file again"
        )
    entries = np.empty(size, dtype=object)
    entries[:] = numerators
    return Rationals(entries.reshape(shape), denominator)


def _bias(archive: Archive, name: str) -> Bias:
    return archive.floats(name, 1) if name in archive else _dense_rationals(archive, name, 1)


def _weight(archive: Archive, name: str) -> Weight:
    if name in archive:
        return archive.floats(name, 2)
    if f"{name}.indptr" in archive:
        return _compressed_rows(archive, name)
    if f"{name}.rows" not in archive:
        return _dense_rationals(archive, name, 2)
    numerators, denominator = _rationals(archive, name)
    rows, columns = archive.vector(f"{name}.rows", "<i8"), archive.vector(f"{name}.columns", "<i8")
    out, inputs = _shape(archive, name, 2)
    return SparseRationals((out, inputs), rows, columns, numerators, denominator)


def _compressed_rows(archive: Archive, name: str) -> Weight:
    from scipy.sparse import csr_array

    data = archive.floats(f"{name}.data", 1)
    indices, starts = (archive.vector(f"{name}.{part}", "<i8") for part in ("indices", "indptr"))
    rows, columns = _shape(archive, name, 2)
    whole = len(starts) == rows + 1 and len(data) == len(indices)
    if not whole or starts[0] != 0 or starts[-1] != len(data) or (np.diff(starts) < 0).any():
        raise InvalidFile(f"the sparse rows of {name} do not fit its shape {(rows, columns)}; write it again")
    if len(indices) and not 0 <= int(indices.min()) <= int(indices.max()) < columns:
        raise InvalidFile(f"{name} has an entry outside its {columns} columns; write the file again")
    return csr_array((data, indices, starts), shape=(rows, columns))
