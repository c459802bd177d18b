"""Legendre polynomials and expansions beside scipy, sympy, mpmath and a Golub-Welsch projection.

Run with ``pytest benchmarks/bench_legendre.py``; the ratios are in ``extra_info`` of the saved JSON.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from scipy.linalg import eigh_tridiagonal
from scipy.special import eval_gegenbauer, jv, roots_gegenbauer

from legendre.evaluation import evaluate, evaluate_orthonormal
from legendre.expansions import coefficients
from legendre.measure import gauss, jacobi_entries
from legendre.polynomials import dimension, flint_polynomial
from legendre.tails import tail
from legendre.targets import sine


def best_of(work: Callable[[], object], rounds: int = 3) -> float:
    """The least of a few wall-clock times, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def compare(benchmark: Any, work: Callable[[], object], **references: Callable[[], object]) -> None:
    """Time the work, and record how many times longer each reference takes."""
    benchmark.pedantic(work, rounds=3, warmup_rounds=1)
    own = benchmark.stats.stats.min
    benchmark.extra_info.update({f"{name}_over_this": best_of(f) / own for name, f in references.items()})


@pytest.mark.parametrize(("d", "n"), [(5, 1000), (50, 1000), (100, 10_000)])
def test_values(benchmark: Any, d: int, n: int) -> None:
    t = np.linspace(-1, 1, 1001)
    compare(
        benchmark,
        lambda: evaluate(d=d, n=n, t=t),
        scipy=lambda: eval_gegenbauer(n, d / 2 - 1, t) / eval_gegenbauer(n, d / 2 - 1, 1.0),
    )


def test_values_where_scipy_overflows(benchmark: Any) -> None:
    t = np.linspace(-0.9, 0.9, 1001)
    _, log = benchmark(evaluate_orthonormal, d=1000, n=10_000, t=t, log=True)
    assert np.all(np.isfinite(log))
    with np.errstate(all="ignore"):
        benchmark.extra_info["scipy_finite"] = bool(np.all(np.isfinite(eval_gegenbauer(10_000, 499, t))))


def test_values_of_degree_a_million(benchmark: Any) -> None:
    benchmark.pedantic(lambda: evaluate_orthonormal(d=1000, n=10**6, t=0.3, log=True), rounds=1)


def test_exact_polynomial(benchmark: Any) -> None:
    t = sympy.Symbol("t")
    compare(
        benchmark,
        lambda: (flint_polynomial.cache_clear(), flint_polynomial(5, 100)),
        sympy=lambda: sympy.Poly(sympy.gegenbauer(100, sympy.Rational(3, 2), t), t),
    )


def test_gauss_rule(benchmark: Any) -> None:
    compare(benchmark, lambda: gauss(d=5, size=1000), scipy=lambda: roots_gegenbauer(1000, 1.5))


def golub_welsch(d: int, degree: int) -> np.ndarray:
    """The coefficients of sin(pi d^3 t) from the eigenvectors of the Jacobi matrix."""
    a = math.pi * d**3
    size = int(a / 2 + degree / 2) + 40
    nodes, vectors = eigh_tridiagonal(np.zeros(size), jacobi_entries(d, size)[:-1])
    # The first components are the roots of the weights, the others sqrt(w_i) L_n(x_i).
    signs = np.sign(vectors[0])
    return (vectors * signs)[: degree + 1] @ (np.abs(vectors[0]) * np.sin(a * nodes))


def test_coefficients_dimension_ten(benchmark: Any) -> None:
    degree, d = 3300, 10
    a, n = math.pi * d**3, np.arange(degree + 1)
    logs = np.array([math.log(dimension(d, int(k))) for k in n])

    def bessel() -> np.ndarray:
        return np.exp(logs / 2) * math.gamma(d / 2) * (2 / a) ** (d / 2 - 1) * jv(n + d / 2 - 1, a)

    def many_digits() -> list[mpmath.mpf]:
        return [mpmath.besselj(k + d / 2 - 1, a) for k in range(0, 600, 6)]

    compare(
        benchmark,
        lambda: coefficients(sine("pi*d^3"), d=d, degree=degree),
        golub_welsch=lambda: golub_welsch(d, degree),
        scipy_jv=bessel,
        mpmath_hundred_of_them=many_digits,
    )
    found = coefficients(sine("pi*d^3"), d=d, degree=degree)
    benchmark.extra_info["largest_difference_to_jv"] = float(
        np.max(np.abs(np.abs(found[1::2]) - np.abs(bessel()[1::2])))
    )


def test_coefficients_dimension_hundred(benchmark: Any) -> None:
    benchmark.pedantic(lambda: coefficients(sine("pi*d^3"), d=100, degree=3_200_000), rounds=3)


@pytest.mark.parametrize("d", [10, 25, 50, 100])
def test_certified_coefficients(benchmark: Any, d: int) -> None:
    work = lambda: coefficients(sine("pi*d^3"), d=d, degree=int(3.15 * d**3), certified=True)  # noqa: E731
    balls = benchmark.pedantic(work, rounds=1)
    benchmark.extra_info["largest_radius"] = max(float(b.rad()) for b in balls)


@pytest.mark.parametrize("d", [5, 10, 25])
def test_certified_tail(benchmark: Any, d: int) -> None:
    benchmark.pedantic(lambda: tail(sine("pi*d^3"), d=d, n=d * d, certified=True), rounds=3)
