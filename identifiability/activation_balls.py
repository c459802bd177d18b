"""Activations in ball arithmetic: enclosures of their values, and Taylor coefficients of their pieces.

Most pieces are monotone, and the range over a ball is the hull of the values at its two ends and at the
breakpoints inside, which is sharp however wide the ball is.  ``gelu`` and ``silu`` fall to a minimum and then
rise; ``sin`` and ``polynomial`` turn more often.  For these four the mean value form is used as well, which
is sharp to second order on narrow balls.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb, factorial
from typing import Any

from flint import arb

from identifiability.activation_parameters import Parameter
from identifiability.exact import ball, power

Jet = list[arb]


def enclose(name: str, parameter: Parameter | None, breakpoints: tuple[Fraction, ...], x: arb) -> arb:
    """An enclosure of σ on the ball."""
    if not x.is_finite():
        return arb.nan()
    if x.is_exact():
        return _at(name, parameter, x)
    if name in _TURNING:
        return _turning(name, parameter, x)
    return _hull(
        name, parameter, [x.lower(), x.upper(), *(b for b in map(ball, breakpoints) if x.contains(b))]
    )


def _hull(name: str, parameter: Parameter | None, points: list[arb]) -> arb:
    hull = _at(name, parameter, points[0])
    for point in points[1:]:
        hull = hull.union(_at(name, parameter, point))
    return hull


def _turning(name: str, parameter: Parameter | None, x: arb) -> arb:
    whole, middle = jet(name, parameter, x, 1, 0), x.mid()
    enclosures = [whole[0], _at(name, parameter, middle) + whole[1] * (x - middle)]
    if name in _VALLEY:
        low, high, bottom = map(ball, _VALLEY[name])
        hull = _hull(name, parameter, [x.lower(), x.upper()])
        enclosures.append(hull if x < low or x > high else hull.union(bottom))
    finite = [enclosure for enclosure in enclosures if enclosure.is_finite()] or [arb.nan()]
    result = finite[0]
    for enclosure in finite[1:]:
        result = result.intersection(enclosure)
    return result


def jet(name: str, parameter: Parameter | None, x: arb, order: int, piece: int) -> Jet:
    """The Taylor coefficients of one piece of σ on the ball."""
    coefficients = _JET[name](x, order, piece, parameter)
    return (coefficients + [arb(0)] * (order + 1))[: order + 1]


def _at(name: str, parameter: Any, x: arb) -> arb:
    # x is exact, so that its sign and its place among the breakpoints are known.
    return _AT[name](x, parameter)


def _logistic(x: arb) -> arb:
    small = (-abs(x)).exp()
    return (small if x < 0 else 1) / (1 + small)


def _prelu_at(x: arb, a: Fraction) -> arb:
    return ball(max(a, Fraction(1)) if x > 0 else min(a, Fraction(1))) * x


def _isru_at(x: arb, a: Fraction) -> arb:
    return x / (1 + ball(a) * x * x).sqrt()


_AT: dict[str, Callable[[arb, Any], arb]] = {
    "relu": lambda x, _: x if x > 0 else arb(0),
    "prelu": _prelu_at,
    "clipped_relu": lambda x, _: arb(0) if x < 0 else x if x < 1 else arb(1),
    "hard_tanh": lambda x, _: arb(-1) if x < -1 else x if x < 1 else arb(1),
    "elu": lambda x, _: x if x > 0 else x.expm1(),
    "softsign": lambda x, _: x / (1 + abs(x)),
    "isrlu": lambda x, a: x if x > 0 else _isru_at(x, a),
    "isru": _isru_at,
    "sigmoid": lambda x, _: _logistic(x),
    "tanh": lambda x, _: x.tanh(),
    "arctan": lambda x, _: x.atan(),
    "softplus": lambda x, _: (x if x > 0 else arb(0)) + (-abs(x)).exp().log1p(),
    "gelu": lambda x, _: x * (-x / arb(2).sqrt()).erfc() / 2,
    "silu": lambda x, _: x * _logistic(x),
    "erf": lambda x, _: x.erf(),
    "sin": lambda x, _: x.sin(),
    "repu": lambda x, p: x**p if x > 0 else arb(0),
    "identity": lambda x, _: x,
    "polynomial": lambda x, coefficients: _horner_jet(x, 0, coefficients)[0],
}
_TURNING = frozenset({"gelu", "silu", "sin", "polynomial"})
# The only minimum lies between the first two numbers, and the third is below its value.
_VALLEY = {
    "gelu": (Fraction(-752, 1000), Fraction(-751, 1000), Fraction(-16998, 100_000)),
    "silu": (Fraction(-1279, 1000), Fraction(-1278, 1000), Fraction(-27847, 100_000)),
}


def _linear(value: arb, slope: Fraction | int) -> Jet:
    return [value, ball(slope)]


def _power_jet(x: arb, order: int, p: int) -> Jet:
    return [comb(p, j) * power(x, p - j) for j in range(min(order, p) + 1)]


def _logistic_jet(x: arb, order: int) -> Jet:
    # s' = s(1 - s), coefficient by coefficient.
    s = [enclose("sigmoid", None, (), x)]
    complement = [enclose("sigmoid", None, (), -x)]
    for k in range(order):
        total = sum((s[j] * complement[k - j] for j in range(k + 1)), arb(0))
        s.append(total / (k + 1))
        complement.append(-s[-1])
    return s


def _tanh_jet(x: arb, order: int) -> Jet:
    # tanh x = 2s(2x) - 1.
    scaled = [2 ** (j + 1) * c for j, c in enumerate(_logistic_jet(2 * x, order))]
    return [enclose("tanh", None, (), x), *scaled[1:]]


def _softplus_jet(x: arb, order: int) -> Jet:
    return _integrated(enclose("softplus", None, (), x), _logistic_jet(x, order))


def _times_x(x: arb, jet: Jet) -> Jet:
    return [x * c + (jet[j - 1] if j else 0) for j, c in enumerate(jet)]


def _integrated(value: arb, derivative: Jet) -> Jet:
    return [value, *(c / (j + 1) for j, c in enumerate(derivative))]


def _gaussian_jet(x: arb, order: int) -> Jet:
    # g = 2 exp(-x^2)/sqrt(pi), so g' = -2xg.
    g = [2 * (-power(x, 2)).exp() / arb.const_sqrt_pi()]
    for k in range(order):
        g.append(-2 * (x * g[k] + (g[k - 1] if k else 0)) / (k + 1))
    return g


def _erf_jet(x: arb, order: int) -> Jet:
    return _integrated(enclose("erf", None, (), x), _gaussian_jet(x, order))


def _gelu_jet(x: arb, order: int) -> Jet:
    # xΦ(x) with Φ(x) = (1 + erf(x/sqrt 2))/2.
    root = arb(2).sqrt()
    normal = [c / (2 * root**j) for j, c in enumerate(_erf_jet(x / root, order))]
    normal[0] += arb(0.5)
    return _times_x(x, normal)


def _arctan_jet(x: arb, order: int) -> Jet:
    # v = σ' = 1/(1 + x^2), so (1 + x^2) v' = -2xv.
    v = [1 / (1 + power(x, 2))]
    for k in range(order):
        v.append(-v[0] * (2 * x * v[k] + (v[k - 1] if k else 0)))
    return _integrated(enclose("arctan", None, (), x), v)


def _softsign_jet(x: arb, order: int, piece: int) -> Jet:
    # x/(1 + sx) = s - s/(1 + sx) with s the sign; the coefficients of the second term are geometric.
    sign = 1 if piece else -1
    ratio = 1 / (1 + sign * x)
    value = sign - sign * ratio
    return [value, *(-sign * (-sign) ** j * power(ratio, j + 1) for j in range(1, order + 1))]


def _isru_jet(x: arb, order: int, a: Fraction) -> Jet:
    # v = σ' = (1 + a x^2)^(-3/2), so (1 + a x^2) v' = -3axv.
    factor = ball(a)
    inverse = 1 / (1 + factor * power(x, 2))
    v = [inverse * inverse.sqrt()]
    for k in range(order):
        known = (2 * k + 3) * x * v[k] + ((k + 2) * v[k - 1] if k else 0)
        v.append(-factor * inverse * known / (k + 1))
    return _integrated(enclose("isru", a, (), x), v)


def _horner_jet(x: arb, order: int, coefficients: tuple[Fraction, ...]) -> Jet:
    jet = [arb(0)] * (order + 1)
    for coefficient in reversed(coefficients):
        jet = _times_x(x, jet)
        jet[0] += ball(coefficient)
    return jet


def _sin_jet(x: arb, order: int) -> Jet:
    cycle = (x.sin(), x.cos(), -x.sin(), -x.cos())
    return [cycle[j % 4] / factorial(j) for j in range(order + 1)]


def _elu_jet(x: arb, order: int, piece: int) -> Jet:
    if piece:
        return _linear(x, 1)
    return [x.expm1(), *(x.exp() / factorial(j) for j in range(1, order + 1))]


_JET: dict[str, Callable[[arb, int, int, Any], Jet]] = {
    "relu": lambda x, n, i, _: _linear(x, 1) if i else [],
    "prelu": lambda x, n, i, a: _linear(*_prelu_piece(x, i, a)),
    "clipped_relu": lambda x, n, i, _: [[arb(0)], _linear(x, 1), [arb(1)]][i],
    "hard_tanh": lambda x, n, i, _: [[arb(-1)], _linear(x, 1), [arb(1)]][i],
    "elu": lambda x, n, i, _: _elu_jet(x, n, i),
    "softsign": lambda x, n, i, _: _softsign_jet(x, n, i),
    "isrlu": lambda x, n, i, a: _linear(x, 1) if i else _isru_jet(x, n, a),
    "isru": lambda x, n, i, a: _isru_jet(x, n, a),
    "sigmoid": lambda x, n, i, _: _logistic_jet(x, n),
    "tanh": lambda x, n, i, _: _tanh_jet(x, n),
    "arctan": lambda x, n, i, _: _arctan_jet(x, n),
    "softplus": lambda x, n, i, _: _softplus_jet(x, n),
    "gelu": lambda x, n, i, _: _gelu_jet(x, n),
    "silu": lambda x, n, i, _: _times_x(x, _logistic_jet(x, n)),
    "erf": lambda x, n, i, _: _erf_jet(x, n),
    "sin": lambda x, n, i, _: _sin_jet(x, n),
    "repu": lambda x, n, i, p: _power_jet(x, n, p) if i else [],
    "identity": lambda x, n, i, _: _linear(x, 1),
    "polynomial": lambda x, n, i, c: _horner_jet(x, n, c),
}


def _prelu_piece(x: arb, piece: int, a: Fraction) -> tuple[arb, Fraction]:
    one = Fraction(1)
    slope = min(one, a) if piece == 0 and a != 1 else max(one, a)
    return ball(slope) * x, slope
