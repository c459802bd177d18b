"""Interpolation rules on one axis: nodes, cells, and the polynomial of every node on every cell, exactly.

On a cell [b, b + l] the value of a rule at b + lσ is Σ_v h(x_v) f_v(σ); the polynomials f_v of the
local variable σ in [0, 1] are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_poly

from bounds.upper.polynomial_errors import (
    CUBIC_NORM,
    END_BLEND,
    END_RATIO,
    LEBESGUE,
    STRIP_BLEND,
    cubic_spacing,
)
from identifiability.exact import from_rational, rational

Weights = dict[int, tuple[Fraction, ...]]
"""For a node's index, the coefficients of its polynomial in σ from the lowest degree on."""


@dataclass(frozen=True, slots=True)
class AxisRule:
    """A rule of continuous piecewise polynomial interpolation on [−1, 1].

    Attributes
    ----------
    nodes : tuple of Fraction
        x_0 < x_1 < ...
    breaks : tuple of Fraction
        The ends of the cells, from −1 to 1.
    degree : int
        The highest power of σ.
    weights : tuple of dict
        The rule on every cell.
    linear : tuple of dict
        Linear interpolation between neighbouring nodes, constant beyond the last ones, on every cell.
    norm : Fraction
        An upper bound of Σ_v |f_v|.
    """

    nodes: tuple[Fraction, ...]
    breaks: tuple[Fraction, ...]
    degree: int
    weights: tuple[Weights, ...]
    linear: tuple[Weights, ...]
    norm: Fraction

    @property
    def lengths(self) -> tuple[Fraction, ...]:
        """The lengths of the cells."""
        return tuple(high - low for low, high in zip(self.breaks, self.breaks[1:], strict=False))


def lagrange(nodes: Sequence[Fraction], low: Fraction, length: Fraction) -> list[fmpq_poly]:
    """The Lagrange polynomials of some nodes as polynomials of σ, where x = low + length·σ.

    Examples
    --------
    >>> lagrange([Fraction(0), Fraction(1)], Fraction(0), Fraction(1))
    [(-1)*x + 1, x]
    """
    places = [rational((node - low) / length) for node in nodes]
    basis = []
    for own in places:
        polynomial = fmpq_poly([1])
        for other in places:
            if other != own:
                polynomial *= fmpq_poly([-other, 1]) / (own - other)
        basis.append(polynomial)
    return basis


def _weights(first: int, polynomials: Sequence[fmpq_poly]) -> Weights:
    return {
        first + index: tuple(from_rational(fmpq(coefficient)) for coefficient in polynomial.coeffs())
        for index, polynomial in enumerate(polynomials)
        if polynomial.degree() >= 0
    }


def panel_rule(degree: int, panels: int) -> AxisRule:
    """Continuous interpolation of degree p on panels of p + 1 equispaced nodes; p = 1 is linear.

    Examples
    --------
    >>> panel_rule(1, 2).nodes == (-1, 0, 1)
    True
    """
    n = degree * panels
    nodes = tuple(Fraction(2 * index, n) - 1 for index in range(n + 1))
    breaks = nodes[::degree]
    polynomials = lagrange(nodes[: degree + 1], breaks[0], breaks[1] - breaks[0])
    weights = tuple(_weights(degree * panel, polynomials) for panel in range(panels))
    # Linear interpolation is not polynomial on panels of higher degree, and nothing asks for it there.
    linear = weights if degree == 1 else ()
    return AxisRule(nodes, breaks, degree, weights, linear, LEBESGUE.get(degree, Fraction(1)))


def cubic_rule(nodes: int, strip: int) -> AxisRule:
    """The local cubic rule of :func:`bounds.upper.polynomial_errors.cubic_error_in_one_variable`.

    Parameters
    ----------
    nodes : int
        N ≥ 4.
    strip : int
        The distance of the first node from −1, in thousandths of the spacing.

    Examples
    --------
    >>> rule = cubic_rule(6, strip=100)
    >>> len(rule.nodes), len(rule.lengths), rule.nodes[0] + 1 == rule.lengths[0]
    (6, 7, True)
    """
    spacing = cubic_spacing(nodes, strip)
    distance, end = spacing * Fraction(strip, 1000), spacing * END_RATIO
    places = [
        distance - 1,
        *(distance + end + index * spacing - 1 for index in range(nodes - 2)),
        1 - distance,
    ]
    middle = lagrange([Fraction(place) for place in range(-1, 3)], Fraction(0), Fraction(1))
    cells = [
        _weights(index - 1, middle) if 1 < index < nodes - 3 else _cubic_cell(places, index)
        for index in range(nodes - 1)
    ]
    line = lagrange([Fraction(0), Fraction(1)], Fraction(0), Fraction(1))
    linear = [_weights(index, line) for index in range(nodes - 1)]
    breaks = list(places)
    if strip:
        before = _blend(places[:4], STRIP_BLEND, Fraction(-1), distance)
        cells = [_weights(0, before), *cells, _mirrored(_weights(0, before), nodes)]
        linear = [{0: (Fraction(1),)}, *linear, {nodes - 1: (Fraction(1),)}]
        breaks = [Fraction(-1), *places, Fraction(1)]
    return AxisRule(tuple(places), tuple(breaks), 3, tuple(cells), tuple(linear), CUBIC_NORM)


def _cubic_cell(places: Sequence[Fraction], index: int) -> Weights:
    last = len(places) - 2
    if index == last:
        return _mirrored(_cubic_cell(places, 0), len(places))
    low, length = places[index], places[index + 1] - places[index]
    if index == 0:
        return _weights(0, _blend(places[:4], END_BLEND, low, length))
    return _weights(index - 1, lagrange(places[index - 1 : index + 3], low, length))


def _blend(four: Sequence[Fraction], share: Fraction, low: Fraction, length: Fraction) -> list[fmpq_poly]:
    quadratic = [*lagrange(four[:3], low, length), fmpq_poly([0])]
    cubic = lagrange(four, low, length)
    return [
        rational(share) * one + rational(1 - share) * other
        for one, other in zip(quadratic, cubic, strict=True)
    ]


def _mirrored(weights: Weights, nodes: int) -> Weights:
    """The rule on the cell at the other end: σ becomes 1 − σ and the nodes count from there."""
    reflection = fmpq_poly([1, -1])
    turned = {}
    for node, coefficients in weights.items():
        polynomial = fmpq_poly([rational(coefficient) for coefficient in coefficients])(reflection)
        turned.update(_weights(nodes - 1 - node, [polynomial]))
    return turned
