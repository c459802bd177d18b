"""``netbounds experiment layers`` and ``embedding-dimension``: fits of random targets y(x, I)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from bounds.cli import experiment_options as options
from bounds.cli.options import Command

_target = click.option(
    "--target",
    type=click.Choice(["i-strong", "i", "ii", "iii"]),
    default="i-strong",
    show_default=True,
    help="The type of random target, in the numbering of v2; i-strong depends more on I.",
)
_samples = click.option("--samples", help="Samples to train with; 30000 by default.")


def _scale(paper: str) -> Callable[[Command], Command]:
    return click.option(
        "--scale",
        type=click.Choice(["small", "paper"]),
        default="small",
        show_default=True,
        help=f"paper: {paper}, SGD at 0.01; takes long, and says beforehand how long.",
    )


@click.command("layers", short_help="Does a deeper meta-network help?")
@_target
@click.option(
    "--depths", default="2,3,5", show_default=True, help="Weight layers of f and of e: 2,3,5 or 2..9."
)
@_scale("d = 1000, E = 10000")
@_samples
@options.learning_rate
@options.runs
def layers(target: str, depths: str, scale: str, **inputs: Any) -> None:
    """Error of a hypernetwork g(x; f(I)) and of an embedding method q(x, e(I)), by depth of f and e.

    Three seeds by default.  JSON: {"runs": [{"method", "depth", "seed", "error", "status"}], ...}, the error
    relative to the variance of y.
    """
    from bounds.fits.experiments import layers as experiment

    options.answer(experiment, target, depths, scale=scale, priced=scale == "paper", **inputs)


@click.command("embedding-dimension", short_help="Does a larger embedding help?")
@_target
@click.option(
    "--dimensions", help="Outputs E of e: 20,50,100,210,420 by default; i = 1..8 of E = 1000i for paper."
)
@_scale("d = 100")
@_samples
@options.learning_rate
@options.runs
def embedding_dimension(target: str, dimensions: str | None, scale: str, **inputs: Any) -> None:
    """Error of both methods by the dimension of the embedding, or of what f's last layer sees.

    One seed by default.
    """
    from bounds.fits.experiments import embedding_dimension as experiment

    options.answer(experiment, target, dimensions, scale=scale, priced=scale == "paper", **inputs)
