"""Sup norms of shallow ReLU networks on boxes: every vertex, linear programs, dense points, closed forms."""

import random
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from relu_oracle import random_network
from scipy.optimize import linprog

from identifiability.errors import Inexact, InvalidInput, InvalidNetwork
from identifiability.network import Network
from identifiability.relu import sobolev_seminorm, sup_norm
from identifiability.relu.shallow import network


def random_case(source, most=3):
    """An exact network with biases, and a box that may have no width in some coordinate."""
    inputs, units, outputs = source.randint(1, 3), source.randint(0, 5), source.randint(1, 2)
    linear = random_network(source, inputs, units, outputs, most)
    biases = [[Fraction(source.randint(-most, most), 2) for _ in range(size)] for size in (units, outputs)]
    low = [Fraction(source.randint(-3, 1), source.choice([1, 2, 3])) for _ in range(inputs)]
    high = [start + Fraction(source.randint(0, 4), source.choice([1, 2])) for start in low]
    return Network(linear.weights, biases, input_dim=inputs), low, high


def vertex_maximum(net, low, high, most_kinks=None):
    """The largest value over all points of the box where d of its faces and of the kinks meet."""
    rows, shifts, d = net.weight(0), net.bias(0), len(low)
    kinks = [(list(row), -shift) for row, shift in zip(rows, shifts, strict=True) if any(row)]
    faces = [([Fraction(int(i == j)) for i in range(d)], end) for j in range(d) for end in (low[j], high[j])]
    best = Fraction(0)
    for number in range(d + 1 if most_kinks is None else most_kinks + 1):
        for chosen in product(combinations(kinks, number), combinations(faces, d - number)):
            system = [*chosen[0], *chosen[1]]
            matrix = fmpq_mat([[fmpq(a.numerator, a.denominator) for a in row] for row, _ in system])
            if matrix.det() == 0:
                continue
            right = fmpq_mat([[fmpq(end.numerator, end.denominator)] for _, end in system])
            solved = matrix.solve(right)
            x = [Fraction(int(solved[i, 0].p), int(solved[i, 0].q)) for i in range(d)]
            if all(a <= t <= b for a, t, b in zip(low, x, high, strict=True)):
                best = max(best, max(map(abs, net(x))))
    return best


@pytest.mark.parametrize("seed", range(80))
def test_against_every_vertex(seed):
    source = random.Random(seed)
    net, low, high = random_case(source, source.choice([2, 5, 10**12]))
    assert sup_norm(net, low, high) == vertex_maximum(net, low, high)


def test_vertices_inside_the_box_matter():
    # A pyramid: 2 |x| + |y| < 1 with its top at the origin, where two kinks meet.
    roof = Network([[[1, 0], [-1, 0], [0, 1], [0, -1]], [[-2, -2, -1, -1]]], [[0] * 4, [4]])
    half = [Fraction(-1, 2)] * 2, [Fraction(1, 2)] * 2
    assert sup_norm(roof, *half) == 4 == vertex_maximum(roof, *half)
    assert vertex_maximum(roof, *half, most_kinks=1) == Fraction(7, 2)
    assert vertex_maximum(roof, *half, most_kinks=0) == Fraction(5, 2)


@pytest.mark.parametrize("seed", range(12))
def test_against_a_linear_program_for_every_activation_pattern(seed):
    source = random.Random(100 + seed)
    net, low, high = random_case(source)
    rows, shifts = net.weight(0).astype(float), net.bias(0).astype(float)
    best = 0.0
    for pattern in product((True, False), repeat=len(rows)):
        signs = np.where(pattern, 1.0, -1.0)
        for outer, constant in zip(net.weight(1).astype(float), net.bias(1).astype(float), strict=True):
            active = outer * np.array(pattern)
            for side in (1, -1):
                answer = linprog(
                    -side * (active @ rows),
                    A_ub=-signs[:, None] * rows if len(rows) else None,
                    b_ub=signs * shifts if len(rows) else None,
                    bounds=list(zip(map(float, low), map(float, high), strict=True)),
                )
                if answer.status == 0:
                    best = max(best, abs(side * -answer.fun + active @ shifts + constant))
    assert float(sup_norm(net, low, high)) == pytest.approx(best, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("inputs", [1, 2, 3, 4])
def test_no_point_exceeds_it_and_eulers_inequality(inputs):
    generator = np.random.default_rng(inputs)
    net = Network([generator.standard_normal((12, inputs)), generator.standard_normal((2, 12))])
    value = sup_norm(net, -1, 2)
    points = generator.uniform(-1, 2, (20_000, inputs))
    largest = np.abs(net(points)).max()
    assert isinstance(value, float)
    assert 0.6 * value < largest <= value
    assert value <= 2 * inputs * sobolev_seminorm(net)
    assert value == float(sup_norm(net.to_exact(), -1, 2))


def test_one_dimension_is_sorted():
    generator = np.random.default_rng(1)
    rows, shifts = generator.integers(-50, 51, 3000), generator.integers(-50, 51, 3000)
    net = Network([rows[:, None], generator.integers(-5, 6, (1, 3000))], [shifts, [1]])
    breaks = [Fraction(int(-b), int(a)) for a, b in zip(rows, shifts, strict=True) if a]
    inside = sorted({Fraction(-1), Fraction(1), *(t for t in breaks if -1 < t < 1)})
    assert sup_norm(net, -1, 1) == max(abs(net([[t] for t in inside]))[:, 0])


def test_known_values():
    for k in (1, 2, 3, 5, 10, 100):
        g = network([[k, 0], [k, Fraction(-1, k * k)]], [[k], [-k]])
        assert sup_norm(g, -1, 1) == Fraction(1, k)
    assert sup_norm(network([[1], [-1]], [[1], [1]]), -3, 2) == 3
    assert sup_norm(network([[1, 1]], [[1]]), [0, -2], [1, -1]) == 0
    assert sup_norm(network([[1, 1]], [[1]]), [0, -2], [3, -1]) == 2


def test_special_networks():
    constant = Network([[], [[]]], [[], ["-7/3"]], input_dim=30)
    assert sup_norm(constant, -1, 1) == Fraction(7, 3)
    linear = Network([[[1] * 30, [-1] * 30], [[1, -1]]])
    assert sup_norm(linear, -1, 1) == 30
    dead = Network([[[0, 0]], [[5]]], [[2], [1]])
    assert sup_norm(dead, 0, 1) == 11
    point = Network([[[1, 2], [3, -1]], [[1, 1]]], [[1, 0], [0]])
    assert sup_norm(point, [1, 1], [1, 1]) == point([1, 1])[0] == 6
    assert sup_norm(Network([[], [[]]], input_dim=2), 0, 1) == 0


def test_progress_and_size():
    generator = np.random.default_rng(2)
    net = Network([generator.integers(-9, 10, (30, 3)), generator.integers(-9, 10, (1, 30))])
    told = []
    assert sup_norm(net, -1, 1, progress=told.append) > 0
    assert told
    net = Network([generator.integers(-9, 10, (80, 20)), generator.integers(-9, 10, (1, 80))])
    with pytest.raises(Inexact, match="more vertices than are looked at"):
        sup_norm(net, -1, 1)


def test_what_is_refused():
    with pytest.raises(InvalidNetwork, match="2 hidden layers"):
        sup_norm(Network([[[1]], [[1]], [[1]]]), 0, 1)
    with pytest.raises(InvalidNetwork, match="tanh"):
        sup_norm(Network([[[1]], [[1]]], activation="tanh"), 0, 1)
    with pytest.raises(InvalidInput, match="low <= high"):
        sup_norm(network([[1]], [[1]]), 1, 0)
    with pytest.raises(InvalidInput, match="2 inputs"):
        sup_norm(network([[1, 2]], [[1]]), [0, 0, 0], 1)
    with pytest.raises(Inexact, match="too large for a float"):
        sup_norm(Network([[[1e200]], [[1e200]]]), 0, 1)
