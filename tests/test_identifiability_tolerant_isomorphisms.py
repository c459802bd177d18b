"""Isomorphisms up to a tolerance, against brute force over all permutations."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from identifiability.errors import InvalidInput, Undecided
from identifiability.matching import candidate_pairs, tolerant_isomorphisms
from identifiability.matching.isomorphisms import isomorphism
from identifiability.network import Network
from identifiability.permutations import permute


def parts(net: Network):
    exact = net.to_exact()
    return [exact.weight(k) for k in range(net.depth)] + [exact.bias(k) for k in range(net.depth)]


def distance(f: Network, g: Network) -> Fraction:
    """The largest difference of two entries."""
    differences = [
        abs(one - other)
        for mine, theirs in zip(parts(f), parts(g), strict=True)
        for one, other in zip(mine.ravel(), theirs.ravel(), strict=True)
    ]
    return max(differences, default=Fraction(0))


def nearest(f: Network, g: Network) -> Fraction:
    """The least tolerance for which there is an isomorphism."""
    every = itertools.product(*(itertools.permutations(range(width)) for width in f.widths))
    return min(distance(permute(f, chosen), g) for chosen in every)


@st.composite
def pairs(draw):
    sizes = [draw(st.integers(1, 2)), *draw(st.lists(st.integers(0, 3), max_size=2)), draw(st.integers(1, 2))]
    entry = st.integers(-2, 2).map(lambda k: Fraction(k, 2))
    noise = st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(-1, 10), Fraction(1, 4)])

    def drawn(kind):
        weights = [
            np.array([[draw(kind) for _ in range(i)] for _ in range(o)], dtype=object).reshape(o, i)
            for i, o in itertools.pairwise(sizes)
        ]
        return weights, [np.array([draw(kind) for _ in range(o)], dtype=object) for o in sizes[1:]]

    f = Network(*drawn(entry), input_dim=sizes[0])
    g = permute(f, [draw(st.permutations(range(width))) for width in f.widths])
    weights, biases = drawn(noise)
    return f, Network(
        [g.weight(k) + weights[k] for k in range(g.depth)],
        [g.bias(k) + biases[k] for k in range(g.depth)],
        input_dim=sizes[0],
    )


@settings(max_examples=150)
@given(
    pairs(), st.sampled_from([Fraction(1, 20), Fraction(1, 10), Fraction(1, 4), Fraction(3, 5), Fraction(2)])
)
def test_small_networks_as_brute_force_decides(pair, tolerance):
    f, g = pair
    found = isomorphism(f, g, tolerance=tolerance)
    assert (found is not None) == (nearest(f, g) <= tolerance)
    assert found is None or distance(permute(f, found), g) <= tolerance


@settings(max_examples=100)
@given(pairs(), st.sampled_from(["float32", "float64"]), st.booleans())
def test_the_least_tolerance_is_decided_to_the_last_bit(pair, dtype, is_sparse):
    f, g = (net.to_float(dtype) for net in pair)
    if is_sparse:
        g = Network([scipy.sparse.csr_array(w) for w in g.weights], g.biases, g.activations)
    least = nearest(f, g)
    found = isomorphism(f, g, tolerance=least)
    assert found is not None
    assert distance(permute(f, found), g) <= least
    if least:
        assert isomorphism(f, g, tolerance=least * (1 - Fraction(1, 10**30))) is None


def test_no_tolerance_is_equality():
    f = Network([[[1], [2]], [[1, 1]]])
    assert isomorphism(f, Network([[[2], [1]], [[1, 1]]]), tolerance=0) == ((1, 0),)
    assert isomorphism(f, Network([[[2], ["1.001"]], [[1, 1]]]), tolerance=0) is None
    assert isomorphism(f, Network([[[2], ["1.001"]], [[1, 1]]]), tolerance=0.001) == ((1, 0),)


def test_within_a_tolerance_is_not_transitive():
    one, two, three = (Network([[[str(value)]], [[1]]]) for value in ("0", "0.1", "0.2"))
    assert isomorphism(one, two, tolerance="0.1") == isomorphism(two, three, tolerance="0.1") == ((0,),)
    assert isomorphism(one, three, tolerance="0.1") is None


def test_sorting_would_pair_the_wrong_units():
    """The first keys swap their order within the tolerance; the second entries say who is who."""
    f = Network([[[1.0, 5.0], [1.001, -5.0]], [[1.0, 2.0]]])
    g = Network([[[1.001, 5.0], [1.0, -5.0]], [[1.0, 2.0]]])
    assert isomorphism(f, g, tolerance=0.0011) == ((0, 1),)


def test_near_clones_are_told_apart_by_what_they_feed():
    f = Network([[[1.0], [1.0001], [0.9999]], [[1.0, 2.0, 3.0]]])
    g = Network([[[0.9999], [1.0], [1.0001]], [[1.0, 2.0, 3.0]]])
    assert isomorphism(f, g, tolerance="0.001") == ((0, 1, 2),)
    assert isomorphism(f, g, tolerance="0.00005") is None


def test_one_candidate_for_two_units_is_no_matching():
    f = Network([[[0.0], [10.0]], [[1.0, 1.0]]])
    g = Network([[[0.1], [-0.1]], [[1.0, 1.0]]])
    assert isomorphism(f, g, tolerance=1) is None


@pytest.mark.parametrize("dtype", ["f", "d"])
@pytest.mark.parametrize("noise", [1e-6, 1e-4, 1e-3])
def test_noise_on_a_wide_network(noise, dtype):
    generator = np.random.default_rng(0)
    sizes = (60, 500, 400, 300, 7)
    weights = [generator.standard_normal((o, i)).astype(dtype) for i, o in itertools.pairwise(sizes)]
    weights[0][10] = weights[0][11]
    f = Network(weights)
    order = tuple(tuple(generator.permutation(width).tolist()) for width in f.widths)
    g = permute(f, order)
    h = Network([w + noise * generator.uniform(-1, 1, w.shape).astype(dtype) for w in g.weights])
    found = isomorphism(f, h, tolerance=noise + 1e-6)
    assert found == order
    assert isomorphism(f, h, tolerance=noise / 4) is None


def test_ternary_weights_and_zero_biases():
    generator = np.random.default_rng(1)
    weights = [generator.integers(-1, 2, shape).astype("f") for shape in ((300, 40), (300, 300), (3, 300))]
    f = Network(weights)
    order = tuple(tuple(generator.permutation(300).tolist()) for _ in range(2))
    g = permute(f, order)
    h = Network([w + np.float32(0.25) * (np.indices(w.shape).sum(axis=0) % 2) for w in g.weights])
    assert isomorphism(f, h, tolerance="1/4") == order
    assert isomorphism(f, h, tolerance="0.2499999") is None


def test_a_large_sparse_network_within_a_tolerance():
    generator = np.random.default_rng(2)
    size = 3000
    weights = [
        scipy.sparse.random_array((size, 20), density=0.5, rng=generator),
        scipy.sparse.random_array((4, size), density=0.5, rng=generator),
    ]
    f = Network([scipy.sparse.csr_array(weight) for weight in weights])
    order = (tuple(generator.permutation(size).tolist()),)
    assert isomorphism(f, permute(f, order), tolerance=1e-9) == order
    wide = Network([scipy.sparse.csr_array((20_000, 20_000)), scipy.sparse.csr_array((1, 20_000))])
    with pytest.raises(InvalidInput, match="too many entries"):
        isomorphism(wide, wide, tolerance=1)


def test_a_tolerance_so_wide_that_nothing_is_told_apart():
    generator = np.random.default_rng(3)
    f, g = (
        Network([generator.standard_normal((40, 5)), generator.standard_normal((2, 40))]) for _ in range(2)
    )
    found = isomorphism(f, g, tolerance=100)
    assert sorted(found[0]) == list(range(40))
    assert distance(permute(f, found), g) <= 100


def test_a_search_that_is_cut_off_is_not_a_no(monkeypatch):
    generator = np.random.default_rng(4)
    f, g = (
        Network([np.zeros((20, 1)), generator.standard_normal((20, 20)), np.zeros((1, 20))]) for _ in range(2)
    )
    with pytest.raises(Undecided, match="larger budget"):
        isomorphism(f, g, tolerance=1.8, budget=10**7)
    assert isomorphism(f, g, tolerance=1) is None
    monkeypatch.setattr(candidate_pairs, "MOST_PAIRS", 100)
    with pytest.raises(Undecided, match="smaller tolerance"):
        isomorphism(f, g, tolerance=9)


def test_what_is_handed_out_has_been_checked(monkeypatch):
    """Without any propagation the search and its check still find the one that there is; unchecked, not."""
    f = Network([[[0.0], [0.0], [0.0]], [[1.0, 5.0, 9.0]]])
    g = permute(f, [(2, 0, 1)])
    assert isomorphism(f, g, tolerance="0.1") == ((2, 0, 1),)
    monkeypatch.setattr(tolerant_isomorphisms, "supported", lambda pairs, *_: pairs)
    assert isomorphism(f, g, tolerance="0.1") == ((2, 0, 1),)
    g = Network([g.weights[0], g.weights[1] + 1])
    assert isomorphism(f, g, tolerance="0.1") is None
    monkeypatch.setattr(tolerant_isomorphisms, "_takes", lambda *_: True)
    wrong = isomorphism(f, g, tolerance="0.1")
    assert wrong is not None
    assert distance(permute(f, wrong), g) > Fraction(1, 10)


def test_dropping_pairs_that_occur_in_a_bijection_would_be_noticed(monkeypatch):
    """Keeping one bijection only, instead of all pairs that occur in some, loses isomorphisms."""
    f = Network([[[0.0], [0.0], [0.0]], [[1.0, 5.0, 9.0]]])

    def hasty(pairs):
        matching = candidate_pairs.bijection(pairs)
        return None if matching is None else pairs.kept(matching[pairs.units] == pairs.partners)

    monkeypatch.setattr(tolerant_isomorphisms, "in_a_bijection", hasty)
    assert any(
        isomorphism(f, permute(f, [order]), tolerance="0.1") is None
        for order in itertools.permutations(range(3))
    )
