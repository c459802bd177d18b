"""How long upper bounds take: sizes, and networks built.

Run with ``pytest benchmarks/bench_upper.py``.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bounds.upper.build import build
from bounds.upper.hypernetworks import total
from bounds.upper.schemes import upper_bound

QUESTIONS = [(1, 1, "1e-3"), (2, 1, "1e-3"), (6, 3, "1e-3"), (40, 3, "1e-12"), (2, 2, "1e-3000")]


@pytest.mark.parametrize(("m", "r", "epsilon"), QUESTIONS)
def test_size(benchmark: Any, m: int, r: int, epsilon: str) -> None:
    assert benchmark(upper_bound, m, r, Fraction(epsilon)).error <= Fraction(epsilon)


@pytest.mark.parametrize("m", [1, 2, 3])
def test_whole_hypernetwork(benchmark: Any, m: int) -> None:
    assert benchmark(total, m, m, 2, Fraction(1, 100)).status == "conditional"


def wave(x: NDArray[np.float64]) -> NDArray[np.float64]:
    values: NDArray[np.float64] = np.cos(x.sum(axis=1)) / 40
    return values


BUILT = [(1, 1, "1e-3"), (2, 1, "0.02"), (2, 2, "1e-3"), (2, 3, "1e-4"), (3, 3, "1e-3")]


@pytest.mark.parametrize(("m", "r", "epsilon"), BUILT)
def test_build(benchmark: Any, m: int, r: int, epsilon: str) -> None:
    assert benchmark(build, epsilon, m, r, wave).proved_error <= Fraction(epsilon)


def test_build_narrow(benchmark: Any) -> None:
    assert benchmark(build, "0.1", 2, 1, wave, count="dense").network.depth > 60


@pytest.mark.parametrize(("m", "r", "epsilon"), BUILT)
def test_evaluate(benchmark: Any, m: int, r: int, epsilon: str) -> None:
    network = build(epsilon, m, r, wave).network
    x = np.random.default_rng(0).uniform(-1, 1, (100, m))
    assert np.abs(benchmark(network, x)[:, 0] - wave(x)).max() <= float(Fraction(epsilon))
