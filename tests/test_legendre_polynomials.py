"""P_n and N_{d,n} against sympy's Gegenbauer polynomials, harmonic polynomials counted, and the equations."""

import math
from fractions import Fraction
from itertools import islice

import pytest
import sympy
from flint import fmpq, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st

from identifiability.errors import InvalidInput
from legendre.measure import expectation
from legendre.polynomials import derivative_factor, dimension, flint_polynomial, polynomial, values

t = sympy.Symbol("t")
dimensions = st.integers(2, 60)
degrees = st.integers(0, 30)


def homogeneous(d: int, n: int) -> int:
    return math.comb(n + d - 1, n) if n >= 0 else 0


@given(d=dimensions, n=st.integers(0, 300))
def test_dimension_counts_harmonic_polynomials(d, n):
    # The Laplacian maps homogeneous polynomials of degree n onto those of degree n - 2.
    assert dimension(d=d, n=n) == homogeneous(d, n) - homogeneous(d, n - 2)


def test_dimension_of_the_circle():
    assert [dimension(d=2, n=n) for n in (0, 1, 5)] == [1, 2, 2]


@pytest.mark.parametrize("d", [3, 4, 5, 8, 13])
@pytest.mark.parametrize("n", [0, 1, 2, 5, 9])
def test_gegenbauer(d, n):
    nu = sympy.Rational(d, 2) - 1
    gegenbauer = sympy.gegenbauer(n, nu, t)
    expected = sympy.expand(gegenbauer / gegenbauer.subs(t, 1))
    assert sympy.expand(polynomial(d=d, n=n, variable=t) - expected) == 0


@pytest.mark.parametrize("n", range(8))
def test_chebyshev_and_legendre(n):
    assert sympy.expand(polynomial(d=2, n=n, variable=t) - sympy.chebyshevt(n, t)) == 0
    assert sympy.expand(polynomial(d=3, n=n, variable=t) - sympy.legendre(n, t)) == 0


def orthonormality_fails(d: int, family: list[fmpq_poly]) -> bool:
    return any(
        expectation(d, p * q) != (fmpq(1, dimension(d, n)) if n == m else 0)
        for n, p in enumerate(family)
        for m, q in enumerate(family[: n + 1])
    )


@pytest.mark.parametrize("d", [2, 3, 4, 7, 100, 1000])
def test_orthonormality(d):
    family = [flint_polynomial(d, n) for n in range(13)]
    assert not orthonormality_fails(d, family)
    assert all(p(fmpq(1)) == 1 for p in family)


def test_orthonormality_rejects_mutants():
    for d in (3, 10):
        shifted = [flint_polynomial(d + 1, n) for n in range(6)]
        assert orthonormality_fails(d, shifted)
        assert orthonormality_fails(d, [flint_polynomial(d, n) * 2 for n in range(3)])


@given(d=dimensions, n=degrees, x=st.fractions(-1, 1, max_denominator=50))
def test_recurrence_and_polynomial_agree(d, n, x):
    point = fmpq(x.numerator, x.denominator)
    assert next(islice(values(d, point), n, None)) == flint_polynomial(d, n)(point)


@given(d=dimensions, n=degrees, order=st.integers(0, 4))
def test_derivatives(d, n, order):
    derived = flint_polynomial(d, n)
    for _ in range(order):
        derived = derived.derivative()
    factor = derivative_factor(d, n, order)
    expected = fmpq(factor.numerator, factor.denominator) * (
        flint_polynomial(d + 2 * order, n - order) if n >= order else fmpq_poly([0])
    )
    assert derived == expected


def test_coefficients_are_fractions():
    assert polynomial(d=3, n=3) == (0, Fraction(-3, 2), 0, Fraction(5, 2))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"d": 1, "n": 2}, "dimension d must be at least 2, got 1"),
        ({"d": 3, "n": -1}, "degree n must be at least 0, got -1"),
        ({"d": 3.5, "n": 1}, "dimension d must be an integer"),
        ({"d": 3, "n": True}, "degree n must be an integer"),
    ],
)
def test_bad_input(arguments, message):
    for ask in (dimension, polynomial):
        with pytest.raises(InvalidInput, match=message):
            ask(**arguments)


def test_huge_input_is_refused():
    with pytest.raises(InvalidInput, match="million digits"):
        dimension(d=10**9, n=10**9)
    with pytest.raises(InvalidInput, match="at most 10000"):
        polynomial(d=3, n=10**6)
