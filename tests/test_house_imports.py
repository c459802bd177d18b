"""Imports point one way: identifiability <- legendre <- bounds, and no two files import each other."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = {"identifiability": 0, "legendre": 1, "bounds": 2}


def imported(source: str) -> set[str]:
    """Every module of the house that the source imports, at its head or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in FLOORS}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def upward(graph: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    def floor(name: str) -> int:
        return FLOORS[name.split(".")[0]]

    return [(name, other) for name, others in graph.items() for other in others if floor(other) > floor(name)]


def mutual(graph: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    edges = {(name, other) for name, others in graph.items() for other in others if other in graph}
    return sorted((a, b) for a, b in edges if a < b and (b, a) in edges)


FILES = sorted(path for package in FLOORS for path in (ROOT / package).rglob("*.py"))
GRAPH = {module_name(path): imported(path.read_text("utf-8")) for path in FILES if path.name != "__init__.py"}


def test_no_file_imports_upward():
    assert not upward(GRAPH)


def test_no_two_files_import_each_other():
    assert not mutual(GRAPH)


def test_the_checks_can_fail():
    assert upward({"identifiability.a": imported("def f():\n    from bounds import size")})
    assert mutual({"bounds.a": {"bounds.b"}, "bounds.b": {"bounds.a"}})
    assert not upward({"bounds.a": {"identifiability.b", "legendre.c"}})


HEAVY = ("numpy", "scipy", "sympy", "matplotlib", "rich")


def loaded(statement: str) -> list[str]:
    """The heavy packages that a fresh interpreter has loaded after the statement."""
    listing = f"{statement}\nimport sys; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return run.stdout.splitlines()[-1].split()


COMMAND = """
from bounds.cli.main import netbounds
netbounds.main({arguments!r}.split(), standalone_mode=False)
"""


@pytest.mark.parametrize(
    "statement",
    [
        "import identifiability, legendre, bounds",
        COMMAND.format(arguments="--help"),
        COMMAND.format(arguments="size --epsilon 0.01 --m 2 --r 1"),
        COMMAND.format(arguments="size --epsilon 0.01 --m1 1 --m2 1 --r 1 --format json"),
        COMMAND.format(arguments="size --epsilon 1e-12 --m 40 --r 3 --activation tanh --format latex"),
    ],
)
def test_what_needs_no_arrays_loads_none(statement):
    assert loaded(statement) == []


def test_laziness_can_fail():
    assert loaded("import numpy") == ["numpy"]


@pytest.mark.parametrize("package", FLOORS)
def test_every_public_name_is_there_and_no_module_hides_one(package):
    public = __import__(package)
    names = getattr(public, "__all__", [])
    assert sorted(names) == sorted(set(names))
    for name in names:
        assert getattr(public, name) is not None
        assert f"{package}.{name}" not in GRAPH
    with pytest.raises(AttributeError):
        _ = public.no_such_name
