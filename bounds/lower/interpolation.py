"""Norms of interpolation at n + 1 points of [-1, 1], and on grids in several variables.

An interpolation with n + 1 nodes takes values a_0, ..., a_n to a function y with y(x_j) = a_j;
its norms lambda_0, ..., lambda_r are numbers with

    ||y^(k)||_inf <= lambda_k max_j |a_j|,    k = 0, ..., r.

**Splines** of degree s >= r at the points x_j = -1 + 2j/n: lambda_k = (n/2)^k Lambda_k with the norms
Lambda_k of cardinal interpolation.  For y take the cardinal spline of the data a_0, ..., a_n
continued by 0 (or by even reflection): they are bounded data, so the cardinal norm bounds them.

**Trigonometric polynomials** sum_{i<=n} b_i cos(i theta), theta = pi (x+1)/2, at x_j = -1 + 2j/n.
By Bernstein's inequality lambda_k = (pi n/2)^k Lambda(n), where Lambda(n) bounds ||y||.  Continued
evenly, y interpolates 2n values at theta_j = j pi/n on the circle, with the kernel
sin(n u) cot(u/2) / (2n), so |y(theta)| <= max|a_j| |sin n theta| sum_j |cot((theta-theta_j)/2)| / (2n).
Let phi be the distance to the nearest midpoint of two nodes, a_j = (2j+1) pi/(2n), c = cos phi
and c_j = cos a_j.  Adding cotangents in pairs, the bound equals

    (1/n) sum_{j<n} sin(a_j) T_n(c)/(c - c_j),    T_n(c)/(c - c_j) = 2^{n-1} prod_{i != j} (c - c_i),

whose factors are all non-negative and increase on the range c_0 <= c <= 1.  So it is greatest at c = 1:

    Lambda(n) = (1/n) sum_{j<n} cot((2j+1) pi/(4n)) <= (4/pi) sum_{j<n} 1/(2j+1).

**Polynomials** of degree n at the points x_j = -cos(j pi/n): with x = -cos theta this is the same
interpolation in theta, so lambda_0 = Lambda(n) (5/4 for n = 2, by calculus), and for k >= 1

    lambda_k = T_n^(k)(1) = prod_{j<k} (n^2 - j^2)/(2j + 1),

as values at these points are all that A. Markov's inequality needs (Duffin and Schaeffer).

**Grids.** In several variables with one interpolation on each axis, y(x) = sum_J a_J prod_i l_{J_i}(x_i)
has ||D^k y|| <= prod_i lambda_{k_i}(i) max|a_J|, since the sum of the products of the absolute values
is the product of the sums.  With a constant (lambda = 1, 0, 0, ...) on the axes not listed,

    sum_{|k|<=r} ||D^k y||_inf <= S max |a_J|,
    S = the sum of the coefficients of t^0, ..., t^r in prod_i sum_k lambda_k(i) t^k.

Notes
-----
lambda is rounded up to a multiple of 1/:data:`SCALE` where it is not rational.

References
----------
.. [1] I. J. Schoenberg, Cardinal Spline Interpolation, SIAM 1973.
.. [2] R. J. Duffin and A. C. Schaeffer, "A refinement of an inequality of the brothers Markoff",
   Trans. Amer. Math. Soc. 50 (1941), Theorem I.
.. [3] H. Ehlich and K. Zeller, "Auswertung der Normen von Interpolationsoperatoren", Math. Ann. 164
   (1966), where Lambda(n) occurs.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import prod

from flint import arb, ctx, fmpq, fmpq_poly

from bounds.lower import cardinal
from bounds.lower.cardinal import SCALE
from identifiability.errors import InvalidInput
from identifiability.exact import ceiling, from_rational, rational, upper_fraction

FAMILIES = ("spline", "trigonometric", "polynomial")

PI_ABOVE = Fraction(31415926535897932385, 10**19)
"""A rational number above pi, by less than 4e-20."""

_MOST_COTANGENTS = 64


@dataclass(frozen=True, slots=True)
class Interpolation:
    """Interpolation at n + 1 points of [-1, 1].

    Attributes
    ----------
    family : {"spline", "trigonometric", "polynomial"}
    degree : int
        The degree s of a spline; 0 for the other families.
    n : int
        The number of points less one, >= 1.

    Examples
    --------
    >>> [str(norm) for norm in Interpolation("polynomial", 0, 2).norms(3)]
    ['5/4', '4', '4', '0']
    """

    family: str
    degree: int
    n: int

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise InvalidInput(f"family must be one of {', '.join(FAMILIES)}, got {self.family!r}")
        if self.n < 1:
            raise InvalidInput(f"an interpolation needs n >= 1, got {self.n}; pass two points or more")

    def norms(self, r: int) -> tuple[Fraction, ...]:
        """The norms lambda_0, ..., lambda_r."""
        if self.family == "polynomial":
            return polynomial_norms(self.n, r)
        unit = unit_norms(self.family, self.degree, r)
        first = lebesgue_constant(self.n) if self.family == "trigonometric" else Fraction(1)
        return tuple(first * norm * self.n**k for k, norm in enumerate(unit))

    def node(self, j: int) -> arb:
        """The point x_j, as a ball at the working precision."""
        if self.family == "polynomial":
            return -arb.cos_pi_fmpq(fmpq(j, self.n))
        return arb(fmpq(2 * j, self.n) - 1)


@lru_cache(maxsize=256)
def unit_norms(family: str, degree: int, r: int) -> tuple[Fraction, ...]:
    """The norms at n = 1 of splines, and of trigonometric polynomials without the factor Lambda(n).

    At other n the k-th is n^k times as large.

    Examples
    --------
    >>> [str(norm) for norm in unit_norms("spline", 2, 2)]
    ['14143/10000', '40001/20000', '80001/40000']
    """
    if family == "trigonometric":
        return tuple((PI_ABOVE / 2) ** k for k in range(r + 1))
    if degree < r:
        raise InvalidInput(f"a spline needs a degree >= r = {r}, got {degree}")
    return tuple(Fraction(norm, SCALE * 2**k) for k, norm in enumerate(cardinal.norms(degree)[: r + 1]))


@lru_cache(maxsize=1024)
def polynomial_norms(n: int, r: int) -> tuple[Fraction, ...]:
    """The norms lambda_0, ..., lambda_r of polynomial interpolation at -cos(j pi/n).

    Examples
    --------
    >>> [str(norm) for norm in polynomial_norms(3, 3)]
    ['5/3', '9', '24', '24']
    """
    first = {1: Fraction(1), 2: Fraction(5, 4), 3: Fraction(5, 3)}.get(n) or lebesgue_constant(n)
    higher = (prod(Fraction(n * n - j * j, 2 * j + 1) for j in range(k)) for k in range(1, r + 1))
    return (first, *map(Fraction, higher))


@lru_cache(maxsize=1024)
def lebesgue_constant(n: int) -> Fraction:
    """Lambda(n), or a bound of it when n is large, rounded up to a multiple of 1/:data:`SCALE`.

    Examples
    --------
    >>> str(lebesgue_constant(1)), str(lebesgue_constant(2))
    ('1', '14143/10000')
    """
    if n == 1:
        return Fraction(1)
    with ctx.workprec(64):
        if n <= _MOST_COTANGENTS:
            total = sum((arb.cot_pi(arb(fmpq(2 * j + 1, 4 * n))) for j in range(n)), arb(0)) / n
        else:
            # sum_{j<n} 1/(2j+1) <= 1 + (1/2) log(2n - 1), by comparison with the integral of 1/x
            total = (4 + 2 * arb(2 * n - 1).log()) / arb.pi()
        return Fraction(ceiling(upper_fraction(total) * SCALE), SCALE)


@dataclass(frozen=True, slots=True)
class InterpolationGrid:
    """A grid with one interpolation on each axis; the remaining coordinates are 0.

    Attributes
    ----------
    blocks : tuple of (Interpolation, int)
        Each interpolation with the number of axes that carry it.

    Examples
    --------
    >>> square = InterpolationGrid(((Interpolation("polynomial", 0, 1), 2),))
    >>> square.count, square.sobolev_sum(1), square.sobolev_sum(2)
    (4, Fraction(3, 1), Fraction(4, 1))
    """

    blocks: tuple[tuple[Interpolation, int], ...]

    @property
    def variables(self) -> int:
        """The number of axes that carry an interpolation."""
        return sum(count for _, count in self.blocks)

    @property
    def count(self) -> int:
        """The number of points, prod (n_i + 1)."""
        return prod((axis.n + 1) ** count for axis, count in self.blocks)

    def sobolev_sum(self, r: int) -> Fraction:
        """S with sum_{|k|<=r} ||D^k y||_inf <= S max |a_J|."""
        product = fmpq_poly([1])
        for axis, count in self.blocks:
            factor = fmpq_poly([rational(norm) for norm in axis.norms(r)])
            product = product.mul_low(factor.pow_trunc(count, r + 1), r + 1)
        return from_rational(product(1))
