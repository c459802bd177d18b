"""The shattering bound: its inequality with mpmath, its growth functions with tiny networks."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import comb

import mpmath
import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bounds.lower.shattered_points import shattered_points
from bounds.lower.shattering import (
    margin_any_depth,
    margin_by_warren,
    margin_homogeneous,
    shattering,
)
from identifiability.activations import activation as find_activation
from identifiability.errors import InvalidInput

Array = NDArray[np.float64]


def growth_any_depth(points: int, m: int, pieces: int, parameters: int) -> mpmath.mpf:
    """log2 of (1/2) (2 e K (U+1) / W)^W with K = 2 M p^U, written out."""
    units = max(0, (parameters - m) // 2)
    polynomials = 2 * points * mpmath.mpf(pieces) ** units
    return parameters * mpmath.log(2 * mpmath.e * polynomials * (units + 1) / parameters, 2) - 1


def growth_one_layer(points: int, m: int, units: int) -> mpmath.mpf:
    """log2 of the bound for ReLU, from the counts themselves instead of their bounds."""
    cells = 2 * sum(comb(points - 1, i) for i in range(m + 1))
    multisets = comb(2 * cells + units - 1, units)
    outputs = 2 * sum(comb(points - 1, i) for i in range(units * (m + 1) + 1))
    return mpmath.log(multisets, 2) + mpmath.log(outputs, 2)


def is_least_any_depth(value: int, points: int, m: int, pieces: int) -> bool:
    """Whether W is not excluded (or is M) and W - 1 is."""
    with mpmath.workdps(2 * len(str(points)) + 30):
        allowed = value >= points or growth_any_depth(points, m, pieces, value) >= points
        return allowed and (value == 1 or growth_any_depth(points, m, pieces, value - 1) < points)


GRID = [
    (m, r, epsilon)
    for m, r in [(1, 1), (1, 2), (2, 1), (2, 2), (3, 2), (4, 2), (6, 3), (12, 1)]
    for epsilon in ("0.1", "0.01", "0.001", "1e-12")
]


@pytest.mark.parametrize(("m", "r", "epsilon"), GRID)
@pytest.mark.parametrize("activation", ["relu", "hard_tanh"])
def test_values_are_least_by_another_arithmetic(m: int, r: int, epsilon: str, activation: str) -> None:
    bound = shattering(m, r, epsilon, activation)
    points = shattered_points(m, r, epsilon)
    pieces = 2 if activation == "relu" else 3
    assert bound.value is not None
    assert is_least_any_depth(bound.value, points.count, m, pieces)
    assert not is_least_any_depth(bound.value + 1, points.count, m, pieces)
    assert bound.value == 1 or not is_least_any_depth(bound.value - 1, points.count, m, pieces)
    assert bound.status == "certified"
    assert bound.witness == points


def test_known_values() -> None:
    """(M, any depth, one hidden layer) for ReLU at epsilon = 0.1, 0.01, 0.001."""
    known = {
        (1, 1): [(9, 2, 21), (99, 9, 291), (999, 35, 2991)],
        (1, 2): [(3, 1, 3), (7, 2, 15), (22, 3, 60)],
        (2, 1): [(41, 5, 28), (4901, 87, 568), (499001, 980, 46860)],
        (2, 2): [(4, 1, 4), (15, 3, 20), (110, 10, 80)],
        (3, 2): [(8, 2, 5), (27, 5, 25), (252, 16, 100)],
        (4, 2): [(8, 2, 6), (48, 6, 30), (504, 24, 120)],
        (6, 3): [(8, 2, 8), (64, 8, 16), (216, 16, 40)],
    }
    for (m, r), rows in known.items():
        found = [
            (
                shattered_points(m, r, epsilon).count,
                shattering(m, r, epsilon).value,
                shattering(m, r, epsilon, hidden_layers=1).value,
            )
            for epsilon in ("0.1", "0.01", "0.001")
        ]
        assert found == rows


def test_one_point_more_raises_the_bound_where_it_is_tight() -> None:
    # the largest M that W = 35 parameters may shatter, by mpmath
    with mpmath.workdps(40):
        points = 999
        while growth_any_depth(points, 1, 2, 35) >= points:
            points += 1
    assert margin_any_depth(points - 1, 1, 2, 35) < 0
    assert margin_any_depth(points, 1, 2, 35) > 0
    assert is_least_any_depth(35, points - 1, 1, 2)
    assert not is_least_any_depth(35, points, 1, 2)
    assert is_least_any_depth(36, points, 1, 2)


@given(
    points=st.integers(2, 10**40), m=st.integers(1, 20), pieces=st.integers(2, 3), seed=st.integers(1, 10**6)
)
@settings(deadline=None)
def test_the_bound_for_any_depth_increases_with_the_parameters(
    points: int, m: int, pieces: int, seed: int
) -> None:
    parameters = max(1, points * seed // 10**6 - 1)
    # differences of huge numbers: enough bits to tell them apart
    with ctx.workprec(400):
        if parameters + 1 < points:
            later = margin_any_depth(points, m, pieces, parameters + 1)
            assert later < margin_any_depth(points, m, pieces, parameters)


@given(points=st.integers(6, 10**30), m=st.integers(1, 8), seed=st.integers(1, 10**6))
@settings(deadline=None)
def test_the_bounds_for_one_layer_increase_with_the_units(points: int, m: int, seed: int) -> None:
    units = max(1, points * seed // 10**6 // (m + 2) - 1)
    with ctx.workprec(400):
        if (units + 1) * (m + 2) < points:
            for pieces in (2, 3):
                assert margin_by_warren(points, m, pieces, units + 1) < margin_by_warren(
                    points, m, pieces, units
                )
        if (units + 1) * (m + 1) < points:
            assert margin_homogeneous(points, m, units + 1) < margin_homogeneous(points, m, units)


@given(points=st.integers(4, 400), m=st.integers(1, 6), units=st.integers(1, 60))
@settings(deadline=None)
def test_bounds_for_one_layer_do_not_exclude_what_the_exact_counts_allow(
    points: int, m: int, units: int
) -> None:
    if units * (m + 1) < points:
        exact = growth_one_layer(points, m, units)
        if exact >= points:
            assert margin_homogeneous(points, m, units) < 0


def network_patterns(
    rng: np.random.Generator, x: Array, widths: list[int], draws: int, clip: bool
) -> set[bytes]:
    """The strict sign patterns that random networks take at the points x (rows)."""
    values = np.broadcast_to(x, (draws, *x.shape))
    for width in widths:
        weights = rng.standard_t(2, size=(draws, values.shape[2], width))
        # biases that put the kinks anywhere among the points
        at = values[np.arange(draws)[:, None], rng.integers(0, x.shape[0], size=(draws, width))]
        biases = -np.einsum("dwn,dnw->dw", at, weights) + rng.normal(size=(draws, width)) * 0.5
        values = np.einsum("dpn,dnw->dpw", values, weights) + biases[:, None, :]
        values = np.clip(values, 0, 1) if clip else np.maximum(values, 0)
    out = np.einsum("dpn,dn->dp", values, rng.standard_t(2, size=(draws, values.shape[2])))
    out = out + (rng.normal(size=(draws, 1)) * (rng.random((draws, 1)) < 0.5))
    strict = out[(out != 0).all(axis=1)]
    return {row.tobytes() for row in np.packbits(strict > 0, axis=1)}


@pytest.mark.parametrize(("m", "units", "count"), [(1, 1, 7), (1, 2, 10), (1, 3, 12), (2, 1, 9), (2, 2, 12)])
def test_one_hidden_layer_takes_no_more_patterns_than_the_bound(m: int, units: int, count: int) -> None:
    rng = np.random.default_rng(units)
    x = np.sort(rng.uniform(-1, 1, size=(count, m)), axis=0)
    seen: set[bytes] = set()
    for _ in range(8):
        seen |= network_patterns(rng, x, [units], 15_000, clip=False)
    allowed = float((count * arb(2).log() - margin_homogeneous(count, m, units)).exp())
    assert 2 < len(seen) <= min(allowed, 2**count)
    if m == 1:
        # on a line there are at most k + 1 sign changes, so at most so many patterns
        assert len(seen) <= 2 * sum(comb(count - 1, i) for i in range(units + 2))


@pytest.mark.parametrize(
    ("m", "widths", "count"), [(1, [1, 1], 14), (1, [2], 12), (2, [1, 1], 12), (1, [1, 1, 1], 14)]
)
@pytest.mark.parametrize("clip", [False, True])
def test_deep_networks_take_no_more_patterns_than_the_bound(
    m: int, widths: list[int], count: int, clip: bool
) -> None:
    rng = np.random.default_rng(count)
    x = np.sort(rng.uniform(-1, 1, size=(count, m)), axis=0)
    seen: set[bytes] = set()
    for _ in range(4):
        seen |= network_patterns(rng, x, widths, 20_000, clip)
    sizes = [m, *widths, 1]
    parameters = sum((a + 1) * b for a, b in pairwise(sizes))
    assert sum(widths) <= (parameters - m) // 2
    allowed = (count * arb(2).log() - margin_any_depth(count, m, 3 if clip else 2, parameters)).exp()
    assert 2 < len(seen) <= float(allowed)


@pytest.mark.parametrize("units", [3, 4, 6, 11])
def test_k_units_alternate_on_k_plus_two_points(units: int) -> None:
    """So the bound on a line, k >= M_1 - 2 for p = 2, would be false with M_1 - 1 in place of M_1 - 2."""
    slopes = np.array([-1.0, 1.0, -0.5, 0.5, *(np.tile([-1.0, 1.0], units))[: units - 3]])
    # every affine piece leads from 1 to -1 or back; kinks between the pieces
    x = np.concatenate([[0.0], np.cumsum(2 / np.abs(slopes))])
    kinks, jumps = x[1:-1], np.diff(slopes)
    assert len(kinks) == units
    # the third unit looks left; its jump is the slope at the left end, with the other sign
    facing = np.where(np.arange(units) == 2, -1.0, 1.0)

    def network(at: Array) -> Array:
        hidden = np.maximum(facing * (at[:, None] - kinks), 0)
        out: Array = hidden @ jumps
        return out

    values = network(x)
    values = values - values[0] + 1
    assert values == pytest.approx((-1.0) ** np.arange(units + 2))
    assert shattering(1, 1, Fraction(1, units + 3), hidden_layers=1).value == 3 * units


def test_one_layer_on_a_line_counts_pieces() -> None:
    for activation, breakpoints in [("relu", 1), ("hard_tanh", 2), ("clipped_relu", 2)]:
        bound = shattering(1, 1, "0.001", activation, hidden_layers=1)
        least = -(-(999 - 2) // breakpoints)
        assert bound.value == 3 * least


def test_a_shallow_network_is_a_network() -> None:
    for m, r, epsilon in GRID:
        deep, shallow = (shattering(m, r, epsilon, hidden_layers=layers).value for layers in (None, 1))
        assert deep is not None
        assert shallow is not None
        assert 1 <= deep <= shallow


def test_interpolation_networks_obey_the_bound() -> None:
    # piecewise linear interpolation reaches error 1/(n + 1) on W_{1,1} with n + 1 units and an output bias
    for n in (9, 99, 999):
        epsilon = Fraction(1, n + 1)
        for layers in (None, 1):
            value = shattering(1, 1, epsilon, hidden_layers=layers).value
            assert value is not None
            assert value <= 3 * (n + 1) + 1


@given(
    m=st.integers(1, 6),
    r=st.integers(1, 4),
    numerator=st.integers(1, 999),
    shrink=st.fractions(Fraction(1, 100), 1),
    shallow=st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_smaller_errors_never_need_fewer_parameters(
    m: int, r: int, numerator: int, shrink: Fraction, shallow: bool
) -> None:
    level = Fraction(numerator, 1000)
    layers = 1 if shallow else None
    first = shattering(m, r, level, hidden_layers=layers).value
    second = shattering(m, r, level * shrink, hidden_layers=layers).value
    assert first is not None
    assert second is not None
    assert first <= second


def test_sigmoids_are_conditional_on_the_quoted_theorem() -> None:
    for activation in ("sigmoid", "tanh"):
        bound = shattering(2, 1, "0.001", activation)
        assert (bound.status, bound.value) == ("conditional", 36)
        assert any("quoted, not proved here" in condition for condition in bound.conditions)
        assert bound.value is not None
        points = 499001

        def quoted(parameters: int) -> float:
            product = (parameters + 1) * ((parameters - 2) // 2 + 1)
            return product**2 + 11 * product * float(np.log2(18 * product * ((parameters - 2) // 2 + 1)))

        assert quoted(35) < points <= quoted(36)
        shallow = shattering(2, 1, "0.001", activation, hidden_layers=1)
        assert shallow.value == 48


@pytest.mark.parametrize(
    ("activation", "reason"),
    [
        ("sin", "arbitrarily many"),
        ("gelu", "no theorem"),
        ("elu", "no theorem"),
        ("repu", "no theorem"),
        ("identity", "affine functions only"),
        ("softsign", "no theorem"),
    ],
)
def test_other_activations_are_void_with_the_reason(activation: str, reason: str) -> None:
    bound = shattering(2, 1, "0.001", activation)
    assert (bound.status, bound.value) == ("void", None)
    assert reason in bound.conditions[0]


def test_two_pieces_are_two_pieces() -> None:
    leaky = find_activation("prelu", a="1/4")
    for layers in (None, 1):
        values = {shattering(2, 1, "0.001", a, layers).value for a in ("any", "relu", leaky, "repu(p=1)")}
        assert len(values) == 1


def test_any_activation_says_that_it_speaks_of_relu() -> None:
    bound = shattering(1, 1, "0.01")
    assert "relu" in bound.approximators
    assert "any depth" in bound.approximators
    assert any("speaks of ReLU" in condition for condition in bound.conditions)


def test_the_zero_function_is_enough_for_errors_of_one() -> None:
    for activation in ("any", "sin", "tanh"):
        bound = shattering(3, 2, "1", activation)
        assert (bound.value, bound.status, bound.conditions) == (
            0,
            "certified",
            ("trivial: the zero function",),
        )
    assert shattering(3, 2, "0.9999").value == 1


def test_huge_counts_are_exact() -> None:
    for layers in (None, 1):
        bound = shattering(40, 1, "1e-12", hidden_layers=layers)
        assert bound.value is not None
        assert bound.value > 10**200
    points = shattered_points(40, 1, "1e-12").count
    value = shattering(40, 1, "1e-12").value
    assert value is not None
    with mpmath.workdps(800):
        # p^U has 10^225 digits, so only its logarithm is formed
        def growth(parameters: int) -> mpmath.mpf:
            units = (parameters - 40) // 2
            ratio = mpmath.mpf(4 * points * (units + 1)) / parameters
            return parameters * (units + mpmath.log(mpmath.e * ratio, 2)) - 1

        assert growth(value - 1) < points <= growth(value)


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(InvalidInput, match="hidden_layers must be 1 or None"):
        shattering(1, 1, "0.1", hidden_layers=2)
    with pytest.raises(InvalidInput, match="epsilon must be positive"):
        shattering(1, 1, "0")
    with pytest.raises(InvalidInput, match="m must be at least 1"):
        shattering(0, 1, "0.1")
    with pytest.raises(InvalidInput):
        shattering(1, 1, "0.1", "no such activation")
