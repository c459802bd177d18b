"""Networks of given units near a given network: which slot takes which unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from identifiability.relu.bottleneck import bottleneck_assignment
from identifiability.relu.shallow import Shallow, Vector
from identifiability.relu.slot_costs import (
    Slot,
    balanced_cost,
    balanced_unit,
    dead_cost,
    dead_unit,
    unit_cost,
    unit_within,
)
from identifiability.relu.surds import PRECISION, ZERO, Surd, rational_surd

Unit: TypeAlias = "tuple[Vector, Vector]"
"""A direction u and a weight p: the function p ρ(⟨u, x⟩), however it is scaled."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A network of given units, as near as these units allow.

    Parameters
    ----------
    cost : Surd
        The largest change of a parameter, exactly, at the best scale of every unit.
    slots : tuple of pairs of a row and a column
        The units at rational scales; where the best scale is not rational, one next to it.
    """

    cost: Surd
    slots: tuple[Slot, ...]

    def network(self, net: Shallow) -> Shallow:
        """The slots as a network with as many inputs and outputs as another."""
        rows, outer = tuple(row for row, _ in self.slots), tuple(column for _, column in self.slots)
        return Shallow(net.inputs, net.outputs, rows, outer)


def nearest_scaling(net: Shallow, units: Sequence[Unit]) -> Neighbour:
    """The nearest network in which every unit has a slot of its own and the other slots do nothing.

    There must be no more units than slots.
    """
    slots = list(net.neurons())
    costs = [[_cost(slot, unit) for slot in slots] for unit in units]
    dead = [rational_surd(dead_cost(slot)) for slot in slots]

    def fill(slot: Slot, unit: Unit | None, cost: Surd, bound: Fraction) -> Slot:
        if unit is None:
            return dead_unit(slot)
        return unit_within(slot, *unit, min(bound, cost.enclosure()[1]))

    return _assigned(slots, units, costs, dead, fill)


def nearest_balanced(net: Shallow, units: Sequence[Unit]) -> Neighbour:
    """The nearest network in which every unit has a balanced slot of its own and the others are zero.

    Scales that are not rational are rounded to :data:`~identifiability.relu.surds.PRECISION` bits.
    """
    slots = list(net.neurons())
    costs = [[balanced_cost(slot, *unit) for slot in slots] for unit in units]
    dead = [rational_surd(max(map(abs, (*row, *column)), default=Fraction(0))) for row, column in slots]
    zero: Slot = (Fraction(0),) * net.inputs, (Fraction(0),) * net.outputs

    def fill(slot: Slot, unit: Unit | None, cost: Surd, bound: Fraction) -> Slot:
        return zero if unit is None else balanced_unit(*unit, PRECISION)

    return _assigned(slots, units, costs, dead, fill)


def _assigned(
    slots: Sequence[Slot],
    units: Sequence[Unit],
    costs: list[list[Surd]],
    dead: list[Surd],
    fill: Callable[[Slot, Unit | None, Surd, Fraction], Slot],
) -> Neighbour:
    found = bottleneck_assignment([*costs, *([dead] * (len(slots) - len(units)))])
    if found is None:
        return Neighbour(ZERO, ())
    filled: dict[int, Slot] = {}
    bound = found.cost.enclosure()[1]
    for item, place in enumerate(found.slots):
        unit, row = (units[item], costs[item]) if item < len(units) else (None, dead)
        filled[place] = fill(slots[place], unit, row[place], bound)
    return Neighbour(found.cost, tuple(filled[place] for place in range(len(slots))))


@lru_cache(maxsize=2**15)
def _cost(slot: Slot, unit: Unit) -> Surd:
    # Lists of units that are tried one after the other have most of them in common.
    return unit_cost(slot, *unit)


def nearest_of(net: Shallow, choices: Iterable[Sequence[Unit]]) -> Neighbour | None:
    """The nearest scaling of several lists of units; lists longer than the network are left out."""
    best: Neighbour | None = None
    for units in choices:
        if len(units) <= net.units:
            found = nearest_scaling(net, units)
            best = found if best is None or found.cost < best.cost else best
    return best


def split_evenly(net: Shallow, units: Sequence[Unit]) -> list[list[Unit]]:
    """The units, and what becomes of them as slots that are left over share the most expensive ones."""
    parts = [1] * len(units)
    lists = [list(units)]
    while units and len(lists[-1]) < net.units:
        # The unit whose parts are farthest from their nearest slots.
        least = [
            min(_cost(slot, (u, tuple(w / n for w in p))) for slot in net.neurons())
            for (u, p), n in zip(units, parts, strict=True)
        ]
        parts[least.index(max(least))] += 1
        lists.append(
            [(u, tuple(w / n for w in p)) for (u, p), n in zip(units, parts, strict=True) for _ in range(n)]
        )
    return lists
