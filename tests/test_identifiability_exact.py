import contextlib
import math
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st

from identifiability import exact
from identifiability.errors import Inexact, InvalidInput, NetboundsError
from identifiability.exact import (
    ball,
    ceiling,
    decimal,
    digits,
    fraction,
    from_rational,
    integer,
    lower_fraction,
    positive,
    power,
    rational,
    upper_fraction,
)

HUGE = 10**5000  # more digits than Python spells


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_its_shortest_decimal(x):
    if x == 0 or 1e-300 < abs(x) < 1e300:
        assert fraction(x) == Fraction(Decimal(repr(x)))
        assert float(fraction(x)) == x


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_single_precision_float_is_its_own_shortest_decimal(x):
    value = np.float32(x)
    assert np.float32(str(float(fraction(value)))) == value
    assert len(str(fraction(value).numerator).rstrip("0").lstrip("-")) <= 9 or abs(value) < 1e-3


@given(st.fractions())
def test_every_spelling_of_a_fraction_is_read(value):
    for spelled in (
        value,
        str(value),
        f" {value.numerator} ".strip() + f"/{value.denominator}",
        rational(value),
    ):
        assert fraction(spelled) == value
    assert fraction(digits(value)) == value
    assert from_rational(rational(value)) == value


@given(st.integers(-(10**30), 10**30), st.integers(-40, 40))
def test_decimals_are_read_exactly(mantissa, exponent):
    wanted = Fraction(mantissa) * Fraction(10) ** exponent
    assert fraction(f"{mantissa}e{exponent}") == wanted
    assert fraction(Decimal(f"{mantissa}e{exponent}")) == wanted
    assert fraction(f"{mantissa}e{exponent}/7") == wanted / 7


def test_other_kinds_of_numbers():
    assert fraction(np.int8(-3)) == -3
    assert fraction(np.float64(0.1)) == Fraction(1, 10)
    assert fraction(fmpz(7)) == 7
    assert fraction(fmpq(1, 3)) == Fraction(1, 3)
    assert fraction(".5") == fraction("+5e-1") == Fraction(1, 2)
    assert fraction(HUGE) == HUGE
    assert fraction("9" * 9000) == 10**9000 - 1


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "nan",
        "inf",
        "-Infinity",
        "1_000",
        "0x10",
        "1e",
        "e5",
        ".",
        "+",
        "--1",
        "1/2/3",
        "1/",
        "/2",
        "1/0",
        "0/0",
        "1e10001",
        "1e-99999999999999999999",
        "9" * 10001,
        "٣",
        "１",
        "½",
        "1,5",
        "1 2",
        "1\n2",
        "1\x00",
        None,
        True,
        False,
        1j,
        [1],
        (1,),
        {},
        b"1",
        object(),
        math.nan,
        math.inf,
        -math.inf,
        np.nan,
        np.bool_(True),
        np.float32("inf"),
        np.array([1.0]),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
        arb(1),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_not_a_number_is_refused(value):
    for read in (fraction, positive, lambda x: integer(x, "m")):
        with pytest.raises(InvalidInput) as refused:
            read(value) if read is not positive else positive(value, "m")
        assert "\n" not in str(refused.value)


@given(st.text(max_size=30) | st.from_regex(r"[0-9eE+./ -]{1,12}", fullmatch=True))
def test_hostile_texts_raise_only_our_errors(text):
    for read in (fraction, lambda x: integer(x, "m"), lambda x: positive(x, "m")):
        with contextlib.suppress(NetboundsError):
            read(text)


@pytest.mark.parametrize(
    "value", [-HUGE, Fraction(-HUGE, 7), Fraction(1, HUGE), "-" + "9" * 5000, -1e300], ids=type
)
def test_errors_about_numbers_too_long_to_spell_stay_short(value):
    refused = []
    for read in (positive, integer):
        with contextlib.suppress(InvalidInput):
            read(value, "m")
            continue
        with pytest.raises(InvalidInput) as error:
            read(value, "m")
        refused.append(str(error.value))
    assert refused
    assert all(len(message) < 200 for message in refused)


def test_integers():
    assert integer("1e3", "m") == 1000
    assert integer(Fraction(4, 2), "m") == 2
    assert integer(HUGE, "m") == HUGE
    assert integer(np.int64(5), "m", minimum=5, maximum=5) == 5
    for value, words in [
        (2.5, "integer"),
        (0, "at least 1"),
        (11, "at most 10"),
        ("1/2", "integer"),
        (HUGE, "5001 digits"),
    ]:
        with pytest.raises(InvalidInput, match=words):
            integer(value, "m", minimum=1, maximum=10)


def test_positive():
    assert positive("1e-10000", "epsilon") == Fraction(1, 10**10000)
    for value in (0, -1, "0.0", "-1/3"):
        with pytest.raises(InvalidInput, match="epsilon must be positive"):
            positive(value, "epsilon")


def test_digits_however_long():
    assert len(digits(HUGE)) == 5001
    assert digits(Fraction(HUGE, 3)).endswith("/3")
    assert digits(Fraction(6, 2)) == "3"
    assert digits(np.int64(4)) == "4"
    assert sys.get_int_max_str_digits() == 4300


@given(st.fractions())
def test_ceilings(value):
    assert ceiling(value) - 1 < value <= ceiling(value)


@given(st.fractions(), st.integers(2, 200))
def test_balls_contain_their_fraction_and_their_ends_enclose_it(value, precision):
    with ctx.workprec(precision):
        enclosure = ball(value)
        low, high = lower_fraction(enclosure), upper_fraction(enclosure)
    assert low <= value <= high
    assert high - low <= abs(value) * Fraction(16, 2**precision)
    if low < high:  # rounded inward, an end would be wrong
        assert not (low + (high - low) * 2 <= value <= high - (high - low) * 2)


def test_ends_that_are_not_written_out():
    assert lower_fraction(arb(2) ** -(10**12)) == 0
    assert 0 < upper_fraction(arb(2) ** -(10**12)) == Fraction(1, 2**exact.LARGEST_BINARY_EXPONENT)
    assert upper_fraction(-(arb(2) ** -(10**12))) == 0
    assert lower_fraction(-(arb(2) ** -(10**12))) == -Fraction(1, 2**exact.LARGEST_BINARY_EXPONENT)
    assert lower_fraction(arb(0)) == 0
    for value in (arb.nan(), arb.pos_inf(), arb.neg_inf(), arb(2) ** (10**12), -(arb(2) ** (10**12))):
        for end in (lower_fraction, upper_fraction):
            with pytest.raises(Inexact):
                end(value)


@given(
    st.fractions(-9, 9, max_denominator=50),
    st.fractions(0, 3, max_denominator=50),
    st.fractions(-1, 1),
    st.integers(-5, 6),
)
def test_powers_of_balls(middle, radius, inside, exponent):
    found = power(ball(middle - radius).union(ball(middle + radius)), exponent)
    point = middle + inside * radius
    low, high = middle - radius, middle + radius
    if exponent < 0 and low <= 0 <= high:
        assert not found.is_finite()
        return
    assert lower_fraction(found) <= point**exponent <= upper_fraction(found)
    if exponent >= 0:
        ends = [low**exponent, high**exponent, *([Fraction(0)] if exponent and low <= 0 <= high else [])]
        slack = max(map(abs, ends)) / 10**7 + Fraction(1, 10**12)
        assert upper_fraction(found) - lower_fraction(found) <= max(ends) - min(ends) + slack


@given(st.fractions(), st.integers(2, 8))
def test_short_decimals(value, figures):
    shown = decimal(value, figures)
    assert abs(Fraction(shown) - value) <= abs(value) * Fraction(11, 10**figures)


def test_short_decimals_of_huge_numbers():
    assert decimal(Fraction(10**5000)) == "1e+5000"
    assert decimal(Fraction(3, 10**400), 3) == "3e-400"
