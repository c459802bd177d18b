"""``netbounds network``: networks in files, as parameters and as functions."""

from __future__ import annotations

import click

from bounds.cli import (
    network_canonical,
    network_check,
    network_convert,
    network_equal,
    network_reduce,
)


@click.group("network")
def command() -> None:
    """Check, reduce, compare and convert networks in files.

    Files are .npz, .safetensors, .onnx or .nnet.  Layers and units count from 0.
    """


for subject in (network_check, network_reduce, network_canonical, network_equal, network_convert):
    command.add_command(subject.command)
