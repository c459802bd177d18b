"""``netbounds verify``: its table, its JSON, its exit code."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from bounds.cli import verify as subcommand
from bounds.cli.main import SUBCOMMANDS
from bounds.ledger import catalogue
from bounds.ledger.claim import Claim, Mutation, proved
from identifiability.errors import InvalidInput


def run(*arguments):
    return CliRunner().invoke(subcommand.command, arguments, catch_exceptions=False, standalone_mode=False)


def test_the_json_has_the_agreed_keys():
    result = run("--id", "daniely/main-theorem", "--mutate", "--format", "json")
    assert result.return_value is None
    answer = json.loads(result.stdout)
    assert answer["counts"] == {"refuted": "1"}
    (claim,) = answer["claims"]
    assert {"id", "paper", "item", "verdict", "seconds", "evidence"} <= set(claim)
    assert claim["verdict"] == "refuted"
    assert claim["evidence"]["left"] == "1"
    assert claim["evidence"]["right"] == "0"
    assert claim["mutations"][0]["killed"]


def test_the_table_fits_a_terminal():
    result = run("--id", "daniely/lipschitz-printed-knots")
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert "lipschitz-printed-knots" in result.stdout
    assert "1 claims" not in result.stdout
    assert "tabular" in run("--id", "daniely/value-at-one", "--format", "latex").stdout


@pytest.mark.parametrize(("verdict", "variant"), [(False, False), (True, True)])
def test_the_exit_code_is_1_for_a_changed_verdict_or_a_survivor(monkeypatch, verdict, variant):
    class Paper:
        @staticmethod
        def claims():
            return (
                Claim(
                    "test/one",
                    "line 1",
                    "statement",
                    "x",
                    lambda: proved(verdict),
                    "verified",
                    mutations=(Mutation("variant", lambda: proved(variant)),),
                ),
            )

    monkeypatch.setitem(sys.modules, "test_paper", Paper)
    monkeypatch.setattr(catalogue, "PAPERS", {"test": "test_paper"})
    result = run("--mutate")
    assert result.return_value == 1
    assert "test/one" in result.stdout
    assert (run().return_value is None) == verdict


@pytest.mark.parametrize("arguments", [("--paper", "euclid"), ("--id", "daniely/none"), ("--jobs", "x")])
def test_bad_input_is_one_sentence(arguments):
    with pytest.raises(InvalidInput) as caught:
        run(*arguments)
    assert "\n" not in str(caught.value)


def test_as_a_command():
    assert "verify" in SUBCOMMANDS
    code = "import sys; from bounds.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "verify", "--id", "daniely/nothing"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith("netbounds: the ledger has no claim 'daniely/nothing'")
    assert done.stdout == ""


def test_the_help_loads_nothing_heavy():
    code = (
        "import sys, bounds.cli.verify; "
        "print([n for n in ('numpy', 'scipy', 'sympy', 'rich', 'matplotlib') if n in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
