import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from identifiability.enclosure import Enclosure, integral, maximum, supremum, total_variation
from identifiability.errors import Inexact, InvalidInput
from identifiability.exact import ball

COEFFICIENTS = st.lists(st.fractions(-3, 3, max_denominator=8), min_size=1, max_size=6)


def horner(coefficients, x):
    total = 0 * x
    for c in reversed(coefficients):
        total = total * x + (ball(c) if isinstance(x, arb) else float(c))
    return total


def holds(found: Enclosure, values: np.ndarray, slope_times_step: float) -> bool:
    """Whether the supremum of a function, seen on a grid, is in the enclosure."""
    top = float(np.max(values))
    rounding = 1e-12 * (1 + abs(top))
    return top <= found.upper + rounding and found.lower <= top + slope_times_step + rounding


@settings(max_examples=40, deadline=None)
@given(
    coefficients=COEFFICIENTS, ends=st.lists(st.fractions(-3, 3, max_denominator=8), min_size=2, max_size=2)
)
def test_suprema_of_polynomials(coefficients, ends):
    low, high = min(ends), max(ends)
    found = supremum(lambda x: horner(coefficients, x), low, high, absolute_width="1e-9")
    grid = np.linspace(float(low), float(high), 2001)
    values = np.abs(horner(coefficients, grid))
    slope = sum(k * abs(float(c)) * 3.0 ** (k - 1) for k, c in enumerate(coefficients) if k)
    step = slope * float(high - low) / 2000
    assert found.converged
    assert found.upper - found.lower <= max(found.lower / 1000, Fraction(1, 10**9))
    assert holds(found, values, step)
    if values.max() > 0.1:  # shifted either way, the enclosure is refused
        shift = found.upper - found.lower + Fraction(step + 1e-6)
        assert not holds(Enclosure(found.lower - shift, found.upper - shift), values, step)
        assert not holds(Enclosure(found.lower + shift, found.upper + shift), values, step)


def test_maxima_keep_the_sign():
    found = maximum(lambda x: -x * x - 1, -1, 2)
    assert Fraction(-1001, 1000) <= found.lower <= -1 <= found.upper <= Fraction(-999, 1000)
    assert supremum(lambda x: -x * x - 1, -1, 2).lower == 5


@pytest.mark.parametrize("width", ["1e-2", "1e-4", "1e-6"])
def test_narrower_on_request(width):
    found = supremum(lambda x: x.sin() * (3 * x).cos(), 0, 2, relative_width=width)
    assert found.converged
    grid = np.linspace(0, 2, 100_001)
    top = np.abs(np.sin(grid) * np.cos(3 * grid)).max()
    assert found.lower - 1e-9 <= top <= found.upper
    assert found.upper - found.lower <= Fraction(width) * found.lower


def test_boxes():
    found = supremum(lambda x: (3 * x[0]).sin() * x[1] * (1 - x[2]), (-1, -1, -1), (1, 1, 1))
    assert found.converged
    assert found.lower <= 2 <= found.upper
    flat = supremum(lambda x: x[0] + x[1], (0, 1), (1, 1))
    assert flat.lower <= 2 <= flat.upper


def test_a_point_is_a_box():
    found = supremum(lambda x: x.exp(), 1, 1)
    assert found.lower <= Fraction(math.e) + Fraction(1, 10**15)
    assert found.upper - found.lower < Fraction(1, 10**12)


def test_a_small_budget_gives_a_wide_enclosure_that_still_holds():
    rough = supremum(lambda x: (5 * x[0] * x[1]).sin() - x[0] * x[0], (-2, -2), (2, 2), max_boxes=30)
    fine = supremum(lambda x: (5 * x[0] * x[1]).sin() - x[0] * x[0], (-2, -2), (2, 2), relative_width="1e-2")
    assert not rough.converged
    assert fine.converged
    assert rough.lower <= fine.upper
    assert rough.upper >= fine.lower
    assert rough.upper - rough.lower > fine.upper - fine.lower


def test_cancellation_is_reported_and_not_hidden():
    found = supremum(lambda x: x - x, -1, 1, max_boxes=200)
    assert found.lower == 0
    assert found.upper > 0
    assert not found.converged
    assert supremum(lambda x: x - x, -1, 1, absolute_width="1/10").converged


@pytest.mark.parametrize(
    "f", [lambda x: 1 / x, lambda x: x.log(), lambda x: 1 / (x - arb("0.3")), lambda x: arb.nan()]
)
def test_functions_without_a_bound_are_refused(f):
    with pytest.raises(Inexact, match="no finite enclosure near"):
        supremum(f, -1, 1)


def test_a_finite_function_whose_first_balls_are_not_finite():
    # On wide balls around zero 1 + x^2 seems to vanish; on narrower ones it does not.
    found = supremum(lambda x: 1 / (1 + x * x), -2, 3, relative_width="1e-4")
    assert found.converged
    assert found.lower <= 1 <= found.upper


@pytest.mark.parametrize(
    ("low", "high", "options"),
    [
        (1, 0, {}),
        ((0, 0), (1,), {}),
        ((), (), {}),
        ("a", 1, {}),
        (0, float("inf"), {}),
        ((0, 0), 1, {}),
        (0, 1, {"relative_width": -1}),
        (0, 1, {"relative_width": "x"}),
    ],
)
def test_bad_domains_are_refused(low, high, options):
    with pytest.raises(InvalidInput):
        supremum(lambda x: x, low, high, **options)


def exponential(x, n):
    return [x.exp() / math.factorial(j) for j in range(n + 1)]


def sine(x, n):
    cycle = [x.sin(), x.cos(), -x.sin(), -x.cos()]
    return [cycle[j % 4] / math.factorial(j) for j in range(n + 1)]


@pytest.mark.parametrize("order", [0, 2, 8])
def test_integrals(order):
    width = {0: "1e-2", 2: "1e-6", 8: "1e-20"}[order]
    found = integral(sine, 0, 3, absolute_width=width, order=order)
    with ctx.workprec(200):
        wanted = 1 - arb(3).cos()
        assert found.converged
        assert ball(found.lower) <= wanted <= ball(found.upper)
        # The enclosure is no wider than it says: a value three widths away is outside.
        assert not ball(found.lower) <= wanted * (1 + 3 * ball(Fraction(width))) <= ball(found.upper)


@settings(max_examples=20, deadline=None)
@given(a=st.fractions(-2, 2, max_denominator=9), b=st.fractions(-2, 2, max_denominator=9))
def test_integrals_agree_with_quadrature(a, b):
    low, high = min(a, b), max(a, b)
    found = integral(exponential, low, high)
    assert abs(quad(math.exp, low, high)[0] - float(found.lower)) < 2e-6
    assert found.upper - found.lower <= Fraction(1, 10**6)


def test_a_polynomial_of_the_degree_of_the_remainder():
    # x^2 on [0, 1] with n = 2: the remainder alone makes the difference between 1/3 and 1/4.
    found = integral(lambda x, n: [x * x, 2 * x, arb(1)][: n + 1], 0, 1, absolute_width="1e-15", order=2)
    assert found.lower <= Fraction(1, 3) <= found.upper


@pytest.mark.parametrize(("high", "wanted"), [(1, math.sin(1)), (3, 2 - math.sin(3)), (10, 6 - math.sin(10))])
def test_total_variations(high, wanted):
    found = total_variation(sine, 0, high, absolute_width="1e-9")
    assert found.converged
    assert found.upper - found.lower <= Fraction(1, 10**9)
    assert abs(float(found.lower) - wanted) < 1e-8


def test_the_variation_of_a_constant():
    found = total_variation(lambda x, n: [arb(1), arb(0)][: n + 1], 0, 5)
    assert found.lower == 0
    assert found.upper < Fraction(1, 10**6)


def test_budgets_of_sums():
    rough = total_variation(sine, 0, 100, absolute_width="1e-12", max_boxes=20)
    assert not rough.converged
    assert rough.lower <= 64 <= rough.upper
    with pytest.raises(Inexact, match="no finite enclosure"):
        integral(lambda x, n: [1 / x] * (n + 1), -1, 1, order=0, max_boxes=100)
    with pytest.raises(InvalidInput, match="even"):
        integral(sine, 0, 1, order=3)
    with pytest.raises(InvalidInput, match="positive"):
        integral(sine, 0, 1, absolute_width=0)


def test_the_working_precision_is_left_alone():
    supremum(lambda x: x, 0, 1, relative_width="1e-60")
    integral(sine, 0, 1, absolute_width="1e-40")
    assert ctx.prec == 53
