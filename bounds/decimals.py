"""The decimals of so many figures, numbered in increasing order: what searches for an ε run through."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from identifiability.exact import leading_place


@dataclass(frozen=True, slots=True)
class Decimals:
    """The positive decimals of so many figures; 1 is number 0.

    Examples
    --------
    >>> three = Decimals(3)
    >>> three.at(0), three.at(1), three.at(-1), three.at(-900)
    (Fraction(1, 1), Fraction(101, 100), Fraction(999, 1000), Fraction(1, 10))
    """

    figures: int

    @property
    def least(self) -> int:
        """The least integer of so many figures."""
        power: int = 10 ** (self.figures - 1)
        return power

    @property
    def per_decade(self) -> int:
        """How many there are from one power of ten to the next."""
        return 9 * self.least

    def at(self, place: int) -> Fraction:
        """The decimal with this number."""
        decade, offset = divmod(place, self.per_decade)
        return (self.least + offset) * self._unit(decade)

    def place(self, value: Fraction) -> int:
        """The number of the greatest decimal that is at most a positive number.

        Examples
        --------
        >>> [Decimals(3).at(Decimals(3).place(Fraction(1, n))) for n in (1, 3)]
        [Fraction(1, 1), Fraction(333, 1000)]
        """
        decade = leading_place(value)
        return decade * self.per_decade + int(value / self._unit(decade)) - self.least

    def place_below(self, value: Fraction) -> int:
        """The number of the greatest decimal that is less than a positive number.

        Examples
        --------
        >>> [Decimals(3).at(Decimals(3).place_below(Fraction(1, n))) for n in (1, 3)]
        [Fraction(999, 1000), Fraction(333, 1000)]
        """
        place = self.place(value)
        return place - 1 if self.at(place) == value else place

    def logarithm(self, place: int) -> float:
        """log10 of the decimal with this number, rounded."""
        decade, offset = divmod(place, self.per_decade)
        return decade + math.log10(1 + offset / self.least)

    def place_near(self, logarithm: float) -> int:
        """The number of a decimal whose log10 is about that; only a guess."""
        decade = math.floor(logarithm)
        mantissa: float = 10 ** (logarithm - decade)
        return decade * self.per_decade + round((mantissa - 1) * self.least)

    def _unit(self, decade: int) -> Fraction:
        # The last place of the decimals from this power of ten to the next.
        exponent = decade - self.figures + 1
        return Fraction(10**exponent) if exponent >= 0 else Fraction(1, 10**-exponent)
