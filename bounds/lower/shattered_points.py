"""Points at which the class W_{r,m} takes every sign pattern with values beyond epsilon.

A set of points x_1, ..., x_M of [-1, 1]^m is **shattered at level epsilon** if for every choice of
signs some y with

    sum_{|k|<=r} ||D^k y||_inf <= 1,    y in C^r([-1,1]^m),

has |y(x_j)| > epsilon and the chosen sign at every x_j.  Approximators whose error is at most epsilon
then take all 2^M sign patterns at these points, whatever the weights were selected by.

**How such points are found.**  Take a construction that turns values a_j = +-1 at the points into
a function Y with Y(x_j) = a_j and Sobolev sum at most S < 1/epsilon; then Y/S serves.  Here:

- r = 1: pyramids max(0, 1 - |x - c|_1/R) on the points c of a code in the l1 metric;
- r >= 2: interpolation by splines or polynomials on each axis of a grid;
- many variables: bumps on a packing whose existence is proved by counting.

**Smoothness.**  These Y need only have bounded weak derivatives of order r.  But S < 1/epsilon is
strict: for small t > 0 the function x -> Y((1-t)x) is defined in a neighbourhood of the cube, its
derivatives are no larger, and convolution with a narrow non-negative kernel of integral 1 makes it
C^infinity without enlarging them.  As Y is continuous, the values at the x_j move as little as one
likes.  So every value in (epsilon, 1/S) is reached by functions of the class.

No constants other than signs are needed: W_{r,m} is convex and symmetric, so if some y_b lie above or
below thresholds t_j + epsilon, t_j - epsilon as the pattern b says, then (y_b - y_{-b})/2 does so with
thresholds 0.

The points found here grow like epsilon^{-m/r}, which is the greatest possible rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod

from bounds.lower.codes import CodeGrid, best_code_grid
from bounds.lower.grid_search import LARGEST_SMOOTHNESS, largest_grid
from bounds.lower.interpolation import Interpolation, InterpolationGrid
from bounds.lower.packing import Packing, best_packing
from bounds.lower.spaces import MOST_AXES
from identifiability.errors import InvalidInput
from identifiability.exact import digits, integer, positive

Configuration = CodeGrid | Packing | InterpolationGrid
"""Where the points lie, and from which the Sobolev sum follows."""


@dataclass(frozen=True, slots=True)
class ShatteredPoints:
    """M points of [-1, 1]^m that W_{r,m} shatters at every level below 1/S.

    Attributes
    ----------
    m, r : int
        The class W_{r,m}.
    epsilon : Fraction
        The level asked for; S < 1/epsilon.
    count : int
        The number M of points.
    sobolev_sum : Fraction
        The number S: values +-1 at the points are taken by functions of Sobolev sum at most S.
    configuration : CodeGrid, Packing or InterpolationGrid
        Where the points lie.
    """

    m: int
    r: int
    epsilon: Fraction
    count: int
    sobolev_sum: Fraction
    configuration: Configuration

    @property
    def kind(self) -> str:
        """Which data :meth:`to_json` writes."""
        return "shattered-points"

    @property
    def level(self) -> Fraction:
        """1/S: every smaller level is reached, and it exceeds epsilon."""
        return 1 / self.sobolev_sum

    def verify(self) -> bool:
        """Whether the configuration proves the count and the Sobolev sum, by other sums than the search's.

        The norms of splines are taken from the table, whose entries
        :func:`bounds.lower.cardinal.certify` certifies.

        Examples
        --------
        >>> from dataclasses import replace
        >>> points = shattered_points(2, 1, "0.1")
        >>> points.verify(), replace(points, count=points.count + 1).verify()
        (True, False)
        """
        where = self.configuration
        if min(self.m, self.r) < 1 or self.sobolev_sum < 1 or not 0 < self.epsilon * self.sobolev_sum < 1:
            return False
        if isinstance(where, InterpolationGrid):
            axes = [axis for axis, count in where.blocks for _ in range(count)]
            try:
                total = _sum_over_multi_indices(axes, self.r)
            except InvalidInput:  # splines without r derivatives
                return False
            return (
                len(axes) <= self.m
                and self.count == prod(axis.n + 1 for axis in axes)
                and self.sobolev_sum == total
            )
        from bounds.lower import recount

        return (
            isinstance(where, (CodeGrid, Packing))
            and recount.variables(where) <= self.m
            and recount.flaw(where, self.r) is None
            and recount.is_sobolev_sum(where, self.r, self.sobolev_sum)
            and recount.is_dimension(where, self.count)
        )

    def to_json(self) -> dict[str, object]:
        """The data as texts and lists."""
        return {
            "m": digits(self.m),
            "r": digits(self.r),
            "epsilon": digits(self.epsilon),
            "count": digits(self.count),
            "sobolev_sum": digits(self.sobolev_sum),
            "configuration": _described(self.configuration),
        }


def shattered_points(m: int, r: int, epsilon: object) -> ShatteredPoints:
    """The most points that the constructions here show to be shattered by W_{r,m} at level epsilon.

    Parameters
    ----------
    m : int
        Number of variables, >= 1.
    r : int
        Order of differentiability, >= 1.
    epsilon : number or str
        The level, 0 < epsilon < 1, read exactly.

    Returns
    -------
    ShatteredPoints

    Raises
    ------
    InvalidInput
        If an argument is outside its domain.  For epsilon >= 1 no point is shattered.

    Notes
    -----
    The count does not decrease when epsilon decreases or when m increases.

    Examples
    --------
    >>> points = shattered_points(1, 1, "0.01")
    >>> points.count, points.level > points.epsilon
    (99, True)
    >>> shattered_points(2, 2, "0.001").count
    110
    """
    variables, order = integer(m, "m", minimum=1), integer(r, "r", minimum=1)
    level = positive(epsilon, "epsilon")
    if level >= 1:
        raise InvalidInput(f"epsilon must be below 1, got {digits(level)}; at level 1 no point is shattered")
    axes = min(variables, MOST_AXES)
    grid = largest_grid(axes, order, 1 / level) if order > 1 else InterpolationGrid(())
    best = ShatteredPoints(variables, order, level, grid.count, grid.sobolev_sum(order), grid)
    # For r = 1 a code has at least as many points as any grid with interpolation on its axes.
    code = best_code_grid(axes, level) if order == 1 else None
    if code is not None and code.count > best.count:
        best = ShatteredPoints(variables, order, level, code.count, code.sobolev_sum, code)
    packing = best_packing(axes, order, level) if order <= LARGEST_SMOOTHNESS else None
    if packing is not None and packing.count > best.count:
        best = ShatteredPoints(variables, order, level, packing.count, packing.sobolev_sum(order), packing)
    return best


def _sum_over_multi_indices(axes: list[Interpolation], r: int) -> Fraction:
    """The sum of prod_i lambda_{k_i}(i) over |k| <= r, one axis after the other."""
    sums = [Fraction(1)] * (r + 1)
    for axis in axes:
        norms = axis.norms(r)
        sums = [
            sum((norms[j] * sums[k - j] for j in range(k + 1) if norms[j]), Fraction(0)) for k in range(r + 1)
        ]
    return sums[r]


def _described(where: Configuration) -> dict[str, object]:
    if isinstance(where, InterpolationGrid):
        axes = [
            [axis.family, digits(axis.degree), digits(axis.n), digits(count)] for axis, count in where.blocks
        ]
        return {"kind": "interpolation-grid", "axes": axes}
    if isinstance(where, CodeGrid):
        code = where.code
        return {
            "kind": "code",
            "modulus": digits(code.modulus),
            "weights": [digits(weight) for weight in code.weights],
            "distance": digits(code.distance),
            "q": digits(where.q),
            "residue": None if where.residue is None else digits(where.residue),
        }
    return {
        "kind": "packing",
        "variables": digits(where.variables),
        "q": digits(where.q),
        "distance": digits(where.distance),
        "method": where.method,
        "tilt": None if where.tilt is None else digits(where.tilt),
    }
