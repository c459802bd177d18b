r"""How much of one neuron lies in one degree, for the per-degree bound on depth-2 networks.

Let s, t be independent with distribution mu_d and L_n = sqrt(N_{d,n}) P_n, and write z_+^p for max(0, z)^p,
which for p = 0 is the step: 1 where z > 0, otherwise 0.  For a, c >= 0, n >= 1 and 2n > p

.. math:: \bigl|E[(as + ct + b)_+^p\,L_n(s)\,L_n(t)]\bigr| \le (ac)^{p/2}\;b_{n,p},

.. math:: b_{n,p} = \frac{p!\;N_{d,n}\,\Gamma(d/2)^2\,\Gamma(d-1+p)\,\Gamma(n-\frac p2)}
                     {2^{p+1}\,\pi\,\Gamma(\frac{d+p}2)^2\,\Gamma(n+d-1+\frac p2)},

with equality at a = c, b = 0 where p is odd: for ReLU, p = 1, and with the sign (-1)^{n+1}.  For the step,
b_{n,0} = (1/n + 1/(n+d-2))/(2 pi), whatever a and c are.

*Proof.*  z_+^p is half of z^p plus half of \|z\|^p (p odd) or of z^p sgn z (p even).  A monomial of
(as + ct + b)^q with q < 2n has fewer than n factors s or fewer than n factors t, and no component
L_n(s) L_n(t); so z^p drops out.  For the rest, let T be the part of degree < p of the Taylor series of cos or
sin at 0:

.. math:: |z|^p = \pm\frac{2\,p!}\pi \int_0^\infty \frac{\cos kz - T(kz)}{k^{p+1}}\,dk
          \ (p \text{ odd}), \qquad
          z^p \operatorname{sgn} z = \pm\frac{2\,p!}\pi \int_0^\infty \frac{\sin kz - T(kz)}{k^{p+1}}\,dk
          \ (p \text{ even}).

For p >= 1 the integrand does not change its sign and E\|z^p L_n(s) L_n(t)\| is finite; for p = 0, where
T = 0, the integrals up to K are bounded for all K and z.  So expectation and integral may be exchanged, and T
drops out as z^p did.  By Gegenbauer and Sonine, E[e^{iks} L_n(s)] = i^n A_n(k) with
A_n(k) = sqrt(N_{d,n}) Gamma(d/2) (2/k)^nu J_{n+nu}(k) and nu = d/2 - 1, hence

.. math:: E[(as+ct+b)_+^p\, L_n(s) L_n(t)]
          = \pm\frac{p!}{\pi} \int_0^\infty \cos(kb)\,A_n(ka)\,A_n(kc)\,k^{-p-1}\,dk ,

with sin(kb) for even p.  By Cauchy and Schwarz, and k -> k/a, k/c, this is at most (ac)^{p/2} p!/pi times
int_0^oo A_n(k)^2 k^{-p-1} dk, and for odd p, a = c and b = 0 it is that number up to its sign.  What is left
is an integral of Weber and Schafheitlin,

.. math:: \int_0^\infty J_\mu(k)^2\,k^{-\lambda}\,dk = \frac{\Gamma(\lambda)\,\Gamma(\mu+\frac{1-\lambda}2)}
          {2^\lambda\,\Gamma(\frac{1+\lambda}2)^2\,\Gamma(\mu+\frac{1+\lambda}2)}, \quad 2\mu+1 > \lambda > 0,

at mu = n + nu and lambda = d - 1 + p, where the condition reads 2n > p.

References: Watson, Theory of Bessel Functions, 13.42 (the integral), 11.5 (Gegenbauer and Sonine).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq

from legendre.polynomials import dimension
from legendre.precision import FLOAT_BITS

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

_SERIES_TERMS = 10
_SERIES_FROM = 8
"""The series for a product of m factors is used from a middle factor of so many times m on."""


def neuron_coefficient(d: int, n: int, p: int = 1) -> arb:
    r"""The constant b_{n,p} of the bound \|E[max(0, as + ct + b)^p L_n(s) L_n(t)]\| <= (ac)^{p/2} b_{n,p}.

    Parameters
    ----------
    d : int
        The dimension, at least 2.
    n : int
        The degree, at least 1.
    p : int
        The power, from 0 (the step) to 2n - 1; 1 is ReLU.

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
    >>> neuron_coefficient(2, 4, p=0).overlaps(1 / (4 * arb.pi()))
    True
    """
    return coefficient_constant(d, p) * dimension(d, n) / _product(d, n, p)


def _product(d: int, n: int, p: int) -> arb:
    """Gamma(n + d - 1 + p/2) / Gamma(n - p/2), a product of d - 1 + p factors."""
    return (arb(n) - arb(fmpq(p, 2))).rising(d - 1 + p)


def coefficient_constant(d: int, p: int = 1) -> arb:
    r"""b_{n,p} without what depends on n: p! (d-2+p)! Gamma(d/2)^2 / (2^{p+1} pi Gamma((d+p)/2)^2)."""
    ratio = arb(fmpq(d, 2)).gamma() * arb(fmpq(d + p, 2)).rgamma()
    return arb(p + 1).gamma() * arb(d - 1 + p).gamma() * ratio * ratio / (arb(2) ** (p + 1) * arb.pi())


def box(d: int, n: int, weight_bound: Fraction, p: int = 1) -> arb:
    r"""How much one neuron with weights in [-B, B] can put into degree n of inner-product functions.

    .. math:: \kappa_n = B\,(\sqrt d\,B)^p\;b_{n,p} / \sqrt{N_{d,n}}

    The neuron is w_2 max(0, <w, x> + <w', x'> + b)^p with \|w_2\| <= B and norms \|w\|, \|w'\| <= sqrt(d) B.
    The projection of a function of <v, x>, <v', x'> with unit vectors v, v' on h_n = sqrt(N) P_n(<x, x'>) is
    its component L_n(s) L_n(t) times P_n(<v, v'>)/sqrt(N), and \|P_n\| <= 1.

    Examples
    --------
    >>> box(2, 1, Fraction(1)).overlaps(neuron_coefficient(2, 1))
    True
    """
    bound = arb(fmpq(weight_bound.numerator, weight_bound.denominator))
    sizes = bound ** (p + 1) * (arb(d) ** p * dimension(d, n)).sqrt()
    return sizes * coefficient_constant(d, p) / _product(d, n, p)


def boxes(d: int, degrees: Sequence[int], weight_bound: Fraction, p: int = 1) -> list[arb]:
    r"""The numbers of :func:`box` at increasing degrees, by the ratios of their squares.

    .. math:: \frac{\kappa_{n+1}^2}{\kappa_n^2} = \frac{N_{d,n+1}}{N_{d,n}}
              \Bigl(\frac{2n - p}{2n + 2d - 2 + p}\Bigr)^2

    Examples
    --------
    >>> boxes(5, [2, 3], Fraction(1, 2))[1].overlaps(box(5, 3, Fraction(1, 2)))
    True
    """
    if not degrees:
        return []
    result: list[arb] = []
    # Each step rounds a few times.
    with ctx.workprec(ctx.prec + 2 * degrees[-1].bit_length() + 16):
        before = degrees[0]
        square = box(d, before, weight_bound, p) ** 2
        for degree in degrees:
            for n in range(before, degree):
                above = (2 * n + d) * (n + d - 2) * (2 * n - p) ** 2
                below = (2 * n + d - 2) * (n + 1) * (2 * n + 2 * d - 2 + p) ** 2
                square = square * above / below
            before = degree
            result.append(square.sqrt())
    return [+most for most in result]


def log_boxes(d: int, degrees: Array, weight_bound: Fraction, p: int = 1) -> Array:
    """The logarithms of :func:`box` at degrees n >= 1 with 2n > p, in floats."""
    bound = math.log(weight_bound.numerator) - math.log(weight_bound.denominator)
    with ctx.workprec(FLOAT_BITS):
        scale = float(coefficient_constant(d, p).log())
    return (
        (p + 1) * bound
        + scale
        + (p * math.log(d) + log_dimensions(d, degrees)) / 2
        - _log_product(degrees + (d / 2 - 1), d - 1 + p)
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
