"""Layouts: how many layers, units and nonzero weights the networks of a scheme have.

A layout is data: runs of equal hidden layers and the number of entries that may differ from zero.
The numbers are exact integers however large the network, and the networks that
:func:`bounds.upper.build.build` builds have them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpz

from bounds.upper.scheme import Architecture, Run
from identifiability.exact import decimal, digits

MOST_WIDTHS_LISTED = 12
"""The widths of networks with more hidden layers than this are not listed one by one."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The layers of a network, and what is known of its entries.

    Attributes
    ----------
    inputs : int
        The number of variables.
    runs : tuple of Run
        The hidden layers from the input on.
    trainable : int
        The free parameters of the class.
    nonzero : int
        The entries of matrices and biases that may differ from zero.
    outputs : int
        The number of outputs.
    """

    inputs: int
    runs: tuple[Run, ...]
    trainable: int
    nonzero: int
    outputs: int = 1

    @property
    def depth(self) -> int:
        """The number of weight layers."""
        return 1 + sum(run.layers for run in self.runs)

    @property
    def dense(self) -> int:
        """The number of entries of all matrices and biases, the output bias among them.

        Examples
        --------
        >>> Layout(inputs=1, runs=(Run(9, "relu"),), trainable=9, nonzero=27).dense
        28
        """
        # flint multiplies integers of many thousand digits much faster than Python does.
        total = fmpz(0)
        for incoming, outgoing, times in _steps(self.inputs, self.runs, self.outputs):
            total += fmpz(outgoing) * (incoming + 1) * times
        return int(total)

    @property
    def activations(self) -> tuple[str, ...]:
        """The activations that occur, each once, in the order of their first layer."""
        return tuple(dict.fromkeys(run.activation for run in self.runs))

    @property
    def architecture(self) -> Architecture:
        """The shape, with a sentence about it."""
        hidden = self.depth - 1
        layers = list(one_by_one(self.runs)) if hidden <= MOST_WIDTHS_LISTED else []
        return Architecture(
            depth=self.depth,
            width=max((run.width for run in self.runs), default=0),
            units=sum(run.width * run.layers for run in self.runs),
            widths=tuple(run.width for run in layers),
            activations=tuple(run.activation for run in layers),
            text=_text(self.runs, hidden),
        )


def one_by_one(runs: Iterable[Run]) -> Iterator[Run]:
    """Every hidden layer as a run of its own."""
    for run in runs:
        yield from [Run(run.width, run.activation)] * run.layers


def _steps(inputs: int, runs: Iterable[Run], outputs: int) -> Iterator[tuple[int, int, int]]:
    """(in, out, how often) of every weight matrix."""
    incoming = inputs
    for run in runs:
        yield incoming, run.width, 1
        yield run.width, run.width, run.layers - 1
        incoming = run.width
    yield incoming, outputs, 1


def _text(runs: tuple[Run, ...], hidden: int) -> str:
    if hidden == 0:
        return "no hidden layer"
    names = dict.fromkeys(run.activation for run in runs)
    layers = "1 hidden layer" if hidden == 1 else f"{short(hidden)} hidden layers"
    if hidden > MOST_WIDTHS_LISTED:
        return f"{layers} of width at most {short(max(run.width for run in runs))}, {', '.join(names)}"
    widths = "-".join(short(layer.width) for layer in one_by_one(runs))
    shown = ", ".join(names if len(names) == 1 else [layer.activation for layer in one_by_one(runs)])
    return f"{layers}, width{'s' if hidden > 1 else ''} {widths}, {shown}"


def short(number: int) -> str:
    """An integer for a sentence: in full when short, else as a decimal with exponent.

    Examples
    --------
    >>> short(5101), short(10**30)
    ('5101', '1e+30')
    """
    return digits(number) if abs(number) < 10**12 else decimal(Fraction(number))


def constant_layout(m: int) -> Layout:
    """The constant functions: an output bias and no hidden layer.

    Examples
    --------
    >>> constant_layout(3).dense
    4
    """
    return Layout(inputs=m, runs=(), trainable=1, nonzero=1)


def flat_ends_layout(nodes: int) -> Layout:
    """c + Σ_j s_j relu(x − x_j) over N ≥ 2 nodes with Σ s_j = 0: constant beyond the last nodes.

    The output bias and the N slope changes with their one relation are N free parameters.

    Examples
    --------
    >>> layout = flat_ends_layout(9)
    >>> layout.trainable, layout.nonzero, layout.dense
    (9, 27, 28)
    """
    # The middle node of an odd number is 0, and so is its unit's bias.
    return Layout(inputs=1, runs=(Run(nodes, "relu"),), trainable=nodes, nonzero=3 * nodes + 1 - nodes % 2)


def edge_shift_layout(nodes: int) -> Layout:
    """c + s_0 relu(x + 1) + Σ_j s_j relu(x − x_j) over the N − 2 inner nodes, N ≥ 2.

    Examples
    --------
    >>> layout = edge_shift_layout(8)
    >>> layout.trainable, layout.nonzero, layout.dense
    (8, 22, 22)
    """
    units = nodes - 1
    return Layout(
        inputs=1,
        runs=(Run(units, "relu"),),
        trainable=nodes,
        nonzero=3 * units + 1 - nodes % 2,
    )
