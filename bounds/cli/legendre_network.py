"""``netbounds legendre network``: a depth-3 network with a proved error, in a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from bounds.cli import legendre_options as options
from bounds.cli.network_files import output_file
from bounds.cli.options import output_format, print_answer

if TYPE_CHECKING:
    from bounds.cli.network_answer import NetworkAnswer
    from identifiability.network import Network
    from legendre.depth3_measurements import Depth3Measurement
    from legendre.depth3_sizes import Depth3Plan
    from legendre.targets import Target

SLACKS = (Fraction(0), Fraction(1, 2**30), Fraction(1, 2**20), Fraction(1, 2**10), Fraction(1, 8))
"""Parts of epsilon that are set aside for rounding the weights, tried in this order."""


@dataclass(frozen=True, slots=True)
class StoredNetwork:
    """A network as a file holds it, what it was planned to be, and what rounding adds to its error."""

    network: Network
    plan: Depth3Plan
    rounding: Fraction | None

    @property
    def proved_error(self) -> Fraction:
        """A bound on its error everywhere on the two spheres, for the weights as they are stored."""
        return self.plan.proved_error + (self.rounding or 0)

    @property
    def largest_weight(self) -> Fraction | None:
        """The greatest absolute value of the weights and biases, if they were rounded."""
        if self.rounding is None:
            return None
        parts: tuple[Any, ...] = (*self.network.weights, *self.network.biases)
        return Fraction(max(float(abs(part).max()) for part in parts))


@click.command("network", short_help="Write a depth-3 network to a file.")
@options.target
@click.option("--d", "d", required=True, help="The dimension, an integer >= 2.")
@options.epsilon
@click.option(
    "--method",
    type=click.Choice(["smooth", "slides"]),
    default="smooth",
    show_default=True,
    help="The construction; that of the slides is much wider.",
)
@click.option("--weight-bound", help="B, if weights and biases are to be in [-B, B]: a number, or 2^d.")
@click.option("--seed", default="0", show_default=True, help="Of the points where the error is measured.")
@output_file(required=True)
@output_format()
def command(
    target: str,
    d: str,
    epsilon: str,
    method: str,
    weight_bound: str | None,
    seed: str,
    file: str,
    output: str,
) -> None:
    """Write a depth-3 network that is within EPSILON of F everywhere to a file.

    Its rows are (x, x').  A .npz file holds the exact weights; the others hold float64, and what rounding
    does is part of the proved error.
    """
    from bounds.cli.network_files import located, save
    from bounds.cli.progress import progress
    from identifiability.exact import integer, positive
    from legendre.depth3_measurements import measured_error
    from legendre.target_formulas import read_target

    path = located(file)
    wanted, start = positive(epsilon, "epsilon"), integer(seed, "seed", minimum=0)
    f = read_target(target)
    with progress() as show:
        show("building the network, and bounding what rounding does to it")
        stored = stored_network(f, d, wanted, method, weight_bound, exact=path.suffix.lower() == ".npz")
        show("measuring the error")
        measured = measured_error(stored.network, stored.plan, start)
        show(f"writing {file}")
        written = save(stored.network, path)
    print_answer(network_answer(stored, wanted, measured, written), output)


def stored_network(
    f: Target, d: object, epsilon: Fraction, method: str, weight_bound: object, exact: bool
) -> StoredNetwork:
    """The exact network, or its rounded copy, in both cases within epsilon where that can be proved."""
    from bounds.upper.depth3_rounding import rounding_error
    from legendre.depth3 import depth3_network, depth3_plan

    for slack in SLACKS:
        reached = epsilon * (1 - slack)
        plan = depth3_plan(f, d, reached, method, weight_bound)
        network = depth3_network(f, d, reached, method, weight_bound)
        if exact:
            return StoredNetwork(network, plan, None)
        rounded = network.to_float()
        stored = StoredNetwork(rounded, plan, rounding_error(network, rounded))
        if stored.proved_error <= epsilon:
            break
    return stored


def network_answer(
    stored: StoredNetwork, epsilon: Fraction, measured: Depth3Measurement, written: dict[str, object]
) -> NetworkAnswer:
    """Sizes, the proved error and the measured one."""
    from bounds.cli.network_answer import NetworkAnswer, Table, shape, sizes
    from identifiability.exact import decimal_above

    network, plan = stored.network, stored.plan
    lines = [
        ("width", str(plan.width), "the wider hidden layer"),
        ("architecture", shape(network.architecture), f"{plan.status}, {network.arithmetic} weights"),
        ("parameters, dense", str(network.parameter_count()), "zeros included"),
        ("parameters, nonzero", str(network.parameter_count("nonzero")), "stored"),
        ("proved error", f"≤ {decimal_above(stored.proved_error)}", plan.status),
        *plan.error_lines,
    ]
    if stored.rounding is not None:
        lines.append(("  of float64 weights", f"≤ {decimal_above(stored.rounding)}", "certified"))
    lines += [
        ("measured error", f"≥ {measured.error:.4g}", f"evidence, at {measured.points} points"),
        ("file", f"{written['bytes']} bytes", str(written["output"])),
    ]
    notes = tuple(_notes(stored, epsilon, measured))
    content = {
        **plan.to_json(),
        **sizes(network),
        "inputs": _inputs(plan, epsilon),
        "arithmetic": network.arithmetic,
        "proved_error": _proved(stored),
        "measured_error": measured.to_json(),
        **written,
        "notes": list(notes),
    }
    return NetworkAnswer(plan.heading, (Table(("", "value", "status"), tuple(lines)),), notes, content)


def _inputs(plan: Depth3Plan, epsilon: Fraction) -> dict[str, str | None]:
    from identifiability.exact import digits

    return {
        "target": str(plan.target),
        "d": digits(plan.d),
        "epsilon": digits(epsilon),
        "method": plan.method,
        "weight_bound": None if plan.weight_bound is None else digits(plan.weight_bound),
    }


def _proved(stored: StoredNetwork) -> dict[str, str | None]:
    from identifiability.exact import digits

    return {
        "value": digits(stored.proved_error),
        "status": stored.plan.status,
        **{name: digits(part) for name, part in stored.plan.error_parts.items()},
        "rounding": None if stored.rounding is None else digits(stored.rounding),
    }


def _notes(stored: StoredNetwork, epsilon: Fraction, measured: Depth3Measurement) -> Iterator[str]:
    from identifiability.exact import decimal

    yield (
        f"The proved error holds for all unit vectors x and x', for the weights as they are stored. The "
        f"greatest error was found among {measured.kind}, <x, x'> = {measured.inner_product:.4g}, seed "
        f"{measured.seed}."
    )
    if stored.proved_error > epsilon:
        yield (
            f"With what rounding adds, the proved error is larger than {decimal(epsilon)}: a .npz file holds "
            "the exact weights."
        )
    bound, largest = stored.plan.weight_bound, stored.largest_weight
    if bound is not None and largest is not None and largest > bound:
        yield "Rounding took a weight a little beyond B: a .npz file holds the exact weights in [-B, B]."
