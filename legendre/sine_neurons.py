r"""How much of one neuron of the activation sin lies in one degree.

With the notation of :mod:`legendre.neuron_coefficients`, E[e^{iks} L_n(s)] = i^n A_n(k) gives

.. math:: \bigl|E[\sin(as + ct + b)\,L_n(s)\,L_n(t)]\bigr| = |\sin b|\;|A_n(a)\,A_n(c)| .

A_n solves (k^{d-1} A')' = k^{d-1} (m^2/k^2 - 1) A with m^2 = n(n + d - 2), and is positive near 0.  Hence it
increases up to m at least, and is bounded by

.. math:: A_n(k) = \sqrt{N_{d,n}}\,\Gamma(d/2)\,(2/k)^\nu J_\mu(k) \le 1,
          \qquad \mu = n + \nu,\quad \nu = d/2 - 1,

(Parseval), and there, with z = k/mu < 1, by the smaller of

.. math:: J_\mu(k) \le \frac{(k/2)^\mu}{\Gamma(\mu+1)}\,e^{-k^2/(4\mu+4)}, \qquad
          J_\mu(\mu z) \le \Bigl(\frac{z\,e^{\sqrt{1-z^2}}}{1+\sqrt{1-z^2}}\Bigr)^\mu ,

the first from the product over the zeros j of J, all larger than mu, with sum j^-2 = 1/(4 mu + 4).  Beyond m
Landau's \|J_mu\| <= 0.674886 mu^(-1/3) gives \|A_n(k)\| <= 0.674886 sqrt(N) Gamma(d/2) (2/m)^nu mu^(-1/3),
which therefore holds for all k.

References: Watson, Theory of Bessel Functions, 15.4, 15.51 (zeros); NIST Digital Library of Mathematical
Functions, 10.14.5 (Kapteyn, Siegel); Landau, Bessel Functions: Monotonicity and Bounds (2000), Theorem 1.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from identifiability.exact import ball
from legendre.neuron_coefficients import log_dimensions
from legendre.polynomials import dimension

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

_LANDAU = Fraction(674_886, 1_000_000)


def largest_coefficient(d: int, n: int, square: Fraction) -> arb:
    r"""A bound on \|A_n(k)\| = \|E[e^{iks} L_n(s)]\| over k^2 <= square, for n >= 1.

    Examples
    --------
    >>> round(float(largest_coefficient(2, 50, Fraction(10**6))), 3)
    0.259
    """
    nu, mu, turn = arb(fmpq(d, 2)) - 1, arb(fmpq(2 * n + d - 2, 2)), n * (n + d - 2)
    scale = arb(dimension(d, n)).sqrt() * arb(fmpq(d, 2)).gamma()
    bounds = [arb(1), scale * (4 / arb(turn)) ** (nu / 2) * ball(_LANDAU) * mu ** arb(fmpq(-1, 3))]
    if square <= turn:
        reach = ball(square).sqrt()
        z, root = reach / mu, ball(1 - square / Fraction(2 * n + d - 2, 2) ** 2).sqrt()
        power = (reach / 2) ** mu * (mu + 1).rgamma() * (-ball(square) / (4 * mu + 4)).exp()
        bounds += [scale * (2 / reach) ** nu * size for size in (power, (z * root.exp() / (1 + root)) ** mu)]
    return min(bounds)


def sine_box(d: int, n: int, weight_bound: Fraction) -> arb:
    r"""How much one neuron w_2 sin(<w, x> + <w', x'> + b) can put into degree n.

    .. math:: \kappa_n = B\,\sin(\min(B, \pi/2))\,\max_{|k| \le \sqrt d B} A_n(k)^2 / \sqrt{N_{d,n}}

    Examples
    --------
    >>> round(float(sine_box(3, 5, Fraction(1))), 9)
    4.983e-06
    """
    bound = ball(weight_bound)
    largest = largest_coefficient(d, n, d * weight_bound**2)
    return bound * _largest_sine(bound) * largest * largest / arb(dimension(d, n)).sqrt()


def _largest_sine(bound: arb) -> arb:
    """sin b is at most this for all \\|b\\| <= B."""
    return bound.sin() if bound < arb.pi() / 2 else arb(1)


def log_sine_boxes(d: int, degrees: Array, weight_bound: Fraction) -> Array:
    """The logarithms of :func:`sine_box` at degrees n >= 1, in floats."""
    import numpy as np
    from scipy.special import gammaln

    log_bound = math.log(weight_bound.numerator) - math.log(weight_bound.denominator)
    log_reach = log_bound + math.log(d) / 2
    nu, mu = d / 2 - 1, degrees + (d / 2 - 1)
    log_turn = (np.log(degrees) + np.log(degrees + (d - 2))) / 2
    log_n = log_dimensions(d, degrees)
    scale = log_n / 2 + math.lgamma(d / 2)
    largest = np.minimum(0, scale + nu * (math.log(2) - log_turn) + math.log(_LANDAU) - np.log(mu) / 3)
    below = log_reach <= log_turn
    order, reach = mu[below], math.exp(min(log_reach, 300.0))
    z = reach / order
    root = np.sqrt(np.maximum(0, 1 - z * z))
    power = order * (log_reach - math.log(2)) - gammaln(order + 1) - reach * reach / (4 * order + 4)
    siegel = order * (log_reach - np.log(order) + root - np.log1p(root))
    bessel = scale[below] + nu * (math.log(2) - log_reach) + np.minimum(power, siegel)
    largest[below] = np.minimum(largest[below], bessel)
    log_sine = float(_largest_sine(ball(weight_bound)).log())
    return np.asarray(log_bound + log_sine + 2 * largest - log_n / 2)
