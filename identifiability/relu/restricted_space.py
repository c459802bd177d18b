r"""The restricted space N* of networks in which parameters depend on functions in a stable way.

It consists of the shallow ReLU networks without biases that are balanced, :math:`\|c_i\|_\infty =
\|a_i\|_\infty`, whose rows, where they are not zero, are not positive multiples of each other, and have
positive last two entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from identifiability.exact import digits
from identifiability.network import Network, in_arithmetic
from identifiability.relu.admissibility import FailedCondition
from identifiability.relu.hyperplanes import Normal
from identifiability.relu.oriented_forms import oriented_form
from identifiability.relu.row_directions import directions, parallel_units
from identifiability.relu.shallow import (
    Shallow,
    Vector,
    check_one_hidden_layer,
    network,
    read_shallow,
    read_shallow_with_biases,
)
from identifiability.relu.slot_costs import balanced_unit, simplest_between
from identifiability.relu.surds import PRECISION, surd
from identifiability.relu.vectors import maximum_norm


def is_restricted(net: Network | Shallow) -> bool:
    r"""Whether a network is in the restricted space N*, decided exactly.

    .. math:: \|c_i\|_\infty = \|a_i\|_\infty; \qquad a_i / \|a_i\| \ne a_j / \|a_j\|; \qquad
        a_{i,d-1}, a_{i,d} > 0

    for all units, and for all that are not zero in the last two.

    Parameters
    ----------
    net : Network or Shallow
        One hidden layer of ReLUs, all biases zero.  Floats are read as the binary fractions that they are.

    Returns
    -------
    bool
        :func:`restriction_failures` says why not.

    Raises
    ------
    InvalidNetwork
        If the network is deep, has another activation, or has a bias that is not zero.

    Notes
    -----
    Units that are zero, row and column, are allowed: with them every width contains the smaller ones.

    References
    ----------
    Berner, Elbrächter & Grohs, How degenerate is the parametrization of neural networks with the ReLU
    activation function?, Definition 3.2.

    Examples
    --------
    >>> is_restricted(Network([[[1, "1/2"], [1, 1], [0, 0]], [[-1, 1, 0]]]))
    True
    >>> is_restricted(Network([[[1, 0]], [[1]]]))
    False
    """
    return not restriction_failures(net)


def restriction_failures(net: Network | Shallow) -> tuple[FailedCondition, ...]:
    """Why a network is not in the restricted space: the first failure of each of its three conditions.

    Parameters
    ----------
    net : Network or Shallow
        As for :func:`is_restricted`.

    Returns
    -------
    tuple of FailedCondition
        Empty iff the network is in the restricted space.

    Raises
    ------
    InvalidNetwork
        As :func:`is_restricted`.

    Examples
    --------
    >>> for failure in restriction_failures(Network([[[1, "1/2"], [-2, -1]], [[3, 2]]])):
    ...     print(failure)
    balanced: unit 0 has a row of size 1 and a column of size 3
    positive: the last two entries of the row of unit 1 are not both positive
    """
    shallow = read_shallow(net)
    found = (_unbalanced(shallow), _redundant(shallow), _not_positive(shallow))
    return tuple(failure for failure in found if failure)


def _unbalanced(net: Shallow) -> FailedCondition | None:
    for unit, (row, column) in enumerate(net.neurons()):
        if maximum_norm(row) != maximum_norm(column):
            reason = f"unit {unit} has a row of size {digits(maximum_norm(row))} and a column of size "
            return FailedCondition("balanced", (unit,), (row,), reason + digits(maximum_norm(column)))
    return None


def _redundant(net: Shallow) -> FailedCondition | None:
    pair = parallel_units(directions(net))
    if pair is None:
        return None
    reason = f"the rows of units {pair[0]} and {pair[1]} are positive multiples"
    return FailedCondition("irredundant", pair, tuple(net.rows[unit] for unit in pair), reason)


def _not_positive(net: Shallow) -> FailedCondition | None:
    if net.inputs < 2:
        return FailedCondition("positive", (), (), "the rows have one entry, not two or more")
    for unit, row in enumerate(net.rows):
        if any(row) and min(row[-2:]) <= 0:
            reason = f"the last two entries of the row of unit {unit} are not both positive"
            return FailedCondition("positive", (unit,), (row,), reason)
    return None


def restricted(net: Network) -> Network:
    r"""A network in the restricted space that is the same function, with biases lifted into two more inputs.

    For a network f of d inputs and m units it has d + 2 inputs and m + 1 units, and

    .. math:: f(x) = \tilde f(x, 1, -1);

    a network that is in the restricted space already is returned as it is.

    Parameters
    ----------
    net : Network
        One hidden layer of ReLUs; biases are allowed.

    Returns
    -------
    Network
        Exact for an exact network: equal to it on all (x, 1, −1), and exactly balanced.  Otherwise the same
        weights rounded to float64: exactly balanced still, and equal up to rounding.

    Raises
    ------
    InvalidNetwork
        If the network has another depth or activation.
    Inexact
        If a weight is too large for a float, for a float network.

    Notes
    -----
    Rows (w, b + t, t) with t > 0 do what w and the bias b do, whatever t is.  With :math:`N = t +
    \max(b, 0)`, large enough to be the size of the row, the product of the unit is :math:`\|c\| N`, and
    :math:`N = \|c\| r^2` makes it a square: the balanced unit is c·r with the row (w, b + t, t)/r, and no
    root is taken.  Different r give different directions, since equal ones have the same w/t and b/t, unless
    w = b = 0.  An output bias e is the column of the row (0, 1 + t, t).  Units that do nothing, and the last
    one if e = 0, get rows (0, 1, 2 + i), which are never active on (x, 1, −1); so no unit is zero.

    Parameters of size :math:`\sqrt{\|c\| \max(\|w\|_\infty, |b|)}` suffice, up to a small factor where units
    are redundant.  So every problem over networks with biases can be posed over the restricted space with
    points (x, 1, −1), and its infimum there is no larger.

    References
    ----------
    Berner, Elbrächter & Grohs, How degenerate is the parametrization of neural networks with the ReLU
    activation function?, Lemma A.4 and Corollary 1.3.

    Examples
    --------
    >>> net = Network([[[4], [-1]], [[1, 2]]], biases=[[-3, 1], [5]])
    >>> lifted = restricted(net)
    >>> lifted.architecture, is_restricted(lifted)
    ((3, 3, 1), True)
    >>> [int(net([x])[0]) for x in range(-2, 3)], [int(lifted([x, 1, -1])[0]) for x in range(-2, 3)]
    ([11, 9, 7, 6, 10], [11, 9, 7, 6, 10])
    """
    check_one_hidden_layer(net)
    lifted = read_shallow_with_biases(net)
    if not any(row[-1] for row in lifted.rows) and is_restricted(net):
        return net
    units = list(_lifted_units(lifted))
    units += [_dead_unit(lifted, unit) for unit in range(len(units), net.architecture[1] + 1)]
    rows, outer = zip(*units, strict=True)
    exact = network(rows, outer)
    return exact if net.is_exact else in_arithmetic(exact, "float64")


def _lifted_units(net: Shallow) -> Iterator[tuple[Vector, Vector]]:
    """Balanced units that are those with rows (w, b) on all (x, 1, −1)."""
    seen: set[Normal] = set()
    places: dict[Normal | None, int] = {}
    for unit, ((*weights, bias), column) in enumerate(net.neurons()):
        if not any(column) or (not any(weights) and bias <= 0):
            yield _dead_unit(net, unit)
            continue
        line = directions(Shallow(net.inputs, 0, ((*weights, bias),), ((),)))[0]
        least = _root_above(maximum_norm((*weights, bias)) / maximum_norm(column))
        while True:
            # No two units on a line take the same multiple at once, and few are tried twice.
            places[line] = places.get(line, -1) + 1
            root = least * (1 + Fraction(places[line], 8))
            height = maximum_norm(column) * root * root
            row = (*weights, height - max(-bias, Fraction(0)), height - max(bias, Fraction(0)))
            lifted = directions(Shallow(net.inputs + 1, 0, (row,), ((),)))[0]
            # Entries that are positive, but tiny, would be of little use.
            if lifted is not None and 16 * min(row[-2:]) >= height and lifted not in seen:
                break
        seen.add(lifted)
        yield tuple(entry / root for entry in row), tuple(c * root for c in column)


def _root_above(square: Fraction) -> Fraction:
    """A simple fraction a little above a root, or the root itself where it is rational."""
    root = surd(0, 1, square)
    above = root.enclosure(4)[1]
    return root.fraction or simplest_between(above, above * Fraction(9, 8))


def _dead_unit(net: Shallow, unit: int) -> tuple[Vector, Vector]:
    """A balanced unit that is never active on (x, 1, −1)."""
    height, zero = Fraction(unit + 2), Fraction(0)
    return (*(zero,) * (net.inputs - 1), Fraction(1), height), (height, *(zero,) * (net.outputs - 1))


def balanced(net: Network | Shallow) -> Network:
    r"""The same function with balanced units, no two of them in the same direction.

    .. math:: \sum_{a_i = λ_i u} c_i ρ(\langle a_i, x \rangle) = p\, ρ(\langle u, x \rangle), \qquad
        p = \sum_i λ_i c_i

    Units with positive multiples of a row are merged into the first of them, the others become zero, and the
    row and the column of each unit are rescaled to the same size.

    Parameters
    ----------
    net : Network or Shallow
        One hidden layer of ReLUs, all biases zero.  Floats are read as the binary fractions that they are.

    Returns
    -------
    Network
        Exact, of the same architecture, and exactly the same function.  A unit is balanced exactly where
        :math:`\|p\| \|u\|` is the square of a rational number; elsewhere no rational unit of this function
        is, and the sizes agree to 62 bits.

    Raises
    ------
    InvalidNetwork
        If the network is deep, has another activation, or has a bias that is not zero.

    References
    ----------
    Berner, Elbrächter & Grohs, How degenerate is the parametrization of neural networks with the ReLU
    activation function?, Eqs. 32-35.

    Examples
    --------
    >>> net = read_shallow(balanced(Network([[[2, 0], [1, 0], [0, 3]], [[1, 7, 0]]])))
    >>> [[str(entry) for entry in (*row, *column)] for row, column in net.neurons()]
    [['3', '0', '3'], ['0', '0', '0'], ['0', '0', '0']]
    """
    shallow = read_shallow(net)
    products = oriented_form(shallow).units
    rows, outer = [], []
    for direction in directions(shallow):
        product = products.pop(direction, None) if direction else None
        if direction is None or product is None:
            rows.append((Fraction(0),) * shallow.inputs)
            outer.append((Fraction(0),) * shallow.outputs)
            continue
        row, column = balanced_unit(direction, product, PRECISION)
        rows.append(row)
        outer.append(column)
    return network(rows, outer, shallow.inputs, shallow.outputs)


def augmented(points: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The points (x, 1, −1), on which a lifted network is the network that was lifted.

    Examples
    --------
    >>> augmented([[3, 4]])
    [[3, 4, 1, -1]]
    """
    return [[*point, 1, -1] for point in points]
