r"""Two neighbouring networks on boxes: how far apart they are, and how far floating point strays.

Let V, c be the weights of a network as it is stored and W = V + Δ, b = c + β those that it stands for.
On a box {x = x_0 + h t : |t|_∞ ≤ 1} every unit of the stored network is enclosed by an affine form

.. math:: y \in a_0 + \sum_i a_i t_i + [-ϱ, ϱ],

and so is the difference d of the two networks' units.  A layer takes the forms to

.. math:: Vy + c, \qquad V d + Δ (y + d) + β ,

so that what cancels between units of a layer cancels here, too.  A third number e ≥ 0 bounds how far the
values computed in floating-point arithmetic are from y.

Activations.  For relu on [l, u], l < 0 < u, and any λ in [0, 1]: relu(z) − λz lies between 0 and
max(−λl, (1 − λ)u), and relu(z + d) − relu(z) lies between 0 and d.  For f(z) = max(0, z)^p,
p ≥ 2, Taylor's formula at the centre gives f with a remainder f''ϱ²/2 and the difference f'(ξ) d.

Rounding of the enclosures themselves.  All that follows is computed in float64, and every quantity that
bounds something is a sum of products of nonnegative numbers, n of them in a row of the matrix.  For any
order of summation, with or without fused multiply-adds, the computed sum is within γ_n = nu/(1 − nu) of
the exact one, relatively, u = 2^-53 [1, section 3.1].  The affine forms themselves are rounded too, by at
most γ_n |V||a|, which is added to ϱ.  Here γ_n is replaced by 4(n + 8 + k)u, k being the number of
coefficients of a form, and underflow by 2^-900.

References
----------
[1] N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., SIAM 2002.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]

UNIT = 2.0**-53
TINY = 2.0**-900
"""More than all underflows of a row add up to, and far below anything that matters."""

POWER_ULPS = 4
"""numpy's powers are taken to be within so many units in the last place."""


@dataclass(frozen=True, slots=True)
class Precision:
    """The arithmetic of an evaluation: unit roundoff, smallest positive number, largest power of two."""

    unit: float
    smallest: float
    largest: float


PRECISIONS = {
    "float64": Precision(2.0**-53, 2.0**-1074, 2.0**1000),
    "float32": Precision(2.0**-24, 2.0**-149, 2.0**127),
}


@dataclass(frozen=True, slots=True)
class Layer:
    """A stored layer V, c, and its distance Δ, β from the exact one.

    Attributes
    ----------
    weight, difference : csr_array
        V, and Δ rounded to nearest.
    bias, shift : ndarray
        c, and β rounded to nearest.
    pattern : csr_array
        1 where V is not zero.
    entries : ndarray
        How many products a unit adds up in the enclosures, at most.
    lost : ndarray
        How many entries of Δ and β of a unit underflow.
    degree : int
        0 for no activation, 1 for relu, p for repu(p).
    """

    weight: csr_array
    difference: csr_array
    bias: Floats
    shift: Floats
    pattern: csr_array
    entries: Floats
    lost: Floats
    degree: int


@dataclass(frozen=True, slots=True)
class Forms:
    """Affine forms on boxes: coefficients (units, k, boxes), the constant last, and radii (units, boxes)."""

    coefficients: Floats
    radius: Floats

    @property
    def constant(self) -> Floats:
        """a_0."""
        return self.coefficients[:, -1]

    @property
    def deviation(self) -> Floats:
        """Σ |a_i| + ϱ, rounded up: how far from a_0 the form reaches, and a little more for |a_0|."""
        away = np.abs(self.coefficients[:, :-1]).sum(axis=1) + self.radius
        few = 8 * (self.coefficients.shape[1] + 2) * UNIT
        reach: Floats = away * (1 + few) + few * np.abs(self.constant) + TINY
        return reach

    @property
    def size(self) -> Floats:
        """An upper bound of the absolute value."""
        size: Floats = np.abs(self.constant) + self.deviation
        return size


@dataclass(frozen=True, slots=True)
class State:
    """The units of a layer on boxes: y, d and e."""

    values: Forms
    differences: Forms
    errors: Floats


def on_boxes(centres: Floats, halves: Floats) -> State:
    """The inputs on boxes, whose centres and half-lengths have shape (inputs, boxes)."""
    inputs, boxes = centres.shape
    coefficients = np.zeros((inputs, inputs + 1, boxes))
    coefficients[np.arange(inputs), np.arange(inputs)] = halves
    coefficients[:, -1] = centres
    nothing = np.zeros((inputs, boxes))
    return State(Forms(coefficients, nothing), Forms(np.zeros_like(coefficients), nothing), nothing)


def through(layer: Layer, state: State, precision: Precision) -> State:
    """The units of the next layer."""
    before = _affine(layer, state, precision)
    if layer.degree == 0:
        return before
    return _relu(before) if layer.degree == 1 else _power(before, layer.degree, precision)


def _affine(layer: Layer, state: State, precision: Precision) -> State:
    values, differences = state.values, state.differences
    inputs, count, boxes = values.coefficients.shape
    out = layer.weight.shape[0]
    gamma = (4 * (layer.entries + 8 + count) * UNIT)[:, None]

    def moved(matrix: csr_array, coefficients: Floats) -> Floats:
        images: Floats = (matrix @ coefficients.reshape(inputs, count * boxes)).reshape(out, count, boxes)
        return images

    def sizes(matrix: csr_array, *parts: Floats) -> list[Floats]:
        return np.split(matrix @ np.concatenate(parts, axis=1), len(parts), axis=1)

    written = np.abs(values.coefficients).sum(axis=1)
    written_difference = np.abs(differences.coefficients).sum(axis=1)
    absolute, small = abs(layer.weight), abs(layer.difference)
    reach = written + values.radius + state.errors
    size, radius, size_d, radius_d, errors, rounded = sizes(
        absolute, written, values.radius, written_difference, differences.radius, state.errors, reach
    )
    both = written + written_difference
    size_both, radius_both = sizes(small, both, values.radius + differences.radius)

    coefficients = moved(layer.weight, values.coefficients)
    coefficients[:, -1] += layer.bias[:, None]
    bias, shift = np.abs(layer.bias)[:, None], np.abs(layer.shift)[:, None]
    spread = (radius + gamma * (size + bias)) * (1 + gamma) + TINY

    moved_d = moved(layer.weight, differences.coefficients)
    moved_d += moved(layer.difference, values.coefficients + differences.coefficients)
    moved_d[:, -1] += layer.shift[:, None]
    # Δ and β were rounded to nearest: another unit of them.
    own = radius_d + radius_both + 2 * UNIT * (size_both + radius_both + shift)
    largest = 1 + (both + values.radius + differences.radius).max(axis=0, initial=0.0)
    lost = TINY * (1 + layer.lost[:, None] * largest)
    spread_d = (own + gamma * (size_d + size_both + shift)) * (1 + gamma) + lost

    # A unit that is 0, in real and in computed arithmetic, adds no rounding.
    products = layer.pattern @ (reach > 0).astype(float) + 2
    share = products * precision.unit
    relative = np.where(share < 0.5, share / np.maximum(1 - share, 0.5), np.inf)
    strayed = errors + relative * (rounded + bias) + products * precision.smallest
    strayed = np.where(rounded + bias < precision.largest, strayed, np.inf)
    return State(Forms(coefficients, spread), Forms(moved_d, spread_d), strayed * (1 + gamma) + TINY)


def _ends(forms: Forms) -> tuple[Floats, Floats]:
    deviation = forms.deviation
    return forms.constant - deviation, forms.constant + deviation


def _scaled(forms: Forms, factor: Floats, middle: Floats, more: Floats) -> Forms:
    """factor · form + middle ± more."""
    coefficients = forms.coefficients * factor[:, None]
    slack = 8 * UNIT * (np.abs(coefficients).sum(axis=1) + np.abs(middle))
    coefficients[:, -1] += middle
    return Forms(coefficients, (np.abs(factor) * forms.radius + more + slack) * (1 + 32 * UNIT) + TINY)


def _relu(state: State) -> State:
    low, high = _ends(state.values)
    change = state.differences.size
    slope = np.where(low >= 0, 1.0, 0.0)
    crossed = (low < 0) & (high > 0)
    slope[crossed] = (high / np.where(crossed, high - low, 1.0))[crossed]
    slope = np.clip(slope, 0.0, 1.0)
    top = np.where(crossed, np.maximum(-slope * low, (1 - slope) * high) * (1 + 8 * UNIT), 0.0)
    values = _scaled(state.values, slope, top / 2, top / 2)
    values.radius[high <= 0] = 0.0
    # Where both networks' units are on, or both are off, the difference is what it was, or 0.
    on, off = low - change >= 0, high + change <= 0
    differences = _scaled(state.differences, np.where(on, 1.0, 0.0), np.zeros_like(top), np.zeros_like(top))
    open_low, open_high = (np.where(on | off, 0.0, end) for end in _ends(state.differences))
    least, most = np.minimum(open_low, 0.0), np.maximum(open_high, 0.0)
    differences.coefficients[:, -1] += (least + most) / 2
    differences.radius[:] += (most - least) / 2 * (1 + 8 * UNIT)
    differences.radius[off] = 0.0
    return State(values, differences, np.where(high + state.errors <= 0, 0.0, state.errors))


def _raised(x: Floats, degree: int) -> Floats:
    """x^p for x ≥ 0 by repeated multiplication, within γ_p."""
    result = np.ones_like(x)
    for _ in range(degree):
        result = result * x
    return result


def _power(state: State, degree: int, precision: Precision) -> State:
    low, high = _ends(state.values)
    centre, half, change = state.values.constant, state.values.deviation, state.differences.size
    few = 8 * (degree + 8) * UNIT

    def upward(x: Floats, degree: int) -> Floats:
        return _raised(np.maximum(x, 0.0), degree) * (1 + few) + TINY

    slope = degree * _raised(np.maximum(centre, 0.0), degree - 1)
    value = _raised(np.maximum(centre, 0.0), degree)
    bend = degree * (degree - 1) * upward(high, degree - 2) * half * half / 2 * (1 + few)
    bend[high <= 0] = 0.0
    coefficients = state.values.coefficients * slope[:, None]
    coefficients[:, -1] = value + bend / 2
    reach = np.maximum(np.abs(low), np.abs(high))
    radius = (slope * state.values.radius + bend / 2) * (1 + few) + few * degree * upward(reach, degree)
    # Far from linear, the interval of values is narrower.
    plain = upward(high, degree) - np.maximum(_raised(np.maximum(low, 0.0), degree) * (1 - few) - TINY, 0.0)
    worse = np.abs(coefficients[:, :-1]).sum(axis=1) + radius > plain / 2 * (1 + few)
    middle = upward(high, degree) - plain / 2
    coefficients[np.broadcast_to(worse[:, None], coefficients.shape)] = 0.0
    coefficients[:, -1] = np.where(worse, middle, coefficients[:, -1])
    radius = np.where(worse, plain / 2 * (1 + few) + few * upward(high, degree), radius) + TINY
    coefficients[np.broadcast_to((high <= 0)[:, None], coefficients.shape)] = 0.0
    radius[high <= 0] = 0.0

    top = high + change
    turn = degree * (degree - 1) * upward(top, degree - 2) * (half + change) * change
    loose = (turn + few * degree * upward(np.maximum(top, centre), degree - 1) * change) * (1 + few)
    differences = _scaled(state.differences, slope, np.zeros_like(top), loose)
    off = top <= 0
    differences.coefficients[np.broadcast_to(off[:, None], differences.coefficients.shape)] = 0.0
    differences.radius[off] = 0.0

    farthest = high + state.errors
    strayed = degree * upward(farthest, degree - 1) * state.errors
    strayed += 2.02 * POWER_ULPS * precision.unit * upward(farthest, degree) + 2 * precision.smallest
    strayed[farthest <= 0] = 0.0
    return State(Forms(coefficients, radius), differences, strayed * (1 + few))
