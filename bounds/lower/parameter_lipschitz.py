"""How much a network's function changes when its parameters change.

The networks are fully connected, with a given number k of weight layers, at most h units in each hidden
layer (h_0 = m inputs, h_i = h, one output), biases in every layer, and an activation sigma with Lipschitz
constant L.  If all parameters are at most B in absolute value, and A_i bounds the outputs of layer i on
[-1, 1]^m, then

    A_0 = 1,    A_i = |sigma(0)| + min(L B (h_{i-1} A_{i-1} + 1), ||sigma'||_1),

since |sigma(t) - sigma(0)| is at most L |t| and at most the integral of |sigma'|.  Let two networks'
parameters differ by at most delta, and their outputs of layer i by at most E_i delta.  Writing

    W a + b - (W' a' + b') = W (a - a') + (W - W') a' + (b - b'),

the inputs of layer i differ by at most D_i delta, where

    E_0 = 0,    D_i = h_{i-1} (B E_{i-1} + A_{i-1}) + 1,    E_i = L D_i.

The last layer has no activation, so the functions differ by at most D_k delta on [-1, 1]^m.  D_k increases
with the number of units.  Without an output bias, or when some parameters are fixed at equal values in
both networks, the functions differ by no more.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from flint import arb, ctx

from identifiability.activations import Activation
from identifiability.activations import activation as find_activation
from identifiability.errors import InvalidInput
from identifiability.exact import ball, integer, positive, upper_fraction

MOST_LAYERS = 10_000

_PRECISION = 128


def parameter_lipschitz(
    m: int, depth: int, width: int, weight_bound: object, activation: str | Activation
) -> Fraction:
    """How much a network's function changes with its parameters: Lambda, rounded up.

    .. math:: \\sup_{x \\in [-1,1]^m} |f_θ(x) - f_{θ'}(x)| \\le Λ \\max_i |θ_i - θ'_i|

    for all parameters in [-B, B] of a fully connected network with biases and one output.

    Parameters
    ----------
    m, depth, width : int
        Inputs, weight layers and units in each hidden layer, all >= 1.
    weight_bound : number or str
        B > 0.
    activation : str or Activation
        One with a finite Lipschitz constant.

    Returns
    -------
    Fraction

    Raises
    ------
    InvalidInput
        If an argument is outside its domain, or the activation has no Lipschitz constant.

    Notes
    -----
    Certified: rounded upwards in every step.  Nearly attained by ReLU networks all of whose parameters
    are near B.

    Examples
    --------
    >>> int(parameter_lipschitz(1, 2, 1000, 100, "relu"))
    400001
    """
    layers = integer(depth, "depth", minimum=1, maximum=MOST_LAYERS)
    sigma, largest = find_activation(activation), positive(weight_bound, "weight_bound")
    if not sigma.lipschitz.is_finite:
        raise InvalidInput(
            f"activation must be Lipschitz on the real line, got {sigma}; pass one such as relu"
        )
    with ctx.workprec(_PRECISION):
        slope, start = _upper(sigma.lipschitz.ball(_PRECISION)), _upper(abs(sigma.at_zero.ball(_PRECISION)))
        variation, bound = _upper(sigma.derivative_l1.ball(_PRECISION)), _upper(ball(largest))
        size, change = arb(1), arb(0)
        below = integer(m, "m", minimum=1)
        for _ in range(layers - 1):
            change = _upper(slope * (below * (bound * change + size) + 1))
            size = _upper(start + (slope * bound * (below * size + 1)).min(variation))
            below = integer(width, "width", minimum=1)
        return upper_fraction(below * (bound * change + size) + 1)


def _upper(value: arb) -> arb:
    return arb(value.upper())


def entries(m: int, depth: int, width: int) -> int:
    """The number of weights and biases of a network with m inputs and one output, output bias included.

    Examples
    --------
    >>> entries(2, 3, 5)
    51
    """
    sizes = (m, *([width] * (depth - 1)), 1)
    return sum((before + 1) * after for before, after in pairwise(sizes))
