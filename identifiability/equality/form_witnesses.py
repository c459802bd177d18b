"""Points at which a difference of normal forms is not zero, where the forms decide that there are some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from random import Random
from typing import TypeAlias

from flint import fmpq

from identifiability.equality.domains import Box
from identifiability.equality.function_atoms import ONE, AtomTable, Form
from identifiability.equality.witnesses import Point, best, random_points
from identifiability.exact import from_rational
from identifiability.network import Network

PRECISIONS = (128, 512, 2048, 8192)
"""Bits of the balls, one after the other, in which a difference is sought."""

BREAKING = {"signed power", "softsign", "even inverse root", "clipped exponential"}
"""The kinds of atoms that break where their argument is 0."""

Affine: TypeAlias = "tuple[dict[int, Fraction], Fraction]"
"""Coefficients of the inputs, and the constant."""


def form_witness(
    table: AtomTable, form: Form, f: Network, g: Network, box: Box | None
) -> tuple[Point, Fraction] | None:
    """A point of the box at which f and g are certified to differ, given the form of one output of f − g.

    Where an atom breaks, the germs of the difference on the two sides are not the same, so that one of them
    is not zero: points are taken so near that no other atom breaks in between.  A form without breaks is
    analytic, and zero almost nowhere.

    Parameters
    ----------
    table : AtomTable
    form : Form
        Not the zero function.
    f, g : Network
        Exact.
    box : Box, optional
        The domain; None for R^d.
    """
    random = Random(1)
    breaking = [_affine(table, number) for number in form if table.atoms[number].kind in BREAKING]
    some = list(islice(random_points(table.dimension, box, random), 6))
    found = best(f, g, some, PRECISIONS[:1])
    for chosen in breaking[:8] if found is None else []:
        beside = _beside(chosen, breaking, table.dimension, box, random)
        points = [point for point in beside if box is None or box.contains(point)]
        found = best(f, g, points, PRECISIONS)
        if found is not None:
            return found
    return found or best(f, g, some, PRECISIONS[1:])


def _affine(table: AtomTable, number: int) -> Affine:
    terms = dict(table.atoms[number].argument)
    constant = from_rational(terms.pop(ONE, fmpq(0)))
    return {index - 1: from_rational(c) for index, c in terms.items()}, constant


def _value(function: Affine, point: Sequence[Fraction]) -> Fraction:
    return sum((c * point[index] for index, c in function[0].items()), function[1])


def _beside(
    chosen: Affine, breaking: Sequence[Affine], dimension: int, box: Box | None, random: Random
) -> Iterator[Point]:
    """Points on both sides of a hyperplane, no further from it than half the way to the next one."""
    normal = [chosen[0].get(index, Fraction(0)) for index in range(dimension)]
    for start in islice(random_points(dimension, box, random), 4):
        middle = _on_hyperplane(chosen, normal, start, box)
        steps: list[Fraction] = []
        for other in breaking:
            speed = sum((c * normal[index] for index, c in other[0].items()), Fraction(0))
            height = _value(other, middle)
            if speed and height:
                steps.append(abs(height / speed))
        if box is not None:
            for x, low, high, n in zip(middle, box.low, box.high, normal, strict=True):
                if n:
                    steps += [min(x - low, high - x) / abs(n)]
        reach = min(steps, default=Fraction(1)) / 2
        for part in (Fraction(1), Fraction(5, 8)):
            for sign in (1, -1):
                yield tuple(x + sign * part * reach * n for x, n in zip(middle, normal, strict=True))
        yield middle


def _on_hyperplane(chosen: Affine, normal: Sequence[Fraction], start: Point, box: Box | None) -> Point:
    height = _value(chosen, start)
    if box is None:
        norm = sum(n * n for n in normal)
        return tuple(x - height / norm * n for x, n in zip(start, normal, strict=True))
    # The corner at which the function has the other sign; the segment from an inner point stays inside.
    corner = tuple(
        (high if (n > 0) == (height < 0) else low)
        for n, low, high in zip(normal, box.low, box.high, strict=True)
    )
    far = _value(chosen, corner)
    part = height / (height - far) if height else Fraction(0)
    return tuple(x + part * (c - x) for x, c in zip(start, corner, strict=True))
