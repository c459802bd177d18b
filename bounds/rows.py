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
from bounds.question import CUBE, Question
from bounds.rates import rate
from bounds.row import Direction, Row
from bounds.theorems import theorem
from bounds.upper.hypernetworks import DEEPEST_PRIMARY, primary, total
from bounds.upper.scheme import Architecture, UpperBound
from bounds.upper.schemes import upper_bound
from identifiability.errors import InvalidInput
from identifiability.exact import abbreviated, decimal, digits

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
    return tuple(row(question, identifier) for identifier in identifiers(question))


def row(question: Question, identifier: str) -> Row:
    """The row with this id alone.

    Raises
    ------
    InvalidInput
        If the answer to the question has no such row.
    """
    if identifier not in identifiers(question):
        raise InvalidInput(
            f"the answer has no row {identifier!r}; its rows are {', '.join(identifiers(question))}"
        )
    if question.is_trivial:
        return _trivial(question, identifier)
    if question.lower_epsilon >= 1 and _heading(identifier).direction == "lower":
        return _too_small_a_domain(question, identifier)
    return (_NETWORK_ROWS | _META_NETWORK_ROWS)[identifier](question)


def identifiers(question: Question) -> tuple[str, ...]:
    """The ids of the rows that the question asks for."""
    return tuple(_NETWORK_ROWS if question.split is None else _NETWORK_ROWS | _META_NETWORK_ROWS)


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


def _too_small_a_domain(question: Question, identifier: str) -> Row:
    return _row(
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
        error=best.error * question.upper_radius,
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
    bound = continuous_selection(question.m, question.r, question.lower_epsilon)
    return _lower(question, "continuous-selection", bound)


def _least_dimension(question: Question, factor: int) -> int:
    epsilon = factor * question.lower_epsilon
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
        question.lower_epsilon,
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
        question.lower_epsilon,
        depth=question.depth,
        width=question.width,
        weight_bound=_weight_bound_on_the_cube(question),
        activation=question.activation or "any",
    )
    if bound.value and question.domain != CUBE:
        given, (low, high) = question.weight_bound, map(digits, question.domain)
        assert given is not None  # otherwise there is no bound
        read = (
            f"these are the weights after the change of variables to [-1,1]^m: on [{low}, {high}]^m they lie "
            f"in [-{digits(given)}, {digits(given)}]"
        )
        bound = replace(bound, conditions=(*bound.conditions, read))
    return _lower(question, "entropy", bound, count="dense")


def _weight_bound_on_the_cube(question: Question) -> Fraction | None:
    """The change of variables x = c + s u turns W x + b into s W u + (c W 1 + b)."""
    if question.weight_bound is None:
        return None
    centre = abs(question.domain[0] + question.domain[1]) / 2
    return question.weight_bound * max(question.half_length, 1 + question.m * centre)


def _construction(question: Question) -> Row:
    best = upper_bound(
        question.m, question.r, question.upper_epsilon, question.activation or "any", question.count
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
    # On [-1,1]^m2 the embedding is s l1-Lipschitz, and a primary that is l2-Lipschitz for M·W is
    # l2/M-Lipschitz for W.
    return (
        m1,
        m2,
        question.lower_epsilon,
        question.half_length * question.l1,
        question.l2 / question.lower_radius,
    )


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
    activation, epsilon = question.activation or "any", question.upper_epsilon
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
        norm=question.upper_radius,
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
    if best is not None and question.domain != CUBE:
        read = "the features and the weights of g are those after the change of variables to [-1,1]^m"
        best = replace(best, conditions=(*best.conditions, read))
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
