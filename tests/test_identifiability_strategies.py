"""Hypothesis strategies: what they draw is what they say, and it shrinks well."""

import os
import subprocess
import sys
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import Phase, assume, find, given, seed, settings
from hypothesis import strategies as st

from identifiability.activations import Activation
from identifiability.activations import activation as named_activation
from identifiability.errors import InvalidInput, NetboundsError
from identifiability.exact import lower_fraction, upper_fraction
from identifiability.matching.isomorphisms import isomorphism
from identifiability.network import Network
from identifiability.neurons import normality
from identifiability.permutations import permute
from identifiability.strategies import (
    described_changes,
    distinct_pairs,
    function_preserving_changes,
    isomorphic_pairs,
    networks,
    normal_networks,
    pairs,
    register,
    unit_changes,
)
from identifiability.strategies.entries import Entries, row_count, simplest_rows
from identifiability.strategies.registration import REPRESENTATIVES
from identifiability.strategies.shapes import MOST_ENTRIES

ROOT = Path(__file__).parent.parent

# The same choices in every run, wherever it runs, and no tracing of lines, which only explains failures.
STEADY = settings(
    database=None,
    derandomize=True,
    phases=(Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
    print_blob=False,
)


def least(strategy, condition):
    return find(strategy, condition, settings=settings(STEADY, max_examples=2000))


def spans(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high)).map(sorted).map(tuple)


RANGES = st.fixed_dictionaries(
    {},
    optional={
        "input_dim": spans(1, 4),
        "output_dim": spans(1, 3),
        "depth": spans(1, 4),
        "widths": spans(1, 5),
        "activation": st.lists(st.sampled_from(REPRESENTATIVES), min_size=1, max_size=3),
        "arithmetic": st.lists(st.sampled_from(["exact", "float64", "float32"]), min_size=1, max_size=3),
        "magnitude": st.sampled_from([1, 2, 3, 1000, 2**20]),
        "zeros": st.sampled_from([0, "1/4", 0.5, "0.99"]),
        "biases": st.booleans(),
    },
)
DEFAULTS = {
    "input_dim": (1, 3),
    "output_dim": (1, 2),
    "depth": (1, 3),
    "widths": (1, 4),
    "activation": ["relu"],
    "arithmetic": ["exact"],
    "magnitude": 4,
    "zeros": "1/4",
    "biases": True,
}


def check_ranges(net, ranges, denominators=3):
    wanted = DEFAULTS | ranges
    sizes = {"input_dim": [net.architecture[0]], "output_dim": [net.architecture[-1]], "depth": [net.depth]}
    for name, values in (sizes | {"widths": net.widths}).items():
        low, high = wanted[name]
        assert all(low <= value <= high for value in values), name
    assert {str(sigma) for sigma in net.activations} <= set(
        map(str, map(named_activation, wanted["activation"]))
    )
    assert net.arithmetic in wanted["arithmetic"]
    for layer in range(net.depth):
        entries = [*net.weight(layer).ravel().tolist(), *net.bias(layer).tolist()]
        assert all(abs(entry) <= wanted["magnitude"] for entry in entries)
        if net.is_exact:
            assert all(entry.denominator <= denominators for entry in entries)
        else:
            assert all(entry == 0 or abs(entry) >= 2.0**-20 for entry in entries)
        if not wanted["biases"]:
            assert not net.bias(layer).any()
        if wanted["zeros"] == 0:
            assert net.weight(layer).all()
            assert net.bias(layer).all() or not wanted["biases"]


@given(st.data(), RANGES)
def test_networks_lie_in_their_ranges(data, ranges):
    check_ranges(data.draw(networks(**ranges)), ranges)


@given(st.data(), RANGES, st.sampled_from(["hidden", "paper"]))
def test_normal_networks_are_normal_and_lie_in_their_ranges(data, ranges, scope):
    ranges.setdefault("input_dim", (3, 4))
    try:
        strategy = normal_networks(scope=scope, **ranges)
    except InvalidInput:
        assume(False)
    net = data.draw(strategy)
    assert normality(net, scope).is_normal
    check_ranges(net, ranges)


@given(st.data(), RANGES)
def test_isomorphic_pairs_are_isomorphic_by_the_permutations(data, ranges):
    f, g, permutations = data.draw(isomorphic_pairs(**ranges))
    check_ranges(f, ranges)
    assert permute(f, permutations) == g
    ends = [tuple(range(f.architecture[0])), *permutations, tuple(range(f.architecture[-1]))]
    for layer in range(f.depth):
        columns, rows = ends[layer], ends[layer + 1]
        assert (g.weight(layer) == f.weight(layer)[np.ix_(rows, columns)]).all()
        assert (g.bias(layer) == f.bias(layer)[list(rows)]).all()


def largest_difference(f, g, points):
    """Upper and lower bounds of the largest difference at the points, by exact values or by balls."""
    one, two = f.to_exact(), g.to_exact()
    if all(sigma.is_rational for sigma in (*f.activations, *g.activations)):
        exact = max(abs(one(points) - two(points)).ravel())
        return exact, exact
    with ctx.workprec(400):
        balls = [[arb(x.numerator) / x.denominator for x in point] for point in points]
        differences = abs(one(balls) - two(balls)).ravel()
        return max(map(lower_fraction, differences)), max(map(upper_fraction, differences))


def same_at_points(f, g, seed=0):
    random = Random(seed)
    inputs = f.architecture[0]
    points = [[Fraction(random.randint(-30, 30), 7) for _ in range(inputs)] for _ in range(6)]
    _, upper = largest_difference(f, g, [[Fraction(0)] * inputs, *points])
    return upper < Fraction(1, 10**60)


@given(st.data(), RANGES)
def test_distinct_pairs_differ_at_the_witness(data, ranges):
    f, g, witness = data.draw(distinct_pairs(**ranges))
    check_ranges(f, ranges)
    check_ranges(g, ranges)
    assert f.architecture[0] == g.architecture[0] == len(witness)
    assert f.architecture[-1] == g.architecture[-1]
    lower, _ = largest_difference(f, g, [witness])
    assert lower > 0


@given(st.data())
def test_distinct_pairs_need_no_second_attempt(data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "reject", lambda: pytest.fail("a pair was thrown away"))
        data.draw(distinct_pairs(biases=data.draw(st.booleans()), zeros="4/5", magnitude=1))


def test_a_false_witness_would_be_noticed(monkeypatch):
    def certified_nonsense(f, g, points):
        return [Fraction(1)] * len(points)

    monkeypatch.setattr(pairs, "certified_gaps", certified_nonsense)
    with pytest.raises(AssertionError):
        settings(STEADY, phases=[Phase.generate])(test_distinct_pairs_differ_at_the_witness)()


ALL = [
    *REPRESENTATIVES,
    "prelu(-1)",
    "prelu(-2)",
    "repu(1)",
    "repu(3)",
    "polynomial(2)",
    "polynomial(1, 0, 2, 3)",
]
ANY_NETWORKS = networks(
    activation=ALL, arithmetic=["exact", "float64", "float32"], widths=(0, 3), input_dim=(1, 2), zeros="2/5"
)


def check_change(net, change):
    other = change.network
    assert (other.depth, other.activations, other.arithmetic) == (net.depth, net.activations, net.arithmetic)
    assert (other.architecture[0], other.architecture[-1]) == (net.architecture[0], net.architecture[-1])
    assert same_at_points(net, other), change.steps


@settings(max_examples=200)
@given(st.data())
def test_changes_keep_the_function(data):
    net = data.draw(ANY_NETWORKS)
    change = data.draw(described_changes(net, steps=(1, 6)))
    assert len(change.steps) >= (net.depth > 1)
    check_change(net, change)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("_shift", lambda shift: lambda draft, layer, amounts: None),
        ("_shift", lambda shift: lambda draft, layer, amounts: shift(draft, layer, [-a for a in amounts])),
        ("append_unit", lambda add: lambda draft, layer, row, v: add(draft, layer, row, [2 * a for a in v])),
        (
            "append_unit",
            lambda add: lambda draft, layer, row, v: add(draft, layer, [*row[:-1], 1 + row[-1]], v),
        ),
        ("_remove_unit", lambda remove: lambda draft, layer, unit: remove(draft, layer, 0)),
        (
            "_set_row",
            lambda put: lambda draft, layer, unit, row: put(draft, layer, unit, [*row[:-1], -row[-1]]),
        ),
        ("_outgoing", lambda out: lambda draft, layer, unit: [2 * a for a in out(draft, layer, unit)]),
    ],
)
def test_wrong_changes_are_noticed(monkeypatch, name, wrong):
    monkeypatch.setattr(unit_changes, name, wrong(getattr(unit_changes, name)))

    @settings(STEADY, max_examples=1000, phases=[Phase.generate])
    @given(st.data())
    def keeps_the_function(data):
        net = data.draw(ANY_NETWORKS)
        check_change(net, data.draw(described_changes(net, steps=(1, 6))))

    with pytest.raises(AssertionError):
        keeps_the_function()


def test_every_kind_of_change_is_drawn():
    seen = set()
    words = ("without outgoing weights added", "opposite", "split", "leaves the next bias", "reflected")
    words += ("scaled", "flips added", "order", "folded", "dropped", "merged")

    def draw(data):
        change = data.draw(described_changes(data.draw(ANY_NETWORKS), steps=(1, 6)))
        seen.update(word for word in words for step in change.steps if word in step)

    # Which examples come depends on what else is loaded; mostly one round is enough.
    steady = settings(database=None, derandomize=False, max_examples=300)
    for round_ in range(20):
        if seen != set(words):
            seed(round_)(steady(given(st.data())(draw)))()
    assert seen == set(words)


@given(
    st.lists(st.sampled_from([1e308, -1.7e308, 5e-324, 1.0, 0.0, 2.0**-1022, 1 / 3]), min_size=8, max_size=8),
    st.sampled_from(["relu", "clipped_relu", "identity", "repu(3)"]),
    st.data(),
)
def test_floats_are_never_rounded(entries, sigma, data):
    a, b, c, d, e, f, g, h = entries
    net = Network([[[a], [b]], [[c, d]]], [[e, f], [g]], activation=sigma)
    other = data.draw(function_preserving_changes(net, steps=(1, 5)))
    assert other.arithmetic == "float64"
    assert same_at_points(net, other)
    assert h in entries


def test_a_network_without_hidden_layers_stays():
    net = Network([[[1, 2]]])
    assert least(described_changes(net), lambda change: True).network == net


def test_least_networks():
    assert least(networks(), lambda net: True) == Network([[[0]]])
    one = Network([[[1]], [[1]]])
    assert least(normal_networks(), lambda net: net.depth > 1) == one
    assert least(normal_networks(scope="paper"), lambda net: True) == Network([[[1]]])
    assert least(normal_networks(arithmetic="float32"), lambda net: net.depth > 1) == one.to_float("float32")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (lambda net: net.units > 1 and net.depth == 2, Network([[[1], [-1]], [[1, 1]]])),
        (lambda net: net.depth == 3, Network([[[1]], [[1]], [[1]]])),
        (lambda net: net.depth > 1 and net.bias(0).any(), Network([[[1]], [[1]]], [[1]])),
        (lambda net: net.depth > 1 and net.weight(0).min() < 0, Network([[[-1]], [[1]]])),
    ],
)
def test_least_normal_networks_with_a_property(condition, expected):
    assert least(normal_networks(), condition) == expected


def test_least_networks_with_a_property_are_tiny():
    net = least(networks(), lambda net: bool(normality(net).clones))
    assert (net.architecture, net.parameter_count("nonzero")) == ((1, 2, 1), 0)
    f, g, permutations = least(isomorphic_pairs(), lambda pair: pair[0] != pair[1])
    assert (f.architecture, f.parameter_count("nonzero"), permutations) == ((1, 2, 1), 1, ((1, 0),))
    f, g, witness = least(distinct_pairs(), lambda pair: True)
    assert (f, g, witness) == (Network([[[0]]]), Network([[[1]]]), (1,))


def normal_with_the_same_function(sigma):
    nets = normal_networks(activation=sigma)
    same = nets.flatmap(lambda net: st.tuples(st.just(net), function_preserving_changes(net)))
    return same, lambda pair: normality(pair[1]).is_normal and isomorphism(*pair) is None


@pytest.mark.parametrize(
    ("sigma", "expected"),
    [
        ("relu", Network([[[2]], [["1/2"]]])),
        ("tanh", Network([[[-1]], [[-1]]], activation="tanh")),
        ("sigmoid", Network([[[-1]], [[-1]]], [[0], [1]], "sigmoid")),
    ],
)
def test_the_least_counterexample_to_identifiability_has_one_unit(sigma, expected):
    f, g = least(*normal_with_the_same_function(sigma))
    assert f == Network([[[1]], [[1]]], activation=sigma)
    assert g == expected


def test_elu_has_no_counterexample_of_one_unit():
    # What makes the others fail are symmetries, of which elu has none.
    nets = normal_networks(activation="elu", depth=2)

    @given(nets.flatmap(lambda net: st.tuples(st.just(net), function_preserving_changes(net))))
    def normal_networks_with_the_same_function_are_isomorphic(pair):
        assert not normality(pair[1]).is_normal or isomorphism(*pair) is not None

    normal_networks_with_the_same_function_are_isomorphic()


def test_the_least_network_that_a_wrong_reducer_breaks():
    def without_zero_rows(net):
        used = net.weight(0).any(axis=1)
        weights = [net.weight(0)[used], net.weight(1)[:, used]]
        return Network(weights, [net.bias(0)[used], net.bias(1)], net.activations, net.architecture[0])

    nets = networks(depth=2, widths=(1, 5), activation=["relu", "sigmoid"], zeros="1/2")
    net = least(nets, lambda net: not same_at_points(net, without_zero_rows(net)))
    assert net == Network([[[0]], [[1]]], activation="sigmoid")


def rows_by_brute_force(entries, inputs):
    values = list(entries.simplest()) + [entries.zero] * (entries.zeros > 0)
    shifts = values if entries.has_biases else [entries.zero]
    return {(*row, b) for row in product(values, repeat=inputs) for b in shifts if any(row)}


@pytest.mark.parametrize("magnitude", [1, 2])
@pytest.mark.parametrize("denominators", [1, 2, 3])
@pytest.mark.parametrize("zeros", [0, 25])
@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("inputs", [1, 2])
def test_rows_are_counted_and_listed(magnitude, denominators, zeros, biases, inputs):
    entries = Entries("exact", magnitude, denominators, zeros, biases)
    rows = rows_by_brute_force(entries, inputs)
    assert row_count(entries, inputs, 10**6) == len(rows)
    listed = list(simplest_rows(entries, inputs, len(rows)))
    assert len(listed) == len(rows)
    assert set(listed) == rows


@pytest.mark.parametrize(
    ("zeros", "biases", "inputs", "most"),
    [
        ("1/4", False, 1, 2),
        (0, False, 1, 2),
        (0, False, 2, 4),
        ("1/4", False, 2, 8),
        (0, True, 1, 4),
        ("1/4", True, 1, 6),
    ],
)
def test_normal_layers_are_as_wide_as_there_are_rows(zeros, biases, inputs, most):
    ranges = {"zeros": zeros, "biases": biases, "input_dim": inputs, "magnitude": 1, "denominators": 1}
    net = least(normal_networks(depth=2, widths=most, **ranges), lambda net: True)
    assert normality(net).is_normal
    assert net.widths == (most,)
    for depth in (2, (1, 2), (2, 3)):
        with pytest.raises(InvalidInput, match="do not exist; pass more inputs"):
            normal_networks(depth=depth, widths=most + 1, **ranges)


@given(normal_networks(depth=2, widths=(1, 9), input_dim=1, magnitude=1, denominators=1, output_dim=(1, 4)))
def test_wider_ranges_are_cut_to_the_rows_that_there_are(net):
    assert normality(net).is_normal
    assert net.widths <= (6,)


def test_normal_networks_for_many_outputs_widen_their_layers():
    ranges = {"zeros": 0, "biases": False, "magnitude": 1, "denominators": 1, "output_dim": 8, "depth": 3}
    net = least(normal_networks(scope="paper", **ranges), lambda net: True)
    assert net.widths == (3, 3)
    with pytest.raises(InvalidInput, match="8 distinct rows of 2 weights"):
        normal_networks(scope="paper", widths=(1, 2), **ranges)


@pytest.mark.parametrize(
    "ranges",
    [
        {"widths": (4, 1)},
        {"widths": -1},
        {"widths": (1, 2, 3)},
        {"widths": "wide"},
        {"depth": 0},
        {"input_dim": (0, 3)},
        {"output_dim": 0},
        {"magnitude": 0},
        {"magnitude": 2**20 + 1},
        {"denominators": 0},
        {"denominators": 2, "arithmetic": "float64"},
        {"zeros": 1.5},
        {"zeros": "-1/2"},
        {"zeros": "many"},
        {"biases": "yes"},
        {"activation": "relux"},
        {"activation": []},
        {"activation": 3},
        {"arithmetic": "float16"},
        {"arithmetic": []},
        {"arithmetic": [["exact"]]},
        {"widths": 10**9},
        {"depth": 10**30},
        {"input_dim": MOST_ENTRIES},
    ],
)
@pytest.mark.parametrize("strategy", [networks, normal_networks, isomorphic_pairs, distinct_pairs])
def test_impossible_ranges_are_refused_at_once(strategy, ranges):
    with pytest.raises(NetboundsError) as caught:
        strategy(**ranges)
    assert len(str(caught.value)) < 600


def test_what_else_is_refused_at_once():
    for ranges in ({"zeros": 1}, {"widths": 0, "depth": 2}, {"scope": "all"}):
        with pytest.raises(InvalidInput):
            normal_networks(**ranges)
    for ranges in ({"zeros": 1}, {"biases": False, "widths": (0, 2)}):
        with pytest.raises(InvalidInput, match="zero"):
            distinct_pairs(**ranges)
    with pytest.raises(InvalidInput, match="at most 10000"):
        function_preserving_changes(Network([np.zeros((101, 100))]))
    with pytest.raises(InvalidInput, match="type Network"):
        function_preserving_changes("relu")
    with pytest.raises(InvalidInput, match="low <= high"):
        function_preserving_changes(Network([[[1]]]), steps=(2, 1))
    with pytest.raises(TypeError):
        networks(3)
    with pytest.raises(TypeError):
        networks(width=3)


NET = Network([[[1, 2], [3, 4], [0, 1]], [[1, 2, 3], [4, 5, 6]], [[1, 1]]])
QUICK = [
    networks(),
    networks(activation=REPRESENTATIVES, arithmetic=["float64", "float32"]),
    normal_networks(),
    normal_networks(scope="paper", zeros="9/10", arithmetic="float64"),
    isomorphic_pairs(),
    distinct_pairs(),
    distinct_pairs(activation=REPRESENTATIVES, arithmetic="float32"),
    function_preserving_changes(NET),
    function_preserving_changes(NET.to_float()),
]


@pytest.mark.parametrize("strategy", QUICK)
def test_drawing_is_healthy_and_throws_nothing_away(strategy):
    drawn = []

    # All of Hypothesis's health checks are on: it is neither slow nor large, and filters little.
    @settings(max_examples=100, database=None, suppress_health_check=[])
    @given(strategy)
    def draw(example):
        drawn.append(example)

    draw()
    assert len(drawn) >= 100


@pytest.mark.parametrize("strategy", [networks, normal_networks, isomorphic_pairs, distinct_pairs])
def test_the_largest_networks_are_healthy(strategy):
    @settings(max_examples=10, database=None)
    @given(strategy(input_dim=19, output_dim=2, widths=14, depth=3, arithmetic="float64"))
    def draw(example):
        assert MOST_ENTRIES == (19 + 1) * (2 + 14 + 14)

    draw()


def failing_example(test):
    with pytest.raises(AssertionError) as caught:
        test()
    return "\n".join(caught.value.__notes__)


@pytest.mark.parametrize("kind", ["exact", "float64", "float32"])
def test_a_failing_example_can_be_copied(kind):
    failed = []

    @settings(STEADY)
    @given(net=networks(arithmetic=kind, denominators=2 if kind == "exact" else None, widths=(0, 3)))
    def fails(net):
        failed.append(net)
        assert net.units != 2 or not net.weight(0).any()

    text = failing_example(fails)
    names = {"Network": Network, "array": np.array, "float32": np.float32}
    source = text[text.index("net=") + 4 : text.rindex(")")].strip().rstrip(",")
    copied = eval(source, names)
    assert copied == failed[-1]
    assert copied.arithmetic == kind


def test_a_failing_example_reports_the_steps_and_the_gap():
    @settings(STEADY)
    @given(function_preserving_changes(NET))
    def changes(other):
        assert other == NET

    assert "the same function, changed:\nlayer " in failing_example(changes)

    @settings(STEADY)
    @given(distinct_pairs(input_dim=2))
    def differ(pair):
        assert pair[0] == pair[1]

    assert "the networks differ at (1, 1) by at least 1" in failing_example(differ)


def test_types_have_strategies():
    register()
    drawn = []

    @settings(STEADY, max_examples=200)
    @given(...)
    def draw(net: Network, sigma: Activation):
        drawn.append((net, sigma))

    draw()
    assert {net.arithmetic for net, _ in drawn} == {"exact", "float64", "float32"}
    assert len({sigma for net, _ in drawn for sigma in net.activations}) > 10
    assert len({sigma for _, sigma in drawn}) > 10


def run(code, path=""):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [path, str(ROOT)]))}
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=path or ROOT,
    )
    return result.stdout.strip()


FIND = """
from hypothesis import strategies as st, find
print(find(st.from_type(Network), lambda net: True))
"""
BEFORE = "from identifiability.strategies import function_preserving_changes, distinct_pairs, networks\n"


@pytest.mark.parametrize("before", ["import hypothesis\n", BEFORE, ""])
def test_hypothesis_finds_the_strategies_by_the_entry_point(tmp_path, before):
    folder = tmp_path / "hook-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: hook\nVersion: 1\n")
    (folder / "entry_points.txt").write_text("[hypothesis]\nhook = identifiability.strategies:register\n")
    code = f"{before}from identifiability import Network\n{FIND}"
    assert run(code, str(tmp_path)).startswith("Network(1-1")


def test_nothing_else_loads_hypothesis():
    code = """
import sys, identifiability, identifiability.network, identifiability.strategies
print("hypothesis" in sys.modules)
"""
    assert run(code) == "False"


def test_what_is_missing_is_said():
    code = """
import sys
sys.modules["hypothesis"] = None
from identifiability.errors import MissingPackage
try:
    from identifiability.strategies import networks
except MissingPackage as error:
    print(error)
"""
    assert run(code).endswith("run pip install hypothesis")
