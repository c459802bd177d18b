"""Questions about rates with known answers, and brute force over grids of parameters."""

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bounds
from bounds.dominance import check, compare, separates
from identifiability.errors import InvalidFormula, InvalidInput, NetboundsError, Undecided
from identifiability.evaluation import evaluate
from identifiability.formula import parse, parse_comparisons

POSITIVE = "m1 >= 1, m2 >= 1"


@pytest.mark.parametrize(
    ("first", "second", "assume", "verdict"),
    [
        ("eps^-min(m1+m2, 2*m1)", "eps^-m1", POSITIVE, "larger"),
        ("eps^-m1", "eps^-min(m1+m2, 2*m1)", POSITIVE, "smaller"),
        ("eps^-min(m1+m2, 2*m1)", "eps^-m1", "m1 >= 1, m2 >= 0", "depends"),
        ("eps^-min(m, 2*m1)", "eps^-m1", "m >= 1, m1 >= 1", "depends"),
        ("1000/eps", "1/eps^2", "", "smaller"),
        ("eps^-m*log(1/eps)", "eps^-m", "m >= 1", "larger"),
        ("eps^-m*log(1/eps)^-5", "eps^-(m-1/10)", "m >= 1", "larger"),
        ("7*eps^-2 + 3*eps^-1 + log(1/eps)", "eps^-2", "", "same"),
        ("eps^-(m/r)", "eps^-(m/(r+1))", "m >= 1, r >= 1", "larger"),
        ("eps^-((m1+m2)/r)", "eps^-(m1/r+m2/r)", "r >= 1", "same"),
        ("eps^-m1", "eps^-m2", "m1 >= 1, m1 <= 0", "vacuous"),
        ("eps^-x", "eps^-y", "x >= y", "depends"),
        ("max(eps^-m1, eps^-m2)", "eps^-max(m1, m2)", "", "same"),
        ("eps^-(m/(2*r))", "eps^-(m/r)", "m >= 1, r >= 1", "smaller"),
        ("eps^-m", "eps^-(m+1)*log(1/eps)^-100", "m >= 1", "smaller"),
    ],
)
def test_known_answers(first, second, assume, verdict):
    found = compare(first, second, assume)
    assert found.verdict == verdict
    assert found.certificate is not None
    assert check(found.certificate)


def test_three_regimes_with_witnesses():
    found = compare("eps^-min(m, 2*m1)", "eps^-m1", "m >= 1, m1 >= 1")
    by_verdict = {regime.verdict: regime for regime in found.regimes}
    assert set(by_verdict) == {"larger", "same", "smaller"}
    for verdict, relation in (("larger", "m > m1"), ("same", "m == m1"), ("smaller", "m < m1")):
        assert by_verdict[verdict].condition == relation


def test_an_undecided_verdict_has_no_truth_value():
    assert compare("eps^-2", "eps^-1")
    assert not compare("eps^-1", "eps^-2")
    with pytest.raises(Undecided):
        bool(compare("eps^-m1", "eps^-m2", POSITIVE))


def test_bounds_separate_only_where_one_is_little_o_of_the_other():
    found = separates("Omega(eps^-min(m1+m2, 2*m1))", "O(eps^-max(m1, m2))", POSITIVE)
    for m1, m2 in itertools.product(range(1, 8), repeat=2):
        (regime,) = [r for r in found.regimes if holds(r.condition, {"m1": m1, "m2": m2})]
        assert (regime.verdict == "separates") == (m2 < 2 * m1)
    assert separates("Omega(eps^-2)", "O(eps^-2)").verdict == "no conclusion"
    with pytest.raises(InvalidInput):
        separates("O(eps^-2)", "O(eps^-1)")


@pytest.mark.parametrize(
    "text",
    [
        "eps^-2 - eps^-2",
        "-eps^-1",
        "0",
        "",
        "eps^-system(1)",
        "eps.real",
        "[eps]",
        "eps^-2^2^99",
        "eps^-(10^(10^9))",
        "(" * 900 + "eps" + ")" * 900,
        "eps^-m if 1 else 2",
        "2^eps",
        "log(log(log(1/eps)))",
        "eps^-" + "1" * 5000,
    ],
)
def test_hostile_texts_are_refused(text):
    with pytest.raises(NetboundsError) as caught:
        bounds.rate(text)
    assert "\n" not in str(caught.value)


def test_subtraction_is_refused():
    with pytest.raises((InvalidInput, InvalidFormula)):
        bounds.rate("eps^-2") - bounds.rate("eps^-1")


def test_forms_of_a_theorem():
    rate = bounds.theorem("theorem-3").rate
    assert bounds.rate(str(rate)) == rate
    assert rate.latex() == r"\Omega\left(\varepsilon^{-\min(m_1 + m_2,\, 2 m_1)}\right)"
    assert str(rate.at(m1=2, m2=3)) == "Omega(eps^-4)"
    assert rate.value("1/10", m1=2, m2=3) == 10**4
    substituted = rate.sympy().subs({"m1": 2, "m2": 3, "epsilon": Fraction(1, 10)})
    assert int(substituted) == 10**4


def holds(condition, values):
    if condition == "always":
        return True
    relations = {
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        "==": lambda a, b: a == b,
        ">=": lambda a, b: a >= b,
        ">": lambda a, b: a > b,
    }
    return all(
        relations[c.relation](evaluate(c.left, values), evaluate(c.right, values))
        for c in parse_comparisons(condition, tuple(values))
    )


NAMES = ("m1", "m2", "r")
ATOMS = st.sampled_from(["m1", "m2", "2*m1", "m1+m2", "1", "2", "m1/r", "m2/r", "m2-1", "3*m2/2"])
EXPONENTS = st.recursive(
    ATOMS,
    lambda inner: st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
        lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
    ),
    max_leaves=3,
)


@given(EXPONENTS, EXPONENTS)
@settings(max_examples=60)
def test_verdicts_and_regimes_hold_on_a_grid(a, b):
    assume = "1 <= m1, 1 <= m2, 1 <= r"
    found = compare(f"eps^-({a})", f"eps^-({b})", assume)
    if found.verdict == "undecided":
        return
    assert check(found.certificate)
    first, second = parse(a, NAMES), parse(b, NAMES)
    for point in itertools.product(range(1, 5), repeat=3):
        values = dict(zip(NAMES, point, strict=True))
        left, right = evaluate(first, values), evaluate(second, values)
        truth = "larger" if left > right else "smaller" if left < right else "same"
        matching = [regime for regime in found.regimes if holds(regime.condition, values)]
        assert [regime.verdict for regime in matching] == [truth]
        if found.verdict != "depends":
            assert found.verdict == truth
    for regime in found.regimes:
        values = {"m1": 1, "m2": 1, "r": 1, **regime.witness}
        assert holds(regime.condition, values)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("eps^-min(m1+m2, 2*m1)", "eps^-m1"),
        ("eps^-max(m1, m2)", "eps^-(m1+m2)"),
        ("eps^-(m1+m2)", "eps^-m1"),
    ],
)
def test_mutated_certificates_are_rejected(first, second):
    certificate = compare(first, second, POSITIVE).certificate
    assert check(certificate)
    other = {"larger": "smaller", "smaller": "larger"}
    (regime,) = certificate.regimes
    mutants = [
        replace(certificate, verdict=other[certificate.verdict]),
        replace(certificate, regimes=(replace(regime, verdict="same"),)),
        replace(certificate, regimes=(replace(regime, witness={**regime.witness, "m1": 0, "m2": 0}),)),
        replace(certificate, regimes=()),
        replace(certificate, first=certificate.second, second=certificate.first),
        replace(certificate, assumptions=("m1 >= 0", "m2 >= 0")),
    ]
    for mutant in mutants:
        assert not check(mutant)
