r"""What storing the weights of a depth-3 network for f(<x, x'>) in floats does to it, exactly.

Such a network depends on x + x' through one number: with z = x + x',

.. math:: N(x, x') = g(s), \qquad s = \sum_{i=1}^d q_i(z_i),

where every q_i and g are shallow ReLU networks with one input, because all rows of the second matrix are one
row, its negative, or zero.  Rounding keeps that: equal numbers stay equal.  Let a tilde denote the
stored network.  On unit vectors \|z_i\| <= 2, and

.. math:: |\tilde N - N| \le |\tilde g(\tilde s) - g(\tilde s)| + |g(\tilde s) - g(s)|
          \le \sup_{I} |\tilde g - g| + \mathrm{Lip}_I(g) \sum_{i=1}^d \sup_{[-2,2]} |\tilde q_i - q_i| ,

with an interval I that contains s and its stored value.  The suprema are those of piecewise linear functions,
which are exact rational numbers.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np

from bounds.upper.one_input import kinks, largest_difference, values_at
from identifiability.arithmetic import to_exact
from identifiability.errors import InvalidInput
from identifiability.network import Network
from identifiability.weights import Rationals, triples

_SIDE = Fraction(2)
"""Coordinates of x + x' lie between -2 and 2."""

Shallow = tuple[list[list[Fraction]], list[Fraction], list[Fraction]]


def rounding_error(exact: Network, stored: Network) -> Fraction:
    """A certified bound of how far a stored depth-3 network is from the exact one on pairs of unit vectors.

    Parameters
    ----------
    exact, stored : Network
        Of one shape, ReLU, one output, on rows (x, x'); a float weight is the binary fraction that it is.

    Returns
    -------
    Fraction

    Raises
    ------
    InvalidInput
        If a network has another shape: then nothing follows.

    Notes
    -----
    Status: certified.  It is the exact supremum of each part, but the parts add up in absolute value.

    Examples
    --------
    >>> from legendre import depth3_network, monomial
    >>> network = depth3_network(monomial(2), d=3, epsilon="1/10")
    >>> rounding_error(network, network), float(rounding_error(network, network.to_float())) < 1e-14
    (Fraction(0, 1), True)
    """
    if exact.architecture != stored.architecture:
        raise InvalidInput(f"the networks must have the same shape, got {exact!r} and {stored!r}")
    first, second = _parts(exact), _parts(stored)
    inner, ends = Fraction(0), [Fraction(0), Fraction(0)]
    known: dict[tuple[str, str], tuple[Fraction, Fraction, Fraction]] = {}
    for one, other in zip(first[0], second[0], strict=True):
        key = repr(one), repr(other)
        if key not in known:
            known[key] = _compared(_network(one), _network(other))
        gap, low, high = known[key]
        inner += gap
        ends = [ends[0] + low, ends[1] + high]
    low, high = ends[0] - inner, ends[1] + inner
    g, rounded = _network(first[1]), _network(second[1])
    if low == high:
        high += 1
    return largest_difference(g, rounded, low, high) + _steepest(g, low, high) * inner


def _compared(one: Network, other: Network) -> tuple[Fraction, Fraction, Fraction]:
    """The largest difference on [-2, 2], and the range of the first one."""
    values = values_at(one, kinks(one, -_SIDE, _SIDE))
    return largest_difference(one, other, -_SIDE, _SIDE), min(values), max(values)


def _steepest(g: Network, low: Fraction, high: Fraction) -> Fraction:
    """The Lipschitz constant on an interval."""
    places = kinks(g, low, high)
    rises = zip(pairwise(places), pairwise(values_at(g, places)), strict=True)
    return max((abs((w - v) / (q - p)) for (p, q), (v, w) in rises if q > p), default=Fraction(0))


def _network(shallow: Shallow) -> Network:
    entering, shifts, leaving = shallow
    return Network([entering, [leaving[:-1]]], [shifts, leaving[-1:]], input_dim=1)


def _parts(network: Network) -> tuple[list[Shallow], Shallow]:
    """The q_i, and g: entering weights, biases, and leaving weights with the output bias at the end."""
    wanted = network.depth == 3 and network.architecture[0] % 2 == 0 and network.architecture[-1] == 1
    if not wanted or any(str(one) != "relu" for one in network.activations):
        raise InvalidInput(f"a ReLU network of depth 3 on pairs (x, x') was expected, got {network!r}")
    coordinates, entering = _first_layer(network)
    row, signs = _common_row(network)
    shifts, *later = (_fractions(bias) for bias in network.biases)
    d = network.architecture[0] // 2
    inner: list[Shallow] = []
    for i in range(d):
        mine = np.flatnonzero(coordinates == i).tolist()
        inner.append(
            (
                [[entering[j]] for j in mine],
                [shifts[j] for j in mine],
                [*(row[j] for j in mine), Fraction(0)],
            )
        )
    leaving = _fractions(to_exact(network.weights[2]))
    return inner, ([[Fraction(sign)] for sign in signs], later[0], [*leaving, later[1][0]])


def _first_layer(network: Network) -> tuple[np.ndarray, list[Fraction]]:
    """Which coordinate of x + x' each neuron sees, and with which weight."""
    d, width = network.architecture[0] // 2, network.architecture[1]
    rows, columns, values = triples(to_exact(network.weights[0]))
    denominator = getattr(to_exact(network.weights[0]), "denominator", 1)
    order = np.lexsort((columns, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    pairs = len(rows) == 2 * width and np.array_equal(rows, np.repeat(np.arange(width), 2))
    if not pairs or not (columns[::2] + d == columns[1::2]).all() or not (values[::2] == values[1::2]).all():
        raise InvalidInput(f"the first layer of {network!r} does not see single coordinates of x + x'")
    return columns[::2], [Fraction(int(value), denominator) for value in values[::2]]


def _common_row(network: Network) -> tuple[list[Fraction], list[int]]:
    """The row of which all rows of the second matrix are multiples by 1, -1 or 0, and these factors."""
    weight = network.weights[1]
    entries = weight.numerators if isinstance(weight, Rationals) else network.weight(1)
    nonzero = np.flatnonzero((entries != 0).any(axis=1))
    row = entries[nonzero[0]] if len(nonzero) else entries[0]
    signs = []
    for other in entries:
        sign = next((s for s in (1, -1, 0) if np.array_equal(other, s * row)), None)
        if sign is None:
            raise InvalidInput(f"the second layer of {network!r} does not see one number")
        signs.append(sign)
    exact = to_exact(row) if not isinstance(weight, Rationals) else Rationals(row, weight.denominator)
    return _fractions(exact), signs


def _fractions(entries: object) -> list[Fraction]:
    exact = entries if isinstance(entries, Rationals) else to_exact(entries)
    return [Fraction(int(value), exact.denominator) for value in exact.numerators.ravel()]
