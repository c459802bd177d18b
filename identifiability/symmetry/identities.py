"""Two-term symmetries of activations, as identities that can be checked.

An :class:`Identity` says that an affine change of the argument changes the value by an affine map:

.. math:: σ(αu + β) = ε\\,σ(u) + γ + δu \\quad \\text{for all real } u.

Where σ takes rational numbers to rational numbers, each piece of both sides is a polynomial or a quotient of
polynomials of known degree, and agreement at one point more than the degree of their difference is a proof.
Elsewhere the difference is enclosed in ball arithmetic on a whole interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import isqrt

from flint import arb, ctx

from identifiability.activations import Activation
from identifiability.exact import ball, ceiling, digits, power, upper_fraction

TAYLOR_ORDER = 40
"""Taylor coefficients of the difference are enclosed up to this order."""

CELLS = 32
"""The interval is cut into so many cells, with one Taylor expansion each."""

SMALL_DEFECT = Fraction(1, 10**18)
"""An identity whose two sides differ by no more than this on an interval is taken to hold there."""


@dataclass(frozen=True, slots=True)
class Check:
    """What checking an identity gave.

    Attributes
    ----------
    holds : bool
    method : {"exact", "balls"}
        ``"exact"`` is a proof for all real u; ``"balls"`` a certified bound on the difference of the two
        sides on an interval around 0.
    defect : Fraction
        The difference is at most this; 0 for an exact check that succeeds.
    """

    holds: bool
    method: str
    defect: Fraction

    def __bool__(self) -> bool:
        return self.holds


@dataclass(frozen=True, slots=True)
class Identity:
    r"""The statement :math:`σ(αu + β) = ε\,σ(u) + γ + δu` for all real u.

    Parameters
    ----------
    activation : Activation
        σ.
    inner, shift : Fraction
        α, not zero, and β.
    outer, constant, linear : Fraction
        ε, γ and δ.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> reflection = Identity(activation("sigmoid"), Fraction(-1), Fraction(0), Fraction(-1), Fraction(1))
    >>> print(reflection)
    s(-u) = -s(u) + 1 for s = sigmoid
    >>> bool(check(reflection))
    True
    """

    activation: Activation
    inner: Fraction
    shift: Fraction
    outer: Fraction
    constant: Fraction = Fraction(0)
    linear: Fraction = Fraction(0)

    def __str__(self) -> str:
        left = _sum([(self.inner, "u"), (self.shift, "")])
        right = _sum([(self.outer, "s(u)"), (self.constant, ""), (self.linear, "u")])
        return f"s({left}) = {right} for s = {self.activation}"


def _sum(terms: Sequence[tuple[Fraction, str]]) -> str:
    text = ""
    for factor, name in terms:
        if factor == 0:
            continue
        size = "" if name and abs(factor) == 1 else digits(abs(factor)) + ("*" if name else "")
        sign = ("-" if factor < 0 else "") if not text else (" - " if factor < 0 else " + ")
        text += sign + size + name
    return text or "0"


def check(identity: Identity) -> Check:
    r"""Whether an identity holds: proved in exact arithmetic, or enclosed in balls around 0.

    Parameters
    ----------
    identity : Identity

    Returns
    -------
    Check

    Notes
    -----
    *Exact.*  Between the breakpoints of both sides σ is a polynomial of degree at most k (softsign: a
    quotient of linear functions), so that the difference of the sides vanishes identically if it does at
    k + 1 points (softsign: at 4, because its numerator has degree at most 3).

    *Balls.*  The interval is [-4, 4], divided by max(1, \|α\|) and for isru by √a, with which the nearest
    singularities of the sides scale.  On [m - h, m + h] Taylor's theorem gives

    .. math:: |D(u)| \le \sum_{k<n} |d_k| h^k + \sup_{|v-m|\le h} \frac{|D^{(n)}(v)|}{n!} h^n

    for the difference D of the sides; all terms are enclosed in ball arithmetic.  A difference of at most
    :data:`SMALL_DEFECT` on the interval is not a proof of the identity; for sigmoid, tanh, softplus, gelu,
    silu, erf, arctan, sin and isru the proof is one line of algebra from their definitions.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> check(Identity(activation("relu"), Fraction(3), Fraction(0), Fraction(3)))
    Check(holds=True, method='exact', defect=Fraction(0, 1))
    >>> check(Identity(activation("tanh"), Fraction(2), Fraction(0), Fraction(2))).holds
    False
    """
    if identity.activation.is_rational:
        return _exact(identity)
    defect = _defect(identity)
    return Check(defect <= SMALL_DEFECT, "balls", defect)


def _exact(identity: Identity) -> Check:
    sigma = identity.activation
    degree = 3 if sigma.name == "softsign" else max(sigma.piece_degrees or (1,), default=1)
    ends = {(point - identity.shift) / identity.inner for point in sigma.breakpoints}
    worst = Fraction(0)
    for u in sample_points(sorted(ends | set(sigma.breakpoints)), max(degree, 1) + 1):
        left = sigma.exact(identity.inner * u + identity.shift)
        right = identity.outer * sigma.exact(u) + identity.constant + identity.linear * u
        worst = max(worst, abs(left - right))
    return Check(worst == 0, "exact", worst)


def sample_points(breakpoints: Sequence[Fraction], count: int) -> list[Fraction]:
    """So many points in each of the intervals that the breakpoints cut the line into.

    Examples
    --------
    >>> [str(point) for point in sample_points([Fraction(0)], 2)]
    ['-2', '-1', '1', '2']
    """
    if not breakpoints:
        return [Fraction(k) for k in range(count)]
    points = [breakpoints[0] - k for k in range(count, 0, -1)]
    for low, high in pairwise(breakpoints):
        points += [low + (high - low) * Fraction(k, count + 1) for k in range(1, count + 1)]
    return points + [breakpoints[-1] + k for k in range(1, count + 1)]


def _defect(identity: Identity) -> Fraction:
    stretch = max(Fraction(1), abs(identity.inner))
    for _, a in identity.activation.parameters:
        if isinstance(a, Fraction) and a > 1:
            stretch *= isqrt(ceiling(a)) + 1
    step = Fraction(4, CELLS) / stretch
    with ctx.workprec(256):
        centres = [step * (2 * k + 1) for k in range(-CELLS // 2, CELLS // 2)]
        return max(upper_fraction(_cell_defect(identity, centre, step)) for centre in centres)


def _cell_defect(identity: Identity, centre: Fraction, radius: Fraction) -> arb:
    step = ball(radius)
    at_centre = _difference(identity, ball(centre))
    around = _difference(identity, ball(centre - radius).union(ball(centre + radius)))
    terms = [abs(at_centre[k]) * power(step, k) for k in range(TAYLOR_ORDER)]
    return sum(terms, abs(around[TAYLOR_ORDER]) * power(step, TAYLOR_ORDER))


def _difference(identity: Identity, u: arb) -> list[arb]:
    """Enclosures of the Taylor coefficients of the left side minus the right side."""
    inner = ball(identity.inner)
    left = identity.activation.jet(inner * u + ball(identity.shift), TAYLOR_ORDER)
    right = identity.activation.jet(u, TAYLOR_ORDER)
    affine = [ball(identity.constant) + ball(identity.linear) * u, ball(identity.linear)]
    affine += [arb(0)] * (TAYLOR_ORDER - 1)
    return [
        power(inner, k) * left[k] - ball(identity.outer) * right[k] - affine[k]
        for k in range(TAYLOR_ORDER + 1)
    ]
