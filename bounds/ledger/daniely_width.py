"""Daniely, Example - conclusion: the width of depth-2 networks, and the separation that it proves."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from bounds.ledger.claim import Claim, Finding, Mutation, enclosed, exceeds, proved, shown


def _supremum(factor: Fraction) -> Finding:
    """|w_2 max(0, <w, x> + <w', x'> + b)| <= B (|w| + |w'| + B) <= B^2 (1 + 2 sqrt(d)), attained.

    By Cauchy and Schwarz, |w| <= sqrt(d) B; all weights B and x = x' = (1, ..., 1)/sqrt(d) attain it.  The
    claimed bound is B^2 (1 + factor * sqrt(d)), at B = 2^d for square d.
    """
    rows, holds = [], True
    for root in (2, 3, 4):
        d, bound = root * root, 2 ** (root * root)
        x = [Fraction(1, root)] * d
        attained = bound * max(0, 2 * sum(bound * c for c in x) + bound)
        claimed = bound**2 * (1 + factor * root)
        holds = holds and attained <= claimed
        rows.append({"d": d, "attained": str(attained), "claimed": str(claimed)})
    return proved(holds, values=rows)


def _bias(first: int) -> Finding:
    """E[P_n] = 0 for all n >= first: a constant has no component of these degrees."""
    from legendre.measure import expectation
    from legendre.polynomials import flint_polynomial

    rest = [
        [d, n] for d in range(2, 9) for n in range(first, 15) if expectation(d, flint_polynomial(d, n)) != 0
    ]
    return proved(not rest, not_zero_at=rest[:2])


def _derivation(bias_in_denominator: int) -> Finding:
    """Whether r S + B >= X, X = sqrt(N)/(20 e pi), implies r >= X/(S + B bias/(20 e pi)), for d = 2..40.

    It does where that number c has c S + B <= X, and only there.
    """
    from flint import arb

    from legendre.slide_conclusion import needed_norms, neuron_bound, width_with_bias

    fails, values = [], {}
    for d in range(2, 41):
        added = arb(2) ** d * bias_in_denominator / (20 * arb.const_e() * arb.pi())
        claimed = needed_norms(d) / (neuron_bound(d) + added)
        if not exceeds(needed_norms(d), claimed * neuron_bound(d) + 2**d):
            fails.append(d)
            values[str(d)] = {"claimed": shown(claimed), "theorem gives": shown(width_with_bias(d))}
    return enclosed(not fails, fails_at=fails, **{d: values[d] for d in ("19", "20") if d in values})


def _least_width(numerator: int) -> Finding:
    """(X - numerator B)/S is the least r with r S + B >= X: there both sides are equal."""
    from bounds.rational_functions import ring

    x, b = ring(("X", "B")).gens()
    excess = (x - numerator * b) + b - x
    return proved(excess.is_zero(), excess=str(excess))


def _printed(bias: bool) -> Finding:
    """Whether the printed width is at most X/S, which the theorem gives without the output bias, d = 2..60.

    X/(S + delta) <= X/S since delta = 2^(d+1)/(20 e pi) > 0; with the bias counted, (X - B)/S, not for all d.
    """
    from legendre.slide_conclusion import printed_width, width_with_bias, width_without_bias

    given = width_with_bias if bias else width_without_bias
    printed = {d: printed_width(d) for d in range(2, 61)}
    for d, width in printed.items():
        if not exceeds(given(d), width):
            return enclosed(False, d=d, printed=shown(width), theorem_gives=shown(given(d)))
    return enclosed(
        True,
        more_than_1_from=next(d for d, width in printed.items() if width > 1),
        more_than_a_million_from=next(d for d, width in printed.items() if width > 10**6),
        negative_with_the_bias_up_to=max((d for d in printed if width_with_bias(d) < 0), default=None),
    )


def _asymptotics(exponent: Fraction, share: Fraction = Fraction(1, 8), start: int = 128) -> Finding:
    """log2 of the width is at least share * d^exponent log2 d for all d >= start.

    The lower bound h(d) = (d-2)/2 log2 d - 2d - log2(172 (1 + 2 sqrt d)) less share * d log2 d is positive at
    start; its derivative is at least (1/2 - share) (log2 d + 1/ln 2) - 1/(d ln 2) - 2 - 1/(2 d ln 2), which
    increases. Some widths are compared with h directly.
    """
    from flint import arb

    from legendre.slide_conclusion import log_width_below, printed_width

    two = arb(2).log()

    def rest(d: int) -> arb:
        power = arb(d) ** arb(exponent.numerator) if exponent.denominator == 1 else arb(d)
        return log_width_below(arb(d)) - arb(share.numerator) / share.denominator * power * arb(d).log() / two

    d = arb(start)
    kept = arb(1) / 2 - arb(share.numerator) / share.denominator
    derivative = kept * (d.log() + 1) / two - 2 - arb(3) / (2 * d * two)
    if not exceeds(rest(start), arb(0)) or not exceeds(derivative, arb(0)):
        return enclosed(False, d=start, difference=shown(rest(start)))
    below = all(exceeds(printed_width(k).log() / two, log_width_below(arb(k))) for k in (4, 10, 40, 128, 200))
    far = exponent == 1 or exceeds(rest(10**4), arb(0))
    return enclosed(
        below and far, difference_at_start=shown(rest(start)), derivative=shown(derivative), from_d=start
    )


def _separation(first: int, literal: bool = False) -> Finding:
    """The printed width against 16 pi d^5/epsilon, epsilon^2 = 1/(50 e^2 pi^2), for d >= first.

    From d = 128 on, d log2(d)/8 - 5 log2 d - log2(16 pi/epsilon) is positive, and so is its derivative, which
    is (log2 d + 1/ln 2)/8 - 5/(d ln 2).
    """
    from flint import arb

    from legendre.slide_conclusion import printed_width

    square = 1 / (50 * arb.const_e() ** 2 * arb.pi() ** 2)
    epsilon = square if literal else square.sqrt()
    start, two = 128, arb(2).log()
    log_d = arb(start).log() / two
    excess = (arb(start) / 8 - 5) * log_d - (16 * arb.pi() / epsilon).log() / two
    increases = exceeds((log_d + 1 / two) / 8, 5 / (start * two))
    for d in range(first, start + 1):
        wide, deep = printed_width(d), 16 * arb.pi() * d**5 / epsilon
        if not exceeds(wide, deep):
            return enclosed(False, d=d, depth_2=shown(wide, 6), depth_3=shown(deep, 6))
    return enclosed(
        increases and exceeds(excess, arb(0)),
        from_d=first,
        epsilon=shown(epsilon),
        excess_of_logarithms_at_128=shown(excess, 6),
    )


_HALF = Fraction(1, 2)

CLAIMS = (
    Claim(
        "daniely/neuron-supremum",
        "Example - conclusion, denominator",
        "With weights in [-B, B], B = 2^d, a neuron is at most B^2 (1 + sqrt(4d)) = 2^(2d) (1 + sqrt(4d)).",
        r"|w_2\,\sigma(\langle w, x\rangle + \langle w', x'\rangle + b)| \le 2^{2d}(1 + \sqrt{4d})",
        partial(_supremum, Fraction(2)),
        "verified",
        mutations=(Mutation("1 + sqrt(d)", partial(_supremum, Fraction(1))),),
    ),
    Claim(
        "daniely/bias-drops-out",
        "Example - conclusion, not used",
        "The output bias b_2 has no component of degree n >= 1.",
        r"\langle 1, h_n\rangle = 0 \quad (n \ge 1)",
        partial(_bias, 1),
        "verified",
        depends=("daniely/orthogonality",),
        mutations=(Mutation("of degree 0 either", partial(_bias, 0)),),
    ),
    Claim(
        "daniely/width-derivation",
        "Example - conclusion, display",
        "Counting b_2 as a separable function of norm at most 2^d, the theorem gives the printed denominator "
        "20 e pi 2^(2d) (1 + sqrt(4d)) + 2^(d+1).",
        r"\frac{\sqrt{N_{d,d^2}}}{20e\pi 2^{2d}(1 + \sqrt{4d}) + 2^{d+1}}",
        partial(_derivation, 2),
        "refuted",
        repair="daniely/width-derivation-repaired",
        mutations=(Mutation("the least r, (sqrt(N)/(20 e pi) - 2^d)/S", partial(_least_width, 1)),),
    ),
    Claim(
        "daniely/width-derivation-repaired",
        "Example - conclusion, display",
        "Counting b_2, the theorem gives r >= (sqrt(N)/(20 e pi) - 2^d)/(2^(2d) (1 + sqrt(4d))).",
        r"r \ge \frac{\sqrt{N_{d,d^2}}/(20e\pi) - 2^d}{2^{2d}(1 + \sqrt{4d})}",
        partial(_least_width, 1),
        "verified",
        depends=("daniely/heavy-tail", "daniely/approximation-as-square", "daniely/neuron-supremum"),
        mutations=(Mutation("without 2^d", partial(_least_width, 0)),),
    ),
    Claim(
        "daniely/width-formula",
        "Example - conclusion, display",
        "For a squared error of 1/(50 e^2 pi^2) the width is at least the printed number, because b_2 "
        "drops out.",
        r"r \ge \frac{\sqrt{N_{d,d^2}}}{20e\pi 2^{2d}(1 + \sqrt{4d}) + 2^{d+1}}",
        partial(_printed, False),
        "certified",
        depends=(
            "daniely/heavy-tail",
            "daniely/approximation-as-square",
            "daniely/neuron-supremum",
            "daniely/bias-drops-out",
        ),
        mutations=(Mutation("b_2 counted", partial(_printed, True)),),
    ),
    Claim(
        "daniely/width-asymptotics",
        "Example - conclusion, display",
        "The printed width is 2^(Omega(d log d)): at least 2^(d log2(d)/8) for d >= 128.",
        r"2^{\Omega(d \log d)}",
        partial(_asymptotics, Fraction(1)),
        "certified",
        depends=("daniely/dimension-binomial-repaired",),
        mutations=(
            Mutation("2^(d^2 log2(d)/8)", partial(_asymptotics, Fraction(2))),
            Mutation("d^(d/2)", partial(_asymptotics, Fraction(1), _HALF)),
        ),
    ),
    Claim(
        "daniely/separation",
        "Depth separation; Example - conclusion",
        "For all d >= 41 and weights in [-2^d, 2^d], within epsilon^2 = 1/(50 e^2 pi^2) of sin(pi d^3 <x, "
        "x'>) a "
        "depth-2 network is wider than 16 pi d^5/epsilon, which is enough for depth 3.",
        r"\frac{\sqrt{N_{d,d^2}}}{20e\pi 2^{2d}(1 + \sqrt{4d}) + 2^{d+1}} > \frac{16\pi d^5}{\varepsilon}",
        partial(_separation, 41),
        "certified",
        depends=("daniely/width-formula", "daniely/width-asymptotics", "daniely/example-width"),
        mutations=(
            Mutation("from d = 40 on", partial(_separation, 40)),
            Mutation("with the norm 1/(50 e^2 pi^2), from d = 43 on", partial(_separation, 43, True)),
        ),
    ),
)
