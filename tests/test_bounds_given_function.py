"""Sizes for one given function: its certified norm puts it in a ball, and the ball has sizes."""

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import bounds
from identifiability.errors import InvalidInput, NetboundsError

ROOT = Path(__file__).parent.parent
SINE = "sin(3*x0)*x1/10"  # norm for r = 2: 1/10 + 3/10 + 1/10 + 9/10 + 3/10 = 1.7


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-c", "from bounds.cli.main import main; main()", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        env={**os.environ, "COLUMNS": "100"},
    )


def test_the_sizes_are_those_of_the_ball_that_the_norm_puts_it_in():
    report = bounds.size("0.01", function=SINE, r=2)
    assert report.question.m == 2
    assert Fraction("1.7") <= report.question.norm <= Fraction("1.7017")
    ball = bounds.size("0.01", m=2, r=2, norm=report.question.norm)
    assert [row.value for row in report.rows] == [row.value for row in ball.rows]


def test_the_report_says_which_side_speaks_of_the_function():
    report = bounds.size("0.01", function=SINE, r=2)
    assert "Upper sizes hold for f; lower sizes are those of the whole class" in str(report)
    assert report.to_json()["inputs"]["function"] == SINE
    assert Fraction(report.to_json()["sobolev_norm"]["upper"]) >= Fraction("1.7")
    assert bounds.size("0.01", m=2, r=2).to_json()["sobolev_norm"] is None


def test_a_norm_already_certified_is_taken_as_it_is():
    norm = bounds.sobolev_norm(SINE, variables=2, r=2)
    assert bounds.size("0.01", function=norm, r="2").rows == bounds.size("0.01", function=SINE, r=2).rows
    for other in ({"r": 1}, {"r": 2, "m": 3}, {"r": 2, "domain": (0, 1)}):
        with pytest.raises(InvalidInput, match="pass the formula itself"):
            bounds.size("0.01", function=norm, **other)


def test_on_a_domain_the_function_is_read_on_the_cube():
    # f(x) = sin(x) on [0, 8]: u -> sin(4 + 4u) has norm 1 + 4 + 16.
    report = bounds.size("0.1", function="sin(x0)", r=2, domain=(0, 8))
    assert Fraction(21) <= report.question.norm <= Fraction("21.03")
    assert report.question.upper_radius == report.question.lower_radius == report.question.norm


@pytest.mark.parametrize("formula", ["sin(2*x0)", "exp(x0/3)", "x0^3 - x0", "1/(2 + x0^2)", "tanh(x0) + 2"])
@pytest.mark.parametrize("ends", [(0, "1/4"), (-3, 1), ("-1/2", "1/2"), (1, 8)])
@pytest.mark.parametrize("r", [1, 2])
def test_the_two_factors_of_a_change_of_domain(formula, ends, r):
    norm = bounds.sobolev_norm(formula, variables=1, r=r, domain=ends)
    s = (Fraction(ends[1]) - Fraction(ends[0])) / 2
    assert norm.on_cube.lower <= max(1, s**r) * norm.upper
    assert norm.lower <= max(1, 1 / s**r) * norm.on_cube.upper


def test_the_factors_of_a_change_of_domain_cannot_be_smaller():
    steep = bounds.sobolev_norm("sin(1000*x0)", variables=1, r=2, domain=(-3, 3))
    assert steep.on_cube.lower > 3 * steep.upper  # s^r = 9, and s^(r-1) would be too small
    steep = bounds.sobolev_norm("sin(1000*x0)", variables=1, r=2, domain=("-1/3", "1/3"))
    assert steep.lower > 3 * steep.on_cube.upper


def test_a_network_of_that_size_has_that_error():
    report = bounds.size("0.02", function=SINE, r=2)
    built = bounds.build(
        "0.02", 2, 2, target=lambda x: np.sin(3 * x[:, 0]) * x[:, 1] / 10, norm=report.question.norm
    )
    assert built.counts["trainable"] == report.row("construction").value
    x = np.random.default_rng(0).uniform(-1, 1, (20_000, 2))
    assert np.abs(built.network(x)[:, 0] - np.sin(3 * x[:, 0]) * x[:, 1] / 10).max() < 0.02


def test_the_zero_function_takes_nothing():
    report = bounds.size("1e-9", function="x0 - x0", r=3)
    assert {row.value for row in report.rows} == {0}
    assert "is zero" in str(report)


def test_a_function_smaller_than_epsilon_takes_nothing():
    assert {row.value for row in bounds.size("0.1", function="x0/100", r=1).rows} == {0}


def test_norm_and_function_exclude_each_other():
    with pytest.raises(InvalidInput, match="not both"):
        bounds.size("0.01", function=SINE, r=2, norm=2)


def test_more_variables_than_occur_may_be_asked_for_but_not_fewer():
    assert bounds.size("0.01", function="x0", m=3, r=1).question.m == 3
    assert bounds.size("0.01", function="x0*x1", m1=1, m2=1, r=1).question.split == (1, 1)
    with pytest.raises(NetboundsError, match="x1"):
        bounds.size("0.01", function="x0*x1", m=1, r=1)


def test_a_notebook_shows_the_report_and_escapes_it():
    shown = bounds.size("0.01", function="x0*2", r=1)._repr_html_()
    assert shown.startswith("<table>")
    assert "continuous-selection" in shown
    assert "u -&gt;" not in shown
    assert "u -&gt; f(c + s u)" in bounds.size("0.01", function="x0", r=1, domain=(0, 1))._repr_html_()


HOSTILE = [
    "__import__('os').system('echo hacked')",
    "x0.__class__",
    "().__class__.__bases__",
    "lambda: x0",
    "x0 if x0 else 1",
    "[x0 for x0 in x0]",
    "x0**(10**9)",
    "x0^1000000007",
    "10^(10^10)",
    "exp(exp(exp(exp(x0*100))))",
    "(" * 300 + "x0" + ")" * 300,
    "sin(" * 70 + "x0" + ")" * 70,
    "y + 1",
    "1/x0",
    "1/(x0 - 1/3)",
    "1/(x0^2 + x1^2)",
    "log(x0)",
    "log(x0 - 2)",
    "sqrt(x0)",
    "sqrt(x0^2)",
    "abs(x0 - x1)",
    "max(x0, x1)",
    "tan(2*x0)",
    "x0^(1/2)",
    "x0^x1",
    "nan",
    "x0 + inf",
    "x0 # comment",
    "x0; x1",
    "x0 == 1",
    "'a' * 9",
    "x0\nx1",
    "",
    "x" * 3000,
    "x99999999",
]


@pytest.mark.parametrize("formula", HOSTILE)
def test_hostile_formulas_get_one_sentence(formula, capsys):
    from bounds.cli.main import BAD_INPUT, _run

    before = sys.argv
    sys.argv = ["netbounds", "size", "--function", formula, "--r", "1", "--epsilon", "0.01"]
    try:
        assert _run() == BAD_INPUT
    finally:
        sys.argv = before
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("netbounds: ")
    assert captured.err.count("\n") == 1
    assert "hacked" not in captured.err.replace("echo hacked", "")


def test_the_command_answers_in_every_format():
    arguments = ("size", "--function", SINE, "--r", "2", "--epsilon", "0.01")
    assert command(*arguments).stdout.startswith("Parameters for error 1/100 of sin(3*x0)*x1/10")
    answer = json.loads(command(*arguments, "--format", "json").stdout)
    assert answer["inputs"]["m"] == "2"
    assert "tabular" in command(*arguments, "--format", "latex").stdout
    lines = command(*arguments, "--format", "csv").stdout.splitlines()
    assert len(lines) == 1 + len(answer["rows"])


def test_epsilon_or_parameters_and_not_both():
    for arguments in (
        (),
        ("--epsilon", "0.1", "--parameters", "5"),
        ("--parameters", "5", "--format", "csv"),
    ):
        answer = command("size", "--m", "1", "--r", "1", *arguments)
        assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)


def test_what_a_budget_reaches_on_a_function():
    answer = json.loads(
        command("size", "--function", SINE, "--r", "2", "--parameters", "100", "--format", "json").stdout
    )
    reached = next(row for row in answer["rows"] if row["id"] == "construction")
    assert bounds.size(reached["epsilon"], function=SINE, r=2).row("construction").value <= 100
