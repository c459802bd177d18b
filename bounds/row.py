"""One row of an answer: a bound with its rate, its number and its proof status."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from bounds.rates import Rate
from bounds.upper.scheme import Architecture

Direction = Literal["lower", "upper"]


@dataclass(frozen=True, slots=True)
class Row:
    """One bound on one number of parameters.

    Attributes
    ----------
    id : str
        Which bound, for instance ``"continuous-selection"``.
    quantity : str
        Whose parameters are counted: ``"N_f"`` a network's, ``"N_q"`` the primary network's of an
        embedding method, ``"N_g"`` a hypernetwork's primary's, ``"N_f (hypernetwork)"`` those of the
        network f that emits the primary's parameters.
    direction : str
        ``"lower"``: at least ``value`` are needed; ``"upper"``: ``value`` suffice.
    rate : Rate
        How the number grows as ε → 0, at this row's m and r.
    value : int or None
        The number; None where no constant is proved.
    count : str
        ``"trainable"``, ``"nonzero"`` or ``"dense"``.
    status : str
        ``certified``, ``constructed``, ``conditional``, ``rate-only``, ``void`` or ``refused``.
    approximators : str
        The class of approximators that the row speaks of.
    conditions : tuple of str
        What the row stands on, and what else is to be said of it.
    source : str
        Where the theorem is stated and proved.
    architecture : Architecture or None
        For upper rows: the network's depth, widths and units.
    error : Fraction or None
        For upper rows: the proved error, at most ε.
    """

    id: str
    quantity: str
    direction: Direction
    rate: Rate
    value: int | None
    count: str
    status: str
    approximators: str
    conditions: tuple[str, ...]
    source: str
    architecture: Architecture | None = None
    error: Fraction | None = None
