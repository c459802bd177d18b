"""The search for regimes: the comparison of two rates, case by case.

The comparison is evaluated with the signs that are known.  When it needs the sign of a polynomial
in the parameters that the case at hand leaves open, the case is split, and cases that contradict
the assumptions are closed.  The leaves of the tree are then described by as few conditions as
possible, and the tree is built once more with those conditions at its root.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations

from flint import fmpq_mpoly

from bounds.case_trees import Leaf, Node, Refutation, Regime, Split
from bounds.exponents import Exponent
from bounds.fourier_motzkin import Effort, Point
from bounds.known_signs import THREE, Growth, Needed, Stuck, as_polynomial, compared, denominators
from bounds.linear_inequalities import Relation
from bounds.polynomial_inequalities import Domain, Fact, decide, evaluated, shown
from bounds.rational_functions import ANY_SIGN, SIGNS, Signs

MOST_CASES = 600
"""The search gives up at so many cases."""

MOST_COMBINATIONS = 50_000
"""The search gives up when it has combined so many inequalities."""

MOST_REFINED = 200
"""Splitting all cases by all polynomials is not tried beyond so many."""

VERDICTS = {-1: "smaller", 0: "same", 1: "larger"}


@dataclass(frozen=True, slots=True)
class Case:
    """What is known: signs of irreducible polynomials, inequalities, and a point, if one was found."""

    signs: Mapping[str, Signs] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    used: frozenset[int] = frozenset()
    point: Mapping[str, Fraction] | None = None


@dataclass(slots=True)
class Search:
    """The comparison of two rates under assumptions.

    Parameters
    ----------
    domain : Domain
    first, second : sequence of growths
        The exponents of the terms of both rates.
    assumptions : sequence of (difference, relation)
        Each says ``difference relation 0``.
    """

    domain: Domain
    first: Sequence[Growth]
    second: Sequence[Growth]
    assumptions: Sequence[tuple[Exponent, str]]
    left: int = 0
    effort: Effort = field(default_factory=lambda: Effort(MOST_COMBINATIONS))
    leaves: list[tuple[Case, str]] = field(default_factory=list)
    splits: dict[str, fmpq_mpoly] = field(default_factory=dict)

    def run(self, foremost: Sequence[fmpq_mpoly] = (), most: int = MOST_CASES) -> Node:
        """The tree of cases, split by the given polynomials before everything else.

        Raises
        ------
        Stuck
            If there are too many cases, or an exponent is not defined in one of them.
        """
        self.left, self.leaves, self.splits = most, [], {}
        self.effort = Effort(MOST_COMBINATIONS)
        return self._explored(Case(), foremost, is_new=True)

    def _explored(self, case: Case, foremost: Sequence[fmpq_mpoly], is_new: bool) -> Node:
        self.left -= 1
        if self.left < 0 or self.effort.left < 0:
            raise Stuck("the comparison splits into too many cases; compare simpler rates or assume more")
        assumed, obstacle = self._assumed(case)
        if is_new or not _satisfies(assumed.facts[len(case.facts) :], case.point, self.domain):
            found = decide(assumed.facts, self.domain, self.effort)
            if isinstance(found, Refutation):
                return found
            assumed = replace(assumed, point=found.values if isinstance(found, Point) else None)
        decided = self._decided(assumed, obstacle, foremost)
        if isinstance(decided, Needed):
            return self._split(assumed, decided, foremost)
        self.leaves.append((self._with_defined_point(assumed), decided.verdict))
        return decided

    def _decided(
        self, case: Case, obstacle: Needed | Stuck | None, foremost: Sequence[fmpq_mpoly]
    ) -> Leaf | Needed:
        """The verdict in a case, or the next sign that it needs."""
        try:
            if obstacle is not None:
                raise obstacle
            for polynomial in foremost:
                if len(case.signs.get(str(polynomial), ANY_SIGN)) > 1:
                    raise Needed(polynomial, THREE)
            sign, margin = compared(self.first, self.second, self.domain.context, case.signs)
        except Needed as needed:
            return needed
        return Leaf(VERDICTS[sign], str(margin))

    def _assumed(self, case: Case) -> tuple[Case, Needed | Stuck | None]:
        """The case with all assumptions that can be read, and what keeps another one from being read."""
        obstacle: Needed | Stuck | None = None
        for index, (difference, relation) in enumerate(self.assumptions):
            if index not in case.used:
                try:
                    polynomial = as_polynomial(difference, self.domain.context, case.signs)
                except (Needed, Stuck) as problem:
                    obstacle = obstacle or problem
                    continue
                fact = _fact(polynomial, relation)
                case = replace(case, facts=(*case.facts, fact), used=case.used | {index})
        return case, obstacle

    def _with_defined_point(self, case: Case) -> Case:
        """The case with a point at which no exponent divides by zero, not even where that cancels."""
        exponents = [exponent for growth in (*self.first, *self.second) for exponent in growth]
        divisors = [
            d for exponent in exponents for d in denominators(exponent, self.domain.context, case.signs)
        ]
        if case.point is None or all(evaluated(d, self.domain, case.point) for d in divisors):
            return case
        for relation in (">", "<"):
            away = [_fact(divisor, relation) for divisor in divisors]
            found = decide([*case.facts, *away], self.domain, self.effort)
            if isinstance(found, Point):
                return replace(case, point=found.values)
        return replace(case, point=None)

    def _split(self, case: Case, needed: Needed, foremost: Sequence[fmpq_mpoly]) -> Node:
        polynomial, key = needed.polynomial, str(needed.polynomial)
        branches: list[tuple[str, Node]] = []
        for relation in needed.relations:
            fact = _fact(polynomial, relation)
            signs = {**case.signs, key: case.signs.get(key, ANY_SIGN) & SIGNS[relation]}
            child = replace(case, signs=signs, facts=(*case.facts, fact))
            # The point of the parent lies in one of the cases; the others have to find their own.
            is_new = not _satisfies([fact], case.point, self.domain)
            branches.append((relation, self._explored(child, foremost, is_new)))
        if sum(not isinstance(node, Refutation) for _, node in branches) > 1:
            self.splits.setdefault(key, polynomial)
        return Split(key, tuple(branches))


def _satisfies(facts: Sequence[Fact], point: Mapping[str, Fraction] | None, domain: Domain) -> bool:
    return not facts or (point is not None and all(fact.at(domain, point) for fact in facts))


def _fact(polynomial: fmpq_mpoly, relation: str) -> Fact:
    """``polynomial relation 0``, turned around so that the relation is ``>=``, ``>`` or ``==``."""
    turned = relation in ("<", "<=") or (relation == "==" and not _leads_positive(polynomial))
    if turned:
        polynomial = -polynomial
    facing: dict[str, Relation] = {"<": ">", "<=": ">=", "==": "==", ">=": ">=", ">": ">"}
    return Fact(polynomial, facing[relation])


def _leads_positive(polynomial: fmpq_mpoly) -> bool:
    return bool(polynomial.is_zero() or polynomial.leading_coefficient() > 0)


MOST_ROUNDS = 3
MOST_TOGETHER = 3
"""Sets of conditions are tried out up to this size."""

_RELATIONS = {signs: relation for relation, signs in SIGNS.items()}

_Box = tuple[Signs, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A leaf of a tree, with the signs that the polynomials may have there."""

    box: _Box
    verdict: str
    point: Mapping[str, Fraction] | None

    def meets(self, box: _Box) -> bool:
        """False only if no point of the cell lies in the box."""
        return all(own & allowed for own, allowed in zip(self.box, box, strict=True))


def _cell(leaf: tuple[Case, str], polynomials: Sequence[fmpq_mpoly]) -> _Cell:
    case, verdict = leaf
    return _Cell(tuple(case.signs.get(str(p), ANY_SIGN) for p in polynomials), verdict, case.point)


def regimes(search: Search) -> tuple[Node, tuple[Regime, ...]]:
    """The regimes of a comparison, disjoint and exhaustive, and the tree that proves them.

    Raises
    ------
    Stuck
        If the search does not finish, or a regime was found that may be empty.
    """
    tree = search.run()
    verdicts = {verdict for _, verdict in search.leaves}
    if not verdicts:
        return tree, ()
    if len(verdicts) == 1:
        points = [case.point for case, _ in search.leaves]
        return tree, (Regime("always", verdicts.pop(), _simplest(points, "the assumptions")),)
    polynomials = trial = _ordered(search.splits)
    cells = [_cell(leaf, polynomials) for leaf in search.leaves]
    with suppress(Stuck):
        # Splitting all cases by all polynomials lets them be put together better.
        for _ in range(MOST_ROUNDS):
            refined = search.run(trial, MOST_REFINED)
            if search.splits.keys() <= {str(p) for p in trial}:
                tree, polynomials = refined, trial
                cells = [_cell(leaf, polynomials) for leaf in search.leaves]
                break
            trial = _ordered({**search.splits, **{str(p): p for p in trial}})
    boxes: list[tuple[_Box, str]] = []
    found: list[Regime] = []
    for verdict in ("larger", "same", "smaller"):
        for box, group in _boxes([cell for cell in cells if cell.verdict == verdict], cells):
            condition = _condition(box, polynomials, search.domain)
            boxes.append((box, verdict))
            found.append(Regime(condition, verdict, _simplest([cell.point for cell in group], condition)))
    used = [p for i, p in enumerate(polynomials) if any(box[i] != ANY_SIGN for box, _ in boxes)]
    with suppress(Stuck):
        shorter = search.run(used)
        # A case that cannot happen, but was not closed, may come out otherwise this time.
        again = [_cell(leaf, polynomials) for leaf in search.leaves]
        if all([v for box, v in boxes if cell.meets(box)] == [cell.verdict] for cell in again):
            tree = shorter
    return tree, tuple(found)


def _ordered(polynomials: Mapping[str, fmpq_mpoly]) -> list[fmpq_mpoly]:
    """The simplest first."""
    return sorted(polynomials.values(), key=lambda p: (len(p.monoms()), len(str(p)), str(p)))


def _condition(box: _Box, polynomials: Sequence[fmpq_mpoly], domain: Domain) -> str:
    chosen = [(p, signs) for p, signs in zip(polynomials, box, strict=True) if signs != ANY_SIGN]
    return ", ".join(shown(_fact(p, _RELATIONS[signs]), domain) for p, signs in chosen)


def _simplest(points: Sequence[Mapping[str, Fraction] | None], where: str) -> dict[str, Fraction | int]:
    known = [point for point in points if point is not None]
    if not known:
        raise Stuck(f"no exact values of the parameters were found that satisfy {where}")
    best = min(
        known, key=lambda point: (sum(abs(v) + v.denominator for v in point.values()), *point.values())
    )
    return {name: value.numerator if value.denominator == 1 else value for name, value in best.items()}


def _boxes(own: Sequence[_Cell], cells: Sequence[_Cell]) -> Iterator[tuple[_Box, list[_Cell]]]:
    """Disjoint boxes of signs that together hold exactly the given cells, as few as greed finds."""
    left = list(own)
    while left:
        group = left
        box = _described(group, cells)
        if box is None:
            group = [left[0]]
            for cell in left[1:]:
                group = _grown([*group, cell], left, cells) or group
            box = _described(group, cells)
        if box is None:
            raise Stuck("the cases could not be put together into regimes")
        yield box, group
        left = [cell for cell in left if cell not in group]


def _grown(group: list[_Cell], left: Sequence[_Cell], cells: Sequence[_Cell]) -> list[_Cell] | None:
    """All cells that the hull of a group meets, if they are among those that are left."""
    while True:
        hull = _hull(group)
        met = [cell for cell in cells if cell.meets(hull)]
        if not all(cell in left for cell in met):
            return None
        if len(met) == len(group):
            return group
        group = met


def _described(group: Sequence[_Cell], cells: Sequence[_Cell]) -> _Box | None:
    """The fewest and simplest conditions that hold in a group of cells and in no other cell."""
    hull = _hull(group)
    others = [cell for cell in cells if cell not in group]
    places = [place for place, allowed in enumerate(hull) if allowed != ANY_SIGN]
    if any(cell.meets(hull) for cell in others):
        return None

    def restricted(chosen: Collection[int]) -> _Box:
        return tuple(allowed if place in chosen else ANY_SIGN for place, allowed in enumerate(hull))

    for size in range(min(len(places), MOST_TOGETHER) + 1):
        for chosen in combinations(places, size):
            if not any(cell.meets(restricted(chosen)) for cell in others):
                return restricted(chosen)
    # With many conditions, drop them one by one, the least simple first.
    kept = list(places)
    for place in reversed(places):
        fewer = [other for other in kept if other != place]
        if not any(cell.meets(restricted(fewer)) for cell in others):
            kept = fewer
    return restricted(kept)


def _hull(group: Sequence[_Cell]) -> _Box:
    """For each polynomial the least interval of signs that holds those of all cells."""
    columns = zip(*(cell.box for cell in group), strict=True)
    unions = (frozenset[int]().union(*column) for column in columns)
    return tuple(ANY_SIGN if {-1, 1} <= union else union for union in unions)
