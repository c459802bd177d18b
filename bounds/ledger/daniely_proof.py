"""Daniely, Main result - proof: line by line."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from bounds.ledger.claim import Claim, Finding, Mutation, exceeds, proved, shown
from bounds.ledger.daniely_dimension import monotone
from bounds.ledger.daniely_theorem import SEED, all_lines, instances
from identifiability.exact import ball
from legendre.separable import (
    InnerProductFunction,
    SeparableFunction,
    block_squares,
    cross_terms,
    proof_lines,
    unit_vector,
)


def _off_diagonal(relation: str) -> Finding:
    """Line 1 for F = h_1 and g = L_1(<e, x>) L_2(<e, x'>), which has no diagonal part; and random instances.

    The component of degrees (i, k) lies in the product of the spherical harmonics of degrees i and k, and
    those are orthogonal for different (i, k): by Bessel's inequality the distance is at least the sum over
    some (i, k).
    """
    e = unit_vector([0, 0, 0])
    zero, one = Fraction(0), Fraction(1)
    g = SeparableFunction(e, e, ((zero, zero, zero), (zero, zero, one), (zero, zero, zero)))
    lines = proof_lines(InnerProductFunction(4, (zero, Fraction(1, 2))), (g,), 0)
    found = [(line.distance, line.diagonal) for line in (lines, *all_lines())]
    holds = all(a == b if relation == "=" else a <= b if relation == "<=" else a >= b for a, b in found)
    return proved(
        holds, F="h_1", g="L_1 (x) L_2", d=4, left=str(lines.distance), right=str(lines.diagonal), seed=SEED
    )


def _blocks() -> Finding:
    """Every component's square is at least 0, which is what dropping those with i != k or i < n needs."""
    least = min(min(block_squares(f, summands).values()) for f, summands, _ in instances())
    return proved(least >= 0, least_component=str(least), seed=SEED)


def _tail(added: int) -> Finding:
    """Line 1, second sign: leaving out the degrees below n leaves out squares."""
    sums = [(lines.diagonal, lines.from_n + added) for lines in all_lines()]
    squares = _blocks()
    return proved(
        squares.verdict == "verified" and all(left >= right for left, right in sums), **squares.evidence
    )


def _square_left_out(factor: int) -> Finding:
    """Line 2: ||a - b||^2 = ||a||^2 - factor <a, b> + ||b||^2 in each degree, of which ||b||^2 is left out.

    ||b||^2 is a form with Gram's matrix P_i(<v_j, v_l>) P_i(<v'_j, v'_l>), computed here by itself with F =
    0.
    """
    good = True
    for f, summands, _ in instances():
        size = len(f.means)
        blocks, crossed = block_squares(f, summands), cross_terms(f, summands, size)
        alone = block_squares(InnerProductFunction(f.d, (Fraction(0),) * size), summands)
        for i in range(size):
            own = f.tail_square(i) - f.tail_square(i + 1)
            good = good and blocks[i, i] == own - factor * sum(crossed[i]) + alone[i, i] and alone[i, i] >= 0
    return proved(good, seed=SEED)


def _rewritten(root: bool) -> Finding:
    """Line 3: sum <alpha_i h_i, beta L (x) L> = sum beta alpha P_i(<v, v'>)/sqrt(N_i), and the tail's square.

    With c_i = alpha_i/sqrt(N_i), a summand is c_i beta P_i; dividing by N_i instead gives another number.
    """
    from legendre.polynomials import dimension
    from legendre.separable import inner, legendre_values

    good = True
    for f, summands, n in instances():
        size = len(f.means)
        total = f.tail_square(n)
        for g in summands:
            p = legendre_values(f.d, inner(g.v, g.w), size - 1)
            for i in range(n, size):
                alpha_over_root = f.mean(i) if root else f.mean(i) / dimension(f.d, i)
                total -= 2 * g.entry(i, i) * alpha_over_root * p[i]
        good = good and total == proof_lines(f, summands, n).without_squares
    return proved(good, seed=SEED)


def _absolute(lowest: bool) -> Finding:
    """Line 4: |P_i| <= 1 and N_i >= N_n for i >= n; or with the largest N_i in place of N_n."""
    from flint import arb

    from legendre.polynomials import dimension

    increasing = monotone(0)
    for (f, summands, n), lines in zip(instances(), all_lines(), strict=True):
        right = lines.absolute
        if not lowest:
            last = arb(dimension(f.d, n)) / dimension(f.d, len(f.means) + 6)
            right = ball(f.tail_square(n)) - (ball(f.tail_square(n)) - right) * last.sqrt()
        if summands and f.tail_square(n) and not exceeds(ball(lines.without_squares), right):
            return proved(False, d=f.d, n=n, left=str(lines.without_squares), right=shown(right), seed=SEED)
    return proved(increasing.verdict == "verified", seed=SEED)


def _cauchy_schwarz(inside: bool) -> Finding:
    """Line 5: (sum |a||b|)^2 <= sum a^2 sum b^2; the difference is Lagrange's sum of squares, an identity."""
    from bounds.rational_functions import ring

    a, b, c, d, e, f = ring(("a", "b", "c", "d", "e", "f")).gens()
    left, right = (a * a + c * c + e * e) * (b * b + d * d + f * f), (a * b + c * d + e * f) ** 2
    lagrange = (a * d - b * c) ** 2 + (a * f - b * e) ** 2 + (c * f - d * e) ** 2
    identity = left - right == lagrange
    for line in all_lines():
        if line.absolute.is_exact() or line.absolute.overlaps(line.cauchy_schwarz):
            continue  # a single degree, or none: both are the same number
        first, second = (
            (line.absolute, line.cauchy_schwarz) if inside else (line.cauchy_schwarz, line.absolute)
        )
        if not exceeds(first, second):
            return proved(False, left=shown(first), right=shown(second), seed=SEED)
    return proved(identity, seed=SEED)


def _whole_norm(share: Fraction) -> Finding:
    """Line 6: the squares of the diagonal entries from n on add up to share * ||g||^2 at most."""
    wrong = 0
    for f, summands, n in instances():
        for g in summands:
            part = sum((g.entry(i, i) ** 2 for i in range(n, len(f.means))), Fraction(0))
            wrong += part > share * g.norm_square
    ordered = all(
        exceeds(line.cauchy_schwarz, line.conclusion)
        for line in all_lines()
        if not line.conclusion.is_exact()
    )
    return proved(not wrong and ordered, wrong=wrong, seed=SEED)


CLAIMS = (
    Claim(
        "daniely/proof-step-1",
        "Main result - proof, line 1, first sign",
        "||F - N_2||^2 equals the sum over i of ||alpha_i h_i - sum_j beta_i^j L_i (x) L_i||^2.",
        r"\|F - N_2\|^2 = \sum_{i=0}^\infty \Big\|\alpha_i h_i - \sum_{j=1}^r \beta_i^j L_i \otimes "
        r"L_i\Big\|^2",
        partial(_off_diagonal, "="),
        "refuted",
        repair="daniely/proof-step-1-repaired",
        mutations=(Mutation(">= for =", partial(_off_diagonal, ">=")),),
    ),
    Claim(
        "daniely/proof-step-1-repaired",
        "Main result - proof, line 1, first sign",
        "||F - N_2||^2 is at least that sum: products L_i (x) L_k with i != k are orthogonal to all that "
        "is in it.",
        r"\|F - N_2\|^2 \ge \sum_{i=0}^\infty \Big\|\alpha_i h_i - \sum_{j=1}^r \beta_i^j L_i \otimes "
        r"L_i\Big\|^2",
        partial(_off_diagonal, ">="),
        "verified",
        depends=("daniely/isometry", "daniely/orthonormality", "daniely/zonal-identity"),
        mutations=(Mutation("<=", partial(_off_diagonal, "<=")),),
    ),
    Claim(
        "daniely/proof-step-2",
        "Main result - proof, line 1, second sign",
        "The sum over all i is at least the sum over i >= n.",
        r"\sum_{i=0}^\infty \|\cdot\|^2 \ge \sum_{i=n}^\infty \|\cdot\|^2",
        partial(_tail, 0),
        "verified",
        mutations=(Mutation("with 1 added on the right", partial(_tail, 1)),),
    ),
    Claim(
        "daniely/proof-step-3",
        "Main result - proof, line 2",
        "It is at least the sum over i >= n of alpha_i^2 - 2 sum_j <alpha_i h_i, beta_i^j L_i (x) L_i>.",
        r"\ge \sum_{i=n}^\infty \alpha_i^2 - 2\sum_{i=n}^\infty\sum_{j=1}^r"
        r"\langle \alpha_i h_i, \beta_i^j L_i^{v_j} \otimes L_i^{v_j'}\rangle",
        partial(_square_left_out, 2),
        "verified",
        depends=("daniely/isometry", "daniely/orthonormality"),
        mutations=(Mutation("without the factor 2", partial(_square_left_out, 1)),),
    ),
    Claim(
        "daniely/proof-step-4",
        "Main result - proof, line 3",
        "This is ||P_n F||^2 - 2 sum beta_i^j alpha_i P_i(<v_j, v'_j>)/sqrt(N_{d,i}).",
        r"= \|\mathcal P_n F\|^2 - 2\sum_{i=n}^\infty\sum_{j=1}^r"
        r"\frac{\beta_i^j\alpha_i P_i(\langle v_j, v_j'\rangle)}{\sqrt{N_{d,i}}}",
        partial(_rewritten, True),
        "verified",
        depends=("daniely/zonal-identity", "daniely/projection"),
        mutations=(Mutation("N for its root", partial(_rewritten, False)),),
    ),
    Claim(
        "daniely/proof-step-5",
        "Main result - proof, line 4",
        "It is at least ||P_n F||^2 - 2 sum |beta_i^j| |alpha_i|/sqrt(N_{d,n}).",
        r"\ge \|\mathcal P_n F\|^2 - "
        r"2\sum_{j=1}^r\sum_{i=n}^\infty\frac{|\beta_i^j||\alpha_i|}{\sqrt{N_{d,n}}}",
        partial(_absolute, True),
        "verified",
        depends=("daniely/legendre-at-most-one", "daniely/dimension-increases"),
        mutations=(Mutation("a later N for N_{d,n}", partial(_absolute, False)),),
    ),
    Claim(
        "daniely/proof-step-6",
        "Main result - proof, line 5",
        "By Cauchy and Schwarz, at least ||P_n F||^2 - 2 sum_j sqrt(sum |alpha_i|^2 sum "
        "|beta_i^j|^2)/sqrt(N_{d,n}).",
        r"\ge \|\mathcal P_n F\|^2 - 2\sum_{j=1}^r\frac1{\sqrt{N_{d,n}}}"
        r"\sqrt{\sum_{i=n}^\infty|\alpha_i|^2}\sqrt{\sum_{i=n}^\infty|\beta_i^j|^2}",
        partial(_cauchy_schwarz, True),
        "verified",
        mutations=(Mutation("<= for >=", partial(_cauchy_schwarz, False)),),
    ),
    Claim(
        "daniely/proof-step-7",
        "Main result - proof, line 6",
        "It is at least ||P_n F||^2 - 2 ||P_n F|| sum ||g_j||/sqrt(N_{d,n}), since sum |beta_i^j|^2 <= "
        "||g_j||^2.",
        r"\ge \|\mathcal P_n F\|^2 - \frac{2\|\mathcal P_n F\|\sum_{j=1}^r\|g_j\|}{\sqrt{N_{d,n}}}",
        partial(_whole_norm, Fraction(1)),
        "verified",
        depends=("daniely/orthonormality", "daniely/projection"),
        mutations=(Mutation("a tenth of the norm's square", partial(_whole_norm, Fraction(1, 10))),),
    ),
)
