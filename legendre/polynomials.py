"""The Legendre polynomials of dimension d, exactly, and the dimensions of the spaces they stand for.

P_n is the zonal spherical harmonic of degree n on the sphere S^{d-1}, as a function of the inner product
t with the pole, with P_n(1) = 1.  It is a Gegenbauer polynomial of parameter d/2 - 1 divided by its value
at 1; for d = 2 it is Chebyshev's polynomial, for d = 3 Legendre's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, overload

from flint import fmpq, fmpq_poly

from identifiability.errors import InvalidInput
from identifiability.exact import from_rational, integer

if TYPE_CHECKING:
    import sympy

HIGHEST_EXACT_DEGREE = 10_000
"""Exact polynomials of a higher degree are refused: they would fill the memory."""

LARGEST_DIMENSION = 10**9
"""Dimensions beyond this are refused: integers of the size of the dimension's powers would be slow."""


def read_dimension(d: object) -> int:
    """Read the dimension d of the surrounding space, an integer of at least 2."""
    return integer(d, "the dimension d", minimum=2, maximum=LARGEST_DIMENSION)


def read_degree(n: object, maximum: int | None = None) -> int:
    """Read a degree, an integer of at least 0."""
    return integer(n, "the degree n", minimum=0, maximum=maximum)


def dimension(d: object, n: object) -> int:
    """How many linearly independent spherical harmonics of degree n there are in dimension d.

    .. math:: N_{d,0} = 1, \\qquad N_{d,n} = \\frac{(2n+d-2)\\,(n+d-3)!}{n!\\,(d-2)!} \\quad (n \\ge 1)

    Parameters
    ----------
    d : int
        The dimension of the space that holds the sphere, at least 2.
    n : int
        The degree, at least 0.

    Returns
    -------
    int

    Raises
    ------
    InvalidInput
        If d < 2 or n < 0, or the number has more than a million digits or so.

    Notes
    -----
    E[P_n(t)^2] = 1/N_{d,n}, so that sqrt(N) P_n is orthonormal.

    References
    ----------
    Müller, Spherical Harmonics (1966), Lemma 3; Daniely, Depth Separation for Neural Networks (2017).

    Examples
    --------
    >>> [dimension(d=3, n=n) for n in range(4)], [dimension(d=2, n=n) for n in range(3)]
    ([1, 3, 5, 7], [1, 2, 2])
    """
    d, n = read_dimension(d), read_degree(n)
    if n == 0:
        return 1
    if min(n, d) * math.log2(n + d) > 4e6:
        raise InvalidInput(
            f"the number of harmonics of degree {n} in dimension {d} has over a million digits;"
            " pass a smaller degree or dimension"
        )
    # comb(n+d-3, n-1) (2n+d-2)/n, and n divides the product.
    return math.comb(n + d - 3, n - 1) * (2 * n + d - 2) // n


def values(d: int, t: fmpq) -> Iterator[fmpq]:
    """P_0(t), P_1(t), ... exactly, by the three-term recurrence; without end."""
    before, current = fmpq(1), t
    yield before
    yield current
    n = 1
    while True:
        before, current = current, ((2 * n + d - 2) * t * current - n * before) / (n + d - 2)
        yield current
        n += 1


@lru_cache(maxsize=64)
def flint_polynomial(d: int, n: int) -> fmpq_poly:
    """P_n as flint's polynomial.

    The coefficient of t^(n-2j) is that of t^n times a product of ratios, which the differential equation
    (1 - t^2) P'' - (d-1) t P' + n(n+d-2) P = 0 gives.
    """
    leading = fmpq(1)
    for i in range(n - 1):
        leading *= fmpq(2 * i + d, i + d - 1)
    coefficients = [fmpq(0)] * (n + 1)
    coefficients[n] = leading
    for k in range(n, 1, -2):
        coefficients[k - 2] = coefficients[k] * fmpq(-k * (k - 1), (n - k + 2) * (n + k + d - 4))
    return fmpq_poly(coefficients)


@overload
def polynomial(d: object, n: object, variable: None = None) -> tuple[Fraction, ...]: ...
@overload
def polynomial(d: object, n: object, variable: sympy.Symbol) -> sympy.Expr: ...
def polynomial(d: object, n: object, variable: Any = None) -> Any:
    """The Legendre polynomial of degree n in dimension d, exactly.

    .. math:: P_0 = 1, \\quad P_1 = t, \\quad
              P_n = \\frac{2n+d-4}{n+d-3}\\, t\\, P_{n-1} - \\frac{n-1}{n+d-3}\\, P_{n-2} \\quad (n \\ge 2)

    Parameters
    ----------
    d : int
        The dimension, at least 2.
    n : int
        The degree, from 0 to 10,000.
    variable : sympy.Symbol, optional
        If given, the result is a sympy expression in this symbol.

    Returns
    -------
    tuple of Fraction, or a sympy expression
        The coefficients of 1, t, ..., t^n.

    Raises
    ------
    InvalidInput
        If d < 2, n < 0 or n > 10,000.

    References
    ----------
    Müller, Spherical Harmonics (1966), Lemma 2 and Lemma 4.

    Examples
    --------
    >>> polynomial(d=3, n=2)
    (Fraction(-1, 2), Fraction(0, 1), Fraction(3, 2))
    >>> import sympy
    >>> polynomial(d=5, n=3, variable=sympy.Symbol("t"))
    7*t**3/4 - 3*t/4
    """
    exact = flint_polynomial(read_dimension(d), read_degree(n, HIGHEST_EXACT_DEGREE))
    if variable is None:
        return tuple(from_rational(c) for c in exact.coeffs())
    import sympy

    terms = [sympy.Rational(int(c.p), int(c.q)) * variable**k for k, c in enumerate(exact.coeffs()) if c != 0]
    return sympy.Add(*terms)


def derivative_factor(d: int, n: int, order: int) -> Fraction:
    """The k-th derivative of P_n in dimension d is this number times P_{n-k} in dimension d + 2k.

    .. math:: P_{d,n}^{(k)} = \\prod_{i<k} \\frac{(n-i)(n+i+d-2)}{d-1+2i}\\; P_{d+2k,\\,n-k}

    Differentiating (1 - t^2) P'' - (d-1) t P' + n(n+d-2) P = 0 gives the same equation for P', with d + 2
    and n - 1; its polynomial solution is unique up to a factor, which t = 1 determines.

    Examples
    --------
    >>> derivative_factor(3, 2, 1), derivative_factor(3, 2, 3)
    (Fraction(3, 1), Fraction(0, 1))
    """
    factor = Fraction(1)
    for i in range(min(order, n + 1)):
        factor *= Fraction((n - i) * (n + i + d - 2), d - 1 + 2 * i)
    return factor
