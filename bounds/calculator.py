"""The size calculator: how many parameters does error ε take?"""

from __future__ import annotations

from bounds.question import read_question
from bounds.report import Report
from bounds.rows import rows
from identifiability.activations import Activation


def size(
    epsilon: object,
    m: object = None,
    *,
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
) -> Report:
    r"""How many parameters error ε takes on the Sobolev ball, on both sides, exactly.

    The targets are the functions of

    .. math:: W_{r,m} = \Big\{ h \in C^r([-1,1]^m) :
        \sum_{|k|_1 \le r} \|D^k h\|_\infty \le M \Big\}

    and the error of a class of approximators is the largest distance, in the sup norm, of a
    target from the class.

    Parameters
    ----------
    epsilon : real number
        The error, positive; read exactly (0.01 means 1/100).
    m, m1, m2 : int
        The number of variables.  With m1 and m2 (m = m1 + m2) the targets are read as functions
        of x in [-1,1]^m1 and I in [-1,1]^m2, and the meta-networks' rows are added.
    r : int
        The order of differentiability, at least 1.
    activation : str or Activation
        ``"any"`` (default): the upper sizes take the best scheme, whatever its activation.
    norm : real number
        The radius M of the ball of targets.
    k : int
        The embedding's output dimension (Theorems 2 and 3).
    l1, l2 : real number
        Bounds on the spectral complexities of the embedding e and of the primary q.
    w, c : int, real number
        The number of features and the norm of the selector in P_{r,w,c} (Theorem 5).
    depth, width, weight_bound : int, int, real number
        Weight layers, hidden units a layer and largest absolute weight of the networks that the
        shattering bound (depth 2: one hidden layer) and the entropy bound (all three) speak of.
    count : str
        ``"trainable"``, ``"nonzero"`` or ``"dense"``.

    Returns
    -------
    Report
        With ``rows``, ``row(id)`` and ``gap``.

    Raises
    ------
    InvalidInput
        If an input is outside its domain.

    Notes
    -----
    For ε ≥ M every number is zero: the zero function will do.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (2020), Theorems 1-5.

    Examples
    --------
    >>> report = size(epsilon="0.01", m=2, r=1)
    >>> report.row("continuous-selection").value, report.row("construction").value
    (4901, 5101)
    >>> report.gap
    Fraction(5101, 4901)
    """
    question = read_question(
        epsilon,
        m=m,
        r=r,
        m1=m1,
        m2=m2,
        activation=activation,
        norm=norm,
        k=k,
        l1=l1,
        l2=l2,
        w=w,
        c=c,
        depth=depth,
        width=width,
        weight_bound=weight_bound,
        count=count,
    )
    return Report(question=question, rows=rows(question))
