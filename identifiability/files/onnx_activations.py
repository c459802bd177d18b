"""Activations as ONNX graphs: how each is written, and how exporters write them.

A pattern is a tree of operators: ``"x"`` is the argument, ``"a"`` the parameter, a number a constant, and a
tuple an operator with its inputs.  Constants are compared as the floats that they were rounded to.

* prelu is ``LeakyRelu`` if its slope is at most 1 and a float32, and otherwise Max(x, a x);
* clipped_relu and hard_tanh are ``Clip``; repu is ``Pow`` of ``Relu``; silu is x Sigmoid(x);
* gelu is x (1 + Erf(x/√2))/2;
* isru, which is x/√(1 + a x²), is written with the numerator and the root divided by max(|x|, 1), so that
  nothing overflows, and isrlu is Relu(x) + isru(min(x, 0));
* polynomials are written in Horner's form.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from identifiability.activation_parameters import HIGHEST_DEGREE
from identifiability.activations import Activation, activation
from identifiability.errors import InvalidFile, InvalidInput
from identifiability.files.onnx_constants import Constants, attribute, number, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnx import NodeProto

Tree: TypeAlias = "str | float | tuple[Any, ...]"
Found: TypeAlias = "tuple[str, list[NDArray[Any]], str]"

_INSIDES: tuple[Tree, ...] = (("Div", "x", math.sqrt(2)), ("Mul", "x", math.sqrt(0.5)))
_GELUS = tuple(
    whole
    for normal in (("Add", ("Erf", inside), 1.0) for inside in _INSIDES)
    for whole in (
        ("Mul", ("Mul", "x", 0.5), normal),
        ("Mul", ("Mul", "x", normal), 0.5),
        ("Mul", "x", ("Mul", normal, 0.5)),
    )
)


def _isru(x: Tree) -> Tree:
    inverse = ("Div", 1.0, ("Max", ("Abs", x), 1.0))
    small = ("Min", ("Abs", x), 1.0)
    squares = ("Add", ("Mul", inverse, inverse), ("Mul", "a", ("Mul", small, small)))
    return ("Div", ("Clip", x, -1.0, 1.0), ("Sqrt", squares))


PATTERNS: tuple[tuple[str, Tree], ...] = (
    *(("gelu", tree) for tree in _GELUS),
    ("silu", ("Mul", "x", ("Sigmoid", "x"))),
    ("isrlu", ("Add", ("Relu", "x"), _isru(("Min", "x", 0.0)))),
    ("isru", _isru("x")),
    ("isru", ("Div", "x", ("Sqrt", ("Add", ("Mul", "a", ("Mul", "x", "x")), 1.0)))),
    ("prelu", ("Max", "x", ("Mul", "a", "x"))),
    ("prelu", ("PRelu", "x", "a")),
    ("repu", ("Pow", ("Relu", "x"), "a")),
    ("clipped_relu", ("Clip", "x", 0.0, 1.0)),
    ("hard_tanh", ("Clip", "x", -1.0, 1.0)),
    ("relu", ("Relu", "x")),
    ("relu", ("Max", "x", 0.0)),
    ("sigmoid", ("Sigmoid", "x")),
    ("tanh", ("Tanh", "x")),
    ("arctan", ("Atan", "x")),
    ("softsign", ("Softsign", "x")),
    ("softplus", ("Softplus", "x")),
    ("erf", ("Erf", "x")),
    ("sin", ("Sin", "x")),
    ("elu", ("Elu", "x")),
)
"""Tried in this order: where one pattern is part of another, the larger comes first."""

_KEYS = {"prelu": "a", "isru": "a", "isrlu": "a", "repu": "p"}
_COMMUTATIVE = {"Add", "Mul", "Min", "Max"}


def written_tree(name: str) -> Tree:
    """The pattern in which an activation is written."""
    return next(tree for kind, tree in PATTERNS if kind == name)


def recognised(
    constants: Constants, name: str, expected: Activation | None = None
) -> tuple[Activation, str] | None:
    """The activation that a value of the graph is, and the name of its argument; None if it is none.

    Parameters
    ----------
    constants : Constants
    name : str
        The value.
    expected : Activation, optional
        What the file says of it.  It is the answer if rounding its parameters to the floats of the graph
        gives those of the graph.

    Raises
    ------
    InvalidFile
        If the operator has a parameter that makes it none of the activations here.
    """
    node = constants.producers[name]
    if expected is not None and expected.name == "identity" and node.op_type == "Identity":
        return expected, node.input[0]
    found = _polynomial(constants, name, 1 if expected and expected.name == "polynomial" else 2)
    if found is None:
        found = _with_attributes(node) or _by_pattern(constants, name)
    if found is None:
        return None
    kind, floats, argument = found
    if expected is not None and expected.name == kind and _rounds_to(expected, floats):
        return expected, argument
    return _exact(kind, floats, node), argument


def _exact(kind: str, floats: list[NDArray[Any]], node: NodeProto) -> Activation:
    values = [Fraction(value.item()) for value in floats]
    if node.op_type == "PRelu" and values[0] > 1:
        raise InvalidFile(
            f"{shown(node)}, has the slope {float(values[0])} > 1; prelu(a) here is max(x, a x)"
        )
    try:
        if kind == "polynomial":
            return activation("polynomial", coefficients=values)
        return activation(kind, **({_KEYS[kind]: values[0]} if values else {}))
    except InvalidInput as error:
        raise InvalidFile(f"{shown(node)}, is no activation: {error}") from None


def _rounds_to(expected: Activation, floats: list[NDArray[Any]]) -> bool:
    given = parameter_values(expected)
    try:
        return len(given) == len(floats) and all(
            np.asarray(float(value), dtype=held.dtype) == held
            for value, held in zip(given, floats, strict=True)
        )
    except OverflowError:
        return False


def parameter_values(entry: Activation) -> list[Fraction]:
    """The numbers that the graph of an activation holds; a polynomial has two coefficients or more."""
    values = [
        value for _, parameter in entry.parameters for value in np.atleast_1d(np.array(parameter, object))
    ]
    return [*values, Fraction(0)] if entry.name == "polynomial" and len(values) == 1 else values


def _with_attributes(node: NodeProto) -> Found | None:
    operator = node.op_type
    if operator == "LeakyRelu":
        alpha = np.asarray(number(node, "alpha", 0.01), dtype=np.float32)
        if alpha > 1:
            raise InvalidFile(f"{shown(node)}, has the slope {alpha} > 1; prelu(a) here is max(x, a x)")
        return "prelu", [alpha], node.input[0]
    if operator in ("Elu", "Celu") and number(node, "alpha", 1.0) != 1:
        raise InvalidFile(f"{shown(node)}, has alpha {number(node, 'alpha', 1.0)}; elu here has 1")
    if operator == "Celu":
        return "elu", [], node.input[0]
    if operator == "Gelu":
        if attribute(node, "approximate", b"none") != b"none":
            raise InvalidFile(f"{shown(node)}, is approximated with tanh; gelu here is the exact one")
        return "gelu", [], node.input[0]
    if operator == "Clip" and len(node.input) == 1:
        # Before operator set 11 the ends are attributes.
        ends = [attribute(node, "min"), attribute(node, "max")]
        if ends in ([0.0, 1.0], [-1.0, 1.0]):
            return "clipped_relu" if ends[0] == 0 else "hard_tanh", [], node.input[0]
    return None


def _by_pattern(constants: Constants, name: str) -> Found | None:
    for kind, tree in PATTERNS:
        for bound in _matches(constants, tree, name, {}):
            floats = [bound["a"]] if "a" in bound else []
            return kind, floats, str(bound["x"])
    if constants.producers[name].op_type in ("Clip", "PRelu"):
        raise InvalidFile(
            f"{shown(constants.producers[name])}, is none of the activations here; a Clip goes from 0 or -1 "
            "to 1, and a PRelu has one slope for all units"
        )
    return None


def _matches(constants: Constants, tree: Tree, name: str, bound: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if tree == "x":
        if name in constants.variables and bound.get("x", name) == name:
            yield bound | {"x": name}
        return
    if not isinstance(tree, tuple):
        value = constants.scalar(name)
        if value is None or value.dtype.kind not in "fi":
            return
        if tree == "a":
            if bound.get("a", value) == value:
                yield bound | {"a": value}
        elif value == np.asarray(tree, dtype=value.dtype if value.dtype.kind == "f" else None):
            yield bound
        return
    node = constants.producers.get(name)
    if node is None or name in constants or node.op_type != tree[0] or node.domain not in ("", "ai.onnx"):
        return
    parts, inputs = tree[1:], list(node.input)
    if len(parts) != len(inputs):
        return
    for chosen in (inputs, inputs[::-1]) if tree[0] in _COMMUTATIVE else (inputs,):
        options = [bound]
        for part, value in zip(parts, chosen, strict=True):
            options = [more for option in options for more in _matches(constants, part, value, option)]
        yield from options


def _polynomial(constants: Constants, name: str, lowest_degree: int) -> Found | None:
    """Read Horner's form (... (c_n x + c_(n-1)) x + ...) x + c_0, x², or a power of x."""
    node = constants.producers[name]
    if node.op_type == "Pow" and len(node.input) == 2:
        exponent = constants.scalar(node.input[1])
        base = constants.producers.get(node.input[0])
        is_power = exponent is not None and exponent == int(exponent) and 2 <= exponent <= HIGHEST_DEGREE
        if (
            not is_power
            or exponent is None
            or node.input[0] in constants
            or (base and base.op_type == "Relu")
        ):
            return None
        return "polynomial", _floats([0] * int(exponent) + [1]), node.input[0]
    if node.op_type == "Mul" and len(node.input) == 2 and node.input[0] == node.input[1]:
        base = constants.producers.get(node.input[0])
        if base and base.op_type == "Relu":
            return "repu", _floats([2]), base.input[0]
        return "polynomial", _floats([0, 0, 1]), node.input[0]
    if node.op_type == "Add":
        for constant, rest in _sides(constants, node):
            factors = constants.producers.get(rest)
            for argument in factors.input if factors and factors.op_type == "Mul" else ():
                coefficients = _horner(constants, constant, rest, argument)
                if coefficients is not None and len(coefficients) > lowest_degree:
                    return "polynomial", coefficients, argument
    return None


def _horner(
    constants: Constants, lowest: NDArray[Any], rest: str, argument: str
) -> list[NDArray[Any]] | None:
    coefficients = [lowest]
    while len(coefficients) <= HIGHEST_DEGREE and argument in constants.variables:
        product = constants.producers.get(rest)
        if (
            product is None
            or product.op_type != "Mul"
            or argument not in product.input
            or len(product.input) != 2
        ):
            return None
        inner = product.input[0] if product.input[1] == argument else product.input[1]
        leading = constants.scalar(inner)
        if leading is not None:
            return [*coefficients, leading]
        total = constants.producers.get(inner)
        sides = list(_sides(constants, total)) if total is not None and total.op_type == "Add" else []
        if not sides:
            return None
        constant, rest = sides[0]
        coefficients.append(constant)
    return None


def _sides(constants: Constants, node: NodeProto) -> Iterator[tuple[NDArray[Any], str]]:
    for constant, rest in (node.input, node.input[::-1]) if len(node.input) == 2 else ():
        value = constants.scalar(constant)
        if value is not None and rest not in constants:
            yield value, rest


def _floats(values: list[int]) -> list[NDArray[Any]]:
    return [np.asarray(float(value)) for value in values]
