"""Proofs that two networks are the same function, and their checks.

A check trusts nothing that a search found.  It takes the certificate's claims (symmetries, normal forms,
lattices, cells) and verifies each of them on the two networks it is given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from flint import arb, ctx, fmpq

from identifiability.equality.cell_replay import proves
from identifiability.equality.domains import Domain, SpanningInputs
from identifiability.equality.function_atoms import Atom, AtomTable, ball_values, frozen
from identifiability.equality.lattice_points import degree_bound, disagreement
from identifiability.equality.linear_regions import Step, is_piecewise_linear
from identifiability.equality.piece_cover import is_cover
from identifiability.equality.rational_pieces import has_rational_pieces
from identifiability.equality.shallow_forms import difference, network_forms, remainder
from identifiability.errors import NetboundsError
from identifiability.exact import ball
from identifiability.network import Network
from identifiability.normal_forms.reduction_steps import Steps
from identifiability.permutations import Permutations, permute
from identifiability.symmetry.group_actions import Element, act

FrozenForm: TypeAlias = "tuple[tuple[int, fmpq], ...]"

_SAMPLES = (Fraction(1, 3), Fraction(4, 7), Fraction(9, 10))


def _fit(f: Network, g: Network) -> bool:
    return f.architecture[0] == g.architecture[0] and f.architecture[-1] == g.architecture[-1]


@dataclass(frozen=True, slots=True)
class SamePermutation:
    """Permutations of hidden units that bring both networks to the same parameters, floats bit for bit.

    Attributes
    ----------
    first, second : tuple of permutations
        For f and for g; empty where nothing is moved.
    """

    first: Permutations = field(default=(), repr=False)
    second: Permutations = field(default=(), repr=False)

    @property
    def theorem(self) -> str:
        """Why this proves equality."""
        return (
            "a permutation of hidden units does not change the function, and carries one network to the other"
        )

    def check(self, f: Network, g: Network) -> bool:
        """Whether the certificate proves that f and g are the same function."""
        try:
            one = permute(f, self.first) if self.first else f
            two = permute(g, self.second) if self.second else g
        except NetboundsError:
            return False
        return one == two or (one.arithmetic != two.arithmetic and one.to_exact() == two.to_exact())


@dataclass(frozen=True, slots=True)
class SameCanonicalForm:
    """Reductions and symmetries that lead both networks to the same network.

    Attributes
    ----------
    domain : Domain
        Where the networks are compared.
    first, second : tuple of Steps and Element
        For f and for g: what is removed, and the permutation, signs and scales that follow.
    """

    domain: Domain
    first: tuple[Steps, Element] = field(repr=False)
    second: tuple[Steps, Element] = field(repr=False)

    @property
    def theorem(self) -> str:
        """Why this proves equality."""
        return "reduction steps and symmetries of the activation lead both networks to the same network"

    def check(self, f: Network, g: Network) -> bool:
        """Whether the certificate proves that f and g are equal on the domain."""
        if not _fit(f, g) or f.architecture[0] != self.domain.dimension:
            return False
        try:
            ends = [
                act(element, steps.apply(self.domain.restricted(net)))
                for net, (steps, element) in ((f, self.first), (g, self.second))
                if steps.box is None
            ]
        except NetboundsError:
            return False
        return len(ends) == 2 and ends[0] == ends[1]


@dataclass(frozen=True, slots=True)
class SameForm:
    """The normal form of both networks.

    The check computes the forms of both networks again, from the splitting of each activation into odd,
    even and homogeneous parts, compares them with what is recorded, and confronts the record with the
    values of both networks in ball arithmetic.

    Attributes
    ----------
    domain : Domain
        Where the networks are compared.
    atoms : tuple of Atom
        The functions of which the outputs are combinations.
    outputs : tuple of forms
        For each output the numbers of atoms and their coefficients, for f.
    """

    domain: Domain
    atoms: tuple[Atom, ...] = field(repr=False)
    outputs: tuple[FrozenForm, ...] = field(repr=False)

    @property
    def theorem(self) -> str:
        """Why this proves equality."""
        return f"both are the same rational combinations of {len(self.atoms)} functions (normal forms)"

    def check(self, f: Network, g: Network) -> bool:
        """Whether the certificate proves that f and g are equal on the domain."""
        if not _fit(f, g) or f.architecture[0] != self.domain.dimension:
            return False
        one, two = self.domain.restricted(f), self.domain.restricted(g)
        table = AtomTable(one.architecture[0])
        try:
            first = network_forms(table, one, self.domain.box)
            second = network_forms(table, two, self.domain.box)
        except NetboundsError:
            return False
        return (
            tuple(table.atoms) == self.atoms
            and tuple(map(frozen, first)) == self.outputs
            and not any(remainder(table, difference(*pair)) for pair in zip(first, second, strict=True))
            and all(self._overlaps(net, sample) for net in (one, two) for sample in _SAMPLES)
        )

    def _overlaps(self, net: Network, sample: Fraction) -> bool:
        """Whether the recorded form and the network can have the same values at a point of the domain."""
        box = self.domain.box
        point = [sample / (index + 1) for index in range(net.architecture[0])]
        if box is not None:
            point = [low + (high - low) * x for low, high, x in zip(box.low, box.high, point, strict=True)]
        with ctx.workprec(256):
            atoms = ball_values(self.atoms, point)
            values = net([ball(x) for x in point])
            for form, value in zip(self.outputs, values, strict=True):
                total = sum((atoms[number] * arb(c) for number, c in form), arb(0))
                if total.is_finite() and not total.overlaps(value):
                    return False
        return True


@dataclass(frozen=True, slots=True)
class SameLatticeValues:
    """Two polynomials of bounded degree that agree at enough points.

    Attributes
    ----------
    domain : Domain
    inputs : SpanningInputs
        The inputs that matter.
    """

    domain: Domain
    inputs: SpanningInputs = field(repr=False)

    @property
    def theorem(self) -> str:
        """Why this proves equality."""
        return (
            "polynomials of degree D that agree at all points of N^r with coordinate sum at most D are equal"
        )

    def check(self, f: Network, g: Network) -> bool:
        """Whether the certificate proves that f and g are equal on the domain."""
        if not _fit(f, g) or f.architecture[0] != self.domain.dimension:
            return False
        one, two = self.domain.restricted(f), self.domain.restricted(g)
        degrees = degree_bound(one), degree_bound(two)
        if degrees[0] is None or degrees[1] is None or not self.inputs.holds(one, two, None):
            return False
        one, two = self.inputs.restricted(one), self.inputs.restricted(two)
        try:
            return disagreement(one, two, max(degrees[0], degrees[1])) is None
        except NetboundsError:
            return False


@dataclass(frozen=True, slots=True)
class SameOnEveryCell:
    """A complete list of cells on which both networks are affine, with the same affine map.

    Attributes
    ----------
    domain : Domain
    inputs : SpanningInputs
        The inputs that matter.
    steps : tuple of Step
        How the domain is cut into cells, with a proof wherever it is not cut.
    cells : int
        How many cells there are.
    """

    domain: Domain
    inputs: SpanningInputs = field(repr=False)
    steps: tuple[Step, ...] = field(repr=False)
    cells: int

    @property
    def theorem(self) -> str:
        """Why this proves equality."""
        return f"both are the same affine map on each of {self.cells} cells that cover the domain"

    def check(self, f: Network, g: Network) -> bool:
        """Whether the certificate proves that f and g are equal on the domain."""
        if not _fit(f, g) or f.architecture[0] != self.domain.dimension:
            return False
        one, two = self.domain.restricted(f), self.domain.restricted(g)
        if not is_piecewise_linear(one) or not is_piecewise_linear(two):
            return False
        box = self.domain.box
        if not self.inputs.holds(one, two, box) or 1 + sum(step is None for step in self.steps) != self.cells:
            return False
        one, two = self.inputs.restricted(one), self.inputs.restricted(two)
        return proves(one, two, self.inputs.box(box), self.steps)


@dataclass(frozen=True, slots=True)
class SameOnEveryPiece:
    """A point of every piece of two networks of one input that matters, and equal rational functions there.

    Attributes
    ----------
    domain : Domain
    inputs : SpanningInputs
        The input that matters.
    samples : tuple of Fraction
        The points.
    """

    domain: Domain
    inputs: SpanningInputs = field(repr=False)
    samples: tuple[Fraction, ...] = field(repr=False)

    @property
    def theorem(self) -> str:
        """Why this proves equality."""
        return f"both are the same rational function on each of {len(self.samples)} intervals"

    def check(self, f: Network, g: Network) -> bool:
        """Whether the certificate proves that f and g are equal on the domain."""
        if not _fit(f, g) or f.architecture[0] != self.domain.dimension:
            return False
        one, two = self.domain.restricted(f), self.domain.restricted(g)
        if not has_rational_pieces(one) or not has_rational_pieces(two):
            return False
        box = self.domain.box
        if len(self.inputs.chosen) != 1 or not self.inputs.holds(one, two, box):
            return False
        one, two = self.inputs.restricted(one), self.inputs.restricted(two)
        try:
            return is_cover(one, two, self.inputs.box(box), self.samples)
        except NetboundsError:
            return False


EqualityCertificate: TypeAlias = (
    SamePermutation | SameCanonicalForm | SameForm | SameLatticeValues | SameOnEveryCell | SameOnEveryPiece
)
"""Any proof that two networks are the same function."""
