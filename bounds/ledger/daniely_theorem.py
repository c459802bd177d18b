"""Daniely, Main result: the main theorem, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache, partial
from random import Random

from bounds.ledger.claim import Claim, Finding, Mutation, exceeds, proved, shown
from identifiability.exact import ball
from legendre.separable import (
    InnerProductFunction,
    ProofLines,
    SeparableFunction,
    proof_lines,
    unit_vector,
)

SEED = 20190510
"""Of the random functions; the finding says it."""

INSTANCES = 24


@lru_cache(maxsize=1)
def instances() -> tuple[tuple[InnerProductFunction, tuple[SeparableFunction, ...], int], ...]:
    """Random inner-product functions, separable functions and degrees n, with rational coefficients."""
    random = Random(SEED)

    def number() -> Fraction:
        return Fraction(random.randint(-12, 12), random.randint(1, 6))

    drawn = []
    for place in range(INSTANCES):
        d, size = 2 + place % 4, 4
        f = InnerProductFunction(d, tuple(number() for _ in range(size)))
        summands = tuple(
            SeparableFunction(
                unit_vector([number() for _ in range(d - 1)]),
                unit_vector([number() for _ in range(d - 1)]),
                tuple(tuple(number() / 4 for _ in range(size)) for _ in range(size)),
            )
            for _ in range(1 + place % 3)
        )
        drawn.append((f, summands, place % size))
    return tuple(drawn)


@lru_cache(maxsize=1)
def all_lines() -> tuple[ProofLines, ...]:
    """The expressions of the proof for all instances."""
    return tuple(proof_lines(f, summands, n) for f, summands, n in instances())


def _equality() -> Finding:
    """Both sides for F = h_1, no g, n = 2; for d = 4, 1/sqrt(N_1) is rational."""
    lines = proof_lines(InnerProductFunction(4, (Fraction(0), Fraction(1, 2))), (), 2)
    return proved(
        bool(lines.conclusion == ball(lines.distance)),
        F="h_1",
        g="0",
        n=2,
        d=4,
        left=str(lines.distance),
        right=str(lines.conclusion),
    )


def _inequality(factor: Fraction) -> Finding:
    """||F - sum g_j||^2 >= ||P_n F|| (||P_n F|| - factor * sum ||g_j|| / sqrt(N)).

    Proved by the lines of its proof, which are claims of their own; here for random instances, and for
    multiples of h_1, which is a sum of d separable functions.
    """
    from flint import arb

    from legendre.polynomials import dimension

    least = None
    for (f, summands, n), lines in zip(_with_close_ones(), _lines_with_close_ones(), strict=True):
        length = ball(f.tail_square(n)).sqrt()
        norms = sum((ball(g.norm_square).sqrt() for g in summands), arb(0))
        root = arb(dimension(f.d, n)).sqrt()
        right = length * (length - ball(factor) * norms / root)
        left = ball(lines.distance)
        if not exceeds(left, right):
            return proved(False, seed=SEED, d=f.d, n=n, left=shown(left), right=shown(right))
        gap = left - right
        least = gap if least is None or gap < least else least
    return proved(True, instances=len(_with_close_ones()), seed=SEED, least_gap=str(least and least.str(6)))


@lru_cache(maxsize=1)
def _with_close_ones() -> tuple[tuple[InnerProductFunction, tuple[SeparableFunction, ...], int], ...]:
    """The random instances, and h_1 with d separable functions that add up to it: x_i x'_i d/sqrt(d)."""
    close = []
    for d, share in ((4, Fraction(1)), (4, Fraction(1, 10)), (9, Fraction(1, 10))):
        root = Fraction(2 if d == 4 else 3)
        axes = [tuple(Fraction(int(i == j)) for j in range(d)) for i in range(d)]
        # L_1(x_i) L_1(x'_i) = d x_i x'_i, and h_1 = sqrt(d) <x, x'>.
        table = ((Fraction(0), Fraction(0)), (Fraction(0), share / root))
        close.append(
            (
                InnerProductFunction(d, (Fraction(0), 1 / root)),
                tuple(SeparableFunction(axis, axis, table) for axis in axes),
                1,
            )
        )
    return (*instances(), *close)


@lru_cache(maxsize=1)
def _lines_with_close_ones() -> tuple[ProofLines, ...]:
    return (*all_lines(), *(proof_lines(f, g, n) for f, g, n in _with_close_ones()[INSTANCES:]))


def _projection(start: Callable[[int], int]) -> Finding:
    """P_n P_n = P_n and <P_n F, G> = <F, P_n G>, on coefficients; start(n) is the first degree kept."""
    random = Random(SEED)
    good = True
    for n in range(5):
        a, b = ([Fraction(random.randint(-9, 9)) for _ in range(8)] for _ in range(2))

        def kept(c: list[Fraction], n: int = n) -> list[Fraction]:
            shift = start(n) - n
            return [c[i - shift] if i >= n and 0 <= i - shift < 8 else Fraction(0) for i in range(8)]

        good = good and kept(kept(a)) == kept(a)
        good = good and sum(x * y for x, y in zip(kept(a), b, strict=True)) == sum(
            x * y for x, y in zip(a, kept(b), strict=True)
        )
    return proved(good, seed=SEED)


def _width(divisor: int) -> Finding:
    """epsilon^2 >= T (T - 2 r S/sqrt(N)) implies r >= sqrt(N) (T^2 - epsilon^2)/(divisor T S): an identity.

    With r at the bound, T (T - 2 r S/sqrt(N)) = T^2 - 2 (T^2 - epsilon^2)/divisor, and this is epsilon^2.
    """
    from bounds.rational_functions import ring

    square, error = ring(("T_square", "epsilon_square")).gens()
    rest = (square - error) * (2 - divisor)
    return proved(rest.is_zero(), excess_at_the_bound=str(rest))


_TWO = Fraction(2)
_LINES = tuple(f"daniely/proof-step-{line}" for line in ("1-repaired", "2", "3", "4", "5", "6", "7"))

CLAIMS = (
    Claim(
        "daniely/projection",
        "Main result, display 2",
        "P_n, which keeps the degrees from n on, is an orthogonal projection.",
        r"\mathcal P_n\Big(\sum_{i=0}^\infty \alpha_i h_i\Big) = \sum_{i=n}^\infty \alpha_i h_i",
        partial(_projection, lambda n: n),
        "verified",
        depends=("daniely/orthonormality",),
        mutations=(
            Mutation("with coefficients shifted by one degree", partial(_projection, lambda n: n + 1)),
        ),
    ),
    Claim(
        "daniely/main-theorem",
        "Main result, theorem",
        "For an inner-product function F, separable functions g_1, ..., g_r and every n, ||F - sum g_j||^2 "
        "equals "
        "||P_n F|| (||P_n F|| - 2 sum ||g_j||/sqrt(N_{d,n})).",
        r"\Big\|F - \sum_{j=1}^r g_j\Big\|^2 = \|\mathcal P_n F\|"
        r"\Big(\|\mathcal P_n F\| - \frac{2\sum_{j=1}^r \|g_j\|}{\sqrt{N_{d,n}}}\Big)",
        _equality,
        "refuted",
        repair="daniely/main-theorem-repaired",
        mutations=(Mutation(">= for =", partial(_inequality, _TWO)),),
    ),
    Claim(
        "daniely/main-theorem-repaired",
        "Main result, theorem",
        "For an inner-product function F, separable functions g_1, ..., g_r and every n, ||F - sum g_j||^2 "
        "is at "
        "least ||P_n F|| (||P_n F|| - 2 sum ||g_j||/sqrt(N_{d,n})).",
        r"\Big\|F - \sum_{j=1}^r g_j\Big\|^2 \ge \|\mathcal P_n F\|"
        r"\Big(\|\mathcal P_n F\| - \frac{2\sum_{j=1}^r \|g_j\|}{\sqrt{N_{d,n}}}\Big)",
        partial(_inequality, _TWO),
        "verified",
        depends=_LINES,
        mutations=(
            Mutation("= for >=", _equality),
            Mutation("9/5 for the factor 2", partial(_inequality, Fraction(9, 5))),
            Mutation("plus for minus", partial(_inequality, -_TWO)),
        ),
    ),
    Claim(
        "daniely/heavy-tail",
        "Main result, note",
        "If each of r neurons has norm at most S, an error epsilon takes r >= sqrt(N_{d,n}) (T^2 - "
        "epsilon^2)/(2 T "
        "S), T = ||P_n F||: a heavy tail takes a wide network.",
        r"r \ge \frac{\sqrt{N_{d,n}}\,(T^2 - \varepsilon^2)}{2 T S}",
        partial(_width, 2),
        "verified",
        depends=("daniely/main-theorem-repaired", "daniely/neuron-is-separable"),
        mutations=(Mutation("T S for 2 T S", partial(_width, 1)),),
    ),
)
