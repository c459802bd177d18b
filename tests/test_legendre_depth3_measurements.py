"""Measured errors of depth-3 networks: never above the proved ones, and above them for wrong networks."""

import json
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from identifiability.errors import InvalidInput
from identifiability.exact import ball
from identifiability.files.formats import load_network, save_network
from identifiability.network import Network
from legendre import depth3_measurements
from legendre.depth3 import depth3_network, depth3_plan
from legendre.depth3_measurements import measured_error
from legendre.targets import absolute_value, cosine, exponential, function, monomial, relu, sine

WAVE = sine("pi*d^3")
QUESTIONS = [
    (WAVE, 2, "0.0165", "smooth", None),
    (WAVE, 3, "0.0165", "smooth", "2^d"),
    (sine(2), 2, "1/2", "slides", None),
    (cosine(3), 3, "1e-4", "smooth", None),
    (exponential(20), 2, "1e5", "smooth", None),
    (absolute_value(), 4, "0.01", "smooth", 1),
    (monomial(2), 2, "0.01", "smooth", None),
    (relu("1/3"), 2, "0.1", "slides", "1/3"),
    (monomial(1), 20, "0.1", "smooth", None),
]


def built(question):
    return depth3_network(*question), depth3_plan(*question)


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_no_measured_error_is_above_the_proved_one(question):
    network, plan = built(question)
    found = measured_error(network, plan, seed=0)
    assert found.status == "evidence"
    assert 0 < found.error <= plan.proved_error
    assert found.evaluation < plan.proved_error / 1000


@pytest.mark.parametrize("question", QUESTIONS[:4], ids=str)
def test_it_finds_much_of_the_proved_error(question):
    network, plan = built(question)
    assert measured_error(network, plan, seed=1).error > plan.proved_error * Fraction(2, 3)


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_a_wrong_network_is_caught(question):
    """Mutants: another output bias, other weights, units of the second layer that never wake up."""
    network, plan = built(question)
    net = network.to_float()
    size = 2.0 * float(plan.proved_error)
    weights, biases = list(net.weights), [np.array(bias) for bias in net.biases]
    shifted = [*biases[:2], biases[2] + size]
    asleep = [biases[0], biases[1] - (np.arange(len(biases[1])) % 2 == 0) * 1e9, biases[2]]
    halved = [*weights[:2], np.asarray(weights[2]) * 0.5]
    for mutant in (
        Network(weights, shifted, net.activations),
        Network(weights, asleep, net.activations),
        Network(halved, biases, net.activations),
    ):
        assert measured_error(mutant, plan, seed=0).error > plan.proved_error


def exact_error(network, plan, found):
    """The error at the worst pair, exactly but for the target: the pair is nearly on the spheres."""
    pair = [Fraction(entry) for entry in (*found.x, *found.other)]
    value = network.to_exact()([pair])[0, 0]
    inner = sum(a * b for a, b in zip(pair[: plan.d], pair[plan.d :], strict=True))
    from legendre.target_values import on_balls

    with ctx.workprec(200):
        return float(abs(ball(value) - on_balls(plan.target, plan.d)(ball(inner))))


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_the_worst_pair_has_that_error_in_exact_arithmetic(question):
    network, plan = built(question)
    found = measured_error(network, plan, seed=3, points=400)
    norms = [np.linalg.norm(half) for half in (found.x, found.other)]
    assert norms == pytest.approx([1, 1], abs=1e-12)
    # Half a unit in the last place of the pair's length moves <x, x'> by as much.
    slack = float(plan.lipschitz) * 1e-15 * plan.d
    assert exact_error(network, plan, found) == pytest.approx(found.error, abs=2 * found.evaluation + slack)


def test_all_kinds_of_points_are_what_they_say():
    plan = depth3_plan(WAVE, 3, "0.0165")
    kinds = dict(depth3_measurements._kinds(plan, 5000, np.random.default_rng(0)))
    assert len(kinds) == 5
    for rows in kinds.values():
        for half in (rows[:, :3], rows[:, 3:]):
            assert np.linalg.norm(half, axis=1) == pytest.approx(1, abs=1e-12)
    inner = {kind: np.sum(rows[:, :3] * rows[:, 3:], axis=1) for kind, rows in kinds.items()}
    assert set(np.round(inner["aligned or antipodal vectors"], 12)) == {-1.0, 1.0}
    assert set(inner["coordinate vectors"]) == {-1.0, 0.0, 1.0}
    knots = (inner["pairs with an inner product at a knot or between two"] + 1) * plan.pieces
    assert knots == pytest.approx(np.round(knots), abs=1e-9)
    rows = kinds["pairs with coordinates of x + x' at kinks or between two"]
    halves = 2 * (rows[:, 1:3] + rows[:, 4:]) / float(plan.step)
    assert halves == pytest.approx(np.round(halves), abs=1e-8)
    odd = np.round(halves) % 2 == 1
    assert odd.all(axis=1).sum() > len(rows) / 3
    assert (~odd).all(axis=1).sum() > len(rows) / 3
    assert all(len(rows) > 10 for rows in kinds.values())


def test_a_seed_repeats_itself_and_another_one_does_not():
    network, plan = built(QUESTIONS[0])
    first, again, other = (measured_error(network, plan, seed) for seed in (7, "7", 8))
    assert first == again
    assert first != other
    assert "seed 7" in str(first)
    said = json.loads(json.dumps(first.to_json()))
    assert float(said["value"]) == first.error
    assert tuple(map(float, said["x_prime"])) == first.other
    assert int(said["points"]) == first.points


def test_rounded_and_loaded_networks_are_measured_too(tmp_path):
    network, plan = built(QUESTIONS[1])
    save_network(network.to_float("float32"), tmp_path / "network.onnx")
    loaded = load_network(tmp_path / "network.onnx")
    assert loaded.arithmetic == "float32"
    difference = measured_error(loaded, plan, 0).error - measured_error(network, plan, 0).error
    assert 0 < abs(difference) < 1e-4


def test_batches_change_nothing(monkeypatch):
    network, plan = built(QUESTIONS[1])
    whole = measured_error(network, plan, 0, points=500)
    monkeypatch.setattr(depth3_measurements, "_LARGEST_BATCH", 5000)
    assert measured_error(network, plan, 0, points=500).error == pytest.approx(whole.error, rel=1e-9)


@settings(max_examples=15, deadline=None)
@given(
    st.integers(2, 6),
    st.fractions(Fraction(1, 50), Fraction(2), max_denominator=100),
    st.sampled_from([sine(3), cosine("d"), absolute_value(), relu("-1/7"), monomial(3), exponential(-2)]),
    st.sampled_from(["smooth", "slides"]),
    st.sampled_from([None, "1/2", 7]),
    st.integers(0, 1000),
)
def test_the_proved_error_holds(d, epsilon, target, method, bound, seed):
    plan = depth3_plan(target, d, epsilon, method, bound)
    if max(plan.widths) > 1500:
        return
    network = depth3_network(target, d, epsilon, method, bound)
    assert measured_error(network, plan, seed, points=300).error <= plan.proved_error <= epsilon


def test_a_false_lipschitz_constant_is_caught():
    """The bounds of a callable are believed; measuring shows when they are wrong."""
    believed = function(lambda t: np.sin(30 * t), 1, 1)
    network, plan = depth3_network(believed, 2, "0.05"), depth3_plan(believed, 2, "0.05")
    assert measured_error(network, plan, 0).error > 10 * plan.proved_error


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"seed": -1}, "seed must be at least 0"),
        ({"seed": "x"}, "seed must be an integer"),
        ({"points": 5}, "points must be at least 10"),
        ({"points": 10**9}, "points must be at most"),
        ({"network": Network([[[1]]])}, "the plan is for a network of the shape 4-"),
    ],
)
def test_bad_input(arguments, words):
    network, plan = built(QUESTIONS[0])
    with pytest.raises(InvalidInput, match=words) as caught:
        measured_error(**({"network": network, "plan": plan, "seed": 0} | arguments))
    assert "\n" not in str(caught.value)


def test_the_target_on_balls_is_the_target_on_floats():
    """What the exact check stands on: an oracle that is not on_balls."""
    plan = depth3_plan(*QUESTIONS[0])
    from legendre.target_values import on_balls

    with ctx.workprec(100):
        assert on_balls(plan.target, 2)(arb("0.25")).overlaps((arb.pi() * 2).sin())
