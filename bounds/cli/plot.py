"""``netbounds plot``: figures."""

from __future__ import annotations

import click

from bounds.cli.options import dimensions


@click.group("plot")
def command() -> None:
    """Draw sizes against epsilon."""


@command.command("sizes")
@dimensions
@click.option("--from", "largest", default="1/10", show_default=True, help="The largest epsilon.")
@click.option("--to", "smallest", default="1/10000", show_default=True, help="The smallest epsilon.")
@click.option("--points", default="40", show_default=True, help="How many epsilons, at most 400.")
@click.option("--activation", default="any", show_default=True, help="Of the upper sizes' networks.")
@click.option("-o", "--output", required=True, help="The figure: a .png, .svg or .pdf file.")
def sizes(largest: str, smallest: str, points: str, output: str, **inputs: str | None) -> None:
    """Lower and upper sizes on logarithmic axes, with the band between them."""
    from bounds.plots.sizes import epsilons, plot_sizes
    from bounds.plots.style import checked_target, save

    checked_target(output)
    save(plot_sizes(epsilons(largest, smallest, points), **inputs), output)  # type: ignore[arg-type]
    click.echo(output)
