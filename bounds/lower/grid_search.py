"""The largest interpolation grid whose Sobolev sum stays below a limit.

A candidate has

- p axes with interpolations of one family, q of them at level n + 1 and the others at level n >= 2;
- a axes with 2 points (polynomials of degree 1) and b axes with 3 points (degree 2);
- nothing on the remaining axes, whose coordinate is 0 throughout.

The candidates do not depend on the limit and grow with the number of variables, and the search
finds their maximum; so more variables or a higher limit never give a smaller grid.  Logarithms in
floating point only discard candidates that are too small by a safe margin; every comparison that
admits one is between integers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache, partial
from math import log2

from flint import fmpq_poly

from bounds.lower.cardinal import LARGEST_DEGREE
from bounds.lower.interpolation import (
    Interpolation,
    InterpolationGrid,
    lebesgue_constant,
    polynomial_norms,
    unit_norms,
)
from bounds.lower.spaces import active_counts
from identifiability.exact import rational

FREELY_MIXED_AXES = 8
"""Up to so many axes all of p, a, b occur together; beyond, b = 0 or p = 0."""

LARGEST_SMOOTHNESS = 64
"""For larger r only 2 or 3 points on an axis are tried."""

_LOG3 = log2(3)
_Family = tuple[str, int]
_Coefficients = tuple[int, ...]


def largest_grid(m: int, r: int, limit: Fraction) -> InterpolationGrid:
    """The candidate with the most points and S < limit.

    Parameters
    ----------
    m, r : int
        Number of variables, >= 1, and order of smoothness, >= 2.
    limit : Fraction
        The bound 1/epsilon > 1 on the Sobolev sum.

    Returns
    -------
    InterpolationGrid
        The single point 0, without any block, if nothing larger is admitted.

    Examples
    --------
    >>> largest_grid(2, 2, Fraction(1000)).count
    110
    """
    best, count = _best_of_few_points(m, r, limit)
    if r > LARGEST_SMOOTHNESS:
        return best
    bits = log2(count)
    most = {family: _most_axes(family, m, r, limit) for family in _families(r)}
    most_pairs = _greatest(lambda a: _few_below(a, 0, r, limit), m)
    for p, a, b in _counts(m):
        possible = [family for family in most if p <= most[family]]
        if not possible or a > most_pairs:
            continue
        sums = _leftover(a, b, r)
        for family in possible:
            main = bits - a - b * _LOG3
            n = _level(family, p, sums, limit, _least_level(main / p))
            if n == 0:
                continue
            q = _raised(family, p, n, sums, limit)
            grid = _grid(family, p, q, n, a, b)
            if grid.count > count:
                best, count = grid, grid.count
                bits = log2(count)
    return best


def _families(r: int) -> list[_Family]:
    if r > LARGEST_DEGREE:
        return [("trigonometric", 0), ("polynomial", 0)]
    return [*(("spline", s) for s in range(r, min(r + 3, LARGEST_DEGREE + 1))), ("polynomial", 0)]


def _most_axes(family: _Family, m: int, r: int, limit: Fraction) -> int:
    """On how many of m axes a family is admitted at level 2, with nothing else."""
    return _greatest(lambda p: _is_below(limit, _power(family, 2, p, r), _leftover(0, 0, r)), m)


def _greatest(admitted: Callable[[int], bool], top: int) -> int:
    """The greatest number of 0..top that is admitted, if 0 is and larger numbers are less likely to be."""
    low, high = 0, top
    while low < high:
        middle = (low + high + 1) // 2
        if admitted(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _counts(m: int) -> Iterator[tuple[int, int, int]]:
    """The triples (p, a, b) of candidates with p >= 1, the most promising first."""
    for used in active_counts(m):
        for p in (used, *active_counts(used - 1)):
            rest = used - p
            yield from ((p, rest - b, b) for b in range(rest + 1 if used <= FREELY_MIXED_AXES else 1))


def _grid(family: _Family, p: int, q: int, n: int, a: int, b: int) -> InterpolationGrid:
    blocks = (
        (family, n + 1, q),
        (family, n, p - q),
        (("polynomial", 0), 2, b),
        (("polynomial", 0), 1, a),
    )
    return InterpolationGrid(
        tuple((Interpolation(*kind, level), count) for kind, level, count in blocks if count)
    )


@lru_cache(maxsize=8192)
def _truncated_power(norms: tuple[Fraction, ...], p: int) -> tuple[_Coefficients, int]:
    """Numerators and denominator of (sum_k norms[k] t^k)^p, to the same degree."""
    power = fmpq_poly([rational(norm) for norm in norms]).pow_trunc(p, len(norms))
    coefficients = [int(c) for c in power.numer().coeffs()]
    return (*coefficients, *([0] * (len(norms) - len(coefficients)))), int(power.denom())


def _power(family: _Family, n: int, p: int, r: int) -> tuple[_Coefficients, int]:
    """Numerators and denominator of (sum_k lambda_k t^k)^p up to t^r at level n."""
    if family[0] == "polynomial":
        return _truncated_power(polynomial_norms(n, r), p)
    numerators, denominator = _truncated_power(unit_norms(*family, r), p)
    if family[0] == "spline":
        return tuple(c * n**k for k, c in enumerate(numerators)), denominator
    first = lebesgue_constant(n) ** p
    return tuple(
        first.numerator * c * n**k for k, c in enumerate(numerators)
    ), first.denominator * denominator


@lru_cache(maxsize=65536)
def _leftover(a: int, b: int, r: int) -> tuple[_Coefficients, int]:
    """Sums of the coefficients up to t^j, j = r..0, of (1 + t)^a (5/4 + 4t + 4t^2)^b."""
    twos, one = _truncated_power(polynomial_norms(1, r), a)
    threes, denominator = _truncated_power(polynomial_norms(2, r), b)
    sums = [0]
    for k in range(r + 1):
        sums.append(sums[-1] + sum(twos[i] * threes[k - i] for i in range(k + 1)))
    return tuple(sums[:0:-1]), one * denominator


def _is_below(limit: Fraction, power: tuple[_Coefficients, int], sums: tuple[_Coefficients, int]) -> bool:
    """Whether the product of a power and the leftover axes has S < limit."""
    total = sum(c * s for c, s in zip(power[0], sums[0], strict=True))
    return total * limit.denominator < limit.numerator * power[1] * sums[1]


def _least_level(exponent: float) -> int:
    """A level n >= 2 below which n + 2 cannot exceed 2^exponent, with a margin for rounding."""
    if exponent < 60:
        return max(int(2.0 ** max(exponent, 0.0) * (1 - 1e-9)) - 2, 2)
    whole = int(exponent)
    return int(2.0 ** (exponent - whole) * 2**50 * (1 - 1e-9)) << (whole - 50)


def _level(family: _Family, p: int, sums: tuple[_Coefficients, int], limit: Fraction, least: int) -> int:
    """The greatest level of p equal axes with S < limit; 0 if that is below ``least``."""
    r = len(sums[0]) - 1
    # beyond degree 2r + 2 the other families are better
    top = 2 * r + 2 if family[0] == "polynomial" else None

    def admitted(n: int) -> bool:
        return (top is None or n <= top) and _is_below(limit, _power(family, n, p, r), sums)

    if not admitted(least):
        return 0
    low, step = least, 1
    while admitted(low + step):
        low += step
        step *= 2
    while step > 1:
        step //= 2
        if admitted(low + step):
            low += step
    return low


def _raised(family: _Family, p: int, n: int, sums: tuple[_Coefficients, int], limit: Fraction) -> int:
    """The greatest number q < p of axes that can be raised from level n to n + 1 with S < limit."""
    r = len(sums[0]) - 1

    def admitted(q: int) -> bool:
        lower, lower_denominator = _power(family, n, p - q, r)
        upper, upper_denominator = _power(family, n + 1, q, r)
        product = tuple(sum(lower[i] * upper[k - i] for i in range(k + 1)) for k in range(r + 1))
        return _is_below(limit, (product, lower_denominator * upper_denominator), sums)

    return _greatest(admitted, p - 1)


def _best_of_few_points(m: int, r: int, limit: Fraction) -> tuple[InterpolationGrid, int]:
    """The best candidate with p = 0: 2 or 3 points on an axis only."""
    best = InterpolationGrid(())
    for b in (0, *reversed(active_counts(m))):
        if not _few_below(0, b, r, limit):
            break
        a = _greatest(partial(_few_below, b=b, r=r, limit=limit), m - b)
        grid = _grid(("polynomial", 0), 0, 0, 2, a, b)
        if grid.count > best.count:
            best = grid
    return best, best.count


def _few_below(a: int, b: int, r: int, limit: Fraction) -> bool:
    sums, denominator = _leftover(a, b, r)
    return sums[0] * limit.denominator < limit.numerator * denominator
