"""The rows of a network: what it needs and what suffices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from bounds.headed_rows import headed_row, lower_row, unproved_row, upper_row
from bounds.lower.continuous_selection import continuous_selection
from bounds.lower.entropy import entropy
from bounds.lower.shattering import shattering
from bounds.question import CUBE, Question
from bounds.row import Row
from bounds.upper.schemes import upper_bound
from identifiability.exact import abbreviated, digits


def _continuous_selection(question: Question) -> Row:
    bound = continuous_selection(question.m, question.r, question.lower_epsilon)
    return lower_row(question, "continuous-selection", bound)


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
    return headed_row(
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
    return lower_row(question, "shattering", bound, symbolic_rate=faster, count="dense")


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
    return lower_row(question, "entropy", bound, count="dense")


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
    return upper_row(question, "construction", best) if best else unproved_row(question, "construction")


NETWORK_ROWS: dict[str, Callable[[Question], Row]] = {
    "continuous-selection": _continuous_selection,
    "theorem-1": _theorem_1,
    "shattering": _shattering,
    "entropy": _entropy,
    "construction": _construction,
}
