"""Shattered points, by building the functions that take random sign patterns and sampling them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline

from bounds.lower.codes import CodeGrid
from bounds.lower.grid_search import largest_grid
from bounds.lower.interpolation import Interpolation, InterpolationGrid
from bounds.lower.packing import Packing
from bounds.lower.shattered_points import ShatteredPoints, shattered_points
from identifiability.errors import InvalidInput

Array = NDArray[np.float64]
PADDING = 30


def lagrange_derivatives(axis: Interpolation, x: Array, r: int) -> list[Array]:
    """l_j^(k)(x) for k = 0..r: one matrix for each k, a column for each node."""
    n = axis.n
    if axis.family == "polynomial":
        nodes = np.array([float(axis.node(j)) for j in range(n + 1)])
        inverse = np.linalg.inv(np.vander(nodes, increasing=True))
        matrices = []
        for k in range(r + 1):
            rows = [np.polynomial.Polynomial(column) for column in inverse.T]
            matrices.append(np.stack([f.deriv(k)(x) if k else f(x) for f in rows], axis=1))
        return matrices
    assert axis.family == "spline"
    # the data continued evenly at both ends, far enough that the ends of the window do not matter
    places = np.arange(-PADDING, n + PADDING + 1)
    folded = np.abs((places + n) % (2 * n) - n)
    data = np.eye(n + 1)[folded]
    spline = make_interp_spline(places.astype(float), data, k=axis.degree)
    u = (x + 1) * n / 2
    return [np.asarray(spline(u, nu=k)) * (n / 2) ** k for k in range(r + 1)]


def multi_indices(m: int, r: int) -> Iterator[tuple[int, ...]]:
    yield from (k for k in product(range(r + 1), repeat=m) if sum(k) <= r)


def sampled_sobolev_sum(grid: InterpolationGrid, r: int, values: Array, samples: int) -> float:
    """sum over |k| <= r of the largest |D^k Y| at sampled points, Y interpolating the values."""
    axes = [axis for axis, count in grid.blocks for _ in range(count)]
    x = np.linspace(-1, 1, samples)[1:-1] + 1e-7
    matrices = [lagrange_derivatives(axis, x, r) for axis in axes]
    total = 0.0
    for k in multi_indices(len(axes), r):
        tensor = values
        for i, order in enumerate(k):
            tensor = np.moveaxis(np.tensordot(matrices[i][order], tensor, axes=(1, i)), 0, i)
        total += float(np.abs(tensor).max())
    return total


def shape(grid: InterpolationGrid) -> tuple[int, ...]:
    return tuple(axis.n + 1 for axis, count in grid.blocks for _ in range(count))


@pytest.mark.parametrize(
    ("m", "r", "epsilon"),
    [
        (1, 2, "0.1"),
        (1, 2, "0.001"),
        (2, 2, "0.01"),
        (2, 2, "0.001"),
        (3, 2, "0.01"),
        (3, 2, "0.002"),
        (2, 3, "0.001"),
        (1, 5, "1e-5"),
        (2, 4, "1e-4"),
        (3, 3, "0.002"),
    ],
)
def test_random_sign_patterns_are_taken_by_functions_of_small_norm(m: int, r: int, epsilon: str) -> None:
    points = shattered_points(m, r, epsilon)
    grid = points.configuration
    assert isinstance(grid, InterpolationGrid)
    rng = np.random.default_rng(m * 100 + r)
    samples = {1: 4001, 2: 161, 3: 41}[m]
    for _ in range(6):
        signs = rng.choice([-1.0, 1.0], size=shape(grid))
        assert sampled_sobolev_sum(grid, r, signs, samples) <= float(points.sobolev_sum)
    # the data of the function are its values at the nodes
    for axis, _ in grid.blocks:
        nodes = np.array([float(axis.node(j)) for j in range(axis.n + 1)])
        assert lagrange_derivatives(axis, nodes, 0)[0] == pytest.approx(np.eye(axis.n + 1), abs=1e-9)
    assert points.level > points.epsilon


@pytest.mark.parametrize(("m", "r", "epsilon"), [(1, 2, "0.001"), (1, 3, "0.0001"), (2, 2, "1e-4")])
def test_norms_lowered_by_two_per_cent_are_refuted_by_alternating_signs(m: int, r: int, epsilon: str) -> None:
    points = shattered_points(m, r, epsilon)
    grid = points.configuration
    assert isinstance(grid, InterpolationGrid)
    sizes = shape(grid)
    if m == 1:
        signs = (-1.0) ** np.arange(sizes[0])
        reached = sampled_sobolev_sum(grid, r, signs, 4001)
        assert 0.98 * float(points.sobolev_sum) < reached <= float(points.sobolev_sum)
    else:
        # on one axis at a time: the pure derivatives of order r carry most of S
        axis = grid.blocks[0][0]
        matrix = lagrange_derivatives(axis, np.linspace(-1, 1, 4001)[1:-1] + 1e-7, r)[r]
        reached = float(np.abs(matrix).sum(axis=1).max())
        assert 0.98 * float(axis.norms(r)[r]) < reached <= float(axis.norms(r)[r])


@pytest.mark.parametrize(("m", "epsilon"), [(1, "0.1"), (2, "0.1"), (3, "0.15"), (4, "0.2")])
def test_pyramids_on_a_code_take_every_sign_pattern(m: int, epsilon: str) -> None:
    points = shattered_points(m, 1, epsilon)
    where = points.configuration
    assert isinstance(where, CodeGrid)
    code, q = where.code, where.q
    classes: dict[int, list[tuple[int, ...]]] = {}
    for word in product(range(q + 1), repeat=code.variables):
        residue = sum(w * x for w, x in zip(code.weights, word, strict=True)) % code.modulus
        classes.setdefault(residue, []).append(word)
    words = max(classes.values(), key=len) if where.residue is None else classes[where.residue]
    assert len(words) >= points.count
    radius = Fraction(code.distance, q)
    step = Fraction(2, q)
    for i, a in enumerate(words):
        for b in words[:i]:
            assert step * sum(abs(x - y) for x, y in zip(a, b, strict=True)) >= 2 * radius
    # disjoint pyramids of height 1 and slopes 1/radius on each axis
    assert points.sobolev_sum == 1 + code.variables / radius < 1 / points.epsilon


@pytest.mark.parametrize(
    ("m", "r", "epsilon", "count"),
    [
        (1, 1, "0.1", 9),
        (1, 1, "0.01", 99),
        (1, 2, "0.1", 3),
        (1, 2, "0.001", 22),
        (2, 1, "0.001", 499001),
        (2, 2, "0.001", 110),
        (3, 2, "0.01", 27),
        (6, 3, "0.01", 64),
        (10, 2, "0.1", 16),
        (1, 40, "1e-12", 12),
    ],
)
def test_counts(m: int, r: int, epsilon: str, count: int) -> None:
    points = shattered_points(m, r, epsilon)
    assert points.count == count
    assert points.verify()


@pytest.mark.parametrize(
    ("m", "r", "epsilon"), [(2, 1, "0.05"), (2, 2, "0.001"), (12, 1, "0.1"), (40, 2, "0.01"), (3, 9, "1e-9")]
)
def test_verification_rejects_mutations(m: int, r: int, epsilon: str) -> None:
    points = shattered_points(m, r, epsilon)
    assert points.verify()
    assert not replace(points, count=points.count + 1).verify()
    assert not replace(points, sobolev_sum=points.sobolev_sum * Fraction(98, 100)).verify()
    assert not replace(points, epsilon=points.level).verify()
    assert not replace(points, m=1).verify() or m == 1
    where = points.configuration
    if isinstance(where, CodeGrid):
        worse = replace(where, code=replace(where.code, distance=where.code.distance + 1))
        assert not replace(points, configuration=worse).verify()
    elif isinstance(where, Packing):
        assert not replace(points, configuration=replace(where, distance=where.distance + 1)).verify()
    else:
        blocks = tuple((replace(axis, n=axis.n + 1), count) for axis, count in where.blocks)
        assert not replace(points, configuration=InterpolationGrid(blocks)).verify()


@pytest.mark.parametrize(("m", "r"), [(1, 2), (2, 2), (3, 2), (2, 3), (2, 5), (3, 4)])
@pytest.mark.parametrize("limit", [7, 30, 100, 1000, 20_000])
def test_no_grid_of_the_candidate_families_with_equal_axes_is_larger(m: int, r: int, limit: int) -> None:
    found = largest_grid(m, r, Fraction(limit))
    assert found.sobolev_sum(r) < limit
    for s in (*range(r, 9), 0):
        for used in range(1, m + 1):
            for n in range(1, 40):
                axis = Interpolation("spline", s, n) if s and n > 2 else Interpolation("polynomial", 0, n)
                if s > r + 2 or (n > 2 * r + 2 and not s):
                    continue
                grid = InterpolationGrid(((axis, used),))
                assert grid.count <= found.count or grid.sobolev_sum(r) >= limit


@given(
    m=st.integers(1, 12),
    r=st.integers(1, 12),
    numerator=st.integers(1, 999),
    shrink=st.fractions(Fraction(1, 50), 1),
    more=st.integers(0, 4),
)
@settings(deadline=None, max_examples=60)
def test_more_variables_and_smaller_levels_never_give_fewer_points(
    m: int, r: int, numerator: int, shrink: Fraction, more: int
) -> None:
    level = Fraction(numerator, 1000)
    first, second = shattered_points(m, r, level), shattered_points(m + more, r, level * shrink)
    assert 1 <= first.count <= second.count
    assert first.sobolev_sum * level < 1
    assert second.verify()


@given(r=st.integers(2, 70), exponent=st.integers(1, 30))
@settings(deadline=None, max_examples=30)
def test_every_smoothness_has_points(r: int, exponent: int) -> None:
    points = shattered_points(2, r, Fraction(1, 10**exponent))
    assert points.verify()
    assert points.count >= (4 if exponent >= 1 else 1)


def test_the_count_grows_at_the_right_rate() -> None:
    for m, r in [(1, 2), (2, 2), (2, 3), (3, 2), (1, 9)]:
        small = shattered_points(m, r, Fraction(1, 10**30)).count
        smaller = shattered_points(m, r, Fraction(1, 10 ** (30 + 6 * r))).count
        # 10^(6 m) more, up to logarithms where the splines' table ends
        assert 0.5 * 10 ** (6 * m) <= smaller / small <= 1.01 * 10 ** (6 * m)


def test_the_data_are_written_out() -> None:
    data = shattered_points(2, 2, "0.001").to_json()
    assert data["configuration"] == {
        "kind": "interpolation-grid",
        "axes": [["spline", "2", "10", "1"], ["spline", "2", "9", "1"]],
    }
    assert shattered_points(2, 1, "0.1").to_json()["count"] == "41"
    assert shattered_points(12, 1, "0.1").to_json()["m"] == "12"


def test_levels_without_points_are_refused() -> None:
    for epsilon in ("1", "2"):
        with pytest.raises(InvalidInput, match="epsilon must be below 1"):
            shattered_points(1, 1, epsilon)
    with pytest.raises(InvalidInput, match="m must be at least 1"):
        shattered_points(0, 1, "0.1")
    lonely = shattered_points(1, 1, "0.99")
    assert (lonely.count, lonely.sobolev_sum) == (1, 1)
    assert isinstance(lonely, ShatteredPoints)
