"""What a file says of the network beside its numbers: the version of the format and the activations."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from identifiability.activations import Activation, activation
from identifiability.arithmetic import LARGEST_DENSE
from identifiability.errors import Inexact, InvalidFile, InvalidInput
from identifiability.network import Network, in_arithmetic
from identifiability.weights import is_sparse

KEY = "netbounds"
"""The name of the text in files of every format."""

VERSION = 1

LONGEST_TEXT = 2**26
"""A longer text is refused."""


def described(network: Network) -> str:
    """The text, in JSON, that :func:`activations` reads.

    Examples
    --------
    >>> described(Network([[[1]], [[1]]], activation="prelu(a=1/4)"))
    '{"version": 1, "activations": ["prelu(a=1/4)"]}'
    """
    names = [str(entry) for entry in network.activations]
    for name, entry in dict(zip(names, network.activations, strict=True)).items():
        try:
            readable = activation(name) == entry
        except InvalidInput:
            readable = False
        if not readable:
            raise InvalidInput(
                f"the parameter of {name[:40]}... is too long to write; round it to fewer digits"
            )
    return json.dumps({"version": VERSION, "activations": names})


def activations(text: str) -> tuple[Activation, ...]:
    """The activations that the text gives.

    Raises
    ------
    InvalidFile
        If it is not such a text, or of a later version.
    """
    if len(text) > LONGEST_TEXT:
        raise InvalidFile(f"its description has {len(text)} characters; write the file again")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidFile("its description is not JSON; write the file again") from None
    version = given.get("version") if isinstance(given, dict) else None
    if version != VERSION:
        raise InvalidFile(f"it is of version {str(version)[:20]} and not {VERSION}; update netbounds")
    names = given.get("activations")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InvalidFile("its description names no activations; write the file again")
    try:
        read = {name: activation(name) for name in dict.fromkeys(names)}
    except InvalidInput as error:
        raise InvalidFile(f"its description has an activation that cannot be read: {error}") from None
    return tuple(read[name] for name in names)


def in_floats(network: Network, suffix: str, rounding: bool, kinds: Sequence[str]) -> Network:
    """The network in one of the arithmetics that a dense format holds; rounded to float64 only if allowed.

    Raises
    ------
    Inexact
        If the format does not hold the network's arithmetic and ``rounding`` is false.
    InvalidInput
        If a sparse matrix is too large to be written out.
    """
    for weight in network.weights:
        if is_sparse(weight) and math.prod(weight.shape) > LARGEST_DENSE:
            raise InvalidInput(
                f"a {suffix} file holds dense matrices, and a sparse one of shape {weight.shape} is too "
                "large to be written out; save it as .npz"
            )
    if network.arithmetic in kinds:
        return network
    if not rounding:
        what = "floats" if len(kinds) > 1 else kinds[0]
        mine = "exact" if network.is_exact else network.arithmetic
        raise Inexact(
            f"a {suffix} file holds {what} and the network is {mine}; save it as .npz, or pass rounding=True"
        )
    return in_arithmetic(network, "float64")
