"""The audit of hypotheses: every witness recomputed another way, and spoilt to see it rejected."""

import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from bounds.audit.alternation import alternating_target, cosine_norm
from bounds.audit.best_approximations import two_best_approximations, two_best_approximations_across
from bounds.audit.hypotheses import audit, audit_markdown, hypotheses
from bounds.audit.non_attainment import power_norm, unattained_target
from bounds.audit.representable import representable_function
from bounds.audit.sign_changes import sign_change_bound
from bounds.audit.variation import DerivativeInBV, ValueAtZero, large_variation
from bounds.theorems import theorems
from identifiability.activations import ACTIVATIONS, activation
from identifiability.constants import constant
from identifiability.errors import InvalidInput
from identifiability.exact import ball
from identifiability.ridge import ridge_sobolev_norm

NAMED = {name: activation(name) for name in ACTIVATIONS if name not in ("prelu", "polynomial")}
SIGMAS = [
    *NAMED.values(),
    activation("prelu", a="1/4"),
    activation("prelu", a="-1/2"),
    activation("prelu", a=-1),
    activation("prelu", a=3),
    activation("prelu", a=0),
    activation("prelu", a=1),
    activation("isru", a=100),
    activation("isrlu", a="1/9"),
    activation("repu", p=1),
    activation("repu", p=5),
    activation("polynomial", coefficients=[0, 0, 1]),
    activation("polynomial", coefficients=[1, -1, 0, "1/2", 0, 2]),
]
CONSTANT = activation("polynomial", coefficients=[3])
IDS = [str(sigma) for sigma in SIGMAS]
ZERO, ONE = Fraction(0), Fraction(1)

each = pytest.mark.parametrize("sigma", SIGMAS, ids=IDS)


def findings_of(sigma, theorem="theorem-1", r=1):
    return {finding.name: finding for finding in hypotheses(theorem, sigma, r)}


# What is found, against the table in the theory of this program and against numerical integration.

IN_BV = {"clipped_relu", "hard_tanh", "tanh", "sigmoid", "arctan", "erf", "isru", "softsign"}


@each
@pytest.mark.parametrize("r", [1, 2, 5])
def test_every_activation_fails_the_hypotheses_that_the_table_says(sigma, r):
    found = findings_of(sigma, r=r)
    assert found["piecewise C^1"].holds == "yes"
    assert found["derivative in BV"].holds == ("yes" if sigma.name in IN_BV else "no")
    assert found["no member is a network"].holds == "no"
    assert found["Assumption 1"].holds == "no"
    assert found["Assumption 2"].holds == "no"


@pytest.mark.parametrize("stated", theorems(), ids=lambda stated: stated.id)
@each
def test_findings_follow_the_theorem_and_every_witness_checks(sigma, stated):
    for r in (1, 3):
        found = hypotheses(stated.id, sigma, r)
        assert [finding.name for finding in found] == [h.name for h in stated.hypotheses]
        for finding in found:
            assert finding.holds in ("yes", "no", "unknown")
            assert finding.reason
            assert "\n" not in finding.reason
            if finding.witness is not None:
                assert finding.witness.check(), finding
                assert str(sigma) in str(finding.witness)
            if finding.holds == "no" and finding.name not in ("order one", "universal"):
                assert finding.witness is not None


def test_only_the_identity_and_lines_are_not_universal():
    holds = {str(sigma): findings_of(sigma, "theorem-2")["universal"].holds for sigma in SIGMAS}
    assert {name for name, answer in holds.items() if answer != "yes"} == {"identity", "prelu(a=1)"}


def test_only_logistic_softplus_and_some_polynomials_do_not_vanish_at_zero():
    found = {str(sigma): findings_of(sigma, "theorem-2")["zero at zero"] for sigma in SIGMAS}
    not_zero = {name: finding for name, finding in found.items() if finding.holds == "no"}
    assert set(not_zero) == {"sigmoid", "softplus", str(SIGMAS[-1])}
    assert not_zero["sigmoid"].reason == "σ(0) = 1/2"
    assert not_zero["softplus"].reason == "σ(0) = log(2)"


def test_conditions_on_the_setting_are_not_decided_by_the_activation():
    found = findings_of("tanh", "theorem-3")
    for name in ("smooth embedding", "bounded embedding complexity", "bounded first layer"):
        assert found[name].holds == "unknown"
        assert re.search("a condition on the class [eq], not on the activation", found[name].reason)
    assert "Borsuk" in findings_of("tanh", "theorem-2")["bounded embedding dimension"].reason
    assert findings_of("tanh", "theorem-4")["no section is a network"].holds == "unknown"
    assert findings_of("tanh", "theorem-5")["selector of few features"].holds == "unknown"


def test_theorems_2_and_3_speak_of_order_one_only():
    for theorem in ("theorem-2", "theorem-3"):
        assert findings_of("tanh", theorem, 1)["order one"].holds == "yes"
        assert findings_of("tanh", theorem, 2)["order one"].holds == "no"


def test_a_constant_activation_has_only_constant_networks():
    found = findings_of(CONSTANT)
    assert found["no member is a network"].holds == "yes"
    assert found["Assumption 1"].holds == "yes"
    assert found["Assumption 2"].holds == "no"
    assert found["Assumption 2"].witness.check()
    assert representable_function(CONSTANT) is None


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"theorem": "theorem-9"}, "there is no theorem 'theorem-9'"),
        ({"activation": "swish"}, "there is no activation 'swish'"),
        ({"activation": "prelu"}, "prelu needs the parameter a"),
        ({"r": 0}, "r must be at least 1"),
        ({"r": True}, "r must be an integer"),
        ({"r": 101}, "r must be at most 100"),
    ],
)
def test_bad_questions_are_refused(arguments, complaint):
    with pytest.raises(InvalidInput, match=complaint):
        hypotheses(**arguments)


def test_the_high_orders_work():
    for sigma in SIGMAS:
        for r in (1, 100):
            found = hypotheses("theorem-2", sigma, r)
            assert all(finding.witness is None or finding.witness.check() for finding in found)


@pytest.mark.parametrize(
    "sigma",
    [
        activation("isru", a="1e30"),
        activation("isru", a="1e-30"),
        activation("isrlu", a="1e300"),
        activation("repu", p=1000),
        activation("prelu", a="1e300"),
        activation("polynomial", coefficients=[0] * 1000 + ["1e-9"]),
    ],
    ids=lambda sigma: str(sigma)[:20],
)
def test_extreme_parameters_are_answered(sigma):
    for finding in hypotheses("theorem-2", sigma, 4):
        assert finding.witness is None or finding.witness.check()
        assert finding.holds == "no" or finding.name not in ("Assumption 1", "Assumption 2")


def test_the_audit_loads_no_heavy_library():
    script = (
        "import sys; from bounds.audit import hypotheses as a\n"
        "[str(f.witness) for f in a.hypotheses('theorem-2', 'gelu', 2)]\n"
        "assert not {'numpy', 'scipy', 'sympy', 'matplotlib', 'rich'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_audit_covers_every_activation_and_its_table_is_a_table():
    table = audit("theorem-2")
    assert [sigma.name for sigma, _ in table] == list(ACTIVATIONS)
    text = audit_markdown("theorem-2")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == len(ACTIVATIONS) + 2
    assert len({row.count("|") for row in rows}) == 1
    assert "| tanh | yes | yes | yes | yes | no | yes | no | no |" in rows
    assert "| identity | yes | no | no | yes | no | yes | no | no |" in rows
    assert "\n\n\n" not in text


# σ(0) and the variation of σ'.


@each
def test_the_value_at_zero_and_only_it_is_confirmed(sigma):
    witness = ValueAtZero(sigma, sigma.at_zero)
    assert witness.check()
    for wrong in ("1/3", "1e-30", "log(3)"):
        assert not ValueAtZero(sigma, constant(wrong)).check()


@pytest.mark.parametrize("name", sorted(IN_BV))
def test_the_constants_of_bv_agree_with_quadrature_and_wrong_ones_are_rejected(name):
    from scipy.integrate import quad

    sigma = activation(name)
    witness = findings_of(sigma)["derivative in BV"].witness
    points = [float(point) for point in sigma.breakpoints]

    def slope(x):
        return abs(float(sigma.derivative(np.array([x]))[0]))

    ends = [-np.inf, *(points or [0.0]), np.inf]
    integral = sum(quad(slope, low, high, limit=200)[0] for low, high in pairwise(ends))
    assert float(witness.l1) == pytest.approx(integral, rel=1e-6)
    for factor in ("1/2", "98/100", "103/100", "2"):
        assert not replace(witness, l1=constant(f"({witness.l1})*{factor}")).check()
        assert not replace(witness, variation=constant(f"({witness.variation})*{factor}")).check()
    assert not replace(witness, l1=constant("inf")).check()


@pytest.mark.parametrize("name", ["relu", "softplus", "gelu", "sin", "identity"])
def test_an_integral_that_grows_without_bound_is_seen_to_grow(name):
    sigma = activation(name)
    short, long = (large_variation(sigma, length) for length in (256, 512))
    assert long.at_least > Fraction(19, 10) * short.at_least > 190
    assert long.check()
    assert not replace(long, at_least=2 * long.at_least).check()
    assert not replace(long, length=0).check()
    bounded = large_variation(activation("tanh"), 512)
    assert bounded.at_least <= 2


# A member of the class that is a network.


@each
@pytest.mark.parametrize("r", [1, 2, 3])
def test_the_representable_function_lies_in_the_ball_by_another_computation(sigma, r):
    y = representable_function(sigma, r)
    other = ridge_sobolev_norm(sigma, y.amplitude, y.scale, y.shift, r, Fraction(1, 20))
    assert other.upper <= 1
    assert other.lower <= y.norm_bound() <= 1
    p, q = (float(y.amplitude) * sigma.value(float(y.scale * x + y.shift)) for x in y.points)
    assert p != q


@each
def test_the_representable_function_is_the_network_that_it_is_said_to_be(sigma):
    y = representable_function(sigma, 2)
    network = y.network(m=3)
    points = np.random.default_rng(0).uniform(-1, 1, (50, 3))
    direct = float(y.amplitude) * sigma.value(float(y.scale) * points[:, 0] + float(y.shift))
    assert np.allclose(network(points).ravel(), direct, rtol=1e-12, atol=0)
    assert network.architecture == (3, 1, 1)


@each
def test_spoilt_representable_functions_are_rejected(sigma):
    y = representable_function(sigma, 1)
    assert y.check()
    too_large = replace(y, amplitude=y.amplitude * 2 / y.norm_bound())
    assert not too_large.check()
    assert not replace(y, amplitude=ZERO).check()
    assert not replace(y, points=(y.points[0], y.points[0])).check()
    assert not replace(y, points=(y.points[0], Fraction(3))).check()
    assert not replace(y, scale=-y.scale).check()
    for point in sigma.breakpoints:
        assert not replace(y, shift=point, amplitude=Fraction(1, 10**6)).check()


# Sign changes of networks with two units.


def sign_changes(values, tolerance):
    signs = np.sign(values) * (np.abs(values) > tolerance)
    return [int((np.diff(row[row != 0]) != 0).sum()) for row in signs]


def accurate(sigma, t):
    if sigma.name == "gelu":  # without the cancellation in 1 + erf
        from scipy.special import ndtr

        return t * ndtr(t)
    return sigma.value(t)


@each
def test_no_sampled_network_changes_its_sign_more_often_than_proved(sigma):
    bound = sign_change_bound(sigma)
    if bound is None:
        assert sigma.name == "sin"
        return
    assert bound.proof.endswith(".")
    rng = np.random.default_rng(17)
    x = np.linspace(-1, 1, 1201)
    for _ in range(3):
        w = rng.normal(size=(100, 2)) * 10 ** rng.uniform(-0.5, 1.3, (100, 2))
        b = np.where(
            rng.random((100, 1)) < 0.5, w * rng.uniform(-1, 1, (100, 2)), rng.normal(size=(100, 2)) * 4
        )
        units = accurate(sigma, w[:, :, None] * x + b[:, :, None])
        # Make the network vanish at a random point, so that it does change its sign.
        zero = units[np.arange(100), :, rng.integers(0, x.size, 100)]
        v = np.stack([zero[:, 1], -zero[:, 0]], axis=1) * (1 + rng.normal(size=(100, 2)) * 1e-3)
        terms = v[:, :, None] * units
        tolerance = 1e-9 * np.abs(terms).sum(axis=1)
        assert max(sign_changes(terms.sum(axis=1), tolerance)) <= bound.changes


def steep_against_flat(w):
    return ((Fraction(2, 5), Fraction(w), ZERO), (-ONE, ONE, ZERO))


F = Fraction
SHARP = {
    "relu": (((ONE, ONE, ONE), (F(-3), ONE, ZERO)), (F(-1, 2), ONE)),
    "repu(p=2)": (((ONE, ONE, ONE), (F(-9), ONE, ZERO)), (F(-1, 2), ONE)),
    "clipped_relu": (((ONE, F(1, 2), F(1, 2)), (F(-9, 10), F(4), F(2))), (F(-3, 5), ZERO, ONE)),
    "hard_tanh": (steep_against_flat(8), (F(-1), F(-1, 10), F(1, 10), ONE)),
    "tanh": (steep_against_flat(8), (F(-1), F(-1, 10), F(1, 10), ONE)),
    "arctan": (steep_against_flat(8), (F(-1), F(-1, 10), F(1, 10), ONE)),
    "erf": (steep_against_flat(8), (F(-1), F(-1, 10), F(1, 10), ONE)),
    "softsign": (steep_against_flat(8), (F(-1), F(-1, 10), F(1, 10), ONE)),
    "isru(a=1)": (steep_against_flat(8), (F(-1), F(-1, 10), F(1, 10), ONE)),
    "sigmoid": (((ONE, F(4), ZERO), (F(-9, 10), F(16), F(8))), (F(-1), ZERO, ONE)),
    "softplus": (((F(5), F(4), ZERO), (-ONE, F(16), F(4))), (F(-1), ZERO, ONE)),
    "elu": (((ONE, F(4), -ONE), (ONE, F(-4), -ONE)), (F(-1), ZERO, ONE)),
    "isrlu(a=1)": (((ONE, F(4), -ONE), (ONE, F(-4), -ONE)), (F(-1), ZERO, ONE)),
    "prelu(a=1/4)": (((ONE, F(4), -ONE), (ONE, F(-4), -ONE)), (F(-1), ZERO, ONE)),
    "prelu(a=-1/2)": (
        ((ONE, ONE, F(-1, 4)), (-ONE, -ONE, F(-1, 4))),
        (F(-1), F(-3, 10), F(3, 10), ONE),
    ),
    "identity": (((ONE, ONE, ZERO),), (F(-1), ONE)),
    "polynomial(0, 0, 1)": (((ONE, ONE, ZERO), (F(-1, 4), ZERO, ONE)), (F(-1), ZERO, ONE)),
}


@pytest.mark.parametrize("name", SHARP)
def test_the_bounds_are_attained_so_that_smaller_ones_would_be_false(name):
    sigma = activation(name)
    network, points = SHARP[name]
    with ctx.workprec(128):
        values = [sum(ball(v) * sigma.ball(ball(w * x + b)) for v, w, b in network) for x in points]
    assert all(value > 0 or value < 0 for value in values)
    assert all((a > 0) == (b < 0) for a, b in pairwise(values))
    assert len(points) - 1 == sign_change_bound(sigma).changes


def test_all_bounds_but_two_are_attained():
    bounded = {name for name, sigma in NAMED.items() if sign_change_bound(sigma) is not None}
    shown = {activation(name).name for name in SHARP}
    assert bounded - shown == {"gelu", "silu"}


def test_sine_networks_change_sign_without_bound():
    assert sign_change_bound(activation("sin")) is None
    x = np.linspace(-1, 1, 100_001)
    assert sign_changes(np.sin(1000 * x)[None, :], 0.0)[0] > 600


def test_more_units_are_bounded_for_piecewise_polynomials_only():
    assert sign_change_bound(activation("tanh"), units=3) is None
    rng = np.random.default_rng(4)
    x = np.linspace(-1, 1, 2001)
    for sigma in (activation("prelu", a=-1), activation("hard_tanh"), activation("repu", p=3)):
        bound = sign_change_bound(sigma, units=3).changes
        for _ in range(50):
            v, w, b = rng.normal(size=(3, 3)) * 3
            values = v @ sigma.value(w[:, None] * x + b[:, None])
            assert sign_changes(values[None, :], 1e-9)[0] <= bound


# Assumption 2: targets that alternate too often.


def certified_cosine_norm(amplitude, frequency, r):
    # The k-th derivative attains (K pi)^k at a multiple of 1/(2K); the sum by another route, in balls.
    with ctx.workprec(200):
        ratio = arb.pi() * frequency
        return ball(amplitude) * (ratio ** (r + 1) - 1) / (ratio - 1)


@each
@pytest.mark.parametrize("r", [1, 2, 4])
def test_the_alternating_target_lies_in_the_ball_and_alternates(sigma, r):
    y = alternating_target(sigma, r)
    if y is None:
        assert sigma.name == "sin"
        return
    norm = certified_cosine_norm(y.amplitude, y.frequency, r)
    assert norm < 1
    assert y.amplitude * cosine_norm(y.frequency, r) <= 1
    points = [fmpq(j, y.frequency) for j in range(-y.frequency, y.frequency + 1)]
    assert all(-1 <= point <= 1 for point in points)
    values = [arb.cos_pi(arb(point * y.frequency)) for point in points]
    assert all(a == -b and abs(a) == 1 for a, b in pairwise(values))
    assert len(values) - 1 > y.changes


@each
def test_no_sampled_network_is_closer_to_the_alternating_target_than_zero(sigma):
    y = alternating_target(sigma, 1)
    if y is None:
        return
    c = float(y.amplitude)
    j = np.arange(-y.frequency, y.frequency + 1)
    x, values = j / y.frequency, c * (-1.0) ** j
    rng = np.random.default_rng(23)
    w = rng.normal(size=(500, 2)) * 10 ** rng.uniform(-1, 1.3, (500, 2))
    b = rng.normal(size=(500, 2)) * 3
    units = accurate(sigma, w[:, :, None] * x + b[:, :, None])
    units = units / np.maximum(np.abs(units).max(axis=2, keepdims=True), 1e-300)
    for scale in (0.1, 1.0):
        v = rng.normal(size=(500, 2)) * c * scale
        error = np.abs((v[:, :, None] * units).sum(axis=1) - values).max(axis=1)
        assert error.min() >= c * (1 - 1e-12)


@each
def test_least_squares_fits_do_not_beat_zero_either(sigma):
    from scipy.optimize import minimize

    y = alternating_target(sigma, 1)
    if y is None or sigma.name in ("repu", "polynomial"):
        return
    c = float(y.amplitude)
    x = np.arange(-y.frequency, y.frequency + 1) / y.frequency
    values = c * np.cos(np.pi * y.frequency * x)

    def error(parameters):
        v, w, b = parameters.reshape(3, 2)
        return float(np.abs(v @ accurate(sigma, w[:, None] * x + b[:, None]) - values).max())

    rng = np.random.default_rng(1)
    for _ in range(3):
        found = minimize(error, rng.normal(size=6), method="Nelder-Mead", options={"maxiter": 200})
        assert found.fun >= c * (1 - 1e-9)


@each
def test_spoilt_alternating_targets_are_rejected(sigma):
    y = alternating_target(sigma, 2)
    if y is None:
        return
    assert y.check()
    assert not replace(y, frequency=y.changes // 2).check()
    assert not replace(y, amplitude=2 * y.amplitude / certified_ratio(y)).check()
    assert not replace(y, amplitude=-y.amplitude).check()
    assert not replace(y, amplitude=ZERO).check()
    assert not replace(y, changes=y.changes - 1).check()
    assert not replace(y, changes=2 * y.frequency).check()
    assert not replace(y, units=0).check()
    assert not replace(y, activation=activation("sin")).check()
    if sigma.piece_degrees is None:
        assert not replace(y, units=3).check()


def certified_ratio(y):
    return y.amplitude * cosine_norm(y.frequency, y.r)


def test_too_few_alternations_would_be_a_false_witness():
    # Two units of tanh can change sign three times, so they do come closer to a cosine of frequency 1.
    spoilt = replace(alternating_target(activation("tanh"), 1), frequency=1, amplitude=Fraction(1, 5))
    assert not spoilt.check()
    x = np.linspace(-1, 1, 2001)
    t = 0.45 * x + 0.05
    network = 0.2 * np.tanh(8 * t) - 0.5 * np.tanh(t)
    assert np.abs(network / 5 - np.cos(np.pi * x) / 5).max() < 0.199
    assert np.abs(np.cos(np.pi * x) / 5).max() == 0.2


# Assumption 1: two best approximations, or none.


@each
def test_one_of_three_witnesses_refutes_assumption_1(sigma):
    finding = findings_of(sigma)["Assumption 1"]
    kinds = {
        "UnattainedTarget": sigma.piece_degrees is None,
        "TwoBestApproximations": sigma.piece_degrees is not None and not sigma.is_polynomial,
        "TwoBestApproximationsAcross": sigma.is_polynomial,
    }
    assert kinds[type(finding.witness).__name__]
    assert ("m >= 2" in finding.reason) is sigma.is_polynomial
    assert sum(kinds.values()) == 1


KINKED = [sigma for sigma in SIGMAS if sigma.piece_degrees is not None and not sigma.is_polynomial]
kinked = pytest.mark.parametrize("sigma", KINKED, ids=[str(sigma) for sigma in KINKED])


@kinked
@pytest.mark.parametrize("r", [1, 3])
def test_both_approximations_are_equally_far(sigma, r):
    pair = two_best_approximations(sigma, r)
    assert pair.check()
    c = float(pair.target.amplitude)
    x = np.unique(np.concatenate([np.linspace(-1, 1, 20_001), [float(pair.start)]]))
    y = c * np.cos(np.pi * pair.target.frequency * x)
    f = sum(float(v) * sigma.value(float(w) * x + float(b)) for v, w, b in pair.network)
    assert np.abs(f).max() >= c / 2
    assert np.abs(y).max() == pytest.approx(c, abs=1e-15)
    assert np.abs(f - y).max() == pytest.approx(c, rel=1e-12)
    assert np.abs(2.1 * f - y).max() > c * 1.01


@kinked
def test_spoilt_pairs_are_rejected(sigma):
    pair = two_best_approximations(sigma, 1)
    c, k = pair.target.amplitude, pair.target.frequency
    (v, w, b), *others = pair.network
    louder = tuple((Fraction(11, 10) * v, w, b) for v, w, b in pair.network)
    upside_down = tuple((-v, w, b) for v, w, b in pair.network)
    assert not replace(pair, network=louder).check()
    assert not replace(pair, network=upside_down).check()
    assert not replace(pair, network=()).check()
    assert not replace(pair, network=((ZERO, w, b),)).check()
    assert not replace(pair, network=((v, w, b + Fraction(1, 10)), *others)).check()
    assert not replace(pair, start=pair.start - Fraction(1, 4 * k)).check()
    assert not replace(pair, start=ONE).check()
    odd = replace(pair.target, frequency=k + 1, amplitude=c / 10)
    assert not replace(pair, target=odd).check()
    slow = replace(pair.target, frequency=pair.target.changes // 2)
    assert not replace(pair, target=slow).check()
    if len(pair.network) > 1:
        assert not replace(pair, target=replace(pair.target, units=len(pair.network) - 1)).check()


def test_a_pair_for_a_smooth_activation_is_not_accepted():
    pair = two_best_approximations(activation("hard_tanh"), 1)
    assert two_best_approximations(activation("tanh"), 1) is None
    smooth = replace(pair.target, activation=activation("tanh"))
    assert smooth.check()
    assert not replace(pair, target=smooth).check()
    square = replace(pair.target, activation=activation("repu", p=2), changes=4)
    assert not replace(pair, target=square).check()


@each
def test_in_two_variables_zero_is_never_the_only_best_approximation(sigma):
    pair = two_best_approximations_across(sigma, 2)
    if pair is None:
        assert sigma.name == "sin"
        return
    assert pair.check()
    c, k = float(pair.target.amplitude), pair.target.frequency
    x1, x2 = np.meshgrid(np.linspace(-1, 1, 401), np.linspace(-1, 1, 101))
    y = c * (1 + x2) / 2 * np.cos(np.pi * k * x1)
    argument = float(pair.shift) + float(pair.scale) * (1 - x2)
    f = float(pair.weight) * (sigma.value(argument) - sigma.value(float(pair.shift)))
    assert np.abs(f).max() > 0
    assert np.abs(f - y).max() <= c * (1 + 1e-12)
    assert np.abs(y).max() == pytest.approx(c)
    # The norm, derivative by derivative, of a product.
    frequency = np.pi * k
    total = sum(c * frequency**i for i in range(3)) + sum(c / 2 * frequency**i for i in range(2))
    assert total <= 1
    assert not replace(pair, weight=-10 * pair.weight * 10**9).check()
    assert not replace(pair, weight=ZERO).check()
    assert not replace(pair, where=ONE).check()
    assert not replace(pair, where=-2 * ONE).check()
    assert not replace(pair, scale=-pair.scale).check()
    assert not replace(pair, target=replace(pair.target, amplitude=ONE)).check()
    assert not replace(pair, target=replace(pair.target, frequency=pair.target.changes // 2)).check()
    assert not replace(pair, target=replace(pair.target, units=1)).check()


SMOOTH = [sigma for sigma in SIGMAS if sigma.piece_degrees is None]
smooth = pytest.mark.parametrize("sigma", SMOOTH, ids=[str(sigma) for sigma in SMOOTH])


@smooth
@pytest.mark.parametrize("r", [1, 2])
def test_difference_quotients_come_as_close_as_claimed(sigma, r):
    y = unattained_target(sigma, r)
    assert y.check()
    assert y.amplitude * power_norm(y.power, r) <= 1
    previous = None
    for exponent in (0, 2, 4, 8):
        step = y.largest_step / 4**exponent
        errors = [
            abs(y.approximant(step, x) - ball(y.amplitude * x**y.power))
            for x in (F(-1), F(-1, 2), F(1, 3), ONE)
        ]
        assert all(error.lower() <= ball(y.error(step)) for error in errors)
        worst = max(float(error) for error in errors)
        assert previous is None or worst < previous / 4
        previous = worst
    assert y.error(y.largest_step / 4**20) < Fraction(1, 10**9)


@smooth
def test_the_approximants_are_networks_with_so_many_units(sigma):
    y = unattained_target(sigma, 1)
    step, b = y.largest_step, float(y.centre)
    x = np.linspace(-1, 1, 9)
    columns = [sigma.value(b + float(step) * x)]
    if y.power == 2:
        columns.append(sigma.value(b - float(step) * x))
    if len(columns) < y.units:
        columns.append(np.full_like(x, sigma.value(b)))
    assert len(columns) == y.units
    values = np.array([float(y.approximant(step, Fraction(point))) for point in x])
    weights, *_ = np.linalg.lstsq(np.array(columns).T, values, rcond=None)
    assert np.allclose(np.array(columns).T @ weights, values, atol=1e-10)


@smooth
def test_spoilt_unattained_targets_are_rejected(sigma):
    y = unattained_target(sigma, 2)
    assert y.check()
    assert not replace(y, power=3 - y.power).check()
    assert not replace(y, amplitude=Fraction(11, 10) / power_norm(y.power, 2)).check()
    assert not replace(y, amplitude=ZERO).check()
    assert not replace(y, constant=y.constant / 1000).check()
    assert not replace(y, largest_step=ZERO).check()
    assert not replace(y, activation=activation("relu")).check()
    if sigma.breakpoints:
        assert not replace(y, largest_step=Fraction(3), constant=Fraction(10**9)).check()
        assert not replace(y, centre=sigma.breakpoints[0]).check()


@pytest.mark.parametrize("name", ["softplus", "gelu", "silu"])
def test_the_power_one_would_be_a_network_for_these(name):
    # σ(x) - σ(-x) = x, so x is attained by two units and only the square is not.
    sigma = activation(name)
    for x in (F(-1), F(1, 3), ONE):
        with ctx.workprec(128):
            assert (sigma.ball(ball(x)) - sigma.ball(ball(-x)) - ball(x)).contains(0)
    assert unattained_target(sigma, 1).power == 2


@pytest.mark.parametrize("name", ["elu", "isrlu"])
def test_lines_are_networks_for_activations_with_a_linear_piece(name):
    sigma = activation(name)
    x = np.linspace(-1, 1, 11)
    assert np.allclose(sigma.value(x + 2) - sigma.value(0 * x + 2), x, atol=1e-15)
    assert unattained_target(sigma, 1).power == 2


@given(st.integers(-10_000, 10_000))
def test_bounded_networks_stay_away_from_lines(seed):
    # The argument for tanh and its kin: far out a line leaves every network of bounded activations behind.
    rng = np.random.default_rng(seed + 10_000)
    v, w, b = rng.normal(size=(3, 3))
    far = 10 * (np.abs(v).sum() * np.pi / 2 + 1)
    for name in ("tanh", "arctan", "erf", "sigmoid", "isru", "sin"):
        assert abs(v @ activation(name).value(w * far + b)) < far / 2


@smooth
def test_sine_is_refuted_in_assumption_2_by_an_unattained_target(sigma):
    witness = findings_of(sigma)["Assumption 2"].witness
    assert (type(witness).__name__ == "UnattainedTarget") is (sigma.name == "sin")


def test_bv_witness_of_a_wrong_activation_is_rejected():
    assert not DerivativeInBV(activation("tanh"), constant(2), constant("4/sqrt(pi)")).check()
    assert not DerivativeInBV(activation("relu"), constant(1), constant(1)).check()


@pytest.mark.parametrize("number", range(1, 6))
def test_the_pages_are_current(number):
    # To write a page anew: bounds.audit.hypotheses.audit_markdown("theorem-1") into docs/audit/theorem-1.md.
    page = Path(__file__).parent.parent / "docs" / "audit" / f"theorem-{number}.md"
    assert page.read_text("utf-8") == audit_markdown(f"theorem-{number}")
