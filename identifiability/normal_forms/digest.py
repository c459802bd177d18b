"""A digest of a network's parameters: equal for equal networks, stored dense or sparse."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from identifiability.network import Network
from identifiability.weights import (
    Bias,
    Rationals,
    SparseRationals,
    Weight,
    is_sparse,
    nonzero_count,
    triples,
)

BLOCK = 2**20
"""So many entries are fed to the hash at a time."""

FEW = 4
"""A float matrix of which fewer than one entry in so many is not zero is hashed entry by entry."""


def network_digest(net: Network) -> str:
    """The BLAKE2b digest of a network: 64 hexadecimal digits.

    Notes
    -----
    Equal networks have equal digests; different ones have different digests unless 256 bits collide.  What
    counts is what :class:`Network` compares: architecture, arithmetic (exact, float64 or float32),
    activations and numbers, where -0.0 is 0.0.  Whether a matrix is stored dense or sparse does not count.

    Examples
    --------
    >>> from identifiability.weights import SparseRationals
    >>> dense = Network([[[0, "1/2"]]])
    >>> network_digest(dense) == network_digest(Network([SparseRationals((1, 2), [0], [1], ["1/2"])]))
    True
    >>> network_digest(dense) == network_digest(dense.to_float())
    False
    """
    state = hashlib.blake2b(digest_size=32)
    names = ";".join(map(str, net.activations))
    sizes = ",".join(map(str, net.architecture))
    state.update(f"network 1|{net.arithmetic}|{sizes}|{names}|".encode())
    for weight, bias in zip(net.weights, net.biases, strict=True):
        for part in (bias, weight):
            for piece in _pieces(part):
                state.update(piece)
    return state.hexdigest()


def _pieces(part: Weight | Bias) -> Iterator[bytes]:
    if isinstance(part, Rationals | SparseRationals):
        yield from _exact_pieces(part)
        return
    size = int(np.prod(part.shape, dtype=object))
    entries: Any = part
    if len(part.shape) == 1 or FEW * nonzero_count(part) >= size:
        step = max(1, BLOCK // max(1, size // max(1, part.shape[0])))
        yield b"dense"
        for start in range(0, part.shape[0], step):
            rows = entries[start : start + step]
            yield _bytes(rows.toarray() if is_sparse(part) else rows)
        return
    rows, columns, values = triples(entries)
    yield b"sparse"
    for index in (rows, columns):
        yield np.ascontiguousarray(index, dtype="<i8").tobytes()
    yield _bytes(values)


def _bytes(values: Any) -> Any:
    # Adding zero makes -0.0 the same as 0.0.
    little = np.ascontiguousarray(values + values.dtype.type(0), dtype=values.dtype.newbyteorder("<"))
    return little.data.cast("B") if little.size else b""


def _exact_pieces(part: Rationals | SparseRationals) -> Iterator[bytes]:
    yield f"exact/{part.denominator:x}|".encode()
    if isinstance(part, Rationals) and len(part.shape) == 1:
        positions: list[Any] = [np.flatnonzero(part.numerators)]
        values = part.numerators[positions[0]]
    else:
        *positions, values = triples(part)
    for index in positions:
        yield np.ascontiguousarray(index, dtype="<i8").tobytes()
    for start in range(0, len(values), BLOCK):
        yield ",".join(f"{value:x}" for value in values[start : start + BLOCK].tolist()).encode() + b","
