r"""A non-constant function that lies both in W_{r,m} and in every class of networks.

Theorems 1 to 3 of Galanti & Wolf assume that there is none.  There always is one: on an interval
inside a smooth piece of σ the ridge function

.. math:: y(x) = c\, σ(a x_1 + b), \qquad [b - a, b + a] \text{ inside the piece},

is C^infinity, it is a network with one hidden unit, and for small c its Sobolev norm is at most 1.  It
belongs to every shallow class with free weights; deeper ones contain compositions of such units, which
for small scales are smooth and not constant either.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

from flint import arb, ctx

from bounds.audit.amplitude import amplitude_for
from bounds.audit.hidden_units import network_text
from bounds.smoothness import SobolevBall
from identifiability.activations import Activation
from identifiability.exact import ball, digits, upper_fraction

if TYPE_CHECKING:
    from identifiability.network import Network

PRECISION = 128
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class RepresentableFunction:
    r"""y(x) = c σ(a x_1 + b): a network with one hidden unit, and a non-constant member of W_{r,m}.

    .. math:: \sum_{|k|_1 \le r} \|D^k y\|_\infty
              = \sum_{j=0}^{r} |c|\, a^j \sup_{|t-b| \le a} |σ^{(j)}(t)| \le 1,
              \qquad y(p) \ne y(q)

    Attributes
    ----------
    activation : Activation
    r : int
        The order of W_{r,m}; any number m >= 1 of variables.
    amplitude, scale, shift : Fraction
        c, a > 0 and b.
    points : tuple of (Fraction, Fraction)
        Two values of x_1 in [-1, 1] at which y differs.
    """

    activation: Activation
    r: int
    amplitude: Fraction
    scale: Fraction
    shift: Fraction
    points: tuple[Fraction, Fraction]

    def __str__(self) -> str:
        p, q = self.points
        return (
            f"y = {self.formula} with σ = {self.activation} is a network with one hidden unit, lies in"
            f" W_{{{self.r},m}} for every m, and differs at x1 = {digits(p)} and x1 = {digits(q)}"
        )

    @property
    def formula(self) -> str:
        """y as text."""
        return network_text([(self.amplitude, self.scale, self.shift)], "x1")

    def norm_bound(self) -> Fraction | None:
        """A rational upper bound on the Sobolev norm; None if [b - a, b + a] is not in one piece."""
        if self.scale <= 0:
            return None
        unit = _norm_of_unit_amplitude(self.activation, self.r, self.scale, self.shift)
        return None if unit is None else abs(self.amplitude) * unit

    def check(self) -> bool:
        """Verify that the norm is at most 1 and that the two values differ, in ball arithmetic."""
        norm = self.norm_bound()
        inside = all(-1 <= point <= 1 for point in self.points)
        return norm is not None and norm <= 1 and self.amplitude != 0 and inside and self._is_not_constant()

    def _is_not_constant(self) -> bool:
        # Two values of a saturated unit may agree in many digits before they differ.
        return any(self._differ_at(precision) for precision in (PRECISION, 8 * PRECISION, 64 * PRECISION))

    def _differ_at(self, precision: int) -> bool:
        with ctx.workprec(precision):
            first, second = (
                self.activation.ball(ball(self.scale * point + self.shift)) for point in self.points
            )
            return not (first - second).contains(0)

    def network(self, m: int = 1) -> Network:
        """y as a network on [-1, 1]^m."""
        from identifiability.network import Network

        zero = Fraction(0)
        first = [[self.scale] + [zero] * (SobolevBall(self.r, m).m - 1)]
        return Network([first, [[self.amplitude]]], [[self.shift], [zero]], activation=self.activation)


def representable_function(activation: Activation, r: int = 1) -> RepresentableFunction | None:
    """A non-constant member of W_{r,m} that is a network with one hidden unit.

    Parameters
    ----------
    activation : Activation
    r : int
        Order of differentiability, 1 to 100.

    Returns
    -------
    RepresentableFunction or None
        None only if σ is constant: then every network is constant.

    Notes
    -----
    Proved for every activation here and every r, because each is C^infinity and not constant on some
    interval.  The norm of σ(a x_1 + b) is bounded by Taylor coefficients over the whole interval, and the
    amplitude is one over that bound, rounded up to an integer or to a power of ten.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> y = representable_function(activation("tanh"), r=1)
    >>> str(y.amplitude), str(y.scale), str(y.shift), y.check()
    ('1', '1/4', '0', True)
    """
    order = SobolevBall(r, 1).r
    if activation.piece_degrees is not None and max(activation.piece_degrees) == 0:
        return None
    low, high = activation.smooth_interval
    shift = (low + high) / 2
    scale, norm = next(
        (scale, norm)
        for scale in ((high - low) / 2**i for i in count(3))
        if (norm := _norm_of_unit_amplitude(activation, order, scale, shift)) is not None
    )
    amplitude = amplitude_for(norm)
    # A non-constant polynomial of degree n takes no value more than n times.
    degree = max(activation.piece_degrees or (1,))
    ends = [_ONE - Fraction(2 * i, degree + 1) for i in range(degree + 1)]
    candidates = (
        RepresentableFunction(activation, order, amplitude, scale, shift, (-_ONE, end)) for end in ends
    )
    return next(y for y in candidates if y.check())


def _norm_of_unit_amplitude(
    activation: Activation, r: int, scale: Fraction, shift: Fraction
) -> Fraction | None:
    low, high = shift - scale, shift + scale
    if any(low < point < high for point in activation.breakpoints):
        return None
    piece = sum(point <= low for point in activation.breakpoints)
    with ctx.workprec(PRECISION):
        jet = activation.jet(ball(low).union(ball(high)), r, piece)
        terms = (abs(jet[j]) * math.factorial(j) * ball(scale**j) for j in range(r + 1))
        total = sum(terms, arb(0))
        return upper_fraction(total) if total.is_finite() else None
