"""Colour refinement of two networks at once, and the coloured graphs of what it leaves together.

Two units may correspond only if they have one colour.  Inputs and outputs have colours of their own, and
a hidden unit starts with its layer and its bias; then units of one colour are told apart by the colours
at the other ends of their incoming and outgoing weights, until nothing changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from identifiability.matching.coloured_graphs import Graph, keys_of, mixed, relabelled
from identifiability.matching.search_budget import Budget
from identifiability.network import Network
from identifiability.weights import Bias, Rationals, Weight, triples

_ENTRIES_AT_ONCE = 2**17


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of one weight matrix as floats or 64-bit integers, of which equal ones are equal entries.

    Parameters
    ----------
    shape : tuple of two int
    values : array
        The whole matrix if there are no positions, and otherwise the entries that are not zero.
    positions : tuple of two arrays, optional
        The rows and the columns of these.
    """

    shape: tuple[int, int]
    values: NDArray[np.generic]
    positions: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None


Pair = tuple[Entries, Entries]
"""The weights of one layer in the two networks."""

Colours = tuple[NDArray[np.int64], NDArray[np.int64]]
"""The colours 0, 1, ... of one layer of units in the two networks."""


def comparable(first: Weight, second: Weight) -> Pair:
    """The entries of two matrices of one arithmetic and one denominator."""
    parts = [_parts(weight) for weight in (first, second)]
    values = _alike(parts[0][0], parts[1][0])
    one, other = (
        Entries((int(weight.shape[0]), int(weight.shape[1])), own, positions)
        for weight, own, (_, positions) in zip((first, second), values, parts, strict=True)
    )
    return one, other


def _parts(
    weight: Weight,
) -> tuple[NDArray[np.generic], tuple[NDArray[np.int64], NDArray[np.int64]] | None]:
    if isinstance(weight, np.ndarray):
        return weight, None
    if isinstance(weight, Rationals):
        return weight.numerators, None
    rows, columns, values = triples(weight)
    return values, (rows.astype(np.int64), columns.astype(np.int64))


def _alike(
    first: NDArray[np.generic], second: NDArray[np.generic]
) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
    """Integers of any size as 64-bit ones, so that equal stays equal and 0 stays 0; floats as they are."""
    if first.dtype != object:
        return first, second
    try:
        return first.astype(np.int64), second.astype(np.int64)
    except OverflowError:
        zero = np.array([0], dtype=object)
        different = np.unique(np.concatenate([first.ravel(), second.ravel(), zero]))
        start = np.searchsorted(different, zero)
        return np.searchsorted(different, first) - start, np.searchsorted(different, second) - start


def _codes_of(values: NDArray[np.generic]) -> NDArray[np.uint64]:
    """64-bit codes, equal iff the numbers are; 0 for 0."""
    if values.dtype.kind != "f":
        return values.astype(np.int64).view(np.uint64)
    # Adding zero makes −0.0 the same as 0.0.
    return (values.astype(np.float64) + 0.0).view(np.uint64)


def shared(colours: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which units have a colour that another unit of the layer has, too."""
    return np.asarray(np.bincount(colours)[colours] > 1)


def refined(first: Network, second: Network, layers: Sequence[Pair], budget: Budget) -> list[Colours] | None:
    """The stable colours of inputs, hidden layers and outputs, or None if the networks differ in them.

    Parameters
    ----------
    first, second : Network
        Of one architecture and one arithmetic.
    layers : sequence of pairs of Entries
        Their weights.
    budget : Budget
        Each weight that is looked at costs 1.

    Notes
    -----
    A unit's neighbours are summed up in a 64-bit hash.  A collision makes classes coarser than they could
    be, and never tells apart what an isomorphism may exchange.  Weights between two units that have
    colours of their own are not looked at.
    """
    colours = [(np.arange(size), np.arange(size)) for size in first.architecture]
    for layer in range(1, first.depth):
        start = _coloured_by_bias(first.biases[layer - 1], second.biases[layer - 1])
        if start is None:
            return None
        colours[layer] = start
    for layer in range(1, first.depth):
        if not _split(colours, layers, layer, (0,), budget):
            return None
    # Colours are 0, 1, ..., so that their greatest tells whether any have been told apart.
    seen: dict[int, tuple[int, ...]] = {}
    sweep = [*range(first.depth - 1, 0, -1), *range(1, first.depth)]
    while True:
        before = dict(seen)
        for layer in sweep:
            around = tuple(int(colours[layer + step][0].max(initial=-1)) for step in (-1, 1))
            if seen.get(layer) != around:
                seen[layer] = around
                if not _split(colours, layers, layer, (0, 1), budget):
                    return None
        if seen == before:
            return colours


def _coloured_by_bias(first: Bias, second: Bias) -> Colours | None:
    ones, others = (part.numerators if isinstance(part, Rationals) else part for part in (first, second))
    sums = _codes_of(np.concatenate(_alike(ones, others)))
    labels = relabelled(np.zeros(len(sums), dtype=np.int64), sums, len(sums) // 2)
    return None if labels is None else (labels[0][: len(ones)], labels[0][len(ones) :])


def _split(
    colours: list[Colours], layers: Sequence[Pair], layer: int, sides: tuple[int, ...], budget: Budget
) -> bool:
    """Tell units of one layer apart by their incoming (0) and outgoing (1) weights; False if these differ."""
    units = [np.flatnonzero(shared(own)) for own in colours[layer]]
    if not len(units[0]):
        return True
    sums = []
    for own in (0, 1):
        total = np.zeros(len(units[own]), dtype=np.uint64)
        for side in sides:
            keys = keys_of(colours[layer - 1 + 2 * side][own])
            total = mixed(total) + _sums(layers[layer - 1 + side][own], units[own], keys, side, budget)
        sums.append(total)
    old = [part[chosen] for part, chosen in zip(colours[layer], units, strict=True)]
    labels = relabelled(np.concatenate(old), np.concatenate(sums), len(old[0]))
    if labels is None:
        return False
    # Above all old labels, so that no unit with a colour of its own gets company.
    fresh = labels[0] + max(int(part.max()) for part in colours[layer]) + 1
    one, other = (part.copy() for part in colours[layer])
    one[units[0]], other[units[1]] = fresh[: len(units[0])], fresh[len(units[0]) :]
    _, dense = np.unique(np.concatenate([one, other]), return_inverse=True)
    colours[layer] = dense[: len(one)], dense[len(one) :]
    return True


def _sums(
    entries: Entries, units: NDArray[np.int64], keys: NDArray[np.uint64], side: int, budget: Budget
) -> NDArray[np.uint64]:
    """For each of the units the sum of the hashes of its weights that are not zero and their keys."""
    sums = np.zeros(len(units), dtype=np.uint64)
    if entries.positions is not None:
        ends, others = entries.positions[side], entries.positions[1 - side]
        budget.spend(len(ends))
        place = np.full(entries.shape[side], -1)
        place[units] = np.arange(len(units))
        kept = place[ends] >= 0
        np.add.at(sums, place[ends[kept]], _hashed(entries.values[kept], keys[others[kept]]))
        return sums
    budget.spend(len(units) * len(keys))
    if side == 0:
        step = max(1, _ENTRIES_AT_ONCE // max(1, len(keys)))
        for start in range(0, len(units), step):
            part = slice(start, start + step)
            sums[part] = _hashed(entries.values[units[part]], keys).sum(axis=1, dtype=np.uint64)
        return sums
    step = max(1, _ENTRIES_AT_ONCE // len(units))
    for start in range(0, len(keys), step):
        part = slice(start, start + step)
        sums += _hashed(entries.values[part].take(units, axis=1), keys[part, None]).sum(
            axis=0, dtype=np.uint64
        )
    return sums


def _hashed(values: NDArray[np.generic], keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    codes = _codes_of(values)
    hashes: NDArray[np.uint64] = mixed(mixed(codes) + keys) * (codes != 0)
    return hashes


def graphs_of_the_rest(colours: Sequence[Colours], layers: Sequence[Pair]) -> tuple[Graph, Graph]:
    """The units that share their colours, as graphs whose edges are the weights between them.

    Where all weights between two colours are the same, they are left out, since every bijection keeps them.
    """
    one, other = (_graph([part[own] for part in colours], [pair[own] for pair in layers]) for own in (0, 1))
    return one, other


def _graph(colours: list[NDArray[np.int64]], layers: list[Entries]) -> Graph:
    units = [np.flatnonzero(shared(own)) for own in colours]
    starts = np.cumsum([0, *(len(part) for part in units)])
    above = np.cumsum([0, *(int(part.max(initial=-1)) + 1 for part in colours)])
    labels = [part[chosen] + top for part, chosen, top in zip(colours, units, above, strict=False)]
    tails, heads, codes = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for layer, entries in enumerate(layers):
        rows, columns, values = _between(entries, units[layer + 1], units[layer], colours[layer : layer + 2])
        tails.append(columns + starts[layer])
        heads.append(rows + starts[layer + 1])
        codes.append(_codes_of(values).view(np.int64))
    return Graph(np.concatenate(labels), np.concatenate(tails), np.concatenate(heads), np.concatenate(codes))


def _between(
    entries: Entries, rows: NDArray[np.int64], columns: NDArray[np.int64], colours: list[NDArray[np.int64]]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.generic]]:
    """The nonzero weights between some rows and columns, counted among these."""
    if entries.positions is not None:
        places = []
        for ends, units, size in zip(entries.positions, (rows, columns), entries.shape, strict=True):
            place = np.full(size, -1)
            place[units] = np.arange(len(units))
            places.append(place[ends])
        kept = (places[0] >= 0) & (places[1] >= 0)
        return places[0][kept], places[1][kept], entries.values[kept]
    # Sorted by colours, so that each pair of colours is one block.
    rows_sorted = np.argsort(colours[1][rows], kind="stable")
    columns_sorted = np.argsort(colours[0][columns], kind="stable")
    block = entries.values.take(rows[rows_sorted], axis=0).take(columns[columns_sorted], axis=1)
    varied = _varied(block, colours[1][rows[rows_sorted]], colours[0][columns[columns_sorted]])
    row, column = np.nonzero(varied & (block != 0))
    return rows_sorted[row], columns_sorted[column], block[row, column]


def _varied(
    block: NDArray[np.generic], rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which entries lie in a block of one row colour and one column colour that is not constant."""
    if not block.size:
        return np.zeros(block.shape, dtype=bool)
    ends = [np.flatnonzero(np.diff(part, prepend=-1)) for part in (rows, columns)]
    lengths = [np.diff(np.append(end, size)) for end, size in zip(ends, block.shape, strict=True)]
    least, most = (
        function.reduceat(function.reduceat(block, ends[0], axis=0), ends[1], axis=1)
        for function in (np.minimum, np.maximum)
    )
    differs: NDArray[np.bool_] = np.repeat(np.repeat(least != most, lengths[0], axis=0), lengths[1], axis=1)
    return differs
