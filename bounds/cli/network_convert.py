"""``netbounds network convert``: a network in another format, and whether anything was rounded."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from bounds.cli.network_answer import NetworkAnswer, Table, described, sizes
from bounds.cli.network_files import located, read, reading, save
from bounds.cli.options import output_format, print_answer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from identifiability.network import Network
    from identifiability.weights import Bias, Weight

LARGEST_COMPARED = 10**6
"""Where reading may round, networks with more parameters are not read once more without rounding."""

_ZERO = (0, 1)
_ROUNDED_IN_READING = (".nnet", ".onnx")


@dataclass(frozen=True, slots=True)
class Change:
    """How many parameters differ in two networks, and the largest difference."""

    count: int
    largest: Fraction


@click.command("convert")
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@click.option("--rounding", is_flag=True, help="Round to float64 what the format does not hold.")
@reading
@output_format()
def command(source: str, target: str, rounding: bool, output: str, **options: Any) -> None:
    """Write the network in IN to OUT, in the format of its suffix.

    What OUT holds is read back and compared, parameter by parameter, with what IN says: a .nnet file's
    decimals, and compositions of affine maps in a .onnx file, are no floats in general.  OUT may be IN
    itself.
    """
    from bounds.cli.progress import progress
    from identifiability.files.formats import load_network

    path = located(target)
    with progress() as show:
        show(f"reading {source}")
        (net,) = read([source], **options)
        meant = net if net.is_exact else _unrounded(source, net, options)
        show(f"writing {target}")
        written = save(net, path, rounding)
        show("comparing what was written with what was read")
        stored = load_network(path)
        _refuse_other(net, stored, target)
        change = None if meant is None else parameter_change(meant, stored)
    print_answer(conversion_answer(source, net, stored, change, written), output)


def _unrounded(source: str, net: Network, options: dict[str, Any]) -> Network | None:
    """What the file says, without rounding; None where finding out takes too long."""
    if not source.lower().endswith(_ROUNDED_IN_READING):
        return net
    if net.parameter_count() > LARGEST_COMPARED:
        return None
    (exact,) = read([source], **{**options, "exact": True})
    return exact


def _refuse_other(net: Network, stored: Network, target: str) -> None:
    from identifiability.errors import InvalidFile

    if (stored.architecture, stored.activations) != (net.architecture, net.activations):
        raise InvalidFile(
            f"{target!r} was written and reads as another network ({described(stored)}); delete it, convert "
            "to .npz, and please report it"
        )


def parameter_change(one: Network, two: Network) -> Change:
    """How far apart the parameters of two networks of one architecture are, exactly.

    Examples
    --------
    >>> from identifiability.network import Network
    >>> parameter_change(Network([[["1/4", "1/3"]]]), Network([[[0.25, 0.5]]]))
    Change(count=1, largest=Fraction(1, 6))
    """
    if one == two:
        return Change(0, Fraction(0))
    apart: list[Fraction] = []
    for mine, other in zip((*one.weights, *one.biases), (*two.weights, *two.biases), strict=True):
        first, second = _entries(mine), _entries(other)
        for place in first.keys() | second.keys():
            (a, b), (c, d) = first.get(place, _ZERO), second.get(place, _ZERO)
            # Without bringing all the fractions to lowest terms.
            if a * d != c * b:
                apart.append(Fraction(abs(a * d - c * b), b * d))
    return Change(len(apart), max(apart, default=Fraction(0)))


def _entries(part: Weight | Bias) -> dict[tuple[int, ...], tuple[int, int]]:
    """Numerators and denominators of the entries that are not zero, by their places."""
    import numpy as np

    from identifiability.weights import Rationals, triples

    index: list[NDArray[np.int64]]
    if isinstance(part, Rationals) and len(part.shape) == 1:
        index = [np.flatnonzero(part.numerators)]
        values = part.numerators[index[0]]
    elif isinstance(part, np.ndarray) and part.ndim == 1:
        index = [np.flatnonzero(part)]
        values = part[index[0]]
    else:
        *index, values = triples(part)
    places = zip(*(axis.tolist() for axis in index), strict=True)
    below = getattr(part, "denominator", None)
    entries = (value.as_integer_ratio() if below is None else (value, below) for value in values.tolist())
    return dict(zip(places, entries, strict=True))


def conversion_answer(
    source: str, net: Network, stored: Network, change: Change | None, written: dict[str, object]
) -> NetworkAnswer:
    """What was written, and what was rounded on the way."""
    from identifiability.exact import decimal_above, digits

    target, total = written["output"], net.parameter_count()
    lines = [
        ("read", f"{source}: {described(net)}"),
        ("written", f"{target}: {described(stored)}, {written['bytes']} bytes"),
    ]
    if change is None:
        note = (
            f"{target} holds what was read, but whether reading {source} rounded anything was not looked "
            f"into, as it has more than {LARGEST_COMPARED} parameters."
        )
    elif change.count:
        note = (
            f"Rounded: {change.count} of {total} parameters, by at most "
            f"{decimal_above(change.largest)} each (certified); --exact and a .npz file keep them."
        )
    else:
        note = f"Nothing was rounded: {target} holds the {total} parameters that {source} says."
    content = {
        **sizes(stored),
        **written,
        "input": source,
        "arithmetic": stored.arithmetic,
        "activations": [str(name) for name in stored.activations],
        "changed": None if change is None else str(change.count),
        "largest_change": None if change is None else digits(change.largest),
    }
    return NetworkAnswer(f"{source} to {target}", (Table(("", "network"), tuple(lines)),), (note,), content)
