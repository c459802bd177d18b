"""``netbounds network equal``: are two networks the same function?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bounds.cli.main import UNDECIDED
from bounds.cli.network_answer import NetworkAnswer, Table, box_in_json, described, sizes, where
from bounds.cli.network_files import domain_option, read, read_ends, reading
from bounds.cli.options import output_format, print_answer

if TYPE_CHECKING:
    from identifiability.equality.verdicts import Different, Equal, Unknown
    from identifiability.network import Network
    from identifiability.normal_forms.ranges import Intervals

NO = 1
"""The exit code of an answer that is a no."""

_CODES = {"equal": None, "different": NO, "unknown": UNDECIDED}
_STATUS = {
    "equal": "The proof is exact (certified).",
    "different": "The difference at that input is certified; JSON has the input in full.",
    "unknown": "Neither is proved.",
}


@click.command("equal")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@domain_option
@click.option("--budget", help="How many cells of piecewise linear networks may be examined.")
@reading
@output_format()
def command(
    first: str,
    second: str,
    domain: tuple[str, str] | None,
    budget: str | None,
    output: str,
    **options: Any,
) -> int | None:
    """Are the networks in A and B the same function, of real numbers?

    A float weight is the binary fraction that it is.  Exit code 0: equal; 1: different; 3: unknown.
    """
    from bounds.cli.progress import progress
    from identifiability.equality.decision import functionally_equal
    from identifiability.normal_forms.ranges import read_box

    ends = read_ends(domain)
    with progress() as show:
        show(f"reading {first} and {second}")
        f, g = read([first, second], **options)
        show(f"comparing {first} and {second}")
        limit = {} if budget is None else {"budget": budget}
        verdict = functionally_equal(f, g, ends, **limit)  # type: ignore[arg-type]
    box = None if ends is None else read_box(ends, f.architecture[0])
    print_answer(equality_answer((first, second), (f, g), box, verdict), output)
    return _CODES[verdict.verdict]


def equality_answer(
    files: tuple[str, str],
    networks: tuple[Network, Network],
    box: Intervals | None,
    verdict: Equal | Different | Unknown,
) -> NetworkAnswer:
    """The verdict, and what it stands on."""
    from identifiability.equality.verdicts import Equal

    lines = [
        (name, str(net.parameter_count()), f"{file}: {described(net)}")
        for name, file, net in zip("AB", files, networks, strict=True)
    ]
    content = {
        **verdict.to_json(),
        "domain": box_in_json(box),
        "networks": [
            {"file": file, "arithmetic": net.arithmetic, **sizes(net)}
            for file, net in zip(files, networks, strict=True)
        ],
    }
    if isinstance(verdict, Equal):
        content["certificate"] = type(verdict.certificate).__name__
    notes = (f"Compared on {where(box, networks[0].architecture[0])}.  {_STATUS[verdict.verdict]}",)
    table = Table(("", "parameters", "network"), tuple(lines))
    return NetworkAnswer(str(verdict), (table,), notes, content)
