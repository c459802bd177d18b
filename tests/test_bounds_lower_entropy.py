"""The entropy bound: the Lipschitz recursion on random networks, the exponent in integers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bounds.lower.entropy import EntropyWitness, entropy, least_exponent
from bounds.lower.parameter_lipschitz import entries, parameter_lipschitz
from bounds.lower.shattered_points import shattered_points
from identifiability.activations import activation as find_activation
from identifiability.errors import InvalidInput

Array = NDArray[np.float64]
Parameters = list[tuple[Array, Array]]


def realise(parameters: Parameters, name: str, x: Array) -> Array:
    sigma, values = find_activation(name), x
    for weights, biases in parameters[:-1]:
        values = np.asarray(sigma.value(values @ weights.T + biases))
    weights, biases = parameters[-1]
    out: Array = values @ weights.T + biases
    return out


def draw(rng: np.random.Generator, m: int, depth: int, width: int, bound: float, extreme: bool) -> Parameters:
    sizes = (m, *([width] * (depth - 1)), 1)
    parameters = []
    for before, after in pairwise(sizes):
        block = rng.uniform(-bound, bound, size=(after, before + 1))
        block = bound * np.sign(block) if extreme else block
        parameters.append((block[:, :-1], block[:, -1]))
    return parameters


def ratio(first: Parameters, second: Parameters, name: str, x: Array) -> float:
    """sup |f - f'| over the points, by the largest difference of parameters."""
    change = max(
        max(np.abs(a - c).max(), np.abs(b - d).max()) for (a, b), (c, d) in zip(first, second, strict=True)
    )
    return float(np.abs(realise(first, name, x) - realise(second, name, x)).max() / change)


def recursion(m: int, depth: int, width: int, bound: Fraction, with_biases: bool = True) -> Fraction:
    """Lambda for ReLU in fractions: the sum over layers of (paths after) x (size before + 1)."""
    sizes = [m, *([width] * (depth - 1))]
    bias = 1 if with_biases else 0
    outputs = [Fraction(1)]
    for size in sizes[:-1]:
        outputs.append(bound * (size * outputs[-1] + bias))
    total = Fraction(0)
    for layer, (size, output) in enumerate(zip(sizes, outputs, strict=True)):
        after = Fraction(1)
        for later in sizes[layer + 1 :]:
            after *= bound * later
        total += after * (size * output + bias)
    return total


@pytest.mark.parametrize(
    "name", ["relu", "tanh", "sigmoid", "gelu", "silu", "hard_tanh", "softplus", "sin", "erf"]
)
@pytest.mark.parametrize(
    ("m", "depth", "width", "bound"), [(1, 2, 4, "0.5"), (3, 3, 5, "1"), (2, 5, 3, "2"), (4, 1, 1, "3")]
)
def test_random_networks_never_exceed_the_constant(
    name: str, m: int, depth: int, width: int, bound: str
) -> None:
    rng = np.random.default_rng(depth)
    constant = float(parameter_lipschitz(m, depth, width, bound, name))
    corners = np.array(np.meshgrid(*[[-1.0, 1.0]] * m)).reshape(m, -1).T
    x = np.concatenate([corners, rng.uniform(-1, 1, size=(60, m))])
    largest = float(Fraction(bound))
    for trial in range(120):
        first = draw(rng, m, depth, width, largest, extreme=trial % 3 == 0)
        if trial % 2:
            second = draw(rng, m, depth, width, largest, extreme=trial % 3 == 0)
        else:
            step = rng.choice([1e-4, 1e-2])
            second = [
                (np.clip(a - step * np.sign(a), -largest, largest), b - step * np.sign(b)) for a, b in first
            ]
        if any((a != c).any() or (b != d).any() for (a, b), (c, d) in zip(first, second, strict=True)):
            assert ratio(first, second, name, x) <= constant * (1 + 1e-9)


def all_at(value: float, m: int, depth: int, width: int) -> Parameters:
    sizes = (m, *([width] * (depth - 1)), 1)
    return [(np.full((after, before), value), np.full(after, value)) for before, after in pairwise(sizes)]


@pytest.mark.parametrize(
    ("m", "depth", "width", "bound"), [(1, 2, 3, 2.0), (2, 3, 4, 1.0), (3, 5, 2, 0.5), (1, 7, 6, 3.0)]
)
def test_relu_networks_with_equal_parameters_attain_the_constant(
    m: int, depth: int, width: int, bound: float
) -> None:
    step = 1e-6
    first, second = all_at(bound, m, depth, width), all_at(bound - step, m, depth, width)
    reached = ratio(first, second, "relu", np.ones((1, m)))
    constant = float(parameter_lipschitz(m, depth, width, str(bound), "relu"))
    assert 0.999 * constant <= reached <= constant * (1 + 1e-9)
    # so two recursions that look alike are refuted: without the biases, and lowered by 2 per cent
    assert reached > float(recursion(m, depth, width, Fraction(str(bound)), with_biases=False))
    assert reached > 0.98 * constant


@given(m=st.integers(1, 9), depth=st.integers(1, 9), width=st.integers(1, 50), numerator=st.integers(1, 500))
@settings(deadline=None)
def test_the_recursion_is_the_sum_over_layers(m: int, depth: int, width: int, numerator: int) -> None:
    bound = Fraction(numerator, 16)
    exact = recursion(m, depth, width, bound)
    rounded = parameter_lipschitz(m, depth, width, bound, "relu")
    assert exact <= rounded <= exact * (1 + Fraction(1, 2**100))
    assert parameter_lipschitz(m, depth, width, bound, "tanh") <= rounded
    assert rounded < parameter_lipschitz(m, depth, width + 1, bound, "relu") or depth == 1


def test_bounded_activations_use_their_range() -> None:
    # a bounded activation's outputs do not grow with B, so Lambda has one factor B less for each layer
    relu, tanh = (parameter_lipschitz(1, 2, 10, 10**6, name) for name in ("relu", "tanh"))
    assert relu / tanh > 1
    shallow, deep = (
        parameter_lipschitz(1, 2, 10, 10**6, "sigmoid"),
        parameter_lipschitz(1, 3, 10, 10**6, "sigmoid"),
    )
    assert deep / shallow < 10**8


@given(points=st.integers(1, 3000), intervals=st.integers(2, 10**6))
@settings(deadline=None)
def test_the_exponent_is_least_in_integers(points: int, intervals: int) -> None:
    least = least_exponent(points, intervals)
    assert intervals**least >= 2**points
    assert intervals ** (least - 1) < 2**points


def test_exponents_at_powers_of_two_and_next_to_them() -> None:
    for j in (1, 5, 64, 300):
        for multiple in (1, 3, 7):
            points = j * multiple
            assert least_exponent(points, 2**j) == multiple
            assert least_exponent(points + 1, 2**j) == multiple + 1
            if j > 1:
                assert least_exponent(points, 2**j - 1) == multiple + 1
                assert least_exponent(points, 2**j + 1) == multiple


def test_huge_exponents_are_exact() -> None:
    # (2^j + 1)^N >= 2^M with M = jN + d iff (1 + 2^-j)^N >= 2^d: about N = d log(2) 2^j
    points, j = 10**60, 500
    least = least_exponent(points, 2**j + 1)
    assert least == -(-points // j)
    assert least_exponent(10**400, 3) * 3 > 10**400


@pytest.mark.parametrize(
    ("m", "r", "epsilon", "depth", "width", "bound", "activation"),
    [
        (1, 1, "1e-4", 2, 1000, "100", "relu"),
        (2, 1, "0.01", 3, 20, "1", "relu"),
        (2, 2, "0.001", 4, 10, "1/2", "tanh"),
        (3, 1, "0.05", 2, 7, "10", "sigmoid"),
        (1, 3, "1e-6", 6, 30, "2", "gelu"),
        (5, 2, "0.01", 1, None, "4", "relu"),
    ],
)
def test_values_are_least_for_their_witness(
    m: int, r: int, epsilon: str, depth: int, width: int | None, bound: str, activation: str
) -> None:
    answer = entropy(m, r, epsilon, depth, width, bound, activation)
    witness = answer.witness
    assert answer.status == "certified"
    assert isinstance(witness, EntropyWitness)
    assert answer.value is not None
    level, largest = Fraction(epsilon), Fraction(bound)
    margin = 1 / witness.points.sobolev_sum - level
    assert margin > 0
    assert witness.points.verify()
    assert witness.lipschitz >= parameter_lipschitz(m, depth, width or 1, bound, activation)
    intervals = witness.intervals(level)
    # cubes of side 2B/K keep functions closer than 2 (rho - epsilon), and one interval less would not do
    assert largest * witness.lipschitz / intervals < margin <= largest * witness.lipschitz / (intervals - 1)
    assert intervals**answer.value >= 2**witness.points.count > intervals ** (answer.value - 1)
    # a mutated witness does not support the value
    better = replace(witness.points, count=2 * witness.points.count)
    assert not better.verify()


def test_the_choice_of_points_is_not_worse_than_twice_epsilon() -> None:
    """Points at level 2 epsilon and K = ceil(B Lambda / epsilon), the simplest choice."""
    for m, r, epsilon, depth, width, bound in [(1, 1, "1e-4", 2, 1000, "100"), (2, 1, "0.001", 5, 100, "10")]:
        level = Fraction(epsilon)
        points = shattered_points(m, r, 2 * level)
        constant = parameter_lipschitz(m, depth, width, bound, "relu")
        simple = least_exponent(points.count, -(-Fraction(bound) * constant // level).__ceil__())
        value = entropy(m, r, epsilon, depth, width, bound).value
        assert value is not None
        assert value >= simple
    assert entropy(1, 1, "1e-4", 2, 1000, 100).value == 222


@given(
    m=st.integers(1, 4),
    r=st.integers(1, 3),
    numerator=st.integers(1, 400),
    depth=st.integers(2, 6),
    width=st.integers(1, 100),
    bound=st.integers(1, 100),
)
@settings(deadline=None, max_examples=40)
def test_larger_classes_need_no_more_parameters(
    m: int, r: int, numerator: int, depth: int, width: int, bound: int
) -> None:
    level = Fraction(numerator, 1000)
    value = entropy(m, r, level, depth, width, bound).value
    assert value is not None
    assert value >= 1
    for larger in (
        entropy(m, r, level, depth, width, bound + 1),
        entropy(m, r, level, depth, width + 1, bound),
    ):
        assert larger.value is not None
        if value <= entries(m, depth, width):
            assert larger.value <= value


def test_weights_too_small_for_any_network_are_said_to_be() -> None:
    answer = entropy(1, 2, "0.1", 2, 3, "1e-3")
    assert answer.value == entries(1, 2, 3) + 1 == 11
    assert "out of reach" in answer.conditions[-1]
    assert "out of reach" not in entropy(1, 1, "0.1", 2, 30, "10").conditions[-1]


def test_a_class_that_reaches_epsilon_obeys_the_bound() -> None:
    # piecewise linear interpolation with n nodes: n + 1 ReLU units, error 1/(n + 1), weights at most 4n + 4
    for n in (9, 49, 199):
        answer = entropy(1, 1, Fraction(1, n + 1), 2, n + 1, 4 * n + 4)
        assert answer.value is not None
        assert answer.value <= 3 * (n + 1) + 1


def test_what_is_missing_is_named() -> None:
    assert "needs depth, width, weight_bound" in entropy(1, 1, "0.1").conditions[0]
    assert "needs width:" in entropy(1, 1, "0.1", depth=2, weight_bound=1).conditions[0]
    assert entropy(1, 1, "0.1", depth=1, weight_bound=1).status == "certified"
    for answer in (entropy(1, 1, "0.1"), entropy(1, 1, "0.1", 2, 3, 1, "repu")):
        assert (answer.status, answer.value, answer.witness) == ("void", None, None)
    assert "no Lipschitz constant" in entropy(1, 1, "0.1", 2, 3, 1, "repu").conditions[0]
    with pytest.raises(InvalidInput, match="must be Lipschitz"):
        parameter_lipschitz(1, 2, 3, 1, "repu")


def test_any_activation_is_any_contraction_that_fixes_zero() -> None:
    anything, relu = entropy(1, 1, "0.01", 3, 10, 5, "any"), entropy(1, 1, "0.01", 3, 10, 5, "relu")
    assert anything.value == relu.value
    assert "1-Lipschitz" in anything.approximators


def test_trivial_errors_and_bad_arguments() -> None:
    assert entropy(1, 1, "1").value == 0
    assert entropy(1, 1, "1").status == "certified"
    for arguments in [
        {"depth": 0, "width": 3, "weight_bound": 1},
        {"depth": 2, "width": 0, "weight_bound": 1},
        {"depth": 2, "width": 3, "weight_bound": 0},
        {"depth": 10**9, "width": 3, "weight_bound": 1},
    ]:
        with pytest.raises(InvalidInput):
            entropy(1, 1, "0.1", **arguments)


def test_the_witness_is_written_out() -> None:
    witness = entropy(1, 1, "0.1", 2, 3, "1/2").witness
    assert witness is not None
    assert witness.kind == "entropy"
    data = witness.to_json()
    assert data["weight_bound"] == "1/2"
    assert set(data) == {"points", "weight_bound", "lipschitz"}


@pytest.mark.parametrize("weight_bound", [Fraction(1, 3), 1, Fraction(17, 10), 2, 3])
def test_the_constant_is_shown_rounded_up(weight_bound: Fraction | int) -> None:
    found = entropy(2, 2, Fraction(1, 1000), 3, 50, weight_bound, find_activation("relu"))
    shown = next(text for text in found.conditions if "at most" in text and "times" in text)
    constant = parameter_lipschitz(2, 3, 50, Fraction(weight_bound), find_activation("relu"))
    assert Fraction(shown.split("at most ")[1].split()[0]) >= constant
