"""What is found of one hypothesis: whether it holds, why, and a witness that can be checked again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Holds = Literal["yes", "no", "unknown"]


class Witness(Protocol):
    """Evidence for a finding, verified from its own numbers alone."""

    def check(self) -> bool:
        """Verify the witness again, in exact or ball arithmetic."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One hypothesis of a theorem, examined for one activation.

    Attributes
    ----------
    name : str
        The hypothesis, by the name that the theorem lists it under.
    holds : {"yes", "no", "unknown"}
        Whether it holds; ``"unknown"`` also where it is no condition on the activation.
    reason : str
        Why, in words.
    witness : Witness or None
        An object with its own ``check()``; ``str(witness)`` says what it proves.
    """

    name: str
    holds: Holds
    reason: str
    witness: Witness | None = None
