"""Intervals, bounded or not, that contain the values of units: outward rounded, and exact where rational."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from flint import ctx

from identifiability.activations import Activation
from identifiability.exact import ball, lower_fraction, upper_fraction

PRECISION = 64
"""Ends that are irrational are rounded outward from balls of so many bits."""

LONGEST_END = 2048
"""Ends with more bits are rounded outward to half as many, so that deep networks stay cheap."""

LARGEST_ARGUMENT = 2**20
"""At ends beyond this the limit at infinity is taken: it is sharp there and costs nothing."""

_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Range:
    """A closed interval; None stands for an infinite end.

    Examples
    --------
    >>> Range(Fraction(-1), None).times(Fraction(-2)).plus(Range(Fraction(1), Fraction(1)))
    Range(low=None, high=Fraction(3, 1))
    """

    low: Fraction | None
    high: Fraction | None

    @property
    def is_nonnegative(self) -> bool:
        """Whether no number in it is negative."""
        return self.low is not None and self.low >= 0

    @property
    def is_nonpositive(self) -> bool:
        """Whether no number in it is positive."""
        return self.high is not None and self.high <= 0

    def times(self, factor: Fraction) -> Range:
        """All multiples of its numbers by the factor."""
        if factor == 0:
            return Range(Fraction(0), Fraction(0))
        low, high = (None if end is None else factor * end for end in (self.low, self.high))
        return Range(low, high) if factor > 0 else Range(high, low)

    def plus(self, other: Range) -> Range:
        """All sums of one number of each."""
        return Range(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
        )

    def shortened(self) -> Range:
        """The interval with long ends rounded outward."""
        return Range(_short(self.low, -1), _short(self.high, 1))


REALS = Range(None, None)

_LIMITS: dict[str, tuple[Fraction | None, Fraction | None]] = {
    "relu": (Fraction(0), None),
    "repu": (Fraction(0), None),
    "clipped_relu": (Fraction(0), _ONE),
    "hard_tanh": (-_ONE, _ONE),
    "elu": (-_ONE, None),
    "softsign": (-_ONE, _ONE),
    "sigmoid": (Fraction(0), _ONE),
    "tanh": (-_ONE, _ONE),
    "arctan": (Fraction(-11, 7), Fraction(11, 7)),
    "softplus": (Fraction(0), None),
    "erf": (-_ONE, _ONE),
}
# The least value of gelu is above -17/100, that of silu above -279/1000.
_VALLEYS = {"gelu": Fraction(-17, 100), "silu": Fraction(-279, 1000)}


def image(activation: Activation, argument: Range) -> Range:
    """An interval that contains σ of every number of the argument.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> image(activation("elu"), Range(None, Fraction(2)))
    Range(low=Fraction(-1, 1), high=Fraction(2, 1))
    """
    name = activation.name
    if name == "sin":
        return Range(-_ONE, _ONE)
    if name in _VALLEYS:
        # σ(u) <= max(u, 0), and σ(u) >= 0 for u >= 0.
        low = Fraction(0) if argument.is_nonnegative else _VALLEYS[name]
        return Range(low, None if argument.high is None else max(argument.high, Fraction(0)))
    if name == "prelu":
        return _prelu(activation, argument)
    if activation.is_polynomial:
        return _polynomial(activation, argument).shortened()
    limits = _limits(activation)
    if limits is None:
        return REALS
    # Every other activation increases.
    return Range(
        _end(activation, argument.low, limits[0], -1), _end(activation, argument.high, limits[1], 1)
    ).shortened()


def _prelu(activation: Activation, argument: Range) -> Range:
    """max(x, ax) for x in an interval: a convex function with its corner at 0."""
    slope = activation.parameters[0][1]
    assert isinstance(slope, Fraction)
    if slope >= 0:
        return Range(
            *(None if end is None else activation.exact(end) for end in (argument.low, argument.high))
        )
    ends = [None if end is None else activation.exact(end) for end in (argument.low, argument.high)]
    high = None if None in ends else max(end for end in ends if end is not None)
    if argument.is_nonnegative or argument.is_nonpositive:
        known = [end for end in ends if end is not None]
        return Range(min(known), high)
    return Range(Fraction(0), high)


def _polynomial(activation: Activation, argument: Range) -> Range:
    degree = (activation.piece_degrees or (2,))[0]
    at_zero = activation.exact(Fraction(0))
    if degree <= 1:
        slope = activation.exact(_ONE) - at_zero
        return argument.times(slope).plus(Range(at_zero, at_zero))
    if argument.low is None or argument.high is None:
        return REALS
    with ctx.workprec(PRECISION):
        values = activation.ball(ball(argument.low).union(ball(argument.high)))
        return Range(lower_fraction(values), upper_fraction(values))


def _limits(activation: Activation) -> tuple[Fraction | None, Fraction | None] | None:
    if activation.name in _LIMITS:
        return _LIMITS[activation.name]
    if activation.name in ("isru", "isrlu"):
        # The limits are -1/sqrt(a) and 1/sqrt(a); they are exact if a is a square.
        bound = _inverse_root(activation)
        return (-bound, bound if activation.name == "isru" else None)
    return None


def _inverse_root(activation: Activation) -> Fraction:
    a = activation.parameters[0][1]
    assert isinstance(a, Fraction)
    p, q = isqrt(a.numerator), isqrt(a.denominator)
    if p * p == a.numerator and q * q == a.denominator:
        return Fraction(q, p)
    with ctx.workprec(PRECISION):
        return upper_fraction(1 / ball(a).sqrt())


def _end(
    activation: Activation, end: Fraction | None, limit: Fraction | None, outward: int
) -> Fraction | None:
    if end is None:
        return limit
    if activation.is_rational and abs(end) <= LARGEST_ARGUMENT:
        return activation.exact(end)
    if activation.name in ("relu", "clipped_relu", "hard_tanh"):
        return activation.exact(end)
    if activation.name in ("elu", "isrlu") and end >= 0:
        return end
    if abs(end) > LARGEST_ARGUMENT:
        if activation.name == "softplus" and end > 0:
            # u < log(1 + e^u) < u + 1
            return end + (outward > 0)
        if (outward > 0) == (end > 0):
            return limit
        # σ increases, so a value nearer to 0 is further outward.
        end = Fraction(LARGEST_ARGUMENT if end > 0 else -LARGEST_ARGUMENT)
    with ctx.workprec(PRECISION):
        value = activation.ball(ball(end))
        return lower_fraction(value) if outward < 0 else upper_fraction(value)


def _short(end: Fraction | None, outward: int) -> Fraction | None:
    if end is None or end.denominator.bit_length() <= LONGEST_END:
        return end
    scale = 1 << (LONGEST_END // 2)
    return Fraction((end.numerator * scale) // end.denominator + (outward > 0), scale)
