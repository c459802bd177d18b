"""Segments to constants, and how many centres there can be."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identifiability.errors import InvalidInput
from identifiability.network import Network
from identifiability.realisation_sets import centre_bound, star_shaped

RATIONALS = st.fractions(-5, 5, max_denominator=7)


def random_network(architecture: tuple[int, ...], seed: int, activation: str = "relu") -> Network:
    rng = np.random.default_rng(seed)
    shapes = list(zip(architecture[1:], architecture, strict=False))
    weights = [
        [[Fraction(int(rng.integers(-9, 10)), 4) for _ in range(n)] for _ in range(m)] for m, n in shapes
    ]
    biases = [[Fraction(int(rng.integers(-9, 10)), 4) for _ in range(m)] for m, _ in shapes]
    return Network(weights, biases, activation=activation)


@pytest.mark.parametrize("architecture", [(1, 1), (2, 3, 1), (3, 2, 2, 2, 1), (2, 3, 2)])
@settings(max_examples=25)
@given(scale=RATIONALS, centre=RATIONALS, seed=st.integers(0, 10**6))
def test_segments_are_realised_exactly(
    architecture: tuple[int, ...], scale: Fraction, centre: Fraction, seed: int
) -> None:
    net = random_network(architecture, seed, "softsign")
    moved = star_shaped(net, scale, centre)
    points = [[Fraction(i - j, 3) for i in range(architecture[0])] for j in range(4)]
    assert moved.architecture == architecture
    assert (moved(points) == scale * net(points) + (1 - scale) * centre).all()
    if scale != 1:
        # A shifted constant is another function.
        assert not (moved(points) == scale * net(points) + (1 - scale) * (centre + 1)).any()


def test_every_output_has_its_own_constant_and_floats_stay_floats() -> None:
    net = random_network((2, 3, 2), 5)
    ends = star_shaped(net, 0, [1, "1/2"])([[3, 4]])
    assert ends.tolist() == [[1, Fraction(1, 2)]]
    rounded = star_shaped(net.to_float("float32"), "0.5", 1)
    assert rounded.arithmetic == "float32"
    np.testing.assert_allclose(rounded([[3.0, 4.0]]), 0.5 * net([[3.0, 4.0]]) + 0.5, rtol=1e-5)


def test_centre_bound_counts_the_parameters() -> None:
    for architecture in [(1, 1), (2, 3, 1), (3, 2, 2, 2, 1)]:
        assert centre_bound(architecture) == random_network(architecture, 0).parameter_count()
    with pytest.raises(InvalidInput, match="one output"):
        centre_bound((1, 2, 2))
    with pytest.raises(InvalidInput, match="sequence of sizes"):
        centre_bound(3)  # type: ignore[arg-type]
