"""Why no network realises a limit, as conditions on the activation and the limit that can be checked."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from identifiability.activations import Activation
from identifiability.exact import ball
from identifiability.realisation_sets.limits import Limit

OBSTRUCTIONS = ("continuity", "smoothness", "boundedness", "rationality", "degree")
"""What the realisations have and the limit has not.

continuity: the limit jumps at 0.  smoothness: the derivative of the limit of the order of its power jumps at
0, and the activation has that many continuous derivatives.  boundedness: the activation is real-analytic and
bounded on R, hence so are the realisations, and the limit is linear.  rationality: with one hidden layer of
softsign a realisation is on an interval a rational function that is bounded at infinity, and the limit is
linear.  degree: with one unit in each hidden layer, and an activation whose pieces are constants or
polynomials of one degree >= 2, a realisation is on an interval a constant or a polynomial of degree >= 2, and
the limit is linear.
"""


def obstructs(obstruction: str, sigma: Activation, limit: Limit, widths: tuple[int, ...]) -> bool:
    """Whether an obstruction keeps the networks of an activation from realising a limit.

    Parameters
    ----------
    obstruction : str
        One of :data:`OBSTRUCTIONS`.
    sigma : Activation
    limit : Limit
    widths : tuple of int
        Of the hidden layers; only their number counts, except that ``degree`` asks for ones.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> from identifiability.realisation_sets.limits import kink, line
    >>> [obstructs("smoothness", activation(name), kink(), (2,)) for name in ("gelu", "relu")]
    [True, False]
    >>> [obstructs("rationality", activation("softsign"), line(), widths) for widths in ((2,), (2, 2))]
    [True, False]
    """
    left, right = limit.one_sided
    if obstruction == "continuity":
        return limit.power == 0 and _differ(left, right)
    if obstruction == "smoothness":
        enough = sigma.smoothness is None or sigma.smoothness >= limit.power
        return limit.power >= 1 and _differ(left, right) and enough
    if limit.power != 1 or limit.left != limit.right or not _differ(left, Fraction(0)):
        return False
    match obstruction:
        case "boundedness":
            # A monotone function with an integrable derivative is bounded.
            return sigma.smoothness is None and (sigma.derivative_l1.is_finite or sigma.name == "sin")
        case "rationality":
            return sigma.name == "softsign" and len(widths) == 1
        case "degree":
            degrees = {degree for degree in sigma.piece_degrees or (1,) if degree != 0}
            return set(widths) == {1} and len(degrees) == 1 and min(degrees) >= 2
    return False


def _differ(a: Fraction | arb, b: Fraction | arb) -> bool:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a != b
    first, second = (ball(value) if isinstance(value, Fraction) else value for value in (a, b))
    return not first.overlaps(second)
