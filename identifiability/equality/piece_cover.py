"""The check that sample points meet every piece of two networks of one input.

No root is computed.  The polynomials whose roots are breakpoints are formed at the samples, and their roots
are counted by Sturm's theorem: there must be at most one between neighbouring samples, and none beyond the
first and the last.  Then no unit of the first layer changes its piece between a sample and the next root on
either side, so the formulas of the second layer hold as far, and so on; and these intervals are everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from flint import fmpq, fmpq_poly

from identifiability.equality.domains import Box
from identifiability.equality.rational_pieces import breakpoint_polynomials, outputs, product_of
from identifiability.exact import rational
from identifiability.network import Network


def is_cover(f: Network, g: Network, box: Box | None, samples: Sequence[Fraction]) -> bool:
    """Whether there is a sample in every piece of both networks, and their formulas agree at each of them.

    Parameters
    ----------
    f, g : Network
        Exact, with one input and rational pieces.
    box : Box or None
        The interval; None for R.
    samples : sequence of Fraction
        In increasing order.

    Raises
    ------
    Inexact
        If the degrees grow beyond the limit.

    Examples
    --------
    >>> f, g = Network([[[1], [-1]], [[1, -1]]]), Network([[[1]]])
    >>> is_cover(f, g, None, [Fraction(-1), Fraction(2)]), is_cover(f, g, None, [Fraction(2)])
    (True, False)
    """
    if not samples or any(one >= two for one, two in pairwise(samples)):
        return False
    polynomials: list[fmpq_poly] = []
    for sample in samples:
        if box is not None and not box.low[0] < sample < box.high[0]:
            return False
        for net in (f, g):
            for layer in range(net.depth - 1):
                polynomials += breakpoint_polynomials(net, layer, sample)
        for (a, b), (c, d) in zip(outputs(f, sample), outputs(g, sample), strict=True):
            if a * d != b * c:
                return False
    chain = _sturm_chain(fmpq_poly(product_of(polynomials)))
    if any(chain[0](rational(sample)) == 0 for sample in samples):
        return False
    changes = [_sign_changes([member(rational(sample)) for member in chain]) for sample in samples]
    if any(one - two > 1 for one, two in pairwise(changes)):
        return False
    if box is not None:
        return (
            _roots_within(chain[0], box.low[0], samples[0])
            + _roots_within(chain[0], samples[-1], box.high[0])
            == 0
        )
    leads = [member[member.degree()] for member in chain]
    below = [lead * (-1) ** (member.degree() % 2) for lead, member in zip(leads, chain, strict=True)]
    return _sign_changes(below) == changes[0] and _sign_changes(leads) == changes[-1]


def _roots_within(polynomial: fmpq_poly, low: Fraction, high: Fraction) -> int:
    """The number of real roots strictly between two numbers."""
    for end in (low, high):
        factor = fmpq_poly([-rational(end), 1])
        if polynomial(rational(end)) == 0:
            polynomial = polynomial // factor
    chain = _sturm_chain(polynomial)
    ends = [_sign_changes([member(rational(end)) for member in chain]) for end in (low, high)]
    return ends[0] - ends[1]


def _sturm_chain(polynomial: fmpq_poly) -> list[fmpq_poly]:
    chain = [polynomial, polynomial.derivative()]
    while chain[-1].degree() >= 0:
        rest = (-(chain[-2] % chain[-1])).numer()
        # Positive factors do not matter, and without them the coefficients stay shorter.
        chain.append(fmpq_poly(rest // (rest.content() or 1)))
    return chain[:-1]


def _sign_changes(values: Sequence[fmpq]) -> int:
    signs = [value > 0 for value in values if value != 0]
    return sum(one != two for one, two in pairwise(signs))
