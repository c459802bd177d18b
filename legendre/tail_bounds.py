r"""Lower bounds on the width of a depth-2 network from the tail of the expansion beyond a degree n.

Let T_n be the norm of P_n F = sum_{i >= n} alpha_i h_i and S a bound on the norm of each neuron.  A neuron
g is a function of <v, x> and <v', x'>, with coefficients beta_i at L_i(<v, x>) L_i(<v', x'>), and
<g, h_i> = beta_i P_i(<v, v'>)/sqrt(N_i), \|P_i\| <= 1.  As N_i does not decrease with i,

.. math:: |\langle g, P_n F\rangle| \le \sum_{i \ge n} \frac{|\beta_i \alpha_i|}{\sqrt{N_i}}
          \le \frac{S\,T_n}{\sqrt{N_n}} .

The output bias has degree 0 and drops out for n >= 1.  From this follow, for r neurons and F - G of norm
at most epsilon,

.. math:: \varepsilon^2 \ge T_n^2 - \frac{2 r S T_n}{\sqrt{N_n}}  \quad\Longrightarrow\quad
          r \ge \frac{\sqrt{N_n}\,(T_n^2 - \varepsilon^2)}{2\,T_n S} \quad\text{(tail)},

.. math:: \varepsilon\,T_n \ge \langle F - G, P_n F\rangle \ge T_n^2 - \frac{r S T_n}{\sqrt{N_n}}
          \quad\Longrightarrow\quad r \ge \frac{\sqrt{N_n}\,(T_n - \varepsilon)}{S} \quad\text{(dual)},

with S = B^2 (1 + sqrt(4d)) for ReLU; for other activations S is B times half the range of sigma on
\|z\| <= B (1 + sqrt(4d)), since a constant has degree 0, too.  Both increase with T_n, so that a finite part
of the tail is enough.

References: Daniely, Depth Separation for Neural Networks (2017), Theorem 3 (the first of the two).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from flint import arb, ctx

from identifiability.errors import InvalidInput
from identifiability.exact import decimal, lower_fraction
from legendre.depth2_questions import CertifiedBound, Depth2Question, LowerBound, logarithm
from legendre.neuron_coefficients import log_dimensions
from legendre.polynomials import dimension
from legendre.spectra import Spectrum, certified_sizes
from legendre.target_values import frequency
from legendre.targets import Sine

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

_LEFT_OUT = 1e-9
"""The degrees above the ones that are certified carry less than this part of the squared tail."""

SLIDES_CONSTANT = 20
"""The concluding width has 20 e pi in its denominator."""


def tail_bound(question: Depth2Question, spectrum: Spectrum, method: str) -> LowerBound:
    """The best of the bounds over all degrees n, in floats; the method is tail or dual."""
    import numpy as np

    tails, epsilon = _tails(spectrum), math.sqrt(spectrum.in_its_unit(question.epsilon_squared))
    with np.errstate(divide="ignore", invalid="ignore"):
        gains = tails - epsilon if method == "dual" else (tails - epsilon) * (tails + epsilon) / (2 * tails)
        scaled = np.log(gains) + log_dimensions(question.d, spectrum.degrees) / 2
        unit = spectrum.exponent * math.log(2) - logarithm(question.supremum)
        logs = np.where(gains > 0, scaled + unit, -math.inf)
    if not len(logs) or not np.max(logs) > -math.inf:
        return LowerBound(-math.inf)
    best = int(np.argmax(logs))
    return LowerBound(float(logs[best]), int(spectrum.degrees[best]))


def _tails(spectrum: Spectrum) -> Array:
    import numpy as np

    return np.asarray(np.sqrt(np.cumsum(spectrum.sizes[::-1] ** 2)[::-1]))


def certified_tail_bound(question: Depth2Question, spectrum: Spectrum, method: str) -> CertifiedBound:
    """The bound at the degree that floats prefer, in ball arithmetic."""
    chosen = tail_bound(question, spectrum, method)
    if chosen.degree is None:
        return CertifiedBound(0, arb(0))
    with ctx.workprec(128):
        tail = certified_tail(question, spectrum, chosen.degree)
        epsilon = question.epsilon
        gain = tail - epsilon if method == "dual" else (tail * tail - epsilon * epsilon) / (2 * tail)
        scaled = arb(dimension(question.d, chosen.degree)).sqrt() * gain
        return at_least(scaled, question.supremum, chosen.degree)


def at_least(gain: arb, norm: arb, degree: int | None = None) -> CertifiedBound:
    """The bound r >= gain/norm: void unless the ball is positive, and infinite when neurons are nothing."""
    if not gain > 0:
        return CertifiedBound(0, arb(0))
    if norm.is_zero():
        return CertifiedBound(math.inf, arb.pos_inf(), degree)
    value = gain / norm.upper()
    low = lower_fraction(value)
    return CertifiedBound(math.ceil(low), value.lower(), degree)


def certified_tail(question: Depth2Question, spectrum: Spectrum, degree: int) -> arb:
    """The norm of the part of the tail from this degree on that is not negligible, as a ball."""
    import numpy as np

    beyond = spectrum.degrees >= degree
    squares = spectrum.sizes[beyond] ** 2
    rest = np.cumsum(squares[::-1])[::-1]
    chosen = spectrum.degrees[beyond][rest > _LEFT_OUT * rest[0]]
    total = arb(0)
    for size in certified_sizes(question.target, question.d, [int(n) for n in chosen]):
        total += size * size
    return total.sqrt()


def slides_bound(question: Depth2Question) -> arb:
    r"""The concluding formula of the slides, for sin(pi d^3 t), n = d^2 and B = 2^d, as a ball.

    .. math:: r \ge \frac{\sqrt{N_{d,d^2}}}{20 e \pi\, 2^{2d} (1 + \sqrt{4d}) + 2^{d+1}}

    Raises
    ------
    InvalidInput
        If the target, the weight bound or the activation is another one.

    References
    ----------
    Daniely, Depth Separation for Neural Networks, slides by T. Kocák (2019), "Example - conclusion".
    """
    d = question.d
    if question.activation.name != "relu":
        raise InvalidInput(f"method 'slides' is for relu, got {question.activation}; pass method='box'")
    with ctx.workprec(256):
        wanted = arb.pi() * d**3
        fits = isinstance(question.target, Sine) and frequency(question.target, d).overlaps(wanted)
    if not fits:
        raise InvalidInput(
            f"method 'slides' is for the target sine('pi*d^3'), got {question.target}; pass method='dual'"
        )
    if question.weight_bound != 2**d:
        raise InvalidInput(
            f"method 'slides' is for weight_bound 2^d, got {decimal(question.weight_bound)}; pass"
            " method='dual'"
        )
    scale = SLIDES_CONSTANT * arb.const_e() * arb.pi()
    return arb(dimension(d, d * d)).sqrt() / (scale * question.supremum + arb(2) ** (d + 1))


def certified_slides_bound(question: Depth2Question, spectrum: Spectrum, certified: bool) -> CertifiedBound:
    """The concluding formula, once the dual bound at n = d^2 is seen to be at least as large.

    Raises
    ------
    InvalidInput
        If it is not: the error allowed is too large for the formula.
    """
    import numpy as np

    degree = question.d**2
    with ctx.workprec(128):
        value = slides_bound(question)
        if certified:
            top = spectrum.degrees[np.cumsum(spectrum.sizes[::-1] ** 2)[::-1] > 0.01]
            start = max(degree, int(top[-1])) if len(top) else degree
            tail = certified_tail(question, spectrum, start)
        else:
            tail = arb(float(np.sqrt(np.sum(spectrum.sizes[spectrum.degrees >= degree] ** 2))))
        dual = arb(dimension(question.d, degree)).sqrt() * (tail - question.epsilon) / question.supremum
        if not dual >= value:
            raise InvalidInput(
                f"the slides' width is not proved for errors as large as {float(question.epsilon):.4g};"
                " pass a norm of at most 1/(5 sqrt(2) e pi), about 0.0165"
            )
        return at_least(value, arb(1), degree)
