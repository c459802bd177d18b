"""Embedding method or hypernetwork: which takes fewer parameters, by what factor, from which ε on?"""

from __future__ import annotations

from dataclasses import replace

from bounds.modularity.comparison import MetaComparison
from bounds.modularity.crossover import crossover
from bounds.modularity.primaries import primaries
from bounds.modularity.rates import Standing, rate_comparisons
from bounds.modularity.sizes import size_comparisons
from bounds.modularity.small_errors import growth
from bounds.question import Question, read_question
from bounds.rows import row
from identifiability.activations import Activation


def embedding_against_hypernetwork(
    m1: object,
    m2: object,
    *,
    r: object = 1,
    epsilon: object = None,
    k: object = 1,
    l1: object = 1,
    l2: object = 1,
    w: object = 1,
    c: object = 1,
    norm: object = 1,
    activation: str | Activation = "any",
    count: str = "trainable",
) -> MetaComparison:
    r"""Which is smaller, an embedding method q(x, e(I)) or a hypernetwork g(x; f(I)), and who says so.

    Targets are the functions y(x, I) of M·W_{r,m1+m2}, x in [-1,1]^m1 and I in [-1,1]^m2.  Compared are the
    primary networks q and g alone, and all parameters.  Each comparison of rates and of sizes has a
    standing: ``"proved"``, or only ``"claimed"`` by the paper.

    For the primaries and r = 1 it is proved that

    .. math:: N_q(\varepsilon) > N_g(\varepsilon) \quad\text{for every } 0 < \varepsilon \le \varepsilon_0

    with explicit ε_0, for embedding methods with k outputs of e, C(e) <= l1, C(q) <= l2 and all parameters
    selected continuously as functions of the target, and hypernetworks with f of any size; and with
    another ε_0 for every k, where all entries of the first layer of q are counted.

    Parameters
    ----------
    m1, m2 : int
        The dimensions of x and of I, >= 1.
    r : int
        The order of differentiability, >= 1; the primaries are compared for r = 1.
    epsilon : real number, optional
        The error at which sizes are compared; without it there are only rates and ε_0.
    k : int
        The dimension of e(I).  For k < m2 no embedding method at all has an error below M/(1 + 2 m2).
    l1, l2 : real number
        Bounds on the spectral complexities of e and of q.
    w, c : int, real number
        The number of features and the norm of the selector in P_{r,w,c} (Theorem 5).
    norm : real number
        The radius M of the ball of targets.
    activation : str or Activation
        Of the hypernetwork; ``"any"`` for whichever is best.
    count : str
        Which parameters are counted where k is given: ``"trainable"``, ``"nonzero"`` or ``"dense"``.

    Returns
    -------
    MetaComparison
        With ``rates``, ``sizes``, ``smaller_from`` (ε_0), ``smaller_from_for_every_k`` and ``notes``.

    Raises
    ------
    InvalidInput
        If an input is outside its domain.

    Notes
    -----
    In the paper's comparison of totals Theorem 5 speaks of other targets than the lower bounds do.  On
    all of M·W_{r,m} the totals of both methods have the same order.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Theorems 2 to 5.

    Examples
    --------
    >>> answer = embedding_against_hypernetwork(1, 1, epsilon="0.01")
    >>> answer.smaller_from, answer.smaller_from_for_every_k
    (Fraction(37, 500), Fraction(9, 2000))
    >>> primary = answer.size("embedding-continuous", "theorem-4")
    >>> primary.lower, primary.upper, primary.standing, primary.verdict
    (3151, 99, 'proved', 'hypernetwork smaller')
    """
    question = read_question(
        norm if epsilon is None else epsilon,
        m1=m1,
        m2=m2,
        r=r,
        activation=activation,
        norm=norm,
        k=k,
        l1=l1,
        l2=l2,
        w=w,
        c=c,
        count=count,
    )
    known = (_upper_standing(question, identifier) for identifier in ("theorem-4", "construction"))
    rates = rate_comparisons(question.r, *known)
    fixed_k = every_k = small = None
    if question.r == 1:
        fixed, every = primaries(question)
        fixed_k, every_k = crossover(fixed), crossover(every)
        small = None if question.is_trivial else growth(fixed, question.upper_epsilon)
    return MetaComparison(
        question=question,
        epsilon=None if epsilon is None else question.epsilon,
        rates=rates,
        sizes=() if epsilon is None else tuple(size_comparisons(question, rates, fixed_k, every_k)),
        fixed_k=fixed_k,
        every_k=every_k,
        small=small,
    )


def _upper_standing(question: Question, identifier: str) -> Standing:
    """Whether networks with the activation are proved to have an upper row's rate."""
    below = replace(question, epsilon=question.norm / 4)
    match row(below, identifier).status:
        case "certified" | "constructed":
            return "proved"
        case "rate-only":
            return "rate-only"
    return "void"
