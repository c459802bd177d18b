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

from bounds.derived_inequalities import Proof, Row
from bounds.linear_inequalities import Contradiction, Inequality, Relation, holds, tightened
from identifiability.exact import ceiling

MOST_INEQUALITIES = 1_500
"""Elimination gives up when more inequalities than this are alive."""

MOST_TRIALS = 1_000
"""The search for an integer point gives up after so many partial assignments."""


@dataclass(frozen=True, slots=True)
class Point:
    """Exact values that satisfy a system, integers where integers are wanted."""

    values: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Open:
    """Neither a contradiction nor a point was found within the limits."""

    reason: str


@dataclass(slots=True)
class Effort:
    """How many inequalities may still be combined, over several systems."""

    left: int


@dataclass(slots=True)
class _Elimination:
    system: Sequence[Inequality]
    integers: frozenset[str]
    most: int
    effort: Effort
    rounded: int = 0
    eliminated: list[tuple[str, list[Row]]] = field(default_factory=list)

    def run(self) -> Contradiction | Point | Open:
        rows = [self._initial(index, inequality) for index, inequality in enumerate(self.system)]
        names = {name for row in rows for name in row.coefficients}
        eliminations = 0
        while True:
            contradiction = self._contradiction(rows)
            if contradiction is not None:
                return contradiction
            rows = _strongest(row for row in rows if row.coefficients)
            if not rows:
                # A variable that vanished together with another one is free.
                free = names - {name for name, _ in self.eliminated}
                self.eliminated += [(name, []) for name in sorted(free)]
                return self._point()
            if len(rows) > self.most or self.effort.left < 0:
                return Open(f"elimination passed {self.most} inequalities")
            equation = next((row for row in rows if row.relation == "=="), None)
            if equation is not None:
                rows = self._substituted(equation, rows)
                continue
            eliminations += 1
            rows = self._projected(self._cheapest(rows), rows, eliminations)

    def _initial(self, index: int, inequality: Inequality) -> Row:
        tight = tightened(inequality, self.integers)
        scale = tight.constant.denominator
        coefficients = {name: int(factor * scale) for name, factor in tight.coefficients}
        origins = frozenset[int]() if tight.relation == "==" else frozenset({index})
        return Row(coefficients, tight.constant.numerator, tight.relation, origins, index, scale)

    def _contradiction(self, rows: Iterable[Row]) -> Contradiction | None:
        for row in rows:
            if not row.coefficients and not holds(Fraction(row.constant), row.relation):
                # An equation is used with the sign that makes its constant negative.
                return Proof(len(self.system)).of([(row, -1 if row.constant > 0 else 1)])
            if (
                row.relation == "=="
                and row.coefficients
                and row.coefficients.keys() <= self.integers
                and row.constant % math.gcd(*row.coefficients.values())
            ):
                # p + 1/2 = 0 with integral p: rounding gives p >= 0 and -p - 1 >= 0.
                halves = [
                    Row(
                        row.coefficients,
                        row.constant,
                        ">=",
                        row.origins,
                        parents=((row, sign),),
                        is_rounded=True,
                    )
                    for sign in (1, -1)
                ]
                return Proof(len(self.system)).of([(half, 1) for half in halves])
        return None

    def _combination(self, first: Row, second: Row, times: int, other: int) -> Row:
        """``times * first + other * second`` in lowest terms, rounded where all variables are integers."""
        self.effort.left -= 1
        total = {name: times * factor for name, factor in first.coefficients.items()}
        for name, factor in second.coefficients.items():
            total[name] = total.get(name, 0) + other * factor
        total = {name: factor for name, factor in total.items() if factor}
        constant = times * first.constant + other * second.constant
        relations = {first.relation, second.relation}
        relation: Relation = ">" if ">" in relations else "==" if relations == {"=="} else ">="
        origins, parents = first.origins | second.origins, ((first, times), (second, other))
        if not total:
            return Row({}, constant, relation, origins, parents=parents)
        divisor, is_rounded = math.gcd(constant, *total.values()), False
        if relation != "==" and total.keys() <= self.integers:
            divisor = math.gcd(*total.values())
            is_rounded = relation == ">" or constant % divisor != 0
            constant -= (relation == ">") + (constant - (relation == ">")) % divisor
            relation = ">="
        if is_rounded:
            # What was rounded counts as an inequality of its own, or Chernikov's rule would drop too much.
            self.rounded += 1
            origins = frozenset({len(self.system) + self.rounded})
        coefficients = {name: factor // divisor for name, factor in total.items()}
        row = (coefficients, constant // divisor, relation, origins)
        return Row(*row, parents=parents, divisor=divisor, is_rounded=is_rounded)

    def _substituted(self, equation: Row, rows: Sequence[Row]) -> list[Row]:
        # A real variable takes any value, and a unit coefficient keeps integers integral.
        name = min(
            equation.coefficients,
            key=lambda name: (name in self.integers, abs(equation.coefficients[name]) != 1, name),
        )
        self.eliminated.append((name, [equation]))
        factor = equation.coefficients[name]
        sign = 1 if factor > 0 else -1
        kept = []
        for row in rows:
            own = row.coefficients.get(name, 0)
            if row is not equation:
                kept.append(self._combination(row, equation, abs(factor), -sign * own) if own else row)
        return kept

    def _cheapest(self, rows: Sequence[Row]) -> str:
        """The variable whose elimination leaves the fewest inequalities, real ones first."""
        signs: dict[str, tuple[int, int]] = {}
        for row in rows:
            for name, factor in row.coefficients.items():
                lower, upper = signs.get(name, (0, 0))
                signs[name] = (lower + (factor > 0), upper + (factor < 0))

        def cost(name: str) -> tuple[bool, int, str]:
            lower, upper = signs[name]
            return (name in self.integers, lower * upper - lower - upper, name)

        return min(signs, key=cost)

    def _projected(self, name: str, rows: Sequence[Row], eliminations: int) -> list[Row]:
        lower = [row for row in rows if row.coefficients.get(name, 0) > 0]
        upper = [row for row in rows if row.coefficients.get(name, 0) < 0]
        kept = [row for row in rows if name not in row.coefficients]
        self.eliminated.append((name, lower + upper))
        for below in lower:
            for above in upper:
                # Chernikov: after k eliminations, what needs more than k + 1 inequalities is superfluous.
                if len(below.origins | above.origins) <= eliminations + 1:
                    times, other = -above.coefficients[name], below.coefficients[name]
                    kept.append(self._combination(below, above, times, other))
            if len(kept) > 4 * self.most or self.effort.left < 0:
                break
        return kept

    def _point(self) -> Point | Open:
        values: dict[str, Fraction] = {}
        trials = [0]

        def search(depth: int) -> bool:
            if depth < 0:
                return True
            name, rows = self.eliminated[depth]
            self.effort.left -= 1 + len(rows) // 8
            for value in _candidates(name, rows, values, name in self.integers):
                trials[0] += 1
                if trials[0] > MOST_TRIALS or self.effort.left < 0:
                    return False
                values[name] = value
                if search(depth - 1):
                    return True
                del values[name]
            return False

        if search(len(self.eliminated) - 1):
            return Point(dict(sorted(values.items())))
        return Open("no point with the required integers was found")


def _strongest(rows: Iterable[Row]) -> list[Row]:
    """One row for each left side where one is both stronger and needs no more inequalities."""
    best: dict[object, list[Row]] = {}
    for row in rows:
        equation = row.relation == "=="
        key = (frozenset(row.coefficients.items()), equation, row.constant if equation else None)
        others = best.setdefault(key, [])
        if not any(_beats(other, row) for other in others):
            others[:] = [other for other in others if not _beats(row, other)] + [row]
    return [row for rows in best.values() for row in rows]


def _beats(row: Row, other: Row) -> bool:
    strength = (row.constant, row.relation == ">=")
    return strength <= (other.constant, other.relation == ">=") and len(row.origins) <= len(other.origins)


def _candidates(
    name: str, rows: Sequence[Row], values: Mapping[str, Fraction], integral: bool
) -> Iterator[Fraction]:
    """Values of a variable that satisfy rows whose other variables have values, simplest first."""
    low: tuple[Fraction, bool] | None = None
    high: tuple[Fraction, bool] | None = None
    for row in rows:
        own = row.coefficients[name]
        others = ((other, factor) for other, factor in row.coefficients.items() if other != name)
        rest = sum((factor * values[other] for other, factor in others), Fraction(row.constant))
        end = (-rest / own, row.relation == ">")
        if own > 0 or row.relation == "==":
            low = end if low is None else max(low, end)
        if own < 0 or row.relation == "==":
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
    system: Sequence[Inequality],
    integers: Collection[str] = (),
    most: int = MOST_INEQUALITIES,
    effort: Effort | None = None,
) -> Contradiction | Point | Open:
    """A point of a system of linear inequalities, or the reason that there is none.

    Parameters
    ----------
    system : sequence of Inequality
    integers : collection of str
        The variables that are integers; the others are real.
    most : int
        The number of inequalities at which elimination gives up.
    effort : Effort or None
        A limit over several systems; it is used up.

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
    return _Elimination(tuple(system), frozenset(integers), most, effort or Effort(100 * most)).run()
