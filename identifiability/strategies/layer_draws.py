"""Layers drawn so that they shrink well: every unit can be taken out, and the rest stays as it was.

A layer has slots, some of them taken by units.  Each row is drawn with a weight for every slot that the
layer before may have, and each weight with a value also where it is zero.  So taking out a unit or a layer,
or making a weight zero, changes neither the number nor the meaning of the other draws, which is what
Hypothesis needs in order to find small examples.  Layers are made normal without further draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

from hypothesis import strategies as st

from identifiability.exact import ceiling
from identifiability.strategies.drafts import Number
from identifiability.strategies.entries import Entries, simplest_rows
from identifiability.strategies.shapes import Ranges

T = TypeVar("T")

_FLAGS = st.integers(0, 9)
_FREE, _COPY = 0, 9

_FEW = 127
"""Of no more numbers than this Hypothesis draws all equally often; of more it prefers the small ones."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, and whether zero stands in its place."""

    value: Number
    is_zero: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """A slot that is taken: whether its row is that of the unit before, and its cells, the bias last."""

    slot: int
    copies: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class EntrySource:
    """How the entries of one arithmetic are drawn; made once for all networks.

    Attributes
    ----------
    entries : Entries
    blanks : int
        So many of the numbers that ``cells`` draws stand for zero: the first ones.
    cells : SearchStrategy of int, or None
        One number for a whole cell, where there are few values.
    nonzero, percent : SearchStrategy
        Otherwise the value, and what decides whether it is zero.
    """

    entries: Entries
    blanks: int
    cells: st.SearchStrategy[int] | None
    nonzero: st.SearchStrategy[Number]
    percent: st.SearchStrategy[int]

    def cell(self, draw: st.DrawFn) -> Cell:
        """A value, and in so many cases out of a hundred zero in its place."""
        if self.cells is not None:
            number = draw(self.cells)
            is_zero = number < self.blanks
            place = number if is_zero else number - self.blanks
            return Cell(self.entries.ratio(place % self.entries.ratios), is_zero)
        zeros = self.entries.zeros
        is_zero = zeros > 0 and draw(self.percent) < zeros
        return Cell(draw(self.nonzero), is_zero)

    def entry(self, draw: st.DrawFn) -> Number:
        """A value, or zero."""
        return self.value(self.cell(draw))

    def value(self, cell: Cell) -> Number:
        """What the cell stands for."""
        return self.entries.zero if cell.is_zero else cell.value


@lru_cache(maxsize=64)
def entry_sources(ranges: Ranges) -> Mapping[str, EntrySource]:
    """One for each arithmetic of the ranges."""
    found = {}
    for kind in ranges.arithmetics:
        entries = Entries(kind, ranges.magnitude, ranges.denominators, ranges.zeros, ranges.biases)
        values, zeros = entries.ratios, ranges.zeros
        blanks = ceiling(Fraction(values * zeros, 100 - zeros)) if zeros < 100 else 0
        few = entries.is_exact and zeros < 100 and values + blanks <= _FEW
        cells = st.integers(0, values + blanks - 1) if few else None
        found[kind] = EntrySource(entries, blanks, cells, entries.nonzero(), st.integers(0, 99))
    return found


def draw_kept(draw: st.DrawFn, span: tuple[int, int], item: st.SearchStrategy[T]) -> list[tuple[int, T]]:
    """So many items, each with its slot; taking one out leaves the other draws as they are."""
    low, high = span
    count = draw(st.integers(low, high))
    free, needed = _optional(item, False), _optional(item, True)
    items: list[tuple[int, T]] = []
    for slot in range(count):
        # The last ones stay if there are too few.
        drawn = draw(needed if len(items) + count - slot <= low else free)
        if drawn is not None:
            items.append((slot, drawn))
    return items


@st.composite
def _optional(draw: st.DrawFn, item: st.SearchStrategy[T], is_needed: bool) -> T | None:
    # A draw of its own is what Hypothesis takes out as a whole.
    return draw(item) if draw(_FLAGS) != _FREE or is_needed else None


def draw_units(draw: st.DrawFn, source: EntrySource, span: tuple[int, int], columns: int) -> list[Unit]:
    """So many units, each with a weight from every slot of the layer before, and a bias."""
    units = draw_kept(draw, span, _contents(source, columns))
    return [Unit(slot, copies, cells) for slot, (copies, cells) in units]


@st.composite
def _contents(draw: st.DrawFn, source: EntrySource, columns: int) -> tuple[bool, tuple[Cell, ...]]:
    """Whether a unit copies the one before, and its cells."""
    copies = draw(_FLAGS) == _COPY
    weights = [source.cell(draw) for _ in range(columns)]
    bias = source.cell(draw) if source.entries.has_biases else Cell(source.entries.zero, True)
    return copies, (*weights, bias)


def rows_of(units: Sequence[Unit], slots: Sequence[int], with_copies: bool) -> list[list[Cell]]:
    """The rows (w, b), with a weight for each slot that is taken in the layer before."""
    rows: list[list[Cell]] = []
    for unit in units:
        if rows and unit.copies and with_copies:
            rows.append(list(rows[-1]))
        else:
            rows.append([*(unit.cells[slot] for slot in slots), unit.cells[-1]])
    return rows


def make_distinct(source: EntrySource, rows: list[list[Cell]]) -> None:
    """No zero rows and no equal ones: one weight of a zero row shows its value, and a row that was there
    before is replaced by the simplest that was not."""
    seen: set[tuple[Number, ...]] = set()
    for place, row in enumerate(rows):
        inputs = len(row) - 1
        if all(cell.is_zero for cell in row[:-1]):
            row[place % inputs] = Cell(row[place % inputs].value, False)
        values = tuple(map(source.value, row))
        if values in seen:
            candidates = simplest_rows(source.entries, inputs, len(rows))
            values = next(other for other in candidates if other not in seen)
            row[:] = [Cell(value or cell.value, not value) for value, cell in zip(values, row, strict=True)]
        seen.add(values)


def fill_columns(rows: list[list[Cell]], inputs: int) -> None:
    """No zero columns: one weight shows its value, which keeps distinct rows distinct."""
    for column in range(inputs):
        if all(row[column].is_zero for row in rows):
            row = rows[column % len(rows)]
            row[column] = Cell(row[column].value, False)
