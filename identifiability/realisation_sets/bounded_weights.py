"""Bounded weights: the realisation map is Lipschitz, so that their realisations form a compact set."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from identifiability.activations import Activation
from identifiability.constants import Constant
from identifiability.exact import positive, upper_fraction
from identifiability.realisation_sets.witness import read_question


def parameter_modulus(
    sigma: str | Activation, architecture: Sequence[int], bound: object, radius: object = 1
) -> Fraction:
    r"""A certified Lipschitz constant of the map from parameters of bounded size to realisations.

    .. math:: \sup_{|x|_\infty \le R} |R(Φ)(x) - R(Ψ)(x)| \le M \max_i |Φ_i - Ψ_i|
              \qquad \text{whenever} \quad \max_i |Φ_i|,\; \max_i |Ψ_i| \le B

    The parameters of size at most B form a compact set, and its image under a continuous map is compact:
    the realisations with bounded weights are a closed set in C and in every L^p.  So the weights of
    networks that approach a function that is no realisation cannot stay bounded.

    Parameters
    ----------
    sigma : str or Activation
        Of every hidden layer; every activation here is locally Lipschitz.
    architecture : sequence of int
        (d, N_1, ..., N_{L-1}, 1).
    bound : number
        B, positive: the size of weights and biases.
    radius : number
        R, positive: the inputs lie in [-R, R]^d.

    Returns
    -------
    Fraction
        M: exact arithmetic, rounded up where a constant of the activation is irrational.

    Notes
    -----
    With :math:`A_0 = R, E_0 = 0`, for l = 1, ..., L the arguments of layer l are at most
    :math:`Z_l = B (N_{l-1} A_{l-1} + 1)` and differ by at most
    :math:`D_l = N_{l-1} A_{l-1} + 1 + B N_{l-1} E_{l-1}` times the distance of the parameters.  If σ has
    the Lipschitz constant :math:`λ_l` on :math:`[-Z_l, Z_l]` then :math:`A_l = |σ(0)| + λ_l Z_l` and
    :math:`E_l = λ_l D_l`; and :math:`M = D_L`.  For ReLU it is the least one:
    let all parameters be B and decrease them together.

    References
    ----------
    Petersen, Raslan & Voigtlaender, Unfavorable structural properties of the set of neural networks with
    fixed architecture, Section IV; Berner, Elbrächter & Grohs, How degenerate is the parametrization of
    neural networks with the ReLU activation function?, Section 1.

    Examples
    --------
    >>> parameter_modulus("relu", (2, 1), bound=5), parameter_modulus("relu", (1, 1, 1), bound=1)
    (Fraction(3, 1), Fraction(5, 1))
    """
    rho, sizes = read_question(sigma, architecture)
    largest, values, change = positive(bound, "the bound"), positive(radius, "the radius"), Fraction(0)
    for inputs in sizes[:-2]:
        argument = largest * (inputs * values + 1)
        slope = lipschitz_on(rho, argument)
        change = slope * (inputs * values + 1 + largest * inputs * change)
        values = _size(rho.at_zero) + slope * argument
    return sizes[-2] * values + 1 + largest * sizes[-2] * change


def lipschitz_on(sigma: Activation, radius: Fraction) -> Fraction:
    """A certified Lipschitz constant of the activation on [-radius, radius].

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> lipschitz_on(activation("repu", p=2), Fraction(3)), lipschitz_on(activation("tanh"), Fraction(3))
    (Fraction(6, 1), Fraction(1, 1))
    """
    if sigma.lipschitz.is_finite:
        return _size(sigma.lipschitz)
    # What is left grows like a power: its derivative is at most that of |c_1| t + |c_2| t^2 + ... there.
    (_, parameter), *_ = sigma.parameters
    coefficients = (
        parameter if isinstance(parameter, tuple) else (*[Fraction(0)] * int(parameter), Fraction(1))
    )
    return sum((k * abs(c) * radius ** (k - 1) for k, c in enumerate(coefficients) if k), Fraction(0))


def _size(constant: Constant) -> Fraction:
    value = constant.fraction
    return upper_fraction(abs(constant.ball(64))) if value is None else abs(value)
