"""Layouts: their counts against networks that are really built, entry by entry."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bounds.upper import layouts, product_layouts, simplicial_layouts
from bounds.upper import shallow_networks as shallow
from bounds.upper import simplicial_networks as simplicial
from bounds.upper.axis_rules import cubic_rule, panel_rule
from bounds.upper.product_networks import product_network
from bounds.upper.scheme import Run

RANDOM = np.random.default_rng(5)


def agree(network, layout, *, exactly=True):
    assert network.depth == layout.depth
    assert network.widths == tuple(run.width for run in layouts.one_by_one(layout.runs))
    names = tuple(str(activation) for activation in network.activations)
    assert names == tuple(run.activation for run in layouts.one_by_one(layout.runs))
    assert network.parameter_count("dense") == layout.dense
    assert network.units == layout.architecture.units
    assert max(network.widths, default=0) == layout.architecture.width
    nonzero = network.parameter_count("nonzero")
    assert nonzero == layout.nonzero if exactly else nonzero <= layout.nonzero


def weights(number):
    return RANDOM.uniform(-1, 1, number)


@pytest.mark.parametrize("nodes", [2, 3, 8, 9])
def test_shallow(nodes):
    agree(shallow.flat_ends_network(weights(nodes)), layouts.flat_ends_layout(nodes))
    spacing = Fraction(2) / (nodes - 1 + 2 * Fraction(1, 5))
    agree(shallow.edge_shift_network(weights(nodes), spacing, spacing / 5), layouts.edge_shift_layout(nodes))


def test_constant():
    agree(shallow.constant_network(3, weights(1)), layouts.constant_layout(3))


@pytest.mark.parametrize("m", [2, 3, 4])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_vertices(m, n):
    front, grids = simplicial_layouts.vertices_front(m, n), simplicial.vertices_grids(m, n)
    both(front, simplicial.vertices_front(m, n), grids)


@pytest.mark.parametrize(("m", "n"), [(2, 2), (2, 3), (2, 6), (3, 2), (3, 3), (4, 2)])
def test_cell_centres(m, n):
    front, grids = simplicial_layouts.cell_centres_front(m, n), simplicial.cell_centres_grids(m, n)
    both(front, simplicial.cell_centres_front(m, n), grids)


@pytest.mark.parametrize(("m", "positions"), [(2, 3), (2, 4), (2, 5), (2, 9), (3, 3), (3, 5), (3, 6), (4, 4)])
def test_staircases(m, positions):
    front = simplicial_layouts.staircases_front(m, positions)
    built = simplicial.staircases_front(m, positions, Fraction(1, 3 * positions))
    both(front, built, simplicial.staggered_grids(m, positions))


def both(front, built, grids):
    values = weights(sum(grid.size for grid in grids))
    assert front.nodes + front.constants == len(values)
    wide = simplicial.wide_network(built, grids, values)
    narrow = simplicial.narrow_network(built, grids, values, lift=2.0)
    agree(wide, simplicial_layouts.wide_layout(front))
    agree(narrow, simplicial_layouts.narrow_layout(front))
    x = RANDOM.uniform(-1, 1, (300, front.inputs))
    np.testing.assert_allclose(wide(x), narrow(x), atol=1e-13)


@pytest.mark.parametrize(("m", "n"), [(2, 1), (2, 2), (2, 5), (3, 2), (3, 3), (4, 1), (4, 2)])
def test_multilinear(m, n):
    network = product_network(panel_rule(1, n), m, weights((n + 1) ** m), 1.0, corrected=False)
    agree(network, product_layouts.product_layout(product_layouts.multilinear_shape(m, n)))


@pytest.mark.parametrize(
    ("m", "degree", "panels"),
    [(1, p, k) for p in (2, 3, 4, 7) for k in (1, 4)]
    + [(2, p, k) for p in (2, 3, 7) for k in (1, 2)]
    + [(3, 2, 1), (3, 3, 1)],
)
def test_panels(m, degree, panels):
    nodes = (degree * panels + 1) ** m
    network = product_network(panel_rule(degree, panels), m, weights(nodes), 1.0, corrected=False)
    shape = product_layouts.panel_shape(m, degree, panels)
    # A power may happen to be missing from a basis function.
    agree(network, product_layouts.product_layout(shape), exactly=degree == 7)


@pytest.mark.parametrize(
    ("m", "nodes", "strip"),
    [(1, 4, 140), (1, 9, 140), (2, 4, 140), (2, 5, 0), (2, 8, 50), (3, 4, 0), (3, 5, 9)],
)
def test_local_cubics(m, nodes, strip):
    network = product_network(cubic_rule(nodes, strip), m, weights(nodes**m), 1.0, corrected=m > 1)
    shape = product_layouts.cubic_shape(m, nodes, strips=strip > 0)
    agree(network, product_layouts.product_layout(shape), exactly=False)
    slack = product_layouts.product_layout(shape).nonzero - network.parameter_count("nonzero")
    assert slack <= 0.1 * network.parameter_count("nonzero")


@given(st.integers(2, 5), st.integers(1, 40), st.integers(1, 3))
def test_a_pipeline_as_runs_is_the_pipeline_layer_by_layer(m, more, grids):
    nodes = m + more
    runs = list(layouts.one_by_one(simplicial_layouts._pipeline(m, nodes, grids * m)))
    listed = [
        simplicial_layouts.pipeline_width(m, nodes, grids * m, layer) for layer in range(1, nodes + m + 1)
    ]
    assert [run.width for run in runs] == listed


@given(
    st.integers(1, 6),
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 4)), max_size=4),
    st.integers(1, 5),
)
def test_dense_size_by_adding_up_matrices(inputs, shape, outputs):
    runs = tuple(Run(width, "relu", layers) for width, layers in shape)
    layout = layouts.Layout(inputs, runs, trainable=0, nonzero=0, outputs=outputs)
    widths = [inputs, *(run.width for run in layouts.one_by_one(runs)), outputs]
    total = sum(np.zeros((b, a)).size + b for a, b in itertools.pairwise(widths))
    assert layout.dense == total
    assert layout.depth == len(widths) - 1


def test_dense_size_per_node_of_a_pipeline_does_not_grow():
    for m, most in ((2, 72), (3, 132), (6, 420)):
        for n in (9, 99, 10**20):
            layout = simplicial_layouts.narrow_layout(simplicial_layouts.vertices_front(m, n))
            assert layout.dense <= most * (layout.trainable + 2 * m)
            assert most == (3 * m + 2) * (3 * m + 3)


def test_nonzero_size_per_node_of_the_wide_layout():
    layout = simplicial_layouts.wide_layout(simplicial_layouts.vertices_front(5, 10**6))
    assert 12 < Fraction(layout.nonzero, layout.trainable) < 12 + Fraction(1, 10**4)


def test_architecture_in_words():
    shape = simplicial_layouts.wide_layout(simplicial_layouts.vertices_front(2, 3)).architecture
    assert (shape.depth, shape.width, shape.units, shape.widths) == (5, 32, 60, (2, 10, 32, 16))
    assert str(shape) == "4 hidden layers, widths 2-10-32-16, relu"
    shape = product_layouts.product_layout(product_layouts.cubic_shape(2, 4, strips=True)).architecture
    assert str(shape) == "3 hidden layers, widths 10-30-16, relu, repu(p=3), repu(p=2)"
    assert shape.activations == ("relu", "repu(p=3)", "repu(p=2)")
    assert str(layouts.constant_layout(2).architecture) == "no hidden layer"
    large = simplicial_layouts.narrow_layout(simplicial_layouts.vertices_front(2, 10**30)).architecture
    assert large.widths == ()
    assert "1e+60 hidden layers of width at most 8" in str(large)
