"""Networks that are far from all networks of some close function: for each k >= 1 one, and the function."""

from __future__ import annotations

from fractions import Fraction

from identifiability.relu.pathology_results import (
    PAPER,
    TRIANGLE,
    Pathology,
    exactly,
    one_output,
    rational_near,
)
from identifiability.relu.surds import rational_surd, surd


def exploding_gradient(k: Fraction) -> Pathology:
    """g = k ρ(k x_1) − k ρ(k x_1 − x_2/k²) and Γ = 0.

    The gradient of g is (0, 1/k), (k², 0), (−k², 1/k) or 0.  Where both units are active g = x_2/k, and
    where only one is, g lies between that and 0.  Two units serve two kinks of size k² = |c| ‖a‖, so that
    |c| or ‖a‖ is at least k.
    """
    target = one_output([[k, 0], [k, -1 / k**2]], [k, -k])
    return Pathology(
        "2.1",
        k,
        one_output([[0, 0], [0, 0]], [0, 0]),
        target,
        target,
        k**2,
        1 / k,
        *exactly(rational_surd(k)),
        (),
        "The sup norm vanishes, but the kinks grow, and with them the weights of every network; the Sobolev "
        "seminorm sees it.",
        f"{PAPER}, Example 2.1",
    )


def unbalanced(k: Fraction) -> Pathology:
    """Γ = ((1, 0), 0) realises 0, and g = ρ(x_2)/k.

    A network of g is a = (0, λ), c = 1/(kλ): its distance is max(1, λ, 1/(kλ)).
    """
    target = one_output([[0, 1]], [1 / k])
    return Pathology(
        "2.2",
        k,
        one_output([[1, 0]], [0]),
        target,
        target,
        1 / k,
        1 / k,
        *exactly(rational_surd(1)),
        ("C1",),
        "A unit with outer weight 0 and a row of size 1 has to turn by a right angle, however small the "
        "function that is added.",
        f"{PAPER}, Example 2.2 with r = 1",
    )


def growing_unbalanced(k: Fraction) -> Pathology:
    """Γ = ((k, 0), 1/k²) realises ρ(x_1)/k, and g = ρ(x_2)/k.

    The row (0, λ) differs by at least k, and λ = k attains it.
    """
    nearest = one_output([[0, k]], [1 / k**2])
    return Pathology(
        "A.2",
        k,
        one_output([[k, 0]], [1 / k**2]),
        one_output([[0, 1]], [1 / k]),
        nearest,
        1 / k,
        1 / k,
        *exactly(rational_surd(k)),
        ("C1",),
        "A unit of small size with a long row and a small outer weight has to turn by a right angle.",
        f"{PAPER}, Example A.2",
    )


def redundant(k: Fraction) -> Pathology:
    """Γ = 2 ρ(x_1) by two equal units, and g = 2 ρ(x_1) + ρ(x_2)/k.

    One of the units has to serve the second direction, with a row (0, λ): its distance is at least 1.
    """
    return Pathology(
        "2.3",
        k,
        one_output([[1, 0], [1, 0]], [1, 1]),
        one_output([[2, 0], [0, 1]], [1, 1 / k]),
        one_output([[Fraction(3, 2), 0], [0, 1]], [Fraction(4, 3), 1 / k]),
        1 / k,
        1 / k,
        *exactly(rational_surd(1)),
        ("C2",),
        "Two units share a direction, and one of them has to leave it.",
        f"{PAPER}, Example 2.3",
    )


def opposite_rows(k: Fraction) -> Pathology:
    """Γ has the rows ±a_i with outer weights ±1 and realises Σ⟨a_i, x⟩ = 0; g = ρ(⟨v, x⟩)/k, v = (1, −1).

    Some row of a network of g is λv with λ ≠ 0, and max(|1 − λ|, |λ|) ≥ 1/2; this is the lower bound.
    For the upper one let the unit of a_1 get the row λv and the outer weight 1 + δ, that of −a_1 the row
    −(1 − λ)v and the outer weight −ν, where λ(1 + δ) − (1 − λ)ν = 1/k is the kink.  With
    t = λ(1 + δ) − 1/k they give ρ(⟨v, x⟩)/k + t⟨v, x⟩.  The other four get rows ±b_2 and ±b_3, keep their
    outer weights and give ⟨b_2 + b_3, x⟩, which is −t⟨v, x⟩ for b_2 − a_2 = b_3 − a_3 = (1 − t, t)/2.  With
    λ = 1/2, δ = 1/k for k ≥ 2 and λ = δ = 1 − ν = (k + 1)/(3k) for k < 2 nothing changes by more than λ.
    """
    size = max(Fraction(1, 2), (k + 1) / (3 * k))
    delta = min(size, 1 / k)
    t = size * (1 + delta) - 1 / k
    moved = [(x + (1 - t) / 2, y + t / 2) for x, y in TRIANGLE[1:]]
    first, opposite = (size, -size), (size - 1, 1 - size)
    rest = (0, 0)
    return Pathology(
        "2.4",
        k,
        one_output([*TRIANGLE, *((-x, -y) for x, y in TRIANGLE)], [1, 1, 1, -1, -1, -1]),
        one_output([(1, -1), *[rest] * 5], [1 / k, 0, 0, 0, 0, 0]),
        one_output(
            [first, *moved, opposite, *((-x, -y) for x, y in moved)],
            [1 + delta, 1, 1, -t / (1 - size), -1, -1],
        ),
        1 / k,
        2 / k,
        rational_surd(Fraction(1, 2)),
        rational_surd(size),
        ("C3a",),
        "Opposite rows realise zero with weights of size 1, and one of them has to turn.",
        f"{PAPER}, Example 2.4 with a = (1, 0), (0, 1), (-1, -1) and v = (1, -1)",
    )


def local_minimum(k: Fraction) -> Pathology:
    """Γ = (−1, 0) with one input, and g = ρ(x)/k.

    A network of g is a = λ, c = 1/(kλ): its distance max(λ + 1, 1/(kλ)) is least where λ² + λ = 1/k.
    """
    size = surd(Fraction(-1, 2), 1, Fraction(1, 4) + 1 / k)
    row = rational_near(size, k)
    return Pathology(
        "A.1",
        k,
        one_output([[-1]], [0]),
        one_output([[1]], [1 / k]),
        one_output([[row]], [1 / (k * row)]),
        1 / k,
        1 / k,
        *exactly(surd(Fraction(1, 2), 1, Fraction(1, 4) + 1 / k)),
        ("C1", "C3b"),
        "The loss (f(1) - 1)^2 is 1 within distance 1 of the network, a local minimum, but it is smaller for "
        "functions as close as one likes.",
        "a witness for what Example A.1 of Berner, Elbrächter & Grohs shows: Proposition 1.2 needs inverse "
        "stability",
    )


def discontinuity(k: Fraction) -> Pathology:
    """Γ = ((1, 0), 1), and g = ρ(x_1 + x_2/k).

    The gradients differ by (1, 0) where only the first is active.  A network of g is a = λ(1, 1/k), c = 1/λ:
    with λ < 1 its distance is max(λ/k, 1/λ − 1), least where λ² + kλ = k.
    """
    size = surd(-k / 2, 1, k**2 / 4 + k)
    scale = rational_near(size, k)
    return Pathology(
        "discontinuity",
        k,
        one_output([[1, 0]], [1]),
        one_output([[1, 1 / k]], [1]),
        one_output([[scale, scale / k]], [1 / scale]),
        Fraction(1),
        1 / k,
        *exactly(surd(Fraction(-1, 2), 1, Fraction(1, 4) + 1 / k)),
        (),
        "The weights converge and the functions do so uniformly, but not in the Sobolev seminorm.",
        "the realisation map of shallow ReLU networks is not continuous into W^{1,inf}",
    )
