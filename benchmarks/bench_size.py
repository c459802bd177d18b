"""How long an answer takes: a hundred sizes in one process, and one command from a cold start.

The command is compared with what it cannot avoid, importing click and flint; the hundred sizes with
putting the same numbers into the theorem's rate in sympy, which gives no constant at all; a budget, which
is the size read the other way round, with one size.
"""

import subprocess
import sys
import time

import bounds
from bounds.budgets import budget

GRID = [
    (epsilon, m, r)
    for epsilon in ("0.1", "0.05", "0.01", "0.002", "0.001")
    for m in (1, 2, 3, 4, 6)
    for r in (1, 2, 3, 4)
]


def clear_caches():
    """Forget what earlier rounds computed, so that each round does all of the work."""
    for name, module in list(sys.modules.items()):
        if name.startswith("bounds."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def test_a_hundred_sizes(benchmark):
    bounds.size(epsilon="0.1", m=1, r=1)  # imports are the other benchmark's

    def sizes():
        return [bounds.size(epsilon=epsilon, m=m, r=r) for epsilon, m, r in GRID]

    reports = benchmark.pedantic(sizes, setup=clear_caches, rounds=3)
    assert len(reports) == len(GRID) == 100
    formula = bounds.theorem("theorem-1").sympy()
    start = time.perf_counter()
    for epsilon, m, r in GRID:
        formula.subs({"epsilon": epsilon, "m": m, "r": r}).evalf()
    rates = time.perf_counter() - start
    benchmark.extra_info["ratio to sympy's rates"] = benchmark.stats.stats.median / rates


BUDGETS = [(number, m, r) for number in (10**3, 10**6, 10**12) for m in (1, 2, 3, 6) for r in (1, 2, 3)]


def test_budgets(benchmark):
    bounds.size(epsilon="0.1", m=1, r=1)

    def budgets():
        return [budget(number, m=m, r=r) for number, m, r in BUDGETS]

    found = benchmark.pedantic(budgets, setup=clear_caches, rounds=3)
    assert len(found) == len(BUDGETS)
    clear_caches()
    start = time.perf_counter()
    for answer, (_, m, r) in zip(found, BUDGETS, strict=True):
        bounds.size(epsilon=answer.row("construction").epsilon, m=m, r=r)
    sizes = time.perf_counter() - start
    benchmark.extra_info["ratio to one size"] = benchmark.stats.stats.median / sizes


def seconds(arguments, repetitions=15):
    taken = []
    for _ in range(repetitions):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return sorted(taken)[repetitions // 2]


def test_command_from_cold(benchmark):
    program = "from bounds.cli.main import main; main()"
    command = ["-c", program, "size", "--epsilon", "0.01", "--m", "2", "--r", "1"]
    benchmark.pedantic(lambda: seconds(command, 1), rounds=15)
    floor = seconds(["-c", "import click, flint"])
    benchmark.extra_info["ratio to importing click and flint"] = benchmark.stats.stats.median / floor
