"""Expansion coefficients of sine, cosine and exponential in balls.

Write mu = n + nu, nu = d/2 - 1, c_n = 2 mu/a and x_n = J_mu(a), so that x_{n-1} = c_n x_n - x_{n+1}.

1.  *Where mu >= a*, c_n >= 2, and the ratios r_n = x_{n+1}/x_n satisfy r_{n-1} = 1/(c_n - r_n).  They tend to
    0, hence by induction downwards 0 < r_n <= 1/(c_{n+1} - 1) <= 1.  The map is a contraction as long as
    r_n <= 1, so balls do not grow; this goes on until the first maximum of x_n below the turning point.
2.  *Below that*, with x scaled to integers y_n, every rounding rho_m of a step y_{m-1} = c_m y_m - y_{m+1}
    + rho_m adds G(n, m) rho_m to y_n, where G solves the recurrence with G(m, m) = 0, G(m-1, m) = 1:

        G(n, m) = (pi a / 2) (Y_m J_n - J_m Y_n) up to its sign,

    by the Casoratian J_{mu+1} Y_mu - J_mu Y_{mu+1} = 2/(pi a).  Since J_mu^2 + Y_mu^2 <=
    (2/pi) (a^2 - mu^2)^{-1/2} for mu = 0 and mu >= 1/2, |G(n, m)| <= a g_n g_m where
    g_n = (a^2 - mu_n^2)^{-1/4}, and the sum of all g_m is at most 1.2 sqrt(a) + g_max.  So the error grows
    like a power of a, where balls that are pushed through the recurrence grow exponentially.
3.  *The factor* follows from Parseval's identity, sum A_n^2 = E|e^{iat}|^2 = 1; what is beyond the last
    ratio is bounded by a geometric series.

For the exponential, J becomes I, r_{n-1} = 1/(c_n + r_n) contracts everywhere, and the factor follows
from the expansion at t = 1, sum sqrt(N_n) A_n = e^a.

References: Watson, Theory of Bessel Functions, 3.63 (Casoratian), 13.74 (Nicholson's bound).
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, ctx, fmpq

from identifiability.errors import Inexact, InvalidInput
from legendre.bessel_coefficients import last_degree
from legendre.target_values import frequency
from legendre.targets import Bessel, Cosine, Exponential, Sine

LARGEST_FREQUENCY = 4 * 10**6
"""Larger frequencies are refused: about as many balls would take more than ten seconds."""

_SMALLEST_GUESS = 1e-300
"""Floats stand for smaller frequencies by this one, whose coefficients decay more slowly."""


def ball_coefficients(target: Bessel, d: int, degree: int) -> list[arb]:
    """alpha_0..alpha_degree in balls at the working precision."""
    modified = isinstance(target, Exponential)
    a = frequency(target, d)
    if not abs(a) <= LARGEST_FREQUENCY:
        raise InvalidInput(f"the frequency is {float(a):.6g}, beyond {LARGEST_FREQUENCY}; pass a smaller one")
    if a.is_zero():
        values = [arb(1)] + [arb(0)] * degree
        negative = False
    elif a.contains(0):
        raise Inexact("the frequency cannot be told from 0; pass one whose sign is clear")
    else:
        negative = bool(a < 0)
        values = magnitudes(d, lambda: abs(frequency(target, d)), degree, modified)
    zero = arb(0)
    match target:
        case Exponential():
            return [-value if negative and n % 2 else value for n, value in enumerate(values)]
        case Sine():
            signs = (0, 1, 0, -1)
        case Cosine():
            signs = (1, 0, -1, 0)
    if negative:
        signs = (signs[0], -signs[1], signs[2], -signs[3])
    return [
        zero if not signs[n % 4] else value if signs[n % 4] > 0 else -value for n, value in enumerate(values)
    ]


def magnitudes(d: int, frequency_ball: Callable[[], arb], degree: int, modified: bool) -> list[arb]:
    """A_0..A_degree for a positive frequency, in balls at the working precision."""
    wanted = ctx.prec
    # A first guess of where to start; what is made of it is checked.
    a = max(float(frequency_ball()), _SMALLEST_GUESS)
    size = max(last_degree(d, a, modified, -0.7 * (wanted + 20)), degree)
    while True:
        # A ratio forgets where it started; it takes longer just above the turning point.
        top = size + wanted + int(wanted * max(1.0, a) ** (1 / 3) / 8) + 8
        bits = wanted + 32 + top.bit_length()
        with ctx.workprec(bits + 4 * max(0, int(a).bit_length()) + 64):
            exact_a = frequency_ball()
            values = _ratios_then_integers(d, exact_a, top, bits, modified)
            with ctx.workprec(bits):
                result = _normalised(d, exact_a, values, degree, modified, wanted)
        if result is not None:
            return result
        size += size // 2 + 1


def _ratios_then_integers(d: int, a: arb, top: int, bits: int, modified: bool) -> list[arb]:
    """Multiples of J or I of order n + nu, n = 0..top + 1, with one positive factor."""
    inverse = 1 / a
    ratios: list[arb] = []  # ratios[k] is r_n for n = top - k
    start, n = top, top
    with ctx.workprec(bits):
        step = inverse + 0
        c = step * (2 * (top + 1) + d - 2)
        bound = 1 / c if modified else 1 / (c - 1)
        ratio = bound.union(arb(0))
        ratios.append(ratio)
        while n > 0:
            c = step * (2 * n + d - 2)
            lower = c + ratio if modified else c - ratio
            if not modified and not lower >= 1:
                break
            ratio = 1 / lower
            ratios.append(ratio)
            n -= 1
        start = n
        below = _integers(d, a, inverse, start, ratio, bits) if start else [arb(1)]
        # below[k] is the value for n = start - k; above it the ratios are multiplied up.
        values = below[::-1]
        current = values[-1]
        for ratio in reversed(ratios):
            current = current * ratio
            values.append(current)
    return values


def _integers(d: int, a: arb, inverse: arb, start: int, ratio: arb, bits: int) -> list[arb]:
    """The values for n = start, start - 1, ..., 0, that for n = start being 1."""
    size = int(float(a)).bit_length() + 1
    places = bits + 2 * size + 8
    shift = places + 2 * size + 16
    with ctx.workprec(shift + 32):
        whole = _rounded(inverse * arb(2) ** shift)
        # The error of whole / 2^shift as 1/a.
        miss = abs(inverse - arb(whole) * arb(2) ** -shift).upper()
        first = _rounded(ratio * arb(2) ** places)
        kick = abs(ratio * arb(2) ** places - first).upper()
    before, current = first, 1 << places
    multiplier = (2 * start + d - 2) * whole
    values = [current]
    append = values.append
    for _ in range(start):
        before, current = current, (multiplier * current >> shift) - before
        multiplier -= 2 * whole
        append(current)
    largest = max(max(values), -min(values))
    mu = arb(fmpq(2 * start + d - 2, 2))
    # a > mu here, because r_n <= 1 < r_{n-1} needs c_n < 2.
    g = 1 / (a * a - mu * mu).sqrt().sqrt()
    rounding = 2 + kick + 2 * a * miss * largest
    error = (a * g * rounding * (arb(fmpq(6, 5)) * a.sqrt() + g)).upper()
    if not error.is_finite():
        raise Inexact("the frequency is not known well enough; pass one with a narrower ball")
    scale = arb(2) ** -places
    radius = arb(0, (error * scale).upper())
    return [arb(1)] + [arb(value) * scale + radius for value in values[1:]]


def _rounded(value: arb) -> int:
    """An integer near the middle of a ball."""
    mantissa, exponent = (int(part) for part in value.mid().man_exp())
    return mantissa << exponent if exponent >= 0 else mantissa >> -exponent


def _normalised(
    d: int, a: arb, values: list[arb], degree: int, modified: bool, wanted: int
) -> list[arb] | None:
    """The values times sqrt(N_n), scaled by the identity that holds for their sum; None if top is too low."""
    count, total = arb(1), arb(0)
    last = len(values) - 2
    result: list[arb] = []
    for n, value in enumerate(values[: last + 1]):
        if n == 1:
            count = arb(d)
        elif n:
            count = count * ((2 * n + d - 2) * (n + d - 3)) / ((2 * n + d - 4) * n)
        weighted = count * value
        total += weighted if modified else weighted * value
        if n <= degree:
            result.append(count.sqrt() * value)
    c = (2 * (last + 1) + d - 2) / a
    growth = arb(dimension_ratio(d, last))
    ratio = 1 / c if modified else 1 / (c - 1)
    q = growth * ratio if modified else growth * ratio * ratio
    if not q < 1:
        return None
    rest = ((weighted if modified else weighted * value) * q / (1 - q)).upper()
    if not rest < total * arb(2) ** -wanted:
        return None
    total += rest.union(arb(0))
    factor = a.exp() / total if modified else 1 / total.sqrt()
    return [factor * value for value in result]


def dimension_ratio(d: int, n: int) -> fmpq:
    """N_{d,n+1} / N_{d,n}, which does not increase with n."""
    return fmpq(d) if n == 0 else fmpq((2 * n + d) * (n + d - 2), (2 * n + d - 2) * (n + 1))
