"""The search for tensor products: against an exhaustive one, and its monotonicity."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bounds.lower.spaces import Space, bernstein_constants, families, sobolev_sum
from bounds.lower.tensor_search import largest_tensor_space


def exhaustive(m: int, r: int, limit: Fraction, top: int) -> int:
    """The greatest dimension over all multisets of spaces at levels up to ``top``, by depth-first search."""
    menu = {
        n: [
            [float(c) for c in bernstein_constants(Space(*family, n), r)]
            for family in [*families(r), ("polynomial", 0)]
        ]
        for n in range(1, top + 1)
    }
    best = 1

    def descend(partial: list[float], dimension: int, left: int, highest: int) -> None:
        nonlocal best
        best = max(best, dimension)
        for n in range(highest, 0, -1) if left else ():
            if dimension * (n + 1) ** left <= best:
                return
            for constants in menu[n]:
                product = [sum(partial[i] * constants[k - i] for i in range(k + 1)) for k in range(r + 1)]
                if sum(product) < float(limit) * (1 - 1e-12):
                    descend(product, dimension * (n + 1), left - 1, n)

    descend([1.0] + [0.0] * r, 1, m, top)
    return best


@given(st.integers(1, 3), st.integers(2, 5), st.integers(12, 30000))
@settings(max_examples=80, deadline=None)
def test_no_mixture_of_spaces_is_better(m: int, r: int, tenths: int) -> None:
    limit = Fraction(tenths, 10)
    space = largest_tensor_space(m, r, limit)
    dimension = space.dimension if space else 1
    top = {1: 60, 2: 40, 3: 14}[m]
    assert dimension >= exhaustive(m, r, limit, top)
    if space:
        assert sobolev_sum(space, r) < limit


@given(
    st.integers(1, 12),
    st.integers(1, 6),
    st.fractions(Fraction(11, 10), 10**8),
    st.fractions(1, 3),
)
@settings(max_examples=80, deadline=None)
def test_dimension_grows_with_the_limit_and_with_the_variables(
    m: int, r: int, limit: Fraction, factor: Fraction
) -> None:
    def dimension(m: int, limit: Fraction) -> int:
        space = largest_tensor_space(m, r, limit)
        return space.dimension if space else 1

    here = dimension(m, limit)
    assert here <= dimension(m, limit * factor)
    assert here <= dimension(m + 1, limit)


@pytest.mark.parametrize(("m", "r", "limit"), [(2, 2, 144), (3, 3, 99), (4, 2, 1000), (12, 2, 10**6)])
def test_floor_hides_what_is_not_larger(m: int, r: int, limit: int) -> None:
    space = largest_tensor_space(m, r, Fraction(limit))
    assert space is not None
    assert largest_tensor_space(m, r, Fraction(limit), floor=space.dimension) is None
    assert largest_tensor_space(m, r, Fraction(limit), floor=space.dimension - 1) == space


def test_inequality_is_strict() -> None:
    # the product of two polynomials of degree 1 has S = 4 for r = 2
    just_above = largest_tensor_space(2, 2, Fraction(4) + Fraction(1, 10**30))
    assert just_above is not None
    assert just_above.dimension == 4
    exactly = largest_tensor_space(2, 2, Fraction(4))
    assert exactly is not None
    assert exactly.dimension == 2


@pytest.mark.parametrize("digits", [20, 300, 2000])
def test_long_numbers_are_exact(digits: int) -> None:
    limit = Fraction(10**digits)
    space = largest_tensor_space(1, 2, limit)
    assert space is not None
    ((spline, _),) = space.blocks
    # quadratic splines: 1 + 2n + 2n^2 < limit, and no more
    n = spline.n
    assert (spline.family, spline.degree) == ("spline", 2)
    assert 1 + 2 * n + 2 * n * n < limit <= 1 + 2 * (n + 1) + 2 * (n + 1) ** 2


@pytest.mark.parametrize(("m", "r", "exponent"), [(40, 6, 12), (1000, 3, 12), (1000, 6, 300), (100, 20, 300)])
def test_huge_questions_are_answered(m: int, r: int, exponent: int) -> None:
    space = largest_tensor_space(m, r, Fraction(10**exponent))
    assert space is not None
    assert space.axes <= m
    assert sobolev_sum(space, r) < 10**exponent
