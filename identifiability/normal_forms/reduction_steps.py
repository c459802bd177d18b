"""The log of a reduction: hidden units removed one lot after another, to be replayed or undone.

Each step removes some units of one layer, because on the inputs considered each of them is

.. math:: σ(u_j) = \\sum_i f_{ji}\\,σ(u_i) + t_j

for units i that stay, and the next layer takes it over; or because nothing uses it.  Replaying a step checks
this again, on its own, before anything is changed.  A step also keeps what it removed and overwrote, so that
undoing it restores the network bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

from identifiability.activations import Activation
from identifiability.blocks import joined, stacked, take
from identifiability.errors import InvalidInput
from identifiability.network import Network, assemble
from identifiability.normal_forms.columns import Constants, Factors, Rounding, absorbed
from identifiability.normal_forms.constant_units import constant_value, is_constant
from identifiability.normal_forms.range_units import affine_units
from identifiability.normal_forms.ranges import Intervals
from identifiability.normal_forms.row_classes import relation, zero_columns, zero_rows
from identifiability.symmetry.symmetries import symmetry_group
from identifiability.weights import (
    Bias,
    Rationals,
    SparseRationals,
    Weight,
    float_matrix,
    is_sparse,
    read_only,
    triples,
)

REASONS = {
    "constant": "without incoming weights: constants, folded into the next bias",
    "equal": "equal to others up to a symmetry of the activation: merged with them",
    "affine": "affine on the domain: folded into the next bias and into other affine units",
    "unused": "without outgoing weights: dropped",
}
"""Why units are removed."""


@dataclass(slots=True)
class Parts:
    """The weights and biases of a network while it is being changed."""

    weights: list[Weight]
    biases: list[Bias]
    activations: tuple[Activation, ...]

    @classmethod
    def of(cls, net: Network) -> Parts:
        """The parts of a network."""
        return cls(list(net.weights), list(net.biases), net.activations)

    def network(self) -> Network:
        """The network of the parts."""
        return assemble(self.weights, self.biases, self.activations)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Some units of one hidden layer removed.

    Attributes
    ----------
    layer : int
        The hidden layer, counted from 0.
    reason : str
        One of :data:`REASONS`.
    units : array of int
        What was removed, counted as in the layer just before the step.
    factors : mapping
        f_{ji}: for each removed unit j, the pairs (i, f).
    constants : mapping
        t_j where it is not 0: a Fraction, or a ball where it is irrational.
    """

    layer: int
    reason: str
    units: NDArray[np.int64]
    factors: Factors
    constants: Constants
    removed: _Removed = field(repr=False)

    def __str__(self) -> str:
        count = len(self.units)
        return f"layer {self.layer}: {count} unit{'s' * (count != 1)} {REASONS[self.reason]}"


@dataclass(frozen=True, slots=True, eq=False)
class _Removed:
    """What a step removed: rows, biases and columns; and what it overwrote: columns and the next bias."""

    rows: Weight
    biases: Bias
    columns: Weight
    targets: NDArray[np.int64]
    overwritten: Weight
    next_bias: Bias


def removal(
    parts: Parts, layer: int, reason: str, units: NDArray[np.int64], factors: Factors, constants: Constants
) -> tuple[Step, Rounding]:
    """Remove units of a layer, and let the next layer take over what they contributed."""
    weight, bias, onward = parts.weights[layer], parts.biases[layer], parts.weights[layer + 1]
    kept = np.delete(np.arange(weight.shape[0]), units)
    into = {i for terms in factors.values() for i, _ in terms}
    targets = np.array(sorted(into), dtype=np.int64)
    inputs, outputs = np.arange(weight.shape[1]), np.arange(onward.shape[0])
    held = _Removed(
        take(weight, units, inputs),
        _entries(bias, units),
        take(onward, outputs, units),
        targets,
        take(onward, outputs, targets),
        parts.biases[layer + 1],
    )
    moved, shifted, rounding = absorbed(onward, parts.biases[layer + 1], units, factors, constants)
    parts.weights[layer] = take(weight, kept, inputs)
    parts.biases[layer] = _entries(bias, kept)
    parts.weights[layer + 1], parts.biases[layer + 1] = moved, shifted
    return Step(layer, reason, units, factors, constants, held), rounding


def _entries(bias: Bias, index: NDArray[np.int64]) -> Bias:
    if isinstance(bias, Rationals):
        return Rationals(bias.numerators[index], bias.denominator)
    return read_only(bias[index])


def _restored(parts: Parts, step: Step) -> None:
    layer, held = step.layer, step.removed
    weight, bias = parts.weights[layer], parts.biases[layer]
    onward = parts.weights[layer + 1]
    total = weight.shape[0] + len(step.units)
    kept = np.delete(np.arange(total), step.units)
    order = np.argsort(np.concatenate([kept, step.units]), kind="stable")
    parts.weights[layer] = take(stacked([weight, held.rows]), order, np.arange(weight.shape[1]))
    parts.biases[layer] = _entries(joined([bias, held.biases]), order)
    whole = [(onward, kept), (held.columns, step.units), (held.overwritten, held.targets)]
    parts.weights[layer + 1] = _columns_in_place(whole, total)
    parts.biases[layer + 1] = held.next_bias


def _columns_in_place(blocks: Sequence[tuple[Weight, NDArray[np.int64]]], total: int) -> Weight:
    """The matrix whose columns are those of the blocks, each where it belongs; later ones overwrite."""
    first: Any = blocks[0][0]
    height = first.shape[0]
    if isinstance(first, np.ndarray):
        floats = np.empty((height, total), dtype=first.dtype)
        for block, place in blocks:
            floats[:, place] = block
        return read_only(floats)
    if isinstance(first, Rationals):
        entries = np.empty((height, total), dtype=object)
        for block, place in blocks:
            assert isinstance(block, Rationals)
            entries[:, place] = block.numerators * Fraction(1, block.denominator)
        return Rationals(entries)
    rows, columns, values = [], [], []
    for index, (block, place) in enumerate(blocks):
        later = [other for _, other in blocks[index + 1 :]]
        row, column, value = triples(block)
        stays = ~np.isin(place[column], np.concatenate([*later, np.zeros(0, dtype=np.int64)]))
        rows.append(row[stays].astype(np.int64))
        columns.append(place[column[stays]])
        below = block.denominator if isinstance(block, SparseRationals) else 1
        values.append(value[stays] * Fraction(1, below) if below != 1 else value[stays])
    index_of = np.concatenate(rows), np.concatenate(columns)
    if isinstance(first, SparseRationals):
        return SparseRationals((height, total), *index_of, np.concatenate(values).tolist())
    return float_matrix(*index_of, np.concatenate(values), (height, total))


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a reduction, in the order in which they were taken.

    Examples
    --------
    >>> from identifiability.normal_forms.reduction import reduce
    >>> net = Network([[[1], [1], [2]], [[3, 4, 5]]], activation="tanh")
    >>> steps = reduce(net).steps
    >>> print(steps)
    layer 0: 1 unit equal to others up to a symmetry of the activation: merged with them
    >>> steps.apply(net) == reduce(net).network, steps.invert(reduce(net).network) == net
    (True, True)
    """

    steps: tuple[Step, ...] = ()
    box: Intervals | None = None

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __str__(self) -> str:
        return "\n".join(map(str, self.steps)) or "nothing to remove"

    def apply(self, net: Network) -> Network:
        """Take the steps again, after checking each of them on the network.

        Raises
        ------
        InvalidInput
            If a step does not keep the function of the network that it meets.
        """
        parts = Parts.of(net)
        for step in self.steps:
            if not justified(parts, step, self.box):
                raise InvalidInput(
                    f"'{step}' does not keep the function of {net!r}; apply the steps to the network "
                    "that was reduced"
                )
            removal(parts, step.layer, step.reason, step.units, step.factors, step.constants)
        return parts.network()

    def invert(self, net: Network) -> Network:
        """Undo the steps, last one first: the reduced network gives the original one, bit for bit.

        Raises
        ------
        InvalidInput
            If the network does not have the shape of the reduced one.
        """
        parts = Parts.of(net)
        for step in reversed(self.steps):
            if not _fits(parts, step):
                raise InvalidInput(
                    f"'{step}' cannot be undone on {net!r}; pass the reduced network, or one of its shape"
                )
            _restored(parts, step)
        return parts.network()


def _fits(parts: Parts, step: Step) -> bool:
    held, layer = step.removed, step.layer
    if layer + 1 >= len(parts.weights):
        return False
    weight, onward = parts.weights[layer], parts.weights[layer + 1]
    return (
        weight.shape[1] == held.rows.shape[1]
        and onward.shape[0] == held.columns.shape[0]
        and isinstance(parts.biases[layer], Rationals) == isinstance(held.biases, Rationals)
        and is_sparse(onward) == is_sparse(held.columns)
        and is_sparse(weight) == is_sparse(held.rows)
        and (not len(held.targets) or int(held.targets.max()) < weight.shape[0] + len(step.units))
    )


def justified(parts: Parts, step: Step, box: Intervals | None = None) -> bool:
    """Whether a step keeps the function: each reason is checked on its own, exactly."""
    layer = step.layer
    if layer + 1 >= len(parts.weights):
        return False
    weight, bias, activation = parts.weights[layer], parts.biases[layer], parts.activations[layer]
    units = step.units
    if not len(units) or not _increasing(units, int(weight.shape[0])):
        return False
    gone = set(units.tolist())
    if set(step.constants) - gone or set(step.factors) - gone:
        return False
    if any(not 0 <= i < weight.shape[0] or i in gone for terms in step.factors.values() for i, _ in terms):
        return False
    if step.reason == "unused":
        return (
            not step.factors
            and not step.constants
            and bool(zero_columns(parts.weights[layer + 1])[units].all())
        )
    if step.reason == "constant":
        empty = is_constant(activation) or bool(zero_rows(weight)[units].all())
        values = constants_of(activation, bias, units)
        return empty and not step.factors and _same_constants(values, step.constants)
    if step.reason == "equal":
        group = symmetry_group(activation)
        for j in units.tolist():
            terms = step.factors.get(j, ())
            found = relation(weight, bias, group, j, terms[0][0]) if len(terms) == 1 else None
            if (
                found is None
                or found.factor != terms[0][1]
                or found.constant != step.constants.get(j, Fraction(0))
            ):
                return False
        return True
    if step.reason != "affine" or box is None:
        return False
    again = affine_units(parts.weights, parts.biases, parts.activations, layer, box)
    return (
        np.array_equal(again.units, units)
        and again.factors == step.factors
        and again.constants == step.constants
    )


def constants_of(activation: Activation, bias: Bias, units: NDArray[np.int64]) -> dict[int, Fraction | arb]:
    """σ(b) for units without incoming weights, where it is not 0."""
    values: dict[int, Fraction | arb] = {}
    known: dict[Fraction, Fraction | arb] = {}
    for unit in units.tolist():
        b = entry(bias, unit)
        value = known.setdefault(b, constant_value(activation, b)) if b not in known else known[b]
        if isinstance(value, arb) or value != 0:
            values[unit] = value
    return values


def entry(bias: Bias, unit: int) -> Fraction:
    """One bias, exactly; a float stands for the binary fraction that it is."""
    if isinstance(bias, Rationals):
        return Fraction(bias.numerators[unit], bias.denominator)
    return Fraction(float(bias[unit]))


def _increasing(units: NDArray[np.int64], width: int) -> bool:
    return bool((np.diff(units) > 0).all()) and int(units[0]) >= 0 and int(units[-1]) < width


def _same_constants(one: Constants, two: Constants) -> bool:
    if set(one) != set(two):
        return False
    for unit, value in one.items():
        other = two[unit]
        if isinstance(value, arb) != isinstance(other, arb):
            return False
        if isinstance(value, arb) and isinstance(other, arb):
            if not value.overlaps(other):
                return False
        elif value != other:
            return False
    return True
