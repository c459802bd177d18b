"""The class W_{r,m} against brute-force enumeration, and every refusal of bad dimensions."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bounds.smoothness import HIGHEST_ORDER, MOST_VARIABLES, SobolevBall, dimensions
from identifiability.errors import InvalidInput, NetboundsError


def multi_indices(r, m):
    return {k for k in product(range(r + 1), repeat=m) if sum(k) <= r}


@pytest.mark.parametrize(("r", "m"), [(1, 1), (1, 5), (2, 3), (3, 2), (4, 4), (6, 3)])
def test_the_number_of_derivatives_is_that_of_the_enumeration(r, m):
    count = SobolevBall(r, m).multi_indices
    assert count == len(multi_indices(r, m))
    assert count != len({k for k in multi_indices(r, m) if sum(k) < r})


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3))
def test_inclusion_is_that_of_the_sets_of_derivatives(r, other, m):
    # More derivatives under the same budget make a smaller class.
    assert SobolevBall(r, m).is_subset(SobolevBall(other, m)) == (
        multi_indices(r, m) >= multi_indices(other, m)
    )


def test_classes_of_different_dimension_are_not_compared():
    assert not SobolevBall(2, 2).is_subset(SobolevBall(1, 3))
    assert not SobolevBall(2, 3).is_subset(SobolevBall(1, 2))


def test_a_ball_is_a_value():
    assert SobolevBall("2", 3.0) == SobolevBall(2, 3)
    assert hash(SobolevBall(2, 3)) == hash(SobolevBall(2, 3))
    assert SobolevBall(2, 3) != SobolevBall(3, 2)
    with pytest.raises(AttributeError):
        SobolevBall(1, 1).r = 2


def test_the_statements_name_the_order_and_the_number_of_variables():
    ball = SobolevBall(3, 12)
    assert str(ball) == "W_{3,12}"
    assert ball.statement == "W_{3,12} = {h in C^3([-1,1]^12): sum over |k| <= 3 of ||D^k h||_inf <= 1}"
    assert r"C^{3}([-1,1]^{12})" in ball.latex
    assert ball.latex.count("{") == ball.latex.count("}")


@pytest.mark.parametrize("r", [0, -1, True, 2.5, "x", None, HIGHEST_ORDER + 1, float("nan")])
def test_a_bad_order_is_refused_in_one_sentence(r):
    with pytest.raises(InvalidInput, match=r"^r .*(pass|got)") as caught:
        SobolevBall(r, 1)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("m", [0, False, "1.5", MOST_VARIABLES + 1, 10**400])
def test_a_bad_number_of_variables_is_refused(m):
    with pytest.raises(InvalidInput, match=r"^m "):
        SobolevBall(1, m)


def test_the_largest_class_is_accepted():
    assert SobolevBall(HIGHEST_ORDER, MOST_VARIABLES).multi_indices > 10**100


@given(st.integers(1, 500), st.integers(1, 500))
def test_dimensions_add_up(m1, m2):
    assert dimensions(m1=m1, m2=m2) == dimensions(m1 + m2, m1, m2) == (m1 + m2, m1, m2)
    assert dimensions(m=m1) == (m1, None, None)
    with pytest.raises(InvalidInput, match=f"must be m1 [+] m2 = {m1} [+] {m2}"):
        dimensions(m1 + m2 - 1 or 3, m1, m2)


@pytest.mark.parametrize(
    ("given_dimensions", "complaint"),
    [
        ({}, "no number of variables"),
        ({"m1": 2}, "m1 and m2 come together, got only m1=2"),
        ({"m2": 2}, "m2 and m1 come together, got only m2=2"),
        ({"m": 3, "m1": 2}, "m1 and m2 come together"),
        ({"m": True}, "m must be an integer, got True"),
        ({"m1": 2.5, "m2": 1}, "m1 must be an integer, got 2.5"),
        ({"m1": 1, "m2": 0}, "m2 must be at least 1, got 0"),
        ({"m1": 600, "m2": 600}, "m1 [+] m2 must be at most 1000, got 600 [+] 600 = 1200"),
        ({"m": 2000}, "m must be at most 1000"),
    ],
)
def test_inconsistent_dimensions_are_refused_in_one_sentence(given_dimensions, complaint):
    with pytest.raises(NetboundsError, match=complaint) as caught:
        dimensions(**given_dimensions)
    assert "pass" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_texts_that_spell_integers_are_read():
    assert dimensions(m="3", m1="1", m2=2.0) == (3, 1, 2)
