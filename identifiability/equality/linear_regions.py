r"""Cells of two piecewise linear networks, and whether the networks agree on every one.

On R^d, or on a box, the signs of pre-activations cut the domain into polyhedra on which both networks are
affine.  The search decides one unit after the other, layer by layer in turn for both networks.  A unit whose
pre-activation h, an affine function on the cell so far, takes both signs there cuts the cell in two;
otherwise multipliers λ ≥ 0 with h = Σ λ_i g_i over the inequalities g_i ≥ 0 of the cell (Farkas) prove that
it does not.  On a cell that is decided to the end the networks agree iff their affine maps do, because it has
interior points.  The arithmetic is exact throughout.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import TypeAlias

from flint import fmpq, fmpq_mat

from identifiability.activations import Activation
from identifiability.arithmetic import dense
from identifiability.equality.cones import Cone, Vector, cut, half_space, multipliers, value
from identifiability.equality.domains import Box
from identifiability.exact import from_rational, rational
from identifiability.network import Network
from identifiability.normal_forms.ranges import affine_pieces

Step: TypeAlias = "tuple[int, tuple[tuple[int, Fraction], ...]] | None"
"""One decision: None where a cell is cut in two (the part above comes first), otherwise the side, 1 or −1, of
the breakpoint on which the whole cell lies, and the multipliers λ_i with their places i that prove it."""


UNITS_PER_CELL = 10
"""The budget of cells is for networks of about so many units; larger ones are given fewer cells."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A piecewise linear activation: slope and intercept of each piece, and the breakpoints between them."""

    lines: tuple[tuple[Fraction, Fraction], ...]
    breakpoints: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """The networks agree on every cell: the decisions in the order in which they were taken."""

    steps: tuple[Step, ...]
    cells: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The networks differ at a point."""

    point: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """There are more cells than the budget."""

    cells: int


def is_piecewise_linear(net: Network) -> bool:
    """Whether every activation is piecewise linear, so that the network is."""
    return all(max(activation.piece_degrees or (2,)) <= 1 for activation in net.activations)


def linear_pieces(activation: Activation) -> Pieces:
    """The pieces of a piecewise linear activation.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> linear_pieces(activation("relu")).breakpoints
    (Fraction(0, 1),)
    """
    if activation.is_polynomial and activation.piece_degrees == (0,):
        return Pieces(((Fraction(0), activation.exact(Fraction(0))),), ())
    pieces = affine_pieces(activation)
    ends = tuple(piece.high for piece in pieces[:-1] if piece.high is not None)
    return Pieces(tuple((piece.slope, piece.intercept) for piece in pieces), ends)


def box_inequalities(box: Box | None, dimension: int) -> list[Vector]:
    """The inequalities of a box in homogeneous coordinates: from below and from above for each input."""
    inequalities: list[Vector] = []
    for index in range(dimension if box else 0):
        assert box is not None
        for end, sign in ((box.low[index], 1), (box.high[index], -1)):
            h = [0] * (dimension + 1)
            h[0], h[1 + index] = -sign * end.numerator, sign * end.denominator
            inequalities.append(tuple(h))
    return inequalities


def integral(row: Sequence[fmpq]) -> Vector:
    """The positive multiple of a rational row that has coprime integer entries."""
    common = lcm(*(int(entry.q) for entry in row))
    entries = [int(entry.p) * (common // int(entry.q)) for entry in row]
    divisor = gcd(*entries) or 1
    return tuple(entry // divisor for entry in entries)


@dataclass(frozen=True, slots=True)
class _Layer:
    owner: int
    weight: fmpq_mat
    bias: tuple[fmpq, ...]
    pieces: Pieces | None


@dataclass(frozen=True, slots=True)
class _State:
    """A cell, the layer and unit that come next, and the affine maps of both networks so far."""

    stage: int
    cone: Cone
    values: tuple[fmpq_mat, fmpq_mat]
    arguments: tuple[tuple[fmpq, ...], ...]
    unit: int
    passed: int
    results: tuple[tuple[fmpq, ...], ...]


def agree_on_cells(
    f: Network, g: Network, box: Box | None = None, budget: int = 10_000
) -> Agreement | Disagreement | Unfinished:
    """Whether two exact piecewise linear networks agree on R^d or on a box.

    Parameters
    ----------
    f, g : Network
        Exact, piecewise linear, of the same input and output dimensions.
    box : Box, optional
        The domain; None for R^d.
    budget : int
        How many cells may be examined, and a tenth of the times that a unit's sign on a cell may be asked
        for: large networks are given fewer cells.

    Returns
    -------
    Agreement, Disagreement or Unfinished

    Examples
    --------
    >>> f = Network([[[1], [-1]], [[1, 1]], [[1]]])
    >>> agree_on_cells(f, Network([[[1], [-1]], [[1, 1]]])).cells
    2
    >>> agree_on_cells(f, Network([[[1]], [[1]]]))
    Disagreement(point=(Fraction(-1, 1),))
    """
    dimension = f.architecture[0]
    layers = list(_stages(f, g))
    cone: Cone = half_space(dimension)
    for h in box_inequalities(box, dimension):
        part = cut(cone, h)[0]
        assert part is not None
        cone = part
    identity = fmpq_mat(
        dimension + 1,
        dimension + 1,
        [int(i == j) for i in range(dimension + 1) for j in range(dimension + 1)],
    )
    inputs = fmpq_mat(dimension, dimension + 1, identity.entries()[dimension + 1 :])
    stack = [_entered(_State(0, cone, (inputs, inputs), (), 0, 0, ()), layers)]
    steps: list[Step] = []
    cells = 0
    while stack:
        state = stack.pop()
        while state.stage < len(layers):
            layer = layers[state.stage]
            pieces = layer.pieces
            if pieces is None:
                # An output layer: its values are kept as they are.
                state = _left(state, layers)
                continue
            if state.unit == len(state.arguments):
                state = _left(state, layers)
                continue
            row = state.arguments[state.unit]
            if state.passed == len(pieces.breakpoints):
                state = _decided(state, pieces, state.passed)
                continue
            h = integral((row[0] - rational(pieces.breakpoints[state.passed]), *row[1:]))
            above, below = cut(state.cone, h)
            if above is None:
                steps.append((-1, multipliers(state.cone, tuple(-entry for entry in h))))
                state = _decided(state, pieces, state.passed)
            elif below is None:
                steps.append((1, multipliers(state.cone, h)))
                state = _passed(state, state.cone)
            else:
                steps.append(None)
                stack.append(_decided(_passed(state, below, 0), pieces, state.passed))
                state = _passed(state, above)
        cells += 1
        gap = (state.values[0] - state.values[1]).entries()
        if any(entry != 0 for entry in gap):
            return Disagreement(_point(state.cone, gap, dimension))
        if stack and (cells >= budget or len(steps) >= UNITS_PER_CELL * budget):
            return Unfinished(cells)
    return Agreement(tuple(steps), cells)


def _stages(f: Network, g: Network) -> Iterator[_Layer]:
    for index in range(max(f.depth, g.depth)):
        for owner, net in enumerate((f, g)):
            if index < net.depth:
                entries = [rational(entry) for entry in dense(net.weights[index]).ravel().tolist()]
                bias = tuple(rational(entry) for entry in net.bias(index).tolist())
                pieces = linear_pieces(net.activations[index]) if index < net.depth - 1 else None
                yield _Layer(
                    owner,
                    fmpq_mat(net.architecture[index + 1], net.architecture[index], entries),
                    bias,
                    pieces,
                )


def _entered(state: _State, layers: Sequence[_Layer]) -> _State:
    """The state with the pre-activations of its layer."""
    if state.stage == len(layers):
        return state
    layer = layers[state.stage]
    columns = state.values[layer.owner].ncols()
    entries = (layer.weight * state.values[layer.owner]).entries()
    rows = [entries[start : start + columns] for start in range(0, len(entries), columns)]
    arguments = tuple((row[0] + shift, *row[1:]) for row, shift in zip(rows, layer.bias, strict=True))
    return _State(state.stage, state.cone, state.values, arguments, 0, 0, ())


def _left(state: _State, layers: Sequence[_Layer]) -> _State:
    layer = layers[state.stage]
    rows = state.arguments if layer.pieces is None else state.results
    columns = state.values[layer.owner].ncols()
    matrix = fmpq_mat(len(rows), columns, [entry for row in rows for entry in row])
    values = (matrix, state.values[1]) if layer.owner == 0 else (state.values[0], matrix)
    return _entered(_State(state.stage + 1, state.cone, values, (), 0, 0, ()), layers)


def _passed(state: _State, cone: Cone, more: int = 1) -> _State:
    """The state on a part of the cell, above one more breakpoint of the unit."""
    return _State(
        state.stage, cone, state.values, state.arguments, state.unit, state.passed + more, state.results
    )


def _decided(state: _State, pieces: Pieces, piece: int) -> _State:
    slope, intercept = (rational(part) for part in pieces.lines[piece])
    row = state.arguments[state.unit]
    result = (slope * row[0] + intercept, *(slope * entry for entry in row[1:]))
    return _State(
        state.stage, state.cone, state.values, state.arguments, state.unit + 1, 0, (*state.results, result)
    )


def _point(cone: Cone, gap: Sequence[fmpq], dimension: int) -> tuple[Fraction, ...]:
    """A point of the cell at which one of the affine functions in the rows of the gap is not zero."""
    inside = cone.interior()
    row = next(
        integral(gap[start : start + dimension + 1])
        for start in range(0, len(gap), dimension + 1)
        if any(gap[start : start + dimension + 1])
    )
    if value(row, inside) == 0:
        # The function does not vanish on all generators; half of that generator is added.
        generators = [ray for ray, _ in cone.rays] + list(cone.lines)
        other = next(vector for vector in generators if value(row, vector))
        inside = tuple(2 * a + b for a, b in zip(inside, other, strict=True))
    return tuple(from_rational(fmpq(entry, inside[0])) for entry in inside[1:])
