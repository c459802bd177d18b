"""The public coefficients: closed forms against quadrature, exactness, certificates, refusals."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpq_poly

from identifiability.errors import Inexact, InvalidInput
from legendre import projections
from legendre.evaluation import evaluate_orthonormal
from legendre.expansions import coefficients, dimension_balls, exact_coefficients
from legendre.polynomials import dimension, flint_polynomial
from legendre.projections import quadrature_coefficients
from legendre.target_values import on_floats
from legendre.targets import (
    absolute_value,
    cosine,
    exponential,
    function,
    monomial,
    polynomial_target,
    relu,
    sign,
    sine,
)

SMOOTH = [
    sine("d*2"),
    cosine(5),
    exponential("-3/2"),
    monomial(6),
    polynomial_target([1, "-1/2", 0, 3]),
]
ROUGH = [absolute_value(), relu("1/3"), relu("-1/2"), sign()]


@pytest.mark.parametrize("d", [2, 3, 8, 50, 1000])
@pytest.mark.parametrize("target", SMOOTH, ids=str)
def test_closed_forms_against_quadrature(target, d):
    values = coefficients(target, d=d, degree=20)
    f = on_floats(target, d)
    projection = quadrature_coefficients(function(f), d, 20)
    assert projection.error_estimate <= 1e-12 * projection.norm
    assert np.max(np.abs(values - projection.values)) < 1e-12 * projection.norm


@pytest.mark.parametrize("d", [2, 5, 30])
@pytest.mark.parametrize("target", ROUGH, ids=str)
def test_kinks_against_quadrature(target, d, monkeypatch):
    monkeypatch.setattr(projections, "MOST_NODES", 1500)
    projection = quadrature_coefficients(target, d, 10)
    miss = np.max(np.abs(coefficients(target, d=d, degree=10) - projection.values))
    assert miss < 20 * projection.error_estimate + 1e-15
    assert miss < 1e-2


@pytest.mark.parametrize("target", [*SMOOTH, *ROUGH], ids=str)
def test_certified_contains_a_finer_calculation(target):
    balls = coefficients(target, d=7, degree=30, certified=True)
    with ctx.workprec(400):
        finer = coefficients(target, d=7, degree=30, certified=True)
    floats = coefficients(target, d=7, degree=30)
    for ball, fine, value in zip(balls, finer, floats, strict=True):
        assert ball.contains(fine) or ball.overlaps(fine)
        assert abs(float(fine) - value) < 1e-14
        assert fine.is_zero() or fine.rel_accuracy_bits() > 350


def test_coefficients_rebuild_the_function():
    t = np.linspace(-1, 1, 41)
    alpha = coefficients(sine(12), d=6, degree=60)
    total = sum(a * evaluate_orthonormal(6, n, t) for n, a in enumerate(alpha))
    assert np.max(np.abs(total - np.sin(12 * t))) < 1e-12
    shifted = sum(a * evaluate_orthonormal(7, n, t) for n, a in enumerate(alpha))
    assert np.max(np.abs(shifted - np.sin(12 * t))) > 1e-2


def test_exact_coefficients_rebuild_the_polynomial():
    target = polynomial_target(["1/3", 2, 0, "-5/7", 1])
    means = exact_coefficients(target, d=4, degree=6)
    total = fmpq_poly([0])
    for n, mean in enumerate(means):
        total += flint_polynomial(4, n) * fmpq(mean.numerator * dimension(4, n), mean.denominator)
    assert [Fraction(int(c.p), int(c.q)) for c in total.coeffs()] == list(target.polynomial)


def test_exact_against_balls():
    for target in ROUGH:
        exact = exact_coefficients(target, d=9, degree=12)
        for n, ball in enumerate(coefficients(target, d=9, degree=12, certified=True)):
            value = arb(exact[n].numerator) / exact[n].denominator * arb(dimension(9, n)).sqrt()
            assert ball.overlaps(value)


def test_dimension_balls():
    for d in (2, 3, 40):
        for n, ball in zip(range(50), dimension_balls(d), strict=False):
            assert ball.contains(dimension(d, n))


def test_parity_is_exact():
    assert all(c == 0 for c in coefficients(absolute_value(), d=4, degree=9, certified=True)[1::2])
    assert not np.any(coefficients(sine("pi*d^3"), d=4, degree=300)[::2])


def test_quadrature_knows_when_it_fails():
    with pytest.raises(Inexact, match="still changes a coefficient"):
        coefficients(function(lambda t: np.sign(t - 0.1234)), d=3, degree=5)
    rough = quadrature_coefficients(function(lambda t: np.sign(t - 0.1234)), d=3, degree=5)
    assert rough.error_estimate > 1e-6
    assert rough.nodes > 1000


def test_quadrature_goes_on_until_nothing_changes():
    # Poles near the interval: the first two rules agree on three digits or so, and the second two on more.
    projection = quadrature_coefficients(function(lambda t: 1 / (1 + 400 * t**2)), d=3, degree=5)
    assert projection.error_estimate <= 1e-13 * projection.norm
    assert projection.nodes > 301


def test_quadrature_does_not_depend_on_the_working_precision():
    target = sine("pi*d^3")
    expected = quadrature_coefficients(target, 3, 20).values
    with ctx.workprec(10):
        assert np.array_equal(quadrature_coefficients(target, 3, 20).values, expected)


def test_tail_of_a_projection():
    projection = quadrature_coefficients(function(np.exp), d=3, degree=4)
    further = coefficients(exponential(1), d=3, degree=40)
    assert projection.tail == pytest.approx(np.linalg.norm(further[5:]), rel=1e-9)


def test_small_working_precision_does_not_spoil_floats():
    with ctx.workprec(10):
        rough = coefficients(relu("1/3"), d=5, degree=5)
    assert np.array_equal(rough, coefficients(relu("1/3"), d=5, degree=5))


@pytest.mark.parametrize("target", [exponential(2000), polynomial_target([1, "1e400"])], ids=["exp", "1e400"])
def test_coefficients_that_floats_do_not_hold(target):
    with pytest.raises(InvalidInput, match="overflow floats; pass certified=True") as caught:
        coefficients(target, d=3, degree=4)
    assert len(str(caught.value)) < 200
    assert coefficients(target, d=3, degree=4, certified=True)[1] > arb(10) ** 300
    tiny = coefficients(polynomial_target([0, "1e-200"]), d=4, degree=1)
    assert tiny[1] == pytest.approx(5e-201, rel=1e-15)


def test_coefficients_of_frequencies_that_take_too_long():
    for target, certified in ((sine(10**8), False), (cosine(10**7), True), (exponential(10**7), True)):
        with pytest.raises(InvalidInput, match=r"beyond [34]0+; pass a smaller one"):
            coefficients(target, 3, 5, certified=certified)


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda: coefficients(sine(1), d=1, degree=3), InvalidInput, "at least 2, got 1"),
        (lambda: coefficients(sine(1), d=3, degree=-1), InvalidInput, "at least 0, got -1"),
        (lambda: coefficients(np.sin, d=3, degree=1), InvalidInput, "target must be a target"),
        (lambda: coefficients(function(np.sin), 3, 1, certified=True), Inexact, "certify nothing"),
        (lambda: exact_coefficients(sine(1), d=3, degree=1), Inexact, "irrational"),
        (lambda: exact_coefficients(relu(), d=4, degree=1), Inexact, "even dimension 4"),
    ],
)
def test_bad_input(ask, error, message):
    with pytest.raises(error, match=message):
        ask()
