"""Codes in the l1 metric: distances and counts by listing, pyramids by sampling."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bounds.lower.codes import (
    OCTAHEDRAL,
    SEARCHED,
    Code,
    best_code_grid,
    code_grid,
    even_sum,
    fullest_residue,
    has_distance,
    lee,
    odd_weights,
)
from bounds.lower.spaces import Space, TensorSpace, sobolev_sum
from identifiability.errors import InvalidInput

small_codes = st.builds(
    Code,
    st.integers(1, 40),
    st.lists(st.integers(-20, 40), min_size=1, max_size=3).map(tuple),
    st.integers(1, 6),
)


def listed_distance(code: Code, top: int) -> int:
    """The least l1 norm of a non-zero code word, or top if none is shorter."""
    norms = (
        sum(map(abs, x))
        for x in product(range(-top, top + 1), repeat=code.variables)
        if sum(w * c for w, c in zip(code.weights, x, strict=True)) % code.modulus == 0
    )
    return min((norm for norm in norms if norm), default=top)


@given(small_codes)
@settings(max_examples=150, deadline=None)
def test_distances_agree_with_a_list_of_all_short_vectors(code: Code) -> None:
    assert has_distance(code) == (listed_distance(code, code.distance) >= code.distance)


@pytest.mark.parametrize("code", SEARCHED, ids=str)
def test_searched_codes_have_their_distance_and_no_more(code: Code) -> None:
    assert has_distance(code)
    assert not has_distance(Code(code.modulus, code.weights, code.distance + 1))


@pytest.mark.parametrize("variables", [1, 2, 3, 7, 40])
def test_families_of_codes_have_their_distances(variables: int) -> None:
    assert has_distance(even_sum(variables))
    assert has_distance(lee(variables))
    assert has_distance(odd_weights(variables))


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("change", [-1, 1])
def test_octahedral_code_with_a_wrong_weight_is_rejected(place: int, change: int) -> None:
    weights = list(OCTAHEDRAL.weights)
    weights[place] += change
    assert not has_distance(Code(38, tuple(weights), 6))


def test_octahedral_code_modulo_37_is_rejected() -> None:
    assert not has_distance(Code(37, (1, 7, 11), 6))


@given(small_codes, st.integers(1, 7))
@settings(max_examples=150, deadline=None)
def test_fullest_residue_is_that_of_the_listed_grid(code: Code, q: int) -> None:
    counts = [0] * code.modulus
    for x in product(range(q + 1), repeat=code.variables):
        counts[sum(w * c for w, c in zip(code.weights, x, strict=True)) % code.modulus] += 1
    residue, count = fullest_residue(code, q)
    assert count == max(counts) == counts[residue]
    assert code.average_count(q) <= count


@pytest.mark.parametrize(("code", "q"), [(even_sum(2), 5), (lee(2), 6), (OCTAHEDRAL, 6), (odd_weights(3), 5)])
def test_no_two_words_are_closer_than_the_distance(code: Code, q: int) -> None:
    residue, count = fullest_residue(code, q)
    words = [
        x
        for x in product(range(q + 1), repeat=code.variables)
        if sum(w * c for w, c in zip(code.weights, x, strict=True)) % code.modulus == residue
    ]
    conflicts = nx.Graph()
    conflicts.add_nodes_from(words)
    conflicts.add_edges_from(
        (x, y)
        for i, x in enumerate(words)
        for y in words[:i]
        if sum(abs(a - b) for a, b in zip(x, y, strict=True)) < code.distance
    )
    assert conflicts.number_of_nodes() == count
    assert conflicts.number_of_edges() == 0


@pytest.mark.parametrize(("code", "q"), [(even_sum(2), 4), (lee(2), 5), (OCTAHEDRAL, 7)])
def test_random_sums_of_pyramids_obey_the_sobolev_sum(code: Code, q: int) -> None:
    generator = np.random.default_rng(5)
    residue, count = fullest_residue(code, q)
    words = np.array(
        [
            x
            for x in product(range(q + 1), repeat=code.variables)
            if sum(w * c for w, c in zip(code.weights, x, strict=True)) % code.modulus == residue
        ]
    )
    centres = -1 + 2 * words / q
    radius = code.distance / q
    total = float(code.sobolev_sum(q))
    points = generator.uniform(-1, 1, (4000, code.variables))
    step = 1e-6
    for _ in range(10):
        heights = generator.uniform(-1, 1, count)

        def y(x: np.ndarray, heights: np.ndarray = heights) -> np.ndarray:
            distances = np.abs(x[:, None, :] - centres).sum(2)
            return np.maximum(0, 1 - distances / radius) @ heights

        norm = np.abs(heights).max()
        assert np.abs(y(centres) - heights).max() < 1e-12
        assert np.abs(y(points)).max() <= norm
        slopes = sum(
            np.abs((y(points + step * axis) - y(points)) / step).max() for axis in np.eye(code.variables)
        )
        assert norm + slopes <= total * norm * (1 + 1e-8)


def test_largest_grid_is_the_last_below_the_limit() -> None:
    for epsilon in (Fraction(1, 3), Fraction(1, 10), Fraction(3, 1000), Fraction(7, 10**9)):
        for code in (even_sum(2), lee(4), OCTAHEDRAL):
            q = code.largest_grid(epsilon)
            assert code.sobolev_sum(q) < 1 / epsilon <= code.sobolev_sum(q + 1)


@pytest.mark.parametrize(
    ("m", "epsilon", "least"),
    [
        (1, "1/10", 9),
        (1, "1/1000", 999),
        (2, "1/10", 41),
        (2, "1/100", 4901),
        (2, "1/1000", 499001),
        (3, "1/10", 154),
        (3, "1/100", 204274),
        (3, "1/1000", 209895369),
    ],
)
def test_best_grids_reach_the_recorded_counts(m: int, epsilon: str, least: int) -> None:
    grid = best_code_grid(m, Fraction(epsilon))
    assert grid is not None
    assert grid.count >= least
    assert grid.sobolev_sum < 1 / Fraction(epsilon)
    if m < 3:
        assert grid.count == least


def test_best_grid_is_the_best_of_all_codes() -> None:
    for m in (1, 3, 9, 12, 20):
        for epsilon in (Fraction(1, 3), Fraction(1, 30), Fraction(1, 5000)):
            codes = [family(p) for family in (even_sum, lee, odd_weights) for p in range(1, m + 1)]
            codes += [code for code in SEARCHED if code.variables <= m]
            counts = [code_grid(code, q).count for code in codes if (q := code.largest_grid(epsilon)) >= 1]
            found = best_code_grid(m, epsilon)
            assert (found.count if found else 0) == max(counts, default=0)


@given(
    st.fractions(Fraction(1, 10**6), Fraction(99, 100)), st.fractions(Fraction(1, 2), 1), st.integers(1, 14)
)
@settings(max_examples=80, deadline=None)
def test_best_grid_grows_with_accuracy_and_with_variables(epsilon: Fraction, share: Fraction, m: int) -> None:
    def count(m: int, epsilon: Fraction) -> int:
        grid = best_code_grid(m, epsilon)
        return grid.count if grid else 1

    assert count(m, epsilon) <= count(m, epsilon * share)
    assert count(m, epsilon) <= count(m + 1, epsilon)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5), st.integers(1, 1000))
@settings(max_examples=100, deadline=None)
def test_products_of_linear_splines_are_never_better(levels: list[int], excess: int) -> None:
    space = TensorSpace(tuple((Space("spline", 1, n), 1) for n in levels))
    epsilon = 1 / (sobolev_sum(space, 1) + Fraction(excess, 1000))
    grid = best_code_grid(len(levels), epsilon)
    assert grid is not None
    assert grid.count >= space.dimension


def test_grids_and_codes_that_do_not_exist_are_refused() -> None:
    with pytest.raises(InvalidInput, match="q must be at least 1"):
        code_grid(OCTAHEDRAL, 0)
    with pytest.raises(InvalidInput):
        has_distance(Code(0, (1,), 2))
    assert best_code_grid(5, Fraction(9, 10)) is None
