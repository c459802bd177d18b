"""Bounds on the first and second derivative of a target, from which interpolants take their widths."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from identifiability.exact import ball
from legendre.target_values import frequency
from legendre.targets import Cosine, Exponential, Function, Kink, PiecewisePolynomial, Sine, Target


def lipschitz_bound(target: Target, d: int) -> arb | None:
    """A bound on \\|f'\\| over [-1, 1], or None where f is not Lipschitz or no bound is known."""
    match target:
        case Sine() | Cosine():
            return abs(frequency(target, d))
        case Exponential():
            a = abs(frequency(target, d))
            return a * a.exp()
        case PiecewisePolynomial(polynomial=p, kinks=kinks):
            if any(kink.power == 0 for kink in kinks):
                return None
            smooth = sum((abs(c) * k for k, c in enumerate(p)), Fraction(0))
            # |t| is -t + 2 max(0, t): on each side of the knots the derivative is bounded separately.
            sides = _slopes_between_kinks(p, kinks)
            return ball(sides if sides is not None else smooth + _kink_slopes(kinks))
        case Function(lipschitz=bound):
            return None if bound is None else ball(bound)


def _kink_slopes(kinks: tuple[Kink, ...]) -> Fraction:
    slopes = (abs(k.coefficient) * k.power * (1 - k.knot) ** (k.power - 1) for k in kinks)
    return sum(slopes, Fraction(0))


def _slopes_between_kinks(p: tuple[Fraction, ...], kinks: tuple[Kink, ...]) -> Fraction | None:
    """The greatest slope of a piecewise linear function; None if a piece is not linear."""
    if len(p) > 2 or any(kink.power != 1 for kink in kinks):
        return None
    slope = p[1] if len(p) == 2 else Fraction(0)
    slopes = [slope]
    for kink in sorted(kinks, key=lambda kink: kink.knot):
        slopes.append(slopes[-1] + kink.coefficient)
    return max(abs(s) for s in slopes)


def second_derivative_bound(target: Target, d: int) -> arb | None:
    """A bound on \\|f''\\| over [-1, 1], or None where f has kinks or no bound is known."""
    match target:
        case Sine() | Cosine():
            return frequency(target, d) ** 2
        case Exponential():
            a = abs(frequency(target, d))
            return a * a * a.exp()
        case PiecewisePolynomial(polynomial=p, kinks=kinks):
            if any(kink.power < 2 for kink in kinks):
                return None
            smooth = sum((abs(c) * k * (k - 1) for k, c in enumerate(p)), Fraction(0))
            for kink in kinks:
                curve = kink.power * (kink.power - 1) * (1 - kink.knot) ** (kink.power - 2)
                smooth += abs(kink.coefficient) * curve
            return ball(smooth)
        case Function(second_derivative=bound):
            return None if bound is None else ball(bound)
