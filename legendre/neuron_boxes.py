r"""How much one neuron of a network can put into each degree of an inner-product function.

For a neuron w_2 sigma(<w, x> + <w', x'> + b) with weights in [-B, B] and a degree n >= 1,

.. math:: |\langle \text{neuron}, h_n \rangle| \le \kappa_n
          = \min_p \frac{V_p}{p!}\, B\,(\sqrt d\,B)^p\, \frac{b_{n,p}}{\sqrt{N_{d,n}}} ,

over the orders p < 2n in which the total variation V_p of the p-th derivative of sigma on
\|z\| <= B (1 + sqrt(4d)) is known (:mod:`legendre.neuron_variations`).  For ReLU that is p = 1, V_1 = 1.  In
low degrees of powers and polynomials the norm of sigma - c, for a constant c, is used in its place, and
``sin`` has a bound of its own (:mod:`legendre.sine_neurons`).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial
from typing import TYPE_CHECKING, Any

from flint import arb

from identifiability.exact import ball
from legendre.depth2_questions import Depth2Question, logarithm
from legendre.neuron_coefficients import boxes, log_boxes, log_dimensions
from legendre.neuron_variations import half_range, variations
from legendre.polynomials import dimension
from legendre.sine_neurons import log_sine_boxes, sine_box

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]


def neuron_boxes(question: Depth2Question, degrees: Sequence[int]) -> list[arb]:
    """The numbers kappa_n at increasing degrees, in balls; 0 where no network has any part.

    Examples
    --------
    >>> from legendre.depth2_questions import read_question
    >>> from legendre.targets import sine
    >>> tanh, repu, square = (
    ...     read_question(sine(9), 3, "0.1", 2, "norm", activation)
    ...     for activation in ("tanh", "repu", "polynomial(0, 0, 1)")
    ... )
    >>> [round(float(kappa), 4) for question in (tanh, repu) for kappa in neuron_boxes(question, [2, 3])]
    [0.2373, 0.1164, 0.4745, 0.1123]
    >>> neuron_boxes(square, [2, 3])
    [0, 0]
    """
    d, bound = question.d, question.weight_bound
    orders = variations(question.activation, question.reach)
    norm = ball(bound) * half_range(question.activation, question.reach)
    bounds: dict[int, list[arb]] = {n: [] for n in degrees}
    for p, total in orders:
        beyond = [n for n in degrees if 2 * n > p]
        for n, most in zip(beyond, boxes(d, beyond, bound, p), strict=True):
            bounds[n].append(total / factorial(p) * most)
    for n in degrees:
        if question.activation.name == "sin":
            bounds[n].append(sine_box(d, n, bound))
        if _norms_matter(orders):
            bounds[n].append(norm / arb(dimension(d, n)).sqrt())
    return [min(bounds[n]) for n in degrees]


def log_neuron_boxes(question: Depth2Question, degrees: Array) -> Array:
    """The logarithms of the numbers kappa_n at degrees n >= 1, in floats; -inf for 0."""
    import numpy as np

    d, bound = question.d, question.weight_bound
    orders = variations(question.activation, question.reach)
    logs = np.full(len(degrees), np.inf)
    if _norms_matter(orders):
        norm = ball(bound) * half_range(question.activation, question.reach)
        logs = logarithm(norm) - log_dimensions(d, degrees) / 2
    for p, total in orders:
        beyond = 2 * degrees > p
        most = log_boxes(d, degrees[beyond], bound, p) + logarithm(total / factorial(p))
        logs[beyond] = np.minimum(logs[beyond], most)
    if question.activation.name == "sin":
        logs = np.minimum(logs, log_sine_boxes(d, degrees, bound))
    return logs


def _norms_matter(orders: Sequence[tuple[int, arb]]) -> bool:
    """Whether some degrees n >= 1 have no other bound: orders 0 and 1 bound all of them."""
    return all(p > 1 for p, _ in orders)
