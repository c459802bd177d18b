r"""The total variation of an activation and of its derivatives, where a neuron can reach.

Let the p-th derivative of sigma have the total variation V on (-R, R).  By Taylor's formula there are
polynomials q of degree at most p with

.. math:: \sigma(z) = q(z) + \frac1{p!} \int_{(-R, R)} (z - \tau)_+^p \, d\sigma^{(p)}(\tau),
          \qquad |z| \le R,

(almost everywhere if p = 0, where z_+^0 is the step).  By :mod:`legendre.neuron_coefficients`, where the
parts (z - tau)_+^p obey one bound for all tau and q has no component L_n(s) L_n(t) with 2n > p,

.. math:: \bigl|E[\sigma(as + ct + b)\,L_n(s)\,L_n(t)]\bigr| \le \frac V{p!}\,(ac)^{p/2}\;b_{n,p},
          \qquad 2n > p,\quad a + c + |b| \le R .

Equality holds where all of the variation is in one point, for ReLU and its odd powers at a = c, b = 0.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from itertools import pairwise
from math import factorial

from flint import arb, ctx

from identifiability.activations import Activation
from identifiability.constants import constant
from identifiability.exact import ball

_SILU = "x where x*tanh(x/2) = 2 on [2, 3]"
_INFLEXIONS: dict[str, tuple[str, ...]] = {
    "elu": (),
    "isrlu": (),
    "softplus": (),
    "softsign": ("0",),
    "isru": ("0",),
    "sigmoid": ("0",),
    "tanh": ("0",),
    "arctan": ("0",),
    "erf": ("0",),
    "gelu": ("sqrt(2)",),
    "silu": (_SILU,),
}
"""Where, on [0, oo), the derivative of an activation in C^1 turns; on the left it turns at mirrored points.

The derivatives of elu, isrlu and softplus increase; those of softsign, isru, sigmoid, tanh, arctan and erf
are even and fall from 0 on; gelu'' = (2 - x^2) phi with phi the normal density, and
silu'' = s(1 - s)(2 - x tanh(x/2)) with s the logistic function.
"""


def variations(activation: Activation, radius: arb) -> list[tuple[int, arb]]:
    r"""Orders p of derivatives of bounded variation, and bounds on their total variations on (-R, R).

    Parameters
    ----------
    activation : Activation
        sigma.
    radius : flint.arb
        R > 0.

    Returns
    -------
    list of (int, flint.arb)
        p, and the total variation of the p-th derivative, rounded up at the working precision: p = 0 and 1
        for the bounded activations, 1 for others whose derivative is bounded, the power for ``repu``, the
        degree for polynomials, where the variation is 0, and nothing for ``sin``.

    Notes
    -----
    Certified: an increasing activation varies by sigma(R) - sigma(-R); a derivative is summed over the
    intervals on which it is monotone, and piecewise linear activations have one jump at each breakpoint.
    ``sin`` varies in proportion to R in all orders, and :mod:`legendre.sine_neurons` has a better bound.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> [(p, round(float(total), 6)) for p, total in variations(activation("tanh"), arb(1))]
    [(0, 1.523188), (1, 1.160051)]
    >>> variations(activation("repu", p=3), arb(1)), variations(activation("identity"), arb(1))
    ([(3, 6.00000000000000)], [(1, 0)])
    """
    if activation.name == "sin":
        return []
    degrees = activation.piece_degrees
    if activation.is_polynomial and degrees is not None:
        return [(degrees[0], arb(0))]
    if activation.name == "repu" and degrees is not None:
        return [(degrees[-1], arb(factorial(degrees[-1])))]
    first = (1, _of_the_derivative(activation, radius).upper())
    if activation.derivative_l1.is_finite:
        # Every bounded activation increases.
        return [(0, (activation.ball(radius) - activation.ball(-radius)).upper()), first]
    return [first]


def _of_the_derivative(activation: Activation, radius: arb) -> arb:
    if activation.name not in _INFLEXIONS:
        return _jumps(activation, radius)
    turns = [constant(text).ball(ctx.prec).min(radius) for text in _INFLEXIONS[activation.name]]
    points = [-radius, *(-turn for turn in turns), *turns, radius]
    slopes = [_slope(activation, point) for point in points]
    total = arb(0)
    for before, after in pairwise(slopes):
        total += abs(after - before)
    return total


def _slope(activation: Activation, point: arb) -> arb:
    # The pieces of an activation in C^1 agree at their breakpoint, 0.
    piece = 0 if point < 0 else len(activation.breakpoints)
    return activation.jet(point, 1, piece)[1]


def _jumps(activation: Activation, radius: arb) -> arb:
    """The jumps of the slope of a piecewise linear activation inside (-R, R)."""
    total = arb(0)
    for piece, point in enumerate(map(ball, activation.breakpoints)):
        if not abs(point) >= radius:
            total += abs(activation.jet(point, 1, piece + 1)[1] - activation.jet(point, 1, piece)[1])
    return total


def half_range(activation: Activation, radius: arb) -> arb:
    r"""A bound on \|sigma - c\| on [-R, R] for the best constant c.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> round(float(half_range(activation("tanh"), arb(1))), 6)
    0.761594
    """
    if activation.name == "sin":
        return radius.sin() if radius < arb.pi() / 2 else arb(1)
    if activation.name in ("gelu", "silu", "polynomial"):
        return activation.ball(arb(0, radius.upper())).rad()
    # The others are monotone between their breakpoints.
    ends = [-radius, *(point for point in map(ball, activation.breakpoints) if abs(point) < radius), radius]
    values = [activation.ball(point) for point in ends]
    return ((reduce(arb.max, values) - reduce(arb.min, values)) / 2).upper()


def neuron_norm(activation: Activation, radius: arb, weight_bound: Fraction) -> arb:
    r"""A bound on the L2 norm of what sigma(as + ct + b) has in degrees n >= 1 of both variables.

    It is at most :func:`half_range`, and at most sqrt(3)/2 B times the total variation of sigma': less a
    polynomial of degree 1 sigma is a mixture of (\|z - tau\| - \|tau\|)/2, at most \|z\|/2 each, and
    E z^2 = (\|w\|^2 + \|w'\|^2)/d + b^2 <= 3 B^2.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> neuron_norm(activation("relu"), arb(9), Fraction(2)).overlaps(arb(3).sqrt())
    True
    """
    norm = half_range(activation, radius)
    for p, total in variations(activation, radius):
        if p == 1:
            mixture = total * ball(weight_bound) * arb(3).sqrt() / 2
            norm = mixture if mixture < norm else norm
    return norm
