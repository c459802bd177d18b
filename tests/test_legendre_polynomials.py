"""P_n and N_{d,n} against sympy's Gegenbauer polynomials, harmonic polynomials counted, and the equations."""

import itertools
import math
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest
import sympy
from flint import fmpq, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st

from identifiability.errors import InvalidInput
from legendre.measure import expectation
from legendre.polynomials import (
    MOST_COEFFICIENTS,
    derivative_factor,
    dimension,
    flint_polynomial,
    polynomial,
    product,
    read_coefficients,
    spelled,
    values,
)

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
    # P(1) = 1 in every dimension, so that the factor is the derivative at 1.
    exact = derived(fmpq(1))
    assert derived == exact * (flint_polynomial(d + 2 * order, n - order) if n >= order else fmpq_poly([0]))
    factor = derivative_factor(d, n, order)
    assert factor.contains(exact)
    assert factor.rel_accuracy_bits() > 40 or (exact == 0 and factor == 0)
    assert exact == 0 or not (derivative_factor(d + 1, n, order).contains(exact) and n * order > 1)


def test_derivatives_of_high_order():
    # n = k: the k-th derivative of t^k, times the leading coefficient prod_{i < n-1} (d + 2i)/(d - 1 + i).
    n, d = 300, 7
    leading = fmpq(math.prod(range(d, d + 2 * (n - 1), 2)), math.prod(range(d - 1, d + n - 2)))
    assert derivative_factor(d, n, n).contains(leading * math.factorial(n))
    assert not derivative_factor(d, n, n).contains(leading * math.factorial(n - 1))
    # Orders of a million take no longer.
    assert derivative_factor(5, 10**7, 10**6).rel_accuracy_bits() > 20


def test_products():
    assert product(range(3, 3000, 7)) == math.prod(range(3, 3000, 7))
    assert product(range(5, 5)) == 1


@pytest.mark.parametrize(("d", "n"), [(2, 1), (3, 2), (1000, 1), (10**9, 60)])
def test_the_equation_holds(d, n):
    p, t2 = flint_polynomial(d, n), fmpq_poly([1, 0, -1])
    left = t2 * p.derivative().derivative() - (d - 1) * fmpq_poly([0, 1]) * p.derivative()
    assert left + n * (n + d - 2) * p == 0
    assert left + n * (n + d - 1) * p != 0
    assert p(fmpq(1)) == 1


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
    with pytest.raises(InvalidInput, match="pass a smaller degree or dimension"):
        polynomial(d=10**9, n=10_000)


def test_variables_are_symbols():
    assert polynomial(d=3, n=1, variable=2 * t) == 2 * t
    with pytest.raises(InvalidInput, match=r"got 't'; pass sympy.Symbol"):
        polynomial(d=3, n=3, variable="t")


class Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("x", "'x'"),
        (True, "True"),
        (Fraction(1, 3), "1/3"),
        (10**5000, "1" + 56 * "0" + "..."),
        ([10**5000], "an object of type list"),
        (Unspeakable(), "an object of type Unspeakable"),
        (np.zeros((2, 2)), "array([[0., 0.], [0., 0.]])"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_value_can_be_shown(value, shown):
    assert spelled(value) == shown


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (5, "must be a sequence of numbers, got 5"),
        ("12", "must be a sequence"),
        (b"3", "must be a sequence"),
        ({}, "must be a sequence"),
        ({1, 2}, "must be a sequence"),
        (np.array(3), "must be a sequence"),
        (np.eye(2), "must be a sequence"),
        ([], "1 to 10001 entries, got 0"),
        (itertools.count(), "1 to 10001 entries, got more"),
        ([1, None], "a coefficient must be a real number, got None"),
        ([True], "a coefficient must be a real number, got True"),
    ],
)
def test_coefficients_that_are_refused(given, message):
    with pytest.raises(InvalidInput, match=message):
        read_coefficients(given, "c")


def test_coefficients_that_are_read():
    assert read_coefficients(iter(["1/2", 0.1]), "c") == [Fraction(1, 2), Fraction(1, 10)]
    assert read_coefficients(np.arange(3), "c") == [0, 1, 2]
    endless = itertools.count()
    with pytest.raises(InvalidInput):
        read_coefficients(endless, "c")
    assert next(endless) == MOST_COEFFICIENTS + 1
