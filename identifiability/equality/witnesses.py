"""Points at which two networks differ: proposed by floats and by structure, certified in exact arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random
from typing import Any, TypeAlias

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

from identifiability.arithmetic import dense
from identifiability.composition import affine
from identifiability.equality.domains import Box
from identifiability.equality.linear_regions import Disagreement, agree_on_cells
from identifiability.errors import Inexact, NetboundsError
from identifiability.exact import ball, lower_fraction
from identifiability.network import Network

Point: TypeAlias = "tuple[Fraction, ...]"

PRECISIONS = (128, 512, 2048)
"""Bits of the balls, one after the other, in which a difference is sought."""

FLOAT_POINTS = 2048
"""So many points are compared in floating point, and the most promising ones exactly."""

EXACT_WORK = 2_000_000
"""About so many products are spent on comparing at exact points."""

LONGEST_EXACT = 2_000
"""Exact evaluation is used where all parameters are shorter than so many bits; otherwise balls are."""

LARGEST_GAP = 10_000
"""Gaps larger than two to this power are stated as that."""

_SEED = 20240229


def certified_gap(f: Network, g: Network, point: Sequence[Fraction], precision: int = 128) -> Fraction:
    """A certified lower bound of the largest difference of the outputs at a point, 0 if none was found.

    .. math:: \\max_i |f_i(x) - g_i(x)|

    Parameters
    ----------
    f, g : Network
        Of the same input and output dimensions.
    point : sequence of Fraction
        x.
    precision : int
        The bits of the balls; they are not used where both networks are exact and have rational values.

    Examples
    --------
    >>> certified_gap(Network([[[2]]]), Network([[["3/2"]]]), [Fraction(1, 3)])
    Fraction(1, 6)
    >>> gap = certified_gap(Network([[[1]], [[1]]], None, "tanh"), Network([[[1]]]), [Fraction(1)])
    >>> 0.2384 < gap < 0.2385
    True
    """
    return certified_gaps(f, g, [tuple(point)], precision)[0]


def certified_gaps(f: Network, g: Network, points: Sequence[Point], precision: int = 128) -> list[Fraction]:
    """The same for several points."""
    if _has_rational_values(f) and _has_rational_values(g):
        try:
            one, two = f(_rows(points)), g(_rows(points))
            return [
                max((abs(a - b) for a, b in zip(*pair, strict=True)), default=Fraction(0))
                for pair in zip(one.tolist(), two.tolist(), strict=True)
            ]
        except Inexact:
            # Values that are too long to write out are enclosed instead.
            pass
    with ctx.workprec(precision):
        rows = np.array([[ball(x) for x in point] for point in points], dtype=object)
        values = zip(f(rows).tolist(), g(rows).tolist(), strict=True)
        return [
            max((_below(a - b) for a, b in zip(*pair, strict=True)), default=Fraction(0)) for pair in values
        ]


def _below(entry: Any) -> Fraction:
    size = abs(entry)
    if not size.is_finite() or not size > 0:
        return Fraction(0)
    # The ends of larger gaps are not written out.
    return max(lower_fraction(size.min(arb(2) ** LARGEST_GAP)), Fraction(0))


def _rows(points: Sequence[Point]) -> NDArray[np.object_]:
    rows = np.empty((len(points), len(points[0])), dtype=object)
    for index, point in enumerate(points):
        rows[index, :] = point
    return rows


def _has_rational_values(net: Network) -> bool:
    return net.is_exact and all(activation.is_rational for activation in net.activations)


def best(
    f: Network, g: Network, points: Sequence[Point], precisions: Sequence[int] = PRECISIONS
) -> tuple[Point, Fraction] | None:
    """The point with the largest certified difference, at the first precision that shows one; or None."""
    if not points:
        return None
    exact = _has_rational_values(f) and _has_rational_values(g)
    for precision in precisions[:1] if exact else precisions:
        gaps = certified_gaps(f, g, points, precision)
        place = max(range(len(gaps)), key=gaps.__getitem__)
        if gaps[place] > 0:
            return points[place], gaps[place]
    return None


def simple_points(dimension: int, box: Box | None) -> list[Point]:
    """A few points with short coordinates: the origin or the centre, and others beside it."""
    signs = [[0] * dimension, [1] * dimension, [(-1) ** k * (k + 2) for k in range(dimension)]]
    if box is None:
        return [tuple(map(Fraction, point)) for point in signs]
    return [
        tuple(
            (low + high) / 2 + (high - low) * Fraction(sign, 2 * dimension + 4)
            for low, high, sign in zip(box.low, box.high, point, strict=True)
        )
        for point in signs
    ]


def random_points(dimension: int, box: Box | None, random: Random) -> Iterator[Point]:
    """Rational points with short denominators: in the box, or around the origin at several scales."""
    while True:
        if box is not None:
            yield tuple(
                low + (high - low) * Fraction(random.randint(1, 255), 256)
                for low, high in zip(box.low, box.high, strict=True)
            )
            continue
        scale = Fraction(2) ** random.choice((-4, -1, 0, 1, 2, 4, 7))
        yield tuple(scale * Fraction(random.randint(-64, 64), 64) for _ in range(dimension))


def search(f: Network, g: Network, box: Box | None = None) -> tuple[Point, Fraction] | None:
    """A point of the box at which two networks are certified to differ, and by how much at least; or None.

    Parameters
    ----------
    f, g : Network
        Of the same input and output dimensions, exact or floating.
    box : Box, optional
        The domain; None for R^d.

    Examples
    --------
    >>> point, gap = search(Network([[[1]], [[1]]]), Network([[[1]], [["1.001"]]]))
    >>> certified_gap(Network([[[1]], [[1]]]), Network([[[1]], [["1.001"]]]), point) == gap > 0
    True
    >>> search(Network([[[1]], [[1]]]), Network([[[2]], [["1/2"]]])) is None
    True
    """
    random = Random(_SEED)
    dimension = f.architecture[0]
    some = random_points(dimension, box, random)
    size = f.parameter_count() + g.parameter_count()
    few = max(2, min(48, EXACT_WORK // size))
    found = best(f, g, [next(some) for _ in range(min(few, 8))], PRECISIONS[:1])
    if found is not None:
        return found
    for points in (
        _promising(f, g, box, random),
        [*_near_breakpoints(f, g, box, random, few), *(next(some) for _ in range(few // 2))],
    ):
        found = best(f, g, points[: max(few, 8)], PRECISIONS[:1])
        if found is not None:
            return found
    return best(f, g, [next(some) for _ in range(2)], PRECISIONS[1:])


def _promising(f: Network, g: Network, box: Box | None, random: Random) -> list[Point]:
    """The points at which the networks, in floating point, differ most for the size of their values."""
    if f.parameter_count() > 10**7:
        return []
    dimension = f.architecture[0]
    count = max(64, min(FLOAT_POINTS, 10**9 // (f.parameter_count() + g.parameter_count())))
    generator = np.random.default_rng(random.randrange(2**32))
    try:
        floats = f.to_float(), g.to_float()
        if box is not None:
            low, high = (np.array([float(end) for end in ends]) for ends in (box.low, box.high))
            points = low + (high - low) * generator.random((count, dimension))
        else:
            points = generator.normal(size=(count, dimension)) * 2.0 ** generator.integers(-6, 12, (count, 1))
        with np.errstate(all="ignore"):
            points = np.concatenate([points, _float_breakpoints(floats, points, generator)])
            points = points[np.isfinite(points).all(axis=1)]
            one, two = floats[0](points), floats[1](points)
            gaps = np.abs(one - two) / (1e-300 + np.abs(one) + np.abs(two))
    except (NetboundsError, OverflowError, ValueError):
        return []
    scores = np.nan_to_num(gaps, nan=0.0, posinf=0.0).max(axis=1, initial=0.0)
    chosen = np.argsort(-scores, kind="stable")[:8]
    exact = [
        tuple(Fraction(x) for x in points[place].tolist()) for place in chosen.tolist() if scores[place] > 0
    ]
    return [point for point in exact if box is None or box.contains(point)]


def _float_breakpoints(
    floats: tuple[Network, Network], points: NDArray[Any], generator: np.random.Generator
) -> NDArray[Any]:
    """Points moved to a breakpoint of a unit of the first layer, and a little further."""
    moved = []
    for net in floats:
        if net.depth == 1:
            continue
        weight, bias = dense(net.weights[0]), net.bias(0)
        ends = [float(end) for end in net.activations[0].breakpoints] or [0.0]
        units = generator.integers(0, max(1, len(weight)), len(points) // 2)
        if not len(weight):
            continue
        normal = weight[units]
        norms = np.maximum((normal**2).sum(axis=1), 1e-300)
        start = points[: len(units)]
        height = bias[units] + (normal * start).sum(axis=1) - generator.choice(ends, len(units))
        offset = generator.normal(size=len(units)) * 10.0 ** generator.integers(-6, 1, len(units))
        moved.append(start + ((offset - height) / norms)[:, None] * normal)
    return np.concatenate(moved) if moved else points[:0]


def _near_breakpoints(f: Network, g: Network, box: Box | None, random: Random, most: int) -> list[Point]:
    """Exact points on, below and above breakpoints of units of the first layer."""
    places: list[tuple[NDArray[Any], Fraction]] = []
    for net in (f, g):
        if net.depth == 1 or net.weights[0].shape[0] * net.architecture[0] > 10**6:
            continue
        exact = net.to_exact() if net.parameter_count() <= 10**6 else net
        if not exact.is_exact:
            continue
        weight, bias = exact.weight(0), exact.bias(0)
        ends = net.activations[0].breakpoints or (Fraction(0),)
        places += [
            (row, shift - end) for row, shift in zip(weight, bias, strict=True) for end in ends if any(row)
        ]
    random.shuffle(places)
    some = random_points(f.architecture[0], box, random)
    points: list[Point] = []
    for row, shift in places[: max(1, most // 3)]:
        start = next(some)
        norm = sum(w * w for w in row)
        height = sum((w * x for w, x in zip(row, start, strict=True)), shift)
        for offset in (Fraction(0), Fraction(1, 1000), Fraction(-1, 1000)):
            point = tuple(x + (offset - height) / norm * w for x, w in zip(start, row, strict=True))
            if box is None or box.contains(point):
                points.append(point)
    return points


def search_on_lines(
    f: Network, g: Network, box: Box | None = None, lines: int = 4, budget: int = 100
) -> tuple[Point, Fraction] | None:
    """A difference of exact piecewise linear networks on lines, on which every piece is compared; or None.

    Parameters
    ----------
    f, g : Network
        Exact and piecewise linear.
    box : Box, optional
        The domain; None for R^d.
    lines, budget : int
        How many lines, and how many pieces on each.

    Examples
    --------
    >>> thin = Network([[[1], [1], [1]], [[1, -2, 1]]], [["-5", "-5.0001", "-5.0002"]])
    >>> point, _ = search_on_lines(thin, Network([[[0]]]))
    >>> 5 < point[0] < 5.0002
    True
    """
    random = Random(_SEED)
    some = random_points(f.architecture[0], box, random)
    for _ in range(lines):
        start, end = next(some), next(some)
        direction = [b - a for a, b in zip(start, end, strict=True)]
        if not any(direction):
            continue
        column = [[entry] for entry in direction]
        one, two = (affine(net, column, list(start), at="input") for net in (f, g))
        # In a box the part between the two points is in it.
        piece = Box((Fraction(0),), (Fraction(1),)) if box else None
        found = agree_on_cells(one, two, piece, budget)
        if isinstance(found, Disagreement):
            point = tuple(a + found.point[0] * b for a, b in zip(start, direction, strict=True))
            return point, certified_gap(f, g, point)
    return None
