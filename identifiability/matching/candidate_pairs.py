"""Pairs of units of two layers that may correspond within a tolerance: found, and dropped again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identifiability.errors import Undecided
from identifiability.matching.closeness import Comparison
from identifiability.matching.search_budget import Budget

MOST_PAIRS = 2**23
"""More pairs of units of one layer than this are not listed."""

_ENTRIES_AT_ONCE = 2**18
_KEYS_TRIED = 8
_COST_OF_A_CALL = 5000
"""What dropping pairs costs, counted in entries, besides the entries that it compares."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Units of the second network with their candidates in the first, by units of the second.

    Parameters
    ----------
    units, partners : arrays of int64
        Every unit of the second network occurs.
    """

    units: NDArray[np.int64]
    partners: NDArray[np.int64]

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """For each pair, whether its unit has another candidate, too."""
        return np.asarray(np.bincount(self.units)[self.units] > 1)

    def kept(self, chosen: NDArray[np.bool_]) -> Pairs:
        """Only the chosen ones of the pairs."""
        return Pairs(self.units[chosen], self.partners[chosen])


def fixed(size: int) -> Pairs:
    return Pairs(np.arange(size), np.arange(size))


def candidates(weight: Comparison, bias: Comparison, before: Pairs, budget: Budget) -> Pairs | None:
    """The pairs of rows that agree in the bias and where the layer before leaves no choice."""
    count = len(bias.first)
    closed = before.kept(~before.is_open)
    keys = [(bias, bias.first, bias.second)]
    places = np.unique(np.linspace(0, len(closed.units) - 1, _KEYS_TRIED).astype(np.int64))
    keys += [
        (weight, weight.first[:, closed.partners[place]], weight.second[:, closed.units[place]])
        for place in (places.tolist() if len(closed.units) else [])
    ]
    windows = [_window(first, second, key.high) for key, first, second in keys]
    start, end, order = min(windows, key=lambda window: int((window[1] - window[0]).sum()))
    lengths = end - start
    ends = np.cumsum(lengths)
    budget.spend(int(lengths.sum()))
    found: list[Pairs] = []
    unit = 0
    while unit < count:
        last = max(unit + 1, int(np.searchsorted(ends, ends[unit] - lengths[unit] + _ENTRIES_AT_ONCE)))
        units = np.repeat(np.arange(unit, last), lengths[unit:last])
        offsets = np.arange(len(units)) - np.repeat(
            ends[unit:last] - lengths[unit:last] - ends[unit] + lengths[unit], lengths[unit:last]
        )
        pairs = Pairs(units, order[start[units] + offsets])
        pairs = pairs.kept(bias.within(bias.first[pairs.partners], bias.second[pairs.units]))
        found.append(_agreeing(pairs, weight, closed, budget))
        if sum(len(part.units) for part in found) > MOST_PAIRS:
            raise Undecided(
                f"more than {MOST_PAIRS} pairs of units of one layer are within the tolerance of each other; "
                "pass a smaller tolerance"
            )
        unit = last
    units, partners = (
        np.concatenate([np.empty(0, np.int64), *(getattr(part, name) for part in found)])
        for name in ("units", "partners")
    )
    return complete(Pairs(units, partners), count)


def _window(
    first: NDArray[Any], second: NDArray[Any], reach: Any
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """For each entry of the second where among the sorted entries of the first those within reach are."""
    order = np.argsort(first, kind="stable")
    with np.errstate(over="ignore"):
        below, above = second - reach, second + reach
    if first.dtype.kind == "f":
        below, above = np.nextafter(below, -np.inf), np.nextafter(above, np.inf)
    ordered = first[order]
    return np.searchsorted(ordered, below, "left"), np.searchsorted(ordered, above, "right"), order


def _agreeing(pairs: Pairs, weight: Comparison, closed: Pairs, budget: Budget) -> Pairs:
    """Drop pairs of rows that disagree in a matched column, until no unit has two candidates."""
    start, width = 0, 1
    while start < len(closed.units) and pairs.is_open.any():
        part = slice(start, start + width)
        rows = max(1, _ENTRIES_AT_ONCE // width)
        agree = []
        budget.spend(len(pairs.units) * width)
        for top in range(0, len(pairs.units), rows):
            here = slice(top, top + rows)
            one = weight.first[pairs.partners[here, None], closed.partners[None, part]]
            other = weight.second[pairs.units[here, None], closed.units[None, part]]
            agree.append(weight.within(one, other).all(axis=1))
        pairs = pairs.kept(np.concatenate(agree))
        start, width = start + width, min(4 * width, 1024)
    return pairs


def complete(pairs: Pairs, count: int) -> Pairs | None:
    """The pairs, or None if some unit has none."""
    return pairs if len(np.unique(pairs.units)) == count else None


def supported(pairs: Pairs, weight: Comparison, others: Pairs, budget: Budget) -> Pairs | None:
    """Drop open pairs for which some unit of the other layer has no candidate that goes along."""
    opened = pairs.is_open
    chosen = np.flatnonzero(opened)
    if not len(chosen) or not len(others.units):
        return pairs
    groups = np.flatnonzero(np.diff(others.units, prepend=-1))
    keep = np.ones(len(pairs.units), dtype=bool)
    budget.spend(_COST_OF_A_CALL + len(chosen) * len(others.units))
    rows = max(1, _ENTRIES_AT_ONCE // len(others.units))
    for start in range(0, len(chosen), rows):
        part = chosen[start : start + rows]
        one = weight.first[pairs.partners[part, None], others.partners[None, :]]
        other = weight.second[pairs.units[part, None], others.units[None, :]]
        keep[part] = np.logical_or.reduceat(weight.within(one, other), groups, axis=1).all(axis=1)
    return complete(pairs.kept(keep), int(pairs.units[-1]) + 1)


def in_a_bijection(pairs: Pairs) -> Pairs | None:
    """The pairs that occur in some bijection; None if there is no bijection at all.

    Directed from units to candidates along one bijection and back along all other pairs, the graph has a
    cycle through exactly those other pairs that occur in another bijection (Régin).
    """
    if not len(pairs.units):
        return pairs
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    matching = bijection(pairs)
    if matching is None:
        return None
    size = len(matching)
    matched = matching[pairs.units] == pairs.partners
    tails = np.where(matched, pairs.units, pairs.partners + size)
    heads = np.where(matched, pairs.partners + size, pairs.units)
    graph = coo_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), (2 * size, 2 * size))
    _, labels = connected_components(graph, directed=True, connection="strong")
    return pairs.kept(matched | (labels[tails] == labels[heads]))


def bijection(pairs: Pairs) -> NDArray[np.int64] | None:
    """A candidate for each unit, no two the same, or None."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    size = int(pairs.units[-1]) + 1 if len(pairs.units) else 0
    if not size:
        return np.arange(0)
    ones = np.ones(len(pairs.units), dtype=np.int8)
    graph = csr_array((ones, (pairs.units, pairs.partners)), shape=(size, size))
    matching = maximum_bipartite_matching(graph, perm_type="column").astype(np.int64)
    return None if (matching < 0).any() else matching
