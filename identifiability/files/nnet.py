r"""The ``.nnet`` text format: ReLU networks with the normalisation of their inputs and outputs.

After comment lines that begin with ``//``, a file has a line each for

1. the number L of weight layers, of inputs, of outputs, and the largest width;
2. the L + 1 sizes from input to output;
3. a flag that nobody uses;
4. and 5. the least and the greatest value of each input;
6. the mean of each input, and then one for all outputs;
7. the range of each input, and then one for all outputs;

and then the matrices, row by row, and the biases, entry by entry.  Its network f works on normalised
values.  What the data came from is the network with the normalisation applied,

.. math:: g(x)_j = r_{out}\, f\bigl((x_1 - m_1)/r_1, \ldots, (x_d - m_d)/r_d\bigr)_j + m_{out},

which folds into the first and the last affine map.  Programs that evaluate such files also clip each
input to its least and greatest value first.  That is no part of the network here; inside the box the two
agree.

A float is the float64 nearest to its decimal; read exactly, it is the decimal itself.

References
----------
Julian, Lopez, Brush, Owen & Kochenderfer, Policy Compression for Aircraft Collision Avoidance Systems,
DASC 2016.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise
from typing import IO, Any

import numpy as np

from identifiability.composition import compose
from identifiability.errors import InvalidFile, InvalidInput, NetboundsError
from identifiability.exact import fraction
from identifiability.files.metadata import in_floats
from identifiability.network import Network, in_arithmetic
from identifiability.weights import SparseRationals

_STRANGE = re.compile(r"[^0-9eE+\-., \t\r\n]")
_HEADER_LINES = 7


@dataclass(frozen=True, slots=True)
class _Text:
    sizes: list[int]
    means: list[str]
    ranges: list[str]
    entries: list[str]


def read(file: IO[bytes], exact: bool, normalisation: str = "keep") -> Network:
    """The network in an open file.

    Raises
    ------
    InvalidFile
        If the file is not such a text.
    InvalidInput
        If ``normalisation`` is neither ``"keep"`` nor ``"apply"``.
    """
    if normalisation not in ("keep", "apply"):
        raise InvalidInput(f"normalisation must be 'keep' or 'apply', got {str(normalisation)[:60]!r}")
    text = _split(file.read())
    number = _exact_number if exact or normalisation == "apply" else _float
    entries = iter([number(entry) for entry in text.entries])
    weights, biases = [], []
    for inputs, out in pairwise(text.sizes):
        weights.append(_array(entries, (out, inputs)))
        biases.append(_array(entries, (out,)))
    network = Network(weights, biases, "relu")
    if normalisation == "keep":
        return network
    network = _normalised(network, text)
    # The decimals are composed exactly, and each result is rounded once.
    return network if exact else in_arithmetic(network, "float64")


def writer(network: Network, rounding: bool = False) -> Callable[[IO[bytes]], None]:
    """What writes the network, which takes and gives values as they are, to an open file.

    Raises
    ------
    InvalidInput
        If an activation is not ReLU, or the parameters are too many to write out.
    Inexact
        If the network is not float64 and ``rounding`` is false.
    """
    others = [entry for entry in network.activations if entry.name != "relu"]
    if others:
        raise InvalidInput(
            f"a .nnet file holds ReLU networks only, got {others[0]}; save it as .npz or .onnx"
        )
    floats = in_floats(network, ".nnet", rounding, ("float64",))
    dense = [(floats.weight(layer), floats.bias(layer)) for layer in range(floats.depth)]

    def write(file: IO[bytes]) -> None:
        for line in _lines(floats.architecture, dense):
            file.write(line.encode("ascii"))

    return write


def _split(content: bytes) -> _Text:
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise InvalidFile("it is not a text; pass a .nnet file") from None
    kept = [line for line in lines if line.strip() and not line.lstrip().startswith("//")]
    for line in kept:
        strange = _STRANGE.search(line)
        if strange:
            raise InvalidFile(f"it has {strange[0]!r} among its numbers, in {line[:40]!r}; pass a .nnet file")
    if len(kept) < _HEADER_LINES:
        raise InvalidFile(
            f"it has {len(kept)} lines of numbers; pass a .nnet file, which has {_HEADER_LINES} or more"
        )
    counts, sizes, _, *box = [_tokens(line) for line in kept[:_HEADER_LINES]]
    depth, inputs, outputs = (_size(entry) for entry in [*counts, "", "", ""][:3])
    layers = [_size(entry) for entry in sizes]
    if depth < 1 or len(layers) != depth + 1 or (layers[0], layers[-1]) != (inputs, outputs):
        raise InvalidFile(
            f"its first line says {depth} layers from {inputs} inputs to {outputs} outputs, but its sizes "
            f"are {str(layers)[:60]}; make them agree"
        )
    if [len(line) for line in box] != [inputs, inputs, inputs + 1, inputs + 1]:
        raise InvalidFile(
            f"it has {', '.join(str(len(line)) for line in box)} bounds, means and ranges for {inputs} "
            "inputs; give a bound for each input, and a mean and a range for each and one for the outputs"
        )
    entries = [entry for line in kept[_HEADER_LINES:] for entry in _tokens(line)]
    wanted = sum(out * (before + 1) for before, out in pairwise(layers))
    if len(entries) != wanted:
        raise InvalidFile(
            f"it has {len(entries)} weights and biases, and its sizes make {wanted}; complete it"
        )
    return _Text(layers, box[2], box[3], entries)


def _tokens(line: str) -> list[str]:
    return [token.strip() for token in line.rstrip().removesuffix(",").split(",")]


def _size(token: str) -> int:
    if not token.isdecimal() or len(token) > 18:
        raise InvalidFile(f"it has the layer size {token[:40]!r}; give whole numbers")
    return int(token)


def _float(token: str) -> float:
    try:
        value = float(token)
    except ValueError:
        raise InvalidFile(f"it has the entry {token[:40]!r}; give decimals") from None
    if abs(value) == float("inf"):
        raise InvalidFile(f"its entry {token[:40]!r} is too large for a float; load it with exact=True")
    return value


def _exact_number(token: str) -> Fraction:
    try:
        return fraction(token, "an entry")
    except NetboundsError as error:
        raise InvalidFile(str(error)) from None


def _array(entries: Iterator[Any], shape: tuple[int, ...]) -> Any:
    part = list(islice(entries, math.prod(shape)))
    # Without entries there is nothing to tell floats from fractions.
    kind = np.float64 if part and isinstance(part[0], float) else object
    return np.array(part, dtype=kind).reshape(shape)


def _normalised(network: Network, text: _Text) -> Network:
    means, ranges = ([_exact_number(entry) for entry in line] for line in (text.means, text.ranges))
    if 0 in ranges:
        raise InvalidFile(
            "it has a range that is 0, so that nothing can be normalised; pass normalisation='keep'"
        )
    scales = [1 / entry for entry in ranges[:-1]]
    shifts = [-mean * scale for mean, scale in zip(means, scales, strict=False)]
    inputs, outputs = network.architecture[0], network.architecture[-1]
    before = Network([_diagonal(scales, inputs)], [np.array(shifts, dtype=object)])
    after = Network(
        [_diagonal([ranges[-1]] * outputs, outputs)], [np.array([means[-1]] * outputs, dtype=object)]
    )
    return compose(after, compose(network, before))


def _diagonal(entries: list[Fraction], size: int) -> SparseRationals:
    return SparseRationals((size, size), range(size), range(size), entries)


def _lines(architecture: tuple[int, ...], layers: list[tuple[Any, Any]]) -> Iterator[str]:
    inputs, outputs = architecture[0], architecture[-1]
    yield "// A ReLU network in the .nnet format; its inputs are neither bounded nor normalised.\n"
    yield _line([len(layers), inputs, outputs, max(architecture)])
    yield _line(architecture)
    yield _line([0])
    for bound in (-sys.float_info.max, sys.float_info.max):
        yield _line([bound] * inputs)
    for value in (0.0, 1.0):
        yield _line([value] * (inputs + 1))
    for weight, bias in layers:
        for row in weight.tolist():
            yield _line(row)
        for entry in bias.tolist():
            yield _line([entry])


def _line(numbers: Any) -> str:
    return "".join(f"{number!r}," for number in numbers) + "\n"
