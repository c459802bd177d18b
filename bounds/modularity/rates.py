"""Embedding method against hypernetwork as ε falls to 0: which rate is larger, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from bounds.case_trees import Regime
from bounds.dominance import Dominance, compare
from bounds.rates import Rate, rate
from bounds.theorems import theorem
from identifiability.evaluation import evaluate
from identifiability.exact import digits
from identifiability.formula import parse_comparisons

Quantity = Literal["primary", "total"]
Standing = Literal["proved", "claimed", "rate-only", "void"]

SMALLER, SAME, NOTHING = "hypernetwork smaller", "same order", "nothing follows"
BOUNDED_K, EVERY_K, ALL_TARGETS = "k bounded", "every k", "all of W"
DOMAIN = "m1 >= 1, m2 >= 1"

UNSATISFIABLE = "under hypotheses that no activation satisfies together"
UNEQUAL = (
    "not like for like: Theorem 5 speaks of targets with a selector in P_{r,w,c}, the lower bound of all of "
    "W_{1,m}; for S = M P in P_{r,w,c} the embedding e = P with k = w has a total of the same order up to "
    "logarithms"
)


@dataclass(frozen=True, slots=True)
class RateComparison:
    """A lower rate for the embedding method against an upper rate for the hypernetwork.

    Attributes
    ----------
    quantity : {"primary", "total"}
        Whether the primary networks q and g are compared, or all parameters.
    scope : str
        Of which embedding methods the lower rate speaks: ``"k bounded"`` or ``"every k"``; or
        ``"all of W"``, where both rates are those of either method, on the same class of targets.
    standing : {"proved", "claimed", "rate-only", "void"}
        Both rates are proved here; or the comparison is the paper's, and something in it does not hold;
        or the upper rate is known without a constant; or no upper rate is known.
    lower_id, upper_id : str
        The rows of :func:`bounds.size` that have these rates.
    count : str
        Which parameters are counted, on both sides: ``"any"``, ``"dense"`` or ``"trainable"``.
    dominance : Dominance
        The two rates, compared for all m1, m2 >= 1 with a proof.
    note : str
        What the comparison stands on.
    """

    quantity: Quantity
    scope: str
    standing: Standing
    lower_id: str
    upper_id: str
    count: str
    dominance: Dominance
    note: str

    @property
    def lower(self) -> Rate:
        """The embedding method needs so much."""
        return self.dominance.first

    @property
    def upper(self) -> Rate:
        """The hypernetwork gets by with so much."""
        return self.dominance.second

    @property
    def regimes(self) -> tuple[Regime, ...]:
        """Where the hypernetwork is smaller, where both have the same order, where nothing follows."""
        return tuple(Regime(r.condition, self._verdict(r.verdict), r.witness) for r in self.dominance.regimes)

    def verdict(self, m1: int, m2: int) -> str:
        """The verdict of the regime in which (m1, m2) lies."""
        values = {"m1": m1, "m2": m2}
        (found,) = [regime.verdict for regime in self.regimes if holds(regime.condition, values)]
        return found

    def excess(self, m1: int, m2: int) -> Fraction:
        """The power of 1/ε by which the lower rate exceeds the upper one.

        Examples
        --------
        >>> [comparison.excess(2, 3) for comparison in rate_comparisons()[:2]]
        [Fraction(3, 1), Fraction(2, 1)]
        """
        return _power(self.lower, m1, m2) - _power(self.upper, m1, m2)

    def to_json(self, m1: int, m2: int) -> dict[str, object]:
        """The comparison as a dictionary for JSON, with the verdict at (m1, m2)."""
        return {
            "quantity": self.quantity,
            "scope": self.scope,
            "count": self.count,
            "standing": self.standing,
            "lower_id": self.lower_id,
            "lower": str(self.lower),
            "upper_id": self.upper_id,
            "upper": str(self.upper),
            "verdict": self.verdict(m1, m2),
            "excess": digits(self.excess(m1, m2)),
            "regimes": [
                {
                    "condition": regime.condition,
                    "verdict": regime.verdict,
                    "witness": {name: digits(value) for name, value in regime.witness.items()},
                }
                for regime in self.regimes
            ],
            "note": self.note,
        }

    def _verdict(self, word: str) -> str:
        if self.standing == "void":
            return NOTHING
        if self.scope == ALL_TARGETS:
            return SAME if word == "same" else NOTHING
        return SMALLER if word == "larger" else NOTHING


def holds(condition: str, values: dict[str, int]) -> bool:
    """Whether a regime's condition holds for numbers in the place of its parameters.

    Examples
    --------
    >>> holds("m2 < 2*m1", {"m1": 1, "m2": 1}), holds("m2 < 2*m1", {"m1": 1, "m2": 2}), holds("always", {})
    (True, False, True)
    """
    if condition == "always":
        return True
    return all(
        {
            "<": left < right,
            "<=": left <= right,
            "==": left == right,
            ">=": left >= right,
            ">": left > right,
        }[comparison.relation]
        for comparison in parse_comparisons(condition, values)
        for left, right in [(evaluate(comparison.left, values), evaluate(comparison.right, values))]
    )


def _power(growth: Rate, m1: int, m2: int) -> Fraction:
    powers = [term.power.number for term in growth.at(m1=m1, m2=m2).terms]
    return max(power for power in powers if power is not None)


@lru_cache(maxsize=4)
def rate_comparisons(
    r: int = 1, upper: Standing = "proved", upper_on_all: Standing = "proved"
) -> tuple[RateComparison, ...]:
    r"""Every comparison of rates of the two methods: what is proved, and what is only claimed.

    The primaries, r = 1.  If e has k outputs and C(e) <= l1, C(q) <= l2, and all parameters are selected
    continuously, then with k bounded, or with a dense first layer of q and any k,

    .. math:: N_q = \Omega(\varepsilon^{-(m_1+m_2)}), \qquad
              N_q = \Omega(\varepsilon^{-\min(m_1+m_2,\, 2m_1)}),

    against N_g = O(ε^-m1) for every target of W_{1,m}.

    The totals.  Theorem 5's O(ε^-(m2/r) + ε^-(m1/r)) for targets with a special selector is compared by
    the paper with the bounds on N_q for all of W_{1,m}.  On all of W_{r,m} both totals have the same order
    ε^-((m1+m2)/r): either method is a class of N_e + N_q, or N_f, parameters, so that the bound for
    continuous selections holds for it; and for a network n(x, I) the embedding method with e(I) = I,
    q = n, and the hypernetwork whose f writes the weights of n, its first biases with W^{1,2} I added, are
    n itself.

    Parameters
    ----------
    r : int
        The order of differentiability.  Theorems 2 and 3 are for r = 1; for r > 1 only the totals are
        compared.
    upper, upper_on_all : str
        What is known, for the activation, of the upper rates of primaries and of networks for all of
        W_{r,m}: ``"proved"``, ``"rate-only"`` or ``"void"``.

    Returns
    -------
    tuple of RateComparison

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Theorems 2 to 5 and the remark after Theorem 5.

    Examples
    --------
    >>> for found in rate_comparisons():
    ...     print(found.standing, found.lower_id, found.upper_id, [r.condition for r in found.regimes])
    proved embedding-continuous theorem-4 ['always']
    proved any-dimension theorem-4 ['always']
    claimed theorem-2 theorem-4 ['always']
    claimed theorem-3 theorem-4 ['always']
    proved continuous-selection construction ['always']
    claimed theorem-2 theorem-5 ['always']
    claimed theorem-3 theorem-5 ['m2 < 2*m1', 'm2 == 2*m1', 'm2 > 2*m1']
    """
    whole = RateComparison(
        "total",
        ALL_TARGETS,
        upper_on_all,
        "continuous-selection",
        "construction",
        "trainable",
        compare(rate("Omega(eps^-((m1+m2)/r))").at(r=r), rate("O(eps^-((m1+m2)/r))").at(r=r), DOMAIN),
        "selected continuously, either total needs the lower rate, with any k, l1 and l2; the upper one is "
        "enough for either, with e(I) = I and k = m2",
    )
    if r > 1:
        return (whole,)
    claim: Standing = "void" if upper == "void" else "claimed"
    lower = {BOUNDED_K: theorem("theorem-2").rate, EVERY_K: theorem("theorem-3").rate}
    continuous = "C(e) <= l1, C(q) <= l2, all parameters selected continuously"
    repaired = {
        BOUNDED_K: ("embedding-continuous", f"{continuous}; f of any size"),
        EVERY_K: ("any-dimension", f"{continuous}, all entries of q's first layer counted; f of any size"),
    }
    stated = {BOUNDED_K: "theorem-2", EVERY_K: "theorem-3"}
    counts = {BOUNDED_K: "any", EVERY_K: "dense"}

    def against(
        quantity: Quantity, scope: str, standing: Standing, below: str, above: str, note: str
    ) -> RateComparison:
        dominance = compare(lower[scope], theorem(above).rate.at(r=r), DOMAIN)
        return RateComparison(quantity, scope, standing, below, above, counts[scope], dominance, note)

    return (
        *(
            against("primary", scope, upper, identifier, "theorem-4", note)
            for scope, (identifier, note) in repaired.items()
        ),
        *(
            against("primary", scope, claim, identifier, "theorem-4", UNSATISFIABLE)
            for scope, identifier in stated.items()
        ),
        whole,
        *(
            against("total", scope, claim, identifier, "theorem-5", UNEQUAL)
            for scope, identifier in stated.items()
        ),
    )
