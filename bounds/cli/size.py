"""``netbounds size``: how many parameters does error epsilon take?"""

from __future__ import annotations

import click

from bounds.cli.options import dimensions, output_format, print_answer


@click.command("size")
@click.option("--epsilon", required=True, help="The error, positive: 0.01, 1e-2 or 1/100, read exactly.")
@dimensions
@click.option("--activation", default="any", show_default=True, help="Of the upper sizes' networks.")
@click.option("--norm", default="1", show_default=True, help="Radius of the ball of target functions.")
@click.option("--k", default="1", show_default=True, help="Output dimension of the embedding.")
@click.option("--l1", default="1", show_default=True, help="Spectral complexity of the embedding, at most.")
@click.option("--l2", default="1", show_default=True, help="Spectral complexity of its primary, at most.")
@click.option("--w", default="1", show_default=True, help="Features of the hypernetwork's selector.")
@click.option("--c", default="1", show_default=True, help="Norm of the selector's linear map, at most.")
@click.option("--depth", help="Weight layers of the networks that shattering and entropy speak of.")
@click.option("--width", help="Hidden units a layer of the networks that entropy speaks of.")
@click.option("--weight-bound", help="Largest absolute weight of the networks that entropy speaks of.")
@click.option(
    "--count",
    type=click.Choice(["trainable", "nonzero", "dense"]),
    default="trainable",
    show_default=True,
    help="Which parameters are counted.",
)
@output_format
def command(epsilon: str, output: str, **inputs: str | None) -> None:
    """How many parameters does error EPSILON on the class W_{r,m} take?

    With --m1 and --m2 also for the primaries of an embedding method and of a hypernetwork.
    """
    from bounds.calculator import size

    report = size(epsilon, **inputs)  # type: ignore[arg-type]  # size reads and checks every text itself
    print_answer(report, output)
