"""ReLU interpolants with the knots i epsilon/L, and the zigzags on which interpolants are worst."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from identifiability.exact import ceiling


@dataclass(frozen=True, slots=True)
class ReluSum:
    """f(0) + sum_i gamma_i max(0, alpha_i x + beta_i), by its start f(0) and triples (alpha, beta, gamma)."""

    start: Fraction
    neurons: tuple[tuple[int, Fraction, Fraction], ...]

    def __call__(self, x: Fraction) -> Fraction:
        """The value at a point, exactly."""
        return self.start + sum(
            (gamma * max(Fraction(0), alpha * x + beta) for alpha, beta, gamma in self.neurons), Fraction(0)
        )

    @property
    def kinks(self) -> frozenset[Fraction]:
        """Where the slope changes; every one of them takes a neuron."""
        jumps: dict[Fraction, Fraction] = {}
        for alpha, beta, gamma in self.neurons:
            # gamma max(0, alpha x + beta) has its kink at -beta/alpha, with a jump of gamma |alpha|.
            knot = -alpha * beta
            jumps[knot] = jumps.get(knot, Fraction(0)) + gamma
        return frozenset(knot for knot, jump in jumps.items() if jump)

    @property
    def slopes(self) -> tuple[Fraction, ...]:
        """The slopes on the intervals between the kinks and beyond them, from left to right."""
        points = sorted({-alpha * beta for alpha, beta, _ in self.neurons})
        if not points:
            return (Fraction(0),)
        middles = [(a + b) / 2 for a, b in pairwise(points)]
        return tuple(
            sum(
                (gamma * alpha for alpha, beta, gamma in self.neurons if alpha * x + beta > 0),
                Fraction(0),
            )
            for x in (points[0] - 1, *middles, points[-1] + 1)
        )


def printed_interpolant(
    f: Callable[[Fraction], Fraction], lipschitz: Fraction, radius: Fraction, epsilon: Fraction
) -> ReluSum:
    """The interpolant of f with the knots i epsilon/L inside [-R, R] and at both ends.

    Examples
    --------
    >>> one = Fraction(1)
    >>> network = printed_interpolant(zigzag(Fraction(3, 10), Fraction(3)), 3 * one, one, Fraction(9, 10))
    >>> len(network.neurons), len(network.kinks)
    (8, 7)
    """
    return interpolant(f, radius, ceiling(radius * lipschitz / epsilon), epsilon / lipschitz)


def interpolant(f: Callable[[Fraction], Fraction], radius: Fraction, side: int, step: Fraction) -> ReluSum:
    """The interpolant of f with the knots i step, |i| < side, and -R, R; from 0 outwards on both sides."""
    neurons = []
    for alpha in (1, -1):
        slope = Fraction(0)
        for j in range(side):
            left, right = j * step, min((j + 1) * step, radius)
            steeper = (f(alpha * right) - f(alpha * left)) / (right - left)
            neurons.append((alpha, -left, steeper - slope))
            slope = steeper
    return ReluSum(f(Fraction(0)), tuple(neurons))


def zigzag(
    step: Fraction, lipschitz: Fraction, shift: Fraction = Fraction(0)
) -> Callable[[Fraction], Fraction]:
    """The function with slopes L and -L in turn on intervals of a length; 0 at the shift and at even steps.

    Examples
    --------
    >>> f = zigzag(Fraction(1), Fraction(2))
    >>> [f(Fraction(x, 2)).numerator for x in range(-2, 5)]
    [2, 1, 0, 1, 2, 1, 0]
    """

    def f(x: Fraction) -> Fraction:
        period = 2 * step
        place = (x - shift) % period
        return lipschitz * min(place, period - place)

    return f
