"""Closedness of two-layer (parametric) ReLU networks: the network that a uniform limit is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from identifiability.errors import InvalidInput
from identifiability.exact import decimal, decimal_above, digits, fraction
from identifiability.realisation_sets.hinges import (
    Hinged,
    Plane,
    as_network,
    box_supremum,
    read_hinged,
)
from identifiability.realisation_sets.merged_neurons import Group, merged, merges, replaced
from identifiability.realisation_sets.rational_limits import rational_limit
from identifiability.realisation_sets.uniform_convergence import (
    LATEST,
    check_cauchy,
    check_rate,
    is_falling,
    jump_in_limit,
)
from identifiability.realisation_sets.witness import largest_parameter
from identifiability.table import columns, html, latex, latex_text, paragraph

if TYPE_CHECKING:
    from identifiability.network import Network

INDICES = tuple(2**k for k in range(3, 17))
"""The terms that are taken of a sequence given by a function."""

_Part = tuple[Plane, tuple[tuple[int, Plane], ...]]

_HEADER = ("n", "distance to the limit", "largest parameter")


@dataclass(frozen=True, slots=True, eq=False)
class LimitNetwork:
    """The limit of a sequence of networks, as a network of the same architecture, with what was checked.

    Attributes
    ----------
    network : Network
        Exact.
    distances : tuple of (int, Fraction)
        The index n and the exact distance sup |f_n - f| on [-1, 1]^d.
    parameters : tuple of Fraction
        The largest parameter of each of these f_n in absolute value.
    groups : tuple of tuples of int
        The units whose hyperplanes converge to one and were merged, counted from 0; units in no group act
        as affine functions.
    is_identified : bool
        Whether the limit comes from rational functions of n, rather than from the last network.
    bound : Fraction or None
        If a rate was given, the limit is within this distance of ``network``.
    status : str
        ``"conditional"``.
    conditions : tuple of str
        What the answer rests on.
    """

    network: Network
    distances: tuple[tuple[int, Fraction], ...]
    parameters: tuple[Fraction, ...]
    groups: tuple[Group, ...]
    is_identified: bool
    bound: Fraction | None
    conditions: tuple[str, ...]
    status: str = "conditional"

    def _lines(self) -> list[tuple[str, ...]]:
        return [
            (str(n), decimal(distance), decimal(size))
            for (n, distance), size in zip(self.distances, self.parameters, strict=True)
        ]

    def _notes(self) -> list[str]:
        merges = [group for group in self.groups if len(group) > 1]
        notes = [f"largest parameter of the limit: {decimal(largest_parameter(self.network))}"]
        notes += [f"merged units: {', '.join(map(str, group))}" for group in merges]
        notes += [] if self.bound is None else [f"distance to the limit at most {decimal_above(self.bound)}"]
        return notes + [f"{self.status}: {condition}" for condition in self.conditions]

    def __str__(self) -> str:
        notes = [paragraph(note, "  ", "  ") for note in self._notes()]
        return "\n".join([f"limit: {self.network!r}", *notes, columns(_HEADER, self._lines())])

    def to_json(self) -> dict[str, Any]:
        """The answer as JSON carries it: counts and fractions are strings."""
        return {
            "schema": 1,
            "architecture": list(self.network.architecture),
            "groups": [list(group) for group in self.groups],
            "identified": self.is_identified,
            "bound": None if self.bound is None else digits(self.bound),
            "status": self.status,
            "conditions": list(self.conditions),
            "at": [
                {"n": str(n), "distance": digits(distance), "largest_parameter": digits(size)}
                for (n, distance), size in zip(self.distances, self.parameters, strict=True)
            ],
        }

    def to_latex(self) -> str:
        """The distances as a LaTeX tabular; what was checked comes as comments."""
        lines = [tuple(latex_text(cell) for cell in line) for line in self._lines()]
        return latex(_HEADER, lines, comments=self._notes())

    def _repr_html_(self) -> str:
        return html(_HEADER, self._lines(), caption="limit of a sequence of networks", notes=self._notes())


def limit_network(
    sequence: Callable[[int], Network] | Sequence[Network],
    rate: Callable[[int], object] | Sequence[object] | None = None,
) -> LimitNetwork:
    r"""The uniform limit of networks (d, N, 1) with ReLU or parametric ReLU, as a network of that form.

    The set of realisations is closed in C([-1, 1]^d): if :math:`f_n \to f` uniformly, then f is realised
    with the same number of neurons, even if the weights of the f_n explode.

    Parameters
    ----------
    sequence : callable or sequence of Network
        ``sequence(n)`` for n = 8, 16, ..., 65536, or networks f_1, f_2, ... in order.  Unit i of each is the
        same unit.  A float weight is the binary fraction that it is.
    rate : callable or sequence of numbers, optional
        ``rate(n)`` >= sup |f_n - f|; a sequence of networks needs one, with a number for each.

    Returns
    -------
    LimitNetwork

    Raises
    ------
    InvalidInput
        If the sequence is not uniformly Cauchy at the terms that were taken, or not at the given rate; the
        reason says by how much, and what jumps in the limit.
    InvalidNetwork
        If a term is not such a network, or two differ in architecture or activation.

    Notes
    -----
    The proof is the algorithm.  Neurons whose hyperplanes converge to one form a group.  Left and right of
    it a group is affine; uniform convergence makes the difference of these two affine functions converge to
    one that vanishes on the hyperplane, that is to one hinge.  Neurons whose hyperplanes leave the cube are
    affine in the limit.  If every group is a single neuron and none leaves, all weights converge;
    otherwise one neuron is left over, which, active on the whole cube, carries the affine part.

    The limit of each number is that of the rational function of n which goes through the terms, if there is
    one that fewer terms determine; otherwise the last network with its groups merged is the answer.
    Distances are exact suprema over the vertices of the arrangement.  Finitely many terms do not determine
    a limit, so the status is conditional.

    References
    ----------
    Petersen, Raslan & Voigtlaender, Unfavorable structural properties of the set of neural networks with
    fixed architecture, Theorem 5.

    Examples
    --------
    >>> from identifiability.network import Network
    >>> def exploding(n):
    ...     return Network([[[1, 2], [1, 2]], [[n + 3, -n]]], [[0, Fraction(-1, n**2)], [1]])
    >>> found = limit_network(exploding)
    >>> found.network([[1, 0], [-1, 0]]).ravel()
    array([Fraction(4, 1), Fraction(1, 1)], dtype=object)
    >>> found.groups, found.distances[-1]
    (((0, 1),), (65536, Fraction(1, 65536)))

    What converges in L^p only is refused:

    >>> tilted = lambda n: Network([[[1, Fraction(1, n)], [1, 0]], [[n, -n]]])
    >>> limit_network(tilted)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    identifiability.errors.InvalidInput: the sequence is not uniformly Cauchy: ... jump by x2 in the limit...
    """
    terms, bounds = _terms(sequence, rate)
    forms = [(n, read_hinged(net)) for n, net in terms]
    first = terms[0][1]
    for _, net in terms:
        if net.architecture != first.architecture or net.activations != first.activations:
            raise InvalidInput(f"the networks of a sequence have one architecture, got {first!r} and {net!r}")
    steps = [(later, box_supremum(g.minus(f))) for (_, f), (later, g) in pairwise(forms)]
    if bounds is None:
        check_cauchy(steps, forms)
    else:
        check_rate(steps, bounds, forms)
    for groups in merges(forms[-1][1]):
        answer = _limit(forms, groups, bounds)
        if answer is None:
            continue
        form, identified, distances = answer
        units = first.widths[0]
        try:
            network = as_network(form, first.activations[0], units)
        except InvalidInput:
            continue
        parameters = tuple(largest_parameter(net.to_exact()) for _, net in terms)
        bound = (
            None
            if bounds is None
            else min(b + distance for b, (_, distance) in zip(bounds, distances, strict=True))
        )
        return LimitNetwork(
            network,
            tuple(distances),
            parameters,
            groups,
            identified,
            bound,
            _conditions(identified, bounds is not None, terms),
        )
    raise InvalidInput(
        f"no way to merge the {first.widths[0]} neurons tends to the sequence at n = {forms[-1][0]}; "
        f"{jump_in_limit(forms, steps[-1][1] if steps else Fraction(0))}; "
        "pass a sequence that converges uniformly"
    )


def _conditions(identified: bool, has_rate: bool, terms: Sequence[tuple[int, Network]]) -> tuple[str, ...]:
    seen = f"at the {len(terms)} terms up to n = {terms[-1][0]}"
    found = [f"the sequence is uniformly Cauchy, as it is {seen}"]
    if has_rate:
        found = ["the rate that was given"]
    if identified:
        found.append(f"hinges and affine part are the rational functions of n that they are {seen}")
    return tuple(found)


def _terms(
    sequence: Callable[[int], Network] | Sequence[Network],
    rate: Callable[[int], object] | Sequence[object] | None,
) -> tuple[list[tuple[int, Network]], list[Fraction] | None]:
    if callable(sequence):
        terms = [(n, sequence(n)) for n in INDICES]
    elif isinstance(sequence, Iterable):
        terms = list(enumerate(sequence, 1))
    else:
        raise InvalidInput(f"a sequence is a function of n or a list of networks, got {sequence!r}")
    if not terms:
        raise InvalidInput("the sequence is empty; pass at least one network")
    if rate is None:
        if not callable(sequence):
            raise InvalidInput("a list of networks needs rate=, a bound on sup |f_n - f| for each of them")
        return terms, None
    given = [rate(n) for n, _ in terms] if callable(rate) else list(rate)
    if len(given) != len(terms):
        raise InvalidInput(f"there are {len(terms)} networks but {len(given)} rates; pass one for each")
    bounds = [fraction(value, "a rate") for value in given]
    if min(bounds) < 0:
        raise InvalidInput(
            f"a rate bounds a distance from above, got {digits(min(bounds))}; pass numbers >= 0"
        )
    return terms, bounds


def _limit(
    forms: list[tuple[int, Hinged]], groups: tuple[Group, ...], bounds: list[Fraction] | None
) -> tuple[Hinged, bool, list[tuple[int, Fraction]]] | None:
    """The limit if these neurons are merged, or None if the sequence does not tend to it."""
    parts = [merged(form, groups) for _, form in forms]
    if bounds is None:
        late = zip(forms[-LATEST:], parts[-LATEST:], strict=True)
        if not is_falling([box_supremum(form.minus(replaced(*part))) for (_, form), part in late]):
            return None
    exact = _exact_limit([n for n, _ in forms], parts)
    for form, identified in ((exact, True), (replaced(*parts[-1]), False)):
        if form is not None:
            distances = [(n, box_supremum(f.minus(form))) for n, f in forms]
            sizes = [size for _, size in distances]
            if bounds is None:
                fits = not identified or is_falling(sizes)
            elif identified:
                fits = all(size <= bound for size, bound in zip(sizes, bounds, strict=True))
            else:
                fits = sizes[-1] <= bounds[-1]
            if fits:
                return form, identified, distances
    return None


def _exact_limit(indices: list[int], parts: Sequence[_Part]) -> Hinged | None:
    affine = _plane_limit(indices, [plane for plane, _ in parts])
    hinges = []
    for k, (sign, _) in enumerate(parts[-1][1]):
        # The sign of a hinge may change along the sequence, while the jump is rational in n.
        jumps = [part[1][k][1].times(Fraction(part[1][k][0])) for part in parts]
        jump = _plane_limit(indices, jumps)
        if jump is None:
            return None
        hinges.append((sign, jump.times(Fraction(sign))))
    return None if affine is None else replaced(affine, hinges)


def _plane_limit(indices: list[int], planes: list[Plane]) -> Plane | None:
    entries = zip(*((*plane.slope, plane.shift) for plane in planes), strict=True)
    found = [rational_limit(indices, entry) for entry in entries]
    known = [value for value in found if value is not None]
    return Plane(tuple(known[:-1]), known[-1]) if len(known) == len(found) else None
