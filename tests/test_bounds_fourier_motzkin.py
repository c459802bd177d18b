"""Fourier-Motzkin elimination against scipy's solvers, and proofs that do not survive a change."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from bounds.fourier_motzkin import Effort, Open, Point, solve
from bounds.linear_inequalities import Contradiction, Inequality, combined, holds, refutes, tightened
from identifiability.errors import InvalidInput

NAMES = ("x", "y", "z", "w")


def inequality(text: str) -> Inequality:
    """Read ``3*x - y + 2 >= 0``."""
    from identifiability.evaluation import evaluate
    from identifiability.formula import Operation, parse_comparisons

    (comparison,) = parse_comparisons(text, NAMES)
    difference = Operation("-", comparison.left, comparison.right)
    origin = dict.fromkeys(NAMES, Fraction(0))
    constant = evaluate(difference, origin)
    coefficients = {name: evaluate(difference, {**origin, name: Fraction(1)}) - constant for name in NAMES}
    sign = -1 if comparison.relation in ("<", "<=") else 1
    terms = tuple((name, sign * factor) for name, factor in coefficients.items() if factor)
    relation = comparison.relation.replace("<", ">")
    return Inequality(terms, sign * constant, relation)  # type: ignore[arg-type]


def system(text: str) -> list[Inequality]:
    return [inequality(part) for part in text.split(",")]


def satisfied(point: Point, rows: list[Inequality], integers: set[str]) -> bool:
    values = [
        (sum((f * point.values[n] for n, f in row.coefficients), row.constant), row.relation) for row in rows
    ]
    whole = all(point.values[name].denominator == 1 for name in integers & set(point.values))
    return whole and all(holds(value, relation) for value, relation in values)


def feasible(rows: list[Inequality], integers: set[str]) -> bool:
    """scipy's answer, in a box and with strict inequalities by maximising their slack."""
    matrix, low, high = [], [], []
    for row in rows:
        line = [float(dict(row.coefficients).get(name, 0)) for name in NAMES]
        line.append(-1.0 if row.relation == ">" else 0.0)
        matrix.append(line)
        low.append(float(-row.constant))
        high.append(float(-row.constant) if row.relation == "==" else np.inf)
    found = milp(
        [0.0] * len(NAMES) + [-1.0],
        constraints=LinearConstraint(np.array(matrix), low, high),
        integrality=[int(name in integers) for name in NAMES] + [0],
        bounds=Bounds([-500.0] * len(NAMES) + [-50.0], [500.0] * len(NAMES) + [1.0]),
    )
    strict = any(row.relation == ">" for row in rows)
    return found.x is not None and (found.x[-1] > 1e-6 or not strict)


def random_system(rng: random.Random) -> tuple[list[Inequality], set[str]]:
    names = NAMES[: rng.randint(1, 4)]
    rows = []
    for _ in range(rng.randint(1, 8)):
        terms = tuple((n, Fraction(rng.randint(-3, 3))) for n in names if rng.random() < 0.7)
        relation = rng.choice([">=", ">=", ">", "=="])
        rows.append(Inequality(tuple(t for t in terms if t[1]), Fraction(rng.randint(-4, 4)), relation))
    return rows, {name for name in names if rng.random() < 0.5}


@pytest.mark.parametrize("seed", range(4))
def test_random_systems_are_decided_as_scipy_decides_them(seed: int) -> None:
    rng = random.Random(seed)
    undecided = 0
    for _ in range(150):
        rows, integers = random_system(rng)
        found = solve(rows, integers)
        match found:
            case Point():
                assert satisfied(found, rows, integers)
            case Contradiction():
                assert refutes(found, rows, integers)
                assert not feasible(rows, integers)
            case Open():
                assert integers  # over the reals, elimination decides
                undecided += 1
    assert undecided <= 3


@pytest.mark.parametrize(
    ("text", "integers"),
    [
        ("x >= 1, x <= 0", ""),
        ("x > 0, x < 1", "x"),
        ("2*x == 1", "x"),
        ("2*x - 2*y == 1", "xy"),
        ("x > y, y > z, z > x", ""),
        ("x + y >= 3, x <= 1, y <= 1", ""),
        ("3*x > 4, 3*x < 6", "x"),
        ("2*x + 2*y >= 1, 2*x + 2*y <= 1", "xy"),
        ("x == y, x == y + 1", ""),
        ("x >= 0, y >= 0, x + y < 0", ""),
        ("x > x", ""),
        ("0 > 1", ""),
        ("0 == 1", ""),
        # over the reals this has solutions, and rounding has to happen in the middle
        (
            "z + 6*y > 0, x < z + 3*y, y < 6*z + 2*x + 1, 3*z + x > -2, y >= 4*x + 5, 2*z + 5*y < -1, y >= 1",
            "xz",
        ),
    ],
)
def test_contradictions_are_proved(text: str, integers: str) -> None:
    rows = system(text)
    found = solve(rows, set(integers))
    assert isinstance(found, Contradiction)
    assert refutes(found, rows, set(integers))


@pytest.mark.parametrize(
    ("text", "integers"),
    [
        ("x > 0, x < 1", ""),
        ("x > 0, x < 1, y == 2*x", "y"),
        ("2*x - 2*y == 1", "x"),
        ("x > y", "xy"),
        ("x >= y, y >= x", ""),
        ("3*x > 4, 3*x < 7", "x"),
        ("x + y + z == 1/2, x > y, y > z, z > 0", ""),
        ("x > 1000000, x < 1000002", "x"),
        ("7*x == 3*y, x > 0", "xy"),
    ],
)
def test_points_are_found(text: str, integers: str) -> None:
    rows = system(text)
    found = solve(rows, set(integers))
    assert isinstance(found, Point)
    assert satisfied(found, rows, set(integers))


def test_x_at_least_y_does_not_prove_x_at_most_y() -> None:
    assert isinstance(solve(system("x >= y, x > y")), Point)
    assert isinstance(solve(system("x >= y, x < y")), Contradiction)


def mutations(proof: Contradiction) -> list[Contradiction]:
    """The proof with one multiplier changed, left out, made negative, or moved."""
    changed = []
    for place, step in enumerate(proof.steps):
        for index, factor in step.items():
            others = {other: f for other, f in step.items() if other != index}
            variants = [{**others, index: factor + 1}, others, {**others, index: -factor}]
            variants += [{**others, index + 1: factor}, {**others, index: 2 * factor}]
            for variant in variants:
                steps = (*proof.steps[:place], variant, *proof.steps[place + 1 :])
                changed.append(Contradiction(steps))
    return changed


CYCLES = ["x >= 1, x <= 0", "x > y, y > z, z > x", "x + y >= 3, x <= 1, y <= 1"]


@pytest.mark.parametrize("text", [*CYCLES, "3*x >= y + 1, y >= 2*x, x <= 0"])
def test_a_changed_multiplier_is_noticed(text: str) -> None:
    rows = system(text)
    proof = solve(rows)
    assert isinstance(proof, Contradiction)
    assert refutes(proof, rows)
    # The multipliers of these systems are unique up to a common factor.
    rejected = [not refutes(other, rows) for other in mutations(proof)]
    assert all(rejected)


@pytest.mark.parametrize("text", CYCLES)
def test_a_flipped_inequality_is_noticed(text: str) -> None:
    rows = system(text)
    proof = solve(rows)
    assert isinstance(proof, Contradiction)
    for place, row in enumerate(rows):
        turned = replace(
            row, coefficients=tuple((n, -f) for n, f in row.coefficients), constant=-row.constant
        )
        assert not refutes(proof, [*rows[:place], turned, *rows[place + 1 :]])
        weaker = replace(row, constant=row.constant + 100)
        assert not refutes(proof, [*rows[:place], weaker, *rows[place + 1 :]])


def test_rounding_is_for_integers_only() -> None:
    rows = system("3*x > 4, 3*x < 6")
    proof = solve(rows, {"x"})
    assert isinstance(proof, Contradiction)
    assert refutes(proof, rows, {"x"})
    assert not refutes(proof, rows)
    assert isinstance(solve(rows), Point)


def test_an_empty_proof_proves_nothing() -> None:
    rows = system("x >= 1, x <= 0")
    assert not refutes(Contradiction(()), rows)
    assert not refutes(Contradiction(({},)), rows)
    assert not refutes(Contradiction(({0: Fraction(0), 1: Fraction(0)},)), rows)
    assert not refutes(Contradiction(({5: Fraction(1)},)), rows)


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 9), st.sampled_from([">=", ">"]))
@settings(max_examples=100, deadline=None)
def test_tightening_keeps_the_integers_and_nothing_else_is_lost(
    a: int, c: int, q: int, relation: str
) -> None:
    row = Inequality((("x", Fraction(a, q)),), Fraction(c, q), relation)  # type: ignore[arg-type]
    tight = tightened(row, {"x"})
    for x in range(-60, 61):
        before = holds(Fraction(a, q) * x + Fraction(c, q), row.relation)
        coefficient = dict(tight.coefficients).get("x", Fraction(0))
        assert holds(coefficient * x + tight.constant, tight.relation) == before
    loose = tightened(row, ())
    if a:
        assert loose.constant / dict(loose.coefficients)["x"] == Fraction(c, a)


def test_combining_refuses_negative_multipliers_of_inequalities() -> None:
    rows = system("x >= 1, y == 2")
    assert combined(rows, {0: Fraction(1), 1: Fraction(-3)}).constant == 5
    with pytest.raises(InvalidInput, match="cannot be used"):
        combined(rows, {0: Fraction(-1)})
    with pytest.raises(InvalidInput, match="cannot be used"):
        combined(rows, {2: Fraction(1)})


def test_elimination_that_would_explode_is_given_up() -> None:
    rng = random.Random(1)
    names = [f"x{i}" for i in range(14)]
    rows = [
        Inequality(
            tuple((n, Fraction(rng.choice([-3, -2, -1, 1, 2, 3]))) for n in names),
            Fraction(rng.randint(-9, 9)),
        )
        for _ in range(60)
    ]
    found = solve(rows, effort=Effort(20_000))
    assert isinstance(found, Open)
    assert found.reason


def test_effort_is_shared_between_systems() -> None:
    effort = Effort(5)
    rows = system("x > y, y > z, z > w, w > x")
    while effort.left >= 0:
        solve(rows, effort=effort)
    assert isinstance(solve(system("x > y, y > z, z > x"), effort=effort), Open)
