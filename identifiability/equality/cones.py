r"""Polyhedral cones by their generators: cut by hyperplanes, exactly.

A polyhedron {x : g_i(x) ≥ 0} of R^d is the slice x_0 = 1 of a cone in R^{d+1}, on which affine functions are
linear.  A cone is kept with its generators (lines and extreme rays, integer vectors) and the inequalities
that define it; the double description method cuts both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from operator import mul
from typing import TypeAlias

Vector: TypeAlias = "tuple[int, ...]"


@dataclass(frozen=True, slots=True)
class Cone:
    """A full-dimensional cone.

    Attributes
    ----------
    lines : tuple of Vector
        A basis of the largest subspace in the cone.
    rays : tuple of (Vector, int)
        The extreme rays modulo the lines, each with the set of inequalities that are equations on it, as
        the bits of an integer.
    inequalities : tuple of Vector
        The cone is where all of them are not negative.
    """

    lines: tuple[Vector, ...]
    rays: tuple[tuple[Vector, int], ...]
    inequalities: tuple[Vector, ...]

    def interior(self) -> Vector:
        """The sum of the rays: a point in the interior."""
        return tuple(map(sum, zip(*(ray for ray, _ in self.rays), strict=True)))


def half_space(dimension: int) -> Cone:
    """The cone x_0 ≥ 0 over R^d."""
    unit = [tuple(int(i == j) for j in range(dimension + 1)) for i in range(dimension + 1)]
    return Cone(tuple(unit[1:]), ((unit[0], 0),), (unit[0],))


def value(h: Vector, x: Vector) -> int:
    """h(x)."""
    return sum(map(mul, h, x))


def cut(cone: Cone, h: Vector) -> tuple[Cone | None, Cone | None]:
    """The parts of the cone where h ≥ 0 and where h ≤ 0; None for a part without interior points.

    Examples
    --------
    >>> right, left = cut(half_space(1), (0, 1))
    >>> right.rays, left.rays
    ((((1, 0), 2), ((0, 1), 1)), (((1, 0), 2), ((0, -1), 1)))
    >>> cut(right, (1, 1))[1] is None
    True
    """
    opposite = tuple(-entry for entry in h)
    bit = 1 << len(cone.inequalities)
    heights = [value(h, line) for line in cone.lines]
    pivot = next((place for place, height in enumerate(heights) if height), None)
    if pivot is not None:
        return _cut_lines(cone, h, opposite, heights, pivot)
    levels = [value(h, ray) for ray, _ in cone.rays]
    if min(levels) >= 0:
        return cone, None
    if max(levels) <= 0:
        return None, cone
    above = [(ray, level) for ray, level in zip(cone.rays, levels, strict=True) if level > 0]
    below = [(ray, level) for ray, level in zip(cone.rays, levels, strict=True) if level < 0]
    wall = [(ray, tight | bit) for (ray, tight), level in zip(cone.rays, levels, strict=True) if level == 0]
    enough = len(h) - len(cone.lines) - 2
    for (up, tight_up), high in above:
        for (down, tight_down), low in below:
            common = tight_up & tight_down
            if common.bit_count() >= enough and _adjacent(cone, common):
                wall.append(
                    (_primitive([high * b - low * a for a, b in zip(up, down, strict=True)]), common | bit)
                )
    return (
        Cone(cone.lines, (*wall, *(ray for ray, _ in above)), (*cone.inequalities, h)),
        Cone(cone.lines, (*wall, *(ray for ray, _ in below)), (*cone.inequalities, opposite)),
    )


def _adjacent(cone: Cone, common: int) -> bool:
    """Whether only the two rays lie in the face on which the common inequalities are equations."""
    return sum(1 for _, tight in cone.rays if tight & common == common) == 2


def _cut_lines(cone: Cone, h: Vector, opposite: Vector, heights: list[int], pivot: int) -> tuple[Cone, Cone]:
    """One line leaves the hyperplane and becomes a ray of each part; everything else moves along it."""
    bit, height = 1 << len(cone.inequalities), abs(heights[pivot])
    up = cone.lines[pivot] if heights[pivot] > 0 else tuple(-entry for entry in cone.lines[pivot])

    def moved(vector: Vector, level: int) -> Vector:
        if level == 0:
            return vector
        return _primitive([height * a - level * b for a, b in zip(vector, up, strict=True)])

    lines = tuple(
        moved(line, level)
        for place, (line, level) in enumerate(zip(cone.lines, heights, strict=True))
        if place != pivot
    )
    wall = tuple((moved(ray, value(h, ray)), tight | bit) for ray, tight in cone.rays)
    down = tuple(-entry for entry in up)
    return (
        Cone(lines, (*wall, (up, bit - 1)), (*cone.inequalities, h)),
        Cone(lines, (*wall, (down, bit - 1)), (*cone.inequalities, opposite)),
    )


def _primitive(entries: Sequence[int]) -> Vector:
    divisor = gcd(*entries)
    return tuple(entry // divisor for entry in entries) if divisor > 1 else tuple(entries)


def multipliers(cone: Cone, h: Vector) -> tuple[tuple[int, Fraction], ...]:
    r"""Numbers λ_i > 0 with h = Σ λ_i g_i: a proof that h is not negative on the cone.

    The largest multiple of one inequality that can be subtracted from h, so that it stays not negative,
    makes it vanish at a ray.  From there on only the inequalities that are equations on that ray are
    needed, because those generate the functions that are not negative on the cone and vanish there.

    Parameters
    ----------
    cone : Cone
    h : Vector
        Not negative on the cone.

    Returns
    -------
    tuple of (int, Fraction)
        The places of the inequalities and their multipliers.

    Examples
    --------
    >>> right, _ = cut(half_space(1), (0, 1))
    >>> multipliers(right, (2, 3))
    ((0, Fraction(2, 1)), (1, Fraction(3, 1)))
    """
    found: list[tuple[int, Fraction]] = []
    # h is the combination found so far plus scale times rest.
    rest, scale = h, Fraction(1)
    tight = (1 << len(cone.inequalities)) - 1
    while any(rest):
        place = (tight & -tight).bit_length() - 1
        inequality = cone.inequalities[place]
        best: tuple[int, int, int] | None = None
        for ray, ray_tight in cone.rays:
            if not ray_tight >> place & 1:
                level, weight = value(rest, ray), value(inequality, ray)
                if best is None or level * best[1] < best[0] * weight:
                    best = level, weight, ray_tight
        if best is None:
            raise AssertionError("an inequality of a full-dimensional cone is positive on some ray")
        level, weight, ray_tight = best
        if level:
            found.append((place, scale * level / weight))
            moved = [weight * a - level * b for a, b in zip(rest, inequality, strict=True)]
            divisor = gcd(*moved) or 1
            rest, scale = tuple(entry // divisor for entry in moved), scale * divisor / weight
        tight &= ray_tight
    return tuple(found)
