"""Hidden units without incoming weights: constants, and when their values are rational."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from flint import arb, ctx

from identifiability.activations import Activation
from identifiability.exact import ball

PRECISION = 256
"""Irrational values are enclosed with so many bits."""


def is_constant(activation: Activation) -> bool:
    """Whether σ itself is a constant: a polynomial of degree 0."""
    return activation.is_polynomial and activation.piece_degrees == (0,)


def rational_value(activation: Activation, b: Fraction) -> Fraction | None:
    """σ(b) where it is known to be rational, otherwise None.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> rational_value(activation("elu"), Fraction(3)), rational_value(activation("tanh"), Fraction(0))
    (Fraction(3, 1), Fraction(0, 1))
    >>> rational_value(activation("isru"), Fraction(3, 4)), rational_value(activation("tanh"), Fraction(1))
    (Fraction(3, 5), None)
    """
    if activation.is_rational:
        return activation.exact(b)
    if b == 0:
        return activation.at_zero.fraction
    if activation.name in ("elu", "isrlu") and b > 0:
        return b
    match activation.name, activation.parameters:
        case (("isru" | "isrlu"), ((_, Fraction() as a),)):
            square = 1 + a * b * b
            p, q = isqrt(square.numerator), isqrt(square.denominator)
            if p * p == square.numerator and q * q == square.denominator:
                return b * Fraction(q, p)
    return None


def constant_value(activation: Activation, b: Fraction) -> Fraction | arb:
    """σ(b): exact where it is known to be rational, otherwise enclosed with :data:`PRECISION` bits."""
    value = rational_value(activation, b)
    if value is not None:
        return value
    with ctx.workprec(PRECISION):
        return activation.ball(ball(b))
