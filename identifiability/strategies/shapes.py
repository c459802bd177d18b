"""What networks a strategy may draw: ranges of sizes, activations, arithmetics and entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypedDict

from identifiability.activations import Activation
from identifiability.activations import activation as named_activation
from identifiability.errors import InvalidInput
from identifiability.exact import fraction, integer

Span: TypeAlias = "int | tuple[int, int]"
"""A number, or a least and a greatest one."""

ARITHMETICS = ("exact", "float64", "float32")

LARGEST_MAGNITUDE = 2**20
"""Larger entries are not drawn: up to here all multiples of 1/2 are float32 numbers."""

MOST_ENTRIES = 600
"""Hypothesis draws every entry by itself, and gives up on examples of a few thousand draws.

Rows are counted with as many weights as the longest row of any network of the ranges has.
"""


class RangeArguments(TypedDict, total=False):
    """The keywords of :func:`~identifiability.strategies.drawn_networks.networks`, which describes them."""

    input_dim: Span
    output_dim: Span
    depth: Span
    widths: Span
    activation: str | Activation | Sequence[str | Activation]
    arithmetic: str | Sequence[str]
    magnitude: int
    denominators: int | None
    zeros: object
    biases: bool


@dataclass(frozen=True, slots=True)
class Ranges:
    """The same, read: ranges as pairs, and the share of zeros in percent."""

    input_dim: tuple[int, int]
    output_dim: tuple[int, int]
    depth: tuple[int, int]
    widths: tuple[int, int]
    activations: tuple[Activation, ...]
    arithmetics: tuple[str, ...]
    magnitude: int
    denominators: int
    zeros: int
    biases: bool

    @property
    def has_hidden_layers(self) -> bool:
        """Whether some of the networks have a hidden layer."""
        return self.depth[1] > 1

    @property
    def breadth(self) -> int:
        """How many weights are drawn for each row: as many as the longest row of any network has."""
        return max(self.input_dim[1], self.widths[1] if self.has_hidden_layers else 1)

    @property
    def most_entries(self) -> int:
        """How many numbers are drawn, at most, for the rows of one network."""
        return (self.breadth + 1) * (self.output_dim[1] + (self.depth[1] - 1) * self.widths[1])


def read_ranges(
    *,
    input_dim: Span = (1, 3),
    output_dim: Span = (1, 2),
    depth: Span = (1, 3),
    widths: Span = (1, 4),
    activation: str | Activation | Sequence[str | Activation] = "relu",
    arithmetic: str | Sequence[str] = "exact",
    magnitude: int = 4,
    denominators: int | None = None,
    zeros: object = "1/4",
    biases: bool = True,
) -> Ranges:
    """Read the keywords of the strategies, and refuse at once what cannot be drawn.

    Examples
    --------
    >>> read_ranges(widths=3, zeros=0.5).widths, read_ranges(widths=3, zeros=0.5).zeros
    ((3, 3), 50)
    >>> read_ranges(widths=(4, 1))
    Traceback (most recent call last):
        ...
    identifiability.errors.InvalidInput: widths must be a range (low, high) with low <= high, got (4, 1); \
pass (1, 4)
    """
    kinds = _read_arithmetics(arithmetic)
    if denominators is not None and "exact" not in kinds:
        raise InvalidInput(
            f"denominators={denominators!r} is for exact entries, and arithmetic is {arithmetic!r}; leave it "
            "out, or pass arithmetic='exact'"
        )
    if not isinstance(biases, bool):
        raise InvalidInput(f"biases says whether there are biases, got {biases!r:.60}; pass True or False")
    ranges = Ranges(
        input_dim=read_span(input_dim, "input_dim", 1),
        output_dim=read_span(output_dim, "output_dim", 1),
        depth=read_span(depth, "depth", 1),
        widths=read_span(widths, "widths", 0),
        activations=_read_activations(activation),
        arithmetics=kinds,
        magnitude=integer(magnitude, "magnitude", 1, LARGEST_MAGNITUDE),
        denominators=3 if denominators is None else integer(denominators, "denominators", 1, 10**6),
        zeros=_read_percent(zeros),
        biases=biases,
    )
    if ranges.most_entries > MOST_ENTRIES:
        raise InvalidInput(
            f"Hypothesis draws every entry by itself, at most {MOST_ENTRIES} here, got depth up to "
            f"{ranges.depth[1]}, widths up to {ranges.widths[1]}, input_dim up to {ranges.input_dim[1]} and "
            f"output_dim up to {ranges.output_dim[1]}, which take {ranges.most_entries}; pass smaller ones"
        )
    return ranges


def read_span(value: object, name: str, least: int) -> tuple[int, int]:
    """Read a number, or a pair of a least and a greatest one."""
    if not isinstance(value, (tuple, list)):
        number = integer(value, name, least)
        return number, number
    if len(value) != 2:
        raise InvalidInput(
            f"{name} must be a number or a range (low, high), got {str(value)[:60]}; pass ({least}, 3)"
        )
    low, high = (integer(end, f"an end of {name}", least) for end in value)
    if low > high:
        raise InvalidInput(
            f"{name} must be a range (low, high) with low <= high, got ({low}, {high}); pass ({high}, {low})"
        )
    return low, high


def _read_activations(value: str | Activation | Sequence[str | Activation]) -> tuple[Activation, ...]:
    given = [value] if isinstance(value, (str, Activation)) else value
    if not isinstance(given, (list, tuple)) or not given:
        raise InvalidInput(
            f"activation must be a name or a list of names to choose from, got {value!r:.60}; pass 'relu'"
        )
    return tuple(dict.fromkeys(named_activation(one) for one in given))


def _read_arithmetics(value: str | Sequence[str]) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) else value
    if (
        not isinstance(given, (list, tuple))
        or not given
        or not all(isinstance(kind, str) and kind in ARITHMETICS for kind in given)
    ):
        raise InvalidInput(
            f"arithmetic must be 'exact', 'float64' or 'float32', or a list of them, got {value!r:.60}; "
            "pass 'exact'"
        )
    return tuple(dict.fromkeys(given))


def _read_percent(value: object) -> int:
    share = fraction(value, "zeros")
    if not 0 <= share <= 1:
        raise InvalidInput(f"zeros must be the probability of a zero, got {value!r:.60}; pass '1/4'")
    percent = round(100 * share)
    return percent if share in (0, 1) else min(max(percent, 1), 99)
