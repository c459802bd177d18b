r"""The largest gradients in any dimension: an exact recursion over the rays of the arrangement.

Every cell of an arrangement of full rank r has an extreme ray v, which lies on hyperplanes of rank r − 1, and
the cells that touch v are those of the arrangement Z(v) of these hyperplanes, with the signs of v elsewhere.
Since cells come in opposite pairs, the largest sums M over cells satisfy, component by component,

.. math:: M = \max_v \Big( \big| \sum_{H \notin Z(v)} \operatorname{sign}\langle u_H, v \rangle J_H \big|
    + M(Z(v)) \Big),

and M(Z) is the sum of all |J| where Z is independent.  Signs are decided in floats where the rounding error
is proved to be too small to matter, and in integers elsewhere; the sums that decide are integers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, islice
from math import comb, factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identifiability.relu.hyperplanes import Normal, coordinates
from identifiability.relu.planar import line_sums

BATCH_ENTRIES = 2**20
"""The signs of so many hyperplanes at rays are held at a time."""

EXACT_FLOAT = 2**53
UNIT_ROUNDOFF = 2.0**-53


@dataclass(slots=True)
class RaySearch:
    """Integer normals, no two in a line, with the jumps J across them, and what has been found.

    Attributes
    ----------
    normals, jumps : tuple of tuples of int
    budget : int
        How many signs of hyperplanes at rays may still be decided; a ray costs :func:`ray_cost` more.
    progress : callable or None
        Is told what has been done.
    complete : bool
        Whether every ray has been looked at.
    is_simple : bool
        Whether only independent hyperplanes met in each ray seen: general position.
    """

    normals: Sequence[Normal]
    jumps: Sequence[Normal]
    budget: int
    progress: Callable[[str], None] | None = None
    complete: bool = True
    is_simple: bool = True
    _known: dict[tuple[int, ...], tuple[int, ...]] = field(default_factory=dict)

    def largest(self) -> tuple[int, ...]:
        """M: for each component the largest |Σ ± J| over the cells, or over those that the budget allows.

        Examples
        --------
        >>> search = RaySearch([(1, 0, 0), (0, 1, 0), (0, 0, 1)], [(1,), (-2,), (4,)], 1000)
        >>> search.largest(), search.complete
        ((7,), True)
        """
        return self._of(tuple(range(len(self.normals))))

    def _of(self, members: tuple[int, ...]) -> tuple[int, ...]:
        if members not in self._known:
            self._known[members] = self._search(members)
        return self._known[members]

    def _search(self, members: tuple[int, ...]) -> tuple[int, ...]:
        normals = coordinates([self.normals[member] for member in members])
        jumps = np.array([self.jumps[member] for member in members] or [()], dtype=object)
        rank = len(normals[0]) if normals else 0
        if rank == len(members):
            return tuple(np.abs(jumps).sum(axis=0).tolist())
        if rank == 2:
            return tuple(line_sums(np.array(normals, dtype=object), jumps)[0].tolist())
        return self._over_rays(members, normals, jumps)

    def _over_rays(
        self, members: tuple[int, ...], normals: Sequence[Normal], jumps: NDArray[np.object_]
    ) -> tuple[int, ...]:
        rank, total = len(normals[0]), comb(len(members), len(normals[0]) - 1)
        exact = np.array(normals, dtype=object)
        lines, threshold = _float_lines(exact)
        sums = _Sums(jumps)
        seen: set[bytes] = set()
        for done, subsets in subsets_in_batches(len(members), rank - 1):
            if self.budget <= 0:
                self.complete = False
                break
            self.budget -= len(subsets) * (len(members) + ray_cost(rank))
            if self.progress and len(members) == len(self.normals):
                self.progress(f"{done} of {total} rays of {len(members)} hyperplanes of rank {rank}")
            heights = kernels(lines[subsets]) @ lines.T
            near = np.abs(heights) <= threshold
            np.put_along_axis(near, subsets, True, axis=1)
            heights[near] = 0
            plain = near.sum(axis=1) == rank - 1
            sums.add_simple(np.sign(heights[plain]), subsets[plain])
            rest = subsets[~plain]
            for signs in _new_rays(exact, rest, np.sign(heights[~plain]) if not threshold else None, seen):
                here = tuple(members[place] for place in np.flatnonzero(signs == 0).tolist())
                self.is_simple = self.is_simple and len(here) < rank
                sums.add(signs, self._of(here))
        return tuple(sums.best)


def ray_cost(rank: int) -> int:
    """To find a ray takes about as long as to decide so many signs."""
    return 2 << rank


def subsets_in_batches(count: int, size: int) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """All subsets in batches of rows, each with the number of those that came before.

    Examples
    --------
    >>> [(done, batch.tolist()) for done, batch in subsets_in_batches(3, 2)]
    [(0, [[0, 1], [0, 2], [1, 2]])]
    """
    every = combinations(range(count), size)
    step, done = max(1, BATCH_ENTRIES // count), 0
    while batch := list(islice(every, step)):
        flat = np.fromiter(chain.from_iterable(batch), dtype=np.intp, count=len(batch) * size)
        yield done, flat.reshape(-1, size)
        done += len(batch)


def kernels(matrices: NDArray[Any]) -> NDArray[Any]:
    """For each (r − 1) × r matrix the vector of its signed minors: it spans the kernel, or is zero.

    Examples
    --------
    >>> kernels(np.array([[[1, 0, 0], [0, 1, 2]]])).tolist()
    [[0, 2, -1]]
    """
    width = matrices.shape[2]
    minors = {0: np.ones(len(matrices), dtype=matrices.dtype)}
    for line in range(width - 1):
        wider = {}
        for columns in combinations(range(width), line + 1):
            mask = sum(1 << column for column in columns)
            terms = [
                (-1) ** place * matrices[:, line, column] * minors[mask ^ 1 << column]
                for place, column in enumerate(columns)
            ]
            wider[mask] = sum(terms[1:], terms[0])
        minors = wider
    full = (1 << width) - 1
    return np.stack([(-1) ** column * minors[full ^ 1 << column] for column in range(width)], axis=1)


def _float_lines(normals: NDArray[np.object_]) -> tuple[NDArray[np.float64], float]:
    """Normals as floats, and the size below which a height of a ray over a hyperplane may be zero.

    Integers are kept where floats compute with them exactly; then the threshold is zero.  Otherwise each
    entry is at most one, with an error of at most u, so that a minor of size k is at most k! and its error at
    most k! (2 + k/2 + 1/2) k u to first order, and a height has an error below half of the threshold.
    """
    rank = normals.shape[1]
    longest = max(map(abs, normals.ravel().tolist()))
    if factorial(rank) * longest**rank < EXACT_FLOAT:
        return normals.astype(np.float64), 0.0
    scaled = [[entry / max(map(abs, row)) for entry in row] for row in normals.tolist()]
    return np.array(scaled), 2 * factorial(rank) * (rank * rank + 6 * rank + 4) * UNIT_ROUNDOFF


def _new_rays(
    normals: NDArray[np.object_],
    subsets: NDArray[np.intp],
    signs: NDArray[np.float64] | None,
    seen: set[bytes],
) -> Iterator[NDArray[np.object_]]:
    """The signs at rays that are new, one for each set of hyperplanes that meet in one."""
    if not len(subsets):
        return
    if signs is None:
        heights = kernels(normals[subsets]) @ normals.T
        signs = np.where(heights > 0, 1.0, np.where(heights < 0, -1.0, 0.0))
    spanning = signs[(signs != 0).any(axis=1)]
    for key, place in {
        row.tobytes(): place for place, row in enumerate(np.packbits(spanning == 0, axis=1))
    }.items():
        if key not in seen:
            seen.add(key)
            yield spanning[place].astype(int).astype(object)


class _Sums:
    """The largest sums so far: exact integers, found through floats."""

    def __init__(self, jumps: NDArray[np.object_]) -> None:
        self.jumps = jumps
        self.best = [0] * jumps.shape[1]
        self.totals = np.abs(jumps).sum(axis=0).tolist()
        fits = max(self.totals, default=0) < EXACT_FLOAT
        self.scales = [1 if fits else max(total, 1) for total in self.totals]
        self.floats = np.array(
            [[entry / s for entry, s in zip(row, self.scales, strict=True)] for row in jumps]
        )
        # Divided by its total, a sum of n terms has an error below (n + 2)u.
        self.slack = 0.0 if fits else 4 * (len(jumps) + 2) * UNIT_ROUNDOFF

    def add(self, signs: NDArray[np.object_], local: Sequence[int]) -> None:
        """A ray with the signs of its hyperplanes, zero on those through it, and their own largest sums."""
        outside = abs(signs @ self.jumps)
        self.best = [max(old, a + b) for old, a, b in zip(self.best, outside, local, strict=True)]

    def add_simple(self, signs: NDArray[np.float64], subsets: NDArray[np.intp]) -> None:
        """Rays on independent hyperplanes: all signs of these are possible."""
        if not len(signs):
            return
        sizes = np.abs(signs @ self.floats) + np.abs(self.floats)[subsets].sum(axis=1)
        for component, scale in enumerate(self.scales):
            column = sizes[:, component]
            while True:
                place = int(column.argmax())
                if column[place] <= self.best[component] / scale - self.slack:
                    break
                local = np.abs(self.jumps[subsets[place]]).sum(axis=0).tolist()
                self.add(signs[place].astype(int).astype(object), local)
                if not self.slack or self.best[component] == self.totals[component]:
                    break
                column[place] = -1.0
