r"""Shallow ReLU networks for squares and for the inner product of unit vectors.

Squares are interpolated on equal pieces of length h: the interpolant p of z^2 satisfies 0 <= p - z^2 <=
h^2/4, since (b - z)(z - a) <= h^2/4 on a piece [a, b].  Moved down by h^2/8 it is wrong by h^2/8 at most, in
both directions.  With an odd number 2m + 1 of pieces of [-R, R] the one in the middle is flat, and m kinks
on each side remain.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from identifiability.errors import InvalidInput
from identifiability.exact import abbreviated, ceiling, digits, positive
from legendre.depth3_plans import least_root
from legendre.polynomials import read_dimension

if TYPE_CHECKING:
    from identifiability.network import Network
    from identifiability.weights import SparseRationals

LARGEST_LAYER = 2**20
"""Networks with more neurons are refused: they take over ten seconds to build."""


@dataclass(frozen=True, slots=True)
class HalfSquare:
    """The function constant + sum_j weight_j (max(0, z - kink_j) + max(0, -z - kink_j)), close to z^2/2."""

    kinks: tuple[Fraction, ...]
    weights: tuple[Fraction, ...]
    constant: Fraction


def centred(side: int, step: Fraction) -> HalfSquare:
    """The interpolant of z^2/2 on 2 side + 1 pieces, moved down by half of its largest error."""
    kinks = tuple((j + Fraction(1, 2)) * step for j in range(side))
    return HalfSquare(kinks, (step,) * side, step * step / 16)


def interpolating(side: int, step: Fraction) -> HalfSquare:
    """The interpolant of z^2/2 on 2 side pieces, with a knot at 0."""
    kinks = tuple(j * step for j in range(side))
    return HalfSquare(kinks, (step / 2, *(step,) * (side - 1)), Fraction(0))


@dataclass(frozen=True, slots=True, eq=False)
class FirstLayer:
    """Neurons and the combination of them, plus an offset, that is close to <x, x'>."""

    weight: SparseRationals
    biases: list[Fraction]
    combination: list[Fraction]
    offset: Fraction


def first_layer(d: int, square: HalfSquare, scale: Fraction = Fraction(1), copies: int = 1) -> FirstLayer:
    """sum_i q(x_i + x'_i) - 1 with q close to z^2/2; weights times a scale, neurons in equal copies."""
    from identifiability.weights import SparseRationals

    neurons = [
        (sign, kink, weight)
        for sign in (1, -1)
        for kink, weight in zip(square.kinks, square.weights, strict=True)
        for _ in range(copies)
    ]
    rows = [row for row in range(d * len(neurons)) for _ in range(2)]
    columns = [column for i in range(d) for _ in neurons for column in (i, d + i)]
    entries = [entry for sign, _, _ in neurons for entry in (sign * scale, sign * scale)] * d
    return FirstLayer(
        SparseRationals((d * len(neurons), 2 * d), rows, columns, entries),
        [-kink * scale for _, kink, _ in neurons] * d,
        [weight / (scale * copies) for _, _, weight in neurons] * d,
        d * square.constant - 1,
    )


def square_network(radius: object, epsilon: object) -> Network:
    r"""A shallow ReLU network within epsilon of z^2 on [-R, R].

    .. math:: \text{width} = 2m, \qquad 2m + 1 \ge R/\sqrt{2\varepsilon}

    Parameters
    ----------
    radius, epsilon : number
        R > 0 and the uniform error > 0, exact.

    Returns
    -------
    Network
        On R, with exact weights; the largest error is (2R/(2m+1))^2/8.

    Raises
    ------
    InvalidInput
        If a number is not positive, or the network would not fit in memory.

    Examples
    --------
    >>> network = square_network(1, "1/18")
    >>> network.architecture, network([[0], [1], ["1/3"]]).ravel().tolist()
    ((1, 2, 1), [Fraction(1, 18), Fraction(17, 18), Fraction(1, 18)])
    """
    from identifiability.network import Network

    length, error = positive(radius, "radius"), positive(epsilon, "epsilon")
    side = max(1, ceiling(Fraction(least_root(length**2 / (2 * error)) - 1, 2)))
    _check_size(2 * side)
    half = centred(side, 2 * length / (2 * side + 1))
    return Network(
        [[[1]] * side + [[-1]] * side, [[2 * weight for weight in half.weights * 2]]],
        [[-kink for kink in half.kinks * 2], [2 * half.constant]],
    )


def inner_product_network(d: object, epsilon: object) -> Network:
    r"""A shallow ReLU network within epsilon of <x, x'> for all unit vectors x, x' of R^d.

    .. math:: \langle x, x'\rangle = \tfrac12 \sum_{i=1}^d (x_i + x'_i)^2 - 1, \qquad
              \text{width} = 2md, \quad (2m + 1)^2 \ge d/\varepsilon

    Parameters
    ----------
    d : int
        The dimension, at least 2.
    epsilon : number
        The uniform error > 0, exact.

    Returns
    -------
    Network
        On rows (x, x') of length 2d, with exact weights.

    Raises
    ------
    InvalidInput
        If d < 2, epsilon <= 0, or the network would not fit in memory.

    Examples
    --------
    >>> inner_product_network(2, "1/50").architecture
    (4, 20, 1)
    """
    from identifiability.network import Network
    from identifiability.weights import Rationals

    dimension, error = read_dimension(d), positive(epsilon, "epsilon")
    side = max(1, ceiling(Fraction(least_root(dimension / error) - 1, 2)))
    _check_size(2 * side * dimension)
    layer = first_layer(dimension, centred(side, Fraction(4, 2 * side + 1)))
    return Network(
        [layer.weight, Rationals([layer.combination])], [Rationals(layer.biases), Rationals([layer.offset])]
    )


def _check_size(width: int) -> None:
    if width > LARGEST_LAYER:
        raise InvalidInput(
            f"the network would have {abbreviated(width)} neurons, where {digits(LARGEST_LAYER)} fit;"
            " pass a larger epsilon"
        )
