r"""A search for near networks of a function whose units may cancel or share kinks.

Every unit keeps its line: that of a hyperplane of the function, or a line that units share whose kinks add
up to zero and that may turn.  With rows :math:`\lambda_i s_i v` and columns :math:`c_i` on the line of v,

.. math:: \sum_{i \text{ on } v} \lambda_i c_i = \kappa_v, \qquad \sum_i s_i \lambda_i c_i v^T = 2 \ell.

Linear programs follow the linearised equations in floats; what they find is rounded and solved for the
columns exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq_mat
from numpy.typing import NDArray
from scipy.optimize import linprog

from identifiability.exact import from_rational, rational
from identifiability.relu.kink_forms import KinkForm
from identifiability.relu.line_patterns import Pattern, patterns
from identifiability.relu.shallow import Shallow, Vector
from identifiability.relu.slot_costs import Slot, dead_unit
from identifiability.relu.surds import Surd, rational_surd
from identifiability.relu.unit_assignments import Neighbour
from identifiability.relu.vectors import maximum_norm

MOST_WEIGHTS = 200
"""Networks with more weights are not searched."""

WORK = 10**6
"""The search ends after so many linear programs times the square of the number of weights."""

LARGEST_WEIGHT = 10**8
"""Nor are those with larger weights, where floats would be too coarse."""

STEPS = 40
"""No search takes more linear programs than this."""

PENALTY = 100.0
"""An equation that fails by 1 costs as much as so large a change of a weight."""

DENOMINATORS = (16, 1000, 10**6, 10**9, 10**12)
"""What is found is rounded to fractions with no larger denominators than these, the best is kept."""


def descended(net: Shallow, form: KinkForm, best: Neighbour, lower: Surd) -> Neighbour:
    """A network of the function at least as near as the one given, all of it exact."""
    sizes = (maximum_norm(entries) for entries in (*net.rows, *net.outer, *form.kappas, *form.linear))
    if net.units * (net.inputs + net.outputs) > MOST_WEIGHTS or any(size > LARGEST_WEIGHT for size in sizes):
        return best
    slots = list(net.neurons())
    left = WORK // max(1, net.units * (net.inputs + net.outputs)) ** 2
    seen: set[Pattern] = set()
    for pattern, start in patterns(slots, form, best.slots):
        if pattern in seen or not any(pattern.places):
            continue
        seen.add(pattern)
        search = _Search(slots, form, pattern)
        for exact in search.rounded(search.descend(start)):
            if exact.cost < best.cost:
                best = exact
        left -= search.programs
        if best.cost == lower or left <= 0:
            break
    return best


class _Search:
    """The equations of a pattern, in floats and exactly."""

    def __init__(self, slots: Sequence[Slot], form: KinkForm, pattern: Pattern) -> None:
        self.slots, self.form, self.pattern = slots, form, pattern
        self.programs = 0
        self.live = [place for place, entry in enumerate(pattern.places) if entry is not None]
        entries = [entry for entry in pattern.places if entry is not None]
        self.line = np.array([line for line, _ in entries], dtype=int)
        self.sign = np.array([sign for _, sign in entries], dtype=float)
        self.fixed = len(form.normals)
        self.inputs, self.outputs = form.inputs, form.outputs
        self.rows = _floats([slots[place][0] for place in self.live], self.inputs)
        self.columns = _floats([slots[place][1] for place in self.live], self.outputs)
        self.kinks = _floats(pattern.kinks, self.outputs)
        self.linear = 2 * _floats(form.linear, self.inputs)

    def descend(self, start: Sequence[Slot]) -> NDArray[np.float64]:
        """Scales, turned lines and columns after some linear programs, one after the other."""
        lines = _floats(self.pattern.lines, self.inputs)
        units = lines[self.line] * self.sign[:, None]
        rows = _floats([start[place][0] for place in self.live], self.inputs)
        scales = np.maximum((rows * units).sum(1) / (units**2).sum(1), 1e-3)
        columns = _floats([start[place][1] for place in self.live], self.outputs)
        z = np.concatenate([scales, lines[self.fixed :].ravel(), columns.ravel()])
        trust = 0.5 * max(1.0, float(np.abs(z).max(initial=1.0)))
        value = self._merit(z)
        for _ in range(STEPS):
            self.programs += 1
            step = self._step(z, trust)
            if step is None:
                break
            moved = z + step
            merit = self._merit(moved)
            if merit < value - 1e-13:
                trust = trust * 1.5 if merit < value - 1e-4 * trust else trust
                z, value = moved, merit
            else:
                trust /= 4
            if trust < 1e-10:
                break
        return z

    def _parts(
        self, z: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        count, free = len(self.live), (len(self.pattern.lines) - self.fixed) * self.inputs
        lines = _floats(self.pattern.lines, self.inputs)
        lines[self.fixed :] = z[count : count + free].reshape(-1, self.inputs)
        return z[:count], lines, z[count + free :].reshape(count, self.outputs)

    def _changes(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        scales, lines, columns = self._parts(z)
        rows = (scales * self.sign)[:, None] * lines[self.line]
        return np.concatenate([(rows - self.rows).ravel(), (columns - self.columns).ravel()])

    def _errors(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        scales, lines, columns = self._parts(z)
        weights = scales[:, None] * columns
        sums = np.zeros_like(self.kinks)
        np.add.at(sums, self.line, weights)
        linear = (weights * self.sign[:, None]).T @ lines[self.line]
        return np.concatenate([(sums - self.kinks).ravel(), (linear - self.linear).ravel()])

    def _merit(self, z: NDArray[np.float64]) -> float:
        errors = float(np.abs(self._errors(z)).sum())
        return float(np.abs(self._changes(z)).max(initial=0.0)) + PENALTY * errors

    def _step(self, z: NDArray[np.float64], trust: float) -> NDArray[np.float64] | None:
        """Minimise the largest change, with a little of all room that remains, in a trust region."""
        changes, errors = self._changes(z), self._errors(z)
        slopes, curves = _jacobian(self._changes, z), _jacobian(self._errors, z)
        size, boxes, equations = len(z), len(changes), len(errors)
        # Unknowns: step, t, room in each box, failures of each equation upwards and downwards.
        cost = np.concatenate(
            [np.zeros(size), [1.0], np.full(boxes, -1e-3 / max(boxes, 1)), np.full(2 * equations, PENALTY)]
        )
        ones, room, none = -np.ones((boxes, 1)), np.eye(boxes), np.zeros((boxes, 2 * equations))
        upper = np.vstack([np.hstack([sign * slopes, ones, room, none]) for sign in (1, -1)])
        identity = np.eye(equations)
        equal = np.hstack([curves, np.zeros((equations, 1 + boxes)), identity, -identity])
        reach = [(-trust, trust)] * size
        for place in range(len(self.live)):
            reach[place] = (max(-trust, 1e-6 - z[place]), trust)
        answer = linprog(
            cost,
            A_ub=upper,
            b_ub=np.concatenate([-changes, changes]),
            A_eq=equal,
            b_eq=-errors,
            bounds=[*reach, (0, None), *[(0, 0.1)] * boxes, *[(0, None)] * (2 * equations)],
        )
        return answer.x[:size] if answer.success else None

    def rounded(self, z: NDArray[np.float64]) -> Iterator[Neighbour]:
        """Networks that realise the function exactly, next to what was found."""
        scales, lines, columns = self._parts(z)
        for most in DENOMINATORS:
            exact_lines = [*self.pattern.lines[: self.fixed], *_fractions(lines[self.fixed :], most)]
            exact_scales = _fractions(scales[:, None], most)
            rows = [
                tuple(scale[0] * int(sign) * entry for entry in exact_lines[line])
                for scale, sign, line in zip(exact_scales, self.sign, self.line, strict=True)
            ]
            outer = self._solved(
                [scale[0] for scale in exact_scales], rows, _fractions(columns, most), columns
            )
            if outer is not None:
                yield self._neighbour(dict(zip(self.live, zip(rows, outer, strict=True), strict=True)))

    def _neighbour(self, live: dict[int, Slot]) -> Neighbour:
        slots = tuple(live.get(place) or dead_unit(slot) for place, slot in enumerate(self.slots))
        changes = [
            abs(new - old)
            for slot, now in zip(slots, self.slots, strict=True)
            for vector, before in zip(slot, now, strict=True)
            for new, old in zip(vector, before, strict=True)
        ]
        return Neighbour(rational_surd(max(changes, default=Fraction(0))), slots)

    def _solved(
        self,
        scales: list[Fraction],
        rows: list[Vector],
        guess: list[Vector],
        columns: NDArray[np.float64],
    ) -> list[Vector] | None:
        """Columns that satisfy the equations exactly, changed where there is room; None if there are none."""
        # One equation for each line and one for each input; the matrix is the same for each output.
        matrix = [
            [scales[i] if self.line[i] == line else Fraction(0) for i in range(len(rows))]
            for line in range(len(self.pattern.lines))
        ] + [[row[j] for row in rows] for j in range(self.inputs)]
        room = -np.abs(columns - self.columns).max(axis=1, initial=0.0)
        order = np.argsort(-room, kind="stable").tolist()
        solved = [list(entries) for entries in guess]
        for o in range(self.outputs):
            wanted = [kink[o] for kink in self.pattern.kinks] + [2 * entry for entry in self.form.linear[o]]
            rest = [
                value - sum((a * c[o] for a, c in zip(line, guess, strict=True)), Fraction(0))
                for value, line in zip(wanted, matrix, strict=True)
            ]
            change = _solution([[line[i] for i in order] for line in matrix], rest)
            if change is None:
                return None
            for i, value in zip(order, change, strict=True):
                solved[i][o] += value
        return [tuple(entries) for entries in solved]


def _solution(matrix: list[list[Fraction]], values: list[Fraction]) -> list[Fraction] | None:
    """A solution of linear equations that is zero except at the first columns that suffice."""
    count = len(matrix[0]) if matrix else 0
    augmented = fmpq_mat(
        [[*map(rational, line), rational(value)] for line, value in zip(matrix, values, strict=True)]
    )
    reduced, rank = augmented.rref()
    solution = [Fraction(0)] * count
    start = 0
    for line in range(rank):
        pivot = next(j for j in range(start, count + 1) if reduced[line, j] != 0)
        if pivot == count:
            return None
        solution[pivot] = from_rational(reduced[line, count])
        start = pivot + 1
    return solution


def _jacobian(
    function: Callable[[NDArray[np.float64]], NDArray[np.float64]], z: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Exact up to rounding: every entry is multilinear of degree three at most in different variables."""
    columns = []
    for place in range(len(z)):
        step = np.zeros_like(z)
        step[place] = 1.0
        columns.append((function(z + step) - function(z - step)) / 2)
    return np.array(columns).T


def _floats(vectors: Sequence[Sequence[Fraction]], width: int) -> NDArray[np.float64]:
    return np.array([[float(entry) for entry in vector] for vector in vectors]).reshape(len(vectors), width)


def _fractions(array: NDArray[np.float64], most: int) -> list[Vector]:
    return [tuple(Fraction(float(entry)).limit_denominator(most) for entry in row) for row in array]
