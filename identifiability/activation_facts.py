"""The table of facts about activations, each exact and each with its derivation.

Two remarks give most entries.  If σ is monotone then the L^1 norm of σ' is the length of σ's range.
If σ' rises from 0 to its supremum M and falls back to 0, its total variation is 2M.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isqrt
from typing import Any

from identifiability.activation_parameters import Parameter
from identifiability.constants import Constant, constant
from identifiability.exact import digits

_ZERO, _ONE, _NOUGHT = Fraction(0), Fraction(1), Constant("0")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the theorems ask of an activation σ; the attributes of ``Activation`` say what each means."""

    lipschitz: Constant
    derivative_l1: Constant
    derivative_variation: Constant
    smoothness: int | None = None
    at_zero: Constant = _NOUGHT
    breakpoints: tuple[Fraction, ...] = ()
    smooth_interval: tuple[Fraction, Fraction] = (-_ONE, _ONE)
    piece_degrees: tuple[int, ...] | None = None


@lru_cache(maxsize=512)
def facts(name: str, parameter: Parameter | None) -> Facts:
    """The facts about the activation of that name and parameter."""
    return _FACTS[name]() if parameter is None else _FACTS[name](parameter)


def _facts(lipschitz: object, l1: object, variation: object, at_zero: object = 0, **rest: Any) -> Facts:
    return Facts(constant(lipschitz), constant(l1), constant(variation), at_zero=constant(at_zero), **rest)


def _relu() -> Facts:
    # σ' is the Heaviside step: one jump of 1, and not integrable.
    return _facts(
        1,
        "inf",
        1,
        smoothness=0,
        breakpoints=(_ZERO,),
        smooth_interval=(_ONE, 2 * _ONE),
        piece_degrees=(0, 1),
    )


def _prelu(a: Fraction) -> Facts:
    # max(x, ax) has slope min(1, a) left of 0 and max(1, a) right of it; one of them is not 0, so σ' is
    # never integrable.  For a = 1 both are 1 and σ is the identity.
    if a == 1:
        return _identity()
    degrees = tuple(0 if slope == 0 else 1 for slope in (min(_ONE, a), max(_ONE, a)))
    return _facts(
        max(_ONE, abs(a)),
        "inf",
        abs(1 - a),
        smoothness=0,
        breakpoints=(_ZERO,),
        smooth_interval=(_ONE, 2 * _ONE),
        piece_degrees=degrees,
    )


def _clipped_relu() -> Facts:
    # σ' is the indicator of [0, 1]: integral 1, two jumps of 1.
    return _facts(
        1,
        1,
        2,
        smoothness=0,
        breakpoints=(_ZERO, _ONE),
        piece_degrees=(0, 1, 0),
        smooth_interval=(Fraction(1, 4), Fraction(3, 4)),
    )


def _hard_tanh() -> Facts:
    # σ' is the indicator of [-1, 1]: integral 2, two jumps of 1.
    return _facts(
        1,
        2,
        2,
        smoothness=0,
        breakpoints=(-_ONE, _ONE),
        piece_degrees=(0, 1, 0),
        smooth_interval=(Fraction(-1, 2), Fraction(1, 2)),
    )


def _elu() -> Facts:
    # σ' = e^x rises from 0 to 1 on the left and stays at 1; σ''(0-) = 1 and σ''(0+) = 0.
    return _facts(1, "inf", 1, smoothness=1, breakpoints=(_ZERO,), smooth_interval=(-2 * _ONE, -_ONE))


def _softsign() -> Facts:
    # Increasing from -1 to 1; σ' = (1 + |x|)^-2 rises to 1 at 0 and falls; σ''(0-) = 2, σ''(0+) = -2.
    return _facts(1, 2, 2, smoothness=1, breakpoints=(_ZERO,), smooth_interval=(_ONE, 2 * _ONE))


def _isrlu(a: Fraction) -> Facts:
    # σ' = (1 + a x^2)^(-3/2) rises from 0 to 1 on the left and stays at 1.  Left of 0,
    # σ = x - a x^3/2 + ..., so the derivatives up to the second agree at 0 and the third do not.
    return _facts(1, "inf", 1, smoothness=2, breakpoints=(_ZERO,), smooth_interval=(-2 * _ONE, -_ONE))


def _isru(a: Fraction) -> Facts:
    # Increasing from -1/sqrt(a) to 1/sqrt(a); σ' = (1 + a x^2)^(-3/2) rises to 1 at 0 and falls.
    p, q = isqrt(a.numerator), isqrt(a.denominator)
    rational = Fraction(2 * q, p) if p * p == a.numerator and q * q == a.denominator else None
    return _facts(1, f"2/sqrt({digits(a)})" if rational is None else rational, 2)


def _sigmoid() -> Facts:
    # Increasing from 0 to 1; σ' = σ(1 - σ) rises to 1/4 at 0 and falls.
    return _facts("1/4", 1, "1/2", at_zero="1/2")


def _tanh() -> Facts:
    # Increasing from -1 to 1; σ' = 1 - σ^2 rises to 1 at 0 and falls.
    return _facts(1, 2, 2)


def _arctan() -> Facts:
    # Increasing from -pi/2 to pi/2; σ' = 1/(1 + x^2) rises to 1 at 0 and falls.
    return _facts(1, "pi", 2)


def _softplus() -> Facts:
    # σ' is the logistic function, which increases from 0 to 1.
    return _facts(1, "inf", 1, at_zero="log(2)")


def _gelu() -> Facts:
    # σ = x Φ(x) with Φ, φ the standard normal distribution and density, so σ' = Φ + xφ and
    # σ'' = (2 - x^2) φ: σ' is monotone between -sqrt(2) and sqrt(2).  With M = σ'(sqrt 2)
    # = Φ(sqrt 2) + sqrt(2) φ(sqrt 2) = 1/2 + erf(1)/2 + e^-1/sqrt(pi), and σ'(-x) = 1 - σ'(x),
    # σ' goes from 0 down to 1 - M, up to M, down to 1: its variation is 4M - 3, its supremum M.
    return _facts("1/2 + erf(1)/2 + exp(-1)/sqrt(pi)", "inf", "2*erf(1) + 4*exp(-1)/sqrt(pi) - 1")


def _silu() -> Facts:
    # σ = xs(x) with s the logistic function, so σ'' = s(1 - s)(2 - x tanh(x/2)).  x tanh(x/2) is even and
    # increases on x > 0, so σ'' has just two zeros ±X, where tanh(X/2) = 2/X.  There s = 1/2 + 1/X and
    # M = σ'(X) = s + X s(1 - s) = 1/2 + X/4; and σ'(-x) = 1 - σ'(x), so as for gelu the variation of
    # σ' is 4M - 3 = X - 1 and its supremum M.
    where = "where x*tanh(x/2) = 2 on [2, 3]"
    return _facts(f"1/2 + x/4 {where}", "inf", f"x - 1 {where}")


def _erf() -> Facts:
    # Increasing from -1 to 1; σ' = 2 exp(-x^2)/sqrt(pi) rises to 2/sqrt(pi) at 0 and falls.
    return _facts("2/sqrt(pi)", 2, "4/sqrt(pi)")


def _sin() -> Facts:
    # σ' = cos has integral 2 and variation 2 over every half period.
    return _facts(1, "inf", "inf")


def _repu(p: int) -> Facts:
    # σ^(p) jumps from 0 to p!; for p >= 2, σ' = p x^(p-1) increases to infinity.
    if p == 1:
        return _relu()
    return _facts(
        "inf",
        "inf",
        "inf",
        smoothness=p - 1,
        breakpoints=(_ZERO,),
        smooth_interval=(_ONE, 2 * _ONE),
        piece_degrees=(0, p),
    )


def _identity() -> Facts:
    # σ' is the constant 1.
    return _facts(1, "inf", 0, piece_degrees=(1,))


def _polynomial(coefficients: tuple[Fraction, ...]) -> Facts:
    # A constant has σ' = 0; a line has σ' constant and not integrable; otherwise σ' is unbounded.
    degree = len(coefficients) - 1
    lipschitz = abs(coefficients[1]) if degree == 1 else "inf" if degree else 0
    return _facts(
        lipschitz,
        "inf" if degree else 0,
        "inf" if degree > 1 else 0,
        coefficients[0],
        piece_degrees=(degree,),
    )


_FACTS: dict[str, Callable[..., Facts]] = {
    "relu": _relu,
    "prelu": _prelu,
    "clipped_relu": _clipped_relu,
    "hard_tanh": _hard_tanh,
    "elu": _elu,
    "softsign": _softsign,
    "isrlu": _isrlu,
    "isru": _isru,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "arctan": _arctan,
    "softplus": _softplus,
    "gelu": _gelu,
    "silu": _silu,
    "erf": _erf,
    "sin": _sin,
    "repu": _repu,
    "identity": _identity,
    "polynomial": _polynomial,
}
