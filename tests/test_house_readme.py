"""The README shows real output: every console block is run and compared."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def console_blocks(text: str) -> list[tuple[str, str]]:
    """(command, output) for each ``$ netbounds ...`` of the text's console blocks."""
    pairs = []
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = shown.partition("\n")
            pairs.append((command, output.rstrip("\n")))
    return pairs


BLOCKS = [(page.name, *pair) for page in PAGES for pair in console_blocks(page.read_text("utf-8"))]


@pytest.mark.parametrize(("page", "command", "output"), BLOCKS)
def test_shown_output_is_real(page, command, output, tmp_path):
    program, *arguments = shlex.split(command)
    assert program == "netbounds"
    run = subprocess.run(
        [sys.executable, "-c", "from bounds.cli.main import main; main()", *arguments],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert run.returncode == 0
    assert run.stdout.rstrip("\n") == output


def test_the_readme_shows_the_main_job_and_the_audit():
    commands = [command for page, command, _ in BLOCKS if page == "README.md"]
    assert "netbounds size --epsilon 0.01 --m1 1 --m2 1 --r 1" in commands
    assert any(command.startswith("netbounds hypotheses") for command in commands)


def test_python_examples_run():
    # Doctest examples of the pages, as a reader would paste them.
    import doctest

    for page in PAGES:
        result = doctest.testfile(str(page), module_relative=False)
        assert result.failed == 0
