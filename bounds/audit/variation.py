r"""Evidence for what is said of σ(0), of the integral of |σ'| and of the variation of σ'.

For a partition x_0 < ... < x_n, both in ball arithmetic,

.. math:: \sum_i |σ(x_{i+1}) - σ(x_i)| \le \int_{\mathbb{R}} |σ'|, \qquad
          \sum_i |σ'(x_{i+1}) - σ'(x_i)| \le \operatorname{Var}(σ') .
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flint import arb, ctx

from identifiability.activations import Activation
from identifiability.constants import Constant
from identifiability.exact import ball, decimal, fraction, lower_fraction

PRECISION = 128
CLOSENESS = Fraction(99, 100)
"""A partition that reaches this part of a constant, and does not exceed it, confirms it."""


@dataclass(frozen=True, slots=True)
class ValueAtZero:
    """The value σ(0).

    Attributes
    ----------
    activation : Activation
    value : Constant

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> at_zero = ValueAtZero(activation("sigmoid"), Constant("1/2"))
    >>> str(at_zero), at_zero.check()
    ('sigmoid(0) = 1/2', True)
    """

    activation: Activation
    value: Constant

    def __str__(self) -> str:
        return f"{self.activation}(0) = {self.value}"

    def check(self) -> bool:
        """Evaluate σ at 0 in ball arithmetic; a rational value of a rational σ exactly."""
        exact = self.value.fraction
        if exact is not None and self.activation.is_rational:
            return self.activation.exact(Fraction(0)) == exact
        with ctx.workprec(PRECISION):
            value = self.activation.ball(arb(0))
            if exact == 0:
                return bool(value == 0)
            difference = value - self.value.ball(PRECISION)
            return difference.contains(0) and bool(abs(difference) < arb(2) ** (16 - PRECISION))


@dataclass(frozen=True, slots=True)
class DerivativeInBV:
    r"""The two constants that put σ' in BV(R).

    .. math:: \int |σ'| = l1 < \infty, \qquad \operatorname{Var}(σ') = variation < \infty

    Attributes
    ----------
    activation : Activation
    l1, variation : Constant

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> DerivativeInBV(activation("arctan"), Constant("pi"), Constant("2")).check()
    True
    """

    activation: Activation
    l1: Constant
    variation: Constant

    def __str__(self) -> str:
        return (
            f"for σ = {self.activation} the integral of |σ'| is {self.l1} and the variation of σ' is"
            f" {self.variation}"
        )

    def check(self) -> bool:
        """Verify that partitions reach 99 percent of each constant, and that none exceeds it."""
        if not (self.l1.is_finite and self.variation.is_finite):
            return False
        points = self._points()
        with ctx.workprec(PRECISION):
            return _confirms(_variation_of_values(self.activation, points), self.l1) and _confirms(
                _variation_of_slopes(self.activation, points), self.variation
            )

    def _points(self) -> list[Fraction]:
        # Length divided by slope is the width of the transition of σ, so this scales with σ.
        slope = float(self.activation.lipschitz)
        width = fraction(float(self.l1) / slope) if slope else Fraction(1)
        near = [width * Fraction(j, 16) for j in range(-64, 65)]
        far = [width * sign * 2**k for k in range(3, 17) for sign in (-1, 1)]
        return sorted({*near, *far, *self.activation.breakpoints})


@dataclass(frozen=True, slots=True)
class LargeVariation:
    r"""The integral of |σ'| over [0, length] is large.

    .. math:: \int_0^{length} |σ'| \ge \sum_i |σ(x_{i+1}) - σ(x_i)| \ge at\_least

    Attributes
    ----------
    activation : Activation
    length : int
        The partition is 0, 1, ..., length.
    at_least : Fraction

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> LargeVariation(activation("relu"), 100, Fraction(100)).check()
    True
    """

    activation: Activation
    length: int
    at_least: Fraction

    def __str__(self) -> str:
        return (
            f"for σ = {self.activation} the integral of |σ'| over [0, {self.length}] is at least"
            f" {decimal(self.at_least)}"
        )

    def check(self) -> bool:
        """Add up the increments of σ over the partition, in ball arithmetic."""
        return self.length > 0 and large_variation(self.activation, self.length).at_least >= self.at_least


def large_variation(activation: Activation, length: int) -> LargeVariation:
    """A lower bound on the integral of |σ'| over [0, length], from unit steps.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> large_variation(activation("relu"), 32).at_least
    Fraction(32, 1)
    """
    points = [Fraction(i) for i in range(length + 1)]
    with ctx.workprec(PRECISION):
        return LargeVariation(activation, length, _variation_of_values(activation, points))


def _variation_of_values(activation: Activation, points: Iterable[Fraction]) -> Fraction:
    values = [activation.ball(ball(point)) for point in points]
    return lower_fraction(_total(values))


def _variation_of_slopes(activation: Activation, points: list[Fraction]) -> Fraction:
    slopes = []
    for point in points:
        pieces = {
            sum(b < point for b in activation.breakpoints),
            sum(b <= point for b in activation.breakpoints),
        }
        slopes += [activation.jet(ball(point), 1, piece)[1] for piece in sorted(pieces)]
    return lower_fraction(_total(slopes))


def _total(values: list[arb]) -> arb:
    return sum((abs(later - earlier) for earlier, later in pairwise(values)), arb(0))


def _confirms(reached: Fraction, claimed: Constant) -> bool:
    bound = claimed.ball(PRECISION)
    return not ball(reached) > bound and not ball(reached) < ball(CLOSENESS) * bound
