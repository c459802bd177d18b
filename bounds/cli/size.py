"""``netbounds size``: how many parameters does error epsilon take, and what can N parameters do?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bounds.cli.options import dimensions, output_format, print_answer
from bounds.ranges import is_list
from identifiability.exact import decimal_above, decimal_below

if TYPE_CHECKING:
    from bounds.sobolev import SobolevNorm


@click.command("size")
@click.option("--epsilon", help="The error, positive: 0.01, 1e-2 or 1/100, read exactly.")
@click.option("--parameters", help="N, in place of --epsilon: which errors N parameters reach and miss.")
@dimensions
@click.option("--function", help='One target in x0, x1, ..., such as "sin(3*x0)*x1/10".')
@click.option("--norm", help="Radius of the ball of target functions; 1 by default.")
@click.option("--domain", nargs=2, metavar="LOW HIGH", help="The targets are functions on [LOW, HIGH]^m.")
@click.option(
    "--relative-width",
    default="1e-3",
    show_default=True,
    help="How narrow the enclosure of the function's Sobolev norm is to be.",
)
@click.option("--activation", default="any", show_default=True, help="Of the upper sizes' networks.")
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
@output_format("csv", "jsonl")
def command(
    epsilon: str | None,
    parameters: str | None,
    function: str | None,
    domain: tuple[str, str] | None,
    output: str,
    **inputs: Any,
) -> None:
    """How many parameters does error EPSILON on the class W_{r,m} take, or on one FUNCTION?

    With --m1 and --m2 also for the primaries of an embedding method and of a hypernetwork.  Lists
    ("0.1,0.01", --m 1..4) and ranges of errors ("0.1..0.0001" for decades, "0.1..0.001:9" for nine
    errors) give a table with a line for each combination.
    """
    if (epsilon is None) == (parameters is None):
        raise click.UsageError("pass either --epsilon or --parameters")
    many = _is_sweep({**inputs, "epsilon": epsilon})
    inputs |= {"domain": domain, "function": function}
    if function is not None and not many:
        inputs["function"] = _certified_norm(function, domain, inputs)
    if parameters is not None:
        if many or output in ("csv", "jsonl"):
            raise click.UsageError("--parameters takes no lists, and prints a table, JSON or LaTeX")
        from bounds.budgets import budget

        print_answer(budget(parameters, **inputs), output)
    elif many or output in ("csv", "jsonl"):
        from bounds.cli.sweeps import print_sweep
        from bounds.sweeps import read_sweep

        print_sweep(read_sweep(epsilon, **inputs), output)
    else:
        from bounds.calculator import size

        print_answer(size(epsilon, **inputs), output)


def _is_sweep(inputs: dict[str, Any]) -> bool:
    if not any(is_list(text) for text in inputs.values()):
        return False  # most questions: the sweeps' module need not be loaded
    from bounds.sweeps import is_sweep

    return is_sweep(inputs)


def _certified_norm(
    function: str, domain: tuple[str, str] | None, inputs: dict[str, Any]
) -> str | SobolevNorm:
    """The enclosure of the function's norm; an interruption keeps what has been proved so far."""
    from bounds.cli.progress import progress
    from bounds.smoothness import dimensions as read_dimensions
    from bounds.sobolev import sobolev_norms

    if inputs["norm"] is not None:
        return function  # the question says why not both
    given = {name: inputs[name] for name in ("m", "m1", "m2")}
    variables = read_dimensions(**given)[0] if any(given.values()) else None
    norms = sobolev_norms(
        function,
        variables=variables,
        r=inputs["r"],
        domain=domain or (-1, 1),
        relative_width=inputs["relative_width"],
    )
    last = next(norms)
    with progress() as show:
        try:
            for last in norms:
                show(f"the norm of f lies {_between(last)}; Ctrl-C goes on with this enclosure")
        except KeyboardInterrupt:
            click.echo(
                f"netbounds: interrupted; the norm of f lies {_between(last)}, and no more is known", err=True
            )
    return last


def _between(norm: SobolevNorm) -> str:
    return f"between {decimal_below(norm.lower, 6)} and {decimal_above(norm.upper, 6)}"
