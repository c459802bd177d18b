"""Packings of pyramids in many variables that are known to exist without being listed.

The centres are points of the grid {-1 + 2j/q : j = 0..q}^p at mutual l1 distance at least d grid
steps; each carries the bump (R = d/q, half the least distance)

    phi_c(x) = (1 - |x - c|_1 / R)_+^r,

and no two bumps overlap.  For r = 1 any grid will do.  For r >= 2 only q = 1: seen from a vertex c
of the cube, |x - c|_1 = sum_i (1 - c_i x_i) is linear on the cube, so phi_c has bounded derivatives
of order r; a derivative of order j is at most r!/(r-j)! R^{-j}, and there are C(p+j-1, j)
multi-indices of that order.  Since the bumps do not overlap, y = sum_c a_c phi_c has

    sum_{|k| <= r} ||D^k y||_inf <= S ||y||_inf,   S = sum_{j<=r} C(p+j-1, j) r!/(r-j)! (q/d)^j.

**How many centres.**  Join two grid points that are closer than d.  A graph with N vertices and
average degree g has N/(g+1) vertices no two of which are joined (Turan), so there are at least
N/B centres when B bounds the average number of points closer than d, the point itself included:

- ``ball``: B = sum_k 2^k C(p,k) C(d-1,k), the points of Z^p with |x|_1 <= d - 1;
- ``average``: B = (q+1)^{-p} times the sum of the coefficients of x^0, ..., x^{d-1} in H(x)^p,
  H(x) = (q+1) + sum_{j=1}^{q} 2 (q+1-j) x^j, which counts pairs of grid points by distance;
- ``exponential``: B = (q+1)^{-p} H(x)^p / x^{d-1}, for any 0 < x <= 1; it is at least the former.

For q = 1 there are moreover the binary BCH codes (``bch``): let Z be the set of the residues
i 2^j mod 2^M - 1 with 1 <= i <= 2t; then p <= 2^M - 1 and d = 2t + 1 allow 2^{p - |Z|} centres, and
one more place with a parity bit makes it d = 2t + 2.

References
----------
E. N. Gilbert, A comparison of signalling alphabets (1952); P. Turan (1941); R. C. Bose and
D. K. Ray-Chaudhuri, On a class of error correcting binary group codes (1960).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import comb, inf, log, log2, perm

from flint import arb, ctx, fmpz_poly

from bounds.lower.spaces import active_counts
from identifiability.errors import Inexact
from identifiability.exact import ball, ceiling

FEWEST_VARIABLES = 3
FEWEST_VARIABLES_OF_GRIDS = 9
"""With fewer variables other spaces are better."""

MOST_COUNTED_VARIABLES = 48
MOST_COUNTED_STEPS = 32
FARTHEST_COUNTED = 256
"""Up to these sizes pairs are counted exactly; beyond them they are bounded."""

LN2 = log(2)

_STEPS = (1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 64)
_DISTANCES = (8, 10, 13, 17, 23, 30, 39, 51, 66, 86, 112, 146, 190, 247, 321, 417, 700, 1500, 5000, 20000)


@dataclass(frozen=True, slots=True)
class Packing:
    """Grid points at mutual l1 distance at least d grid steps, and a proved number of them.

    Attributes
    ----------
    variables, q, distance : int
        The numbers p, q, d; all >= 1.
    method : {"ball", "average", "exponential", "bch"}
        How the number is proved.
    tilt : Fraction or None
        The number x of the method ``exponential``.
    count : int
        So many centres at least.
    """

    variables: int
    q: int
    distance: int
    method: str
    tilt: Fraction | None
    count: int

    def sobolev_sum(self, r: int) -> Fraction:
        """S = sum_{j<=r} C(p+j-1, j) r!/(r-j)! (q/d)^j; for r >= 2 only if q = 1."""
        return _sobolev_sum(self.variables, self.q, self.distance, r)


def _sobolev_sum(p: int, q: int, distance: int, r: int) -> Fraction:
    return sum(
        (Fraction(comb(p + j - 1, j) * perm(r, j) * q**j, distance**j) for j in range(r + 1)),
        start=Fraction(0),
    )


def ball_count(p: int, q: int, distance: int) -> int:
    """The number of centres by the method ``ball``.

    Examples
    --------
    >>> ball_count(2, 9, 2)
    20
    """
    neighbours, term = 0, 1
    for k in range(min(p, distance - 1) + 1):
        neighbours += term
        term = term * 2 * (p - k) * (distance - 1 - k) // (k + 1) ** 2
    points: int = (q + 1) ** p
    return -(-points // neighbours)


def average_count(p: int, q: int, distance: int) -> int:
    """The number of centres by the method ``average``.

    Examples
    --------
    >>> average_count(23, 1, 7)
    58
    """
    one_axis = [q + 1] + [2 * (q + 1 - j) for j in range(1, min(q, distance - 1) + 1)]
    pairs = sum(int(c) for c in fmpz_poly(one_axis).pow_trunc(p, distance).coeffs())
    all_pairs: int = (q + 1) ** (2 * p)
    return -(-all_pairs // pairs)


def exponential_count(p: int, q: int, distance: int, tilt: Fraction) -> int:
    """The number of centres by the method ``exponential``, rounded down in ball arithmetic.

    Examples
    --------
    >>> exponential_count(100, 1, 12, Fraction(1, 8)) <= average_count(100, 1, 12)
    True
    """
    with ctx.workprec(p * (q + 1).bit_length() + 128):
        x = ball(tilt)
        # H(x) in closed form; x^(q+1) for large q is a ball around 0
        one_axis = (q + 1) + 2 * x * (q - (q + 1) * x + x ** (q + 1)) / (1 - x) ** 2
        count = arb(q + 1) ** (2 * p) * x ** (distance - 1) / one_axis**p
        whole = count.lower().ceil().unique_fmpz()
    if whole is None:
        raise Inexact(
            f"the number of {p}-dimensional bumps is too large for its precision; pass fewer variables"
        )
    return int(whole)


def bch_count(p: int, distance: int) -> int:
    """The number of words of a binary BCH code, shortened to p places and extended for even d.

    Examples
    --------
    >>> bch_count(15, 5) == 2**7, bch_count(16, 6) == 2**7, bch_count(40, 2) == 2**39
    (True, True, True)
    """
    errors, extended = divmod(distance - 1, 2)
    length = 2 ** (p - extended).bit_length() - 1
    zeros: set[int] = set()
    for exponent in range(1, 2 * errors, 2):
        while exponent not in zeros:
            zeros.add(exponent)
            exponent = 2 * exponent % length
    return 1 << max(p - len(zeros) - extended, 0)


def best_packing(m: int, r: int, epsilon: Fraction) -> Packing | None:
    """The most bumps over a fixed family of packings in at most m variables with S < 1/epsilon.

    Examples
    --------
    >>> best_packing(40, 2, Fraction(1, 100)).count == 2**28
    True
    """
    counted = [found for p in active_counts(m) for found in _on_vertices(p, r, epsilon)]
    estimates: list[tuple[float, int, int, int, Fraction]] = []
    for p, q, distance in _grids(m, epsilon) if r == 1 else ():
        if p <= MOST_COUNTED_VARIABLES and q <= MOST_COUNTED_STEPS and distance <= FARTHEST_COUNTED:
            counted.append(Packing(p, q, distance, "average", None, average_count(p, q, distance)))
        elif p <= MOST_COUNTED_VARIABLES and q > MOST_COUNTED_STEPS:
            counted.append(Packing(p, q, distance, "ball", None, ball_count(p, q, distance)))
        else:
            tilt = _tilt(p, q, distance)
            estimates.append((_log_count(p, q, distance, tilt), p, q, distance, tilt))
    greatest = max((estimate[0] for estimate in estimates), default=-inf)
    for estimate, p, q, distance, tilt in estimates:
        if estimate > greatest - 1e-3:
            count = exponential_count(p, q, distance, tilt)
            counted.append(Packing(p, q, distance, "exponential", tilt, count))
    return max(counted, key=lambda packing: packing.count, default=None)


def _on_vertices(p: int, r: int, epsilon: Fraction) -> Iterator[Packing]:
    """The packings of vertices with the least distance that epsilon allows.

    The BCH dimension is monotone in the distance within each parity only, hence the next distance too.
    """
    if p < FEWEST_VARIABLES:
        return
    distance = _least(lambda d: _sobolev_sum(p, 1, d, r) * epsilon < 1, p)
    if distance is not None:
        for d in range(distance, min(distance + 2, p + 1)):
            yield Packing(p, 1, d, "bch", None, bch_count(p, d))
        if p <= MOST_COUNTED_VARIABLES or r > 1:
            yield Packing(p, 1, distance, "average", None, average_count(p, 1, distance))


def _least(holds: Callable[[int], bool], top: int) -> int | None:
    """The least number of 1..top at which a condition that stays true becomes true."""
    if not holds(top):
        return None
    low, high = 1, top
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _grids(m: int, epsilon: Fraction) -> Iterator[tuple[int, int, int]]:
    """Grids with S < 1/epsilon for r = 1: the least d for some q, the largest q for some d."""
    excess = 1 / epsilon - 1
    for p in active_counts(m):
        if p < FEWEST_VARIABLES_OF_GRIDS:
            break
        for q in _STEPS:
            distance = p * q // excess + 1
            if 2 <= distance <= p * q:
                yield p, q, int(distance)
        for distance in _DISTANCES:
            q = ceiling(distance * excess / p) - 1
            if q >= 1:
                yield p, q, distance


def _tilt(p: int, q: int, distance: int) -> Fraction:
    """Nearly the x at which H(x)^p / x^(d-1) is least, by bisection in floating point."""
    low, high = 0.0, 1.0
    for _ in range(30):
        x = (low + high) / 2
        step = 1e-6 * x * (1 - x)
        slope = (_log_one_axis(q, x + step) - _log_one_axis(q, x - step)) / (2 * step)
        if p * slope * x * LN2 < distance - 1:
            low = x
        else:
            high = x
    return min(Fraction(int(low * 2**24) + 1, 2**24), Fraction(2**24 - 1, 2**24))


def _log_one_axis(q: int, x: float) -> float:
    """The binary logarithm of H(x) / (q+1), in floating point."""
    last = x ** (q + 1) / (q + 1) if q < 10**6 else 0.0
    inner = q / (q + 1)  # a true division of integers, of any length
    return log2(1 + 2 * x * (inner - x + last) / (1 - x) ** 2)


def _log_count(p: int, q: int, distance: int, tilt: Fraction) -> float:
    """The binary logarithm of the count by the method ``exponential``, in floating point."""
    x = float(tilt)
    return p * log2(q + 1) + (distance - 1) * log2(x) - p * _log_one_axis(q, x)
