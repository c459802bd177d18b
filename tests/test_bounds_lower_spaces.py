"""One-dimensional spaces: their constants against linear programs, balls, samples and sums."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb, prod

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpz
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import chebyshev
from scipy.interpolate import BSpline
from scipy.optimize import linprog

from bounds.lower.spaces import (
    PI_ABOVE,
    AffineSpace,
    Space,
    TensorSpace,
    active_counts,
    bernstein_constants,
    euler_zigzag,
    families,
    sobolev_sum,
    unit_constants,
)
from identifiability.errors import InvalidInput
from identifiability.exact import ball

SPLINES = [(s, n) for s in range(1, 6) for n in range(1, 5)]


def reflected_splines(degree: int, n: int, u: np.ndarray, order: int) -> np.ndarray:
    """Derivatives of a basis of the evenly reflected splines in the coordinate u = (x+1)/h.

    Sums of cardinal B-splines over all reflections: B-splines centred at integers have their
    knots at integers for odd degrees and half-way between for even ones.
    """
    knots = np.arange(degree + 2) - (degree + 1) / 2
    piece = BSpline.basis_element(knots, extrapolate=False)
    derivative = piece.derivative(order) if order else piece

    def at(points: np.ndarray) -> np.ndarray:
        return np.nan_to_num(derivative(points), nan=0.0)

    sign = (-1.0) ** order
    columns = []
    for j in range(n + 1):
        shifts = [2 * n * i for i in range(-degree - 1, degree + 2)]
        columns.append(sum(at(u - j - s) + sign * at(-(u + j - s)) for s in shifts))
    return np.stack(columns, axis=1) * (n / 2) ** order


@pytest.mark.parametrize(("degree", "n"), SPLINES)
def test_spline_constants_are_the_values_of_linear_programs(degree: int, n: int) -> None:
    grid = np.linspace(0, n, 60 * n + 1)
    values = reflected_splines(degree, n, grid, 0)
    assert np.linalg.matrix_rank(values) == n + 1
    constraints = np.vstack([values, -values])
    places = np.unique(np.concatenate([np.arange(2 * n + 1) / 2, np.linspace(0.07, n - 0.11, 5)]))
    for k, constant in enumerate(bernstein_constants(Space("spline", degree, n), degree)[1:], start=1):
        # one-sided limits at knots, where the derivative of highest order jumps
        near = np.clip(places + 1e-9, 0, n - 1e-9) if k == degree else places
        objective = reflected_splines(degree, n, near, k)
        greatest = 0.0
        for row in objective:
            solution = linprog(-row, A_ub=constraints, b_ub=np.ones(len(constraints)), bounds=(None, None))
            assert solution.status == 0
            greatest = max(greatest, -solution.fun)
        # the grid relaxes |y| <= 1, so the program can only exceed the constant, and only slightly
        assert float(constant) * (1 - 1e-6) <= greatest <= float(constant) * (1 + 5e-3)


def test_a_changed_spline_constant_is_refuted_by_the_linear_program() -> None:
    grid = np.linspace(0, 3, 181)
    values = reflected_splines(3, 3, grid, 0)
    row = reflected_splines(3, 3, np.array([1.0]), 2)[0]
    constraints = np.vstack([values, -values])
    solution = linprog(-row, A_ub=constraints, b_ub=np.ones(len(constraints)), bounds=(None, None))
    right = float(bernstein_constants(Space("spline", 3, 3), 3)[2])
    wrong = float(bernstein_constants(Space("spline", 4, 3), 3)[2])
    assert wrong < right * 0.99 < -solution.fun


def favard(s: int) -> arb:
    """K_s = (4/pi) sum (+-1)^j / (2j+1)^{s+1}, by Hurwitz zeta functions."""
    k = arb(s + 1)
    if s % 2:
        return 4 / arb.pi() * k.zeta(arb(1) / 2) / 2 ** (s + 1)
    if s == 0:
        return arb(1)
    return 4 / arb.pi() * (k.zeta(arb(1) / 4) - k.zeta(arb(3) / 4)) / 4 ** (s + 1)


@pytest.mark.parametrize("degree", range(1, 13))
def test_spline_constants_are_quotients_of_favard_constants(degree: int) -> None:
    with ctx.workprec(200):
        for n in (1, 2, 7):
            for k, constant in enumerate(bernstein_constants(Space("spline", degree, n), degree)):
                expected = (arb.pi() * n / 2) ** k * favard(degree - k) / favard(degree)
                assert expected.contains(ball(constant).mid())
                assert not expected.contains((ball(constant) * (1 + arb(10) ** -40)).mid())


def test_zigzag_numbers_are_secant_and_tangent_numbers() -> None:
    numbers = euler_zigzag(60)
    for k in range(30):
        assert numbers[2 * k] == abs(fmpz.euler_number(2 * k))
        power = fmpz(4) ** (k + 1)
        assert numbers[2 * k + 1] == abs(fmpq.bernoulli(2 * k + 2)) * power * (power - 1) / (2 * k + 2)


def test_pi_is_rounded_up_and_only_just() -> None:
    with ctx.workprec(200):
        assert arb.pi() < ball(PI_ABOVE) < arb.pi() + arb(10) ** -19


@pytest.mark.parametrize("n", range(1, 9))
def test_markov_constants_are_the_chebyshev_polynomials(n: int) -> None:
    coefficients = [0] * n + [1]
    for k, constant in enumerate(bernstein_constants(Space("polynomial", 0, n), n + 2)):
        derivative = chebyshev.chebder(coefficients, k) if k else coefficients
        assert chebyshev.chebval(1.0, derivative) == pytest.approx(float(constant), rel=1e-12)


@pytest.mark.parametrize(
    ("space", "r"),
    [
        (Space("spline", 2, 5), 2),
        (Space("spline", 3, 4), 3),
        (Space("spline", 5, 3), 4),
        (Space("trigonometric", 0, 4), 4),
        (Space("polynomial", 0, 3), 4),
    ],
)
def test_random_members_obey_the_constants(space: Space, r: int) -> None:
    generator = np.random.default_rng(7)
    points = np.linspace(0, 1, 4001)
    derivatives = [sampled(space, points, k) for k in range(r + 1)]
    constants = [float(c) for c in bernstein_constants(space, max(r, 2))]
    # the maximum over the grid misses the supremum by at most c_2 step^2 / 8 of itself
    missed = 1 - constants[2] * (2 / 4000) ** 2 / 8
    for coefficients in generator.standard_normal((200, space.n + 1)):
        norms = [np.abs(basis @ coefficients).max() for basis in derivatives]
        for k in range(1, r + 1):
            assert norms[k] <= constants[k] * norms[0] / missed


def sampled(space: Space, unit_points: np.ndarray, order: int) -> np.ndarray:
    """Derivatives of a basis at points of [0, 1], which stand for [-1, 1]."""
    x = 2 * unit_points - 1
    if space.family == "spline":
        return reflected_splines(space.degree, space.n, unit_points * space.n, order)
    if space.family == "polynomial":
        return np.stack(
            [
                np.polynomial.Polynomial.basis(j).deriv(order)(x) if order else x**j
                for j in range(space.n + 1)
            ],
            1,
        )
    frequencies = np.arange(space.n + 1) * np.pi / 2
    return frequencies**order * np.cos(np.outer(x + 1, frequencies) + order * np.pi / 2)


@pytest.mark.parametrize("family", [("spline", 3), ("trigonometric", 0), ("polynomial", 0)])
def test_random_members_of_products_obey_the_sobolev_sum(family: tuple[str, int]) -> None:
    generator = np.random.default_rng(11)
    r, spaces = 2, (Space(*family, 2), Space(*family, 3))
    total = float(sobolev_sum(TensorSpace(tuple((s, 1) for s in spaces)), r))
    points = np.linspace(0, 1, 201)
    bases = [[sampled(s, points, k) for k in range(r + 1)] for s in spaces]
    missed = 1 - sum(float(bernstein_constants(s, 2)[2]) for s in spaces) * (2 / 200) ** 2 / 8
    for _ in range(100):
        coefficients = generator.standard_normal((3, 4))
        norms = {
            (i, j): np.abs(bases[0][i] @ coefficients @ bases[1][j].T).max()
            for i, j in product(range(r + 1), repeat=2)
            if i + j <= r
        }
        assert sum(norms.values()) <= total * norms[0, 0] / missed


def test_random_affine_functions_have_a_sobolev_sum_of_two() -> None:
    generator = np.random.default_rng(3)
    vertices = np.array(list(product((-1.0, 1.0), repeat=4)))
    for constant, *slopes in generator.standard_normal((300, 5)):
        norm = np.abs(constant + vertices @ slopes).max()
        assert norm + np.abs(slopes).sum() <= 2 * norm * (1 + 1e-12)
    assert AffineSpace(4).dimension == 5


@given(
    st.lists(st.tuples(st.sampled_from(["spline", "polynomial"]), st.integers(1, 5)), min_size=1, max_size=4),
    st.integers(1, 4),
)
@settings(max_examples=60, deadline=None)
def test_sobolev_sum_is_the_sum_over_multi_indices(axes: list[tuple[str, int]], r: int) -> None:
    spaces = [Space(family, r + 1 if family == "spline" else 0, n) for family, n in axes]
    constants = [bernstein_constants(s, r) for s in spaces]
    expected = sum(
        prod((c[k] for c, k in zip(constants, index, strict=True)), start=Fraction(1))
        for index in product(range(r + 1), repeat=len(spaces))
        if sum(index) <= r
    )
    tensor = TensorSpace(tuple((s, 1) for s in spaces))
    assert sobolev_sum(tensor, r) == expected
    assert tensor.dimension == prod(n + 1 for _, n in axes)
    assert tensor.axes == len(axes)


def test_leading_coefficients_of_the_sobolev_sum() -> None:
    # S / n^r as n grows, for the best degree of splines
    for m, r, degree, leading in [
        (2, 2, 4, Fraction(184, 25)),
        (4, 2, 5, Fraction(3155, 128)),
        (6, 3, 5, Fraction(221165, 1024)),
    ]:
        unit = unit_constants("spline", degree, r)
        n = 10**9
        total = sobolev_sum(TensorSpace(((Space("spline", degree, n), m),)), r)
        assert 0 < total / n**r - leading < Fraction(1, 10**5)
        assert unit[0] == 1


def test_polynomials_of_degree_one_count_subsets() -> None:
    for m in range(1, 8):
        for r in range(1, 5):
            cube = TensorSpace(((Space("polynomial", 0, 1), m),))
            assert sobolev_sum(cube, r) == sum(comb(m, j) for j in range(r + 1))


def test_families_are_splines_of_sufficient_degree_and_trigonometric_polynomials() -> None:
    for r in (1, 4, 9, 50):
        listed = list(families(r))
        assert ("trigonometric", 0) in listed
        assert all(degree >= r for family, degree in listed if family == "spline")


@pytest.mark.parametrize("m", [1, 39, 40, 41, 200, 5000])
def test_active_counts_are_nested_and_descending(m: int) -> None:
    counts = active_counts(m)
    assert counts == sorted(counts, reverse=True)
    assert counts[0] <= m
    assert counts[-1] == 1
    assert set(counts) <= set(active_counts(m + 1))


@pytest.mark.parametrize(
    ("family", "degree", "n"), [("bumps", 1, 1), ("spline", 0, 2), ("polynomial", 0, 0), ("spline", 3, -1)]
)
def test_spaces_that_do_not_exist_are_refused(family: str, degree: int, n: int) -> None:
    with pytest.raises(InvalidInput):
        Space(family, degree, n)


def test_splines_of_too_low_a_degree_are_refused() -> None:
    with pytest.raises(InvalidInput, match="degree >= r = 3"):
        bernstein_constants(Space("spline", 2, 4), 3)
