"""mu_d: moments against integrals, Gauss rules against exact moments, and where scipy gives NaN."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import ctx
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import roots_gegenbauer

from identifiability.errors import InvalidInput
from legendre.evaluation import evaluate_orthonormal
from legendre.measure import (
    density,
    density_constant,
    gauss,
    jacobi_entries,
    moment,
    orthonormal_rows,
    polynomial_expectation,
    recurrence_coefficient,
)
from legendre.polynomials import polynomial


@pytest.mark.parametrize("d", [3, 4, 5, 12, 101])
@pytest.mark.parametrize("k", [0, 1, 2, 6])
def test_moments_against_quad(d, k):
    assert quad(lambda t: t**k * density(d, t), -1, 1)[0] == pytest.approx(float(moment(d, k)), abs=1e-9)


def test_moments_of_points_on_the_sphere():
    generator = np.random.default_rng(0)
    points = generator.standard_normal((200_000, 6))
    first = points[:, 0] / np.linalg.norm(points, axis=1)
    for k in (2, 4):
        assert np.mean(first**k) == pytest.approx(float(moment(6, k)), rel=0.02)
        assert np.mean(first**k) != pytest.approx(float(moment(7, k)), rel=0.02)


@given(d=st.integers(2, 200), n=st.integers(1, 15))
def test_recurrence_coefficients_are_expectations(d, n):
    # E[t P_n P_{n-1}] = beta_n / sqrt(N_n N_{n-1}), squared to stay rational.
    above, below = polynomial(d, n), polynomial(d, n - 1)
    product = np.convolve(np.array([0, *above], dtype=object), np.array(below, dtype=object))
    square = [polynomial_expectation(d, np.convolve(p, p)) for p in (np.array(above), np.array(below))]
    assert polynomial_expectation(d, product) ** 2 / (square[0] * square[1]) == recurrence_coefficient(d, n)
    assert jacobi_entries(d, n)[-1] ** 2 == pytest.approx(float(recurrence_coefficient(d, n)), rel=1e-14)


@pytest.mark.parametrize(("d", "size"), [(2, 1), (2, 30), (3, 40), (4, 41), (50, 100), (1000, 200)])
def test_gauss_integrates_moments(d, size):
    rule = gauss(d=d, size=size)
    for k in {0, 1, 2, 4, min(2 * size - 2, 40)}:
        if k < 2 * size:
            expected = float(moment(d, k))
            assert rule.weights @ rule.nodes**k == pytest.approx(expected, rel=1e-12, abs=1e-16)


def test_one_node_too_few_is_noticed():
    rule = gauss(d=3, size=2)
    assert rule.weights @ rule.nodes**4 != pytest.approx(float(moment(3, 4)), rel=1e-3)


@pytest.mark.parametrize(("d", "size"), [(3, 60), (8, 100), (100, 80)])
def test_gauss_against_scipy(d, size):
    nodes, weights = roots_gegenbauer(size, d / 2 - 1)
    rule = gauss(d=d, size=size)
    assert np.max(np.abs(rule.nodes - nodes)) < 1e-14
    assert np.max(np.abs(rule.weights - weights / weights.sum())) < 1e-14


@pytest.mark.parametrize(("d", "size"), [(2, 60), (700, 500), (1000, 400), (1000, 3000)])
def test_gauss_makes_the_basis_orthonormal(d, size):
    rule = gauss(d=d, size=size)
    rows = np.array(list(orthonormal_rows(d, min(size - 1, 600), rule)))
    assert np.max(np.abs(rows @ rows.T - np.eye(len(rows)))) < 1e-11
    column = size // 2 - 1
    expected = evaluate_orthonormal(d=d, n=40, t=rule.nodes[column]) * np.exp(rule.log_weights[column] / 2)
    assert rows[40, column] == pytest.approx(expected, abs=1e-12)


def test_where_scipy_gives_nan():
    with np.errstate(all="ignore"):
        assert not np.all(np.isfinite(roots_gegenbauer(500, 349)[1]))


def test_density_constant():
    for d in (3, 4, 9):
        total = quad(lambda t, d=d: (1 - t * t) ** ((d - 3) / 2), -1, 1)[0]
        assert float(density_constant(d)) == pytest.approx(1 / total, rel=1e-8)


def test_gauss_on_the_circle_has_equal_weights():
    for size in (1, 2, 9, 1000):
        rule = gauss(d=2, size=size)
        assert set(rule.weights.tolist()) == {1 / size}
        assert np.exp(rule.log_weights) == pytest.approx(1 / size, rel=1e-14)


@pytest.mark.parametrize("size", [1, 2, 3, 10, 11])
@pytest.mark.parametrize("d", [3, 8])
def test_gauss_is_symmetric(d, size):
    rule = gauss(d=d, size=size)
    assert np.array_equal(rule.nodes, -rule.nodes[::-1])
    assert np.array_equal(rule.weights, rule.weights[::-1])
    # Christoffel's sum at each node by itself.
    sums = sum(evaluate_orthonormal(d=d, n=k, t=rule.nodes) ** 2 for k in range(size))
    assert rule.weights == pytest.approx(1 / sums, rel=1e-12)


def test_density_does_not_depend_on_flints_precision():
    with mpmath.workdps(50):
        half, t = mpmath.mpf(10**9) / 2, mpmath.mpf(1e-5)
        constant = mpmath.gamma(half) / (mpmath.sqrt(mpmath.pi) * mpmath.gamma(half - 0.5))
        expected = float(constant * (1 - t * t) ** (half - 1.5))
    for bits in (10, 53, 300):
        with ctx.workprec(bits):
            assert density(d=10**9, t=1e-5) == pytest.approx(expected, rel=1e-14)


def test_high_moments():
    # The ratio of neighbours: E[t^(k+2)] / E[t^k] = (k+1)/(d+k).
    assert moment(10**9, 20_002) / moment(10**9, 20_000) == Fraction(20_001, 10**9 + 20_000)


@pytest.mark.parametrize("coefficients", ["", {}, 5, b"3", np.array(3), []], ids=repr)
def test_polynomials_that_are_none(coefficients):
    with pytest.raises(InvalidInput, match="coefficients must"):
        polynomial_expectation(d=3, coefficients=coefficients)


def test_bad_input():
    with pytest.raises(InvalidInput, match="number of nodes must be at least 1"):
        gauss(d=3, size=0)
    with pytest.raises(InvalidInput, match="at most 20000"):
        gauss(d=3, size=10**9)
    with pytest.raises(InvalidInput, match="at least 2, got 1"):
        moment(d=1, k=2)
    with pytest.raises(InvalidInput, match="infinite at -1 and 1"):
        density(d=2, t=1)
