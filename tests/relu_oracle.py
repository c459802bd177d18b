"""Seminorms of shallow ReLU networks from their activation patterns alone: slow, plain and independent."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cmp_to_key
from itertools import product

import numpy as np
from scipy.optimize import linprog

from identifiability.network import Network
from identifiability.relu.shallow import Shallow, read_shallow


def random_network(
    source: random.Random, inputs: int, units: int, outputs: int = 1, most: int = 3
) -> Network:
    """Small integers and halves give zero rows, repeated and opposite ones, and units that cancel."""

    def entry() -> Fraction:
        return Fraction(source.randint(-most, most), source.choice([1, 1, 2]))

    rows = [[entry() for _ in range(inputs)] for _ in range(units)]
    for _ in range(source.randint(0, 2) if units > 1 else 0):
        first, second = source.sample(range(units), 2)
        factor = source.choice([-2, -1, 1, Fraction(1, 2)])
        rows[first] = [factor * value for value in rows[second]]
    outer = [[entry() for _ in range(units)] for _ in range(outputs)]
    return Network([rows, outer], input_dim=inputs)


def gradient_size(net: Shallow, point: Sequence[Fraction]) -> Fraction:
    """The largest partial derivative at a point on no hyperplane."""
    best = Fraction(0)
    for output in range(net.outputs):
        for place in range(net.inputs):
            total = Fraction(0)
            for row, column in net.neurons():
                if sum(a * x for a, x in zip(row, point, strict=True)) > 0:
                    total += column[output] * row[place]
            best = max(best, abs(total))
    return best


def _turn(first: tuple[Fraction, ...], second: tuple[Fraction, ...]) -> int:
    """The order of two directions of the plane by angle, exactly."""
    lower = [v[1] < 0 or (v[1] == 0 and v[0] < 0) for v in (first, second)]
    if lower[0] != lower[1]:
        return lower[0] - lower[1]
    cross = first[0] * second[1] - first[1] * second[0]
    return -1 if cross > 0 else int(cross < 0)


def sector_points(net: Shallow) -> list[tuple[Fraction, ...]]:
    """One point inside each sector between the rays ±a^⊥ of the plane."""
    rays: list[tuple[Fraction, ...]] = []
    for a, b in net.rows:
        if a or b:
            size = abs(a) + abs(b)
            rays += [(-b / size, a / size), (b / size, -a / size)]
    rays = sorted(set(rays), key=cmp_to_key(_turn))
    if not rays:
        return [(Fraction(1), Fraction(1))]
    points = []
    for (x, y), (u, v) in zip(rays, [*rays[1:], rays[0]], strict=True):
        # Between opposite rays the perpendicular lies inside.
        points.append((x + u, y + v) if (x + u, y + v) != (0, 0) else (-y, x))
    return points


def planar_seminorm(net: Network) -> Fraction:
    """The largest gradient over one point in each sector."""
    shallow = read_shallow(net)
    return max(gradient_size(shallow, point) for point in sector_points(shallow))


def pattern_seminorm(net: Network) -> tuple[Fraction, int]:
    """The largest gradient over all activation patterns with interior points: one program for each."""
    shallow = read_shallow(net)
    rows = [row for row, column in shallow.neurons() if any(row) and any(column)]
    best, patterns = Fraction(0), 0
    floats = np.array([[float(a) for a in row] for row in rows]).reshape(len(rows), shallow.inputs)
    for signs in product((1, -1), repeat=len(rows)):
        answer = linprog(
            [0.0] * shallow.inputs + [-1.0],
            A_ub=np.c_[-floats * np.array(signs)[:, None], np.ones(len(rows))] if rows else None,
            b_ub=np.zeros(len(rows)) if rows else None,
            bounds=[(-1, 1)] * shallow.inputs + [(0, 1)],
        )
        if answer.x[-1] > 1e-7:
            patterns += 1
            best = max(best, gradient_size(shallow, [Fraction(float(x)) for x in answer.x[:-1]]))
    return best, patterns


def random_points(source: random.Random, dimension: int, count: int) -> Iterator[list[Fraction]]:
    """Points that lie on no hyperplane of small integers, but for bad luck."""
    for _ in range(count):
        yield [Fraction(source.randint(-(10**9), 10**9)) for _ in range(dimension)]
