"""The bound on primaries of embedding methods that holds for every k."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bounds.lower.embedding import embedding, embedding_conditional
from bounds.lower.first_layer import FirstLayerWitness, any_dimension, verify_any_dimension
from identifiability.errors import InvalidInput

ONE = Fraction(1)
CASES = [(1, 1, "0.1"), (1, 1, "0.01"), (1, 1, "0.001"), (2, 1, "0.02"), (1, 2, "0.01")]


@pytest.mark.parametrize(("m1", "m2", "epsilon"), CASES)
@pytest.mark.parametrize("conditional", [False, True])
def test_no_dimension_escapes(m1, m2, epsilon, conditional):
    # For each k: either the bound for that K, or the first layer's entries, whichever K = min(k, w1).
    bound = any_dimension(m1, m2, Fraction(epsilon), ONE, ONE, conditional=conditional)
    bound_at = embedding_conditional if conditional else embedding
    for k in range(1, 60):
        if k < m2 and Fraction(epsilon) < Fraction(1, 1 + 2 * m2):
            continue  # no method with so few outputs or units has that error
        least = max(bound_at(m1, m2, Fraction(epsilon), k, ONE, ONE).value, k * (m1 + k))
        assert bound.value <= least


@pytest.mark.parametrize(("m1", "m2", "epsilon"), CASES)
def test_the_best_threshold_is_found(m1, m2, epsilon):
    def at(k):
        return min(embedding(m1, m2, Fraction(epsilon), k, ONE, ONE).value, (k + 1) * (m1 + k + 1))

    forced = m2 * (m1 + m2) if Fraction(epsilon) < Fraction(1, 1 + 2 * m2) else 0
    found = any_dimension(m1, m2, Fraction(epsilon), ONE, ONE).value
    assert found == max(forced, *(at(k) for k in range(1, 200)))


@given(st.integers(1, 2), st.integers(1, 2), st.fractions(Fraction(1, 300), Fraction(1, 5)))
@settings(max_examples=25)
def test_bounds_are_verified_and_mutants_are_not(m1, m2, epsilon):
    if epsilon == 0:
        return
    bound = any_dimension(m1, m2, epsilon, ONE, ONE)

    def verified(found):
        return verify_any_dimension(found, m1, m2, epsilon)

    if bound.witness is None:
        assert (bound.value, bound.status) == (0, "void")
        return
    witness = bound.witness
    assert isinstance(witness, FirstLayerWitness)
    assert verified(bound)
    assert not verified(replace(bound, value=bound.value + 1))
    assert not verified(replace(bound, witness=replace(witness, m1=m1 + 1)))
    if bound.value == witness.least_layer:  # the threshold plays no part
        return
    assert not verified(replace(bound, witness=replace(witness, threshold=witness.threshold + 1)))
    too_large = replace(bound, witness=replace(witness, epsilon=epsilon * 2))
    assert not verified(too_large)
    raised = replace(witness.below, value=witness.below.value + 1)
    assert not verified(replace(bound, witness=replace(witness, below=raised)))


def test_few_outputs_cannot_tell_antipodes_apart():
    # epsilon < 1/7 forces three outputs and three units: 3 (1 + 3) entries of the first layer.
    bound = any_dimension(1, 3, Fraction(1, 10), ONE, ONE)
    assert bound.value == 12
    assert verify_any_dimension(bound, 1, 3, Fraction(1, 10))
    assert not any("no such method" in text for text in bound.conditions)
    assert any_dimension(1, 3, Fraction(1, 7), ONE, ONE).value < 12


def test_exponents_are_two_for_one_and_one_variables():
    # m1 = m2 = 1: min(m1 + m2, 2 m1) = 2, so ten times smaller errors take about a hundred times more.
    values = [any_dimension(1, 1, Fraction(1, 10**k), ONE, ONE).value for k in (4, 6)]
    assert values[1] / values[0] > 3000


def test_errors_too_large_leave_nothing():
    assert any_dimension(1, 1, Fraction(9, 10), ONE, ONE).status == "void"
    assert any_dimension(1, 1, Fraction(2), ONE, ONE).value == 0
    for wrong in ((0, 1, Fraction(1, 10)), (1, 0, Fraction(1, 10)), (1, 1, Fraction(0))):
        with pytest.raises(InvalidInput):
            any_dimension(*wrong, ONE, ONE)


def test_a_conditional_bound_may_not_call_itself_certified():
    bound = any_dimension(1, 1, Fraction(1, 100), ONE, ONE, conditional=True)
    assert verify_any_dimension(bound, 1, 1, Fraction(1, 100))
    assert not verify_any_dimension(replace(bound, status="certified"), 1, 1, Fraction(1, 100))
