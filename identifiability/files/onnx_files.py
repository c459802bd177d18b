r"""The ``.onnx`` format: graphs of operators.

**Reading.**  A graph must be a chain from one input to one output: affine operators (``Gemm``, ``MatMul``,
``Add``, ``Sub``, ``Mul``, ``Div`` and ``Neg`` with constants), operators that only move entries about
(``Flatten``, ``Reshape``, ``Transpose``, ``Squeeze``, ``Unsqueeze``, ``Identity``, ``Dropout``, ``Cast``)
and activations; anything else is refused by name.  The network maps the whole input tensor to the whole
output tensor, both row by row; a batch size that is left open counts as 1.  Operators are read as the real
functions that they stand for, without the rounding of the run time, and affine operators in a row are
composed exactly (see :func:`~identifiability.files.formats.load_network`).  An activation that follows
another, or the input, or that gives the output, has an identity matrix on its other side.

**Writing.**  A ``Gemm`` for each layer, with the dtype of the network, and an activation as an operator or
as a few of them; :mod:`identifiability.files.onnx_activations` says which.  The graph computes the network
for any batch; its metadata have the activations' exact parameters, which the graph has rounded.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from identifiability.activations import Activation
from identifiability.errors import InvalidFile, InvalidInput, MissingPackage
from identifiability.files import metadata
from identifiability.files.affine_forms import AffineForm, Matrix, closed, converted, is_float32
from identifiability.files.onnx_constants import FLOAT
from identifiability.files.onnx_graph import read_chain
from identifiability.files.onnx_writing import written_graph
from identifiability.network import Network
from identifiability.weights import Bias

if TYPE_CHECKING:
    from onnx import ModelProto

LARGEST_FILE = 2**31 - 2**20
"""A file of this format must stay below 2 GiB."""

MOST_MOVED = 2**24
"""A graph is refused when its operators act on more words than this, all together."""

OLDEST = 7
"""Operator sets before this broadcast differently."""

WRITTEN, WRITTEN_IR = 13, 8
"""The operator set and the version of the representation of the files that are written."""


def read(file: IO[bytes], exact: bool) -> Network:
    """The network in an open file.

    Raises
    ------
    InvalidFile
        If the file is damaged, or its graph is not such a chain.
    MissingPackage
        If onnx is not installed.
    """
    onnx = package()
    if file.seek(0, 2) > LARGEST_FILE:
        raise InvalidFile("it has 2 GiB or more, which no .onnx file may have; export a smaller network")
    file.seek(0)
    damaged = import_module("google.protobuf.message").DecodeError

    try:
        model: ModelProto = onnx.load_model_from_string(file.read())
        return _network(model, exact)
    except damaged:
        raise InvalidFile("it is damaged or not an .onnx file; export the network again") from None
    except UnicodeDecodeError:
        raise InvalidFile("it has names that are not texts; export the network again") from None


def package() -> Any:
    """The package onnx.

    Raises
    ------
    MissingPackage
        If it is not installed.
    """
    try:
        import onnx
    except ImportError:
        raise MissingPackage(
            ".onnx files need the package onnx; run pip install 'netbounds[files]'"
        ) from None
    return onnx


def _network(model: ModelProto, exact: bool) -> Network:
    versions = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    if not model.HasField("graph") or not versions:
        raise InvalidFile("it has no graph of a known operator set; pass a file that an exporter wrote")
    if min(versions) < OLDEST:
        raise InvalidFile(f"its operator set is {min(versions)}; convert it to {OLDEST} or later")
    texts = [entry.value for entry in model.metadata_props if entry.key == metadata.KEY]
    chain = read_chain(model.graph, metadata.activations(texts[0]) if texts else ())
    layers: list[tuple[Matrix, Bias]] = []
    form = AffineForm(chain.input_shape)
    moved = 0
    for step in chain.steps:
        moved += form.words
        if moved > MOST_MOVED:
            raise InvalidFile("its operators act on too many values one after the other; simplify it first")
        if isinstance(step, Activation):
            layers.append(closed(form))
            form = AffineForm(form.shape)
        else:
            form = step(form)
    layers.append(closed(form))
    activations = [step for step in chain.steps if isinstance(step, Activation)]
    kind = "exact" if exact else _float_kind(layers, chain.input_type)
    weights = [converted(weight, kind) for weight, _ in layers]
    return Network(weights, [converted(bias, kind) for _, bias in layers], activations)


def _float_kind(layers: list[tuple[Matrix, Bias]], input_type: int) -> str:
    """float32 if the file computes with it and the composed parts are float32 numbers, or else float64."""
    narrow = input_type == FLOAT and all(is_float32(part) for layer in layers for part in layer)
    return "float32" if narrow else "float64"


def writer(network: Network, rounding: bool = False) -> Callable[[IO[bytes]], None]:
    """What writes the network, dense, to an open file.

    Raises
    ------
    Inexact
        If the network is exact and ``rounding`` is false, or a parameter of an activation is too large.
    InvalidInput
        If the network is too large for such a file.
    MissingPackage
        If onnx is not installed.
    """
    onnx = package()
    floats = metadata.in_floats(network, ".onnx", rounding, ("float64", "float32"))
    size = floats.parameter_count() * np.dtype(floats.arithmetic).itemsize
    if size > LARGEST_FILE:
        raise InvalidInput(
            f"a .onnx file stays below 2 GiB, and the network has {size} bytes; save it as .npz"
        )
    model = onnx.helper.make_model(
        written_graph(floats),
        opset_imports=[onnx.helper.make_opsetid("", WRITTEN)],
        ir_version=WRITTEN_IR,
        producer_name="netbounds",
    )
    onnx.helper.set_model_props(model, {metadata.KEY: metadata.described(floats)})
    content = model.SerializeToString(deterministic=True)

    def write(file: IO[bytes]) -> None:
        file.write(content)

    return write
