"""The affine operators of ONNX, as steps from one affine form to the next."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from identifiability.errors import InvalidFile, NetboundsError
from identifiability.files.affine_forms import (
    AffineForm,
    mapped,
    plus,
    rearranged,
    reciprocals,
    scaled,
    times,
)
from identifiability.files.onnx_constants import DOUBLE, FLOAT, Constants, attribute, number, shown
from identifiability.files.tensor_layout import LAYOUTS

if TYPE_CHECKING:
    from onnx import NodeProto

Step: TypeAlias = Callable[[AffineForm], AffineForm]

MOST_TERMS = 2**28
"""A product with a tensor of several rows is not written out as a matrix when that takes more terms."""


def affine_step(constants: Constants, node: NodeProto) -> tuple[Step, str]:
    """What a node does to the one tensor that it varies with, and the name of this tensor.

    Raises
    ------
    InvalidFile
        If the operator is not known here, or varies with several tensors.
    """
    operator = node.op_type
    if operator in LAYOUTS or operator == "Cast":
        return _layout_step(constants, node)
    if operator not in _AFFINE:
        raise InvalidFile(f"{shown(node)}, is not an operator of a fully connected network")
    if len(node.input) < 2 and operator != "Neg":
        raise InvalidFile(f"{shown(node)}, has {len(node.input)} inputs; export the network again")
    places = [place for place, name in enumerate(node.input) if name not in constants]
    if len(places) != 1:
        raise InvalidFile(f"{shown(node)}, has {len(places)} inputs that vary; a network here is a chain")
    step: Step = _AFFINE[operator](constants, node, places[0])
    return _explained(step, node), node.input[places[0]]


def _explained(step: Step, node: NodeProto) -> Step:
    def explained(form: AffineForm) -> AffineForm:
        try:
            return step(form)
        except NetboundsError:
            raise
        except (ValueError, IndexError, TypeError, OverflowError):
            raise InvalidFile(
                f"{shown(node)}, does not fit the shape {form.shape}; export it again"
            ) from None

    return explained


def _layout_step(constants: Constants, node: NodeProto) -> tuple[Step, str]:
    rest = [name for name in node.input[1:] if name]
    if not node.input or node.input[0] in constants or any(name not in constants for name in rest):
        raise InvalidFile(f"{shown(node)}, is moved by what varies; a network here is a chain")
    # A cast between floats rounds, as every operator does at run time: the real function is the same.
    if node.op_type == "Cast" and attribute(node, "to") not in (FLOAT, DOUBLE):
        raise InvalidFile(f"{shown(node)}, leaves the floats of 32 or 64 bits; export it without")
    rearrange = LAYOUTS["Identity" if node.op_type == "Cast" else node.op_type]
    values = [constants.value(name) for name in rest]
    options = {entry.name: attribute(node, entry.name) for entry in node.attribute}

    def step(form: AffineForm) -> AffineForm:
        positions = np.arange(form.size).reshape(form.shape)
        return rearranged(form, rearrange(positions, values, options))

    return _explained(step, node), node.input[0]


def _sum(constants: Constants, node: NodeProto, place: int) -> Step:
    constant = constants.value(node.input[1 - place])
    if node.op_type == "Sub" and place == 0:
        constant = -constant

    def step(form: AffineForm) -> AffineForm:
        form, entries = _broadcast(form, constant)
        if node.op_type == "Sub" and place == 1:
            form = times(form, np.full(form.size, -1.0, dtype=np.float32))
        return plus(form, entries)

    return step


def _factor(constants: Constants, node: NodeProto, place: int) -> Step:
    constant = constants.value(node.input[1 - place])
    if node.op_type == "Div":
        if place == 1:
            raise InvalidFile(f"{shown(node)}, divides by what varies; a network here has affine maps only")
        if not constant.all():
            raise InvalidFile(f"{shown(node)}, divides by zero; export the network again")
        if not (constant == 1).all():
            constant = reciprocals(constant)

    def step(form: AffineForm) -> AffineForm:
        form, entries = _broadcast(form, constant)
        return times(form, entries)

    return step


def _negative(constants: Constants, node: NodeProto, place: int) -> Step:
    return lambda form: times(form, np.full(form.size, -1.0, dtype=np.float32))


def _matmul(constants: Constants, node: NodeProto, place: int) -> Step:
    constant = constants.value(node.input[1 - place])
    return lambda form: _multiplied(form, constant, place)


def _gemm(constants: Constants, node: NodeProto, place: int) -> Step:
    if place != 0 or number(node, "transA", 0):
        raise InvalidFile(
            f"{shown(node)}, transposes what varies or has it second or third; export it otherwise"
        )
    factor = constants.value(node.input[1])
    if number(node, "transB", 0):
        factor = factor.T
    alpha, beta = (float(number(node, name, 1.0)) for name in ("alpha", "beta"))
    shift = constants.value(node.input[2]) if len(node.input) > 2 and node.input[2] else None

    def step(form: AffineForm) -> AffineForm:
        if len(form.shape) != 2 or factor.ndim != 2:
            raise ValueError
        form = _multiplied(form, factor, 0)
        form = times(form, np.full(form.size, alpha))
        if shift is None:
            return form
        return plus(form, scaled(np.broadcast_to(shift, form.shape).ravel(), beta))

    return step


def _broadcast(form: AffineForm, constant: NDArray[Any]) -> tuple[AffineForm, NDArray[Any]]:
    shape = np.broadcast_shapes(form.shape, constant.shape)
    if math.prod(shape) != form.size or constant.dtype.kind not in "fO":
        raise ValueError
    return replace(form, shape=shape), np.broadcast_to(constant, shape).ravel()


def _multiplied(form: AffineForm, constant: NDArray[Any], place: int) -> AffineForm:
    """The tensor times the constant (place 0), or the constant times the tensor (place 1)."""
    shape = form.shape
    if constant.dtype.kind not in "fO" or not shape or not 1 <= constant.ndim <= 2:
        raise ValueError
    if math.prod(shape[:-1]) == 1 and place == 0:
        if constant.shape[0] != shape[-1]:
            raise ValueError
        return mapped(form, np.atleast_2d(constant.T), shape[:-1] + constant.shape[1:])
    if math.prod(shape[1:]) == 1 and len(shape) < 3 and place == 1:
        if constant.shape[-1] != shape[0]:
            raise ValueError
        return mapped(form, np.atleast_2d(constant), constant.shape[:-1] + shape[1:])
    if form.size * form.size * constant.size > MOST_TERMS:
        raise InvalidFile(
            f"a product with a tensor of shape {shape} is too large to be written as one matrix; export the "
            "network for one point, or with an open batch size"
        )
    # The images of the units: each entry is a constant times 1, plus zeros.
    units = np.eye(form.size, dtype=constant.dtype).reshape(form.size, *shape)
    images = units @ constant if place == 0 else constant @ units
    return mapped(form, images.reshape(form.size, -1).T, images.shape[1:])


_AFFINE: dict[str, Callable[[Constants, Any, int], Step]] = {
    "Add": _sum,
    "Sub": _sum,
    "Mul": _factor,
    "Div": _factor,
    "Neg": _negative,
    "MatMul": _matmul,
    "Gemm": _gemm,
}
