"""Norms of cardinal spline interpolation, as certified rational numbers.

Let L be the fundamental cardinal spline of degree s >= 2: the bounded spline with knots at the
integers (s odd) or at the half-integers (s even), L(0) = 1 and L(j) = 0 at every other integer j.
For bounded data (a_j) the spline y = sum_j a_j L(. - j) takes the value a_j at j, and

    ||y^(k)||_inf <= Lambda_k sup_j |a_j|,    Lambda_k = sup_x sum_j |L^(k)(x - j)|,    k = 0, ..., s.

No constant is smaller for all bounded data.  Data that vanish outside finitely many places, and
data that are periodic or reflected evenly at two ends, are bounded data, so the same Lambda_k
serve for n + 1 values at equally spaced points of an interval: on [-1, 1] with spacing 2/n the
chain rule gives ||y^(k)|| <= (n/2)^k Lambda_k max |a_j|.

How the Lambda_k are certified.  With the central B-spline B of degree s,

    L = sum_i c_i B(. - i),    sum_i c_i z^i = 1 / Phi(z) on |z| = 1,    Phi(z) = sum_j B(j) z^j.

z^d Phi(z) with d = floor(s/2) is a polynomial (Euler and Frobenius) whose 2d zeros are negative,
simple and come in pairs (lambda, 1/lambda); by residues at the zeros inside the unit circle

    c_i = sum_{|lambda|<1} alpha_lambda lambda^|i|,
    alpha_lambda = lambda^{d-1} / [z^d Phi(z)]'(lambda).

The zeros are found as balls.  The function x -> sum_j |L^(k)(x - j)| has period 1 and is even, so
its supremum is that over [0, 1/2], where every L^(k)(. - j) is one polynomial; finitely many j
are enclosed by subdivision and the others are bounded by the geometric tails of the c_i.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from fractions import Fraction
from math import comb, factorial
from typing import cast

from flint import acb, arb, arb_poly, ctx, fmpq, fmpq_poly, fmpz, fmpz_poly

from identifiability.errors import InvalidInput
from identifiability.exact import ball, integer, lower_fraction, upper_fraction

SCALE = 10_000
"""The norms are stored as integers over this number."""

LARGEST_DEGREE = 8
"""The greatest degree whose norms are stored."""

_NORMS = {
    2: (14143, 40001, 80001),
    3: (15491, 30001, 120001, 240001),
    4: (17064, 32001, 96001, 384001, 768001),
    5: (18162, 33536, 100001, 300001, 1200001, 2400001),
    6: (19157, 35857, 98361, 314755, 944263, 3777050, 7554099),
    7: (19998, 38037, 98824, 308824, 988236, 2964706, 11858824, 23717648),
    8: (20748, 40050, 98658, 310528, 970398, 3105271, 9315813, 37263250, 74526499),
}
"""Lambda_0, ..., Lambda_s for each degree s, times :data:`SCALE`, rounded up."""

_PRECISION = 128
_SHIFTS = 80


def norms(s: int) -> tuple[int, ...]:
    """Certified upper bounds of Lambda_0, ..., Lambda_s as integers over :data:`SCALE`.

    Parameters
    ----------
    s : int
        Degree of the splines, 2 <= s <= :data:`LARGEST_DEGREE`.

    Returns
    -------
    tuple of int

    Raises
    ------
    InvalidInput
        If the degree has no entry.

    Notes
    -----
    For s <= 4 and k >= 1 the norm equals 2^k s!/(s-k)! A_{s-k}/A_s with Euler's zigzag numbers A,
    the value at alternating data; for larger s the small k >= 1 have slightly larger norms.

    References
    ----------
    .. [1] I. J. Schoenberg, Cardinal Spline Interpolation, SIAM 1973.
    .. [2] F. Richards, "The Lebesgue constants for cardinal spline interpolation", J. Approx.
       Theory 14 (1975), where Lambda_0 is studied.

    Examples
    --------
    >>> norms(2)
    (14143, 40001, 80001)
    """
    if s not in _NORMS:
        raise InvalidInput(f"s must be a degree from 2 to {LARGEST_DEGREE}, got {s!r}; pass one of those")
    return _NORMS[s]


@dataclass(frozen=True, slots=True)
class Certification:
    """A stored norm beside the enclosure that was computed afresh.

    Attributes
    ----------
    entry : Fraction
        The number in the table.
    lower, upper : Fraction
        Certified: lower <= Lambda_k <= upper.
    """

    entry: Fraction
    lower: Fraction
    upper: Fraction

    @property
    def holds(self) -> bool:
        """Whether the entry is an upper bound of Lambda_k, at most 1/1000 above it."""
        return self.upper <= self.entry <= self.lower + Fraction(1, 1000)


def certify(s: int, k: int) -> Certification:
    """Compute Lambda_k anew in ball arithmetic and compare the stored entry with it.

    Parameters
    ----------
    s : int
        Degree of the splines.
    k : int
        Order of the derivative, 0 <= k <= s.

    Returns
    -------
    Certification

    Examples
    --------
    >>> certify(3, 0).holds
    True
    """
    entries = norms(s)
    order = integer(k, "k", minimum=0, maximum=s)
    lower, upper = enclosure(s, order)
    return Certification(Fraction(entries[order], SCALE), lower, upper)


def enclosure(s: int, k: int, width: Fraction = Fraction(1, 50_000)) -> tuple[Fraction, Fraction]:
    """Certified lower and upper bounds of Lambda_k, from nothing but its definition.

    Best-first subdivision of [0, 1/2]: on each part the sum of |L^(k)(x - j)| is bounded by ball
    arithmetic around the midpoint, and the part with the largest bound is halved until it lies
    within ``width`` of a value that is attained.

    Parameters
    ----------
    s : int
        Degree of the splines, >= 2 (not only those in the table).
    k : int
        Order of the derivative, 0 <= k <= s.
    width : Fraction
        The two bounds differ by at most this.

    Returns
    -------
    tuple of Fraction

    Notes
    -----
    At k = s the derivative is constant between knots and the supremum is the essential one.

    Examples
    --------
    >>> lower, upper = enclosure(2, 0)
    >>> bool(lower**2 <= 2 <= upper**2)
    True
    """
    degree = integer(s, "s", minimum=2, maximum=12)
    order = integer(k, "k", minimum=0, maximum=degree)
    with ctx.workprec(_PRECISION):
        shifted, tail = _shifted_derivatives(degree, order)
        reached = arb(0)
        pending: list[tuple[Fraction, Fraction, Fraction]] = []

        def examine(left: Fraction, right: Fraction) -> None:
            nonlocal reached
            value, bound = _absolute_sum(shifted, left, right)
            reached = reached.max(arb(value.lower()))
            heapq.heappush(pending, (-upper_fraction(bound + tail), left, right))

        examine(Fraction(0), Fraction(1, 2))
        while True:
            negative, left, right = pending[0]
            lower = lower_fraction(reached)
            if -negative - lower <= width:
                return lower, -negative
            heapq.heappop(pending)
            middle = (left + right) / 2
            examine(left, middle)
            examine(middle, right)


def _absolute_sum(polynomials: list[arb_poly], left: Fraction, right: Fraction) -> tuple[arb, arb]:
    """The sum of |p(x)| at the midpoint, and a bound of it on the whole of [left, right]."""
    radius = (right - left) / 2
    centre = arb_poly([ball((left + right) / 2), 1])
    around = arb(0, ball(radius))
    value, uncertain, certain = arb(0), arb(0), arb_poly([0])
    for polynomial in polynomials:
        local = polynomial(centre)
        value += abs(local[0])
        on_part = local(around)
        if on_part > 0:
            certain += local
        elif on_part < 0:
            certain -= local
        else:
            uncertain += arb(abs(on_part).upper())
    return value, uncertain + certain(around)


def _shifted_derivatives(s: int, k: int) -> tuple[list[arb_poly], arb]:
    """L^(k)(x - j) on [0, 1/2] for |j| <= _SHIFTS, and a bound of the sum over all other j."""
    zeros, residues = _zeros_and_residues(s)
    coefficients = [
        sum((a * z**i for a, z in zip(residues, zeros, strict=True)), arb(0)) for i in range(_SHIFTS + s + 2)
    ]
    pieces = {shift: _repeated_derivative(piece, k) for shift, piece in _b_spline_pieces(s).items()}
    polynomials = []
    for j in range(-_SHIFTS, _SHIFTS + 1):
        total = arb_poly([0])
        for shift, piece in pieces.items():
            total += coefficients[abs(shift - j)] * arb_poly(piece)
        polynomials.append(total)
    # |shift - j| >= _SHIFTS + 1 - |shift| for the j left out, on either side.
    tail = arb(0)
    for shift, piece in pieces.items():
        largest = ball(
            sum((abs(Fraction(int(c.p), int(c.q))) / 2**i for i, c in enumerate(piece)), Fraction(0))
        )
        first = _SHIFTS + 1 - abs(shift)
        for a, z in zip(residues, zeros, strict=True):
            tail += 2 * largest * abs(a) * abs(z) ** first / (1 - abs(z))
    return polynomials, tail


def _zeros_and_residues(s: int) -> tuple[list[arb], list[arb]]:
    """The zeros of z^d Phi(z) inside the unit circle and the residues alpha, as balls."""
    d = s // 2
    values = [_b_spline_value(s, Fraction(j)) for j in range(-d, d + 1)]
    common = factorial(s) * 2**s
    polynomial = fmpz_poly([fmpz(int(value * common)) for value in values])
    zeros = [zero for zero, _ in cast("list[tuple[acb, int]]", polynomial.complex_roots())]
    inside = [arb(zero.real) for zero in zeros if abs(zero) < 1 and zero.imag == 0]
    derivative = polynomial.derivative()
    slopes = [arb_poly(derivative)(zero) / common for zero in inside]
    if len(inside) != d or any(slope.contains(0) for slope in slopes):
        raise ArithmeticError(f"the zeros for degree {s} were not separated at {_PRECISION} bits")
    return inside, [zero ** (d - 1) / slope for zero, slope in zip(inside, slopes, strict=True)]


def _b_spline_value(s: int, x: Fraction) -> Fraction:
    """The central B-spline of degree s at a point, by truncated powers."""
    steps = [x + Fraction(s + 1, 2) - i for i in range(s + 2)]
    terms = ((-1) ** i * comb(s + 1, i) * step**s for i, step in enumerate(steps) if step > 0)
    return sum(terms, Fraction(0)) / factorial(s)


def _b_spline_pieces(s: int) -> dict[int, fmpq_poly]:
    """B(x - shift) as a polynomial on [0, 1/2], for every shift at which it does not vanish there."""
    pieces = {}
    for shift in range(-s, s + 1):
        piece = fmpq_poly([0])
        for i in range(s + 2):
            # The truncated power of x + start is switched on throughout [0, 1/2] or not at all.
            start = fmpq(s + 1, 2) - shift - i
            if start >= 0:
                piece += (-1) ** i * comb(s + 1, i) * fmpq_poly([start, 1]) ** s
        if piece.degree() >= 0:
            pieces[shift] = piece / factorial(s)
    return pieces


def _repeated_derivative(polynomial: fmpq_poly, times: int) -> fmpq_poly:
    for _ in range(times):
        polynomial = polynomial.derivative()
    return polynomial
