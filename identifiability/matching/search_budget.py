"""A search that could take for ever stops when its budget is spent."""

from __future__ import annotations

from dataclasses import dataclass

from identifiability.errors import Undecided


@dataclass(slots=True)
class Budget:
    """How many weights a search may still look at."""

    left: int

    def spend(self, amount: int) -> None:
        """Take the amount away.

        Raises
        ------
        Undecided
            If nothing is left.
        """
        self.left -= amount
        if self.left < 0:
            raise Undecided(
                "the search was cut off when its budget was spent, so that nothing is decided; pass a "
                "larger budget"
            )
