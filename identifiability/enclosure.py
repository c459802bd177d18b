"""Certified suprema, variations and integrals of functions given in ball arithmetic.

A function is given by a callable that takes balls to balls: for every point in the argument balls, its
value lies in the result.  Every answer is an :class:`Enclosure`, two rational numbers between which the
true value lies whatever the rounding; when the work allowed runs out first, it is wider than was asked
for, and says so.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, product
from typing import Any

from flint import arb, ctx

from identifiability.errors import Inexact, InvalidInput
from identifiability.exact import ball, fraction, lower_fraction, upper_fraction

Jet = Callable[[arb, int], Sequence[arb]]
"""Taylor coefficients: ``jet(x, n)`` encloses f^(j)(t)/j! for j = 0..n and every t in x."""

_Box = tuple[tuple[Fraction, Fraction], ...]

_MOST_CORNERS = 64
_FINEST = Fraction(1, 2**60)
"""A box smaller than this part of the first one is not split again."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A real number lies in [lower, upper]; ``converged`` says whether it is as narrow as was asked."""

    lower: Fraction
    upper: Fraction
    converged: bool = True


def supremum(
    f: Callable[..., arb],
    low: object,
    high: object,
    relative_width: object = Fraction(1, 1000),
    absolute_width: object | None = None,
    max_boxes: int = 20_000,
) -> Enclosure:
    """The supremum of |f| over an interval or a box, enclosed.

    .. math:: \\sup_{low \\le x \\le high} |f(x)|

    Parameters
    ----------
    f : callable
        Takes one ball if ``low`` and ``high`` are numbers, a list of balls if they are sequences, and
        returns an enclosure of the values of the function.  The function need not be continuous.
    low, high : number or sequence of numbers
        The ends, exact.
    relative_width : number
        The enclosure aims at upper - lower <= relative_width * |lower|.
    absolute_width : number, optional
        If given, upper - lower <= absolute_width is enough as well.
    max_boxes : int
        How many boxes may be examined.

    Returns
    -------
    Enclosure
        ``lower`` is proved by the value at a point, ``upper`` by boxes that cover the domain.

    Raises
    ------
    Inexact
        If f has no finite enclosure on some box however small, or no finite bound was found.
    InvalidInput
        If the ends are not numbers in order, or of different lengths.

    Notes
    -----
    Branch and bound.  The work depends on how sharp f is on small boxes: with plain ball arithmetic about
    relative_width^(-m/2) boxes are needed around a maximum in m variables, with the mean value form far
    fewer.

    Examples
    --------
    >>> bound = supremum(lambda x: x * (1 - x), 0, 1, relative_width="1e-6")
    >>> bound.lower, float(bound.upper) < 0.2500003, bound.converged
    (Fraction(1, 4), True, True)
    >>> supremum(lambda x: x[0].sin() * x[1], (0, -1), (2, 0), max_boxes=9).converged
    False
    """
    return maximum(lambda x: abs(f(x)), low, high, relative_width, absolute_width, max_boxes)


def maximum(
    f: Callable[..., arb],
    low: object,
    high: object,
    relative_width: object = Fraction(1, 1000),
    absolute_width: object | None = None,
    max_boxes: int = 20_000,
) -> Enclosure:
    """The supremum of f (with its sign) over an interval or a box, enclosed.

    .. math:: \\sup_{low \\le x \\le high} f(x)

    The parameters, the result and the errors are those of :func:`supremum`.

    Examples
    --------
    >>> maximum(lambda x: x - 3, 0, 1).lower
    Fraction(-2, 1)
    """
    box, single = _box(low, high)
    relative, absolute = fraction(relative_width), fraction(absolute_width or 0)
    if relative < 0 or absolute < 0:
        raise InvalidInput(f"the widths must not be negative, got {relative_width!r} and {absolute_width!r}")
    with ctx.workprec(max(ctx.prec, 64, 32 + _bits(relative), 32 + _bits(absolute))):
        return _search(_Target(f, single), box, relative, absolute, max_boxes)


@dataclass(frozen=True, slots=True)
class _Target:
    """A function on boxes and on points, whether it takes one ball or a list."""

    f: Callable[..., arb]
    single: bool

    def on(self, box: _Box) -> arb:
        return self._value([ball(low).union(ball(high)) if low < high else ball(low) for low, high in box])

    def at(self, point: Sequence[Fraction]) -> arb:
        return self._value([ball(x) for x in point])

    def _value(self, balls: list[arb]) -> arb:
        return self.f(balls[0]) if self.single else self.f(balls)


def _search(target: _Target, box: _Box, relative: Fraction, absolute: Fraction, max_boxes: int) -> Enclosure:
    # Branch and bound: of all boxes, the one with the largest upper bound is split next, and of several,
    # the youngest, so that a point near which f has no finite enclosure is found soon.
    finest = [_FINEST * (high - low) for low, high in box]
    order = count()
    best: Fraction | None = None
    heap: list[tuple[arb, int, _Box]] = []

    def improve(point: Sequence[Fraction]) -> None:
        nonlocal best
        value = target.at(point)
        if value.is_finite():
            found = lower_fraction(value)
            best = found if best is None or found > best else best

    def push(part: _Box) -> None:
        value = target.on(part)
        top = value.upper() if value.is_finite() else arb.pos_inf()
        if best is None or not top <= ball(best):
            heapq.heappush(heap, (-top, -next(order), part))

    if 2 ** len(box) <= _MOST_CORNERS:
        for corner in product(*box):
            improve(corner)
    improve([(low + high) / 2 for low, high in box])
    push(box)
    examined = 1
    while heap:
        top = -heap[0][0]
        if top.is_finite() and best is not None:
            upper = max(best, upper_fraction(top))
            if upper - best <= max(relative * abs(best), absolute):
                return Enclosure(best, upper, True)
        part = heap[0][2]
        axis = max(range(len(part)), key=lambda i: part[i][1] - part[i][0])
        low, high = part[axis]
        if high - low <= finest[axis] or examined >= max_boxes:
            break
        heapq.heappop(heap)
        middle = (low + high) / 2
        for half in ((low, middle), (middle, high)):
            child = (*part[:axis], half, *part[axis + 1 :])
            improve([(a + b) / 2 for a, b in child])
            push(child)
            examined += 1
    return _unfinished(best, heap, examined)


def _unfinished(best: Fraction | None, heap: list[tuple[arb, int, _Box]], examined: int) -> Enclosure:
    if not heap and best is not None:
        return Enclosure(best, best, True)
    top = -heap[0][0]
    if best is None or not top.is_finite():
        near = ", ".join(f"{float(low):.6g}" for low, _ in heap[0][2])
        raise Inexact(
            f"the function has no finite enclosure near ({near}) after {examined} boxes;"
            " take a domain on which it is bounded, or allow more boxes"
        )
    return Enclosure(best, max(best, upper_fraction(top)), False)


def total_variation(
    jet: Jet, low: object, high: object, absolute_width: object = Fraction(1, 10**6), max_boxes: int = 20_000
) -> Enclosure:
    """The total variation of a C^1 function on an interval, enclosed.

    .. math:: \\int_{low}^{high} |f'(x)|\\,dx

    Where f' has a sign on a part of the interval, the variation there is the difference of the values
    at its ends; elsewhere it is between that difference and sup|f'| times the length.

    Parameters
    ----------
    jet : callable
        ``jet(x, 1)`` gives enclosures of f and f' on the ball x.
    low, high : number
        The ends, exact.
    absolute_width : number
        The width of the enclosure aimed at.
    max_boxes : int
        How many intervals may be examined.

    Returns
    -------
    Enclosure

    Examples
    --------
    >>> sine = total_variation(lambda x, n: [x.sin(), x.cos()], 0, 10)
    >>> sine.lower <= 6 + Fraction("0.5440211108893698") <= sine.upper, sine.converged
    (True, True)
    """

    def part(left: Fraction, right: Fraction) -> arb:
        step = abs(jet(ball(right), 0)[0] - jet(ball(left), 0)[0])
        slope = jet(ball(left).union(ball(right)), 1)[1]
        if slope > 0 or slope < 0:
            return step
        return step.union(abs(slope).upper() * ball(right - left))

    return _sum_over_parts(part, low, high, absolute_width, max_boxes)


def integral(
    jet: Jet,
    low: object,
    high: object,
    absolute_width: object = Fraction(1, 10**6),
    order: int = 8,
    max_boxes: int = 20_000,
) -> Enclosure:
    """The integral of a smooth function over an interval, enclosed by Taylor's formula.

    .. math:: \\int_{m-h}^{m+h} f \\in 2\\sum_{j<n,\\ j\\ even} \\frac{f^{(j)}(m)}{j!} \\frac{h^{j+1}}{j+1}
              + 2\\frac{f^{(n)}([m-h, m+h])}{n!} \\frac{h^{n+1}}{n+1}, \\qquad n\\ even

    Parameters
    ----------
    jet : callable
        ``jet(x, n)`` gives enclosures of f^(j)/j! on the ball x, j = 0..n.
    low, high : number
        The ends, exact.
    absolute_width : number
        The width of the enclosure aimed at.
    order : int
        The even number n; for 0, only values are asked for, and f need only be integrable.
    max_boxes : int
        How many intervals may be examined.

    Returns
    -------
    Enclosure

    Examples
    --------
    >>> area = integral(lambda x, n: [x.exp() / arb(j).fac() for j in range(n + 1)], 0, 1)
    >>> float(area.lower) < 1.718281828 < float(area.upper), area.converged
    (True, True)
    """
    if order < 0 or order % 2:
        raise InvalidInput(f"the order must be even and not negative, got {order}; pass 8")

    def part(left: Fraction, right: Fraction) -> arb:
        half = ball((right - left) / 2)
        inner = jet(ball((left + right) / 2), order) if order else []
        coefficients = [*inner[:order], jet(ball(left).union(ball(right)), order)[order]]
        return sum((2 * coefficients[j] * half ** (j + 1) / (j + 1) for j in range(0, order + 1, 2)), arb(0))

    return _sum_over_parts(part, low, high, absolute_width, max_boxes)


def _sum_over_parts(
    part: Callable[[Fraction, Fraction], arb], low: object, high: object, width: object, max_boxes: int
) -> Enclosure:
    # The part with the widest enclosure is halved next.
    ((left, right),), _ = _box(fraction(low, "low"), fraction(high, "high"))
    wanted = fraction(width, "absolute_width")
    if wanted <= 0:
        raise InvalidInput(f"absolute_width must be positive, got {width!r}; pass '1e-6'")
    order = count()
    heap: list[tuple[float, int, Fraction, Fraction, arb]] = []

    def push(a: Fraction, b: Fraction) -> float:
        value = part(a, b)
        radius = float(value.rad()) if value.is_finite() else float("inf")
        heapq.heappush(heap, (-radius, next(order), a, b, value))
        return radius

    with ctx.workprec(max(ctx.prec, 64, 64 + _bits(wanted))):
        push(left, right)
        while len(heap) < max_boxes:
            # The floating sum of radii only decides when to stop; the exact ends are taken below.
            if sum(-entry[0] for entry in heap) * 2.01 <= float(wanted):
                break
            for _ in range(1 + len(heap) // 8):
                _, _, a, b, _ = heapq.heappop(heap)
                push(a, (a + b) / 2)
                push((a + b) / 2, b)
        total = sum((entry[4] for entry in heap), arb(0))
        if not total.is_finite():
            raise Inexact(
                f"the function has no finite enclosure near {float(heap[0][2]):.6g}; split the interval"
            )
        lower, upper = lower_fraction(total), upper_fraction(total)
        return Enclosure(lower, upper, upper - lower <= wanted)


def _box(low: Any, high: Any) -> tuple[_Box, bool]:
    single, alone = (not isinstance(end, Collection) or isinstance(end, str) for end in (low, high))
    lows, highs = ([end] if number else list(end) for end, number in ((low, single), (high, alone)))
    if single != alone or len(lows) != len(highs) or not lows:
        raise InvalidInput(f"low and high must have the same length, got {low!r} and {high!r}")
    box = tuple((fraction(a, "low"), fraction(b, "high")) for a, b in zip(lows, highs, strict=True))
    if any(a > b for a, b in box):
        raise InvalidInput(f"low must not exceed high, got {low!r} and {high!r}")
    return box, single


def _bits(width: Fraction) -> int:
    return (width.denominator // width.numerator).bit_length() if width else 0
