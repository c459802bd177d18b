r"""Layers of a primary network whose parameters another network writes, sample by sample.

Sample i has features F_i in R^p and the inputs a_i in R^d.  The writer's rows for the weight of unit j
from input l are T_{jl} in R^p, with bias B_{jl}, so that

.. math:: u_{ij} = \sum_{l} a_{il} \Bigl( \sum_k T_{jlk} F_{ik} + B_{jl} \Bigr) .

There are two orders to contract in.  One writes the weights first: n·h·d numbers.  The other contracts
with a_i first: Z_{jik} = Σ_l a_{il} T_{jlk}, n·h·p numbers, and then with F_i.  Both take one product of
the same cost; but in the second Z gives the derivative by F_i at once, where the first needs another such
product.  So the second is taken if p <= d.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bounds.fits.layers import Layer


@dataclass(frozen=True, slots=True, eq=False)
class Writer:
    """The rows of the meta-network's last layer that write one layer of the primary, as views.

    Attributes
    ----------
    weights : array of shape (h, d, p)
        T, for the weights of the written layer.
    weight_biases : array of shape (h, d)
        B.
    biases : array of shape (h, p), or None
        For the biases of the written layer, if it has any.
    bias_biases : array of shape (h,), or None
    """

    weights: NDArray[Any]
    weight_biases: NDArray[Any]
    biases: NDArray[Any] | None
    bias_biases: NDArray[Any] | None


def writers(last: Layer, widths: Sequence[int], bias: bool) -> list[Writer]:
    """The last layer of the meta-network, split by the primary's layers."""
    assert last.bias is not None  # meta-networks have biases
    parts, start = [], 0
    for incoming, out in pairwise(widths):
        end = start + out * incoming
        rows, offsets = last.weight[start:end], last.bias[start:end]
        start = end + out * bias
        parts.append(
            Writer(
                rows.reshape(out, incoming, -1),
                offsets.reshape(out, incoming),
                last.weight[end:start] if bias else None,
                last.bias[end:start] if bias else None,
            )
        )
    return parts


def written_values(
    writer: Writer, features: NDArray[Any], inputs: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """(u, kept): the values of shape (n, h), and the array of three axes that the gradient needs again."""
    out, incoming, _ = writer.weights.shape
    if _inputs_first(writer):
        kept = np.matmul(inputs, writer.weights)
        values = np.einsum("jik,ik->ij", kept, features)
        values += inputs @ writer.weight_biases.T
    else:
        rows = writer.weights.reshape(out * incoming, -1)
        kept = features @ rows.T
        kept += writer.weight_biases.ravel()
        kept = kept.reshape(len(features), out, incoming)
        values = np.matmul(kept, inputs[:, :, None])[:, :, 0]
    if writer.biases is not None:
        values += features @ writer.biases.T
        values += writer.bias_biases
    return values, kept


def written_gradient(
    writer: Writer,
    gradient: Writer,
    features: NDArray[Any],
    inputs: NDArray[Any],
    kept: NDArray[Any],
    delta: NDArray[Any],
    to_features: NDArray[Any],
    *,
    to_inputs: bool,
) -> NDArray[Any] | None:
    """Write the gradient by the writer, and add that by the features; return that by the inputs if asked.

    ``delta`` is the derivative by the values, of shape (n, h).
    """
    back = None
    if _inputs_first(writer):
        scaled = features * delta.T[:, :, None]
        np.matmul(inputs.T, scaled, out=gradient.weights)
        np.matmul(delta.T, inputs, out=gradient.weight_biases)
        to_features += np.einsum("jik,ij->ik", kept, delta)
        if to_inputs:
            back = np.matmul(scaled, writer.weights.transpose(0, 2, 1)).sum(axis=0)
            back += delta @ writer.weight_biases
    else:
        rows = gradient.weights.reshape(-1, gradient.weights.shape[2])
        outer = (delta[:, :, None] * inputs[:, None, :]).reshape(len(delta), -1)
        np.matmul(outer.T, features, out=rows)
        outer.sum(axis=0, out=gradient.weight_biases.reshape(-1))
        to_features += outer @ writer.weights.reshape(rows.shape)
        if to_inputs:
            back = np.matmul(delta[:, None, :], kept)[:, 0]
    if writer.biases is not None and gradient.biases is not None:
        np.matmul(delta.T, features, out=gradient.biases)
        delta.sum(axis=0, out=gradient.bias_biases)
        to_features += delta @ writer.biases
    return back


def _inputs_first(writer: Writer) -> bool:
    _, incoming, features = writer.weights.shape
    return int(features) <= int(incoming)
