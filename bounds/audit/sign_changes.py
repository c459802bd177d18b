r"""How often a network of two units can change its sign along a line, whatever its weights.

Along any line a shallow network of two units is

.. math:: g(x) = v_1 σ(t_1) + v_2 σ(t_2), \qquad t_i = w_i x + b_i .

There is no output bias, as in Galanti & Wolf's networks: a constant takes a unit with w = 0.

S(g) is the largest n such that g takes non-zero values of alternating signs at n + 1 increasing
points.  The proofs in the table below use these remarks, with A = v_1 w_1 and B = v_2 w_2, so that
g' = A σ'(t_1) + B σ'(t_2).

*Density.*  g depends on the weights continuously, locally uniformly in x, and strict signs survive
small changes.  So a bound for a dense set of weights holds for all of them: v_i and w_i are taken
non-zero, and expressions that vanish for special weights only are taken not to vanish.

*Rolle.*  S(g) <= S(g') + 1, by the mean value theorem between consecutive points.  If g tends to 0
at one end of the line then S(g) <= S(g'), by the mean value theorem on the way from that end too.

*Descartes.*  A sum of p_j(x) exp(a_j x) with distinct a_j and polynomials p_j, not all zero, has at
most sum(deg p_j + 1) - 1 real zeros (Pólya & Szegő, Problems and Theorems in Analysis II, part V,
problem 75).  Multiplying by a positive function does not change S.

*From zero.*  Let σ >= 0 be non-decreasing with limit 0 at -infinity.  If v_1 v_2 > 0 then g does not
change its sign.  If v_1 v_2 < 0 < -w_1 w_2 then g is monotone and S(g) <= 1.  If v_1 v_2 < 0 < w_1 w_2
then g tends to 0 at one end and S(g) <= S(g').  So S(g) <= max(1, S(g')), where AB < 0.

*Transfer.*  Let σ increase strictly from -L (or -infinity) to +infinity, and λ = -v_1/v_2.  The sign
of g/v_2 is that of t_2 - φ(t_1), where φ = σ^{-1}(λσ), to be read as -infinity where λσ <= -L.  If φ
is concave, or convex and finite, then one of {t_2 < φ(t_1)}, {t_2 > φ(t_1)} is convex; the line
x -> (t_1, t_2) meets it in an interval, and S(g) <= 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from identifiability.activations import Activation


@dataclass(frozen=True, slots=True)
class SignChangeBound:
    """No shallow network with so many units changes its sign more often along a line.

    Attributes
    ----------
    activation : Activation
    units : int
        Hidden units of the networks; the bound holds for fewer units too.
    changes : int
        The largest number of sign changes, for all weights and biases.
    proof : str
        Why, in the words of this module's remarks.
    """

    activation: Activation
    units: int
    changes: int
    proof: str


def sign_change_bound(activation: Activation, units: int = 2) -> SignChangeBound | None:
    r"""A bound on the sign changes of shallow networks along a line, uniform in the weights.

    .. math:: S\Bigl(x \mapsto \sum_{i \le units} v_i σ(w_i x + b_i)\Bigr) \le changes

    Parameters
    ----------
    activation : Activation
    units : int
        At least 1.

    Returns
    -------
    SignChangeBound or None
        None where no bound is known: for sin, whose networks oscillate as often as one likes, and
        for more than two units unless σ is piecewise polynomial.

    Notes
    -----
    For two units the bounds of all activations but ``gelu`` and ``silu`` are attained.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> sign_change_bound(activation("tanh")).changes, sign_change_bound(activation("sigmoid")).changes
    (3, 2)
    >>> sign_change_bound(activation("sin")) is None
    True
    """
    found = _two_units(activation) if units <= 2 else None
    if found is None and activation.piece_degrees is not None:
        found = _piecewise_polynomial(activation.piece_degrees, units)
    return None if found is None else SignChangeBound(activation, units, *found)


def _two_units(activation: Activation) -> tuple[int, str] | None:
    if activation.is_polynomial:
        return None
    if activation.name == "prelu":
        slope = activation.parameters[0][1]
        assert isinstance(slope, Fraction)
        return _TWO_UNITS["relu"] if slope == 0 else _PRELU_INCREASING if slope > 0 else _PRELU_FOLDED
    return _TWO_UNITS.get(activation.name)


def _piecewise_polynomial(degrees: tuple[int, ...], units: int) -> tuple[int, str]:
    degree = max(degrees)
    if len(degrees) == 1:
        return degree, f"The network is a polynomial of degree at most {degree} along the line."
    pieces = units * (len(degrees) - 1) + 1
    return (
        pieces * max(degree, 1),
        f"The network is continuous and has at most {pieces} pieces along the line, each a polynomial of"
        f" degree at most {degree}; every sign change takes a zero in some piece, or a piece that vanishes.",
    )


_LINEAR_TRANSFER = "for λ > 0, φ(t) = λt; for λ = -μ < 0, φ is linear on either side of 0 with slopes"
_PRELU_INCREASING = (
    2,
    "Transfer: with slopes l < h of σ on the two sides, "
    f"{_LINEAR_TRANSFER} -μl/h and -μh/l, so φ is concave.",
)
_PRELU_FOLDED = (
    3,
    "Rolle: g' is constant between the at most two breakpoints, so S(g') <= 2.",
)
_TWO_UNITS: dict[str, tuple[int, str]] = {
    "relu": (
        1,
        "From zero: seen from the end where g = 0, g' takes the values 0, then A or B, then A + B, so"
        " S(g') <= 1.",
    ),
    "repu": (
        1,
        "From zero, by induction on p: g'/p is a network of two units with activation repu(p-1), so"
        " S(g') <= 1; repu(1) is relu, for which g' takes the values 0, then A or B, then A + B.",
    ),
    "clipped_relu": (
        2,
        "From zero: g' is A on one interval plus B on another, with AB < 0.  The interval of the larger of"
        " |A| and |B| has one sign throughout, so S(g') <= 2.",
    ),
    "hard_tanh": (
        3,
        "Rolle: g' is A on one interval plus B on another.  If AB < 0 the interval of the larger of |A| and"
        " |B| has one sign throughout, so S(g') <= 2.",
    ),
    "elu": (
        2,
        "Transfer: for λ > 0, φ'(t) = λe^t/(1 - λ + λe^t) for t < 0, which falls to λ if λ > 1 and rises to λ"
        " if λ < 1, and φ'(t) = λ for t > 0; for λ = -μ < 0, φ'(t) = -μe^t for t < 0 and -μ/(1 - μt) for"
        " t > 0, which falls throughout.",
    ),
    "softsign": (
        3,
        "Rolle: σ'(t) = (1 + |t|)^-2.  If AB < 0 the sign of g' is that of ±(p(1 + |t_2|) - q(1 + |t_1|))"
        " with p^2 = |A|, q^2 = |B|: a function that falls and then rises, or rises and then falls, so"
        " S(g') <= 2.",
    ),
    "isrlu": (
        2,
        "Transfer: for λ > 0, φ'(t) = λ(1 - a(λ^2 - 1)t^2)^(-3/2) for t < 0, which falls to λ if λ > 1 and"
        " rises to λ if λ < 1, and φ'(t) = λ for t > 0; for λ = -μ < 0, φ'(t) = -μ(1 + at^2)^(-3/2) for t < 0"
        " and -μ(1 - aμ^2 t^2)^(-3/2) for t > 0, which falls throughout.",
    ),
    "isru": (
        3,
        "Rolle: σ'(t) = (1 + at^2)^(-3/2).  If AB < 0 the sign of g' is that of"
        " ±(|A|^(2/3)(1 + at_2^2) - |B|^(2/3)(1 + at_1^2)), a quadratic polynomial in x, so S(g') <= 2.",
    ),
    "sigmoid": (
        2,
        "Descartes: with E_i = exp(t_i), g times (1 + E_1)(1 + E_2) is v_1 E_1 + v_2 E_2"
        " + (v_1 + v_2)E_1 E_2, a sum of three exponentials.",
    ),
    "tanh": (
        3,
        "Descartes: with E_i = exp(2t_i), g times (E_1 + 1)(E_2 + 1) is v_1(E_1 - 1)(E_2 + 1)"
        " + v_2(E_2 - 1)(E_1 + 1), a sum of four exponentials.",
    ),
    "arctan": (
        3,
        "Rolle: g' times (1 + t_1^2)(1 + t_2^2) is A(1 + t_2^2) + B(1 + t_1^2), a quadratic polynomial in x.",
    ),
    "softplus": (
        2,
        "From zero: g' is a network of two logistic units, so S(g') <= 2 by Descartes: times"
        " (1 + e^t_1)(1 + e^t_2) it is a sum of three exponentials.",
    ),
    "gelu": (
        10,
        "Rolle, five times: σ''(t) is (2 - t^2)exp(-t^2/2) up to a factor, so g'' times exp(t_2^2/2) is"
        " P e^q + Q with polynomials P, Q and q of degree 2.  Its third derivative is e^q times a polynomial"
        " of degree 5, so it has at most 5 + 3 sign changes, and g at most two more.",
    ),
    "silu": (
        5,
        "Descartes: with E_i = exp(t_i), g times (1 + E_1)(1 + E_2) is v_1 t_1 E_1 + v_2 t_2 E_2"
        " + (v_1 t_1 + v_2 t_2)E_1 E_2: three exponentials with linear coefficients, at most 3*2 - 1 zeros.",
    ),
    "erf": (
        3,
        "Rolle: σ'(t) is exp(-t^2) up to a factor.  If AB < 0 the sign of g' is that of"
        " ±(log|A| - t_1^2 - log|B| + t_2^2), a quadratic polynomial in x, so S(g') <= 2.",
    ),
}
