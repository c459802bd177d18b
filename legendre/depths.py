r"""Depth 2 against depth 3 for the same function, the same error and the same bound on the weights.

Depth-3 networks are uniformly close, depth-2 networks in L2 of the two spheres.  The measures have total
mass 1, so that

.. math:: \|F - N\|_{L^2} \le \max_{|x| = |x'| = 1} |F(x, x') - N(x, x')| ,

and a depth-3 network that is within epsilon everywhere competes with the depth-2 networks that are within
epsilon in L2: it is as close as they are, or closer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from identifiability.errors import InvalidInput
from identifiability.exact import decimal_below, digits, leading_place
from identifiability.table import columns, html, latex, latex_text, paragraph
from legendre.depth2_questions import read_question
from legendre.depth3_plans import plan
from legendre.depth_rows import HEADER, SeparationRow
from legendre.polynomials import read_dimension
from legendre.width import depth2_width

MOST_DIMENSIONS = 1_000
"""Longer lists of dimensions are refused."""

ROOT_FIGURES = 40
"""Decimal figures of a root that is irrational."""


@dataclass(frozen=True, slots=True)
class Separation:
    """Depth 2 against depth 3 in several dimensions; ``str`` of it is what the command prints.

    Attributes
    ----------
    target : str
        The function f of F(x, x') = f(<x, x'>).
    epsilon_squared : Fraction
        The square of the L2 error that is allowed at depth 2.
    epsilon : Fraction
        The uniform error of the depth-3 networks: its square is at most ``epsilon_squared``.
    weight_bound : str
        B, as it was given.
    method : str
        That of the depth-2 bound.
    rows : tuple of SeparationRow
        By dimension.
    """

    target: str
    epsilon_squared: Fraction
    epsilon: Fraction
    weight_bound: str
    method: str
    rows: tuple[SeparationRow, ...]

    @property
    def settled_from(self) -> int | None:
        """The least d from which on, within the list, depth 3 is proved to be narrower."""
        return _from([(row.d, row.settled) for row in self.rows])

    @property
    def smaller_from(self) -> int | None:
        """The least d from which on, within the list, it is proved to have fewer parameters, too."""
        return _from([(row.d, row.settled and row.smaller) for row in self.rows])

    def row(self, d: int) -> SeparationRow:
        """The row of one dimension.

        Raises
        ------
        InvalidInput
            If the dimension is not in the list.
        """
        wanted = read_dimension(d)
        for row in self.rows:
            if row.d == wanted:
                return row
        known = _listed([row.d for row in self.rows])
        raise InvalidInput(f"dimension {wanted} is not in the list; pass one of {known}")

    @property
    def heading(self) -> str:
        """What is compared."""
        return (
            f"Depth 2 against depth 3 for F(x, x') = f(<x, x'>), f(t) = {self.target}, on two unit spheres "
            f"of R^d: ReLU networks with weights and biases in [-B, B], B = {self.weight_bound}, within "
            f"ε {'=' if self._is_exact else '≈'} {decimal_below(self.epsilon)} of F"
        )

    @property
    def _is_exact(self) -> bool:
        return Fraction(decimal_below(self.epsilon)) ** 2 == self.epsilon_squared

    @property
    def statement(self) -> str:
        """What is proved, in words."""
        settled = [row.d for row in self.rows if row.settled]
        if not settled:
            return self._unsettled
        since, fewer = self.settled_from, self.smaller_from
        if len(self.rows) == 1:
            within, parameters = "", "" if fewer is None else " and has fewer parameters"
        else:
            within = "" if since is None else f"; within this list, that is so from d = {since} on"
            parameters = "" if fewer is None else f", and from d = {fewer} on it has fewer parameters, too"
        return (
            f"Proved for d = {_listed(settled)}: depth 3 is narrower{within}{parameters}. Every depth-2 "
            "network within ε of F in L2 has at least the first width (certified), and a depth-3 network "
            "of the second width, its wider hidden layer, is within ε of F everywhere (constructed)."
        )

    @property
    def _unsettled(self) -> str:
        found = [row for row in self.rows if row.narrower]
        if not found:
            return (
                "Nothing is settled: for no d of the list is the bound on depth 2 larger than the width at "
                "depth 3. This does not say that depth 2 is as good."
            )
        statuses = {row.depth3.status for row in found}
        believed = ", and the bounds of the callable are believed" if "conditional" in statuses else ""
        return (
            f"Not proved: for d = {_listed([row.d for row in found])} the bound on depth 2 is larger than "
            f"the width at depth 3 ({' and '.join(sorted(statuses))}), but it was computed in floating "
            f"point (evidence){believed}."
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be said of the numbers."""
        explanations = dict.fromkeys(row.depth2.explanation for row in self.rows)
        return (
            self.statement,
            *(f"depth 2, method {self.method}: {explanation}." for explanation in explanations),
            "factor: width at depth 2 over width at depth 3, rounded down; below 1 nothing follows.",
            "parameters: all entries of matrices and biases, (2d+2)r + 1 at depth 2 for r neurons.",
        )

    def __str__(self) -> str:
        table = columns(HEADER, [row.cells for row in self.rows])
        return "\n".join([paragraph(self.heading), "", table, "", *map(_note, self.notes)])

    def to_json(self) -> dict[str, object]:
        """The answer as a dictionary for JSON: integers and fractions are strings."""
        return {
            "schema": 1,
            "inputs": {
                "target": self.target,
                "d": [digits(row.d) for row in self.rows],
                "epsilon_squared": digits(self.epsilon_squared),
                "weight_bound": self.weight_bound,
                "method": self.method,
            },
            "epsilon": digits(self.epsilon),
            "rows": [row.to_json() for row in self.rows],
            "settled_from": None if self.settled_from is None else digits(self.settled_from),
            "fewer_parameters_from": None if self.smaller_from is None else digits(self.smaller_from),
            "statement": self.statement,
            "notes": list(self.notes[1:]),
        }

    def to_latex(self) -> str:
        """The rows as a LaTeX ``tabular`` that needs no package."""
        header = [latex_text(title) for title in HEADER]
        comments = [line for note in (self.heading, *self.notes) for line in paragraph(note).split("\n")]
        return latex(header, [row.latex_cells for row in self.rows], comments=comments)

    def _repr_html_(self) -> str:
        """The answer as a notebook shows it."""
        return html(HEADER, [row.cells for row in self.rows], self.heading, self.notes)


def separation(
    target: object,
    d: object,
    epsilon: object,
    weight_bound: object,
    method: str = "box",
    error: str = "norm",
    certified: bool = True,
) -> Separation:
    r"""How much wider than a depth-3 network all depth-2 networks are, at the same error and weight bound.

    .. math:: \min\{\text{width of } N_2 : \|F - N_2\|_{L^2} \le \varepsilon\} \ge r, \qquad
              \max |F - N_3| \le \varepsilon, \quad \text{width of } N_3 = w

    for ReLU networks N_2 of depth 2 and N_3 of depth 3 with all weights and biases in [-B, B]: depth 3 is
    narrower where r > w.

    Parameters
    ----------
    target : Target
        The function f of F(x, x') = f(<x, x'>), for instance ``legendre.sine("pi*d^3")``.
    d : int or iterable of int
        The dimensions, each at least 2; they are sorted.
    epsilon : number
        The error allowed, > 0, exact.
    weight_bound : number or str
        B > 0: a number, or a formula in d such as ``"2^d"``.
    method : str
        That of :func:`legendre.depth2_width`.
    error : {"norm", "squared"}
        Whether epsilon is the norm of the error or its square; of the square, depth 3 has the root, or a
        rational number a little below it.
    certified : bool
        Whether the bounds on depth 2 are established in ball arithmetic; otherwise they are evidence.

    Returns
    -------
    Separation

    Raises
    ------
    InvalidInput
        If an argument is outside its domain, or no Lipschitz constant of the target is known.
    Inexact
        If a certified bound is asked for a callable.

    References
    ----------
    Daniely, Depth Separation for Neural Networks (2017), Theorems 3 and 4.

    Examples
    --------
    >>> from legendre.targets import sine
    >>> found = separation(sine("pi*d^3"), range(2, 5), epsilon="0.0165", weight_bound="2^d")
    >>> [(row.depth2.width, row.depth3.width, row.settled) for row in found.rows]
    [(51, 180, False), (769, 600, True), (11495, 1416, True)]
    >>> found.settled_from
    3
    """
    rows = tuple(separation_rows(target, d, epsilon, weight_bound, method, error, certified))
    return collected(rows, weight_bound)


def separation_rows(
    target: object,
    d: object,
    epsilon: object,
    weight_bound: object,
    method: str = "box",
    error: str = "norm",
    certified: bool = True,
) -> Iterator[SeparationRow]:
    """The rows of :func:`separation` one by one; all dimensions are read before the first one."""
    dimensions = _dimensions(d)
    questions = [read_question(target, one, epsilon, weight_bound, error) for one in dimensions]
    for question in questions:
        norm = root_below(question.epsilon_squared)
        sizes = [
            plan(target, question.d, norm, construction, question.weight_bound)
            for construction in ("smooth", "slides")
        ]
        bound = depth2_width(target, question.d, epsilon, weight_bound, method, error, certified)
        yield SeparationRow(bound, *sizes)


def collected(rows: tuple[SeparationRow, ...], weight_bound: object) -> Separation:
    """The rows of one question together, with the weight bound as it was given."""
    first = rows[0].depth2
    formula = weight_bound.strip() if isinstance(weight_bound, str) else digits(first.weight_bound)
    square = first.epsilon_squared
    return Separation(first.target, square, root_below(square), formula, first.method, rows)


def root_below(square: Fraction) -> Fraction:
    """The square root of a positive fraction, or else a decimal of forty figures a little below it.

    Examples
    --------
    >>> root_below(Fraction(1, 9)), float(root_below(Fraction(2)))
    (Fraction(1, 3), 1.4142135623730951)
    """
    top, bottom = math.isqrt(square.numerator), math.isqrt(square.denominator)
    if top * top == square.numerator and bottom * bottom == square.denominator:
        return Fraction(top, bottom)
    unit = Fraction(10) ** (leading_place(square) // 2 - ROOT_FIGURES)
    return math.isqrt(math.floor(square / unit**2)) * unit


def _dimensions(d: object) -> list[int]:
    if isinstance(d, (str, bytes, Mapping)) or not isinstance(d, Iterable) or getattr(d, "ndim", 1) == 0:
        return [read_dimension(d)]
    given = list(islice(d, MOST_DIMENSIONS + 1))
    if not given:
        raise InvalidInput("d is an empty list; pass at least one dimension, such as [5]")
    if len(given) > MOST_DIMENSIONS:
        raise InvalidInput(f"d has more than {MOST_DIMENSIONS} entries; pass fewer")
    return sorted({read_dimension(one) for one in given})


def _from(facts: list[tuple[int, bool]]) -> int | None:
    """The least d from which on all facts hold."""
    since = None
    for d, holds in reversed(facts):
        if not holds:
            break
        since = d
    return since


def _listed(numbers: list[int]) -> str:
    """A list for people, with runs of consecutive numbers."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [str(run[0]) if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in runs]
    return ", ".join(parts if len(parts) <= 12 else [*parts[:10], "...", parts[-1]])


def _note(text: str) -> str:
    return paragraph(text, rest="    ")
