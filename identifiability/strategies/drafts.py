"""Networks as nested lists of numbers, to be drawn and changed, and printed as code that makes them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st

from identifiability.activations import Activation
from identifiability.exact import digits
from identifiability.network import Network

Number: TypeAlias = "Fraction | float"
Matrix: TypeAlias = "list[list[Number]]"


@dataclass(slots=True)
class Draft:
    """The parts of a network; the lists may be changed."""

    inputs: int
    weights: list[Matrix]
    biases: list[list[Number]]
    activations: tuple[Activation, ...]
    arithmetic: str

    def copy(self) -> Draft:
        """A draft that shares no list with this one."""
        weights = [[list(row) for row in weight] for weight in self.weights]
        biases = [list(bias) for bias in self.biases]
        return Draft(self.inputs, weights, biases, self.activations, self.arithmetic)

    def take(self, other: Draft) -> None:
        """Become the other draft, lists and all."""
        self.weights, self.biases = other.weights, other.biases

    @property
    def widths(self) -> list[int]:
        """The number of units of each hidden layer."""
        return [len(bias) for bias in self.biases[:-1]]

    def reorder(self, layer: int, order: Sequence[int]) -> None:
        """Take the units of a hidden layer in the given order."""
        self.weights[layer] = [self.weights[layer][unit] for unit in order]
        self.biases[layer] = [self.biases[layer][unit] for unit in order]
        self.weights[layer + 1] = [[row[unit] for unit in order] for row in self.weights[layer + 1]]

    def is_representable(self) -> bool:
        """Whether every number is one of the arithmetic, so that nothing will be rounded."""
        if self.arithmetic == "exact":
            return True
        rows = [*self.biases, *(row for weight in self.weights for row in weight)]
        return all(_is_float(entry, self.arithmetic) for row in rows for entry in row)

    def built(self) -> st.SearchStrategy[Network]:
        """The network; Hypothesis reports it as the call of Network that makes it."""
        sizes = [self.inputs, *map(len, self.biases)]
        weights = [
            _written(weight, self.arithmetic, shape)
            for weight, shape in zip(self.weights, zip(sizes[1:], sizes[:-1], strict=True), strict=True)
        ]
        biases = [_written(bias, self.arithmetic, (len(bias),)) for bias in self.biases]
        names = [str(one) for one in self.activations]
        parts: dict[str, Any] = {"weights": weights}
        if not all(self.biases) or any(any(bias) for bias in self.biases):
            # Matrices without entries do not say which arithmetic is meant.
            parts["biases"] = biases
        if names:
            parts["activation"] = names[0] if len(set(names)) == 1 else names
        if not self.biases[0]:
            parts["input_dim"] = self.inputs
        return st.builds(Network, **{key: st.just(value) for key, value in parts.items()})


def draft_of(net: Network) -> Draft:
    """The parts of a network, its floats as the binary fractions that they are."""
    exact = net.to_exact()
    return Draft(
        net.architecture[0],
        [exact.weight(layer).tolist() for layer in range(net.depth)],
        [exact.bias(layer).tolist() for layer in range(net.depth)],
        net.activations,
        net.arithmetic,
    )


def _is_float(entry: Number, kind: str) -> bool:
    try:
        with np.errstate(over="ignore"):
            value = float(np.dtype(kind).type(float(entry)))
        return Fraction(value) == entry
    except OverflowError:
        return False


def _written(part: Sequence[Any], kind: str, shape: tuple[int, ...]) -> Any:
    """Numbers as short as a user would write them: integers, texts such as "1/2", floats."""
    if kind == "float32":
        flat = [entry for row in part for entry in row] if len(shape) == 2 else part
        return np.array([float(entry) for entry in flat], dtype=np.float32).reshape(shape)
    if len(shape) == 2:
        return [_written(row, kind, (len(row),)) for row in part]
    if kind == "float64":
        return [float(entry) for entry in part]
    return [int(entry) if entry == int(entry) else digits(Fraction(entry)) for entry in part]
