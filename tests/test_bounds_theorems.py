"""The five theorems against the paper's formulas written again, and their repairs against samples."""

import re
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
import sympy

from bounds.rates import rate
from bounds.theorems import ASSUMPTION_1, ASSUMPTION_2, SELECTOR, theorem, theorems
from identifiability.errors import InvalidInput

ALL = theorems()
IDS = [stated.id for stated in ALL]
SYMBOLS = m, m1, m2, r, epsilon = sympy.symbols("m m1 m2 r epsilon")
PAPER = {
    "theorem-1": ("N_f", "lower", epsilon ** (-m / r), "Theorem 2"),
    "theorem-2": ("N_q", "lower", epsilon ** (-m1 - m2), "Theorem 3"),
    "theorem-3": ("N_q", "lower", epsilon ** -sympy.Min(m1 + m2, 2 * m1), "Theorem 4"),
    "theorem-4": ("N_g", "upper", epsilon ** (-m1 / r), "Theorem 5"),
    "theorem-5": (
        "N_f (hypernetwork)",
        "upper",
        epsilon ** (-m2 / r) + epsilon ** (-m1 / r),
        "Theorem 6",
    ),
}


def test_there_are_five():
    assert list(PAPER) == IDS
    assert [theorem(identifier) for identifier in IDS] == list(ALL)


@pytest.mark.parametrize("stated", ALL, ids=IDS)
def test_quantity_direction_and_rate_are_the_paper_s(stated):
    quantity, direction, expected, _ = PAPER[stated.id]
    assert (stated.quantity, stated.direction) == (quantity, direction)
    assert sympy.simplify(stated.sympy() - expected) == 0
    assert stated.rate.kind == {"lower": "Omega", "upper": "O"}[direction]
    others = [PAPER[other][2] for other in IDS if other != stated.id]
    assert all(sympy.simplify(stated.sympy() - other) != 0 for other in others)


@pytest.mark.parametrize("stated", ALL, ids=IDS)
def test_the_rate_has_the_paper_s_value_at_random_points(stated):
    rng = np.random.default_rng(5)
    for _ in range(20):
        first, second, order = (int(x) for x in rng.integers(1, 5, 3))
        values = {"m": first + second, "m1": first, "m2": second, "r": order}
        ours = stated.rate.value("0.01", values)
        theirs = PAPER[stated.id][2].subs({**values, epsilon: sympy.Rational(1, 100)})
        assert float(ours) == pytest.approx(float(theirs), rel=1e-12)


@pytest.mark.parametrize("stated", ALL, ids=IDS)
def test_the_rate_is_read_back_from_its_text(stated):
    assert rate(str(stated.rate)) == stated.rate


@pytest.mark.parametrize("stated", ALL, ids=IDS)
def test_the_source_names_both_versions(stated):
    number = stated.id[-1]
    assert f"(v2), Theorem {number};" in stated.source
    assert re.search(rf"in v1, .*, {PAPER[stated.id][3]}(,|$)", stated.source)


@pytest.mark.parametrize("stated", ALL, ids=IDS)
def test_statements_are_complete(stated):
    number = stated.id[-1]
    assert stated.title.startswith(f"Theorem {number} (")
    assert (
        f"{stated.quantity.split()[0]} = {'Omega' if stated.direction == 'lower' else 'O'}("
        in stated.statement
    )
    assert "<= ε" in stated.statement
    assert len(stated.repair) > 200
    assert stated.verdict_note.endswith(".")
    for text in (stated.statement, stated.statement_latex, stated.repair, stated.verdict_note, stated.source):
        assert "\n" not in text
        assert "  " not in text


@pytest.mark.parametrize("stated", ALL, ids=IDS)
def test_latex_is_balanced(stated):
    text = stated.latex()
    assert text.startswith(r"\textbf{")
    assert text.count("$") % 2 == 0
    depth = 0
    for position, character in enumerate(text):
        if text[position - 1] != "\\":
            depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0
    outside = re.sub(r"\$[^$]*\$", "", text)
    assert not re.search(r"[_^]|\\(?!textbf)", outside)


@pytest.mark.parametrize("stated", ALL, ids=IDS)
def test_hypotheses_are_named_once_and_stated(stated):
    names = [hypothesis.name for hypothesis in stated.hypotheses]
    assert len(set(names)) == len(names)
    assert all(hypothesis.statement for hypothesis in stated.hypotheses)
    uses_assumptions = stated.id != "theorem-5"
    assert (ASSUMPTION_1 in stated.hypotheses) is (ASSUMPTION_2 in stated.hypotheses) is uses_assumptions
    assert (SELECTOR in stated.hypotheses) is not uses_assumptions


@pytest.mark.parametrize("identifier", ["theorem-6", "Theorem 1", "", "theorem-1 "])
def test_an_unknown_theorem_is_refused(identifier):
    with pytest.raises(InvalidInput, match="theorem-1, theorem-2"):
        theorem(identifier)


def test_the_statements_load_no_heavy_library():
    script = (
        "import sys, bounds.theorems as t; t.theorems();"
        "assert not {'numpy', 'scipy', 'sympy', 'matplotlib', 'rich'} & set(sys.modules), sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


# The repairs, each against samples.


def perturbation(m1, depth, total, delta):
    """E of Theorem 5's repair: L = 1, and total = c*w bounds the sum of all weights."""
    a, b = Fraction(m1), Fraction(0)
    for _ in range(depth - 1):
        a, b = total * (1 + a), total * (b * (1 + delta) + a + 1)
    return total * (b * (1 + delta) + a)


def primary(weights, biases, x):
    for matrix, shift in zip(weights[:-1], biases, strict=True):
        x = np.tanh(matrix @ x + shift)
    return weights[-1] @ x


def test_theorem_5_s_perturbation_bound_holds_for_random_selectors():
    rng = np.random.default_rng(11)
    worst = 0.0
    for _ in range(400):
        m1, depth, w = int(rng.integers(1, 4)), int(rng.integers(2, 5)), int(rng.integers(1, 4))
        widths = [m1, *rng.integers(1, 5, depth - 1), 1]
        shapes = [(widths[i + 1], widths[i]) for i in range(depth)] + [(width,) for width in widths[1:-1]]
        sizes = [int(np.prod(shape)) for shape in shapes]
        M = rng.normal(size=(sum(sizes), w)) * rng.exponential(size=(sum(sizes), 1))
        c = float(rng.uniform(0.3, 3))
        M *= c / np.abs(M).sum(axis=0).max()
        features, delta = rng.uniform(-1, 1, w), float(rng.choice([1e-3, 0.1, 0.5]))
        outputs = []
        for vector in (features, features + rng.choice([-delta, delta], w)):
            parts = np.split(M @ vector, np.cumsum(sizes)[:-1])
            arrays = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
            outputs.append((arrays[:depth], arrays[depth:]))
        x = rng.choice([-1.0, 1.0], m1)
        moved = abs(primary(*outputs[0], x) - primary(*outputs[1], x))[0]
        bound = float(perturbation(m1, depth, Fraction(c) * w, Fraction(delta)) * Fraction(delta))
        worst = max(worst, moved / bound)
        assert moved <= bound * (1 + 1e-9)
    assert worst > 1e-3


def test_theorem_5_s_perturbation_bound_is_nearly_attained_by_a_short_chain():
    # One hidden unit of relu type in its linear range, L = 1, weight 1 each: total = 3, delta small.
    # f = W2 (W1 x + b1); all three parameters are features, w = 3 and c = 1.
    delta = Fraction(1, 1000)
    moved = (1 + delta) * ((1 + delta) + (1 + delta)) - 1 * (1 + 1)
    assert moved <= perturbation(1, 2, Fraction(3), delta) * delta
    # With c*w halved, as if the sum of all weights were bounded by c alone, the bound is false.
    assert moved > perturbation(1, 2, Fraction(1, 2), delta) * delta


@pytest.mark.parametrize("m2", [1, 2, 3])
@pytest.mark.parametrize("n", [1, 4, 5])
def test_theorem_2_s_grid_moves_the_embedding_by_m2_l1_over_n_at_most(m2, n):
    l1 = Fraction(3, 2)
    corner = [Fraction(1)] * m2
    cell_centre = [1 - Fraction(1, n)] * m2

    def embed(point):
        return l1 * sum(point)

    moved = embed(corner) - embed(cell_centre)
    assert moved == m2 * l1 / n
    assert moved > (m2 - 1) * l1 / n
    rng = np.random.default_rng(3)
    points = rng.uniform(-1, 1, (200, m2))
    centres = (np.floor((points + 1) / 2 * n).clip(0, n - 1) * 2 + 1) / n - 1
    assert np.abs(points - centres).sum(axis=1).max() <= m2 / n + 1e-12


def test_bounded_depth_and_complexity_bound_the_variation_of_the_derivative():
    # Shallow q with L = 1: TV(q') <= C(q) Var(σ'), so teeth of slope 1/2 cannot be followed for long.
    rng = np.random.default_rng(8)
    x = np.linspace(-1, 1, 4001)
    for _ in range(50):
        w, b, v = rng.normal(size=(3, 7)) * 4
        complexity = np.abs(w).sum() * np.abs(v).max()
        slope = ((1 - np.tanh(np.outer(x, w) + b) ** 2) * w) @ v
        assert np.abs(np.diff(slope)).sum() <= 2 * complexity


def test_borsuk_and_ulam_for_a_scalar_embedding_of_two_variables():
    # k = 1 < m2 = 2: some antipodal pair on the circle has the same embedding.
    rng = np.random.default_rng(2)
    w, b, v = rng.normal(size=(20, 2)), rng.normal(size=20), rng.normal(size=20)

    def gap(angle):
        point = np.array([np.cos(angle), np.sin(angle)])
        return float(np.tanh(w @ point + b) @ v - np.tanh(-(w @ point) + b) @ v)

    low, high = 0.0, np.pi
    assert gap(low) == pytest.approx(-gap(high))
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if gap(low) * gap(middle) > 0 else (low, middle)
    assert abs(gap(low)) < 1e-9
