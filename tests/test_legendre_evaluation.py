"""Values in floats against exact values, Chebyshev's closed form, scipy and derivatives by sympy."""

import math
from decimal import Decimal
from fractions import Fraction
from itertools import islice

import mpmath
import numpy as np
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import eval_gegenbauer, gegenbauer

from identifiability.errors import InvalidInput
from legendre.evaluation import evaluate, evaluate_orthonormal, scaled_values
from legendre.polynomials import dimension, flint_polynomial, values

POINTS = (0.0, 1e-300, 0.02, 0.3, -0.3, 0.69, 0.71, -0.9, 0.999, 1 - 1e-8, -1.0)


def reference(d: int, n: int, t: float) -> mpmath.mpf:
    """sqrt(N) P_n(t) by the recurrence in a hundred digits."""
    with mpmath.workdps(100):
        before, current = mpmath.mpf(1), mpmath.mpf(t)
        if n == 0:
            return before
        for k in range(1, n):
            before, current = current, ((2 * k + d - 2) * mpmath.mpf(t) * current - k * before) / (k + d - 2)
        return current * mpmath.sqrt(dimension(d, n))


@pytest.mark.parametrize("d", [2, 3, 10, 300, 1000])
@pytest.mark.parametrize("n", [0, 1, 2, 7, 400, 2001])
def test_against_many_digits(d, n):
    sign, log = evaluate_orthonormal(d=d, n=n, t=np.array(POINTS), log=True)
    for t, s, magnitude in zip(POINTS, sign, log, strict=True):
        expected = reference(d, n, t)
        if expected == 0:
            assert s == 0 or magnitude < -600
        else:
            assert s == mpmath.sign(expected)
            # Near a zero only the absolute error is small.
            close = abs(magnitude - float(mpmath.log(abs(expected)))) < 1e-11
            assert close or abs(s * math.exp(magnitude) - float(expected)) < 1e-12


def test_the_reference_rejects_a_shifted_recurrence():
    assert abs(reference(10, 40, 0.3) - reference(11, 40, 0.3)) > 1e-3
    assert evaluate_orthonormal(d=10, n=40, t=0.3) == pytest.approx(float(reference(10, 40, 0.3)), rel=1e-12)


def test_circle_at_high_degree():
    t = np.cos(np.linspace(0.1, 3, 40))
    with mpmath.workdps(40):
        expected = [float(mpmath.cos(100_000 * mpmath.acos(mpmath.mpf(float(x))))) for x in t]
    assert np.max(np.abs(evaluate(d=2, n=100_000, t=t) - expected)) < 1e-11


@pytest.mark.parametrize(("d", "n"), [(3, 1000), (5, 200), (50, 100), (300, 100)])
def test_against_scipy_where_it_works(d, n):
    t = np.linspace(-1, 1, 301)
    expected = eval_gegenbauer(n, d / 2 - 1, t) / eval_gegenbauer(n, d / 2 - 1, 1.0)
    assert np.max(np.abs(evaluate(d=d, n=n, t=t) - expected)) < 1e-12


def test_where_scipy_fails():
    t = np.linspace(-0.9, 0.9, 7)
    with np.errstate(all="ignore"):
        assert not np.all(np.isfinite(eval_gegenbauer(2000, 499, t) / eval_gegenbauer(2000, 499, 1.0)))
    sign, log = evaluate_orthonormal(d=1000, n=2000, t=t, log=True)
    assert np.all(np.isfinite(log))
    assert np.all(np.abs(sign) == 1)


@given(
    d=st.integers(2, 40),
    n=st.integers(0, 40),
    t=st.floats(-1, 1, allow_nan=False),
    order=st.integers(0, 3),
)
def test_derivatives(d, n, t, order):
    derived = flint_polynomial(d, n)
    for _ in range(order):
        derived = derived.derivative()
    with ctx.workprec(300):
        expected = float(arb(derived(fmpq(*t.as_integer_ratio()))))
        largest = float(abs(arb(derived(fmpq(1)))))
    value = evaluate(d=d, n=n, t=t, derivative=order)
    assert abs(value - expected) <= 1e-12 * abs(expected) + 1e-15 * largest


@given(d=st.integers(2, 100), n=st.integers(0, 200), t=st.floats(-1, 1, allow_nan=False))
def test_bounds_and_parity(d, n, t):
    value = evaluate(d=d, n=n, t=t)
    assert abs(value) <= 1 + 1e-12
    assert evaluate(d=d, n=n, t=-t) == (-1) ** n * value


def test_exact_values_where_floats_are_exact():
    assert [evaluate(d=3, n=n, t=0.5) for n in range(4)] == [
        float(v) for v in map(arb, islice(values(3, fmpq(1, 2)), 4))
    ]


@given(
    d=st.sampled_from([2, 3, 4, 30, 1000, 10**6, 10**9]),
    n=st.integers(0, 700),
    t=st.lists(st.floats(-1, 1).filter(lambda x: x == 0 or abs(x) > 1e-150), min_size=1, max_size=5),
)
def test_few_points_round_as_many_do(d, n, t):
    few = scaled_values(d, n, np.array(t))
    many = [part[: len(t)] for part in scaled_values(d, n, np.array(t * 40))]
    assert np.array_equal(few[0], many[0])
    assert np.array_equal(few[1][few[0] != 0], many[1][many[0] != 0])


def test_few_points_keep_tiny_values_apart():
    # Next to 0 an odd polynomial is its derivative times t, far below its neighbours in degree.
    for d, n, t in [(1000, 2001, 1e-300), (10**5, 1001, 1e-300), (3, 501, 1e-160)]:
        _, log = evaluate_orthonormal(d=d, n=n, t=t, log=True)
        assert log == pytest.approx(float(mpmath.log(abs(reference(d, n, t)))), rel=1e-12)


def test_a_million_steps_at_one_point():
    t = math.cos(1.1)
    with mpmath.workdps(40):
        expected = float(mpmath.cos(10**6 * mpmath.acos(mpmath.mpf(t))))
    assert abs(evaluate(d=2, n=10**6, t=t) - expected) < 1e-9


def test_derivatives_of_high_order():
    # The derivative of order n is a constant: the leading coefficient times n!.
    leading = math.prod(range(5, 5 + 2 * 59, 2)) / math.prod(range(4, 4 + 59))
    assert evaluate(d=5, n=60, t=0.3, derivative=60) == pytest.approx(leading * math.factorial(60), rel=1e-14)
    assert evaluate(d=5, n=60, t=[0.3], derivative=61).tolist() == [0]
    assert evaluate(d=5, n=10**6, t=1, derivative=10**5) == math.inf


def test_precision_of_flint_does_not_matter():
    expected = evaluate(d=5, n=50, t=0.3, derivative=7)
    with ctx.workprec(10):
        assert evaluate(d=5, n=50, t=0.3, derivative=7) == expected


def test_shapes():
    t = np.linspace(-1, 1, 12).reshape(3, 4)
    assert evaluate(d=4, n=5, t=t).shape == (3, 4)
    assert isinstance(evaluate(d=4, n=5, t=0.25), float)
    assert evaluate(d=4, n=2, t=[0.5, 1]).tolist()[1] == 1
    assert evaluate(d=4, n=5, t=[]).shape == (0,)


def test_overflow_is_infinite_and_logarithms_are_not():
    assert evaluate_orthonormal(d=1000, n=10_000, t=1.0) == math.inf
    _, log = evaluate_orthonormal(d=1000, n=10_000, t=1.0, log=True)
    expected = math.log(dimension(1000, 10_000)) / 2
    assert log == pytest.approx(expected, rel=1e-14)


def test_gegenbauer_coefficients_agree():
    assert np.allclose(gegenbauer(4, 1.5)(0.3) / gegenbauer(4, 1.5)(1), evaluate(d=5, n=4, t=0.3))


@pytest.mark.parametrize("t", [1.5, -1.0000001, math.nan, [0, 2]])
def test_points_outside(t):
    with pytest.raises(InvalidInput, match=r"t must lie in \[-1, 1\]"):
        evaluate(d=3, n=2, t=t)


@pytest.mark.parametrize(
    "t",
    [
        True,
        [True, 0.5],
        np.array([True]),
        0.5j,
        np.array([0.5 + 1j]),
        b"3",
        None,
        "a",
        {},
        [[0.1], [0.2, 0.3]],
        np.array([0.5, None], dtype=object),
        np.datetime64("2020"),
    ],
    ids=str,
)
def test_what_is_no_point(t):
    with pytest.raises(InvalidInput, match=r"t must be numbers in \[-1, 1\]"):
        evaluate(d=3, n=2, t=t)


@pytest.mark.parametrize("t", [10**400, [0.5, 10**400], Fraction(3, 2), fmpq(-4, 3), Decimal("1.1")])
def test_exact_points_outside(t):
    with pytest.raises(InvalidInput, match=r"t must lie in \[-1, 1\]"):
        evaluate(d=3, n=2, t=t)


def test_exact_points():
    t = [Fraction(1, 2), fmpq(1, 2), Decimal("0.5"), "1/2", np.float32(0.5)]
    assert [evaluate(d=3, n=2, t=x) for x in t] == [-0.125] * 5
    assert evaluate(d=3, n=2, t=[Fraction(1, 2), 1]).tolist() == [-0.125, 1]


def test_too_many_steps_are_refused():
    with pytest.raises(InvalidInput, match="pass fewer points at a time, or a smaller degree"):
        evaluate(d=3, n=10**7, t=np.zeros(20))
    with pytest.raises(InvalidInput, match="pass fewer points"):
        evaluate_orthonormal(d=3, n=10**6, t=np.zeros(10**5))


def test_bad_input():
    with pytest.raises(InvalidInput, match="log must be True or False, got 'no'"):
        evaluate_orthonormal(d=3, n=2, t=0, log="no")
    with pytest.raises(InvalidInput, match="t must be numbers"):
        evaluate(d=3, n=2, t="north")
    with pytest.raises(InvalidInput, match="at least 2, got 1"):
        evaluate(d=1, n=2, t=0)
    with pytest.raises(InvalidInput, match="at most 10000000"):
        evaluate_orthonormal(d=3, n=10**12, t=0)
    with pytest.raises(InvalidInput, match="at least 0, got -1"):
        evaluate(d=3, n=2, t=0, derivative=-1)
