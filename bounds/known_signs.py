"""Comparing growths when the signs of some polynomials in the parameters are known.

Where the comparison needs a sign that is not known, it stops and asks for it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce

from flint import fmpq_mpoly, fmpq_mpoly_ctx

from bounds.exponents import Atom, Exponent, Extremum
from bounds.fourier_motzkin import Effort
from bounds.rational_functions import (
    ANY_SIGN,
    RationalFunction,
    Signs,
    factors,
    polynomial_signs,
)

Growth = tuple[Exponent, ...]

THREE = ("<", "==", ">")
TWO = ("<=", ">")


class Needed(Exception):
    """The sign of a polynomial has to be known before the comparison can go on."""

    def __init__(self, polynomial: fmpq_mpoly, relations: tuple[str, ...] = THREE) -> None:
        super().__init__(str(polynomial))
        self.polynomial, self.relations = polynomial, relations


class Stuck(Exception):
    """The comparison cannot go on; the message says why."""


_Pair = tuple[RationalFunction, RationalFunction]
_Parts = tuple[tuple[fmpq_mpoly, str, int], ...]


@dataclass(slots=True)
class Evaluation:
    """Exponents and their differences as rational functions, each computed once.

    Parameters
    ----------
    context : flint.fmpq_mpoly_ctx
        The polynomials in the parameters.
    effort : Effort
        What may still be spent; a new difference costs one.
    """

    context: fmpq_mpoly_ctx
    effort: Effort
    plain: dict[Exponent, RationalFunction] = field(default_factory=dict)
    differences: dict[tuple[RationalFunction, RationalFunction], RationalFunction] = field(
        default_factory=dict
    )
    factored: dict[RationalFunction, tuple[int, _Parts, _Parts]] = field(default_factory=dict)

    def compared(
        self, first: Sequence[Growth], second: Sequence[Growth], known: Mapping[str, Signs]
    ) -> tuple[int, RationalFunction]:
        """The sign of the comparison of the largest growths, and the margin of the exponent that decides.

        Raises
        ------
        Needed
            If the known signs do not suffice.
        Stuck
            If a denominator is zero.
        """
        one, other = self._largest(first, known), self._largest(second, known)
        for left, right in zip(one, other, strict=True):
            signs = self._required(left, right, known, THREE)
            if signs != {0}:
                return max(signs), self._difference(left, right)
        return 0, RationalFunction.number(Fraction(0), self.context)

    def resolved(self, exponent: Exponent, known: Mapping[str, Signs]) -> RationalFunction:
        """An exponent as a rational function, with its minima and maxima decided by known signs."""
        if exponent in self.plain:
            return self.plain[exponent]
        match exponent.terms:
            case ((((Extremum() as alone, 1),), 1),):
                return self._atom(alone, known)
        total = RationalFunction.number(Fraction(0), self.context)
        is_plain = True
        for monomial, factor in exponent.terms:
            is_plain = is_plain and all(isinstance(atom, str) for atom, _ in monomial)
            parts = (self._atom(atom, known) ** power for atom, power in monomial)
            total += reduce(operator.mul, parts, RationalFunction.number(factor, self.context))
        if is_plain:
            self.plain[exponent] = total
        return total

    def as_polynomial(self, exponent: Exponent, known: Mapping[str, Signs]) -> fmpq_mpoly:
        """A polynomial with the same sign as an exponent whose denominators have known signs."""
        function = self.resolved(exponent, known)
        self._require_denominator(function, known)
        return function.numerator * max(polynomial_signs(function.denominator, known))

    def denominators(self, exponent: Exponent, known: Mapping[str, Signs]) -> Iterator[fmpq_mpoly]:
        """What an exponent divides by, as it is written."""
        for monomial, _ in exponent.terms:
            for atom, power in monomial:
                if not isinstance(atom, str):
                    for part in atom.arguments if isinstance(atom, Extremum) else (atom,):
                        yield from self.denominators(part, known)
                if power < 0:
                    yield self._atom(atom, known).numerator

    def _atom(self, atom: Atom, known: Mapping[str, Signs]) -> RationalFunction:
        match atom:
            case str():
                return RationalFunction.parameter(atom, self.context)
            case Exponent():
                return self.resolved(atom, known)
        wrong = 1 if atom.function == "min" else -1
        arguments = [self.resolved(argument, known) for argument in atom.arguments]
        best = 0
        for place in range(1, len(arguments)):
            if wrong in self._required(arguments[best], arguments[place], known, TWO):
                best = place
        return arguments[
            _first_equal(
                best,
                len(arguments),
                lambda one, other: wrong not in self._signs(arguments[one], arguments[other], known),
            )
        ]

    def _largest(self, growths: Sequence[Growth], known: Mapping[str, Signs]) -> tuple[RationalFunction, ...]:
        terms = [tuple(self.resolved(exponent, known) for exponent in growth) for growth in growths]
        best = 0
        for place in range(1, len(terms)):
            if not self._at_least(terms[best], terms[place], known):
                best = place
        return terms[
            _first_equal(
                best,
                len(terms),
                lambda one, other: -1 not in self._possible(terms[one], terms[other], known),
            )
        ]

    def _possible(
        self, one: Sequence[RationalFunction], other: Sequence[RationalFunction], known: Mapping[str, Signs]
    ) -> Signs:
        """The signs that the lexicographic comparison may have."""
        signs: Signs = frozenset({0})
        for left, right in zip(one, other, strict=True):
            if 0 in signs:
                signs = (signs - {0}) | self._signs(left, right, known)
        return signs

    def _at_least(
        self, one: Sequence[RationalFunction], other: Sequence[RationalFunction], known: Mapping[str, Signs]
    ) -> bool:
        pairs = list(zip(one, other, strict=True))
        for place, (left, right) in enumerate(pairs):
            decides = all(self._difference(*pair).is_zero for pair in pairs[place + 1 :])
            signs = self._required(left, right, known, TWO if decides else THREE)
            if signs != {0}:
                return -1 not in signs
        return True

    def _difference(self, left: RationalFunction, right: RationalFunction) -> RationalFunction:
        if (left, right) not in self.differences:
            self.effort.left -= 1
            self.differences[left, right] = left - right
        return self.differences[left, right]

    def _factors(self, quotient: RationalFunction) -> tuple[int, _Parts, _Parts]:
        if quotient not in self.factored:
            sign, above = factors(quotient.numerator)
            below_sign, below = factors(quotient.denominator)
            self.factored[quotient] = (
                sign * below_sign,
                tuple((part, str(part), power) for part, power in above),
                tuple((part, str(part), power) for part, power in below),
            )
        return self.factored[quotient]

    def _signs(self, left: RationalFunction, right: RationalFunction, known: Mapping[str, Signs]) -> Signs:
        """The signs that a difference may have, as :func:`quotient_signs` says."""
        sign, above, below = self._factors(self._difference(left, right))
        if any(0 in known.get(key, ANY_SIGN) for _, key, _ in below):
            return ANY_SIGN
        possible: Signs = frozenset({sign})
        for _, key, power in (*above, *below):
            possible = frozenset(a * b**power for a in possible for b in known.get(key, ANY_SIGN))
        return possible

    def _require_denominator(self, quotient: RationalFunction, known: Mapping[str, Signs]) -> None:
        for part, key, _ in self._factors(quotient)[2]:
            own = known.get(key, ANY_SIGN)
            if own == {0}:
                raise Stuck(f"an exponent is divided by {key}, which may be 0; assume for instance {key} > 0")
            if len(own) > 1:
                raise Needed(part)

    def _required(
        self,
        left: RationalFunction,
        right: RationalFunction,
        known: Mapping[str, Signs],
        relations: tuple[str, ...],
    ) -> Signs:
        """The sign of a difference, or a sign up to equality if two cases are enough."""
        difference = self._difference(left, right)
        self._require_denominator(difference, known)
        signs = self._signs(left, right, known)
        if len(signs) > 1 and not (relations == TWO and signs != ANY_SIGN and 0 in signs):
            parts = self._factors(difference)[1]
            part = next(part for part, key, _ in parts if len(known.get(key, ANY_SIGN)) > 1)
            raise Needed(part, relations if len(parts) == 1 else THREE)
        return signs


def _first_equal(best: int, size: int, beats: Callable[[int, int], bool]) -> int:
    """The first place that beats the best one, directly or through others.

    It is what a reader of the recorded signs finds who looks for the first place that beats all.
    """
    reached, stack = {best}, [best]
    while stack:
        place = stack.pop()
        new = [other for other in range(size) if other not in reached and beats(other, place)]
        reached.update(new)
        stack += new
    return min(reached)
