"""What rounding does to networks: bounds against exact differences, and mutants that no bound may pass."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from bounds.upper import affine_enclosures, one_input, rounding, schemes
from bounds.upper.affine_enclosures import PRECISIONS, Forms, Layer, State, on_boxes, through
from bounds.upper.build import build_bound
from bounds.upper.one_input import direct_error, kinks, largest_difference, values_at
from bounds.upper.rounding import rounding_error
from identifiability.errors import Inexact, InvalidInput
from identifiability.formula import parse
from identifiability.network import Network
from identifiability.weights import float_matrix

CUBE = (Fraction(-1), Fraction(1))


def rational_points(m, number, seed=0):
    drawn = np.random.default_rng(seed).integers(-997, 998, (number, m))
    points = np.empty(drawn.shape, dtype=object)
    points[:] = [[Fraction(int(entry), 997) for entry in row] for row in drawn]
    return points


def seen(exact, stored, points):
    """The largest exact difference at some points: a lower bound of the supremum."""
    pairs = zip(exact(points).ravel(), stored.to_exact()(points).ravel(), strict=True)
    return max(abs(one - two) for one, two in pairs)


def waves(m):
    text = "+".join(f"sin(2*x{i}+{i})/40" for i in range(m))
    return parse(text, tuple(f"x{i}" for i in range(m)))


CASES = [(1, 1, "0.1"), (1, 2, "0.02"), (1, 4, "0.002"), (1, 6, "0.001"), (2, 1, "0.2"), (2, 2, "0.1")]
MORE = [(2, 3, "0.02"), (2, 4, "0.01"), (3, 2, "0.3"), (3, 3, "0.05"), (4, 1, "0.4")]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("m", "r", "epsilon"), CASES + MORE)
def test_no_difference_that_is_seen_exceeds_the_bound(m, r, epsilon, dtype):
    for bound in schemes.upper_bounds(m, r, Fraction(epsilon)):
        if bound.nonzero > 2500:
            continue
        built = build_bound(bound, m, waves(m), arithmetic=dtype)
        found = seen(built.exact_network, built.network, rational_points(m, 25))
        assert 0 < found <= built.rounding, bound.scheme
        # The bound is of use, too: the error of the scheme is much larger.
        assert built.rounding < Fraction(1, 5 if dtype == "float32" else 10**8) * built.scheme_error
        x = np.random.default_rng(1).uniform(-1, 1, (25, m)).astype(dtype)
        exactly = built.network.to_exact()(np.vectorize(lambda t: Fraction(float(t)), otypes=[object])(x))
        strayed = [
            abs(Fraction(float(a)) - b) for a, b in zip(built.network(x)[:, 0], exactly[:, 0], strict=True)
        ]
        assert max(strayed) <= built.evaluation, bound.scheme


def tents(random, units, denominator=3):
    numbers = random.integers(-20, 21, 3 * units + 1)
    parts = [Fraction(int(n), denominator * 7) for n in numbers]
    return Network(
        [[[w] for w in parts[:units]], [parts[units : 2 * units]]],
        [parts[2 * units : 3 * units], [parts[-1]]],
    )


@given(st.integers(0, 10**6), st.integers(1, 8))
@settings(max_examples=60)
def test_the_supremum_of_shallow_networks_is_attained(seed, units):
    random = np.random.default_rng(seed)
    first, second = tents(random, units), tents(random, units)
    supremum = largest_difference(first, second, *CUBE)
    points = sorted({*kinks(first, *CUBE), *kinks(second, *CUBE)})
    # Against the networks' own exact evaluation, which knows nothing of kinks.
    at_kinks = np.array([[point] for point in points], dtype=object)
    assert supremum == max(
        abs(a - b) for a, b in zip(first(at_kinks)[:, 0], second(at_kinks)[:, 0], strict=True)
    )
    assert values_at(first, points) == first(at_kinks)[:, 0].tolist()
    between = rational_points(1, 60, seed)
    assert seen(first, second, between) <= supremum


@given(st.integers(0, 10**6), st.integers(1, 6))
@settings(max_examples=40)
def test_the_enclosures_contain_the_exact_supremum(seed, units):
    network = tents(np.random.default_rng(seed), units)
    stored = network.to_float("float32")
    supremum = largest_difference(network, stored, *CUBE)
    for cells in (1, 7):
        boxes = rounding._boxes(CUBE, cells)
        layers = rounding._layers(network, stored)
        worst = rounding._worst(layers, boxes[0][None], boxes[1][None], PRECISIONS["float32"])
        assert supremum <= Fraction(worst[0])
    assert rounding_error(network, stored).stored == supremum


def deep(random, widths, activations):
    sizes = list(pairwise(widths))
    weights = [
        [[Fraction(int(n), 21) for n in row] for row in random.integers(-20, 21, (o, i))] for i, o in sizes
    ]
    biases = [[Fraction(int(n), 23) for n in random.integers(-20, 21, o)] for _, o in sizes]
    return Network(weights, biases, activations)


NETWORKS = [
    ((2, 4, 1), ["relu"]),
    ((2, 4, 3, 1), ["relu", "repu(p=3)"]),
    ((1, 3, 3, 1), ["repu(p=2)", "relu"]),
    ((3, 4, 4, 4, 2), ["relu"] * 3),
    ((2, 3, 1), ["repu(p=7)"]),
]


@pytest.mark.parametrize(("widths", "activations"), NETWORKS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("cells", [1, 5])
def test_random_networks(widths, activations, dtype, cells):
    for seed in range(6):
        network = deep(np.random.default_rng(seed), widths, activations)
        stored = network.to_float(dtype)
        found = rounding_error(network, stored, (Fraction(-1, 2), Fraction(1, 3)), cells)
        points = (rational_points(widths[0], 30, seed) + 1) * Fraction(5, 12) - Fraction(1, 2)
        assert seen(network, stored, points) <= found.stored
        x = np.random.default_rng(seed).uniform(-0.5, 0.33, (30, widths[0])).astype(dtype)
        exactly = stored.to_exact()(np.vectorize(lambda t: Fraction(float(t)), otypes=[object])(x))
        for computed, value in zip(stored(x).ravel(), exactly.ravel(), strict=True):
            assert abs(Fraction(float(computed)) - value) <= found.evaluation


def check_affine_forms(widths, activations):
    """Every unit of every layer at points of a box, in balls: y, and the difference d."""
    for seed in range(4):
        network = deep(np.random.default_rng(seed), widths, activations)
        stored = network.to_float("float32")
        centre = np.random.default_rng(seed).uniform(-0.5, 0.5, (widths[0], 1))
        half = np.full((widths[0], 1), 0.25)
        state = on_boxes(centre, half)
        sides = np.random.default_rng(seed + 1).integers(-8, 9, (20, widths[0]))
        corners = [
            [arb(float(c)) + arb(int(t)) / 32 for c, t in zip(centre[:, 0], row, strict=True)]
            for row in sides
        ]
        for depth, layer in enumerate(rounding._layers(network, stored), start=1):
            state = through(layer, state, PRECISIONS["float32"])
            for corner, row in zip(corners, sides, strict=True):
                ours, theirs = (prefix(net, depth)(corner) for net in (stored, network))
                for unit in range(len(layer.bias)):
                    assert contains(state.values, unit, row / 8, ours[unit])
                    assert contains(state.differences, unit, row / 8, theirs[unit] - ours[unit])


def test_affine_forms_enclose_the_values_of_every_unit():
    for widths, activations in NETWORKS:
        check_affine_forms(widths, activations)


def prefix(network, depth):
    """The network up to the units of a layer."""
    if depth == network.depth:
        return network
    size = network.architecture[depth]
    eye = np.eye(size, dtype=int if network.is_exact else network.arithmetic)
    return Network(
        [*network.weights[:depth], eye],
        [*network.biases[:depth], np.zeros(size, dtype=eye.dtype)],
        network.activations[:depth],
    )


def contains(forms, unit, t, value):
    line = sum(
        (arb(float(a)) * arb(float(x)) for a, x in zip(forms.coefficients[unit, :-1, 0], t, strict=True)),
        arb(0),
    )
    return (
        abs(value - line - arb(float(forms.constant[unit, 0])))
        <= arb(float(forms.radius[unit, 0])) + arb(2) ** -45
    )


def mutants():
    """Wrong constants in the enclosures, each of which some network exposes."""
    relu, affine, power = affine_enclosures._relu, affine_enclosures._affine, affine_enclosures._power

    def no_triangle(state):
        right = relu(state)
        return State(
            Forms(right.values.coefficients, 0 * right.values.radius), right.differences, right.errors
        )

    def no_kinks(state):
        right = relu(state)
        loose = Forms(right.differences.coefficients, 0 * right.differences.radius)
        return State(right.values, loose, right.errors)

    def no_shift(layer, state, precision):
        changed = Layer(
            layer.weight,
            layer.difference,
            layer.bias,
            0 * layer.shift,
            layer.pattern,
            layer.entries,
            layer.lost,
            layer.degree,
        )
        return affine(changed, state, precision)

    def half_difference(layer, state, precision):
        right = affine(layer, state, precision)
        halved = Forms(right.differences.coefficients / 2, right.differences.radius / 2)
        return State(right.values, halved, right.errors)

    def no_bend(state, degree, precision):
        right = power(state, degree, precision)
        slopes = Forms(right.differences.coefficients, right.differences.radius * 0)
        return State(right.values, slopes, right.errors)

    return [
        ("_relu", no_triangle),
        ("_relu", no_kinks),
        ("_affine", no_shift),
        ("_affine", half_difference),
        ("_power", no_bend),
    ]


@pytest.mark.parametrize(("name", "mutant"), mutants())
def test_wrong_enclosures_are_caught(name, mutant, monkeypatch):
    """The check of every unit, or of the supremum at points, rejects each mutant on some network."""
    monkeypatch.setattr(affine_enclosures, name, mutant)
    with pytest.raises(AssertionError):
        test_affine_forms_enclose_the_values_of_every_unit()


def test_forgotten_factors_in_the_evaluation_are_caught(monkeypatch):
    monkeypatch.setitem(PRECISIONS, "float32", affine_enclosures.Precision(2.0**-34, 2.0**-149, 2.0**127))
    with pytest.raises(AssertionError):
        test_random_networks(*NETWORKS[1], "float32", 5)


def test_a_perturbed_weight_is_noticed():
    bound = schemes.upper_bounds(2, 2, Fraction(1, 10))[2]
    built = build_bound(bound, 2, waves(2))
    for layer in range(built.network.depth):
        weights = [np.array(built.network.weight(index)) for index in range(built.network.depth)]
        row, column = np.argwhere(weights[layer])[0]
        weights[layer][row, column] += 1e-9
        mutated = Network(weights, built.network.biases, built.network.activations)
        assert rounding_error(built.exact_network, mutated, cells=4).stored > 10 * built.rounding


def test_the_difference_of_one_product_is_exact_up_to_the_slack():
    network = Network([[["1/3"]], [["1/7"]]], [[2], [0]], "repu(p=2)")
    stored = network.to_float()
    found = rounding_error(network, stored, (Fraction(0), Fraction(1)), 64)
    at_one = seen(network, stored, np.array([[Fraction(1)]], dtype=object))
    assert at_one <= found.stored <= at_one * Fraction(3, 2)


def test_weights_below_the_smallest_float_count():
    tiny = Fraction(1, 2**1200)
    network = Network([[[1], [1]], [[tiny, 1]]])
    stored = network.to_float()
    assert stored.weight(1)[0, 0] == 0
    deeper = Network([[[1], [1]], [[tiny, 1]], [[1]]])
    assert rounding_error(network, stored).stored == tiny
    assert tiny <= rounding_error(deeper, deeper.to_float()).stored < Fraction(1, 2**800)


def test_intermediate_overflow_is_refused():
    big = Fraction(10) ** 30
    network = Network([[[big]], [[big]], [[1 / big]]])
    with pytest.raises(Inexact, match="overflow"):
        rounding_error(network, network.to_float("float32"))


def test_bad_inputs():
    network = Network([[["1/3"]], [[1]]])
    with pytest.raises(InvalidInput, match="same shape"):
        rounding_error(network, Network([[[1.0], [2.0]], [[1.0, 1.0]]]))
    with pytest.raises(InvalidInput, match="float one"):
        rounding_error(network, network)
    smooth = Network([[["1/3"]], [[1]]], activation="tanh")
    with pytest.raises(InvalidInput, match="relu and repu"):
        rounding_error(smooth, smooth.to_float())
    with pytest.raises(InvalidInput, match="one hidden layer"):
        kinks(Network([[[1, 1]], [[1]]]), *CUBE)


DIRECT = ["sin(3*x0)", "x0^5-x0", "exp(-5*x0^2)", "abs(x0-1/3)", "max(x0, x0^2)"]


@pytest.mark.parametrize("text", DIRECT)
def test_direct_errors_are_bounds_and_nearly_sharp(text):
    formula, nodes = parse(text, ("x0",)), 41
    line = np.linspace(-1, 1, nodes)
    values = np.array([float(one_input.evaluate_ball(formula, {"x0": arb(x)}).mid()) for x in line])
    slopes = np.diff(values) / np.diff(line)
    network = Network([np.ones((nodes - 1, 1)), np.diff(slopes, prepend=0.0)[None]], [-line[:-1], values[:1]])
    found = direct_error(network, formula, CUBE)
    x = np.linspace(-1, 1, 20011)
    exactly = np.array([float(one_input.evaluate_ball(formula, {"x0": arb(t)}).mid()) for t in x])
    measured = np.abs(network(x[:, None])[:, 0] - exactly).max()
    assert measured <= float(found) * (1 + 1e-9)
    assert float(found) <= 1.01 * measured or "(x0" in text


def test_direct_errors_notice_a_shifted_kink_and_a_missing_eighth(monkeypatch):
    formula = parse("x0^2", ("x0",))
    bound = schemes.upper_bounds(1, 2, Fraction(1, 50))[1]
    built = build_bound(bound, 1, parse("x0^2/4", ("x0",)))
    shifted = np.array(built.network.bias(0))
    shifted[3] += 0.1
    moved = Network(built.network.weights, [shifted, built.network.bias(1)])
    assert direct_error(moved, parse("x0^2/4", ("x0",)), CUBE) > built.direct_error
    # A chord of x^2 between 0 and 1 misses it by 1/4 in the middle, and by 0 at the ends.
    chord = Network([[[1], [-1]], [[1, 1]]])
    monkeypatch.setattr(one_input, "FEWEST_PARTS", 1)
    assert direct_error(chord, formula, CUBE) >= Fraction(1, 4)
    monkeypatch.setattr(one_input, "_curvature", lambda *_: arb(0))
    assert direct_error(chord, formula, CUBE) < Fraction(1, 4)


def test_a_formula_that_is_unbounded_has_no_direct_error():
    network = Network([[[1.0]], [[1.0]]])
    assert direct_error(network, parse("1/x0", ("x0",)), CUBE) is None


def test_direct_errors_stop_at_very_many_units(monkeypatch):
    monkeypatch.setattr(one_input, "MOST_UNITS", 2)
    network = Network([[[1.0]] * 3, [[1.0] * 3]])
    assert direct_error(network, parse("x0", ("x0",)), CUBE) is None


def test_large_networks_get_fewer_boxes(monkeypatch):
    monkeypatch.setattr(rounding, "MOST_WORK", 10)
    network = deep(np.random.default_rng(0), (2, 4, 1), ["relu"])
    assert rounding_error(network, network.to_float(), cells=50).boxes == 1


def test_units_that_are_off_add_no_rounding():
    """A hundred units that are 0 on the whole domain leave the evaluation's bound as it is."""
    few = Network([[[1]], [["1/3"]], [[1]]])
    many = Network([[[1]] * 101, [["1/3"] + ["1/3"] * 100], [[1]]], [[0] + [-5] * 100, [0], [0]])
    one, other = (rounding_error(net, net.to_float()).evaluation for net in (few, many))
    assert other <= one * Fraction(11, 10)


def test_ten_thousand_units_take_a_few_seconds(benchmark):
    bound = schemes.upper_bounds(1, 1, Fraction(1, 10001))[0]
    built = benchmark.pedantic(build_bound, (bound, 1, waves(1)), rounds=1)
    assert built.network.units == 10**4
    assert built.rounding < Fraction(1, 10**15)
    assert built.proved_error == built.direct_error < Fraction(1, 10**5)


def test_a_matrix_of_the_enclosure_is_the_stored_one():
    network = deep(np.random.default_rng(0), (2, 4, 1), ["relu"])
    stored = network.to_float("float32")
    layer = rounding._layers(network, stored)[0]
    assert (layer.weight.toarray() == stored.weight(0)).all()
    exact, rounded = network.weight(0), stored.to_exact().weight(0)
    gaps = [[float(a - b) for a, b in zip(*rows, strict=True)] for rows in zip(exact, rounded, strict=True)]
    np.testing.assert_array_equal(layer.difference.toarray(), gaps)
    assert isinstance(layer.weight, type(float_matrix(np.array([0]), np.array([0]), np.array([1.0]), (1, 1))))


@pytest.mark.parametrize("ends", [(0, 10**400), (10**308, 2 * 10**308), (-(10**320), 0)])
def test_a_domain_beyond_all_floats_is_refused(ends):
    ramp = Network([[["1/3"]], [[1]]])
    with pytest.raises(Inexact, match="keep the network exact"):
        rounding_error(ramp, ramp.to_float(), tuple(map(Fraction, ends)))
