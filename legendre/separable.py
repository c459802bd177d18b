r"""Inner-product functions and separable functions on two spheres, exactly, by their coefficients.

An inner-product function F = sum_i alpha_i h_i, h_i = sqrt(N_i) P_i(<x, x'>), is given by the rational
numbers c_i = alpha_i / sqrt(N_i); a (v, v')-separable function g = sum_ij beta_ij L_i(<v, x>) L_j(<v', x'>),
L_i = sqrt(N_i) P_i, by its rational table beta and rational unit vectors v, v'.  From

.. math:: E[L_i(\langle v, x\rangle)\,L_j(\langle w, x\rangle)]
          = \delta_{ij}\,P_i(\langle v, w\rangle), \qquad
          \langle h_i,\ L_j^v \otimes L_k^{v'}\rangle = \delta_{ij}\delta_{ik}\,
          \frac{P_i(\langle v, v'\rangle)}{\sqrt{N_i}}

all squares of norms and inner products below are rational.

References: Daniely, Depth Separation for Neural Networks (2017), Theorem 3 and its proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from flint import arb, fmpq

from identifiability.errors import InvalidInput
from identifiability.exact import ball, from_rational, rational
from legendre.polynomials import dimension, read_dimension, values

Vector = tuple[Fraction, ...]


def unit_vector(point: Sequence[Fraction | int]) -> Vector:
    """A rational unit vector: the stereographic image of a rational point, one dimension higher.

    .. math:: y \\mapsto \\frac{(2y,\\ \\|y\\|^2 - 1)}{\\|y\\|^2 + 1}

    Examples
    --------
    >>> unit_vector([2])
    (Fraction(4, 5), Fraction(3, 5))
    """
    square = sum((Fraction(y) ** 2 for y in point), Fraction(0))
    return (*(2 * Fraction(y) / (square + 1) for y in point), (square - 1) / (square + 1))


@dataclass(frozen=True, slots=True)
class InnerProductFunction:
    """F(x, x') = sum_i c_i N_{d,i} P_i(<x, x'>), where the coefficient of h_i is sqrt(N_{d,i}) c_i.

    The numbers c_i are the expectations of f P_i, as :func:`legendre.exact_coefficients` gives them.
    """

    d: int
    means: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        read_dimension(self.d)

    def mean(self, i: int) -> Fraction:
        """c_i, which is 0 beyond the last one given."""
        return self.means[i] if i < len(self.means) else Fraction(0)

    def tail_square(self, n: int) -> Fraction:
        r"""The square of the norm of the projection on degrees from n on: sum of N_i c_i^2 over i >= n."""
        return sum(
            (dimension(self.d, i) * self.means[i] ** 2 for i in range(n, len(self.means))), Fraction(0)
        )


@dataclass(frozen=True, slots=True)
class SeparableFunction:
    """g(x, x') = sum_ij beta_ij L_i(<v, x>) L_j(<w, x'>), with rational unit vectors v and w.

    Raises
    ------
    InvalidInput
        If v and w are not unit vectors of one length, or the table is not a square.
    """

    v: Vector
    w: Vector
    table: tuple[tuple[Fraction, ...], ...]

    def __post_init__(self) -> None:
        if len(self.v) != len(self.w) or inner(self.v, self.v) != 1 or inner(self.w, self.w) != 1:
            raise InvalidInput("v and w must be unit vectors of the same length; take them from unit_vector")
        if any(len(row) != len(self.table) for row in self.table):
            raise InvalidInput("the table of coefficients must be a square; pad it with zeros")

    @property
    def norm_square(self) -> Fraction:
        """The square of the norm in L2: the sum of all beta_ij^2."""
        return sum((entry * entry for row in self.table for entry in row), Fraction(0))

    def entry(self, i: int, j: int) -> Fraction:
        """beta_ij, which is 0 outside the table."""
        return self.table[i][j] if max(i, j) < len(self.table) else Fraction(0)


def inner(v: Vector, w: Vector) -> Fraction:
    """The inner product of two vectors."""
    return sum((a * b for a, b in zip(v, w, strict=True)), Fraction(0))


def legendre_values(d: int, t: Fraction, degree: int) -> list[Fraction]:
    """P_0(t), ..., P_degree(t), exactly.

    Examples
    --------
    >>> legendre_values(3, Fraction(1, 2), 2)
    [Fraction(1, 1), Fraction(1, 2), Fraction(-1, 8)]
    """
    return [from_rational(value) for value in islice(values(d, rational(t)), degree + 1)]


def block_squares(
    f: InnerProductFunction, summands: Sequence[SeparableFunction]
) -> dict[tuple[int, int], Fraction]:
    r"""The square of the norm of each component of F - sum_j g_j of degree i in x and k in x'.

    .. math:: \alpha_i^2\,[i = k] - 2\,[i = k] \sum_j c_i\,\beta^j_{ii}\,P_i(\langle v_j, v_j'\rangle)
              + \sum_{j,l} \beta^j_{ik}\,\beta^l_{ik}\,
              P_i(\langle v_j, v_l\rangle)\,P_k(\langle v_j', v_l'\rangle)

    Returns
    -------
    dict
        By (i, k); the components are orthogonal, so that the sum of all is the square of the distance.

    Examples
    --------
    >>> e, t = unit_vector([0, 1]), Fraction(3, 5)
    >>> g = SeparableFunction(e, e, ((Fraction(0), Fraction(0)), (Fraction(0), t)))
    >>> sum(block_squares(InnerProductFunction(3, (Fraction(0), t / 3)), [g]).values())
    Fraction(6, 25)
    """
    size = max([len(f.means), *(len(g.table) for g in summands)])
    between = {
        (j, l): (
            legendre_values(f.d, inner(g.v, h.v), size - 1),
            legendre_values(f.d, inner(g.w, h.w), size - 1),
        )
        for j, g in enumerate(summands)
        for l, h in enumerate(summands)  # noqa: E741
    }
    blocks: dict[tuple[int, int], Fraction] = {}
    for i in range(size):
        for k in range(size):
            total = sum(
                (
                    summands[j].entry(i, k) * summands[l].entry(i, k) * first[i] * second[k]
                    for (j, l), (first, second) in between.items()  # noqa: E741
                ),
                Fraction(0),
            )
            blocks[i, k] = total
    crossed = cross_terms(f, summands, size)
    for i in range(size):
        blocks[i, i] += dimension(f.d, i) * f.mean(i) ** 2 - 2 * sum(crossed[i], Fraction(0))
    return blocks


def cross_terms(
    f: InnerProductFunction, summands: Sequence[SeparableFunction], size: int
) -> list[list[Fraction]]:
    r"""The inner products of alpha_i h_i with each g_j, by degree i < size.

    .. math:: \langle \alpha_i h_i, g_j\rangle = \alpha_i\,\beta^j_{ii}\,
              \frac{P_i(\langle v_j, v_j'\rangle)}{\sqrt{N_i}}
              = c_i\,\beta^j_{ii}\,P_i(\langle v_j, v_j'\rangle)
    """
    own = [legendre_values(f.d, inner(g.v, g.w), size - 1) for g in summands]
    return [
        [f.mean(i) * g.entry(i, i) * p[i] for g, p in zip(summands, own, strict=True)] for i in range(size)
    ]


@dataclass(frozen=True, slots=True)
class ProofLines:
    r"""The seven expressions of the proof of the main inequality, each at least as large as the next.

    Attributes
    ----------
    distance : Fraction
        \|F - sum_j g_j\|^2.
    diagonal : Fraction
        The sum over i of \|alpha_i h_i - sum_j beta_ii^j L_i (x) L_i\|^2.
    from_n : Fraction
        The same over i >= n.
    without_squares : Fraction
        sum alpha_i^2 - 2 sum <alpha_i h_i, beta_ii^j L_i (x) L_i> over i >= n.
    absolute : arb
        With the sums of \|beta_ii^j\| \|alpha_i\| / sqrt(N_n) instead.
    cauchy_schwarz : arb
        With sqrt(sum alpha_i^2) sqrt(sum (beta_ii^j)^2) / sqrt(N_n) instead.
    conclusion : arb
        \|P_n F\| (\|P_n F\| - 2 sum_j \|g_j\| / sqrt(N_n)).
    """

    distance: Fraction
    diagonal: Fraction
    from_n: Fraction
    without_squares: Fraction
    absolute: arb
    cauchy_schwarz: arb
    conclusion: arb


def proof_lines(f: InnerProductFunction, summands: Sequence[SeparableFunction], n: int) -> ProofLines:
    r"""Both sides of the main inequality, and what stands between them in its proof.

    .. math:: \Big\|F - \sum_{j=1}^r g_j\Big\|^2 \ \ge\ \|P_n F\| \Big(\|P_n F\|
              - \frac{2 \sum_j \|g_j\|}{\sqrt{N_{d,n}}}\Big)

    Parameters
    ----------
    f : InnerProductFunction
    summands : sequence of SeparableFunction
        On the same sphere.
    n : int
        The first degree of the tail.

    Returns
    -------
    ProofLines
        Those without roots are exact, the others balls.

    Examples
    --------
    >>> lines = proof_lines(InnerProductFunction(3, (Fraction(0), Fraction(1, 2))), [], 2)
    >>> lines.distance, lines.conclusion
    (Fraction(3, 4), 0)
    """
    size = max([len(f.means), *(len(g.table) for g in summands)])
    blocks = block_squares(f, summands)
    crossed = cross_terms(f, summands, size)
    tail = f.tail_square(n)
    root = ball(Fraction(1, dimension(f.d, n))).sqrt()
    absolute, cauchy, norms = arb(0), arb(0), arb(0)
    for g in summands:
        entries = [g.entry(i, i) for i in range(n, size)]
        absolute += sum(
            (
                abs(ball(entry * f.mean(i))) * arb(dimension(f.d, i)).sqrt()
                for i, entry in enumerate(entries, start=n)
            ),
            arb(0),
        )
        cauchy += ball(sum((entry * entry for entry in entries), Fraction(0))).sqrt()
        norms += ball(g.norm_square).sqrt()
    length = ball(tail).sqrt()
    return ProofLines(
        distance=sum(blocks.values(), Fraction(0)),
        diagonal=sum((blocks[i, i] for i in range(size)), Fraction(0)),
        from_n=sum((blocks[i, i] for i in range(n, size)), Fraction(0)),
        without_squares=tail - 2 * sum((sum(crossed[i], Fraction(0)) for i in range(n, size)), Fraction(0)),
        absolute=ball(tail) - 2 * absolute * root,
        cauchy_schwarz=ball(tail) - 2 * length * cauchy * root,
        conclusion=length * (length - 2 * norms * root),
    )


def zonal_average(d: int, i: int, s: Fraction, u: Fraction) -> Fraction:
    r"""The average of P_i(<x, x'>) over all unit x with <x, e> = s, where <x', e> = u; exactly.

    .. math:: E_z\big[P_i\big(su + \sqrt{1-s^2}\sqrt{1-u^2}\,z\big)\big] = P_i(s)\,P_i(u), \qquad
              z \sim \mu_{d-1}

    Computed from the coefficients of P_i and the moments of z, without the product formula on the right; for
    d = 2, z is 1 or -1 with the same probability.

    Examples
    --------
    >>> s, u = Fraction(1, 3), Fraction(2, 3)
    >>> zonal_average(4, 2, s, u) == legendre_values(4, s, 2)[2] * legendre_values(4, u, 2)[2]
    True
    """
    from legendre.polynomials import flint_polynomial

    product, rest = rational(s * u), rational((1 - s * s) * (1 - u * u))
    total = fmpq(0)
    for k, coefficient in enumerate(flint_polynomial(d, i).coeffs()):
        term, moment = fmpq(0), fmpq(1)
        choose = 1
        for even in range(0, k + 1, 2):
            term += choose * product ** (k - even) * rest ** (even // 2) * moment
            moment *= fmpq(even + 1, d - 1 + even)
            choose = choose * (k - even) * (k - even - 1) // ((even + 1) * (even + 2))
        total += coefficient * term
    return from_rational(total)
