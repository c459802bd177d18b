"""Shallow ReLU networks that interpolate Lipschitz functions of one variable."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from identifiability.errors import InvalidInput
from identifiability.exact import abbreviated, ceiling, decimal, digits, positive, spelled
from legendre.target_values import read_value

if TYPE_CHECKING:
    from identifiability.network import Network

LARGEST_WIDTH = 2**19
"""Interpolants with more neurons are refused: they take about ten seconds to build."""


def lipschitz_interpolant(
    f: Callable[[Fraction], Any], lipschitz: object, radius: object, epsilon: object
) -> Network:
    r"""A shallow ReLU network within epsilon of a Lipschitz function on [-R, R], and as Lipschitz as it.

    .. math:: N(x) = f(0) + \sum_{i=1}^{2m} \gamma_i \max(0, \alpha_i x + \beta_i), \qquad
              m = \lceil RL/(2\varepsilon) \rceil,

    with alpha_i = 1 or -1, \|beta_i\| <= R, \|gamma_i\| <= 2L; the constant f(0) where RL <= epsilon.

    Parameters
    ----------
    f : callable
        Takes a Fraction and returns a number; a float is read as the binary fraction that it is.  What it
        raises passes through unchanged.
    lipschitz, radius, epsilon : number
        The Lipschitz constant L of f, R and the uniform error, all > 0, exact.

    Returns
    -------
    Network
        On R, of width 2m, with exact weights.

    Raises
    ------
    InvalidInput
        If a number is not positive, f is not callable, returns no finite real number somewhere or is steeper
        than L between two knots, or the network would take too long to build.

    Notes
    -----
    On a piece of length h the interpolant of an L-Lipschitz function is wrong by at most Lh/2: f lies
    between the lines of slope L and -L through both ends.  So h <= 2 epsilon/L is enough, and the width is
    at most 2RL/epsilon.  (The slides' knots i epsilon/L take 2 ceil(RL/epsilon) neurons, which is more.)

    References
    ----------
    Daniely, Depth Separation for Neural Networks (2017), Lemma 6; with equal knots and the sharp error.

    Examples
    --------
    >>> network = lipschitz_interpolant(abs, 1, 1, "1/4")
    >>> network.architecture, network([["-1/3"], [2]]).ravel().tolist()
    ((1, 4, 1), [Fraction(1, 3), Fraction(2, 1)])
    """
    from identifiability.network import Network

    slope, length, error = (
        positive(value, name)
        for value, name in ((lipschitz, "lipschitz"), (radius, "radius"), (epsilon, "epsilon"))
    )
    if not callable(f):
        raise InvalidInput(f"f must be callable on fractions, got {spelled(f)}; pass abs, for instance")

    def value(x: Fraction) -> Fraction:
        return read_value(f(x), x)

    start = value(Fraction(0))
    if slope * length <= error:
        return Network([[], [[]]], [[], [start]], input_dim=1)
    side = ceiling(slope * length / (2 * error))
    if 2 * side > LARGEST_WIDTH:
        raise InvalidInput(
            f"the network would have {abbreviated(2 * side)} neurons, where {digits(LARGEST_WIDTH)} fit;"
            " pass a larger epsilon"
        )
    step = length / side
    signs: list[list[int]] = []
    shifts: list[Fraction] = []
    jumps: list[Fraction] = []
    for sign in (1, -1):
        before, current = Fraction(0), start
        for j in range(side):
            following = value(sign * (j + 1) * step)
            rise = (following - current) / step
            if abs(rise) > slope:
                raise InvalidInput(
                    f"f rises with slope {decimal(rise, 6)} between two knots, more than the Lipschitz"
                    f" constant {decimal(slope, 6)}; pass a larger lipschitz"
                )
            signs.append([sign])
            shifts.append(-j * step)
            jumps.append(rise - before)
            before, current = rise, following
    return Network([signs, [jumps]], [shifts, [start]])
