"""How wide a depth-2 network must be to come close to an inner-product function on two spheres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from identifiability.activations import Activation
from identifiability.errors import Inexact, InvalidInput
from identifiability.exact import abbreviated, ceiling, decimal, digits, lower_fraction, spelled
from identifiability.table import html, latex, latex_text
from legendre.box_bound import box_bound, certified_box_bound
from legendre.depth2_explanations import explanation
from legendre.depth2_questions import CertifiedBound, Depth2Question, LowerBound, read_question
from legendre.ellipsoid_bound import certified_ellipsoid_bound, ellipsoid_bound
from legendre.precision import FLOAT_BITS, read_certified
from legendre.shown_counts import in_latex, shown
from legendre.spectra import Spectrum, spectrum
from legendre.tail_bounds import certified_slides_bound, certified_tail_bound, tail_bound
from legendre.target_values import frequency
from legendre.targets import Cosine, Exponential, Function, Sine

LONGEST_WIDTH = 100_000
"""Widths with more digits are refused."""

LARGEST_FREQUENCY = 5 * 10**6
"""Certified widths are refused for larger frequencies: they would take more than ten seconds."""

METHODS = ("box", "optimal", "dual", "tail", "slides")

_HEADER = ("f", "d", "method", "width", "log10", "status")


@dataclass(frozen=True, slots=True)
class Depth2Width:
    """A lower bound on the width of depth-2 networks.

    Attributes
    ----------
    width : int or float
        No network with fewer neurons is so close: an integer, 0 when the bound says nothing; or inf, when no
        width suffices.
    log10 : float
        The decimal logarithm of the bound before it is rounded up; -inf when void, inf when no width
        suffices.
    status : str
        ``certified``, ``evidence`` (floating point) or ``void``.
    degree : int or None
        The degree n from which on the tail is taken, where the method has one.
    explanation : str
        What the bound assumes.
    activation : str
        That of the hidden layer.
    """

    target: str
    d: int
    epsilon_squared: Fraction
    weight_bound: Fraction
    method: str
    width: int | float
    log10: float
    status: str
    degree: int | None
    explanation: str
    activation: str = "relu"

    def __str__(self) -> str:
        at = "" if self.degree is None else f" at n = {self.degree}"
        which = "" if self.activation == "relu" else f", {self.activation}"
        needed = f"width >= {abbreviated(self.width)}" if isinstance(self.width, int) else "no width suffices"
        return (
            f"{needed} ({self.status}, method {self.method}{at}{which}) for {self.target} "
            f"in dimension {self.d}"
        )

    def to_json(self) -> dict[str, object]:
        """The answer as a dictionary for JSON: integers and fractions are strings.

        When no width suffices, the width is ``"inf"``; ``log10`` is null where it is infinite.
        """
        return {
            "schema": 1,
            "inputs": {
                "target": self.target,
                "d": digits(self.d),
                "epsilon_squared": digits(self.epsilon_squared),
                "weight_bound": digits(self.weight_bound),
                "method": self.method,
                "activation": self.activation,
            },
            "width": digits(self.width) if isinstance(self.width, int) else "inf",
            "log10": self.log10 if math.isfinite(self.log10) else None,
            "status": self.status,
            "degree": None if self.degree is None else digits(self.degree),
            "explanation": self.explanation,
        }

    def to_latex(self) -> str:
        """The answer as a LaTeX ``tabular`` that needs no package."""
        target, method, status = map(latex_text, (self.target, self._named_method, self.status))
        width = in_latex(self.width, r"\ge ") if isinstance(self.width, int) else r"$\infty$"
        line = [target, f"${self.d}$", method, width, latex_text(self._logarithm), status]
        return latex([latex_text(title) for title in _HEADER], [line], comments=[self.explanation])

    def _repr_html_(self) -> str:
        """The answer as a notebook shows it."""
        width = f"≥ {shown(self.width)}" if isinstance(self.width, int) else "∞"
        line = [self.target, str(self.d), self._named_method, width, self._logarithm, self.status]
        return html(_HEADER, [line], notes=[self.explanation])

    @property
    def _named_method(self) -> str:
        return self.method if self.degree is None else f"{self.method}, n = {self.degree}"

    @property
    def _logarithm(self) -> str:
        return f"{self.log10:.6g}" if math.isfinite(self.log10) else "-"


def depth2_width(
    target: object,
    d: object,
    epsilon: object,
    weight_bound: object,
    method: str = "box",
    error: str = "norm",
    certified: bool = False,
    *,
    activation: str | Activation = "relu",
) -> Depth2Width:
    r"""How wide a depth-2 network must be to come within epsilon of f(<x, x'>).

    The network is N(x, x') = w_2^T sigma(W_1 x + W_1' x' + b_1) + b_2 on two unit spheres of R^d with the
    uniform measures, with all weights and biases in [-B, B]; sigma is ReLU unless another one is given.

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
    activation : str or Activation
        sigma, as for :func:`identifiability.activation`; ``slides`` is for ReLU only.

    Returns
    -------
    Depth2Width
        Its width is inf when no width suffices: networks whose activation is a polynomial of degree q are
        nothing in the degrees n > q/2.

    Raises
    ------
    InvalidInput
        If an argument is outside its domain, the width has more than 100000 digits, or there are too many
        degrees: frequencies beyond 3 * 10^7, or 5 * 10^6 for a certified bound, of 2 * 10^6 degrees at most.
    Inexact
        If a certified bound is asked for a callable.

    Notes
    -----
    A certified bound uses finitely many degrees, which is no loss of truth.  The working precision grows
    with the width, so that up to 4900 digits the width is the largest that the method gives.  A bound in
    floats is rounded to nearest before it is rounded up: where it is an integer exactly, the width may be
    too large by one.

    References
    ----------
    Daniely, Depth Separation for Neural Networks (2017), Theorem 3, for ``tail``; the derivations of the
    others are in :mod:`legendre.tail_bounds`, :mod:`legendre.ellipsoid_bound`,
    :mod:`legendre.neuron_coefficients` and, for other activations than ReLU,
    :mod:`legendre.neuron_variations` and :mod:`legendre.sine_neurons`.

    Examples
    --------
    >>> from legendre.targets import sine
    >>> bound = depth2_width(sine("pi*d^3"), d=5, epsilon="0.01", weight_bound="2^d", certified=True)
    >>> bound.width, round(bound.log10, 2), bound.status
    (190430, 5.28, 'certified')
    >>> depth2_width(sine(1), d=5, epsilon=1, weight_bound=1).status
    'void'
    >>> for sigma in ("tanh", "polynomial(0, 0, 1)"):
    ...     print(depth2_width(sine(40), d=5, epsilon="0.01", weight_bound=2, activation=sigma))
    width >= 14540 (evidence, method box, tanh) for sin(40*t) in dimension 5
    no width suffices (evidence, method box, polynomial(0, 0, 1)) for sin(40*t) in dimension 5
    """
    if not isinstance(method, str) or method not in METHODS:
        raise InvalidInput(f"method must be one of {', '.join(METHODS)}, got {spelled(method)}")
    certified = read_certified(certified)
    # The answer does not depend on the working precision that flint happens to have.
    with ctx.workprec(FLOAT_BITS):
        question = read_question(target, d, epsilon, weight_bound, error, activation)
        if certified:
            _check_certified(question)
        spread = spectrum(question.target, question.d, question.epsilon_squared)
        if method == "slides":
            bound = certified_slides_bound(question, spread, certified)
        else:
            guess = _floating(question, spread, method)
            _check_length(question, guess.log)
            bound = _certified(question, spread, method) if certified else _written_out(guess)
        return _answer(question, method, certified, bound)


def _check_certified(question: Depth2Question) -> None:
    if isinstance(question.target, Function):
        raise Inexact(
            f"the values of the callable {question.target} are floats, which certify nothing; pass a target"
            " with a closed form, or certified=False"
        )
    if isinstance(question.target, (Sine, Cosine, Exponential)):
        a = abs(frequency(question.target, question.d))
        if not a <= LARGEST_FREQUENCY:
            raise InvalidInput(
                f"certified widths are for frequencies up to {LARGEST_FREQUENCY}, got {float(a):.6g}; pass a"
                " smaller one, or certified=False"
            )


def _check_length(question: Depth2Question, log: float) -> None:
    if LONGEST_WIDTH * math.log(10) < log < math.inf:
        raise InvalidInput(
            f"the width has more than {LONGEST_WIDTH} digits for weights of at most "
            f"{decimal(question.weight_bound)}; pass a larger weight_bound"
        )


def _certified(question: Depth2Question, spread: Spectrum, method: str) -> CertifiedBound:
    match method:
        case "box":
            return certified_box_bound(question, spread)
        case "optimal":
            return certified_ellipsoid_bound(question, spread)
        case _:
            return certified_tail_bound(question, spread, method)


def _floating(question: Depth2Question, spread: Spectrum, method: str) -> LowerBound:
    match method:
        case "box":
            return box_bound(question, spread)
        case "optimal":
            return ellipsoid_bound(question, spread)
        case _:
            return tail_bound(question, spread, method)


def _written_out(bound: LowerBound) -> CertifiedBound:
    """The integer that a logarithm in floats stands for."""
    if bound.log == -math.inf:
        return CertifiedBound(0, arb(0))
    if bound.log == math.inf:
        return CertifiedBound(math.inf, arb.pos_inf(), bound.degree)
    with ctx.workprec(64 + max(0, int(bound.log * 2))):
        value = arb(bound.log).exp()
        return CertifiedBound(max(1, ceiling(lower_fraction(value))), value, bound.degree)


def _answer(question: Depth2Question, method: str, certified: bool, bound: CertifiedBound) -> Depth2Width:
    void, reachable = bound.width == 0, bound.width < math.inf
    return Depth2Width(
        target=str(question.target),
        d=question.d,
        epsilon_squared=question.epsilon_squared,
        weight_bound=question.weight_bound,
        method=method,
        width=bound.width,
        log10=-math.inf if void else math.inf if not reachable else float(bound.value.log() / arb(10).log()),
        status="void" if void else "certified" if certified else "evidence",
        degree=bound.degree,
        explanation=explanation(question, method, reachable),
        activation=str(question.activation),
    )
