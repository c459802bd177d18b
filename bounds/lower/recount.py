"""Sobolev sums and dimensions of the spaces behind lower bounds, by other formulas than the search's.

- Euler zigzag numbers from Bernoulli and Euler numbers, where the search uses Seidel's triangle;
- constants of polynomials from the Chebyshev polynomial's derivatives at 1, where the search uses
  Markov's product;
- constants of trigonometric polynomials in ball arithmetic with pi itself;
- the truncated product as a sum over all multi-indices where there are few of them;
- the distance of a code by listing all short vectors, and its points by listing the grid, where
  these are few;
- packings by other sums for the same counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import comb, prod

from flint import arb, ctx, fmpq, fmpq_poly, fmpz, fmpz_poly

from bounds.lower.codes import Code, CodeGrid, has_distance
from bounds.lower.packing import Packing
from bounds.lower.spaces import AffineSpace, Space, TensorSpace
from identifiability.exact import ball, from_rational, rational

MOST_LISTED = 20_000
"""Up to so many multi-indices, vectors or grid points are listed one by one."""

LARGEST_CHECKED = 100_000
"""Codes of a larger modulus, packings of a larger distance are refused."""

_SLACK = fmpq(1, 10**15)
_Structure = TensorSpace | AffineSpace | CodeGrid | Packing


def variables(space: _Structure) -> int:
    """The number of variables on which the functions depend."""
    match space:
        case TensorSpace():
            return space.axes
        case AffineSpace() | Packing():
            return space.variables
        case CodeGrid():
            return len(space.code.weights)


def flaw(space: _Structure, r: int) -> str | None:
    """Why the functions do not have r bounded derivatives, or overlap; None if all is well."""
    match space:
        case TensorSpace():
            for one_axis, axes in space.blocks:
                if one_axis.family == "spline" and one_axis.degree < r:
                    return f"splines of degree {one_axis.degree} do not have {r} derivatives"
                if axes < 1 or one_axis.n < 1:
                    return "a block needs an axis and n >= 1"
        case AffineSpace():
            if space.variables < 1:
                return "affine functions need a variable"
        case CodeGrid():
            if r != 1:
                return f"pyramids have one derivative, but r = {r}"
            if min(space.code.modulus, space.code.distance, space.q, len(space.code.weights)) < 1:
                return "a code needs a weight, and a modulus, a distance and q >= 1"
            if (
                space.code.modulus > LARGEST_CHECKED
                or _ball(len(space.code.weights), space.code.distance // 2) > 3 * 10**6
            ):
                return "the code is too large to be checked"
            if not _has_distance(space.code):
                return f"the code's distance is less than {space.code.distance}"
        case Packing():
            if r > 1 and space.q > 1:
                return f"bumps inside the cube have one derivative, but r = {r}"
            if min(space.variables, space.q, space.distance) < 1:
                return "a packing needs p, q, d >= 1"
            if max(space.variables, space.distance) > LARGEST_CHECKED:
                return "the packing is too large to be checked"
    return None


def _has_distance(code: Code) -> bool:
    """The definition itself where it can be listed: no short vector is a code word."""
    if _ball(code.variables, code.distance - 1) > MOST_LISTED:
        return has_distance(code)
    words = (
        (vector, sum(w * x for w, x in zip(code.weights, vector, strict=True)))
        for vector in _short_vectors(code.variables, code.distance - 1)
    )
    return all(residue % code.modulus for vector, residue in words if any(vector))


def _short_vectors(size: int, norm: int) -> Iterator[tuple[int, ...]]:
    """All integer vectors with an l1 norm of at most so much."""
    if size == 1:
        yield from ((x,) for x in range(-norm, norm + 1))
        return
    for head in range(-norm, norm + 1):
        yield from ((head, *tail) for tail in _short_vectors(size - 1, norm - abs(head)))


def is_sobolev_sum(space: _Structure, r: int, claimed: Fraction) -> bool:
    """Whether S is the number claimed (for trigonometric polynomials: or smaller by very little)."""
    match space:
        case TensorSpace():
            return _is_tensor_sum(space, r, claimed)
        case AffineSpace():
            return claimed == 2
        case CodeGrid():
            radius = Fraction(space.code.distance, space.q)
            return 1 + len(space.code.weights) / radius == claimed
        case Packing():
            return claimed == _pyramid_sum(space, r)


def _is_tensor_sum(space: TensorSpace, r: int, claimed: Fraction) -> bool:
    if all(one_axis.family != "trigonometric" for one_axis, _ in space.blocks):
        axes = [(_constants(one_axis, r), count) for one_axis, count in space.blocks]
        return rational(claimed) == _truncated_product(axes, r)
    with ctx.workprec(256 + 4 * claimed.numerator.bit_length()):
        true = _ball_product([(_ball_constants(one_axis, r), count) for one_axis, count in space.blocks], r)
        stated = ball(claimed)
        return bool(true <= stated) and bool(stated <= true * (1 + space.axes * r * arb(_SLACK)))


def _zigzag(k: int) -> fmpz:
    """A_k = |E_k| for even k and 2^{k+1} (2^{k+1} - 1) |B_{k+1}| / (k+1) for odd k."""
    if k % 2 == 0:
        return abs(fmpz.euler_number(k))
    power = fmpz(2) ** (k + 1)
    number = abs(fmpq.bernoulli(k + 1)) * power * (power - 1) / (k + 1)
    return number.p


def _constants(space: Space, r: int) -> list[fmpq]:
    if space.family == "polynomial":
        chebyshev, values = fmpz_poly.chebyshev_t(space.n), []
        for _ in range(r + 1):
            values.append(fmpq(chebyshev(1)))
            chebyshev = chebyshev.derivative()
        return values
    s, values = space.degree, [fmpq(1)]
    for k in range(1, r + 1):
        # s!/(s-k)! and A_{s-k}/A_s
        falling = prod(range(s - k + 1, s + 1))
        values.append(fmpq(space.n) ** k * falling * fmpq(_zigzag(s - k), _zigzag(s)))
    return values


def _ball_constants(space: Space, r: int) -> list[arb]:
    if space.family == "trigonometric":
        return [(arb.pi() * space.n / 2) ** k for k in range(r + 1)]
    return [arb(c) for c in _constants(space, r)]


def _truncated_product(axes: list[tuple[list[fmpq], int]], r: int) -> fmpq:
    """The sum of prod_i c_{k_i} over all multi-indices with |k| <= r."""
    listed = [constants for constants, repeats in axes for _ in range(repeats)]
    if comb(len(listed) + r, r) <= MOST_LISTED:
        return _sum_over_indices(listed, r)
    total = fmpq_poly([1])
    for constants, repeats in axes:
        square = fmpq_poly(constants)
        for bit in reversed(bin(repeats)[2:]):
            if bit == "1":
                total = total.mul_low(square, r + 1)
            square = square.mul_low(square, r + 1)
    return sum(total.coeffs(), fmpq(0))


def _sum_over_indices(axes: list[list[fmpq]], left: int) -> fmpq:
    if not axes:
        return fmpq(1)
    return sum((axes[0][k] * _sum_over_indices(axes[1:], left - k) for k in range(left + 1)), fmpq(0))


def _ball_product(axes: list[tuple[list[arb], int]], r: int) -> arb:
    sums = [arb(1)] * (r + 1)
    for constants, repeats in axes:
        for _ in range(repeats):
            sums = [sum((constants[j] * sums[k - j] for j in range(k + 1)), arb(0)) for k in range(r + 1)]
    return sums[r]


def _pyramid_sum(packing: Packing, r: int) -> Fraction:
    """Multi-indices counted by N(p, j) = N(p-1, j) + N(p, j-1); derivatives of (1-u)^r at u = 0."""
    indices = [1] + [0] * r
    for _ in range(packing.variables):
        for j in range(1, r + 1):
            indices[j] += indices[j - 1]
    profile = fmpq_poly([1, -1]) ** r
    total, radius = fmpq(0), fmpq(packing.distance, packing.q)
    for j in range(r + 1):
        total += indices[j] * abs(profile(0)) / radius**j
        profile = profile.derivative()
    return from_rational(total)


def is_dimension(space: _Structure, claimed: int) -> bool:
    """Whether the dimension, or the proved number of bumps, is the number claimed."""
    match space:
        case TensorSpace():
            return claimed == prod(one_axis.n + 1 for one_axis, axes in space.blocks for _ in range(axes))
        case AffineSpace():
            return claimed == comb(space.variables + 1, 1)
        case CodeGrid():
            return space.count == _code_points(space) == claimed
        case Packing():
            return claimed == space.count and _is_packing_count(space)


def _code_points(grid: CodeGrid) -> int:
    code, q = grid.code, grid.q
    p, modulus = len(code.weights), code.modulus
    if grid.residue is None:
        total = fmpz(q + 1) ** p
        return int((total + modulus - 1) // modulus)
    if not 0 <= grid.residue < modulus:
        return 0
    if (q + 1) ** p <= MOST_LISTED:
        return sum(
            (sum(w * x for w, x in zip(code.weights, point, strict=True)) - grid.residue) % modulus == 0
            for point in product(range(q + 1), repeat=p)
        )
    # generating function modulo x^M - 1
    counts = fmpz_poly([1])
    for weight in code.weights:
        one_axis = [0] * modulus
        for x in range(modulus):
            one_axis[weight * x % modulus] += (q - x) // modulus + 1
        counts = counts * fmpz_poly(one_axis)
        low, high = counts.truncate(modulus), counts.right_shift(modulus)
        counts = low + high
    return int(counts[grid.residue])


def _ball(p: int, norm: int) -> int:
    """Points of Z^p with |x|_1 <= norm, counted as sum_j C(p,j) C(norm-j+p, p)."""
    return sum(comb(p, j) * comb(norm - j + p, p) for j in range(min(p, norm) + 1))


def _is_packing_count(packing: Packing) -> bool:
    p, q, d, count = packing.variables, packing.q, packing.distance, packing.count
    points: int = (q + 1) ** p
    match packing.method:
        case "ball":
            neighbours = _ball(p, d - 1)
            return (count - 1) * neighbours < points <= count * neighbours
        case "average":
            pairs = _pairs(p, q, d)
            return (count - 1) * pairs < points * points <= count * pairs
        case "exponential":
            return packing.tilt is not None and 0 < packing.tilt < 1 and _is_exponential_count(packing)
        case "bch":
            return q == 1 and count == _bch_words(p, d)
    return False


def _pairs(p: int, q: int, d: int) -> int:
    """Pairs of grid points closer than d: for q = 1 binomials, else J. C. P. Miller's recurrence."""
    if q == 1:
        return sum(comb(p, i) for i in range(min(p, d - 1) + 1)) << p
    base = [q + 1] + [2 * (q + 1 - j) for j in range(1, min(q, d - 1) + 1)]
    power = [fmpz(base[0]) ** p]
    for k in range(1, d):
        terms = ((p * j - (k - j)) * base[j] * power[k - j] for j in range(1, min(k + 1, len(base))))
        power.append(sum(terms, fmpz(0)) // (k * base[0]))
    return int(sum(power, fmpz(0)))


def _is_exponential_count(packing: Packing) -> bool:
    p, q, d, count = packing.variables, packing.q, packing.distance, packing.count
    with ctx.workprec(4 * p * (q + 1).bit_length() + 256):
        x = ball(packing.tilt or Fraction(1, 2))
        # sum over |a - b| as (q+1) times two geometric series less the arithmetic ones
        below = x * (1 - x**q) / (1 - x)
        weighted = x * (1 - (q + 1) * x**q + q * x ** (q + 1)) / (1 - x) ** 2
        one_axis = (q + 1) + 2 * ((q + 1) * below - weighted)
        value = arb(q + 1) ** (2 * p) * x ** (d - 1) / one_axis**p
        return bool(arb(count - 1) < value) and bool(value <= arb(count))


def _bch_words(p: int, d: int) -> int:
    """2 to the length less the degree of the generator, whose zeros are all conjugates of 1..2t."""
    extended = (d - 1) % 2
    errors = (d - 1 - extended) // 2
    length = 1
    while length < p - extended:
        length = 2 * length + 1
    conjugates = {i * 2**j % length for i in range(1, 2 * errors + 1) for j in range(length.bit_length())}
    return 1 << max(p - len(conjugates) - extended, 0)
