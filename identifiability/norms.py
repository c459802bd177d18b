"""Norms of weights, and the Lipschitz bound of a network that they give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import arb, ctx

from identifiability.activations import Activation
from identifiability.errors import InvalidInput
from identifiability.exact import ball
from identifiability.weights import Rationals, SparseRationals, Weight, triples


def column_norm(weight: Weight) -> Fraction | float:
    """The norm induced by the l1 norms: the largest l1 norm of a column, 0 if there is none."""
    if isinstance(weight, Rationals | SparseRationals):
        sums = [0] * max(1, weight.shape[1])
        _, columns, values = triples(weight)
        for column, value in zip(columns.tolist(), values.tolist(), strict=True):
            sums[column] += abs(value)
        return Fraction(max(sums), weight.denominator)
    return float(abs(weight).sum(axis=0, dtype=np.float64).max(initial=0.0))


def spectral_complexity(
    weights: Sequence[Weight], activations: Sequence[Activation]
) -> Fraction | float | arb:
    r"""The spectral complexity, which bounds the network's Lipschitz constant for the l1 norms.

    .. math:: C = \prod_{l<L} \mathrm{Lip}(\sigma_l) \prod_{l \le L} \|W_l\|_1,
              \qquad \|W\|_1 = \max_j \sum_i |W_{ij}|

    so that :math:`\|f(x) - f(y)\|_1 \le C\,\|x - y\|_1`, because
    :math:`\|W x\|_1 \le \|W\|_1 \|x\|_1` and each activation acts entry by entry.

    Parameters
    ----------
    weights : sequence of Weight
        W_1, ..., W_L, of one arithmetic.
    activations : sequence of Activation
        One for each hidden layer: L - 1 of them.

    Returns
    -------
    Fraction, arb or float
        For an exact network a Fraction, or a ball where a Lipschitz constant is irrational.  For a
        float network a float, rounded at each operation: evidence, not a certified bound, for which
        take ``net.to_exact().spectral_complexity()``.

    Raises
    ------
    InvalidInput
        If an activation is not Lipschitz on the whole line.

    Notes
    -----
    With one activation the first product is :math:`L^{k-1}`.  The paper's lemma also assumes
    σ(0) = 0; the bound on differences does not need it.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Section 2.1 and Lemma 5.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> from identifiability.weights import Rationals
    >>> first, second = Rationals([[1, "-1/2"], [1, 3]]), Rationals([[2, 1]])
    >>> spectral_complexity([first, second], [activation("sigmoid")])
    Fraction(7, 4)
    """
    for activation in activations:
        if not activation.lipschitz.is_finite:
            raise InvalidInput(
                f"{activation} is not Lipschitz on the whole line, so that the spectral complexity is "
                "infinite; use a Lipschitz activation such as 'relu' or 'tanh'"
            )
    norms = [column_norm(weight) for weight in weights]
    constants = [activation.lipschitz for activation in activations]
    if not all(isinstance(norm, Fraction) for norm in norms):
        return math.prod([float(factor) for factor in (*norms, *constants)])
    rational = [constant.fraction for constant in constants if constant.fraction is not None]
    exact = math.prod([*(Fraction(norm) for norm in norms), *rational], start=Fraction(1))
    irrational = [constant.ball(ctx.prec) for constant in constants if constant.fraction is None]
    return math.prod(irrational, start=ball(exact)) if irrational else exact
