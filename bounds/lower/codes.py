"""Codes in the l1 metric: disjoint pyramids that fill the cube better than cubes do.

For r = 1 the best spaces known are spanned by pyramids

    phi_c(x) = max(0, 1 - |x - c|_1 / R),

whose centres c lie at mutual l1 distance at least 2R, so that no two of them overlap.  For
y = sum_c a_c phi_c then ||y||_inf = max |a_c| and ||d_i y||_inf = max |a_c| / R for each of the p
variables used, hence

    ||y||_inf + sum_i ||d_i y||_inf = (1 + p/R) ||y||_inf.

The centres are the points of the grid {-1 + 2j/q : j = 0..q}^p whose index j satisfies one
congruence w_1 j_1 + ... + w_p j_p = s (mod M).  If every non-zero integer vector with
w.x = 0 (mod M) has |x|_1 >= d, then 2R = d * 2/q and

    S = 1 + p q / d.

The M residues s share (q+1)^p grid points, so one of them has at least ceil((q+1)^p / M).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import gcd, log2

from identifiability.errors import InvalidInput
from identifiability.exact import digits

LARGEST_COUNTED_MODULUS = 64
MOST_COUNTED_VARIABLES = 8
"""Up to these sizes the fullest residue class is counted; beyond them the average is used."""


@dataclass(frozen=True, slots=True)
class Code:
    """The integer vectors with w.x = 0 (mod M), no non-zero one of which is shorter than d in l1.

    Attributes
    ----------
    modulus : int
        M >= 1.
    weights : tuple of int
        w_1, ..., w_p.
    distance : int
        d >= 1, the least |x|_1 of a non-zero code word (or less); :func:`has_distance` checks it.

    Examples
    --------
    >>> Code(2, (1, 1), 2).sobolev_sum(8), Code(2, (1, 1), 2).average_count(8)
    (Fraction(9, 1), 41)
    """

    modulus: int
    weights: tuple[int, ...]
    distance: int

    @property
    def variables(self) -> int:
        """The number p of variables."""
        return len(self.weights)

    def sobolev_sum(self, q: int) -> Fraction:
        """S = 1 + p q / d on a grid of q + 1 points in each variable."""
        return 1 + Fraction(self.variables * q, self.distance)

    def average_count(self, q: int) -> int:
        """ceil((q+1)^p / M): so many grid points at least lie in the fullest residue class."""
        points: int = (q + 1) ** self.variables
        return -(-points // self.modulus)

    def largest_grid(self, epsilon: Fraction) -> int:
        """The largest q with S < 1/epsilon; 0 or less if there is none."""
        return _largest_grid(self.variables, self.distance, epsilon)


@dataclass(frozen=True, slots=True)
class CodeGrid:
    """The points of one residue class on a grid: the centres of the pyramids.

    Attributes
    ----------
    code : Code
    q : int
        The grid has q + 1 points in each of the code's variables.
    residue : int or None
        The congruence class whose points are meant; None: the fullest, by the pigeonhole
        principle, without saying which.
    count : int
        The number of points in that class, or a lower bound if ``residue`` is None.
    """

    code: Code
    q: int
    residue: int | None
    count: int

    @property
    def sobolev_sum(self) -> Fraction:
        """S = 1 + p q / d."""
        return self.code.sobolev_sum(self.q)


def even_sum(variables: int) -> Code:
    """The vectors with an even sum: M = 2, d = 2; the best code for p <= 2.

    Examples
    --------
    >>> even_sum(3)
    Code(modulus=2, weights=(1, 1, 1), distance=2)
    """
    return Code(2, (1,) * variables, 2)


def lee(variables: int) -> Code:
    """The perfect Lee code, sum of i x_i = 0 (mod 2p + 1): d = 3.

    The residues 0, +-1, ..., +-p are distinct, so no vector of norm 1 or 2 is a code word.

    Examples
    --------
    >>> lee(2)
    Code(modulus=5, weights=(1, 2), distance=3)
    """
    return Code(2 * variables + 1, tuple(range(1, variables + 1)), 3)


def odd_weights(variables: int) -> Code:
    """The code with weights 1, 3, ..., 2p - 1 modulo 4p: d = 4.

    Odd weights and an even modulus leave out every vector of odd norm, and no sum or difference
    of two weights is a multiple of 4p.

    Examples
    --------
    >>> odd_weights(3)
    Code(modulus=12, weights=(1, 3, 5), distance=4)
    """
    return Code(4 * variables, tuple(range(1, 2 * variables, 2)), 4)


OCTAHEDRAL = Code(38, (1, 7, 11), 6)
"""Three variables: octahedra at density 18/19, that of Minkowski's densest lattice packing."""

SEARCHED = (
    OCTAHEDRAL,
    Code(70, (1, 7, 25, 29), 6),
    Code(212, (1, 9, 33, 87), 8),
    Code(110, (1, 15, 21, 25, 33), 6),
    Code(448, (1, 9, 61, 101, 157), 8),
    Code(158, (1, 13, 17, 23, 55, 75), 6),
    Code(840, (1, 9, 77, 117, 169, 291), 8),
    Code(234, (1, 5, 31, 45, 53, 69, 87), 6),
    Code(286, (1, 7, 11, 39, 59, 75, 101, 131), 6),
    Code(426, (1, 5, 13, 43, 59, 83, 135, 163, 197), 6),
    Code(502, (1, 5, 13, 41, 61, 105, 139, 155, 177, 235), 6),
)
"""Codes found by search over weights and moduli; :func:`has_distance` checks each of them."""

_FAMILIES = (even_sum, lee, odd_weights)


def _moduli_and_distances(p: int) -> tuple[tuple[int, int], ...]:
    return (2, 2), (2 * p + 1, 3), (4 * p, 4)


def has_distance(code: Code) -> bool:
    """Whether no non-zero vector with w.x = 0 (mod M) is shorter than d, by exhaustive search.

    A vector with |x|_1 <= d - 1 is a difference u - v with |u|_1 <= floor((d-1)/2) and
    |v|_1 <= ceil((d-1)/2); so it suffices that no u and v of these two balls, other than equal
    ones, agree modulo M.

    Examples
    --------
    >>> has_distance(OCTAHEDRAL), has_distance(Code(38, (1, 7, 12), 6))
    (True, False)
    """
    if code.modulus < 1 or code.distance < 1 or not code.weights:
        raise InvalidInput(f"a code needs a modulus, a distance and a number of weights >= 1, got {code}")
    inner = (code.distance - 1) // 2
    seen: set[int] = set()
    for radius in range(code.distance - inner):
        for residue in _sphere_residues(code, radius):
            if residue in seen:
                return False
            if radius <= inner:
                seen.add(residue)
    return True


def _sphere_residues(code: Code, radius: int) -> Iterator[int]:
    """The residue w.x mod M of every integer vector x with |x|_1 equal to the radius."""
    if radius == 0:
        yield 0
    for size in range(1, min(radius, code.variables) + 1):
        for support in combinations(code.weights, size):
            for cuts in combinations(range(1, radius), size - 1):
                lengths = [b - a for a, b in pairwise((0, *cuts, radius))]
                terms = [
                    (weight * length, -weight * length)
                    for weight, length in zip(support, lengths, strict=True)
                ]
                for signed in product(*terms):
                    yield sum(signed) % code.modulus


def fullest_residue(code: Code, q: int) -> tuple[int, int]:
    """The residue class with the most points of {0..q}^p, and their number.

    Examples
    --------
    >>> fullest_residue(OCTAHEDRAL, 17)
    (1, 155)
    """
    counts = [1] + [0] * (code.modulus - 1)
    for weight in code.weights:
        counts = _window_sums(counts, weight, q)
    best = max(counts)
    return counts.index(best), best


def _window_sums(counts: list[int], weight: int, q: int) -> list[int]:
    """From the counts for some variables to those with one more: sum over x in 0..q, by cycles."""
    modulus = len(counts)
    cycles = gcd(weight, modulus)
    length = modulus // cycles
    rounds, rest = divmod(q + 1, length)
    sums = [0] * modulus
    for start in range(cycles):
        places = [(start + weight * j) % modulus for j in range(length)]
        along = [counts[place] for place in places]
        current = rounds * sum(along) + sum(along[length - rest :])
        for j, place in enumerate(places):
            current += (along[j] - along[j - rest]) if rest else 0
            sums[place] = current
    return sums


def code_grid(code: Code, q: int) -> CodeGrid:
    """The fullest residue class of a code on a grid: counted if the code is small, else the average.

    Raises
    ------
    InvalidInput
        If q < 1.
    """
    if q < 1:
        raise InvalidInput(f"q must be at least 1, got {digits(q)}; pass a grid of two points or more")
    if code.modulus <= LARGEST_COUNTED_MODULUS and code.variables <= MOST_COUNTED_VARIABLES:
        residue, count = fullest_residue(code, q)
        return CodeGrid(code, q, residue, count)
    return CodeGrid(code, q, None, code.average_count(q))


def _largest_grid(variables: int, distance: int, epsilon: Fraction) -> int:
    # p q / d < 1/epsilon - 1, in integers
    excess = epsilon.denominator - epsilon.numerator
    return (distance * excess - 1) // (variables * epsilon.numerator)


def best_code_grid(m: int, epsilon: Fraction) -> CodeGrid | None:
    """The most pyramids, over all codes in at most m variables, with S < 1/epsilon.

    Parameters
    ----------
    m : int
        Number of variables, >= 1.
    epsilon : Fraction
        The accuracy, > 0.

    Returns
    -------
    CodeGrid or None
        None if even q = 1 has S >= 1/epsilon for every code.

    Examples
    --------
    >>> best_code_grid(2, Fraction(1, 10)).count, best_code_grid(3, Fraction(1, 1000)).count
    (41, 209895369)
    """
    chosen = [code for code in SEARCHED if code.variables <= m]
    chosen += [family(p) for family in _FAMILIES for p in range(1, min(m, MOST_COUNTED_VARIABLES) + 1)]
    chosen += _promising(range(MOST_COUNTED_VARIABLES + 1, m + 1), epsilon)
    grids = [code_grid(code, q) for code in chosen if (q := code.largest_grid(epsilon)) >= 1]
    return max(grids, key=lambda grid: grid.count, default=None)


def _promising(variables: range, epsilon: Fraction) -> list[Code]:
    """The codes of the three families whose average count is, to rounding, the greatest."""
    ranked = []
    for p in variables:
        for family, (modulus, distance) in zip(_FAMILIES, _moduli_and_distances(p), strict=True):
            q = _largest_grid(p, distance, epsilon)
            if q >= 1:
                ranked.append((p * log2(q + 1) - log2(modulus), p, family))
    greatest = max((rank for rank, _, _ in ranked), default=0.0)
    # rounding up matters only for small counts, and the logarithms err by far less than 1e-3
    margin = 2 if greatest < 40 else 1e-3
    return [family(p) for rank, p, family in ranked if rank >= greatest - margin]
