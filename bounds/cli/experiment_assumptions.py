"""``netbounds experiment assumption-1`` and ``assumption-2``: what training says of two assumptions."""

from __future__ import annotations

from typing import Any

import click

from bounds.cli import experiment_options as options


@click.command("assumption-1", short_help="Do two students of one target become the same?")
@options.data("digits", "uniform", "mnist")
@click.option("--widths", default="20,100", show_default=True, help="Hidden units of the students.")
@options.learning_rate
@options.runs
def assumption_1(data: str, widths: str, **inputs: Any) -> None:
    """Distance between two trained networks, beside their distance to the target.

    Two seeds by default.
    """
    from bounds.fits.experiments import assumption_1 as experiment

    options.answer(experiment, data, widths, **inputs)


@click.command("assumption-2", short_help="Does every further hidden unit help?")
@options.data("digits", "mnist")
@click.option(
    "--widths", default="1,2,3,4,6,8,12,16,24", show_default=True, help="Hidden units: a list or 1..29."
)
@click.option("--activation", default="elu", show_default=True, help="Of the hidden layer.")
@options.learning_rate
@options.runs
def assumption_2(data: str, widths: str, **inputs: Any) -> None:
    """Error of shallow networks on labelled images, by width.

    Two seeds by default.
    """
    from bounds.fits.experiments import assumption_2 as experiment

    options.answer(experiment, data, widths, **inputs)
