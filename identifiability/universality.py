"""Which activations are universal: nets of the optimal size for every smoothness and dimension.

σ is universal if for all r, n and ε > 0 there is a class of σ-networks with O(ε^{-n/r}) parameters that
approximates every function of the Sobolev ball W_{r,n} within ε in the supremum norm (Galanti & Wolf,
On the Modularity of Hypernetworks (v2), Definition 1).  The definition bounds neither depth nor weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from identifiability.activation_facts import Facts


@dataclass(frozen=True, slots=True)
class Universality:
    """Whether an activation is universal, why, and by whose theorem.

    Parameters
    ----------
    holds : {"yes", "no", "unknown"}
    reason : str
        The argument; it begins with "proved" or "quoted", as the proof is given here or in the source.
    source : str
        Where the theorem is.
    """

    holds: Literal["yes", "no", "unknown"]
    reason: str
    source: str


_MHASKAR = Universality(
    "yes",
    "quoted: σ is C^infinity and not a polynomial on an open interval, so there is a point b with"
    " σ^(k)(b) ≠ 0 for every k; divided differences of σ(w·x + b) in w at w = 0 then give all polynomials of"
    " coordinate degree < q with O(q^n) units in one hidden layer, and Jackson's theorem gives O(q^-r)",
    "Mhaskar, Neural networks for optimal approximation of smooth and analytic functions,"
    " Neural Computation 8 (1996), Theorem 2.1",
)
_PIECEWISE_LINEAR = Universality(
    "yes",
    "proved for r = 1 and r = 2 in every dimension by piecewise linear interpolation on a grid of step h, in"
    " a deep narrow net that adds up the O(h^-n) nodes one after another;"
    " quoted for r >= 3: ReLU nets of N layers, of a width that depends on n and r only, reach the error"
    " O((N/log N)^(-2r/n)), which removes the logarithm of Yarotsky's O(ε^(-n/r) log(1/ε)); on a bounded"
    " domain a few units of any piecewise linear activation with a kink make a ReLU",
    "Lu, Shen, Yang & Zhang, Deep network approximation for smooth functions, SIAM J. Math. Anal. 53 (2021),"
    " Theorem 1.1; Yarotsky, Error bounds for approximations with deep ReLU networks, Neural Networks 94"
    " (2017), Proposition 1 and Theorem 1",
)
_REPU = Universality(
    "yes",
    "proved: x^p = σ(x) ± σ(-x), and its shifts span the polynomials of degree <= p, so products are exact;"
    " a B-spline of degree p is a sum of p + 2 shifts of σ; products of B-splines are a partition of unity,"
    " and with it local Taylor polynomials of degree < r on a grid of step h have error O(h^r); a deep narrow"
    " net adds up these O(h^-n) terms one after another",
    "Proof in the reason; cf. Mhaskar, Approximation properties of a multilayered feedforward artificial"
    " neural network, Adv. Comput. Math. 1 (1993)",
)
_AFFINE = Universality(
    "no",
    "proved: every network is an affine function, and x1^2 is at distance 1/2 from the affine functions on"
    " [-1, 1]^n, so a small multiple of it in W_{r,n} is never approximated",
    "Proof in the reason",
)
_POLYNOMIAL = Universality(
    "yes",
    "proved from Jackson's theorem: shifts of σ span the polynomials of its degree, which is at least 2, so"
    " units make squares and products exactly, and Horner's scheme evaluates every polynomial of coordinate"
    " degree < q in a net of bounded width with O(q^n) layers and parameters; de la Vallée-Poussin means in"
    " each coordinate are bounded, so these polynomials reach the error O(q^-r); the definition allows this"
    " depth, while at a fixed depth the nets are polynomials of bounded degree and approximate nothing else",
    "Proof in the reason; Jackson's theorem: DeVore & Lorentz, Constructive Approximation (1993), chapter 7",
)


def universality(facts: Facts) -> Universality:
    """Whether the activation with these facts is universal."""
    degrees = facts.piece_degrees
    if degrees is None:
        return _MHASKAR
    if max(degrees) <= 1:
        return _PIECEWISE_LINEAR if facts.breakpoints else _AFFINE
    return _REPU if facts.breakpoints else _POLYNOMIAL
