r"""The sizes of a depth-3 network for f(<x, x'>), and the error that is proved of it.

On the unit spheres <x, x'> = sum_i (x_i + x'_i)^2 / 2 - 1, so that the first hidden layer need only
interpolate z^2/2 on [-2, 2] in each of the d coordinates of x + x', and the second one f.  If the first is
wrong by eta at most, and the second is L-Lipschitz on all of R and wrong by epsilon_2 at most on [-1, 1], the
network is wrong by at most L eta + epsilon_2.

*smooth.*  The interpolant p of z^2/2 on 2m + 1 equal pieces of [-2, 2], of length h = 4/(2m + 1), satisfies
0 <= p - z^2/2 <= h^2/8; less h^2/16 it is wrong by h^2/16 = 1/(2m + 1)^2 at most.  It is constant on the
piece in the middle, hence 2m neurons do: eta = d/(2m + 1)^2.  The interpolant of f on n pieces of [-1, 1] is
wrong by at most M/(2 n^2) if \|f''\| <= M, and by at most L/n if f is L-Lipschitz.  Of all m the one with
the least width is taken.

*slides.*  Lipschitz interpolation twice, with the knots of the slides: z^2/2 is 2-Lipschitz on [-2, 2] and
interpolated with spacing at most e/2, e = epsilon/(2 L d), and f with spacing at most epsilon/(2 L).
The width is about 16 d^2 L/epsilon.

With a weight bound B, the factors c of max(0, c z) = c max(0, z) move weights between the layers, and where
that does not do, a neuron is split into equal copies; a value of f above B is spread over the output bias and
constant neurons max(0, 0 + B).  Values of f that are rounded by tau at most change slopes by tau n, and
changes of slope by 2 tau n; the copies allow for that.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from identifiability.errors import InvalidInput
from identifiability.exact import ball, ceiling, positive, upper_fraction
from legendre.depth2_questions import checked_target, read_weight_bound
from legendre.polynomials import read_dimension
from legendre.target_bounds import lipschitz_bound, second_derivative_bound
from legendre.target_values import on_balls, on_floats
from legendre.targets import Function, Target

_START = {"smooth": Fraction(-1), "slides": Fraction(0)}
"""The methods, and where their interpolants of f start."""

_ROUNDING = Fraction(1, 2**16)
"""The part of the error that is kept for rounding the values of f to binary fractions."""


@dataclass(frozen=True, slots=True)
class Depth3Plan:
    """The sizes of one construction.

    Attributes
    ----------
    side : int
        Neurons for each coordinate and each sign in the first hidden layer.
    step : Fraction
        The distance of their kinks.
    pieces : int
        Pieces of the interpolant of f.
    inner_error, outer_error : Fraction
        Bounds on the errors of <x, x'> and of the interpolant of f.
    proved_error : Fraction
        A bound on the error of the network everywhere on the two spheres, rounding included.
    inner_scale, outer_scale : Fraction
        The factors that move weights from one layer to the next.
    inner_copies, slope_copies, jump_copies : int
        Into how many equal neurons one is split, where it interpolates z^2/2, an initial slope of f, and
        a change of its slope.
    constant_neurons : int
        Constant neurons in the second hidden layer.
    """

    target: Target
    d: int
    method: str
    weight_bound: Fraction | None
    lipschitz: Fraction
    side: int
    step: Fraction
    pieces: int
    inner_error: Fraction
    outer_error: Fraction
    rounding: Fraction
    inner_scale: Fraction
    outer_scale: Fraction
    inner_copies: int
    slope_copies: int
    jump_copies: int
    constant_neurons: int

    @property
    def start(self) -> Fraction:
        """Where the interpolant of f starts, with the output bias for its value."""
        return _START[self.method]

    @property
    def proved_error(self) -> Fraction:
        return self.lipschitz * self.inner_error + self.outer_error + self.rounding

    @property
    def value_tolerance(self) -> Fraction:
        """How far the values of f may be rounded."""
        return value_tolerance(self.rounding, self.pieces, self.inner_error)

    @property
    def slopes(self) -> int:
        """The neurons before they are split whose weight is a slope of f: one to each side of the start."""
        return 2 if self.method == "slides" else 1

    @property
    def widths(self) -> tuple[int, int]:
        """The numbers of neurons in the two hidden layers."""
        inner = 2 * self.d * self.side * self.inner_copies
        outer = self.slopes * self.slope_copies + (self.pieces - self.slopes) * self.jump_copies
        return inner, outer + self.constant_neurons


def value_tolerance(rounding: Fraction, pieces: int, inner_error: Fraction) -> Fraction:
    """How far values of f may be rounded when the network may be wrong by the rounding for it.

    An error of the values is carried on by the interpolant beyond its last knot, where it may grow by the
    factor 1 + pieces * inner_error.
    """
    return rounding / (1 + pieces * inner_error)


def plan(target: object, d: object, epsilon: object, method: str, weight_bound: object | None) -> Depth3Plan:
    """The construction with error epsilon.

    Raises
    ------
    InvalidInput
        If an argument is outside its domain, or no Lipschitz constant of the target is known.
    """
    if method not in _START:
        raise InvalidInput(f"method must be 'smooth' or 'slides', got {method!r}")
    f, dimension = checked_target(target), read_dimension(d)
    allowed = positive(epsilon, "epsilon")
    bound = None if weight_bound is None else read_weight_bound(weight_bound, dimension)
    with ctx.workprec(128):
        slope, curvature = (
            _upper(lipschitz_bound(f, dimension)),
            _upper(second_derivative_bound(f, dimension)),
        )
    if slope is None:
        raise InvalidInput(
            f"no Lipschitz constant of {f} is known; pass a Lipschitz target, or function(f, lipschitz=...)"
        )
    slope = max(slope, Fraction(1, 2**64))
    rounding = allowed * _ROUNDING
    constants = 0
    if bound is not None:
        excess = _largest_value(f, dimension, _START[method]) + rounding - bound
        constants = max(0, ceiling(excess / bound**2))

    def construction(side: int, step: Fraction, inner_error: Fraction, pieces: int) -> Depth3Plan:
        outer = _interpolation_error(slope, curvature, pieces)
        jump = 2 * slope if curvature is None else min(2 * slope, curvature * Fraction(2, pieces))
        steeper = pieces * value_tolerance(rounding, pieces, inner_error)
        scales = _scales(step, max(Fraction(2), inner_error), slope + steeper, jump + 2 * steeper, bound)
        return Depth3Plan(
            f,
            dimension,
            method,
            bound,
            slope,
            side,
            step,
            pieces,
            inner_error,
            outer,
            rounding,
            *scales,
            constants,
        )

    if method == "slides":
        side = max(1, ceiling(8 * dimension * slope / allowed))
        step = Fraction(2, side)
        pieces = 2 * max(1, ceiling(2 * slope / allowed))
        return construction(side, step, dimension * step**2 / 8, pieces)

    def balanced(side: int) -> Depth3Plan | None:
        inner_error = Fraction(dimension, (2 * side + 1) ** 2)
        rest = allowed - rounding - slope * inner_error
        if rest <= 0:
            return None
        pieces = _least_pieces(slope, curvature, rest)
        return construction(side, Fraction(4, 2 * side + 1), inner_error, pieces)

    return _least_width(balanced)


def _upper(value: arb | None) -> Fraction | None:
    return None if value is None else upper_fraction(value)


def _largest_value(target: Target, d: int, t: Fraction) -> Fraction:
    """A bound on |f(t)|."""
    if isinstance(target, Function):
        import numpy as np

        return abs(Fraction(float(on_floats(target, d)(np.array([float(t)]))[0])))
    with ctx.workprec(128):
        return upper_fraction(abs(on_balls(target, d)(ball(t))))


def _interpolation_error(slope: Fraction, curvature: Fraction | None, pieces: int) -> Fraction:
    lipschitz = slope / pieces
    return lipschitz if curvature is None else min(lipschitz, curvature / (2 * pieces**2))


def _least_pieces(slope: Fraction, curvature: Fraction | None, error: Fraction) -> int:
    """The least number of pieces for which the interpolation error is small enough."""
    lipschitz = max(1, ceiling(slope / error))
    return lipschitz if curvature is None else max(1, min(lipschitz, least_root(curvature / (2 * error))))


def least_root(square: Fraction) -> int:
    """The least integer n >= 0 with n^2 at least the given number.

    Examples
    --------
    >>> least_root(Fraction(9)), least_root(Fraction(91, 10))
    (3, 4)
    """
    whole = ceiling(square)
    root = math.isqrt(whole)
    return root if root * root >= whole else root + 1


def _least_width(balanced: Callable[[int], Depth3Plan | None]) -> Depth3Plan:
    """The narrowest: the first layer widens with the number of its kinks, while the second narrows."""

    def enough(side: int) -> bool:
        candidate = balanced(side)
        return candidate is not None and candidate.widths[0] >= candidate.widths[1]

    high = 1
    while not enough(high):
        high *= 2
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    candidates = [balanced(side) for side in (high - 1, high) if side > 0]
    return min((c for c in candidates if c is not None), key=lambda c: max(c.widths))


def _scales(
    step: Fraction, shift: Fraction, slope: Fraction, jump: Fraction, bound: Fraction | None
) -> tuple[Fraction, Fraction, int, int, int]:
    """Factors and copies that bring all weights within the bound; shift bounds the second biases."""
    if bound is None:
        return Fraction(1), Fraction(1), 1, 1, 1
    # Weights of the first layer are 1, its biases less than 2.
    inner = min(Fraction(1), bound / 2)
    outer = Fraction(1) if bound >= max(slope, jump, shift) else bound / shift
    copies = (outer * step / (inner * bound), slope / (outer * bound), jump / (outer * bound))
    first, second, third = (max(1, ceiling(number)) for number in copies)
    return inner, outer, first, second, third
