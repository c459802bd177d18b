r"""The value of one unit as a form: σ(E) written by atoms whose arguments are normalised.

Every activation splits into functions that are odd or even, or that scale, and an affine part:

.. math::
    \mathrm{relu}(u) &= \tfrac12 u + \tfrac12 |u|, \qquad
    \mathrm{prelu}_a(u) = \tfrac{1+a}{2} u + \tfrac{|1-a|}{2} |u|, \\
    \mathrm{hard\_tanh}(u) &= \tfrac12 |u+1| - \tfrac12 |u-1|, \qquad
    \mathrm{clipped\_relu}(u) = \tfrac12 + \tfrac12 |u| - \tfrac12 |u-1|, \\
    \mathrm{repu}_p(u) &= \tfrac12 u^p + \tfrac12 \mathrm{sgn}(u)\,u^p, \qquad
    \mathrm{elu}(u) = \mathrm{relu}(u) + e^{\min(u,0)} - 1, \\
    \mathrm{isrlu}_a(u) &= \tfrac12 u + \tfrac12 |u| + \tfrac12 \frac{u - |u|}{\sqrt{1 + a u^2}}, \\
    \mathrm{sigmoid}(u) &= \tfrac12 + \tfrac12 \tanh\tfrac u2, \qquad
    \mathrm{softplus}(u + b) = b + \log(e^{-b} + e^u), \\
    \mathrm{silu}(u) &= \tfrac12 u + \tfrac12 u \tanh\tfrac u2, \qquad
    \mathrm{gelu}(u) = \tfrac12 u + \tfrac12 u\,\mathrm{erf}\tfrac{u}{\sqrt2}.

Where the argument is known to keep its sign, a function with a breakpoint at 0 is the analytic function that
it is on that side.  Three compositions are rewritten as well, c any number:

.. math::
    \frac{v}{1+|v|} &= \frac{c\,u}{1+(κ+|c|)|u|}, & v &= \frac{c\,u}{1+κ|u|}, \\
    \frac{v}{\sqrt{1+av^2}} &= \frac{c\,u}{\sqrt{1+(κ+ac^2)u^2}}, & v &= \frac{c\,u}{\sqrt{1+κu^2}}, \\
    \frac{1}{α + c/u} &= \frac1α - \frac{c}{α}\,\frac{1}{αu + c}.

:mod:`identifiability.equality.softplus_forms` has those of softplus.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb

from flint import fmpq, fmpz

from identifiability.activations import Activation
from identifiability.equality.function_atoms import (
    ONE,
    Atom,
    AtomTable,
    Form,
    added,
    atom_form,
    combined,
    constant_form,
    leading,
    scaled,
)
from identifiability.equality.softplus_forms import softplus_form
from identifiability.equality.value_ranges import Range
from identifiability.errors import Inexact
from identifiability.exact import from_rational, rational
from identifiability.normal_forms.ranges import affine_pieces

HALF = fmpq(1, 2)

LONGEST_POWER = 2**18
"""Powers of rational numbers are refused when they would have more bits than this."""


def unit_form(table: AtomTable, activation: Activation, argument: Form, values: Range) -> Form:
    """σ of a form whose values lie in a range; new atoms are added to the table.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> from identifiability.equality.value_ranges import REALS
    >>> table = AtomTable(1)
    >>> unit_form(table, activation("relu"), {1: fmpq(-2)}, REALS)
    {1: -1, 2: 1}
    >>> table.atoms[2]
    Atom(kind='signed power', argument=((1, 1),), parameter=1)
    """
    name = activation.name
    degree = max(activation.piece_degrees or (1,))
    if degree * max((c.height_bits() for c in argument.values()), default=1) > LONGEST_POWER:
        raise Inexact(f"a value of {activation} takes more than {LONGEST_POWER} bits; enclose it in balls")
    if set(argument) <= {ONE}:
        value = argument.get(ONE, fmpq(0))
        values = Range(from_rational(value), from_rational(value))
        if activation.is_rational:
            return constant_form(rational(activation.exact(from_rational(value))))
    for piece in affine_pieces(activation):
        if _inside(values, piece.low, piece.high):
            return combined((argument, rational(piece.slope)), ({ONE: fmpq(1)}, rational(piece.intercept)))
    parameter = activation.parameters[0][1] if activation.parameters else None
    if isinstance(parameter, tuple):
        powers = [(power(table, argument, k), rational(c)) for k, c in enumerate(parameter) if c]
        return combined(*powers)
    if isinstance(parameter, int):
        both = power(table, argument, parameter), _signed_power(table, argument, parameter, values)
        return combined((both[0], HALF), (both[1], HALF))
    if name in _ODD:
        scale, kind = _ODD[name]
        return _odd(table, kind, scaled(argument, scale))
    if name in _EVEN:
        return combined((argument, HALF), (_even(table, *_EVEN[name], argument), HALF))
    match name:
        case "relu":
            return combined((argument, HALF), (_absolute(table, argument, values), HALF))
        case "prelu":
            assert isinstance(parameter, Fraction)
            slope = rational(parameter)
            corner = _absolute(table, argument, values)
            return combined((argument, (1 + slope) / 2), (corner, abs(1 - slope) / 2))
        case "hard_tanh" | "clipped_relu":
            low, high = activation.breakpoints
            lower, upper = (_absolute(table, *_shifted(argument, values, -end)) for end in (low, high))
            middle = rational((low + high) / 2)
            return combined(({ONE: fmpq(1)}, middle), (lower, HALF), (upper, -HALF))
        case "sigmoid":
            return combined((_odd(table, "half tanh", argument), HALF), ({ONE: fmpq(1)}, HALF))
        case "softsign":
            return _softsign(table, argument, values)
        case "isru":
            assert isinstance(parameter, Fraction)
            return _inverse_root(table, argument, rational(parameter))
        case "isrlu":
            assert isinstance(parameter, Fraction)
            return _isrlu(table, argument, rational(parameter), values)
        case "elu":
            return _elu(table, argument, values)
        case "softplus":
            return softplus_form(table, argument)
    raise AssertionError(f"no form is known for {name}")


_ODD = {"tanh": (2, "half tanh"), "arctan": (1, "arctan"), "erf": (1, "erf"), "sin": (1, "sin")}
_EVEN = {"silu": ("even tanh", "half tanh"), "gelu": ("even erf", "normal erf")}


def _inside(values: Range, low: Fraction | None, high: Fraction | None) -> bool:
    above = low is None or (values.low is not None and values.low >= low)
    return above and (high is None or (values.high is not None and values.high <= high))


def _shifted(argument: Form, values: Range, by: Fraction) -> tuple[Form, Range]:
    return combined((argument, 1), ({ONE: fmpq(1)}, rational(by))), values.plus(Range(by, by))


def _single(table: AtomTable, form: Form, kind: str) -> tuple[Atom, fmpq] | None:
    """The atom and the coefficient of a form that is a multiple of one atom of the kind."""
    if len(form) != 1:
        return None
    ((number, coefficient),) = form.items()
    atom = table.atoms[number]
    return (atom, coefficient) if atom.kind == kind else None


def _odd(table: AtomTable, kind: str, argument: Form) -> Form:
    if not argument:
        return {}
    sign = 1 if leading(argument) > 0 else -1
    return scaled(atom_form(table, kind, scaled(argument, sign)), sign)


def _even(table: AtomTable, kind: str, factor: str, argument: Form) -> Form:
    """u times an odd function of u, which for a number u is a multiple of its value."""
    if set(argument) <= {ONE}:
        return scaled(_odd(table, factor, argument), argument.get(ONE, fmpq(0)))
    return atom_form(table, kind, scaled(argument, 1 if leading(argument) > 0 else -1))


def power(table: AtomTable, argument: Form, exponent: int) -> Form:
    """An integer power, with the rational constant of the form expanded by the binomial theorem."""
    if exponent <= 1:
        return argument if exponent else {ONE: fmpq(1)}
    shift = argument.get(ONE, fmpq(0))
    rest = {number: c for number, c in argument.items() if number != ONE}
    if not rest:
        return constant_form(shift**exponent)
    lead = leading(rest)
    base = scaled(rest, 1 / lead)
    result: Form = {}
    for j in range(exponent + 1):
        factor = comb(exponent, j) * shift ** (exponent - j) * lead**j
        if factor:
            added(result, _monomial(table, base, j), factor)
    return result


def _monomial(table: AtomTable, base: Form, exponent: int) -> Form:
    if exponent <= 1:
        return base if exponent else {ONE: fmpq(1)}
    inner = _single(table, base, "power")
    if inner is not None:
        assert isinstance(inner[0].parameter, int)
        return atom_form(table, "power", dict(inner[0].argument), inner[0].parameter * exponent)
    return atom_form(table, "power", base, exponent)


def _signed_power(table: AtomTable, argument: Form, exponent: int, values: Range) -> Form:
    if values.is_nonnegative or values.is_nonpositive:
        return scaled(power(table, argument, exponent), 1 if values.is_nonnegative else -1)
    lead = leading(argument)
    sign = 1 if lead > 0 else -1
    return scaled(
        atom_form(table, "signed power", scaled(argument, 1 / lead), exponent), sign * lead**exponent
    )


def _absolute(table: AtomTable, argument: Form, values: Range) -> Form:
    return _signed_power(table, argument, 1, values)


def _softsign(table: AtomTable, argument: Form, values: Range) -> Form:
    inner = _single(table, argument, "softsign")
    if inner is not None:
        atom, c = inner
        assert isinstance(atom.parameter, Fraction)
        kappa = atom.parameter + abs(from_rational(c))
        return scaled(atom_form(table, "softsign", dict(atom.argument), kappa), c)
    if values.is_nonnegative or values.is_nonpositive:
        # u/(1 + su) = s - s/(1 + su) with s the sign of u.
        sign = 1 if values.is_nonnegative else -1
        below = combined(({ONE: fmpq(1)}, 1), (argument, sign))
        return combined(({ONE: fmpq(1)}, sign), (_reciprocal(table, below), -sign))
    lead = leading(argument)
    kappa = abs(from_rational(lead))
    return scaled(atom_form(table, "softsign", scaled(argument, 1 / lead), kappa), lead)


def _reciprocal(table: AtomTable, form: Form) -> Form:
    shift = form.get(ONE, fmpq(0))
    rest = {number: c for number, c in form.items() if number != ONE}
    inner = _single(table, rest, "reciprocal")
    if inner is not None:
        atom, c = inner
        base = dict(atom.argument)
        if shift == 0:
            return scaled(base, 1 / c)
        moved = combined((base, shift), ({ONE: fmpq(1)}, c))
        return combined(({ONE: fmpq(1)}, 1 / shift), (_reciprocal(table, moved), -c / shift))
    if not rest:
        return constant_form(1 / shift)
    lead = leading(form)
    return scaled(atom_form(table, "reciprocal", scaled(form, 1 / lead)), 1 / lead)


def _inverse_root(table: AtomTable, argument: Form, a: fmpq) -> Form:
    inner = _single(table, argument, "inverse root")
    if inner is not None:
        atom, c = inner
        assert isinstance(atom.parameter, Fraction)
        kappa = atom.parameter + from_rational(a * c * c)
        return scaled(atom_form(table, "inverse root", dict(atom.argument), kappa), c)
    if set(argument) <= {ONE}:
        return _constant_root(table, argument.get(ONE, fmpq(0)), a)
    lead = leading(argument)
    base = scaled(argument, 1 / lead)
    return scaled(atom_form(table, "inverse root", base, from_rational(a * lead * lead)), lead)


LONGEST_FACTORED = 100
"""Integers of more bits are not factored: only a perfect square is then taken out of a root."""


def _constant_root(table: AtomTable, value: fmpq, a: fmpq) -> Form:
    """b/sqrt(1 + ab^2) as a multiple of the root of an integer without square factors."""
    square = 1 + a * value * value
    product = int(square.p * square.q)
    outside, inside = 1, product
    if product.bit_length() <= LONGEST_FACTORED:
        inside = 1
        for prime, multiplicity in fmpz(product).factor():
            outside *= int(prime) ** (multiplicity // 2)
            inside *= int(prime) ** (multiplicity % 2)
    elif fmpz(product).is_perfect_power() and int(fmpz(product).isqrt()) ** 2 == product:
        outside, inside = int(fmpz(product).isqrt()), 1
    # sqrt(q/p) = sqrt(pq)/p.
    factor = value * outside / square.p
    if inside == 1:
        return constant_form(factor)
    return scaled(atom_form(table, "root", {}, inside), factor)


def _isrlu(table: AtomTable, argument: Form, a: fmpq, values: Range) -> Form:
    curved = _inverse_root(table, argument, a)
    if values.is_nonpositive:
        return curved
    lead = leading(argument)
    kappa = from_rational(a * lead * lead)
    even = scaled(atom_form(table, "even inverse root", scaled(argument, 1 / lead), kappa), abs(lead))
    corner = _absolute(table, argument, values)
    return combined((argument, HALF), (curved, HALF), (corner, HALF), (even, -HALF))


def _elu(table: AtomTable, argument: Form, values: Range) -> Form:
    if values.is_nonpositive:
        return combined((atom_form(table, "exponential", argument), 1), ({ONE: fmpq(1)}, -1))
    corner = _absolute(table, argument, values)
    tail = atom_form(table, "clipped exponential", argument)
    return combined((argument, HALF), (corner, HALF), (tail, 1))
