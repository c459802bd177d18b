r"""Polynomial networks, compared at enough points.

A polynomial of degree at most D in r variables that vanishes at the points α ∈ N^r with α_1 + … + α_r ≤ D
is zero: on the hyperplane x_r = 0 it is zero by induction on r; so it is x_r times a polynomial of degree at
most D − 1, which vanishes at the points with α_r ≥ 1 and is zero by induction on D.  So two polynomial
networks are equal iff they agree there, and no polynomial is expanded.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, islice, pairwise
from math import comb

from identifiability.errors import Inexact
from identifiability.network import Network

MOST_POINTS = 5000
"""Networks whose degree and inputs need more points are not compared in this way."""

LARGEST_DEGREE = 200
"""Networks of a higher degree are not compared in this way."""

_BATCH = 256


def degree_bound(net: Network) -> int | None:
    """An upper bound of the degree of a network as a polynomial; None if it is not one, or beyond reason."""
    degree = 1
    for activation in net.activations:
        if not activation.is_polynomial or activation.piece_degrees is None:
            return None
        degree *= max(1, activation.piece_degrees[0])
        if degree > LARGEST_DEGREE:
            return None
    return degree


def point_count(dimension: int, degree: int) -> int:
    """The number of monomials of at most that degree.

    Examples
    --------
    >>> point_count(2, 3)
    10
    """
    return comb(dimension + degree, degree)


def lattice(dimension: int, degree: int) -> Iterator[list[int]]:
    """The points of N^r whose coordinates add up to at most D.

    Examples
    --------
    >>> list(lattice(2, 1))
    [[0, 0], [0, 1], [1, 0]]
    """
    for bars in combinations(range(dimension + degree), dimension):
        ends = (-1, *bars)
        yield [after - before - 1 for before, after in pairwise(ends)]


def disagreement(f: Network, g: Network, degree: int) -> tuple[Fraction, ...] | None:
    """A lattice point at which two exact polynomial networks differ, or None if there is none.

    Raises
    ------
    Inexact
        If there are more than :data:`MOST_POINTS` points, or values become too long.

    Examples
    --------
    >>> half = Network([[[1], [-1]], [[1, 1]]], activation="polynomial(0, 0, 1/2)")
    >>> disagreement(Network([[[1]], [[1]]], activation="polynomial(0, 0, 1)"), half, 2) is None
    True
    """
    dimension = f.architecture[0]
    if point_count(dimension, degree) > MOST_POINTS:
        raise Inexact(
            f"polynomials of degree {degree} in {dimension} variables are compared at "
            f"{point_count(dimension, degree)} points, more than {MOST_POINTS}; compare smaller networks"
        )
    points = lattice(dimension, degree)
    while batch := list(islice(points, _BATCH)):
        for point, one, two in zip(batch, f(batch).tolist(), g(batch).tolist(), strict=True):
            if one != two:
                return tuple(map(Fraction, point))
    return None
