"""Which rows an answer has, and how each gets its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from bounds.lower.bound import LowerBound
from bounds.lower.continuous_selection import continuous_selection
from bounds.lower.embedding import embedding, embedding_conditional
from bounds.lower.entropy import entropy
from bounds.lower.first_layer import any_dimension
from bounds.lower.shattering import shattering
from bounds.question import Question
from bounds.rates import rate
from bounds.row import Direction, Row
from bounds.theorems import theorem
from bounds.upper.hypernetworks import DEEPEST_PRIMARY, primary, total
from bounds.upper.scheme import Architecture, UpperBound
from bounds.upper.schemes import upper_bound
from identifiability.exact import abbreviated

NETWORK, EMBEDDING_PRIMARY = "N_f", "N_q"


@dataclass(frozen=True, slots=True)
class _Heading:
    """What a row says before any number is computed."""

    quantity: str
    direction: Direction
    rate: str
    source: str


_HEADINGS = {
    "continuous-selection": _Heading(
        NETWORK,
        "lower",
        "Omega(eps^-(m/r))",
        "DeVore, Howard & Micchelli (1989), with Bernstein constants of splines",
    ),
    "shattering": _Heading(
        NETWORK,
        "lower",
        "Omega(eps^-(m/(2*r)))",
        "Warren's theorem; Anthony & Bartlett, Neural Network Learning (1999), chapter 8",
    ),
    "entropy": _Heading(NETWORK, "lower", "Omega(eps^-(m/r)*log(1/eps)^-1)", "metric entropy, proved here"),
    "construction": _Heading(NETWORK, "upper", "O(eps^-(m/r))", "interpolation networks, proved here"),
    "embedding-continuous": _Heading(
        EMBEDDING_PRIMARY, "lower", "Omega(eps^-(m1+m2))", "repair of Galanti & Wolf (v2), Theorem 2"
    ),
}


def rows(question: Question) -> tuple[Row, ...]:
    """Every row that the question asks for; with m1 and m2 also the meta-networks' rows."""
    makers = _NETWORK_ROWS if question.split is None else _NETWORK_ROWS | _META_NETWORK_ROWS
    if question.is_trivial:
        return tuple(_trivial(question, identifier) for identifier in makers)
    return tuple(make(question) for make in makers.values())


def _heading(identifier: str) -> _Heading:
    if identifier in _HEADINGS:
        return _HEADINGS[identifier]
    stated = theorem(identifier)
    return _Heading(stated.quantity, stated.direction, str(stated.rate), stated.source)


def _row(
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
    heading = _heading(identifier)
    dimensions = {"m": question.m, "r": question.r}
    if question.split is not None:
        dimensions |= {"m1": question.split[0], "m2": question.split[1]}
    return Row(
        id=identifier,
        quantity=heading.quantity,
        direction=heading.direction,
        rate=rate(symbolic_rate or heading.rate).at(dimensions),
        value=value,
        count=count or question.count,
        status=status,
        approximators=approximators,
        conditions=conditions,
        source=heading.source,
        architecture=architecture,
        error=error,
    )


def _trivial(question: Question, identifier: str) -> Row:
    return _row(
        question,
        identifier,
        value=0,
        status="certified",
        approximators="the zero function",
        conditions=("trivial: the zero function",),
    )


def _lower(
    question: Question,
    identifier: str,
    bound: LowerBound,
    *,
    symbolic_rate: str | None = None,
    count: str | None = None,
) -> Row:
    return _row(
        question,
        identifier,
        value=bound.value,
        status=bound.status,
        approximators=bound.approximators,
        conditions=bound.conditions,
        symbolic_rate=symbolic_rate,
        count=count,
    )


def _upper(question: Question, identifier: str, best: UpperBound) -> Row:
    return _row(
        question,
        identifier,
        value=best.count(question.count),
        status=best.status,
        approximators=best.title,
        conditions=best.conditions,
        architecture=best.architecture,
        error=best.error * question.norm,
    )


def _no_construction(question: Question, identifier: str) -> Row:
    activation = question.activation
    assert activation is not None  # for an arbitrary activation some scheme always applies
    universality = activation.universality
    return _row(
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


def _continuous_selection(question: Question) -> Row:
    bound = continuous_selection(question.m, question.r, question.relative_epsilon)
    return _lower(question, "continuous-selection", bound)


def _least_dimension(question: Question, factor: int) -> int:
    epsilon = factor * question.relative_epsilon
    if epsilon >= 1:
        return 0
    return continuous_selection(question.m, question.r, epsilon).value or 0


def _theorem_1(question: Question) -> Row:
    # The proof gives N >= D((1 + eta) epsilon) - 1 for every eta > 0, and the paper takes eta = 2.
    # D's own condition is a strict inequality, so for small eta this is D(epsilon) - 1.
    sharpened = max(0, _least_dimension(question, 1) - 1)
    as_proved = max(0, _least_dimension(question, 3) - 1)
    return _row(
        question,
        "theorem-1",
        value=sharpened,
        status="conditional",
        approximators="networks of one architecture and activation, any selection",
        conditions=(
            "Assumptions 1 and 2, and no non-constant member of W_{r,m} is a network: hypotheses that no "
            "activation satisfies together (netbounds hypotheses theorem-1)",
            f"the paper's proof loses a factor 3 in epsilon; with that loss: {abbreviated(as_proved)}",
        ),
    )


def _shattering(question: Question) -> Row:
    shallow = question.depth == 2
    bound = shattering(
        question.m,
        question.r,
        question.relative_epsilon,
        activation=question.activation or "any",
        hidden_layers=1 if shallow else None,
    )
    # With one hidden layer M points take W log M >~ M parameters, with many W^2 >~ M.
    faster = "Omega(eps^-(m/r)*log(1/eps)^-1)" if shallow else None
    return _lower(question, "shattering", bound, symbolic_rate=faster, count="dense")


def _entropy(question: Question) -> Row:
    bound = entropy(
        question.m,
        question.r,
        question.relative_epsilon,
        depth=question.depth,
        width=question.width,
        weight_bound=question.weight_bound,
        activation=question.activation or "any",
    )
    return _lower(question, "entropy", bound, count="dense")


def _construction(question: Question) -> Row:
    best = upper_bound(
        question.m, question.r, question.relative_epsilon, question.activation or "any", question.count
    )
    return _upper(question, "construction", best) if best else _no_construction(question, "construction")


def _theorem_2(question: Question) -> Row:
    if question.r != 1:
        return _only_for_r_1(question, "theorem-2")
    m1, m2, epsilon, l1, l2 = _embedding_arguments(question)
    return _lower(question, "theorem-2", embedding_conditional(m1, m2, epsilon, question.k, l1, l2))


def _theorem_3(question: Question) -> Row:
    if question.r != 1:
        return _only_for_r_1(question, "theorem-3")
    arguments = _embedding_arguments(question)
    proved = any_dimension(*arguments)
    stated = any_dimension(*arguments, conditional=True)
    repair = f"selected continuously, without these hypotheses: {abbreviated(proved.value or 0)}, certified"
    return _lower(
        question, "theorem-3", replace(stated, conditions=(*stated.conditions, repair)), count="dense"
    )


def _embedding_continuous(question: Question) -> Row:
    if question.r != 1:
        return _only_for_r_1(question, "embedding-continuous")
    m1, m2, epsilon, l1, l2 = _embedding_arguments(question)
    return _lower(question, "embedding-continuous", embedding(m1, m2, epsilon, question.k, l1, l2))


def _embedding_arguments(question: Question) -> tuple[int, int, Fraction, Fraction, Fraction]:
    m1, m2 = _split(question)
    # A primary that is l2-Lipschitz for M·W is l2/M-Lipschitz for W.
    return m1, m2, question.relative_epsilon, question.l1, question.l2 / question.norm


def _split(question: Question) -> tuple[int, int]:
    assert question.split is not None  # the meta-networks' rows are asked for only then
    return question.split


def _only_for_r_1(question: Question, identifier: str) -> Row:
    return _row(
        question,
        identifier,
        value=None,
        status="refused",
        approximators="embedding methods with Lipschitz primaries",
        conditions=(f"stated and proved for r = 1 only, got r = {question.r}; pass r=1",),
    )


def _theorem_4(question: Question) -> Row:
    m1, _ = _split(question)
    activation, epsilon = question.activation or "any", question.relative_epsilon
    best = primary(m1, question.r, epsilon, activation, question.count)
    as_proved = primary(m1, question.r, epsilon / 3, activation, question.count)
    if best is None or as_proved is None:
        return _no_construction(question, "theorem-4")
    lossy = abbreviated(as_proved.count(question.count))
    note = f"the paper's proof loses a factor 3 in epsilon; with that loss: {lossy}"
    return _upper(question, "theorem-4", replace(best, conditions=(*best.conditions, note)))


def _theorem_5(question: Question) -> Row:
    m1, m2 = _split(question)
    best = total(
        m1,
        m2,
        question.r,
        question.epsilon,
        w=question.w,
        c=question.c,
        norm=question.norm,
        activation=question.activation or "any",
        count=question.count,
    )
    if best is None and question.activation is None:
        return _row(
            question,
            "theorem-5",
            value=None,
            status="void",
            approximators="hypernetworks with a selector in P_{r,w,c}",
            conditions=(
                f"every primary network proved for {m1} variables has more than {DEEPEST_PRIMARY} layers",
            ),
        )
    return _upper(question, "theorem-5", best) if best else _no_construction(question, "theorem-5")


_NETWORK_ROWS: dict[str, Callable[[Question], Row]] = {
    "continuous-selection": _continuous_selection,
    "theorem-1": _theorem_1,
    "shattering": _shattering,
    "entropy": _entropy,
    "construction": _construction,
}
_META_NETWORK_ROWS: dict[str, Callable[[Question], Row]] = {
    "theorem-2": _theorem_2,
    "theorem-3": _theorem_3,
    "embedding-continuous": _embedding_continuous,
    "theorem-4": _theorem_4,
    "theorem-5": _theorem_5,
}
