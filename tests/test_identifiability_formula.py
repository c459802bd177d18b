import contextlib
import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from identifiability.errors import InvalidFormula, NetboundsError
from identifiability.evaluation import LARGEST_EXACT_BITS, evaluate, evaluate_ball
from identifiability.exact import ball, lower_fraction, upper_fraction
from identifiability.formula import (
    DEEPEST_FORMULA,
    FUNCTIONS,
    Call,
    Number,
    Operation,
    Variable,
    names,
    parse,
    parse_comparisons,
    show,
)

NUMBERS = st.fractions(-20, 20, max_denominator=30).map(Number)
NAMES = st.sampled_from(["x", "y", "m1"]).map(Variable)
POINTS = st.fractions(-5, 5, max_denominator=12)


def grown(leaf):
    operations = st.builds(Operation, st.sampled_from("+-*/"), leaf, leaf)
    powers = st.builds(Operation, st.just("^"), leaf, st.integers(-3, 4).map(lambda k: Number(Fraction(k))))
    calls = st.builds(lambda f, a: Call(f, (a,)), st.sampled_from(["abs", "min", "max"]), leaf)
    extrema = st.builds(
        lambda f, a: Call(f, tuple(a)),
        st.sampled_from(["min", "max"]),
        st.lists(leaf, min_size=2, max_size=3),
    )
    return operations | powers | calls | extrema


RATIONAL = st.recursive(NUMBERS | NAMES, grown, max_leaves=12)
TRANSCENDENTAL = st.recursive(
    NUMBERS | NAMES | st.sampled_from(["pi", "e"]).map(Variable),
    lambda leaf: (
        grown(leaf) | st.builds(lambda f, a: Call(f, (a,)), st.sampled_from(sorted(FUNCTIONS)), leaf)
    ),
    max_leaves=12,
)


@given(TRANSCENDENTAL)
def test_show_and_parse_are_a_round_trip(formula):
    variables = ("x", "y", "m1")
    once = parse(show(formula), variables)
    assert parse(show(once), variables) == once
    assert show(parse(show(once), variables)) == show(once)
    assert names(once) == names(formula)


@pytest.mark.parametrize(
    "text",
    [
        "1/3",
        "-1/3",
        "2 - 1/3",
        "(1/3)^2",
        "1/3^2",
        "x^(1/3)",
        "x^-1",
        "-x^2",
        "(-x)^2",
        "2^3^2",
        "(2^3)^2",
        "1 - (x - 1)",
        "x/(y/2)",
        "x/y/2",
        "2/3/4",
        "2/(3/4)",
        "1/3*x",
        "x*(1/3)",
        "x/(1/3)",
        "x - -1/3",
        "0.25",
        "1e-3*x",
        "-(-2)",
        "1/0",
    ],
)
def test_spellings_keep_their_tree(text):
    tree = parse(text, ("x", "y"))
    assert parse(show(tree), ("x", "y")) == tree


@given(RATIONAL, POINTS, POINTS, POINTS)
def test_exact_values_agree_with_the_shown_text(formula, x, y, m1):
    values = {"x": x, "y": y, "m1": m1}
    try:
        value = evaluate(formula, values)
    except InvalidFormula:
        return
    assert evaluate(parse(show(formula), values), values) == value


@given(RATIONAL, POINTS, POINTS, POINTS)
def test_balls_contain_the_exact_value(formula, x, y, m1):
    values = {"x": x, "y": y, "m1": m1}
    try:
        value = evaluate(formula, values)
    except InvalidFormula:
        return
    with ctx.workprec(300):
        found = evaluate_ball(formula, {name: ball(v) for name, v in values.items()})
        assert not found.is_finite() or lower_fraction(found) <= value <= upper_fraction(found)
        assert not found.is_finite() or not lower_fraction(found) <= value + 1 <= upper_fraction(found)


@settings(max_examples=60, deadline=None)
@given(RATIONAL, POINTS, st.fractions(0, 1, max_denominator=12), st.fractions(-1, 1, max_denominator=12))
def test_wide_balls_contain_the_values_inside(formula, x, radius, inside):
    try:
        value = evaluate(formula, {"x": x + inside * radius, "y": x, "m1": x})
    except InvalidFormula:
        return
    wide = ball(x - radius).union(ball(x + radius))
    found = evaluate_ball(formula, {"x": wide, "y": ball(x), "m1": ball(x)})
    assert not found.is_finite() or lower_fraction(found) <= value <= upper_fraction(found)


@given(TRANSCENDENTAL, st.floats(-3, 3), st.floats(-3, 3), st.floats(-3, 3))
def test_balls_agree_with_floats(formula, x, y, m1):
    def floating(node):
        match node:
            case Number():
                return float(node.value)
            case Variable():
                return {"x": x, "y": y, "m1": m1, "pi": math.pi, "e": math.e}[node.name]
            case Call():
                arguments = [floating(a) for a in node.arguments]
                if node.function in ("min", "max"):
                    return (min if node.function == "min" else max)(arguments)
                return abs(*arguments) if node.function == "abs" else getattr(math, node.function)(*arguments)
            case Operation():
                a, b = floating(node.left), floating(node.right)
                return {
                    "+": lambda: a + b,
                    "-": lambda: a - b,
                    "*": lambda: a * b,
                    "/": lambda: a / b,
                    "^": lambda: a**b,
                }[node.operator]()

    try:
        wanted = floating(formula)
    except (ValueError, ZeroDivisionError, OverflowError):
        return
    with ctx.workprec(400):
        found = evaluate_ball(formula, {"x": arb(x), "y": arb(y), "m1": arb(m1)})
    # Only where a last-place change of the inputs does not matter, so that floats can be believed.
    with ctx.workprec(400):
        moved = evaluate_ball(formula, {"x": arb(x, 1e-13), "y": arb(y, 1e-13), "m1": arb(m1, 1e-13)})
    if (
        isinstance(wanted, float)
        and math.isfinite(wanted)
        and found.is_finite()
        and moved.is_finite()
        and moved.rad() < 1e-6
    ):
        assert abs(float(found.mid()) - wanted) <= 1e-5 * (1 + abs(wanted))


def test_powers_of_balls_around_zero():
    wide = arb(0, 1)
    for text, low, high in [
        ("x^2", 0, 1),
        ("x^3", -1, 1),
        ("x^(1 + 1)", 0, 1),
        ("x^0", 1, 1),
        ("x^1", -1, 1),
    ]:
        found = evaluate_ball(parse(text, ("x",)), {"x": wide})
        assert low - 1e-6 < found.lower() < low + 1e-6
        assert high - 1e-6 < found.upper() < high + 1e-6
    assert not evaluate_ball(parse("x^-1", ("x",)), {"x": wide}).is_finite()
    assert not evaluate_ball(parse("log(x)", ("x",)), {"x": wide}).is_finite()


HOSTILE = [
    "",
    " ",
    "x",
    "1" * 2001,
    "(" * 500 + "1" + ")" * 500,
    "-" * 500 + "1",
    "1+" * 500 + "1",
    "abs(" * 100 + "1" + ")" * 100,
    "__import__('os').system('true')",
    "().__class__.__bases__[0]",
    "(1).real()",
    "lambda: 1",
    "x if 1 else 2",
    "[1][0]",
    "{1: 2}",
    "'a'",
    "f'{1}'",
    "b'1'",
    "1j",
    "True",
    "None",
    "...",
    "1 < 2",
    "1 and 2",
    "not 1",
    "~1",
    "1 // 2",
    "1 % 2",
    "1 @ 2",
    "1 << 2",
    "1 := 2",
    "(y := 2)",
    "sin()",
    "sin(1, 2)",
    "sin(x=1)",
    "sin(*[1])",
    "sin(**{})",
    "sin",
    "min()",
    "await x",
    "yield 1",
    "1; 2",
    "1\n2",
    "\x00",
    "é",
    "１",
    "1_000",
    "0x10",
    "1e99999",
    "1e-99999999999999",
    "print(1)",
    "open(1)",
    "$",
    "\\",
    "x.y",
    "#",
    None,
    3,
    b"1",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text)[:24])
def test_what_is_not_in_the_language_is_refused_in_one_sentence(text):
    with pytest.raises(InvalidFormula) as refused:
        parse(text)
    assert len(str(refused.value)) < 300
    assert "\n" not in str(refused.value)


WORDS = [
    "x",
    "y",
    "1",
    "2.5",
    "1e3",
    "+",
    "-",
    "*",
    "/",
    "^",
    "**",
    "(",
    ")",
    ",",
    "sin",
    "min",
    "pi",
    " ",
    "==",
    "<=",
    "[",
    "]",
]
WORDS += [
    "lambda",
    ":",
    "'",
    "and",
    "if",
    "else",
    "__class__",
    ".",
    "99999999",
    "0",
    "_",
    "\\",
    "#",
    "not",
    "%",
    "//",
    "{",
    "}",
]


@given(st.text(max_size=40) | st.lists(st.sampled_from(WORDS), max_size=14).map("".join))
def test_hostile_texts_raise_only_our_errors(text):
    values = {"x": Fraction(1, 3), "y": Fraction(-7)}
    for reader in (parse, parse_comparisons):
        with contextlib.suppress(NetboundsError):
            reader(text, ("x", "y"))
    with contextlib.suppress(NetboundsError):
        formula = parse(text, ("x", "y"))
        assert parse(show(formula), ("x", "y")) == formula
        evaluate_ball(formula, {"x": arb(1) / 3, "y": arb(-7)})
        evaluate(formula, values)


@pytest.mark.parametrize(
    "text",
    [
        "9^9^9^9",
        "2^(10^30)",
        "2^(-10^30)",
        "(1/3)^(10^9)",
        "(2^400000)^2",
        "2^2^2^2^2^2",
        "1e9999^50",
        "(1e-9999)^50",
        "*".join(["2^399999"] * 50),
        "+".join(f"1/{p}^{390000 // p.bit_length()}" for p in (3, 5, 7, 11, 13, 17, 19, 23)),
        "abs(" * 20 + "9^99999999" + ")" * 20,
        "exp(exp(exp(exp(exp(99)))))",
        "tan(10^10^10)",
    ],
    ids=lambda text: text[:16],
)
def test_huge_values_neither_hang_nor_fill_memory(text):
    formula = parse(text)
    with pytest.raises(InvalidFormula):
        evaluate(formula)
    evaluate_ball(formula)


def test_the_largest_exact_values_are_computed():
    assert evaluate(parse("2^100000")) == 2**100000
    assert LARGEST_EXACT_BITS >= 100_000
    assert evaluate(parse("(-1)^(10^30 + 1)")) == -1
    assert evaluate(parse("1^(10^30)")) == 1
    assert evaluate(parse("0^0")) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2*3", 7),
        ("2^3^2", 512),
        ("2**3", 8),
        ("-2^2", -4),
        ("(-2)^2", 4),
        ("2^-1", Fraction(1, 2)),
        ("6/4", Fraction(3, 2)),
        ("1 - 2 - 3", -4),
        ("2/3/4", Fraction(1, 6)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("1e-2", Fraction(1, 100)),
        ("min(1, 2, 0)", 0),
        ("abs(-3)", 3),
        ("+5", 5),
    ],
)
def test_values(text, value):
    assert evaluate(parse(text)) == value


@pytest.mark.parametrize("text", ["1/0", "0^-1", "2^(1/2)", "sin(1)", "pi", "x", "1/(1 - 1)"])
def test_what_has_no_exact_value_is_refused(text):
    with pytest.raises(InvalidFormula):
        evaluate(parse(text, ("x",)))


@pytest.mark.parametrize("function", sorted(FUNCTIONS - {"min", "max"}))
def test_functions_are_the_ones_of_the_same_name(function):
    import scipy.special

    wanted = {"abs": abs, "atan": np.arctan, "erf": scipy.special.erf}.get(function) or getattr(np, function)
    for x in (0.3, 1.7):
        found = evaluate_ball(parse(f"{function}(x)", ("x",)), {"x": arb(x)})
        assert abs(float(found) - wanted(x)) < 1e-14 * max(1, abs(wanted(x)))


def test_nesting_up_to_the_limit_is_read():
    deep = "abs(" * (DEEPEST_FORMULA - 1) + "1" + ")" * (DEEPEST_FORMULA - 1)
    assert evaluate(parse(deep)) == 1


def test_comparisons():
    chain = parse_comparisons("1 <= m1 < m2, r == 2 and m2 >= max(m1, 3)", ("m1", "m2", "r"))
    assert [show(c) for c in chain] == ["1 <= m1", "m1 < m2", "r == 2", "m2 >= max(m1, 3)"]
    assert parse_comparisons("") == parse_comparisons("  ") == ()
    assert names(chain[1]) == {"m1", "m2"}
    for text in ("m1", "m1 != 2", "m1 in m2", "m1 is m2", "m1 or m2", "m1 >= sin(1)", "1 <", ",", "m3 > 1"):
        with pytest.raises(InvalidFormula):
            parse_comparisons(text, ("m1", "m2", "r"))
