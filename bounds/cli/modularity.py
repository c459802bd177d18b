"""``netbounds modularity``: embedding method or hypernetwork?"""

from __future__ import annotations

import click

from bounds.cli.options import output_format, print_answer


@click.command("modularity")
@click.option("--m1", required=True, help="Number of variables of the input x of the primary networks.")
@click.option("--m2", required=True, help="Number of variables of the input I of the meta-networks.")
@click.option("--r", default="1", show_default=True, help="Order of differentiability.")
@click.option("--epsilon", help="The error at which sizes are compared; without it only rates are.")
@click.option("--k", default="1", show_default=True, help="Outputs of the embedding.")
@click.option("--l1", default="1", show_default=True, help="Bound on the embedding's spectral complexity.")
@click.option("--l2", default="1", show_default=True, help="Bound on its primary's spectral complexity.")
@click.option("--w", default="1", show_default=True, help="Features of the selector (Theorem 5).")
@click.option("--c", default="1", show_default=True, help="Norm of the selector (Theorem 5).")
@click.option("--norm", default="1", show_default=True, help="Radius of the ball of targets.")
@click.option("--activation", default="any", show_default=True, help="Of the hypernetwork.")
@click.option(
    "--count",
    type=click.Choice(["trainable", "nonzero", "dense"]),
    default="trainable",
    show_default=True,
    help="Which parameters are counted.",
)
@output_format()
def command(m1: str, m2: str, output: str, **inputs: str) -> None:
    """Which is smaller, an embedding method q(x, e(I)) or a hypernetwork g(x; f(I))?

    By what factor, and from which epsilon on; what is proved, and what is only claimed.
    """
    from bounds.modularity.meta_networks import embedding_against_hypernetwork

    print_answer(embedding_against_hypernetwork(m1, m2, **inputs), output)
