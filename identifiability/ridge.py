"""Ridge functions x -> c σ(a x_1 + b), the simplest networks, and their Sobolev norms."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

from identifiability.activations import Activation
from identifiability.enclosure import Enclosure, supremum
from identifiability.errors import InvalidInput
from identifiability.exact import digits, fraction, integer


def ridge_sobolev_norm(
    activation: Activation,
    c: object,
    a: object,
    b: object,
    r: int,
    relative_width: object = Fraction(1, 1000),
) -> Enclosure:
    """The Sobolev norm of y(x) = c σ(a x_1 + b) on the cube [-1, 1]^m, enclosed, for any m >= 1.

    All derivatives in other variables than x_1 vanish, so

    .. math:: \\|y\\|_\\infty + \\sum_{1 \\le |k|_1 \\le r} \\|D^k y\\|_\\infty
              = \\sum_{k=0}^{r} |c|\\,|a|^k \\sup_{|t - b| \\le |a|} |σ^{(k)}(t)|.

    Parameters
    ----------
    activation : Activation
        σ.
    c, a, b : number
        Read exactly.
    r : int
        The order of smoothness, at least 0.
    relative_width : number
        The width aimed at for each of the suprema.

    Returns
    -------
    Enclosure
        Of the norm; y lies in W_{r,m} for certain when ``upper <= 1``.

    Raises
    ------
    InvalidInput
        If σ is not C^r on [b - |a|, b + |a|], so that y is not in C^r.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), section 3: the class W_{r,m}.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> norm = ridge_sobolev_norm(activation("tanh"), "1/4", 1, 0, 1)
    >>> float(norm.lower) <= (0.7615941559557649 + 1) / 4 <= float(norm.upper)
    True
    >>> ridge_sobolev_norm(activation("relu"), 1, 1, 0, 1)
    Traceback (most recent call last):
        ...
    identifiability.errors.InvalidInput: relu is not C^1 on [-1, 1], which has its breakpoint 0 inside; \
choose a and b such that [b - |a|, b + |a|] lies on one side of it
    """
    scale, slope, shift = fraction(c, "c"), abs(fraction(a, "a")), fraction(b, "b")
    integer(r, "r", 0)
    low, high = shift - slope, shift + slope
    smoothness = activation.smoothness
    inside = [point for point in activation.breakpoints if low < point < high]
    if inside and smoothness is not None and smoothness < r:
        raise InvalidInput(
            f"{activation} is not C^{r} on [{digits(low)}, {digits(high)}], which has its breakpoint"
            f" {digits(inside[0])} inside; choose a and b such that [b - |a|, b + |a|] lies on one side of it"
        )
    lower = upper = Fraction(0)
    converged = True
    for k in range(r + 1):
        factor = abs(scale) * slope**k
        if factor:
            bound = derivative_supremum(activation, k, low, high, relative_width)
            lower, upper = lower + factor * bound.lower, upper + factor * bound.upper
            converged = converged and bound.converged
    return Enclosure(lower, upper, converged)


def derivative_supremum(
    activation: Activation, k: int, low: Fraction, high: Fraction, relative_width: object = Fraction(1, 1000)
) -> Enclosure:
    """The supremum of |σ^(k)| on [low, high], enclosed; at a breakpoint both one-sided derivatives count.

    At ``low`` only the derivative from the right counts, and at ``high`` that from the left.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> derivative_supremum(activation("isrlu"), 3, Fraction(0), Fraction(1)).upper
    Fraction(0, 1)
    """
    edges = [low, *(point for point in activation.breakpoints if low < point < high), high]
    first = sum(point <= low for point in activation.breakpoints)
    parts = [
        supremum(
            lambda x, piece=first + i: math.factorial(k) * activation.jet(x, k, piece)[k],
            left,
            right,
            relative_width,
        )
        for i, (left, right) in enumerate(pairwise(edges))
    ]
    return Enclosure(
        max(part.lower for part in parts),
        max(part.upper for part in parts),
        all(part.converged for part in parts),
    )
