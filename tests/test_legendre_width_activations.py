"""Depth-2 lower bounds for other activations than ReLU, against quadrature, grids and trained networks."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import gammaln, jv

from identifiability.activations import ACTIVATIONS, activation
from identifiability.errors import InvalidInput
from legendre import neuron_boxes as boxes_module
from legendre.depth2_questions import read_question
from legendre.evaluation import evaluate_orthonormal
from legendre.measure import gauss
from legendre.neuron_boxes import log_neuron_boxes, neuron_boxes
from legendre.neuron_coefficients import box, log_boxes, neuron_coefficient
from legendre.neuron_variations import half_range, neuron_norm, variations
from legendre.polynomials import dimension
from legendre.sine_neurons import largest_coefficient, log_sine_boxes, sine_box
from legendre.tails import tail
from legendre.targets import absolute_value, cosine, sine
from legendre.width import depth2_width

NAMES = (
    "relu",
    "prelu(1/4)",
    "prelu(-2)",
    "clipped_relu",
    "hard_tanh",
    "elu",
    "softsign",
    "isrlu(2)",
    "isru(1/2)",
    "sigmoid",
    "tanh",
    "arctan",
    "softplus",
    "gelu",
    "silu",
    "erf",
    "sin",
    "repu(2)",
    "repu(3)",
    "identity",
    "polynomial(1, -2, 0, 1/2)",
)
SMOOTH = ("sigmoid", "tanh", "arctan", "softplus", "gelu", "silu", "erf", "sin", "identity")
HIGHEST = 6


def test_every_activation_is_tested():
    assert {name.split("(")[0] for name in NAMES} == set(ACTIVATIONS)


def rows(d, size):
    """Nodes s, weights, and the values of L_0..L_HIGHEST there."""
    rule = gauss(d, size)
    values = [evaluate_orthonormal(d=d, n=n, t=rule.nodes) for n in range(HIGHEST + 1)]
    return rule.nodes, rule.weights, np.array(values)


ROWS = {d: rows(d, 400) for d in (2, 3, 5)}


def projections(f, d, a, c, b):
    """E[f(as + ct + b) L_n(s) L_n(t)] for n = 0..HIGHEST, by a product of Gauss rules."""
    s, weights, values = ROWS[d]
    z = a * s[:, None] + c * s[None, :] + b
    weighted = values * weights
    return np.einsum("ns,st,nt->n", weighted, f(z), weighted, optimize=True)


def bounds(sigma, d, a, c, b, orders=None):
    """The least of V_p/p! (ac)^(p/2) b_{n,p}, n = 1..HIGHEST; inf where none applies."""
    found = variations(sigma, arb(a) + arb(c) + arb(abs(b))) if orders is None else orders
    return np.array(
        [
            min(
                (
                    float(total) / math.factorial(p) * (a * c) ** (p / 2) * float(neuron_coefficient(d, n, p))
                    for p, total in found
                    if 2 * n > p
                ),
                default=math.inf,
            )
            for n in range(1, HIGHEST + 1)
        ]
    )


@settings(max_examples=120, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    d=st.sampled_from([2, 3, 5]),
    a=st.floats(0.05, 4),
    c=st.floats(0.05, 4),
    b=st.floats(-4, 4),
)
def test_no_neuron_exceeds_the_bound(name, d, a, c, b):
    sigma = activation(name)
    found = np.abs(projections(sigma.value, d, a, c, b)[1:])
    # Quadrature across a kink is less accurate.
    slack = 1e-9 if name in SMOOTH else 2e-4 * (a + c) ** 2
    assert np.all(found <= bounds(sigma, d, a, c, b) + slack)
    norm = float(half_range(sigma, arb(a) + arb(c) + arb(abs(b))))
    assert np.all(found <= norm + slack)


def step(z):
    return (z > 0) + (z == 0) / 2


@pytest.mark.parametrize("d", [2, 3, 5])
def test_the_step_comes_close_to_its_bound_and_does_not_exceed_it(d):
    most = np.array([float(neuron_coefficient(d, n, 0)) for n in range(1, HIGHEST + 1)])
    assert most == pytest.approx([(1 / n + 1 / (n + d - 2)) / (2 * math.pi) for n in range(1, HIGHEST + 1)])
    best = np.zeros(HIGHEST)
    for a, c, b in product((0.3, 1.0), (0.9, 1.0), np.linspace(-0.2, 1.0, 25)):
        # Steps of the integrand cost quadrature about one node.
        best = np.maximum(best, np.abs(projections(step, d, a, c, b)[1:]))
    assert np.all(best <= most + 4e-3)
    # Half of the constant, or that of a degree further on, would be too small.
    assert np.all(best > 0.55 * most)
    assert np.all(best[:-3] > most[3:])


@pytest.mark.parametrize(("name", "d"), list(product(("repu(1)", "repu(3)"), (2, 3, 5))))
def test_odd_powers_attain_the_bound(name, d):
    sigma = activation(name)
    p = variations(sigma, arb(1))[0][0]
    found = projections(sigma.value, d, 1.0, 1.0, 0.0)[1:]
    expected = bounds(sigma, d, 1.0, 1.0, 0.0)
    for n in range(1, HIGHEST + 1):
        if 2 * n > p:
            sign = (-1) ** (n + (p + 1) // 2)
            assert found[n - 1] == pytest.approx(sign * expected[n - 1], rel=1e-2, abs=2e-5)
            for wrong in (
                expected[n - 1] / 2,
                float(neuron_coefficient(d, n + 1, p)),
                float(neuron_coefficient(d, n, p - 1)),
            ):
                assert abs(found[n - 1]) != pytest.approx(wrong, rel=1e-2)


def test_the_square_of_relu_comes_close_to_its_bound():
    best = max(abs(projections(activation("repu", p=2).value, 5, 1, 1, b)[3]) for b in np.linspace(0, 1, 21))
    assert 0.8 < best / float(neuron_coefficient(5, 3, 2)) < 1


def test_low_degrees_of_powers_are_outside_the_theorem():
    # (s + t)_+^2 has more in degree 1 than the formula continued to 2n = p could say: it is infinite.
    assert not neuron_coefficient(3, 1, 2).is_finite()
    assert abs(projections(activation("repu", p=2).value, 3, 1, 1, 0)[1]) > 0.3


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "arctan", "erf", "isru(1/2)", "softsign"])
def test_half_of_the_variation_is_too_little_for_sharp_transitions(name):
    sigma, d = activation(name), 5
    total = dict(variations(sigma, arb(10) ** 6))[0]
    best = 0.0
    for b in np.linspace(0.2, 0.6, 21):
        best = max(best, abs(projections(sigma.value, d, 60.0, 60.0, 60.0 * b)[2]))
    most = float(neuron_coefficient(d, 2, 0)) * float(total)
    assert most / 2 < best < most


@pytest.mark.parametrize("name", ["softplus", "elu", "isrlu(2)", "prelu(1/4)", "gelu", "silu"])
def test_half_of_the_variation_of_the_derivative_is_too_little(name):
    sigma, d, n = activation(name), 3, 2
    found = abs(projections(sigma.value, d, 40.0, 40.0, 0.0)[n])
    ((p, total),) = variations(sigma, arb(200))
    most = float(total) * 40 * float(neuron_coefficient(d, n))
    assert p == 1
    assert most / 2 < found <= most * (1 + 1e-3)


def grid_variation(values):
    return float(np.sum(np.abs(np.diff(values))))


@pytest.mark.parametrize(("name", "radius"), list(product(NAMES, (0.3, 1.0, 1.7, 6.0, 50.0))))
def test_variations_on_a_grid(name, radius):
    sigma = activation(name)
    z = np.linspace(-radius, radius, 40_002)[1:-1]
    orders = variations(sigma, arb(radius))
    for p, total in orders:
        if p <= 1 and not sigma.is_polynomial:
            on_grid = grid_variation(sigma.value(z) if p == 0 else sigma.derivative(z))
            assert float(total) == pytest.approx(on_grid, rel=3e-3, abs=1e-9)
            assert float(total) > on_grid - 1e-9
            assert float(total) / 2 < on_grid or on_grid == 0
    if name != "sin" and not sigma.is_polynomial and not name.startswith("repu"):
        assert [p for p, _ in orders] == ([0, 1] if sigma.derivative_l1.is_finite else [1])
    values = sigma.value(np.append(z, [-radius, 0, radius]))
    spread = (values.max() - values.min()) / 2
    # Polynomials are enclosed term by term, gelu and silu by a rounded minimum.
    loose = 4 if name.startswith("polynomial") else 1 + 2e-5
    assert spread - 1e-12 <= float(half_range(sigma, arb(radius))) <= spread * loose + 1e-12


@pytest.mark.parametrize("name", [name for name in NAMES if name != "sin"])
def test_variations_grow_to_those_on_the_line(name):
    sigma = activation(name)
    for p, total in variations(sigma, arb(10) ** 30):
        if p == 0 and not sigma.is_polynomial:
            assert total.overlaps(sigma.derivative_l1.ball(53)) or abs(
                total - sigma.derivative_l1.ball(53)
            ) < arb("1e-13")
        if p == 1:
            assert abs(total - sigma.derivative_variation.ball(53)) < arb("1e-12")
    for _, total in variations(sigma, arb(10) ** 3000):
        assert total.is_finite()
    assert half_range(sigma, arb(10) ** 3000) > 0


def test_piecewise_linear_activations_without_a_kink_in_reach_are_linear():
    sigma = activation("hard_tanh")
    assert variations(sigma, arb(1))[1] == (1, 0)
    assert variations(sigma, arb("1.01"))[1] == (1, 2)
    linear = depth2_width(sine(9), 3, "0.1", "0.1", certified=True, activation=sigma)
    assert (linear.width, linear.status) == (math.inf, "certified")
    assert depth2_width(sine(9), 3, "0.1", "0.3", certified=True, activation=sigma).width < math.inf


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    d=st.sampled_from([2, 3, 5]),
    bound=st.floats(0.05, 3),
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(-1, 1)),
)
def test_the_norm_of_a_centred_neuron(name, d, bound, shares):
    sigma = activation(name)
    a, c, b = shares[0] * math.sqrt(d) * bound, shares[1] * math.sqrt(d) * bound, shares[2] * bound
    s, weights, _ = ROWS[d]
    values = sigma.value(a * s[:, None] + c * s[None, :] + b)
    centred = values - (weights @ values)[None, :] - (values @ weights)[:, None] + weights @ values @ weights
    norm = math.sqrt(weights @ centred**2 @ weights)
    reach = arb(bound) * (1 + 2 * arb(d).sqrt())
    assert norm <= float(neuron_norm(sigma, reach, Fraction(bound))) * (1 + 1e-6) + 1e-12


def test_the_norm_of_a_centred_relu_is_not_much_smaller():
    s, weights, _ = ROWS[5]
    values = np.maximum(0, math.sqrt(5) * (s[:, None] + s[None, :]))
    centred = values - (weights @ values)[None, :] - (values @ weights)[:, None] + weights @ values @ weights
    norm = math.sqrt(weights @ centred**2 @ weights)
    assert 0.2 < norm / float(neuron_norm(activation("relu"), arb(9), Fraction(1))) < 1


def sizes(d, n, k):
    nu = d / 2 - 1
    log_scale = math.log(dimension(d, n)) / 2 + math.lgamma(d / 2)
    return np.abs(math.exp(log_scale) * (2 / k) ** nu * jv(n + nu, k))


@pytest.mark.parametrize(("d", "n"), list(product((2, 3, 4, 7, 20), (1, 2, 5, 30, 200))))
def test_the_largest_coefficient_of_a_wave(d, n):
    for reach in (0.01, 0.5 * n, 0.9 * n, math.sqrt(n * (n + d - 2)), n + d, 3 * n + d, 1e4):
        k = np.append(np.linspace(0.001, min(reach, 2 * (n + d)), 2000), reach)
        found = float(sizes(d, n, k).max())
        most = float(largest_coefficient(d, n, Fraction(reach) ** 2))
        assert found <= most * (1 + 1e-9)
        if d == 2 and n >= 30 and reach > 2 * n:
            # Landau's constant is the best one: 0.66 would be too small.
            assert found > most * 0.66 / 0.674886
        # Nothing but a factor of about n^(1/3) is lost, at the turning point.
        assert most <= 12 * found * n ** (1 / 3) + 1e-280


@pytest.mark.parametrize("d", [2, 3, 5])
def test_waves_have_the_coefficients_that_the_bound_is_made_of(d):
    a, c, b = 3.0, 2.2, 0.7
    found = np.abs(projections(np.sin, d, a, c, b)[1:])
    both = [
        math.sin(b) * float(sizes(d, n, np.array([a]))[0] * sizes(d, n, np.array([c]))[0])
        for n in range(1, 7)
    ]
    assert found == pytest.approx(both, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize(("d", "bound"), list(product((2, 3, 9), ("1/100", "1", "2", "300", "1e400"))))
def test_boxes_in_floats_and_in_balls(d, bound):
    degrees = np.array([1, 2, 3, 7, 40, 1000])
    for name in (*NAMES, "repu(40)"):
        question = read_question(sine(5), d, "0.1", bound, "norm", name)
        logs = log_neuron_boxes(question, degrees.astype(float))
        for log, most in zip(logs, neuron_boxes(question, degrees.tolist()), strict=True):
            assert (log == -math.inf) == most.is_zero()
            if log > -math.inf:
                assert log == pytest.approx(float(most.log()), rel=1e-9, abs=2e-8)
    waves = log_sine_boxes(d, degrees.astype(float), Fraction(bound))
    for n, log in zip(degrees.tolist(), waves, strict=True):
        assert log == pytest.approx(float(sine_box(d, n, Fraction(bound)).log()), rel=1e-9, abs=1e-9)


def test_boxes_of_powers_in_floats_and_in_balls():
    for d, p in product((2, 3, 30), (0, 2, 3, 10)):
        degrees = [p // 2 + 1, p // 2 + 2, 50, 10**4]
        logs = log_boxes(d, np.array(degrees, dtype=float), Fraction(7, 3), p)
        expected = [float(box(d, n, Fraction(7, 3), p).log()) for n in degrees]
        assert logs == pytest.approx(expected, rel=1e-12, abs=1e-11)
        # Gamma functions in floats, for the ball.
        n = degrees[1]
        plain = (
            math.lgamma(p + 1)
            + math.log(dimension(d, n)) / 2
            + 2 * (math.lgamma(d / 2) - math.lgamma((d + p) / 2))
            + math.lgamma(d - 1 + p)
            + gammaln(n - p / 2)
            - gammaln(n + d - 1 + p / 2)
            - (p + 1) * math.log(2)
            - math.log(math.pi)
            + (p + 1) * math.log(7 / 3)
            + p * math.log(d) / 2
        )
        assert expected[1] == pytest.approx(plain, rel=1e-11)


def test_the_box_of_a_neuron_on_spheres():
    # <tanh(<w, x> + <w', x'> + b), h_n> by Monte Carlo, for weights at the bound.
    rng = np.random.default_rng(5)
    d, n, size, bound = 3, 2, 200_000, 3
    x, other = rng.normal(size=(2, size, d))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    other /= np.linalg.norm(other, axis=1, keepdims=True)
    h = math.sqrt(dimension(d, n)) * (3 * np.sum(x * other, axis=1) ** 2 - 1) / 2
    for name in ("tanh", "sigmoid", "gelu", "repu(2)", "sin", "arctan"):
        sigma = activation(name)
        question = read_question(sine(5), d, "0.1", bound, "norm", sigma)
        most = float(neuron_boxes(question, [n])[0])
        for sign in (1, -1):
            values = bound * sigma.value(bound * (x.sum(axis=1) + sign * other.sum(axis=1)) + bound) * h
            assert abs(values.mean()) <= most + 4 * values.std() / math.sqrt(size)


def test_relu_by_any_name_has_the_box_of_relu():
    plain = depth2_width(sine(60), 4, "0.01", 3, certified=True)
    for name in ("repu(1)", "prelu(0)", activation("relu")):
        assert depth2_width(sine(60), 4, "0.01", 3, certified=True, activation=name).width == plain.width
    # softplus and elu come from relu by averaging; leaky ones have a smaller kink.
    assert depth2_width(sine(60), 4, "0.01", 30, certified=True, activation="softplus").width >= (
        depth2_width(sine(60), 4, "0.01", 30, certified=True).width
    )
    leaky = depth2_width(sine(60), 4, "0.01", 3, certified=True, activation="prelu(1/4)")
    assert leaky.log10 - plain.log10 == pytest.approx(math.log10(4 / 3), abs=1e-9)


def test_large_weights_turn_a_sigmoid_into_a_step():
    # The step's box does not see the sizes of w and w': only w_2 counts.
    small, large = (
        depth2_width(sine(200), 4, "0.01", bound, activation="sigmoid").log10 for bound in (10**6, 10**9)
    )
    assert small - large == pytest.approx(3, abs=1e-6)
    relu = [depth2_width(sine(200), 4, "0.01", bound).log10 for bound in (10**6, 10**9)]
    assert relu[0] - relu[1] == pytest.approx(6, abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_certified_bounds_agree_with_floats(name):
    for method, target in product(("box", "optimal", "dual", "tail"), (sine(30), absolute_value())):
        given = {"d": 4, "epsilon": "0.02", "weight_bound": "1/2", "method": method, "activation": name}
        proved, guessed = depth2_width(target, certified=True, **given), depth2_width(target, **given)
        assert (proved.status == "certified") == (guessed.status == "evidence")
        assert proved.log10 <= guessed.log10 + 1e-7
        assert proved.log10 == guessed.log10 or proved.log10 > guessed.log10 - 1e-3
        assert name.split("(")[0] in (proved.explanation + proved.activation).lower()
        assert proved.to_json()["inputs"]["activation"] == proved.activation


def test_polynomials_reach_no_degree_beyond_half_their_own():
    # One network of any width is a quadratic polynomial in (x, x'), and has <x, x'> at most.
    missing = float(tail(sine(3), d=3, n=2)) ** 2
    for factor, reached in ((Fraction(999, 1000), False), (Fraction(1001, 1000), True)):
        for certified in (False, True):
            found = depth2_width(
                sine(3),
                d=3,
                epsilon=Fraction(missing) * factor,
                weight_bound=2,
                error="squared",
                certified=certified,
                activation="polynomial(0, 1, 1)",
            )
            assert (found.width < math.inf) == reached
            assert found.status == ("certified" if certified else "evidence")
    # Degree 3 is reached from a polynomial of degree 6 on, not before.
    cubic = {"d": 3, "epsilon": "1e-9", "weight_bound": 2, "certified": True}
    wave = sine("1/100")
    assert depth2_width(wave, activation="polynomial(0,0,0,0,0,1)", **cubic).width == math.inf
    assert depth2_width(wave, activation="polynomial(0,0,0,0,0,0,1)", **cubic).width < math.inf


def test_a_quadratic_network_is_what_the_theorem_says():
    # ((x + x')^2 - (x - x')^2)/4 summed over the coordinates is <x, x'>: 2d neurons of weights 1.
    wave = sine("1/10")
    missing = float(tail(wave, d=3, n=2))
    found = depth2_width(
        wave, d=3, epsilon=missing * 1.01, weight_bound=1, certified=True, activation="polynomial(0, 0, 1)"
    )
    assert found.width <= 6


def test_no_width_suffices():
    found = depth2_width(sine(40), 5, "0.01", 2, certified=True, activation="identity")
    assert (found.width, found.log10, found.status) == (math.inf, math.inf, "certified")
    assert "no width suffices" in str(found)
    assert "however wide" in found.explanation
    json = found.to_json()
    assert (json["width"], json["log10"]) == ("inf", None)
    assert r"\infty" in found.to_latex()
    assert "∞" in found._repr_html_()
    for method in ("box", "optimal", "dual", "tail"):
        for certified in (False, True):
            constant = depth2_width(
                sine(40), 5, "0.01", 2, method, certified=certified, activation="polynomial(7)"
            )
            assert constant.width == math.inf, (method, certified)
    nothing = depth2_width(sine(1), 5, 1, 2, activation="identity")
    assert (nothing.width, nothing.status) == (0, "void")


def test_small_weights_make_waves_nearly_useless():
    found = depth2_width(sine(40), 5, "0.01", "0.1", certified=True, activation="sin")
    assert found.log10 > 100
    assert found.width < depth2_width(sine(40), 5, "0.01", "0.01", activation="sin").width
    with pytest.raises(InvalidInput, match="digits"):
        depth2_width(sine(400), 5, "0.01", "1e-2000", activation="sin")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"activation": "swish"}, "swish"),
        ({"activation": "prelu"}, "parameter a"),
        ({"activation": 3}, "3"),
        ({"activation": None}, "None"),
        ({"activation": "tanh", "method": "slides"}, "relu"),
    ],
)
def test_bad_activations_are_refused(change, message):
    given = {"d": 5, "epsilon": "0.016", "weight_bound": "2^d", **change}
    with pytest.raises(InvalidInput, match=message):
        depth2_width(sine("pi*d^3"), **given)


@pytest.mark.parametrize("d", [2, 3, 5])
def test_one_neuron_of_relu_attains_all_boxes_at_once(d):
    # w = w' = (B, ..., B), b = 0: as + ct with a = c = sqrt(d) B, and <v, v'> = 1.
    bound = 2
    found = bound * projections(lambda z: np.maximum(0, z), d, *(2 * [math.sqrt(d) * bound]), 0.0)
    question = read_question(sine(5), d, "0.1", bound, "norm")
    for n, most in enumerate(neuron_boxes(question, list(range(1, HIGHEST + 1))), start=1):
        signed = (-1) ** (n + 1) * found[n] / math.sqrt(dimension(d, n))
        assert signed == pytest.approx(float(most), rel=1e-2)


def fitted_error(f, sigma, width, weight_bound, seed, count=24):
    """The squared L2 error on two circles of a network within the weight bound, trained by L-BFGS-B."""
    angles = 2 * np.pi * (np.arange(count) + 0.5) / count
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    both = np.concatenate([np.repeat(points, count, axis=0), np.tile(points, (count, 1))], axis=1)
    wanted = f(np.sum(both[:, :2] * both[:, 2:], axis=1))
    rng = np.random.default_rng(seed)

    def loss(p):
        first, shift, last = p[: 4 * width].reshape(width, 4), p[4 * width : 5 * width], p[5 * width : -1]
        z = both @ first.T + shift
        active = sigma.value(z)
        miss = active @ last + p[-1] - wanted
        back = (miss[:, None] * last) * sigma.derivative(z)
        gradient = np.concatenate([(back.T @ both).ravel(), back.sum(axis=0), active.T @ miss, [miss.sum()]])
        return float(np.mean(miss**2)), 2 / len(wanted) * gradient

    limits = [(-weight_bound, weight_bound)] * (6 * width + 1)
    start = rng.uniform(-weight_bound, weight_bound, 6 * width + 1)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": 80})
    return float(best.fun)


@pytest.mark.parametrize(
    ("name", "width", "weight_bound", "seed"),
    [
        ("tanh", 6, 2.0, 0),
        ("sigmoid", 12, 4.0, 1),
        ("sin", 4, 3.0, 2),
        ("sin", 2, 1.0, 3),
        ("repu(2)", 6, 1.0, 4),
        ("gelu", 8, 1.5, 5),
        ("hard_tanh", 6, 1.0, 6),
        ("polynomial(0, 1, 1, 1, 1)", 6, 1.0, 7),
    ],
)
def test_no_trained_network_beats_any_bound(name, width, weight_bound, seed):
    sigma = activation(name)
    for target, f in ((cosine(2), lambda t: np.cos(2 * t)), (sine(4), lambda t: np.sin(4 * t))):
        error = fitted_error(f, sigma, width, weight_bound, seed)
        for method in ("box", "optimal", "dual", "tail"):
            found = depth2_width(
                target,
                d=2,
                epsilon=Fraction(error) * Fraction(1001, 1000),
                weight_bound=weight_bound,
                method=method,
                error="squared",
                certified=True,
                activation=sigma,
            )
            assert found.width <= width, (method, error)


def test_boxes_that_are_too_small_are_beaten_by_a_trained_network(monkeypatch):
    # With boxes of a fiftieth the same training is a counterexample: the test above can fail.
    sigma, width, bound = activation("sin"), 2, 1.0
    error = fitted_error(lambda t: np.cos(2 * t), sigma, width, bound, 3)
    monkeypatch.setattr(boxes_module, "sine_box", lambda d, n, b: sine_box(d, n, b) / 50)
    monkeypatch.setattr(
        boxes_module, "log_sine_boxes", lambda d, n, b: log_sine_boxes(d, n, b) - math.log(50)
    )
    found = depth2_width(
        cosine(2), 2, Fraction(error), bound, error="squared", certified=True, activation=sigma
    )
    assert found.width > width
