"""Clones, zero neurons and normal networks."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from identifiability.errors import InvalidInput
from identifiability.near_misses import (
    NearestPair,
    SmallestVector,
    nearest_pair,
    smallest_column,
    smallest_row,
)
from identifiability.network import Network
from identifiability.rows import equal_row_classes
from identifiability.weights import Weight, triples

Unit = tuple[int, int]
"""A layer and a unit of it; layer −1 is the input."""

UnitClass = tuple[int, tuple[int, ...]]
"""A layer and two or more units of it."""

_MOST_LISTED = 6


@dataclass(frozen=True, slots=True)
class ZeroNeurons:
    """Units without a nonzero incoming weight, and units without a nonzero outgoing weight.

    Parameters
    ----------
    incoming : list of (layer, unit)
        Their rows are zero; what they compute is constant, whatever the bias.
    outgoing : list of (layer, unit)
        Their columns in the next matrix are zero; nothing depends on them.
    """

    incoming: list[Unit]
    outgoing: list[Unit]


@dataclass(frozen=True, slots=True)
class NearMisses:
    """How near each layer is to having clones and zero neurons, besides those that it has.

    Parameters
    ----------
    pairs : list of NearestPair
        One for each layer with two units that are not clones.
    rows, columns : list of SmallestVector
        One for each matrix that is not zero.
    """

    pairs: list[NearestPair]
    rows: list[SmallestVector]
    columns: list[SmallestVector]

    def __str__(self) -> str:
        lines = [f"nearest pair, {pair}" for pair in self.pairs]
        lines += [f"smallest row, {vector}" for vector in self.rows]
        lines += [f"smallest column, {vector}" for vector in self.columns]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Normality:
    """Whether a network is normal, and every reason why it is not.

    Parameters
    ----------
    scope : {"hidden", "paper"}
    clones : list of (layer, (unit, ...))
        Classes of two or more units with equal biases and rows.
    zero_incoming, zero_outgoing : list of (layer, unit)
        Units with zero rows, and with zero columns in the next matrix.
    """

    scope: str
    clones: list[UnitClass]
    zero_incoming: list[Unit]
    zero_outgoing: list[Unit]
    _network: Network = field(repr=False, compare=False)

    @property
    def is_minimal(self) -> bool:
        """Whether no row and no column is zero."""
        return not self.zero_incoming and not self.zero_outgoing

    @property
    def is_normal(self) -> bool:
        """Whether the network is minimal and has no clones."""
        return self.is_minimal and not self.clones

    def near_misses(self) -> NearMisses:
        """How near each layer is to having clones and zero neurons, besides those that it has.

        This compares every two units of a layer, which takes longer than everything else here; nothing
        in it changes whether the network is normal.

        Examples
        --------
        >>> near = normality(Network([[[1.0], [1.0 + 2**-40]], [[1.0, 1e-12]]])).near_misses()
        >>> print(near)
        nearest pair, layer 0: units (0, 1) are 9.09e-13 apart (nearest)
        smallest row, layer 0: unit 0 has no weight above 1
        smallest column, layer 0: unit 1 has no weight above 1e-12
        """
        net, last = self._network, self._network.depth - 1
        hidden = self.scope == "hidden"
        pairs, rows, columns = [], [], []
        for layer, (weight, bias) in enumerate(zip(net.weights, net.biases, strict=True)):
            if layer < last or not hidden:
                if (pair := nearest_pair(weight, bias)) is not None:
                    pairs.append(NearestPair(layer, *pair))
                if (row := smallest_row(weight)) is not None:
                    rows.append(SmallestVector(layer, *row))
            if (layer > 0 or not hidden) and (column := smallest_column(weight)) is not None:
                columns.append(SmallestVector(layer - 1, *column))
        return NearMisses(pairs, rows, columns)

    def __str__(self) -> str:
        counted = "every unit, input and output" if self.scope == "paper" else "hidden units"
        if self.is_normal:
            return f"normal: no clones and no zero neurons among {counted}"
        parts = [
            _listed("clones", [f"layer {layer}: {list(units)}" for layer, units in self.clones]),
            _listed("zero rows", [f"layer {layer}: {unit}" for layer, unit in self.zero_incoming]),
            _listed("zero columns", [f"layer {layer}: {unit}" for layer, unit in self.zero_outgoing]),
        ]
        return "\n".join([f"not normal, counting {counted}", *(part for part in parts if part)])

    def to_json(self) -> dict[str, object]:
        """The answer as a dictionary for JSON."""
        return {
            "schema": 1,
            "scope": self.scope,
            "is_normal": self.is_normal,
            "is_minimal": self.is_minimal,
            "clones": [[layer, list(units)] for layer, units in self.clones],
            "zero_incoming": [list(unit) for unit in self.zero_incoming],
            "zero_outgoing": [list(unit) for unit in self.zero_outgoing],
        }


def clones(net: Network, scope: str = "hidden") -> list[UnitClass]:
    """The classes of two or more units of one layer with equal biases and equal incoming weights.

    Parameters
    ----------
    net : Network
    scope : {"hidden", "paper"}
        Whether only hidden units count, or outputs too.

    Returns
    -------
    list of (layer, (unit, ...))
        By layers, and in each layer by least units.

    Notes
    -----
    Numbers are equal or they are not; there is no tolerance.  Clones compute the same function and
    can be merged, whatever the activation; two equal outputs cannot, which is why the default leaves
    outputs out.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Definition 4.

    Examples
    --------
    >>> clones(Network([[[1], [2], [1]], [[1, 1, 1], [1, 1, 1]]]))
    [(0, (0, 2))]
    >>> clones(Network([[[1], [2], [1]], [[1, 1, 1], [1, 1, 1]]]), scope="paper")
    [(0, (0, 2)), (1, (0, 1))]
    """
    last = _last_layer(net, scope)
    layers = list(zip(net.weights, net.biases, strict=True))[: last + 1]
    return [
        (layer, units)
        for layer, (weight, bias) in enumerate(layers)
        for units in equal_row_classes(weight, bias)
    ]


def zero_neurons(net: Network, scope: str = "hidden") -> ZeroNeurons:
    """The units that no unit before feeds, and those that feed no unit after.

    Parameters
    ----------
    net : Network
    scope : {"hidden", "paper"}
        Whether only hidden units count, or also inputs that nothing uses, as units of layer −1, and
        outputs that nothing feeds, as units of the last layer.

    Returns
    -------
    ZeroNeurons

    Notes
    -----
    A row counts as zero whatever its bias: a unit with a zero row computes the constant σ(b).  A row or
    column without entries, next to an empty layer, is zero.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Definition 5.

    Examples
    --------
    >>> net = Network([[[0, 0], [1, 0]], [[3, 0]]], [[5, 0], [0]])
    >>> zero_neurons(net)
    ZeroNeurons(incoming=[(0, 0)], outgoing=[(0, 1)])
    >>> zero_neurons(net, scope="paper").outgoing
    [(-1, 1), (0, 1)]
    """
    last = _last_layer(net, scope)
    incoming: list[Unit] = []
    outgoing: list[Unit] = []
    for layer, weight in enumerate(net.weights):
        rows, columns = _used(weight)
        if layer <= last:
            incoming += [(layer, unit) for unit in np.flatnonzero(~rows).tolist()]
        if layer > 0 or scope == "paper":
            outgoing += [(layer - 1, unit) for unit in np.flatnonzero(~columns).tolist()]
    return ZeroNeurons(incoming, outgoing)


def normality(net: Network, scope: str = "hidden") -> Normality:
    """Whether a network is normal: minimal, with no zero row or column, and without clones.

    Parameters
    ----------
    net : Network
    scope : {"hidden", "paper"}
        The definition speaks of every row and column, also of those of inputs and outputs; with
        ``"hidden"`` only hidden units count, because an unused input or a repeated output makes no
        unit redundant.

    Returns
    -------
    Normality

    Notes
    -----
    The numbers are compared exactly.  How near the network is to not being normal is another question,
    which ``near_misses()`` of the answer takes up.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Definitions 4, 5 and 6.

    Examples
    --------
    >>> normality(Network([[[1], [-1]], [[1, 1]]])).is_normal
    True
    >>> print(normality(Network([[[1], [2], [1]], [[1, 0, 1]]])))
    not normal, counting hidden units
    clones: layer 0: [0, 2]
    zero columns: layer 0: 1
    """
    zeros = zero_neurons(net, scope)
    return Normality(scope, clones(net, scope), zeros.incoming, zeros.outgoing, net)


def _last_layer(net: Network, scope: str) -> int:
    """The last layer whose units count."""
    if scope not in ("hidden", "paper"):
        raise InvalidInput(f"scope must be 'hidden' or 'paper', got {scope!r}")
    return net.depth - (2 if scope == "hidden" else 1)


def _used(weight: Weight) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows have a nonzero entry, and which columns."""
    if isinstance(weight, np.ndarray):
        nonzero = weight != 0
        return nonzero.any(axis=1), nonzero.any(axis=0)
    in_row, in_column = (np.zeros(size, dtype=bool) for size in weight.shape)
    rows, columns, _ = triples(weight)
    in_row[rows], in_column[columns] = True, True
    return in_row, in_column


def _listed(name: str, items: list[str]) -> str:
    if not items:
        return ""
    more = f"; and {len(items) - _MOST_LISTED} more" if len(items) > _MOST_LISTED else ""
    return f"{name}: {'; '.join(items[:_MOST_LISTED])}{more}"
