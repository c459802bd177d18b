"""Cells of piecewise linear networks: the geometry, the search, and the replay of its proofs."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import networkx
import numpy as np
import pytest
from equal_networks import Draft, examples, number
from scipy.optimize import linprog

from identifiability.activations import activation
from identifiability.equality.cell_replay import proves
from identifiability.equality.cones import Cone, cut, half_space, multipliers, value
from identifiability.equality.domains import Box, SpanningInputs, spanning_inputs
from identifiability.equality.linear_regions import (
    Agreement,
    Disagreement,
    Unfinished,
    agree_on_cells,
    is_piecewise_linear,
    linear_pieces,
)
from identifiability.network import Network

F = Fraction
NAMES = ("relu", "prelu(1/4)", "prelu(-2)", "clipped_relu", "hard_tanh", "identity", "polynomial(1,2)")


def random_cone(random: Random, dimension: int, cuts: int) -> Cone:
    cone = half_space(dimension)
    for _ in range(cuts):
        h = tuple(random.randint(-3, 3) for _ in range(dimension + 1))
        cone = random.choice([part for part in cut(cone, h) if part is not None])
    return cone


@pytest.mark.parametrize("seed", range(40))
def test_generators_and_inequalities_describe_the_same_cone(seed):
    random = Random(seed)
    dimension = random.randint(1, 4)
    cone = random_cone(random, dimension, random.randint(1, 8))
    assert all(value(g, cone.interior()) > 0 for g in cone.inequalities)
    assert all(value(g, line) == 0 for g in cone.inequalities for line in cone.lines)
    for ray, tight in cone.rays:
        heights = [value(g, ray) for g in cone.inequalities]
        assert min(heights) >= 0
        assert [height == 0 for height in heights] == [bool(tight >> i & 1) for i in range(len(heights))]
    # The least value of a function over the inequalities, by linear programming, is that over the rays.
    objective = np.array([random.randint(-3, 3) for _ in range(dimension + 1)])
    bounded = linprog(
        objective,
        A_ub=-np.array(cone.inequalities, dtype=float),
        b_ub=np.zeros(len(cone.inequalities)),
        bounds=(-1, 1),
    )
    generators = [ray for ray, _ in cone.rays] + [
        tuple(sign * entry for entry in line) for line in cone.lines for sign in (1, -1)
    ]
    assert (bounded.fun < -1e-9) == any(value(tuple(objective.tolist()), ray) < 0 for ray in generators)


@pytest.mark.parametrize("seed", range(40))
def test_multipliers_prove_one_sidedness(seed):
    random = Random(seed)
    dimension = random.randint(1, 4)
    cone = random_cone(random, dimension, random.randint(2, 8))
    proved = 0
    for _ in range(60):
        factors = [random.choice((0, 0, 1, 2)) for _ in cone.inequalities]
        h = tuple(
            sum(f * g[i] for f, g in zip(factors, cone.inequalities, strict=True))
            for i in range(dimension + 1)
        )
        found = multipliers(cone, h)
        assert all(factor > 0 for _, factor in found)
        total = [sum(factor * cone.inequalities[i][j] for i, factor in found) for j in range(dimension + 1)]
        assert total == list(h)
        proved += len(found)
    assert proved


def test_pieces_of_activations():
    for name in NAMES:
        sigma = activation(name)
        pieces = linear_pieces(sigma)
        for u in (F(-7, 2), F(-1), F(-1, 2), F(0), F(1, 3), F(1), F(5, 2)):
            slope, intercept = pieces.lines[sum(end <= u for end in pieces.breakpoints)]
            assert slope * u + intercept == sigma.exact(u)
    assert linear_pieces(activation("polynomial(2)")).lines == ((0, 2),)
    assert not is_piecewise_linear(Network([[[1]], [[1]]], None, "repu(2)"))
    assert not is_piecewise_linear(Network([[[1]], [[1]], [[1]]], None, ["relu", "elu"]))


@pytest.mark.parametrize("lines", [1, 3, 5])
def test_a_generic_arrangement_has_the_number_of_cells_that_it_must(lines):
    random = Random(lines)
    rows = [[random.randint(-50, 50), random.randint(-50, 50)] for _ in range(lines)]
    net = Network([rows, [[1] * lines]], [[random.randint(-50, 50) for _ in rows], [0]])
    assert agree_on_cells(net, net).cells == 1 + lines + lines * (lines - 1) // 2


def test_cells_of_the_braid_arrangement_are_orderings():
    # x_i = x_j for all pairs, on a box: one cell for every ordering of four numbers.
    pairs = list(networkx.complete_graph(4).edges)
    rows = [[int(k == i) - int(k == j) for k in range(4)] for i, j in pairs]
    net = Network([rows, [[1] * 6]])
    assert agree_on_cells(net, net).cells == 24
    assert agree_on_cells(net, net, Box((F(0),) * 4, (F(1),) * 4)).cells == 24


def same_function(random: Random, draft: Draft) -> Network:
    for _ in range(3):
        draft.change(random)
    return draft.network()


@pytest.mark.parametrize("seed", range(3))
def test_equal_networks_agree_and_the_proof_is_replayed(seed):
    random = Random(seed)
    for _ in range(examples(12)):
        inputs = random.randint(1, 3)
        draft = Draft(random, inputs, [random.choice(NAMES) for _ in range(random.randint(1, 2))], 2)
        f = draft.network()
        g = same_function(random, draft)
        box = random.choice((None, Box((F(-1),) * inputs, (F(2),) * inputs)))
        found = agree_on_cells(f, g, box)
        assert isinstance(found, Agreement)
        assert proves(f, g, box, found.steps)
        for _ in range(4):
            place = random.randrange(len(found.steps)) if found.steps else None
            if place is not None:
                assert not proves(f, g, box, found.steps[:place] + found.steps[place + 1 :])


@pytest.mark.parametrize("seed", range(3))
def test_every_difference_is_found(seed):
    # A bump on a small cell, added to one of two equal networks.
    random = Random(seed)
    for _ in range(examples(6)):
        inputs = random.randint(1, 2)
        draft = Draft(random, inputs, ["relu", random.choice(("relu", "hard_tanh"))], 1)
        f = draft.network()
        centre = [number(random) for _ in range(inputs)]
        width = F(1, 10**9)
        rows = [[sign * int(i == j) for j in range(inputs)] for i in range(inputs) for sign in (1, -1)]
        shifts = [-sign * centre[i] for i in range(inputs) for sign in (1, -1)]
        # relu(width - |x - c|_1) in two layers beside those of f.
        first = [*draft.weights[0], *rows]
        second = [[*row, *([0] * len(rows))] for row in draft.weights[1]]
        second.append([*([0] * len(draft.weights[0])), *([-1] * len(rows))])
        names = [draft.activations[0], draft.activations[1]]
        g = Network(
            [first, second, [[*draft.weights[2][0], 1]]],
            [[*draft.biases[0], *shifts], [*draft.biases[1], width], draft.biases[2]],
            names,
        )
        if names[1] == "hard_tanh":
            continue
        found = agree_on_cells(f, g)
        assert isinstance(found, Disagreement)
        assert sum(abs(x - c) for x, c in zip(found.point, centre, strict=True)) < width
        assert f([list(found.point)]).tolist() != g([list(found.point)]).tolist()
        away = Box(tuple(c + width for c in centre), tuple(c + 1 for c in centre))
        assert isinstance(agree_on_cells(f, g, away), Agreement)


def test_the_budget_is_kept():
    rows = [[1, 0], [0, 1], [1, 1], [1, -1]]
    net = Network([rows, [[1, 1, 1, 1]]])
    assert agree_on_cells(net, net).cells == 8
    assert agree_on_cells(net, net, budget=8).cells == 8
    assert agree_on_cells(net, net, budget=7) == Unfinished(7)


def test_a_proof_is_for_its_networks_and_box():
    f = Network([[[1], [-1]], [[1, -1]]])
    g = Network([[[1]]])
    steps = agree_on_cells(f, g).steps
    assert proves(f, g, None, steps)
    assert not proves(f, Network([[[2]]]), None, steps)
    part = agree_on_cells(Network([[[1]], [[1]]]), g, Box((F(0),), (F(1),))).steps
    assert proves(Network([[[1]], [[1]]]), g, Box((F(0),), (F(1),)), part)
    assert not proves(Network([[[1]], [[1]]]), g, None, part)
    assert not proves(Network([[[1]], [[1]]]), g, Box((F(-1),), (F(1),)), part)


def test_inputs_that_span():
    net = Network([[[1, 2, 0, 3], [0, 0, 1, 1]], [[1, 1]]])
    inputs = spanning_inputs(net, net, None)
    assert inputs.chosen == (0, 2)
    assert inputs.holds(net, net, None)
    for x in product((0, 1, F(1, 2)), repeat=4):
        y = [
            sum(dict(terms).get(k, 0) * x[i] for i, terms in enumerate(inputs.combinations)) for k in range(2)
        ]
        assert inputs.restricted(net)(y).tolist() == net(list(x)).tolist()
    assert not inputs.holds(net, net, Box((F(0),) * 4, (F(1),) * 4))
    assert not SpanningInputs((0,), inputs.combinations).holds(net, net, None)
    assert not SpanningInputs((0, 3), inputs.combinations).holds(net, net, None)
    assert not SpanningInputs((0, 2), inputs.combinations[:-1]).holds(net, net, None)
    unused = Network([[[0, 1, 0]], [[1]]])
    box = Box((F(5),) * 3, (F(6),) * 3)
    kept = spanning_inputs(unused, unused, box)
    assert kept.chosen == (1,)
    assert kept.holds(unused, unused, box)
    assert kept.lifted([F(11, 2)], box) == (5, F(11, 2), 5)
