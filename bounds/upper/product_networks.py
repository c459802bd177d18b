"""The ReLU and RePU networks of :mod:`bounds.upper.product_layouts`, built: in floats, or exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

import numpy as np
from flint import fmpq_mat

from bounds.upper.axis_rules import AxisRule, Weights
from bounds.upper.number_arrays import (
    Numbers,
    combination,
    diagonal,
    is_exact,
    kron,
    number,
    numbers,
    placed,
    repeated,
    sparse,
)
from bounds.upper.product_layouts import RELU, SQUARE, products
from identifiability.arithmetic import dense
from identifiability.blocks import product as matrix_product
from identifiability.blocks import stacked, take
from identifiability.exact import from_rational
from identifiability.network import Network
from identifiability.weights import Weight


@dataclass(frozen=True, slots=True)
class Forms:
    """Affine functions of the units of a layer: a row of coefficients and a constant for each.

    ``bound`` is at least the absolute value of each on the cube.
    """

    rows: Weight
    constants: Numbers
    bound: Fraction


@dataclass(frozen=True, slots=True)
class Family:
    """Functions f_v on an axis, one for each node, as polynomials on the cells.

    ``total`` is the constant Σ_v f_v.
    """

    pieces: tuple[Weights, ...]
    bound: Fraction
    total: int


def product_network(
    rule: AxisRule, m: int, values: Numbers, scale: Fraction | float, *, corrected: bool
) -> Network:
    """The tensor product of a rule, with given weights at the nodes.

    Parameters
    ----------
    rule : AxisRule
        The same on every axis.
    m : int
        The number of variables.
    values : ndarray
        The weights of the N^m nodes, last axis fastest; Fractions for an exact network.
    scale : real number, a Fraction if the values are
        A bound of their absolute values, positive; the weights inside are of the order of 1.
    corrected : bool
        Whether one coordinate at a time follows the rule and the others its linear interpolant.
    """
    exact = is_exact(values)
    one = Fraction(1)
    whole, linear = Family(rule.weights, rule.norm, 1), Family(rule.linear, one, 1)
    families: tuple[Family, ...] = (linear, _difference(rule)) if corrected else (whole,)
    summed = (whole, linear) if corrected else (whole,)
    layers, activations, blocks = _local_powers(rule, m, exact)
    width = layers[-1][0].shape[0]
    units_per_axis = width // m
    functions = [
        [_on_units(family, rule, blocks, axis * units_per_axis, width) for family in families]
        for axis in range(m)
    ]
    weights = values * (1 / scale) if exact else values / float(scale)
    table = weights.reshape(-1, len(rule.nodes))
    places = np.divmod(np.arange(table.size), len(rule.nodes))
    weighing = sparse(table.shape, *places, table.ravel(), exact)
    sums = []
    for family in summed:
        last = _on_units(family, rule, blocks, (m - 1) * units_per_axis, width)
        sums.append(Forms(matrix_product(weighing, last.rows), table @ last.constants, family.bound))
    for level in range(m - 1, 0, -1):
        layer, sums, functions = _stage(sums, functions[:level], families)
        layers.append(layer)
        activations.append(SQUARE)
    output = sums[0]
    layers.append((combination((scale, output.rows)), scale * output.constants))
    return Network([matrix for matrix, _ in layers], [bias for _, bias in layers], activations)


def _difference(rule: AxisRule) -> Family:
    """The rule minus linear interpolation."""
    pieces = []
    for whole, linear in zip(rule.weights, rule.linear, strict=True):
        piece = dict(whole)
        for node, coefficients in linear.items():
            longer = piece.get(node, ())
            size = max(len(longer), len(coefficients))
            padded = [part + (Fraction(0),) * (size - len(part)) for part in (longer, coefficients)]
            piece[node] = tuple(one - other for one, other in zip(*padded, strict=True))
        pieces.append(piece)
    return Family(tuple(pieces), rule.norm + 1, 0)


Layer = tuple[Weight, Numbers]


def _powers(degree: int) -> list[tuple[int, int]]:
    """(sign, shift) of the units (sign·σ + shift)^p: σ, 1 − σ, 1 + σ, 2 − σ, 2 + σ, ..."""
    both = [(1, 0)]
    for shift in range(1, degree):
        both += [(-1, shift), (1, shift)]
    return both[:degree]


def _local_powers(rule: AxisRule, m: int, exact: bool) -> tuple[list[Layer], list[str], Weight]:
    """The layers up to the powers of the local variables, and how σ, ..., σ^p of an axis are made of them.

    The last result has a row for each (cell, power), columns for the units of an axis and one for the
    constant.
    """
    cells = len(rule.lengths)
    units = np.arange(m * cells)
    reading = sparse((m * cells, m), units, units // cells, np.ones(m * cells, dtype=int), exact)
    kinks = (reading, numbers([-low for low in rule.breaks[:-1]] * m, exact))
    # sigma_c = (relu(x - b_c) - relu(x - b_{c+1})) / length_c; no kink is needed at 1.
    steps = np.arange(cells)
    slopes = [1 / length for length in rule.lengths]
    local = sparse(
        (cells, cells),
        np.concatenate([steps, steps[:-1]]),
        np.concatenate([steps, steps[1:]]),
        numbers([*slopes, *(-slope for slope in slopes[:-1])], exact),
        exact,
    )
    if rule.degree == 1:
        return [kinks], [RELU], placed(local, 0, cells + 1)
    powers = _powers(rule.degree)
    signs = _column([sign for sign, _ in powers], exact)
    shifts = [shift for _, shift in powers]
    raised = (repeated(kron(local, signs), m), numbers(shifts * (m * cells), exact))
    change = _change_of_basis(rule.degree, powers)
    constants = [-sum(a * s**rule.degree for a, s in zip(row, shifts, strict=True)) for row in change]
    rows, columns = np.divmod(np.arange(rule.degree**2), rule.degree)
    square = sparse(
        (rule.degree, rule.degree), rows, columns, numbers([a for row in change for a in row], exact), exact
    )
    width = cells * rule.degree
    whole = combination(
        (1, placed(kron(diagonal(numbers([1] * cells, exact), exact), square), 0, width + 1)),
        (1, placed(_column(constants * cells, exact), width, width + 1)),
    )
    return [kinks, raised], [RELU, f"repu(p={rule.degree})"], whole


def _column(entries: Sequence[Fraction | int], exact: bool) -> Weight:
    """A sparse matrix of one column."""
    steps = np.arange(len(entries))
    return sparse((len(entries), 1), steps, 0 * steps, numbers(entries, exact), exact)


def _change_of_basis(degree: int, powers: list[tuple[int, int]]) -> list[list[Fraction]]:
    """σ^k, k = 1..p, in terms of (sign·σ + shift)^p − shift^p, by exact inversion."""
    matrix = fmpq_mat(
        degree,
        degree,
        [
            comb(degree, k) * sign**k * shift ** (degree - k)
            for sign, shift in powers
            for k in range(1, degree + 1)
        ],
    )
    return [[from_rational(entry) for entry in row] for row in matrix.inv().tolist()]


def _on_units(family: Family, rule: AxisRule, blocks: Weight, first: int, width: int) -> Forms:
    """The functions of a family on the axis whose units begin at some column."""
    nodes, degree, exact = len(rule.nodes), rule.degree, not hasattr(blocks, "tocsr")
    constants = [Fraction(0)] * nodes
    for node, coefficients in family.pieces[0].items():
        constants[node] = coefficients[0]
    # A local variable is 0 before its cell and 1 after it, so that only the increments are added.
    places = [
        (node, cell * degree + power, coefficient)
        for cell, piece in enumerate(family.pieces)
        for node, coefficients in piece.items()
        for power, coefficient in enumerate(coefficients[1:])
    ]
    row, column, entries = zip(*places, strict=True)
    table = sparse((nodes, len(rule.lengths) * degree), row, column, numbers(entries, exact), exact)
    rows = matrix_product(table, blocks)
    every, own = np.arange(nodes), rows.shape[1] - 1
    return Forms(
        placed(take(rows, every, np.arange(own)), first, width),
        numbers(constants, exact) + dense(take(rows, every, [own])).ravel(),
        family.bound,
    )


def _stage(
    sums: list[Forms], functions: list[list[Forms]], families: tuple[Family, ...]
) -> tuple[Layer, list[Forms], list[list[Forms]]]:
    """One layer of squares: the products over the last coordinate of ``functions``, and the rest carried."""
    level, nodes = len(functions), len(functions[-1][0].constants)
    exact = is_exact(sums[0].constants)
    beginnings = nodes**level
    wanted = products(len(families), is_last=level == 1)
    parts: list[Layer] = []
    lifts = []
    for product in wanted:
        total, own = sums[product.sum], functions[-1][product.family]
        lift = total.bound + own.bound + 1
        which = np.arange(beginnings) % nodes
        rows, constants = take(own.rows, which, np.arange(own.rows.shape[1])), own.constants[which]
        raised = total.constants + number(lift, exact)
        parts += [(combination((1, total.rows), (sign, rows)), raised + sign * constants) for sign in (1, -1)]
        lifts.append(lift)
    carried = [form for axis in functions[:-1] for form in axis]
    for form in carried:
        raised = number(form.bound + 1, exact)
        parts += [(combination((sign, form.rows)), raised + sign * form.constants) for sign in (1, -1)]
    layer = (stacked([rows for rows, _ in parts]), np.concatenate([bias for _, bias in parts]))
    width = layer[0].shape[0]

    made = []
    for index, (product, lift) in enumerate(zip(wanted, lifts, strict=True)):
        family = families[product.family]
        made.append(
            Forms(
                placed(_summing(beginnings // nodes, nodes, exact), 2 * beginnings * index, width),
                numbers([-lift * family.total] * (beginnings // nodes), exact),
                sums[product.sum].bound * family.bound,
            )
        )
    next_sums = [made[0]]
    if len(families) == 2:
        corrected = Forms(
            combination((1, made[0].rows), (1, made[1].rows)),
            made[0].constants + made[1].constants,
            made[0].bound + made[1].bound,
        )
        next_sums = [corrected, *made[2:]]
    first = 2 * beginnings * len(wanted)
    next_functions = []
    for axis in range(level - 1):
        forms = []
        for form in carried[axis * len(families) : (axis + 1) * len(families)]:
            quarter = 1 / (4 * (form.bound + 1))
            forms.append(
                Forms(
                    placed(_halves(nodes, quarter, exact), first, width),
                    numbers([0] * nodes, exact),
                    form.bound,
                )
            )
            first += 2 * nodes
        next_functions.append(forms)
    return layer, next_sums, next_functions


def _summing(sums: int, nodes: int, exact: bool) -> Weight:
    """(A² − B²)/4 added up over the last coordinate; the units A come before the units B."""
    columns = np.arange(2 * sums * nodes)
    quarters = numbers([Fraction(1, 4), Fraction(-1, 4)], exact)[columns // (sums * nodes)]
    return sparse((sums, len(columns)), columns % (sums * nodes) // nodes, columns, quarters, exact)


def _halves(nodes: int, quarter: Fraction, exact: bool) -> Weight:
    """(A² − B²) times a number, for every node."""
    columns = np.arange(2 * nodes)
    entries = numbers([quarter, -quarter], exact)[columns // nodes]
    return sparse((nodes, 2 * nodes), columns % nodes, columns, entries, exact)
