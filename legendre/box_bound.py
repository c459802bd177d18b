r"""The lower bound on the width of a depth-2 ReLU network, degree by degree.

Let alpha_n be the coefficients of F(x, x') = f(<x, x'>) in the orthonormal h_n = sqrt(N) P_n(<x, x'>), and
gamma_n = <G, h_n> those of a network G of width r.  Every neuron contributes at most kappa_n to
\|gamma_n\| (:func:`legendre.neuron_coefficients.box`), so that \|gamma_n\| <= r kappa_n, and

.. math:: \sum_{n \ge 1} \bigl(|\alpha_n| - r \kappa_n\bigr)_+^2 \le \sum_n (\alpha_n - \gamma_n)^2
          \le \|F - G\|^2 \le \varepsilon^2 .

The left side decreases in r: a width r is impossible as long as it exceeds epsilon^2, for the sum over
any set of degrees.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from flint import arb, ctx

from identifiability.exact import ball, lower_fraction
from legendre.depth2_questions import CertifiedBound, Depth2Question, LowerBound
from legendre.neuron_coefficients import box, log_boxes
from legendre.spectra import Spectrum, certified_sizes

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

_GUARD_BITS = 40


def box_bound(question: Depth2Question, spectrum: Spectrum) -> LowerBound:
    """The root r of the per-degree bound, in floats."""
    logs, squares = _thresholds(question, spectrum)
    return LowerBound(_root(logs, squares, question.allowed))


def _thresholds(question: Depth2Question, spectrum: Spectrum) -> tuple[Array, Array]:
    """The logarithms of |alpha_n|/kappa_n, and the squares of alpha_n."""
    import numpy as np

    boxes = log_boxes(question.d, spectrum.degrees, question.weight_bound)
    return np.log(spectrum.sizes) - boxes, spectrum.sizes**2


def _root(logs: Array, squares: Array, allowed: float) -> float:
    """The logarithm of the r at which the sum of alpha^2 (1 - r/threshold)_+^2 is what is allowed."""
    import numpy as np

    if not float(np.sum(squares)) > allowed:
        return -math.inf

    def excess(log: float) -> float:
        return float(np.sum(squares * np.expm1(np.minimum(log - logs, 0)) ** 2)) - allowed

    high = float(np.max(logs))
    drop = 1.0
    while excess(high - drop) <= 0:
        drop *= 2
        if drop > 1e6:
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
    established in balls.  The precision is such that the answer has all its digits right.
    """
    guess = box_bound(question, spectrum).log
    if guess == -math.inf:
        return CertifiedBound(0, arb(0))
    logs, _ = _thresholds(question, spectrum)
    degrees = [int(n) for n in spectrum.degrees[logs > guess - 1e-6]]
    with ctx.workprec(max(128, int(guess / math.log(2)) + 64) + _GUARD_BITS):
        sizes = certified_sizes(question.target, question.d, degrees)
        boxes = [box(question.d, n, question.weight_bound) for n in degrees]
        allowed = ball(question.epsilon_squared)
        root = _newton(arb(guess - 1e-3).exp().mid(), sizes, boxes, allowed)
        bits = ctx.prec - _GUARD_BITS // 2
        while bits > 0:
            below = (root * (1 - arb(2) ** -bits)).mid()
            if impossible(below, sizes, boxes, allowed):
                return CertifiedBound(math.floor(lower_fraction(below)) + 1, below)
            bits = bits - 16 if bits > 32 else bits // 2
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
