"""The ReLU and RePU networks of :mod:`bounds.upper.product_layouts`, built."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb

import numpy as np
from flint import fmpq_mat
from numpy.typing import NDArray
from scipy.sparse import block_diag, coo_array, csr_array, diags_array, eye_array, hstack, kron, vstack

from bounds.upper.axis_rules import AxisRule, Weights
from bounds.upper.product_layouts import RELU, SQUARE, products
from identifiability.exact import from_rational
from identifiability.network import Network

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Forms:
    """Affine functions of the units of a layer: a row of coefficients and a constant for each.

    ``bound`` is at least the absolute value of each on the cube.
    """

    rows: csr_array
    constants: Floats
    bound: float


@dataclass(frozen=True, slots=True)
class Family:
    """Functions f_v on an axis, one for each node, as polynomials on the cells.

    ``total`` is the constant Σ_v f_v.
    """

    pieces: tuple[Weights, ...]
    bound: float
    total: float


def product_network(rule: AxisRule, m: int, values: Floats, scale: float, *, corrected: bool) -> Network:
    """The tensor product of a rule, with given weights at the nodes.

    Parameters
    ----------
    rule : AxisRule
        The same on every axis.
    m : int
        The number of variables.
    values : ndarray
        The weights of the N^m nodes, last axis fastest.
    scale : float
        A bound of their absolute values, positive; the weights inside are of the order of 1.
    corrected : bool
        Whether one coordinate at a time follows the rule and the others its linear interpolant.
    """
    norm = float(rule.norm)
    whole, linear = Family(rule.weights, norm, 1.0), Family(rule.linear, 1.0, 1.0)
    families: tuple[Family, ...] = (linear, _difference(rule, norm)) if corrected else (whole,)
    summed = (whole, linear) if corrected else (whole,)
    layers, activations, blocks = _local_powers(rule, m)
    width = layers[-1][0].shape[0]
    units_per_axis = width // m
    functions = [
        [_on_units(family, rule, blocks, axis * units_per_axis, width) for family in families]
        for axis in range(m)
    ]
    table = csr_array((values / scale).reshape(-1, len(rule.nodes)))
    sums = []
    for family in summed:
        last = _on_units(family, rule, blocks, (m - 1) * units_per_axis, width)
        sums.append(Forms(table @ last.rows, table @ last.constants, family.bound))
    for level in range(m - 1, 0, -1):
        layer, sums, functions = _stage(sums, functions[:level], families)
        layers.append(layer)
        activations.append(SQUARE)
    layers.append((scale * sums[0].rows, scale * sums[0].constants))
    return Network([matrix for matrix, _ in layers], [bias for _, bias in layers], activations)


def _difference(rule: AxisRule, norm: float) -> Family:
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
    return Family(tuple(pieces), norm + 1.0, 0.0)


Layer = tuple[csr_array, Floats]


def _powers(degree: int) -> list[tuple[int, int]]:
    """(sign, shift) of the units (sign·σ + shift)^p: σ, 1 − σ, 1 + σ, 2 − σ, 2 + σ, ..."""
    both = [(1, 0)]
    for shift in range(1, degree):
        both += [(-1, shift), (1, shift)]
    return both[:degree]


def _local_powers(rule: AxisRule, m: int) -> tuple[list[Layer], list[str], csr_array]:
    """The layers up to the powers of the local variables, and how σ, ..., σ^p of an axis are made of them.

    The last result has a row for each (cell, power), columns for the units of an axis and one for the
    constant.
    """
    cells = len(rule.lengths)
    lows, lengths = (
        np.array([float(low) for low in rule.breaks[:-1]]),
        np.array([float(x) for x in rule.lengths]),
    )
    kinks = (csr_array(kron(eye_array(m), np.ones((cells, 1)))), np.tile(-lows, m))
    # sigma_c = (relu(x - b_c) - relu(x - b_{c+1})) / length_c; no kink is needed at 1.
    local = csr_array(diags_array([1 / lengths, -1 / lengths[:-1]], offsets=[0, 1], shape=(cells, cells)))
    if rule.degree == 1:
        return [kinks], [RELU], csr_array(hstack([local, csr_array((cells, 1))]))
    powers = _powers(rule.degree)
    signs = np.array([[float(sign)] for sign, _ in powers])
    shifts = np.array([float(shift) for _, shift in powers])
    reading = csr_array(block_diag([kron(local, signs)] * m))
    raised = (reading, np.tile(shifts, m * cells))
    change = _change_of_basis(rule.degree, powers)
    constants = -change @ shifts**rule.degree
    rows = hstack([kron(eye_array(cells), change), np.tile(constants, cells).reshape(-1, 1)])
    return [kinks, raised], [RELU, f"repu(p={rule.degree})"], csr_array(rows)


def _change_of_basis(degree: int, powers: list[tuple[int, int]]) -> Floats:
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
    inverse = matrix.inv()
    return np.array([[float(from_rational(entry)) for entry in row] for row in inverse.tolist()])


def _on_units(family: Family, rule: AxisRule, blocks: csr_array, first: int, width: int) -> Forms:
    """The functions of a family on the axis whose units begin at some column."""
    nodes, degree = len(rule.nodes), rule.degree
    constants = np.zeros(nodes)
    for node, coefficients in family.pieces[0].items():
        constants[node] = float(coefficients[0])
    # A local variable is 0 before its cell and 1 after it, so that only the increments are added.
    places = [
        (node, cell * degree + power, float(coefficient))
        for cell, piece in enumerate(family.pieces)
        for node, coefficients in piece.items()
        for power, coefficient in enumerate(coefficients[1:])
    ]
    row, column, entries = (np.array(part) for part in zip(*places, strict=True))
    table = csr_array(coo_array((entries, (row, column)), shape=(nodes, len(rule.lengths) * degree)))
    rows = table @ blocks
    own = rows[:, :-1]
    before, after = csr_array((nodes, first)), csr_array((nodes, width - first - own.shape[1]))
    return Forms(
        csr_array(hstack([before, own, after])), constants + rows[:, [-1]].toarray().ravel(), family.bound
    )


def _stage(
    sums: list[Forms], functions: list[list[Forms]], families: tuple[Family, ...]
) -> tuple[Layer, list[Forms], list[list[Forms]]]:
    """One layer of squares: the products over the last coordinate of ``functions``, and the rest carried."""
    level, nodes = len(functions), len(functions[-1][0].constants)
    beginnings = nodes**level
    wanted = products(len(families), is_last=level == 1)
    parts: list[tuple[csr_array, Floats]] = []
    lifts = []
    for product in wanted:
        total, own = sums[product.sum], functions[-1][product.family]
        lift = total.bound + own.bound + 1.0
        which = np.arange(beginnings) % nodes
        rows, constants = own.rows[which], own.constants[which]
        parts += [
            (total.rows + sign * rows, total.constants + lift + sign * constants) for sign in (1.0, -1.0)
        ]
        lifts.append(lift)
    carried = [form for axis in functions[:-1] for form in axis]
    for form in carried:
        parts += [(sign * form.rows, form.bound + 1.0 + sign * form.constants) for sign in (1.0, -1.0)]
    layer = (csr_array(vstack([rows for rows, _ in parts])), np.concatenate([bias for _, bias in parts]))
    width = layer[0].shape[0]

    add = csr_array(kron(eye_array(nodes ** (level - 1)), np.ones((1, nodes))))
    made = []
    for index, (product, lift) in enumerate(zip(wanted, lifts, strict=True)):
        rows = _placed(hstack([add / 4, -add / 4]), 2 * beginnings * index, width)
        family = families[product.family]
        made.append(
            Forms(
                rows,
                np.full(add.shape[0], -lift * family.total),
                sums[product.sum].bound * family.bound,
            )
        )
    next_sums = [made[0]]
    if len(families) == 2:
        corrected = Forms(
            made[0].rows + made[1].rows,
            made[0].constants + made[1].constants,
            made[0].bound + made[1].bound,
        )
        next_sums = [corrected, *made[2:]]
    first = 2 * beginnings * len(wanted)
    next_functions = []
    for axis in range(level - 1):
        forms = []
        for form in carried[axis * len(families) : (axis + 1) * len(families)]:
            half = eye_array(nodes) / (4 * (form.bound + 1.0))
            rows = _placed(csr_array(hstack([half, -half])), first, width)
            forms.append(Forms(rows, np.zeros(nodes), form.bound))
            first += 2 * nodes
        next_functions.append(forms)
    return layer, next_sums, next_functions


def _placed(rows: csr_array, first: int, width: int) -> csr_array:
    """The rows with their columns starting at ``first`` of ``width``."""
    height = rows.shape[0]
    after = csr_array((height, width - first - rows.shape[1]))
    return csr_array(hstack([csr_array((height, first)), rows, after]))
