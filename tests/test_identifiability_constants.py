import contextlib
import math
from decimal import Decimal
from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from identifiability.constants import Constant, constant
from identifiability.errors import InvalidInput, NetboundsError

KNOWN = {
    "1/4": lambda: mp.mpf(1) / 4,
    "4/sqrt(pi)": lambda: 4 / mp.sqrt(mp.pi),
    "log(2)": lambda: mp.log(2),
    "2*erf(1) + 4*exp(-1)/sqrt(pi) - 1": lambda: 2 * mp.erf(1) + 4 * mp.exp(-1) / mp.sqrt(mp.pi) - 1,
    "x - 1 where x*tanh(x/2) = 2 on [2, 3]": lambda: mp.findroot(lambda x: x * mp.tanh(x / 2) - 2, 2.4) - 1,
    "x^2 where cos(x) = x on [0, 1]": lambda: mp.findroot(lambda x: mp.cos(x) - x, 0.7) ** 2,
    "1/x where x^3 = 2 on [1, 3/2]": lambda: 1 / mp.cbrt(2),
}


def encloses(value: arb, wanted: mpmath.mpf) -> bool:
    """Whether the ball contains the number, which is known to 400 digits."""
    with ctx.workprec(1500):
        return bool((value - arb(mp.nstr(wanted, 390))).overlaps(arb(0, 1e-300)))


@pytest.mark.parametrize("text", KNOWN)
def test_the_balls_contain_the_number_and_are_as_narrow_as_asked(text):
    value = constant(text)
    with mp.workdps(400):
        wanted = KNOWN[text]()
        for precision in (53, 128, 1000):
            enclosure = value.ball(precision)
            assert encloses(enclosure, wanted)
            assert enclosure.rad() < 2.0 ** (8 - precision)
            assert not encloses(enclosure, wanted * (1 + mp.mpf(2) ** (12 - precision)))
        assert abs(float(value) - wanted) <= 1e-15 * abs(wanted)


def test_a_ball_does_not_depend_on_the_working_precision():
    with ctx.workprec(20):
        coarse = constant("4/sqrt(pi)").ball(200)
    assert coarse.rad() < 2.0**-190
    assert ctx.prec == 53


@pytest.mark.parametrize("text", KNOWN)
def test_the_text_is_a_normal_form(text):
    value = constant(text)
    assert str(value) == text
    assert constant(str(value)) == value == constant(value)
    assert hash(constant(text)) == hash(value)
    assert value.is_finite


def test_rational_texts_are_computed():
    assert (
        constant("2/4")
        == constant(0.5)
        == constant("0.5")
        == constant(Fraction(1, 2))
        == constant("1 - 2^-1")
    )
    assert constant("1/2").fraction == Fraction(1, 2)
    assert constant(" max(1, 3/2) ").fraction == Fraction(3, 2)
    assert constant(Decimal("0.1")).fraction == Fraction(1, 10)
    assert constant("pi").fraction is None


@given(st.fractions())
def test_fractions_are_kept(value):
    found = constant(value)
    assert found.fraction == value
    assert constant(str(found)) == found
    assert math.isclose(float(found), float(value), rel_tol=1e-15)
    assert found.ball(200).overlaps(arb(value.numerator) / value.denominator)


def test_infinity():
    infinite = constant("inf")
    assert infinite == constant(math.inf) == Constant("inf")
    assert not infinite.is_finite
    assert infinite.fraction is None
    assert float(infinite) == math.inf
    assert infinite.ball() > arb(10) ** 1000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nan",
        "-inf",
        "x",
        "1/0",
        "log(-1)",
        "sqrt(0 - 1)",
        "0^(0-1)",
        "os.system(1)",
        "x where x = 2 on [3, 4]",
        "x where x*x = 2 on [2, 1]",
        "x where x*x = 2 on [1, 1]",
        "x where y = 2 on [1, 3]",
        "x where x = 2",
        "x where x^2 = 1 on [a, b]",
        "1/(x - 2) where x = 2 on [1, 3]",
        "9" * 5000,
        None,
        math.nan,
        -math.inf,
        True,
        [1],
    ],
)
def test_what_is_not_a_number_is_refused(text):
    with pytest.raises(NetboundsError):
        constant(text)


@pytest.mark.parametrize("precision", [0, 1, -5, 10**9])
def test_impossible_precisions_are_refused(precision):
    with pytest.raises(InvalidInput, match="precision"):
        constant("pi").ball(precision)


@given(st.text(alphabet="x123+-*/^() .,[]=whereonpitanh", max_size=50))
def test_hostile_texts_raise_only_our_errors(text):
    with contextlib.suppress(NetboundsError):
        value = constant(text)
        assert constant(str(value)) == value
