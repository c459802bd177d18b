"""The ReLU networks of :mod:`bounds.upper.simplicial_layouts`, built: in floats, or exactly."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bounds.upper.number_arrays import Numbers, diagonal, is_exact, number, numbers, ratios, sparse
from identifiability.network import Network
from identifiability.weights import Weight

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grid:
    """K^m nodes: in grid units the integers 0..K − 1 on every axis, counted with the last axis fastest.

    Attributes
    ----------
    axis : ndarray
        The K places of the nodes on an axis of [−1, 1]^m.
    inputs : int
        The number of variables m.
    """

    axis: Numbers
    inputs: int

    @property
    def size(self) -> int:
        """How many nodes."""
        return int(len(self.axis) ** self.inputs)

    def indices(self) -> Integers:
        """The nodes in grid units, shape (K^m, m)."""
        steps = np.arange(self.size)
        return np.stack(np.unravel_index(steps, (len(self.axis),) * self.inputs), axis=1)

    def points(self) -> Numbers:
        """The nodes, shape (K^m, m)."""
        return self.axis[self.indices()]


Layer = tuple[Weight, Numbers]


def vertices_grids(m: int, n: int, *, exact: bool = False) -> list[Grid]:
    """The vertices of n^m cells."""
    return [Grid(ratios(np.arange(-n, n + 1, 2), n, exact), m)]


def cell_centres_grids(m: int, n: int, *, exact: bool = False) -> list[Grid]:
    """The centres of n^m cells."""
    return [Grid(ratios(np.arange(1 - n, n, 2), n, exact), m)]


def staggered_grids(m: int, positions: int, *, exact: bool = False) -> list[Grid]:
    """The odd and the even ones of K equispaced positions from −1 to 1."""
    places = ratios(np.arange(1 - positions, positions, 2), positions - 1, exact)
    return [Grid(places[1::2], m), Grid(places[0::2], m)]


def vertices_front(m: int, n: int, *, exact: bool = False) -> list[Layer]:
    """y = (x + 1) n/2."""
    half = numbers([Fraction(n, 2)] * m, exact)
    return [(diagonal(half, exact), half)]


def cell_centres_front(m: int, n: int, *, exact: bool = False) -> list[Layer]:
    """y = (x + 1) n/2 − 1/2 clipped to [0, n − 1]."""
    return [
        (diagonal(numbers([Fraction(-n, 2)] * m, exact), exact), numbers([Fraction(n - 1, 2)] * m, exact)),
        (diagonal(numbers([-1] * m, exact), exact), numbers([n - 1] * m, exact)),
    ]


def staircases_front(m: int, positions: int, ramp: Fraction, *, exact: bool = False) -> list[Layer]:
    """One step from each node to the next, on a ramp around the midpoint, for both grids.

    relu(1 − relu(1 − a)) is exactly 0 before the ramp and exactly 1 after it, however steep.
    """
    grids = [grid for grid in staggered_grids(m, positions, exact=True) if len(grid.axis) > 1]
    if not exact:
        ramp = max(ramp, Fraction(sys.float_info.min))  # a ramp too short for floats only helps
    middles, coordinate, target = [], [], []
    for index, grid in enumerate(grids):
        between = (grid.axis[1:] + grid.axis[:-1]) * Fraction(1, 2)
        for axis in range(m):
            middles.append(between)
            coordinate.append(np.full(len(between), axis))
            target.append(np.full(len(between), index * m + axis))
    centres, columns, rows = (np.concatenate(parts) for parts in (middles, coordinate, target))
    steps = np.arange(len(centres))
    slope = number(-1 / (2 * ramp), exact)
    climbing = sparse((len(steps), m), steps, columns, np.full(len(steps), slope), exact)
    summing = sparse((len(grids) * m, len(steps)), rows, steps, np.ones(len(steps), dtype=int), exact)
    return [
        (climbing, numbers([(centre + ramp) / (2 * ramp) for centre in centres], exact)),
        (diagonal(numbers([-1] * len(steps), exact), exact), numbers([1] * len(steps), exact)),
        (summing, numbers([0] * (len(grids) * m), exact)),
    ]


@dataclass(frozen=True, slots=True)
class Block:
    """Units of one kind: what each of them reads, as (columns, entry) pairs, and their biases."""

    reads: tuple[tuple[Integers, int], ...]
    biases: Integers


def _layer(blocks: list[Block], width: int, exact: bool) -> Layer:
    """The blocks on top of each other, reading a layer of some width."""
    starts = np.cumsum([0, *(len(block.biases) for block in blocks)])
    rows, columns, entries = [], [], []
    for start, block in zip(starts, blocks, strict=False):
        units = start + np.arange(len(block.biases))
        for read, entry in block.reads:
            rows.append(units)
            columns.append(read)
            entries.append(np.full(len(units), entry))
    shape = (int(starts[-1]), width)
    read, units_of_it = np.concatenate(columns), np.concatenate(rows)
    biases = np.concatenate([block.biases for block in blocks])
    matrix = sparse(shape, units_of_it, read, np.concatenate(entries), exact)
    return matrix, biases.astype(object if exact else float)


def _pair(level: int, nodes: int, coordinates: int, chains: int) -> list[Block]:
    """z_level and w_level of a grid, for every beginning (k_1, ..., k_level) of a node.

    ``coordinates`` is the column of y_1 in the layer before, and ``chains`` that of z_{level − 1}.
    """
    parents, own = np.divmod(np.arange(nodes**level), nodes)
    shift = own - parents % nodes if level > 1 else own
    y = np.full_like(own, coordinates + level - 1)
    blocks = []
    for sign, chain in ((1, chains), (-1, chains + nodes ** (level - 1))):
        reads = [(y, -sign)]
        if level > 1:
            reads += [(y - 1, sign), (chain + parents, 1)]
        blocks.append(Block(tuple(reads), sign * shift))
    return blocks


def wide_network(front: list[Layer], grids: list[Grid], values: Numbers) -> Network:
    """All spikes at once.

    Parameters
    ----------
    front : list of layers
        Ends with the coordinates in grid units, grid by grid.
    grids : list of Grid
        Grids of one node need no spike.
    values : ndarray
        The weights of the nodes, grid by grid; Fractions, with an exact front, for an exact network.
    """
    exact, m = is_exact(values), grids[0].inputs
    constant, values = _split(grids, values)
    grids = [grid for grid in grids if grid.size > 1]
    layers = list(front)
    coordinates = [index * m for index in range(len(grids))]
    chains = [0] * len(grids)
    for level in range(1, m + 1):
        blocks: list[Block] = []
        starts = []
        for index, grid in enumerate(grids):
            starts.append(sum(len(block.biases) for block in blocks))
            blocks += _pair(level, len(grid.axis), coordinates[index], chains[index])
        carried = []
        for column in coordinates if level < m else []:
            kept = np.arange(level - 1, m)  # the next level reads y_level and y_{level + 1}
            carried.append(sum(len(block.biases) for block in blocks) - (level - 1))
            blocks.append(Block(((column + kept, 1),), np.zeros(len(kept), dtype=int)))
        layers.append(_layer(blocks, layers[-1][0].shape[0], exact))
        chains, coordinates = starts, carried
    spikes = []
    for grid, start in zip(grids, chains, strict=True):
        steps = start + np.arange(grid.size)
        spikes.append(Block(((steps, -1), (steps + grid.size, -1)), np.ones(grid.size, dtype=int)))
    layers.append(_layer(spikes, layers[-1][0].shape[0], exact))
    columns = np.arange(len(values))
    layers.append((sparse((1, len(values)), 0 * columns, columns, values, exact), np.array([constant])))
    return Network([matrix for matrix, _ in layers], [bias for _, bias in layers], "relu")


def _split(grids: list[Grid], values: Numbers) -> tuple[Any, Numbers]:
    """The weight of the grid of one node, if there is one, and those of the others."""
    owner = np.repeat([grid.size for grid in grids], [grid.size for grid in grids])
    return values[owner == 1].sum(), values[owner > 1]


@dataclass(frozen=True, slots=True)
class _Pipeline:
    """The nodes in the order of their entry: grid coordinates, columns of y_1, weights."""

    indices: Integers
    coordinates: Integers
    values: Numbers
    carried: int
    lift: Fraction | float

    @property
    def inputs(self) -> int:
        return int(self.indices.shape[1])

    @property
    def last(self) -> int:
        return len(self.values) + self.inputs

    def units(self, layer: int) -> dict[tuple[str, int], int]:
        """The units of a layer by name: ("y", column), ("z", stage), ("w", stage), spike and sum."""
        names = []
        if layer <= self.last - 2:
            names += [("y", column) for column in range(self.carried)]
        for stage in range(1, self.inputs + 1):
            if 0 <= layer - stage < len(self.values):
                names += [("z", stage), ("w", stage)]
        if 0 < layer - self.inputs <= len(self.values):
            names.append(("spike", 0))
        if layer >= self.inputs + 2:
            names.append(("sum", 0))
        return {name: position for position, name in enumerate(names)}

    def matrix(self, layer: int) -> tuple[Numbers, Numbers]:
        """What the units of a layer read from the layer before, whose number 0 is the front's last."""
        units = self.units(layer)
        before = self.units(layer - 1) if layer > 1 else {("y", c): c for c in range(self.carried)}
        kind_of_number = self.values.dtype
        weights = np.zeros((len(units), len(before)), dtype=kind_of_number)
        biases = np.zeros(len(units), dtype=kind_of_number)
        for (kind, stage), row in units.items():
            if kind == "y":
                weights[row, before[kind, stage]] = 1
            elif kind == "spike":
                weights[row, [before["z", self.inputs], before["w", self.inputs]]] = -1
                biases[row] = 1
            elif kind == "sum":
                weights[row, before["spike", 0]] = self.values[layer - self.inputs - 2]
                if ("sum", 0) in before:
                    weights[row, before["sum", 0]] = 1
                else:
                    biases[row] = self.lift
            else:
                sign = 1 if kind == "z" else -1
                node = self.indices[layer - stage]
                y = self.coordinates[layer - stage] + stage - 1
                weights[row, before["y", y]] = -sign
                biases[row] = sign * int(node[stage - 1])
                if stage > 1:
                    weights[row, before["y", y - 1]] = sign
                    weights[row, before[kind, stage - 1]] = 1
                    biases[row] -= sign * int(node[stage - 2])
        return weights, biases


def narrow_network(front: list[Layer], grids: list[Grid], values: Numbers, lift: Fraction | float) -> Network:
    """One node after another.

    Parameters
    ----------
    front, grids, values
        As in :func:`wide_network`.
    lift : real number, a Fraction if the values are
        At least |Σ c_k φ_k| over any part of the nodes.
    """
    m = grids[0].inputs
    constant, values = _split(grids, values)
    grids = [grid for grid in grids if grid.size > 1]
    pipeline = _Pipeline(
        indices=np.concatenate([grid.indices() for grid in grids]),
        coordinates=np.concatenate([np.full(grid.size, index * m) for index, grid in enumerate(grids)]),
        values=values,
        carried=len(grids) * m,
        lift=lift,
    )
    layers = [pipeline.matrix(layer) for layer in range(1, pipeline.last + 1)]
    units = pipeline.units(pipeline.last)
    output = np.zeros((1, len(units)), dtype=values.dtype)
    output[0, units["spike", 0]], output[0, units["sum", 0]] = values[-1], 1
    weights = [*(matrix for matrix, _ in front), *(matrix for matrix, _ in layers), output]
    biases = [*(bias for _, bias in front), *(bias for _, bias in layers), np.array([constant - lift])]
    return Network(weights, biases, "relu")
