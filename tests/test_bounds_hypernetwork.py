"""Hypernetworks and embedding methods as objects: values, counts, and the emulation."""

import itertools
import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from bounds.hypernetwork import EmbeddingMethod, Hypernetwork, Primary, emulate
from bounds.upper.hypernetworks import primary as theorem_4
from identifiability.composition import affine
from identifiability.errors import InvalidInput
from identifiability.network import Network


def rational(draw: random.Random) -> Fraction:
    return Fraction(draw.randint(-5, 5), draw.randint(1, 4))


def random_network(draw: random.Random, architecture: tuple[int, ...], activation: str = "relu") -> Network:
    pairs = list(itertools.pairwise(architecture))
    return Network(
        [[[rational(draw) for _ in range(a)] for _ in range(b)] for a, b in pairs],
        [[rational(draw) for _ in range(b)] for _, b in pairs],
        activation,
    )


def random_rows(draw: random.Random, count: int, dimension: int) -> list[list[Fraction]]:
    return [[rational(draw) for _ in range(dimension)] for _ in range(count)]


def slow_value(g: Primary, theta: list[Fraction], x: list[Fraction]) -> list[Fraction]:
    """g(x; θ) number by number, from the order that the docstring states."""
    numbers, current = iter(theta), x
    for layer, out in enumerate(g.widths[1:]):
        weight = [[next(numbers) for _ in current] for _ in range(out)]
        shift = [next(numbers) for _ in range(out)] if g.bias else [Fraction(0)] * out
        current = [
            sum((a * b for a, b in zip(row, current, strict=True)), start)
            for row, start in zip(weight, shift, strict=True)
        ]
        if layer < len(g.widths) - 2:
            current = [max(value, Fraction(0)) for value in current]
    assert next(numbers, None) is None
    return current


shapes = st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple)


@given(st.integers(0, 10**6), shapes, shapes, st.integers(1, 2), st.booleans())
def test_hypernetwork_is_the_primary_with_written_parameters(seed, hidden, g_rest, inputs, bias):
    draw = random.Random(seed)
    g = Primary((2, *g_rest), bias=bias)
    net = Hypernetwork(random_network(draw, (inputs, *hidden, g.parameter_count())), g)
    x, rows = random_rows(draw, 3, 2), random_rows(draw, 3, inputs)
    values = net(x, rows)
    for point, instance, value in zip(x, rows, values.tolist(), strict=True):
        assert slow_value(g, net.f(instance).tolist(), point) == value
        assert net.primary(instance)(point).tolist() == value
    assert net(x[0], rows[0]).tolist() == values[0].tolist()


@given(st.integers(0, 10**6), shapes, shapes, st.integers(1, 2), st.integers(1, 3))
def test_emulation_is_exact_at_rational_points(seed, hidden, q_rest, inputs, outputs):
    draw = random.Random(seed)
    e = random_network(draw, (inputs, *hidden, outputs))
    q = random_network(draw, (2 + outputs, *q_rest))
    method = EmbeddingMethod(e, q)
    emulated = emulate(method)
    x, rows = random_rows(draw, 4, 2), random_rows(draw, 4, inputs)
    assert emulated.f.is_exact
    assert emulated.f.depth == e.depth
    assert emulated(x, rows).tolist() == method(x, rows).tolist()


def test_wrong_emulations_are_seen():
    draw = random.Random(3)
    e, q = random_network(draw, (1, 3, 2)), random_network(draw, (4, 3, 1))
    method = EmbeddingMethod(e, q)
    right = emulate(method)
    x, rows = random_rows(draw, 20, 2), random_rows(draw, 20, 1)
    expected = method(x, rows).tolist()
    written = right.g.parameter_count()
    shifted = np.roll(np.eye(written, dtype=int), 1, axis=0).tolist()
    frozen = replace(right, f=affine(affine(right.f, [[0]], [1], at="input"), np.eye(written, dtype=int)))
    swapped = EmbeddingMethod(affine(e, [[0, 1], [1, 0]]), q)
    assert right(x, rows).tolist() == expected
    assert Hypernetwork(affine(right.f, shifted), right.g)(x, rows).tolist() != expected
    assert frozen(x, rows).tolist() != expected
    assert emulate(swapped)(x, rows).tolist() != expected


def test_emulation_writes_constants_but_for_the_first_bias():
    draw = random.Random(5)
    emulated = emulate(EmbeddingMethod(random_network(draw, (2, 3, 2)), random_network(draw, (3, 2, 2, 1))))
    first, second = (emulated.primary(instance) for instance in ([1, 2], ["-1/2", 3]))
    assert [first.weight(layer).tolist() for layer in range(3)] == [
        second.weight(layer).tolist() for layer in range(3)
    ]
    assert [first.bias(layer).tolist() == second.bias(layer).tolist() for layer in range(3)] == [
        False,
        True,
        True,
    ]


def test_emulation_of_floats_and_of_sparse_networks():
    from scipy.sparse import csr_array

    rng = np.random.default_rng(0)
    e = Network([rng.normal(size=(5, 3)), rng.normal(size=(4, 5))], [rng.normal(size=5), rng.normal(size=4)])
    q = Network([rng.normal(size=(6, 6)), rng.normal(size=(2, 6))], None, "tanh")
    x, rows = rng.normal(size=(50, 2)), rng.normal(size=(50, 3))
    for first in (q.weight(0), csr_array(q.weight(0) * (rng.random((6, 6)) < 0.4))):
        method = EmbeddingMethod(e, Network([first, q.weight(1)], None, "tanh"))
        np.testing.assert_allclose(emulate(method)(x, rows), method(x, rows), rtol=1e-12, atol=1e-12)
    halves = EmbeddingMethod(e.to_float("float32"), q.to_float("float32"))
    single = halves(x.astype("f"), rows.astype("f"))
    assert single.dtype == np.float32
    assert emulate(halves)(x.astype("f"), rows.astype("f")).dtype == np.float32


def test_arithmetics_of_the_values():
    draw = random.Random(1)
    g = Primary((2, 2, 1), "tanh")
    f = random_network(draw, (1, 3, g.parameter_count()))
    net = Hypernetwork(f, g)
    x, rows = [["1/3", 2], [0, "-1/2"]], [["1/7"], [3]]
    floats = net(np.array([[1 / 3, 2], [0, -0.5]]), rows)
    balls = net([[arb(1) / 3, arb(2)], [arb(0), arb("-0.5")]], rows)
    assert floats.dtype == np.float64
    for ball, value in zip(balls.ravel(), floats.ravel(), strict=True):
        assert abs(float(ball.mid()) - value) < 1e-12
        assert float(ball.rad()) < 1e-10
    mixed = net(x, [[arb(1) / 7], [arb(3)]])
    assert all(one.overlaps(two) for one, two in zip(mixed.ravel(), balls.ravel(), strict=True))
    embedded = EmbeddingMethod(random_network(draw, (1, 2)), random_network(draw, (4, 1), "tanh"))
    assert embedded(x, [[arb(1) / 7], [arb(3)]])[0, 0].overlaps(embedded([x[0]], [[arb(1) / 7]])[0, 0])
    with pytest.raises(InvalidInput, match="balls are mixed with floats"):
        net(np.zeros((2, 2)), [[arb(1)], [arb(3)]])


def test_the_product_is_a_hypernetwork_but_no_embedding_of_these_networks():
    product = Hypernetwork(Network([[[1]]]), Primary((1, 1), bias=False))
    assert product(["7/3"], ["-3/7"]).tolist() == [-1]
    # Within a linear cell a ReLU network in (x, I) has no mixed second difference; the product has.
    step = Fraction(1, 1000)

    def mixed(method):
        corners = [([1 + a * step], [1 + b * step]) for a in (0, 1) for b in (0, 1)]
        low, right, up, both = (method(x, instance)[0] for x, instance in corners)
        return both - right - up + low

    draw = random.Random(2)
    embedding = EmbeddingMethod(random_network(draw, (1, 3, 2)), random_network(draw, (3, 3, 1)))
    assert mixed(product) == step**2
    assert mixed(embedding) == 0


@pytest.mark.parametrize(("hidden", "embedded"), [(1, 50), (2, 1000)])
def test_counts_of_the_published_experiment(hidden, embedded):
    # N_g = 10^4 + 10, N_q = 10^4 + 10E + 10, N_f = 10^5 + 10^4 (k-2) + 10^2 N_g without biases.
    g = Primary((1000, 10, 1), bias=False)
    assert g.parameter_count() == 10**4 + 10
    weights = [np.ones((100, 1000)), *[np.ones((100, 100))] * (hidden - 1), np.ones((10010, 100))]
    net = Hypernetwork(Network(weights), g)
    assert net.primary_count() == 10010
    assert net.parameter_count("nonzero") == 10**5 + 10**4 * (hidden - 1) + 100 * 10010
    assert net.parameter_count() == net.parameter_count("nonzero") + 100 * hidden + 10010
    method = EmbeddingMethod(
        Network([np.ones((100, 1000)), np.ones((embedded, 100))]),
        Network([np.ones((10, 1000 + embedded)), np.ones((1, 10))]),
    )
    assert method.primary_count("nonzero") == 10**4 + 10 * embedded + 10
    assert method.parameter_count("nonzero") == method.primary_count("nonzero") + 10**5 + 100 * embedded
    assert method.parameter_count() == method.e.parameter_count() + method.q.parameter_count()


@pytest.mark.parametrize("m1", [1, 2])
@pytest.mark.parametrize("epsilon", ["1/3", "1/20"])
def test_primary_has_the_size_of_theorem_4(m1, epsilon):
    bound = theorem_4(m1, 1, Fraction(epsilon), count="dense")
    hidden = [run.width for run in bound.runs for _ in range(run.layers)]
    g = Primary((m1, *hidden, 1))
    assert g.parameter_count() == bound.dense
    assert Primary(g.widths, bias=False).parameter_count() < bound.dense


def test_a_hypernetwork_that_interpolates_as_in_theorem_4():
    # y(x, I) = I x² / 3 on [-1, 1]²; its hat interpolant at n + 1 nodes has error |I| h² / 12 at most.
    pieces = 8
    nodes = [Fraction(2 * j, pieces) - 1 for j in range(pieces + 1)]
    slopes = [(b * b - a * a) / (3 * (b - a)) for a, b in itertools.pairwise(nodes)]
    jumps = [slopes[0], *(b - a for a, b in itertools.pairwise(slopes))]
    hidden = [1] * pieces + [-node for node in nodes[:-1]]
    g = Primary((1, pieces, 1))
    f = Network(
        [[[0]] * (2 * pieces) + [[jump] for jump in jumps] + [["1/3"]]], [[*hidden, *[0] * pieces, 0]]
    )
    net = Hypernetwork(f, g)
    points = [[Fraction(k, 40) - 1] for k in range(81)]
    for instance in (Fraction(1), Fraction(-1, 2), Fraction(0)):
        values = net(points, [[instance]] * len(points))
        error = max(abs(v[0] - instance * x[0] ** 2 / 3) for v, x in zip(values, points, strict=True))
        assert error <= abs(instance) * Fraction(2, pieces) ** 2 / 12
    assert net.primary_count() == 3 * pieces + 1


def test_many_rows_go_in_batches(monkeypatch):
    rng = np.random.default_rng(0)
    g = Primary((2, 3, 1))
    net = Hypernetwork(Network([rng.normal(size=(g.parameter_count(), 1))]), g)
    x, rows = rng.normal(size=(50, 2)), rng.normal(size=(50, 1))
    whole = net(x, rows)
    monkeypatch.setattr("bounds.hypernetwork.BATCH_NUMBERS", 40)
    np.testing.assert_array_equal(net(x, rows), whole)
    assert net(np.zeros((0, 2)), np.zeros((0, 1))).shape == (0, 1)


def test_refusals():
    g = Primary((1, 1), bias=False)
    with pytest.raises(InvalidInput, match="must write the 2 parameters"):
        Hypernetwork(Network([[[1]]]), Primary((1, 1)))
    with pytest.raises(InvalidInput, match="got 1 inputs"):
        EmbeddingMethod(Network([[[1]]]), Network([[[1]]]))
    with pytest.raises(InvalidInput, match="has inputs and outputs"):
        Primary((3,))
    with pytest.raises(InvalidInput, match="at least 1"):
        Primary((3, 0))
    with pytest.raises(InvalidInput, match="pass as many numbers"):
        g.network([1, 2])
    with pytest.raises(InvalidInput, match="equally many rows"):
        Hypernetwork(Network([[[1]]]), g)([[1], [2]], [[1]])
    two = Network([[[1, 1]], [[1]], [[1]]], None, ["relu", "tanh"])
    with pytest.raises(InvalidInput, match="several activations"):
        emulate(EmbeddingMethod(Network([[[1]]]), two))
    with pytest.raises(InvalidInput, match="trainable"):
        Hypernetwork(Network([[[1]]]), g).parameter_count("trainable")


def test_importing_is_light():
    import subprocess
    import sys

    code = "import sys, bounds.hypernetwork; print([m for m in ('numpy', 'scipy') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
