"""How a row of an answer is made: what is said of each bound before any number is computed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from bounds.lower.bound import LowerBound
from bounds.question import Question
from bounds.rates import rate
from bounds.row import Direction, Row
from bounds.theorems import theorem
from bounds.upper.scheme import Architecture, UpperBound
from identifiability.exact import decimal

NETWORK, EMBEDDING_PRIMARY = "N_f", "N_q"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a row says before any number is computed."""

    quantity: str
    direction: Direction
    rate: str
    source: str


HEADINGS = {
    "continuous-selection": Heading(
        NETWORK,
        "lower",
        "Omega(eps^-(m/r))",
        "DeVore, Howard & Micchelli (1989), with Bernstein constants of splines",
    ),
    "shattering": Heading(
        NETWORK,
        "lower",
        "Omega(eps^-(m/(2*r)))",
        "Warren's theorem; Anthony & Bartlett, Neural Network Learning (1999), chapter 8",
    ),
    "entropy": Heading(NETWORK, "lower", "Omega(eps^-(m/r)*log(1/eps)^-1)", "metric entropy, proved here"),
    "construction": Heading(NETWORK, "upper", "O(eps^-(m/r))", "interpolation networks, proved here"),
    "embedding-continuous": Heading(
        EMBEDDING_PRIMARY, "lower", "Omega(eps^-(m1+m2))", "repair of Galanti & Wolf (v2), Theorem 2"
    ),
}


def heading(identifier: str) -> Heading:
    """What is said of the bound with this id."""
    if identifier in HEADINGS:
        return HEADINGS[identifier]
    stated = theorem(identifier)
    return Heading(stated.quantity, stated.direction, str(stated.rate), stated.source)


def headed_row(
    question: Question,
    identifier: str,
    *,
    value: int | None,
    status: str,
    approximators: str,
    conditions: tuple[str, ...] = (),
    symbolic_rate: str | None = None,
    count: str | None = None,
    architecture: Architecture | None = None,
    error: Fraction | None = None,
) -> Row:
    """A row with this number, under what is always said of its bound."""
    stated = heading(identifier)
    dimensions = {"m": question.m, "r": question.r}
    if question.split is not None:
        dimensions |= {"m1": question.split[0], "m2": question.split[1]}
    return Row(
        id=identifier,
        quantity=stated.quantity,
        direction=stated.direction,
        rate=rate(symbolic_rate or stated.rate).at(dimensions),
        value=value,
        count=count or question.count,
        status=status,
        approximators=approximators,
        conditions=conditions,
        source=stated.source,
        architecture=architecture,
        error=error,
    )


def trivial_row(question: Question, identifier: str) -> Row:
    """The row where the zero function is good enough."""
    return headed_row(
        question,
        identifier,
        value=0,
        status="certified",
        approximators="the zero function",
        conditions=("trivial: the zero function",),
    )


def void_row(question: Question, identifier: str) -> Row:
    """The row of a lower bound where the domain is so small that nothing is known to be needed."""
    return headed_row(
        question,
        identifier,
        value=None,
        status="void",
        approximators="all",
        conditions=(
            f"the domain has half-length s = {decimal(question.half_length)}, and a ball of radius s^r M on "
            "[-1,1]^m is all that is known to lie among the targets: epsilon is not below its radius",
        ),
    )


def lower_row(
    question: Question,
    identifier: str,
    bound: LowerBound,
    *,
    symbolic_rate: str | None = None,
    count: str | None = None,
) -> Row:
    """The row of a lower bound."""
    return headed_row(
        question,
        identifier,
        value=bound.value,
        status=bound.status,
        approximators=bound.approximators,
        conditions=bound.conditions,
        symbolic_rate=symbolic_rate,
        count=count,
    )


def upper_row(question: Question, identifier: str, best: UpperBound) -> Row:
    """The row of an upper bound."""
    return headed_row(
        question,
        identifier,
        value=best.count(question.count),
        status=best.status,
        approximators=best.title,
        conditions=best.conditions,
        architecture=best.architecture,
        error=best.error * question.upper_radius,
    )


def unproved_row(question: Question, identifier: str) -> Row:
    """The row where no network with the activation asked for is proved to suffice."""
    activation = question.activation
    assert activation is not None  # for an arbitrary activation some scheme always applies
    universality = activation.universality
    return headed_row(
        question,
        identifier,
        value=None,
        status="rate-only" if universality.holds == "yes" else "void",
        approximators=f"{activation} networks",
        conditions=(
            f"no constant is proved for {activation}; universal: {universality.holds}, {universality.reason}"
            if universality.holds == "yes"
            else f"no size is proved to suffice; universal: {universality.holds}, {universality.reason}",
        ),
    )
