"""Upper bounds for a function on a box from Taylor's formula of second order.

With the box scaled to t in [-1, 1]^m, the function is a quadratic in t whose second-order coefficients are
only known to lie in balls.  Its maximum is bounded so sharply that the excess is of third order in the width
of the box, next to a maximum inside it, on a face or at a corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from flint import arb

_SWEEPS = 6
_ZERO = arb(0)


@dataclass(frozen=True, slots=True)
class TaylorForm:
    r"""Taylor's formula of second order on a box, scaled to the cube.

    .. math:: g(c + ht) = a + \sum_i b_i t_i + \tfrac12 \sum_{i,j} q_{ij} t_i t_j,
              \qquad t \in [-1, 1]^m

    where a = g(c), b_i = h_i D_i g(c), and q_ij = h_i h_j D_i D_j g(ξ), symmetric, at a point ξ of the box
    that depends on t; ``curvatures`` encloses them over the whole box.
    """

    value: arb
    slopes: tuple[arb, ...]
    curvatures: tuple[tuple[arb, ...], ...]


def upper_bound(form: TaylorForm, enough: arb | None = None) -> arb:
    r"""A number that is at least |g| everywhere on the box.

    First the centred form

    .. math:: |a| + \sum_i |b_i| + \tfrac12 \sum_{i,j} |q_{ij}|,

    which also says whether g has a sign.  Then, for g and -g as need be, where the slope in t_i has a sign
    on the whole box, the maximum lies on that face, and t_i is fixed there.  In the variables that are left,
    two bounds are compared.  One adds up the maxima of the terms,

    .. math:: a + \sum_i \max_{|t|\le1} (b_i t + \tfrac12 q_{ii} t^2) + \sum_{i<j} |q_{ij}|;

    the other eliminates variables with q_pp < 0 before that, by completing the square,

    .. math:: b_p t_p + \tfrac12 q_{pp} t_p^2 + t_p \sum_{j\ne p} q_{pj} t_j
              \le -\frac{1}{2 q_{pp}} \Bigl(b_p + \sum_{j\ne p} q_{pj} t_j\Bigr)^2,

    which loses nothing where the maximum over t_p is attained inside the box.

    Parameters
    ----------
    form : TaylorForm
        The function on the box.
    enough : arb, optional
        A bound that is no larger than this need not be sharper.

    Examples
    --------
    A maximum inside: 5 - (t_0 + t_1)^2, which is 5 on a diagonal.

    >>> ridge = TaylorForm(arb(5), (arb(0), arb(0)), ((arb(-2), arb(-2)), (arb(-2), arb(-2))))
    >>> upper_bound(ridge) == 5
    True

    At a corner: 3 + 5 t_0 - 5 t_1 + t_0 t_1.

    >>> slope = TaylorForm(arb(3), (arb(5), arb(-5)), ((arb(0), arb(1)), (arb(1), arb(0))))
    >>> upper_bound(slope) == 12
    True
    """
    sizes = [[q.abs_upper() for q in row] for row in form.curvatures]
    spreads = [sum(row, _ZERO) for row in sizes]
    reach = (sum((b.abs_upper() for b in form.slopes), _ZERO) + sum(spreads, _ZERO) / 2).upper()
    centred = (form.value.abs_upper() + reach).upper()
    if enough is not None and centred <= enough:
        return centred
    bound = _ZERO
    for side in (form, _negative(form)):
        # Where g is positive on the whole box, -g need not be looked at.
        if not side.value < -reach:
            bound = bound.max(_maximum(_on_faces(side, spreads)))
    return bound.upper().min(centred)


def _negative(form: TaylorForm) -> TaylorForm:
    rows = tuple(tuple(-q for q in row) for row in form.curvatures)
    return TaylorForm(-form.value, tuple(-b for b in form.slopes), rows)


def _maximum(form: TaylorForm) -> arb:
    bound = _sum_of_maxima(form)
    if all(form.curvatures[i][j].is_zero() for i, j in combinations(range(len(form.slopes)), 2)):
        return bound
    return bound.min(_sum_of_maxima(_completed(form)))


def _on_faces(form: TaylorForm, spreads: Sequence[arb]) -> TaylorForm:
    # The form in the variables whose slope has no sign, the others being at the end where g is larger.
    ends = [
        1 if slope > spread else -1 if -slope > spread else 0
        for slope, spread in zip(form.slopes, spreads, strict=True)
    ]
    if not any(ends):
        return form
    fixed = [i for i, end in enumerate(ends) if end]
    free = [i for i, end in enumerate(ends) if not end]
    value = form.value
    for i in fixed:
        value += ends[i] * form.slopes[i] + form.curvatures[i][i] / 2
    for i, j in combinations(fixed, 2):
        value += ends[i] * ends[j] * form.curvatures[i][j]
    slopes = (form.slopes[j] + sum((ends[i] * form.curvatures[i][j] for i in fixed), _ZERO) for j in free)
    return TaylorForm(value, tuple(slopes), tuple(tuple(form.curvatures[i][j] for j in free) for i in free))


def _completed(form: TaylorForm) -> TaylorForm:
    # A form that is at least as large, in fewer variables.  The radii of the balls are set aside first: the
    # same ball occurs more than once below, and would count each time.
    radii = sum((b.rad() for b in form.slopes), _ZERO)
    radii += sum((q.rad() for row in form.curvatures for q in row), _ZERO) / 2
    middles = tuple(tuple(q.mid() for q in row) for row in form.curvatures)
    form = TaylorForm(form.value + radii, tuple(b.mid() for b in form.slopes), middles)
    while len(form.slopes) > 1:
        pivot = min(range(len(form.slopes)), key=lambda i: form.curvatures[i][i].upper())
        row, slope = form.curvatures[pivot], form.slopes[pivot]
        if not row[pivot] < 0:
            break
        left = [i for i in range(len(form.slopes)) if i != pivot]
        factor = -1 / row[pivot]
        form = TaylorForm(
            form.value + slope * slope * factor / 2,
            tuple(form.slopes[j] + slope * row[j] * factor for j in left),
            tuple(tuple(form.curvatures[i][j] + row[i] * row[j] * factor for j in left) for i in left),
        )
    return form


def _sum_of_maxima(form: TaylorForm) -> arb:
    total = form.value.upper()
    for i, slope in enumerate(form.slopes):
        total += _peak(slope.abs_upper(), form.curvatures[i][i].upper() / 2)
    for i, j in combinations(range(len(form.slopes)), 2):
        total += form.curvatures[i][j].abs_upper()
    return total.upper()


def _peak(slope: arb, curvature: arb) -> arb:
    # At least slope*t + curvature*t^2 for |t| <= 1, which increases with both numbers; slope >= 0.
    if curvature < 0 and not slope >= -2 * curvature:
        return -slope * slope / (4 * curvature)
    return slope + curvature


def near_maximum(form: TaylorForm) -> tuple[list[float], arb]:
    """A point t near which |g| should be largest on the box, and what it should be there.

    Coordinate ascent in floating point: nothing is proved.

    Examples
    --------
    >>> form = TaylorForm(arb(1), (arb(1), arb(3)), ((arb(-2), arb(0)), (arb(0), arb(1))))
    >>> near_maximum(form)[0], round(float(near_maximum(form)[1]), 9)
    ([0.5, 1.0], 4.75)
    """
    entries = [form.value, *form.slopes, *(q for row in form.curvatures for q in row)]
    size = max(entry.abs_upper() for entry in entries)
    if not (size > 0 and size.is_finite()):
        return [0.0] * len(form.slopes), _ZERO
    value, *slopes = (float(entry / size) for entry in entries[: len(form.slopes) + 1])
    curvatures = [[float(q / size) for q in row] for row in form.curvatures]
    up = _ascent(value, slopes, curvatures)
    down = _ascent(-value, [-b for b in slopes], [[-q for q in row] for row in curvatures])
    largest, t = max(up, down)
    return t, largest * size


def _ascent(value: float, slopes: list[float], curvatures: list[list[float]]) -> tuple[float, list[float]]:
    t = [0.0] * len(slopes)
    for _ in range(_SWEEPS):
        for i, row in enumerate(curvatures):
            slope = slopes[i] + sum(q * t[j] for j, q in enumerate(row) if j != i)
            t[i] = (
                -slope / row[i] if abs(slope) < -row[i] else 1.0 if slope > 0 else -1.0 if slope < 0 else 0.0
            )
    linear = sum(b * x for b, x in zip(slopes, t, strict=True))
    quadratic = sum(
        q * x * y for row, x in zip(curvatures, t, strict=True) for q, y in zip(row, t, strict=True)
    )
    return value + linear + quadratic / 2, t


def widest(form: TaylorForm) -> Sequence[arb]:
    """How much each variable adds to the excess of the bound: a box is best split along the largest.

    Examples
    --------
    >>> form = TaylorForm(arb(0), (arb(1), arb(3)), ((arb(0, 2), _ZERO), (arb(0), arb(1))))
    >>> [bool(loss > 0) for loss in widest(form)]
    [True, False]
    """
    return [
        sum((q.rad() + (abs(q.mid()) / 8 if i != j else 0) for j, q in enumerate(row)), _ZERO).upper()
        for i, row in enumerate(form.curvatures)
    ]
