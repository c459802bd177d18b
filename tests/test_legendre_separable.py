"""Squares of distances from coefficients, against integrals of polynomials over two spheres."""

from fractions import Fraction
from functools import cache
from itertools import pairwise
from random import Random

import pytest
from flint import Ordering, fmpq, fmpq_mpoly_ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from identifiability.errors import InvalidInput
from identifiability.exact import from_rational, rational
from legendre import dimension, polynomial
from legendre.separable import (
    InnerProductFunction,
    SeparableFunction,
    block_squares,
    inner,
    proof_lines,
    unit_vector,
    zonal_average,
)

D = 4  # N_{4,n} = (n+1)^2: all basis functions have rational coefficients.
RING = fmpq_mpoly_ctx.get(tuple(f"x{i}" for i in range(D)) + tuple(f"y{i}" for i in range(D)), Ordering.lex)
X, Y = RING.gens()[:D], RING.gens()[D:]


@cache
def sphere_moment(exponents):
    """E[x^exponents] over the unit sphere, from Gaussian moments."""
    if any(e % 2 for e in exponents):
        return Fraction(0)
    above, below = 1, 1
    for e in exponents:
        for odd in range(1, e, 2):
            above *= odd
    for i in range(sum(exponents) // 2):
        below *= len(exponents) + 2 * i
    return Fraction(above, below)


def expectation(p):
    total = Fraction(0)
    for exponents, coefficient in p.to_dict().items():
        total += (
            from_rational(fmpq(coefficient)) * sphere_moment(exponents[:D]) * sphere_moment(exponents[D:])
        )
    return total


def applied(n, argument):
    """L_n(argument) = (n+1) P_n(argument) for d = 4."""
    total, power = RING.constant(0), RING.constant(1)
    for c in polynomial(d=D, n=n):
        total, power = total + rational(c) * power, power * argument
    return (n + 1) * total


def product(v, variables):
    return sum((rational(c) * x for c, x in zip(v, variables, strict=True)), RING.constant(0))


def as_polynomial(f, summands):
    """F - sum_j g_j as a polynomial on R^4 x R^4."""
    total = RING.constant(0)
    both = sum((x * y for x, y in zip(X, Y, strict=True)), RING.constant(0))
    for i, mean in enumerate(f.means):
        total += rational(mean * (i + 1)) * applied(i, both)
    for g in summands:
        s, t = product(g.v, X), product(g.w, Y)
        for i, row in enumerate(g.table):
            for j, entry in enumerate(row):
                total -= rational(entry) * applied(i, s) * applied(j, t)
    return total


def drawn(seed, size, summands):
    random = Random(seed)

    def number():
        return Fraction(random.randint(-6, 6), random.randint(1, 4))

    f = InnerProductFunction(D, tuple(number() for _ in range(size)))
    gs = [
        SeparableFunction(
            unit_vector([number() for _ in range(D - 1)]),
            unit_vector([number() for _ in range(D - 1)]),
            tuple(tuple(number() for _ in range(size)) for _ in range(size)),
        )
        for _ in range(summands)
    ]
    return f, gs


@pytest.mark.parametrize(
    ("seed", "size", "summands"), [(0, 2, 1), (1, 2, 2), (2, 3, 1), (3, 3, 0), (4, 3, 2)]
)
def test_the_distance_is_the_integral(seed, size, summands):
    f, gs = drawn(seed, size, summands)
    p = as_polynomial(f, gs)
    expected = expectation(p * p)
    assert proof_lines(f, gs, 1).distance == expected
    assert proof_lines(f, gs, 1).distance != expected + Fraction(1, 10**9)
    wrong = InnerProductFunction(D, (*f.means[:-1], f.means[-1] + 1))
    assert proof_lines(wrong, gs, 1).distance != expected


def test_the_zonal_identity_by_integration():
    v, w = unit_vector([1, 2, Fraction(1, 3)]), unit_vector([Fraction(1, 2), -1, 2])
    both = sum((x * y for x, y in zip(X, Y, strict=True)), RING.constant(0))
    c = inner(v, w)
    for i in range(3):
        for j in range(3):
            for k in range(3):
                found = expectation(applied(i, both) * applied(j, product(v, X)) * applied(k, product(w, Y)))
                p = sum(a * c**e for e, a in enumerate(polynomial(d=D, n=i)))
                assert found == (p / (i + 1) if i == j == k else 0)


@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(0, 3), st.integers(0, 4))
@settings(max_examples=40)
def test_the_lines_of_the_proof_decrease(seed, size, summands, n):
    f, gs = drawn(seed, size, summands)
    lines = proof_lines(f, gs, n)
    assert lines.distance >= lines.diagonal >= lines.from_n >= lines.without_squares
    tolerance = Fraction(1, 10**9)
    values = [lines.without_squares, lines.absolute, lines.cauchy_schwarz, lines.conclusion]
    for left, right in pairwise(values):
        assert float(left) >= float(right) - tolerance
    assert sum(block_squares(f, gs).values()) == lines.distance
    assert min(block_squares(f, gs).values()) >= 0


@pytest.mark.parametrize("d", [2, 3, 5, 8])
def test_the_product_formula(d):
    s, u = Fraction(3, 7), Fraction(-2, 5)
    for i in range(7):
        at = [sum(c * t**k for k, c in enumerate(polynomial(d=d, n=i))) for t in (s, u)]
        assert zonal_average(d, i, s, u) == at[0] * at[1]
        assert i < 2 or zonal_average(d + 1, i, s, u) != at[0] * at[1]


def test_tails_and_norms():
    f = InnerProductFunction(3, (Fraction(1), Fraction(0), Fraction(1, 5)))
    assert [f.tail_square(n) for n in range(4)] == [Fraction(6, 5), Fraction(1, 5), Fraction(1, 5), 0]
    assert f.mean(7) == 0
    assert f.tail_square(2) == dimension(3, 2) * Fraction(1, 25)


@given(st.lists(st.fractions(-9, 9, max_denominator=20), min_size=1, max_size=5))
def test_unit_vectors(point):
    v = unit_vector(point)
    assert inner(v, v) == 1
    assert len(v) == len(point) + 1


def test_what_is_refused():
    e = unit_vector([0])
    with pytest.raises(InvalidInput, match="unit vectors"):
        SeparableFunction((Fraction(1), Fraction(1)), e, ((Fraction(1),),))
    with pytest.raises(InvalidInput, match="unit vectors"):
        SeparableFunction(e, unit_vector([0, 0]), ((Fraction(1),),))
    with pytest.raises(InvalidInput, match="square"):
        SeparableFunction(e, e, ((Fraction(1), Fraction(0)),))
    with pytest.raises(InvalidInput, match="dimension"):
        InnerProductFunction(1, ())
