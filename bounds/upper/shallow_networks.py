"""Shallow ReLU networks in one variable that interpolate linearly between nodes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from identifiability.network import Network

Floats = NDArray[np.float64]


def constant_network(m: int, values: Floats) -> Network:
    """The constant function."""
    return Network([np.zeros((1, m))], [values], "relu")


def constant_nodes(m: int) -> Floats:
    """The origin."""
    return np.zeros((1, m))


def flat_ends_nodes(nodes: int) -> Floats:
    """The centres −1 + (2j − 1)/N of N equal cells."""
    return (np.arange(1 - nodes, nodes, 2) / nodes).reshape(-1, 1)


def flat_ends_network(values: Floats) -> Network:
    """Linear between the centres of cells, constant before the first and after the last."""
    nodes = flat_ends_nodes(len(values))
    slopes = np.concatenate([[0.0], np.diff(values) * (len(values) / 2), [0.0]])
    changes = np.diff(slopes).reshape(1, -1)
    return Network([np.ones_like(nodes), changes], [-nodes.ravel(), values[:1]], "relu")


def edge_shift_nodes(nodes: int, spacing: Fraction, end: Fraction) -> Floats:
    """−1 + δ, −1 + δ + H, ..., 1 − δ."""
    places = [float(end - 1 + index * spacing) for index in range(nodes)]
    return np.array(places).reshape(-1, 1)


def edge_shift_network(values: Floats, spacing: Fraction, end: Fraction) -> Network:
    """Linear between the nodes and on to the ends, the value and slope at −1 given by the first two."""
    nodes = edge_shift_nodes(len(values), spacing, end)
    slopes = np.diff(values) / float(spacing)
    at_the_end = values[0] - float(end) * slopes[0]
    kinks = np.concatenate([[-1.0], nodes[1:-1, 0]])
    changes = np.concatenate([slopes[:1], np.diff(slopes)]).reshape(1, -1)
    return Network([np.ones((len(kinks), 1)), changes], [-kinks, np.array([at_the_end])], "relu")
