"""How long lower bounds take to find and to verify.

Run with ``pytest benchmarks/bench_lower.py``.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from bounds.lower.codes import OCTAHEDRAL, has_distance
from bounds.lower.continuous_selection import continuous_selection
from bounds.lower.embedding import embedding
from bounds.lower.packing import best_packing
from bounds.lower.tensor_search import largest_tensor_space
from bounds.lower.witness import verify_bound

GRID = [
    (m, r, Fraction(1, 10**k)) for m in (1, 2, 3, 4, 6) for r in (1, 2, 3, 4) for k in range(1, 6)
]  # a hundred questions


def test_a_hundred_questions(benchmark: Any) -> None:
    values = benchmark(lambda: [continuous_selection(*question).value for question in GRID])
    assert all(value >= 1 for value in values)


def test_verifying_a_hundred_answers(benchmark: Any) -> None:
    bounds = [continuous_selection(*question) for question in GRID]
    assert all(
        benchmark(lambda: [verify_bound(b, *question) for b, question in zip(bounds, GRID, strict=True)])
    )


@pytest.mark.parametrize("r", [1, 2, 4, 6])
def test_forty_variables_to_twelve_digits(benchmark: Any, r: int) -> None:
    assert benchmark(continuous_selection, 40, r, Fraction(1, 10**12)).value > 1


@pytest.mark.parametrize(("m", "r"), [(784, 1), (784, 2), (1000, 6)])
def test_many_variables(benchmark: Any, m: int, r: int) -> None:
    assert benchmark(continuous_selection, m, r, Fraction(1, 10)).value > 1


@pytest.mark.parametrize(("m", "r"), [(2, 2), (4, 2), (6, 3), (8, 4)])
def test_tensor_search(benchmark: Any, m: int, r: int) -> None:
    assert benchmark(largest_tensor_space, m, r, Fraction(1000)).dimension > 1


def test_packings_in_twenty_variables(benchmark: Any) -> None:
    assert benchmark(best_packing, 20, 1, Fraction(1, 10)).count > 1


@pytest.mark.parametrize(("m1", "m2"), [(1, 1), (2, 2), (3, 3)])
def test_embedding(benchmark: Any, m1: int, m2: int) -> None:
    one = Fraction(1)
    assert benchmark(embedding, m1, m2, Fraction(1, 100), m2, one, one).value > 0


def test_exhaustive_distance(benchmark: Any) -> None:
    assert benchmark(has_distance, OCTAHEDRAL)
