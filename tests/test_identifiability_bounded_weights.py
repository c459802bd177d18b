"""The Lipschitz modulus of the realisation map on bounded parameters."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from identifiability.activations import activation
from identifiability.errors import InvalidInput
from identifiability.network import Network
from identifiability.realisation_sets import parameter_modulus
from identifiability.realisation_sets.bounded_weights import lipschitz_on

ARCHITECTURES = [(2, 1), (1, 2, 1), (2, 3, 1), (1, 2, 2, 1), (3, 2, 2, 2, 1)]


def constant_network(architecture: tuple[int, ...], entry: Fraction, sigma: str) -> Network:
    weights = [[[entry] * n] * m for n, m in pairwise(architecture)]
    return Network(weights, [[entry] * m for m in architecture[1:]], activation=sigma)


@pytest.mark.parametrize(
    "sigma", ["relu", "prelu(2)", "elu", "softsign", "sigmoid", "gelu", "sin", "repu(2)"]
)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_random_pairs_do_not_exceed_the_modulus(sigma: str, architecture: tuple[int, ...]) -> None:
    rng = np.random.default_rng(7)
    modulus = float(parameter_modulus(sigma, architecture, bound="3/2", radius=2))
    shapes = [(m, n) for n, m in pairwise(architecture)]
    for trial in range(60):
        size = 10.0 ** -rng.integers(0, 4)
        draw = (lambda s: rng.choice([-1.5, 1.5], s)) if trial % 2 else (lambda s: rng.uniform(-1.5, 1.5, s))
        first = [draw(s) for s in (*shapes, *((m,) for m, _ in shapes))]
        other = [np.clip(a + rng.uniform(-size, size, a.shape), -1.5, 1.5) for a in first]
        apart = max(abs(a - b).max() for a, b in zip(first, other, strict=True))
        f, g = (Network(p[: len(shapes)], p[len(shapes) :], activation=sigma) for p in (first, other))
        points = rng.choice([-2.0, 2.0, 0.3], (20, architecture[0]))
        assert abs(f(points) - g(points)).max() <= modulus * apart * (1 + 1e-9)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_relu_attains_the_modulus_and_a_smaller_one_is_refuted(architecture: tuple[int, ...]) -> None:
    bound, step = Fraction(3, 2), Fraction(1, 10**9)
    modulus = parameter_modulus("relu", architecture, bound, radius=2)
    nets = [constant_network(architecture, entry, "relu") for entry in (bound, bound - step)]
    corner = [[2] * architecture[0]]
    ratio = (nets[0](corner) - nets[1](corner))[0, 0] / step
    assert ratio <= modulus
    assert ratio > Fraction(999_999, 10**6) * modulus


def test_local_lipschitz_constants_bound_difference_quotients() -> None:
    for name in ["repu(3)", "polynomial(1, 2, 0, 1)", "softplus", "prelu(-3)"]:
        sigma = activation(name)
        constant = float(lipschitz_on(sigma, Fraction(5, 2)))
        grid = np.linspace(-2.5, 2.5, 2001)
        quotients = abs(np.diff(sigma.value(grid)) / np.diff(grid))
        assert quotients.max() <= constant * (1 + 1e-12)
        assert quotients.max() > 0.9 * constant
    assert lipschitz_on(activation("identity"), Fraction(9)) == 1


def test_bad_input() -> None:
    with pytest.raises(InvalidInput, match="bound must be positive"):
        parameter_modulus("relu", (1, 1), bound=0)
