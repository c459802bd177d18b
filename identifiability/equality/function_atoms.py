"""Atoms: the functions, pairwise free of symmetries, of which the values of units are combinations.

A *form* is a finite sum of atoms with rational coefficients.  Atom 0 is the constant 1, atoms 1, ..., d are
the inputs, and every other atom is a fixed function of one variable applied to an earlier form.  Its argument
is normalised by the symmetries of the function (sign or scale of the leading coefficient), so that equal
atoms have equal numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from flint import arb, fmpq

from identifiability.exact import ball, power

Form: TypeAlias = "dict[int, fmpq]"
"""Coefficients by the numbers of the atoms, without zeros."""

ONE = 0
"""The number of the constant function 1."""

ExponentialSum: TypeAlias = "tuple[tuple[Fraction, Fraction], ...]"
"""Σ q e^s as pairs (s, q) in increasing order of the exponents s."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A function of one variable, by its kind and parameter, applied to a form.

    Attributes
    ----------
    kind : str
        One of :data:`KINDS`, or ``"input"``.
    argument : tuple of (int, fmpq)
        The form that it is applied to, in increasing order of the atoms.
    parameter : int, Fraction or tuple of pairs, optional
        The index of an input, a power, a positive number κ, or an exponential sum r.
    """

    kind: str
    argument: tuple[tuple[int, fmpq], ...] = ()
    parameter: int | Fraction | ExponentialSum | None = None

    def __hash__(self) -> int:
        # The hash of flint's rationals is that of Fractions, which takes a modular inverse for each.
        numerators = tuple([(number, int(c.p)) for number, c in self.argument])
        return hash((self.kind, numerators, self.parameter))


@dataclass(slots=True)
class AtomTable:
    """Atoms and their numbers; an atom's argument has only atoms of smaller numbers.

    Examples
    --------
    >>> table = AtomTable(2)
    >>> table.number(Atom("erf", ((1, fmpq(1)),))), table.number(Atom("erf", ((1, fmpq(1)),)))
    (3, 3)
    """

    dimension: int
    atoms: list[Atom] = field(default_factory=list)
    numbers: dict[Atom, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.atoms:
            self.atoms = [Atom("one"), *(Atom("input", (), index) for index in range(self.dimension))]
        self.numbers = {atom: number for number, atom in enumerate(self.atoms)}

    def number(self, atom: Atom) -> int:
        """The number of an atom, which is added if it is new."""
        found = self.numbers.get(atom)
        if found is None:
            found = self.numbers[atom] = len(self.atoms)
            self.atoms.append(atom)
        return found

    def is_shallow(self, number: int) -> bool:
        """Whether the atom is a constant, an input, or a function of an affine form of the inputs."""
        return all(index <= self.dimension for index, _ in self.atoms[number].argument)

    def is_constant(self, number: int) -> bool:
        """Whether the atom depends on no input."""
        if 1 <= number <= self.dimension:
            return False
        return all(self.is_constant(index) for index, _ in self.atoms[number].argument)


def _rooted(x: arb, kappa: Any) -> arb:
    return 1 / (1 + ball(kappa) * power(x, 2)).sqrt()


def _exponentials(terms: Any) -> arb:
    return sum((ball(q) * ball(s).exp() for s, q in terms), arb(0))


KINDS: dict[str, Callable[[arb, Any], arb]] = {
    "one": lambda x, _: arb(1),
    "power": lambda x, p: power(x, p),
    "signed power": lambda x, p: x.sgn() * power(x, p),
    "softsign": lambda x, kappa: x / (1 + ball(kappa) * abs(x)),
    "inverse root": lambda x, kappa: x * _rooted(x, kappa),
    "even inverse root": lambda x, kappa: abs(x) * _rooted(x, kappa),
    "clipped exponential": lambda x, _: x.min(arb(0)).expm1(),
    "exponential": lambda x, _: x.exp(),
    "reciprocal": lambda x, _: 1 / x,
    "half tanh": lambda x, _: (x / 2).tanh(),
    "even tanh": lambda x, _: x * (x / 2).tanh(),
    "log sum": lambda x, r: (_exponentials(r) + x.exp()).log(),
    "softplus": lambda x, _: x.exp().log1p(),
    "arctan": lambda x, _: x.atan(),
    "erf": lambda x, _: x.erf(),
    "normal erf": lambda x, _: (x / arb(2).sqrt()).erf(),
    "even erf": lambda x, _: x * (x / arb(2).sqrt()).erf(),
    "sin": lambda x, _: x.sin(),
    "root": lambda x, n: arb(n).sqrt(),
}
"""What each kind is as a function of its argument and parameter, in ball arithmetic:

=====================  ==================================
power                  u^p, p >= 2
signed power           sgn(u) u^p, p >= 1
softsign               u/(1 + κ|u|)
inverse root           u/sqrt(1 + κu^2)
even inverse root      |u|/sqrt(1 + κu^2)
clipped exponential    e^min(u, 0) - 1
half tanh, even tanh   tanh(u/2), u tanh(u/2)
log sum                log(r + e^u)
normal erf, even erf   erf(u/sqrt 2), u erf(u/sqrt 2)
root                   sqrt(n), a constant
=====================  ==================================

and exponential, reciprocal, softplus, arctan, erf and sin are what they are called.
"""


def atom_form(
    table: AtomTable, kind: str, argument: Form, parameter: int | Fraction | ExponentialSum | None = None
) -> Form:
    """One atom as a form; it is added to the table if it is new."""
    return {table.number(Atom(kind, frozen(argument), parameter)): fmpq(1)}


def frozen(form: Form) -> tuple[tuple[int, fmpq], ...]:
    """The form as an argument of an atom."""
    return tuple(sorted(form.items(), key=lambda term: term[0]))


def added(form: Form, other: Mapping[int, fmpq], factor: fmpq) -> None:
    """Add a multiple of another form to a form in place."""
    for number, coefficient in other.items():
        total = form.get(number, 0) + factor * coefficient
        if total == 0:
            form.pop(number, None)
        else:
            form[number] = total


def combined(*terms: tuple[Mapping[int, fmpq], fmpq | int]) -> Form:
    """The sum of multiples of forms."""
    result: Form = {}
    for form, factor in terms:
        added(result, form, fmpq(factor))
    return result


def scaled(form: Mapping[int, fmpq], factor: fmpq | int) -> Form:
    """A multiple of a form."""
    return combined((form, factor))


def constant_form(value: fmpq | int) -> Form:
    """A rational number as a form."""
    return {ONE: fmpq(value)} if value else {}


def leading(form: Mapping[int, fmpq]) -> fmpq:
    """The coefficient of the first atom that is not the constant 1; of that one if it is alone."""
    others = [number for number in form if number != ONE]
    return form[min(others)] if others else form[ONE]


def ball_values(atoms: Sequence[Atom], point: Sequence[Fraction]) -> list[arb]:
    """Enclosures of all atoms at a point, in their order, at the working precision."""
    values: list[arb] = []
    for atom in atoms:
        if atom.kind == "input":
            assert isinstance(atom.parameter, int)
            values.append(ball(point[atom.parameter]))
            continue
        argument = sum((values[number] * arb(c) for number, c in atom.argument), arb(0))
        values.append(KINDS[atom.kind](argument, atom.parameter))
    return values
