"""The printed forms of an answer: table, JSON, LaTeX."""

import json
import shutil
import subprocess
import sys
from fractions import Fraction

import pytest

import bounds
from identifiability.table import columns, paragraph

REPORTS = {
    "plain": {"epsilon": "0.01", "m": 2, "r": 1},
    "meta": {"epsilon": "0.01", "m1": 1, "m2": 1, "r": 1},
    "huge": {"epsilon": "1e-12", "m": 40, "r": 3, "activation": "tanh"},
    "trivial": {"epsilon": 3, "m1": 2, "m2": 1, "r": 2},
}


@pytest.fixture(params=REPORTS.values(), ids=REPORTS)
def report(request):
    return bounds.size(**request.param)


def test_json_is_complete_and_exact(report):
    data = json.loads(json.dumps(report.to_json()))
    assert data["schema"] == 1
    assert Fraction(data["inputs"]["epsilon"]) == report.question.epsilon
    for row, shown in zip(report.rows, data["rows"], strict=True):
        assert shown["id"] == row.id
        assert shown["value"] == (None if row.value is None else str(row.value))
        assert bounds.rate(shown["rate"]) == row.rate
    assert data["gap"] == (None if report.gap is None else str(report.gap))


def test_table_names_every_row_and_its_status(report):
    text = str(report)
    for row in report.rows:
        assert row.id in text
        assert row.status in text
        for condition in row.conditions:
            assert " ".join(condition.split()[:2]) in " ".join(text.split())


def test_architecture_stands_beside_each_upper_size():
    report = bounds.size(epsilon="0.01", m=2, r=1)
    architecture = report.row("construction").architecture
    assert architecture.depth >= 2
    assert str(architecture) in " ".join(str(report).split())
    (shown,) = [row for row in report.to_json()["rows"] if row["id"] == "construction"]
    assert shown["architecture"]["widths"] == [str(width) for width in architecture.widths]
    assert shown["architecture"]["depth"] == str(architecture.depth)


def test_latex_has_balanced_groups(report):
    text = report.to_latex()
    assert text.count("{") == text.count("}")
    assert text.count("$") % 2 == 0
    assert text.count(r"\\") == len(report.rows) + 1


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex (Debian: texlive-latex-base)")
def test_latex_compiles(report, tmp_path):
    rows = report.to_latex()
    document = rf"\documentclass{{article}}\begin{{document}}{rows}\end{{document}}"
    (tmp_path / "table.tex").write_text(document, "utf-8")
    run = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "table.tex"],
        cwd=tmp_path,
        capture_output=True,
    )
    assert run.returncode == 0, run.stdout[-2000:]
    assert (tmp_path / "table.pdf").stat().st_size > 1000


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex (Debian: texlive-latex-base)")
@pytest.mark.parametrize(
    "arguments",
    [
        ["compare", "eps^-m_1", "eps^-m2", "--assume", "m2 >= 1"],
        ["hypotheses", "theorem-2"],
        ["hypotheses", "theorem-1", "--activation", "clipped_relu"],
    ],
)
def test_latex_of_the_command_compiles(arguments, tmp_path):
    program = [sys.executable, "-c", "from bounds.cli.main import main; main()"]
    rows = subprocess.run(
        [*program, *arguments, "--format", "latex"], capture_output=True, text=True, check=True
    )
    document = rf"\documentclass{{article}}\begin{{document}}{rows.stdout}\end{{document}}"
    (tmp_path / "table.tex").write_text(document, "utf-8")
    run = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "table.tex"],
        cwd=tmp_path,
        capture_output=True,
    )
    assert run.returncode == 0, run.stdout[-2000:]


def test_columns_align_and_wrap():
    text = columns(["a", "what"], [["1", "word " * 40], ["222", "short"]], width=40)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 40
    assert lines[0].index("what") == lines[-1].index("short")
    assert paragraph("word " * 40, first="- ", rest="  ", width=30).splitlines()[1].startswith("  word")
