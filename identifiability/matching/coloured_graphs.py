"""Directed graphs with coloured vertices and coloured edges: refinement, contrasts and components.

What is done to two graphs at once, is done to both alike: an isomorphism of the one to the other keeps
everything that comes out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from identifiability.matching.search_budget import Budget

_COST_OF_A_ROUND = 10_000
"""What one round of refinement costs besides the edges that it looks at."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Vertices 0..n−1 with colours, and coloured edges from tails to heads, at most one for each pair.

    Parameters
    ----------
    colours : array of int64
        One for each vertex.
    tails, heads : arrays of int64
        The vertices that each edge joins.
    codes : array of int64
        The colours of the edges.
    """

    colours: NDArray[np.int64]
    tails: NDArray[np.int64]
    heads: NDArray[np.int64]
    codes: NDArray[np.int64]


def mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A bijection of the 64-bit integers that spreads small differences over all bits (splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def keys_of(colours: NDArray[np.int64]) -> NDArray[np.uint64]:
    """64-bit keys of colours, unlike the hashes of small weights, so that the two are not confused."""
    return mixed(colours.view(np.uint64) + np.uint64(0x9E3779B97F4A7C15))


def relabelled(
    old: NDArray[np.int64], sums: NDArray[np.uint64], half: int
) -> tuple[NDArray[np.int64], int] | None:
    """Labels 0, 1, ... of the pairs (old label, sum), and how many there are.

    None if the first ``half`` vertices have another number of some label than the rest has.
    """
    order = np.lexsort((sums, old))
    begins = np.ones(len(old), dtype=bool)
    begins[1:] = (np.diff(old[order]) != 0) | (np.diff(sums[order]) != 0)
    labels = np.empty(len(old), dtype=np.int64)
    labels[order] = np.cumsum(begins) - 1
    count = int(begins.sum())
    if not np.array_equal(
        np.bincount(labels[:half], minlength=count), np.bincount(labels[half:], minlength=count)
    ):
        return None
    return labels, count


def refined_jointly(first: Graph, second: Graph, budget: Budget) -> NDArray[np.int64] | None:
    """The stable colours of the vertices of both graphs, or None if the graphs have other numbers of them."""
    half = len(first.colours)
    tails, heads = np.r_[first.tails, second.tails + half], np.r_[first.heads, second.heads + half]
    codes = mixed(np.r_[first.codes, second.codes].view(np.uint64))
    start = relabelled(np.r_[first.colours, second.colours], np.zeros(2 * half, dtype=np.uint64), half)
    while start is not None and start[1] < half:
        budget.spend(_COST_OF_A_ROUND + len(codes))
        colours, count = start
        keys = keys_of(colours)
        sums = np.zeros(2 * half, dtype=np.uint64)
        np.add.at(sums, tails, mixed(codes + keys[heads]))
        np.add.at(sums, heads, mixed(codes - keys[tails]))
        start = relabelled(colours, sums, half)
        if start is not None and start[1] == count:
            return colours
    return None if start is None else start[0]


def induced(graph: Graph, colours: NDArray[np.int64], kept: NDArray[np.bool_]) -> Graph:
    """The graph on the vertices that are kept, with their refined colours."""
    place = np.cumsum(kept) - 1
    edges = kept[graph.tails] & kept[graph.heads]
    return Graph(colours[kept], place[graph.tails[edges]], place[graph.heads[edges]], graph.codes[edges])


def contrasts(first: Graph, second: Graph, budget: Budget) -> tuple[Graph, Graph] | None:
    """Both graphs without the edge colour that most pairs of two vertex colours have.

    An isomorphism keeps these edges iff it keeps the others.  None if the graphs differ in their numbers.
    """
    count = int(first.colours.max()) + 1
    sizes = np.bincount(first.colours, minlength=count)
    tables = []
    for graph in (first, second):
        block = graph.colours[graph.tails] * count + graph.colours[graph.heads]
        order = np.lexsort((graph.codes, block))
        begins = np.ones(len(order), dtype=bool)
        begins[1:] = (np.diff(block[order]) != 0) | (np.diff(graph.codes[order]) != 0)
        starts = np.flatnonzero(begins)
        tables.append(
            np.stack(
                [block[order[starts]], graph.codes[order[starts]], np.diff(np.append(starts, len(order)))]
            )
        )
    if not np.array_equal(tables[0], tables[1]):
        return None
    blocks, codes, numbers = tables[0]
    full = sizes[blocks // count] * sizes[blocks % count]
    heavy = np.flatnonzero(2 * numbers > full)
    return (
        _without(first, blocks[heavy], codes[heavy], count, budget),
        _without(second, blocks[heavy], codes[heavy], count, budget),
    )


def _without(
    graph: Graph, blocks: NDArray[np.int64], codes: NDArray[np.int64], count: int, budget: Budget
) -> Graph:
    """In each of the blocks the edges of the given colour and the pairs without an edge exchanged."""
    if not len(blocks):
        return graph
    block = graph.colours[graph.tails] * count + graph.colours[graph.heads]
    place = np.minimum(np.searchsorted(blocks, block), len(blocks) - 1)
    heavy = blocks[place] == block
    kept = ~(heavy & (codes[place] == graph.codes))
    members = np.argsort(graph.colours, kind="stable")
    ends = np.searchsorted(graph.colours[members], np.arange(count + 1))
    size = len(graph.colours)
    present = np.sort(graph.tails[heavy] * size + graph.heads[heavy])
    absent = []
    for one, other in zip((blocks // count).tolist(), (blocks % count).tolist(), strict=True):
        tails, heads = members[ends[one] : ends[one + 1]], members[ends[other] : ends[other + 1]]
        budget.spend(len(tails) * len(heads))
        pairs = (tails[:, None] * size + heads[None, :]).ravel()
        found = np.minimum(np.searchsorted(present, pairs), len(present) - 1)
        absent.append(pairs[present[found] != pairs])
    new = np.concatenate(absent)
    colour = np.repeat(codes, [len(part) for part in absent])
    return Graph(
        graph.colours,
        np.r_[graph.tails[kept], new // size],
        np.r_[graph.heads[kept], new % size],
        np.r_[graph.codes[kept], colour],
    )


def components(graph: Graph) -> Iterator[tuple[NDArray[np.int64], Graph]]:
    """The connected components: their vertices and their graphs."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = len(graph.colours)
    joined = coo_array((np.ones(len(graph.tails), dtype=np.int8), (graph.tails, graph.heads)), (size, size))
    count, labels = connected_components(joined, directed=False)
    order = np.argsort(labels, kind="stable")
    ends = np.searchsorted(labels[order], np.arange(count + 1))
    place = np.empty(size, dtype=np.int64)
    place[order] = np.arange(size) - ends[labels[order]]
    where = labels[graph.tails]
    edges = np.argsort(where, kind="stable")
    limits = np.searchsorted(where[edges], np.arange(count + 1))
    for label in range(count):
        vertices, inside = order[ends[label] : ends[label + 1]], edges[limits[label] : limits[label + 1]]
        tails, heads = place[graph.tails[inside]], place[graph.heads[inside]]
        yield vertices, Graph(graph.colours[vertices], tails, heads, graph.codes[inside])
