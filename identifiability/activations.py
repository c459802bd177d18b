"""Activations: the function itself and every property that a theorem asks of it.

An :class:`Activation` is a name with exact parameters.  It evaluates in floating point, in exact
rational arithmetic where its values are rational, and in balls; and it knows, exactly, the
properties that approximation theorems assume: its Lipschitz constant, whether its derivative has
bounded variation, how smooth it is, whether it is universal.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb

from identifiability import activation_balls, activation_values
from identifiability.activation_facts import Facts, facts
from identifiability.activation_parameters import ACTIVATIONS as ACTIVATIONS
from identifiability.activation_parameters import Parameter, shown, spelled
from identifiability.activation_parameters import parameters as exact_parameters
from identifiability.constants import Constant
from identifiability.errors import InvalidInput
from identifiability.exact import integer
from identifiability.universality import Universality, universality

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function with exact parameters; equal iff name and parameters are.

    Build one with :func:`activation`.

    Parameters
    ----------
    name : str
        One of :data:`ACTIVATIONS`.
    parameters : tuple of (str, Fraction or int or tuple of Fraction)
        The parameters by name.

    Examples
    --------
    >>> tanh = activation("tanh")
    >>> str(tanh.lipschitz), str(tanh.derivative_variation), tanh.smoothness
    ('1', '2', None)
    >>> activation("prelu", a="1/4").exact(Fraction(-2))
    Fraction(-1, 2)
    """

    name: str
    parameters: tuple[tuple[str, Parameter], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", exact_parameters(self.name, dict(self.parameters)))

    def __str__(self) -> str:
        if not self.parameters:
            return self.name
        return f"{self.name}({', '.join(shown(key, value) for key, value in self.parameters)})"

    @property
    def _parameter(self) -> Parameter | None:
        return self.parameters[0][1] if self.parameters else None

    @property
    def _facts(self) -> Facts:
        return facts(self.name, self._parameter)

    def value(self, x: ArrayLike) -> NDArray[Any]:
        """σ(x) in floating point, elementwise; float32 and float64 are kept, integers become float64.

        Stable for arguments of every size: no overflow inside, no warning.

        Examples
        --------
        >>> activation("softplus").value([-1000.0, 0.0, 1000.0]).tolist()
        [0.0, 0.6931471805599453, 1000.0]
        """
        return activation_values.value(self.name, self._parameter, x)

    def derivative(self, x: ArrayLike) -> NDArray[Any]:
        """σ'(x) in floating point, elementwise; at a breakpoint, the derivative from the left.

        Examples
        --------
        >>> activation("relu").derivative([-1.0, 0.0, 1.0]).tolist()
        [0.0, 0.0, 1.0]
        """
        return activation_values.derivative(self.name, self._parameter, x)

    def exact(self, x: Fraction) -> Fraction:
        """σ(x) exactly, for the activations that take rational numbers to rational numbers.

        Raises
        ------
        Inexact
            If σ(x) is not rational in general (see :attr:`is_rational`).

        Examples
        --------
        >>> activation("softsign").exact(Fraction(-1, 2))
        Fraction(-1, 3)
        """
        return activation_values.exact(self.name, self._parameter, x)

    def ball(self, x: arb) -> arb:
        """An enclosure of {σ(t) : t in the ball x}, also where x straddles breakpoints.

        Examples
        --------
        >>> activation("relu").ball(arb(0).union(arb(-1))).contains(0)
        True
        """
        return activation_balls.enclose(self.name, self._parameter, self.breakpoints, x)

    def jet(self, x: arb, order: int, piece: int = 0) -> list[arb]:
        """Enclosures of the Taylor coefficients of one smooth piece of σ.

        .. math:: σ_p^{(j)}(t)/j!, \\qquad j = 0, …, order, \\quad t ∈ x

        Parameters
        ----------
        x : arb
            The ball.  The formula of the piece is evaluated on all of it, also outside the piece.
        order : int
            The last derivative.
        piece : int
            Which piece; the pieces are the intervals between :attr:`breakpoints`, left to right.

        Raises
        ------
        InvalidInput
            If there is no such piece, or the order is negative.

        Examples
        --------
        >>> [int(c.unique_fmpz()) for c in activation("repu", p=2).jet(arb(3), 2, piece=1)]
        [9, 6, 1]
        """
        integer(order, "the order of a jet", 0)
        integer(piece, f"the piece of {self}", 0, len(self.breakpoints))
        return activation_balls.jet(self.name, self._parameter, x, order, piece)

    @property
    def is_rational(self) -> bool:
        """Whether σ takes rational numbers to rational numbers, so that :meth:`exact` applies."""
        return self.name in activation_values.EXACT

    @property
    def lipschitz(self) -> Constant:
        """The least Lipschitz constant of σ on R, infinite if there is none."""
        return self._facts.lipschitz

    @property
    def at_zero(self) -> Constant:
        """σ(0)."""
        return self._facts.at_zero

    @property
    def breakpoints(self) -> tuple[Fraction, ...]:
        """The points at which σ is not C^infinity, in increasing order."""
        return self._facts.breakpoints

    @property
    def piecewise_c1(self) -> bool:
        """Whether σ is continuous and C^1 up to finitely many points: true of every one here."""
        return True

    @property
    def derivative_l1(self) -> Constant:
        """The L^1(R) norm of σ', which may be infinite."""
        return self._facts.derivative_l1

    @property
    def derivative_variation(self) -> Constant:
        """The (essential) total variation of σ' on R, which may be infinite."""
        return self._facts.derivative_variation

    @property
    def derivative_in_bv(self) -> bool:
        """Whether σ' lies in BV(R), that is in L^1(R) and of bounded variation."""
        return self.derivative_l1.is_finite and self.derivative_variation.is_finite

    @property
    def smoothness(self) -> int | None:
        """The largest k for which σ lies in C^k(R); None when σ is C^infinity."""
        return self._facts.smoothness

    @property
    def smooth_interval(self) -> tuple[Fraction, Fraction]:
        """An interval on which σ is C^infinity and, where there is one, not a polynomial."""
        return self._facts.smooth_interval

    @property
    def piece_degrees(self) -> tuple[int, ...] | None:
        """The degree of each piece if σ is piecewise polynomial, otherwise None."""
        return self._facts.piece_degrees

    @property
    def is_polynomial(self) -> bool:
        """Whether σ is a polynomial on all of R."""
        return self.piece_degrees is not None and not self.breakpoints

    @property
    def universality(self) -> Universality:
        """Whether σ is universal in the sense of Galanti & Wolf (v2), Definition 1, and why."""
        return universality(self._facts)


def activation(name: str | Activation, **parameters: object) -> Activation:
    """The activation of that name.

    Parameters
    ----------
    name : str or Activation
        One of :data:`ACTIVATIONS`, or such a name with its parameter in brackets, as in
        ``"prelu(a=1/4)"``.  An Activation is returned unchanged.
    **parameters
        ``a`` for ``prelu`` (any real number) and for ``isrlu`` and ``isru`` (positive, 1 if left out);
        the integer ``p >= 1`` for ``repu`` (2 if left out); ``coefficients`` for ``polynomial``,
        from the lowest degree up.  Numbers are read exactly.

    Returns
    -------
    Activation

    Raises
    ------
    InvalidInput
        If the name is not known, or a parameter is missing, unknown or out of its range.

    Examples
    --------
    >>> str(activation("prelu", a=0.25)), str(activation("polynomial", coefficients=[0, 1, "1/2"]))
    ('prelu(a=1/4)', 'polynomial(0, 1, 1/2)')
    >>> activation("prelu(a=1/4)") == activation("prelu", a="1/4")
    True
    """
    if isinstance(name, Activation):
        if parameters:
            raise InvalidInput(f"{name} has its parameters already, got also {', '.join(parameters)}")
        return name
    if isinstance(name, str) and "(" in name and not parameters:
        name, parameters = spelled(name)
    return Activation(name, exact_parameters(name, parameters))
