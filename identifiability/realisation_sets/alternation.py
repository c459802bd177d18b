"""How often realisations on a line can change sign: what makes a set of realisations highly non-convex."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from identifiability.activations import Activation
from identifiability.realisation_sets.witness import read_question


def alternation_bound(sigma: str | Activation, architecture: Sequence[int]) -> int | None:
    r"""At no more than so many points of a line can the values of a realisation alternate in sign.

    If :math:`(-1)^i f(x_i) > 0` at points :math:`x_1, …, x_k` in order on a line (or
    :math:`(-1)^i f(x_i) < 0`) then k is at most this number.

    Parameters
    ----------
    sigma : str or Activation
        Of every hidden layer.
    architecture : sequence of int
        (d, N_1, ..., N_{L-1}, 1).

    Returns
    -------
    int or None
        None where no bound is known here (deep networks of activations that are not piecewise rational)
        or none exists (sin).

    Notes
    -----
    On a line a realisation is one of (1, N_1, ..., N_{L-1}, 1).  Between an alternating point and the next
    there is a last zero of f; right of it f is not 0, and lies on a piece on which f is analytic.  So, if f
    has at most z zeros on a piece unless it is 0 there, f alternates at no more than k z + 1 points for k
    pieces.

    *Piecewise rational activations, any depth.*  Cut the line into pieces on which every unit is analytic.
    On a piece the arguments of layer l are rational functions over one denominator, of degree at most
    :math:`e_l`, where :math:`e_1 = 1` and :math:`e_{l+1}` is :math:`e_l` for piecewise linear activations,
    :math:`p\,e_l` for :math:`x_+^p`, and :math:`N_l e_l` for softsign,
    because :math:`σ(P/Q) = P/(Q ± P)`.  An activation with s breakpoints cuts each piece into at most
    :math:`1 + s N_l e_l`, and on a piece f has at most :math:`e_L` zeros.

    *One hidden layer of width N.*  After multiplication by denominators, or differentiation, f becomes

    * for sigmoid and tanh an exponential sum of :math:`2^N` terms, which has at most :math:`2^N - 1` zeros;
      for softplus, f' becomes one of :math:`2^N - 1` terms; for silu, one of :math:`2^N` terms with linear
      coefficients, which has at most :math:`2 \cdot 2^N - 1` zeros;
    * for arctan, f' becomes a polynomial of degree at most 2N - 2;
    * for erf, f' is a sum of N exponentials of quadratic polynomials, and for gelu f'' is one with quadratic
      coefficients.  A sum of k of them with coefficients of degree at most D has at most
      :math:`(D + 1)(2^k - 1) - 1` zeros: divide by one exponential and differentiate D + 1 times, which
      leaves k - 1 of them with coefficients of degree at most 2D + 1;
    * for isru, the product of :math:`e + \sum ± c_i y_i / \sqrt{1 + a y_i^2}` over all signs becomes a
      polynomial of degree at most :math:`N 2^N`, which is not 0 unless f is, because square roots of
      different quadratic polynomials are independent;
    * for isrlu, the same with an affine function in place of e on each of N + 1 pieces, of degree at most
      :math:`(N + 1) 2^N`; for elu, on each of N + 1 pieces an affine function plus N exponentials, which
      has at most N + 1 zeros.

    Examples
    --------
    >>> alternation_bound("relu", (1, 3, 1)), alternation_bound("relu", (3, 2, 2, 1))
    (5, 10)
    >>> alternation_bound("tanh", (1, 3, 1)), alternation_bound("tanh", (1, 3, 3, 1))
    (8, None)
    """
    rho, sizes = read_question(sigma, architecture)
    hidden = sizes[1:-1]
    if not hidden:
        return 2
    if rho.piece_degrees is not None or rho.name == "softsign":
        return _piecewise_rational(rho, hidden)
    bound = _SHALLOW.get(rho.name)
    return bound(hidden[0]) if bound and len(hidden) == 1 else None


def _piecewise_rational(sigma: Activation, hidden: Sequence[int]) -> int:
    pieces, degree = 1, 1
    for width in hidden:
        pieces *= 1 + len(sigma.breakpoints) * width * degree
        degree *= width if sigma.piece_degrees is None else max(sigma.piece_degrees)
    return pieces * degree + 1


_SHALLOW: dict[str, Callable[[int], int]] = {
    "sigmoid": lambda n: 2**n,
    "tanh": lambda n: 2**n,
    "softplus": lambda n: 2**n,
    "arctan": lambda n: 2 * n,
    "erf": lambda n: 2**n,
    "gelu": lambda n: 3 * 2**n - 1,
    "silu": lambda n: 2 ** (n + 1),
    "isru": lambda n: n * 2**n + 1,
    "isrlu": lambda n: (n + 1) ** 2 * 2**n + 1,
    "elu": lambda n: (n + 1) ** 2 + 1,
}
