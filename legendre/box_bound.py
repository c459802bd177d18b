r"""The lower bound on the width of a depth-2 network, degree by degree.

Let alpha_n be the coefficients of F(x, x') = f(<x, x'>) in the orthonormal h_n = sqrt(N) P_n(<x, x'>), and
gamma_n = <G, h_n> those of a network G of width r.  Every neuron contributes at most kappa_n to
\|gamma_n\| (:mod:`legendre.neuron_boxes`), so that \|gamma_n\| <= r kappa_n, and

.. math:: \sum_{n \ge 1} \bigl(|\alpha_n| - r \kappa_n\bigr)_+^2 \le \sum_n (\alpha_n - \gamma_n)^2
          \le \|F - G\|^2 \le \varepsilon^2 .

The left side decreases in r: a width r is impossible as long as it exceeds epsilon^2, for the sum over
any set of degrees.

For ReLU the neuron with w = w' = (B, ..., B), b = 0, w_2 = B attains kappa_n in all degrees at once, with
the signs (-1)^{n+1}, so that no bound on single neurons and test functions with these signs gives more.  The
signs of the sine's coefficients alternate between odd degrees and no neuron follows them in many degrees;
bounds on neurons in several degrees jointly could give more (in floats, over a grid of neurons, three times
the width for sin(30 t), d = 3), but none is proved here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from flint import arb, ctx

from identifiability.exact import ball, lower_fraction
from legendre.depth2_questions import CertifiedBound, Depth2Question, LowerBound
from legendre.neuron_boxes import log_neuron_boxes, neuron_boxes
from legendre.spectra import Spectrum, certified_sizes

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

_GUARD_BITS = 40
_MOST_BITS = 16_384
"""Widths with more bits than this are proved, too, but are not always the largest possible."""

_LEFT_OUT = 1e-9
"""The low degrees that no network has either are left out when they carry less than this part."""


def box_bound(question: Depth2Question, spectrum: Spectrum) -> LowerBound:
    """The root r of the per-degree bound, in floats; inf when degrees that no network has carry too much."""
    logs, squares = _thresholds(question, spectrum)
    allowed = spectrum.in_its_unit(question.epsilon_squared)
    if float(squares[logs == math.inf].sum()) > allowed:
        return LowerBound(math.inf)
    return LowerBound(_root(logs, squares, allowed))


def _thresholds(question: Depth2Question, spectrum: Spectrum) -> tuple[Array, Array]:
    """The logarithms of |alpha_n|/kappa_n, and the squares of alpha_n in the unit of the spectrum."""
    import numpy as np

    boxes = log_neuron_boxes(question, spectrum.degrees)
    return np.log(spectrum.sizes) + spectrum.exponent * math.log(2) - boxes, spectrum.sizes**2


def _root(logs: Array, squares: Array, allowed: float) -> float:
    """The logarithm of the r at which the sum of alpha^2 (1 - r/threshold)_+^2 is what is allowed."""
    import numpy as np

    if not float(np.sum(squares)) > allowed:
        return -math.inf

    def excess(log: float) -> float:
        return float(np.sum(squares * np.expm1(np.minimum(log - logs, 0)) ** 2)) - allowed

    high = float(np.max(logs[logs < math.inf]))
    deepest = high - float(np.min(logs)) + 1e6
    drop = 1.0
    while excess(high - drop) <= 0:
        drop *= 2
        if drop > deepest:
            return -math.inf
    low = high - drop
    kept = logs > low
    logs, squares = logs[kept], squares[kept]
    while high - low > 2e-16 * max(1.0, abs(high)):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if excess(middle) > 0:
            low = middle
        else:
            high = middle
    return low


def certified_box_bound(question: Depth2Question, spectrum: Spectrum) -> CertifiedBound:
    """The per-degree bound in ball arithmetic, over the degrees that matter at its root.

    Floats choose the degrees and a first guess of r; that the width before the answer is impossible is
    established in balls.  The precision is such that an answer of up to 4900 digits has all of them right.
    """
    guess = box_bound(question, spectrum).log
    if guess == -math.inf:
        return CertifiedBound(0, arb(0))
    logs, squares = _thresholds(question, spectrum)
    if guess == math.inf:
        none = logs == math.inf
        in_its_unit = spectrum.in_its_unit(question.epsilon_squared)
        return _unreachable(question, spectrum.degrees[none], squares[none], in_its_unit)
    degrees = [int(n) for n in spectrum.degrees[logs > guess - 1e-6]]
    with ctx.workprec(min(max(128, int(guess / math.log(2)) + 64), _MOST_BITS) + _GUARD_BITS):
        sizes = certified_sizes(question.target, question.d, degrees)
        boxes = neuron_boxes(question, degrees)
        allowed = ball(question.epsilon_squared)
        root = _newton(arb(guess - 1e-3).exp().mid(), sizes, boxes, allowed)
        bits = ctx.prec - _GUARD_BITS // 2
        while bits > 0:
            below = (root * (1 - arb(2) ** -bits)).mid()
            if impossible(below, sizes, boxes, allowed):
                return CertifiedBound(math.floor(lower_fraction(below)) + 1, below)
            bits = bits - 16 if bits > 32 else bits // 2
    return CertifiedBound(0, arb(0))


def _unreachable(question: Depth2Question, degrees: Array, squares: Array, allowed: float) -> CertifiedBound:
    """That no width suffices, because of the degrees that no network has, from the last one down."""
    import numpy as np

    from_the_top = np.cumsum(squares[::-1])
    enough = min(2 * allowed, (1 - _LEFT_OUT) * float(from_the_top[-1]))
    chosen = [int(n) for n in degrees[-1 - int(np.searchsorted(from_the_top, enough)) :]]
    with ctx.workprec(128):
        sizes = certified_sizes(question.target, question.d, chosen)
        boxes = neuron_boxes(question, chosen)
        if all(box.is_zero() for box in boxes) and impossible(
            arb(0), sizes, boxes, ball(question.epsilon_squared)
        ):
            return CertifiedBound(math.inf, arb.pos_inf())
    return CertifiedBound(0, arb(0))


def impossible(width: arb, sizes: list[arb], boxes: list[arb], allowed: arb) -> bool:
    """Whether the sum over the degrees given certainly exceeds what is allowed, at this width and below."""
    return bool(_misfit(width, sizes, boxes) > allowed)


def _misfit(width: arb, sizes: list[arb], boxes: list[arb]) -> arb:
    total = arb(0)
    for size, most in zip(sizes, boxes, strict=True):
        left = (size - width * most).max(arb(0))
        total += left * left
    return total


def _newton(start: arb, sizes: list[arb], boxes: list[arb], allowed: arb) -> arb:
    """Newton's steps from the left of the root of a convex decreasing function, which do not overshoot."""
    root = start
    for _ in range(60):
        slope = arb(0)
        for size, most in zip(sizes, boxes, strict=True):
            slope += 2 * most * (size - root * most).max(arb(0))
        if not slope > 0:
            break
        step = ((_misfit(root, sizes, boxes) - allowed) / slope).mid()
        root = (root + step).mid()
        if abs(step) < root * arb(2) ** (_GUARD_BITS // 2 - ctx.prec):
            break
    return root
