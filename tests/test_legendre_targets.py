"""Targets: exact frequencies, parities, values in floats and balls, bounds on derivatives."""

import itertools
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st

from identifiability.errors import Inexact, InvalidFormula, InvalidInput
from legendre.target_bounds import lipschitz_bound, second_derivative_bound
from legendre.target_values import frequency, on_balls, on_floats, parity, read_value
from legendre.targets import (
    Kink,
    PiecewisePolynomial,
    absolute_value,
    cosine,
    exponential,
    function,
    monomial,
    polynomial_target,
    relu,
    sign,
    sine,
)

CUBIC_SPLINE = PiecewisePolynomial(
    "spline",
    (Fraction(1), Fraction(0), Fraction(-2)),
    (Kink(Fraction(-1, 3), 2, Fraction(3)), Kink(Fraction(1, 2), 3, Fraction(-5))),
)
TARGETS = [
    sine("pi*d^3"),
    sine(-2),
    cosine("d/3"),
    exponential("-1/2"),
    monomial(0),
    monomial(7),
    absolute_value(),
    relu("1/3"),
    relu("-0.7"),
    sign(),
    polynomial_target([1, "-1/2", 0, 3]),
    CUBIC_SPLINE,
]
PLAIN = {
    "sin(-2*t)": lambda t: np.sin(-2 * t),
    "abs(t)": np.abs,
    "sign(t)": np.sign,
    "max(0, t - 1/3)": lambda t: np.maximum(0, t - 1 / 3),
    "max(0, t + 7/10)": lambda t: np.maximum(0, t + 0.7),
    "t^7": lambda t: t**7,
    "1 - 1/2*t + 3*t^3": lambda t: 1 - t / 2 + 3 * t**3,
}


def test_frequency_is_exact():
    with ctx.workprec(500):
        a = frequency(sine("pi*d^3"), 10)
        assert a.contains(1000 * arb.pi())
        assert a.rel_accuracy_bits() > 480
        assert not a.contains(arb.pi() * 1000 * (1 + arb(2) ** -400))


@pytest.mark.parametrize("target", TARGETS, ids=str)
@given(t=st.floats(-1, 1, allow_nan=False))
def test_floats_and_balls_agree(target, t):
    value = float(on_floats(target, 3)(np.array([t]))[0])
    ball = on_balls(target, 3)(arb(t))
    assert abs(float(ball.mid()) - value) <= 1e-10 + float(ball.rad())
    if str(target) in PLAIN:
        assert value == pytest.approx(float(PLAIN[str(target)](t)), abs=1e-14)


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_balls_enclose_ranges(target):
    value = on_balls(target, 2)(arb(0.1, 0.4))
    for t in np.linspace(-0.3, 0.5, 33):
        assert value.contains(on_balls(target, 2)(arb(t)).mid())


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_parity(target):
    t = np.linspace(-1, 1, 101)
    f = on_floats(target, 3)
    found = parity(target)
    even, odd = np.allclose(f(t), f(-t)), np.allclose(f(t), -f(-t))
    assert found == (1 if even else -1 if odd else None)


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_derivative_bounds(target):
    t = np.linspace(-1, 1, 20_001)
    values = on_floats(target, 2)(t)
    slope = np.max(np.abs(np.diff(values))) / (t[1] - t[0])
    first, second = lipschitz_bound(target, 2), second_derivative_bound(target, 2)
    assert (first is None) == (str(target) == "sign(t)")
    if first is not None:
        assert slope <= float(first.upper()) * (1 + 1e-9)
    if second is not None:
        bend = np.max(np.abs(np.diff(values, 2))) / (t[1] - t[0]) ** 2
        assert bend <= float(second.upper()) * (1 + 1e-4) + 1e-5
    else:
        assert str(target) in ("abs(t)", "sign(t)", "max(0, t - 1/3)", "max(0, t + 7/10)")


def test_bounds_are_not_wasteful():
    assert lipschitz_bound(absolute_value(), 3) == 1
    assert lipschitz_bound(relu("1/2"), 3) == 1
    assert second_derivative_bound(sine(3), 5) == 9


def test_functions():
    target = function(np.tanh, lipschitz="1", second_derivative=Fraction(4, 5))
    assert (lipschitz_bound(target, 3), parity(target)) == (1, None)
    assert second_derivative_bound(function(np.tanh), 3) is None
    assert on_floats(target, 3)(np.array([0.5])) == np.tanh(0.5)
    with pytest.raises(Inexact, match="are floats, which certify nothing"):
        on_balls(target, 3)
    with pytest.raises(InvalidInput, match="acts on each entry"):
        on_floats(function(lambda t: 1.0), 3)(np.zeros(3))
    with pytest.raises(InvalidInput, match="not finite"):
        on_floats(function(lambda t: t / 0.0 if t.ndim == 0 else t + np.inf), 3)(np.zeros(3))


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        ("x", "'x'"),
        ("3", "'3'"),
        (b"3", "b'3'"),
        (None, "None"),
        (True, "True"),
        (1j, "1j"),
        ({}, "{}"),
        (Decimal("sNaN"), r"Decimal\('sNaN'\)"),
    ],
    ids=repr,
)
def test_values_that_are_no_numbers(entry, shown):
    with pytest.raises(InvalidInput, match=f"returns {shown} at 1/3, which is not finite and real"):
        read_value(entry, Fraction(1, 3))
    f = on_floats(function(lambda t: [0 if x < 0.5 else entry for x in t]), 3)
    assert f(np.array([0.25])) == 0
    # Beside numbers, numpy would make numbers of some of them, or texts of all.
    for t in ([0.5], [0.25, 0.5, 0.75]):
        with pytest.raises(InvalidInput, match=f"returns {shown} at 0.5, which is not finite and real"):
            f(np.array(t))


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (3, 3),
        (0.1, Fraction(0.1)),
        (np.float32(0.1), Fraction(float(np.float32(0.1)))),
        (np.longdouble(1) / 3, Fraction(*(np.longdouble(1) / 3).as_integer_ratio())),
        (np.int8(-3), -3),
        (fmpz(3), 3),
        (fmpq(1, 3), Fraction(1, 3)),
        (Decimal("0.1"), Fraction(1, 10)),
        (np.array(0.5), Fraction(1, 2)),
        (10**5000, 10**5000),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_are_read_exactly(value, exact):
    assert read_value(value, Fraction(0)) == exact


def test_values_of_arrays():
    t = np.array([0.25, 0.5])
    assert on_floats(function(lambda t: [Fraction(x) / 3 for x in t]), 3)(t).tolist() == [0.25 / 3, 0.5 / 3]
    assert on_floats(function(lambda t: (4 * t).astype(np.int8)), 3)(t).tolist() == [1, 2]
    for values in (None, "x", lambda t: t, 1j):
        with pytest.raises(InvalidInput, match="acts on each entry"):
            on_floats(function(lambda t, values=values: values), 3)(t)
    with pytest.raises(InvalidInput, match=r"returns \[2\] at 0.5"):
        on_floats(function(lambda t: [1, [2]]), 3)(t)
    with pytest.raises(InvalidInput, match=r"returns nan at 0.5"):
        on_floats(function(lambda t: np.where(t < 0.5, t, np.nan)), 3)(t)
    with pytest.raises(InvalidInput, match="beyond the largest float"):
        on_floats(function(lambda t: [10**400] * len(t)), 3)(t)
    with pytest.raises(InvalidInput, match="not finite and real"):
        on_floats(function(lambda t: t * 1j), 3)(t)
    with pytest.raises(InvalidInput, match=r"returns inf at 0\.25"):
        on_floats(function(lambda t: t.astype(np.longdouble) * np.finfo(np.longdouble).max), 3)(t)


def test_a_function_may_change_its_argument():
    def doubled(t):
        t *= 2
        return t

    t = np.array([0.25, 0.5])
    assert on_floats(function(doubled), 3)(t).tolist() == [0.5, 1]
    assert t.tolist() == [0.25, 0.5]


def test_what_a_function_raises_passes_through():
    def f(t):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        on_floats(function(f), 3)(np.zeros(3))


def test_floats_beyond_range_are_refused():
    for target in (polynomial_target([0, "1e400"]), sine("1e400"), exponential("-1e400")):
        with pytest.raises(InvalidInput, match="beyond the largest float"):
            on_floats(target, 3)
    with pytest.raises(InvalidInput, match=r"got 3; pass function\(f\)"):
        on_floats(3, 3)


def test_floats_do_not_depend_on_flints_precision():
    expected = on_floats(sine("pi*d^3"), 5)(np.array([0.3]))
    with ctx.workprec(10):
        assert on_floats(sine("pi*d^3"), 5)(np.array([0.3])) == expected


def test_targets_are_values():
    assert sine("pi*d^3") == sine("pi*d^3") != sine("pi*d^2")
    assert len({relu(0.5), relu("1/2"), sign()}) == 2


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: sine("pi*k"), InvalidFormula, "names 'k'"),
        (lambda: sine(float("nan")), InvalidInput, "frequency a must be finite"),
        (lambda: frequency(sine("1/(d-3)"), 3), InvalidInput, "no finite value at d = 3"),
        (lambda: monomial(-1), InvalidInput, "power k must be at least 0"),
        (lambda: polynomial_target([]), InvalidInput, "1 to 10001 entries, got 0"),
        (lambda: polynomial_target("12"), InvalidInput, "sequence of numbers"),
        (lambda: relu("x"), InvalidInput, "bias b must be"),
        (lambda: function(3), InvalidInput, "must be callable"),
        (lambda: function(10**5000), InvalidInput, "must be callable"),
        (lambda: function(np.tanh, -(10**5000)), InvalidInput, "lipschitz must not be negative"),
        (lambda: polynomial_target(b"3"), InvalidInput, "sequence of numbers"),
        (lambda: polynomial_target(np.array(3)), InvalidInput, "sequence of numbers"),
        (lambda: polynomial_target(10**5000), InvalidInput, "sequence of numbers"),
        (lambda: polynomial_target(itertools.count()), InvalidInput, "1 to 10001 entries, got more"),
        (lambda: function(np.tanh, lipschitz=-1), InvalidInput, "lipschitz must not be negative"),
    ],
)
def test_bad_input(make, error, message):
    with pytest.raises(error, match=message):
        make()
