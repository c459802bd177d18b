"""The canonical order of hidden units when rows do not decide it: individualise and refine.

Networks whose layers contain clones can encode any bipartite graph (a layer of clones above, the graph's
adjacency matrix below), so that their isomorphism is as hard as graph isomorphism.  Refinement nearly always
decides; where it leaves units together that are not interchangeable twins, each of them is tried first, and
the least network wins.  Automorphisms that turn up on the way save most of these trials.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identifiability.errors import Undecided
from identifiability.network import Network
from identifiability.normal_forms.columns import columns_of
from identifiability.normal_forms.refinement import Colours, Graph
from identifiability.permutations import permute
from identifiability.rows import equal_row_classes
from identifiability.weights import Rationals, Weight, is_sparse, triples

MOST_NODES = 5_000
"""A search that tries more partial orders than this is given up."""

MOST_VISITS = 2**32
"""And so is one that looks at more weights than this."""

DEEPEST = 300
"""And one that has to choose so many units in a row."""

Orders = list[NDArray[np.int64]]


def canonical_orders(net: Network) -> Orders:
    """For each hidden layer an order of its units, such that isomorphic networks become the same one.

    Raises
    ------
    Undecided
        If the search exceeds its budget.
    """
    search = _Search(Graph(net), twin_classes(net))
    search.descend(search.graph.initial(), ())
    assert search.best is not None
    return search.best.orders


def twin_classes(net: Network) -> Colours:
    """For each hidden layer, the number of each unit's class of twins: equal bias, row and column."""
    classes = []
    for layer, width in enumerate(net.widths):
        number = np.arange(width)
        clones = equal_row_classes(net.weights[layer], net.biases[layer])
        tied = np.array(sorted(unit for units in clones for unit in units), dtype=np.int64)
        if len(tied):
            sent = columns_of(net.weights[layer + 1], tied).T
            columns: Any = Rationals(sent) if sent.dtype == object else np.ascontiguousarray(sent)
            clone_of = np.empty(width, dtype=np.int64)
            for index, units in enumerate(clones):
                clone_of[list(units)] = index
            for places in equal_row_classes(columns, clone_of[tied]):
                number[tied[list(places)]] = tied[places[0]]
        classes.append(number)
    return classes


@dataclass(frozen=True, slots=True, eq=False)
class _Leaf:
    orders: Orders
    network: Network
    path: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Search:
    """A depth-first search; a path is the units that were individualised, as (layer, twin class)."""

    graph: Graph
    twins: Colours
    first: _Leaf | None = None
    best: _Leaf | None = None
    automorphisms: list[Orders] = field(default_factory=list)
    nodes: int = 0

    def descend(self, colours: Colours, path: tuple[tuple[int, int], ...]) -> int:
        """Search below a node; returns the depth to go back to."""
        self.nodes += 1
        if self.nodes > MOST_NODES or self.graph.visited > MOST_VISITS or len(path) > DEEPEST:
            raise Undecided(
                f"the units of {self.graph.net!r} are too alike for a canonical order to be found within "
                f"{self.nodes} trials; reduce the network first, which merges its clones"
            )
        colours = self.graph.refined(colours, path[-1][0] if path else None)
        choice = self._unsettled(colours)
        if choice is None:
            return self._leaf(colours, path)
        layer, candidates = choice
        tried: list[int] = []
        for twin in candidates:
            if tried and self._equivalent(layer, twin, tried, path):
                continue
            tried.append(twin)
            chosen = list(colours)
            first = np.unique(2 * colours[layer] + (self.twins[layer] != twin), return_inverse=True)
            chosen[layer] = first[1]
            back = self.descend(chosen, (*path, (layer, twin)))
            if back < len(path):
                return back
        return len(path)

    def _unsettled(self, colours: Colours) -> tuple[int, list[int]] | None:
        """The first cell of units that are not all twins, as its layer and its twin classes."""
        for layer, (colour, twin) in enumerate(zip(colours, self.twins, strict=True)):
            pairs = np.unique(np.stack([colour, twin], axis=1), axis=0) if len(colour) else np.empty((0, 2))
            cells, counts = np.unique(pairs[:, 0], return_counts=True)
            several = cells[counts > 1]
            if len(several):
                return layer, sorted(pairs[pairs[:, 0] == several[0], 1].astype(int).tolist())
        return None

    def _leaf(self, colours: Colours, path: tuple[tuple[int, int], ...]) -> int:
        orders = [np.argsort(one, kind="stable") for one in colours]
        leaf = _Leaf(orders, permute(self.graph.net, orders), path)
        if self.first is None or self.best is None:
            self.first = self.best = leaf
            return len(path)
        if compared(leaf.network, self.first.network) == 0:
            self._automorphism(self.first, leaf)
            return next(
                k for k, (one, two) in enumerate(zip(path, self.first.path, strict=False)) if one != two
            )
        sign = compared(leaf.network, self.best.network)
        if sign == 0:
            self._automorphism(self.best, leaf)
        elif sign < 0:
            self.best = leaf
        return len(path)

    def _automorphism(self, one: _Leaf, two: _Leaf) -> None:
        images = []
        for source, target in zip(one.orders, two.orders, strict=True):
            image = np.empty(len(source), dtype=np.int64)
            image[source] = target
            images.append(image)
        self.automorphisms.append(images)

    def _equivalent(self, layer: int, twin: int, tried: list[int], path: tuple[tuple[int, int], ...]) -> bool:
        """Whether known automorphisms that fix the path carry a candidate to one that was tried."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        twins = self.twins[layer]
        moves = [
            twins[images[layer]]
            for images in self.automorphisms
            if all(self.twins[at][images[at][one]] == one for at, one in path)
        ]
        if not moves:
            return False
        ends = np.tile(twins, len(moves)), np.concatenate(moves)
        edges = coo_array((np.ones(len(ends[0]), dtype=bool), ends), shape=(len(twins), len(twins)))
        orbits = connected_components(edges, directed=False)[1]
        return bool(np.isin(orbits[twin], orbits[tried]))


def compared(one: Network, two: Network) -> int:
    """-1, 0 or 1: the lexicographic order of the biases and weights of two networks of one shape."""
    for layer in range(one.depth):
        for a, b in ((one.biases[layer], two.biases[layer]), (one.weights[layer], two.weights[layer])):
            sign = _compared(a, b)
            if sign:
                return sign
    return 0


def _compared(one: Any, two: Any) -> int:
    if is_sparse(one):
        return _compared_sparse(one, two)
    a, b = (part.numerators if isinstance(part, Rationals) else part for part in (one, two))
    rows = np.flatnonzero((a != b).any(axis=1)) if a.ndim == 2 else np.flatnonzero(a != b)
    if not len(rows):
        return 0
    first, second = np.atleast_1d(a[rows[0]]), np.atleast_1d(b[rows[0]])
    place = int(np.flatnonzero(first != second)[0])
    return -1 if first[place] < second[place] else 1


def _compared_sparse(one: Weight, two: Weight) -> int:
    entries = []
    for part in (one, two):
        rows, columns, values = triples(part)
        keys = rows.astype(np.int64) * part.shape[1] + columns
        entries.append(dict(zip(keys.tolist(), values.tolist(), strict=True)))
    first, second = entries
    for key in sorted(first.keys() | second.keys()):
        a, b = first.get(key, 0), second.get(key, 0)
        if a != b:
            return -1 if a < b else 1
    return 0
