"""Exploding weights: sup norms, slopes, and what every equivalent network needs."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb

from identifiability.activations import activation
from identifiability.errors import InvalidInput
from identifiability.network import Network
from identifiability.realisation_sets import exploding_weights_witness, weight_lower_bound
from identifiability.realisation_sets.spikes import LARGEST_INDEX

TABLE = [
    "relu",
    "prelu(1/4)",
    "prelu(2)",
    "elu",
    "softsign",
    "isrlu(1)",
    "isrlu(1/100)",
    "isru(1)",
    "isru(9)",
    "sigmoid",
    "tanh",
    "arctan",
    "softplus",
]
OTHERS = ["prelu(-2)", "prelu(0)", "clipped_relu", "hard_tanh", "gelu", "silu", "erf", "sin"]
ARCHITECTURES = [(1, 2, 1), (2, 3, 1), (1, 2, 2, 1), (1, 1, 2, 1), (3, 2, 2, 2, 1)]
SHARP = {*TABLE, "prelu(0)", "clipped_relu", "hard_tanh", "erf"}


def sampled(net: Network, n: int) -> float:
    """The largest absolute value on a grid that is fine where the network is steep."""
    near = np.linspace(-8, 8, 4001) / n**2
    first = np.concatenate([np.linspace(-1, 1, 501), near, 1 - abs(near)]).clip(-1, 1)
    points = np.zeros((len(first), net.architecture[0]))
    points[:, 0] = first
    points[:, 1:] = np.random.default_rng(0).uniform(-1, 1, points[:, 1:].shape)
    return float(abs(net(points)).max())


@pytest.mark.parametrize("name", [*TABLE, *OTHERS])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_sup_norm_is_enclosed_and_falls_like_1_over_n(name: str, architecture: tuple[int, ...]) -> None:
    witness = exploding_weights_witness(name, architecture)
    assert witness.exists
    for n in (1, 4, 30):
        net, error = witness.network(n), witness.error(n)
        assert net.architecture == architecture
        assert net.is_exact
        assert error.upper is not None
        found = sampled(net, n)
        assert found <= float(error.upper) * (1 + 1e-6) + 1e-9
        if name in SHARP:
            assert error.upper - error.lower <= Fraction(1, 10**12)
            assert found >= 0.99 * float(error.lower)
            # The norm of another member of the family is not the norm of this one.
            shifted = float(witness.error(n + 1).upper)  # type: ignore[arg-type]
            assert not 0.999 * shifted <= found <= 1.001 * shifted
    assert float(witness.error(1000).upper) <= 60 / 1000  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["relu", "prelu(2)", "softsign", "clipped_relu", "hard_tanh"])
def test_rational_activations_have_exact_norms(name: str) -> None:
    for architecture in ARCHITECTURES:
        assert exploding_weights_witness(name, architecture).error(10).is_exact


@pytest.mark.parametrize("name", [*TABLE, *OTHERS])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_weights_of_all_equivalent_networks_tend_to_infinity(
    name: str, architecture: tuple[int, ...]
) -> None:
    witness = exploding_weights_witness(name, architecture)
    depth = len(architecture) - 1
    small, large = witness.weights(10), witness.weights(10**6)
    for found in (small, large):
        assert found.upper is not None
        assert 0 < found.lower <= found.upper
    # Slopes grow like n, and the bound like its L-th root.
    growth = float(large.lower / small.lower) ** depth
    assert 0.8e5 < growth < 1.5e5


def test_measured_slopes_are_those_of_the_derivatives() -> None:
    expected = {
        "relu": 1,
        "prelu(1/4)": 0.75,
        "prelu(2)": 1,
        "elu": 0.632,
        "softsign": 0.75,
        "softplus": 0.245,
    }
    expected |= {"isrlu(1)": 0.681, "isru(1)": 0.681, "sigmoid": 0.0922, "tanh": 0.655, "arctan": 0.551}
    for name, kappa in expected.items():
        n, lipschitz = 100, float(activation(name).lipschitz)
        lower = float(exploding_weights_witness(name, (1, 2, 1)).weights(n).lower)
        assert lower**2 * 2 * lipschitz / n == pytest.approx(kappa, rel=2e-2)


@pytest.mark.parametrize("name", [name for name in TABLE if "prelu" not in name])
def test_one_unit_suffices_but_for_parametric_relu(name: str) -> None:
    for architecture in [(1, 1, 1), (2, 1, 1, 1)]:
        witness = exploding_weights_witness(name, architecture)
        assert witness.exists
        assert sampled(witness.network(20), 20) <= float(witness.error(20).upper) * (1 + 1e-6)  # type: ignore[arg-type]
        assert witness.weights(10**8).lower > 10 * witness.weights(100).lower > 0


@pytest.mark.parametrize(
    ("name", "architecture", "reason"),
    [
        ("prelu(1/4)", (1, 1, 1), "hidden layer of width 2"),
        ("prelu(-1)", (3, 1, 1, 1), "hidden layer of width 2"),
        ("relu", (3, 1), "L = 1"),
        ("identity", (1, 3, 1), "affine"),
        ("prelu(1)", (1, 3, 1), "affine"),
        ("repu(2)", (1, 3, 1), "not Lipschitz"),
    ],
)
def test_reasons(name: str, architecture: tuple[int, ...], reason: str) -> None:
    witness = exploding_weights_witness(name, architecture)
    assert not witness.exists
    assert reason in (witness.reason or "")
    assert reason in str(witness).replace("\n ", "")
    with pytest.raises(InvalidInput, match="no network"):
        witness.network(1)


def test_width_one_parametric_relu_has_slopes_of_one_size() -> None:
    # What makes the statement false there, on random networks: slopes on a fine grid.
    rng = np.random.default_rng(3)
    for a in (0.25, 2.0, -0.5):
        for _ in range(50):
            weights = [rng.uniform(-2, 2, (1, 1)) for _ in range(4)]
            biases = [rng.uniform(-1, 1, 1) for _ in range(4)]
            net = Network(weights, biases, activation=activation("prelu", a=a))
            values = net(np.linspace(-1, 1, 2**12 + 1)[:, None])[:, 0]
            # Two equal steps in a row lie on one piece.
            steps = np.diff(values)
            pieces = abs(steps[1:])[abs(np.diff(steps)) < 1e-12 * abs(weights[-1]).max()]
            ratio = max(abs(a), 1 / abs(a), 1) ** 3
            assert pieces.max() <= ratio * pieces.min() * (1 + 1e-5)


def test_the_lower_bound_is_attained_and_larger_factors_are_refuted() -> None:
    # All weights B, with steep units that are active together: slope B^L N_1 N_2.
    size = Fraction(7, 2)
    net = Network(
        [[[size]] * 2, [[size] * 2] * 3, [[size] * 3]], biases=[[1, 1], [1, 1, 1], [0]], activation="relu"
    )
    bound = weight_lower_bound(net, [0], [1])
    assert size - Fraction(1, 10**20) < bound <= size
    # Without the widths, or with twice the slope, the same formula exceeds the weights that there are.
    assert (bound**3 * 6) > size**3
    doubled = Network([*net.weights[:-1], [[2 * size] * 3]], net.biases, activation="relu")
    assert weight_lower_bound(doubled, [0], [1]) > size


def test_balanced_equivalent_networks_respect_the_bound() -> None:
    for root in (2, 5, 30):
        n = root**2
        witness = exploding_weights_witness("relu", (1, 2, 1))
        scale = Fraction(root, n * n)
        given = witness.network(n)
        balanced = Network(
            [given.weight(0) * scale, given.weight(1) / scale],
            [given.bias(0) * scale, given.bias(1)],
            activation="relu",
        )
        points = [[Fraction(i, 8 * n * n)] for i in range(-8, 9)]
        assert (balanced(points) == given(points)).all()
        largest = max(abs(entry) for layer in (0, 1) for entry in balanced.weight(layer).flat)
        assert largest == root
        lower = witness.weights(n).lower
        assert lower <= root
        # Three times the slope would claim more than this network has.
        assert lower * lower * 3 > root * root


def test_other_competitors_and_refusals() -> None:
    net = exploding_weights_witness("tanh", (1, 2, 1)).network(10)
    wide = weight_lower_bound(net, [0], ["1/1000"], architecture=(1, 8, 1))
    assert abs(wide * 2 - weight_lower_bound(net, [0], ["1/1000"])) < Fraction(1, 10**15)
    assert weight_lower_bound(Network([[[0]], [[1]]]), [0], [1]) == 0
    with pytest.raises(InvalidInput, match="must differ"):
        weight_lower_bound(net, [1], [1])
    with pytest.raises(InvalidInput, match="not Lipschitz"):
        weight_lower_bound(Network([[[1]], [[1]]], activation="repu(2)"), [0], [1])
    with pytest.raises(InvalidInput, match="at most"):
        exploding_weights_witness("relu", (1, 2, 1)).network(LARGEST_INDEX + 1)
    with pytest.raises(InvalidInput, match="at least 1"):
        exploding_weights_witness("relu", (1, 2, 1)).error(0)
    with pytest.raises(InvalidInput, match="inputs"):
        weight_lower_bound(net, [0], [1], architecture=(2, 2, 1))


def test_the_limit_is_zero_and_balls_agree_with_floats() -> None:
    witness = exploding_weights_witness("softplus", (2, 2, 2, 1))
    assert witness.limit_at is not None
    assert witness.limit_at([[1, 2], [3, 4]]).tolist() == [[0], [0]]
    net = witness.network(7)
    value = net([[arb(1) / 3, arb(0)]])[0, 0]
    assert float(value) == pytest.approx(float(net([[1 / 3, 0.0]])[0, 0]), abs=1e-9)


def test_the_answer_is_shown_and_serialised() -> None:
    witness = exploding_weights_witness("relu", (1, 2, 1))
    text = str(witness)
    assert max(map(len, text.splitlines())) <= 100
    assert "100" in text
    data = witness.to_json(indices=(10,))
    assert data["at"] == [
        {
            "n": "10",
            "error": {"lower": "1/10", "upper": "1/10", "status": "certified"},
            "weights": data["at"][0]["weights"],
        }
    ]
    assert "tabular" in witness.to_latex()
    assert "<table>" in witness._repr_html_()


@pytest.mark.parametrize("ask", ["network", "error", "weights"])
def test_indices_are_read_before_they_are_used(ask):
    question = getattr(exploding_weights_witness("gelu", (1, 2, 1)), ask)
    assert str(question(np.int64(3))) == str(question(3))
    for wrong in (0, "x", np.float64(2.5)):
        with pytest.raises(InvalidInput, match="index n"):
            question(wrong)
