"""The restricted space: membership, lifts into it, balancing, and minima over its functions."""

import random
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from identifiability.errors import InvalidInput, InvalidNetwork
from identifiability.network import Network
from identifiability.relu import (
    augmented,
    balanced,
    is_restricted,
    kink_form,
    mean_squared_error,
    read_shallow,
    realisation_minimum,
    realisation_radius,
    reparametrise,
    restricted,
    restricted_grid,
    restriction_failures,
    sobolev_distance,
    stability_conditions,
    unstable_minimum,
)
from identifiability.relu.shallow import network

F = Fraction


def random_biased(source, inputs, units, outputs):
    """Small entries give units that repeat others, are constant, or do nothing."""

    def entry():
        return F(source.randint(-2, 2), source.choice([1, 1, 3]))

    weights = [
        [[entry() for _ in range(inputs)] for _ in range(units)],
        [[entry() for _ in range(units)] for _ in range(outputs)],
    ]
    biases = [[entry() for _ in range(units)], [entry() for _ in range(outputs)]]
    return Network(weights, biases, input_dim=inputs)


def belongs(net):
    """Definition 3.2 by itself."""
    shallow = read_shallow(net)
    if shallow.inputs < 2:
        return False
    for row, column in shallow.neurons():
        if max(map(abs, row)) != max(map(abs, column)):
            return False
        if any(row) and min(row[-2:]) <= 0:
            return False
    rows = [tuple(a / max(map(abs, row)) for a in row) for row in shallow.rows if any(row)]
    return len(set(rows)) == len(rows)


def test_lifts_are_the_same_function_and_restricted():
    source = random.Random(1)
    for _ in range(150):
        inputs, units, outputs = source.randint(1, 3), source.randint(0, 5), source.randint(1, 2)
        net = random_biased(source, inputs, units, outputs)
        lifted = restricted(net)
        if lifted is net:
            assert belongs(net)
            continue
        assert lifted.architecture == (inputs + 2, units + 1, outputs)
        assert is_restricted(lifted)
        assert belongs(lifted)
        # No unit is zero, so that this holds in the stricter reading of the definition too.
        assert all(any(row) for row in read_shallow(lifted).rows)
        points = [[F(source.randint(-9, 9), 2) for _ in range(inputs)] for _ in range(8)]
        assert (lifted(augmented(points)) == net(points)).all()


def test_the_lift_of_a_network_without_biases():
    net = Network([[[1], [-1]], [[1, -1]]])
    lifted = restricted(net)
    assert lifted.architecture == (3, 3, 1)
    assert [lifted([x, 1, -1])[0] for x in (-2, 0, 5)] == [-2, 0, 5]
    # One that is restricted stays as it is.
    assert restricted(lifted) is lifted
    # So does a restricted network without units that are zero.
    small = Network([[[2, 1]], [[2]]])
    assert restricted(small) is small
    # With an output bias it does not.
    assert restricted(Network([[[2, 1]], [[2]]], [[0], [1]])).architecture == (4, 2, 1)


def test_weights_of_the_lift_are_not_large():
    net = Network([[[100], [0]], [["1/100", 4]]], biases=[[50, 9]])
    sizes = [max(map(abs, column)) for _, column in read_shallow(restricted(net)).neurons()]
    assert 1 <= sizes[0] <= F(9, 8)
    assert 6 < sizes[1] <= F(27, 4)
    repeated = Network([[[1]] * 12, [[1] * 12]])
    assert max(max(map(abs, row)) for row in read_shallow(restricted(repeated)).rows) == 14


def test_lifts_of_parallel_units_are_not_parallel():
    """The second and the third would meet if their scales did not make way for each other."""
    net = Network([[[1], [1], [1]], [[1, 5, "9/5"]]])
    assert is_restricted(restricted(net))


def test_the_lift_of_a_float_network_is_balanced_too():
    rng = np.random.default_rng(2)
    for _ in range(30):
        net = Network(
            [rng.normal(size=(4, 3)), rng.normal(size=(2, 4))], [rng.normal(size=4), rng.normal(size=2)]
        )
        lifted = restricted(net)
        assert lifted.arithmetic == "float64"
        assert is_restricted(lifted)
        x = rng.normal(size=(5, 3))
        points = np.concatenate([x, np.ones((5, 1)), -np.ones((5, 1))], axis=1)
        assert np.allclose(lifted(points), net(x), rtol=1e-12, atol=1e-12)


def test_a_wrong_shift_is_noticed():
    """Rows (w, b + t, t) with one t too large in one place only are another function."""
    net = Network([[[4], [-1]], [[1, 2]]], biases=[[-3, 1], [5]])
    lifted = read_shallow(restricted(net))
    rows = [(*row[:-1], row[-1] + F(1, 100)) for row in lifted.rows]
    wrong = network(rows, lifted.outer)
    assert not is_restricted(wrong) or wrong([2, 1, -1])[0] != net([2])[0]
    assert wrong([2, 1, -1])[0] != net([2])[0]


@pytest.mark.parametrize(
    ("rows", "outer", "failed"),
    [
        ([[1, 1], [2, 1]], [[1], [-2]], []),
        ([[1, 1], [0, 0]], [[1], [0]], []),
        ([[1, 1], [0, 0]], [[1], [1]], ["balanced"]),
        ([[1, 1]], [["999/1000"]], ["balanced"]),
        ([[1, 1], [2, 2]], [[1], [2]], ["irredundant"]),
        ([[1, 0]], [[1]], ["positive"]),
        ([[-1, 1]], [[1]], ["positive"]),
        ([[5, 1, 1]], [[-5]], []),
        ([[2]], [[2]], ["positive"]),
        ([[0]], [[0]], ["positive"]),
        ([[1, 1], [1, 1]], [[0], [1]], ["balanced", "irredundant"]),
        ([[1, 2], [2, 4]], [[2, -1], [0, 4]], ["irredundant"]),
    ],
)
def test_membership(rows, outer, failed):
    net = network(rows, outer)
    assert [failure.condition for failure in restriction_failures(net)] == failed
    assert is_restricted(net) == belongs(net) == (not failed)


def test_biases_are_refused_with_the_way_out():
    with pytest.raises(InvalidNetwork, match="restricted"):
        is_restricted(Network([[[1, 1]], [[1]]], [[1]]))
    with pytest.raises(InvalidNetwork, match="2 hidden layers"):
        restricted(Network([[[1]], [[1]], [[1]]]))
    with pytest.raises(InvalidNetwork, match="tanh"):
        restricted(Network([[[1]], [[1]]], activation="tanh"))


ENTRIES = st.fractions(-3, 3, max_denominator=4)


@given(
    st.lists(st.tuples(ENTRIES, ENTRIES, ENTRIES, st.sampled_from([1, 2, F(1, 3)])), min_size=1, max_size=4)
)
def test_balancing_keeps_the_function(units):
    rows = [[a, b] for a, b, _, _ in units] + [[s * a, s * b] for a, b, _, s in units]
    outer = [[c] for _, _, c, _ in units] * 2
    net = network(rows, outer)
    found = read_shallow(balanced(net))
    assert kink_form(found) == kink_form(net)
    assert found.units == len(rows)
    for row, column in found.neurons():
        inner, outside = max(map(abs, row)), max(map(abs, column))
        assert abs(inner - outside) * 2**60 <= inner
        # Exactly where the root is rational.
        square = inner * outside
        if int(square.numerator**0.5) ** 2 == square.numerator and (
            int(square.denominator**0.5) ** 2 == square.denominator
        ):
            assert inner == outside
    assert stability_conditions(found, found).c2


def test_the_radius_over_functions():
    assert realisation_radius(1) == F(1, 8)
    assert realisation_radius("1/2", s=2, alpha="1/3") == F(1, 64)
    lower = realisation_radius(2, s=1, alpha=2)
    assert 0 < 2 - lower * lower < F(1, 10**40)
    with pytest.raises(InvalidInput, match="radius must be positive, got 0"):
        realisation_radius(0)
    with pytest.raises(InvalidInput, match="alpha = 1/2, got 1"):
        realisation_radius(1, alpha=1)


GRID = list(restricted_grid([[1, 1], [2, 1], [1, 3]], ["-1", "0", "3/4", "1"], 2))


def closest(net, other):
    """The distance of the parameters in the restricted space: the units of the other network in any order."""
    first, units = read_shallow(net), list(read_shallow(other).neurons())
    entries = [[*row, *column] for row, column in first.neurons()]
    return min(
        max(
            abs(a - b)
            for mine, unit in zip(entries, order, strict=True)
            for a, b in zip(mine, [*unit[0], *unit[1]], strict=True)
        )
        for order in (units, units[::-1])
    )


def test_minima_over_a_grid_are_minima_over_its_functions():
    """Proposition 1.2 by brute force, with radius r²/8, and where it fails with a larger one."""
    source, larger = random.Random(4), 0
    nets = GRID[:: max(1, len(GRID) // 24)]
    pairs = {(i, j): sobolev_distance(nets[i], nets[j]) for i, j in product(range(len(nets)), repeat=2)}
    gaps = {(i, j): closest(nets[i], nets[j]) for i, j in pairs}
    for place in pairs:
        assert gaps[place] ** 2 <= 8 * pairs[place]
    for _ in range(60):
        target = [[F(source.randint(-4, 4), 2)] for _ in range(3)]
        loss = mean_squared_error([[1, 0], [0, 1], [1, -1]], target)
        values = [loss(net) for net in nets]
        for i in range(len(nets)):
            worse = [gaps[i, j] for j in range(len(nets)) if values[j] < values[i]]
            if not worse:
                continue
            # Up to here, and not including it, the network is a minimum over parameters.
            r = min(worse)
            better = [pairs[i, j] for j in range(len(nets)) if values[j] < values[i]]
            assert all(distance >= r * r / 8 for distance in better)
            larger += any(distance < r * r for distance in better)
    assert larger


def test_a_better_function_nearby_gives_better_parameters_nearby():
    loss = mean_squared_error([[1, 0], [0, 1]], [[3], [2]])
    net = Network([[[1, 1], [1, "1/2"]], [[1, 1]]])
    claim = realisation_minimum(loss, net, 4)
    assert claim.radius == 2
    rival = Network([[["9/8", "9/16"], ["9/8", "9/8"]], [["9/8", "9/8"]]])
    found = claim.refutation([net, rival])
    assert (found.network, found.deviation) == (rival, F(5, 8))
    # Better, but far away in both senses; and near, but not better.
    far = Network([[[10, 5], [9, 9]], [[-10, 9]]])
    other = mean_squared_error([[1, 0]], [[-19]])
    assert other(far) == 0 < other(net)
    assert realisation_minimum(other, net, 4).refutation([far]) is None
    assert claim.refutation([net]) is None
    assert "within 2 " in claim.statement
    assert str(claim) == claim.statement


def test_refutations_use_the_reparametrisation():
    """Γ has one unit; the competitor has it in another slot, so that its weights are far away."""
    loss = mean_squared_error([[1, 1]], [[100]])
    net = Network([[[4, 2], [0, 0]], [[4, 0]]])
    rival = Network([[[0, 0], ["33/8", "33/16"]], [[0, "33/8"]]])
    claim = realisation_minimum(loss, net, 3)
    found = claim.refutation([rival])
    assert found.competitor == rival
    assert found.deviation == F(1, 8)
    assert found.distance == F(33, 8) ** 2 - 16 <= claim.radius
    assert found.value == loss(found.network) < loss(net)
    assert found.network == reparametrise(net, rival, within="restricted").network


def test_claims_are_about_restricted_networks():
    loss = mean_squared_error([[1, 1]], [[0]])
    with pytest.raises(InvalidInput, match="not in the restricted space, because the last two"):
        realisation_minimum(loss, Network([[[1, -1]], [[1]]]), 1)
    with pytest.raises(InvalidInput, match="radius must be positive"):
        realisation_minimum(loss, Network([[[1, 1]], [[1]]]), 0)
    with pytest.raises(InvalidInput, match="1 points and 0 values"):
        mean_squared_error([[1]], [])


@pytest.mark.parametrize("k", [1, 10, 10**6])
def test_the_unstable_minimum(k):
    found = unstable_minimum(k)
    steps = [F(i, 8) for i in range(-8, 9)]
    near = [Network([[[-1 + s]], [[t]]]) for s, t in product(steps, repeat=2)]
    value = found.loss(found.network)
    assert min(map(found.loss, near)) == value == 1
    assert found.loss(found.competitor) == (1 - F(1, k)) ** 2 < 1
    assert sobolev_distance(found.network, found.competitor) == found.distance == F(1, k)
    # A little further out there are better parameters: the radius cannot be larger than stated.
    outside = Network([[[F(1, 1000)]], [[1]]])
    assert found.loss(outside) < 1
    assert stability_conditions(found.network, found.competitor).beta == 1


def test_the_problem_over_restricted_networks_is_no_harder():
    """Corollary 1.3: the lift has the same loss on the augmented data."""
    source = random.Random(9)
    for _ in range(20):
        net = random_biased(source, 2, 3, 1)
        points = [[F(source.randint(-4, 4)) for _ in range(2)] for _ in range(6)]
        values = [[F(source.randint(-4, 4))] for _ in points]
        lifted = mean_squared_error(augmented(points), values)(restricted(net))
        assert lifted == mean_squared_error(points, values)(net)


def test_the_grid_is_restricted():
    assert all(map(is_restricted, GRID))
    assert len(GRID) == 3 * 16
    assert len({tuple(read_shallow(net).rows) + tuple(read_shallow(net).outer) for net in GRID}) == 40
    with pytest.raises(InvalidInput, match="units must be at most 1"):
        list(restricted_grid([[1, 1]], [1], 2))
