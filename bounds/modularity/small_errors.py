r"""For all small errors at once: the hypernetwork's primary is smaller, by a closed formula.

**Theorem.**  Let r = 1, and let p <= m2 coordinates of I be active, n = m1 + p.  Let a code of n variables
have modulus M and distance d (:mod:`bounds.lower.codes`), t > 0, and l = l1 l2.  Suppose that

.. math:: F(\varepsilon) = \frac1M \Big(\frac dn\Big)^n \Big(\frac1{1+t} - \varepsilon\Big)^n
          - k\, g \Big(\frac st + a\varepsilon\Big)^p \varepsilon^{m_1} - A\varepsilon^p - B\varepsilon^n > 0

at some ε_1 < 1/2 with (1 + t) ε_1 < 1.  Then N_q(ε) > N_g(ε) for **every** ε <= ε_1.  Here g, s, a describe
the grid in I, and A, B the size of g (both below).

*Proof.*  F does not increase with ε, so it is positive at every ε <= ε_1.  Multiply it by ε^-n.

The space of pyramids centred at the code's words on a grid of q + 1 points in each variable has
S = 1 + nq/d and dimension at least (q + 1)^n/M.  The greatest q with S < 1/δ satisfies
q + 1 >= (d/n)(1/δ - 1).  With the nodes of :mod:`bounds.lower.embedding`, where δ = ε + s/N for the
centres (s = pl, N^p nodes) or for the staggered pair of grids (s = pl/2, N^p + (N + 1)^p nodes), take
N = ceil(s/(tε)): then δ <= (1 + t) ε, and there are at most g (s/(tε) + a)^p nodes with (g, a) = (1, 1) or
(2, 2).  Therefore

.. math:: N_q \ge \frac1M \Big(\frac dn\Big(\frac1{(1+t)\varepsilon} - 1\Big)\Big)^n
          - k g \Big(\frac s{t\varepsilon} + a\Big)^p .

Interpolation between the centres of ceil(1/ε) - 1 cells an axis has error at most ε
(:func:`bounds.upper.interpolation_errors.cell_centre_error`), with fewer than ε^-m1 nodes, so that

.. math:: N_g < A \varepsilon^{-m_1} + B .

Trainable parameters: A = 1, B = 0.  Entries, for m1 = 1: at most 3 for each node, and 1 more.  For m1 >= 2
the pipeline has v nodes, v + m1 layers of at most w = 3 m1 + 2 units after two layers of m1, so that its
entries are at most w(w + 1) v + 2 m1 (m1 + 1) + w (m1 + 1) + (m1 - 1) w (w + 1) + w + 1, of which at most
(9 m1 + 1) v + 4 m1 + m1 (m1 - 2) + 3 differ from zero (:mod:`bounds.upper.simplicial_layouts`).  QED.

**For every k**, all entries counted, at most K outputs leave N_q >= (the bound for k = K), and more than
that (K + 1)^2 entries of the first layer (:mod:`bounds.lower.first_layer`).  With
K = ceil(h ε^(-m1/2)), h^2 = A + B ε_1^m1, the latter is more than N_g, and so is the former if F, with
h ε^(m1/2) + ε^m1 in place of k ε^m1, is positive at ε_1: again F does not increase.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt

from flint import fmpq

from bounds.decimals import Decimals
from bounds.lower.codes import SEARCHED, Code, even_sum, has_distance, lee, odd_weights
from bounds.modularity.primaries import Primaries
from identifiability.exact import digits, from_rational, rational

CLOSED_FORM = ("any", "relu")
"""The activations for which the size of g is the one of the proof."""

MOST_ACTIVE = 8
MOST_VARIABLES = 60
SHARES = tuple(Fraction(2) ** j for j in range(-4, 2))
FINER_SHARES = tuple(Fraction(2) ** j for j in range(-16, 2))
ROOT_BITS = 64
THREE_FIGURES = Decimals(3)
"""The errors that are looked at."""


@dataclass(frozen=True, slots=True)
class SmallErrors:
    """What the theorem's proof takes: N_q(ε) > N_g(ε) for every ε <= ``epsilon``.

    Attributes
    ----------
    primaries : Primaries
    epsilon : Fraction
        ε_1.
    active : int
        p, the number of coordinates of I on which the targets depend.
    grid : {"centres", "staggered"}
    share : Fraction
        t: the nodes make the error larger by at most t ε.
    code : Code
    """

    primaries: Primaries
    epsilon: Fraction
    active: int
    grid: str
    share: Fraction
    code: Code

    @property
    def factor(self) -> Fraction:
        r"""c with N_q >= c ε^-p N_g for every ε <= ε_1; 0 if k is not fixed.

        Both ε^n N_q >= F + A ε^p + B ε^n =: Q(ε) and 1/(A + B ε^m1) do not increase with ε, so that
        c = Q(ε_1)/(A + B ε_1^m1) will do.
        """
        if self.primaries.k is None:
            return Fraction(0)
        needed = _main_term(self) - _nodes_term(self)
        slope, constant = primary_size(self.primaries)
        enough = slope + constant * rational(self.epsilon) ** self.primaries.m1
        return max(Fraction(0), from_rational(needed / enough))

    def to_json(self) -> dict[str, object]:
        """What the proof takes, as a dictionary for JSON."""
        return {
            "epsilon": digits(self.epsilon),
            "active": digits(self.active),
            "grid": self.grid,
            "share": digits(self.share),
            "code": {
                "modulus": digits(self.code.modulus),
                "weights": [digits(weight) for weight in self.code.weights],
                "distance": digits(self.code.distance),
            },
        }


def primary_size(primaries: Primaries) -> tuple[int, int]:
    """(A, B): g with v nodes has at most A v + B parameters.

    Examples
    --------
    >>> one = Fraction(1)
    >>> primary_size(Primaries(1, 1, 1, one, one, "any", "dense"))
    (3, 1)
    """
    m, count = primaries.m1, primaries.count
    if count == "trainable":
        return 1, 0
    if m == 1:
        return 3, 1
    if count == "nonzero":
        return 9 * m + 1, 4 * m + m * (m - 2) + 3
    w = 3 * m + 2
    return w * (w + 1), 2 * m * (m + 1) + w * (m + 1) + (m - 1) * w * (w + 1) + w + 1


def _grid(found: SmallErrors) -> tuple[int, Fraction, int]:
    """g, s, a."""
    slack = found.active * found.primaries.l1 * found.primaries.l2
    return (1, slack, 1) if found.grid == "centres" else (2, slack / 2, 2)


def _main_term(found: SmallErrors) -> fmpq:
    variables = found.primaries.m1 + found.active
    base = rational(Fraction(found.code.distance, variables) * (1 / (1 + found.share) - found.epsilon))
    return base**variables / found.code.modulus


def _nodes_term(found: SmallErrors) -> fmpq:
    g, s, a = _grid(found)
    small = rational(found.epsilon) ** found.primaries.m1
    outputs = found.primaries.k * small if found.primaries.k is not None else _root(found) + small
    return outputs * g * rational(s / found.share + a * found.epsilon) ** found.active


def _root(found: SmallErrors) -> fmpq:
    """A rational number just above h ε^(m1/2), the root of A ε^m1 + B ε^(2 m1)."""
    slope, constant = primary_size(found.primaries)
    small = rational(found.epsilon) ** found.primaries.m1
    square = slope * small + constant * small * small
    scale = 1 << (ROOT_BITS + int(square.q).bit_length() // 2)
    return fmpq(isqrt(int((square * scale * scale).floor())) + 1, scale)


def surplus(found: SmallErrors) -> Fraction:
    """F(ε_1), where k is not fixed with a root rounded up; negative outside the theorem's domain."""
    epsilon = found.epsilon
    if 2 * epsilon >= 1 or (1 + found.share) * epsilon >= 1:
        return Fraction(-1)
    slope, constant = primary_size(found.primaries)
    small = rational(epsilon)
    size = slope * small**found.active + constant * small ** (found.primaries.m1 + found.active)
    return from_rational(_main_term(found) - _nodes_term(found) - size)


def closed_form(primaries: Primaries) -> SmallErrors | None:
    """The closed formula for the largest ε_1 that is found, a decimal of three figures.

    Returns
    -------
    SmallErrors or None
        None if no size of g is proved for the activation, or where there are very many variables.

    Examples
    --------
    >>> one = Fraction(1)
    >>> found = closed_form(Primaries(1, 1, 1, one, one, "any", "trainable"))
    >>> found.epsilon, check_small_errors(found)
    (Fraction(601, 10000), True)
    """
    if primaries.activation not in CLOSED_FORM or primaries.m1 + primaries.m2 > MOST_VARIABLES:
        return None
    best: SmallErrors | None = None
    index = THREE_FIGURES.place_below(Fraction(1, 2))
    for candidate in _candidates(primaries, SHARES):
        if best is None:
            step, low = 1, index
            while surplus(replace(candidate, epsilon=THREE_FIGURES.at(low))) <= 0:
                low, step = low - step, 2 * step
        elif surplus(replace(candidate, epsilon=THREE_FIGURES.at(index + 1))) > 0:
            low = index + 1
        else:
            continue
        index = _last(candidate, low)
        best = replace(candidate, epsilon=THREE_FIGURES.at(index))
    return best


def growth(primaries: Primaries, epsilon: Fraction) -> SmallErrors | None:
    """The closed formula with the greatest c in N_q >= c ε^-m2 N_g for all errors up to ``epsilon``.

    None if there is none with c > 0.
    """
    if primaries.activation not in CLOSED_FORM or primaries.m1 + primaries.m2 > MOST_VARIABLES:
        return None
    found = (
        replace(candidate, epsilon=epsilon)
        for candidate in _candidates(primaries, FINER_SHARES)
        if candidate.active == primaries.m2 and (1 + candidate.share) * epsilon < 1 and 2 * epsilon < 1
    )
    best = max(found, key=lambda one: one.factor, default=None)
    return best if best is not None and best.factor > 0 else None


def _last(candidate: SmallErrors, low: int) -> int:
    """The last index at which F is positive, from one at which it is."""
    step = 1
    while surplus(replace(candidate, epsilon=THREE_FIGURES.at(low + step))) > 0:
        low, step = low + step, 2 * step
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        good = surplus(replace(candidate, epsilon=THREE_FIGURES.at(middle))) > 0
        low, high = (middle, high) if good else (low, middle)
    return low


def _candidates(primaries: Primaries, shares: Sequence[Fraction]) -> Iterator[SmallErrors]:
    counts = range(1, min(primaries.m2, MOST_ACTIVE) + 1)
    for active in dict.fromkeys((*counts, primaries.m2)):
        variables = primaries.m1 + active
        codes = [even_sum(variables), odd_weights(variables)]
        codes += [code for code in SEARCHED if code.variables == variables] or [lee(variables)]
        for code in codes:
            for grid in ("centres", "staggered") if active > 1 else ("centres",):
                for share in shares:
                    yield SmallErrors(primaries, Fraction(1, 2), active, grid, share, code)


def check_small_errors(found: SmallErrors, factor: Fraction | None = None) -> bool:
    """Whether the theorem applies: the two sizes at ε_1 are compared as they stand.

    With a factor c, whether N_q >= c ε^-p N_g for every ε <= ε_1.  The code's distance is verified by
    listing its short vectors.
    """
    p, epsilon, t = found.primaries, found.epsilon, found.share
    if p.activation not in CLOSED_FORM or found.grid not in ("centres", "staggered"):
        return False
    if not (0 < 2 * epsilon < 1 and t > 0 and (1 + t) * epsilon < 1 and 1 <= found.active <= p.m2):
        return False
    variables = p.m1 + found.active
    if found.code.variables != variables or not has_distance(found.code):
        return False
    slope, constant = primary_size(p)
    enough = slope / epsilon**p.m1 + constant
    words = (found.code.distance * (1 / ((1 + t) * epsilon) - 1) / variables) ** variables
    # K <= h ε^(-m1/2) + 1, and h^2 ε^-m1 is what is enough for g; the root is rounded up
    fine = 1 << ROOT_BITS
    root = Fraction(isqrt((enough * fine**2).__floor__()) + 1, fine)
    outputs = root + 1 if p.k is None else Fraction(p.k)
    slack = found.active * p.l1 * p.l2 / (t * epsilon)
    nodes = (slack + 1) ** found.active if found.grid == "centres" else 2 * (slack / 2 + 2) ** found.active
    needed = words / found.code.modulus - outputs * nodes
    if factor is None:
        return needed > enough
    return p.k is not None and needed >= factor / epsilon**found.active * enough
