"""The error of a network as measured at many points: evidence, next to what is proved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

from bounds.upper.construction import CUBE
from bounds.upper.node_values import variable_names
from identifiability.errors import InvalidInput
from identifiability.evaluation import evaluate_ball
from identifiability.exact import decimal, integer
from identifiability.formula import Formula, parse
from identifiability.network import Network

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measurement:
    """The largest |network − target| at so many points, in floating point: a rounded lower bound."""

    error: float
    points: int


def measure(
    network: Network,
    target: str | Formula | Callable[[Floats], Any],
    points: int = 4000,
    domain: tuple[Fraction, Fraction] = CUBE,
) -> Measurement:
    """The largest |network − target| over a grid of the cube and the midpoints of its cells.

    Parameters
    ----------
    network : Network
        With one output.
    target : str, Formula or callable
        A formula in x0, x1, ..., or a function of arrays of points, shape (n, m).
    points : int
        About how many points; the two grids have at least 2^m + 1.
    domain : tuple of Fraction
        (low, high).

    Raises
    ------
    InvalidInput
        If the network has several outputs, the target is not finite somewhere, or no float reaches an end
        of the domain.

    Notes
    -----
    Status: evidence.  Both sides are evaluated in float64.

    Examples
    --------
    >>> found = measure(Network([[[1]]]), "x0^3", points=1001)
    >>> found.points, round(found.error, 4)
    (1001, 0.3849)
    """
    if network.architecture[-1] != 1:
        raise InvalidInput(f"the error is measured for networks with one output, got {network!r}")
    inputs = network.architecture[0]
    x = _grids(inputs, integer(points, "points", minimum=1), domain)
    if isinstance(target, str):
        target = parse(target, variable_names(inputs))
    wanted = _values(target, x) if isinstance(target, Formula) else np.asarray(target(x), dtype=float)
    if not np.isfinite(wanted).all():
        where = x[~np.isfinite(wanted)][0].tolist()
        raise InvalidInput(
            f"the target has no finite value at {where}; pass one that is finite on the domain"
        )
    return Measurement(float(np.abs(network(x)[:, 0] - wanted).max()), len(x))


def _grids(inputs: int, points: int, domain: tuple[Fraction, Fraction]) -> Floats:
    """A grid with its corners in the corners of the cube, and the midpoints of its cells."""
    number = 2
    while (number + 1) ** inputs + number**inputs <= points:
        number += 1
    try:
        low, high = (float(end) for end in domain)
    except OverflowError:
        far = decimal(max(map(abs, domain)))
        raise InvalidInput(
            f"the error is measured on domains that floats can hold, got an end of size {far}; "
            "pass a smaller domain"
        ) from None
    axis = np.linspace(low, high, number)
    middles = (axis[1:] + axis[:-1]) / 2
    return np.concatenate(
        [np.stack(np.meshgrid(*[part] * inputs), -1).reshape(-1, inputs) for part in (axis, middles)]
    )


def _values(formula: Formula, x: Floats) -> Floats:
    names = variable_names(x.shape[1])
    places = [dict(zip(names, map(arb, point), strict=True)) for point in x.tolist()]
    return np.array([float(evaluate_ball(formula, place).mid()) for place in places])
