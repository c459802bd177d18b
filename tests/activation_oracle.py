"""The activations written down a second time, in mpmath, as api.md and the papers define them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
from mpmath import mp, mpf

from identifiability.activations import Activation, activation

DIGITS = 50

INSTANCES = [
    activation("relu"),
    activation("prelu", a="1/4"),
    activation("prelu", a=0),
    activation("prelu", a=1),
    activation("prelu", a=2),
    activation("prelu", a=-1),
    activation("prelu", a="-1/3"),
    activation("clipped_relu"),
    activation("hard_tanh"),
    activation("elu"),
    activation("softsign"),
    activation("isrlu"),
    activation("isrlu", a="5/2"),
    activation("isru"),
    activation("isru", a="1/4"),
    activation("isru", a=2),
    activation("sigmoid"),
    activation("tanh"),
    activation("arctan"),
    activation("softplus"),
    activation("gelu"),
    activation("silu"),
    activation("erf"),
    activation("sin"),
    activation("repu", p=1),
    activation("repu", p=2),
    activation("repu", p=3),
    activation("identity"),
    activation("polynomial", coefficients=[3]),
    activation("polynomial", coefficients=[1, -2]),
    activation("polynomial", coefficients=[0, 0, 1]),
    activation("polynomial", coefficients=[1, -2, 0, "1/3"]),
]

_DEFINITIONS: dict[str, Callable[..., Any]] = {
    "relu": lambda x: max(x, 0),
    "prelu": lambda x, a: max(x, a * x),
    "clipped_relu": lambda x: min(max(x, 0), 1),
    "hard_tanh": lambda x: min(max(x, -1), 1),
    "elu": lambda x: x if x > 0 else mpmath.expm1(x),
    "softsign": lambda x: x / (1 + abs(x)),
    "isrlu": lambda x, a: x if x > 0 else x / mpmath.sqrt(1 + a * x**2),
    "isru": lambda x, a: x / mpmath.sqrt(1 + a * x**2),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "tanh": mpmath.tanh,
    "arctan": mpmath.atan,
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    # mpmath cannot compute ncdf far out, where it is below 10^(-10^7).
    "gelu": lambda x: x * mpmath.ncdf(x) if x > -10_000 else mpf(0),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "erf": mpmath.erf,
    "sin": mpmath.sin,
    "repu": lambda x, p: max(x, 0) ** int(p),
    "identity": lambda x: x,
    "polynomial": lambda x, c: sum((ck * x**k for k, ck in enumerate(c)), mpf(0)),
}


def real(x: Fraction) -> mpf:
    """The rational number at the working precision."""
    return mpf(x.numerator) / x.denominator


def oracle(sigma: Activation, x: Fraction | float) -> mpf:
    """σ(x) to about 50 digits."""
    with mp.workdps(DIGITS + 10):
        point = real(x) if isinstance(x, Fraction) else mpf(x)
        arguments = [
            [real(Fraction(entry)) for entry in value] if isinstance(value, tuple) else real(Fraction(value))
            for _, value in sigma.parameters
        ]
        return mpf(_DEFINITIONS[sigma.name](point, *arguments))
