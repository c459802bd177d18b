"""Certificates of dominance, and a checker that shares no code with the search for them.

A certificate is a tree of cases.  The signs that are recorded on the way to a case that can
happen decide all minima and maxima, the denominators, and the comparison itself.  What checker
and search have in common is the arithmetic of rational functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq_mpoly, fmpq_mpoly_ctx

from bounds.case_trees import Certificate, Leaf, Node, Refutation, Regime, Split
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
from bounds.recorded_signs import as_function, first_best
from bounds.refutations import PolynomialInequality, Rejected, check_refutation, normalised
from identifiability.errors import NetboundsError
from identifiability.evaluation import evaluate
from identifiability.exact import fraction
from identifiability.formula import Call, Comparison, Formula, Operation, parse, parse_comparisons, show


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
    """What is known on the way to a node: signs of polynomials, and inequalities, by their text."""

    signs: Mapping[str, Signs]
    facts: frozenset[str]


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
        plain = (self.fact(comparison, {}) for comparison in self.assumptions)
        facts = frozenset(str(fact) for fact in plain if fact is not None)
        self.check_node(self.certificate.tree, _Case({}, facts))
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

    def check_node(self, node: Node, before: _Case) -> None:
        case = self.entered(before)
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
                    self.check_node(child, self.extended(case, polynomial, relation))

    def polynomial(self, text: str) -> fmpq_mpoly:
        function = as_function(parse(text, self.certificate.parameters), self.context, {})
        if function is None or not function.denominator.is_one():
            raise Rejected(f"{text} is not a polynomial")
        return function.numerator

    def check_leaf(self, leaf: Leaf, case: _Case) -> None:
        one, other = self.largest(self.first, case.signs), self.largest(self.second, case.signs)
        signs, margin = self.compared(one, other, case.signs)
        if len(signs) != 1 or _VERDICTS[next(iter(signs))] != leaf.verdict:
            raise Rejected(f"the recorded signs do not decide that the rate is {leaf.verdict}")
        stated = as_function(parse(leaf.margin, self.certificate.parameters), self.context, case.signs)
        if stated is None or quotient_signs(stated - margin, case.signs) != {0}:
            raise Rejected(f"the margin {leaf.margin} is not the difference of the exponents")
        holding = []
        for regime, condition in zip(self.certificate.regimes, self.conditions, strict=True):
            truths = [self.truth(comparison, case.signs) for comparison in condition]
            if None in truths and False not in truths:
                raise Rejected(f"the recorded signs do not decide the condition {regime.condition}")
            if False not in truths:
                holding.append(regime.verdict)
        if holding != [leaf.verdict]:
            raise Rejected(f"a case that is {leaf.verdict} satisfies conditions of {holding or 'no regime'}")

    def largest(
        self, growths: Sequence[Sequence[Formula]], known: Mapping[str, Signs]
    ) -> list[RationalFunction]:
        """The exponents of a term that grows at least as fast as all others."""
        resolved = []
        for growth in growths:
            functions = [as_function(part, self.context, known) for part in growth]
            resolved.append([function for function in functions if function is not None])
            if len(resolved[-1]) != len(growth):
                raise Rejected("the recorded signs do not decide the minima and maxima in an exponent")
        place = first_best(
            [[-1 not in self.compared(one, other, known)[0] for other in resolved] for one in resolved]
        )
        if place is None:
            raise Rejected("the recorded signs do not decide which term is the largest")
        return resolved[place]

    def compared(
        self, one: Sequence[RationalFunction], other: Sequence[RationalFunction], known: Mapping[str, Signs]
    ) -> tuple[Signs, RationalFunction]:
        """The possible signs of the lexicographic comparison, and the first difference that is not 0."""
        signs: Signs = frozenset({0})
        margin = RationalFunction.number(Fraction(0), self.context)
        for left, right in zip(one, other, strict=True):
            if 0 in signs:
                difference = left - right
                found = quotient_signs(difference, known)
                margin = difference if signs == {0} else margin
                signs = (signs - {0}) | found
        return signs, margin

    def truth(self, comparison: Comparison, known: Mapping[str, Signs]) -> bool | None:
        difference = self.difference(comparison, known)
        signs = ANY_SIGN if difference is None else quotient_signs(difference, known)
        allowed = SIGNS[comparison.relation]
        return True if signs <= allowed else None if signs & allowed else False

    def check_refutation(self, refutation: Refutation, case: _Case) -> None:
        premises = []
        for text in refutation.premises:
            comparisons = parse_comparisons(text, self.certificate.parameters)
            fact = self.fact(comparisons[0], {}) if len(comparisons) == 1 else None
            if fact is None or str(fact) not in case.facts:
                raise Rejected(f"the premise {text} is neither assumed nor part of the case at hand")
            premises.append(fact)
        check_refutation(refutation, premises, self.context, self.certificate.integers)

    def entered(self, case: _Case) -> _Case:
        """The case with the assumptions that can be read in it, and those that could be read before."""
        delicate = (comparison for comparison in self.assumptions if _is_delicate(comparison))
        readable = (self.fact(comparison, case.signs) for comparison in delicate)
        return _Case(case.signs, case.facts | {str(fact) for fact in readable if fact is not None})

    def extended(self, case: _Case, polynomial: fmpq_mpoly, relation: str) -> _Case:
        """The case in which moreover ``polynomial relation 0``."""
        if polynomial.is_constant():
            raise Rejected(f"a split needs a parameter, got {polynomial}")
        allowed, key = SIGNS[relation], str(primitive(polynomial))
        if polynomial.leading_coefficient() < 0:
            allowed = frozenset(-sign for sign in allowed)
        signs = {**case.signs, key: case.signs.get(key, ANY_SIGN) & allowed}
        return _Case(signs, case.facts | {str(self.oriented(polynomial, relation))})

    def fact(self, comparison: Comparison, known: Mapping[str, Signs]) -> PolynomialInequality | None:
        """A comparison as a polynomial inequality, if the sign of its denominator is known."""
        difference = self.difference(comparison, known)
        if difference is None:
            return None
        below = polynomial_signs(difference.denominator, known)
        if len(below) > 1 or 0 in below:
            return None
        return self.oriented(difference.numerator * max(below), comparison.relation)

    def oriented(self, polynomial: fmpq_mpoly, relation: str) -> PolynomialInequality:
        """In normal form, where an equation has a positive leading coefficient."""
        flip = relation == "==" and not polynomial.is_zero() and polynomial.leading_coefficient() < 0
        return normalised(-polynomial if flip else polynomial, relation, self.certificate.integers)

    def difference(self, comparison: Comparison, known: Mapping[str, Signs]) -> RationalFunction | None:
        return as_function(Operation("-", comparison.left, comparison.right), self.context, known)


def _growths(rate: Rate, known: Sequence[str]) -> tuple[tuple[Formula, ...], ...]:
    return tuple(tuple(parse(written(part), known) for part in term.growth) for term in rate.terms)


def _is_delicate(formula: Formula | Comparison) -> bool:
    """Whether a minimum, a maximum or a denominator occurs, so that signs are needed to read it."""
    match formula:
        case Call():
            return True
        case Operation() | Comparison():
            divides = isinstance(formula, Operation) and formula.operator in "/^"
            return divides or _is_delicate(formula.left) or _is_delicate(formula.right)
        case _:
            return False


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)
