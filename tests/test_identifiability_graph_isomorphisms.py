"""Isomorphism of coloured graphs, against networkx and on graphs that are hard to tell apart."""

from __future__ import annotations

import contextlib
import itertools

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identifiability.errors import Undecided
from identifiability.matching import coloured_graphs, graph_isomorphisms
from identifiability.matching.coloured_graphs import Graph
from identifiability.matching.graph_isomorphisms import graph_isomorphism
from identifiability.matching.search_budget import Budget


def directed(graph: networkx.Graph, colours: dict | None = None) -> Graph:
    """Both directions of every edge."""
    place = {vertex: index for index, vertex in enumerate(graph.nodes)}
    ends = np.array([(place[a], place[b]) for a, b in graph.edges], dtype=np.int64).reshape(-1, 2)
    own = np.array([0 if colours is None else colours[vertex] for vertex in graph.nodes], dtype=np.int64)
    both = np.concatenate([ends, ends[:, ::-1]])
    return Graph(own, both[:, 0], both[:, 1], np.ones(len(both), dtype=np.int64))


def shuffled(graph: Graph, seed: int) -> Graph:
    generator = np.random.default_rng(seed)
    new, edges = generator.permutation(len(graph.colours)), generator.permutation(len(graph.tails))
    colours = np.empty_like(graph.colours)
    colours[new] = graph.colours
    return Graph(colours, new[graph.tails[edges]], new[graph.heads[edges]], graph.codes[edges])


def edge_set(graph: Graph, renamed=None):
    name = np.arange(len(graph.colours)) if renamed is None else renamed
    return set(zip(name[graph.tails].tolist(), name[graph.heads].tolist(), graph.codes.tolist(), strict=True))


def is_isomorphism(first: Graph, partner, second: Graph) -> bool:
    return (
        sorted(partner.tolist()) == list(range(len(first.colours)))
        and first.colours[partner].tolist() == second.colours.tolist()
        and edge_set(second, partner) == edge_set(first)
    )


def decide(first: Graph, second: Graph, budget: int = 10**8) -> bool:
    partner = graph_isomorphism(first, second, Budget(budget))
    if partner is None:
        return False
    assert is_isomorphism(first, partner, second)
    return True


ROOK = networkx.line_graph(networkx.complete_bipartite_graph(4, 4))
SHRIKHANDE = networkx.Graph(
    [
        ((i, j), ((i + a) % 4, (j + b) % 4))
        for i in range(4)
        for j in range(4)
        for a, b in ((0, 1), (1, 0), (1, 1))
    ]
)


def furer(base: networkx.Graph, twisted: bool) -> networkx.Graph:
    """Cai, Fürer and Immerman's graphs: refinement of any fixed dimension cannot tell the two apart."""
    graph = networkx.Graph()
    for vertex in base:
        around = [tuple(sorted((vertex, other))) for other in base[vertex]]
        for signs in itertools.product((0, 1), repeat=len(around)):
            if sum(signs) % 2 == (twisted and vertex == 0):
                graph.add_edges_from(
                    ((vertex, signs), (edge, sign)) for edge, sign in zip(around, signs, strict=True)
                )
    return graph


def latin(table: list[list[int]]) -> networkx.Graph:
    cells = list(itertools.product(range(len(table)), repeat=2))
    graph = networkx.Graph()
    graph.add_edges_from(
        (x, y)
        for x, y in itertools.combinations(cells, 2)
        if x[0] == y[0] or x[1] == y[1] or table[x[0]][x[1]] == table[y[0]][y[1]]
    )
    return graph


def union(*graphs: networkx.Graph) -> networkx.Graph:
    return networkx.disjoint_union_all(graphs)


CYCLIC = latin([[(i + j) % 8 for j in range(8)] for i in range(8)])
ELEMENTARY = latin([[i ^ j for j in range(8)] for i in range(8)])
CUBIC = networkx.random_regular_graph(3, 14, seed=1)
SAME = {
    "rook": ROOK,
    "shrikhande": SHRIKHANDE,
    "petersen": networkx.petersen_graph(),
    "hypercube": networkx.hypercube_graph(6),
    "empty": networkx.empty_graph(40),
    "complete": networkx.complete_graph(60),
    "complete bipartite": networkx.complete_bipartite_graph(20, 20),
    "matching": union(*[networkx.path_graph(2)] * 60),
    "cycles": union(*[networkx.cycle_graph(5)] * 40),
    "complement of cycles": networkx.complement(union(*[networkx.cycle_graph(5)] * 12)),
    "strongly regular parts": union(ROOK, SHRIKHANDE, ROOK, SHRIKHANDE),
    "latin square": CYCLIC,
    "cai fürer immerman": furer(networkx.complete_graph(5), False),
    "cubic": CUBIC,
    "tree": networkx.random_labeled_tree(150, seed=3),
}
OTHERS = {
    "rook and shrikhande": (ROOK, SHRIKHANDE),
    "parts counted": (union(ROOK, ROOK, SHRIKHANDE), union(ROOK, SHRIKHANDE, SHRIKHANDE)),
    "complements counted": (
        networkx.complement(union(ROOK, ROOK, SHRIKHANDE)),
        networkx.complement(union(ROOK, SHRIKHANDE, SHRIKHANDE)),
    ),
    "latin squares": (CYCLIC, ELEMENTARY),
    "cycles": (networkx.cycle_graph(12), union(networkx.cycle_graph(6), networkx.cycle_graph(6))),
    "cai fürer immerman 4": tuple(furer(networkx.complete_graph(4), twist) for twist in (False, True)),
    "cai fürer immerman 6": tuple(furer(networkx.complete_graph(6), twist) for twist in (False, True)),
    "cai fürer immerman cubic": tuple(furer(CUBIC, twist) for twist in (False, True)),
}


@pytest.mark.parametrize("name", SAME)
def test_a_graph_in_another_order_is_found(name):
    graph = directed(SAME[name])
    for seed in range(3):
        assert decide(graph, shuffled(graph, seed))


@pytest.mark.parametrize("name", OTHERS)
def test_graphs_that_look_alike_are_told_apart(name):
    one, other = (directed(graph) for graph in OTHERS[name])
    assert len(one.tails) == len(other.tails)
    assert not decide(one, shuffled(other, 5))
    assert not decide(other, one)


def test_the_twist_can_be_moved():
    """Two twists cancel, so that this pair is isomorphic though no colour shows it."""
    base = networkx.complete_graph(4)
    one, other = furer(base, True), networkx.Graph()
    for vertex in base:
        around = [tuple(sorted((vertex, w))) for w in base[vertex]]
        for signs in itertools.product((0, 1), repeat=3):
            if sum(signs) % 2 == (vertex == 2):
                other.add_edges_from(((vertex, signs), (e, s)) for e, s in zip(around, signs, strict=True))
    assert decide(directed(one), directed(other))


@st.composite
def pairs(draw):
    """Two small coloured graphs with coloured edges: the second is the first in another order, or nearly."""
    size = draw(st.integers(1, 7))
    colour = st.integers(0, draw(st.integers(0, 2)))
    edges = {
        (a, b): draw(st.integers(0, 2))
        for a in range(size)
        for b in range(size)
        if a < b and draw(st.booleans())
    }
    own = [draw(colour) for _ in range(size)]
    order = draw(st.permutations(range(size)))
    moved = {(order[a], order[b]): code for (a, b), code in edges.items()}
    colours = [own[order.index(vertex)] for vertex in range(size)]
    if moved and draw(st.booleans()):
        edge = draw(st.sampled_from(sorted(moved)))
        moved[edge] = draw(st.integers(0, 2))
    if moved and draw(st.booleans()):
        code = moved.pop(draw(st.sampled_from(sorted(moved))))
        free = [
            (a, b) for a in range(size) for b in range(size) if a != b and not {(a, b), (b, a)} & set(moved)
        ]
        moved[draw(st.sampled_from(free))] = code
    return (own, edges), (colours, moved)


def as_graph(described) -> Graph:
    colours, edges = described
    ends = np.array(list(edges), dtype=np.int64).reshape(-1, 2)
    return Graph(
        np.array(colours, np.int64), ends[:, 0], ends[:, 1], np.array(list(edges.values()), np.int64)
    )


def in_networkx(described) -> networkx.DiGraph:
    graph = networkx.DiGraph()
    graph.add_nodes_from((vertex, {"colour": colour}) for vertex, colour in enumerate(described[0]))
    graph.add_edges_from((a, b, {"code": code}) for (a, b), code in described[1].items())
    return graph


@settings(max_examples=400)
@given(pairs())
def test_small_graphs_as_networkx_decides(described):
    expected = networkx.is_isomorphic(
        *(in_networkx(graph) for graph in described),
        node_match=lambda one, other: one["colour"] == other["colour"],
        edge_match=lambda one, other: one["code"] == other["code"],
    )
    assert decide(*(as_graph(graph) for graph in described)) == expected


def test_a_search_that_is_cut_off_says_so():
    one, other = (directed(graph) for graph in OTHERS["cai fürer immerman 6"])
    with pytest.raises(Undecided, match="larger budget"):
        graph_isomorphism(one, other, Budget(10**4))
    assert not decide(one, other)


def test_a_search_that_is_too_deep_says_so(monkeypatch):
    def bottomless(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(graph_isomorphisms, "_individualised", bottomless)
    with pytest.raises(Undecided, match="one inside the other"):
        graph_isomorphism(directed(ROOK), shuffled(directed(ROOK), 1), Budget(10**9))


@settings(max_examples=150)
@given(pairs(), st.sampled_from([0, 1, 3]))
def test_a_bad_hash_never_gives_a_wrong_answer(described, bits):
    """With hashes of so few bits nearly all sums collide: an answer may be refused, but not be wrong."""
    good = decide(*(as_graph(graph) for graph in described))
    with pytest.MonkeyPatch.context() as patch:
        spread = coloured_graphs.mixed
        patch.setattr(coloured_graphs, "mixed", lambda values: spread(values) & np.uint64(2**bits - 1))
        with contextlib.suppress(Undecided):
            assert decide(*(as_graph(graph) for graph in described)) == good


def test_the_check_of_a_pairing_can_fail():
    graph = directed(networkx.path_graph(4))
    carries = graph_isomorphisms._carries
    assert carries(graph, np.array([3, 2, 1, 0]), graph)
    for wrong in ([1, 0, 2, 3], [0, 0, 1, 1], [0, 2, 1, 3]):
        assert not carries(graph, np.array(wrong), graph)
    recoloured = Graph(np.array([1, 0, 0, 0]), graph.tails, graph.heads, graph.codes)
    assert not carries(graph, np.arange(4), recoloured)
    assert not carries(graph, np.arange(4), Graph(graph.colours, graph.tails, graph.heads, graph.codes + 1))


def test_forgetting_that_absent_edges_are_a_colour_is_noticed(monkeypatch):
    """Dropping the heavy edges without putting in the absent ones would make all dense graphs alike."""

    def forgetful(graph, blocks, codes, count, budget):
        if not len(blocks):
            return graph
        block = graph.colours[graph.tails] * count + graph.colours[graph.heads]
        kept = ~np.isin(block, blocks)
        return Graph(graph.colours, graph.tails[kept], graph.heads[kept], graph.codes[kept])

    one, other = (directed(graph) for graph in OTHERS["complements counted"])
    monkeypatch.setattr(coloured_graphs, "_without", forgetful)
    with pytest.raises(Undecided):
        graph_isomorphism(one, other, Budget(10**8))
