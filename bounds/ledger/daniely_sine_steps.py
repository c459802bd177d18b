"""Daniely, Proof of the Lemma: the density of mu_d near 0, which the lemma's constant comes from."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from bounds.ledger.claim import Claim, Finding, Mutation, enclosed, exceeds, proved, shown


def _exponential(largest: Fraction) -> Finding:
    """log(1-y) + 2y is concave on [0, 1), and 0 at y = 0: it is >= 0 on [0, largest] if it is at the end."""
    from identifiability.exact import ball
    from legendre.sine_lemma import exponential_threshold

    y = ball(largest)
    return enclosed(
        exceeds(1 - y, (-2 * y).exp()),
        largest_y=str(largest),
        left=shown(1 - y),
        right=shown((-2 * y).exp()),
        holds_up_to=shown(exponential_threshold()),
    )


def _edge(factor: int) -> Finding:
    """exp(-2 x^2) decreases with x^2 <= factor/d: its least value is exp(-2 factor/d), against exp(-2/d)."""
    return proved(-2 * factor >= -2, least_exponent=f"-{2 * factor}/d", claimed_exponent="-2/d")


def _power(first: int) -> Finding:
    """exp(-2/d)^((d-3)/2) = exp(-(d-3)/d) for d >= first; an inequality keeps its sense if d - 3 >= 0.

    For d = 2 the exponent is -1/2; at x = 0 the left side is 1 and the middle exp(1/2).
    """
    from flint import arb, fmpq

    for d in range(first, 40):
        middle = arb(fmpq(3 - d, d)).exp()
        for x_square in (Fraction(0), Fraction(1, 2 * d), Fraction(1, d)):
            base = 1 - arb(fmpq(x_square.numerator, x_square.denominator))
            left = base ** arb(fmpq(d - 3, 2))
            if d == 3:
                continue  # 1 = 1 >= 1
            if not exceeds(left, middle):
                return enclosed(False, d=d, x_square=str(x_square), left=shown(left), middle=shown(middle))
    # The second sign, -(d-3)/d >= -1, is 3 >= 0.
    return enclosed(first >= 3, from_d=first)


def _gamma(low: int, high: int) -> Finding:
    """sqrt(1 - low/d) <= Gamma(d/2)/Gamma((d-1)/2)/sqrt(d/2) <= sqrt(1 - high/d), which both tend to 1.

    For all d by the convexity of log Gamma, see :func:`legendre.sine_lemma.gamma_ratio`.
    """
    from flint import arb

    from legendre.sine_lemma import gamma_ratio

    values = {}
    for d in (2, 3, 4, 5, 10, 100, 10**4, 10**6):
        ratio = gamma_ratio(d)
        lower, upper = (1 - arb(low) / d).sqrt(), (1 - arb(high) / d).sqrt()
        values[str(d)] = shown(ratio)
        if not exceeds(ratio, lower) or not exceeds(upper, ratio):
            return enclosed(False, d=d, ratio=shown(ratio), between=[shown(lower), shown(upper)])
    return enclosed(True, ratios=values)


def _density(factor: Fraction) -> Finding:
    """The least density on |x| <= 1/sqrt(d) is at least factor sqrt(d)/(2 e pi), for all d >= 2.

    For d >= 3 it is at least sqrt((d-2)/(2 pi))/e, by the two steps before; that is factor sqrt(d)/(2 e pi)
    or more if d - 2 >= factor^2 d/(2 pi), which holds from some d on and is checked there.  Below, balls.
    """
    from flint import arb

    from identifiability.exact import ball
    from legendre.sine_lemma import density_ratio

    square = ball(factor * factor) / (2 * arb.pi())
    start = next((d for d in range(3, 400) if d - 2 > square * d), 3)
    ratios = {d: density_ratio(d) for d in range(2, start + 1)}
    for d, ratio in ratios.items():
        if not exceeds(ratio, ball(factor)):
            return enclosed(False, d=d, ratio=shown(ratio), claimed=str(factor))
    return enclosed(
        bool(square < 1),
        all_d_from=start,
        ratios={str(d): shown(ratio) for d, ratio in ratios.items()},
        limit=shown((2 * arb.pi() * arb.const_e()).sqrt()),
    )


def _restriction(sign: int) -> Finding:
    """E[f] >= sqrt(d)/(2 e pi) times the integral over |x| <= 1/sqrt(d), for f = sign * x^2j.

    For every f >= 0: leave out |x| > 1/sqrt(d), where f >= 0, and use the density step.
    """
    from flint import arb

    from identifiability.exact import ball
    from legendre.measure import moment

    for d in range(2, 30):
        for j in range(6):
            left = sign * ball(moment(d, 2 * j))
            # sqrt(d) times 2 d^(-(2j+1)/2)/(2j+1)
            right = sign * ball(Fraction(2, (2 * j + 1) * d**j)) / (2 * arb.const_e() * arb.pi())
            if not exceeds(left, right):
                return enclosed(False, f=f"{sign} x^{2 * j}", d=d, left=shown(left), right=shown(right))
    return enclosed(True, f="x^2j, j < 6", d="2 to 29")


def _substitution(power: int) -> Finding:
    """sqrt(d) int f(x) dx over |x| <= 1/sqrt(d) is int f(t/sqrt(d)) dt over [-1, 1], on monomials."""
    good = True
    for root in (2, 3, 5):  # sqrt(d)
        for j in range(0, 12, 2):
            left = root * Fraction(2, j + 1) * Fraction(1, root) ** (j + 1)
            right = Fraction(1, root) ** (power * j) * Fraction(2, j + 1)
            good = good and left == right
    return proved(good, monomials="degrees < 12, sqrt(d) = 2, 3, 5")


CLAIMS = (
    Claim(
        "daniely/exponential-bound",
        "Proof of the Lemma, display 1, first sign",
        "1 - x^2 >= exp(-2 x^2) for |x| <= 1/sqrt(d), for all d >= 2.",
        r"1 - x^2 \ge e^{-2x^2} \quad (|x| \le d^{-1/2})",
        partial(_exponential, Fraction(1, 2)),
        "certified",
        mutations=(Mutation("for |x|^2 <= 4/5", partial(_exponential, Fraction(4, 5))),),
    ),
    Claim(
        "daniely/exponential-at-the-edge",
        "Proof of the Lemma, display 1, second sign",
        "exp(-2 x^2) >= exp(-2/d) for |x| <= 1/sqrt(d).",
        r"e^{-2x^2} \ge e^{-2/d}",
        partial(_edge, 1),
        "verified",
        mutations=(Mutation("for |x|^2 <= 2/d", partial(_edge, 2)),),
    ),
    Claim(
        "daniely/power-step",
        "Proof of the Lemma, display 1, implication",
        "(1-x^2)^((d-3)/2) >= exp(-(d-3)/d) >= exp(-1) for |x| <= 1/sqrt(d) and d >= 3.",
        r"(1-x^2)^{\frac{d-3}2} \ge e^{-\frac{d-3}d} \ge e^{-1}",
        partial(_power, 3),
        "certified",
        depends=("daniely/exponential-bound", "daniely/exponential-at-the-edge"),
        mutations=(Mutation("from d = 2 on", partial(_power, 2)),),
    ),
    Claim(
        "daniely/gamma-ratio",
        "Proof of the Lemma, line 3",
        "Gamma(d/2)/Gamma((d-1)/2) is asymptotically sqrt(d/2), and between sqrt((d-2)/2) and sqrt((d-1)/2).",
        r"\Gamma(\tfrac d2)/\Gamma(\tfrac{d-1}2) \approx \sqrt{\tfrac d2}",
        partial(_gamma, 2, 1),
        "certified",
        mutations=(
            Mutation("at least sqrt(d/2)", partial(_gamma, 0, 0)),
            Mutation("at most sqrt((d-2)/2)", partial(_gamma, 2, 2)),
        ),
    ),
    Claim(
        "daniely/density-step",
        "Proof of the Lemma, display 2",
        "The density of mu_d is at least sqrt(d)/(2 e pi) for |x| <= 1/sqrt(d), for all d >= 2.",
        r"\frac{d\mu_d}{dx} \ge \frac{\sqrt d}{2e\pi} \quad (|x| \le d^{-1/2})",
        partial(_density, Fraction(1)),
        "certified",
        depends=("daniely/power-step", "daniely/gamma-ratio", "daniely/density"),
        mutations=(Mutation("four times as large", partial(_density, Fraction(4))),),
    ),
    Claim(
        "daniely/restriction",
        "Proof of the Lemma, display 3, first sign",
        "For every f, the integral of f under mu_d is at least sqrt(d)/(2 e pi) times its integral over "
        "|x| <= "
        "1/sqrt(d).",
        r"\int_{-1}^1 f\,d\mu_d \ge \frac{\sqrt d}{2e\pi}\int_{-d^{-1/2}}^{d^{-1/2}} f(x)\,dx",
        partial(_restriction, -1),
        "refuted",
        repair="daniely/restriction-repaired",
        mutations=(Mutation("for f = x^2j", partial(_restriction, 1)),),
    ),
    Claim(
        "daniely/restriction-repaired",
        "Proof of the Lemma, display 3, first sign",
        "For every f >= 0, the integral of f under mu_d is at least sqrt(d)/(2 e pi) times its integral "
        "over |x| <= "
        "1/sqrt(d).",
        r"\int_{-1}^1 f\,d\mu_d \ge \frac{\sqrt d}{2e\pi}\int_{-d^{-1/2}}^{d^{-1/2}} f(x)\,dx \quad (f \ge "
        r"0)",
        partial(_restriction, 1),
        "certified",
        depends=("daniely/density-step",),
        mutations=(Mutation("for f <= 0", partial(_restriction, -1)),),
    ),
    Claim(
        "daniely/change-of-variables",
        "Proof of the Lemma, display 3, second sign",
        "With x = t/sqrt(d), sqrt(d) times the integral of f over |x| <= 1/sqrt(d) is that of f(t/sqrt(d)) "
        "over "
        "[-1, 1] (an equality).",
        r"\sqrt d\int_{-d^{-1/2}}^{d^{-1/2}} f(x)\,dx = \int_{-1}^1 f\Big(\frac t{\sqrt d}\Big)dt",
        partial(_substitution, 1),
        "verified",
        mutations=(Mutation("f(t/d)", partial(_substitution, 2)),),
    ),
)
