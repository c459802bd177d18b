"""The cells on which a shallow ReLU network is linear, with a point inside each and the gradient there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from identifiability.equality.cones import Cone, cut
from identifiability.network import Network
from identifiability.relu.hyperplanes import Arrangement, Normal, arrangement
from identifiability.relu.shallow import Shallow, Vector


@dataclass(frozen=True, slots=True)
class Cell:
    """An open cone on which a shallow ReLU network is linear.

    Attributes
    ----------
    signs : tuple of int
        The side, 1 or −1, of each hyperplane of the arrangement.
    point : tuple of int
        A point inside.
    gradient : tuple of tuples of Fraction
        The constant gradient, one row for each output.
    """

    signs: tuple[int, ...]
    point: Normal
    gradient: tuple[Vector, ...]


def cells(net: Network | Shallow | Arrangement) -> Iterator[Cell]:
    """Every cell of the arrangement of hyperplanes across which the network bends, one after another.

    The cells with opposite signs follow each other.

    Parameters
    ----------
    net : Network, Shallow or Arrangement
        One hidden layer of ReLUs without biases; floats are read as the binary fractions that they are.

    Yields
    ------
    Cell

    Raises
    ------
    InvalidNetwork
        As :func:`~identifiability.relu.shallow.read_shallow`.

    Notes
    -----
    The cells are cut out one hyperplane at a time by the double description method, in integers, depth
    first: the first cell comes at once, however many there are, and memory does not grow with their number.

    Examples
    --------
    >>> for cell in cells(Network([[[1, 0], [0, 1]], [[1, 1]]])):
    ...     print(cell.signs, cell.point, *(str(entry) for entry in cell.gradient[0]))
    (1, 1) (1, 1) 1 1
    (-1, -1) (-1, -1) 0 0
    (1, -1) (1, -1) 1 0
    (-1, 1) (-1, 1) 0 1
    """
    found = net if isinstance(net, Arrangement) else arrangement(net)
    return _cells(found)


def _cells(found: Arrangement) -> Iterator[Cell]:
    units = [tuple(int(i == j) for j in range(found.inputs)) for i in range(found.inputs)]
    whole = Cone(tuple(units), (), ())
    if not found.normals:
        yield Cell((), (0,) * found.inputs, found.linear)
        return
    half = cut(whole, found.normals[0])[0]
    waiting: list[tuple[Cone, tuple[int, ...]]] = [(half, (1,))] if half else []
    while waiting:
        cone, signs = waiting.pop()
        if len(signs) < len(found.normals):
            above, below = cut(cone, found.normals[len(signs)])
            waiting += [
                (part, (*signs, side)) for part, side in ((below, -1), (above, 1)) if part is not None
            ]
            continue
        point = cone.interior()
        yield Cell(signs, point, _gradient(found, signs))
        opposite = tuple(-side for side in signs)
        yield Cell(opposite, tuple(-entry for entry in point), _gradient(found, opposite))


def _gradient(found: Arrangement, signs: tuple[int, ...]) -> tuple[Vector, ...]:
    rows = []
    for output, linear in enumerate(found.linear):
        twice = [2 * entry for entry in linear]
        for side, normal, kinks in zip(signs, found.normals, found.kinks, strict=True):
            if kinks[output]:
                twice = [
                    total + side * kinks[output] * entry for total, entry in zip(twice, normal, strict=True)
                ]
        rows.append(tuple(Fraction(total) / 2 for total in twice))
    return tuple(rows)
