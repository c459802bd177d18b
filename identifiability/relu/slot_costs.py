r"""How far the parameters of one unit must move until the unit does what it is asked to.

A slot holds a row :math:`a_0` and a column :math:`c_0`.  The units :math:`p\,\rho(\langle u, x \rangle)` are
:math:`(\lambda u, p/\lambda)`, so that serving it costs

.. math:: \min_{\lambda > 0} \max \left( \|\lambda u - a_0\|_\infty, \|p/\lambda - c_0\|_\infty \right).

Within a threshold every entry confines :math:`\lambda` to an interval, and intervals of a line meet iff any
two of them do (Helly's theorem).  So the minimum is the largest over pairs of entries, and that of a pair is
a root of a linear or quadratic equation.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from identifiability.relu.shallow import Vector
from identifiability.relu.surds import ZERO, Surd, least_root, rational_surd, surd
from identifiability.relu.vectors import maximum_norm

Slot: TypeAlias = "tuple[Vector, Vector]"
"""A row and a column, as they are now."""

Pairs: TypeAlias = "list[tuple[Fraction, Fraction]]"
"""Coefficients u > 0 and targets a of terms |λu − a|."""


def row_distance(row: Vector, normal: Sequence[Fraction | int], one_sided: bool = False) -> Fraction:
    r"""How far a row is from a line: :math:`\min_\lambda \|\lambda u - a\|_\infty`, exactly.

    Parameters
    ----------
    row : tuple of Fraction
        a.
    normal : sequence of numbers
        u, not all zero.
    one_sided : bool
        Whether :math:`\lambda \ge 0` is asked for.

    Examples
    --------
    >>> row_distance((Fraction(1), Fraction(0)), (1, -1))
    Fraction(1, 2)
    >>> row_distance((Fraction(-1), Fraction(0)), (1, -1), one_sided=True)
    Fraction(1, 1)
    """
    moving, least = _terms(normal, row)
    return max(least, _meeting(moving, one_sided))


def unit_cost(slot: Slot, direction: Sequence[Fraction | int], weight: Vector) -> Surd:
    r"""The least change of a slot after which it is :math:`p\,\rho(\langle u, x \rangle)`, exactly.

    Parameters
    ----------
    slot : pair of a row and a column
    direction : sequence of numbers
        u, not all zero.
    weight : tuple of Fraction
        p, not all zero, one entry for each output.

    Returns
    -------
    Surd
        Rational, or a root of a quadratic equation with rational coefficients.

    Examples
    --------
    >>> one, none = Fraction(1), Fraction(0)
    >>> str(unit_cost(((none,), (none,)), (1,), (2 * one,)))
    'sqrt(2)'
    >>> str(unit_cost(((one, none), (one,)), (0, 1), (one / 100,)))
    '1'
    """
    row, column = slot
    rows, fixed_row = _terms(direction, row)
    columns, fixed_column = _terms(weight, column)
    whole = max(fixed_row, fixed_column, _meeting(rows, True), _meeting(columns, True))
    cost = rational_surd(whole)
    for u, a in rows:
        for p, c in columns:
            product = 4 * u * p
            # Both λu and p/λ above, then both below, what the slot has.
            if product > 4 * (a + whole) * (c + whole):
                cost = max(cost, surd(-(a + c) / 2, 1, ((a - c) ** 2 + product) / 4))
            if min(a, c) > whole and product < 4 * (a - whole) * (c - whole):
                cost = max(cost, surd((a + c) / 2, -1, ((a - c) ** 2 + product) / 4))
    return cost


def unit_within(slot: Slot, direction: Sequence[Fraction | int], weight: Vector, bound: Fraction) -> Slot:
    r"""The unit :math:`p\,\rho(\langle u, x \rangle)` with rational parameters within a bound of a slot.

    The bound must be the cost, where that is rational, or more than the cost.
    """
    row, column = slot
    low, high = Fraction(0), None
    for u, a in _terms(direction, row)[0]:
        low = max(low, (a - bound) / u)
        high = (a + bound) / u if high is None else min(high, (a + bound) / u)
    for p, c in _terms(weight, column)[0]:
        if c > bound:
            high = p / (c - bound) if high is None else min(high, p / (c - bound))
        low = max(low, p / (c + bound))
    assert high is not None, "some entry of the direction is not zero"
    factor = simplest_between(low, high)
    return tuple(factor * Fraction(u) for u in direction), tuple(p / factor for p in weight)


def dead_cost(slot: Slot) -> Fraction:
    """The least change of a slot after which it does nothing: its row or its column becomes zero.

    Examples
    --------
    >>> dead_cost(((Fraction(3), Fraction(-4)), (Fraction(-2),)))
    Fraction(2, 1)
    """
    row, column = slot
    return min(maximum_norm(row), maximum_norm(column))


def dead_unit(slot: Slot) -> Slot:
    """The nearest unit to a slot that does nothing."""
    row, column = slot
    if maximum_norm(row) < maximum_norm(column):
        return (Fraction(0),) * len(row), column
    return row, (Fraction(0),) * len(column)


def balanced_cost(slot: Slot, direction: Sequence[Fraction | int], weight: Vector) -> Surd:
    r"""The change of a slot after which it is :math:`p\,\rho(\langle u, x \rangle)` with a balanced unit.

    Balanced means that row and column have one maximum norm, which is then
    :math:`r = \sqrt{\|p\|_\infty \|u\|_\infty}`; so the row is :math:`r u / \|u\|_\infty` and the column
    :math:`r p / \|p\|_\infty`.

    Examples
    --------
    >>> str(balanced_cost(((Fraction(0),), (Fraction(0),)), (1,), (Fraction(2),)))
    'sqrt(2)'
    """
    row, column = slot
    square = maximum_norm(weight) * maximum_norm(direction)
    cost = ZERO
    for vector, current in ((direction, row), (weight, column)):
        size = maximum_norm(vector)
        for entry, now in zip(vector, current, strict=True):
            scaled = Fraction(entry) / size
            sign = (scaled > 0) - (scaled < 0)
            moved = surd(-now, sign, scaled * scaled * square)
            cost = max(cost, moved, surd(now, -sign, scaled * scaled * square))
    return cost


def balanced_unit(direction: Sequence[Fraction | int], weight: Vector, bits: int) -> Slot:
    """The balanced unit, with the root of its size rounded to so many bits where it is not rational.

    The product of row and column, and with it the function, is exact; balanced are they up to the rounding.
    """
    size = maximum_norm(direction)
    root = surd(0, 1, maximum_norm(weight) * size)
    factor = sum(root.enclosure(bits), Fraction(0)) / (2 * size)
    return tuple(factor * entry for entry in direction), tuple(p / factor for p in weight)


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the least denominator in an interval of positive numbers, zero left out.

    Examples
    --------
    >>> simplest_between(Fraction(31, 100), Fraction(35, 100)), simplest_between(Fraction(0), Fraction(9))
    (Fraction(1, 3), Fraction(1, 1))
    """
    if low == 0:
        return Fraction(1) if high >= 1 else Fraction(1, -((-high.denominator) // high.numerator))
    # The continued fractions of both ends agree as far as they are followed; before, above, ... are the last
    # two convergents.
    (before, above), (under, below) = (0, 1), (1, 0)
    while True:
        whole = -(-low.numerator // low.denominator)
        if whole <= high:
            return Fraction(whole * above + before, whole * below + under)
        whole -= 1
        before, above, under, below = above, whole * above + before, below, whole * below + under
        low, high = 1 / (high - whole), 1 / (low - whole)


def least_capacity(slots: Sequence[tuple[Fraction, Slot]], need: Fraction) -> Surd:
    r"""A threshold below which slots cannot together carry a kink, whatever they share it with.

    A slot within t of a unit with row :math:`\lambda u` and column c carries at most
    :math:`\|c\|_\infty \|\lambda u\|_\infty \le (\|c_0\|_\infty + t)(\|a_0\|_\infty + t)`.  Given at which
    threshold each slot comes into reach, this is the least t at which those in reach carry the need.

    Examples
    --------
    Two slots at zero share a kink of size 2:

    >>> nothing = (Fraction(0),), (Fraction(0),)
    >>> str(least_capacity([(Fraction(0), nothing)] * 2, Fraction(2)))
    '1'
    """
    best: Surd | None = None
    linear, constant = Fraction(0), Fraction(0)
    for count, (reach, (row, column)) in enumerate(sorted(slots, key=lambda entry: entry[0]), 1):
        linear += maximum_norm(row) + maximum_norm(column)
        constant += maximum_norm(row) * maximum_norm(column)
        cost = max(rational_surd(reach), least_root(count, linear, need - constant))
        best = cost if best is None else min(best, cost)
    return ZERO if best is None else best


def _terms(coefficients: Sequence[Fraction | int], targets: Sequence[Fraction]) -> tuple[Pairs, Fraction]:
    """The terms |λu − a| with u made positive, and the largest |a| of those with u = 0."""
    moving, least = [], Fraction(0)
    for u, a in zip(coefficients, targets, strict=True):
        if u:
            moving.append((abs(Fraction(u)), a if u > 0 else -a))
        else:
            least = max(least, abs(a))
    return moving, least


def _meeting(terms: Pairs, one_sided: bool) -> Fraction:
    """The least t for which some λ has |λu − a| <= t for all terms."""
    # With λ >= 0, the least t needs a + t >= 0 as well.
    least = max((-a for _, a in terms), default=Fraction(0)) if one_sided else Fraction(0)
    least = max(least, Fraction(0))
    for place, (u, a) in enumerate(terms):
        for v, b in terms[:place]:
            least = max(least, abs(a * v - b * u) / (u + v))
    return least
