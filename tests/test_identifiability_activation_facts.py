"""Every fact is checked by a function that takes the fact, and that refuses the fact when it is altered."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from activation_oracle import INSTANCES, oracle
from flint import ctx
from mpmath import mp
from scipy.integrate import IntegrationWarning, quad

from identifiability.activations import Activation, activation
from identifiability.constants import Constant, constant
from identifiability.enclosure import Enclosure, total_variation
from identifiability.exact import ball, lower_fraction, upper_fraction

GRID = np.unique(np.concatenate([np.linspace(-12, 12, 960_001), np.geomspace(12, 1e9, 20_000)]))
GRID = np.unique(np.concatenate([GRID, -GRID]))


def factor(value: Constant, by: str) -> Constant:
    """The constant, off by a factor."""
    return constant(
        f"({value.text.replace(' where', f')*{by} where')}" if "where" in value.text else f"({value})*{by}"
    )


def lipschitz_is(sigma: Activation, value: Constant) -> bool:
    """No difference quotient exceeds the constant, and some come within 1/5000 of it."""
    x = np.linspace(-40, 40, 400_001)
    steepest = np.max(np.abs(np.diff(sigma.value(x)) / np.diff(x)))
    if not value.is_finite:
        wide = np.linspace(-1e4, 1e4, 240_001)
        return bool(np.max(np.abs(np.diff(sigma.value(wide)) / np.diff(wide))) > 100 * steepest)
    # Quotients of values below 100 with step 2e-4 are off by 100 eps / 2e-4.
    return float(value) - 2e-4 <= steepest <= float(value) + 1e-9


def at_zero_is(sigma: Activation, value: Constant) -> bool:
    with mp.workdps(40):
        wanted = oracle(sigma, Fraction(0))
        return abs(mp.mpf(value.ball(140).str(40, radius=False)) - wanted) < mp.mpf(10) ** -38


def derivative_l1_is(sigma: Activation, value: Constant) -> bool:
    """The integral of |σ'| over R by quadrature, to 1e-8; if infinite, its growth."""
    if not value.is_finite:
        near, far = (np.abs(np.diff(sigma.value(np.linspace(-t, t, 400_001)))).sum() for t in (1e2, 1e3))
        return bool(far > 9 * near > 90)
    total = 0.0
    for a, b in pairwise([-np.inf, *map(float, sigma.breakpoints), np.inf]):
        try:
            part = quad(
                lambda x: float(abs(sigma.derivative(x))), a, b, epsabs=1e-11, epsrel=1e-11, limit=400
            )
        except IntegrationWarning:
            return False
        total += part[0]
    return abs(total - float(value)) < 1e-8


def derivative_variation_is(sigma: Activation, value: Constant) -> bool:
    """The variation of σ' over a fine grid, to 1e-8; if infinite, its growth."""
    if not value.is_finite:
        near, far = (np.abs(np.diff(sigma.derivative(np.linspace(-t, t, 400_001)))).sum() for t in (1e2, 1e3))
        return bool(far > 9 * near > 90)
    return abs(np.abs(np.diff(sigma.derivative(GRID))).sum() - float(value)) < 1e-8


def smoothness_is(sigma: Activation, k: int | None) -> bool:
    """At the breakpoints, the jets from both sides agree to order k, and not to order k + 1."""
    if k is None or not sigma.breakpoints:
        return k is None and not sigma.breakpoints
    with ctx.workprec(200):
        agreeing = []
        for i, point in enumerate(sigma.breakpoints):
            sides = [sigma.jet(ball(point), k + 5, piece) for piece in (i, i + 1)]
            same = [left.overlaps(right) for left, right in zip(*sides, strict=True)]
            assert all(c.rad() < 1e-30 for c in sides[0] + sides[1])
            agreeing.append(same.index(False) - 1)
    return min(agreeing) == k


def piece_degrees_are(sigma: Activation, degrees: tuple[int, ...] | None) -> bool:
    """The Taylor coefficients of each piece end at its degree, or never."""
    edges = [Fraction(-5), *sigma.breakpoints, Fraction(5)]
    for i in range(len(sigma.breakpoints) + 1):
        jet = sigma.jet(ball((2 * edges[i] + edges[i + 1]) / 3), 12, i)
        last = max((j for j, c in enumerate(jet) if not c.contains(0)), default=0)
        if degrees is not None and (len(degrees) != len(edges) - 1 or degrees[i] != last):
            return False
        if degrees is None and last == 12:
            return True
    return degrees is not None


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
def test_lipschitz(sigma):
    assert lipschitz_is(sigma, sigma.lipschitz)
    altered = ["1.01", "0.99"] if sigma.lipschitz.is_finite and float(sigma.lipschitz) else []
    assert not any(lipschitz_is(sigma, factor(sigma.lipschitz, by)) for by in altered)
    assert not lipschitz_is(sigma, constant(5) if not sigma.lipschitz.is_finite else constant("inf"))


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
def test_value_at_zero(sigma):
    assert at_zero_is(sigma, sigma.at_zero)
    assert not at_zero_is(sigma, constant(f"({sigma.at_zero})*1.01 + 1/1000"))


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
def test_l1_norm_of_the_derivative(sigma):
    assert derivative_l1_is(sigma, sigma.derivative_l1)
    if not sigma.derivative_l1.is_finite:
        assert not derivative_l1_is(sigma, constant(2))
    elif float(sigma.derivative_l1):
        assert not any(derivative_l1_is(sigma, factor(sigma.derivative_l1, by)) for by in ("1.01", "0.99"))
        assert not derivative_l1_is(sigma, constant("inf"))


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
def test_variation_of_the_derivative(sigma):
    assert derivative_variation_is(sigma, sigma.derivative_variation)
    if not sigma.derivative_variation.is_finite:
        assert not derivative_variation_is(sigma, constant(2))
    elif float(sigma.derivative_variation):
        altered = [factor(sigma.derivative_variation, by) for by in ("1.01", "0.99")]
        assert not any(derivative_variation_is(sigma, value) for value in [*altered, constant("inf")])


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
def test_smoothness(sigma):
    assert smoothness_is(sigma, sigma.smoothness)
    altered = [0, 1, 5] if sigma.smoothness is None else [sigma.smoothness - 1, sigma.smoothness + 1, None]
    assert not any(smoothness_is(sigma, k) for k in altered)


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
def test_piece_degrees(sigma):
    degrees = sigma.piece_degrees
    assert piece_degrees_are(sigma, degrees)
    if degrees is None:
        assert not piece_degrees_are(sigma, (1,) * (len(sigma.breakpoints) + 1))
    else:
        assert not piece_degrees_are(sigma, None)
        assert not piece_degrees_are(sigma, (degrees[0] + 1, *degrees[1:]))
        assert not piece_degrees_are(sigma, (*degrees, 1))
    assert sigma.is_polynomial == (sigma.name in {"identity", "polynomial"} or str(sigma) == "prelu(a=1)")


def certified(sigma: Activation, order: int, radius: int, width: str) -> Enclosure:
    """The variation of σ^(order) on [-radius, radius], jumps included, in ball arithmetic."""
    edges = [Fraction(-radius), *sigma.breakpoints, Fraction(radius)]
    lower = upper = Fraction(0)
    for piece, (low, high) in enumerate(pairwise(edges)):

        def jet(x, n, piece=piece):
            coefficients = sigma.jet(x, n + order, piece)
            return [math.comb(j, order) * c for j, c in enumerate(coefficients)][order:]

        part = total_variation(jet, low, high, absolute_width=width)
        lower, upper = lower + part.lower, upper + part.upper
    if order:
        for i, point in enumerate(sigma.breakpoints):
            left, right = (sigma.jet(ball(point), 1, piece)[1] for piece in (i, i + 1))
            jump = abs(right - left)
            lower, upper = lower + lower_fraction(jump), upper + upper_fraction(jump)
    return Enclosure(lower, upper)


# How much of the variation of σ and of σ' lies beyond the radius 64: bounds read off the formulas, with
# 1 - tanh 64 < e^-64, pi/2 - arctan 64 < 1/64 and 1 - 64/sqrt(1/a + 64^2) < 1/(2 a 64^2), twice.
TAILS = {
    "softsign": (2 / 64, 2 / 64**2),
    "arctan": (2 / 64, 2 / 64**2),
    "isru": (2e-2, 2e-2),
    "isrlu": (None, 2e-2),
}


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
def test_the_norms_of_the_derivative_in_ball_arithmetic(sigma):
    for order, value in enumerate((sigma.derivative_l1, sigma.derivative_variation)):
        if value.is_finite:
            found = certified(sigma, order, 64, "1e-4")
            tail = TAILS.get(sigma.name, (1e-20, 1e-20))[order]
            with ctx.workprec(128):
                claimed = value.ball()
                assert not claimed < ball(found.lower)
                assert not claimed > ball(found.upper) + tail
                if float(value):
                    assert claimed * 0.98 < ball(found.lower) or tail > 0.01
                    assert claimed * 1.05 > ball(found.upper) + tail


def test_the_infinite_and_the_finite():
    in_bv = {sigma.name for sigma in INSTANCES if sigma.derivative_in_bv and not sigma.is_polynomial}
    assert in_bv == {"clipped_relu", "hard_tanh", "softsign", "isru", "sigmoid", "tanh", "arctan", "erf"}
    assert activation("polynomial", coefficients=[3]).derivative_in_bv
    assert not activation("polynomial", coefficients=[3, 1]).derivative_in_bv
    assert all(sigma.piecewise_c1 for sigma in INSTANCES)


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
def test_the_smooth_interval_has_no_breakpoint_and_no_polynomial_where_that_can_be(sigma):
    low, high = sigma.smooth_interval
    assert low < high
    assert not any(low <= point <= high for point in sigma.breakpoints)
    piece = sum(point <= low for point in sigma.breakpoints)
    with ctx.workprec(128):
        # A rational point at which no derivative up to the twelfth vanishes.
        jet = sigma.jet(ball(low + (high - low) * Fraction(41, 100)), 12, piece)
    if sigma.piece_degrees is None:
        assert not any(c.contains(0) for c in jet)


@pytest.mark.parametrize("name", ["gelu", "silu"])
def test_the_extremum_of_the_derivative(name):
    # The second derivative changes its sign at the point that the constant is made from.
    at = {"gelu": constant("sqrt(2)"), "silu": constant("x where x*tanh(x/2) = 2 on [2, 3]")}[name]
    sigma = activation(name)
    with ctx.workprec(128):
        assert sigma.jet(at.ball() - 1e-6, 2)[2] > 0 > sigma.jet(at.ball() + 1e-6, 2)[2]
        assert sigma.jet(at.ball(), 1)[1].overlaps(sigma.lipschitz.ball())
        assert (4 * sigma.lipschitz.ball() - 3).overlaps(sigma.derivative_variation.ball())


def test_a_degenerate_prelu_is_the_identity():
    identity, sigma = activation("identity"), activation("prelu", a=1)
    for fact in (
        "breakpoints",
        "smoothness",
        "is_polynomial",
        "derivative_variation",
        "lipschitz",
        "universality",
    ):
        assert getattr(sigma, fact) == getattr(identity, fact)
