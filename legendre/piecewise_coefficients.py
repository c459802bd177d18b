"""Expectations E[f P_n] of polynomials and piecewise polynomials: exact rationals and balls.

Monomials: with Rodrigues' formula,

    E[t^k P_n] = k! / (2^j j! prod_{i < (k+n)/2} (d + 2i)),   j = (k - n)/2 a whole number >= 0, else 0.

Kinks: the differential equation ((1-t^2)^{(d-1)/2} P_n')' = -n(n+d-2) (1-t^2)^{(d-3)/2} P_n and
P_{d,n}' = n(n+d-2)/(d-1) P_{d+2,n-1} give, for n >= 1,

    int_b^1 (1-t^2)^{(d-3)/2} P_{d,n} dt = (1-b^2)^{(d-1)/2} P_{d+2,n-1}(b) / (d-1),

and repeated integration over b, for n > j,

    E[max(0,t-b)^j P_{d,n}] = j! C_d (1-b^2)^{(d-1)/2+j} P_{d+2+2j,n-1-j}(b) / prod_{i <= j} (d-1+2i).

For n <= j, P_n is written out and the moments m_k = C_d int_b^1 t^k (1-t^2)^{(d-3)/2} dt follow from

    (k+d-2) m_k = (k-1) m_{k-2} + C_d b^{k-1} (1-b^2)^{(d-1)/2}   (k >= 1).

For odd d and rational b everything is rational.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from math import factorial, prod

from flint import arb, ctx, fmpq, fmpq_poly

from identifiability.errors import Inexact, InvalidInput
from identifiability.exact import ball, rational
from legendre.measure import density_constant, expectation
from legendre.polynomials import flint_polynomial, values
from legendre.targets import Kink, PiecewisePolynomial

LARGEST_DIMENSION = 20_000
"""Kinks in a higher dimension are refused."""

HIGHEST_DEGREE = 50_000
"""Kinks away from 0 are not expanded further in balls, nor any kinks in rationals beyond a tenth of it."""

HIGHEST_CENTRAL_DEGREE = 1_000_000
"""Nor kinks at 0 beyond this."""

MOST_WORK = 25 * 10**8
"""Steps of a recurrence times bits of its numbers: more would take over ten seconds."""


def polynomial_means(d: int, polynomial: tuple[Fraction, ...], degree: int) -> list[fmpq]:
    """E[f P_n], n = 0..degree, for a polynomial f."""
    terms = [k for k, c in enumerate(polynomial) if c]
    longest = max((c.numerator.bit_length() + c.denominator.bit_length() for c in polynomial), default=0)
    if sum(k * (k * (k + d).bit_length() + longest) for k in terms) > 4 * MOST_WORK:
        raise InvalidInput(
            f"a polynomial of degree {len(polynomial) - 1} with {len(terms)} coefficients is too large to be"
            f" expanded in dimension {d}; pass one of lower degree, or with fewer terms"
        )
    result = [fmpq(0)] * (degree + 1)
    for k, c in enumerate(polynomial):
        if c == 0:
            continue
        # The mean for n = k, and then the ratio of that for n - 2 to that for n.
        mean = rational(c) * fmpq(factorial(k), prod(range(d, d + 2 * k, 2)))
        for n in range(k, -1, -2):
            if n <= degree:
                result[n] += mean
            mean *= fmpq(d + k + n - 2, k - n + 2)
    return result


def rational_means(target: PiecewisePolynomial, d: int, degree: int) -> list[fmpq]:
    """E[f P_n], n = 0..degree, where all of them are rational.

    Raises
    ------
    Inexact
        If one of them is not: in even dimension, a kink makes them multiples of 1/pi or of square roots.
    """
    result = polynomial_means(d, target.polynomial, degree)
    if target.kinks:
        _check_size(d, degree, HIGHEST_DEGREE // 10)
        if d % 2 == 0:
            raise Inexact(
                f"the expectations of {target!s:.60} times P_n are irrational in the even dimension {d};"
                " take an odd dimension, or balls by certified=True"
            )
    for kink in target.kinks:
        for n, mean in enumerate(_rational_kink(kink, d, degree)):
            result[n] += mean
    return result


def _check_size(d: int, degree: int, highest: int) -> None:
    if d > LARGEST_DIMENSION:
        raise InvalidInput(
            f"kinks are expanded in dimension {LARGEST_DIMENSION} at most, got {d}; pass a smaller d"
        )
    if degree > highest:
        raise InvalidInput(f"this expansion goes up to degree {highest}, got {degree}; pass a smaller one")


def _rational_kink(kink: Kink, d: int, degree: int) -> Iterator[fmpq]:
    b, j, c = rational(kink.knot), kink.power, rational(kink.coefficient)
    # C_d = 1 / int (1-t^2)^{(d-3)/2}, and the integral's antiderivative is a polynomial.
    weight = fmpq_poly([1, 0, -1]) ** ((d - 3) // 2)
    whole = _integral(weight, fmpq(-1))
    shifted = fmpq_poly([-b, 1]) ** j
    for n in range(min(j, degree) + 1):
        yield c * _integral(weight * shifted * flint_polynomial(d, n), b) / whole
    factor = c * factorial(j) * (1 - b * b) ** ((d - 1) // 2 + j) / whole
    factor /= prod(range(d - 1, d + 2 * j, 2))
    for value in islice(values(d + 2 + 2 * j, b), max(0, degree - j)):
        yield factor * value


def _integral(p: fmpq_poly, b: fmpq) -> fmpq:
    primitive = p.integral()
    return primitive(fmpq(1)) - primitive(b)


def ball_means(target: PiecewisePolynomial, d: int, degree: int) -> list[arb]:
    """E[f P_n], n = 0..degree, in balls at the working precision."""
    with ctx.workprec(ctx.prec + 32):
        result = [arb(mean) for mean in polynomial_means(d, target.polynomial, degree)]
        for kink in target.kinks:
            _check_size(d, degree, HIGHEST_DEGREE if kink.knot else HIGHEST_CENTRAL_DEGREE)
            for n, mean in enumerate(_ball_kink(kink, d, degree)):
                result[n] += mean
    return [mean + 0 for mean in result]


def _ball_kink(kink: Kink, d: int, degree: int) -> list[arb]:
    wanted, bits = ctx.prec, ctx.prec + 32
    if kink.knot != 0:
        # Each step of the recurrence may widen balls by a factor of 1 + sqrt(2), below 2^1.3.
        bits += int(1.3 * degree) + d.bit_length() * min(degree, d)
        if (degree + d) * bits > MOST_WORK:
            raise InvalidInput(
                f"this expansion to degree {degree} in dimension {d} takes numbers of {bits} bits, which"
                " is too slow; pass a smaller degree or dimension"
            )

    def rounded(mean: arb) -> arb:
        with ctx.workprec(wanted):
            return mean + 0

    with ctx.workprec(bits):
        b, j = ball(kink.knot), kink.power
        constant = density_constant(d) * ball(kink.coefficient)
        gap = 1 - b * b
        side = gap.sqrt() ** (d - 1)
        means = [rounded(constant * mean) for mean in _low_means(kink, d, min(j, degree))]
        factor = constant * factorial(j) * side * gap**j / prod(range(d - 1, d + 2 * j, 2))
        if kink.knot == 0:
            return means + [rounded(factor * value) for value in _central_values(d + 2 + 2 * j, degree - j)]
        before, current = arb(0), arb(1)
        D = d + 2 + 2 * j
        for m in range(max(0, degree - j)):
            means.append(rounded(factor * current))
            before, current = current, ((2 * m + D - 2) * b * current - m * before) / (m + D - 2)
    return means


def _central_values(d: int, count: int) -> Iterator[arb]:
    """P_0(0), P_1(0), ..., so many of them."""
    zero, current = arb(0), arb(1)
    for n in range(count):
        yield zero if n % 2 else current
        if n % 2:
            current = current * -n / (n + d - 2)


def _low_means(kink: Kink, d: int, highest: int) -> list[arb]:
    """int_b^1 (t-b)^j P_n (1-t^2)^{(d-3)/2} dt for n = 0..highest."""
    shifted = fmpq_poly([-rational(kink.knot), 1]) ** kink.power
    moments = upper_moments(d, kink.knot, kink.power + highest + 1)
    return [_paired(shifted * flint_polynomial(d, n), moments) for n in range(highest + 1)]


def upper_moments(d: int, knot: Fraction, count: int) -> list[arb]:
    """int_b^1 t^k (1-t^2)^{(d-3)/2} dt, k = 0..count - 1, in balls."""
    b = ball(knot)
    side = (1 - b * b).sqrt() ** (d - 1)
    moments = [_upper_mass(b, d)]
    for k in range(1, count):
        earlier = moments[k - 2] * (k - 1) if k > 1 else arb(0)
        moments.append((earlier + b ** (k - 1) * side) / (k + d - 2))
    return moments


def _paired(p: fmpq_poly, moments: list[arb]) -> arb:
    return sum((arb(c) * moment for c, moment in zip(p.coeffs(), moments, strict=False)), arb(0))


def mean_square(target: PiecewisePolynomial, d: int) -> fmpq | arb:
    """E[f^2]: rational for a polynomial, and for kinks in odd dimension; otherwise a ball."""
    piece = fmpq_poly([rational(c) for c in target.polynomial])
    total: fmpq | arb = expectation(d, piece * piece)
    for kink in sorted(target.kinks, key=lambda kink: kink.knot):
        _check_size(d, 0, 0)
        b = rational(kink.knot)
        following = piece + rational(kink.coefficient) * fmpq_poly([-b, 1]) ** kink.power
        change = following * following - piece * piece
        if d % 2:
            weight = fmpq_poly([1, 0, -1]) ** ((d - 3) // 2)
            total += _integral(weight * change, b) / _integral(weight, fmpq(-1))
        else:
            moments = upper_moments(d, kink.knot, change.degree() + 1)
            total += density_constant(d) * _paired(change, moments)
        piece = following
    return total


def _upper_mass(b: arb, d: int) -> arb:
    """int_b^1 (1-t^2)^{(d-3)/2} dt, which is I_{d-2} for m I_m = (m-1) I_{m-2} - b sqrt(1-b^2)^{m-1}."""
    s = (1 - b * b).sqrt()
    m = d - 2
    current = b.acos() if m % 2 == 0 else 1 - b
    side = b * s ** (1 + m % 2)
    for i in range(2 + m % 2, m + 1, 2):
        current = ((i - 1) * current - side) / i
        side = side * s * s
    return current
