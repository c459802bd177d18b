"""How errors in the weights of a primary network show in its output."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from identifiability.exact import from_rational, rational

ACCURACY_BITS = 20
"""The features' accuracy is the largest that works with so many significant binary digits."""


def perturbation_factor(
    m1: int, layers: int, norm: Fraction, delta: Fraction, lipschitz: Fraction = Fraction(1)
) -> Fraction:
    r"""How much errors in the features are amplified on their way through the primary network.

    Let g have K weight layers, an activation with σ(0) = 0 and Lipschitz constant L, and no output
    bias.  Let W^i, b^i and V^i, d^i be two choices of its weights with ‖W^i‖_1, ‖b^i‖_1 ≤ P and
    ‖W^i − V^i‖_1, ‖b^i − d^i‖_1 ≤ Pδ (matrices: largest column sum, vectors: sum).  On [−1, 1]^{m1} the
    outputs differ by at most E δ, where

    .. math::

        a_0 = m_1, \; b_0 = 0, \quad a_{i+1} = LP(a_i + 1), \; b_{i+1} = LP(b_i + a_i + b_i\delta + 1),
        \quad i = 0, \dots, K-2, \qquad E = P(b_{K-1} + a_{K-1} + b_{K-1}\delta) .

    Derivation.  a_i bounds the l1 norm of the i-th layer's activations for W, and b_i δ how far those
    for V are from them: ‖σ(Wx + b)‖ ≤ L(P a + P), and

    .. math:: \|Wx + b - Vx' - d\| \le \|W\| \|x - x'\| + \|W - V\| \big(\|x\| + \|x - x'\|\big) + \|b - d\|
              \le P b\,\delta + P\delta (a + b\,\delta) + P\delta .

    The last layer has neither activation nor bias.  A chain of single ReLU units with all weights P
    and P(1 + δ) attains it.

    Parameters
    ----------
    m1 : int
        The number of inputs.
    layers : int
        K ≥ 1, weight layers.
    norm, delta, lipschitz : Fraction
        P, δ and L.

    Notes
    -----
    In the published proof (v1, Eqs. 116-118) L is missing on the bias, cwε on the bias's error, and the
    indices of α and β are shifted.  E grows like (LP)^K, so that "O(1)" needs a depth that does not
    grow with 1/ε.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), proof of Theorem 5.

    Examples
    --------
    >>> [int(perturbation_factor(1, K, P, Fraction(0))) for K, P in ((2, 1), (3, 1), (3, 2))]
    [4, 8, 56]
    """
    size, change = fmpq(m1), fmpq(0)
    step, grown = rational(lipschitz * norm), rational(1 + delta)
    for _ in range(layers - 1):
        size, change = step * (size + 1), step * (change * grown + size + 1)
    return from_rational(rational(Fraction(norm)) * (change * grown + size))


def feature_accuracy(
    m1: int, layers: int, norm: Fraction, margin: Fraction, lipschitz: Fraction = Fraction(1)
) -> Fraction:
    """The largest δ with 20 binary digits, at most 1, for which E(δ)·δ is at most a margin.

    Examples
    --------
    >>> delta = feature_accuracy(1, 2, Fraction(1), Fraction(1, 100))
    >>> delta * perturbation_factor(1, 2, Fraction(1), delta) <= Fraction(1, 100) < 4 * Fraction(1, 399)
    True
    """

    def holds(delta: Fraction) -> bool:
        return perturbation_factor(m1, layers, norm, delta, lipschitz) * delta <= margin

    if holds(Fraction(1)):
        return Fraction(1)
    top = min(Fraction(1), margin / perturbation_factor(m1, layers, norm, Fraction(0), lipschitz))
    scale = Fraction(2) ** (ACCURACY_BITS + (1 / top).__floor__().bit_length())
    while not holds(1 / scale):
        scale *= 2**ACCURACY_BITS
    low, high = 1, (top * scale).__floor__() + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle / scale) else (low, middle)
    return low / scale
