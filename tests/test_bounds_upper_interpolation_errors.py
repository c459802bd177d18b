"""Errors of linear and multilinear interpolation, against brute force, kernels and extremal functions."""

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from flint import arb, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st
from peano_masses import greatest_mass, mass, q
from scipy.optimize import brentq, linprog

from bounds.upper import interpolation_errors as errors
from bounds.upper.damping import harmonic, least_integer, short_below

epsilons = st.fractions(Fraction(1, 10**6), Fraction(49, 100)).filter(lambda x: x > 0)


@given(st.lists(st.fractions(Fraction(1, 50), 3).filter(bool), min_size=1, max_size=4))
def test_harmonic_rule_is_the_best_damping(masses):
    """Minimise over the damping factor d the worst split of a unit norm among the orders, as a program."""
    inverse = float(sum(1 / mass for mass in masses))
    factors = np.linspace(0, 1, 2001)
    worst = np.maximum(factors, (1 - factors) / inverse)
    assert worst.min() == pytest.approx(float(harmonic(masses)), abs=6e-4)
    # The worst split at d = E, by linear programming: maximise E a_0 + (1 - E) t, t <= E_s a_s.
    damping, size = float(harmonic(masses)), len(masses)
    objective = [-damping, *[0.0] * size, -(1 - damping)]
    rows = [[0.0, *[-float(m) * (i == s) for i, m in enumerate(masses)], 1.0] for s in range(size)]
    solved = linprog(objective, A_ub=rows, b_ub=[0.0] * size, A_eq=[[1.0] * (size + 1) + [0.0]], b_eq=[1.0])
    assert -solved.fun == pytest.approx(damping, rel=1e-9)


@given(st.integers(1, 10**30), st.integers(1, 10**6), st.integers(1, 10**6))
def test_least_integer_needs_no_good_guess(square, guess, minimum):
    least = least_integer(lambda n: n * n >= square, guess, minimum)
    assert least >= minimum
    assert least * least >= square
    assert least == minimum or (least - 1) ** 2 < square


@given(st.fractions(Fraction(1, 10**9), 10**9).filter(bool), st.integers(2, 40))
def test_short_numbers(value, bits):
    short = short_below(value, bits)
    assert value * (1 - Fraction(2) ** (1 - bits)) < short <= value
    odd = short.numerator // (short.numerator & -short.numerator)
    assert odd.bit_length() <= bits + 1


def vertex_distribution(t):
    """Freudenthal: the vertices of the simplex that contains t, and their probabilities."""
    order = sorted(range(len(t)), key=lambda i: -t[i])
    steps = [Fraction(1), *(t[i] for i in order), Fraction(0)]
    vertex, found = [0] * len(t), []
    for position, probability in enumerate(a - b for a, b in pairwise(steps)):
        if position:
            vertex[order[position - 1]] = 1
        found.append((tuple(vertex), probability))
    return found


def test_masses_of_freudenthal_interpolation():
    grid = [Fraction(k, 20) for k in range(21)]
    first, pure, mixed = Fraction(0), Fraction(0), Fraction(0)
    for t in product(grid, repeat=2):
        vertices = vertex_distribution(t)
        assert sum(p for _, p in vertices) == 1
        for axis in (0, 1):
            assert sum(p * v[axis] for v, p in vertices) == t[axis]
        first = max(first, sum(p * abs(v[0] - t[0]) for v, p in vertices))
        pure = max(pure, sum(p * (v[0] - t[0]) ** 2 for v, p in vertices) / 2)
        mixed = max(mixed, sum(p * abs(v[0] - t[0]) * abs(v[1] - t[1]) for v, p in vertices))
    assert (first, pure, mixed) == (Fraction(1, 2), Fraction(1, 8), Fraction(1, 4))
    for n in (1, 2, 7):
        spacing = Fraction(2, n)
        assert errors.freudenthal_error(n) == harmonic([first * spacing, max(pure, mixed) * spacing**2])


@given(st.integers(3, 9), st.fractions(0, 1), st.fractions(Fraction(1, 100), 1).filter(bool))
def test_staircases_cost_an_eighth_of_the_ramp(positions, place, share):
    """E|V - x| of the two grids at one x, from the definition."""
    width = share / (positions - 1)
    x = 2 * place - 1
    places = [Fraction(2 * k, positions - 1) - 1 for k in range(positions)]
    mean = Fraction(0)
    for grid in (places[0::2], places[1::2]):
        chance = {node: Fraction(0) for node in grid}
        stairs = Fraction(0)
        for low, high in pairwise(grid):
            middle = (low + high) / 2
            stairs += min(max((x - middle + width) / (2 * width), Fraction(0)), Fraction(1))
        below = min(int(stairs), len(grid) - 1)
        chance[grid[below]] += 1 - (stairs - below)
        if stairs > below:
            chance[grid[below + 1]] += stairs - below
        mean += sum(p * abs(node - x) for node, p in chance.items()) / 2
    allowed = 1 / errors.staggered_error(positions, width) - 1
    assert mean <= 1 / allowed
    # An eighth is needed: the mean distance reaches it a quarter of the way up a ramp.


def test_the_eighth_of_the_ramp_is_attained():
    positions, width = 5, Fraction(1, 10)
    # Nodes -1/2, 1/2 and -1, 0, 1: on the first grid's ramp, a quarter of the way up.
    x = -width / 2
    mean = (Fraction(3, 4) * (x + Fraction(1, 2)) + Fraction(1, 4) * (Fraction(1, 2) - x) - x) / 2
    assert mean == Fraction(1, positions - 1) + width / 8


@given(epsilons)
def test_ramps_reach_the_error(epsilon):
    positions = errors.least_staggered(epsilon)
    ramp = errors.staggered_ramp(positions, epsilon)
    assert 0 < ramp <= Fraction(1, positions - 1)
    assert errors.staggered_error(positions, ramp) <= epsilon
    assert positions == 3 or Fraction(1, positions - 1) >= epsilon


@pytest.mark.parametrize("ratio", [Fraction(1, 10), Fraction(1, 5), Fraction(207, 1000), Fraction(3, 10)])
def test_masses_with_an_edge_shift(ratio):
    """Kernels in ball arithmetic: between two nodes at 0 and 1, and before the first one."""
    line = [fmpq_poly([1, -1]), fmpq_poly([0, 1])]
    nodes = [Fraction(0), Fraction(1)]
    stated = errors.edge_shift_errors(Fraction(1), ratio)
    for s in (1, 2):
        inside, seen_inside = greatest_mass(nodes, line, 0, 1, s, 2000 if s == 1 else 200)
        outside, seen_outside = greatest_mass(nodes, line, -ratio, 0, s, 2000 if s == 1 else 200)
        assert inside.max(outside) < arb(q(stated[s - 1])) * (1 + arb(q(Fraction(1, 500))))
        assert seen_inside.max(seen_outside) > arb(q(stated[s - 1])) * (1 - arb(q(Fraction(1, 10**6))))


@given(epsilons)
def test_edge_shift_is_decided_in_the_field_of_root_two(epsilon):
    nodes = errors.least_edge_shift(epsilon)
    root = arb(2).sqrt()

    def inverse(n):
        sigma = n - 2 + root
        return 1 + sigma + 2 * sigma**2

    assert inverse(nodes) > arb(q(1 / epsilon)) or nodes == 2
    assert nodes == 2 or inverse(nodes - 1) < arb(q(1 / epsilon))
    spacing, end = errors.edge_shift_nodes(nodes, epsilon)
    assert (nodes - 1) * spacing + 2 * end == 2
    assert harmonic(errors.edge_shift_errors(spacing, end)) <= epsilon


def test_edge_shift_survives_an_error_at_the_edge():
    """ε so close to the irrational error that the ratio δ/H needs many digits."""
    exact = 1 / (1 + np.sqrt(2) + 4)
    for digits in (6, 10, 14):
        epsilon = Fraction(int(exact * 10**digits) + 1, 10**digits)
        assert errors.least_edge_shift(epsilon) == 2
        assert harmonic(errors.edge_shift_errors(*errors.edge_shift_nodes(2, epsilon))) <= epsilon


@pytest.mark.parametrize("n", [1, 2, 7, 22, 500])
def test_multilinear_error_is_that_of_the_cut_tent_and_is_attained(n):
    length = 2 / n
    # The cut at which both masses are equal, by root finding.
    level = brentq(lambda cut: 2 * (length / 4 - cut) ** 2 - 2 * cut, 0, length / 4)
    assert float(errors.multilinear_error(n)) == pytest.approx(1 / (1 + 1 / (2 * level)), rel=1e-9)
    # The alternating function with straight flanks and parabola caps vanishes at the nodes.  With
    # slope 1 on the flanks and second derivative 1/curve on the caps, its height over its seminorms
    # is E' for the best curve.
    curves = np.linspace(1e-4, 1, 20001) * length / 2
    heights = length / 2 - curves / 2
    ratio = (heights / (1 + 1 / curves)).max()
    assert ratio == pytest.approx(2 * level, rel=1e-5)


@given(st.integers(1, 10**9))
def test_multilinear_beats_the_plain_harmonic_rule(n):
    plain = harmonic([Fraction(1, n), Fraction(1, 2 * n * n)])
    assert errors.multilinear_error(n) < plain
    assert 1 / errors.multilinear_error(n) < Fraction(1 + 2 * n + 2 * n * n)


@given(epsilons)
def test_least_sizes_are_least(epsilon):
    n = errors.least_multilinear(epsilon)
    assert errors.multilinear_reaches(n, epsilon)
    assert errors.multilinear_error(n, epsilon) <= epsilon
    assert n == 1 or not errors.multilinear_reaches(n - 1, epsilon)
    assert n == 1 or errors.multilinear_error(n - 1, epsilon) > epsilon
    n = errors.least_freudenthal(epsilon)
    assert errors.freudenthal_error(n) <= epsilon
    assert n == 1 or errors.freudenthal_error(n - 1) > epsilon
    n = errors.least_cell_centres(epsilon)
    assert errors.cell_centre_error(n) <= epsilon
    assert n == 1 or errors.cell_centre_error(n - 1) > epsilon


def test_the_tent_is_the_kernel_of_linear_interpolation():
    for t in (Fraction(1, 2), Fraction(1, 5)):
        points, weights = [t, Fraction(0), Fraction(1)], [q(1), q(t - 1), q(-t)]
        assert abs(mass(points, weights, 1) - arb(q(2 * t * (1 - t)))) < arb(10) ** -12
        assert abs(mass(points, weights, 2) - arb(q(t * (1 - t) / 2))) < arb(10) ** -12
