"""Certified distances between a network and a limit that both depend on the first coordinate only.

The network is evaluated in balls together with its derivative, so that the difference is enclosed by the
mean value form; nothing is known of closed forms here.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from flint import arb, ctx

from identifiability.activations import Activation
from identifiability.enclosure import Enclosure, integral, supremum
from identifiability.exact import ball, fraction, lower_fraction, upper_fraction
from identifiability.realisation_sets.limits import Limit

if TYPE_CHECKING:
    from identifiability.network import Network

Difference = Callable[[arb], arb]
"""Encloses f - g on a ball that lies on one side of zero."""

_PRECISION = 192


def sup_distance(
    net: Network, limit: Limit, relative_width: object = "1e-3", max_boxes: int = 20_000
) -> Enclosure:
    r"""The supremum of |f - g| over the cube [-1, 1]^d, enclosed; both depend on x1 only.

    Examples
    --------
    >>> from identifiability.network import Network
    >>> from identifiability.realisation_sets.limits import step
    >>> ramp = Network([[[4], [4]], [[1, -1]]], biases=[[0, -1]])
    >>> sup_distance(ramp, step("0", "1", "0")).lower
    Fraction(1, 1)
    """
    with ctx.workprec(_PRECISION):
        sides = [
            supremum(_difference(net, limit, side), *_ends(side), relative_width, "1e-30", max_boxes)
            for side in (-1, 1)
        ]
    return Enclosure(
        max(part.lower for part in sides),
        max(part.upper for part in sides),
        all(part.converged for part in sides),
    )


def lp_distance(
    net: Network, limit: Limit, p: object, absolute_width: object = "1e-3", max_boxes: int = 20_000
) -> Enclosure:
    r"""The L^p distance of f and g over the cube [-1, 1]^d, enclosed; both depend on x1 only.

    .. math:: \Bigl( 2^{d-1} \int_{-1}^1 |f(t, 0, \dots) - g(t, 0, \dots)|^p\,dt \Bigr)^{1/p}

    ``absolute_width`` is that of the integral.

    Examples
    --------
    >>> from identifiability.network import Network
    >>> from identifiability.realisation_sets.limits import step
    >>> ramp = Network([[[4], [4]], [[1, -1]]], biases=[[0, -1]])
    >>> distance = lp_distance(ramp, step("0", "1", "0"), 1)
    >>> distance.lower <= Fraction(1, 8) <= distance.upper
    True
    """
    exponent = fraction(p, "p")
    width = fraction(absolute_width, "absolute_width") / 2
    with ctx.workprec(_PRECISION):
        parts = []
        for side in (-1, 1):
            difference = _difference(net, limit, side)

            def power(x: arb, order: int, difference: Difference = difference) -> list[arb]:
                return [_power(abs(difference(x)), exponent)]

            parts.append(integral(power, *_ends(side), width, order=0, max_boxes=max_boxes))
        factor = 2 ** (net.architecture[0] - 1)
        ends = (sum(part.lower for part in parts), sum(part.upper for part in parts))
        low, high = (_power(ball(max(end, Fraction(0)) * factor), 1 / exponent) for end in ends)
        return Enclosure(
            max(Fraction(0), lower_fraction(low)),
            upper_fraction(high),
            all(part.converged for part in parts),
        )


def _power(base: arb, exponent: Fraction) -> arb:
    if exponent == 1:
        return base
    # A ball around zero may reach below it, where no power is taken.
    upper = base.upper()
    top = upper ** ball(exponent) if upper > 0 else arb(0)
    lower = base.lower()
    return (lower ** ball(exponent)).union(top) if lower > 0 else arb(0).union(top)


def _ends(side: int) -> tuple[int, int]:
    return (-1, 0) if side < 0 else (0, 1)


def _difference(net: Network, limit: Limit, side: int) -> Difference:
    layers = [
        (
            [[Fraction(entry) for entry in row] for row in net.weight(layer)],
            [Fraction(entry) for entry in net.bias(layer)],
        )
        for layer in range(net.depth)
    ]
    balls = [([[ball(a) for a in row] for row in rows], [ball(b) for b in bias]) for rows, bias in layers]

    def along(x: arb) -> tuple[arb, arb]:
        values, slopes = [x], [arb(1)]
        for index, (rows, bias) in enumerate(balls):
            # Of the inputs, only the first matters.
            kept = [row[:1] for row in rows] if index == 0 else rows
            values = [
                sum((a * v for a, v in zip(row, values, strict=True)), b)
                for row, b in zip(kept, bias, strict=True)
            ]
            slopes = [sum((a * s for a, s in zip(row, slopes, strict=True)), arb(0)) for row in kept]
            if index < len(net.activations):
                sigma = net.activations[index]
                slopes = [derivative(sigma, v) * s for v, s in zip(values, slopes, strict=True)]
                values = [sigma.ball(v) for v in values]
        return values[0], slopes[0]

    def difference(x: arb) -> arb:
        value, slope = along(x)
        plain = value - limit.on(x, side)
        if x.is_exact() or not slope.is_finite():
            return plain
        middle = arb(x.mid())
        centre = along(middle)[0] - limit.on(middle, side)
        return plain.intersection(centre + (slope - limit.slope_on(x, side)) * (x - middle))

    return difference


def derivative(sigma: Activation, x: arb) -> arb:
    """An enclosure of every difference quotient of σ between two points of the ball x."""
    ends = [None, *map(ball, sigma.breakpoints), None]
    pieces = []
    for piece, (low, high) in enumerate(pairwise(ends)):
        left = x.lower() if low is None else arb(low).max(x.lower())
        right = x.upper() if high is None else arb(high).min(x.upper())
        if not left > right:
            pieces.append(sigma.jet(left.union(right), 1, piece)[1])
    hull = pieces[0]
    for found in pieces[1:]:
        hull = hull.union(found)
    return hull
