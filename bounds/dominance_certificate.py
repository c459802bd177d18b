"""Certificates of dominance, and a checker that shares no code with the search for them.

A certificate is a tree of cases.  The signs that are recorded on the way to a case that can
happen decide all minima and maxima, the denominators, and the comparison itself.  What checker
and search have in common is the arithmetic of rational functions.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq_mpoly, fmpq_mpoly_ctx

from bounds.case_trees import (
    Certificate,
    Leaf,
    Node,
    PolynomialInequality,
    Refutation,
    Regime,
    Rejected,
    Split,
    check_refutation,
    normalised,
)
from bounds.exponents import LARGEST_POWER
from bounds.notation import written
from bounds.rates import Rate, rate
from bounds.rational_functions import (
    ANY_SIGN,
    SIGNS,
    RationalFunction,
    Signs,
    polynomial_signs,
    primitive,
    quotient_signs,
    ring,
)
from identifiability.errors import NetboundsError
from identifiability.exact import fraction
from identifiability.formula import (
    Call,
    Comparison,
    Formula,
    Number,
    Operation,
    Variable,
    evaluate,
    parse,
    parse_comparisons,
    show,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a certificate was accepted, and if not, why."""

    accepted: bool
    reason: str

    def __bool__(self) -> bool:
        return self.accepted


_VERDICTS = {-1: "smaller", 0: "same", 1: "larger"}
_PARTITIONS = ({"<", "==", ">"}, {"<=", ">"}, {"<", ">="})


def check(certificate: Certificate) -> Checked:
    """Verify a certificate from what is printed in it, in exact arithmetic.

    Parameters
    ----------
    certificate : Certificate

    Returns
    -------
    Checked
        True in a boolean context iff every step holds: the cases of each split are exhaustive,
        each refutation adds up, each case that is left has the verdict of the one regime whose
        condition it satisfies, and each witness satisfies what it should.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from bounds.dominance import compare
    >>> certificate = compare("eps^-2", "eps^-1").certificate
    >>> bool(check(certificate)), check(replace(certificate, second="eps^-3")).reason
    (True, 'the regime always has the verdict larger, but at its witness the rate is smaller')
    """
    try:
        _Checker.of(certificate).run()
    except NetboundsError as error:
        return Checked(False, str(error))
    return Checked(True, "")


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known on the way to a node: signs of polynomials, and the inequalities they came from."""

    signs: Mapping[str, Signs]
    path: tuple[tuple[fmpq_mpoly, str], ...]


_NOTHING_KNOWN = _Case({}, ())


@dataclass(frozen=True, slots=True)
class _Checker:
    certificate: Certificate
    context: fmpq_mpoly_ctx
    first: tuple[tuple[Formula, ...], ...]
    second: tuple[tuple[Formula, ...], ...]
    assumptions: tuple[Comparison, ...]
    conditions: tuple[tuple[Comparison, ...], ...]

    @classmethod
    def of(cls, certificate: Certificate) -> _Checker:
        known = certificate.parameters
        return cls(
            certificate,
            ring(known),
            _growths(rate(certificate.first), known),
            _growths(rate(certificate.second), known),
            tuple(c for text in certificate.assumptions for c in parse_comparisons(text, known)),
            tuple(
                () if regime.condition == "always" else parse_comparisons(regime.condition, known)
                for regime in certificate.regimes
            ),
        )

    def run(self) -> None:
        for regime, condition in zip(self.certificate.regimes, self.conditions, strict=True):
            self.check_witness(regime, condition)
        self.check_node(self.certificate.tree, _NOTHING_KNOWN)
        verdicts = {regime.verdict for regime in self.certificate.regimes}
        overall = "depends" if len(verdicts) > 1 else verdicts.pop() if verdicts else "vacuous"
        if overall != self.certificate.verdict:
            raise Rejected(f"the regimes say {overall}, but the verdict is {self.certificate.verdict}")

    def check_witness(self, regime: Regime, condition: Iterable[Comparison]) -> None:
        values = {name: fraction(value, name) for name, value in regime.witness.items()}
        if set(values) != set(self.certificate.parameters):
            raise Rejected(f"the witness of the regime {regime.condition} does not value all parameters")
        for name in self.certificate.integers:
            if values[name].denominator != 1:
                raise Rejected(f"{name} must be an integer in the witness of the regime {regime.condition}")
        for comparison in (*self.assumptions, *condition):
            difference = evaluate(comparison.left, values) - evaluate(comparison.right, values)
            if _sign(difference) not in SIGNS[comparison.relation]:
                raise Rejected(f"the witness of the regime {regime.condition} violates {show(comparison)}")
        one, other = (
            max(tuple(evaluate(part, values) for part in growth) for growth in growths)
            for growths in (self.first, self.second)
        )
        verdict = _VERDICTS[(one > other) - (one < other)]
        if verdict != regime.verdict:
            raise Rejected(
                f"the regime {regime.condition} has the verdict {regime.verdict}, "
                f"but at its witness the rate is {verdict}"
            )

    def check_node(self, node: Node, case: _Case) -> None:
        match node:
            case Refutation():
                self.check_refutation(node, case)
            case Leaf():
                self.check_leaf(node, case)
            case Split():
                polynomial = self.polynomial(node.expression)
                relations = frozenset(relation for relation, _ in node.branches)
                if relations not in _PARTITIONS or len(relations) != len(node.branches):
                    raise Rejected(f"the cases of {node.expression} are not exhaustive")
                for relation, child in node.branches:
                    self.check_node(child, _extended(case, polynomial, relation))

    def polynomial(self, text: str) -> fmpq_mpoly:
        function = self.function(parse(text, self.certificate.parameters), _NOTHING_KNOWN)
        if function is None or not function.denominator.is_one():
            raise Rejected(f"{text} is not a polynomial")
        return function.numerator

    def check_leaf(self, leaf: Leaf, case: _Case) -> None:
        one, other = self.largest(self.first, case), self.largest(self.second, case)
        signs, margin = self.compared(one, other, case)
        if len(signs) != 1 or _VERDICTS[next(iter(signs))] != leaf.verdict:
            raise Rejected(f"the recorded signs do not decide that the rate is {leaf.verdict}")
        stated = self.function(parse(leaf.margin, self.certificate.parameters), case)
        if stated is None or quotient_signs(stated - margin, case.signs) != {0}:
            raise Rejected(f"the margin {leaf.margin} is not the difference of the exponents")
        holding = []
        for regime, condition in zip(self.certificate.regimes, self.conditions, strict=True):
            truths = [self.truth(comparison, case) for comparison in condition]
            if None in truths and False not in truths:
                raise Rejected(f"the recorded signs do not decide the condition {regime.condition}")
            if False not in truths:
                holding.append(regime.verdict)
        if holding != [leaf.verdict]:
            raise Rejected(f"a case that is {leaf.verdict} satisfies conditions of {holding or 'no regime'}")

    def largest(self, growths: Sequence[Sequence[Formula]], case: _Case) -> list[RationalFunction]:
        """The exponents of a term that grows at least as fast as all others."""
        resolved = []
        for growth in growths:
            functions = [self.function(part, case) for part in growth]
            resolved.append([function for function in functions if function is not None])
            if len(resolved[-1]) != len(growth):
                raise Rejected("the recorded signs do not decide the minima and maxima in an exponent")
        place = _first_best(
            [[-1 not in self.compared(one, other, case)[0] for other in resolved] for one in resolved]
        )
        if place is None:
            raise Rejected("the recorded signs do not decide which term is the largest")
        return resolved[place]

    def compared(
        self, one: Sequence[RationalFunction], other: Sequence[RationalFunction], case: _Case
    ) -> tuple[Signs, RationalFunction]:
        """The possible signs of the lexicographic comparison, and the first difference that is not 0."""
        signs: Signs = frozenset({0})
        margin = RationalFunction.number(Fraction(0), self.context)
        for left, right in zip(one, other, strict=True):
            if 0 in signs:
                difference = left - right
                found = quotient_signs(difference, case.signs)
                margin = difference if signs == {0} else margin
                signs = (signs - {0}) | found
        return signs, margin

    def truth(self, comparison: Comparison, case: _Case) -> bool | None:
        difference = self.difference(comparison, case)
        signs = ANY_SIGN if difference is None else quotient_signs(difference, case.signs)
        allowed = SIGNS[comparison.relation]
        return True if signs <= allowed else None if signs & allowed else False

    def check_refutation(self, refutation: Refutation, case: _Case) -> None:
        known = {str(fact) for fact in self.facts(case)}
        premises = []
        for text in refutation.premises:
            comparisons = parse_comparisons(text, self.certificate.parameters)
            fact = self.fact(comparisons[0], _NOTHING_KNOWN) if len(comparisons) == 1 else None
            if fact is None or str(fact) not in known:
                raise Rejected(f"the premise {text} is neither assumed nor part of the case at hand")
            premises.append(fact)
        check_refutation(refutation, premises, self.context, self.certificate.integers)

    def facts(self, case: _Case) -> Iterator[PolynomialInequality]:
        """The inequalities that may be used: the assumptions, as far as they can be read, and the case."""
        for comparison in self.assumptions:
            fact = self.fact(comparison, case)
            if fact is not None:
                yield fact
        for polynomial, relation in case.path:
            yield self.oriented(polynomial, relation)

    def fact(self, comparison: Comparison, case: _Case) -> PolynomialInequality | None:
        """A comparison as a polynomial inequality, if the sign of its denominator is known."""
        difference = self.difference(comparison, case)
        if difference is None:
            return None
        below = polynomial_signs(difference.denominator, case.signs)
        if len(below) > 1 or 0 in below:
            return None
        return self.oriented(difference.numerator * max(below), comparison.relation)

    def oriented(self, polynomial: fmpq_mpoly, relation: str) -> PolynomialInequality:
        """In normal form, where an equation has a positive leading coefficient."""
        flip = relation == "==" and not polynomial.is_zero() and polynomial.leading_coefficient() < 0
        return normalised(-polynomial if flip else polynomial, relation, self.certificate.integers)

    def difference(self, comparison: Comparison, case: _Case) -> RationalFunction | None:
        return self.function(Operation("-", comparison.left, comparison.right), case)

    def function(self, formula: Formula, case: _Case) -> RationalFunction | None:
        """A formula as a quotient of polynomials; None where the case does not decide a minimum."""
        match formula:
            case Number():
                return RationalFunction.number(formula.value, self.context)
            case Variable():
                return RationalFunction.parameter(formula.name, self.context)
            case Call():
                arguments = [self.function(argument, case) for argument in formula.arguments]
                return _extremum(formula.function, arguments, case)
            case Operation():
                left = self.function(formula.left, case)
                if formula.operator == "^":
                    return None if left is None else left ** _small_power(formula.right)
                right = self.function(formula.right, case)
                if left is None or right is None:
                    return None
                return _ARITHMETIC[formula.operator](left, right)


def _small_power(formula: Formula) -> int:
    power = evaluate(formula)
    if power.denominator != 1 or abs(power) > LARGEST_POWER:
        raise Rejected(f"a power in an exponent is not a small integer: {show(formula)}")
    return int(power)


_ARITHMETIC: dict[str, Callable[[RationalFunction, RationalFunction], RationalFunction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def _extremum(
    function: str, arguments: Sequence[RationalFunction | None], case: _Case
) -> RationalFunction | None:
    """The argument that is known to be the least, or the largest."""
    known = [argument for argument in arguments if argument is not None]
    if len(known) < len(arguments):
        return None
    wrong = 1 if function == "min" else -1
    place = _first_best(
        [[wrong not in quotient_signs(one - other, case.signs) for other in known] for one in known]
    )
    return None if place is None else known[place]


def _first_best(beats: Sequence[Sequence[bool]]) -> int | None:
    """The first place that beats all others, directly or through others that it beats."""
    for place in range(len(beats)):
        reached, stack = {place}, [place]
        while stack:
            row = beats[stack.pop()]
            new = [other for other, wins in enumerate(row) if wins and other not in reached]
            reached.update(new)
            stack += new
        if len(reached) == len(beats):
            return place
    return None


def _growths(rate: Rate, known: Sequence[str]) -> tuple[tuple[Formula, ...], ...]:
    return tuple(tuple(parse(written(part), known) for part in term.growth) for term in rate.terms)


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _extended(case: _Case, polynomial: fmpq_mpoly, relation: str) -> _Case:
    """The case in which moreover ``polynomial relation 0``."""
    if polynomial.is_constant():
        raise Rejected(f"a split needs a parameter, got {polynomial}")
    allowed, key = SIGNS[relation], str(primitive(polynomial))
    if polynomial.leading_coefficient() < 0:
        allowed = frozenset(-sign for sign in allowed)
    signs = {**case.signs, key: case.signs.get(key, ANY_SIGN) & allowed}
    return _Case(signs, (*case.path, (polynomial, relation)))
