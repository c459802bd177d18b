r"""The concluding width of the slides and the widths that the main inequality gives, in balls.

With sin(pi d^3 t), n = d^2, B = 2^d, a tail of norm T = 1/(5 e pi) and a squared error T^2/2, the inequality

.. math:: \tfrac12 T^2 \ \ge\ T\Big(T - \frac{2 \sum_j \|g_j\|}{\sqrt{N_{d,n}}}\Big)
          \quad\Longrightarrow\quad \sum_j \|g_j\| \ge \frac{\sqrt{N_{d,n}}}{20 e \pi} .

The g_j are r neurons of norm at most S = B^2 (1 + sqrt(4d)) and, if it is counted, the output bias of norm at
most B.  The bias has degree 0; since n >= 1, it may be taken to F's side without changing the tail of F.

References: Daniely, Depth Separation for Neural Networks (2017), Example 2.
"""

from __future__ import annotations

from flint import arb

from legendre.polynomials import dimension, read_dimension


def neuron_bound(d: object) -> arb:
    r"""S = B^2 (1 + sqrt(4d)) for B = 2^d bounds a neuron w_2 max(0, <w, x> + <w', x'> + b)."""
    d = read_dimension(d)
    return arb(4) ** d * (1 + arb(4 * d).sqrt())


def needed_norms(d: object) -> arb:
    """sqrt(N_{d,d^2}) / (20 e pi): what the norms of the separable functions must add up to."""
    d = read_dimension(d)
    return arb(dimension(d, d * d)).sqrt() / (20 * arb.const_e() * arb.pi())


def printed_width(d: object) -> arb:
    """sqrt(N) / (20 e pi 2^(2d) (1 + sqrt(4d)) + 2^(d+1)), as the slides have it.

    Examples
    --------
    >>> [d for d in range(2, 40) if printed_width(d) > 1][0]
    19
    """
    d = read_dimension(d)
    return needed_norms(d) / (neuron_bound(d) + arb(2) ** (d + 1) / (20 * arb.const_e() * arb.pi()))


def width_with_bias(d: object) -> arb:
    """(sqrt(N)/(20 e pi) - 2^d) / S: the output bias counted among the separable functions."""
    d = read_dimension(d)
    return (needed_norms(d) - arb(2) ** d) / neuron_bound(d)


def width_without_bias(d: object) -> arb:
    """sqrt(N) / (20 e pi S): the output bias left out, as it may be.

    Examples
    --------
    >>> bool(width_without_bias(20) > printed_width(20) > width_with_bias(20))
    True
    """
    return needed_norms(d) / neuron_bound(d)


def log_width_below(d: arb) -> arb:
    r"""A simple lower bound on the binary logarithm of the printed width, for real d >= 4.

    .. math:: \tfrac{d-2}2 \log_2 d - 2d - \log_2\big(172\,(1 + 2\sqrt d)\big)

    N_{d,n} >= C(n+d-3, d-2) >= ((n+d-3)/(d-2))^{d-2} >= d^{d-2} at n = d^2, and 20 e pi < 171; the term
    2^(d+1) is less than 2^(2d) (1 + 2 sqrt(d)).
    """
    two = arb(2).log()
    return (d - 2) / 2 * d.log() / two - 2 * d - (172 * (1 + 2 * d.sqrt())).log() / two
