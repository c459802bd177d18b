"""Permutations of hidden units: what they do to parameters, and what they leave as it is."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st

from identifiability.errors import InvalidInput
from identifiability.network import Network
from identifiability.neurons import normality
from identifiability.permutations import compose_permutations, invert_permutations, permute
from identifiability.weights import SparseRationals


@st.composite
def networks(draw, most=4):
    sizes = [
        draw(st.integers(1, 3)),
        *draw(st.lists(st.integers(0, most), max_size=3)),
        draw(st.integers(1, 2)),
    ]
    entry = st.sampled_from([Fraction(k, 3) for k in range(-3, 4)])
    weights = [
        np.array([[draw(entry) for _ in range(i)] for _ in range(o)], dtype=object).reshape(o, i)
        for i, o in itertools.pairwise(sizes)
    ]
    return Network(weights, [[draw(entry) for _ in range(o)] for o in sizes[1:]], input_dim=sizes[0])


@st.composite
def permuted_networks(draw):
    net = draw(networks())
    both = [[draw(st.permutations(range(width))) for width in net.widths] for _ in range(2)]
    return net, *both


def stored(net: Network, form: str) -> Network:
    if form == "exact":
        return net
    if form == "sparse exact":
        parts = [net.weight(layer) for layer in range(net.depth)]
        triples = [(part, *np.nonzero(part)) for part in parts]
        weights = [
            SparseRationals(p.shape, rows, columns, p[rows, columns].tolist()) for p, rows, columns in triples
        ]
        return Network(weights, net.biases, net.activations)
    floats = net.to_float("float32" if form.endswith("32") else "float64")
    if form.startswith("sparse"):
        return Network([scipy.sparse.csr_array(w) for w in floats.weights], floats.biases, net.activations)
    return floats


@pytest.mark.parametrize("form", ["exact", "sparse exact", "float32", "float64", "sparse32", "sparse64"])
@given(case=permuted_networks())
def test_new_unit_i_is_old_unit_permutation_i(form, case):
    net, chosen, _ = case
    old, new = stored(net, form), permute(stored(net, form), chosen)
    assert new.arithmetic == old.arithmetic
    orders = [range(net.architecture[0]), *chosen, range(net.architecture[-1])]
    for layer, (columns, rows) in enumerate(itertools.pairwise(orders)):
        before, after = old.weight(layer), new.weight(layer)
        assert all(
            after[i, j] == before[row, column]
            for i, row in enumerate(rows)
            for j, column in enumerate(columns)
        )
        assert new.bias(layer).tolist() == [old.bias(layer)[row] for row in rows]


@given(permuted_networks(), st.lists(st.integers(-4, 4), min_size=3, max_size=3))
def test_the_function_stays_the_same(case, point):
    net, chosen, _ = case
    x = point[: net.architecture[0]]
    assert permute(net, chosen)(x).tolist() == net(x).tolist()


@given(permuted_networks())
def test_permutations_act_as_a_group_from_the_right(case):
    net, one, two = case
    assert permute(permute(net, one), two) == permute(net, compose_permutations(one, two))
    assert permute(permute(net, one), invert_permutations(one)) == net
    identity = tuple(tuple(range(width)) for width in net.widths)
    assert compose_permutations(one, invert_permutations(one)) == identity
    assert compose_permutations(invert_permutations(one), one) == identity
    assert permute(net, identity) == net


def test_composition_the_other_way_round_is_something_else():
    net = Network([[[1], [2], [3]], [[4, 5, 6]]])
    one, two = [(1, 2, 0)], [(1, 0, 2)]
    assert permute(permute(net, one), two) != permute(net, compose_permutations(two, one))


@given(networks(most=3))
def test_a_normal_network_has_as_many_forms_as_permutations(net):
    forms = {
        permute(net, chosen)
        for chosen in itertools.product(*(itertools.permutations(range(w)) for w in net.widths))
    }
    most = math.prod(math.factorial(width) for width in net.widths)
    assert most % len(forms) == 0
    if normality(net).is_normal:
        assert len(forms) == most


def test_clones_have_fewer_forms():
    net = Network([[[1], [1], [2]], [[3, 3, 4]]])
    assert len({permute(net, [chosen]) for chosen in itertools.permutations(range(3))}) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [(0, 1)],
        [(0, 1, 2), (0,)],
        [(0, 1, 1)],
        [(1, 2, 3)],
        [(0, 1, -1)],
        [(0.0, 1.0, 2.0)],
        [("a", "b", "c")],
        [((0, 1), (2,))],
        [[[0, 1, 2]]],
        [None],
        3,
        "012",
    ],
)
def test_what_is_no_permutation_is_refused(wrong):
    net = Network([[[1], [2], [3]], [[4, 5, 6]]])
    with pytest.raises(InvalidInput, match=r"permutation"):
        permute(net, wrong)


def test_permutations_of_other_sizes_do_not_compose():
    with pytest.raises(InvalidInput, match="do not compose"):
        compose_permutations([(0, 1)], [(0, 1, 2)])
    assert invert_permutations([]) == () == compose_permutations([], [])
    assert permute(Network([[[1]]]), []) == Network([[[1]]])
