r"""Softplus of forms: also of softplus, where shifts move from one layer to the next.

.. math:: \mathrm{softplus}(u + b) = b + \log(e^{-b} + e^u)

With L = log(r + e^u), where r is a positive constant, and for the last two r = e^s,

.. math::
    \mathrm{softplus}(L + b) &= b + \log(r + e^{-b} + e^u), \\
    \mathrm{softplus}(b - L) &= \log(r + e^b + e^u) - L, \\
    \mathrm{softplus}(L - u + b) &= b + s + \log(e^{-s} + e^{-b-s} + e^{-u}), \\
    \mathrm{softplus}(u - L + b) &= \log(e^{-s} + e^{b-s} + e^{-u}) - \log(e^{-s} + e^{-u}).
"""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from identifiability.equality.function_atoms import (
    ONE,
    Atom,
    AtomTable,
    ExponentialSum,
    Form,
    atom_form,
    combined,
    constant_form,
    leading,
    scaled,
)
from identifiability.exact import from_rational, rational


def softplus_form(table: AtomTable, argument: Form) -> Form:
    """log(1 + e^u) of a form; new atoms are added to the table.

    Examples
    --------
    >>> table = AtomTable(1)
    >>> one = softplus_form(table, combined((softplus_form(table, {1: fmpq(1)}), 1), ({ONE: fmpq(1)}, 1)))
    >>> shifted = softplus_form(table, {ONE: fmpq(1), 1: fmpq(1)})
    >>> two = softplus_form(table, combined((shifted, 1), ({ONE: fmpq(1)}, -1)))
    >>> one == combined((two, 1), ({ONE: fmpq(1)}, 1))
    True
    """
    shift = argument.get(ONE, fmpq(0))
    rest = {number: c for number, c in argument.items() if number != ONE}
    if not rest:
        tail = constant_form(shift) if shift < 0 else {}
        return combined((atom_form(table, "softplus", constant_form(abs(shift))), 1), (tail, 1))
    b = from_rational(shift)
    for number, coefficient in rest.items():
        atom = table.atoms[number]
        if atom.kind != "log sum" or abs(coefficient) != 1:
            continue
        found = _nested(table, atom, coefficient, b, combined((rest, 1), ({number: coefficient}, -1)))
        if found is not None:
            return found
    return combined(({ONE: fmpq(1)}, shift), (_log_sum(table, rest, ((-b, Fraction(1)),)), 1))


def _nested(table: AtomTable, atom: Atom, sign: fmpq, b: Fraction, rest: Form) -> Form | None:
    """softplus(±log(r + e^u) + rest + b) where the rest is 0 or ∓u; otherwise None."""
    u, r = dict(atom.argument), atom.parameter
    assert isinstance(r, tuple)
    inner: Form = atom_form(table, "log sum", u, r)
    if not rest:
        if sign == 1:
            return combined(({ONE: fmpq(1)}, rational(b)), (_log_sum(table, u, _plus(r, -b)), 1))
        return combined((_log_sum(table, u, _plus(r, b)), 1), (inner, -1))
    if rest != scaled(u, -sign) or len(r) != 1 or r[0][1] != 1:
        return None
    # log(e^s + e^u) - u = log(1 + e^s e^-u).
    s, opposite = r[0][0], scaled(u, -1)
    alone = ((-s, Fraction(1)),)
    if sign == 1:
        both = _log_sum(table, opposite, _plus(alone, -b - s))
        return combined(({ONE: fmpq(1)}, rational(b + s)), (both, 1))
    return combined(
        (_log_sum(table, opposite, _plus(alone, b - s)), 1), (_log_sum(table, opposite, alone), -1)
    )


def _plus(terms: ExponentialSum, exponent: Fraction) -> ExponentialSum:
    total = dict(terms)
    total[exponent] = total.get(exponent, Fraction(0)) + 1
    return tuple(sorted(total.items()))


def _log_sum(table: AtomTable, u: Form, r: ExponentialSum) -> Form:
    if len(r) != 1 or r[0][1] != 1 or leading(u) > 0:
        return atom_form(table, "log sum", u, r)
    # log(e^s + e^-v) = s - v + log(e^-s + e^v).
    s, v = r[0][0], scaled(u, -1)
    other = atom_form(table, "log sum", v, ((-s, Fraction(1)),))
    return combined(({ONE: fmpq(1)}, rational(s)), (v, -1), (other, 1))
