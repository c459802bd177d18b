"""Expansion coefficients of any function by Gauss quadrature, with an estimate of their error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from legendre.measure import GaussRule, gauss, orthonormal_rows
from legendre.polynomials import read_degree, read_dimension
from legendre.target_values import on_floats
from legendre.targets import Target

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

HIGHEST_DEGREE = 5_000
"""Coefficients of a higher degree are refused: Gauss rules with enough nodes take too long."""

FEWEST_NODES = 150
MOST_NODES = 6_000
_CONVERGED = 1e-13


@dataclass(frozen=True, slots=True)
class Projection:
    """Coefficients by quadrature; the status of every number in here is evidence.

    ``error_estimate`` is the largest change of a coefficient when the number of nodes was last doubled,
    ``norm`` the norm of the function and ``tail`` the norm of what the coefficients leave over.
    """

    values: Array
    error_estimate: float
    nodes: int
    norm: float
    tail: float


def quadrature_coefficients(target: Target, d: object, degree: object) -> Projection:
    """The coefficients of a target by Gauss quadrature, with an estimate of their error.

    .. math:: \\alpha_n \\approx \\sum_i w_i\\, f(x_i)\\, L_n(x_i), \\qquad n = 0..degree

    Parameters
    ----------
    target : Target
        For instance ``function(numpy.tanh)``; its values are asked for at floats.
    d : int
        The dimension, at least 2.
    degree : int
        The last degree, from 0 to 5000.

    Returns
    -------
    Projection
        The number of nodes is doubled until the coefficients do not change by more than 1e-13 times the
        norm, or nodes run out.

    Raises
    ------
    InvalidInput
        If the function is not finite, or does not act on each entry.

    Notes
    -----
    An estimate, no bound: a function that oscillates faster than the nodes can see goes unnoticed.

    Examples
    --------
    >>> import numpy as np
    >>> from legendre.targets import function
    >>> projection = quadrature_coefficients(function(np.tanh), d=5, degree=3)
    >>> projection.values[1::2].round(6).tolist(), projection.error_estimate < 1e-14
    ([0.394659, -0.025254], True)
    """
    d, degree = read_dimension(d), read_degree(degree, HIGHEST_DEGREE)
    f = on_floats(target, d)
    size = max(FEWEST_NODES, degree + degree // 8 + 10)
    current = _project(f, d, degree, gauss(d, size))
    while True:
        size = 2 * size + 1
        before, current = current, _project(f, d, degree, gauss(d, size))
        change = float(abs(current.values - before.values).max())
        if change <= _CONVERGED * current.norm or 2 * size + 1 > MOST_NODES:
            return Projection(current.values, change, size, current.norm, current.tail)


def _project(f: Callable[[Array], Array], d: int, degree: int, rule: GaussRule) -> Projection:
    import numpy as np

    # All sums run over sqrt(w_i) f(x_i); the residual is left over when each component is taken out.
    weighted = np.sqrt(rule.weights) * f(rule.nodes)
    residual = weighted.copy()
    values = np.empty(degree + 1)
    for k, row in enumerate(orthonormal_rows(d, degree, rule)):
        values[k] = row @ weighted
        residual -= values[k] * row
    norm, tail = float(np.linalg.norm(weighted)), float(np.linalg.norm(residual))
    return Projection(values, float("inf"), len(rule.nodes), norm, tail)
