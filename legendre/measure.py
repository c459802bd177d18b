"""The measure mu_d: the law of one coordinate of a uniform point on the sphere S^{d-1}.

Its density, moments and expectations of polynomials are exact; its Gauss rules are stable in dimensions
where formulas through the gamma function give NaN.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq, fmpq_poly

from identifiability.errors import InvalidInput
from identifiability.exact import from_rational, integer, rational
from legendre.polynomials import product, read_coefficients, read_dimension

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

MOST_NODES = 20_000
"""Gauss rules with more nodes are refused: their nodes take time in the square of the number."""


def density_constant(d: int) -> arb:
    """The constant of the density of mu_d with respect to Lebesgue's measure, as a ball.

    .. math:: d\\mu_d = C_d\\,(1-t^2)^{(d-3)/2}\\,dt, \\qquad
              C_d = \\frac{\\Gamma(d/2)}{\\sqrt\\pi\\,\\Gamma((d-1)/2)}

    Examples
    --------
    >>> density_constant(3).contains(0.5), (density_constant(2) * arb.pi()).contains(1)
    (True, True)
    """
    half, other = arb(fmpq(d, 2)), arb(fmpq(d - 1, 2))
    return half.gamma() * other.rgamma() / arb.pi().sqrt()


def moment(d: object, k: object) -> Fraction:
    """The k-th moment of mu_d, exactly.

    .. math:: E[t^{2j}] = \\prod_{i=1}^{j} \\frac{2i-1}{d+2i-2}, \\qquad E[t^{2j+1}] = 0

    Parameters
    ----------
    d : int
        The dimension, at least 2.
    k : int
        The power, from 0 to 100,000.

    Returns
    -------
    Fraction

    Examples
    --------
    >>> [moment(d=3, k=k) for k in range(5)]
    [Fraction(1, 1), Fraction(0, 1), Fraction(1, 3), Fraction(0, 1), Fraction(1, 5)]
    """
    d, k = read_dimension(d), integer(k, "the power k", minimum=0, maximum=100_000)
    if k % 2:
        return Fraction(0)
    return from_rational(fmpq(product(range(1, k, 2)), product(range(d, d + k, 2))))


def polynomial_expectation(d: object, coefficients: Iterable[object]) -> Fraction:
    """The expectation of a polynomial under mu_d, exactly.

    .. math:: E\\Big[\\sum_k c_k t^k\\Big] = \\sum_k c_k\\, E[t^k]

    Parameters
    ----------
    d : int
        The dimension, at least 2.
    coefficients : iterable of numbers
        Lowest degree first, from 1 to 10,001 of them.

    Raises
    ------
    InvalidInput
        If d < 2, or the coefficients are no sequence of so many numbers.

    Examples
    --------
    >>> polynomial_expectation(d=3, coefficients=["1/4", 0, "-3/2", 0, "9/4"])
    Fraction(1, 5)
    """
    exact = [rational(c) for c in read_coefficients(coefficients, "coefficients")]
    return from_rational(expectation(read_dimension(d), fmpq_poly(exact)))


def expectation(d: int, p: fmpq_poly) -> fmpq:
    """The expectation of flint's polynomial under mu_d."""
    total, factor = fmpq(0), fmpq(1)
    for j, c in enumerate(p.coeffs()[::2]):
        total += c * factor
        factor *= fmpq(2 * j + 1, d + 2 * j)
    return total


def recurrence_coefficient(d: int, n: int) -> Fraction:
    """The square of beta_n in t L_n = beta_{n+1} L_{n+1} + beta_n L_{n-1}, n >= 1.

    .. math:: \\beta_1^2 = \\frac1d, \\qquad \\beta_n^2 = \\frac{n(n+d-3)}{(2n+d-2)(2n+d-4)}

    Examples
    --------
    >>> recurrence_coefficient(2, 1), recurrence_coefficient(3, 2)
    (Fraction(1, 2), Fraction(4, 15))
    """
    return Fraction(1, d) if n == 1 else Fraction(n * (n + d - 3), (2 * n + d - 2) * (2 * n + d - 4))


def jacobi_entries(d: int, size: int) -> Array:
    """beta_1, ..., beta_size in floats."""
    import numpy as np

    n = np.arange(1, size + 1, dtype=float)
    with np.errstate(invalid="ignore"):
        squares = (n / (2 * n + d - 2)) * ((n + d - 3) / (2 * n + d - 4))
    squares[:1] = 1 / d
    return np.asarray(np.sqrt(squares))


@dataclass(frozen=True, slots=True)
class GaussRule:
    """Nodes and weights, and the logarithms of the weights, of which the smallest may underflow."""

    nodes: Array
    weights: Array
    log_weights: Array


def gauss(d: object, size: object) -> GaussRule:
    """The Gauss rule of mu_d: exact for polynomials of degree up to 2 * size - 1.

    .. math:: E[f] \\approx \\sum_i w_i f(x_i), \\qquad P_{size}(x_i) = 0, \\qquad
              w_i = \\Big(\\sum_{k<size} L_k(x_i)^2\\Big)^{-1}

    Parameters
    ----------
    d : int
        The dimension, at least 2.
    size : int
        The number of nodes, from 1 to 20,000.

    Returns
    -------
    GaussRule
        Nodes in increasing order; the weights are positive (or 0 where they underflow) and add up to 1.

    Raises
    ------
    InvalidInput
        If d < 2 or the number of nodes is out of range.

    Notes
    -----
    In dimension 2, Chebyshev's nodes, all weights are 1/size.  Otherwise the nodes are the eigenvalues of the
    Jacobi matrix, and the weights come from Christoffel's sum, whose
    terms are positive; the sum is kept by mantissa and exponent, since it reaches 1e400 and more.

    References
    ----------
    Golub & Welsch, Calculation of Gauss Quadrature Rules (1969); Szegő, Orthogonal Polynomials, (3.4.8).

    Examples
    --------
    >>> rule = gauss(d=1000, size=1000)
    >>> round(float(rule.weights @ rule.nodes**2), 12), float(rule.weights.min()) >= 0
    (0.001, True)
    """
    import numpy as np
    from scipy.linalg import eigvalsh_tridiagonal

    d, count = read_dimension(d), integer(size, "the number of nodes", minimum=1, maximum=MOST_NODES)
    beta = jacobi_entries(d, count)
    if count == 1:
        nodes = np.zeros(1)
    elif d == 2:
        nodes = np.cos(np.pi * (np.arange(count, 0, -1) - 0.5) / count)
    else:
        nodes = eigvalsh_tridiagonal(np.zeros(count), beta[:-1])
    nodes = (nodes - nodes[::-1]) / 2
    if d == 2:
        return GaussRule(nodes, np.full(count, 1 / count), np.full(count, -math.log(count)))
    half = -_log_christoffel(beta, nodes[count // 2 :])
    log_weights = np.concatenate([half[count % 2 :][::-1], half])
    weights = np.exp(log_weights)
    return GaussRule(nodes, weights / weights.sum(), log_weights)


def _log_christoffel(beta: Array, nodes: Array) -> Array:
    """The logarithm of the sum of L_k^2 over k < len(beta) at the nodes."""
    import numpy as np

    before, current, total = np.zeros_like(nodes), np.ones_like(nodes), np.ones_like(nodes)
    exponent = np.zeros(nodes.shape, dtype=np.int64)
    for k in range(1, len(beta)):
        before, current = current, (nodes * current - (beta[k - 2] if k > 1 else 0.0) * before) / beta[k - 1]
        total += current * current
        if k % 8 == 0:
            shift = np.frexp(total)[1] // 2
            before, current = np.ldexp(before, -shift), np.ldexp(current, -shift)
            total = np.ldexp(total, -2 * shift)
            exponent += 2 * shift
    return np.asarray(np.log(total) + exponent * math.log(2))


def orthonormal_rows(d: int, degree: int, rule: GaussRule) -> Iterator[Array]:
    """The arrays sqrt(w_i) L_k(x_i) for k = 0..degree; with Gauss's weights they are moderate."""
    import numpy as np

    beta = jacobi_entries(d, degree + 1)
    # Where sqrt(w_i) is too small for a float, later values are not: an exponent is carried along.
    exponent = np.floor(rule.log_weights / (2 * math.log(2))).astype(np.int64)
    current = np.exp(rule.log_weights / 2 - exponent * math.log(2))
    before = np.zeros_like(current)
    for k in range(degree + 1):
        yield np.asarray(np.ldexp(current, exponent.astype(np.int32)))
        lower = beta[k - 1] * before if k else 0.0
        before, current = current, (rule.nodes * current - lower) / beta[k]
        if k % 8 == 7:
            shift = np.frexp(np.maximum(np.abs(before), np.abs(current)))[1]
            before, current = np.ldexp(before, -shift), np.ldexp(current, -shift)
            exponent += shift


def density(d: object, t: object) -> Any:
    """The density of mu_d at points of (-1, 1), in floats.

    .. math:: \\frac{\\Gamma(d/2)}{\\sqrt\\pi\\,\\Gamma((d-1)/2)}\\,(1-t^2)^{(d-3)/2}

    Examples
    --------
    >>> density(d=3, t=0.3), density(d=2, t=[0.0]).round(6)
    (0.5, array([0.31831]))
    """
    import numpy as np

    from legendre.evaluation import read_points

    d, points = read_dimension(d), read_points(t)
    if d == 2 and np.any(np.abs(points) == 1):
        raise InvalidInput("the density of dimension 2 is infinite at -1 and 1; pass points between them")
    with np.errstate(divide="ignore"):
        ends = np.log1p(-points) + np.log1p(points)
    # Near 0 the two logarithms cancel.
    gap = np.where(np.abs(points) < 0.5, np.log1p(-points * points * (np.abs(points) < 0.5)), ends)
    power = np.exp((d - 3) / 2 * gap) if d != 3 else np.ones(points.shape)
    with ctx.workprec(128):
        values = float(density_constant(d)) * power
    return float(values) if np.ndim(values) == 0 else values
