"""Two networks of close functions with opposite rows: for each k >= 1 one pair."""

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

ROOT_OF_TWO = Fraction(665857, 470832)
"""What stands for √2 in Example 2.5: it agrees to twelve digits, and the example's numbers are unchanged."""


def opposite_networks(k: Fraction) -> Pathology:
    """Θ has the rows (k, k, 1/k), (−k, k, 1/k), (0, −2k/s, 1/(sk)), outer weights k, k, sk; Γ, −a_i.

    In the paper s = √2, which balances the third unit; nothing else depends on s.  R(Θ) − R(Γ) =
    Σ c_i ⟨a_i, x⟩ = 3 x_3.  The unit that serves a_1 or a_2 in the slot of one of these two differs by at
    least (λ + 1)k in one entry of its row, and by (1/λ − 1)k in its outer weight: one of them is at least
    √2 k, and λ = √2 − 1 attains it.  Only one of a_1 and a_2 has room in the third slot; there a_1 with
    λ = 13/20 is at most √2 k away, and so is a_3 in the first slot with λ = (√2 − 1)s.
    """
    s = ROOT_OF_TWO
    rows = [(k, k, 1 / k), (-k, k, 1 / k), (Fraction(0), -2 * k / s, 1 / (s * k))]
    outer = [k, k, s * k]
    half = rational_near(surd(-1, 1, 2), k)
    # What serves each slot, and how its row is scaled.
    served = [(2, half * s), (1, half), (0, Fraction(13, 20))]
    return Pathology(
        "2.5",
        k,
        one_output([[-a for a in row] for row in rows], outer),
        one_output(rows, outer),
        one_output(
            [[scale * a for a in rows[i]] for i, scale in served], [outer[i] / by for i, by in served]
        ),
        Fraction(3),
        Fraction(3),
        *exactly(surd(0, 1, 2 * k**2)),
        ("C3b",),
        "The rows of one network are opposite to those of the other, with a small sum that is not zero.",
        f"{PAPER}, Example 2.5 with 665857/470832 for the square root of 2",
    )


def balanced_opposite_networks(k: Fraction) -> Pathology:
    """Θ has the rows (k, k/2, 1/k), (−k, k/2, 1/k), (0, −k, 1/k), outer weights k; Γ, the rows −a_i.

    The difference is 3 x_3, as in Example 2.5.  A unit in its own slot differs by at least √2 k, as there.
    a_3 in the slot of a_1 or a_2 differs by k in the first entry, by |1/2 − λ|k in the second, by (1 + λ)/k
    in the third and by |1/λ − 1|k outside: the least is k or, where that is larger, the s with
    s = (1 + λ)/k = (1/λ − 1)k.  No other pair of different slots needs more, so that a cyclic order of the
    three attains it; s is at most √2 k because λ = √2 − 1 makes both no larger than that.
    """
    rows = [(k, k / 2, 1 / k), (-k, k / 2, 1 / k), (Fraction(0), -k, 1 / k)]
    # k s = 1 + λ, and λ² + (1 + k²)λ = k².
    crossing = surd((1 - k**2) / (2 * k), 1, (k**4 + 6 * k**2 + 1) / (4 * k**2))
    distance = max(rational_surd(k), crossing)
    scale = Fraction(1, 2) if distance == rational_surd(k) else k * rational_near(crossing, k) - 1
    return Pathology(
        "2.5 rational",
        k,
        one_output([[-a for a in row] for row in rows], [k, k, k]),
        one_output(rows, [k, k, k]),
        one_output([[scale * a for a in rows[i]] for i in (2, 0, 1)], [k / scale] * 3),
        Fraction(3),
        Fraction(3),
        *exactly(distance),
        ("C3b",),
        "Both networks are balanced, and the rows of one are opposite to those of the other, with a small "
        "sum that is not zero.",
        f"{PAPER}, Example 2.5, with rational balanced weights",
    )


def planar_opposite_networks(k: Fraction) -> Pathology:
    """Θ has the rows (1, 0), (0, 1), (−1, −1), outer weights 1, 1, 1 + 1/k; Γ, −a_i and 1, 1, 1.

    R(Θ) − R(Γ) = ρ(−x_1 − x_2)/k.  The row (λ, 0) differs by at least 1 from each row of Γ.
    """
    return Pathology(
        "2.5 planar",
        k,
        one_output([(-x, -y) for x, y in TRIANGLE], [1, 1, 1]),
        one_output(TRIANGLE, [1, 1, 1 + 1 / k]),
        one_output([(-1, -1), (1, 0), (0, 1)], [1 + 1 / k, 1, 1]),
        1 / k,
        2 / k,
        *exactly(rational_surd(1)),
        ("C3b",),
        "The rows of one network are opposite to those of the other: the seminorm vanishes while all weights "
        "stay bounded.",
        "a witness in the plane for what Example 2.5 of Berner, Elbrächter & Grohs shows in space",
    )
