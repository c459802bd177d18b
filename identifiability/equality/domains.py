"""Where two networks are compared: R^d, or a box, whose inputs of no width are fixed first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat

from identifiability.arithmetic import to_exact
from identifiability.blocks import affine_image, take
from identifiability.equality.value_ranges import Range
from identifiability.exact import rational
from identifiability.network import Network, assemble
from identifiability.normal_forms.ranges import read_box
from identifiability.weights import Bias, Rationals, Weight, triples


@dataclass(frozen=True, slots=True)
class Box:
    """A box with interior points: low < high in every coordinate."""

    low: tuple[Fraction, ...]
    high: tuple[Fraction, ...]

    @property
    def ranges(self) -> list[Range]:
        """The interval of each coordinate."""
        return [Range(low, high) for low, high in zip(self.low, self.high, strict=True)]

    def contains(self, point: Sequence[Fraction]) -> bool:
        """Whether the point lies in the closed box."""
        return all(a <= x <= b for a, x, b in zip(self.low, point, self.high, strict=True))


@dataclass(frozen=True, slots=True)
class Domain:
    """R^d, or a box in it.

    Attributes
    ----------
    dimension : int
        d, the number of inputs.
    free : tuple of int
        The inputs that vary.
    fixed : tuple of (int, Fraction)
        The other inputs and their values.
    box : Box or None
        The box of the free inputs; None for all values.
    """

    dimension: int
    free: tuple[int, ...]
    fixed: tuple[tuple[int, Fraction], ...]
    box: Box | None

    def restricted(self, net: Network) -> Network:
        """The exact network of the free inputs; if there is none, of one input that does not matter."""
        weights: list[Weight] = [to_exact(weight) for weight in net.weights]
        biases: list[Bias] = [to_exact(bias) for bias in net.biases]
        if self.fixed:
            units = np.arange(weights[0].shape[0])
            held = take(weights[0], units, [index for index, _ in self.fixed])
            biases[0] = affine_image(held, Rationals([value for _, value in self.fixed]), biases[0])
            kept = take(weights[0], units, self.free)
            weights[0] = kept if self.free else Rationals(np.full((len(units), 1), 0, dtype=object))
        return assemble(weights, biases, net.activations)

    def lifted(self, point: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """The input of the network itself that a point of the restricted one stands for."""
        inputs = dict(self.fixed) | dict(zip(self.free, point, strict=False))
        return tuple(inputs[index] for index in range(self.dimension))

    def contains(self, point: Sequence[Fraction]) -> bool:
        """Whether an input of the network itself lies in the domain."""
        return all(point[index] == value for index, value in self.fixed) and (
            self.box is None or self.box.contains([point[index] for index in self.free])
        )


def read_domain(domain: object, dimension: int) -> Domain:
    """Read ``(low, high)``, scalars or arrays, or None for R^d.

    Raises
    ------
    InvalidInput
        If it is no pair, has the wrong length, or low exceeds high.

    Examples
    --------
    >>> domain = read_domain(((0, 1), (0, 2)), 2)
    >>> domain.free, domain.fixed, domain.lifted([Fraction(3, 2)])
    ((1,), ((0, Fraction(0, 1)),), (Fraction(0, 1), Fraction(3, 2)))
    """
    if domain is None:
        return Domain(dimension, tuple(range(dimension)), (), None)
    ends = read_box(domain, dimension)
    low, high = ends.low.tolist(), ends.high.tolist()
    free = tuple(index for index in range(dimension) if low[index] < high[index])
    fixed = tuple((index, low[index]) for index in range(dimension) if low[index] == high[index])
    box = Box(tuple(low[index] for index in free), tuple(high[index] for index in free)) if free else None
    return Domain(dimension, free, fixed, box)


@dataclass(frozen=True, slots=True)
class SpanningInputs:
    """Inputs whose columns span those of all inputs, in the first layers of two networks together.

    Attributes
    ----------
    chosen : tuple of int
        The inputs.
    combinations : tuple of tuple of (int, Fraction)
        For every input, the combination of chosen inputs' columns that its column is: pairs of a place in
        ``chosen`` and a coefficient.
    """

    chosen: tuple[int, ...]
    combinations: tuple[tuple[tuple[int, Fraction], ...], ...]

    def holds(self, f: Network, g: Network, box: Box | None) -> bool:
        """Whether the combinations are right; on a box every other column must be zero."""
        if len(self.combinations) != f.architecture[0]:
            return False
        for index, terms in enumerate(self.combinations):
            if box is not None and index not in self.chosen and terms:
                return False
        for net in (f, g):
            columns = _columns(net)
            for index, terms in enumerate(self.combinations):
                total: dict[int, fmpq] = {}
                for place, factor in terms:
                    if not 0 <= place < len(self.chosen):
                        return False
                    for row, entry in columns.get(self.chosen[place], {}).items():
                        total[row] = total.get(row, fmpq(0)) + rational(factor) * entry
                if {row: entry for row, entry in total.items() if entry != 0} != columns.get(index, {}):
                    return False
        return True

    def restricted(self, net: Network) -> Network:
        """The network of the chosen inputs, where all others are 0."""
        first = take(net.weights[0], np.arange(net.weights[0].shape[0]), self.chosen)
        return assemble((first, *net.weights[1:]), net.biases, net.activations)

    def box(self, box: Box | None) -> Box | None:
        """The box of the chosen inputs."""
        if box is None:
            return None
        return Box(tuple(box.low[i] for i in self.chosen), tuple(box.high[i] for i in self.chosen))

    def lifted(self, point: Sequence[Fraction], box: Box | None) -> tuple[Fraction, ...]:
        """The point with the other inputs 0, or at the lower ends of the box."""
        inputs = list(box.low) if box else [Fraction(0)] * len(self.combinations)
        for index, value in zip(self.chosen, point, strict=True):
            inputs[index] = value
        return tuple(inputs)


def _columns(net: Network) -> dict[int, dict[int, fmpq]]:
    weight = net.weights[0]
    columns: dict[int, dict[int, fmpq]] = {}
    for row, column, number in zip(*(part.tolist() for part in triples(weight)), strict=True):
        columns.setdefault(column, {})[row] = fmpq(number, getattr(weight, "denominator", 1))
    return columns


def spanning_inputs(f: Network, g: Network, box: Box | None) -> SpanningInputs:
    """Inputs that are enough to compare two exact networks: the others change nothing that they do not.

    If the column of an input, in the first layers of f and g together, is a combination of the columns of
    others, then moving this input and moving the others accordingly are the same.  On a box, where the
    others may not move so far, only inputs that are not connected at all are left out.

    Examples
    --------
    >>> net = Network([[[1, 2, 0], [0, 0, 1]], [[1, 1]]])
    >>> spanning_inputs(net, net, None).chosen
    (0, 2)
    """
    dimension = f.architecture[0]
    if box is not None:
        used = set(_columns(f)) | set(_columns(g)) or {0}
        chosen = tuple(sorted(used))
        places = {index: ((chosen.index(index), Fraction(1)),) for index in used}
        terms = tuple(places.get(index, ()) for index in range(dimension))
        return SpanningInputs(chosen, terms if any(map(len, terms)) else ((),) * dimension)
    rows: dict[tuple[int, int], fmpq] = {}
    for owner, net in enumerate((f, g)):
        for column, entries in _columns(net).items():
            for row, entry in entries.items():
                rows[owner * f.architecture[1] + row, column] = entry
    height = f.architecture[1] + g.architecture[1]
    matrix = fmpq_mat(height, dimension)
    for (row, column), entry in rows.items():
        matrix[row, column] = entry
    reduced, rank = matrix.rref()
    table = [[reduced[row, column] for column in range(dimension)] for row in range(rank)]
    chosen = tuple(next(place for place, entry in enumerate(row) if entry != 0) for row in table)
    combinations = tuple(
        tuple(
            (k, Fraction(int(row[column].p), int(row[column].q)))
            for k, row in enumerate(table)
            if row[column]
        )
        for column in range(dimension)
    )
    return SpanningInputs(chosen or (0,), combinations)
