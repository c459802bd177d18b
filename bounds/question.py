"""The question that the calculator answers, read and checked once."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from bounds.smoothness import SobolevBall, dimensions
from identifiability.activations import Activation
from identifiability.activations import activation as find_activation
from identifiability.errors import InvalidInput
from identifiability.exact import integer, positive

Count = Literal["trainable", "nonzero", "dense"]
COUNTS: tuple[Count, ...] = ("trainable", "nonzero", "dense")

MOST_LAYERS = 10_000
WIDEST = 10**9
LONGEST_ANSWER = 500
"""Answers with more digits than this are refused: nobody reads them, and they take minutes."""


@dataclass(frozen=True, slots=True)
class Question:
    """How many parameters does error ε on M·W_{r,m} take?

    Attributes
    ----------
    epsilon : Fraction
        The error asked for, in the sup norm on [-1,1]^m; positive.
    norm : Fraction
        The radius M of the ball of functions; 1 for W_{r,m} itself.
    m, m1, m2, r : int
        Variables (m = m1 + m2 where the primary's and the meta-network's inputs are told
        apart, else m1 and m2 are None) and order of differentiability.
    activation : Activation or None
        The activation of the networks asked for; None for any.
    k, l1, l2 : int, Fraction, Fraction
        The embedding's output dimension; bounds on the spectral complexities of e and of q.
    w, c : int, Fraction
        Features and norm of the selector in P_{r,w,c}.
    depth, width, weight_bound : int | None, int | None, Fraction | None
        Weight layers, hidden units in each layer and largest absolute weight of the networks
        that the shattering and entropy bounds speak of; None where nothing is assumed.
    count : str
        Which parameters are counted: ``"trainable"``, ``"nonzero"`` or ``"dense"``.
    """

    epsilon: Fraction
    norm: Fraction
    m: int
    m1: int | None
    m2: int | None
    r: int
    activation: Activation | None
    k: int
    l1: Fraction
    l2: Fraction
    w: int
    c: Fraction
    depth: int | None
    width: int | None
    weight_bound: Fraction | None
    count: Count

    @property
    def relative_epsilon(self) -> Fraction:
        """ε/M: the error on the unit ball that is the same question."""
        return self.epsilon / self.norm

    @property
    def is_trivial(self) -> bool:
        """Whether the zero function already has error at most ε."""
        return self.relative_epsilon >= 1

    @property
    def split(self) -> tuple[int, int] | None:
        """(m1, m2) where they are told apart."""
        return None if self.m1 is None or self.m2 is None else (self.m1, self.m2)


def read_question(
    epsilon: object,
    *,
    m: object = None,
    r: object,
    m1: object = None,
    m2: object = None,
    activation: str | Activation = "any",
    norm: object = 1,
    k: object = 1,
    l1: object = 1,
    l2: object = 1,
    w: object = 1,
    c: object = 1,
    depth: object = None,
    width: object = None,
    weight_bound: object = None,
    count: str = "trainable",
) -> Question:
    """Read every input exactly, or say in one sentence which one is wrong.

    Raises
    ------
    InvalidInput
        If an input is outside its domain; the attributes of :class:`Question` state them.
    """
    variables, primary, meta = dimensions(m=m, m1=m1, m2=m2)
    if count not in COUNTS:
        raise InvalidInput(f"count must be one of {', '.join(COUNTS)}, got {count!r}")
    order = SobolevBall(r=r, m=variables).r
    error, radius = positive(epsilon, "epsilon"), positive(norm, "norm")
    _check_length_of_answer(error / radius, variables, order)
    return Question(
        epsilon=error,
        norm=radius,
        m=variables,
        m1=primary,
        m2=meta,
        r=order,
        activation=None if activation == "any" else find_activation(activation),
        k=integer(k, "k", minimum=1, maximum=WIDEST),
        l1=positive(l1, "l1"),
        l2=positive(l2, "l2"),
        w=integer(w, "w", minimum=1, maximum=WIDEST),
        c=positive(c, "c"),
        depth=None if depth is None else integer(depth, "depth", minimum=2, maximum=MOST_LAYERS),
        width=None if width is None else integer(width, "width", minimum=1, maximum=WIDEST),
        weight_bound=None if weight_bound is None else positive(weight_bound, "weight_bound"),
        count=count,
    )


def _check_length_of_answer(epsilon: Fraction, m: int, r: int) -> None:
    # Sizes grow like epsilon^(-m/r); the bit lengths bound log2(1/epsilon) within one.
    bits = max(0, epsilon.denominator.bit_length() - epsilon.numerator.bit_length() + 1)
    if bits * m * 3 > LONGEST_ANSWER * 10 * r:
        raise InvalidInput(
            f"the answer would have more than {LONGEST_ANSWER} digits; pass a larger epsilon or a smaller m"
        )
