from fractions import Fraction

import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from identifiability.enclosure import Enclosure
from identifiability.errors import InvalidInput
from identifiability.roots import root

COEFFICIENTS = st.fractions(min_value="1/20", max_value=5, max_denominator=20)


def holds_root(found: Enclosure, cubic) -> bool:
    """Whether an increasing function has its root in the enclosure, by exact signs."""
    return found.lower <= found.upper and cubic(found.lower) <= 0 <= cubic(found.upper)


@given(a=COEFFICIENTS, b=COEFFICIENTS, c=st.fractions(-9, 9, max_denominator=30))
def test_roots_of_increasing_cubics(a, b, c):
    def cubic(x):
        return a * x**3 + b * x + c

    def balls(x):
        return (
            arb(str(0))
            + (arb(a.numerator) / a.denominator) * x * x * x
            + (arb(b.numerator) / b.denominator) * x
            + arb(c.numerator) / c.denominator
        )

    found = root(balls, -200, 200, width="1e-20")
    assert found.converged
    assert found.upper - found.lower <= Fraction(1, 10**20)
    assert holds_root(found, cubic)
    # Moved by more than its width, it no longer holds the root.
    moved = Fraction(3, 10**20)
    assert not holds_root(Enclosure(found.lower + moved, found.upper + moved), cubic)


def test_falling_functions_and_roots_met_exactly():
    assert root(lambda x: 1 - x, 0, 2) == Enclosure(Fraction(1), Fraction(1))
    found = root(lambda x: (1 - x).exp() - 1, 0, 3, width="1e-30")
    assert found.lower <= 1 <= found.upper
    assert found.upper - found.lower <= Fraction(1, 10**30)


def test_a_middle_whose_sign_is_not_clear_is_avoided():
    # sin(pi x/2) - 1 + (x - 1)^3 vanishes at 1, the middle, where no ball arithmetic can tell the sign.
    def f(x):
        return (arb.pi() * x).sin() / 10 + (x - 1)

    found = root(f, 0, 2, width="1e-10")
    assert found.lower <= 1 <= found.upper
    assert found.converged


def test_a_function_known_only_roughly_gives_a_wide_enclosure():
    found = root(lambda x: x + arb(0, 0.125), -1, 1, width="1e-10")
    assert not found.converged
    assert found.lower <= 0 <= found.upper
    assert found.upper - found.lower < 1


def test_no_change_of_sign_is_refused():
    for f, low, high in [(lambda x: x * x, -1, 1), (lambda x: x, 1, 2), (lambda x: arb.nan(), 0, 1)]:
        with pytest.raises(InvalidInput, match="opposite signs"):
            root(f, low, high)
    with pytest.raises(InvalidInput, match="less than"):
        root(lambda x: x, 1, -1)
    with pytest.raises(InvalidInput, match="positive"):
        root(lambda x: x, -1, 1, width=0)


def test_the_working_precision_is_left_alone():
    root(lambda x: x * x - 2, 1, 2, width=Fraction(1, 2**300))
    assert ctx.prec == 53
