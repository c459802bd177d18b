import contextlib
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from activation_oracle import INSTANCES
from hypothesis import given
from hypothesis import strategies as st

from identifiability.activations import ACTIVATIONS, Activation, activation
from identifiability.errors import InvalidInput, NetboundsError

API_NAMES = """
    relu prelu clipped_relu hard_tanh elu softsign isrlu isru sigmoid tanh arctan softplus gelu silu erf sin
    repu identity polynomial
"""
FRACTIONS = st.fractions(min_value=-50, max_value=50, max_denominator=60)


def test_the_names_are_those_of_the_interface():
    assert sorted(ACTIVATIONS) == sorted(API_NAMES.split())
    assert {sigma.name for sigma in INSTANCES} == set(ACTIVATIONS)


def test_defaults():
    assert activation("isru").parameters == (("a", Fraction(1)),)
    assert activation("isrlu").parameters == (("a", Fraction(1)),)
    assert activation("repu").parameters == (("p", 2),)
    assert activation("tanh").parameters == ()


def test_parameters_are_read_exactly():
    assert (
        activation("prelu", a=0.1) == activation("prelu", a="1/10") == activation("prelu", a=Fraction(1, 10))
    )
    assert activation("prelu", a=0.1).parameters == (("a", Fraction(1, 10)),)
    assert activation("polynomial", coefficients=np.array([0.1, 2])).parameters == (
        ("coefficients", (Fraction(1, 10), Fraction(2))),
    )


def test_equality_and_hash_go_by_name_and_parameters():
    assert activation("prelu", a="1/4") != activation("prelu", a="1/3")
    assert activation("isru") != activation("isrlu")
    assert len({activation("repu"), activation("repu", p=2), activation("repu", p="2")}) == 1
    assert activation("polynomial", coefficients=[1, 2, 0]) == activation("polynomial", coefficients=[1, 2])
    with pytest.raises(AttributeError):
        activation("tanh").name = "erf"  # type: ignore[misc]


@pytest.mark.parametrize("sigma", INSTANCES, ids=str)
def test_the_text_reads_back(sigma):
    assert activation(str(sigma)) == sigma
    assert activation(sigma) is sigma


@given(a=FRACTIONS, coefficients=st.lists(FRACTIONS, min_size=1, max_size=6))
def test_the_text_of_any_parameter_reads_back(a, coefficients):
    for sigma in (activation("prelu", a=a), activation("polynomial", coefficients=coefficients)):
        assert activation(str(sigma)) == sigma


def test_a_parameter_may_stand_alone_in_the_text():
    assert activation("prelu(1/4)") == activation("prelu", a="1/4")
    assert activation("polynomial([0, 1])") == activation("polynomial", coefficients=[0, 1])


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("swish", {}, "silu"),
        ("", {}, "tanh"),
        ("x" * 10_000, {}, "tanh"),
        (None, {}, "tanh"),
        (3, {}, "tanh"),
        (["relu"], {}, "tanh"),
        ("prelu", {}, "needs the parameter a"),
        ("polynomial", {}, "needs the parameter coefficients"),
        ("prelu", {"slope": 1}, "takes only a"),
        ("tanh", {"a": 1}, "takes no parameter"),
        ("prelu", {"a": "inf"}, "slope a"),
        ("prelu", {"a": True}, "slope a"),
        ("isru", {"a": 0}, "positive"),
        ("isrlu", {"a": "-1/2"}, "positive"),
        ("repu", {"p": 0}, "at least 1"),
        ("repu", {"p": 1.5}, "integer"),
        ("repu", {"p": 10**9}, "at most"),
        ("polynomial", {"coefficients": []}, "1 to 1001"),
        ("polynomial", {"coefficients": "12"}, "list"),
        ("polynomial", {"coefficients": {1, 2}}, "list"),
        ("polynomial", {"coefficients": 3}, "list"),
        ("polynomial", {"coefficients": [1, "x"]}, "coefficient"),
        ("polynomial", {"coefficients": [1] * 5000}, "1 to 1001"),
        ("prelu(a=)", {}, "slope a"),
        ("prelu(b=1)", {}, "takes only a"),
        ("prelu(1, 2)", {}, "slope a"),
        ("prelu(a=1", {}, "cannot read"),
        ("tanh(1)", {}, "cannot read"),
        ("polynomial(1,,2)", {}, "coefficient"),
        ("prelu(a=1/0)", {}, "divides by zero"),
        (activation("tanh"), {"a": 1}, "already"),
    ],
)
def test_bad_names_and_parameters_are_refused_in_one_sentence(name, parameters, words):
    with pytest.raises(InvalidInput) as refused:
        activation(name, **parameters)
    assert words in str(refused.value)
    assert len(str(refused.value)) < 400
    assert "\n" not in str(refused.value)


@given(st.text(max_size=40) | st.from_regex(r"[a-z]{3,10}\([a-z0-9=/,.() -]*\)"))
def test_hostile_texts_raise_only_our_errors(text):
    with contextlib.suppress(NetboundsError):
        assert isinstance(activation(text), Activation)


def test_the_constructor_checks_as_well():
    assert Activation("prelu", (("a", "1/4"),)) == activation("prelu", a="1/4")
    with pytest.raises(InvalidInput):
        Activation("prelu")


def test_importing_loads_neither_numpy_nor_scipy_nor_sympy():
    program = (
        "import sys, identifiability.activations, identifiability.ridge\n"
        "print([m for m in ('numpy', 'scipy', 'sympy', 'matplotlib', 'rich') if m in sys.modules])\n"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"
