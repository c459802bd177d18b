"""The ReLU networks of :mod:`bounds.upper.simplicial_layouts`, built."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from identifiability.network import Network

Floats = NDArray[np.float64]
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

    axis: Floats
    inputs: int

    @property
    def size(self) -> int:
        """How many nodes."""
        return int(len(self.axis) ** self.inputs)

    def indices(self) -> Integers:
        """The nodes in grid units, shape (K^m, m)."""
        steps = np.arange(self.size)
        return np.stack(np.unravel_index(steps, (len(self.axis),) * self.inputs), axis=1)

    def points(self) -> Floats:
        """The nodes, shape (K^m, m)."""
        return self.axis[self.indices()]


Layer = tuple[csr_array, Floats]


def vertices_grids(m: int, n: int) -> list[Grid]:
    """The vertices of n^m cells."""
    return [Grid(np.arange(-n, n + 1, 2) / n, m)]


def cell_centres_grids(m: int, n: int) -> list[Grid]:
    """The centres of n^m cells."""
    return [Grid(np.arange(1 - n, n, 2) / n, m)]


def staggered_grids(m: int, positions: int) -> list[Grid]:
    """The odd and the even ones of K equispaced positions from −1 to 1."""
    places = np.arange(1 - positions, positions, 2) / (positions - 1)
    return [Grid(places[1::2], m), Grid(places[0::2], m)]


def vertices_front(m: int, n: int) -> list[Layer]:
    """y = (x + 1) n/2."""
    return [(_diagonal(m, n / 2), np.full(m, n / 2))]


def cell_centres_front(m: int, n: int) -> list[Layer]:
    """y = (x + 1) n/2 − 1/2 clipped to [0, n − 1]."""
    return [
        (_diagonal(m, -n / 2), np.full(m, (n - 1) / 2)),
        (_diagonal(m, -1.0), np.full(m, n - 1.0)),
    ]


def staircases_front(m: int, positions: int, ramp: Fraction) -> list[Layer]:
    """One step from each node to the next, on a ramp around the midpoint, for both grids.

    relu(1 − relu(1 − a)) is exactly 0 before the ramp and exactly 1 after it, however steep.
    """
    grids = [grid for grid in staggered_grids(m, positions) if len(grid.axis) > 1]
    half_width = max(float(ramp), sys.float_info.min)  # a ramp too short for floats only helps
    middles, coordinate, target = [], [], []
    for index, grid in enumerate(grids):
        between = (grid.axis[1:] + grid.axis[:-1]) / 2
        for axis in range(m):
            middles.append(between)
            coordinate.append(np.full(len(between), axis))
            target.append(np.full(len(between), index * m + axis))
    centres, columns, rows = (np.concatenate(parts) for parts in (middles, coordinate, target))
    steps = np.arange(len(centres))
    slope = -1 / (2 * half_width)
    climbing = _sparse((len(steps), m), steps, columns, np.full(len(steps), slope))
    summing = _sparse((len(grids) * m, len(steps)), rows, steps, np.ones(len(steps)))
    return [
        (climbing, (centres + half_width) / (2 * half_width)),
        (_diagonal(len(steps), -1.0), np.ones(len(steps))),
        (summing, np.zeros(len(grids) * m)),
    ]


def _diagonal(size: int, entry: float) -> csr_array:
    steps = np.arange(size)
    return _sparse((size, size), steps, steps, np.full(size, entry))


def _sparse(shape: tuple[int, int], rows: Integers, columns: Integers, entries: Floats) -> csr_array:
    return csr_array(coo_array((entries, (rows, columns)), shape=shape))


@dataclass(frozen=True, slots=True)
class Block:
    """Units of one kind: what each of them reads, as (columns, entry) pairs, and their biases."""

    reads: tuple[tuple[Integers, float], ...]
    biases: Floats


def _layer(blocks: list[Block], width: int) -> Layer:
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
    matrix = _sparse(shape, np.concatenate(rows), np.concatenate(columns), np.concatenate(entries))
    return matrix, np.concatenate([block.biases for block in blocks])


def _pair(level: int, nodes: int, coordinates: int, chains: int) -> list[Block]:
    """z_level and w_level of a grid, for every beginning (k_1, ..., k_level) of a node.

    ``coordinates`` is the column of y_1 in the layer before, and ``chains`` that of z_{level − 1}.
    """
    parents, own = np.divmod(np.arange(nodes**level), nodes)
    shift = (own - parents % nodes if level > 1 else own).astype(float)
    y = np.full_like(own, coordinates + level - 1)
    blocks = []
    for sign, chain in ((1.0, chains), (-1.0, chains + nodes ** (level - 1))):
        reads = [(y, -sign)]
        if level > 1:
            reads += [(y - 1, sign), (chain + parents, 1.0)]
        blocks.append(Block(tuple(reads), sign * shift))
    return blocks


def wide_network(front: list[Layer], grids: list[Grid], values: Floats) -> Network:
    """All spikes at once.

    Parameters
    ----------
    front : list of layers
        Ends with the coordinates in grid units, grid by grid.
    grids : list of Grid
        Grids of one node need no spike.
    values : ndarray
        The weights of the nodes, grid by grid.
    """
    m = grids[0].inputs
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
            blocks.append(Block(((column + kept, 1.0),), np.zeros(len(kept))))
        layers.append(_layer(blocks, layers[-1][0].shape[0]))
        chains, coordinates = starts, carried
    spikes = []
    for grid, start in zip(grids, chains, strict=True):
        steps = start + np.arange(grid.size)
        spikes.append(Block(((steps, -1.0), (steps + grid.size, -1.0)), np.ones(grid.size)))
    layers.append(_layer(spikes, layers[-1][0].shape[0]))
    layers.append((csr_array(values.reshape(1, -1)), np.array([constant])))
    return Network([matrix for matrix, _ in layers], [bias for _, bias in layers], "relu")


def _split(grids: list[Grid], values: Floats) -> tuple[float, Floats]:
    """The weight of the grid of one node, if there is one, and those of the others."""
    owner = np.repeat([grid.size for grid in grids], [grid.size for grid in grids])
    return float(values[owner == 1].sum()), values[owner > 1]


@dataclass(frozen=True, slots=True)
class _Pipeline:
    """The nodes in the order of their entry: grid coordinates, columns of y_1, weights."""

    indices: Integers
    coordinates: Integers
    values: Floats
    carried: int
    lift: float

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

    def matrix(self, layer: int) -> tuple[Floats, Floats]:
        """What the units of a layer read from the layer before, whose number 0 is the front's last."""
        units = self.units(layer)
        before = self.units(layer - 1) if layer > 1 else {("y", c): c for c in range(self.carried)}
        weights, biases = np.zeros((len(units), len(before))), np.zeros(len(units))
        for (kind, stage), row in units.items():
            if kind == "y":
                weights[row, before[kind, stage]] = 1.0
            elif kind == "spike":
                weights[row, [before["z", self.inputs], before["w", self.inputs]]] = -1.0
                biases[row] = 1.0
            elif kind == "sum":
                weights[row, before["spike", 0]] = self.values[layer - self.inputs - 2]
                if ("sum", 0) in before:
                    weights[row, before["sum", 0]] = 1.0
                else:
                    biases[row] = self.lift
            else:
                sign = 1.0 if kind == "z" else -1.0
                node = self.indices[layer - stage]
                y = self.coordinates[layer - stage] + stage - 1
                weights[row, before["y", y]] = -sign
                biases[row] = sign * node[stage - 1]
                if stage > 1:
                    weights[row, before["y", y - 1]] = sign
                    weights[row, before[kind, stage - 1]] = 1.0
                    biases[row] -= sign * node[stage - 2]
        return weights, biases


def narrow_network(front: list[Layer], grids: list[Grid], values: Floats, lift: float) -> Network:
    """One node after another.

    Parameters
    ----------
    front, grids, values
        As in :func:`wide_network`.
    lift : float
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
    output = np.zeros((1, len(units)))
    output[0, units["spike", 0]], output[0, units["sum", 0]] = values[-1], 1.0
    weights = [*(matrix for matrix, _ in front), *(matrix for matrix, _ in layers), output]
    biases = [*(bias for _, bias in front), *(bias for _, bias in layers), np.array([constant - lift])]
    return Network(weights, biases, "relu")
