"""The largest tensor-product space whose Sobolev sum stays below a limit.

A candidate has

- p axes with spaces of one family (splines of one degree, trigonometric polynomials, or
  polynomials), q of them at level n + 1 and the others at level n >= 2;
- a axes with polynomials of degree 1 and b axes with polynomials of degree 2;
- constants on the remaining axes.

The candidates do not depend on the limit and grow with the number of variables, and the search
finds their maximum exactly; so more variables or a higher limit never give a smaller space.
Logarithms in floating point discard candidates that are too small by a safe margin; every
comparison that admits one is between integers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, log2

from flint import fmpq_poly, fmpz_poly

from bounds.lower.spaces import (
    Space,
    TensorSpace,
    active_counts,
    bernstein_constants,
    families,
    unit_constants,
)
from identifiability.exact import rational

FREELY_MIXED_AXES = 8
"""Up to so many axes all of p, a, b occur together; beyond, b = 0 or p = 0."""

HUGE = 10**12
"""Limits beyond which integers are so long that logarithms are worth comparing first."""

LARGEST_SMOOTHNESS = 64
"""For larger r only polynomials of degree 1 and 2 are tried."""

_LOG3 = log2(3)
_Family = tuple[str, int]
_Coefficients = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Shape:
    """A candidate: p axes of one family, q of them one level higher, and leftover polynomials."""

    family: _Family
    p: int
    q: int
    n: int
    a: int
    b: int

    def dimension(self) -> int:
        main: int = (self.n + 1) ** (self.p - self.q) * (self.n + 2) ** self.q
        leftover: int = 3**self.b << self.a
        return main * leftover

    def space(self) -> TensorSpace:
        blocks = (
            (self.family, self.n + 1, self.q),
            (self.family, self.n, self.p - self.q),
            (("polynomial", 0), 2, self.b),
            (("polynomial", 0), 1, self.a),
        )
        return TensorSpace(tuple((Space(*family, n), count) for family, n, count in blocks if count))


@lru_cache(maxsize=8192)
def _unit_power(family: _Family, p: int, r: int) -> tuple[_Coefficients, int]:
    """Numerators and denominator of (sum_k c_k t^k)^p up to t^r, with the constants at n = 1."""
    unit = fmpq_poly([rational(c) for c in unit_constants(*family, r)])
    power = unit.pow_trunc(p, r + 1)
    return _padded(power.numer(), r), int(power.denom())


@lru_cache(maxsize=8192)
def _polynomial_power(n: int, p: int, r: int) -> tuple[_Coefficients, int]:
    """The same for polynomials of degree n; the denominator is 1."""
    constants = [int(c) for c in bernstein_constants(Space("polynomial", 0, n), r)]
    return _padded(fmpz_poly(constants).pow_trunc(p, r + 1), r), 1


@lru_cache(maxsize=8192)
def _log_unit_power(family: _Family, p: int, r: int) -> tuple[float, ...]:
    """Binary logarithms of the coefficients of (sum_k c_k t^k)^p, with the constants at n = 1."""
    numerators, denominator = _unit_power(family, p, r)
    return tuple(log2(c) - log2(denominator) for c in numerators)


def _padded(polynomial: fmpz_poly, r: int) -> _Coefficients:
    coefficients = [int(c) for c in polynomial.coeffs()]
    return (*coefficients, *([0] * (r + 1 - len(coefficients))))


def _power(family: _Family, n: int, p: int, r: int) -> tuple[_Coefficients, int]:
    """Numerators and denominator of (sum_k c_k t^k)^p up to t^r at level n."""
    if family[0] == "polynomial":
        return _polynomial_power(n, p, r)
    numerators, denominator = _unit_power(family, p, r)
    return tuple(c * n**k for k, c in enumerate(numerators)), denominator


@lru_cache(maxsize=65536)
def _leftover(a: int, b: int, r: int) -> _Coefficients:
    """Sums of the coefficients up to t^j, j = r..0, of (1 + t)^a (1 + 4t + 4t^2)^b."""
    factor = fmpz_poly([1, 1]).pow_trunc(a, r + 1)
    factor = factor.mul_low(fmpz_poly([1, 4, 4][: r + 1]).pow_trunc(b, r + 1), r + 1)
    sums = [0]
    for coefficient in _padded(factor, r):
        sums.append(sums[-1] + coefficient)
    return tuple(sums[:0:-1])


def _horner(coefficients: list[int], n: int) -> int:
    value = 0
    for c in reversed(coefficients):
        value = value * n + c
    return value


def _greatest_level(coefficients: list[int], limit: int) -> int:
    """The greatest n with sum_k coefficients[k] n^k <= limit, by Newton's method from above."""
    degree = len(coefficients) - 1
    ratio = limit // coefficients[-1] + 1
    if ratio.bit_length() < 900:
        n = int(ratio ** (1 / degree) * (1 + 1e-9)) + 1
    else:
        n = 1 << (ratio.bit_length() // degree + 1)
    slopes = [k * c for k, c in enumerate(coefficients)][1:]
    while (excess := _horner(coefficients, n) - limit) > 0:
        n -= max(excess // _horner(slopes, n), 1)
    return n


def _least_level(exponent: float) -> int:
    """A level n >= 2 below which n + 2 cannot exceed 2^exponent, with a margin for rounding."""
    if exponent < 60:
        return max(int(2.0 ** max(exponent, 0.0) * (1 - 1e-9)) - 2, 2)
    whole = int(exponent)
    return int(2.0 ** (exponent - whole) * 2**50 * (1 - 1e-9)) << (whole - 50)


def _level(family: _Family, p: int, sums: _Coefficients, limit: Fraction, least: int) -> int:
    """The greatest level of p equal axes with S < limit; 0 if that is below ``least``."""
    r = len(sums) - 1
    if family[0] == "polynomial":
        n = least
        # beyond 2r + 2 splines are better
        while n <= 2 * r + 2 and _is_below(limit, _polynomial_power(n, p, r), sums):
            n += 1
        return n - 1 if n > least else 0
    if limit > HUGE:
        # one term alone, in logarithms, tells most candidates apart without long integers
        level, top = log2(least), log2(limit.numerator) - log2(limit.denominator) + 1e-6
        if any(
            c + log2(s) + k * level > top
            for k, (c, s) in enumerate(zip(_log_unit_power(family, p, r), sums, strict=True))
        ):
            return 0
    numerators, denominator = _unit_power(family, p, r)
    coefficients = [c * s for c, s in zip(numerators, sums, strict=True)]
    bound = (limit.numerator * denominator - 1) // limit.denominator
    if _horner(coefficients, least) > bound:
        return 0
    return _greatest_level(coefficients, bound)


def _is_below(limit: Fraction, power: tuple[_Coefficients, int], sums: _Coefficients) -> bool:
    """Whether the product of a power and the leftover polynomials has S < limit."""
    total = sum(c * s for c, s in zip(power[0], sums, strict=True))
    return total * limit.denominator < limit.numerator * power[1]


def _is_admissible(shape: _Shape, sums: _Coefficients, limit: Fraction) -> bool:
    """Whether a shape with both levels has S < limit."""
    r = len(sums) - 1
    lower, lower_denominator = _power(shape.family, shape.n, shape.p - shape.q, r)
    upper, upper_denominator = _power(shape.family, shape.n + 1, shape.q, r)
    product = tuple(sum(lower[i] * upper[k - i] for i in range(k + 1)) for k in range(r + 1))
    return _is_below(limit, (product, lower_denominator * upper_denominator), sums)


def _counts(m: int) -> Iterator[tuple[int, int, int]]:
    """The triples (p, a, b) of candidates with p >= 1, the most promising first."""
    for used in active_counts(m):
        for p in (used, *(active_counts(used - 1))):
            rest = used - p
            yield from ((p, rest - b, b) for b in range(rest + 1 if used <= FREELY_MIXED_AXES else 1))


def _most_axes(family: _Family, m: int, r: int, limit: Fraction) -> int:
    """The greatest p at which n = 2 alone, without leftover polynomials, has S < limit."""
    most = 0
    nothing = _leftover(0, 0, r)
    for p in reversed(active_counts(m)):
        if not _is_below(limit, _power(family, 2, p, r), nothing):
            break
        most = p
    return most


def largest_tensor_space(m: int, r: int, limit: Fraction, floor: int = 1) -> TensorSpace | None:
    """The candidate of greatest dimension with S < limit, if it has more dimensions than the floor.

    Parameters
    ----------
    m, r : int
        Number of variables and order of smoothness, both >= 1.
    limit : Fraction
        The bound 1/epsilon > 1 on the Sobolev sum.
    floor : int
        A dimension already reached by other means, >= 1.

    Returns
    -------
    TensorSpace or None
        None if no candidate has more dimensions than the floor.

    Examples
    --------
    >>> largest_tensor_space(2, 3, Fraction(1000)).dimension
    20
    """
    # the total degree of polynomials of degree 1 and 2 is at most 2m
    best, dimension = _best_of_low_degree(m, min(r, 2 * m), limit, floor)
    if r > LARGEST_SMOOTHNESS:
        return best.space() if best else None
    bits = log2(dimension)
    menu = [*families(r), ("polynomial", 0)]
    possible = {family: _most_axes(family, m, r, limit) for family in menu}
    for p, a, b in _counts(m):
        sums = _leftover(a, b, r)
        for family in menu:
            if p > possible[family]:
                continue
            main = bits - a - b * _LOG3
            n = _level(family, p, sums, limit, _least_level(main / p))
            if n == 0:
                continue
            # so many axes at least must be one level higher to exceed what is known
            raised = (main - p * log2(n + 1)) / (log2(n + 2) - log2(n + 1)) if n < 10**12 else 0.0
            low = max(ceil(raised - 1e-6), 0)
            high = p - 1
            if low > high or (low and not _is_admissible(_Shape(family, p, low, n, a, b), sums, limit)):
                continue
            while low < high:
                middle = (low + high + 1) // 2
                if _is_admissible(_Shape(family, p, middle, n, a, b), sums, limit):
                    low = middle
                else:
                    high = middle - 1
            shape = _Shape(family, p, low, n, a, b)
            if shape.dimension() > dimension:
                best, dimension = shape, shape.dimension()
                bits = log2(dimension)
    return best.space() if best else None


def _best_of_low_degree(m: int, r: int, limit: Fraction, floor: int) -> tuple[_Shape | None, int]:
    """The best candidate with p = 0: polynomials of degree 1 and 2 only."""
    best, dimension = None, floor
    for b in (0, *reversed(active_counts(m))):
        if _leftover(0, b, r)[0] >= limit:
            break
        low, high = 0, m - b
        while low < high:
            middle = (low + high + 1) // 2
            if _leftover(middle, b, r)[0] < limit:
                low = middle
            else:
                high = middle - 1
        shape = _Shape(("polynomial", 0), 0, 0, 2, low, b)
        if shape.dimension() > dimension:
            best, dimension = shape, shape.dimension()
    return best, dimension
