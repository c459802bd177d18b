r"""Errors of piecewise linear and multilinear interpolation on W_{r,m}, exactly.

All functions return the error E of the damped scheme (see :mod:`bounds.upper.damping`) as a rational
number, or as a rational number just above it where E itself is irrational.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from bounds.upper.damping import harmonic, least_integer, short_below
from identifiability.exact import ceiling


def constant_error() -> Fraction:
    """The constant h(0)/2 is within 1/2 of every h: E_1 = 1, because |x_i| ≤ 1 for every i."""
    return harmonic([Fraction(1)])


def cell_centre_error(n: int) -> Fraction:
    r"""Continuous piecewise linear interpolation at the n^m centres of the cells, r = 1.

    The nodes are −1 + (2j − 1)/n on every axis; inputs are clipped to the cube that they span and
    the interpolant is linear on the simplices of Freudenthal's triangulation.  Its value at x is the
    mean of h(V) over a random vertex V, so that its error is at most Σ_i E|V_i − x_i| ‖D_i h‖.
    Between nodes at distance H = 2/n, V_i is the upper one with probability t = t_i, and
    E|V_i − x_i| = 2t(1 − t)H ≤ H/2; beyond the last node V_i is that node, at distance ≤ 1/n:

    .. math:: E_1 = 1/n, \qquad E = 1/(n+1) .

    For m = 1 this is the optimal error of any continuous selection with n parameters.

    Examples
    --------
    >>> cell_centre_error(9)
    Fraction(1, 10)
    """
    return harmonic([Fraction(1, n)])


def staggered_error(positions: int, ramp: Fraction) -> Fraction:
    r"""The mean of two nearest-node interpolants on staggered grids, r = 1.

    Of K equispaced positions from −1 to 1 on every axis one grid takes the odd ones and the other
    the even ones.  Between neighbouring positions, at distance 2/(K − 1), the distances |x_i − a_i|
    and |x_i − b_i| to the nearest nodes of the two grids add up to 2/(K − 1) exactly, so that the
    mean of h(a) and h(b) has E_1 = 1/(K − 1).

    To be continuous a network replaces "nearest" by a staircase that climbs from one node to the
    next on a ramp of half-width τ around their midpoint, and interpolates the quantised point
    linearly.  At distance s = τ(1 − 2λ) from the midpoint the wrong node has probability λ ≤ 1/2;
    it is farther by 2s, which adds 2sλ = 2τλ(1 − 2λ) ≤ τ/4 to that grid's mean distance, and half of
    that to the mean of the two grids (the midpoints of either grid are the other's nodes, so that for
    τ ≤ 1/(K − 1) no point is on a ramp of both):

    .. math:: E_1 = \frac{1}{K-1} + \frac{\tau}{8}, \qquad 0 < \tau \le \frac{1}{K-1} .

    Without the ramp 1/E = K; so every ε > 1/K is reached, and ε = 1/K is not claimed.

    Parameters
    ----------
    positions : int
        K ≥ 2; the grids have floor(K/2) and ceil(K/2) nodes on each axis.
    ramp : Fraction
        τ.

    Examples
    --------
    >>> staggered_error(11, Fraction(1, 50))
    Fraction(41, 441)
    """
    return harmonic([Fraction(1, positions - 1) + ramp / 8])


def staggered_ramp(positions: int, epsilon: Fraction) -> Fraction:
    """A ramp τ, close to the widest, with :func:`staggered_error` at most ε; needs ε > 1/K.

    Examples
    --------
    >>> staggered_ramp(11, Fraction(1, 10)) <= Fraction(8, 90)
    True
    """
    # 1/E >= 1/epsilon  <=>  1/(K - 1) + tau/8 <= epsilon/(1 - epsilon); no point is to be on two ramps.
    slack = 8 * (epsilon / (1 - epsilon) - Fraction(1, positions - 1))
    return short_below(min(slack, Fraction(1, positions - 1)))


def edge_shift_errors(spacing: Fraction, end: Fraction) -> tuple[Fraction, Fraction]:
    r"""E_1 and E_2 of piecewise linear interpolation in one variable, extended beyond the last nodes.

    The nodes have spacing H and the first and the last lie at distance δ from ±1.  Between nodes the
    kernels are those of linear interpolation: masses 2t(1 − t)H ≤ H/2 and t(1 − t)H²/2 ≤ H²/8.  At
    distance u ≤ δ beyond the first node x_1 the extended line errs by

    .. math:: h(x) - h(x_1) + \frac uH \big(h(x_2) - h(x_1)\big) ,

    of mass 2u in order 1 (u before x_1, and u/H on a length H after it), and u(H + u)/2 in order 2:

    .. math:: E_1 = \max(H/2,\, 2\delta), \qquad E_2 = \max\big(H^2/8,\ \delta(H+\delta)/2\big) .

    Both are those of the interior iff δ ≤ (√2 − 1)H/2.

    Examples
    --------
    >>> edge_shift_errors(Fraction(1, 2), Fraction(1, 10))
    (Fraction(1, 4), Fraction(1, 32))
    """
    return (
        max(spacing / 2, 2 * end),
        max(spacing**2 / 8, end * (spacing + end) / 2),
    )


def least_edge_shift(epsilon: Fraction) -> int:
    r"""The least number N ≥ 2 of equispaced nodes with error ≤ ε for r = 2, m = 1, decided in Q(√2).

    With δ = (√2 − 1)H/2 the nodes fill [−1, 1] when H = 2/σ, σ = N − 2 + √2, and

    .. math:: \frac1E = 1 + \sigma + 2\sigma^2 = a + b\sqrt2, \qquad
              a = (N-2) + 2(N-2)^2 + 5, \quad b = 4(N-2) + 1 .

    Examples
    --------
    >>> [least_edge_shift(Fraction(1, 10**k)) for k in (1, 2, 3)]
    [3, 8, 23]
    """

    def holds(nodes: int) -> bool:
        inner = nodes - 2
        missing = 1 / epsilon - (inner + 2 * inner**2 + 5)
        return missing <= 0 or missing**2 <= 2 * (4 * inner + 1) ** 2

    return least_integer(holds, isqrt(int(1 / (2 * epsilon))) + 2, 2)


def edge_shift_nodes(nodes: int, epsilon: Fraction) -> tuple[Fraction, Fraction]:
    """Rational spacing H and end distance δ, filling [−1, 1], with proved error at most ε.

    δ/H is a rational below (√2 − 1)/2 with as many binary digits as ε needs; 1/E is irrational at the
    exact ratio, so that finitely many digits always do.

    Examples
    --------
    >>> spacing, end = edge_shift_nodes(8, Fraction(1, 100))
    >>> 7 * spacing + 2 * end == 2, harmonic(edge_shift_errors(spacing, end)) <= Fraction(1, 100)
    (True, True)
    """
    bits = 8
    while True:
        ratio = Fraction(isqrt(2 << (2 * bits)) - (1 << bits), 2 << bits)
        spacing = 2 / (nodes - 1 + 2 * ratio)
        end = ratio * spacing
        if harmonic(edge_shift_errors(spacing, end)) <= epsilon:
            return spacing, end
        bits *= 2


def freudenthal_error(n: int) -> Fraction:
    r"""Piecewise linear interpolation at the (n + 1)^m vertices of a grid, r = 2, m ≥ 2.

    On the simplices of Freudenthal's triangulation the value at x is E h(V) for a random vertex V of
    mean x.  Taylor's formula about x gives masses ½E(V_i − x_i)² = t_i(1 − t_i)H²/2 ≤ H²/8 for the
    pure second derivatives, and E|V_i − x_i||V_j − x_j| for the mixed ones.  With t_i ≥ t_j, V takes
    the upper value on both axes with probability t_j, on axis i alone with t_i − t_j, and

    .. math:: E|V_i - x_i||V_j - x_j| = t_j (1 - t_i) \big(1 + 2(t_i - t_j)\big) H^2 \le H^2/4 :

    for given t_i − t_j the product t_j(1 − t_i) is largest at t_j = 1 − t_i =: s, where the value
    s²(3 − 4s) increases up to s = 1/2.  With H = 2/n,

    .. math:: E_1 = 1/n, \quad E_2 = 1/n^2, \qquad 1/E = 1 + n + n^2 ,

    and x_1 x_2 attains E_2.

    Examples
    --------
    >>> freudenthal_error(3)
    Fraction(1, 13)
    """
    return Fraction(1, 1 + n + n * n)


def least_freudenthal(epsilon: Fraction) -> int:
    """The least n with :func:`freudenthal_error` at most ε.

    Examples
    --------
    >>> least_freudenthal(Fraction(1, 10)), least_freudenthal(Fraction(1, 13))
    (3, 3)
    """
    return least_integer(lambda n: freudenthal_error(n) <= epsilon, isqrt(int(1 / epsilon)), 1)


def multilinear_reaches(n: int, epsilon: Fraction) -> bool:
    r"""Whether multilinear interpolation at (n + 1)^m vertices reaches ε for r = 2, exactly.

    Telescoping over the coordinates, h − ⊗J h = Σ_i (⊗_{l<i} J_l)(1 − J_i) h with norms ‖J_l‖ = 1,
    leaves only the pure derivatives D_i and D_i², each with the masses of dimension one.  There, on
    a cell of length H = 2/n, the kernel of order 2 is a tent of height t(1 − t)H ≤ H/4.  Cut it at
    the height l: the derivative of its lower part is a kernel of order 1 with mass 2l, its upper part
    stays a kernel of order 2 with mass at most 2(H/4 − l)² (it grows with the tent).  Both masses
    are equal to E' = H/2 + 1 − √(H + 1) for the right l, so that |h − ⊗J h| ≤ E' Σ_{1≤|k|≤2} ‖D^k h‖
    and

    .. math:: \frac1E = 1 + \frac1{E'} = 1 + n + n^2 + n \sqrt{n^2 + 2n} .

    The harmonic rule for E_1 = 1/n and E_2 = 1/(2n²) alone would give 1 + n + 2n².

    Examples
    --------
    >>> [n for n in range(1, 9) if multilinear_reaches(n, Fraction(1, 100))]
    [7, 8]
    """
    missing = 1 / epsilon - (1 + n + n * n)
    return missing <= 0 or missing**2 <= n**2 * (n * n + 2 * n)


def least_multilinear(epsilon: Fraction) -> int:
    """The least n at which :func:`multilinear_reaches` ε.

    Examples
    --------
    >>> [(least_multilinear(Fraction(1, 10**k)) + 1) ** 2 for k in (1, 2, 3)]
    [9, 64, 529]
    """
    return least_integer(lambda n: multilinear_reaches(n, epsilon), isqrt(int(1 / (2 * epsilon))), 1)


def multilinear_error(n: int, epsilon: Fraction | None = None) -> Fraction:
    """A rational at least the error of multilinear interpolation, and at most ε where that is true.

    1/E is irrational (n² + 2n is no square), so that enough binary digits of the root always separate
    E from ε; without an ε so many are taken that nothing of interest is lost.

    Examples
    --------
    >>> round(float(1 / multilinear_error(2)), 6)
    12.656854
    """
    bits = 48
    while True:
        root = Fraction(isqrt((n * n + 2 * n) << (2 * bits)), 1 << bits)
        error = 1 / (1 + n + n * n + n * root)
        if epsilon is None or error <= epsilon or not multilinear_reaches(n, epsilon):
            return error
        bits *= 2


def least_cell_centres(epsilon: Fraction) -> int:
    """The least n ≥ 1 with :func:`cell_centre_error` at most ε."""
    return max(1, ceiling(1 / epsilon) - 1)


def least_staggered(epsilon: Fraction) -> int:
    """The least K ≥ 3 with 1/K < ε, the strict inequality that pays for the ramps."""
    return max(3, (1 / epsilon).__floor__() + 1)
