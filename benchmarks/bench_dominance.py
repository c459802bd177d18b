"""How long it takes to compare rates and to check the certificates.

Run with ``pytest benchmarks/bench_dominance.py``.
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from bounds.dominance import check, compare
from bounds.fourier_motzkin import Point, solve
from bounds.linear_inequalities import Contradiction, Inequality
from bounds.rates import rate

COMPARISONS = {
    "numbers": ("7*eps^-2 + 3*eps^-1 + log(1/eps)", "eps^-2", "", "same"),
    "modularity": ("eps^-min(m1+m2, 2*m1)", "eps^-m1", "m1>=1, m2>=1", "larger"),
    "three regimes": ("eps^-min(m, 2*m1)", "eps^-m1", "m>=1, m1>=1", "depends"),
    "separation": ("Omega(eps^-min(m1+m2, 2*m1))", "O(eps^-max(m1, m2))", "m1>=1, m2>=1", "depends"),
    "nonlinear": ("eps^-(m1/r1)", "eps^-(m2/r2)", "m1 > m2 >= 1, r2 >= r1 >= 1", "larger"),
    "nonlinear regimes": ("eps^-(m1/r1)", "eps^-(m2/r2)", "m1>=1, m2>=1, r1>=1, r2>=1", "depends"),
}


def test_reading_and_writing_a_rate(benchmark: Any) -> None:
    text = "O(w^(1 + m2/r)*eps^-(m2/r) + w*eps^-(m1/r))"
    written = benchmark(lambda: rate(text).at(m1=2, m2=1, r=1, w=3).latex())
    assert written == r"O\left(3\,\varepsilon^{-2}\right)"


@pytest.mark.parametrize("name", COMPARISONS)
def test_comparing(benchmark: Any, name: str) -> None:
    first, second, assume, verdict = COMPARISONS[name]
    assert benchmark(lambda: compare(first, second, assume)).verdict == verdict


@pytest.mark.parametrize("name", COMPARISONS)
def test_checking(benchmark: Any, name: str) -> None:
    first, second, assume, _ = COMPARISONS[name]
    certificate = compare(first, second, assume).certificate
    assert certificate is not None
    assert benchmark(lambda: check(certificate))


def test_giving_up(benchmark: Any) -> None:
    found = benchmark.pedantic(
        lambda: compare("eps^-min(a, b, c, d)", "eps^-max(e1, f, g, h)"), rounds=1, iterations=1
    )
    assert found.verdict == "undecided"


def systems(count: int, variables: int, rows: int) -> list[list[Inequality]]:
    rng = random.Random(0)
    names = [f"x{place}" for place in range(variables)]
    return [
        [
            Inequality(
                tuple((name, Fraction(rng.choice([-2, -1, 1, 2]))) for name in rng.sample(names, 3)),
                Fraction(rng.randint(-4, 4)),
            )
            for _ in range(rows)
        ]
        for _ in range(count)
    ]


def test_a_hundred_linear_systems(benchmark: Any) -> None:
    given = systems(100, 5, 9)
    found = benchmark(lambda: [solve(system) for system in given])
    assert all(isinstance(answer, (Contradiction, Point)) for answer in found)
