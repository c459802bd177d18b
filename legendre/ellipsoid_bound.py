r"""The best lower bound on the width that the norms of the neurons give, over all test functions.

With the notation of :mod:`legendre.tail_bounds`, sum_i N_i <g, h_i>^2 <= S^2 for every neuron g (degrees
i >= 1), so that the coefficients gamma of a network of r neurons satisfy (sum N_i gamma_i^2)^{1/2} <= r S:

.. math:: r\,S \ge \min\Bigl\{ \bigl(\textstyle\sum_i N_i \gamma_i^2\bigr)^{1/2} :
          \sum_i (\alpha_i - \gamma_i)^2 \le \varepsilon^2 \Bigr\},

attained at gamma_i = alpha_i/(1 + lambda N_i) with one lambda > 0.  Its dual needs no minimum: for every
test function with coefficients g_i,

.. math:: \varepsilon\,\|g\| \ge \langle F - G, g\rangle \ge \sum \alpha_i g_i - r S
          \Bigl(\sum g_i^2/N_i\Bigr)^{1/2},

with equality at g_i = alpha_i - gamma_i; rounded g_i prove nearly as much.  For ReLU S is
(sqrt(3)/2) B^2, for others see :attr:`legendre.depth2_questions.Depth2Question.centred_norm`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from flint import arb, ctx

from legendre.depth2_questions import CertifiedBound, Depth2Question, LowerBound, logarithm
from legendre.neuron_coefficients import log_dimensions
from legendre.polynomials import dimension
from legendre.spectra import Spectrum, certified_sizes
from legendre.tail_bounds import at_least

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

_LEFT_OUT = 1e-4
"""Degrees that matter less than this, all together, are left out of a certified bound."""


def ellipsoid_bound(question: Depth2Question, spectrum: Spectrum) -> LowerBound:
    """The minimum divided by S, in floats."""
    import numpy as np

    found = _multiplier(question, spectrum)
    if found is None:
        return LowerBound(-math.inf)
    log_n = log_dimensions(question.d, spectrum.degrees)
    terms = log_n + 2 * np.log(spectrum.sizes) - 2 * np.logaddexp(0, found + log_n)
    top = float(np.max(terms))
    size = (top + math.log(np.sum(np.exp(terms - top)))) / 2 + spectrum.exponent * math.log(2)
    return LowerBound(size - logarithm(question.centred_norm))


def _multiplier(question: Depth2Question, spectrum: Spectrum) -> float | None:
    """The logarithm of lambda; None when 0 is close enough to F."""
    import numpy as np

    squares, allowed = spectrum.sizes**2, spectrum.in_its_unit(question.epsilon_squared)
    if not float(np.sum(squares)) > allowed:
        return None
    log_n = log_dimensions(question.d, spectrum.degrees)
    low, high = -float(np.max(log_n)) - 800.0, 100.0
    for _ in range(80):
        middle = (low + high) / 2
        misfit = np.sum(squares * np.exp(-2 * np.logaddexp(0, -middle - log_n)))
        low, high = (middle, high) if misfit < allowed else (low, middle)
    return low


def certified_ellipsoid_bound(question: Depth2Question, spectrum: Spectrum) -> CertifiedBound:
    """The dual bound with the best test function rounded to floats, in ball arithmetic."""
    import numpy as np

    found = _multiplier(question, spectrum)
    if found is None:
        return CertifiedBound(0, arb(0))
    log_n = log_dimensions(question.d, spectrum.degrees)
    tests = np.log(spectrum.sizes) - np.logaddexp(0, -found - log_n)
    scaled = np.exp(tests - np.max(tests))
    gains = scaled * spectrum.sizes
    below = np.cumsum(gains)
    # Low degrees have tiny g_i; high ones have tiny alpha_i.
    kept = (below > _LEFT_OUT * below[-1]) & (below - gains < (1 - 1e-12) * below[-1])
    degrees = [int(n) for n in spectrum.degrees[kept]]
    with ctx.workprec(128):
        sizes = certified_sizes(question.target, question.d, degrees)
        product, square, image = arb(0), arb(0), arb(0)
        for n, size, test in zip(degrees, sizes, scaled[kept], strict=True):
            g = arb(float(test))
            product += size * g
            square += g * g
            image += g * g / dimension(question.d, n)
        gain = (product - question.epsilon * square.sqrt()) / image.sqrt()
        return at_least(gain, question.centred_norm)
