r"""What the primary network of an embedding method needs whatever the dimension k of its embedding.

A dense first layer of q has the matrix W^1 = [W^{1,1}, W^{1,2}] with w_1 rows and m1 + k columns, so
that N_q >= w_1 (m1 + k).  Let K = min(k, w_1).  Either K = k, or K = w_1 and e may be replaced by

    u(I) = W^{1,2} e(I) in R^{w_1},   q(x, e(I)) = q'(x, u(I)),

where u is ||W^{1,2}||_1 l1-Lipschitz and q' is l2/||W^1||_1-Lipschitz in u, since the spectral
complexity of q is the product of ||W^1||_1 and that of the other layers.  The product of the two
constants is at most l1 l2, and W^{1,2} itself is no longer needed.  So the bound of
:mod:`bounds.lower.embedding` holds with K in place of k,

    N_q >= B(K) = D(epsilon + l1 l2 delta) - K * nodes,   and   N_q >= K (m1 + K).

For any threshold K*, the space and the grid found for K* prove N_q >= B(K*) for every K <= K*, because
fewer vectors are subtracted, and the first layer alone proves N_q >= (K* + 1)(m1 + K* + 1) for K > K*.
Hence, for every k,

    N_q >= max over K* >= 1 of min{ B(K*), (K* + 1)(m1 + K* + 1) }.

For epsilon < 1/(1 + 2 m2) moreover K >= m2 (the theorem of Borsuk and Ulam for e, and for u; see "Too few
outputs" in :mod:`bounds.lower.embedding`), and therefore N_q >= m2 (m1 + m2), for any selection.

This is what remains of exponent min(m1 + m2, 2 m1): the term 2 m1 is the first layer's, and comes from
counting the entries of a dense matrix.

References
----------
Galanti & Wolf, On the Modularity of Hypernetworks (v2), Theorem 3 and Lemma 21, which in addition
bound ||W^1||_1; nothing here needs that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from bounds.lower.bound import LowerBound
from bounds.lower.embedding import (
    ASSUMPTIONS,
    CONTINUITY,
    embedding,
    embedding_conditional,
    embedding_floor,
)
from bounds.lower.embedding_witness import EmbeddingWitness, verify_embedding
from identifiability.exact import digits, integer

DENSE = "q has a dense first layer, all of whose entries are counted; k may be anything"

EVERY_THRESHOLD = 64
"""Up to here the next threshold is tried too."""

PRECISION = 9
"""The search ends where a step gains less than one part in two to this power."""


@dataclass(frozen=True, slots=True)
class FirstLayerWitness:
    """A threshold K* with the witness of B(K*).

    Attributes
    ----------
    m1, m2 : int
        The dimensions of x and I.
    epsilon : Fraction
        The error.
    threshold : int
        K* >= 1.
    below : LowerBound
        The bound with k = K*, which holds for every K <= K*.
    """

    m1: int
    m2: int
    epsilon: Fraction
    threshold: int
    below: LowerBound

    @property
    def kind(self) -> str:
        """``first-layer``."""
        return "first-layer"

    @property
    def above(self) -> int:
        """(K* + 1)(m1 + K* + 1): the entries of the first layer for every K > K*."""
        return (self.threshold + 1) * (self.m1 + self.threshold + 1)

    @property
    def least_layer(self) -> int:
        """m2 (m1 + m2), the entries of the first layer if K >= m2 is forced; otherwise 0."""
        return self.m2 * (self.m1 + self.m2) if self.epsilon < embedding_floor(self.m2) else 0

    @property
    def value(self) -> int:
        """The bound, for every k."""
        return max(min(self.above, self.below.value or 0), self.least_layer)

    def to_json(self) -> dict[str, object]:
        """The witness as texts and dictionaries."""
        inner = self.below.witness
        return {
            "kind": self.kind,
            "m1": digits(self.m1),
            "m2": digits(self.m2),
            "epsilon": digits(self.epsilon),
            "threshold": digits(self.threshold),
            "below": None if inner is None else inner.to_json(),
        }


def any_dimension(
    m1: int, m2: int, epsilon: Fraction, l1: Fraction, l2: Fraction, *, conditional: bool = False
) -> LowerBound:
    """The least number of parameters of q, all counted, for error epsilon on W_{1,m1+m2}, for every k.

    Parameters
    ----------
    m1, m2 : int
        The dimensions of x and I, >= 1.
    epsilon : Fraction
        Error in the sup norm, > 0.
    l1, l2 : Fraction
        Bounds on the spectral complexities of e and q, > 0.
    conditional : bool
        Whether to use the source's constants, for any selection under its hypotheses, instead of
        Borsuk-Ulam for continuous selections.

    Returns
    -------
    LowerBound
        Certified, or conditional.

    Raises
    ------
    InvalidInput
        If an argument is outside its domain.

    Examples
    --------
    >>> any_dimension(1, 1, Fraction(1, 100), Fraction(1), Fraction(1)).value
    156
    """
    bound_at = embedding_conditional if conditional else embedding
    m1, m2 = integer(m1, "m1", minimum=1), integer(m2, "m2", minimum=1)

    def witness(threshold: int) -> FirstLayerWitness:
        below = bound_at(m1, m2, epsilon, threshold, l1, l2)
        return FirstLayerWitness(m1, m2, epsilon, threshold, below)

    # First the power of two where B falls below what the first layer proves.
    best = witness(1)
    low, high = 0, (best.below.value or 0).bit_length() // 2 + 1
    while high - low > 1:
        middle = (low + high) // 2
        found = witness(1 << middle)
        low, high = (middle, high) if found.value == found.above else (low, middle)
        best = max(best, found, key=lambda one: one.value)
    # Then the space and the grid of one threshold give a line below the convex B; where the line meets
    # the first layer's parabola is the next threshold, as in Newton's method.  Where the line is too
    # steep for a whole step, the next threshold and the double one are tried.
    while best.below.value:
        thresholds = [_crossing(best), 2 * best.threshold]
        if best.threshold < EVERY_THRESHOLD:
            thresholds.insert(1, best.threshold + 1)
        wanted = best.value + (best.value >> PRECISION)
        better = (found for k in thresholds if (found := witness(k)).value > wanted)
        step = next(better, None)
        if step is None:
            break
        best = step
    proved = "conditional" if conditional else "certified"
    return replace(
        best.below,
        value=best.value,
        status=proved if best.value else best.below.status,
        approximators=best.below.approximators.replace("k outputs of e", "any number of outputs of e"),
        conditions=(DENSE, ASSUMPTIONS if conditional else CONTINUITY)
        if best.value
        else best.below.conditions,
        witness=best if best.value else None,
    )


def _crossing(found: FirstLayerWitness) -> int:
    """The threshold at which the space and the grid of a witness prove most."""
    inner = found.below.witness
    if not isinstance(inner, EmbeddingWitness):
        return found.threshold

    def proved(threshold: int) -> int:
        line = inner.value + (found.threshold - threshold) * inner.nodes
        return min(line, replace(found, threshold=threshold).above)

    low, high = 1, 2
    while proved(high) > proved(high - 1):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if proved(middle) > proved(middle - 1) else (low, middle)
    return low


def verify_any_dimension(bound: LowerBound, m1: int, m2: int, epsilon: Fraction) -> bool:
    """Whether a bound of :func:`any_dimension` for m1, m2 and epsilon follows from its witness.

    The inner bound is verified by :func:`bounds.lower.embedding_witness.verify_embedding`, which shares
    no formula with the search.
    """
    found = bound.witness
    if not isinstance(found, FirstLayerWitness) or bound.value is None or found.threshold < 1:
        return False
    if (found.m1, found.m2, found.epsilon) != (m1, m2, epsilon):
        return False
    below = found.below
    if found.epsilon < Fraction(1, 1 + 2 * found.m2) and bound.value <= found.m2 * (found.m1 + found.m2):
        return True
    return (
        bound.value <= (found.threshold + 1) * (found.m1 + found.threshold + 1)
        and isinstance(below.witness, EmbeddingWitness)
        and (below.witness.m1, below.witness.m2, below.witness.k) == (found.m1, found.m2, found.threshold)
        and below.witness.epsilon == found.epsilon
        and bound.status == below.status
        and verify_embedding(below)
        and below.value is not None
        and bound.value <= below.value
    )
