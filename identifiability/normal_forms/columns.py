"""Columns of a weight matrix added to others and taken away, with every rounding accounted for.

When a hidden unit is expressed by others, σ_j = Σ_i f_{ji} σ_i + t_j, the next layer takes it over:

.. math:: V_i \\leftarrow V_i + \\sum_j f_{ji} V_j, \\qquad c \\leftarrow c + \\sum_j t_j V_j.

Exact matrices stay exact.  Floats are summed exactly and rounded once, so that the result does not depend
on the order of the units; how far each sum was rounded is reported.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

from identifiability.errors import Inexact
from identifiability.exact import ball, upper_fraction
from identifiability.weights import (
    Bias,
    Rationals,
    SparseRationals,
    Weight,
    canonical,
    float_matrix,
    read_only,
    triples,
)

Factors = Mapping[int, Sequence[tuple[int, Fraction]]]
"""For each removed column j, the kept columns i with the factors f_{ji}."""

Constants = Mapping[int, "Fraction | arb"]
"""For removed columns j, the constants t_j that are not zero."""

BLOCK = 2**22
"""No more than so many entries are added at a time."""

PRECISION = 2400
"""Products and sums of doubles are exact with so many bits."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """Upper bounds on how far rounding moved the columns (by index after the removal) and the bias."""

    columns: tuple[tuple[int, NDArray[np.float64]], ...]
    bias: NDArray[np.float64]

    @property
    def is_exact(self) -> bool:
        """Whether nothing was rounded."""
        return not self.columns and not self.bias.any()


def columns_of(weight: Weight, columns: NDArray[np.int64]) -> NDArray[Any]:
    """Some columns, dense: floats, or the numerators of an exact matrix."""
    if isinstance(weight, np.ndarray):
        return weight.take(columns, axis=1)
    if isinstance(weight, Rationals):
        return weight.numerators.take(columns, axis=1)
    if not isinstance(weight, SparseRationals):
        floats: NDArray[Any] = weight[:, columns].toarray()
        return floats
    place = np.full(weight.shape[1], -1)
    place[columns] = np.arange(len(columns))
    held = np.flatnonzero(place[weight.columns] >= 0)
    whole = np.full((weight.shape[0], len(columns)), 0, dtype=object)
    whole[weight.rows[held], place[weight.columns[held]]] = weight.numerators[held]
    return whole


def absorbed(
    weight: Weight, bias: Bias, removed: NDArray[np.int64], factors: Factors, constants: Constants
) -> tuple[Weight, Bias, Rounding]:
    """The next layer after some of its inputs are taken over by others.

    Parameters
    ----------
    weight, bias : Weight, Bias
        V and c of one arithmetic.
    removed : array of int
        The columns that go, in increasing order.
    factors, constants : mapping
        How each of them is expressed; kept columns are named by their old index.

    Returns
    -------
    tuple of Weight, Bias and Rounding

    Raises
    ------
    Inexact
        If a sum of floats overflows, or a constant of an exact network is irrational.
    """
    kept = np.delete(np.arange(weight.shape[1]), removed)
    joining: dict[int, list[tuple[int, Fraction]]] = {}
    for j, parts in factors.items():
        for i, factor in parts:
            joining.setdefault(i, []).append((j, factor))
    if isinstance(bias, Rationals):
        moved = _exact_columns(weight, kept, joining)
        return moved, _exact_bias(weight, bias, constants), Rounding((), np.zeros(len(bias.numerators)))
    targets = np.array(sorted(joining), dtype=np.int64)
    summed, errors = _float_columns(weight, targets, joining)
    moved = _with_columns(weight, kept, targets, summed)
    place = np.searchsorted(kept, targets)
    columns = [(int(place[k]), errors[k]) for k in range(len(targets)) if errors[k].any()]
    shifted, bias_errors = _float_bias(weight, bias, constants)
    return moved, shifted, Rounding(tuple(columns), bias_errors)


def _exact_columns(
    weight: Weight, kept: NDArray[np.int64], joining: Mapping[int, list[tuple[int, Fraction]]]
) -> Weight:
    common = math.lcm(*(factor.denominator for parts in joining.values() for _, factor in parts))
    place = {int(old): new for new, old in enumerate(kept.tolist())}
    if isinstance(weight, Rationals):
        numerators = weight.numerators.take(kept, axis=1) * common
        for i, parts in joining.items():
            for j, share in parts:
                numerators[:, place[i]] += weight.numerators[:, j] * int(share * common)
        return Rationals(numerators, weight.denominator * common)
    assert isinstance(weight, SparseRationals)
    targets: dict[int, list[tuple[int, int]]] = {old: [(new, common)] for old, new in place.items()}
    for i, parts in joining.items():
        for j, share in parts:
            targets.setdefault(j, []).append((place[i], int(share * common)))
    rows, columns, values = [], [], []
    for row, column, value in zip(
        weight.rows.tolist(), weight.columns.tolist(), weight.numerators.tolist(), strict=True
    ):
        for new, factor in targets.get(column, ()):
            rows.append(row)
            columns.append(new)
            values.append(value * factor)
    shape = (weight.shape[0], len(kept))
    index = np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)
    return SparseRationals(shape, *index, values, weight.denominator * common)


def _exact_bias(weight: Weight, bias: Rationals, constants: Constants) -> Rationals:
    if not constants:
        return bias
    assert isinstance(weight, Rationals | SparseRationals)
    values = [Fraction(number, bias.denominator) for number in bias.numerators.tolist()]
    for j, constant in constants.items():
        if not isinstance(constant, Fraction):
            raise Inexact("a constant of an exact network is irrational; keep its unit")
        column = columns_of(weight, np.array([j]))[:, 0]
        for row in np.flatnonzero(column).tolist():
            values[row] += constant * column[row] / weight.denominator
    return Rationals(values)


def _with_columns(
    weight: Weight, kept: NDArray[np.int64], targets: NDArray[np.int64], summed: NDArray[Any]
) -> Weight:
    """The kept columns of a float matrix, with those named replaced."""
    place = np.searchsorted(kept, targets)
    if isinstance(weight, np.ndarray):
        whole = weight.take(kept, axis=1)
        whole[:, place] = summed
        return read_only(whole)
    chosen: Any = weight
    if not len(targets):
        return canonical(chosen[:, kept])
    rows, columns, values = triples(chosen[:, kept])
    stays = ~np.isin(columns, place)
    new_rows, new_columns = np.nonzero(summed)
    return float_matrix(
        np.concatenate([rows[stays], new_rows]),
        np.concatenate([columns[stays], place[new_columns]]),
        np.concatenate([values[stays], summed[new_rows, new_columns]]),
        (weight.shape[0], len(kept)),
    )


def _float_columns(
    weight: Weight, targets: NDArray[np.int64], joining: Mapping[int, list[tuple[int, Fraction]]]
) -> tuple[NDArray[Any], list[NDArray[np.float64]]]:
    rows, dtype = weight.shape[0], np.dtype(getattr(weight, "dtype", "float64"))
    summed = np.zeros((rows, len(targets)), dtype=dtype)
    errors: list[NDArray[np.float64]] = [np.zeros(0)] * len(targets)
    pairs = [k for k, i in enumerate(targets.tolist()) if len(joining[i]) == 1 and abs(joining[i][0][1]) == 1]
    step = max(1, BLOCK // max(1, rows))
    for start in range(0, len(pairs), step):
        part = pairs[start : start + step]
        others = [joining[int(targets[k])][0] for k in part]
        first = columns_of(weight, targets[part])
        second = columns_of(weight, np.array([j for j, _ in others]))
        second = second * np.array([int(factor) for _, factor in others], dtype=dtype)
        summed[:, part], residual = _two_sum(first, second)
        for column, k in enumerate(part):
            errors[k] = residual[:, column]
    for k in sorted(set(range(len(targets))) - set(pairs)):
        i = int(targets[k])
        parts = joining[i]
        terms = columns_of(weight, np.array([i, *(j for j, _ in parts)]))
        summed[:, k], errors[k] = _weighted_sums(terms, [Fraction(1), *(f for _, f in parts)])
    return summed, errors


def _two_sum(first: NDArray[Any], second: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Sums and, exactly, the sizes of their rounding errors (Knuth's TwoSum)."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = first + second
        shadow = total - first
        error = (first - (total - shadow)) + (second - shadow)
    _refuse_overflow(total)
    return total, np.abs(error).astype(np.float64)


def _weighted_sums(
    terms: NDArray[Any], factors: Sequence[Fraction | arb]
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Σ_k factors[k]·terms[:, k], rounded once, and upper bounds on the rounding errors."""
    scaled = _scaled_exactly(terms, factors)
    if scaled is None:
        return _ball_sums(terms, factors)
    totals, errors = np.zeros(len(terms), dtype=terms.dtype), np.zeros(len(terms))
    for row, values in enumerate(scaled.tolist()):
        try:
            with np.errstate(over="ignore"):
                totals[row] = math.fsum(values)
        except OverflowError:
            totals[row] = math.inf
        if math.isfinite(totals[row]):
            # fsum is correctly rounded: its result is 0 only if the sum is.
            residual = abs(math.fsum([*values, -float(totals[row])]))
            errors[row] = math.nextafter(residual, math.inf) if residual else 0.0
    _refuse_overflow(totals)
    return totals, errors


def _scaled_exactly(terms: NDArray[Any], factors: Sequence[Fraction | arb]) -> NDArray[np.float64] | None:
    """The products in double precision if all factors are powers of two and nothing is rounded."""
    if not all(isinstance(factor, Fraction) and is_power_of_two(abs(factor)) for factor in factors):
        return None
    try:
        floats = np.array([float(factor) for factor in factors if isinstance(factor, Fraction)])
    except OverflowError:
        return None
    if not floats.all():
        return None
    wide = terms.astype(np.float64)
    with np.errstate(over="ignore", under="ignore"):
        products: NDArray[np.float64] = wide * floats
        exact = np.array_equal(products / floats, wide)
    return products if exact else None


def is_power_of_two(value: Fraction) -> bool:
    """Whether a positive fraction is 2^k for an integer k."""
    one, two = value.numerator, value.denominator
    return one & (one - 1) == 0 and two & (two - 1) == 0


def _ball_sums(
    terms: NDArray[Any], factors: Sequence[Fraction | arb]
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    totals, errors = np.zeros(len(terms), dtype=terms.dtype), np.zeros(len(terms))
    with ctx.workprec(PRECISION):
        balls = [factor if isinstance(factor, arb) else ball(factor) for factor in factors]
        for row, values in enumerate(terms.tolist()):
            total = sum(
                (arb(value) * factor for value, factor in zip(values, balls, strict=True) if value), arb(0)
            )
            with np.errstate(over="ignore"):
                totals[row] = float(total.mid())
            if math.isfinite(totals[row]):
                errors[row] = float_above(upper_fraction(abs(total - arb(float(totals[row])))))
    _refuse_overflow(totals)
    return totals, errors


def float_above(value: Fraction) -> float:
    """A float64 that is at least the fraction.

    Examples
    --------
    >>> float_above(Fraction(1, 3)) > Fraction(1, 3), float_above(Fraction(1, 4))
    (True, 0.25)
    """
    try:
        nearest = float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    return nearest if nearest >= value else math.nextafter(nearest, math.inf)


def _refuse_overflow(values: NDArray[Any]) -> None:
    if not np.isfinite(values).all():
        raise Inexact("a sum of outgoing weights overflows; bring the network to net.to_exact() first")


def _float_bias(weight: Weight, bias: Bias, constants: Constants) -> tuple[Bias, NDArray[np.float64]]:
    assert isinstance(bias, np.ndarray)
    if not constants:
        return bias, np.zeros(len(bias))
    used = np.array(sorted(constants), dtype=np.int64)
    totals, errors = bias.copy(), np.zeros(len(bias))
    factors = [Fraction(1), *(constants[int(j)] for j in used)]
    # A few rows at a time, which bounds the memory.
    step = max(1, BLOCK // (len(used) + 1))
    for start in range(0, len(bias), step):
        part = slice(start, start + step)
        rows: Any = weight
        block = rows[part]
        terms = np.column_stack([bias[part], columns_of(block, used)])
        totals[part], errors[part] = _weighted_sums(terms, factors)
    return read_only(totals), errors
