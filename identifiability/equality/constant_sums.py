r"""When sums of constants with rational coefficients are zero.

The constants are values, at rational points, of the atoms.  They fall into classes that are added up
separately: a sum is shown to be zero only if the sum of each class is.

* Among different square roots of square-free integers, values tanh(b/2), e^b, sin(b) at different points
  b > 0 (b ≠ 0 for e^b), and 1, there is no relation with rational coefficients.  With y = e^{1/N} and
  z = e^{i/N} for a common denominator N, algebraically independent by Lindemann's and Weierstrass' theorem:
  (y^n − 1)/(y^n + 1) has a pole at e^{iπ/n} that no smaller n has.
* Nor is there one among values log(1 + e^b) at different points b ≥ 0 and 1: the factor Φ_{2n}(y) of
  1 + y^n divides no 1 + y^m with m < n, so that a product of powers of them is no power of y.  Whether they
  have one with the values before is not known (none, by Schanuel's conjecture), and is left open here.
* Arcus tangents do have relations, such as arctan(1/2) + arctan(1/3) = arctan(1).  By Baker's theorem a sum
  that is algebraic is zero.  :math:`\sum_k n_k \arctan(b_k)` with integers n_k is zero iff
  :math:`\prod_k (1 + i b_k)^{n_k}` is a positive real number and the sum lies in (−π, π).
* Values of erf at different points b > 0 have no relation among themselves (Siegel and Shidlovsky); whether
  they have one with 1 is not known, and is left open here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from flint import arb, ctx, fmpq, fmpz

from identifiability.equality.function_atoms import AtomTable

LARGEST_PRODUCT = 200_000
"""Products of Gaussian integers are formed up to so many bits."""


def is_zero_constant(table: AtomTable, form: Mapping[int, fmpq]) -> bool:
    """Whether a sum of constant atoms is shown to be zero.

    Examples
    --------
    >>> from identifiability.equality.function_atoms import Atom
    >>> table = AtomTable(1)
    >>> terms = [(fmpq(1, 2), 1), (fmpq(1, 3), 1), (fmpq(1), -1)]
    >>> form = {table.number(Atom("arctan", ((0, b),))): fmpq(n) for b, n in terms}
    >>> is_zero_constant(table, form)
    True
    """
    terms: list[tuple[fmpq, fmpq]] = []
    for number, coefficient in form.items():
        atom = table.atoms[number]
        if atom.kind != "arctan" or len(atom.argument) != 1 or atom.argument[0][0] != 0:
            return False
        terms.append((atom.argument[0][1], coefficient))
    return _is_zero_sum_of_angles(terms)


def _is_zero_sum_of_angles(terms: list[tuple[fmpq, fmpq]]) -> bool:
    common = math.lcm(*(int(coefficient.q) for _, coefficient in terms)) if terms else 1
    powers = [(int(b.q), int(b.p), int(coefficient * common)) for b, coefficient in terms]
    if sum(abs(n) * (q.bit_length() + p.bit_length()) for q, p, n in powers) > LARGEST_PRODUCT:
        return False
    with ctx.workprec(128):
        angle = sum((arb(fmpz(n)) * arb(fmpq(p, q)).atan() for q, p, n in powers), arb(0))
        if not abs(angle) < arb.pi():
            return False
    real, imaginary = 1, 0
    for q, p, n in powers:
        # The conjugate has the opposite angle.
        one = _power(q, p if n > 0 else -p, abs(n))
        real, imaginary = real * one[0] - imaginary * one[1], real * one[1] + imaginary * one[0]
    return imaginary == 0 and real > 0


def _power(real: int, imaginary: int, exponent: int) -> tuple[int, int]:
    result = (1, 0)
    base = (real, imaginary)
    while exponent:
        if exponent & 1:
            result = (result[0] * base[0] - result[1] * base[1], result[0] * base[1] + result[1] * base[0])
        base = (base[0] * base[0] - base[1] * base[1], 2 * base[0] * base[1])
        exponent >>= 1
    return result
