"""The symmetry group of each activation: what may be done to a hidden unit without changing the function.

A hidden unit computes v σ(w·z + b).  If σ(αu + β) = ε σ(u) + γ + δu, then (w, b) may be replaced by
(αw, αb + β) and v by v/ε; γ goes into the next bias, and δu must cancel in a sum over several units.
:func:`symmetry_group` says which of these identities an activation has.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb

from identifiability.activations import Activation
from identifiability.activations import activation as named_activation
from identifiability.errors import InvalidInput
from identifiability.symmetry.identities import Identity

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class SymmetryGroup:
    r"""The affine symmetries of an activation σ that act on one hidden unit, and its flips.

    Attributes
    ----------
    activation : Activation
    reflection : Identity or None
        σ(2c - u) = ε σ(u) + γ with ε = ±1: it turns (w, b) into (-w, 2c - b), v into εv (as
        ε = 1/ε) and the next bias increases by -εγv.
    scaling : int or None
        p with σ(λu) = λ^p σ(u) for every λ > 0: it turns (w, b) into λ(w, b), and v into v/λ^p.
    flip : Identity or None
        σ(2c - u) = ε σ(u) + γ + δu with δ ≠ 0.  Not a symmetry of a unit: a set S of units may be flipped
        together iff :math:`\sum_{i \in S} v_i \otimes w_i = 0`.

    Notes
    -----
    Every identity here is written down by hand or computed, and
    :func:`identifiability.symmetry.identities.check` checks it.  The list is complete for signs,
    reflections and positive scalings of a single unit except for the periods of sin (irrational shifts) and
    for affine functions that are not linear.
    """

    activation: Activation
    reflection: Identity | None = None
    scaling: int | None = None
    flip: Identity | None = None

    @property
    def centre(self) -> Fraction:
        """c of the reflection u ↦ 2c - u; 0 if there is none."""
        return self.reflection.shift / 2 if self.reflection else _ZERO

    @property
    def is_trivial(self) -> bool:
        """Whether no single unit has a symmetry."""
        return self.reflection is None and self.scaling is None

    def scaling_by(self, factor: Fraction) -> Identity:
        """The identity σ(λu) = λ^p σ(u) for one λ > 0.

        Raises
        ------
        InvalidInput
            If σ is not homogeneous, or λ is not positive.
        """
        if self.scaling is None or factor <= 0:
            raise InvalidInput(
                f"{self.activation} has no scaling by {factor}; scale relu, prelu, repu, identity or a "
                "monomial, by a positive factor"
            )
        return Identity(self.activation, factor, _ZERO, factor**self.scaling)

    def __str__(self) -> str:
        parts = []
        if self.reflection:
            parts.append(str(self.reflection).split(" for ")[0])
        if self.scaling is not None:
            power = "" if self.scaling == 1 else f"^{self.scaling}"
            parts.append(f"s(r*u) = r{power}*s(u) for r > 0")
        if self.flip:
            parts.append(f"jointly {str(self.flip).split(' for ')[0]}")
        return f"{self.activation}: {'; '.join(parts) or 'none'}"


def symmetry_group(activation: str | Activation) -> SymmetryGroup:
    """The symmetries of an activation.

    Parameters
    ----------
    activation : str or Activation

    Returns
    -------
    SymmetryGroup

    Notes
    -----
    * Odd: tanh, arctan, erf, softsign, isru, sin, hard_tanh, identity.  Even: prelu(-1), the modulus.
    * Reflected: sigmoid, s(u) + s(-u) = 1; clipped_relu, s(u) + s(1 - u) = 1.
    * Homogeneous: relu and prelu of degree 1, repu(p) of degree p.
    * Flipped jointly: relu, softplus, gelu and silu, s(u) - s(-u) = u; prelu(a), (1 + a)u.
    * None: elu and isrlu.
    * A polynomial of degree d >= 2 can only be symmetric about c = -a_{d-1}/(d a_d), the mean of its roots;
      its coefficients about c decide.  Quadratics and cubics always are.

    Examples
    --------
    >>> for name in ("tanh", "sigmoid", "relu", "elu"):
    ...     print(symmetry_group(name))
    tanh: s(-u) = -s(u)
    sigmoid: s(-u) = -s(u) + 1
    relu: s(r*u) = r*s(u) for r > 0; jointly s(-u) = s(u) - u
    elu: none
    """
    return _group(named_activation(activation))


@lru_cache(maxsize=512)
def _group(sigma: Activation) -> SymmetryGroup:
    def mirror(outer: int, constant: Fraction = _ZERO, linear: Fraction = _ZERO, at: int = 0) -> Identity:
        return Identity(sigma, -_ONE, Fraction(at), Fraction(outer), constant, linear)

    match sigma.name, sigma.parameters:
        case (("tanh" | "arctan" | "erf" | "softsign" | "isru" | "sin" | "hard_tanh"), _):
            return SymmetryGroup(sigma, mirror(-1))
        case "identity", _:
            return SymmetryGroup(sigma, mirror(-1), 1)
        case "sigmoid", _:
            return SymmetryGroup(sigma, mirror(-1, _ONE))
        case "clipped_relu", _:
            return SymmetryGroup(sigma, mirror(-1, _ONE, at=1))
        case (("softplus" | "gelu" | "silu"), _):
            return SymmetryGroup(sigma, flip=mirror(1, linear=-_ONE))
        case "relu", _:
            return SymmetryGroup(sigma, None, 1, mirror(1, linear=-_ONE))
        case "prelu", ((_, Fraction() as a),):
            if abs(a) == 1:
                return SymmetryGroup(sigma, mirror(int(-a)), 1)
            return SymmetryGroup(sigma, None, 1, mirror(1, linear=-1 - a))
        case "repu", ((_, int() as p),):
            return SymmetryGroup(sigma, None, p, mirror(1, linear=-_ONE) if p == 1 else None)
        case "polynomial", ((_, tuple() as coefficients),):
            return _polynomial(sigma, coefficients)
    return SymmetryGroup(sigma)


def _polynomial(sigma: Activation, coefficients: tuple[Fraction, ...]) -> SymmetryGroup:
    degree = len(coefficients) - 1
    if degree == 0:
        return SymmetryGroup(sigma)
    homogeneous = degree if not any(coefficients[:-1]) else None
    centre = -coefficients[-2] / (degree * coefficients[-1]) if degree > 1 else _ZERO
    outer = Fraction((-1) ** degree)
    mirrored = _mirrored(coefficients, 2 * centre)
    rest = [one - outer * two for one, two in zip(mirrored, coefficients, strict=True)]
    if any(rest[2:]):
        return SymmetryGroup(sigma, None, homogeneous)
    identity = Identity(sigma, -_ONE, 2 * centre, outer, rest[0], rest[1])
    if rest[1] == 0:
        return SymmetryGroup(sigma, identity, homogeneous)
    return SymmetryGroup(sigma, None, homogeneous, identity)


def _mirrored(coefficients: tuple[Fraction, ...], shift: Fraction) -> list[Fraction]:
    """The coefficients of p(shift - u)."""
    result = [_ZERO] * len(coefficients)
    for power, coefficient in enumerate(coefficients):
        if coefficient:
            for k in range(power + 1):
                result[k] += coefficient * comb(power, k) * (-1) ** k * shift ** (power - k)
    return result
