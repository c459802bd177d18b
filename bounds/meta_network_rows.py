"""The rows of embedding methods and of hypernetworks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from bounds.headed_rows import headed_row, lower_row, unproved_row, upper_row
from bounds.lower.embedding import embedding, embedding_conditional
from bounds.lower.first_layer import any_dimension
from bounds.question import CUBE, Question
from bounds.row import Row
from bounds.upper.hypernetworks import DEEPEST_PRIMARY, primary, total
from identifiability.exact import abbreviated


def _theorem_2(question: Question) -> Row:
    if question.r != 1:
        return _only_for_r_1(question, "theorem-2")
    m1, m2, epsilon, l1, l2 = _embedding_arguments(question)
    return lower_row(question, "theorem-2", embedding_conditional(m1, m2, epsilon, question.k, l1, l2))


def _theorem_3(question: Question) -> Row:
    if question.r != 1:
        return _only_for_r_1(question, "theorem-3")
    arguments = _embedding_arguments(question)
    proved = any_dimension(*arguments)
    stated = any_dimension(*arguments, conditional=True)
    repair = f"selected continuously, without these hypotheses: {abbreviated(proved.value or 0)}, certified"
    return lower_row(
        question, "theorem-3", replace(stated, conditions=(*stated.conditions, repair)), count="dense"
    )


def _embedding_continuous(question: Question) -> Row:
    if question.r != 1:
        return _only_for_r_1(question, "embedding-continuous")
    m1, m2, epsilon, l1, l2 = _embedding_arguments(question)
    return lower_row(question, "embedding-continuous", embedding(m1, m2, epsilon, question.k, l1, l2))


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
    return headed_row(
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
        return unproved_row(question, "theorem-4")
    lossy = abbreviated(as_proved.count(question.count))
    note = f"the paper's proof loses a factor 3 in epsilon; with that loss: {lossy}"
    return upper_row(question, "theorem-4", replace(best, conditions=(*best.conditions, note)))


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
        return headed_row(
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
    return upper_row(question, "theorem-5", best) if best else unproved_row(question, "theorem-5")


META_NETWORK_ROWS: dict[str, Callable[[Question], Row]] = {
    "theorem-2": _theorem_2,
    "theorem-3": _theorem_3,
    "embedding-continuous": _embedding_continuous,
    "theorem-4": _theorem_4,
    "theorem-5": _theorem_5,
}
