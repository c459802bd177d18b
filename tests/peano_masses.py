"""Masses of Peano kernels, rigorously: an oracle for the constants of interpolation rules.

A functional Σ_i a_i h(p_i) that kills polynomials of degree < s is ∫ h^(s) K with
K(u) = Σ_i a_i (p_i − u)_+^(s−1)/(s − 1)!; its mass of order s is ∫ |K|.
"""

import itertools
from fractions import Fraction
from math import factorial

from flint import arb, fmpq, fmpq_poly


def q(value):
    exact = Fraction(value)
    return fmpq(exact.numerator, exact.denominator)


def at(polynomial, x):
    """The value in balls, by Horner's rule."""
    total = arb(0)
    for coefficient in reversed(polynomial.coeffs()):
        total = total * x + arb(coefficient)
    return total


def absolute_integral(polynomial, low, high):
    """A ball that contains ∫_low^high |polynomial|."""
    ends = [arb(low), arb(high)]
    if polynomial.degree() >= 1:
        integers = polynomial.numer()
        squarefree = integers // integers.gcd(integers.derivative())
        for root, _ in squarefree.complex_roots() if squarefree.degree() >= 1 else []:
            # A root too many only splits an interval; none with a change of sign is left out.
            inside = not root.real < arb(low) and not root.real > arb(high)
            if root.imag.contains(0) and inside:
                ends.append(root.real)
    ends = [ends[0], *sorted(ends[2:], key=lambda end: float(end.mid())), ends[1]]
    values = [at(polynomial.integral(), end) for end in ends]
    return sum((abs(b - a) for a, b in itertools.pairwise(values)), arb(0))


def mass(points, weights, s):
    """A ball that contains the mass of order s of Σ weights·h(points)."""
    places = sorted(set(points))
    total = arb(0)
    for low, high in itertools.pairwise(places):
        kernel = fmpq_poly([0])
        for point, weight in zip(points, weights, strict=True):
            if point >= high:
                kernel += fmpq_poly([q(point), -1]) ** (s - 1) * weight
        total += absolute_integral(kernel, q(low), q(high))
    return total / factorial(s - 1)


def greatest_mass(nodes, weights, low, high, s, steps, evaluation=True):
    """An upper bound of the mass of h(x) − Σ_j w_j(x) h(x_j) over low ≤ x ≤ high, and the largest seen.

    Between two neighbouring x of a grid the functional is the convex combination of theirs, up to a
    remainder that Taylor's formula about x bounds: (step)^s/s!/4 from the evaluation (1/2 for s = 1)
    and (step)²/8 Σ_j max |w_j''| |x_j − x|^s/s! from the weights.

    Parameters
    ----------
    nodes, weights : list of Fraction, list of fmpq_poly in x
        The rule; ``evaluation=False`` leaves h(x) out.
    """
    low, high = Fraction(low), Fraction(high)
    step = (high - low) / steps
    seen = []
    for k in range(steps + 1):
        x = low + k * step
        points, entries = list(nodes), [-weight(q(x)) for weight in weights]
        if evaluation:
            points, entries = [x, *points], [q(1), *entries]
        seen.append(mass(points, entries, s))
    seconds = [weight.derivative().derivative() for weight in weights]
    bound = arb(0)
    width = arb(q(step))
    for k in range(steps):
        ball = arb(q(low + (k + Fraction(1, 2)) * step)) + arb(0, 1) * width / 2
        remainder = width**s / factorial(s) / (2 if s == 1 else 4) if evaluation else arb(0)
        for second, node in zip(seconds, nodes, strict=True):
            reach = abs(arb(q(node)) - ball).upper() ** s
            remainder += width**2 / 8 * abs(at(second, ball)).upper() * reach / factorial(s)
        bound = bound.max(seen[k].max(seen[k + 1]) + remainder)
    return bound.upper(), max(value.lower() for value in seen)
