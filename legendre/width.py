"""How wide a depth-2 network must be to come close to an inner-product function on two spheres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from identifiability.errors import InvalidInput
from identifiability.exact import abbreviated, ceiling, digits, lower_fraction
from legendre.box_bound import box_bound, certified_box_bound
from legendre.depth2_questions import CertifiedBound, Depth2Question, LowerBound, read_question
from legendre.ellipsoid_bound import certified_ellipsoid_bound, ellipsoid_bound
from legendre.spectra import Spectrum, spectrum
from legendre.tail_bounds import certified_slides_bound, certified_tail_bound, tail_bound

METHODS = ("box", "optimal", "dual", "tail", "slides")

_SUPREMUM = "each neuron is bounded by its supremum B^2 (1 + sqrt(4d))"
_EXPLANATIONS = {
    "box": "ReLU, all weights and biases in [-B, B]; in each degree a neuron contributes at most "
    "B^2 sqrt(d) b_n / sqrt(N), as derived for legendre.neuron_coefficient",
    "optimal": "ReLU, all weights and biases in [-B, B]; the best test function, where each neuron is "
    "bounded by the norm (sqrt(3)/2) B^2 of its part in degrees >= 1",
    "dual": f"ReLU, all weights and biases in [-B, B]; tested against the tail from degree n on, {_SUPREMUM}",
    "tail": f"ReLU, all weights and biases in [-B, B]; Daniely's inequality with the tail from degree n on, "
    f"{_SUPREMUM}",
    "slides": f"ReLU, B = 2^d, sin(pi d^3 t), n = d^2; the concluding formula of the slides, {_SUPREMUM}",
}


@dataclass(frozen=True, slots=True)
class Depth2Width:
    """A lower bound on the width of depth-2 networks.

    Attributes
    ----------
    width : int
        No network with fewer neurons is so close; 0 when the bound says nothing.
    log10 : float
        The decimal logarithm of the bound before it is rounded up; -inf when void.
    status : str
        ``certified``, ``evidence`` (floating point) or ``void``.
    degree : int or None
        The degree n from which on the tail is taken, where the method has one.
    explanation : str
        What the bound assumes.
    """

    target: str
    d: int
    epsilon_squared: Fraction
    weight_bound: Fraction
    method: str
    width: int
    log10: float
    status: str
    degree: int | None
    explanation: str

    def __str__(self) -> str:
        at = "" if self.degree is None else f" at n = {self.degree}"
        return (
            f"width >= {abbreviated(self.width)} ({self.status}, method {self.method}{at}) for {self.target} "
            f"in dimension {self.d}"
        )

    def to_json(self) -> dict[str, object]:
        """The answer as a dictionary for JSON: integers and fractions are strings."""
        return {
            "schema": 1,
            "inputs": {
                "target": self.target,
                "d": digits(self.d),
                "epsilon_squared": digits(self.epsilon_squared),
                "weight_bound": digits(self.weight_bound),
                "method": self.method,
            },
            "width": digits(self.width),
            "log10": None if self.log10 == -math.inf else self.log10,
            "status": self.status,
            "degree": None if self.degree is None else digits(self.degree),
            "explanation": self.explanation,
        }


def depth2_width(
    target: object,
    d: object,
    epsilon: object,
    weight_bound: object,
    method: str = "box",
    error: str = "norm",
    certified: bool = False,
) -> Depth2Width:
    r"""How wide a depth-2 ReLU network must be to come within epsilon of f(<x, x'>).

    The network is N(x, x') = w_2^T max(0, W_1 x + W_1' x' + b_1) + b_2 on two unit spheres of R^d with the
    uniform measures, with all weights and biases in [-B, B].

    .. math:: \|F - N\|_{L^2(S^{d-1} \times S^{d-1})} \le \varepsilon \quad\Longrightarrow\quad
              \text{width} \ge r

    Parameters
    ----------
    target : Target
        The function f, for instance ``legendre.sine("pi*d^3")``.
    d : int
        The dimension, at least 2.
    epsilon : number
        The error allowed, > 0, exact.
    weight_bound : number or str
        B > 0: a number, or a formula in d such as ``"2^d"``; an irrational one is rounded up.
    method : {"box", "optimal", "dual", "tail", "slides"}
        ``box`` bounds what the neurons can put into each degree and is by far the strongest for
        oscillating targets; ``optimal`` is the best that the norms of the neurons give; ``dual`` and
        ``tail`` use the tail of the expansion, from the best degree on; ``slides`` is the concluding
        formula of the slides, for sin(pi d^3 t) and B = 2^d only.
    error : {"norm", "squared"}
        Whether epsilon is the norm of the error or its square.
    certified : bool
        Whether the bound is established in ball arithmetic; otherwise it is evidence.

    Returns
    -------
    Depth2Width

    Raises
    ------
    InvalidInput
        If an argument is outside its domain.
    Inexact
        If a certified bound is asked for a callable.

    Notes
    -----
    A certified bound uses finitely many degrees, which is no loss of truth.  The width is exact however
    long it is: the working precision grows with it.

    References
    ----------
    Daniely, Depth Separation for Neural Networks (2017), Theorem 3, for ``tail``; the derivations of the
    others are in :mod:`legendre.tail_bounds`, :mod:`legendre.ellipsoid_bound` and
    :mod:`legendre.neuron_coefficients`.

    Examples
    --------
    >>> from legendre.targets import sine
    >>> bound = depth2_width(sine("pi*d^3"), d=5, epsilon="0.01", weight_bound="2^d", certified=True)
    >>> bound.width, round(bound.log10, 2), bound.status
    (190430, 5.28, 'certified')
    >>> depth2_width(sine(1), d=5, epsilon=1, weight_bound=1).status
    'void'
    """
    if method not in METHODS:
        raise InvalidInput(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    question = read_question(target, d, epsilon, weight_bound, error)
    spread = spectrum(question.target, question.d, question.allowed)
    if method == "slides":
        return _answer(question, method, certified, certified_slides_bound(question, spread, certified))
    bound = _certified(question, spread, method) if certified else _floating(question, spread, method)
    return _answer(question, method, certified, bound)


def _certified(question: Depth2Question, spread: Spectrum, method: str) -> CertifiedBound:
    match method:
        case "box":
            return certified_box_bound(question, spread)
        case "optimal":
            return certified_ellipsoid_bound(question, spread)
        case _:
            return certified_tail_bound(question, spread, method)


def _floating(question: Depth2Question, spread: Spectrum, method: str) -> CertifiedBound:
    match method:
        case "box":
            bound = box_bound(question, spread)
        case "optimal":
            bound = ellipsoid_bound(question, spread)
        case _:
            bound = tail_bound(question, spread, method)
    return _written_out(bound)


def _written_out(bound: LowerBound) -> CertifiedBound:
    """The integer that a logarithm in floats stands for."""
    if bound.log == -math.inf:
        return CertifiedBound(0, arb(0))
    with ctx.workprec(64 + max(0, int(bound.log * 2))):
        value = arb(bound.log).exp()
        return CertifiedBound(max(1, ceiling(lower_fraction(value))), value, bound.degree)


def _answer(question: Depth2Question, method: str, certified: bool, bound: CertifiedBound) -> Depth2Width:
    void = bound.width == 0
    return Depth2Width(
        target=str(question.target),
        d=question.d,
        epsilon_squared=question.epsilon_squared,
        weight_bound=question.weight_bound,
        method=method,
        width=bound.width,
        log10=-math.inf if void else float(bound.value.log() / arb(10).log()),
        status="void" if void else "certified" if certified else "evidence",
        degree=bound.degree,
        explanation=_EXPLANATIONS[method],
    )
