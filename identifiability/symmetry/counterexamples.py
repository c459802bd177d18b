"""Pairs of normal networks with the same function that no permutation of units carries into each other.

Galanti & Wolf call an activation identifiability-inducing if normal networks with the same function are
isomorphic.  Every activation with a two-term symmetry fails this; here is a pair of networks for each, and
for elu and isrlu, which have no symmetry and do not fail with one hidden layer, a pair with two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, isqrt

import numpy as np
from flint import ctx
from numpy.typing import NDArray

from identifiability.activations import Activation
from identifiability.activations import activation as named_activation
from identifiability.composition import compose
from identifiability.errors import InvalidInput
from identifiability.exact import ball, ceiling, integer, upper_fraction
from identifiability.network import Network
from identifiability.neurons import normality
from identifiability.normal_forms.canonical import canonical_form
from identifiability.symmetry.group_actions import Element, act, flip_jointly
from identifiability.symmetry.identities import sample_points
from identifiability.symmetry.symmetries import symmetry_group

DEEPEST = 64
"""Pairs of more weight layers are refused."""

SMALL = Fraction(1, 2**100)
"""Values that are irrational must agree up to this, certified."""

_HALF, _ONE = Fraction(1, 2), Fraction(1)


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking an :class:`EqualPair` gave.

    Attributes
    ----------
    normal : bool
        Whether both networks are normal, outputs and inputs included.
    isomorphic : bool
        Whether a permutation of hidden units carries one network to the other.
    equal : bool
        Whether the functions agree, as far as ``method`` says.
    method : {"proof", "values", "balls"}
        ``"proof"``: exactly, on all of R (one input and one hidden layer, pieces of known degree);
        ``"values"``: exactly at sample points; ``"balls"``: at sample points, up to ``defect``.
    defect : Fraction
        The largest difference that the check leaves possible at its points.
    """

    normal: bool
    isomorphic: bool
    equal: bool
    method: str
    defect: Fraction

    def __bool__(self) -> bool:
        return self.normal and self.equal and not self.isomorphic


@dataclass(frozen=True, slots=True)
class EqualPair:
    """Two normal networks with the same function that are not isomorphic.

    Attributes
    ----------
    first, second : Network
    reason : str
        The identity that makes them equal.
    """

    first: Network
    second: Network
    reason: str

    def verify(self) -> Verification:
        """Check everything that the pair claims, without using the reason.

        Examples
        --------
        >>> bool(non_isomorphic_equals("tanh").verify())
        True
        """
        normal = all(normality(net, "paper").is_normal for net in (self.first, self.second))
        isomorphic = canonical_form(self.first).network == canonical_form(self.second).network
        if self.first.architecture[0] != self.second.architecture[0]:
            return Verification(normal, isomorphic, False, "values", Fraction(0))
        method, defect = _difference(self.first, self.second)
        return Verification(normal, isomorphic, defect <= (SMALL if method == "balls" else 0), method, defect)

    def __str__(self) -> str:
        return f"{self.first!r} = {self.second!r}: {self.reason}"


def non_isomorphic_equals(activation: str | Activation, depth: int | None = None) -> EqualPair:
    r"""Two normal networks with the same function that are not isomorphic.

    Parameters
    ----------
    activation : str or Activation
    depth : int, optional
        The number of weight layers, at least 2; by default the least for which a pair is known.

    Returns
    -------
    EqualPair

    Raises
    ------
    InvalidInput
        If there is no such pair: for elu and isrlu with one hidden layer.

    Notes
    -----
    * Reflections and scalings of a single unit: tanh, sigmoid, ReLU and others.
    * Softplus, gelu, silu: three units in the plane with w = (1, 0), (0, 1), (-1, -1), which add up to 0,
      flipped together.
    * A polynomial of degree d without symmetry: the finite difference of order d + 1 vanishes,
      :math:`\sum_i (-1)^i \binom{d+1}{i} p(u + i) = 0`; even i make one network and odd i the other.
    * elu and isrlu: with one hidden layer 1, t and distinct units are linearly independent (see
      :func:`identifiability.normal_forms.completeness.completeness`), so that normal networks with the same
      function are isomorphic.  With two, s(s(t) + k) = s(t) + k for every k at least the size of the
      infimum of s.
    * More pairs with two hidden layers that no symmetry explains: softsign,
      :math:`s(c s(u)) = \frac{c}{1+c} s((1+c)u)`; isru, :math:`s(c s(u)) = \frac cm s(mu)` with
      :math:`m = \sqrt{1+c^2}`; softplus, s(s(t) + 1) = s(s(t + 1) - 1) + 1; clipped_relu and hard_tanh,
      which are the identity on their own values.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Definition 7 (identifiability-inducing).

    Examples
    --------
    >>> pair = non_isomorphic_equals("sigmoid")
    >>> print(pair.reason)
    s(-u) = -s(u) + 1 for s = sigmoid
    >>> non_isomorphic_equals("elu").first.depth
    3
    >>> non_isomorphic_equals("elu").verify().method
    'balls'
    """
    sigma = named_activation(activation)
    layers = None if depth is None else integer(depth, "depth", 2, DEEPEST)
    pair = _deep(sigma) if layers is None or layers > 2 else None
    shallow = _shallow(sigma)
    if shallow and (layers is None or pair is None):
        pair = shallow
    if pair is None:
        raise InvalidInput(
            f"normal {sigma} networks with one hidden layer and the same function are isomorphic, so that "
            "there is no such pair; pass depth=3"
        )
    top = Network([[[1]], [[1]]], activation=sigma)
    for _ in range((layers or pair.first.depth) - pair.first.depth):
        pair = EqualPair(compose(top, pair.first), compose(top, pair.second), pair.reason)
    return pair


def _shallow(sigma: Activation) -> EqualPair | None:
    group = symmetry_group(sigma)
    unit = Network([[[2]], [[3]]], [[Fraction(1, 3)]], sigma)
    if group.reflection:
        turned = act(Element(((0,),), ((True,),), ((_ONE,),)), unit)
        return EqualPair(unit, turned, str(group.reflection))
    if group.scaling is not None:
        scaled = act(Element(((0,),), ((False,),), ((Fraction(2),),)), unit)
        return EqualPair(unit, scaled, str(group.scaling_by(Fraction(2))))
    if sigma.name == "polynomial":
        return _finite_difference(sigma)
    if group.flip:
        triple = Network([[[1, 0], [0, 1], [-1, -1]], [[1, 1, 1]]], activation=sigma)
        return EqualPair(triple, flip_jointly(triple, 0, [0, 1, 2]), str(group.flip))
    return None


def _finite_difference(sigma: Activation) -> EqualPair:
    order = (sigma.piece_degrees or (0,))[0] + 1
    nets = []
    for parity in (0, 1):
        shifts = range(parity, order + 1, 2)
        rows = [[1]] * len(shifts)
        nets.append(Network([rows, [[comb(order, i) for i in shifts]]], [list(shifts)], sigma))
    return EqualPair(nets[0], nets[1], f"the difference of order {order} of {sigma} is 0")


def _deep(sigma: Activation) -> EqualPair | None:
    """Pairs with two hidden layers of one unit, (w_1, b_1, w_2, b_2, v, c), beyond symmetries of units."""

    def pair(one: Sequence[object], two: Sequence[object], reason: str) -> EqualPair:
        nets = [
            Network([[[w1]], [[w2]], [[v]]], [[b1], [b2], [c]], sigma) for w1, b1, w2, b2, v, c in (one, two)
        ]
        return EqualPair(nets[0], nets[1], reason)

    match sigma.name, sigma.parameters:
        case (("elu" | "isrlu"), parameters):
            below = _ONE
            for _, a in parameters:
                assert isinstance(a, Fraction)
                # The infimum is -1/√a, and this is the least integer k with k^2 >= 1/a.
                below = Fraction(isqrt(ceiling(1 / a) - 1) + 1)
            line = "s(u) = u for u >= 0, and s > "
            return pair(
                (1, 0, 1, below, 1, 0),
                (1, 0, 1, below + 1, 1, -1),
                f"{line}-{below}, so that s(s(t) + {below}) = s(t) + {below}",
            )
        case "softsign", _:
            return pair(
                (1, 0, 1, 0, 1, 0), (_HALF, 0, 3, 0, Fraction(2, 3), 0), "s(c*s(u)) = c/(1 + c)*s((1 + c)*u)"
            )
        case "isru", _:
            return pair(
                (1, 0, Fraction(3, 4), 0, 1, 0),
                (Fraction(3, 4), 0, Fraction(4, 3), 0, Fraction(3, 4), 0),
                "s(c*s(u)) = c/m*s(m*u) for m^2 = 1 + c^2",
            )
        case "softplus", _:
            return pair((1, 0, 1, 1, 1, 0), (1, 1, 1, -1, 1, 1), "s(s(t) + 1) = s(s(t + 1) - 1) + 1")
        case (("clipped_relu" | "hard_tanh"), _):
            return pair((1, 0, 1, 0, 1, 0), (1, 0, _HALF, 0, 2, 0), "s(s(t)/c) = s(t)/c for c >= 1")
    return None


def _difference(first: Network, second: Network) -> tuple[str, Fraction]:
    """How the two were compared, and the largest difference that is possible at the points."""
    dimension = first.architecture[0]
    activations = {*first.activations, *second.activations}
    rational = all(sigma.is_rational for sigma in activations)
    if rational and dimension == 1 and first.depth == second.depth == 2:
        points = [[point] for point in _deciding_points(first, second)]
        return "proof", _largest(first(points) - second(points))
    # Points that are not in a lattice, so that no relation among the coordinates helps.
    points = [
        [Fraction(k, 3) * (-1) ** axis / (1 + axis * (7 + k % 5)) for axis in range(dimension)]
        for k in range(-12, 13)
    ]
    if rational:
        return "values", _largest(first(points) - second(points))
    with ctx.workprec(256):
        balls = [[ball(value) for value in point] for point in points]
        differences = (first(balls) - second(balls)).ravel()
        return "balls", max(upper_fraction(abs(value)) for value in differences)


def _largest(values: NDArray[np.object_]) -> Fraction:
    return max(map(abs, values.ravel().tolist()), default=Fraction(0))


def _deciding_points(first: Network, second: Network) -> list[Fraction]:
    """Points in every interval between breakpoints, more than the degree of the difference there."""
    ends: set[Fraction] = set()
    units, degree = 0, 1
    for net in (first, second):
        sigma = net.activations[0]
        units += net.units
        degree = max(degree, *(sigma.piece_degrees or (1,)))
        rows = zip(net.weight(0)[:, 0].tolist(), net.bias(0).tolist(), strict=True)
        ends |= {(point - b) / w for w, b in rows if w for point in sigma.breakpoints}
    # Softsign: a sum of so many quotients of linear functions has a numerator of at most this degree.
    return sample_points(sorted(ends), max(degree, units + 1) + 1)
