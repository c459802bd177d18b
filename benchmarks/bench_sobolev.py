"""How long certified Sobolev norms take.

Run with ``pytest benchmarks/bench_sobolev.py``.
"""

from __future__ import annotations

from typing import Any

import pytest
from flint import arb

from bounds.sobolev import sobolev_norm
from identifiability.formula import parse
from identifiability.jets import jet, shared

FORMULAS = [
    "1/(1 + 25*x0^2)",
    "sin(3*x0)*x1/10",
    "exp(x0*x1)/(1 + x0^2 + x1^2)",
    "tanh(5*x0 - 3*x1)",
    "sqrt(2 + x0*x1)",
    "log(3 + x0 + x1)*cos(4*x0*x1)",
    "sin(x0*x1*x2) + x2",
]


@pytest.mark.parametrize("r", [1, 2, 3])
@pytest.mark.parametrize("formula", FORMULAS)
def test_norm(benchmark: Any, formula: str, r: int) -> None:
    assert benchmark(sobolev_norm, formula, r=r).converged


@pytest.mark.parametrize("width", ["1e-6", "1e-12", "1e-24"])
def test_narrow(benchmark: Any, width: str) -> None:
    assert benchmark(sobolev_norm, "exp(x0*x1)/(1 + x0^2 + x1^2)", r=2, relative_width=width).converged


@pytest.mark.parametrize("order", [2, 4, 6])
@pytest.mark.parametrize("formula", FORMULAS)
def test_jet(benchmark: Any, formula: str, order: int) -> None:
    variables = ("x0", "x1", "x2")
    tree, box = shared(parse(formula, variables)), dict.fromkeys(variables, arb(0.1, 0.1))
    assert benchmark(jet, tree, box, order).value.is_finite()
