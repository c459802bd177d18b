"""Which rows an answer has."""

from __future__ import annotations

from bounds.headed_rows import heading, trivial_row, void_row
from bounds.meta_network_rows import META_NETWORK_ROWS
from bounds.network_rows import NETWORK_ROWS
from bounds.question import Question
from bounds.row import Row
from identifiability.errors import InvalidInput


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
        return trivial_row(question, identifier)
    if question.lower_epsilon >= 1 and heading(identifier).direction == "lower":
        return void_row(question, identifier)
    return (NETWORK_ROWS | META_NETWORK_ROWS)[identifier](question)


def identifiers(question: Question) -> tuple[str, ...]:
    """The ids of the rows that the question asks for."""
    return tuple(NETWORK_ROWS if question.split is None else NETWORK_ROWS | META_NETWORK_ROWS)
