"""Limits of sequences whose terms are a rational function of the index."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq_poly

from identifiability.exact import from_rational, rational

REDUNDANT = 3
"""So many more terms must agree with the rational function than determine it."""


def rational_limit(indices: Sequence[int], values: Sequence[Fraction]) -> Fraction | None:
    r"""The limit of a sequence that is a rational function of n at the given indices.

    With h = 1/n, the rational function r(h)/t(h) of least total degree through all points is found by the
    extended Euclidean algorithm, and the limit is r(0)/t(0).

    Parameters
    ----------
    indices : sequence of int
        Distinct and positive.
    values : sequence of Fraction

    Returns
    -------
    Fraction or None
        None if the points do not lie on a rational function that fewer of them determine, or if the
        function has a pole at h = 0.

    Examples
    --------
    >>> terms = [2**k for k in range(8)]
    >>> rational_limit(terms, [Fraction(3 * n + 1, n + 2) for n in terms])
    Fraction(3, 1)
    >>> rational_limit(terms, [Fraction(n * n, n + 2) for n in terms]) is None
    True
    """
    points = [Fraction(1, n) for n in indices]
    if len(set(values)) == 1:
        return values[0] if len(points) > REDUNDANT else None
    modulus = fmpq_poly([1])
    newton = fmpq_poly([0])
    for point, value in zip(points, values, strict=True):
        at = rational(point)
        newton += modulus * ((rational(value) - newton(at)) / modulus(at))
        modulus *= fmpq_poly([-at, 1])
    best: tuple[int, fmpq_poly, fmpq_poly] | None = None
    before, remainder = modulus, newton
    old, cofactor = fmpq_poly([0]), fmpq_poly([1])
    while True:
        size = max(remainder.degree(), 0) + max(cofactor.degree(), 0)
        if best is None or size < best[0]:
            best = size, remainder, cofactor
        if remainder.degree() < 0:
            break
        quotient, rest = divmod(before, remainder)
        before, remainder = remainder, rest
        old, cofactor = cofactor, old - quotient * cofactor
    size, top, bottom = best
    if size + 1 + REDUNDANT > len(points) or any(bottom(rational(point)) == 0 for point in points):
        return None
    common = top.gcd(bottom)
    top, bottom = top // common, bottom // common
    if bottom(0) == 0:
        return None
    return from_rational(top(0)) / from_rational(bottom(0))
