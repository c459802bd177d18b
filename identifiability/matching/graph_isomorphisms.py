"""Isomorphisms of graphs with coloured vertices and edges, by individualisation and refinement.

Colours are refined until vertices of one colour see the same colours along the same edges; what has a
colour of its own is settled.  What is left falls into components, which are matched as wholes, so that
many equal parts cost no more than one of them each; and within a component one vertex is singled out and
paired with one candidate after the other.  A candidate that an automorphism takes to one that has failed
fails too.

None means that there is no isomorphism, and what is returned has been checked edge by edge; a search that
takes too long raises :class:`~identifiability.errors.Undecided`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from identifiability.errors import Undecided
from identifiability.matching.coloured_graphs import Graph, components, contrasts, induced, refined_jointly
from identifiability.matching.search_budget import Budget


def graph_isomorphism(first: Graph, second: Graph, budget: Budget) -> NDArray[np.int64] | None:
    """A bijection of the vertices that keeps colours, edges and their colours, or None if there is none.

    Parameters
    ----------
    first, second : Graph
    budget : Budget
        Each edge that is looked at costs 1.

    Returns
    -------
    array of int64 or None
        For each vertex of the second graph its partner in the first.

    Raises
    ------
    Undecided
        If the budget is spent first.

    Notes
    -----
    Refinement adds up 64-bit hashes.  Where two sums collide, classes are coarser than they could be:
    then an isomorphism may fail its check, which raises Undecided; None stays right.

    References
    ----------
    McKay & Piperno, Practical graph isomorphism, II, Section 2 (individualisation and refinement).

    Examples
    --------
    >>> def cycle(order):
    ...     heads = np.array([order[(order.index(k) + 1) % 4] for k in range(4)])
    ...     return Graph(np.zeros(4, np.int64), np.arange(4), heads, np.ones(4, np.int64))
    >>> graph_isomorphism(cycle([0, 1, 2, 3]), cycle([0, 2, 1, 3]), Budget(10**6))
    array([0, 2, 1, 3])
    """
    if len(first.colours) != len(second.colours) or len(first.tails) != len(second.tails):
        return None
    try:
        return _isomorphism(first, second, budget)
    except RecursionError:
        raise Undecided(
            "the search was cut off because it singles out too many vertices one inside the other"
        ) from None


def _isomorphism(first: Graph, second: Graph, budget: Budget) -> NDArray[np.int64] | None:
    colours = refined_jointly(first, second, budget)
    if colours is None:
        return None
    size = len(first.colours)
    partner = np.empty(size, dtype=np.int64)
    # Vertices of one colour are paired in their order; the pairs that are not alone are redone below.
    ones, others = (np.argsort(part, kind="stable") for part in (colours[:size], colours[size:]))
    partner[others] = ones
    shared = np.bincount(colours[:size])[colours] > 1
    if not shared.any():
        return partner if _carries(first, partner, second) else None
    left = induced(first, colours[:size], shared[:size])
    right = induced(second, colours[size:], shared[size:])
    contrasted = contrasts(left, right, budget)
    if contrasted is None:
        return None
    settled = _matched_components(*contrasted, budget)
    if settled is None:
        return None
    partner[np.flatnonzero(shared[size:])] = np.flatnonzero(shared[:size])[settled]
    if not _carries(first, partner, second):
        raise Undecided("two colours of the refinement have the same hash, so that nothing is decided")
    return partner


def _matched_components(first: Graph, second: Graph, budget: Budget) -> NDArray[np.int64] | None:
    parts = [list(components(graph)) for graph in (first, second)]
    if len(parts[0]) != len(parts[1]):
        return None
    if len(parts[0]) == 1:
        return _individualised(first, second, budget)
    # One list of classes for each look of a component; a class has its first member and, for each graph,
    # the members' vertices in the order of the first member's.
    looks: dict[bytes, list[tuple[Graph, tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]]]]] = {}
    for side, listed in enumerate(parts):
        for vertices, part in listed:
            look, order = _look(part)
            classes = looks.setdefault(look, [])
            for model, members in classes:
                if order is not None:
                    members[side].append(vertices[order])
                    break
                partner = _isomorphism(model, part, budget)
                if partner is not None:
                    aligned = np.empty_like(vertices)
                    aligned[partner] = vertices
                    members[side].append(aligned)
                    break
            else:
                if side == 1:
                    return None
                classes.append((part, ([vertices if order is None else vertices[order]], [])))
    partner = np.empty(len(first.colours), dtype=np.int64)
    for classes in looks.values():
        for _, (ones, others) in classes:
            if len(ones) != len(others):
                return None
            for one, other in zip(ones, others, strict=True):
                partner[other] = one
    return partner


def _look(graph: Graph) -> tuple[bytes, NDArray[np.int64] | None]:
    """What isomorphic graphs share; where all colours differ it says all, and has an order of vertices."""
    order = np.argsort(graph.colours)
    colours = graph.colours[order]
    if (np.diff(colours) == 0).any():
        return np.r_[colours, -1, len(graph.codes)].tobytes(), None
    place = np.argsort(order)
    edges = place[graph.tails] * len(order) + place[graph.heads]
    along = np.argsort(edges)
    return np.r_[colours, -2, edges[along], graph.codes[along]].tobytes(), order


def _individualised(first: Graph, second: Graph, budget: Budget) -> NDArray[np.int64] | None:
    """One vertex of the first graph paired with every candidate of the second, up to automorphisms."""
    sizes = np.bincount(first.colours)
    colour = int(np.argmin(np.where(sizes > 0, sizes, len(first.colours) + 1)))
    chosen = _singled_out(first, int(np.flatnonzero(first.colours == colour)[0]))
    orbits = np.arange(len(second.colours))
    failed: list[int] = []
    for candidate in np.flatnonzero(second.colours == colour).tolist():
        if orbits[candidate] in orbits[failed]:
            continue
        pointed = _singled_out(second, candidate)
        # An automorphism is found sooner than a failure, so it is looked for first.
        if any(_joined(orbits, _isomorphism(_singled_out(second, old), pointed, budget)) for old in failed):
            continue
        partner = _isomorphism(chosen, pointed, budget)
        if partner is not None:
            return partner
        failed.append(candidate)
    return None


def _singled_out(graph: Graph, vertex: int) -> Graph:
    colours = graph.colours.copy()
    colours[vertex] = colours.max() + 1
    return Graph(colours, graph.tails, graph.heads, graph.codes)


def _joined(orbits: NDArray[np.int64], automorphism: NDArray[np.int64] | None) -> bool:
    """Join the orbits along the cycles of an automorphism; whether there is one."""
    if automorphism is None:
        return False
    for vertex, image in enumerate(automorphism.tolist()):
        one, other = orbits[vertex], orbits[image]
        if one != other:
            orbits[orbits == one] = other
    return True


def _carries(first: Graph, partner: NDArray[np.int64], second: Graph) -> bool:
    """Whether the pairing keeps every colour, every edge and its colour."""
    size = len(partner)
    one = first.tails * size + first.heads
    other = partner[second.tails] * size + partner[second.heads]
    here, there = np.argsort(one), np.argsort(other)
    return (
        np.array_equal(np.bincount(partner, minlength=size), np.ones(size))
        and np.array_equal(first.colours[partner], second.colours)
        and np.array_equal(one[here], other[there])
        and np.array_equal(first.codes[here], second.codes[there])
    )
