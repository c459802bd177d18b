"""A loop of functions along which neurons change places: no parameters can follow continuously."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from identifiability.errors import InvalidInput
from identifiability.exact import fraction, integer
from identifiability.network import Network

FEWEST, MOST = 4, 10_000
"""How many steps a loop may be cut into."""

Neuron = tuple[Fraction, Fraction]
"""(w, b) of a hidden unit with one input; its outgoing weight is 1."""


def neurons(s: object) -> tuple[Neuron, Neuron]:
    r"""The two neurons (w, b) at the parameter s of the loop.

    .. math:: (2 + C, S), \quad (2 - C, -S), \qquad
              C = \frac{1 - 2s}{1 - 2s + 2s^2}, \quad S = \frac{2s(1 - s)}{1 - 2s + 2s^2}

    (C, S) runs through the upper half of the unit circle from (1, 0) to (-1, 0), like (cos πs, sin πs), but
    through rational points.

    Parameters
    ----------
    s : number in [0, 1], read exactly

    Raises
    ------
    InvalidInput
        If s lies outside [0, 1].

    Examples
    --------
    >>> [tuple(map(str, neuron)) for neuron in neurons("1/2")]
    [('2', '1'), ('2', '-1')]
    """
    at = fraction(s, "s")
    if not 0 <= at <= 1:
        raise InvalidInput(f"s must lie in [0, 1], got {at}; the loop is closed at s = 1")
    below = 1 - 2 * at + 2 * at * at
    cosine, sine = (1 - 2 * at) / below, 2 * at * (1 - at) / below
    return (2 + cosine, sine), (2 - cosine, -sine)


def network_at(s: object) -> Network:
    """The tanh network x ↦ tanh(w_1 x + b_1) + tanh(w_2 x + b_2) with the neurons at s.

    Examples
    --------
    >>> network_at(0).weight(0).ravel().tolist(), network_at(1).weight(0).ravel().tolist()
    ([Fraction(3, 1), Fraction(1, 1)], [Fraction(1, 1), Fraction(3, 1)])
    """
    pair = neurons(s)
    return Network([[[w] for w, _ in pair], [[1, 1]]], [[b for _, b in pair]], activation="tanh")


@dataclass(frozen=True, slots=True)
class Monodromy:
    """A closed loop of functions, and what following the neurons along it does to them.

    Attributes
    ----------
    networks : tuple of Network
        At equidistant parameters from 0 to 1; the first and the last realise the same function.
    permutation : tuple of int
        Following the neurons from the start to the end takes neuron i to the place of neuron
        ``permutation[i]`` of the start.
    separation : Fraction
        The square of the distance of the two neurons, at every s; and four times it is the least square of
        the distance of one from the negative of the other.
    largest_move : Fraction
        The largest square of the distance that a neuron moves between neighbouring networks.
    """

    networks: tuple[Network, ...]
    permutation: tuple[int, int]
    separation: Fraction
    largest_move: Fraction

    def verify(self) -> bool:
        r"""Check the loop again from its networks alone.

        The first and last networks have the same neurons; all along, the neurons are apart; and each moves
        by less than half their distance in each step, so that only one way of following them is possible.

        Notes
        -----
        Between two neighbouring networks (C, S) turns by less than a half circle, and its distance from its
        start only grows; so the squares of the moves in between are no larger than that at the end.
        """
        places = [_neurons_of(net) for net in self.networks]
        followed = _follow(places)
        if followed is None:
            return False
        apart = min(_square(pair[0], pair[1]) for pair in places)
        moves = [_square(one[k], two[k]) for one, two in pairwise(places) for k in range(2)]
        # |±p - q| for neurons p, q up to sign: p + q is constantly (4, 0).
        opposite = min(_square(pair[0], (-pair[1][0], -pair[1][1])) for pair in places)
        return (
            sorted(places[0]) == sorted(places[-1])
            and followed == self.permutation == (1, 0)
            and apart == self.separation == 4
            and opposite == 4 * self.separation
            and max(moves) == self.largest_move
            and 4 * self.largest_move < self.separation
        )


def monodromy(steps: int = 16) -> Monodromy:
    r"""The loop of tanh networks of width 2 whose neurons change places.

    .. math:: f_s(x) = \tanh((2 + C)x + S) + \tanh((2 - C)x - S), \qquad C^2 + S^2 = 1, \quad s \in [0, 1]

    Parameters
    ----------
    steps : int
        How many steps the loop is cut into, at least 4.

    Returns
    -------
    Monodromy

    Notes
    -----
    f_0 = f_1, but the neurons (2 + C, S) and (2 - C, -S) have changed places.  The square of their distance
    is 4(C² + S²) = 4, and their sum is (4, 0), so that they are never equal nor opposite, and no neuron is
    zero: |(2 ± C, ±S)| ≥ 1.  By Sussmann's theorem the parameters of f_s of width 2 are these up to order and
    signs, finitely many and apart.  A continuous choice of parameters along the loop would therefore follow
    the neurons, and arrive at f_1 = f_0 with other parameters than it started from: no continuous selection
    of parameters exists, whatever the method of approximation.

    References
    ----------
    Sussmann, Uniqueness of the weights for minimal feedforward nets with a given input-output map,
    Neural Networks 5 (1992).
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Theorem 1, whose proof needs a continuous
    selector.

    Examples
    --------
    >>> loop = monodromy()
    >>> loop.permutation, str(loop.separation), loop.verify()
    ((1, 0), '4', True)
    """
    count = integer(steps, "steps", FEWEST, MOST)
    networks = tuple(network_at(Fraction(k, count)) for k in range(count + 1))
    places = [_neurons_of(net) for net in networks]
    permutation = _follow(places)
    moves = [_square(one[k], two[k]) for one, two in pairwise(places) for k in range(2)]
    largest = max(moves)
    if permutation is None or 4 * largest >= 4:
        raise InvalidInput(
            f"with {count} steps the neurons move too far to be followed; pass steps=16 or more"
        )
    return Monodromy(networks, permutation, _square(*places[0]), largest)


def _neurons_of(net: Network) -> tuple[Neuron, Neuron]:
    weights, biases = net.weight(0)[:, 0].tolist(), net.bias(0).tolist()
    return (weights[0], biases[0]), (weights[1], biases[1])


def _square(one: Neuron, two: Neuron) -> Fraction:
    return (one[0] - two[0]) ** 2 + (one[1] - two[1]) ** 2


def _follow(places: list[tuple[Neuron, Neuron]]) -> tuple[int, int] | None:
    """Follow neuron 0 by nearest neighbours; which neurons of the start the ends are, or None if unclear."""
    at = 0
    for one, two in pairwise(places):
        here, apart = one[at], _square(one[0], one[1])
        near = [k for k in range(2) if 4 * _square(here, two[k]) < apart]
        if len(near) != 1:
            return None
        at = near[0]
    last = places[-1]
    ends = [k for k in range(2) if places[0][k] == last[at]]
    return (ends[0], 1 - ends[0]) if len(ends) == 1 else None
