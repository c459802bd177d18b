"""How the command answers a sweep: line by line where the format has lines, and how long it may take."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bounds.question import Question
    from bounds.report import Report

LONG = 5.0
"""Seconds; what is likely to take longer is said beforehand."""


def print_sweep(questions: Sequence[Question], output: str) -> None:
    """Answer the questions and print them as ``table``, ``json``, ``latex``, ``csv`` or ``jsonl``.

    CSV and JSON lines are printed as they are computed, in whole lines: what has been printed before an
    interruption can be read.
    """
    from bounds.cli.options import print_answer
    from bounds.sweeps import Sweep, csv_header, csv_lines, json_line

    answers = _with_progress(questions, quiet=output in ("csv", "jsonl") and sys.stdout.isatty())
    if output == "csv":
        click.echo(csv_header(), nl=False)
        for report in answers:
            click.echo(csv_lines(report), nl=False)
    elif output == "jsonl":
        for report in answers:
            click.echo(json_line(report), nl=False)
    else:
        print_answer(Sweep(tuple(answers)), output)


def _with_progress(questions: Sequence[Question], quiet: bool) -> Iterator[Report]:
    """The answers; how far they are is shown on stderr unless lines appear on the same terminal."""
    from bounds.cli.progress import progress
    from bounds.sweeps import reports

    start, number = time.perf_counter(), len(questions)
    with progress() as show:
        for done, report in enumerate(reports(questions), start=1):
            if done == 1:
                _announce(number, time.perf_counter() - start)
            if not quiet:
                show(f"{done} of {number} questions")
            yield report


def _announce(number: int, first: float) -> None:
    if number * first > LONG:
        click.echo(
            f"{number} questions, about {number * first:.0f} s at {first:.2g} s each (the first one's time)",
            err=True,
        )
