"""The replay of a proof that two piecewise linear networks agree on every cell.

Nothing is searched and no geometry is done.  The decisions are followed in the order in which they are
listed; each claim that a cell lies on one side of a breakpoint is an identity between affine functions, and
at the end of each branch two affine maps are compared.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import TypeAlias

from flint import fmpq

from identifiability.equality.domains import Box
from identifiability.equality.linear_regions import Step, linear_pieces
from identifiability.exact import rational
from identifiability.network import Network

Row: TypeAlias = "list[fmpq]"
Walk: TypeAlias = "Generator[Row, bool, bool]"
Inequality: TypeAlias = "tuple[int, ...]"


def proves(f: Network, g: Network, box: Box | None, steps: Sequence[Step]) -> bool:
    """Whether the decisions prove that two exact piecewise linear networks agree on R^d or on the box.

    Affine functions are rows of d + 1 numbers, the constant first.  The inequalities of a cell are, in this
    order: 1 ≥ 0, those of the box, and for each cut the breakpoint's; each as coprime integers.

    Examples
    --------
    >>> f = Network([[[1], [-1]], [[1, 1]], [[1]]])
    >>> g = Network([[[1], [-1]], [[1, 1]]])
    >>> from identifiability.equality.linear_regions import agree_on_cells
    >>> steps = agree_on_cells(f, g).steps
    >>> proves(f, g, None, steps), proves(f, g, None, steps[:-1])
    (True, False)
    """
    entries = tuple(
        tuple([rational(entry) for entry in row] for row in net.weight(layer).tolist())
        for net in (f, g)
        for layer in range(net.depth)
    )
    given = iter(steps)
    # A branch is what its cell satisfies, and the sides of the breakpoints that were decided so far.
    branches = [(_domain(f.architecture[0], box), list[bool]())]
    while branches:
        inequalities, sides = branches.pop()
        walk = _walk(f, g, entries)
        try:
            test = next(walk)
            for side in sides:
                test = walk.send(side)
            while True:
                h = _coprime(test)
                try:
                    step = next(given)
                except StopIteration:
                    return False
                if step is None:
                    opposite = tuple(-entry for entry in h)
                    branches.append(([*inequalities, opposite], [*sides, False]))
                    inequalities = [*inequalities, h]
                elif not _implied(h, step, inequalities):
                    return False
                sides = [*sides, step is None or step[0] == 1]
                test = walk.send(sides[-1])
        except StopIteration as end:
            if not end.value:
                return False
    return next(given, 0) == 0


def _walk(f: Network, g: Network, entries: Sequence[Sequence[Row]]) -> Walk:
    """Ask on which side of each breakpoint each pre-activation lies, and say at last if the maps agree."""
    dimension = f.architecture[0]
    inputs = [[fmpq(int(i == j)) for j in range(dimension + 1)] for i in range(1, dimension + 1)]
    values: list[list[Row]] = [inputs, inputs]
    for layer in range(max(f.depth, g.depth)):
        for owner, net in enumerate((f, g)):
            if layer >= net.depth:
                continue
            weight = entries[layer + owner * f.depth]
            arguments = [
                _affine(row, values[owner], rational(shift), dimension)
                for row, shift in zip(weight, net.bias(layer).tolist(), strict=True)
            ]
            if layer == net.depth - 1:
                values[owner] = arguments
                continue
            pieces = linear_pieces(net.activations[layer])
            lines = [(rational(slope), rational(shift)) for slope, shift in pieces.lines]
            ends = [rational(end) for end in pieces.breakpoints]
            values[owner] = []
            for row in arguments:
                piece = 0
                for end in ends:
                    if not (yield [row[0] - end, *row[1:]]):
                        break
                    piece += 1
                slope, shift = lines[piece]
                values[owner].append([slope * row[0] + shift, *(slope * entry for entry in row[1:])])
    return values[0] == values[1]


def _affine(row: Row, values: Sequence[Row], shift: fmpq, dimension: int) -> Row:
    total = [shift, *([fmpq(0)] * dimension)]
    for factor, value in zip(row, values, strict=True):
        if factor != 0:
            total = [one + factor * two for one, two in zip(total, value, strict=True)]
    return total


def _domain(dimension: int, box: Box | None) -> list[Inequality]:
    inequalities: list[Inequality] = [(1, *([0] * dimension))]
    for index in range(dimension if box else 0):
        assert box is not None
        for end, sign in ((box.low[index], 1), (box.high[index], -1)):
            h = [fmpq(0)] * (dimension + 1)
            h[0], h[1 + index] = rational(-sign * end), fmpq(sign)
            inequalities.append(_coprime(h))
    return inequalities


def _coprime(row: Row) -> Inequality:
    common = lcm(*(int(entry.q) for entry in row))
    integers = [int((entry * common).p) for entry in row]
    divisor = gcd(*integers) or 1
    return tuple(entry // divisor for entry in integers)


def _implied(
    h: Inequality, step: tuple[int, tuple[tuple[int, Fraction], ...]], inequalities: Sequence[Inequality]
) -> bool:
    """Whether side · h is the stated combination, with no negative multiplier, of the inequalities."""
    side, factors = step
    if side not in (1, -1):
        return False
    total = [Fraction(0)] * len(h)
    for place, factor in factors:
        if factor < 0 or not 0 <= place < len(inequalities):
            return False
        total = [one + factor * two for one, two in zip(total, inequalities[place], strict=True)]
    return total == [side * entry for entry in h]
