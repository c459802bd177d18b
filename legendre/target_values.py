"""Targets in a known dimension: their frequency, parity and values, in floats and in balls."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb

from identifiability.errors import Inexact, InvalidInput
from identifiability.evaluation import evaluate_ball
from identifiability.exact import ball, power
from identifiability.formula import show
from legendre.targets import Bessel, Cosine, Exponential, Function, Kink, PiecewisePolynomial, Sine, Target

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]


def frequency(target: Bessel, d: int) -> arb:
    """The number a of sin(a t) and its kin in dimension d, as a ball at the working precision.

    Raises
    ------
    InvalidInput
        If the formula has no finite value there.

    Examples
    --------
    >>> from legendre.targets import sine
    >>> frequency(sine("pi*d^3"), 10).contains(1000 * arb.pi())
    True
    """
    value = evaluate_ball(target.frequency, {"d": arb(d)})
    if not value.is_finite():
        raise InvalidInput(f"the frequency {show(target.frequency)} has no finite value at d = {d}")
    return value


def parity(target: Target) -> int | None:
    """1 for a target known to be even, -1 for an odd one, None otherwise."""
    match target:
        case Sine():
            return -1
        case Cosine():
            return 1
        case PiecewisePolynomial(polynomial=p, kinks=kinks):
            # A kink at 0 of power j is half an even or odd monomial and half |t|^j with the other sign.
            if any(kink.knot != 0 for kink in kinks):
                return None
            width = max([len(p), *(kink.power + 1 for kink in kinks)])
            smooth = [*p, *[Fraction(0)] * (width - len(p))]
            rough = [Fraction(0)] * width
            for kink in kinks:
                smooth[kink.power] += kink.coefficient / 2
                rough[kink.power] += kink.coefficient / 2
            parities = {(-1) ** k for k, c in enumerate(smooth) if c}
            parities |= {-((-1) ** k) for k, c in enumerate(rough) if c}
            return parities.pop() if len(parities) == 1 else None
        case _:
            return None


def on_floats(target: Target, d: int) -> Callable[[Array], Array]:
    """The target in dimension d as a function of float arrays."""
    import numpy as np

    match target:
        case Sine() | Cosine() | Exponential():
            a = float(frequency(target, d))
            wave: Any = {Sine: np.sin, Cosine: np.cos, Exponential: np.exp}[type(target)]
            return lambda t: np.asarray(wave(a * t), dtype=float)
        case PiecewisePolynomial(polynomial=p, kinks=kinks):

            def value(t: Array) -> Array:
                total = np.polynomial.polynomial.polyval(t, [float(c) for c in p])
                for kink in kinks:
                    shifted = t - float(kink.knot)
                    step = np.heaviside(shifted, 0.5)
                    total = total + float(kink.coefficient) * step * shifted**kink.power
                return np.asarray(total, dtype=float)

            return value
        case Function(f=f):

            def checked(t: Array) -> Array:
                result = np.asarray(f(t), dtype=float)
                if result.shape != np.shape(t):
                    raise InvalidInput(
                        f"the function maps an array of shape {np.shape(t)} to shape {result.shape};"
                        " pass one that acts on each entry, such as numpy.tanh"
                    )
                if not np.all(np.isfinite(result)):
                    raise InvalidInput("the function is not finite on all of [-1, 1]; pass one that is")
                return result

            return checked


def on_balls(target: Target, d: int) -> Callable[[arb], arb]:
    """The target in dimension d as a function of balls, at the working precision of each call.

    Raises
    ------
    Inexact
        If the target is a callable, whose values are floats.
    """
    match target:
        case Sine():
            return lambda t: (frequency(target, d) * t).sin()
        case Cosine():
            return lambda t: (frequency(target, d) * t).cos()
        case Exponential():
            return lambda t: (frequency(target, d) * t).exp()
        case PiecewisePolynomial(polynomial=p, kinks=kinks):
            return lambda t: _piecewise_ball(p, kinks, t)
        case Function():
            raise Inexact(
                f"the values of the callable {target} are floats, which certify nothing;"
                " pass one of sine, cosine, exponential, monomial, absolute_value, relu, sign"
            )


def _piecewise_ball(p: tuple[Fraction, ...], kinks: tuple[Kink, ...], t: arb) -> arb:
    total = arb(0)
    for c in reversed(p):
        total = total * t + ball(c)
    for kink in kinks:
        shifted = t - ball(kink.knot)
        if kink.power:
            positive = shifted.max(arb(0))
            total += ball(kink.coefficient) * power(positive, kink.power)
        elif shifted > 0:
            total += ball(kink.coefficient)
        elif not shifted < 0:
            total += ball(kink.coefficient / 2) * (1 if shifted.is_zero() else arb(1, 1))
    return total
