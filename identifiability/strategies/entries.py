"""Weights and biases: how they are drawn, and the simplest values that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from math import gcd, isqrt
from typing import Literal

from hypothesis import strategies as st

from identifiability.strategies.drafts import Number

FINEST = 20
"""Floats that are not zero are at least two to minus this in size, so that products do not underflow."""


@dataclass(frozen=True, slots=True)
class Entries:
    """What the entries of the networks of one arithmetic may be.

    Attributes
    ----------
    arithmetic : {"exact", "float64", "float32"}
    magnitude : int
        The largest absolute value.
    denominators : int
        The largest denominator of an exact entry.
    zeros : int
        How many in a hundred are zero, roughly.
    has_biases : bool
        Whether biases may be other than zero.
    """

    arithmetic: str
    magnitude: int
    denominators: int
    zeros: int
    has_biases: bool

    @property
    def is_exact(self) -> bool:
        """Whether entries are Fractions."""
        return self.arithmetic == "exact"

    @property
    def zero(self) -> Number:
        """Zero."""
        return Fraction(0) if self.is_exact else 0.0

    def simplest(self) -> Iterator[Number]:
        """The nonzero values, the simplest first: 1, -1, 2, -2, ..., 1/2, -1/2, ..."""
        finer = range(1, self.denominators + 1) if self.is_exact else (2**k for k in range(FINEST + 1))
        for q in finer:
            for p in range(1, self.magnitude * q + 1):
                if gcd(p, q) == 1:
                    yield from (self._number(p, q), self._number(-p, q))

    def pool(self, count: int) -> list[Number]:
        """Zero, where there are zeros, and the first values that are not."""
        return [self.zero] * (self.zeros > 0) + list(islice(self.simplest(), count))

    def _number(self, p: int, q: int) -> Number:
        return Fraction(p, q) if self.is_exact else p / q

    @property
    def ratios(self) -> int:
        """How many indices :meth:`ratio` has: denominators up to the largest, and for floats 1 and 2."""
        q = self.denominators if self.is_exact else 2
        return self.magnitude * q * (q + 1)

    def ratio(self, index: int) -> Number:
        """±p/q with p <= magnitude·q, in the order of q, then of p; some numbers come more than once."""
        # Before q there are 2·magnitude·(1 + ... + (q - 1)) of them.
        q = (1 + isqrt(1 + 4 * (index // self.magnitude))) // 2
        place = index - self.magnitude * q * (q - 1)
        p = place // 2 + 1
        return self._number(-p if place % 2 else p, q)

    def nonzero(self) -> st.SearchStrategy[Number]:
        """A value other than zero; it shrinks to 1."""
        ratios = st.integers(0, self.ratios - 1).map(self.ratio)
        if self.is_exact:
            return ratios
        width: Literal[32, 64] = 32 if self.arithmetic == "float32" else 64
        least, most = 2.0**-FINEST, float(self.magnitude)
        positive = st.floats(least, most, width=width)
        return st.one_of(ratios, positive, st.floats(-most, -least, width=width))


def row_count(entries: Entries, inputs: int, most: int) -> int:
    """How many rows (w, b) with w not zero there are, counted only up to the number ``most``."""
    pool = len(entries.pool(most))
    zero = int(entries.zeros > 0)
    if pool == zero:
        return 0
    # pool >= 2, so that more inputs than most has bits are enough in any case.
    weights: int = pool ** min(inputs, most.bit_length() + 1) - zero
    return min(most, weights * (pool if entries.has_biases else 1))


def simplest_rows(entries: Entries, inputs: int, count: int) -> Iterator[tuple[Number, ...]]:
    """Rows (w, b) with w not zero, without repetition and the simplest first; as many as there are."""
    pool = entries.pool(count)
    shifts: Iterable[Number] = pool if entries.has_biases else [entries.zero]
    for shift, *row in product(shifts, *[pool] * inputs):
        if any(row):
            yield (*row, shift)
