"""Targets typed as formulas are the targets made by functions."""

from fractions import Fraction

import numpy as np
import pytest

from identifiability.errors import InvalidFormula
from legendre.target_formulas import read_target
from legendre.target_values import on_floats
from legendre.targets import absolute_value, monomial, relu, sign, sine


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("sin(pi*d^3*t)", sine("pi*d^3")),
        ("sin(t)", sine(1)),
        ("abs(t)", absolute_value()),
        ("sign(t)", sign()),
        ("max(0, t)", relu()),
        ("max(0, t + 1/2)", relu("-1/2")),
    ],
)
def test_same_target(text, target):
    assert read_target(text) == target


@pytest.mark.parametrize(
    ("text", "f"),
    [
        ("cos(t*pi/d)", lambda t: np.cos(np.pi * t / 4)),
        ("exp(-t/2)", lambda t: np.exp(-t / 2)),
        ("sin(2*t*d)", lambda t: np.sin(8 * t)),
        ("(2*t - 1)^3/3 - t*t + 5", lambda t: (2 * t - 1) ** 3 / 3 - t * t + 5),
        ("t - t", lambda t: 0 * t),
    ],
)
def test_same_values(text, f):
    t = np.linspace(-1, 1, 31)
    assert np.max(np.abs(on_floats(read_target(text), 4)(t) - f(t))) < 1e-13


def test_monomials():
    assert read_target("t^9").polynomial == monomial(9).polynomial
    assert read_target("3/7").polynomial == (Fraction(3, 7),)


@pytest.mark.parametrize(
    "text",
    [
        "sin(t^2)",
        "sin(t + 1)",
        "tanh(t)",
        "d*t",
        "max(0, 2*t)",
        "t^-1",
        "t^(1/2)",
        "pi*t",
        "(t+1)^9999",
        "1/t",
    ],
)
def test_no_closed_form(text):
    with pytest.raises(InvalidFormula, match="has no closed form here"):
        read_target(text)


def test_other_names():
    with pytest.raises(InvalidFormula, match="names 'x'"):
        read_target("sin(x)")


@pytest.mark.parametrize("text", [3, None, b"t", True, 10**5000, ["t"]], ids=lambda text: type(text).__name__)
def test_what_is_no_text(text):
    with pytest.raises(InvalidFormula, match=r"a target must be text such as 'sin\(pi"):
        read_target(text)
