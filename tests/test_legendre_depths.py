"""Depth 2 against depth 3: against each side alone, known tables, brute force, and what is printed."""

import itertools
import json
import math
import shutil
import subprocess
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

import legendre
from identifiability.errors import Inexact, InvalidInput
from identifiability.exact import lower_fraction
from legendre import depth_rows, depths
from legendre.depth3 import depth3_network, depth3_plan, depth3_width
from legendre.depths import collected, root_below, separation, separation_rows
from legendre.shown_counts import in_latex, shown
from legendre.targets import exponential, function, monomial, sign, sine
from legendre.width import depth2_width

WAVE = sine("pi*d^3")
with ctx.workprec(200):
    SQUARE = Fraction(f"{float(lower_fraction(1 / (50 * arb.const_e() ** 2 * arb.pi() ** 2))):.12g}")


@pytest.fixture(scope="module")
def wave():
    return separation(WAVE, range(2, 9), "0.0165", "2^d")


def test_each_row_is_what_both_sides_say_alone(wave):
    for row in wave.rows:
        lower = depth2_width(WAVE, row.d, "0.0165", "2^d", certified=True)
        assert row.depth2 == lower
        assert row.depth2.weight_bound == row.depth3.weight_bound == row.slides.weight_bound == 2**row.d
        assert row.depth3.width == depth3_width(WAVE, row.d, "0.0165", weight_bound="2^d")
        assert row.slides.width == depth3_width(WAVE, row.d, "0.0165", "slides", "2^d")
        assert row.depth3.proved_error**2 <= lower.epsilon_squared
        assert row.settled == (row.depth2.width > row.depth3.width)
        assert row.factor * row.depth3.width == row.depth2.width


def test_the_claim_holds_from_three_on(wave):
    assert [row.settled for row in wave.rows] == [False] + [True] * 6
    assert wave.settled_from == 3
    assert wave.smaller_from == 6
    assert wave.row(3).depth2.width == 769
    with pytest.raises(InvalidInput, match=r"pass one of 2\.\.8"):
        wave.row(9)
    with pytest.raises(InvalidInput, match="dimension d must be at most"):
        wave.row(10**5000)


def test_the_networks_have_the_sizes_and_weights_that_are_compared(wave):
    for d in (2, 3):
        network = depth3_network(WAVE, d, "0.0165", weight_bound="2^d")
        row = wave.row(d)
        assert max(network.widths) == row.depth3.width
        assert network.parameter_count() == row.parameters[1]
        entries = [*network.weights, *network.biases]
        assert max(abs(Fraction(int(part.numerators.max()), part.denominator)) for part in entries) <= 2**d
        assert min(Fraction(int(part.numerators.min()), part.denominator) for part in entries) >= -(2**d)


def test_parameters_at_depth_2_are_those_of_a_network():
    from identifiability.network import Network

    row = separation(sine(5), 3, "1/10", 1).rows[0]
    width = row.depth2.width
    network = Network([np.ones((width, 6)), np.ones((1, width))])
    assert network.parameter_count() == row.parameters[0]


@pytest.mark.parametrize(
    ("method", "logs", "degrees"),
    [
        ("slides", [-4.08, -3.20, 0.48, 5.49, 17.74, 55.51], [25, 100, 400, 900, 2500, 10000]),
        ("tail", [-0.72, 4.32, 18.17, 34.63, 71.94, 179.36], [347, 2993, 24589, 83655, 389531, 3129263]),
        ("dual", [-0.43, 4.61, 18.46, 34.92, 72.23, 179.64], None),
        ("optimal", [0.48, 5.64, 19.64, 36.17, 73.58, 181.14], None),
        ("box", [5.27, 11.87, 27.29, 44.67, 83.13, 192.11], None),
    ],
)
def test_the_known_table(method, logs, degrees):
    found = separation(WAVE, [5, 10, 20, 30, 50, 100], SQUARE, "2^d", method, "squared", certified=False)
    assert [row.depth2.log10 for row in found.rows] == pytest.approx(logs, abs=0.0065)
    if degrees is not None:
        assert [row.depth2.degree for row in found.rows] == degrees
    tight = [3.44, 4.34, 5.25, 5.78, 6.44, 7.34]
    slides = [6.98, 8.48, 9.99, 10.87, 11.98, 13.48]
    assert [math.log10(row.depth3.width) for row in found.rows] == pytest.approx(tight, abs=0.0065)
    assert [math.log10(row.slides.width) for row in found.rows] == pytest.approx(slides, abs=0.0065)


@pytest.mark.parametrize(
    ("method", "last", "from_one", "from_million", "from_slides", "from_tight"),
    [("tail", 15, 6, 12, 14, 11), ("box", 15, 2, 6, 7, 3)],
)
def test_from_which_dimension_on(method, last, from_one, from_million, from_slides, from_tight):
    found = separation(WAVE, range(2, last + 1), SQUARE, "2^d", method, "squared")

    def least(claim):
        return next(row.d for row in found.rows if claim(row))

    assert least(lambda row: row.depth2.log10 > 0) == from_one
    assert least(lambda row: row.depth2.log10 > 6) == from_million
    assert least(lambda row: row.depth2.width > row.slides.width) == from_slides
    assert found.settled_from == from_tight


@pytest.mark.slow
def test_from_which_dimension_on_by_the_slides():
    found = separation(WAVE, range(17, 43), SQUARE, "2^d", "slides", "squared")
    logs = {row.d: row.depth2.log10 for row in found.rows}
    assert logs[18] < 0 < logs[19]
    assert logs[30] < 6 < logs[31]
    assert [row.depth2.width > row.slides.width for row in found.rows] == [row.d >= 41 for row in found.rows]


@given(
    st.fractions(min_value=Fraction(1, 10**40), max_value=10**40),
    st.integers(-300, 300),
)
def test_the_root_is_below_and_close(fraction, exponent):
    square = fraction * Fraction(10) ** exponent
    if square <= 0:
        return
    root = root_below(square)
    assert root > 0
    assert root**2 <= square < root**2 * (1 + Fraction(1, 10**30))
    assert root_below(fraction**2) == fraction


def test_a_squared_error_asks_no_more_of_depth_3():
    exact = separation(WAVE, 3, "1/3600", "2^d", error="squared").rows[0]
    assert exact == separation(WAVE, 3, "1/60", "2^d").rows[0]
    row = separation(WAVE, 3, SQUARE, "2^d", error="squared").rows[0]
    assert row.depth3.proved_error**2 < row.depth2.epsilon_squared == SQUARE
    # A root from above would be a different question.
    assert root_below(SQUARE) ** 2 < SQUARE < (root_below(SQUARE) + Fraction(1, 10**40)) ** 2


def test_floats_and_callables_prove_nothing():
    floats = separation(WAVE, [3, 4], "0.0165", "2^d", certified=False)
    assert [row.status for row in floats.rows] == ["evidence"] * 2
    assert all(row.narrower and not row.settled for row in floats.rows)
    assert floats.settled_from is None
    assert floats.statement.startswith("Not proved")
    wave = function(lambda t: np.sin(85 * t), 85, 7225)
    with pytest.raises(Inexact, match="certify nothing"):
        separation(wave, 3, "0.0165", "2^d")
    believed = separation(wave, 3, "0.0165", "2^d", certified=False)
    assert believed.rows[0].depth3.status == "conditional"
    assert believed.rows[0].narrower
    assert not believed.rows[0].settled
    assert "believed" in believed.statement


def test_what_is_not_narrower_is_open_and_void_says_so():
    found = separation(monomial(2), [2, 3], "1/10", 1)
    assert found.settled_from is None
    assert found.statement.startswith("Nothing is settled")
    assert "open" in str(found)
    void = separation(sine(1), 3, 1, 1).rows[0]
    assert (void.status, void.depth2.width, void.factor) == ("void", 0, 0)
    assert void.cells[1] == void.cells[3] == "-"


@pytest.mark.parametrize(
    "mutated",
    [
        lambda row: row.depth2.width >= row.depth3.width - 10**6,
        lambda row: row.depth2.width < row.depth3.width,
        lambda row: True,
    ],
)
def test_a_wrong_comparison_is_noticed(monkeypatch, mutated, wave):
    """The check of the rows against both sides alone rejects another comparison."""
    monkeypatch.setattr(depth_rows.SeparationRow, "narrower", property(mutated))
    with pytest.raises(AssertionError):
        test_each_row_is_what_both_sides_say_alone(wave)


def test_a_status_that_is_too_good_is_noticed(monkeypatch):
    monkeypatch.setattr(depth_rows.SeparationRow, "status", property(lambda row: "certified"))
    with pytest.raises(AssertionError):
        test_floats_and_callables_prove_nothing()


def test_the_weight_bounds_of_both_sides_must_agree(monkeypatch, wave):
    """Without the bound the depth-3 network would be narrower at d = 3 than it may be."""
    free = separation(WAVE, 3, "0.0165", "2^d").rows[0].depth3.width
    original = depths.plan

    def unbounded(target, d, epsilon, method, weight_bound):
        return original(target, d, epsilon, method, None)

    monkeypatch.setattr(depths, "plan", unbounded)
    mutated = separation(WAVE, range(2, 9), "0.0165", "2^d")
    assert mutated.row(3).depth3.width < free
    with pytest.raises(AssertionError):
        test_each_row_is_what_both_sides_say_alone(mutated)


def test_dimensions_are_sorted_and_counted_once(wave):
    again = separation(WAVE, [4, "3", 4, 3], "0.0165", "2^d")
    assert [row.d for row in again.rows] == [3, 4]
    assert again.rows == wave.rows[1:3]
    rows = tuple(separation_rows(WAVE, iter([3, 4]), "0.0165", "2^d"))
    assert collected(rows, "2^d") == again


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"d": 1}, "at least 2"),
        ({"d": []}, "empty list"),
        ({"d": range(2, 10**12)}, "more than 1000"),
        ({"d": [3, 2001]}, "up to d = 2000"),
        ({"d": [3, "x"]}, "must be an integer"),
        ({"d": "3..5"}, "must be an integer"),
        ({"epsilon": 0}, "epsilon must be positive"),
        ({"epsilon": -1}, "epsilon must be positive"),
        ({"weight_bound": 0}, "weight_bound must be positive"),
        ({"weight_bound": "d-3"}, "weight_bound must be positive"),
        ({"target": "sin(t)"}, "target must be a target"),
        ({"target": sign()}, "no Lipschitz constant"),
        ({"method": "best"}, "method must be one of"),
        ({"error": "sup"}, "error must be"),
        ({"error": ["norm"]}, "error must be"),
        ({"method": 10**5000}, "method must be one of"),
        ({"certified": "no"}, "certified must be True or False"),
        ({"target": 10**5000}, "target must be a target"),
        ({"d": b"3"}, "dimension d must be an integer, got b'3'"),
        ({"d": {3: 4}}, "dimension d must be an integer, got {3: 4}"),
        ({"d": np.array("x")}, "dimension d must be an integer"),
        ({"d": itertools.count(2)}, "d has more than 1000 entries; pass fewer"),
        ({"method": "slides", "weight_bound": 2}, "2"),
    ],
)
def test_bad_input(arguments, words):
    given = {"target": WAVE, "d": 3, "epsilon": "0.01", "weight_bound": "2^d"} | arguments
    with pytest.raises(InvalidInput, match=words) as caught:
        separation(**given)
    assert "\n" not in str(caught.value)


def test_nothing_is_computed_before_all_dimensions_are_read(monkeypatch):
    monkeypatch.setattr(depths, "depth2_width", None)
    with pytest.raises(InvalidInput, match="at least 2"):
        separation(WAVE, [5, 1], "0.01", "2^d")


@pytest.fixture(scope="module")
def huge():
    return separation(WAVE, [5, 100], "0.0165", "2^d")


def test_json_is_exact_and_round_trips(huge):
    said = json.loads(json.dumps(huge.to_json()))
    assert said["schema"] == 1
    assert Fraction(said["inputs"]["epsilon_squared"]) == Fraction("0.0165") ** 2
    for shown_row, row in zip(said["rows"], huge.rows, strict=True):
        assert int(shown_row["depth2"]["width"]) == row.depth2.width
        assert Fraction(shown_row["factor"]) == row.factor
        assert Fraction(shown_row["weight_bound"]) == 2**row.d
        assert Fraction(shown_row["depth3"]["proved_error"]) == row.depth3.proved_error
        assert [int(width) for width in shown_row["depth3"]["widths"]] == list(row.depth3.widths)
        assert shown_row["settled"] is row.settled
    assert len(said["rows"][1]["depth2"]["width"]) == 193
    assert said["settled_from"] == "5"
    void = json.loads(json.dumps(separation(sine(1), 3, 1, 1).to_json()))
    assert void["rows"][0]["depth2"]["log10"] is None
    assert void["settled_from"] is None


def test_the_table_fits_and_abbreviates(huge):
    text = str(huge)
    assert all(len(line) <= 100 for line in text.splitlines())
    assert "…e192" in text
    assert "certified" in text
    assert "constructed" in text
    assert huge.statement.split(":")[0] in text


def test_huge_exponents_keep_the_table_readable():
    for found in (separation(WAVE, 3, "0.1", "1e-300"), separation(WAVE, 3, "1e-300", 2)):
        assert all(len(line) <= 100 for line in str(found).splitlines())
        json.dumps(found.to_json())


def test_html_is_escaped(huge):
    assert "F(x, x&#x27;) = f(&lt;x, x&#x27;&gt;)" in huge._repr_html_()
    assert "<script" not in separation(function(np.sin, 1, 1), 2, 1, 1, certified=False)._repr_html_()


def documents():
    bound = depth2_width(WAVE, 100, "0.0165", "2^d", "tail")
    return {
        "separation": lambda: separation(WAVE, [2, 3, 40], "0.0165", "2^d"),
        "void": lambda: separation(exponential("d"), [2], 10**9, 1),
        "depth 2": lambda: bound,
        "depth 3": lambda: depth3_plan(WAVE, 100, "0.0165", weight_bound="2^d"),
    }


@pytest.mark.parametrize("name", ["separation", "void", "depth 2", "depth 3"])
def test_latex_is_balanced(name):
    text = documents()[name]().to_latex()
    table = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    assert table.count("{") == table.count("}")
    assert table.count("$") % 2 == 0
    assert table.isascii()
    header, *lines = [line for line in table.splitlines() if line.endswith(r"\\")]
    assert all(line.count(" & ") == header.count(" & ") for line in lines)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex (Debian: texlive-latex-base)")
def test_latex_compiles(tmp_path):
    rows = "\n\n".join(make().to_latex() for make in documents().values())
    document = rf"\documentclass{{article}}\begin{{document}}{rows}\end{{document}}"
    (tmp_path / "table.tex").write_text(document, "utf-8")
    run = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "table.tex"],
        cwd=tmp_path,
        capture_output=True,
    )
    assert run.returncode == 0, run.stdout[-2000:]


def test_depth_2_and_depth_3_show_themselves():
    bound = depth2_width(WAVE, 5, "0.0165", "2^d", "tail", certified=True)
    assert "tail, n = " in bound._repr_html_()
    assert "certified" in bound.to_latex()
    chosen = depth3_plan(WAVE, 3, "0.0165", weight_bound="2^d")
    said = json.loads(json.dumps(chosen.to_json()))
    parts = [Fraction(said["proved_error"][name]) for name in ("inner_product", "interpolant", "values")]
    assert sum(parts) == Fraction(said["proved_error"]["value"]) == chosen.proved_error
    assert (
        int(said["parameters"]["dense"])
        == depth3_network(WAVE, 3, "0.0165", weight_bound="2^d").parameter_count()
    )
    assert (chosen.status, said["status"]) == ("constructed", "constructed")
    for text in (str(chosen), chosen.to_latex(), chosen._repr_html_()):
        assert "600" in text
        assert "constructed" in text
    assert depth3_plan(function(np.sin, 1, 1), 3, "0.1").status == "conditional"
    assert all(len(line) <= 100 for line in str(chosen).splitlines())


@given(st.integers(0, 10**400))
def test_shown_counts_are_the_count_or_its_first_figures(value):
    text = shown(value)
    assert len(text) <= 12
    if "…" in text:
        digits, exponent = text.split("…e")
        low = int(digits.replace(".", "")) * 10 ** (int(exponent) - 3)
        assert low <= value < low + 10 ** (int(exponent) - 3)
        assert digits in in_latex(value)
    else:
        assert int(text) == value
        assert in_latex(value) == f"${value}$"


def test_public_names():
    assert legendre.separation is separation
    assert legendre.Separation is depths.Separation
