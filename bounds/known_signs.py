"""Comparing growths when the signs of some polynomials in the parameters are known.

Where the comparison needs a sign that is not known, it stops and asks for it.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce

from flint import fmpq_mpoly, fmpq_mpoly_ctx

from bounds.exponents import Atom, Exponent, Extremum, parameter
from bounds.rational_functions import (
    ANY_SIGN,
    RationalFunction,
    Signs,
    factors,
    first_best,
    polynomial_signs,
    quotient_signs,
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


def resolved(exponent: Exponent, context: fmpq_mpoly_ctx, known: Mapping[str, Signs]) -> RationalFunction:
    """An exponent as a rational function, with its minima and maxima decided by known signs.

    Raises
    ------
    Needed
        If the known signs do not suffice.
    Stuck
        If a denominator is zero.
    """

    def atom(atom: Atom) -> RationalFunction:
        match atom:
            case str():
                return RationalFunction.parameter(atom, context)
            case Extremum():
                arguments = [resolved(argument, context, known) for argument in atom.arguments]
                return _extremum(atom.function, arguments, known)
            case Exponent():
                return resolved(atom, context, known)

    total = RationalFunction.number(Fraction(0), context)
    for monomial, factor in exponent.terms:
        parts = (atom(base) ** power for base, power in monomial)
        total += reduce(operator.mul, parts, RationalFunction.number(factor, context))
    return total


def as_polynomial(exponent: Exponent, context: fmpq_mpoly_ctx, known: Mapping[str, Signs]) -> fmpq_mpoly:
    """A polynomial with the same sign as an exponent whose denominators have known signs."""
    function = resolved(exponent, context, known)
    _require_denominator(function, known)
    return function.numerator * max(polynomial_signs(function.denominator, known))


def denominators(
    exponent: Exponent, context: fmpq_mpoly_ctx, known: Mapping[str, Signs]
) -> Iterator[fmpq_mpoly]:
    """What an exponent divides by, as it is written."""
    for monomial, _ in exponent.terms:
        for atom, power in monomial:
            match atom:
                case str():
                    parts: tuple[Exponent, ...] = ()
                    whole = parameter(atom)
                case Extremum():
                    parts, whole = atom.arguments, Exponent(((((atom, 1),), Fraction(1)),))
                case Exponent():
                    parts, whole = (atom,), atom
            for part in parts:
                yield from denominators(part, context, known)
            if power < 0:
                yield resolved(whole, context, known).numerator


def compared(
    first: Sequence[Growth],
    second: Sequence[Growth],
    context: fmpq_mpoly_ctx,
    known: Mapping[str, Signs],
) -> tuple[int, RationalFunction]:
    """The sign of the comparison of the largest growths, and the margin of the exponent that decides."""
    one = _largest([_functions(growth, context, known) for growth in first], known)
    other = _largest([_functions(growth, context, known) for growth in second], known)
    margin = RationalFunction.number(Fraction(0), context)
    for left, right in zip(one, other, strict=True):
        signs = _required(left - right, known, THREE)
        if signs != {0}:
            return max(signs), left - right
    return 0, margin


def _functions(
    growth: Growth, context: fmpq_mpoly_ctx, known: Mapping[str, Signs]
) -> tuple[RationalFunction, ...]:
    return tuple(resolved(exponent, context, known) for exponent in growth)


def _extremum(
    function: str, arguments: Sequence[RationalFunction], known: Mapping[str, Signs]
) -> RationalFunction:
    wrong = 1 if function == "min" else -1
    best = arguments[0]
    for argument in arguments[1:]:
        if wrong in _required(best - argument, known, TWO):
            best = argument
    # Among equals the first is taken, as a reader of the recorded signs would.
    place = first_best(
        [[wrong not in quotient_signs(one - other, known) for other in arguments] for one in arguments]
    )
    return best if place is None else arguments[place]


def _largest(
    terms: Sequence[tuple[RationalFunction, ...]], known: Mapping[str, Signs]
) -> tuple[RationalFunction, ...]:
    best = terms[0]
    for term in terms[1:]:
        if not _at_least(best, term, known):
            best = term
    place = first_best([[-1 not in _possible(one, other, known) for other in terms] for one in terms])
    return best if place is None else terms[place]


def _possible(
    one: Sequence[RationalFunction], other: Sequence[RationalFunction], known: Mapping[str, Signs]
) -> Signs:
    """The signs that the lexicographic comparison may have."""
    signs: Signs = frozenset({0})
    for left, right in zip(one, other, strict=True):
        if 0 in signs:
            signs = (signs - {0}) | quotient_signs(left - right, known)
    return signs


def _at_least(
    one: Sequence[RationalFunction], other: Sequence[RationalFunction], known: Mapping[str, Signs]
) -> bool:
    differences = [left - right for left, right in zip(one, other, strict=True)]
    for place, difference in enumerate(differences):
        decides = all(later.is_zero for later in differences[place + 1 :])
        signs = _required(difference, known, TWO if decides else THREE)
        if signs != {0}:
            return -1 not in signs
    return True


def _require_denominator(quotient: RationalFunction, known: Mapping[str, Signs]) -> None:
    for part, _ in factors(quotient.denominator)[1]:
        own = known.get(str(part), ANY_SIGN)
        if own == {0}:
            raise Stuck(
                f"the assumptions allow {part} == 0, by which an exponent is divided; assume {part} > 0"
            )
        if len(own) > 1:
            raise Needed(part)


def _required(quotient: RationalFunction, known: Mapping[str, Signs], relations: tuple[str, ...]) -> Signs:
    """The sign of a quotient, or a sign up to equality if two cases are enough."""
    _require_denominator(quotient, known)
    signs = quotient_signs(quotient, known)
    if len(signs) > 1 and not (relations == TWO and signs != ANY_SIGN and 0 in signs):
        parts = factors(quotient.numerator)[1]
        part = next(part for part, _ in parts if len(known.get(str(part), ANY_SIGN)) > 1)
        raise Needed(part, relations if len(parts) == 1 else THREE)
    return signs
