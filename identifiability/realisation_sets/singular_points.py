"""Where a shallow network is singular: a proof that the midpoint of two networks is not a network."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from flint import ctx

from identifiability.activations import Activation
from identifiability.exact import ball
from identifiability.realisation_sets.padding import padded

if TYPE_CHECKING:
    from identifiability.network import Network

_COMPLEX = {
    "sigmoid": "poles at the odd multiples of πi",
    "tanh": "poles at the odd multiples of πi/2",
    "silu": "poles at the odd multiples of πi",
    "softplus": "logarithmic branch points at the odd multiples of πi",
    "arctan": "logarithmic branch points at ±i",
    "isru": "algebraic branch points at ±i/sqrt(a)",
}
"""Activations that are analytic on R, and whose singular points in C all lie above or below 0."""


def singularity(sigma: Activation) -> str | None:
    """What the singular points of an activation are; None if it is entire.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> singularity(activation("elu")), singularity(activation("erf"))
    ('a jump of the derivative of order 2 at 0', None)
    """
    if sigma.breakpoints:
        places = " and ".join(map(str, sigma.breakpoints))
        return f"a jump of the derivative of order {_jump_order(sigma)} at {places}"
    return _COMPLEX.get(sigma.name)


def _jump_order(sigma: Activation) -> int:
    return 1 + (sigma.smoothness or 0)


def singular_abscissae(net: Network) -> list[Fraction] | None:
    """The abscissae on the first axis at which the units of a shallow network are singular, with repetition.

    The unit c σ(a x + b) is singular at the points z of the complex plane for which a z + b is a singular
    point of σ; their real parts are (s - b)/a for the real parts s of those.

    Returns
    -------
    list of Fraction or None
        None if a unit has a = 0 or c = 0, or the activation is entire.

    Examples
    --------
    >>> from identifiability.network import Network
    >>> singular_abscissae(Network([[[2], [1]], [[1, 1]]], biases=[[-1, 3]], activation="tanh"))
    [Fraction(1, 2), Fraction(-3, 1)]
    """
    sigma = net.activations[0]
    if singularity(sigma) is None:
        return None
    slopes, outer = net.weight(0)[:, 0].tolist(), net.weight(1)[0].tolist()
    if 0 in slopes or 0 in outer:
        return None
    places = sigma.breakpoints or (Fraction(0),)
    return [(s - b) / a for a, b in zip(slopes, net.bias(0).tolist(), strict=True) for s in places]


@dataclass(frozen=True, slots=True)
class MidpointSingularities:
    """Two shallow networks whose midpoint is singular at more abscissae than any network of their width.

    Attributes
    ----------
    first, second : Network
        Of the architecture (d, N, 1), exact.
    """

    first: Network
    second: Network

    @property
    def abscissae(self) -> tuple[Fraction, ...]:
        """The exact abscissae at which the midpoint is singular, in increasing order."""
        found = [singular_abscissae(net) for net in (self.first, self.second)]
        return tuple(sorted(place for places in found for place in places or ()))

    @property
    def theorem(self) -> str:
        """Why the midpoint of the two networks is not a network of their architecture."""
        sigma = self.first.activations[0]
        each = max(1, len(sigma.breakpoints))
        width = self.first.widths[0]
        return (
            f"on the first axis a unit σ(ax + b) has {singularity(sigma)} in terms of ax + b, so that it is"
            " analytic near every other abscissa and a network of width"
            f" {width} is singular at {each * width} abscissae at most; the midpoint of the two networks has"
            f" {len(self.abscissae)} units' abscissae inside the domain that are all different, and is"
            " singular at each of them, because only one unit is"
        )

    def check(self) -> bool:
        """Whether the abscissae are too many, different, in (-1, 1), and those of true singularities."""
        one, other = self.first, self.second
        if one.architecture != other.architecture or one.depth != 2 or one.activations != other.activations:
            return False
        found = [singular_abscissae(net) for net in (one, other)]
        places = self.abscissae
        each = max(1, len(one.activations[0].breakpoints))
        return (
            None not in found
            and all(-1 < place < 1 for place in places)
            and all(left < right for left, right in pairwise(places))
            and len(places) > each * one.widths[0]
            and _jumps(one.activations[0])
        )


def _jumps(sigma: Activation) -> bool:
    """Whether the derivative of the least order that may jump does so at every breakpoint, in balls."""
    order = _jump_order(sigma)
    with ctx.workprec(128):
        return all(
            not (sigma.jet(ball(s), order, i)[order] - sigma.jet(ball(s), order, i + 1)[order]).contains(0)
            for i, s in enumerate(sigma.breakpoints)
        )


def singular_midpoint(sigma: Activation, architecture: tuple[int, ...]) -> MidpointSingularities | None:
    """Two networks with singularities at different places; None unless L = 2 and σ has a singular point."""
    if len(architecture) != 3 or singularity(sigma) is None:
        return None
    width = architecture[1]
    count = 2 * width + 1
    # A unit with two breakpoints is steep, so that both lie before the next unit's.
    slope = Fraction(1) if len(sigma.breakpoints) < 2 else Fraction(4 * count)
    starts = [Fraction(2 * i, count) - 1 for i in range(1, count)]
    least = min(sigma.breakpoints, default=Fraction(0))

    def network(places: list[Fraction]) -> Network:
        hidden = ([[slope]] * width, [least - slope * place for place in places])
        return padded(sigma, architecture, [hidden, ([[Fraction(1)] * width], [Fraction(0)])])

    return MidpointSingularities(network(starts[::2]), network(starts[1::2]))
