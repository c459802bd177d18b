"""Taylor coefficients of elementary functions on balls.

For a function F and a ball x, the coefficients enclose F^(j)(t)/j! for j = 0..n and every t in x.  They
are taken where F is analytic on the whole ball; elsewhere they are not finite.  On wide balls monotone
factors are taken at the two ends, so that a positive factor keeps its sign.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from flint import arb, fmpq

from identifiability.exact import power, rational


def coefficients(function: str, x: arb, order: int) -> list[arb]:
    r"""The Taylor coefficients of an elementary function on a ball.

    .. math:: \frac{F^{(j)}(t)}{j!}, \qquad 0 \le j \le n, \; t \in x

    Parameters
    ----------
    function : str
        One of atan, cos, cosh, erf, exp, log, sin, sinh, sqrt, tan, tanh.
    x : arb
        The ball.
    order : int
        The number n.

    Returns
    -------
    list of arb
        Not finite where the ball meets a pole of tan, or the numbers t <= 0 for log and sqrt.

    Examples
    --------
    >>> [str(c) for c in coefficients("sin", arb(0), 3)[::2]], coefficients("sin", arb(0), 3)[1].is_exact()
    (['0', '0'], True)
    >>> coefficients("log", arb(0, 1), 1)[0].is_finite()
    False
    """
    if function not in _BY_RECURSION or x.is_exact():
        return _COEFFICIENTS[function](x, order)
    # The j-th coefficient has the derivative (j + 1) times the next one: the mean value form.
    found = _COEFFICIENTS[function](x, order + 2)
    middle, reach = _COEFFICIENTS[function](x.mid(), order + 1), arb(0, 1) * x.rad()
    for j in range(order + 1, 1, -1):
        centred = middle[j] + (j + 1) * found[j + 1] * reach
        if centred.rad() < found[j].rad():
            found[j] = centred
    return found[: order + 1]


def power_coefficients(x: arb, exponent: Fraction, order: int) -> list[arb]:
    r"""The Taylor coefficients of t^p on a ball.

    .. math:: \binom{p}{j} t^{p-j}, \qquad 0 \le j \le n, \; t \in x

    Parameters
    ----------
    x : arb
        The ball; if p is not an integer it must be positive, and if p is negative it must not contain
        zero, or the result is not finite.
    exponent : Fraction
        The number p.
    order : int
        The number n.

    Returns
    -------
    list of arb
        If p is a natural number smaller than n, only the p + 1 that are not zero.

    Examples
    --------
    >>> power_coefficients(arb(2), Fraction(3), 5) == [8, 12, 6, 1]
    True
    """
    whole = exponent.denominator == 1
    if (not whole and not x > 0) or (exponent < 0 and x.contains(0)):
        return [arb.nan()] * (order + 1)
    inverse = _reciprocal(x) if exponent < order and not x.contains(0) else arb.nan()
    found: list[arb] = []
    for binomial, degree in _binomials(exponent, order):
        if isinstance(degree, int):
            found.append(power(x, degree) if degree >= 0 else power(inverse, -degree))
        else:
            found.append(_fractional_power(x, arb(degree)))
        found[-1] *= binomial
    return found


@lru_cache(maxsize=1024)
def _binomials(exponent: Fraction, order: int) -> tuple[tuple[fmpq, int | fmpq], ...]:
    # The numbers binom(p, j) and p - j, up to the last that is not zero; degrees are int where they can be.
    found: list[tuple[fmpq, int | fmpq]] = []
    binomial = Fraction(1)
    for j in range(order + 1):
        if binomial == 0:
            break
        degree = exponent - j
        whole = degree.denominator == 1
        found.append((rational(binomial), degree.numerator if whole else rational(degree)))
        binomial *= degree / (j + 1)
    return tuple(found)


def _between_ends(function: Callable[[arb], arb], x: arb) -> arb:
    # The range of a monotone function.
    return function(x) if x.is_exact() else function(x.lower()).union(function(x.upper()))


def _fractional_power(x: arb, degree: arb) -> arb:
    return _between_ends(lambda t: t**degree, x)


def _even(function: Callable[[arb], arb], x: arb) -> arb:
    # The range of an even function that is monotone on each side of zero.
    return function(x) if x.is_exact() else function(x.abs_lower()).union(function(x.abs_upper()))


def _reciprocal(x: arb) -> arb:
    return _between_ends(lambda t: 1 / t, x)


def _over_factorials(derivatives: list[arb], order: int) -> list[arb]:
    # Derivatives that repeat themselves with the period of the list.
    found = [derivatives[j % len(derivatives)] for j in range(order + 1)]
    factorial = 1
    for j in range(2, order + 1):
        factorial *= j
        found[j] = found[j] / factorial
    return found


def _sin(x: arb, order: int) -> list[arb]:
    sine, cosine = x.sin_cos()
    return _over_factorials([sine, cosine, -sine, -cosine], order)


def _cos(x: arb, order: int) -> list[arb]:
    sine, cosine = x.sin_cos()
    return _over_factorials([cosine, -sine, -cosine, sine], order)


def _exp(x: arb, order: int) -> list[arb]:
    return _over_factorials([_between_ends(arb.exp, x)], order)


def _sinh(x: arb, order: int) -> list[arb]:
    return _over_factorials([_between_ends(arb.sinh, x), _even(arb.cosh, x)], order)


def _cosh(x: arb, order: int) -> list[arb]:
    return _over_factorials([_even(arb.cosh, x), _between_ends(arb.sinh, x)], order)


def _log(x: arb, order: int) -> list[arb]:
    if not x > 0:
        return [arb.nan()] * (order + 1)
    inverse = _reciprocal(x)
    powers = (power(inverse, j) / (j if j % 2 else -j) for j in range(1, order + 1))
    return [_between_ends(arb.log, x), *powers]


def _sqrt(x: arb, order: int) -> list[arb]:
    return power_coefficients(x, Fraction(1, 2), order)


def _quadratic(first: list[arb], order: int, sign: int) -> list[arb]:
    # y' = 1 + sign*y^2 from y and y': (j + 1) y_(j+1) = sign * sum of y_i y_(j-i) for j >= 1.
    found = first[: order + 1]
    for j in range(1, order):
        total = sum((found[i] * found[j - i] for i in range((j + 1) // 2)), arb(0)) * 2
        if j % 2 == 0:
            total += power(found[j // 2], 2)
        found.append(total * sign / (j + 1))
    return found


def _tanh(x: arb, order: int) -> list[arb]:
    return _quadratic([_between_ends(arb.tanh, x), _even(lambda t: 1 / t.cosh() ** 2, x)], order, -1)


def _tan(x: arb, order: int) -> list[arb]:
    if x.cos().contains(0):
        return [arb.nan()] * (order + 1)
    tangent = _between_ends(arb.tan, x)
    return _quadratic([tangent, 1 + power(tangent, 2)], order, 1)


def _atan(x: arb, order: int) -> list[arb]:
    # With θ = atan(t), the j-th coefficient is cos(θ)^j sin(j(θ + π/2))/j for j >= 1.
    angle = _between_ends(arb.atan, x)
    cosine = _even(lambda t: (1 + t * t).rsqrt(), x)
    turned = angle + arb.pi() / 2
    found = [angle, power(cosine, 2)]
    found += [power(cosine, j) * (j * turned).sin() / j for j in range(2, order + 1)]
    return found[: order + 1]


def _erf(x: arb, order: int) -> list[arb]:
    # g = 2 exp(-t^2)/sqrt(pi) is the derivative, and g' = -2tg.
    slope = [2 * _even(lambda t: (-t * t).exp(), x) / arb.const_sqrt_pi()]
    for j in range(order - 1):
        slope.append(-2 * (x * slope[j] + (slope[j - 1] if j else 0)) / (j + 1))
    return [_between_ends(arb.erf, x), *(c / (j + 1) for j, c in enumerate(slope[:order]))]


_COEFFICIENTS: dict[str, Callable[[arb, int], list[arb]]] = {
    "atan": _atan,
    "cos": _cos,
    "cosh": _cosh,
    "erf": _erf,
    "exp": _exp,
    "log": _log,
    "sin": _sin,
    "sinh": _sinh,
    "sqrt": _sqrt,
    "tan": _tan,
    "tanh": _tanh,
}
_BY_RECURSION = frozenset({"erf", "tan", "tanh"})
"""Their enclosures are not sharp beyond the first derivative: a ball occurs there more than once."""
