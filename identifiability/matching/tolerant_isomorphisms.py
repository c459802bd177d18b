"""Isomorphisms of networks up to a tolerance: units are matched, and nothing is sorted into a canon.

For each unit of the second network the units of the first that it may correspond to are listed as pairs.
Pairs are dropped when a unit before or after can no longer be matched along with them, and when no
bijection of the layer contains them; what remains undecided is tried out.  So None is a proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from identifiability.errors import Undecided
from identifiability.matching.candidate_pairs import (
    Pairs,
    bijection,
    candidates,
    complete,
    fixed,
    in_a_bijection,
    supported,
)
from identifiability.matching.closeness import Comparison, comparison
from identifiability.matching.search_budget import Budget
from identifiability.network import Network
from identifiability.permutations import Permutations

_ENTRIES_AT_ONCE = 2**18


@dataclass(frozen=True, slots=True)
class Problem:
    """The weights and biases of all layers, ready to be compared."""

    weights: tuple[Comparison, ...]
    biases: tuple[Comparison, ...]
    budget: Budget


def find(first: Network, second: Network, tolerance: Fraction, budget: Budget) -> Permutations | None:
    """Permutations that take each entry of the first to within the tolerance of the second's, or None.

    Parameters
    ----------
    first, second : Network
        Of one architecture and one arithmetic.
    tolerance : Fraction
        Positive.
    budget : Budget
        Each pair of entries that is compared costs 1.

    Raises
    ------
    Undecided
        If the budget is spent, or too many units are within the tolerance of each other.
    """
    problem = Problem(
        tuple(comparison(*both, tolerance) for both in zip(first.weights, second.weights, strict=True)),
        tuple(comparison(*both, tolerance) for both in zip(first.biases, second.biases, strict=True)),
        budget,
    )
    domains = _matched_forward(problem, first.architecture)
    if domains is None:
        return None
    try:
        orders = _search(problem, domains)
    except RecursionError:
        raise Undecided(
            "the search was cut off because it tries too many units one inside the other"
        ) from None
    return None if orders is None else tuple(tuple(order.tolist()) for order in orders)


def _matched_forward(problem: Problem, architecture: tuple[int, ...]) -> list[Pairs] | None:
    """For each layer, with inputs and outputs, the pairs that the layer before allows."""
    domains = [fixed(architecture[0])]
    for weight, bias in zip(problem.weights[:-1], problem.biases[:-1], strict=True):
        pairs = candidates(weight, bias, domains[-1], problem.budget)
        if pairs is not None:
            pairs = supported(pairs, weight, domains[-1], problem.budget)
        if pairs is not None:
            pairs = in_a_bijection(pairs)
        if pairs is None:
            return None
        domains.append(pairs)
    domains.append(fixed(architecture[-1]))
    return domains


def _propagated(problem: Problem, domains: list[Pairs]) -> list[Pairs] | None:
    """Drop pairs until each layer agrees with its neighbours; None if a unit is left without any."""
    domains = list(domains)
    waiting = set(range(1, len(domains) - 1))
    while waiting:
        layer = min(waiting)
        waiting.remove(layer)
        pairs: Pairs | None = domains[layer]
        for weight, other in (
            (problem.weights[layer - 1], domains[layer - 1]),
            (problem.weights[layer].transposed(), domains[layer + 1]),
        ):
            if pairs is not None:
                pairs = supported(pairs, weight, other, problem.budget)
        if pairs is not None:
            pairs = in_a_bijection(pairs)
        if pairs is None:
            return None
        if len(pairs.units) < len(domains[layer].units):
            domains[layer] = pairs
            waiting |= {layer - 1, layer, layer + 1} & set(range(1, len(domains) - 1))
    return domains


def _search(problem: Problem, domains: list[Pairs]) -> list[NDArray[np.int64]] | None:
    found = _propagated(problem, domains)
    if found is None:
        return None
    guess = [bijection(pairs) for pairs in found[1:-1]]
    orders = [order for order in guess if order is not None]
    if len(orders) == len(guess) and _takes(problem, found[0], orders, found[-1]):
        return orders
    layer, unit = _least_open(found)
    if layer < 0:
        return None
    pairs = found[layer]
    for candidate in pairs.partners[pairs.units == unit].tolist():
        settled = pairs.kept((pairs.units == unit) == (pairs.partners == candidate))
        branch = complete(settled, int(pairs.units[-1]) + 1)
        if branch is not None:
            orders_found = _search(problem, [*found[:layer], branch, *found[layer + 1 :]])
            if orders_found is not None:
                return orders_found
    return None


def _least_open(domains: list[Pairs]) -> tuple[int, int]:
    """A layer and a unit with the fewest candidates above one; (−1, −1) if there is none."""
    best = (0, -1, -1)
    for layer, pairs in enumerate(domains):
        numbers = np.bincount(pairs.units) if len(pairs.units) else np.empty(0, np.int64)
        opened = np.flatnonzero(numbers > 1)
        if len(opened):
            unit = int(opened[np.argmin(numbers[opened])])
            if best[1] < 0 or numbers[unit] < best[0]:
                best = (int(numbers[unit]), layer, unit)
    return best[1:]


def _takes(problem: Problem, inputs: Pairs, orders: list[NDArray[np.int64]], outputs: Pairs) -> bool:
    """Whether the permutations take every entry to within the tolerance."""
    ends = [inputs.units, *orders, outputs.units]
    for bias, rows in zip(problem.biases, ends[1:], strict=True):
        if not bias.within(bias.first[rows], bias.second).all():
            return False
    for weight, (columns, rows) in zip(problem.weights, pairwise(ends), strict=True):
        problem.budget.spend(len(rows) * len(columns))
        step = max(1, _ENTRIES_AT_ONCE // max(1, len(columns)))
        for start in range(0, len(rows), step):
            part = slice(start, start + step)
            moved = weight.first.take(rows[part], axis=0).take(columns, axis=1)
            if not weight.within(moved, weight.second[part]).all():
                return False
    return True
