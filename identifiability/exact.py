"""Exact numbers in and out: fractions, integers and balls.

Every real number that a user passes is read exactly. A decimal text is the decimal that
it spells, and a float stands for its shortest decimal, so that ``0.01`` means 1/100 and not
the nearest binary fraction.
"""

from __future__ import annotations

import math
import re
from decimal import MAX_EMAX, MIN_EMIN, Decimal, localcontext
from fractions import Fraction
from numbers import Integral, Rational, Real

from flint import arb, fmpq, fmpz

from identifiability.errors import Inexact, InvalidInput

LARGEST_EXPONENT = 10_000
"""Decimal exponents beyond this are refused: the integer they stand for would not be useful."""

LONGEST_TEXT = 10_000
"""Numbers spelled with more characters than this are refused."""

LARGEST_BINARY_EXPONENT = 1_000_000
"""Ends of balls beyond two to this power are not written out as fractions."""

LONGEST_SHOWN = 20
"""Counts with more digits are abbreviated for people."""

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE](?P<exponent>[+-]?[0-9]{1,12}))?")


def fraction(value: object, name: str = "value") -> Fraction:
    """Read a real number exactly.

    Parameters
    ----------
    value : int, float, str, Fraction, Decimal, flint.fmpz, flint.fmpq or a numpy scalar
        Text may be a decimal (``"1e-2"``) or a ratio (``"1/3"``).  A float stands for its
        shortest decimal.
    name : str
        What the number is, for the error message.

    Returns
    -------
    Fraction

    Raises
    ------
    InvalidInput
        If the value is a boolean, NaN, infinite, not a number at all, or so long that its
        exact value would not fit in memory.

    Examples
    --------
    >>> fraction(0.01), fraction("1e-2"), fraction("1/3")
    (Fraction(1, 100), Fraction(1, 100), Fraction(1, 3))
    """
    if isinstance(value, fmpz):
        return Fraction(int(value))
    if isinstance(value, fmpq):
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, (Decimal, str)):
        return _fraction_from_text(str(value), name)
    if isinstance(value, bool) or not isinstance(value, Real):
        raise InvalidInput(
            f"{name} must be a real number, got {spelled(value)}; pass 0.01, '1/100' or '1e-2'"
        )
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if not math.isfinite(value):
        raise InvalidInput(f"{name} must be finite, got {spelled(value)}; pass a number such as '1e-2'")
    # repr of a numpy scalar names its type and a float32 has a shorter decimal of its own.
    return Fraction(str(value))


def _fraction_from_text(text: str, name: str) -> Fraction:
    trimmed = text.strip()
    shown = trimmed if len(trimmed) <= 40 else f"{trimmed[:37]}..."
    spelled = [_DECIMAL.fullmatch(part) for part in trimmed[: LONGEST_TEXT + 1].split("/")]
    if len(trimmed) > LONGEST_TEXT or len(spelled) > 2 or None in spelled:
        raise InvalidInput(
            f"{name} must be a finite decimal or a ratio, got {shown!r}; pass '0.01', '1e-2' or '1/100'"
        )
    if any(match and abs(int(match["exponent"] or 0)) > LARGEST_EXPONENT for match in spelled):
        raise InvalidInput(
            f"{name} has a decimal exponent beyond {LARGEST_EXPONENT}, got {shown!r}; pass one closer to 1"
        )
    # Decimal reads any number of digits exactly, where int() stops at 4300 of them.
    parts = [Fraction(Decimal(match[0])) for match in spelled if match]
    if len(parts) == 2 and parts[1] == 0:
        raise InvalidInput(f"{name} divides by zero, got {shown!r}; pass a non-zero denominator")
    return parts[0] / parts[1] if len(parts) == 2 else parts[0]


def digits(value: int | Fraction) -> str:
    """Spell an integer or a fraction in full, however long.

    Examples
    --------
    >>> digits(12), digits(Fraction(-1, 3)), len(digits(10**5000))
    ('12', '-1/3', 5001)
    """
    if isinstance(value, Fraction) and value.denominator != 1:
        return f"{fmpz(value.numerator)}/{fmpz(value.denominator)}"
    return str(fmpz(int(value)))


def integer(value: object, name: str, minimum: int | None = None, maximum: int | None = None) -> int:
    """Read an integer; floats and texts are accepted when they spell one.

    Raises
    ------
    InvalidInput
        If the value is a boolean, is not an integer, or lies outside [minimum, maximum].

    Examples
    --------
    >>> integer("2", "m", minimum=1), integer(3.0, "m")
    (2, 3)
    """
    if isinstance(value, Integral) and not isinstance(value, bool):
        number = int(value)
    else:
        refusal = f"{name} must be an integer, got {spelled(value)}; pass a whole number such as 2"
        try:
            exact = fraction(value, name)
        except InvalidInput:
            raise InvalidInput(refusal) from None
        if exact.denominator != 1:
            raise InvalidInput(refusal)
        number = exact.numerator
    if minimum is not None and number < minimum:
        raise InvalidInput(
            f"{name} must be at least {minimum}, got {_short(number)}; pass an integer >= {minimum}"
        )
    if maximum is not None and number > maximum:
        raise InvalidInput(f"{name} must be at most {maximum}, got {_short(number)}; pass a smaller integer")
    return number


def _short(number: int) -> str:
    text = digits(number)
    return text if len(text) <= 20 else f"an integer of {len(text)} digits"


def spelled(value: object) -> str:
    """A value as an error message shows it, on one line and not too long.

    Examples
    --------
    >>> spelled("north"), len(spelled(10**5000))
    ("'north'", 60)
    """
    try:
        exact = isinstance(value, (int, Fraction)) and not isinstance(value, bool)
        text = digits(value) if exact else " ".join(repr(value).split())  # type: ignore[arg-type]
    except Exception:
        # repr refuses what holds integers of more than 4300 digits, and may be anybody's own.
        text = f"an object of type {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."


def positive(value: object, name: str) -> Fraction:
    """Read a positive real number exactly."""
    number = fraction(value, name)
    if number <= 0:
        raise InvalidInput(f"{name} must be positive, got {spelled(value)}; pass a number > 0 such as '0.01'")
    return number


def rational(value: Fraction | int) -> fmpq:
    """The same number as flint's rational."""
    exact = Fraction(value)
    return fmpq(exact.numerator, exact.denominator)


def ball(value: Fraction | int) -> arb:
    """A ball at the working precision that contains the fraction.

    Examples
    --------
    >>> ball(Fraction(1, 4))
    0.250000000000000
    """
    return arb(rational(value))


def from_rational(value: fmpq | fmpz) -> Fraction:
    """The same number as Python's fraction."""
    return fraction(value)


def power(base: arb, exponent: int) -> arb:
    """An integer power of a ball, sharp also on balls around zero, where flint's own may be NaN.

    Examples
    --------
    >>> square = power(arb(0).union(arb(-2)), 2)
    >>> bool(square.lower() > -0.00001), bool(square.upper() < 4.00001)
    (True, True)
    """
    if exponent < 0:
        return 1 / power(base, -exponent)
    if exponent == 1:
        return base
    if exponent == 0 or base.is_exact() or not base.is_finite():
        return base**exponent
    # t^n is monotone on each side of zero.
    hull = (base.lower() ** exponent).union(base.upper() ** exponent)
    return hull.union(arb(0)) if exponent % 2 == 0 and base.contains(0) else hull


def lower_fraction(value: arb) -> Fraction:
    """A rational number that is at most every number in the ball (its lower end).

    Raises
    ------
    Inexact
        If the ball is not finite, or too large for its end to be written out.
    """
    return _dyadic(value.lower(), -1)


def upper_fraction(value: arb) -> Fraction:
    """A rational number that is at least every number in the ball (its upper end).

    Raises
    ------
    Inexact
        If the ball is not finite, or too large for its end to be written out.
    """
    return _dyadic(value.upper(), 1)


def _dyadic(end: arb, outward: int) -> Fraction:
    if not end.is_finite():
        raise Inexact("a ball that is not finite has no rational ends; compute it on a smaller domain")
    mantissa, shift = (int(part) for part in end.man_exp())
    if shift > LARGEST_BINARY_EXPONENT:
        raise Inexact(f"a ball reaches beyond 2^{LARGEST_BINARY_EXPONENT}; its ends are not written out")
    if shift + mantissa.bit_length() < -LARGEST_BINARY_EXPONENT:
        # Too small to write out: rounded outward to zero or to the smallest power.
        outside = mantissa * outward > 0
        return Fraction(outward, 2**LARGEST_BINARY_EXPONENT) if outside else Fraction(0)
    return Fraction(mantissa) * Fraction(2) ** shift


def ceiling(value: Fraction) -> int:
    """The least integer that is at least the fraction, by integer division."""
    return -((-value.numerator) // value.denominator)


def rounded_up(value: Fraction, figures: int = 6) -> Fraction:
    """The least decimal of so many figures that is at least a fraction >= 0.

    Examples
    --------
    >>> rounded_up(Fraction(2, 3), 3), rounded_up(Fraction(1, 8))
    (Fraction(667, 1000), Fraction(1, 8))
    """
    unit = _last_place(value, figures)
    return ceiling(value / unit) * unit


def rounded_down(value: Fraction, figures: int = 6) -> Fraction:
    """The greatest decimal of so many figures that is at most a fraction >= 0.

    Examples
    --------
    >>> rounded_down(Fraction(2, 3), 3)
    Fraction(333, 500)
    """
    unit = _last_place(value, figures)
    return value // unit * unit


def _last_place(value: Fraction, figures: int) -> Fraction:
    if value < 0:
        raise InvalidInput(f"negative numbers are not rounded to figures, got {spelled(value)}")
    if value == 0:
        return Fraction(1)
    return Fraction(10) ** (leading_place(value) - figures + 1)


def leading_place(value: Fraction) -> int:
    """The exponent n of the power of ten with 10^n <= value < 10^(n+1), for a positive fraction.

    Examples
    --------
    >>> [leading_place(Fraction(text)) for text in ("1/2", "1", "99.9", "0.01")]
    [-1, 0, 1, -2]
    """
    places = len(digits(value.numerator)) - len(digits(value.denominator))
    return places if value >= Fraction(10) ** places else places - 1


def decimal_above(value: Fraction, figures: int = 4) -> str:
    """A bound from above for people: :func:`rounded_up`, as a decimal.

    Examples
    --------
    >>> decimal_above(Fraction(2, 3)), decimal_above(Fraction(0))
    ('0.6667', '0')
    """
    return decimal(rounded_up(value, figures), figures)


def decimal_below(value: Fraction, figures: int = 4) -> str:
    """A bound from below for people: :func:`rounded_down`, as a decimal.

    Examples
    --------
    >>> decimal_below(Fraction(2, 3))
    '0.6666'
    """
    return decimal(rounded_down(value, figures), figures)


def abbreviated(value: int) -> str:
    """A count for people: in full up to 20 digits, beyond that its first four and its length.

    Examples
    --------
    >>> abbreviated(499001), abbreviated(2**200)
    ('499001', '1.606…e60')
    """
    text = digits(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[0]}.{text[1:4]}…e{len(text) - 1}"


def decimal(value: Fraction, figures: int = 4) -> str:
    """A short decimal for a table: exact when short, otherwise rounded to so many figures.

    Examples
    --------
    >>> decimal(Fraction(5, 4)), decimal(Fraction(61, 41)), decimal(Fraction(3, 10**9))
    ('1.25', '1.488', '3e-09')
    """
    if value == 0:
        return "0"
    exponent = len(digits(abs(value.numerator))) - len(digits(value.denominator))
    if -290 < exponent < 290:
        return f"{float(value):.{figures}g}"
    with localcontext(prec=figures, Emax=MAX_EMAX, Emin=MIN_EMIN):
        quotient = Decimal(value.numerator) / Decimal(value.denominator)
    return str(quotient.normalize()).lower()
