r"""Targets that networks of one, two or three units approach but never equal.

Difference quotients of σ at b tend to powers of x_1 as the step s tends to 0:

.. math:: \frac{σ(b + s x_1) - σ(b)}{s\,σ'(b)} \to x_1, \qquad
          \frac{σ(b + s x_1) + σ(b - s x_1) - 2σ(b)}{s^2\,σ''(b)} \to x_1^2 .

They are networks with at most three hidden units, whose weights run off to infinity.  Where the power is
no network of the activation, of whatever width, the infimum 0 is not attained: there is no best
approximation, so Assumption 1 fails; and one more unit does not lower the infimum although the target is
no network, so Assumption 2 fails with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from math import perm

from flint import arb, ctx

from bounds.audit.amplitude import amplitude_for, scaled
from bounds.smoothness import SobolevBall
from identifiability.activations import Activation
from identifiability.exact import ball, ceiling, decimal, digits, upper_fraction

PRECISION = 128

_BOUNDED_ANALYTIC = (
    "a shallow network is bounded and real-analytic on the x1 axis; if it were c*x1 on [-1, 1], it would be"
    " c*x1 on the whole axis, which is not bounded"
)
_LINEAR_GROWTH = (
    "a shallow network is real-analytic on the x1 axis and grows at most linearly; if it were c*x1^2 on"
    " [-1, 1], it would be c*x1^2 on the whole axis, which grows faster"
)


@dataclass(frozen=True, slots=True)
class _Power:
    """x_1^power is no network, by this argument; its difference quotients are taken at the centre."""

    power: int
    centre: int
    argument: str


_POWERS = {
    **dict.fromkeys(("sigmoid", "tanh", "arctan", "isru", "erf", "sin"), _Power(1, 0, _BOUNDED_ANALYTIC)),
    **dict.fromkeys(("softplus", "gelu", "silu"), _Power(2, 0, _LINEAR_GROWTH)),
    "softsign": _Power(
        1,
        1,
        "between two breakpoints a shallow network on the x1 axis is a rational function of x1 that is"
        " bounded at infinity, as t/(1 + t) and t/(1 - t) are; c*x1 is not",
    ),
    "isrlu": _Power(
        2,
        -1,
        "between two breakpoints a shallow network on the x1 axis is a linear function plus a sum of terms"
        " t/sqrt(1 + a*t^2), so it continues to a real-analytic function on the axis that grows at most"
        " linearly; c*x1^2 grows faster",
    ),
    "elu": _Power(
        2,
        -1,
        "between two breakpoints a shallow network on the x1 axis is a combination of 1, x1 and functions"
        " exp(w*x1) with w not 0, from which x1^2 is linearly independent on every interval",
    ),
}


@dataclass(frozen=True, slots=True)
class UnattainedTarget:
    r"""y(x) = c x_1^p in W_{r,m}, at distance 0 from a class of networks that does not contain it.

    .. math:: \|f_s - y\|_\infty \le c\,C\,s^p \qquad (0 < s \le s_0)

    with f_s the difference quotient of order p times c, and by Taylor's theorem

    .. math:: C = \sup_{|t-b| \le s_0} \frac{|σ''(t)|}{2\,|σ'(b)|} \; (p = 1), \qquad
              C = \sup_{|t-b| \le s_0} \frac{|σ''''(t)|}{12\,|σ''(b)|} \; (p = 2).

    Attributes
    ----------
    activation : Activation
    r : int
        The order of W_{r,m}; any number m >= 1 of variables.
    amplitude : Fraction
        c.
    power : int
        p, 1 or 2.
    centre, largest_step : Fraction
        b and s_0.
    constant : Fraction
        C, or more.
    """

    activation: Activation
    r: int
    amplitude: Fraction
    power: int
    centre: Fraction
    largest_step: Fraction
    constant: Fraction

    def __str__(self) -> str:
        first = self.largest_step
        steps = ", ".join(
            f"{decimal(self.error(step), 2)} at s = {digits(step)}" for step in (first, first / 4, first / 16)
        )
        return (
            f"y = {self.formula}, in W_{{{self.r},m}} for every m, is approached by difference quotients with"
            f" {self.units} {self.activation} unit{'s' * (self.units > 1)}, error {steps}, and so on to 0,"
            f" but it is no network: {self.argument}"
        )

    @property
    def formula(self) -> str:
        """y as text."""
        return scaled(self.amplitude, "x1" if self.power == 1 else f"x1^{self.power}")

    @property
    def argument(self) -> str:
        """Why no shallow network of any width equals y."""
        return _POWERS[self.activation.name].argument

    @property
    def units(self) -> int:
        """Hidden units of f_s; σ(b) itself takes one unless it is 0."""
        return self.power + (0 if self._vanishes_at_centre() else 1)

    def error(self, step: Fraction) -> Fraction:
        """A certified bound on ||f_s - y||_inf, for a step 0 < s <= s_0."""
        return self.amplitude * self.constant * step**self.power

    def approximant(self, step: Fraction, x: Fraction) -> arb:
        """An enclosure of f_s where x_1 = x."""
        with ctx.workprec(PRECISION):
            sigma, b = self.activation.ball, self.centre
            there, here = sigma(ball(b + step * x)), sigma(ball(b))
            derivative = self._derivative_at_centre()
            if self.power == 1:
                return ball(self.amplitude) * (there - here) / (ball(step) * derivative)
            second = there + sigma(ball(b - step * x)) - 2 * here
            return ball(self.amplitude) * second / (ball(step**2) * derivative)

    def check(self) -> bool:
        """Verify the norm of y, that the argument speaks of y, and the error bound in ball arithmetic."""
        known = _POWERS.get(self.activation.name)
        low, high = self.centre - self.largest_step, self.centre + self.largest_step
        return (
            known is not None
            and known.power == self.power
            and self.amplitude > 0
            and self.amplitude * power_norm(self.power, self.r) <= 1
            and low < high
            and not any(low < point < high for point in self.activation.breakpoints)
            and self._constant_is_proved()
        )

    def _constant_is_proved(self) -> bool:
        proved = _taylor_constant(self.activation, self.power, self.centre, self.largest_step)
        return proved is not None and self.constant >= proved

    def _derivative_at_centre(self) -> arb:
        # σ^(p)(b)
        return self.power * _jet(self.activation, ball(self.centre), self.centre, self.power)[self.power]

    def _vanishes_at_centre(self) -> bool:
        return self.centre == 0 and self.activation.at_zero.fraction == 0


def unattained_target(activation: Activation, r: int) -> UnattainedTarget | None:
    """A power of x_1 that networks of this activation approach but do not equal.

    Parameters
    ----------
    activation : Activation
    r : int
        Order of differentiability, 1 to 100.

    Returns
    -------
    UnattainedTarget or None
        None where no such argument is known, as for piecewise polynomials.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> y = unattained_target(activation("tanh"), r=1)
    >>> y.formula, y.units, y.check(), float(y.error(Fraction(1, 1024))) < 5e-4
    ('1/2*x1', 1, True, True)
    """
    known = _POWERS.get(activation.name)
    if known is None:
        return None
    order = SobolevBall(r, 1).r
    centre = Fraction(known.centre)
    step, constant = next(
        (step, proved)
        for step in (Fraction(1, 4**i) for i in count(1))
        if (proved := _taylor_constant(activation, known.power, centre, step)) is not None
    )
    amplitude = amplitude_for(power_norm(known.power, order))
    return UnattainedTarget(
        activation, order, amplitude, known.power, centre, step, Fraction(ceiling(constant))
    )


def power_norm(power: int, r: int) -> Fraction:
    """The Sobolev norm of x_1^p on the cube: the sum of p!/(p-j)! for j = 0, ..., min(p, r).

    Examples
    --------
    >>> power_norm(2, 1), power_norm(2, 5)
    (Fraction(3, 1), Fraction(5, 1))
    """
    return Fraction(sum(perm(power, j) for j in range(min(power, r) + 1)))


def _taylor_constant(
    activation: Activation, power: int, centre: Fraction, largest_step: Fraction
) -> Fraction | None:
    # With Taylor coefficients a_j of σ: a_2/a_1 for the first, a_4/a_2 for the second difference.
    with ctx.workprec(PRECISION):
        near = ball(centre - largest_step).union(ball(centre + largest_step))
        remainder = _jet(activation, near, centre, 2 * power)[2 * power]
        leading = _jet(activation, ball(centre), centre, power)[power]
        ratio = abs(remainder) / abs(leading)
        return upper_fraction(ratio) if ratio.is_finite() else None


def _jet(activation: Activation, x: arb, centre: Fraction, order: int) -> list[arb]:
    return activation.jet(x, order, sum(point < centre for point in activation.breakpoints))
