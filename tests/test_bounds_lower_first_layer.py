"""The bound on primaries of embedding methods that holds for every k."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
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
        least = max(bound_at(m1, m2, Fraction(epsilon), k, ONE, ONE).value, k * (m1 + k))
        assert bound.value <= least


@pytest.mark.parametrize(("m1", "m2", "epsilon"), CASES)
def test_the_best_threshold_is_found(m1, m2, epsilon):
    def at(k):
        return min(embedding(m1, m2, Fraction(epsilon), k, ONE, ONE).value, (k + 1) * (m1 + k + 1))

    assert any_dimension(m1, m2, Fraction(epsilon), ONE, ONE).value == max(at(k) for k in range(1, 200))


@given(st.integers(1, 2), st.integers(1, 2), st.fractions(Fraction(1, 300), Fraction(1, 5)))
def test_bounds_are_verified_and_mutants_are_not(m1, m2, epsilon):
    if epsilon == 0:
        return
    bound = any_dimension(m1, m2, epsilon, ONE, ONE)
    if bound.witness is None:
        assert (bound.value, bound.status) == (0, "void")
        return
    witness = bound.witness
    assert isinstance(witness, FirstLayerWitness)
    assert verify_any_dimension(bound)
    assert not verify_any_dimension(replace(bound, value=bound.value + 1))
    assert not verify_any_dimension(replace(bound, witness=replace(witness, threshold=witness.threshold + 1)))
    assert not verify_any_dimension(replace(bound, witness=replace(witness, m1=m1 + 1)))
    raised = replace(witness.below, value=witness.below.value + 1)
    assert not verify_any_dimension(replace(bound, witness=replace(witness, below=raised)))


def test_exponents_are_two_for_one_and_one_variables():
    # m1 = m2 = 1: min(m1 + m2, 2 m1) = 2, so ten times smaller errors take about a hundred times more.
    values = [any_dimension(1, 1, Fraction(1, 10**k), ONE, ONE).value for k in (2, 3, 4)]
    assert values[2] / values[1] > 50


def test_errors_too_large_leave_nothing():
    assert any_dimension(1, 1, Fraction(9, 10), ONE, ONE).status == "void"
    assert any_dimension(1, 1, Fraction(2), ONE, ONE).value == 0
    for wrong in ((0, 1, Fraction(1, 10)), (1, 0, Fraction(1, 10)), (1, 1, Fraction(0))):
        with pytest.raises(InvalidInput):
            any_dimension(*wrong, ONE, ONE)
