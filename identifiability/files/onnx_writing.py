"""ONNX graphs that compute networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from identifiability.activations import Activation
from identifiability.errors import Inexact
from identifiability.files.onnx_activations import Tree, parameter_values, written_tree
from identifiability.files.onnx_constants import DOUBLE, FLOAT
from identifiability.network import Network

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto, TensorProto


@dataclass(slots=True)
class _Graph:
    dtype: np.dtype[Any]
    nodes: list[NodeProto] = field(default_factory=list)
    tensors: dict[str, TensorProto] = field(default_factory=dict)

    def constant(self, array: NDArray[Any], name: str) -> str:
        from onnx import numpy_helper

        if name not in self.tensors:
            self.tensors[name] = numpy_helper.from_array(np.ascontiguousarray(array, dtype=self.dtype), name)
        return name

    def number(self, value: float | Fraction) -> str:
        rounded = self.rounded(value)
        return self.constant(rounded, f"number_{rounded.item()!r}")

    def rounded(self, value: float | Fraction) -> NDArray[Any]:
        try:
            with np.errstate(over="ignore", under="ignore"):
                array = np.asarray(float(value)).astype(self.dtype)
        except OverflowError:
            array = np.asarray(np.inf)
        if not np.isfinite(array):
            raise Inexact(f"a parameter of an activation is too large for {self.dtype}; save it as .npz")
        return array

    def node(self, operator: str, inputs: Sequence[str], output: str = "", **attributes: Any) -> str:
        from onnx import helper

        name = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output or name], name, **attributes))
        return output or name

    def tree(self, tree: Tree, x: str, a: Fraction | None) -> str:
        """The value of a pattern (see onnx_activations) at the value x."""
        made: dict[Tree, str] = {}

        def value(part: Tree) -> str:
            if part == "x":
                return x
            if not isinstance(part, tuple):
                return self.number(a if part == "a" and a is not None else float(part))
            if part not in made:
                made[part] = self.node(part[0], [value(entry) for entry in part[1:]])
            return made[part]

        return value(tree)


def written_graph(network: Network) -> GraphProto:
    """The graph of a float network: x of shape (batch, d) to y of shape (batch, out).

    Raises
    ------
    Inexact
        If a parameter of an activation is too large for the network's floats.
    """
    from onnx import helper

    graph = _Graph(np.dtype(network.arithmetic))
    element = FLOAT if network.arithmetic == "float32" else DOUBLE
    value = "x"
    for layer in range(network.depth):
        weight = graph.constant(network.weight(layer), f"weight_{layer}")
        bias = graph.constant(network.bias(layer), f"bias_{layer}")
        last = layer == network.depth - 1
        value = graph.node("Gemm", [value, weight, bias], "y" if last else "", transB=1)
        if not last:
            value = _activated(graph, network.activations[layer], value)
    sizes = {"x": network.architecture[0], "y": network.architecture[-1]}
    source, target = (
        helper.make_tensor_value_info(name, element, ["batch", size]) for name, size in sizes.items()
    )
    return helper.make_graph(graph.nodes, "network", [source], [target], list(graph.tensors.values()))


def _activated(graph: _Graph, activation: Activation, x: str) -> str:
    values = parameter_values(activation)
    if activation.name == "identity":
        return graph.node("Identity", [x])
    if activation.name == "polynomial":
        total = graph.number(values[-1])
        for coefficient in reversed(values[:-1]):
            total = graph.node("Add", [graph.node("Mul", [total, x]), graph.number(coefficient)])
        return total
    if (
        activation.name == "prelu"
        and abs(values[0]) <= 1
        and Fraction(float(np.float32(values[0]))) == values[0]
    ):
        return graph.node("LeakyRelu", [x], alpha=float(values[0]))
    return graph.tree(written_tree(activation.name), x, values[0] if values else None)
