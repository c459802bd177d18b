"""Rows of an experiment: one for each fit, and what several fits of one kind say together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from bounds.fits.storage import Outcome
from identifiability.errors import InvalidInput

OK, DIVERGED = "ok", "diverged"


@dataclass(frozen=True, slots=True)
class FitRow:
    """One error of one run.

    Attributes
    ----------
    method : str
        What was fitted, or which of a run's errors this is.
    value : int or float
        The depth, dimension, learning rate or width that the experiment varies.
    seed : int
    error : float or None
        None if and only if the run diverged.
    status : {"ok", "diverged"}
    seconds : float
        Of training.
    """

    method: str
    value: int | float
    seed: int
    error: float | None
    status: str
    seconds: float

    def to_json(self, axis: str) -> dict[str, object]:
        """The row for JSON, with the varied number under its name."""
        return {
            "method": self.method,
            axis: self.value,
            "seed": self.seed,
            "error": self.error,
            "status": self.status,
            "seconds": self.seconds,
        }


def fit_row(method: str, value: int | float, seed: int, outcome: Outcome, error: str = "error") -> FitRow:
    """The row for an error of a run, by its name in the outcome."""
    found: Any = outcome[error]
    usable = outcome["status"] == OK and found is not None and math.isfinite(found)
    seconds: Any = outcome["seconds"]
    return FitRow(
        method,
        value,
        seed,
        float(found) if usable else None,
        OK if usable else DIVERGED,
        float(seconds),
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """The runs of one method at one value: those that are ok are averaged, the others counted.

    Attributes
    ----------
    method : str
    value : int or float
    mean : float or None
        Of the errors of the runs that are ok; None if there is none.
    standard_error : float or None
        Of the mean; None for fewer than two runs that are ok.
    ok, diverged : int
        How many runs.
    """

    method: str
    value: int | float
    mean: float | None
    standard_error: float | None
    ok: int
    diverged: int

    @property
    def text(self) -> str:
        """The mean with its standard error, in short."""
        if self.mean is None:
            return "none ok"
        deviation = "" if self.standard_error is None else f" ± {shown(self.standard_error, 1)}"
        return f"{shown(self.mean)}{deviation}"

    def to_json(self, axis: str) -> dict[str, object]:
        """The summary for JSON."""
        return {
            "method": self.method,
            axis: self.value,
            "mean": self.mean,
            "standard_error": self.standard_error,
            "ok": self.ok,
            "diverged": self.diverged,
        }


def summaries(rows: Iterable[FitRow]) -> tuple[Summary, ...]:
    """One summary for each method and value, in the order in which they come.

    Examples
    --------
    >>> rows = [FitRow("embedding", 2, seed, error, "ok", 1.0) for seed, error in enumerate([0.5, 0.7])]
    >>> rows.append(FitRow("embedding", 2, 2, None, "diverged", 1.0))
    >>> print(summaries(rows)[0].text, summaries(rows)[0].diverged)
    0.600 ± 0.1 1
    """
    groups: dict[tuple[str, int | float], list[FitRow]] = {}
    for row in rows:
        groups.setdefault((row.method, row.value), []).append(row)
    return tuple(_summary(group) for group in groups.values())


def _summary(rows: Sequence[FitRow]) -> Summary:
    errors = [row.error for row in rows if row.error is not None]
    return Summary(
        rows[0].method,
        rows[0].value,
        fmean(errors) if errors else None,
        stdev(errors) / math.sqrt(len(errors)) if len(errors) > 1 else None,
        len(errors),
        len(rows) - len(errors),
    )


def mean_of(found: Iterable[Summary], method: str, value: int | float) -> float | None:
    """The mean of one method at one value.

    Raises
    ------
    InvalidInput
        If there is no such summary.
    """
    for one in found:
        if one.method == method and one.value == value:
            return one.mean
    raise InvalidInput(f"there is no run of {method} at {value!r}; pass a method and value that were run")


def shown(number: float, figures: int = 3) -> str:
    """A number of an experiment with so many significant figures.

    Examples
    --------
    >>> shown(0.0123456), shown(1.0), shown(0.6, 2), shown(0.00001)
    ('0.0123', '1.00', '0.60', '1.00e-05')
    """
    text = f"{number:#.{figures}g}"
    return text.removesuffix(".")
