r"""Normal forms of networks: complete for one hidden layer, sufficient for more.

The outputs of a network are written as sums of atoms with rational coefficients, unit by unit
(:mod:`identifiability.equality.unit_forms`).  Two networks whose forms agree are the same function.

**Completeness.**  Let the arguments of all atoms of a form be affine in the inputs, as they are for one
hidden layer, on R^d or on a box with interior points.  Then the form is the zero function iff all its
coefficients are zero, where powers of equal degree count together and constants are compared as real numbers.

*Proof.*  Restrict to a generic line; different arguments stay different up to the symmetries that were
normalised away, and different hyperplanes meet the line at different points.

1.  At a point where an atom with a breakpoint breaks, the difference of the germs from the right and from the
    left is a combination of s^p (signed powers), λ²s²/(1 − λ²s²) (softsign), s/sqrt(1 + κs²) and e^{λs} − 1.
    These are linearly independent: polynomials, poles at ±1/λ, branch points at ±i/sqrt(κ), entire functions
    with distinct exponents.  So all these coefficients vanish, and what is left is analytic.
2.  Reciprocals have poles at distinct real points.  Half tanh has simple poles with real residues and even
    tanh with imaginary ones, where a log sum of the same argument has a logarithmic branch point; arctan has
    logarithmic branch points and the inverse root algebraic ones.  Among the atoms whose singularities share
    a real part, one argument has them nearest to the real axis and alone, so that the coefficients there
    vanish; induct.
3.  Entire functions are left: powers, exponentials, sines, and erf with Gaussian derivatives.  Up to
    constants, their exponents are distinct polynomials of degree at most two, so that they are independent
    by their growth in complex directions; sines and exponentials of one frequency differ by phases, where
    :math:`\sum_k q_k e^{c_k} = 0` with rational (or i times rational) c_k makes all q_k zero, by
    Lindemann's and Weierstrass' theorem.
4.  Powers: the part of degree j is zero iff its Bombieri norm is,

    .. math:: \Bigl\|\sum_i c_i (w_i \cdot x)^j\Bigr\|^2 = \sum_{i,k} c_i c_k (w_i \cdot w_k)^j,

    an exact test in any dimension, without expanding.  What is left is a constant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import fmpq

from identifiability.equality.constant_sums import is_zero_constant
from identifiability.equality.domains import Box
from identifiability.equality.function_atoms import ONE, Atom, AtomTable, Form, added, combined, frozen
from identifiability.equality.unit_forms import unit_form
from identifiability.equality.value_ranges import REALS, Range, image
from identifiability.errors import Inexact
from identifiability.exact import from_rational, rational
from identifiability.weights import Rationals, SparseRationals, triples

if TYPE_CHECKING:
    from identifiability.network import Network

LARGEST_WORK = 200_000
"""Forms that take more products of coefficients than this are not computed."""

LARGEST_GRAM = 1500
"""So many powers of one degree are compared by their Bombieri norm."""


@dataclass(slots=True)
class Work:
    """A count of products of coefficients, and its limit."""

    limit: int = LARGEST_WORK
    done: int = 0

    def add(self, amount: int) -> None:
        """Count products, and stop when there are too many.

        Raises
        ------
        Inexact
            If the limit is passed.
        """
        self.done += amount
        if self.done > self.limit:
            raise Inexact(f"a normal form takes more than {self.limit} products; compare smaller networks")


def network_forms(
    table: AtomTable, net: Network, box: Box | None = None, work: Work | None = None
) -> list[Form]:
    """The outputs of an exact network as forms.

    Parameters
    ----------
    table : AtomTable
        Of the network's input dimension; new atoms are added.
    net : Network
        Exact.
    box : Box, optional
        The domain; None for R^d.
    work : Work, optional
        What was done so far and may be done.

    Raises
    ------
    Inexact
        If the forms would take too much work.

    Examples
    --------
    >>> from identifiability import Network
    >>> table = AtomTable(2)
    >>> triple = [[1, 0], [0, 1], [-1, -1]]
    >>> plus = network_forms(table, Network([triple, [[1, 1, 1]]], activation="softplus"))
    >>> opposite = [[-x for x in row] for row in triple]
    >>> minus = network_forms(table, Network([opposite, [[1, 1, 1]]], activation="softplus"))
    >>> plus == minus
    True
    """
    work = work or Work()
    forms: list[Form] = [{1 + index: fmpq(1)} for index in range(net.architecture[0])]
    inputs = ranges = box.ranges if box else [REALS] * len(forms)
    for layer, weight in enumerate(net.weights):
        bias = net.biases[layer]
        assert isinstance(weight, Rationals | SparseRationals)
        assert isinstance(bias, Rationals)
        arguments = [_constant(number, bias.denominator) for number in bias.numerators.tolist()]
        values = [
            Range(end, end) for end in (Fraction(n, bias.denominator) for n in bias.numerators.tolist())
        ]
        rows, columns, numerators = triples(weight)
        for row, column, number in zip(rows.tolist(), columns.tolist(), numerators.tolist(), strict=True):
            work.add(1 + len(forms[column]))
            added(arguments[row], forms[column], fmpq(number, weight.denominator))
            if ranges[column] == REALS:
                values[row] = REALS
            elif values[row] != REALS:
                factor = Fraction(number, weight.denominator)
                values[row] = values[row].plus(ranges[column].times(factor))
        if layer == net.depth - 1:
            return arguments
        activation = net.activations[layer]
        work.add(len(arguments) * sum(activation.piece_degrees or (1,)))
        known: dict[Atom, Form] = {}
        forms = []
        values = [
            _affine_range(argument, inputs) or interval
            for argument, interval in zip(arguments, values, strict=True)
        ]
        for argument, interval in zip(arguments, values, strict=True):
            key = Atom("unit", frozen(argument))
            if key not in known:
                known[key] = unit_form(table, activation, argument, interval)
            forms.append(known[key])
        ranges = [image(activation, interval.shortened()) for interval in values]
    raise AssertionError("a network has an output layer")


def _affine_range(form: Form, inputs: Sequence[Range]) -> Range | None:
    """All values of an affine form of the inputs, exactly; None for any other form."""
    if max(form, default=ONE) > len(inputs):
        return None
    if any(number != ONE and inputs[number - 1] == REALS for number in form):
        return REALS
    total = Range(Fraction(0), Fraction(0))
    for number, c in form.items():
        term = Range(Fraction(1), Fraction(1)) if number == ONE else inputs[number - 1]
        total = total.plus(term.times(from_rational(c)))
    return total


def _constant(numerator: int, denominator: int) -> Form:
    return {ONE: fmpq(numerator, denominator)} if numerator else {}


def remainder(table: AtomTable, form: Form) -> Form:
    """What is left of a form when powers whose sum is zero, and constants whose sum is zero, are dropped.

    Nothing is left iff the form is shown to be the zero function.
    """
    kept = dict(form)
    degrees: dict[int, list[int]] = {}
    for number in form:
        atom = table.atoms[number]
        if atom.kind == "power" and isinstance(atom.parameter, int):
            degrees.setdefault(atom.parameter, []).append(number)
    for degree, numbers in degrees.items():
        if len(numbers) > 1 and _bombieri_norm(table, form, numbers, degree) == 0:
            for number in numbers:
                del kept[number]
    constants = {number: c for number, c in kept.items() if table.is_constant(number)}
    if constants and is_zero_constant(table, constants):
        for number in constants:
            del kept[number]
    return kept


def _bombieri_norm(table: AtomTable, form: Form, numbers: list[int], degree: int) -> fmpq | None:
    if len(numbers) > LARGEST_GRAM:
        return None
    vectors = [dict(table.atoms[number].argument) for number in numbers]
    total = fmpq(0)
    for i, first in enumerate(vectors):
        for k in range(i + 1):
            inner = sum((c * vectors[k][n] for n, c in first.items() if n in vectors[k]), fmpq(0))
            term = form[numbers[i]] * form[numbers[k]] * inner**degree
            total += term if i == k else 2 * term
    return total


def is_decisive(table: AtomTable, form: Form) -> bool:
    """Whether the form is known to be a function other than zero, provided that something is left of it.

    All its atoms are functions of affine forms; the constants among them are not compared.
    """
    return all(table.is_shallow(number) for number in form) and any(
        not table.is_constant(number) for number in form
    )


def difference(first: Mapping[int, fmpq], second: Mapping[int, fmpq]) -> Form:
    """The form of the difference."""
    return combined((first, 1), (second, -1))


def affine_value(form: Sequence[tuple[int, fmpq]], point: Sequence[Fraction]) -> Fraction:
    """The value of an affine form of the inputs at a point."""
    total = fmpq(0)
    for number, c in form:
        total += c if number == ONE else c * rational(point[number - 1])
    return from_rational(total)
