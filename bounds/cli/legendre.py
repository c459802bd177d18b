"""``netbounds legendre``: what depth buys for functions of inner products on two spheres."""

from __future__ import annotations

import click

from bounds.cli import legendre_network, legendre_plot, legendre_separation, legendre_width


@click.group("legendre")
def command() -> None:
    """Depth 2 against depth 3 for F(x, x') = f(<x, x'>) on two unit spheres of R^d.

    The networks are ReLU networks with all weights and biases in [-B, B].
    """


for subject in (legendre_width, legendre_network, legendre_separation, legendre_plot):
    command.add_command(subject.command)
