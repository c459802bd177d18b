from fractions import Fraction
from math import exp, pi

import numpy as np
import pytest
from activation_oracle import INSTANCES, oracle
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from identifiability.activations import activation
from identifiability.enclosure import Enclosure
from identifiability.errors import InvalidInput
from identifiability.ridge import derivative_supremum, ridge_sobolev_norm


def is_norm(found: Enclosure, wanted: float) -> bool:
    return float(found.lower) - 1e-12 <= wanted * (1 + 1e-12) and wanted * (1 - 1e-12) <= float(found.upper)


CLOSED_FORMS = [
    # sup |sin| = sup |cos| = 1 as soon as |a| >= pi/2.
    ("sin", 1, 2, 0, 5, 1 + 2 + 4 + 8 + 16 + 32),
    ("sin", -3, -2, "1/7", 3, 3 * (1 + 2 + 4 + 8)),
    ("identity", 1, 3, 1, 4, 4 + 3),
    ("relu", "1/2", 1, 1, 9, 0.5 * (2 + 1)),
    ("relu", 1, 1, -1, 9, 0),
    ("prelu(a=1/4)", 1, 1, -1, 2, 0.5 + 0.25),
    ("elu", 1, 1, -1, 3, (1 - exp(-2)) + 1 + 1 + 1),
    ("elu", 1, 1, 0, 1, 2),
    ("repu(p=3)", 1, 2, 0, 2, 8 + 2 * 12 + 4 * 12),
    ("softplus", 1, 0, 0, 3, np.log(2)),
    ("tanh", 0, 5, 1, 3, 0),
    ("tanh", 1, 1, 0, 1, np.tanh(1) + 1),
    ("tanh", 1, 1, 0, 2, np.tanh(1) + 1 + 4 / 27**0.5),
    ("sigmoid", 1, 10, 0, 1, 1 / (1 + exp(-10)) + 10 / 4),
    ("erf", 1, 1, 0, 2, 0.8427007929497149 + 2 / pi**0.5 + 4 * 0.5**0.5 * exp(-0.5) / pi**0.5),
    ("polynomial(0, 0, 1)", 1, 1, 0, 3, 1 + 2 + 2),
]


@pytest.mark.parametrize(("name", "c", "a", "b", "r", "wanted"), CLOSED_FORMS, ids=str)
def test_norms_in_closed_form(name, c, a, b, r, wanted):
    found = ridge_sobolev_norm(activation(name), c, a, b, r)
    assert found.converged
    assert is_norm(found, wanted)
    assert float(found.upper) <= wanted * 1.0011 + 1e-9
    if wanted:
        assert not is_norm(found, wanted * 1.01)
        assert not is_norm(found, wanted * 0.99)


@pytest.mark.parametrize("name", ["tanh", "gelu", "silu", "softplus", "arctan", "isru", "erf"])
@settings(max_examples=3, deadline=None)
@given(a=st.fractions("1/4", 3, max_denominator=5), b=st.fractions(-2, 2, max_denominator=5))
def test_norms_agree_with_dense_numerical_differentiation(name, a, b):
    sigma = activation(name)
    found = ridge_sobolev_norm(sigma, 1, a, b, 2)
    with mp.workdps(40):
        points = [b + a * Fraction(k, 60) for k in range(-60, 61)]
        h = Fraction(1, 10**8)
        values = [[oracle(sigma, x + s * h) for s in (-1, 0, 1)] for x in points]
        step = mp.mpf(10) ** -8
        sups = [
            max(abs(v[1]) for v in values),
            max(abs(v[2] - v[0]) / (2 * step) for v in values),
            max(abs(v[2] - 2 * v[1] + v[0]) / step**2 for v in values),
        ]
        total = sum(top * mp.mpf(a.numerator) ** k / a.denominator**k for k, top in enumerate(sups))
    assert float(total) <= float(found.upper) + 1e-9
    assert float(found.lower) <= float(total) * 1.01 + 1e-9


@pytest.mark.parametrize("sigma", [s for s in INSTANCES if s.smoothness is not None], ids=str)
def test_a_ridge_across_a_breakpoint_has_the_smoothness_of_the_activation(sigma):
    k, point = sigma.smoothness, sigma.breakpoints[0]
    assert ridge_sobolev_norm(sigma, 1, "1/2", point, k).converged
    with pytest.raises(InvalidInput, match=rf"not C\^{k + 1}"):
        ridge_sobolev_norm(sigma, 1, "1/2", point, k + 1)
    # On one side of the breakpoint, up to the breakpoint itself, it is C^infinity.
    for side in (-1, 1):
        assert ridge_sobolev_norm(sigma, 1, "1/2", point + Fraction(side, 2), k + 1).converged


def test_derivative_suprema_look_at_both_sides_of_a_breakpoint():
    found = derivative_supremum(activation("softsign"), 2, Fraction(-1), Fraction(1))
    assert found.lower <= 2 <= found.upper
    assert derivative_supremum(activation("relu"), 1, Fraction(-1), Fraction(1)).upper == 1
    assert derivative_supremum(activation("relu"), 1, Fraction(-1), Fraction(0)).upper == 0
    assert derivative_supremum(activation("relu"), 1, Fraction(0), Fraction(1)).lower == 1


def test_bad_orders_are_refused():
    with pytest.raises(InvalidInput):
        ridge_sobolev_norm(activation("tanh"), 1, 1, 0, -1)
    with pytest.raises(InvalidInput):
        ridge_sobolev_norm(activation("tanh"), "nan", 1, 0, 1)
