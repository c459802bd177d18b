r"""Functions that a few units cannot begin to approximate, because they change sign too often.

.. math:: y(x) = c \cos(Kπ x_1)

takes the values (-1)^j c at x_1 = j/K for j = -K, ..., K.  A function f with ||f - y||_inf < c has
the sign of y at these 2K + 1 points, so it changes its sign 2K times along the x_1 axis.  If no
network of the class changes its sign that often, the distance from y to the class is exactly c, and
the zero function attains it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from bounds.audit.amplitude import amplitude_for, scaled, spelled
from bounds.audit.sign_changes import sign_change_bound
from identifiability.activations import Activation

_ABOVE_PI = Fraction(22, 7)


@dataclass(frozen=True, slots=True)
class AlternatingTarget:
    r"""y(x) = c cos(Kπ x_1) in W_{r,m}, at distance exactly c from all networks of few units.

    .. math:: \inf_{f} \|f - y\|_\infty = c = \|0 - y\|_\infty
              \quad\text{over shallow networks } f \text{ with 0, 1, …, units hidden units}

    Attributes
    ----------
    activation : Activation
    r : int
        The order of W_{r,m}; any number m >= 1 of variables.
    amplitude, frequency : Fraction, int
        c and K.
    changes : int
        How often such a network changes its sign along a line at most.
    units : int
        Hidden units, at least 1.
    """

    activation: Activation
    r: int
    amplitude: Fraction
    frequency: int
    changes: int
    units: int = 2

    def __str__(self) -> str:
        c = spelled(self.amplitude)
        return (
            f"y = {self.formula}, in W_{{{self.r},m}} for every m, takes the values +-{c} alternately at"
            f" {2 * self.frequency + 1} points; {self.limitation}, as far as the zero function is"
        )

    @property
    def formula(self) -> str:
        """y as text."""
        return scaled(self.amplitude, f"cos({scaled(Fraction(self.frequency), 'pi*x1')})")

    @property
    def limitation(self) -> str:
        """What the sign changes say of the networks, as text."""
        return (
            f"{self.activation} networks with at most {self.units} hidden unit{'s' * (self.units > 1)} have"
            f" at most {self.changes} sign change{'s' * (self.changes != 1)} along a line, so they are at"
            f" distance {spelled(self.amplitude)} or more"
        )

    def check(self) -> bool:
        """Verify that y lies in W_{r,m}, and that it alternates more often than a network can."""
        return self.defeats_the_class() and self.amplitude * cosine_norm(self.frequency, self.r) <= 1

    def defeats_the_class(self) -> bool:
        """Verify that 2K is larger than a proved bound on the sign changes of the networks."""
        proved = sign_change_bound(self.activation, self.units)
        return (
            proved is not None
            and proved.changes <= self.changes < 2 * self.frequency
            and self.amplitude > 0
            and self.units >= 1
        )


def cosine_norm(frequency: int, r: int) -> Fraction:
    """An upper bound on the Sobolev norm of cos(Kπ x_1): the sum of (22K/7)^j for j = 0, ..., r.

    Examples
    --------
    >>> cosine_norm(2, 1)
    Fraction(51, 7)
    """
    return sum(((_ABOVE_PI * frequency) ** j for j in range(r + 1)), Fraction(0))


def alternating_target(
    activation: Activation, r: int, units: int = 2, even: bool = False
) -> AlternatingTarget | None:
    """A member of W_{r,m} to which no network of so many units comes closer than zero does.

    Parameters
    ----------
    activation : Activation
    r : int
    units : int
        Hidden units of the networks.
    even : bool
        Whether the frequency K is to be even, so that y > 0 near x_1 = 1.

    Returns
    -------
    AlternatingTarget or None
        None where no bound on sign changes is known.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> y = alternating_target(activation("tanh"), r=1)
    >>> str(y.amplitude), y.frequency, y.changes, y.check()
    ('1/8', 2, 3, True)
    """
    proved = sign_change_bound(activation, units)
    if proved is None:
        return None
    frequency = proved.changes // 2 + 1
    frequency += frequency % 2 if even else 0
    amplitude = amplitude_for(cosine_norm(frequency, r))
    return AlternatingTarget(activation, r, amplitude, frequency, proved.changes, units)
