"""Targets in a known dimension: their frequency, parity and values, in floats and in balls."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from numbers import Rational, Real
from typing import TYPE_CHECKING, Any

from flint import arb, ctx

from identifiability.errors import Inexact, InvalidInput
from identifiability.evaluation import evaluate_ball
from identifiability.exact import ball, fraction, power, spelled
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
        raise InvalidInput(
            f"the frequency {show(target.frequency)} has no finite value at d = {d}; pass one that has,"
            " such as 'pi*d^3', or another d"
        )
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
    """The target in dimension d as a function of float arrays.

    Raises
    ------
    InvalidInput
        If the target is none, or has numbers beyond the largest float; and, when it is called, if a callable
        does not return finite real numbers, one for each point.
    """
    import numpy as np

    match target:
        case Sine() | Cosine() | Exponential():
            with ctx.workprec(128):
                a = _float(frequency(target, d), target)
            wave: Any = {Sine: np.sin, Cosine: np.cos, Exponential: np.exp}[type(target)]
            return lambda t: np.asarray(wave(a * t), dtype=float)
        case PiecewisePolynomial(polynomial=p, kinks=kinks):
            coefficients = [_float(c, target) for c in p]
            knots = [(float(k.knot), k.power, _float(k.coefficient, target)) for k in kinks]

            def value(t: Array) -> Array:
                total = np.polynomial.polynomial.polyval(t, coefficients)
                for knot, exponent, coefficient in knots:
                    shifted = t - knot
                    total = total + coefficient * np.heaviside(shifted, 0.5) * shifted**exponent
                return np.asarray(total, dtype=float)

            return value
        case Function(f=f):
            # f may change its argument in place.
            return lambda t: read_values(f(np.array(t)), t)
        case _:
            raise InvalidInput(
                f"target must be a target such as legendre.sine('pi*d^3'), got {spelled(target)}; pass"
                " function(f) for a callable f"
            )


def _float(value: Fraction | arb, target: Target) -> float:
    try:
        nearest = float(value)
    except OverflowError:
        nearest = float("inf")
    if abs(nearest) == float("inf"):
        raise InvalidInput(
            f"a number in the target {target!s:.60} is beyond the largest float; pass a smaller one"
        )
    return nearest


def read_values(values: object, t: Array) -> Array:
    """Read what a callable returned for an array of points.

    Raises
    ------
    InvalidInput
        If it is not an array of that shape, of finite real numbers.
    """
    import numpy as np

    # One entry of a list would make numpy change the type of all.
    given = np.asarray(values, dtype=None if hasattr(values, "dtype") else object)
    if given.shape != np.shape(t):
        raise _not_entrywise(np.shape(t), f"shape {given.shape}" if given.ndim else spelled(values))
    if given.dtype.kind in "iuf":
        with np.errstate(over="ignore"):
            result = np.asarray(given, dtype=float)
        bad = np.flatnonzero(~np.isfinite(result))
        if len(bad):
            raise _no_number(result.flat[bad[0]], t.flat[bad[0]])
        return result
    numbers = zip(given.flat, t.flat, strict=True)
    try:
        return np.array([float(read_value(one, point)) for one, point in numbers]).reshape(given.shape)
    except OverflowError:
        raise InvalidInput("the function has values beyond the largest float; pass a smaller one") from None


def read_value(value: object, point: object) -> Fraction:
    """Read one value of a callable exactly; a float stands for the binary fraction that it is.

    Raises
    ------
    InvalidInput
        If it is not a finite real number: NaN, text, a boolean or complex number, or nothing.
    """
    try:
        if getattr(value, "ndim", None) == 0:
            value = value.item()  # type: ignore[attr-defined]
        if isinstance(value, (str, bytes)):
            raise _no_number(value, point)
        if isinstance(value, Real) and not isinstance(value, Rational):
            numerator, denominator = value.as_integer_ratio()  # type: ignore[attr-defined]
            return Fraction(int(numerator), int(denominator))
        return fraction(value)
    except (AttributeError, OverflowError, TypeError, ValueError):
        raise _no_number(value, point) from None


def _no_number(value: Any, point: Any) -> InvalidInput:
    shown, at = (one.item() if hasattr(one, "item") and one.ndim == 0 else one for one in (value, point))
    return InvalidInput(
        f"the function returns {spelled(shown)} at {spelled(at)}, which is not finite and real; pass one"
        " that returns finite real numbers"
    )


def _not_entrywise(shape: tuple[int, ...], found: str) -> InvalidInput:
    return InvalidInput(
        f"the function maps an array of shape {shape} to {found}; pass one that acts on each entry, such as"
        " numpy.tanh"
    )


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
                f"the values of the callable {target!s:.60} are floats, which certify nothing;"
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
