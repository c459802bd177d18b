r"""Fourier–Motzkin elimination in exact arithmetic: a point of a system, or why it has none.

Variables are eliminated one by one; of what remains, either a constant inequality is false, and
the combination that led to it proves a contradiction, or values for the variables are found by
going back.  Integer variables use rounding on the way and a small search on the way back.

References
----------
Schrijver, *Theory of Linear and Integer Programming*, section 12.2.  Chernikov's rule for
superfluous inequalities: Imbert, *Fourier's elimination: which to choose?* (1993).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from bounds.linear_inequalities import Contradiction, Inequality, combined, holds, tightened
from identifiability.exact import ceiling

MOST_INEQUALITIES = 1_500
"""Elimination gives up when more inequalities than this are alive."""

MOST_TRIALS = 2_000
"""The search for an integer point gives up after so many partial assignments."""


@dataclass(frozen=True, slots=True)
class Point:
    """Exact values that satisfy a system, integers where integers are wanted."""

    values: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Open:
    """Neither a contradiction nor a point was found within the limits."""

    reason: str


@dataclass(frozen=True, slots=True)
class _Row:
    """An inequality, how it was combined, and the inequalities (not equations) that went in."""

    inequality: Inequality
    multipliers: Mapping[int, Fraction]
    origins: frozenset[int]

    def coefficient(self, name: str) -> Fraction:
        return next((factor for other, factor in self.inequality.coefficients if other == name), Fraction(0))


@dataclass(slots=True)
class _Elimination:
    system: Sequence[Inequality]
    integers: frozenset[str]
    most: int
    steps: list[Mapping[int, Fraction]] = field(default_factory=list)
    known: list[Inequality] = field(default_factory=list)
    eliminated: list[tuple[str, list[_Row]]] = field(default_factory=list)

    def run(self) -> Contradiction | Point | Open:
        self.known = [tightened(inequality, self.integers) for inequality in self.system]
        rows = [
            _Row(
                inequality,
                {index: Fraction(1)},
                frozenset() if inequality.relation == "==" else frozenset({index}),
            )
            for index, inequality in enumerate(self.known)
        ]
        eliminations = 0
        while True:
            contradiction = self._contradiction(rows)
            if contradiction is not None:
                return contradiction
            rows = _strongest(row for row in rows if row.inequality.coefficients)
            if not rows:
                return self._point()
            if len(rows) > self.most:
                return Open(f"elimination passed {self.most} inequalities")
            equation = next((row for row in rows if row.inequality.relation == "=="), None)
            if equation is not None:
                rows = self._substituted(equation, rows)
                continue
            eliminations += 1
            rows = self._projected(self._cheapest(rows), rows, eliminations)

    def _contradiction(self, rows: Iterable[_Row]) -> Contradiction | None:
        for row in rows:
            inequality = row.inequality
            if not inequality.coefficients and not holds(inequality.constant, inequality.relation):
                # An equation is used with the sign that makes its constant negative.
                sign = -1 if inequality.constant > 0 else 1
                return self._proof({index: sign * factor for index, factor in row.multipliers.items()})
            if inequality.relation == "==" and self._is_integral(inequality) and inequality.constant % 1:
                # p + 1/2 = 0 with integral p: both p >= 0 and -p - 1 >= 0 after rounding.
                halves = [self._step(_scaled(row.multipliers, sign)) for sign in (1, -1)]
                return self._proof({half: Fraction(1) for half in halves})
        return None

    def _proof(self, last: Mapping[int, Fraction]) -> Contradiction:
        """The steps that the last one rests on, numbered afresh."""
        base = len(self.system)
        needed, stack = set(), [last]
        while stack:
            for index in stack.pop():
                if index >= base and index not in needed:
                    needed.add(index)
                    stack.append(self.steps[index - base])
        renumbered = {index: base + place for place, index in enumerate(sorted(needed))}
        kept = [self.steps[index - base] for index in sorted(needed)]
        return Contradiction(
            tuple({renumbered.get(i, i): factor for i, factor in step.items()} for step in (*kept, last))
        )

    def _step(self, multipliers: Mapping[int, Fraction]) -> int:
        self.steps.append(multipliers)
        self.known.append(tightened(combined(self.known, multipliers), self.integers))
        return len(self.known) - 1

    def _is_integral(self, inequality: Inequality) -> bool:
        return all(name in self.integers for name, _ in inequality.coefficients)

    def _combination(self, first: _Row, second: _Row, times: Fraction, other: Fraction) -> _Row:
        """``times * first + other * second``, rounded where that makes it stronger."""
        total = _scaled(first.multipliers, times)
        for index, factor in second.multipliers.items():
            total[index] = total.get(index, Fraction(0)) + other * factor
        total = {index: factor for index, factor in total.items() if factor}
        mixed = combined((first.inequality, second.inequality), {0: times, 1: other})
        if first.inequality.relation == second.inequality.relation == "==":
            mixed = Inequality(mixed.coefficients, mixed.constant, "==")
        origins = first.origins | second.origins
        result = tightened(mixed, self.integers)
        if not result.coefficients:
            return _Row(mixed, total, origins)
        # Where nothing was rounded, the result is the combination up to a positive factor.
        scale = result.coefficients[0][1] / mixed.coefficients[0][1]
        if (result.constant, result.relation) == (mixed.constant * scale, mixed.relation):
            return _Row(result, _scaled(total, scale), origins)
        return _Row(result, {self._step(total): Fraction(1)}, origins)

    def _substituted(self, equation: _Row, rows: Sequence[_Row]) -> list[_Row]:
        # A real variable takes any value, and a unit coefficient keeps integers integral.
        name, factor = min(
            equation.inequality.coefficients,
            key=lambda item: (item[0] in self.integers, abs(item[1]) != 1, item[0]),
        )
        self.eliminated.append((name, [equation]))
        sign = 1 if factor > 0 else -1
        kept = []
        for row in rows:
            own = row.coefficient(name)
            if row is not equation:
                kept.append(self._combination(row, equation, abs(factor), -sign * own) if own else row)
        return kept

    def _cheapest(self, rows: Sequence[_Row]) -> str:
        """The variable whose elimination leaves the fewest inequalities, real ones first."""
        signs: dict[str, tuple[int, int]] = {}
        for row in rows:
            for name, factor in row.inequality.coefficients:
                lower, upper = signs.get(name, (0, 0))
                signs[name] = (lower + (factor > 0), upper + (factor < 0))

        def cost(name: str) -> tuple[bool, int, str]:
            lower, upper = signs[name]
            return (name in self.integers, lower * upper - lower - upper, name)

        return min(signs, key=cost)

    def _projected(self, name: str, rows: Sequence[_Row], eliminations: int) -> list[_Row]:
        self.eliminated.append((name, [row for row in rows if row.coefficient(name)]))
        lower = [row for row in rows if row.coefficient(name) > 0]
        upper = [row for row in rows if row.coefficient(name) < 0]
        kept = [row for row in rows if not row.coefficient(name)]
        for below in lower:
            for above in upper:
                # Chernikov: after k eliminations, what needs more than k + 1 inequalities is superfluous.
                if len(below.origins | above.origins) <= eliminations + 1:
                    times, other = -above.coefficient(name), below.coefficient(name)
                    kept.append(self._combination(below, above, times, other))
            if len(kept) > 4 * self.most:
                break
        return kept

    def _point(self) -> Point | Open:
        values: dict[str, Fraction] = {}
        trials = [0]
        # A variable that vanished together with another one is free.
        placed = {name for name, _ in self.eliminated}
        free = {name for row in self.known for name, _ in row.coefficients} - placed
        self.eliminated += [(name, []) for name in sorted(free)]

        def search(depth: int) -> bool:
            if depth < 0:
                return True
            name, rows = self.eliminated[depth]
            for value in _candidates(name, rows, values, name in self.integers):
                trials[0] += 1
                if trials[0] > MOST_TRIALS:
                    return False
                values[name] = value
                if search(depth - 1):
                    return True
                del values[name]
            return False

        if search(len(self.eliminated) - 1):
            return Point(dict(sorted(values.items())))
        return Open("no point with the required integers was found")


def _scaled(multipliers: Mapping[int, Fraction], factor: Fraction | int) -> dict[int, Fraction]:
    return {index: factor * multiplier for index, multiplier in multipliers.items()}


def _strongest(rows: Iterable[_Row]) -> list[_Row]:
    """One row for each left side where one is both stronger and needs no more inequalities."""
    best: dict[object, list[_Row]] = {}
    for row in rows:
        equation = row.inequality.relation == "=="
        key = (row.inequality.coefficients, equation, row.inequality.constant if equation else None)
        others = best.setdefault(key, [])
        if not any(_beats(other, row) for other in others):
            others[:] = [other for other in others if not _beats(row, other)] + [row]
    return [row for rows in best.values() for row in rows]


def _beats(row: _Row, other: _Row) -> bool:
    strength = (row.inequality.constant, row.inequality.relation == ">=")
    return strength <= (other.inequality.constant, other.inequality.relation == ">=") and len(
        row.origins
    ) <= len(other.origins)


def _candidates(
    name: str, rows: Sequence[_Row], values: Mapping[str, Fraction], integral: bool
) -> Iterator[Fraction]:
    """Values of a variable that satisfy rows whose other variables have values, simplest first."""
    low: tuple[Fraction, bool] | None = None
    high: tuple[Fraction, bool] | None = None
    for row in rows:
        inequality = row.inequality
        own = row.coefficient(name)
        rest = inequality.constant + sum(
            factor * values[other] for other, factor in inequality.coefficients if other != name
        )
        end = (-rest / own, inequality.relation == ">")
        if own > 0 or inequality.relation == "==":
            low = end if low is None else max(low, end)
        if own < 0 or inequality.relation == "==":
            high = end if high is None else min(high, (end[0], end[1]), key=lambda e: (e[0], not e[1]))
    for value in _simple(low, high, integral):
        if (low is None or value > low[0] or (value == low[0] and not low[1])) and (
            high is None or value < high[0] or (value == high[0] and not high[1])
        ):
            yield value


def _simple(
    low: tuple[Fraction, bool] | None, high: tuple[Fraction, bool] | None, integral: bool
) -> Iterator[Fraction]:
    if low is not None:
        yield from (Fraction(ceiling(low[0]) + shift) for shift in range(9))
    elif high is not None:
        yield from (Fraction(math.floor(high[0]) - shift) for shift in range(9))
    else:
        yield from (Fraction(value) for value in (0, 1, -1, 2, -2, 3, -3, 4, 5))
    if not integral:
        if low is not None and high is not None:
            middle = (low[0] + high[0]) / 2
            yield from (middle, low[0], high[0], (low[0] + middle) / 2, (high[0] + middle) / 2)
        elif low is not None:
            yield from (low[0], low[0] + Fraction(1, 2))
        elif high is not None:
            yield from (high[0], high[0] - Fraction(1, 2))


def solve(
    system: Sequence[Inequality], integers: Collection[str] = (), most: int = MOST_INEQUALITIES
) -> Contradiction | Point | Open:
    """A point of a system of linear inequalities, or the reason that there is none.

    Parameters
    ----------
    system : sequence of Inequality
    integers : collection of str
        The variables that are integers; the others are real.
    most : int
        The number of inequalities at which elimination gives up.

    Returns
    -------
    Contradiction, Point or Open
        ``Open`` where a limit is met; with real variables only, the limit on the number of
        inequalities is the only one.

    Examples
    --------
    >>> x, y = ("x", Fraction(1)), ("y", Fraction(1))
    >>> above = Inequality((x, ("y", Fraction(-1))), Fraction(0), ">")      # x > y
    >>> solve([above, Inequality((y,), Fraction(-1))], {"x", "y"}).values   # and y >= 1
    {'x': Fraction(2, 1), 'y': Fraction(1, 1)}
    >>> solve([Inequality((x,), Fraction(-1)), Inequality((("x", Fraction(-2)),), Fraction(1))])
    Contradiction(steps=({0: Fraction(1, 1), 1: Fraction(1, 1)},))
    """
    return _Elimination(tuple(system), frozenset(integers), most).run()
