r"""How much of one neuron lies in one degree, for the per-degree bound on depth-2 networks.

For s, t independent with distribution mu_d and L_n = sqrt(N_{d,n}) P_n, every neuron of ReLU obeys

.. math:: \bigl|E[\max(0, as + ct + b)\,L_n(s)\,L_n(t)]\bigr| \le \sqrt{ac}\;b_n, \qquad n \ge 1,\ a, c \ge 0,

.. math:: b_n = \frac{N_{d,n}\,\Gamma(d/2)^2\,\Gamma(d)\,\Gamma(n-\frac12)}
                     {4\pi\,\Gamma(\frac{d+1}2)^2\,\Gamma(n+d-\frac12)},

with equality at a = c, b = 0.

*Proof.*  max(0, z) = (z + \|z\|)/2, and z = as + ct + b has no component L_n(s) L_n(t) with n >= 1, because
each of its terms depends on one variable at most.  For the rest write
\|z\| = (2/pi) int_0^oo (1 - cos kz) k^-2 dk.  The integrand is not negative and E\|z L_n(s) L_n(t)\| is
finite, so that expectation and integral may be exchanged; the 1 drops out because E L_n = 0.  By Gegenbauer
and Sonine, E[e^{iks} L_n(s)] = i^n A_n(k) with A_n(k) = sqrt(N_{d,n}) Gamma(d/2) (2/k)^nu J_{n+nu}(k) and
nu = d/2 - 1, hence

.. math:: E[\max(0, as+ct+b) L_n(s) L_n(t)]
          = \frac{(-1)^{n+1}}{\pi} \int_0^\infty \cos(kb)\,A_n(ka)\,A_n(kc)\,k^{-2}\,dk .

By Cauchy and Schwarz, and k -> k/a, k/c, this is at most sqrt(ac)/pi times int_0^oo A_n(k)^2 k^-2 dk, and
for a = c, b = 0 it is that number up to its sign.  What is left is an integral of Weber and Schafheitlin,

.. math:: \int_0^\infty J_\mu(k)^2\,k^{-\lambda}\,dk = \frac{\Gamma(\lambda)\,\Gamma(\mu+\frac{1-\lambda}2)}
          {2^\lambda\,\Gamma(\frac{1+\lambda}2)^2\,\Gamma(\mu+\frac{1+\lambda}2)}, \quad 2\mu+1 > \lambda > 0,

at mu = n + nu and lambda = d, where the condition reads 2n > 1.

References: Watson, Theory of Bessel Functions, 13.42 (the integral), 11.5 (Gegenbauer and Sonine).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from legendre.polynomials import dimension

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

_SERIES_TERMS = 10
_SERIES_FROM = 8
"""The series for a product of m factors is used from a middle factor of so many times m on."""


def neuron_coefficient(d: int, n: int) -> arb:
    r"""The constant b_n of the bound \|E[max(0, as + ct + b) L_n(s) L_n(t)]\| <= sqrt(ac) b_n, as a ball.

    Parameters
    ----------
    d : int
        The dimension, at least 2.
    n : int
        The degree, at least 1.

    Returns
    -------
    flint.arb
        At the working precision.

    Notes
    -----
    Certified: the proof is at the head of the module.

    Examples
    --------
    >>> neuron_coefficient(3, 1).contains(fmpq(1, 5)), neuron_coefficient(2, 1)
    (True, [0.270189823046234 +/- 2.96e-16])
    """
    return coefficient_constant(d) * dimension(d, n) / (arb(n) - arb(fmpq(1, 2))).rising(d)


def coefficient_constant(d: int) -> arb:
    r"""b_n without what depends on n: (d-1)! Gamma(d/2)^2 / (4 pi Gamma((d+1)/2)^2)."""
    ratio = arb(fmpq(d, 2)).gamma() * arb(fmpq(d + 1, 2)).rgamma()
    return arb(d).gamma() * ratio * ratio / (4 * arb.pi())


def box(d: int, n: int, weight_bound: Fraction) -> arb:
    r"""How much one neuron with weights in [-B, B] can put into degree n of inner-product functions.

    .. math:: \kappa_n = B^2\,\sqrt d\;b_n / \sqrt{N_{d,n}}

    The neuron is w_2 max(0, <w, x> + <w', x'> + b) with \|w_2\| <= B and norms \|w\|, \|w'\| <= sqrt(d) B.
    The projection of a function of <v, x>, <v', x'> with unit vectors v, v' on h_n = sqrt(N) P_n(<x, x'>) is
    its component L_n(s) L_n(t) times P_n(<v, v'>)/sqrt(N), and \|P_n\| <= 1.

    Examples
    --------
    >>> box(2, 1, Fraction(1)).overlaps(neuron_coefficient(2, 1))
    True
    """
    bound = arb(fmpq(weight_bound.numerator, weight_bound.denominator))
    middle = (arb(n) - arb(fmpq(1, 2))).rising(d)
    return bound * bound * coefficient_constant(d) * (arb(d) * dimension(d, n)).sqrt() / middle


def log_boxes(d: int, degrees: Array, weight_bound: Fraction) -> Array:
    """The logarithms of :func:`box` at degrees n >= 1, in floats."""
    bound = math.log(weight_bound.numerator) - math.log(weight_bound.denominator)
    scale = float(coefficient_constant(d).log())
    return (
        2 * bound
        + scale
        + (math.log(d) + log_dimensions(d, degrees)) / 2
        - _log_product(degrees + (d / 2 - 1), d)
    )


def log_dimensions(d: int, degrees: Array) -> Array:
    """The logarithms of N_{d,n} at degrees n >= 1, in floats."""
    import numpy as np

    middle = degrees + (d / 2 - 1)
    factors = -np.log(middle) if d == 2 else _log_product(middle, d - 3)
    return np.asarray(np.log(2 * middle) + factors - math.lgamma(d - 1))


def _log_product(middle: Array, factors: int) -> Array:
    r"""The logarithm of a product of consecutive numbers, from the middle one: accurate for large ones.

    sum_j log(c + x_j) = m log c - sum_k p_2k / (2k c^2k), p_2k = sum_j x_j^2k, the x_j symmetric about 0.
    """
    import numpy as np

    offsets = np.arange(factors) - (factors - 1) / 2
    far = middle >= _SERIES_FROM * max(1, factors)
    result = np.empty(len(middle))
    near = middle[~far]
    total = np.zeros(len(near))
    for offset in offsets:
        total += np.log(near + offset)
    result[~far] = total
    squares = middle[far] ** -2.0
    series = np.zeros(len(squares))
    for k in range(_SERIES_TERMS, 0, -1):
        series = squares * (series - np.sum(offsets ** (2 * k)) / (2 * k))
    result[far] = factors * np.log(middle[far]) + series
    return result
