"""An ONNX graph that is a chain: affine operators and activations, from one input to one output."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from identifiability.activations import Activation
from identifiability.errors import InvalidFile
from identifiability.files.affine_forms import LARGEST_EXACT
from identifiability.files.onnx_activations import recognised
from identifiability.files.onnx_affine import Step, affine_step
from identifiability.files.onnx_constants import DOUBLE, FLOAT, Constants, shown

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto, ValueInfoProto


@dataclass(frozen=True, slots=True)
class Chain:
    """The steps of a graph, from its input to its output."""

    input_shape: tuple[int, ...]
    input_type: int
    steps: tuple[Step | Activation, ...]


def read_chain(graph: GraphProto, written: tuple[Activation, ...]) -> Chain:
    """Follow a graph from its output back to its input.

    Parameters
    ----------
    graph : GraphProto
    written : tuple of Activation
        What the file says its activations are, if it says so.  Each is believed only where the graph
        computes it, with its parameter rounded.

    Raises
    ------
    InvalidFile
        If the graph is not a chain of affine operators and activations that are known here.
    """
    constants, source = _constants(graph)
    if len(graph.output) != 1:
        raise InvalidFile(f"its graph has {len(graph.output)} outputs; export a graph with one output")
    name = graph.output[0].name
    expected = list(written)
    steps: list[Step | Activation] = []
    for _ in range(len(graph.node) + 1):
        if name == source.name:
            shape = _input_shape(source)
            return Chain(shape, source.type.tensor_type.elem_type, tuple(reversed(steps)))
        node = constants.producers.get(name)
        if node is None or name in constants:
            raise InvalidFile(
                f"its output does not depend on its input {source.name[:60]!r} but on {name[:60]!r}"
            )
        if node.output[0] != name or not node.input:
            raise InvalidFile(f"{shown(node)}, gives no value that a network has; export the network again")
        if node.domain not in ("", "ai.onnx"):
            raise InvalidFile(f"{shown(node)}, is not an operator of a fully connected network")
        found = recognised(constants, name, expected[-1] if expected else None)
        if found is not None:
            activation, name = found
            steps.append(activation)
            if expected:
                expected.pop()
        else:
            step, name = affine_step(constants, node)
            steps.append(step)
    raise InvalidFile("its graph goes round in a circle; export the network again")


def _constants(graph: GraphProto) -> tuple[Constants, ValueInfoProto]:
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name not in tensors]
    if len(inputs) != 1:
        names = ", ".join(repr(value.name[:30]) for value in inputs[:4])
        raise InvalidFile(
            f"its graph has {len(inputs)} inputs, {names or 'none'}; export a graph with one input"
        )
    if graph.sparse_initializer:
        raise InvalidFile("its graph has sparse initializers; export them dense")
    variables = {inputs[0].name}
    producers: dict[str, NodeProto] = {}
    for node in graph.node:
        for output in node.output:
            if not output:
                continue
            if output in producers or output in tensors or output == inputs[0].name:
                raise InvalidFile(
                    f"{shown(node)}, gives the value {output[:60]!r} a second time; export it again"
                )
            producers[output] = node
        if any(name in variables for name in node.input):
            variables.update(node.output)
    return Constants(tensors, producers, variables), inputs[0]


def _input_shape(source: ValueInfoProto) -> tuple[int, ...]:
    kind = source.type.tensor_type
    if kind.elem_type not in (FLOAT, DOUBLE) or not kind.HasField("shape"):
        raise InvalidFile(
            f"its input {source.name[:60]!r} is not of floats of a known shape; export it with one"
        )
    sides = [side.dim_value if side.HasField("dim_value") else 0 for side in kind.shape.dim]
    # The size of a batch is open, or written as 0 or -1: one point is what a network takes.
    shape = tuple(1 if place == 0 and side < 1 else side for place, side in enumerate(sides))
    if not 0 < math.prod(shape) <= LARGEST_EXACT or min(shape, default=1) < 1:
        raise InvalidFile(
            f"its input {source.name[:60]!r} has a size left open after the first, or is too large; export "
            "it with fixed sizes"
        )
    return shape
