"""``netbounds legendre plot``: figures about Legendre polynomials and depth separation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from bounds.cli.legendre_options import target
from bounds.cli.options import Command

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_output = click.option("-o", "--output", required=True, help="The figure: a .png, .svg or .pdf file.")


def _dimension(default: str, text: str) -> Callable[[Command], Command]:
    return click.option("--d", "d", default=default, show_default=True, help=text)


def _epsilon(default: str) -> Callable[[Command], Command]:
    return click.option(
        "--epsilon", default=default, show_default=True, help="The error allowed, a number > 0."
    )


_weight_bound = click.option(
    "--weight-bound",
    default="2^d",
    show_default=True,
    help="All weights and biases lie in [-B, B]: a number B > 0 or a formula in d.",
)


@click.group("plot")
def command() -> None:
    """Draw figures about Legendre polynomials and depth separation."""


@command.command("polynomials")
@_dimension("3,10,50", "At most five dimensions.")
@click.option("--n", "n", default="0..5", show_default=True, help="At most eight degrees up to 200.")
@_output
def polynomials(d: str, n: str, output: str) -> None:
    """Legendre polynomials of several dimensions, and the densities of mu_d.

    As d grows, the inner product of two random unit vectors concentrates about 0, and the polynomials
    become small there.
    """
    from bounds.plots.legendre_polynomials import plot_concentration

    _write(output, lambda: plot_concentration(d, n)[0])


@command.command("spectrum")
@target
@_dimension("5", "The dimension, at least 2.")
@_epsilon("0.0165")
@_weight_bound
@_output
def spectrum(target: str, d: str, epsilon: str, weight_bound: str, output: str) -> None:
    """Coefficients of a target against the degree, and what a depth-2 network can reach of them."""
    from bounds.plots.spectra import plot_spectrum

    _write(output, lambda: plot_spectrum(target, d, epsilon, weight_bound)[0])


@command.command("widths")
@target
@_dimension("2..50", "The dimensions, such as 2..50 or 3,5,10.")
@_epsilon("0.0165")
@_weight_bound
@click.option(
    "--methods",
    default="box,optimal,dual,tail,slides",
    show_default=True,
    help="Lower bounds for depth 2; slides is drawn where its formula is proved.",
)
@click.option(
    "--certified-to",
    default="20",
    show_default=True,
    help="Certify the lower bounds up to this d; beyond they are evidence, in floats.",
)
@_output
def widths(
    target: str,
    d: str,
    epsilon: str,
    weight_bound: str,
    methods: str,
    certified_to: str,
    output: str,
) -> None:
    """The widths that depth 2 needs and that suffice at depth 3, against the dimension."""
    from bounds.cli.progress import progress
    from bounds.plots.depths import plot_widths

    def draw() -> Axes:
        with progress() as report:
            chosen = [method.strip() for method in methods.split(",")]
            return plot_widths(target, d, epsilon, weight_bound, chosen, certified_to, report=report)

    _write(output, draw)


@command.command("interpolant")
@target
@_dimension("2", "The dimension, at least 2.")
@_epsilon("1/4")
@click.option(
    "--method",
    type=click.Choice(["smooth", "slides"]),
    default="smooth",
    show_default=True,
    help="How the depth-3 network interpolates.",
)
@_output
def interpolant(target: str, d: str, epsilon: str, method: str, output: str) -> None:
    """What a depth-3 network interpolates, and its error on pairs of points."""
    from bounds.plots.constructions import plot_interpolant

    _write(output, lambda: plot_interpolant(target, d, epsilon, method)[0])


def _write(output: str, draw: Callable[[], Axes]) -> None:
    """Check where the figure goes before it is computed, and write it."""
    from bounds.plots.style import checked_target, save

    checked_target(output)
    save(draw(), output)
    click.echo(output)
