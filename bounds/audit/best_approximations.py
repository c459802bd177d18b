r"""Targets with two best approximations by networks of few units, which Assumption 1 forbids.

The distance from the target to the class is known from its sign changes (:mod:`bounds.audit.alternation`),
and both the zero function and a network that is not zero are exactly so far from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from flint import ctx

from bounds.audit.alternation import AlternatingTarget, alternating_target, cosine_norm
from bounds.audit.amplitude import amplitude_for, spelled
from bounds.audit.hidden_units import Unit, network_text
from identifiability.activations import Activation
from identifiability.exact import ball, ceiling, digits
from identifiability.ridge import derivative_supremum

PRECISION = 128
_ONE, _ZERO = Fraction(1), Fraction(0)


@dataclass(frozen=True, slots=True)
class TwoBestApproximations:
    r"""Two best approximations of one target: the zero function, and a network f that is not zero.

    .. math:: f(x) = \sum_i v_i σ(w_i x_1 + b_i), \quad f = 0 \text{ on } [-1, t], \quad
              0 \le f \le c \text{ on } [t, 1]

    With K even and t >= 1 - 1/(2K), also 0 <= y <= c where x_1 is in [t, 1]; hence ||f - y||_inf = c,
    which is the distance from y to the class, as for the zero function.

    Attributes
    ----------
    target : AlternatingTarget
        y, and the class of networks.
    network : tuple of (v, w, b)
        The hidden units of f, which take x_1.
    start : Fraction
        t.
    """

    target: AlternatingTarget
    network: tuple[Unit, ...]
    start: Fraction

    def __str__(self) -> str:
        c = spelled(self.target.amplitude)
        return (
            f"{self.target}; and so is {network_text(self.network, 'x1')}, which is 0 for x1 <="
            f" {digits(self.start)} and between 0 and {c} beyond, as y is there"
        )

    def check(self) -> bool:
        """Verify the target, and in exact arithmetic the inequalities for f at all its knots."""
        target, end = self.target, self.start
        if not (target.check() and 1 <= len(self.network) <= target.units and self._is_monotone_by_parts()):
            return False
        quarter = 1 - Fraction(1, 2 * target.frequency)
        if target.frequency % 2 or not quarter <= end < 1:
            return False
        before = [x for x in self._knots() if x < end] + [-_ONE, end]
        beyond = [x for x in self._knots() if x > end] + [_ONE]
        values = [self.value(x) for x in beyond]
        return (
            all(self.value(x) == 0 for x in before)
            and all(0 <= value <= target.amplitude for value in values)
            and any(value > 0 for value in values)
        )

    def value(self, x: Fraction) -> Fraction:
        """f where x_1 = x."""
        sigma = self.target.activation
        return sum((v * sigma.exact(w * x + b) for v, w, b in self.network), _ZERO)

    def _knots(self) -> list[Fraction]:
        breaks = self.target.activation.breakpoints
        knots = {(point - b) / w for _, w, b in self.network if w for point in breaks}
        return sorted(x for x in knots if -1 < x < 1)

    def _is_monotone_by_parts(self) -> bool:
        # Between two knots f is linear; a single unit of relu to a power is monotone as well.
        degrees = self.target.activation.piece_degrees
        return degrees is not None and (max(degrees) <= 1 or _is_repu(self.target.activation, self.network))


@dataclass(frozen=True, slots=True)
class TwoBestApproximationsAcross:
    r"""Two best approximations in m >= 2 variables: zero, and a ridge function that vanishes on a face.

    .. math:: y(x) = c\,\frac{1+x_2}{2} \cos(Kπ x_1), \qquad
              f(x) = v\,[σ(b + w(1 - x_2)) - σ(b)], \qquad |f(x)| \le c\,\frac{1-x_2}{2}

    On the face x_2 = 1 the target is c cos(Kπ x_1), so its distance to the class is c; and
    |f - y| <= c(1 - x_2)/2 + c(1 + x_2)/2 = c.

    Attributes
    ----------
    target : AlternatingTarget
        y on the face x_2 = 1, and the class of networks.
    scale, shift, weight : Fraction
        w > 0, b and v.
    where : Fraction
        A value of x_2 in [-1, 1] at which f is not zero.
    """

    target: AlternatingTarget
    scale: Fraction
    shift: Fraction
    weight: Fraction
    where: Fraction

    def __str__(self) -> str:
        target = self.target
        c = spelled(target.amplitude)
        network = (
            (self.weight, -self.scale, self.scale + self.shift),
            (-self.weight, _ZERO, self.shift),
        )
        return (
            f"y = (1 + x2)/2*{target.formula}, in W_{{{target.r},m}} for every m >= 2, takes the values"
            f" +-{c} alternately at {2 * target.frequency + 1} points where x2 = 1; {target.limitation};"
            f" both the zero function and {network_text(network, 'x2')} are at distance {c}"
        )

    def check(self) -> bool:
        """Verify the Sobolev norm, the sign changes, and the bound on f in ball arithmetic."""
        target = self.target
        if not (target.defeats_the_class() and target.units >= 2 and self.scale > 0):
            return False
        norm = cosine_norm(target.frequency, target.r) + cosine_norm(target.frequency, target.r - 1) / 2
        sigma = target.activation
        slope = derivative_supremum(sigma, 1, self.shift, self.shift + 2 * self.scale).upper
        return (
            target.amplitude * norm <= 1
            and 2 * abs(self.weight) * self.scale * slope <= target.amplitude
            and -1 <= self.where <= 1
            and self._differs_from_zero()
        )

    def _differs_from_zero(self) -> bool:
        sigma = self.target.activation
        with ctx.workprec(PRECISION):
            there = sigma.ball(ball(self.shift + self.scale * (1 - self.where)))
            return self.weight != 0 and not (there - sigma.ball(ball(self.shift))).contains(0)


def two_best_approximations(activation: Activation, r: int) -> TwoBestApproximations | None:
    """Two best approximations, from a network that vanishes on part of the cube; piecewise polynomials.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> pair = two_best_approximations(activation("relu"), r=1)
    >>> pair.network, str(pair.start), pair.check()
    (((Fraction(1, 2), Fraction(1, 1), Fraction(-3, 4)),), '3/4', True)
    """
    for units in (1, 2, 3):
        target = alternating_target(activation, r, units, even=True)
        if target is None:
            return None
        start = 1 - Fraction(1, 2 * target.frequency)
        hinge = _hinge(activation, units, start)
        if hinge is not None:
            pair = TwoBestApproximations(target, hinge, start)
            height = max(pair.value((start + 1) / 2), pair.value(_ONE))
            fitted = tuple((v * target.amplitude / height, w, b) for v, w, b in hinge)
            return TwoBestApproximations(target, fitted, start)
    return None


def two_best_approximations_across(activation: Activation, r: int) -> TwoBestApproximationsAcross | None:
    """Two best approximations in m >= 2 variables, for every activation whose sign changes are bounded.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> two_best_approximations_across(activation("identity"), r=1).check()
    True
    """
    target = alternating_target(activation, r)
    if target is None:
        return None
    norm = cosine_norm(target.frequency, r) + cosine_norm(target.frequency, r - 1) / 2
    target = replace(target, amplitude=amplitude_for(norm))
    low, high = activation.smooth_interval
    scale = (high - low) / 4
    slope = derivative_supremum(activation, 1, low, low + 2 * scale).upper
    if slope == 0:
        return None
    weight = target.amplitude / (2 * scale * ceiling(slope))
    degree = max(activation.piece_degrees or (1,))
    ends = (_ONE - Fraction(2 * i, degree + 1) for i in range(degree + 1, 0, -1))
    pairs = (TwoBestApproximationsAcross(target, scale, low, weight, end) for end in ends)
    return next((pair for pair in pairs if pair.check()), None)


def _hinge(activation: Activation, units: int, t: Fraction) -> tuple[Unit, ...] | None:
    # A network of so many units that is 0 left of t and positive somewhere between t and 1.
    if units == 1 and activation.name in ("relu", "repu", "clipped_relu"):
        return ((_ONE, _ONE, -t),)
    if units == 2 and activation.name == "hard_tanh":
        return ((_ONE, _ONE, -t - 1), (_ONE, _ZERO, _ONE))
    if activation.name != "prelu":
        return None
    slope = activation.parameters[0][1]
    assert isinstance(slope, Fraction)
    left, right = min(_ONE, slope), max(_ONE, slope)
    if units == 2 and left * left != right * right:
        # right σ(s) + left σ(-s) = (right^2 - left^2) max(s, 0)
        square = right * right - left * left
        return ((right / square, _ONE, -t), (left / square, -_ONE, t))
    if units == 3 and left != right:
        # The second difference of a kink is a hat between t and 1.
        kink = right - left
        return ((1 / kink, _ONE, -t), (-2 / kink, _ONE, -(t + 1) / 2), (1 / kink, _ONE, -_ONE))
    return None


def _is_repu(activation: Activation, network: tuple[Unit, ...]) -> bool:
    return activation.name == "repu" and len(network) == 1
