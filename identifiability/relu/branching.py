r"""The largest gradients by branch and bound: a tree of sign vectors with one linear program per candidate.

A node of the tree chooses the sides of the first hyperplanes, and holds a point on these sides.  The point
shows one side of the next hyperplane; whether the other is empty is decided by

.. math:: \max t \quad\text{subject to}\quad s_i \langle u_i, x \rangle \ge t,\ |x|_\infty \le 1.

The linear programs are in floats, and nothing is believed of them: a point that they propose is checked in
integers, and so is a proof of emptiness, multipliers :math:`\lambda \ge 0`, not all zero, with
:math:`\sum \lambda_i s_i u_i = 0` (Gordan).  A side with neither stays open.  So the points give a certified
lower bound, and the open nodes a certified upper bound, whenever the search ends.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import mul

import numpy as np
from flint import fmpz_mat

from identifiability.relu.hyperplanes import Normal, coordinates

ROUNDINGS = (2**8, 2**24, 2**50)
"""A point of a linear program is tried as integers over these."""

FIRST_POINTS = 50
"""So many normals are looked at as points before the search."""

NEGLIGIBLE = 1e-9
"""Multipliers below this are not part of a proof that is tried."""


@dataclass(frozen=True, slots=True)
class Branched:
    """Bounds on the largest max_j (|L_j| + |Σ ± J_j|) over the cells.

    Attributes
    ----------
    lower, upper : int
    cells : int
        How many cells, opposite ones included, the points of the search lie in.
    programs : int
        How many linear programs were solved.
    """

    lower: int
    upper: int
    cells: int
    programs: int


@dataclass(order=True, slots=True)
class _Node:
    """The sides of the first hyperplanes: those with the largest bound come first."""

    key: tuple[int, int]
    sides: tuple[int, ...] = field(compare=False)
    point: Normal = field(compare=False)
    partial: Normal = field(compare=False)


def branch(
    normals: Sequence[Normal],
    jumps: Sequence[Normal],
    linear: Normal,
    programs: int,
    progress: Callable[[str], None] | None = None,
) -> Branched:
    """Search the sign vectors, the most promising first, with so many linear programs at most.

    Parameters
    ----------
    normals, jumps : sequences of integer vectors
        The normals, no two in a line and at least one, and the jumps J across them.
    linear : integer vector
        L.
    programs : int
        The largest number of linear programs.
    progress : callable, optional
        Is told what has been done.

    Returns
    -------
    Branched

    Examples
    --------
    >>> branch([(1, 0), (0, 1), (1, 1)], [(1,), (1,), (-1,)], (0,), 100)
    Branched(lower=1, upper=1, cells=2, programs=2)
    """
    order = sorted(range(len(normals)), key=lambda place: -max(map(abs, jumps[place])))
    lines = coordinates(normals)
    return _Tree([lines[place] for place in order], [jumps[place] for place in order], linear).search(
        programs, progress
    )


class _Tree:
    def __init__(self, normals: list[Normal], jumps: list[Normal], linear: Normal) -> None:
        self.normals, self.jumps = normals, jumps
        self.floats = np.array([[entry / max(map(abs, row)) for entry in row] for row in normals])
        self.linear = [abs(entry) for entry in linear]
        # What the hyperplanes from each place on can still add.
        rest = [(0,) * len(linear)]
        for jump in reversed(jumps):
            rest.append(tuple(total + abs(entry) for total, entry in zip(rest[-1], jump, strict=True)))
        self.rest = rest[::-1]
        self.lower = max(self.linear, default=0)
        self.seen: set[tuple[int, ...]] = set()
        self.programs = 0

    def search(self, programs: int, progress: Callable[[str], None] | None) -> Branched:
        root = self.normals[0]
        for normal in self.normals[:FIRST_POINTS]:
            self.look(normal)
        for place in range(len(root)):
            self.look(tuple(int(place == other) for other in range(len(root))))
        waiting = [self.node((1,), root, self.jumps[0])]
        stuck = 0
        while waiting and -waiting[0].key[0] > max(self.lower, stuck):
            if self.programs >= programs:
                break
            node = heapq.heappop(waiting)
            if progress and self.programs % 64 == 0:
                progress(
                    f"{self.programs} linear programs, {len(waiting)} open nodes, "
                    f"bounds {self.lower} and {-node.key[0]}"
                )
            for child, is_known in self.children(node):
                if is_known:
                    heapq.heappush(waiting, child)
                else:
                    stuck = max(stuck, -child.key[0])
        opened = -waiting[0].key[0] if waiting else 0
        return Branched(self.lower, max(self.lower, stuck, opened), 2 * len(self.seen), self.programs)

    def children(self, node: _Node) -> list[tuple[_Node, bool]]:
        """The sides of the next hyperplane that may matter, and whether a point is known on each."""
        place = len(node.sides)
        height = sum(map(mul, self.normals[place], node.point))
        found = []
        for side in (1, -1):
            sides = (*node.sides, side)
            jump = self.jumps[place]
            partial = tuple(total + side * entry for total, entry in zip(node.partial, jump, strict=True))
            child = self.node(sides, node.point, partial)
            if -child.key[0] <= self.lower:
                continue
            if height * side > 0:
                found.append((child, True))
                continue
            point, is_empty = self.solve(sides)
            if point is not None:
                self.look(point)
                found.append((self.node(sides, point, partial), True))
            elif not is_empty:
                found.append((child, False))
        return found

    def node(self, sides: tuple[int, ...], point: Normal, partial: Normal) -> _Node:
        bound = max(
            a + abs(b) + c for a, b, c in zip(self.linear, partial, self.rest[len(sides)], strict=True)
        )
        # Among equal bounds the deepest first: it is closest to an answer.
        return _Node((-bound, -len(sides)), sides, point, partial)

    def look(self, point: Normal) -> None:
        """A point gives a lower bound: the mean of the cells around it if it lies on hyperplanes."""
        sides = tuple(_sign(sum(map(mul, normal, point))) for normal in self.normals)
        sums = [
            sum(side * jump[place] for side, jump in zip(sides, self.jumps, strict=True))
            for place in range(len(self.linear))
        ]
        self.lower = max(self.lower, *(a + abs(b) for a, b in zip(self.linear, sums, strict=True)))
        if all(sides):
            self.seen.add(sides if sides[0] > 0 else tuple(-side for side in sides))

    def solve(self, sides: tuple[int, ...]) -> tuple[Normal | None, bool]:
        """A point on the given sides, or whether it is proved that there is none."""
        from scipy.optimize import linprog

        self.programs += 1
        count, rank = len(sides), self.floats.shape[1]
        turned = self.floats[:count] * np.array(sides)[:, None]
        answer = linprog(
            np.r_[np.zeros(rank), -1.0],
            A_ub=np.c_[-turned, np.ones(count)],
            b_ub=np.zeros(count),
            bounds=[(-1, 1)] * rank + [(None, 1)],
            method="highs-ds",
        )
        if answer.x is None:
            return None, False
        for scale in ROUNDINGS:
            point = tuple(round(float(entry) * scale) for entry in answer.x[:-1])
            if all(
                side * sum(map(mul, normal, point)) > 0
                for side, normal in zip(sides, self.normals, strict=False)
            ):
                return point, False
        support = np.flatnonzero(-answer.ineqlin.marginals > NEGLIGIBLE).tolist()
        return None, is_empty([self.normals[place] for place in support], [sides[place] for place in support])


def is_empty(normals: Sequence[Normal], sides: Sequence[int]) -> bool:
    """Whether the only combination of the normals that is zero proves that they leave no point.

    The proof is that the multipliers of s_i u_i are unique up to a factor and of one sign.

    Examples
    --------
    >>> is_empty([(1, 0), (0, 1), (1, 1)], [1, 1, -1]), is_empty([(1, 0), (0, 1), (1, 1)], [1, 1, 1])
    (True, False)
    """
    if not normals:
        return False
    basis, nullity = fmpz_mat([list(entries) for entries in zip(*normals, strict=True)]).nullspace()
    if nullity != 1:
        return False
    signs = {_sign(int(basis[place, 0])) * side for place, side in enumerate(sides)} - {0}
    return len(signs) == 1


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)
