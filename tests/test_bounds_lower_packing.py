"""Packings that exist by counting: the counts by listing, the bumps by differentiation."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement, product
from math import comb

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from bounds.lower.packing import (
    MOST_COUNTED_VARIABLES,
    Packing,
    average_count,
    ball_count,
    bch_count,
    best_packing,
    exponential_count,
)

# A(n, d): the greatest number of binary words of length n at mutual distance d (Brouwer's table).
LARGEST_BINARY = {
    (6, 3): 8, (7, 3): 16, (8, 3): 20, (9, 3): 40, (10, 3): 72, (11, 3): 144, (12, 3): 256,
    (7, 5): 2, (8, 5): 4, (9, 5): 6, (10, 5): 12, (11, 5): 24, (12, 5): 32, (13, 5): 64, (14, 5): 128,
    (15, 5): 256, (10, 7): 2, (11, 7): 4, (12, 7): 4, (13, 7): 8, (14, 7): 16, (15, 7): 32, (16, 8): 32,
}  # fmt: skip
BCH = [(15, 5, 7), (15, 7, 5), (31, 5, 21), (31, 7, 16), (31, 11, 11), (31, 15, 6), (63, 5, 51), (63, 7, 45)]
BCH += [(63, 9, 39), (63, 11, 36), (63, 13, 30), (63, 15, 24), (63, 21, 18), (127, 21, 64), (16, 6, 7)]


def pairs_closer_than(p: int, q: int, distance: int) -> list[int]:
    """For each grid point, the number of grid points closer than the distance, itself included."""
    points = np.array(list(product(range(q + 1), repeat=p)))
    distances = np.abs(points[:, None, :] - points).sum(2)
    return [int(n) for n in (distances < distance).sum(1)]


@pytest.mark.parametrize(("p", "q", "d"), [(2, 9, 4), (3, 5, 3), (3, 4, 7), (4, 3, 5), (6, 1, 3), (5, 2, 6)])
def test_counts_are_grid_points_over_neighbours(p: int, q: int, d: int) -> None:
    neighbours = pairs_closer_than(p, q, d)
    total = (q + 1) ** p
    # the ceiling of N / average and of N / (ball of the lattice)
    assert average_count(p, q, d) == -(-(total**2) // sum(neighbours))
    whole = sum(1 for x in product(range(-d, d + 1), repeat=p) if sum(map(abs, x)) < d)
    assert ball_count(p, q, d) == -(-total // whole)
    assert ball_count(p, q, d) <= average_count(p, q, d)
    assert max(neighbours) <= whole


@pytest.mark.parametrize(("p", "q", "d"), [(2, 9, 4), (3, 5, 3), (4, 3, 5), (7, 1, 3), (5, 2, 4)])
def test_greedy_packings_are_as_large_as_promised(p: int, q: int, d: int) -> None:
    chosen: list[tuple[int, ...]] = []
    for x in product(range(q + 1), repeat=p):
        if all(sum(abs(a - b) for a, b in zip(x, y, strict=True)) >= d for y in chosen):
            chosen.append(x)
    # by Turan some packing has so many points; a greedy one has at least N / (largest ball)
    assert len(chosen) >= ball_count(p, q, d)
    assert len(chosen) >= (q + 1) ** p / max(pairs_closer_than(p, q, d))


@given(st.integers(2, 30), st.integers(1, 12), st.integers(2, 40), st.integers(1, 99))
@settings(max_examples=100, deadline=None)
def test_exponential_method_is_never_above_the_exact_average(p: int, q: int, d: int, percent: int) -> None:
    tilt = Fraction(percent, 100)
    assert exponential_count(p, q, d, tilt) <= average_count(p, q, d)


def test_exponential_method_comes_close() -> None:
    assert exponential_count(60, 3, 40, Fraction(1, 3)) * 100 > average_count(60, 3, 40)


@pytest.mark.parametrize(("length", "distance", "dimension"), BCH)
def test_bch_codes_have_the_known_dimensions(length: int, distance: int, dimension: int) -> None:
    assert bch_count(length, distance) == 2**dimension


@pytest.mark.parametrize(("length", "distance"), LARGEST_BINARY)
def test_binary_counts_do_not_exceed_the_largest_codes(length: int, distance: int) -> None:
    largest = LARGEST_BINARY[length, distance]
    assert bch_count(length, distance) <= largest
    assert average_count(length, 1, distance) <= largest
    if distance % 2:
        # a parity bit
        assert bch_count(length + 1, distance + 1) == bch_count(length, distance)


@pytest.mark.parametrize(("p", "r", "d"), [(2, 2, 1), (3, 2, 2), (3, 3, 3), (2, 4, 2), (4, 1, 3)])
def test_sobolev_sum_is_that_of_a_differentiated_bump(p: int, r: int, d: int) -> None:
    x = sympy.symbols(f"x0:{p}")
    vertex = [(-1) ** i for i in range(p)]
    bump = (1 - sum(1 - c * t for c, t in zip(vertex, x, strict=True)) / sympy.Integer(d)) ** r
    total = Fraction(0)
    for order in range(r + 1):
        for index in combinations_with_replacement(x, order):
            derivative = sympy.diff(bump, *index) if index else bump
            # a power of the distance to the far side of the bump: greatest at the vertex
            value = abs(derivative.subs(dict(zip(x, vertex, strict=True))))
            total += Fraction(int(value.p), int(value.q))
    assert Packing(p, 1, d, "bch", None, 1).sobolev_sum(r) == total


@pytest.mark.parametrize(("p", "r", "d"), [(3, 2, 2), (4, 3, 2), (4, 2, 4)])
def test_random_sums_of_vertex_bumps_do_not_overlap(p: int, r: int, d: int) -> None:
    vertices = [v for v in product((-1, 1), repeat=p) if v.count(-1) % d == 0 and (d < 4 or len(set(v)) == 1)]
    assert len(vertices) > 1
    points = np.random.default_rng(2).uniform(-1, 1, (20000, p))
    distances = np.abs(points[:, None, :] - np.array(vertices)).sum(2)
    assert ((distances < d).sum(1) <= 1).all()


@pytest.mark.parametrize(
    ("m", "r", "epsilon"),
    [(5, 1, "1/4"), (20, 1, "1/10"), (16, 2, "1/100"), (60, 1, "1/7"), (70, 3, "1/100")],
)
def test_best_packings_satisfy_the_strict_inequality(m: int, r: int, epsilon: str) -> None:
    packing = best_packing(m, r, Fraction(epsilon))
    assert packing is not None
    assert packing.variables <= m
    assert packing.q == 1 or r == 1
    assert packing.sobolev_sum(r) < 1 / Fraction(epsilon)


def test_many_variables_cost_exponentially_much() -> None:
    smooth = best_packing(40, 2, Fraction(1, 100))
    assert smooth is not None
    assert smooth.count == 2**28
    rough = best_packing(200, 1, Fraction(1, 10))
    assert rough is not None
    assert rough.variables > MOST_COUNTED_VARIABLES
    assert rough.count > 2**150


@given(st.fractions(Fraction(1, 10**5), Fraction(1, 3)), st.fractions(Fraction(1, 2), 1), st.integers(1, 30))
@settings(max_examples=25, deadline=None)
def test_best_packing_grows_with_accuracy_and_with_variables(
    epsilon: Fraction, share: Fraction, m: int
) -> None:
    def count(m: int, r: int, epsilon: Fraction) -> int:
        packing = best_packing(m, r, epsilon)
        return packing.count if packing else 1

    for r in (1, 2):
        assert count(m, r, epsilon) <= count(m, r, epsilon * share)
        assert count(m, r, epsilon) <= count(m + 1, r, epsilon)


def test_ball_counts_are_delannoy_like_sums() -> None:
    # points of Z^p with |x|_1 <= n: sum_k C(p,k) C(n,k) 2^k = sum_j C(p,j) C(n-j+p,p)
    for p in (1, 4, 30):
        for n in (1, 5, 50):
            points = sum(comb(p, j) * comb(n - j + p, p) for j in range(min(p, n) + 1))
            assert ball_count(p, 9, n + 1) == -(-(10**p) // points)
