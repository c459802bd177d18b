"""Assignments that minimise the largest cost, not the sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from identifiability.errors import InvalidInput
from identifiability.relu.surds import Surd


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which slot each item gets, and the largest cost.

    Parameters
    ----------
    slots : tuple of int
        The slot of each item; no two items share one.
    cost : Surd
        The largest cost of an item at its slot.
    """

    slots: tuple[int, ...]
    cost: Surd


def bottleneck_assignment(costs: Sequence[Sequence[Surd]]) -> Assignment | None:
    r"""Give every item a slot of its own so that the largest cost is least.

    .. math:: \min_{\pi \text{ injective}} \max_i \, \text{cost}(i, \pi(i))

    Only the order of the costs matters: a threshold is found by bisection over their distinct values, and
    the pairs within it are matched along augmenting paths.

    Parameters
    ----------
    costs : sequence of rows
        One row for each item, with its cost at every slot.

    Returns
    -------
    Assignment or None
        None where there are no items.

    Raises
    ------
    InvalidInput
        If there are more items than slots.

    References
    ----------
    Hopcroft & Karp, An n^(5/2) algorithm for maximum matchings in bipartite graphs (1973).

    Examples
    --------
    >>> from identifiability.relu.surds import rational_surd
    >>> found = bottleneck_assignment([[rational_surd(c) for c in row] for row in ([1, 5], [2, 4])])
    >>> found.slots, str(found.cost)
    ((0, 1), '4')
    """
    if not costs:
        return None
    if len(costs) > len(costs[0]):
        raise InvalidInput(
            f"{len(costs)} items do not fit into {len(costs[0])} slots; pass as many slots as items"
        )
    values = sorted({cost for row in costs for cost in row})
    places = {value: place for place, value in enumerate(values)}
    ranks = np.array([[places[cost] for cost in row] for row in costs])
    low, high = int(max(ranks.min(axis=1))), len(values) - 1
    while low < high:
        middle = (low + high) // 2
        if _matching(ranks <= middle) is None:
            low = middle + 1
        else:
            high = middle
    slots = _matching(ranks <= low)
    assert slots is not None, "with the largest cost allowed, every pair is"
    return Assignment(slots, values[low])


def _matching(allowed: np.ndarray) -> tuple[int, ...] | None:
    partners = maximum_bipartite_matching(csr_array(allowed), perm_type="column")
    return None if (partners < 0).any() else tuple(partners.tolist())
