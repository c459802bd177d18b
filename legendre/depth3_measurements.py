r"""How far a depth-3 network is from its target at many points: evidence, next to what is proved.

The points are pairs of unit vectors: random ones, equal and opposite ones, coordinate vectors, pairs whose
inner product is a knot of the interpolant of f or halfway between two, and pairs for which every coordinate
but one of x + x' is a kink of the interpolant of z^2/2 or halfway between two, where it errs most.  Those are
found from z = x + x' alone: for 0 < \|z\| < 2 and any unit vector u orthogonal to z,

.. math:: x = \tfrac12 z + \sqrt{1 - \tfrac14 |z|^2}\, u, \qquad
          x' = \tfrac12 z - \sqrt{1 - \tfrac14 |z|^2}\, u .
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from identifiability.errors import InvalidInput
from identifiability.exact import abbreviated, digits, integer, spelled
from legendre.depth3_sizes import Depth3Plan
from legendre.target_values import on_floats

if TYPE_CHECKING:
    import numpy as np

    from identifiability.network import Network

    Floats = np.ndarray[Any, np.dtype[np.float64]]

MOST_POINTS = 1_000_000
"""More points are refused."""

_LARGEST_BATCH = 2**22
"""Numbers that a layer may hold at a time."""

_UNIT = 2.0**-53


@dataclass(frozen=True, slots=True)
class Depth3Measurement:
    """The greatest error that was found.

    Attributes
    ----------
    error : float
        \\|network - target\\| at the worst point, less what floating point may have added: a lower bound of
        the greatest error.
    evaluation : float
        What floating point may have added there.
    x, other : tuple of float
        The worst pair (x, x').
    kind : str
        Which kind of point that is.
    points : int
        How many were tried.
    seed : int
        The seed of the random ones.
    """

    error: float
    evaluation: float
    x: tuple[float, ...]
    other: tuple[float, ...]
    kind: str
    points: int
    seed: int

    @property
    def status(self) -> str:
        """``evidence``: no finite number of points bounds the error from above."""
        return "evidence"

    @property
    def inner_product(self) -> float:
        """<x, x'> of the worst pair, in [-1, 1]."""
        total = sum(a * b for a, b in zip(self.x, self.other, strict=True))
        return max(-1.0, min(1.0, total))

    def __str__(self) -> str:
        return (
            f"error >= {self.error:.4g} (evidence: the worst of {self.points} points, seed "
            f"{digits(self.seed)}; among {self.kind}, <x, x'> = {self.inner_product:.4g})"
        )

    def to_json(self) -> dict[str, object]:
        """The measurement as a dictionary for JSON: every number is a string."""
        return {
            "value": repr(self.error),
            "evaluation": repr(self.evaluation),
            "status": self.status,
            "points": str(self.points),
            "seed": digits(self.seed),
            "kind": self.kind,
            "x": [repr(entry) for entry in self.x],
            "x_prime": [repr(entry) for entry in self.other],
        }


def measured_error(
    network: Network, plan: Depth3Plan, seed: object, points: object = 4000
) -> Depth3Measurement:
    r"""The greatest error that a depth-3 network is found to make, on random and on worst points.

    .. math:: \max_{j} |N(x_j, x'_j) - f(\langle x_j, x'_j\rangle)|

    Parameters
    ----------
    network : Network
        Of the shape that the plan says, exact or rounded, for instance read from a file.
    plan : Depth3Plan
        From :func:`legendre.depth3_plan`: the target, and where the kinks are.
    seed : int
        Of the random points, at least 0.
    points : int
        About how many points, at most 1,000,000.

    Returns
    -------
    Depth3Measurement

    Raises
    ------
    InvalidInput
        If the network has another shape, or a number is outside its domain.

    Notes
    -----
    Status: evidence.  The network and f are evaluated in float64; by how much that may be wrong at the worst
    point is estimated with sums of absolute values and subtracted [1, section 3.1], so that a network
    that keeps what is proved of it is not accused of rounding errors.

    References
    ----------
    [1] N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., SIAM 2002.

    Examples
    --------
    >>> from legendre.depth3 import depth3_network, depth3_plan
    >>> from legendre.targets import sine
    >>> network, chosen = (make(sine(8), d=3, epsilon="0.1") for make in (depth3_network, depth3_plan))
    >>> found = measured_error(network, chosen, seed=0)
    >>> 0.05 < found.error <= chosen.proved_error <= 0.1
    True
    """
    import numpy as np

    from identifiability.network import Network

    if not isinstance(plan, Depth3Plan):
        raise InvalidInput(f"plan must be that of a depth-3 network, got {spelled(plan)}; pass a depth3_plan")
    if not isinstance(network, Network):
        raise InvalidInput(f"network must be a network, got {spelled(network)}; pass a depth3_network")
    if network.architecture != (2 * plan.d, *plan.widths, 1):
        wanted = "-".join(map(abbreviated, (2 * plan.d, *plan.widths, 1)))
        raise InvalidInput(f"the plan is for a network of the shape {wanted}, got {network!r}")
    start = integer(seed, "seed", minimum=0)
    number = integer(points, "points", minimum=10, maximum=MOST_POINTS)
    rounded = network.to_float()
    f = on_floats(plan.target, plan.d)
    batch = max(1, _LARGEST_BATCH // max(rounded.architecture))
    worst, place, name, tried = -1.0, None, "", 0
    for kind, pairs in _kinds(plan, number, np.random.default_rng(start)):
        tried += len(pairs)
        for first in range(0, len(pairs), batch):
            rows = pairs[first : first + batch]
            gaps = np.abs(rounded(rows)[:, 0] - f(_inner_products(rows)))
            here = int(np.argmax(gaps))
            if not np.isfinite(gaps[here]):
                raise InvalidInput(
                    f"{network!r} or its target is not finite in float64; pass one with smaller weights"
                )
            if gaps[here] > worst:
                worst, place, name = float(gaps[here]), rows[here], kind
    assert place is not None  # there are random points
    allowance = _evaluation(rounded, plan, place, f)
    x, other = (tuple(half.tolist()) for half in (place[: plan.d], place[plan.d :]))
    return Depth3Measurement(max(0.0, worst - allowance), allowance, x, other, name, tried, start)


def _kinds(plan: Depth3Plan, number: int, rng: np.random.Generator) -> Iterator[tuple[str, Floats]]:
    """Pairs (x, x') by their kind, about so many in all."""
    import numpy as np

    d, part = plan.d, max(1, number // 5)
    yield "random vectors", np.concatenate([_unit(rng, part, d), _unit(rng, part, d)], axis=1)
    x = _unit(rng, part, d)
    signs = np.where(np.arange(part) % 2, -1.0, 1.0)[:, None]
    yield "aligned or antipodal vectors", np.concatenate([x, signs * x], axis=1)
    yield "coordinate vectors", _coordinate_pairs(d, part)
    yield (
        "pairs with an inner product at a knot or between two",
        _with_inner_products(_knots(plan, part, rng), d, rng),
    )
    yield "pairs with coordinates of x + x' at kinks or between two", _with_coordinates(plan, part, rng)


def _unit(rng: np.random.Generator, number: int, d: int) -> Floats:
    return _normalised(rng.normal(size=(number, d)))


def _normalised(rows: Floats) -> Floats:
    import numpy as np

    scaled: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return scaled


def _coordinate_pairs(d: int, number: int) -> Floats:
    """Pairs of signed coordinate vectors: equal, opposite and orthogonal ones."""
    import numpy as np

    places = np.arange(min(number, 4 * d))
    first, kind = places // 4 % d, places % 4
    second = np.where(kind < 2, first, (first + 1) % d)
    rows = np.zeros((len(places), 2 * d))
    rows[places, first] = 1
    rows[places, d + second] = np.where(kind % 2, -1, 1)
    return rows


def _knots(plan: Depth3Plan, number: int, rng: np.random.Generator) -> Floats:
    """Knots of the interpolant of f and the middles between them, all or some."""
    import numpy as np

    every = 2 * plan.pieces + 1
    chosen = np.arange(every) if every <= number else rng.integers(0, every, number)
    knots: Floats = chosen / plan.pieces - 1.0
    return knots


def _with_inner_products(t: Floats, d: int, rng: np.random.Generator) -> Floats:
    """Random pairs with the given inner products."""
    import numpy as np

    x, other = _unit(rng, len(t), d), rng.normal(size=(len(t), d))
    other = _normalised(other - np.sum(x * other, axis=1, keepdims=True) * x)
    mixed = t[:, None] * x + np.sqrt(1 - t**2)[:, None] * other
    return np.concatenate([x, mixed], axis=1)


def _with_coordinates(plan: Depth3Plan, number: int, rng: np.random.Generator) -> Floats:
    """Pairs for which every coordinate of x + x' but the first is a kink, or halfway between two."""
    import numpy as np

    d, step = plan.d, float(plan.step)
    at_kinks = rng.integers(0, 2, number) / 2
    shift = (np.where(plan.method == "smooth", 0.5, 0.0) + at_kinks)[:, None]
    z = _unit(rng, number, d) * rng.uniform(0.1, 1.99, (number, 1))
    near = (np.round(z[:, 1:] / step - shift) + shift) * step
    # The first coordinate is free: it makes up for what rounding added to the length.
    z[:, 1:] = np.where(np.abs(near) <= 2, near, z[:, 1:])
    z = z[np.linalg.norm(z, axis=1) < 1.999]
    z = z[np.linalg.norm(z, axis=1) > 1e-3]
    u = rng.normal(size=z.shape)
    square = np.sum(z * z, axis=1, keepdims=True)
    u = _normalised(u - np.sum(u * z, axis=1, keepdims=True) / square * z)
    side = np.sqrt(1 - square / 4) * u
    return np.concatenate([z / 2 + side, z / 2 - side], axis=1)


def _inner_products(rows: Floats) -> Floats:
    import numpy as np

    d = rows.shape[1] // 2
    products: Floats = np.clip(np.sum(rows[:, :d] * rows[:, d:], axis=1), -1, 1)
    return products


def _evaluation(network: Network, plan: Depth3Plan, place: Floats, f: Any) -> float:
    """What floating point may have added at a point: sums of absolute values, and f's slope."""
    import numpy as np

    values = np.abs(place)
    errors = 4 * (plan.d + 2) * _UNIT * values
    layers: Any = zip(network.weights, network.biases, strict=True)
    for weight, bias in layers:
        sizes = abs(weight)  # an array or a sparse one: the network is rounded
        values = sizes @ values + np.abs(bias)
        # A sum of n products is wrong by n units at most; the weights were rounded, too.
        errors = sizes @ errors + (sizes.shape[1] + 4) * _UNIT * values
    slope, value = float(plan.lipschitz), float(np.abs(f(_inner_products(place[None, :])))[0])
    return float(errors[0]) + 8 * (plan.d + 4) * _UNIT * (slope + value)
