"""The constants of an ONNX graph: its initializers, and what operators make of constants alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from identifiability.arithmetic import dense
from identifiability.errors import InvalidFile, NetboundsError
from identifiability.files.affine_forms import exactly, reciprocals
from identifiability.files.mappings import widened
from identifiability.files.tensor_layout import LAYOUTS

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

FLOAT, DOUBLE = 1, 11
MOST_ENTRIES = 2**22
"""Arithmetic between constants stops after so many products and sums."""

LONGEST_ENTRY = 2**14
"""Arithmetic between constants stops where an exact entry has more bits."""

DEEPEST = 64
"""Constants that are made of constants more often than this are refused."""

_RAW = {1: "<f4", 11: "<f8", 10: "<f2", 16: "<u2", 6: "<i4", 7: "<i8", 9: "|b1"}
_FIELDS = {1: "float_data", 11: "double_data", 7: "int64_data"}
_EXTERNAL = 1


def attribute(node: NodeProto, name: str, default: Any = None) -> Any:
    """The value of a node's attribute: a float, an integer, bytes, a tensor, or a list of numbers."""
    for entry in node.attribute:
        if entry.name == name:
            values = {1: entry.f, 2: entry.i, 3: entry.s, 4: entry.t, 6: entry.floats, 7: entry.ints}
            value = values.get(entry.type)
            return list(value) if entry.type in (6, 7) and value is not None else value
    return default


def number(node: NodeProto, name: str, default: float) -> float:
    """The value of a node's attribute that is a finite number.

    Raises
    ------
    InvalidFile
        If it is something else.
    """
    value = attribute(node, name, default)
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidFile(f"{shown(node)}, has no finite number as its {name}; export the network again")
    return value


def shown(node: NodeProto) -> str:
    """A node for error messages: its operator, and its name or else that of its result."""
    name = node.name or (node.output[0] if node.output else "")
    domain = f"{node.domain}." if node.domain not in ("", "ai.onnx") else ""
    return f"the node {name[:60]!r}, a {domain}{node.op_type[:60]}"


def read_tensor(tensor: TensorProto) -> NDArray[Any]:
    """The entries of a tensor; float16 and bfloat16 become the float32 of the same value.

    Raises
    ------
    InvalidFile
        If they lie in another file, are not finite floats or integers, or do not fill the shape.
    """
    name = f"the tensor {tensor.name[:60]!r}"
    if tensor.data_location == _EXTERNAL:
        raise InvalidFile(f"{name} lies in another file; export the network with its data inside")
    kind = tensor.data_type
    if kind not in _RAW:
        raise InvalidFile(f"{name} has the element type {kind}; give floats of 16, 32 or 64 bits")
    if tensor.HasField("raw_data"):
        width = np.dtype(_RAW[kind]).itemsize
        if len(tensor.raw_data) % width:
            raise InvalidFile(f"{name} is cut short; export the network again")
        entries = np.frombuffer(tensor.raw_data, dtype=_RAW[kind])
    elif kind in _FIELDS:
        entries = np.array(getattr(tensor, _FIELDS[kind]), dtype=_RAW[kind])
    else:
        # Half floats are kept as the integers that have the same bits.
        wide = np.array(tensor.int32_data, dtype=np.int32)
        entries = wide.astype("<u2").view(_RAW[kind]) if kind in (10, 16) else wide.astype(_RAW[kind])
    shape = tuple(tensor.dims)
    if any(side < 0 for side in shape) or math.prod(shape) != len(entries):
        raise InvalidFile(f"{name} has {len(entries)} entries for the shape {shape!s:.60}; export it again")
    try:
        entries = entries.reshape(shape)
    except ValueError:
        raise InvalidFile(f"{name} has the shape {shape!s:.60}, too large for an array") from None
    if kind in (10, 16):
        entries = widened(entries) if kind == 16 else entries.astype(np.float32)
    if entries.dtype.kind == "f" and not np.isfinite(entries).all():
        raise InvalidFile(f"{name} has an entry that is not finite; give finite numbers")
    return entries


@dataclass(slots=True)
class Constants:
    """The constants of a graph by name, computed when they are asked for."""

    tensors: Mapping[str, TensorProto]
    producers: Mapping[str, NodeProto]
    variables: set[str]
    _known: dict[str, NDArray[Any]] = field(default_factory=dict)
    _spent: int = 0

    def __contains__(self, name: str) -> bool:
        return name not in self.variables

    def value(self, name: str, depth: int = 0) -> NDArray[Any]:
        """The constant: an array of floats or integers, or of Fractions where something was computed.

        Raises
        ------
        InvalidFile
            If nothing gives it, or it is not made by operators that are known here.
        """
        if name not in self._known:
            if name in self.tensors:
                self._known[name] = read_tensor(self.tensors[name])
            elif name in self.producers and depth < DEEPEST:
                self._known[name] = self._computed(self.producers[name], depth + 1)
            else:
                raise InvalidFile(f"nothing before its use gives the value {name[:60]!r}; export it again")
        return self._known[name]

    def scalar(self, name: str) -> NDArray[Any] | None:
        """The constant if it is one number, otherwise None."""
        if not name or name not in self:
            return None
        value = self.value(name)
        return value.reshape(()) if value.size == 1 and value.ndim < 2 else None

    def _computed(self, node: NodeProto, depth: int) -> NDArray[Any]:
        if node.domain not in ("", "ai.onnx"):
            raise InvalidFile(f"{shown(node)}, is not known here")
        inputs = [self.value(name, depth) for name in node.input if name]
        try:
            if node.op_type == "Constant":
                return _of_constant(node)
            if node.op_type in LAYOUTS and inputs:
                options = {entry.name: attribute(node, entry.name) for entry in node.attribute}
                return LAYOUTS[node.op_type](inputs[0], inputs[1:], options)
            if node.op_type == "Cast" and len(inputs) == 1:
                return inputs[0].astype({FLOAT: "f4", DOUBLE: "f8", 6: "i8", 7: "i8"}[attribute(node, "to")])
            if node.op_type in _ARITHMETIC and len(inputs) == _ARITHMETIC[node.op_type]:
                return self._arithmetic(node.op_type, inputs)
        except NetboundsError:
            raise
        except (ValueError, TypeError, KeyError, IndexError, OverflowError, ZeroDivisionError):
            raise InvalidFile(f"{shown(node)}, does not fit its constants; export it again") from None
        raise InvalidFile(f"{shown(node)}, is not known between constants")

    def _arithmetic(self, operator: str, inputs: list[NDArray[Any]]) -> NDArray[Any]:
        if operator == "MatMul":
            left, right = inputs
            work = left.size * right.size // max(1, left.shape[-1])
        else:
            work = math.prod(np.broadcast_shapes(*(entry.shape for entry in inputs)))
        self._spent += work
        if self._spent > MOST_ENTRIES:
            raise InvalidFile("it computes too much from constants alone; simplify it before the export")
        exact = [exactly(entry) for entry in inputs]
        if any(entry.denominator.bit_length() > LONGEST_ENTRY for entry in exact):
            raise InvalidFile("it computes numbers of too many digits from constants; simplify it first")
        values = [dense(entry) for entry in exact]
        if operator == "Div":
            values[1] = reciprocals(values[1])
        result: NDArray[Any] = np.asarray(_OPERATIONS[operator](*values), dtype=object)
        longest = max(
            (max(map(int.bit_length, value.as_integer_ratio())) for value in result.flat), default=0
        )
        if longest > LONGEST_ENTRY:
            raise InvalidFile("it computes numbers of too many digits from constants; simplify it first")
        return result


_ARITHMETIC = {"Add": 2, "Sub": 2, "Mul": 2, "Div": 2, "MatMul": 2, "Neg": 1}
_OPERATIONS: dict[str, Any] = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": np.multiply,
    "MatMul": np.matmul,
    "Neg": np.negative,
}


def _of_constant(node: NodeProto) -> NDArray[Any]:
    for name, dtype in (
        ("value_float", "f4"),
        ("value_floats", "f4"),
        ("value_int", "i8"),
        ("value_ints", "i8"),
    ):
        given = attribute(node, name)
        if given is not None:
            array = np.array(given, dtype=dtype)
            if not np.isfinite(array).all():
                raise InvalidFile(f"{shown(node)}, is not finite; give finite numbers")
            return array
    tensor = attribute(node, "value")
    if tensor is None or isinstance(tensor, float | int | bytes | list):
        raise InvalidFile(f"{shown(node)}, has no value that is known here; give a tensor")
    return read_tensor(tensor)
