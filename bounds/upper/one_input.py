r"""ReLU networks with one hidden layer and one input: exact suprema, and the error of the very network.

Such a network is a continuous piecewise linear function with kinks at −b/w.  So the supremum of the
difference of two of them is attained at a kink or an end, and is an exact rational number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flint import arb, ctx

from identifiability.errors import InvalidInput
from identifiability.evaluation import evaluate_ball
from identifiability.exact import ball, upper_fraction
from identifiability.formula import Formula
from identifiability.jets import NotSmooth, jet
from identifiability.network import Network

FEWEST_PARTS = 1024
"""Between kinks that are far apart, the error is looked at on so many parts in all."""

MOST_UNITS = 2 * 10**5
"""Networks with more units are not compared with a formula piece by piece."""

PRECISION = 96
"""Bits of the balls that enclose a formula between two kinks."""


def is_shallow_relu(network: Network) -> bool:
    """Whether a network has one input, one output and one hidden layer of ReLUs.

    Examples
    --------
    >>> is_shallow_relu(Network([[[1]], [[1]]])), is_shallow_relu(Network([[[1]]]))
    (True, False)
    """
    return (
        network.depth == 2
        and network.architecture[0] == network.architecture[2] == 1
        and str(network.activations[0]) == "relu"
    )


@dataclass(frozen=True, slots=True)
class _Kink:
    """Where a unit wakes up or falls asleep from left to right, and how slope and intercept change there."""

    place: Fraction
    slope: Fraction
    intercept: Fraction


def _pieces(network: Network, low: Fraction) -> tuple[Fraction, Fraction, list[_Kink]]:
    """Slope and intercept just right of ``low``, and the kinks beyond it from left to right."""
    if not is_shallow_relu(network):
        raise InvalidInput(
            f"a ReLU network with one hidden layer and one input was expected, got {network!r}"
        )
    exact = network.to_exact()
    slope, intercept = Fraction(0), exact.bias(1)[0]
    kinks = []
    entering, shifts, leaving = exact.weight(0)[:, 0], exact.bias(0), exact.weight(1)[0]
    for weight, shift, factor in zip(entering, shifts, leaving, strict=True):
        if not weight:
            intercept += factor * max(shift, Fraction(0))
            continue
        place, change = -shift / weight, _change(weight, shift, factor)
        if (weight > 0) == (place <= low):  # active just right of low
            slope, intercept = slope + weight * factor, intercept + shift * factor
        if place > low:
            kinks.append(_Kink(place, *change))
    return slope, intercept, sorted(kinks, key=lambda kink: kink.place)


def _change(weight: Fraction, shift: Fraction, factor: Fraction) -> tuple[Fraction, Fraction]:
    sign = 1 if weight > 0 else -1
    return sign * weight * factor, sign * shift * factor


def kinks(network: Network, low: Fraction, high: Fraction) -> list[Fraction]:
    """The ends of an interval and the kinks between them, in increasing order, exactly.

    Examples
    --------
    >>> tent = Network([[[1], [1]], [[1, -2]]], [[0, "-1/2"], [0]])
    >>> kinks(tent, Fraction(-1), Fraction(1))
    [Fraction(-1, 1), Fraction(0, 1), Fraction(1, 2), Fraction(1, 1)]
    """
    inner = {kink.place for kink in _pieces(network, low)[2] if kink.place < high}
    return [low, *sorted(inner), high]


def values_at(network: Network, points: Sequence[Fraction]) -> list[Fraction]:
    """The exact values at increasing points, in one sweep over the kinks.

    Examples
    --------
    >>> tent = Network([[[1], [1]], [[1, -2]]], [[0, "-1/2"], [0]])
    >>> [str(value) for value in values_at(tent, [Fraction(0), Fraction(1, 2), Fraction(1)])]
    ['0', '1/2', '0']
    """
    slope, intercept, changes = _pieces(network, points[0])
    values, position = [], 0
    for point in points:
        while position < len(changes) and changes[position].place <= point:
            slope += changes[position].slope
            intercept += changes[position].intercept
            position += 1
        values.append(slope * point + intercept)
    return values


def largest_difference(first: Network, second: Network, low: Fraction, high: Fraction) -> Fraction:
    r"""The exact supremum of |f − g| on an interval.

    .. math:: \max_{low \le x \le high} |f(x) - g(x)|

    Examples
    --------
    >>> ramp, shifted = Network([[[1]], [[1]]]), Network([[[1]], [[1]]], [["-1/3"], [0]])
    >>> largest_difference(ramp, shifted, Fraction(-1), Fraction(1))
    Fraction(1, 3)
    """
    points = sorted({*kinks(first, low, high), *kinks(second, low, high)})
    pairs = zip(values_at(first, points), values_at(second, points), strict=True)
    return max(abs(one - two) for one, two in pairs)


def direct_error(network: Network, formula: Formula, domain: tuple[Fraction, Fraction]) -> Fraction | None:
    r"""A proved bound of |f − net| on an interval for this very network, whatever is known of f's norm.

    Between two neighbouring points of a subdivision that contains all kinks the network is linear, so that

    .. math:: \max_{[p, q]} |f - net| \le \max\big(|f - net|(p),\; |f - net|(q)\big)
              + \tfrac18 (q - p)^2 \max_{[p, q]} |f''| .

    Derivation.  With g = f − net, g'' = f'', and g differs from its chord by at most (q − p)²/8 max|g''|;
    the chord lies between its end values.  Where f is not shown to be twice differentiable, g itself is
    enclosed on [p, q].

    Parameters
    ----------
    network : Network
        ReLU, one hidden layer, one input; a float weight is the binary fraction that it is.
    formula : Formula
        f, in x0.
    domain : tuple of Fraction
        The interval.

    Returns
    -------
    Fraction or None
        None where f has no finite enclosure, or there are more than :data:`MOST_UNITS` units.

    Examples
    --------
    >>> from identifiability.formula import parse
    >>> line = Network([[[1]], [[2]]], [[1], [-1]])
    >>> float(direct_error(line, parse("x0^2", ("x0",)), (Fraction(-1), Fraction(1)))) - 2 < 1e-5
    True
    """
    if network.units > MOST_UNITS:
        return None
    coarse = kinks(network, *domain)
    parts = -(-FEWEST_PARTS // len(coarse))
    points = [p + (q - p) * Fraction(part, parts) for p, q in pairwise(coarse) for part in range(parts)] + [
        domain[1]
    ]
    with ctx.workprec(PRECISION):
        places = [ball(point) for point in points]
        lines = [ball(value) for value in values_at(network, points)]
        ends = [
            abs(evaluate_ball(formula, {"x0": place}) - line).upper()
            for place, line in zip(places, lines, strict=True)
        ]
        worst = arb(0)
        for index in range(len(points) - 1):
            p, q = places[index], places[index + 1]
            bound = ends[index].max(ends[index + 1]) + _curvature(formula, p, q)
            if not bound.is_finite():
                line = lines[index].union(lines[index + 1])
                bound = abs(evaluate_ball(formula, {"x0": p.union(q)}) - line)
            worst = worst.max(bound.upper())
        return upper_fraction(worst) if worst.is_finite() else None


def _curvature(formula: Formula, p: arb, q: arb) -> arb:
    """(q − p)²/8 times an upper bound of |f''| between p and q; infinite where there is none."""
    try:
        second = jet(formula, {"x0": p.union(q)}, 2).derivative((2,))
    except NotSmooth:
        return arb.pos_inf()
    return abs(second).upper() * (q - p) ** 2 / 8
