"""The norm of a target in L2(mu_d), and the norm of what its first coefficients leave over."""

from __future__ import annotations

import math
from typing import Literal, overload

from flint import arb, ctx, fmpq

from identifiability.errors import Inexact, InvalidInput
from identifiability.exact import spelled
from legendre.bessel_balls import ball_coefficients, dimension_ratio
from legendre.expansions import piecewise_balls
from legendre.piecewise_coefficients import mean_square
from legendre.polynomials import read_degree, read_dimension
from legendre.precision import FLOAT_BITS, read_certified, refined
from legendre.target_values import frequency
from legendre.targets import Bessel, Cosine, Exponential, Function, PiecewisePolynomial, Sine, Target

HIGHEST_DEGREE = 1_000_000
"""Tails from a higher degree on are refused: they would take more than ten seconds."""

LARGEST_FREQUENCY = 1_000_000
"""Tails of sine and its kin in balls, whose coefficients are summed up to about this degree, likewise."""

_FIRST_STRETCH = 64


@overload
def norm(target: Target, d: object, certified: Literal[False] = False) -> float: ...
@overload
def norm(target: Target, d: object, certified: Literal[True]) -> arb: ...
@overload
def norm(target: Target, d: object, certified: bool) -> float | arb: ...
def norm(target: Target, d: object, certified: bool = False) -> float | arb:
    """The norm of a target in L2(mu_d), not squared.

    .. math:: \\|f\\| = E_{t \\sim \\mu_d}[f(t)^2]^{1/2}, \\qquad
              \\|\\sin(a\\,\\cdot)\\|^2 = \\tfrac12\\big(1 - {}_0F_1(;\\tfrac d2; -a^2)\\big)

    Parameters
    ----------
    target : Target
        For instance ``sine("pi*d^3")``.
    d : int
        The dimension, at least 2.
    certified : bool
        Whether the answer is a ball.

    Returns
    -------
    float or flint.arb

    Raises
    ------
    InvalidInput
        If d < 2.
    Inexact
        If a ball is asked for a callable.

    Notes
    -----
    It is also the norm of f(<x, x'>) on the product of two spheres.

    Examples
    --------
    >>> from legendre.targets import monomial, sine
    >>> norm(monomial(1), d=4), round(norm(sine("pi*d^3"), d=5), 12)
    (0.5, 0.707108500662)
    """
    d, certified = read_dimension(d), read_certified(certified)
    if isinstance(target, Function):
        return _by_quadrature(target, d, 0, certified)[0]
    with ctx.workprec(ctx.prec if certified else FLOAT_BITS):
        result = _root(refined(lambda: _square(target, d)))
    return result if certified else _float(target, result)


@overload
def tail(target: Target, d: object, n: object, certified: Literal[False] = False) -> float: ...
@overload
def tail(target: Target, d: object, n: object, certified: Literal[True]) -> arb: ...
@overload
def tail(target: Target, d: object, n: object, certified: bool) -> float | arb: ...
def tail(target: Target, d: object, n: object, certified: bool = False) -> float | arb:
    """The distance in L2(mu_d) of a target from the polynomials of degree below n, not squared.

    .. math:: T_n = \\Big(\\sum_{i \\ge n} \\alpha_i^2\\Big)^{1/2}
                  = \\Big(\\|f\\|^2 - \\sum_{i<n} \\alpha_i^2\\Big)^{1/2}

    Parameters
    ----------
    target : Target
        For instance ``sine("pi*d^3")``.
    d : int
        The dimension, at least 2.
    n : int
        The first degree that counts, at least 0.
    certified : bool
        Whether the answer is a ball at the working precision.

    Returns
    -------
    float or flint.arb

    Raises
    ------
    InvalidInput
        If d < 2, n < 0 or n > 1,000,000, or a ball is asked for a frequency beyond 10^6.
    Inexact
        If a ball is asked for a callable.

    Notes
    -----
    Balls: \\|f\\|^2 minus a finite sum, at a precision that makes up for the cancellation; where the
    coefficients of sine and its kin decrease at least geometrically from n on, the sum over i >= n with a
    bound for its remainder.

    Examples
    --------
    >>> from legendre.targets import sine
    >>> tail(sine("pi*d^3"), d=5, n=25, certified=True) ** 2
    [0.500000492791967 +/- 7.23e-16]
    """
    d, n, certified = read_dimension(d), read_degree(n, HIGHEST_DEGREE), read_certified(certified)
    if isinstance(target, Function):
        return _by_quadrature(target, d, n, certified)[1]
    if isinstance(target, (Sine, Cosine, Exponential)) and not certified:
        return _float_tail(target, d, n)
    with ctx.workprec(ctx.prec if certified else FLOAT_BITS):
        if n and isinstance(target, (Sine, Cosine, Exponential)):
            a = abs(frequency(target, d))
            if not a <= LARGEST_FREQUENCY:
                raise InvalidInput(
                    f"tails in balls are for frequencies up to {LARGEST_FREQUENCY}, got {float(a):.6g}; pass"
                    " a smaller one, or certified=False"
                )
        result = _root(refined(lambda: _tail_square(target, d, n)))
    return result if certified else _float(target, result)


def _tail_square(target: Target, d: int, n: int) -> arb:
    match target:
        case PiecewisePolynomial(polynomial=p, kinks=()):
            return _sum_of_squares(piecewise_balls(target, d, len(p) - 1)[n:])
        case Sine() | Cosine() | Exponential() if _decrease(target, d, n) is not None:
            return _sum_with_remainder(target, d, n)
        case _:
            return _difference(target, d, n)


def _difference(target: Target, d: int, n: int) -> arb:
    if n == 0:
        return _square(target, d)
    if isinstance(target, PiecewisePolynomial):
        return _square(target, d) - _sum_of_squares(piecewise_balls(target, d, n - 1))
    assert not isinstance(target, Function)
    return _square(target, d) - _sum_of_squares(ball_coefficients(target, d, n - 1))


def _square(target: Target, d: int) -> arb:
    """E[f^2] as a ball; that of e^{iat} f(t) is a Bessel function, written as 0F1."""
    match target:
        case PiecewisePolynomial():
            return arb(mean_square(target, d))
        case Sine() | Cosine() | Exponential():
            a, half = frequency(target, d), arb(fmpq(d, 2))
            if isinstance(target, Exponential):
                return (a * a).hypgeom_0f1(half)
            mean = (-a * a).hypgeom_0f1(half)
            return (1 - mean if isinstance(target, Sine) else 1 + mean) / 2
        case _:
            raise InvalidInput(f"target must be a target such as sine('pi*d^3'), got {spelled(target)}")


def _sum_of_squares(values: tuple[arb, ...] | list[arb]) -> arb:
    return sum((value * value for value in values if not value.is_zero()), arb(0))


def _decrease(target: Bessel, d: int, n: int) -> arb | None:
    """A number q < 1 such that A_{i+1}^2 <= q A_i^2 for i >= n, if the simple bounds give one.

    J_{mu+1}/J_mu <= 1/(c-1) and I_{mu+1}/I_mu <= 1/c for c = 2(mu+1)/a > 0, where in the first case c >= 2.
    """
    a = abs(frequency(target, d))
    if a.contains(0):
        return None
    c = (2 * (n + 1) + d - 2) / a
    if not isinstance(target, Exponential):
        c = c - 1
    # The dimensions do not decrease, so that q < 1 needs c > 2.
    q = arb(dimension_ratio(d, n)) / (c * c)
    return q.upper() if q < 1 else None


def _sum_with_remainder(target: Bessel, d: int, n: int) -> arb:
    stretch = _FIRST_STRETCH
    while True:
        values = ball_coefficients(target, d, n + stretch)
        # Of two neighbours one is not zero by parity.
        last = values[-1] if not values[-1].is_zero() else values[-2]
        total = _sum_of_squares(values[n:])
        q = _decrease(target, d, n + stretch - 1)
        assert q is not None
        rest = (last * last * q / (1 - q)).upper()
        if rest < total * arb(2) ** -ctx.prec:
            return total + rest.union(arb(0))
        stretch *= 2


def _root(square: arb) -> arb:
    """The root of a number that is known not to be negative."""
    return square.nonnegative_part().sqrt() if square.contains(0) else square.sqrt()


def _float(target: Target, value: arb) -> float:
    result = float(value.mid())
    if not math.isfinite(result):
        raise InvalidInput(f"the norm of {target!s:.60} overflows floats; pass certified=True for a ball")
    return result


def _float_tail(target: Bessel, d: int, n: int) -> float:
    import numpy as np

    from legendre.bessel_coefficients import float_coefficients

    values = float_coefficients(target, d, None)[n:]
    # The largest is taken out, so that squares do not underflow.
    scale = float(np.max(np.abs(values), initial=0.0))
    return scale * float(np.linalg.norm(values / scale)) if scale else 0.0


def _by_quadrature(target: Function, d: int, n: int, certified: bool) -> tuple[float, float]:
    if certified:
        raise Inexact(f"the values of the callable {target} are floats; pass certified=False")
    from legendre.projections import quadrature_coefficients

    projection = quadrature_coefficients(target, d, max(n - 1, 0))
    return projection.norm, projection.tail if n else projection.norm
