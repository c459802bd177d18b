"""How often realisations alternate, and averages that alternate more often."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import arb
from scipy.optimize import linprog

from identifiability.activations import activation
from identifiability.network import Network
from identifiability.realisation_sets import alternation_bound, nonconvexity_witness
from identifiability.realisation_sets.zigzags import Zigzag, zigzag

TABLE = ["relu", "prelu(1/4)", "prelu(2)", "elu", "softsign", "isrlu(1/9)", "isru(4)", "sigmoid", "tanh"]
TABLE += ["arctan", "softplus"]
OTHERS = ["prelu(-1)", "clipped_relu", "hard_tanh", "gelu", "silu", "erf", "repu(2)", "repu(3)"]
DEEP = ["relu", "prelu(1/4)", "prelu(-2)", "softsign", "clipped_relu", "hard_tanh", "repu(2)"]


def alternations(values: np.ndarray) -> int:
    """At how many points the values alternate in sign, leaving out those that may be rounding."""
    signs = np.sign(values[abs(values) > 1e-9 * abs(values).max()])
    return int(1 + (np.diff(signs) != 0).sum()) if len(signs) else 0


def found(name: str, architecture: tuple[int, ...]) -> Zigzag:
    built = nonconvexity_witness(name, architecture, certificate="alternation").certificate
    assert isinstance(built, Zigzag)
    return built


@pytest.mark.parametrize("name", [*TABLE, *OTHERS])
@pytest.mark.parametrize("architecture", [(1, 1, 1), (1, 2, 1), (1, 3, 1)])
def test_random_realisations_stay_below_the_bound(name: str, architecture: tuple[int, ...]) -> None:
    rng = np.random.default_rng(11)
    bound, width = alternation_bound(name, architecture), architecture[1]
    assert bound is not None
    grid = np.linspace(-30, 30, 3001)
    most = 0
    for _ in range(200):
        steep = rng.normal(size=(width, 1)) * 10 ** rng.uniform(-1, 1.5)
        net = Network(
            [steep, rng.normal(size=(1, width))], [steep[:, 0] * rng.uniform(-9, 9, width), [0.0]], name
        )
        values = net(grid[:, None])[:, 0]
        most = max(most, *(alternations(values - level) for level in rng.choice(values, 4)))
    # With one unit and the right constant the bound for monotone steps is attained: 1 would be wrong.
    assert 2 <= most <= bound


@pytest.mark.parametrize("name", DEEP)
@pytest.mark.parametrize("architecture", [(1, 2, 2, 1), (1, 1, 2, 1), (1, 2, 2, 2, 1)])
def test_random_deep_realisations_stay_below_the_bound(name: str, architecture: tuple[int, ...]) -> None:
    rng = np.random.default_rng(12)
    bound = alternation_bound(name, architecture)
    assert bound is not None
    grid = np.linspace(-3, 3, 6001)
    for _ in range(100):
        weights = [rng.normal(size=(m, n)) for n, m in pairwise(architecture)]
        net = Network(weights, [rng.normal(size=m) for m in architecture[1:]], activation=name)
        values = net(grid[:, None])[:, 0]
        assert alternations(values - np.median(values)) <= bound


def test_known_extremal_networks() -> None:
    # arctan(5x + 20) - ... with slopes of alternating sign: 2N zeros are not reached, 2N - 1 are.
    net = Network([[[1], [1]], [[1, -1]]], [[3, -3], [-2]], activation="arctan")
    values = net(np.linspace(-9, 9, 1001)[:, None])[:, 0]
    assert alternations(values) == 3 <= (alternation_bound("arctan", (1, 2, 1)) or 0)
    # |x| - 1/2, with one unit: the bound for piecewise linear activations is attained.
    tent = Network([[[1]], [[1]]], [[0], [Fraction(-1, 2)]], activation="prelu(-1)")
    assert alternations(tent(np.linspace(-1, 1, 101)[:, None])[:, 0]) == alternation_bound(
        "prelu(-1)", (1, 1, 1)
    )
    # A deep sawtooth: 2^k teeth out of k layers of width 2.
    layers = [[[1], [1]], [[2, -4], [2, -4]], [[2, -4], [2, -4]], [[2, -4]]]
    biases = [[0, Fraction(-1, 2)]] * 3 + [[Fraction(-1, 2)]]
    saw = Network(layers, biases)
    assert alternations(saw(np.linspace(0, 1, 4097)[:, None])[:, 0]) == 9
    assert (alternation_bound("relu", (1, 2, 2, 2, 1)) or 0) >= 9


@pytest.mark.parametrize("name", ["sin", "polynomial(0, 1, 1)", "tanh", "elu"])
def test_no_bound(name: str) -> None:
    assert (alternation_bound(name, (1, 2, 2, 1)) is None) == (name != "polynomial(0, 1, 1)")


@pytest.mark.parametrize(
    ("name", "architecture"),
    [
        *((name, architecture) for name in [*TABLE, *OTHERS] for architecture in [(1, 1, 1), (2, 3, 1)]),
        *((name, architecture) for name in DEEP for architecture in [(1, 2, 2, 1), (1, 1, 1, 1)]),
    ],
)
def test_the_average_of_the_networks_alternates(name: str, architecture: tuple[int, ...]) -> None:
    witness = nonconvexity_witness(name, architecture)
    proof = witness.certificate
    assert isinstance(proof, Zigzag)
    assert proof.check()
    # Independently: the networks themselves, evaluated in balls at the abscissae.
    assert witness.size is not None
    exact = activation(name).piece_degrees is not None
    firsts = [x if exact else arb(x.numerator) / x.denominator for x in proof.abscissae]
    points = [[x, *[1] * (architecture[0] - 1)] for x in firsts]
    total = sum(witness.network(i)(points)[:, 0] for i in range(witness.size))
    average = [value / witness.size for value in total]
    for i, value in enumerate(average):
        assert value * (-1) ** i >= (1 if exact else 1 - 1e-9)
    assert proof.points == 1 + (alternation_bound(name, architecture) or 0)
    assert {witness.network(i).architecture for i in range(witness.size)} == {architecture}
    assert witness.error(5).lower == 5


@pytest.mark.parametrize("name", TABLE)
def test_mutated_zigzags_are_rejected(name: str) -> None:
    proof = found(name, (1, 2, 1))
    assert proof.check()
    # Too few points for the bound.
    assert not replace(proof, points=proof.points - 1).check()
    # Values smaller than 1, and a wrong constant.
    halved = tuple(c / 2 for c in proof.coefficients)
    assert not replace(proof, coefficients=halved, constant=proof.constant / 4).check()
    assert not replace(proof, constant=proof.constant + 3).check()
    # One sign flipped.
    last = (*proof.coefficients[:-1], -proof.coefficients[-1])
    assert not replace(proof, coefficients=last).check()
    # A wider architecture alternates more often.
    assert not replace(proof, architecture=(1, 3, 1)).check()


def test_best_uniform_approximation_of_the_zigzag_has_distance_one() -> None:
    # Chebyshev approximation by e + c relu(±(x - t)), for each t a linear program: independent of the count.
    proof = found("relu", (1, 1, 1))
    nodes = np.array([float(x) for x in proof.abscissae])
    signs = np.array([float(value) for value in proof.values() if isinstance(value, Fraction)])
    best = np.inf
    for t in np.linspace(-1.2, 1.2, 97):
        for side in (-1, 1):
            unit = np.maximum(side * (nodes - t), 0)
            columns = np.column_stack([unit, np.ones_like(nodes)])
            ones = np.ones((len(nodes), 1))
            rows = np.block([[columns, -ones], [-columns, -ones]])
            solved = linprog(
                [0, 0, 1], A_ub=rows, b_ub=np.concatenate([signs, -signs]), bounds=[(None, None)] * 3
            )
            best = min(best, solved.fun)
    assert best >= 1 - 1e-9
    lower, upper = proof.distance()
    assert lower == upper == 1


def test_exact_values_alternate_exactly() -> None:
    for name in ("relu", "prelu(1/3)", "prelu(-1)", "prelu(3)", "hard_tanh", "repu(2)"):
        proof = found(name, (1, 2, 1))
        assert proof.values() == [(-1) ** i for i in range(proof.points)]


def test_larger_zigzags_are_refused_with_a_reason() -> None:
    assert nonconvexity_witness("tanh", (1, 15, 1), certificate="alternation").reason is not None
    assert zigzag(activation("tanh"), (1, 12, 1)) is not None


def test_affine_functions_are_not_separated_from_their_averages():
    certificate = nonconvexity_witness("relu", (1, 2, 1)).certificate
    assert certificate.check()
    assert not replace(certificate, architecture=(1, 1)).check()
