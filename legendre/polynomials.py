"""The Legendre polynomials of dimension d, exactly, and the dimensions of the spaces they stand for.

P_n is the zonal spherical harmonic of degree n on the sphere S^{d-1}, as a function of the inner product
t with the pole, with P_n(1) = 1.  It is a Gegenbauer polynomial of parameter d/2 - 1 divided by its value
at 1; for d = 2 it is Chebyshev's polynomial, for d = 3 Legendre's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Set
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, overload

from flint import arb, fmpq, fmpq_poly, fmpz

from identifiability.errors import InvalidInput
from identifiability.exact import fraction, from_rational, integer, spelled

if TYPE_CHECKING:
    import sympy

HIGHEST_EXACT_DEGREE = 10_000
"""Exact polynomials of a higher degree are refused: they would fill the memory."""

MOST_BITS = 5 * 10**8
"""Exact polynomials whose coefficients may have more bits in all are refused: they take ten seconds."""

MOST_COEFFICIENTS = 10_001
"""Longer lists of coefficients are refused."""

MOST_BITS = 5 * 10**8
"""Exact polynomials whose coefficients may have more bits in all are refused: they take ten seconds."""

MOST_COEFFICIENTS = 10_001
"""Longer lists of coefficients are refused."""

LARGEST_DIMENSION = 10**9
"""Dimensions beyond this are refused: integers of the size of the dimension's powers would be slow."""


def read_dimension(d: object) -> int:
    """Read the dimension d of the surrounding space, an integer of at least 2."""
    return integer(d, "the dimension d", minimum=2, maximum=LARGEST_DIMENSION)


def read_degree(n: object, maximum: int | None = None) -> int:
    """Read a degree, an integer of at least 0."""
    return integer(n, "the degree n", minimum=0, maximum=maximum)


def read_coefficients(values: object, name: str) -> list[Fraction]:
    """Read the coefficients of a polynomial, lowest degree first; no more than 10,002 are looked at.

    Raises
    ------
    InvalidInput
        If it is no sequence, there are none of them or too many, or one is not a number.
    """
    refusal = InvalidInput(
        f"{name} must be a sequence of numbers, got {spelled(values)}; pass [0, '1/2', -1]"
    )
    if isinstance(values, (str, bytes, bytearray, Mapping, Set)) or not isinstance(values, Iterable):
        raise refusal
    if getattr(values, "ndim", 1) != 1:
        raise refusal
    given = list(islice(values, MOST_COEFFICIENTS + 1))
    if not 1 <= len(given) <= MOST_COEFFICIENTS:
        found = "more" if given else "0"
        raise InvalidInput(
            f"{name} must have 1 to {MOST_COEFFICIENTS} entries, got {found}; pass [0, '1/2', -1]"
        )
    return [fraction(c, "a coefficient") for c in given]


def product(numbers: range) -> fmpz:
    """The product of integers, from both halves, which takes little more than linear time.

    Examples
    --------
    >>> product(range(1, 11)), product(range(0))
    (3628800, 1)
    """
    if len(numbers) <= 32:
        return fmpz(math.prod(numbers))
    middle = len(numbers) // 2
    return product(numbers[:middle]) * product(numbers[middle:])


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

    The ratios of its coefficients that the differential equation (1 - t^2) P'' - (d-1) t P' + n(n+d-2) P = 0
    gives make the coefficient of t^(n-2j), for n >= 1,

        (-1)^j n! / ((n-2j)! 2^j j!) * prod_{i < n-1-j} (d + 2i) / prod_{i < n-1} (d - 1 + i),

    integers over a common denominator.
    """
    if n == 0:
        return fmpq_poly([1])
    numerators = [fmpz(0)] * (n + 1)
    current = product(range(d, d + 2 * (n - 1), 2))
    numerators[n] = current
    for j in range(n // 2):
        k = n - 2 * j
        # For n - 2 - j < 0, where n = 1 or n = 2 and j = 1, no factor is left.
        current = current * (-k * (k - 1)) // ((2 * j + 2) * (d + 2 * (n - 2 - j)))
        numerators[k - 2] = current
    return fmpq_poly(numerators, product(range(d - 1, d + n - 2)))


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
        The degree, from 0 to 10,000; less in a dimension so high that the coefficients would
        have over 5 * 10^8 bits in all.
    variable : sympy.Symbol, optional
        If given, the result is a sympy expression in this symbol.

    Returns
    -------
    tuple of Fraction, or a sympy expression
        The coefficients of 1, t, ..., t^n.

    Raises
    ------
    InvalidInput
        If d < 2, n < 0, n > 10,000, the coefficients are too large, or the variable is none.

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
    d, n = read_dimension(d), read_degree(n, HIGHEST_EXACT_DEGREE)
    # About n bits, and n log2(d/n) more in high dimension, for each numerator and each denominator.
    if n * n * (4 + d // max(n, 1)).bit_length() > MOST_BITS:
        raise InvalidInput(
            f"the polynomial of degree {n} in dimension {d} has coefficients of {MOST_BITS} bits or more;"
            " pass a smaller degree or dimension, or take evaluate for its values"
        )
    if variable is None:
        return tuple(from_rational(c) for c in flint_polynomial(d, n).coeffs())
    import sympy

    if not isinstance(variable, sympy.Expr):
        raise InvalidInput(
            f"variable must be a sympy symbol, got {spelled(variable)}; pass sympy.Symbol('t')"
        )
    exact = flint_polynomial(d, n)
    terms = [sympy.Rational(int(c.p), int(c.q)) * variable**k for k, c in enumerate(exact.coeffs()) if c != 0]
    return sympy.Add(*terms)


def derivative_factor(d: int, n: int, order: int) -> arb:
    """The k-th derivative of P_n in dimension d is this number times P_{n-k} in dimension d + 2k.

    .. math:: P_{d,n}^{(k)} = \\prod_{i<k} \\frac{(n-i)(n+i+d-2)}{d-1+2i}\\; P_{d+2k,\\,n-k}

    Differentiating (1 - t^2) P'' - (d-1) t P' + n(n+d-2) P = 0 gives the same equation for P', with d + 2
    and n - 1; its polynomial solution is unique up to a factor, which t = 1 determines.

    Returns
    -------
    flint.arb
        At the working precision; exactly 0 for k > n.

    Examples
    --------
    >>> derivative_factor(3, 2, 1), derivative_factor(3, 2, 3)
    (3.00000000000000, 0)
    """
    if order > n:
        return arb(0)
    above = arb(n - order + 1).rising(order) * arb(n + d - 2).rising(order)
    return above / (arb(2) ** order * arb(fmpq(d - 1, 2)).rising(order))
