"""``netbounds plot pathology``, ``arrangement`` and ``closedness``: figures of realisations."""

from __future__ import annotations

import click

from bounds.cli.network_files import read, reading

_output = click.option("-o", "--output", required=True, help="The figure: a .png, .svg or .pdf file.")


@click.command("pathology")
@click.argument("name")
@click.option("--k", "k", default="1,2,5", show_default=True, help="At most five numbers >= 1.")
@_output
def pathology(name: str, k: str, output: str) -> None:
    """Close functions all of whose networks are far apart: weights and functions for some k.

    NAME is 2.1, 2.2, 2.3, 2.4, 2.5, "2.5 rational", "2.5 planar", A.1, A.2 or discontinuity.
    """
    from bounds.plots.pathologies import plot_pathology
    from bounds.plots.style import checked_target, save

    checked_target(output)
    save(plot_pathology(name, k)[0], output)
    click.echo(output)


@click.command("arrangement")
@click.argument("file", required=False)
@click.option("--random", "seed", metavar="SEED", help="A random network of seven units instead of a file.")
@click.option(
    "--by",
    type=click.Choice(["norm", "direction"]),
    default="norm",
    show_default=True,
    help="Colour the cells by the largest partial derivative or by the direction of the gradient.",
)
@reading
@_output
def arrangement(
    file: str | None,
    seed: str | None,
    by: str,
    exact: bool,
    activation: tuple[str, ...],
    normalisation: str | None,
    output: str,
) -> None:
    """The cells of a shallow ReLU network with two inputs, coloured by the gradient."""
    from bounds.plots.arrangements import plot_arrangement, random_network
    from bounds.plots.style import checked_target, save

    if (file is None) == (seed is None):
        raise click.UsageError("pass either a network file or --random SEED")
    checked_target(output)
    if file is None:
        net = random_network(seed)
    else:
        (net,) = read([file], exact=exact, activation=activation, normalisation=normalisation)
    save(plot_arrangement(net, by), output)
    click.echo(output)


@click.command("closedness")
@click.option("--activation", required=True, help="Such as softsign, tanh or relu.")
@click.option("--architecture", required=True, help="The sizes of all layers, such as 1,2,1.")
@click.option("--norm", default="sup", show_default=True, help="sup, or a number p > 0 for L^p.")
@_output
def closedness(activation: str, architecture: str, norm: str, output: str) -> None:
    """Networks that approach a function which none realises, with their errors and weights."""
    from bounds.plots.closedness import plot_closedness
    from bounds.plots.style import checked_target, save

    checked_target(output)
    sizes = architecture.split(",")
    save(plot_closedness(activation, sizes, norm=norm)[0], output)  # type: ignore[arg-type]
    click.echo(output)
