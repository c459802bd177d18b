r"""The largest value of a shallow ReLU network on a box, exactly; biases are allowed.

On each face of the box the network is linear between its kinks, so that the largest |f| is at a vertex of the
refinement: a point where as many hyperplanes meet as the face has dimensions.  Hyperplanes that miss the face
are folded into the linear part; a face that none crosses is answered in closed form, with all its faces, and
a face that cannot exceed what was found before is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import comb, factorial, lcm

import numpy as np
from numpy.typing import NDArray

from identifiability.errors import Inexact
from identifiability.network import Network
from identifiability.normal_forms.ranges import read_box
from identifiability.relu.hyperplanes import Normal, arrangement, primitive
from identifiability.relu.rays import UNIT_ROUNDOFF, kernels, ray_cost, subsets_in_batches
from identifiability.relu.shallow import Shallow, read_shallow_with_biases

LARGEST_SIGNS = 2 * 10**9
"""A box is refused when more signs of hyperplanes at vertices would have to be decided: minutes of work."""

FOLDING_COST = 100
"""To restrict a hyperplane to a face takes about as long as so many signs for each dimension."""

OBJECT_COST = 10
"""Integers beyond 64 bits take so many times as long."""

LARGEST_INT64 = 2**62


def sup_norm(
    net: Network | Shallow,
    low: object,
    high: object,
    progress: Callable[[str], None] | None = None,
) -> Fraction | float:
    r"""The largest absolute value of a shallow ReLU network on a box.

    .. math:: \|f\|_{L^\infty} = \max_{low \le x \le high} \max_o |f_o(x)|

    Parameters
    ----------
    net : Network or Shallow
        One hidden layer of ReLUs; biases are allowed here.
    low, high : numbers or sequences of d numbers
        The box, read exactly, with low <= high.
    progress : callable, optional
        Is told what has been done.

    Returns
    -------
    Fraction or float
        Exact for an exact network; for a float network the exact value of the binary fractions, rounded.

    Raises
    ------
    InvalidNetwork
        If the network has another depth or activation.
    InvalidInput
        If low and high are no box in the space of the inputs.
    Inexact
        If there are too many vertices to look at, or the value is too large for a float.

    Notes
    -----
    In dimension d the time grows like the number of choices of up to d of the n kinks; in dimension one the
    kinks are sorted.

    Examples
    --------
    >>> tent = Network([[[1], [1]], [[2, -4]]], biases=[[0, "-1/2"]])
    >>> sup_norm(tent, 0, 1), sup_norm(tent, 0, 3)
    (Fraction(1, 1), Fraction(4, 1))
    """
    # The constants are the values of one more input, which is 1.
    lifted = read_shallow_with_biases(net)
    box = read_box((low, high), lifted.inputs - 1)
    unit = lcm(*(end.denominator for end in (*box.low.tolist(), *box.high.tolist())))
    intervals = tuple((int(a * unit), int(b * unit)) for a, b in zip(box.low, box.high, strict=True))
    found = arrangement(lifted)
    half = lcm(*(entry.denominator for row in (*found.kinks, *found.linear) for entry in row))
    normals = [(*normal[:-1], normal[-1] * unit) for normal in found.normals]
    search = _VertexSearch(progress)
    for output, linear in enumerate(found.linear):
        twice = tuple(int(2 * half * entry) for entry in linear)
        kinks = [int(kink[output] * half) for kink in found.kinks]
        search.face(
            _Face(intervals, tuple(zip(normals, kinks, strict=True)), (*twice[:-1], twice[-1] * unit))
        )
    value = Fraction(search.top, search.bottom) / (2 * half * unit)
    if isinstance(net, Shallow) or net.is_exact:
        return value
    try:
        return float(value)
    except OverflowError:
        raise Inexact("the largest value is too large for a float; pass net.to_exact()") from None


@dataclass(frozen=True, slots=True)
class _Face:
    """A box with integer ends, and the function Σ κ |n·(y, 1)| + l·(y, 1) on it, all in integers."""

    intervals: tuple[tuple[int, int], ...]
    kinks: tuple[tuple[Normal, int], ...]
    linear: Normal

    def range_of(self, form: Normal) -> tuple[int, int]:
        """The least and the largest value of an affine form."""
        low = high = form[-1]
        for entry, (start, end) in zip(form, self.intervals, strict=False):
            low += entry * (start if entry > 0 else end)
            high += entry * (end if entry > 0 else start)
        return low, high

    def folded(self) -> _Face:
        """The same function with a single term for each hyperplane that crosses the inside of the face."""
        linear, crossing = list(self.linear), dict[Normal, int]()
        for normal, kink in self.kinks:
            low, high = self.range_of(normal)
            if low < 0 < high:
                line, factor = primitive(normal)
                crossing[line] = crossing.get(line, 0) + kink * abs(factor)
            else:
                side = kink if high > 0 else -kink
                linear = [total + side * entry for total, entry in zip(linear, normal, strict=True)]
        kept = tuple((line, kink) for line, kink in crossing.items() if kink)
        return _Face(self.intervals, kept, tuple(linear))

    def bound(self) -> int:
        """No value is larger than this in size."""
        low, high = self.range_of(self.linear)
        for normal, kink in self.kinks:
            most = kink * max(map(abs, self.range_of(normal)))
            low, high = low + min(0, most), high + max(0, most)
        return max(-low, high)

    def facets(self, place: int) -> Iterator[_Face]:
        """The faces on which one coordinate is at an end of its interval."""
        rest = self.intervals[:place] + self.intervals[place + 1 :]
        for end in dict.fromkeys(self.intervals[place]):
            yield _Face(
                rest,
                tuple((_at(normal, place, end), kink) for normal, kink in self.kinks),
                _at(self.linear, place, end),
            )


def _at(form: Normal, place: int, value: int) -> Normal:
    return (*form[:place], *form[place + 1 : -1], form[-1] + form[place] * value)


class _VertexSearch:
    """The largest value so far, top/bottom, and how many signs may still be looked at."""

    def __init__(self, progress: Callable[[str], None] | None) -> None:
        self.top, self.bottom = 0, 1
        self.signs = LARGEST_SIGNS
        self.progress = progress

    def face(self, face: _Face, first: int = 0) -> None:
        """A face, and of its facets those that fix a coordinate from the first on."""
        flat = next((place for place, (a, b) in enumerate(face.intervals) if a == b), None)
        if flat is not None:
            # Only the box itself has coordinates of no width: those of its faces are fixed already.
            for facet in face.facets(flat):
                self.face(facet)
            return
        dimension = len(face.intervals)
        self.spend(FOLDING_COST * dimension * len(face.kinks), len(face.kinks))
        face = face.folded()
        bound = face.bound()
        if not face.kinks:
            self.see(bound, 1)
        elif bound * self.bottom <= self.top:
            return
        elif dimension == 1:
            self.sweep(face)
        else:
            cost = _cost(face)
            self.spend(cost, len(face.kinks))
            for place in range(first, dimension):
                for facet in face.facets(place):
                    self.face(facet, place)
            if bound * self.bottom > self.top:
                self.inside(face)
            else:
                self.signs += cost

    def see(self, top: int, bottom: int) -> None:
        if top * self.bottom > self.top * bottom:
            self.top, self.bottom = top, bottom

    def sweep(self, face: _Face) -> None:
        """An interval: its kinks in order, with the slope between them."""
        lines = [((a, b), k) if a > 0 else ((-a, -b), k) for (a, b), k in face.kinks]
        # Rounded quotients are in order, and where they are equal the exact ones decide.
        lines.sort(key=lambda line: (-line[0][1] / line[0][0], Fraction(-line[0][1], line[0][0])))
        slope = face.linear[0] - sum(k * a for (a, _), k in lines)
        value = face.linear[1] - sum(k * b for (_, b), k in lines)
        (start, end) = face.intervals[0]
        self.see(abs(slope * start + value), 1)
        for (a, b), k in lines:
            self.see(abs(value * a - slope * b), a)
            slope, value = slope + 2 * k * a, value + 2 * k * b
        self.see(abs(slope * end + value), 1)

    def inside(self, face: _Face) -> None:
        """The vertices inside a face: as many hyperplanes meet there as it has dimensions."""
        dimension, count = len(face.intervals), len(face.kinks)
        total = comb(count, dimension)
        kind = np.int64 if _fits(face) else object
        normals = np.array([normal for normal, _ in face.kinks], dtype=kind)
        kinks = np.array([kink for _, kink in face.kinks], dtype=kind)
        linear, ends = np.array(face.linear, dtype=kind), np.array(face.intervals, dtype=kind)
        rough = _Rough.of(face) if kind is object else None
        for done, subsets in subsets_in_batches(count, dimension):
            if self.progress:
                self.progress(f"{done} of {total} vertices inside a face of dimension {dimension}")
            points = kernels(normals[subsets])
            points = points[points[:, -1] != 0]
            points = np.where((points[:, -1] < 0)[:, None], -points, points)
            weight = points[:, -1:]
            near = (ends[:, 0] * weight <= points[:, :-1]) & (points[:, :-1] <= ends[:, 1] * weight)
            points = points[near.all(axis=1)]
            if rough:
                points = points[rough.sizes(points) > self.top / (self.bottom * rough.scale) - rough.slack]
            values = abs(abs(points @ normals.T) @ kinks + points @ linear)
            for top, bottom in zip(values.tolist(), points[:, -1].tolist(), strict=True):
                self.see(top, bottom)

    def spend(self, signs: int, hyperplanes: int) -> None:
        self.signs -= signs
        if self.signs < 0:
            raise Inexact(
                "the refinement of the box has more vertices than are looked at "
                f"({hyperplanes} kinks cross one of its faces); pass a smaller box or a smaller network"
            )


def _cost(face: _Face) -> int:
    """How long the vertices inside a face take, in signs."""
    count, dimension = len(face.kinks), len(face.intervals)
    signs = comb(count, dimension) * (count + ray_cost(dimension + 1))
    return signs * (1 if _fits(face) else OBJECT_COST)


@dataclass(frozen=True, slots=True)
class _Rough:
    """The function of a face in floats, divided by a scale that makes every sum of absolute terms at most 1.

    A sum of n terms of two factors, each with one rounding, is then off by at most (n + 4)u to first order.
    """

    reach: tuple[int, ...]
    lines: NDArray[np.float64]
    signs: NDArray[np.float64]
    linear: NDArray[np.float64]
    scale: int
    slack: float

    @staticmethod
    def of(face: _Face) -> _Rough:
        reach = (*(max(1, *map(abs, interval)) for interval in face.intervals), 1)
        lines = [
            [abs(kink) * entry * most for entry, most in zip(normal, reach, strict=True)]
            for normal, kink in face.kinks
        ]
        linear = [entry * most for entry, most in zip(face.linear, reach, strict=True)]
        scale = sum(map(abs, linear)) + sum(abs(entry) for line in lines for entry in line)
        return _Rough(
            reach,
            np.array([[entry / scale for entry in line] for line in lines]),
            np.array([1.0 if kink > 0 else -1.0 for _, kink in face.kinks]),
            np.array([entry / scale for entry in linear]),
            scale,
            4 * (len(lines) * len(reach) + len(reach) + 8) * UNIT_ROUNDOFF,
        )

    def sizes(self, points: NDArray[np.object_]) -> NDArray[np.float64]:
        """|f| at integer points over their last entries, in units of the scale, up to the slack."""
        most = points[:, -1:] * np.array(self.reach, dtype=object)
        places = (points / most).astype(np.float64)
        sizes: NDArray[np.float64] = np.abs(np.abs(places @ self.lines.T) @ self.signs + places @ self.linear)
        return sizes


def _fits(face: _Face) -> bool:
    """Whether every number met at a vertex is an int64."""
    dimension = len(face.intervals)
    longest = max(abs(entry) for normal, _ in face.kinks for entry in normal)
    point = factorial(dimension) * longest**dimension
    height = (dimension + 1) * longest * point
    value = sum(abs(kink) for _, kink in face.kinks) * height
    value += (dimension + 1) * max(map(abs, face.linear)) * point
    reach = max(abs(end) for interval in face.intervals for end in interval) * point
    return bool(max(value, reach) < LARGEST_INT64)
