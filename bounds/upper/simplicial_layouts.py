r"""Layouts of ReLU networks that interpolate on Freudenthal's triangulation of a grid.

Let y_i in [0, K − 1] be the i-th coordinate in grid units and u = y − k for a node k.  The spike of
the node, linear on every simplex, 1 at k and 0 at the other nodes, is

.. math:: \varphi_k = \mathrm{relu}\big(1 - \max(0, u_1, \dots, u_m) + \min(0, u_1, \dots, u_m)\big) .

One unit per step computes the running maximum less the last coordinate, and one the same for −u:

.. math:: z_1 = \mathrm{relu}(-u_1), \quad z_j = \mathrm{relu}(z_{j-1} + u_{j-1} - u_j), \qquad
          w_1 = \mathrm{relu}(u_1), \quad w_j = \mathrm{relu}(w_{j-1} - u_{j-1} + u_j),

since max(P, u_j) = u_j + relu(P − u_j).  In the sum of the two u_m cancels: φ = relu(1 − z_m − w_m).

The *wide* layout computes all spikes at once; z_j and w_j depend on k_1, ..., k_j only, so that nodes
with a common beginning share them.  The *narrow* one is a pipeline: at each layer another node
enters, while the coordinates and the partial sum Σ c_k φ_k, lifted by a constant to stay
nonnegative, are carried along.  Its width does not depend on the number of nodes, so that its dense
size is of the order of that number.

In front of either one of three fronts makes the carried coordinates:

* vertices: y = (x + 1)n/2, K = n + 1;
* cell centres: y = (x + 1)n/2 − 1/2 clipped to [0, n − 1], by relu(n − 1 − relu(n − 1 − y)), K = n;
* staircases: y = Σ_j relu(1 − relu(1 − a_j)), where a_j climbs from 0 to 1 on the j-th ramp, K − 1
  of them on each axis and in each grid.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from bounds.upper.layouts import Layout
from bounds.upper.scheme import Run

RELU = "relu"


@dataclass(frozen=True, slots=True)
class Front:
    """The first hidden layers, which end with the carried coordinates of every grid.

    Attributes
    ----------
    inputs : int
        The number of variables m ≥ 2.
    axes : tuple of int
        Nodes on each axis of every grid that needs a network; a grid of one node is a constant.
    widths : tuple of int
        The hidden layers' widths.
    nonzero : int
        Their entries that may differ from zero.
    constants : int
        The number of grids of one node.
    """

    inputs: int
    axes: tuple[int, ...]
    widths: tuple[int, ...]
    nonzero: int
    constants: int = 0

    @property
    def nodes(self) -> int:
        """How many nodes have a spike."""
        return sum(nodes**self.inputs for nodes in self.axes)


def vertices_front(m: int, n: int) -> Front:
    """The (n + 1)^m vertices of a grid with n cells on each axis."""
    return Front(inputs=m, axes=(n + 1,), widths=(m,), nonzero=2 * m)


def cell_centres_front(m: int, n: int) -> Front:
    """The n^m centres of cells, n ≥ 2, with clipped inputs."""
    return Front(inputs=m, axes=(n,), widths=(m, m), nonzero=4 * m)


def staircases_front(m: int, positions: int) -> Front:
    """Two staggered grids with floor(K/2) and ceil(K/2) nodes on each axis, K ≥ 3."""
    axes = tuple(nodes for nodes in (positions // 2, positions - positions // 2) if nodes > 1)
    steps = m * sum(nodes - 1 for nodes in axes)
    return Front(
        inputs=m,
        axes=axes,
        widths=(steps, steps, m * len(axes)),
        nonzero=5 * steps,
        constants=2 - len(axes),
    )


def wide_layout(front: Front) -> Layout:
    """All spikes at once, with shared beginnings.

    Examples
    --------
    >>> layout = wide_layout(vertices_front(m=2, n=3))
    >>> layout.architecture.text, layout.trainable, layout.nonzero
    ('4 hidden layers, widths 2-10-32-16, relu', 16, 204)
    """
    m = front.inputs
    widths, nonzero = list(front.widths), front.nonzero
    powers = [1] * len(front.axes)
    for level in range(1, m + 1):
        shorter = sum(powers)
        powers = [power * nodes for power, nodes in zip(powers, front.axes, strict=True)]
        prefixes = sum(powers)
        carried = len(front.axes) * (m - level + 1) if level < m else 0
        widths.append(2 * prefixes + carried)
        # A unit reads one coordinate, or two and the unit before; its bias is zero where u_{j-1} - u_j
        # has no constant, and on the first level for the node 0.
        nonzero += 2 * prefixes * (1 if level == 1 else 3) + 2 * (prefixes - shorter) + carried
    widths.append(front.nodes)
    nonzero += 4 * front.nodes + min(1, front.constants)
    runs = tuple(Run(width, RELU) for width in widths)
    return Layout(inputs=m, runs=runs, trainable=front.nodes + front.constants, nonzero=nonzero)


def narrow_layout(front: Front) -> Layout:
    """One node after another through a pipeline of fixed width.

    Examples
    --------
    >>> layout = narrow_layout(vertices_front(m=2, n=30))
    >>> layout.architecture.text, layout.dense < wide_layout(vertices_front(m=2, n=30)).dense
    ('964 hidden layers of width at most 8, relu', True)
    """
    m, nodes = front.inputs, front.nodes
    shorter = sum(axis ** (m - 1) for axis in front.axes)
    last = nodes + m
    carried = len(front.axes) * m
    nonzero = (
        front.nonzero
        + carried * (last - 2)
        + (2 * nodes + 2 * (nodes - shorter))  # z_1 and w_1
        + (m - 1) * (6 * nodes + 2 * (nodes - shorter))  # z_j and w_j
        + 3 * nodes  # spikes
        + 2 * (nodes - 1)  # partial sums
        + 3  # output
    )
    runs = (*(Run(width, RELU) for width in front.widths), *_pipeline(m, nodes, carried))
    return Layout(inputs=m, runs=runs, trainable=nodes + front.constants, nonzero=nonzero)


def pipeline_width(m: int, nodes: int, carried: int, layer: int) -> int:
    """The width of one layer of the pipeline, counted from 1; the last one is nodes + m."""
    stages = min(m, layer) - max(1, layer - nodes + 1) + 1
    spike = 1 <= layer - m <= nodes
    return (carried if layer <= nodes + m - 2 else 0) + 2 * max(0, stages) + spike + (layer >= m + 2)


def _pipeline(m: int, nodes: int, carried: int) -> Iterator[Run]:
    last = nodes + m
    head, tail = m + 3, last - m - 3
    if tail <= head:
        listed = [pipeline_width(m, nodes, carried, layer) for layer in range(1, last + 1)]
        yield from (Run(width, RELU, len(list(group))) for width, group in groupby(listed))
        return
    for layer in range(1, head):
        yield Run(pipeline_width(m, nodes, carried, layer), RELU)
    yield Run(pipeline_width(m, nodes, carried, head), RELU, tail - head)
    for layer in range(tail, last + 1):
        yield Run(pipeline_width(m, nodes, carried, layer), RELU)
