r"""Networks of one input whose pieces are rational functions, compared piece by piece.

The activations take rational functions N/D of the input to rational functions on each side of their
breakpoints: piecewise polynomials, and softsign with N/(D ± N).  All breakpoints of all units are roots of
polynomials with rational coefficients.  These are collected layer by layer: between two neighbouring roots of
those found so far no unit of an earlier layer changes its piece, so that one rational point there tells the
formulas of the next layer and with them its polynomials.  Between neighbouring roots of all of them each
network is one rational function, and two of these are equal or differ at all but finitely many points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

from flint import ctx, fmpq, fmpq_poly, fmpz_poly

from identifiability.activations import Activation
from identifiability.equality.domains import Box
from identifiability.equality.linear_regions import linear_pieces
from identifiability.errors import Inexact
from identifiability.exact import lower_fraction, rational, upper_fraction
from identifiability.network import Network

Quotient: TypeAlias = "tuple[fmpq_poly, fmpq_poly]"
"""Numerator and denominator, which is positive on the piece."""

LARGEST_DEGREE = 60
"""Rational functions, and products of breakpoint polynomials, of a higher degree are not compared."""

LARGEST_PRECISION = 2**12
"""Roots are enclosed with no more bits than this."""


@dataclass(frozen=True, slots=True)
class PieceAgreement:
    """The networks agree: a rational point of each piece, in increasing order."""

    samples: tuple[Fraction, ...]


def has_rational_pieces(net: Network) -> bool:
    """Whether the pieces of all activations are rational functions."""
    return all(
        activation.piece_degrees is not None or activation.name == "softsign"
        for activation in net.activations
    )


def agree_on_pieces(f: Network, g: Network, box: Box | None = None) -> PieceAgreement | tuple[Fraction, ...]:
    """Whether two exact networks of one input agree on R or on an interval; otherwise where they differ.

    Parameters
    ----------
    f, g : Network
        Exact, with one input and rational pieces.
    box : Box, optional
        The interval; None for R.

    Returns
    -------
    PieceAgreement or a point

    Raises
    ------
    Inexact
        If the degrees grow beyond :data:`LARGEST_DEGREE`.

    Examples
    --------
    >>> f = Network([[[1], [-1]], [[1, 1]], [[1]]], activation="repu(2)")
    >>> agree_on_pieces(f, Network([[[1]], [[1]]], activation="polynomial(0, 0, 0, 0, 1)")).samples
    (Fraction(-1, 1), Fraction(1, 1))
    >>> agree_on_pieces(f, Network([[[1]], [[1]]], activation="repu(4)"))
    (Fraction(-1, 1),)
    """
    found: list[fmpq_poly] = []
    for layer in range(max(f.depth, g.depth) - 1):
        for sample in piece_samples(product_of(found), box):
            for net in (f, g):
                if layer < net.depth - 1:
                    found += breakpoint_polynomials(net, layer, sample)
    breaks = product_of(found)
    samples = piece_samples(breaks, box)
    for sample, following in zip(samples, [*samples[1:], box.high[0] if box else None], strict=True):
        gaps = [a * d - c * b for (a, b), (c, d) in zip(outputs(f, sample), outputs(g, sample), strict=True)]
        gap = next((gap for gap in gaps if gap.degree() >= 0), None)
        if gap is not None:
            return (_not_a_root(gap, breaks, sample, following),)
    return PieceAgreement(tuple(samples))


def _not_a_root(gap: fmpq_poly, breaks: fmpz_poly, sample: Fraction, following: Fraction | None) -> Fraction:
    """A point of the sample's piece at which the polynomial is not zero."""
    step = Fraction(1) if following is None else (following - sample) / 2
    point = sample
    while gap(rational(point)) == 0 or _root_between(breaks, sample, point):
        point, step = sample + step, step / 2
    return point


def _root_between(polynomial: fmpz_poly, low: Fraction, high: Fraction) -> bool:
    return any(end >= low and start <= high for start, end in real_roots(polynomial))


def product_of(polynomials: Sequence[fmpq_poly]) -> fmpz_poly:
    """A polynomial with integer coefficients whose roots, all simple, are those of all the polynomials.

    Raises
    ------
    Inexact
        If its degree would be too large.
    """
    total = fmpq_poly([1])
    for polynomial in {tuple(polynomial.coeffs()): polynomial for polynomial in polynomials}.values():
        total *= polynomial // total.gcd(polynomial)
        total //= total.gcd(total.derivative())
        if total.degree() > LARGEST_DEGREE:
            raise Inexact(f"the breakpoints have a degree beyond {LARGEST_DEGREE}; compare smaller networks")
    return total.numer()


def real_roots(polynomial: fmpz_poly) -> list[tuple[Fraction, Fraction]]:
    """Disjoint closed intervals around the real roots of a polynomial with simple roots, in their order.

    Raises
    ------
    Inexact
        If roots are too close to each other to be told apart with :data:`LARGEST_PRECISION` bits.
    """
    if polynomial.degree() < 1:
        return []
    precision = 64
    while precision <= LARGEST_PRECISION:
        with ctx.workprec(precision):
            found: Any = polynomial.complex_roots()
            balls = [root.real for root, _ in found if root.imag == 0]
            ends = sorted((lower_fraction(ball), upper_fraction(ball)) for ball in balls)
        if all(one[1] < two[0] for one, two in pairwise(ends)):
            return ends
        precision *= 4
    raise Inexact(f"two breakpoints differ by less than 2^-{LARGEST_PRECISION}; compare simpler networks")


def piece_samples(polynomial: fmpz_poly, box: Box | None) -> list[Fraction]:
    """A rational point below, between and above the real roots, as far as there is room in the interval."""
    if box is not None:
        for end in (box.low[0], box.high[0]):
            factor = fmpz_poly([-end.numerator, end.denominator])
            polynomial = polynomial if polynomial(rational(end)) == 0 else polynomial * factor
    ends = real_roots(polynomial)
    if not ends:
        return [Fraction(0)]
    samples = [_simple(one[1], two[0]) for one, two in pairwise(ends)]
    if box is None:
        return [Fraction(ends[0][0] // 1 - 1), *samples, Fraction(ends[-1][1] // 1 + 1)]
    return [sample for sample in samples if box.low[0] < sample < box.high[0]]


def _simple(low: Fraction, high: Fraction) -> Fraction:
    """A number strictly between two others with a short denominator."""
    middle = (low + high) / 2
    denominator = 1
    while not low < (candidate := Fraction(round(middle * denominator), denominator)) < high:
        denominator *= 2
    return candidate


def breakpoint_polynomials(net: Network, layer: int, sample: Fraction) -> Iterator[fmpq_poly]:
    """For each unit of a layer, polynomials whose roots are where it changes its piece, near the sample."""
    for numerator, denominator in _arguments(net, layer, sample):
        for end in net.activations[layer].breakpoints:
            crossing = numerator - rational(end) * denominator
            if crossing.degree() > 0:
                yield crossing / crossing[crossing.degree()]


def outputs(net: Network, sample: Fraction) -> list[Quotient]:
    """The outputs as rational functions on the piece of the sample."""
    return _arguments(net, net.depth - 1, sample)


def _arguments(net: Network, layer: int, sample: Fraction) -> list[Quotient]:
    at = rational(sample)
    values: list[Quotient] = [(fmpq_poly([0, 1]), fmpq_poly([1]))]
    for index in range(layer + 1):
        arguments = []
        for row, shift in zip(net.weight(index).tolist(), net.bias(index).tolist(), strict=True):
            total: Quotient = (fmpq_poly([rational(shift)]), fmpq_poly([1]))
            for factor, value in zip(row, values, strict=True):
                if factor:
                    total = _reduced(*_sum(total, rational(factor), value), at)
            arguments.append(total)
        if index == layer:
            return arguments
        values = [_value(net.activations[index], argument, at) for argument in arguments]
    raise AssertionError("the layer was reached")


def _sum(one: Quotient, factor: fmpq, two: Quotient) -> Quotient:
    return one[0] * two[1] + factor * two[0] * one[1], one[1] * two[1]


def _reduced(numerator: fmpq_poly, denominator: fmpq_poly, at: fmpq) -> Quotient:
    common = numerator.gcd(denominator)
    numerator, denominator = numerator // common, denominator // common
    if max(numerator.degree(), denominator.degree()) > LARGEST_DEGREE:
        raise Inexact(f"a piece has a degree beyond {LARGEST_DEGREE}; compare smaller networks")
    return (numerator, denominator) if denominator(at) > 0 else (-numerator, -denominator)


def _value(activation: Activation, argument: Quotient, at: fmpq) -> Quotient:
    numerator, denominator = argument
    height = numerator(at) / denominator(at)
    piece = sum(height >= rational(end) for end in activation.breakpoints)
    if activation.name == "softsign":
        return _reduced(numerator, denominator + numerator if piece else denominator - numerator, at)
    coefficients = _coefficients(activation, piece)
    degree = len(coefficients) - 1
    if degree * max(numerator.degree(), denominator.degree()) > LARGEST_DEGREE:
        raise Inexact(f"a piece has a degree beyond {LARGEST_DEGREE}; compare smaller networks")
    total = fmpq_poly([0])
    for k, coefficient in enumerate(coefficients):
        total += rational(coefficient) * numerator**k * denominator ** (degree - k)
    return _reduced(total, denominator**degree, at)


def _coefficients(activation: Activation, piece: int) -> Sequence[Fraction]:
    """The polynomial that a piece of a piecewise polynomial activation is."""
    parameter = activation.parameters[0][1] if activation.parameters else None
    if isinstance(parameter, tuple):
        return parameter
    if isinstance(parameter, int):
        return [*([Fraction(0)] * parameter), Fraction(1)] if piece else [Fraction(0)]
    slope, intercept = linear_pieces(activation).lines[piece]
    return [intercept, slope]
