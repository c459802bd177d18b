r"""Networks with as few units as a function with given kinks allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from math import comb, lcm
from typing import TypeAlias

from flint import fmpq_mat, fmpz_mat

from identifiability.exact import from_rational, rational
from identifiability.relu.hyperplanes import Arrangement, Normal
from identifiability.relu.shallow import Vector
from identifiability.relu.sign_choices import sign_choices
from identifiability.relu.vectors import dot

Neuron: TypeAlias = "tuple[Vector, Vector]"
"""A row a and a column c: the function c ρ(⟨a, x⟩)."""

MOST_SUBSETS = 4096
"""No more subsets of hyperplanes, or signs of them, are tried for a given number of units."""


@dataclass(frozen=True, slots=True)
class LeastUnits:
    """Units that realise a function, and how few there could be.

    Parameters
    ----------
    neurons : tuple of pairs of a row and a column
    lower : int
        No network realises the function with fewer units.
    """

    neurons: tuple[Neuron, ...]
    lower: int

    @property
    def is_least(self) -> bool:
        """Whether no network with fewer units realises the function."""
        return len(self.neurons) == self.lower


def least_units(form: Arrangement) -> LeastUnits:
    r"""As few units as possible that realise a function with given kinks.

    Every hyperplane needs a unit.  Where H has one, with the normal :math:`s_H u_H`, it adds
    :math:`\tfrac12 s_H \kappa_H u_H^T` to the linear part; where it has two of opposite normals they add any
    :math:`q u_H^T`; and two opposite units across any other hyperplane add any matrix of rank 1.  So the
    least number of units is

    .. math:: K + \min_{T, s} \Bigl( |T| + 2 \operatorname{rank} \Bigl( \ell - \tfrac12
        \sum_{H \notin T} s_H \kappa_H u_H^T \Bigr) \bmod \operatorname{span} \{u_H : H \in T\} \Bigr),

    which for one output is K, K + 1 or K + 2.

    Parameters
    ----------
    form : Arrangement
        Kinks and a linear part.

    Returns
    -------
    LeastUnits
        The bounds differ only where a subset-sum problem is too large to search, which begins beyond 36
        hyperplanes for one output.

    Examples
    --------
    |x_1| + x_2 needs two units more than it has kinks, |x_1| + x_1/3 one:

    >>> one = Fraction(1)
    >>> bent = Arrangement(2, 1, ((1, 0),), ((2 * one,),), ((0 * one, one),))
    >>> len(least_units(bent).neurons)
    3
    >>> tilted = Arrangement(2, 1, ((1, 0),), ((2 * one,),), ((one / 3, 0 * one),))
    >>> [(str(row[0]), str(column[0])) for row, column in least_units(tilted).neurons]
    [('1', '4/3'), ('-1', '2/3')]
    """
    kinks = len(form.normals)
    lower, certain = kinks, True
    most = 2 * min(form.inputs, form.outputs)
    for extra in range(most):
        for pairs in range(extra // 2 + 1):
            found, complete = _with(form, extra - 2 * pairs, pairs)
            certain = certain and complete
            if found is not None:
                return LeastUnits(found, lower)
        lower += certain
    everything = _neurons(form, (), (1,) * kinks)
    return LeastUnits(everything, min(lower, len(everything)))


def _with(form: Arrangement, doubled: int, pairs: int) -> tuple[tuple[Neuron, ...] | None, bool]:
    """Units with so many hyperplanes served twice and so many opposite pairs; whether all was tried."""
    count = len(form.normals)
    if doubled > count or doubled > form.inputs:
        return None, True
    complete = True
    if comb(count, doubled) > MOST_SUBSETS:
        return None, False
    for twice in combinations(range(count), doubled):
        if pairs == 0:
            found = _signs(form, twice)
            complete = complete and found is not None
            if found:
                return _neurons(form, twice, found[0]), True
            continue
        if 2 ** (count - doubled) > MOST_SUBSETS:
            return None, False
        for signs in product((1, -1), repeat=count - doubled):
            neurons = _neurons(form, twice, signs)
            if len(neurons) <= count + doubled + 2 * pairs:
                return neurons, True
    return None, complete


def realising_signs(form: Arrangement) -> tuple[tuple[tuple[int, ...], ...], bool]:
    r"""The signs s with :math:`\ell = \tfrac12 \sum_H s_H \kappa_H u_H^T`, and whether these are all.

    They are the networks with one unit for each hyperplane, whose normals are the :math:`s_H u_H`.
    """
    vectors, target = _integers(form, (), [list(normal) for normal in form.normals], _doubled_linear(form))
    found = sign_choices(vectors, target)
    return found.choices, found.complete


def _signs(form: Arrangement, twice: Sequence[int]) -> tuple[tuple[int, ...], ...] | None:
    """Signs of the other hyperplanes that leave a rest in the span of some; None if not decided."""
    linear = _doubled_linear(form)
    if not twice:
        choices, complete = realising_signs(form)
        return choices if choices or complete else None
    # Modulo the span: what its orthogonal complement sees.
    chosen = fmpz_mat([list(form.normals[place]) for place in twice])
    basis, nullity = chosen.nullspace()
    complement = [[int(basis[j, place]) for j in range(form.inputs)] for place in range(nullity)]
    seen = [
        [sum(a * b for a, b in zip(vector, normal, strict=True)) for vector in complement]
        for normal in form.normals
    ]
    rest = [[dot(vector, row) for vector in complement] for row in linear]
    found = sign_choices(*_integers(form, twice, seen, rest), most=1)
    return found.choices if found.choices or found.complete else None


def _integers(
    form: Arrangement, left_out: Sequence[int], normals: list[list[int]], linear: list[list[Fraction]]
) -> tuple[list[list[int]], list[int]]:
    """The products κ_H u_H^T and the target, as integer vectors."""
    entries = (entry for row in (*form.kinks, *linear) for entry in row)
    scale = lcm(*(entry.denominator for entry in entries))
    vectors = [
        [int(kappa * scale) * entry for kappa in kink for entry in normal]
        for place, (normal, kink) in enumerate(zip(normals, form.kinks, strict=True))
        if place not in left_out
    ]
    return vectors, [int(entry * scale) for row in linear for entry in row]


def _doubled_linear(form: Arrangement) -> list[list[Fraction]]:
    return [[2 * entry for entry in row] for row in form.linear]


def _neurons(form: Arrangement, twice: Sequence[int], signs: Sequence[int]) -> tuple[Neuron, ...]:
    """Units with these signs, two where asked for, and pairs for what is left of the linear part."""
    rest = _doubled_linear(form)
    single = iter(signs)
    neurons: list[Neuron] = []
    for place, (normal, kink) in enumerate(zip(form.normals, form.kinks, strict=True)):
        if place in twice:
            continue
        sign = next(single)
        neurons.append((_row(normal, sign), kink))
        for line, kappa in zip(rest, kink, strict=True):
            for j, entry in enumerate(normal):
                line[j] -= sign * kappa * entry
    # Directions for the rest: the doubled normals first, then rows of the rest itself.
    directions = [[Fraction(entry) for entry in form.normals[place]] for place in twice]
    basis, weights = _coordinates(directions, rest)
    for place, direction in enumerate(basis):
        linear = tuple(weight[place] for weight in weights)
        if place < len(twice):
            kink = form.kinks[twice[place]]
            sides = [tuple((k + side * q) / 2 for k, q in zip(kink, linear, strict=True)) for side in (1, -1)]
        else:
            sides = [tuple(side * q / 2 for q in linear) for side in (1, -1)]
        neurons += [
            (tuple(side * entry for entry in direction), column)
            for side, column in zip((1, -1), sides, strict=True)
            if any(column)
        ]
    return tuple(neurons)


def _row(normal: Normal, sign: int) -> Vector:
    return tuple(Fraction(sign * entry) for entry in normal)


def _coordinates(
    directions: list[list[Fraction]], rows: list[list[Fraction]]
) -> tuple[list[list[Fraction]], list[list[Fraction]]]:
    """Directions with rows added until they span all rows, and the rows in them."""
    vectors = [*directions, *rows]
    if not vectors[0]:
        return directions, [[Fraction(0)] * len(directions) for _ in rows]
    matrix = fmpq_mat([[rational(entry) for entry in vector] for vector in vectors]).transpose()
    reduced, rank = matrix.rref()
    pivots: list[int] = []
    for line in range(rank):
        start = pivots[-1] + 1 if pivots else 0
        pivots.append(next(j for j in range(start, len(vectors)) if reduced[line, j] != 0))
    added = [place for place in pivots if place >= len(directions)]
    basis = [*directions, *(vectors[place] for place in added)]
    positions = {place: line for line, place in enumerate(pivots)}
    weights = [
        [
            from_rational(reduced[positions[place], len(directions) + row])
            if place in positions
            else Fraction(0)
            for place in (*range(len(directions)), *added)
        ]
        for row in range(len(rows))
    ]
    return basis, weights
