"""What a paper claims of an experiment, and whether the runs at hand agree.

A finding is evidence about these runs: their targets, sizes, optimiser and seeds.  That an error is large
proves nothing about the networks, as training may have failed; that it is small shows one network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bounds.fits.rows import Summary, mean_of, shown

AGREES, DIFFERS, OPEN = "agrees", "does not agree", "no answer"

FALLS = 0.7
"""An error falls if it ends at no more than this share of where it began."""

FLAT = 0.85
"""An error does not fall if it ends at no less than this share of where it began."""

MARGIN = 0.7
"""A method is ahead by a margin if its error is no more than this share of the other's."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim beside what was measured.

    Attributes
    ----------
    claim : str
        What the paper says.
    criterion : str
        What counts here as agreement.
    measured : str
        The numbers.
    verdict : {"agrees", "does not agree", "no answer"}
        Of these runs; "no answer" where a number is missing.
    """

    claim: str
    criterion: str
    measured: str
    verdict: str

    @property
    def text(self) -> str:
        """In one paragraph."""
        return f"{self.claim}: these runs {_WORDS[self.verdict]}. {self.measured} ({self.criterion})."

    def to_json(self) -> dict[str, object]:
        """The finding for JSON."""
        return {
            "claim": self.claim,
            "criterion": self.criterion,
            "measured": self.measured,
            "verdict": self.verdict,
        }


_WORDS = {AGREES: "agree", DIFFERS: "do not agree", OPEN: "give no answer"}


def falls(
    claim: str,
    found: Sequence[Summary],
    method: str,
    axis: str,
    first: float,
    last: float,
    at_most: float = FALLS,
) -> Finding:
    """Whether the error falls from the first to the last value, to at most so many times what it was."""
    ends = (mean_of(found, method, first), mean_of(found, method, last))
    criterion = f"at most {at_most:g} times counts as falling"
    return _ratio(claim, criterion, _path(method, axis, first, last, ends), ends, at_most=at_most)


def stays(claim: str, found: Sequence[Summary], method: str, axis: str, first: float, last: float) -> Finding:
    """Whether the error does not fall from the first to the last value."""
    ends = (mean_of(found, method, first), mean_of(found, method, last))
    criterion = f"at least {FLAT:g} times counts as no improvement"
    return _ratio(claim, criterion, _path(method, axis, first, last, ends), ends, at_least=FLAT)


def falls_at_every_step(
    claim: str, found: Sequence[Summary], method: str, axis: str, values: Sequence[float]
) -> Finding:
    """Whether the error falls, by however little, from each value to the next."""
    means = [mean_of(found, method, value) for value in values]
    shown_means = ", ".join("none ok" if mean is None else shown(mean) for mean in means)
    measured = f"{method}, {axis} {_listed(values)}: {shown_means}"
    known = [mean for mean in means if mean is not None]
    if len(known) < max(2, len(means)):
        verdict = OPEN
    else:
        verdict = AGREES if all(b < a for a, b in pairwise(known)) else DIFFERS
    return Finding(claim, "every step downward, by however little", measured, verdict)


def ahead(
    claim: str,
    found: Sequence[Summary],
    methods: tuple[str, str],
    axis: str,
    values: Sequence[float],
    margin: float = MARGIN,
) -> Finding:
    """Whether the first method's error is below the second's by a margin, at every value."""
    pairs = [[mean_of(found, method, value) for method in methods] for value in values]
    ratios = [one / other for one, other in pairs if one is not None and other]
    parts = ", ".join("none ok" if ratio is None else f"{ratio:.2f}" for ratio in map(_quotient, pairs))
    measured = f"{methods[0]} over {methods[1]}, {axis} {_listed(values)}: {parts}"
    criterion = "below 1" if margin == 1 else f"at most {margin:g}"
    if not pairs or len(ratios) < len(pairs):
        verdict = OPEN
    else:
        good = all(ratio < 1 if margin == 1 else ratio <= margin for ratio in ratios)
        verdict = AGREES if good else DIFFERS
    return Finding(claim, f"{criterion} at each", measured, verdict)


def _quotient(pair: Sequence[float | None]) -> float | None:
    one, other = pair
    return None if one is None or not other else one / other


def _ratio(
    claim: str,
    criterion: str,
    measured: str,
    ends: tuple[float | None, float | None],
    at_most: float | None = None,
    at_least: float | None = None,
) -> Finding:
    first, last = ends
    if first is None or last is None or first <= 0:
        return Finding(claim, criterion, measured, OPEN)
    ratio = last / first
    good = (at_most is None or ratio <= at_most) and (at_least is None or ratio >= at_least)
    return Finding(claim, criterion, f"{measured}, {ratio:.2f} times", AGREES if good else DIFFERS)


def _path(method: str, axis: str, first: float, last: float, ends: tuple[float | None, float | None]) -> str:
    start, stop = ("none ok" if mean is None else shown(mean) for mean in ends)
    return f"{method}, {axis} {first:g} to {last:g}: {start} to {stop}"


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.3g}" for value in values)
