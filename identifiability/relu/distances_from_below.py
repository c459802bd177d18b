"""Lower bounds on how far a network is from all networks that realise a given function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

import numpy as np
from scipy.optimize import linear_sum_assignment

from identifiability.relu.bottleneck import bottleneck_assignment
from identifiability.relu.kink_forms import KinkForm
from identifiability.relu.shallow import Shallow, Vector
from identifiability.relu.slot_costs import least_capacity, row_distance, unit_cost
from identifiability.relu.surds import ZERO, Surd, least_root, rational_surd
from identifiability.relu.vectors import dot, maximum_norm

MOST_CORNERS = 64
"""Values are compared at no more corners of the cube than this."""


def distance_from_below(net: Shallow, form: KinkForm) -> Surd:
    r"""A number that no network of the function is nearer than, exactly.

    It is the largest of

    * the least t for which every hyperplane H has a slot of its own whose row is within t of the line of
      :math:`u_H`, and all but m − K of them, which alone can have a second slot, one that is within t of
      carrying all of :math:`\kappa_H` (K hyperplanes, m slots);
    * the least t for which the slots whose rows are within t of the line of :math:`u_H` can carry
      :math:`\kappa_H` together: :math:`\sum_i (\|c_i\| + t)(\|a_i\| + t) \ge \|\kappa_H\| \|u_H\|`; and the
      same with all slots and the sum over H;
    * the least t for which such a change of the parameters can change the values and the linear part
      as much as needed: :math:`\sum_i t \rho(\langle a_i, x \rangle) + (|c_i| + t) t \|x\|_1 \ge
      |f(x) - g(x)|` and :math:`\sum_i (|c_i| + |a_{ij}|) t + t^2 \ge 2 |\ell_j(f) - \ell_j(g)|`.
    """
    slots = list(net.neurons())
    reach = [[row_distance(row, normal) for row, _ in slots] for normal in form.normals]
    best = max(_carried_alone(net, form, reach), _differing(net, form))
    needs = [maximum_norm(kappa) * maximum_norm(normal) for normal, kappa in form.kinks.items()]
    for distances, need in zip(reach, needs, strict=True):
        best = max(best, least_capacity(list(zip(distances, slots, strict=True)), need))
    everywhere = [(Fraction(0), slot) for slot in slots]
    return max(best, least_capacity(everywhere, sum(needs, Fraction(0))))


def sign_relaxation(net: Shallow, form: KinkForm) -> Surd:
    """The least change with one slot for each hyperplane if the linear part did not matter."""
    costs = [[_alone(slot, normal, kappa) for slot in net.neurons()] for normal, kappa in form.kinks.items()]
    found = bottleneck_assignment(costs)
    return ZERO if found is None else found.cost


def _alone(slot: tuple[Vector, Vector], normal: tuple[int, ...], kappa: Vector) -> Surd:
    """What it costs a slot to carry the whole kink of a hyperplane, whichever way it points."""
    return min(unit_cost(slot, [sign * entry for entry in normal], kappa) for sign in (1, -1))


def _carried_alone(net: Shallow, form: KinkForm, reach: Sequence[Sequence[Fraction]]) -> Surd:
    kinks = len(form.normals)
    if not kinks:
        return ZERO
    spare = net.units - kinks
    near = [[rational_surd(distance) for distance in row] for row in reach]
    alone = [[_alone(slot, normal, kappa) for slot in net.neurons()] for normal, kappa in form.kinks.items()]
    values = sorted({cost for row in (*near, *alone) for cost in row})
    places = {value: place for place, value in enumerate(values)}
    near_ranks, alone_ranks = (
        np.array([[places[cost] for cost in row] for row in costs]) for costs in (near, alone)
    )
    low, high = 0, len(values) - 1
    while low < high:
        middle = (low + high) // 2
        # One for a slot that cannot carry the kink alone; too much for one that is out of reach.
        prices = np.where(alone_ranks <= middle, 0, np.where(near_ranks <= middle, 1, net.units + 1))
        if prices[linear_sum_assignment(prices)].sum() <= spare:
            high = middle
        else:
            low = middle + 1
    return values[low]


def _differing(net: Shallow, form: KinkForm) -> Surd:
    best = ZERO
    units = net.units
    for x in _points(net, form):
        length = sum(map(abs, x), Fraction(0))
        heights = sum(
            (max(Fraction(0), dot(row, x)) for row in net.rows),
            Fraction(0),
        )
        for o, (value, wanted) in enumerate(zip(net(x), form(x), strict=True)):
            sizes = sum((abs(column[o]) for column in net.outer), Fraction(0))
            best = max(best, _root(units * length, heights + sizes * length, abs(value - wanted)))
    for o in range(net.outputs):
        for j in range(net.inputs):
            doubled = sum((c[o] * a[j] for a, c in net.neurons()), Fraction(0))
            sizes = sum((abs(c[o]) + abs(a[j]) for a, c in net.neurons()), Fraction(0))
            best = max(best, _root(Fraction(units), sizes, abs(doubled - 2 * form.linear[o][j])))
    return best


def _root(quadratic: Fraction, linear: Fraction, need: Fraction) -> Surd:
    # Without units both functions are zero, and nothing is needed.
    return least_root(quadratic, linear, need) if quadratic else ZERO


def _points(net: Shallow, form: KinkForm) -> Iterator[Vector]:
    """Where the functions are compared: corners of the cube, its axes, and the normals."""
    size = net.inputs
    if 2**size <= MOST_CORNERS:
        for signs in product((1, -1), repeat=size):
            yield tuple(map(Fraction, signs))
    for j in range(size):
        for sign in (1, -1):
            yield tuple(Fraction(sign * (i == j)) for i in range(size))
    normals = [tuple(map(Fraction, normal)) for normal in form.normals]
    for direction in (*normals, *net.rows):
        if any(direction):
            yield direction
            yield tuple(-entry for entry in direction)
