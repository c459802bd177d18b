"""Norms and tails: differences against sums, exact values, the table's numbers, mutants."""

import math

import numpy as np
import pytest
from flint import arb, ctx
from scipy.integrate import quad

from identifiability.errors import Inexact, InvalidInput
from legendre import tails
from legendre.bessel_balls import ball_coefficients
from legendre.expansions import coefficients
from legendre.measure import density
from legendre.precision import refined
from legendre.tails import norm, tail
from legendre.target_values import on_floats
from legendre.targets import (
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

TARGETS = [
    sine(3),
    sine("pi*d^3"),
    cosine("1/2"),
    exponential(-2),
    relu("1/3"),
    absolute_value(),
    sign(),
    monomial(5),
    polynomial_target([1, 2, 3]),
]


@pytest.mark.parametrize("target", TARGETS, ids=str)
@pytest.mark.parametrize("d", [3, 4, 9])
def test_norm_against_quad(target, d):
    f = on_floats(target, d)
    if str(target) == "sin(pi*d^3*t)" and d > 4:
        return

    def integrand(t: float) -> float:
        return float(f(np.array([t]))[0] ** 2) * density(d, t)

    expected = quad(integrand, -1, 1, points=[0, 1 / 3], limit=2000)[0]
    assert norm(target, d=d) ** 2 == pytest.approx(expected, rel=1e-8)
    assert norm(target, d=d, certified=True).overlaps(tail(target, d=d, n=0, certified=True))


@pytest.mark.parametrize("target", [t for t in TARGETS if not getattr(t, "kinks", ())], ids=str)
@pytest.mark.parametrize("d", [2, 3, 4, 10])
@pytest.mark.parametrize("n", [0, 1, 2, 5, 30, 90])
def test_difference_equals_sum(target, d, n):
    certified = tail(target, d=d, n=n, certified=True)
    direct = np.linalg.norm(coefficients(target, d=d, degree=3400)[n:])
    assert float(certified) == pytest.approx(direct, rel=1e-12, abs=1e-150)
    assert tail(target, d=d, n=n) == pytest.approx(float(certified), rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("target", [t for t in TARGETS if getattr(t, "kinks", ())], ids=str)
@pytest.mark.parametrize("d", [2, 3, 10])
def test_tails_of_kinks_telescope(target, d):
    # T_n^2 - T_m^2 is a finite sum, and T_n decreases like a power of n.
    alpha = coefficients(target, d=d, degree=400, certified=True)
    squares = [tail(target, d=d, n=n, certified=True) ** 2 for n in (3, 50, 400)]
    for (n, upper), (m, lower) in zip(
        ((3, squares[0]), (50, squares[1])), ((50, squares[1]), (400, squares[2])), strict=True
    ):
        total = sum((a * a for a in alpha[n:m]), arb(0))
        assert (upper - lower).overlaps(total)
        mutant = sum((a * a for a in alpha[n + 2 : m]), arb(0))
        assert not (upper - lower).overlaps(mutant)
    assert 0 < squares[2] < squares[1] < squares[0]


def test_numbers_of_the_sine_on_five_and_ten():
    assert str(tail(sine("pi*d^3"), d=5, n=25, certified=True) ** 2).startswith("[0.50000049279196")
    with ctx.workprec(80):
        square = tail(sine("pi*d^3"), d=10, n=100, certified=True) ** 2
        assert abs(square - arb("0.49999999999999455")) < 1e-17
    # In all dimensions n = d^2 leaves half of the function: one degree fewer changes next to nothing.
    assert tail(sine("pi*d^3"), d=12, n=144) == pytest.approx(math.sqrt(0.5), abs=1e-12)


def test_a_shifted_degree_is_noticed():
    right = tail(sine(30), d=4, n=20, certified=True)
    alpha = coefficients(sine(30), d=4, degree=200, certified=True)
    total = sum((a * a for a in alpha[20:]), arb(0)).sqrt()
    assert right.overlaps(total)
    assert not tail(sine(30), d=4, n=22, certified=True).overlaps(total)


def test_tiny_tails_keep_their_digits():
    certified = tail(sine(1), d=3, n=300, certified=True)
    assert certified.rel_accuracy_bits() > 40
    assert arb(10) ** -800 < certified < arb(10) ** -600
    first = coefficients(sine(1), d=3, degree=301, certified=True)[301]
    assert abs(certified / first - 1) < 1e-4


def test_polynomials_end():
    assert tail(monomial(5), d=4, n=6, certified=True) == 0
    assert tail(monomial(5), d=4, n=10**6) == 0.0
    assert tail(monomial(1), d=4, n=1) == 0.5


def test_function():
    assert norm(function(np.exp), d=5) == pytest.approx(norm(exponential(1), d=5), rel=1e-13)
    assert tail(function(np.exp), d=5, n=4) == pytest.approx(tail(exponential(1), d=5, n=4), rel=1e-9)
    assert tail(function(np.exp), d=5, n=0) == norm(function(np.exp), d=5)
    for ask in (
        lambda: norm(function(np.exp), 5, certified=True),
        lambda: tail(function(np.exp), 5, 1, True),
    ):
        with pytest.raises(Inexact, match="are floats"):
            ask()


def test_bad_input():
    for ask in (lambda: norm(sine(1), d=1), lambda: tail(sine(1), d=1, n=0)):
        with pytest.raises(InvalidInput, match="at least 2, got 1"):
            ask()
    with pytest.raises(InvalidInput, match="at least 0, got -2"):
        tail(sine(1), d=3, n=-2)
    with pytest.raises(InvalidInput, match="target must be a target"):
        norm("sin(t)", d=3)


class LowPrecision:
    """flint's context with a precision of its own for those who ask."""

    def __init__(self, prec):
        self.prec = prec
        self.workprec = ctx.workprec


@pytest.mark.parametrize("target", [sine(3), cosine(3), exponential(3)], ids=str)
@pytest.mark.parametrize("n", [4, 5, 8, 9])
def test_the_remainder_of_a_short_sum_is_counted(monkeypatch, target, n):
    true = tail(target, d=4, n=n, certified=True) ** 2
    monkeypatch.setattr(tails, "_FIRST_STRETCH", 1)
    for bits in (2, 5, 20):
        # The sum ends where the rest is 2^-bits of it, and everything else is much more precise.
        monkeypatch.setattr(tails, "ctx", LowPrecision(bits))
        with ctx.workprec(300):
            short = tails._sum_with_remainder(target, 4, n)
        assert short.contains(true.mid()) or short.overlaps(true)
        assert bits - 3 <= short.rel_accuracy_bits() <= 50


@pytest.mark.parametrize("kind", [sine, cosine, exponential])
@pytest.mark.parametrize(("d", "a"), [(2, 9), (3, 20), (7, 5), (40, 30)])
def test_the_decrease_is_a_bound(kind, d, a):
    last = 120
    with ctx.workprec(200):
        both = (sine, cosine) if kind is not exponential else (exponential,)
        balls = [ball_coefficients(f(a), d, last) for f in both]
        squares = [sum((value * value for value in values), arb(0)) for values in zip(*balls, strict=True)]
        found = [tails._decrease(kind(a), d, n) for n in range(last)]
        assert found[-1] is not None
        for n, q in enumerate(found):
            if q is not None:
                assert q < 1
                assert squares[n + 1] / squares[n] < q
                assert all(squares[i + 1] / squares[i] < q for i in range(n, last))
        assert kind is exponential or found[0] is None


def test_floats_do_not_depend_on_the_working_precision():
    expected = [(tail(target, 5, 7), norm(target, 5)) for target in TARGETS]
    with ctx.workprec(10):
        assert [(tail(target, 5, 7), norm(target, 5)) for target in TARGETS] == expected
        assert tail(sine("pi*d^3"), 5, 300) == pytest.approx(0.644654, abs=1e-6)


def test_refined_balls_are_as_narrow_as_was_asked():
    precisions = []

    def cancelling():
        precisions.append(ctx.prec)
        return 1 - arb("1e-40").cos()

    for wanted in (20, 53, 120):
        with ctx.workprec(wanted):
            assert refined(cancelling).rel_accuracy_bits() >= wanted
    assert precisions[:2] == [36, 72]
    # What is zero and not seen to be is given up.
    assert refined(lambda: arb(2).sqrt() ** 2 - 2, most_bits=300).contains(0)


@pytest.mark.parametrize("certified", ["no", 1, 0, None, 10**5000], ids=["no", "1", "0", "None", "huge"])
def test_certified_is_true_or_false(certified):
    for ask in (norm, tail, coefficients):
        degree = () if ask is norm else (3,)
        with pytest.raises(
            InvalidInput, match=r"certified must be True or False, got .*; pass certified=True"
        ):
            ask(sine(1), 3, *degree, certified=certified)
    assert norm(sine(1), 3, certified=np.bool_(False)) == norm(sine(1), 3)


def test_what_takes_too_long_is_refused():
    for ask, message in (
        (lambda: tail(sine(3), 3, 20_000_000, certified=True), "at most 1000000, got 20000000"),
        (lambda: tail(absolute_value(), 3, 20_000_000), "at most 1000000, got 20000000"),
        (lambda: tail(sine(10**7), 3, 5, certified=True), "up to 1000000, got 1e\\+07; pass a smaller"),
        (lambda: tail(exponential(10**7), 3, 5, certified=True), "up to 1000000, got 1e\\+07"),
        (lambda: coefficients(sine(3), 3, 20_000_000), "at most 4000000, got 20000000"),
        (lambda: coefficients(monomial(1), 3, 20_000_000, certified=True), "at most 4000000"),
    ):
        with pytest.raises(InvalidInput, match=message):
            ask()


def test_norms_that_floats_do_not_hold():
    for target in (exponential(5000), polynomial_target([0, "1e400"])):
        with pytest.raises(InvalidInput, match="overflows floats; pass certified=True"):
            norm(target, 3)
        with pytest.raises(InvalidInput, match="overflow"):
            tail(target, 3, 1)
        assert norm(target, 3, certified=True) > arb(10) ** 399
        assert tail(target, 3, 1, certified=True) > arb(10) ** 399
