r"""How far sin(pi sqrt(d) m x) is from polynomials: the quantities of the lemma, in balls.

The lemma says that for every polynomial p of degree k

.. math:: \int_{-1}^1 (\sin(\pi\sqrt d\,m x) - p(x))^2\,d\mu_d(x) \ge \frac{m-k}{4 e \pi m} .

*Proof, for integers m >= 1 and all d >= 2.*  On \|x\| <= 1/sqrt(d) the density of mu_d is at least
sqrt(d)/(2 e pi), see :func:`density_ratio`; with x = t/sqrt(d) the integral is at least 1/(2 e pi) times
that of (sin(pi m t) - q(t))^2 over [-1, 1], where q has degree k.  The interval consists of m periods of
sin(pi m t), each of length 2/m.  q has k zeros at most (or vanishes), so that in m - k periods it has none
inside; there it keeps its sign while the sine takes both, and on one half of the period the difference is at
least as large as the sine, whose square has the integral 1/(2m) there.  For a real number m >= 1 there are
floor(m) whole periods.

References: Daniely, Depth Separation for Neural Networks (2017), Lemma 5.
"""

from __future__ import annotations

import math
from fractions import Fraction

from flint import arb, fmpq

from identifiability.exact import ball
from legendre.measure import density_constant
from legendre.polynomials import read_dimension


def exponential_threshold() -> arb:
    """The positive number y with 1 - y = exp(-2y); 1 - y is larger on (0, y) and smaller beyond.

    1 - y = exp(-2y) is z exp(z) = -2 exp(-2) for z = 2(y - 1), so that y = 1 + W(-2 exp(-2))/2.

    Examples
    --------
    >>> exponential_threshold()
    [0.796812130020020 +/- 3.01e-16]
    """
    return 1 + (-2 * arb(-2).exp()).lambertw() / 2


def density_ratio(d: object) -> arb:
    r"""The least density of mu_d on [-1/sqrt(d), 1/sqrt(d)], divided by sqrt(d)/(2 e pi).

    .. math:: \frac{2 e \sqrt\pi}{\sqrt d}\,\frac{\Gamma(d/2)}{\Gamma((d-1)/2)}\,
              \Big(1 - \frac1d\Big)^{(d-3)/2} \quad (d \ge 3), \qquad \sqrt2\,e \quad (d = 2)

    For d >= 3 the density does not increase with \|x\|; for d = 2 it is least at 0.

    Examples
    --------
    >>> [float(density_ratio(d).str(5, radius=False)) for d in (2, 3, 10, 1000)]
    [3.8442, 4.9304, 4.3483, 4.1348]
    """
    d = read_dimension(d)
    least = arb(1) if d == 2 else (1 - arb(fmpq(1, d))) ** arb(fmpq(d - 3, 2))
    return density_constant(d) * least * 2 * arb.const_e() * arb.pi() / arb(d).sqrt()


def gamma_ratio(d: object) -> arb:
    r"""Gamma(d/2) / Gamma((d-1)/2) divided by sqrt(d/2), which is between sqrt(1 - 2/d) and sqrt(1 - 1/d).

    The logarithm of Gamma is convex, hence Gamma(x + 1/2)^2 <= Gamma(x) Gamma(x + 1) = x Gamma(x)^2 and
    Gamma(x)^2 <= Gamma(x - 1/2) Gamma(x + 1/2) = Gamma(x + 1/2)^2/(x - 1/2); here x = (d - 1)/2.

    Examples
    --------
    >>> bool((1 - arb(1) / 50).sqrt() < gamma_ratio(100) < (1 - arb(1) / 100).sqrt())
    True
    """
    d = read_dimension(d)
    return density_constant(d) * arb.pi().sqrt() / arb(fmpq(d, 2)).sqrt()


def tail_bound(m: Fraction | int, k: int, constant: int = 4) -> arb:
    r"""The bound of the lemma, (m - k)/(4 e pi m)."""
    return ball((Fraction(m) - k) / (constant * Fraction(m))) / (arb.const_e() * arb.pi())


def periods(d: object, exponent: Fraction = Fraction(5, 2)) -> int:
    """How many whole periods of sin(pi d^exponent t) there are in [-1, 1]: floor(d^exponent).

    Examples
    --------
    >>> periods(4), periods(24)
    (32, 2821)
    """
    d = read_dimension(d)
    return math.isqrt(d ** int(2 * exponent))


def distance_square(m: Fraction | int, k: int) -> arb:
    r"""The least integral of (sin(pi m t) - q(t))^2 over [-1, 1] among polynomials q of degree k.

    .. math:: 2\,\|\sin(\pi m\,\cdot) - q\|^2_{L^2(\mu_3)}, \qquad d\mu_3 = dt/2

    Examples
    --------
    >>> distance_square(1, 0).overlaps(arb(1)), bool(distance_square(2, 1) < 1)
    (True, True)
    """
    from legendre.tails import tail
    from legendre.targets import sine

    frequency = f"pi*{Fraction(m)}" if Fraction(m).denominator == 1 else f"pi*({Fraction(m)})"
    return 2 * tail(sine(frequency), d=3, n=k + 1, certified=True) ** 2


def tail_square(d: object, m: Fraction | int, k: int) -> arb:
    """The left-hand side of the lemma at the best polynomial of degree k, as a ball.

    Examples
    --------
    >>> bool(tail_square(9, 3, 1) > tail_bound(3, 1))
    True
    """
    from legendre.tails import tail
    from legendre.targets import sine

    return tail(sine(f"pi*sqrt(d)*({Fraction(m)})"), d=d, n=k + 1, certified=True) ** 2
