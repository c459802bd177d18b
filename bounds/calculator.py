"""The size calculator: how many parameters does error ε take?"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from bounds.question import read_question
from bounds.report import Report
from bounds.rows import rows
from identifiability.activations import Activation

if TYPE_CHECKING:
    from bounds.sobolev import SobolevNorm


def size(
    epsilon: object,
    m: object = None,
    *,
    r: object,
    m1: object = None,
    m2: object = None,
    activation: str | Activation = "any",
    norm: object = None,
    k: object = 1,
    l1: object = 1,
    l2: object = 1,
    w: object = 1,
    c: object = 1,
    depth: object = None,
    width: object = None,
    weight_bound: object = None,
    count: str = "trainable",
    domain: tuple[object, object] | None = None,
    function: str | SobolevNorm | None = None,
    relative_width: object = Fraction(1, 1000),
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
        The radius M of the ball of targets; 1 by default.
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
    domain : pair of real numbers
        (low, high): the targets are functions on [low, high]^m, in place of [-1,1]^m.
    function : str or SobolevNorm
        A formula in x0, x1, ..., or what :func:`bounds.sobolev_norm` says of it: the upper sizes are for
        this function, whose norm is enclosed by balls; the lower ones speak of the whole ball that its
        norm puts it in.  m is then the number of variables that occur, unless it is given.
    relative_width : real number
        How narrow the enclosure of the function's norm is to be.

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

    With half-length s of the domain, h(c + s u) on [-1,1]^m has a norm between min(1, s^r) and
    max(1, s^r) times that of h: lower sizes are those of the smaller ball, upper ones of the larger.
    Of a given function the norm after the change of variables is enclosed itself.

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
    >>> size(epsilon="0.01", r=2, function="sin(3*x0)*x1/10").row("construction").value
    100
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
        domain=domain,
        function=function,
        relative_width=relative_width,
    )
    return Report(question=question, rows=rows(question))
