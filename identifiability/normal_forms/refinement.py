"""Colour refinement: hidden units told apart by what they receive and what they send.

Every hidden unit has a colour.  In each round a unit's new colour is decided by its old one and by the
multisets of (weight, colour) over the units that it is connected to, before and after it; the rounds end
when no class of equal colours splits.  Multisets are compared by sums of 64-bit hashes: a collision could
only leave units together, never tell apart units that an isomorphism exchanges.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from identifiability.network import Network
from identifiability.rows import sorted_runs
from identifiability.weights import Rationals, SparseRationals, Weight, is_sparse, triples

Colours = list[NDArray[np.int64]]
"""For each hidden layer, the colours 0, 1, ... of its units."""

BLOCK = 2**20
"""So many weights are hashed at a time."""

_FACTORS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64, which spreads 64-bit integers."""
    values = (values ^ (values >> np.uint64(30))) * _FACTORS[0]
    values = (values ^ (values >> np.uint64(27))) * _FACTORS[1]
    return values ^ (values >> np.uint64(31))


def _names(colours: NDArray[np.int64], salt: int) -> NDArray[np.uint64]:
    return _mix(colours.astype(np.uint64) * np.uint64(2) + np.uint64(2 * salt + 1 << 32))


def _bits(values: NDArray[Any], denominator: int) -> NDArray[np.uint64]:
    """64 bits that equal numbers share; exact numbers by the nearest double, or by Python's hash."""
    if values.dtype == object:
        try:
            floats = (values / denominator).astype(np.float64)
        except OverflowError:
            # One number at a time: what the others share must not depend on which numbers come along.
            bits = [_bits_of_one(value, denominator) for value in values.ravel().tolist()]
            return np.array(bits, dtype=np.uint64).reshape(values.shape)
    else:
        floats = values.astype(np.float64)
    return (floats + 0.0).view(np.uint64)


def _bits_of_one(value: int, denominator: int) -> int:
    try:
        return int(np.float64(value / denominator + 0.0).view(np.uint64))
    except OverflowError:
        return hash(value) & (2**64 - 1)


class Graph:
    """A network as a layered graph whose edges are its non-zero weights."""

    def __init__(self, net: Network) -> None:
        self.net = net
        self.visited = 0

    def initial(self) -> Colours:
        """Every unit coloured by its bias."""
        return [_ranks(*sorted_runs(np.zeros((bias.shape[0], 0)), bias)) for bias in self.net.biases[:-1]]

    def refined(self, colours: Colours, changed: int | None = None) -> Colours:
        """The coarsest refinement that the rounds arrive at, if only one layer changed since the last."""
        colours = list(colours)
        counts = [_count(layer) for layer in colours]
        stale = set(range(len(colours))) if changed is None else {changed - 1, changed, changed + 1}
        stale &= set(range(len(colours)))
        while stale:
            fresh: set[int] = set()
            for layer in sorted(stale):
                if counts[layer] == len(colours[layer]):
                    continue
                split = self._split(colours, layer)
                if (total := _count(split)) > counts[layer]:
                    colours[layer], counts[layer] = split, total
                    fresh |= {layer - 1, layer, layer + 1}
            stale = {layer for layer in fresh if 0 <= layer < len(colours)}
        return colours

    def _split(self, colours: Colours, layer: int) -> NDArray[np.int64]:
        before, after = self.net.weights[layer], self.net.weights[layer + 1]
        last = layer + 1 == len(colours)
        senders = np.arange(before.shape[1]) if layer == 0 else colours[layer - 1]
        receivers = np.arange(after.shape[0]) if last else colours[layer + 1]
        received = self._sums(before, _names(senders, 1), 1)
        sent = self._sums(after, _names(receivers, 2), 0)
        signature = _mix(received + np.uint64(0x9E3779B97F4A7C15)) + _mix(sent)
        order = np.lexsort((signature, colours[layer]))
        old, new = colours[layer][order], signature[order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (old[1:] != old[:-1]) | (new[1:] != new[:-1])
        return _ranks(order, first)

    def _sums(self, weight: Weight, names: NDArray[np.uint64], axis: int) -> NDArray[np.uint64]:
        """For each row (axis 1) or column (axis 0), the sum of the hashes of weights with their ends."""
        self.visited += int(np.prod(weight.shape))
        denominator = weight.denominator if isinstance(weight, Rationals | SparseRationals) else 1
        total = np.zeros(weight.shape[1 - axis], dtype=np.uint64)
        if is_sparse(weight):
            rows, columns, values = triples(weight)
            mine, theirs = (rows, columns) if axis == 1 else (columns, rows)
            np.add.at(total, mine, _mix(_bits(values, denominator) ^ names[theirs]))
            return total
        entries: Any = weight.numerators if isinstance(weight, Rationals) else weight
        step = max(1, BLOCK // max(1, weight.shape[1]))
        for start in range(0, weight.shape[0], step):
            part = slice(start, start + step)
            ends = names[None, :] if axis == 1 else names[part, None]
            hashes = _mix(_bits(entries[part], denominator) ^ ends)
            hashes[entries[part] == 0] = 0
            if axis == 1:
                total[part] = hashes.sum(axis=1, dtype=np.uint64)
            else:
                total += hashes.sum(axis=0, dtype=np.uint64)
        return total


def _ranks(order: NDArray[np.int64], first: NDArray[np.bool_]) -> NDArray[np.int64]:
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.cumsum(first) - 1
    return ranks


def _count(colours: NDArray[np.int64]) -> int:
    return int(colours.max(initial=-1)) + 1
