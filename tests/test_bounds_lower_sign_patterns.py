"""Counts of sign patterns and cells, against exact counts and random arrangements."""

from __future__ import annotations

from itertools import product
from math import comb, isqrt

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from bounds.lower.least import is_positive, least_not_excluded
from bounds.lower.sign_patterns import log_cells, log_central_cells, log_multisets, log_warren
from identifiability.errors import Undecided


@given(k=st.integers(1, 400), n=st.integers(1, 400))
@settings(deadline=None)
def test_cells_bound_the_exact_sums(k: int, n: int) -> None:
    if n <= k:
        assert log_cells(k, n) >= arb(sum(comb(k, i) for i in range(n + 1))).log() - arb("1e-9")
        assert log_central_cells(k + 1, n + 1) >= arb(2 * sum(comb(k, i) for i in range(n + 1))).log() - arb(
            "1e-9"
        )
        assert log_cells(k + 1, n) > log_cells(k, n)
    if n < k:
        assert log_cells(k, n + 1) > log_cells(k, n)


@given(kinds=st.integers(1, 300), size=st.integers(1, 300))
@settings(deadline=None)
def test_multisets_bound_the_binomial(kinds: int, size: int) -> None:
    assert log_multisets(arb(kinds).log(), size) >= arb(comb(kinds + size - 1, size)).log() - arb("1e-9")
    assert log_multisets(arb(kinds).log(), size + 1) > log_multisets(arb(kinds).log(), size)


def signs_of_forms(rng: np.random.Generator, points: int, dimension: int) -> int:
    """How many sign patterns random linear forms take, by many random evaluations."""
    forms = rng.normal(size=(points, dimension))
    patterns = np.sign(rng.normal(size=(200_000, dimension)) @ forms.T) > 0
    return len(np.unique(np.packbits(patterns, axis=1), axis=0))


@pytest.mark.parametrize(("points", "dimension"), [(5, 2), (6, 3), (8, 3), (7, 4)])
def test_hyperplanes_in_general_position_attain_the_exact_count(points: int, dimension: int) -> None:
    exact = 2 * sum(comb(points - 1, i) for i in range(dimension))
    counted = signs_of_forms(np.random.default_rng(points), points, dimension)
    assert 0.9 * exact <= counted <= exact
    assert counted <= float(log_central_cells(points, dimension).exp()) * (1 + 1e-12)
    # one dimension less, and the bound is refuted
    assert counted > 2 * sum(comb(points - 1, i) for i in range(dimension - 1))


@pytest.mark.parametrize(
    ("count", "n", "degree"), [(4, 1, 1), (4, 1, 3), (3, 2, 2), (4, 2, 1), (3, 3, 1), (6, 2, 3)]
)
def test_products_of_hyperplanes_do_not_exceed_warren(count: int, n: int, degree: int) -> None:
    # K polynomials that are products of d affine forms each: their patterns, from all those of the forms
    rng = np.random.default_rng(count + 10 * n)
    normals, shifts = rng.normal(size=(count, degree, n)), rng.normal(size=(count, degree))
    at = rng.normal(size=(100_000, n)) * 3
    values = np.prod(np.einsum("kdn,xn->xkd", normals, at) - shifts, axis=2)
    counted = len(np.unique(np.packbits(values > 0, axis=1), axis=0))
    bound = float(log_warren(arb(count), n, degree).exp())
    assert counted <= min(bound, 2**count)


def test_univariate_polynomials_attain_kd_plus_one_which_warren_allows() -> None:
    for count, degree in product(range(1, 30), range(1, 6)):
        assert count * degree + 1 <= float(log_warren(arb(count), 1, degree).exp())


def test_warren_is_the_closed_form_of_its_sum() -> None:
    for count, n, degree in [(3, 2, 2), (10, 3, 2), (50, 10, 4), (20, 20, 3)]:
        total = sum(comb(count, j) for j in range(n + 1)) * degree * (2 * degree - 1) ** (n - 1)
        assert arb(total).log() <= log_warren(arb(count), n, degree)
        # without the factor e the closed form would be too small
        assert total > (2 * count * degree / n) ** n / 2 * 0.3**n


@given(top=st.integers(1, 10**6), answer=st.integers(1, 10**6))
@settings(deadline=None)
def test_the_least_integer_is_found(top: int, answer: int) -> None:
    found = least_not_excluded(lambda x: arb(answer) - arb(x) - arb("0.5"), top)
    assert found == min(answer, top)


@given(digits=st.integers(1, 900), seed=st.integers(0, 2**32))
@settings(deadline=None, max_examples=40)
def test_square_roots_of_huge_integers_are_exact(digits: int, seed: int) -> None:
    number = 10**digits + seed
    found = least_not_excluded(lambda x: number - arb(x) ** 2 + arb("0.5"), number + 1)
    assert found == isqrt(number) + 1


def test_the_search_takes_few_evaluations() -> None:
    calls = 0

    def margin(x: int) -> arb:
        nonlocal calls
        calls += 1
        return 10**3000 - arb(x) * arb(x + 2).log()

    found = least_not_excluded(margin, 10**3000)
    assert calls < 400
    with ctx.workprec(20_000):
        assert arb(found) * arb(found + 2).log() > 10**3000
        assert arb(found - 1) * arb(found + 1).log() < 10**3000


def test_signs_that_no_precision_decides_are_left_undecided() -> None:
    with pytest.raises(Undecided, match="not decided"):
        is_positive(lambda: arb(0, 1))
    assert is_positive(lambda: arb(10) ** -3000 + arb(1) - 1)
    assert not is_positive(lambda: arb(1) - 1 - arb(10) ** -3000)
