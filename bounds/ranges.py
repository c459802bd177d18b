"""Lists and ranges of numbers, as they are typed: ``0.1,0.01``, ``1..4``, ``0.1..0.0001:7``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import islice

from identifiability.errors import InvalidInput
from identifiability.exact import ball, digits, fraction, integer, positive

MOST_VALUES = 100_000
"""Longer lists are refused."""

_Expansion = Callable[[str, str], list[object]]

SEPARATOR, RANGE, COUNT = ",", "..", ":"


def is_list(value: object) -> bool:
    """Whether an input is several numbers: a text with a comma or a range, or a sequence.

    Examples
    --------
    >>> [is_list(value) for value in ("1,2", "1..4", [1], "0.1", 3, None)]
    [True, True, True, False, False, False]
    """
    if isinstance(value, str):
        return SEPARATOR in value or RANGE in value
    return isinstance(value, Iterable)


def integers(value: object, name: str) -> list[object]:
    """The entries of a list of integers; ``a..b`` stands for all integers from a to b, a down to b too.

    Entries that are no range are passed on as they are, and read where they are used.

    Examples
    --------
    >>> integers("1..3,7", "m"), integers(range(2), "m"), integers(5, "m")
    ([1, 2, 3, '7'], [0, 1], [5])
    """
    return _entries(value, name, _integer_range)


def reals(value: object, name: str) -> list[object]:
    """The entries of a list of positive real numbers.

    ``a..b`` stands for a, a/10, a/100, ..., b (or upwards), and ``a..b:n`` for n numbers that are evenly
    spaced on a logarithmic scale, all but the ends rounded to three figures.

    Examples
    --------
    >>> reals("0.1..0.001", "epsilon")
    [Fraction(1, 10), Fraction(1, 100), Fraction(1, 1000)]
    >>> reals("1..0.1:4", "epsilon")
    [Fraction(1, 1), Fraction(58, 125), Fraction(43, 200), Fraction(1, 10)]
    >>> reals("0.1,1/3", "epsilon")
    ['0.1', '1/3']
    """
    return _entries(value, name, _real_range)


def log_spaced(start: Fraction, stop: Fraction, count: int) -> list[Fraction]:
    """So many numbers from start to stop, evenly spaced on a logarithmic scale.

    All but the ends are rounded to three figures, so that they are numbers one can type; those that
    become equal are given once.

    Examples
    --------
    >>> log_spaced(Fraction(1, 10), Fraction(1, 1000), 3)
    [Fraction(1, 10), Fraction(1, 100), Fraction(1, 1000)]
    """
    ratio = ball(stop / start).log()
    steps = [ball(start) * (ratio * step / (count - 1)).exp() for step in range(1, count - 1)]
    inner = [fraction(step.str(3, radius=False)) for step in steps]
    return list(dict.fromkeys([start, *inner, stop]))


def _entries(value: object, name: str, expand: _Expansion) -> list[object]:
    if isinstance(value, str) and is_list(value):
        return _capped(
            (entry for part in value.split(SEPARATOR) for entry in _part(part, name, expand)), name
        )
    if isinstance(value, Iterable) and not isinstance(value, str):
        return _capped(value, name)
    return [value]


def _part(part: str, name: str, expand: _Expansion) -> Iterable[object]:
    if not part.strip():
        raise InvalidInput(f"{name} has an empty entry in its list; pass numbers with a comma between two")
    return expand(part, name) if RANGE in part else [part.strip()]


def _capped(entries: Iterable[object], name: str) -> list[object]:
    found = list(islice(entries, MOST_VALUES + 1))
    if not found:
        raise InvalidInput(f"{name} is an empty list; pass at least one number")
    if len(found) > MOST_VALUES:
        raise InvalidInput(f"{name} has more than {MOST_VALUES} entries; pass fewer")
    return found


def _ends(text: str, name: str) -> tuple[str, str]:
    low, _, high = text.partition(RANGE)
    if not low.strip() or not high.strip():
        raise InvalidInput(f"a range of {name} has two ends, got {text.strip()!r}; pass one such as 1..4")
    return low, high


def _integer_range(text: str, name: str) -> list[object]:
    first, last = (integer(end, f"an end of the range of {name}") for end in _ends(text, name))
    if abs(last - first) >= MOST_VALUES:
        raise InvalidInput(f"{name} has more than {MOST_VALUES} entries; pass fewer")
    return list(range(first, last + 1) if first <= last else range(first, last - 1, -1))


def _real_range(text: str, name: str) -> list[object]:
    span, _, points = text.partition(COUNT)
    start, stop = (positive(end, f"an end of the range of {name}") for end in _ends(span, name))
    if COUNT in text:
        count = integer(points, f"the number of values in the range of {name}", 2, MOST_VALUES)
        return list(log_spaced(start, stop, count))
    step = Fraction(1, 10) if stop < start else Fraction(10)
    decades = abs(len(digits((stop / start).numerator)) - len(digits((stop / start).denominator)))
    if start * step**decades != stop:
        raise InvalidInput(
            f"a range of {name} without a count runs through decades, got {text.strip()!r}; "
            "pass a count as in 0.1..0.002:7"
        )
    return [start * step**decade for decade in range(decades + 1)]
