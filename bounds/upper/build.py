"""The networks of the upper bounds, built for a given target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bounds.upper import shallow_networks as shallow
from bounds.upper import simplicial_networks as simplicial
from bounds.upper.axis_rules import AxisRule, cubic_rule, panel_rule
from bounds.upper.families import (
    CELL_CENTRES,
    CONSTANT,
    EDGE_SHIFT,
    FLAT_ENDS,
    LOCAL_CUBIC,
    MULTILINEAR,
    NARROW,
    PANELS,
    VERTICES,
)
from bounds.upper.layouts import short
from bounds.upper.product_networks import product_network
from bounds.upper.scheme import COUNTS, UpperBound
from bounds.upper.schemes import upper_bound
from identifiability.activations import Activation
from identifiability.errors import InvalidInput
from identifiability.exact import integer, positive
from identifiability.network import Network

Floats = NDArray[np.float64]
Target = Callable[[Floats], Any]

MOST_ENTRIES = 2 * 10**7
"""Networks with more stored entries than this are not built."""


@dataclass(frozen=True, slots=True)
class Construction:
    """A network built for a target.

    Attributes
    ----------
    network : Network
        With float64 weights.
    bound : UpperBound
        What is proved of its class on the unit ball.
    proved_error : Fraction
        A bound of the distance from the target in the sup norm, for exact arithmetic.
    counts : dict
        The three sizes ``"trainable"``, ``"nonzero"`` and ``"dense"`` of the class.
    """

    network: Network
    bound: UpperBound
    proved_error: Fraction
    counts: dict[str, int]

    @property
    def scheme(self) -> str:
        """The name of the class."""
        return self.bound.scheme


def build(
    epsilon: object,
    m: int,
    r: int,
    target: Target,
    activation: str | Activation = "any",
    norm: object = 1,
    count: str = "trainable",
) -> Construction:
    r"""A network within ε of a target in the sup norm on [−1, 1]^m, whatever the target in M·W_{r,m}.

    .. math:: W_{r,m} = \Big\{ h \in C^r([-1,1]^m) : \sum_{|k|_1 \le r} \|D^k h\|_\infty \le 1 \Big\}

    Parameters
    ----------
    epsilon : real number
        The error, positive.
    m : int
        The number of variables.
    r : int
        The order of differentiability, at least 1.
    target : callable
        Takes an array of points, shape (n, m), and returns the n values; called once.
    activation : str or Activation
        ``"any"``, or the only activation that may occur.
    norm : real number
        M, a bound of the target's Sobolev norm; that it is one is taken on trust, except that no value
        may exceed it.
    count : str
        Which size is to be smallest: ``"trainable"``, ``"nonzero"`` or ``"dense"``.

    Returns
    -------
    Construction
        With ``network``, ``scheme``, ``proved_error``, ``counts`` and ``bound``.

    Raises
    ------
    InvalidInput
        If an argument is outside its domain, no scheme is proved for the activation, the target
        returns anything but n finite numbers of absolute value at most M, or the network would not
        fit in memory.

    Notes
    -----
    The free parameters are linear functionals of the target, its values at the nodes times 1 − E, and
    the other weights are frozen or tied to them.  So the selection is continuous, and linear.

    The proved error is that of exact arithmetic.  What float64 rounding adds is not proved; as measured,
    it is below N·M·1e-15 for the networks of one hidden layer with N units, about M·1e-13 for the
    others, and up to m·M·1e-8 where the panels' degree is 7, whose powers are badly conditioned.

    References
    ----------
    The lower side is DeVore, Howard & Micchelli, Optimal nonlinear approximation (1989).

    Examples
    --------
    >>> built = build("0.1", 1, 1, lambda x: np.sin(x[:, 0]) / 2)
    >>> built.scheme, built.proved_error, built.counts
    ('shallow-flat-ends', Fraction(1, 10), {'trainable': 9, 'nonzero': 27, 'dense': 28})
    >>> x = np.linspace(-1, 1, 1001)
    >>> bool(np.abs(built.network(x[:, None])[:, 0] - np.sin(x) / 2).max() < 0.1)
    True
    """
    radius = positive(norm, "norm")
    variables = integer(m, "m", minimum=1)
    relative = positive(epsilon, "epsilon") / radius
    best = upper_bound(variables, r, relative, activation, count)
    if relative >= 1 and best is not None:
        return _zero(best, variables, radius)
    if best is None:
        raise InvalidInput(
            f"no network with activation {activation} is proved to reach this error; "
            "pass activation='relu' or 'any'"
        )
    return build_bound(best, variables, target, radius)


def _zero(constant: UpperBound, m: int, norm: Fraction) -> Construction:
    """The zero network, for errors that every target in M·W_{r,m} has from zero: no free parameter."""
    zero = replace(
        constant, scheme="zero", title="the zero function", error=Fraction(1), trainable=0, nonzero=0
    )
    return Construction(
        network=Network([np.zeros((1, m))]),
        bound=zero,
        proved_error=norm,
        counts={name: zero.count(name) for name in COUNTS},
    )


def build_bound(bound: UpperBound, m: int, target: Target, norm: Fraction = Fraction(1)) -> Construction:
    """The network of one particular bound from :func:`bounds.upper.schemes.upper_bounds`.

    Parameters
    ----------
    bound : UpperBound
        For m variables.
    m, target
        As in :func:`build`.
    norm : Fraction
        M.

    Examples
    --------
    >>> from bounds.upper.schemes import upper_bounds
    >>> last = upper_bounds(2, 2, Fraction(1, 4))[-1]
    >>> build_bound(last, 2, lambda x: x[:, 0] * x[:, 1] / 4).network.depth
    3
    """
    stored = bound.dense if bound.scheme.endswith(NARROW) else bound.nonzero
    if stored > MOST_ENTRIES:
        raise InvalidInput(
            f"the network of {bound.scheme} would store {short(stored)} entries, more than {MOST_ENTRIES}; "
            "pass a larger epsilon or fewer variables"
        )
    values = _values(target, _nodes(bound, m), norm) * float(1 - bound.error)
    return Construction(
        network=_network(bound, m, values, float(norm)),
        bound=bound,
        proved_error=bound.error * norm,
        counts={name: bound.count(name) for name in COUNTS},
    )


def _values(target: Target, nodes: Floats, norm: Fraction) -> Floats:
    """The target at the nodes, checked."""
    if not callable(target):
        raise InvalidInput(f"the target must be a function of an array of points, got {target!r}")
    returned = target(nodes.copy())
    try:
        if np.iscomplexobj(returned):
            raise TypeError("it returned complex numbers")
        values = np.asarray(returned, dtype=float)
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            f"the target must return an array of real numbers for an array of shape {nodes.shape}: {error}"
        ) from error
    if values.shape != nodes.shape[:1]:
        raise InvalidInput(
            f"the target must return shape {nodes.shape[:1]} for points of shape {nodes.shape}, "
            f"got shape {values.shape}"
        )
    if not np.isfinite(values).all():
        where = nodes[~np.isfinite(values)][0].tolist()
        raise InvalidInput(f"the target must be finite on [-1, 1]^m, got a value that is not at {where}")
    if np.abs(values).max() > float(norm) * (1 + 1e-12):
        raise InvalidInput(
            f"the target takes the value {np.abs(values).max():.6g} and so is not of Sobolev norm {norm}; "
            "pass a larger norm"
        )
    return values


def _rule(bound: UpperBound) -> AxisRule | None:
    """The rule on an axis of the tensor-product schemes."""
    if bound.scheme == MULTILINEAR:
        return panel_rule(1, int(bound.parameter("n")))
    if bound.scheme == LOCAL_CUBIC:
        return cubic_rule(int(bound.parameter("nodes")), int(bound.parameter("strip")))
    if bound.scheme.startswith(PANELS):
        return panel_rule(int(bound.parameter("degree")), int(bound.parameter("panels")))
    return None


def _grids(bound: UpperBound, m: int) -> list[simplicial.Grid]:
    """The grids of the schemes on Freudenthal's triangulation."""
    family = bound.scheme.removesuffix(NARROW)
    if family == CELL_CENTRES:
        return simplicial.cell_centres_grids(m, int(bound.parameter("n")))
    if family == VERTICES:
        return simplicial.vertices_grids(m, int(bound.parameter("n")))
    return simplicial.staggered_grids(m, int(bound.parameter("positions")))


def _nodes(bound: UpperBound, m: int) -> Floats:
    """Where the target's values are needed, shape (n, m)."""
    if bound.scheme == CONSTANT:
        return shallow.constant_nodes(m)
    if bound.scheme == FLAT_ENDS:
        return shallow.flat_ends_nodes(bound.trainable)
    if bound.scheme == EDGE_SHIFT:
        return shallow.edge_shift_nodes(bound.trainable, bound.parameter("spacing"), bound.parameter("end"))
    rule = _rule(bound)
    if rule is not None:
        return simplicial.Grid(np.array([float(node) for node in rule.nodes]), m).points()
    return np.concatenate([grid.points() for grid in _grids(bound, m)])


def _network(bound: UpperBound, m: int, values: Floats, norm: float) -> Network:
    """The network with given weights at the nodes."""
    if bound.scheme == CONSTANT:
        return shallow.constant_network(m, values)
    if bound.scheme == FLAT_ENDS:
        return shallow.flat_ends_network(values)
    if bound.scheme == EDGE_SHIFT:
        return shallow.edge_shift_network(values, bound.parameter("spacing"), bound.parameter("end"))
    rule = _rule(bound)
    if rule is not None:
        corrected = bound.scheme == LOCAL_CUBIC and m > 1
        return product_network(rule, m, values, norm, corrected=corrected)
    family = bound.scheme.removesuffix(NARROW)
    if family == CELL_CENTRES:
        front = simplicial.cell_centres_front(m, int(bound.parameter("n")))
    elif family == VERTICES:
        front = simplicial.vertices_front(m, int(bound.parameter("n")))
    else:
        values = values / 2  # the mean of two interpolants
        front = simplicial.staircases_front(m, int(bound.parameter("positions")), bound.parameter("ramp"))
    grids = _grids(bound, m)
    if bound.scheme.endswith(NARROW):
        return simplicial.narrow_network(front, grids, values, norm)
    return simplicial.wide_network(front, grids, values)
