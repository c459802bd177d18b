"""How many parameters it takes whatever selects them: a bound by counting sign patterns.

**Theorem.**  Let M points be shattered by W_{r,m} at level epsilon
(:mod:`bounds.lower.shattered_points`).  If every y in W_{r,m} is approximated within epsilon by some
network of a class, then the networks take all 2^M strict sign patterns at these points.

*Proof.*  Given signs, the y that takes them has |y(x_j)| >= epsilon + eta for all j and some eta > 0, and
some network is closer to y than epsilon + eta.  QED.

So 2^M is at most the number of strict sign patterns of the class.  Nothing is assumed of how the
network is chosen for y: no continuity, no bound of the weights.

**The class.**  Fully connected networks of one architecture with m inputs and one output; every entry of
every weight matrix and every hidden bias is a free parameter and is counted, W in all.  The output bias
may be there (and is counted) or not.  The activation is piecewise linear with p pieces; U is the number
of hidden units.

**Any depth.**  Put the hidden units in an order in which each follows those it reads from.  For one
input x_j, and for each way in which the earlier units may choose their pieces, the input of a unit is
a polynomial of the parameters of degree at most its layer's number; with the p - 1 breakpoints
subtracted that makes (p-1) p^{i-1} polynomials for the i-th unit, and p^U more for the output:
2 p^U - 1 for each input, of degree at most the number of weight layers, which is at most U + 1.
Strict patterns persist under small changes of the parameters, so each is taken at a point where none of
these K < 2 M p^U polynomials vanishes, except those that vanish identically; there their signs
determine all pieces and the sign of every output.  By Warren's theorem
(:mod:`bounds.lower.sign_patterns`)

    2^M <= (1/2) (2 e K (U+1) / W)^W,    that is
    M <= W [1 + U log2 p + log2(2 e M (U+1)/W)] - 1.                                             (*)

A network with h_1 units in the first layer has W >= h_1 (m+1) + 2 (U - h_1) + 1 >= m + 2U, since every
hidden unit has a bias and reads a unit, so U <= (W - m)/2.  For W <= M the right-hand side of (*) with
this U, rounded down, increases with W: U does, and W log(c/W) does for W < c/e.  So the least W <= M
that (*) does not exclude is a lower bound for the parameters of every architecture.

**One hidden layer,** k units, W = k (m+2), or k (m+2) + 1 with an output bias.  Three arguments; the
bound is the greatest of their results.

- *On a line.*  W_{r,1} shatters M_1 points of [-1, 1], hence W_{r,m} shatters M_1 points of a line.
  There the network is piecewise linear with at most (p-1) k + 1 affine pieces.  Two of the points at
  which the signs differ have a zero between them; an affine piece with zeros in two of these gaps would
  vanish at a point between the gaps.  Alternating signs have M_1 - 1 gaps: k >= (M_1 - 2)/(p - 1).
- *Cells.*  The p - 1 breakpoints of one unit are M (p-1) hyperplanes in the space R^{m+1} of its weights
  and bias, which cut out at most C = sum_{i<=m+1} C(M (p-1), i) cells; C = 2 sum_{i<=m} C(M-1, i) for
  p = 2, where shifting the bias makes them pass through 0.  The units may be permuted, so only multisets of
  k cells count.  On each the outputs are M polynomials of degree 2 in W parameters (with output bias),

      2^M <= C(C+k-1, k) (1/2) (4 e M / W)^W.

- *Cells, for p = 2 with a breakpoint at 0 and sigma(0) = 0* (ReLU and PReLU).  Since then
  sigma(tx) = t sigma(x) for t > 0, outgoing weights may be taken from {-1, 0, 1}; 0 may be replaced by
  1 for a unit with weights 0.  On a multiset of k pairs (cell, sign) the outputs are M linear
  functions of k (m+1) + 1 parameters, output bias included:

      2^M <= C(2C+k-1, k) 2 sum_{i <= k(m+1)} C(M-1, i),    C = 2 sum_{i<=m} C(M-1, i).

The bounds of the right-hand sides that are used increase with k while the number of parameters is at
most M - 1, so that the least k that is not excluded is a lower bound.

**Sigmoid and tanh.**  The quoted theorem bounds the number of points that a class shatters by
(W k)^2 + 11 W k log2(18 W k^2), W parameters and k computation units, the output unit included.

References
----------
M. Anthony and P. L. Bartlett, Neural Network Learning: Theoretical Foundations, Cambridge University
Press 1999, Theorems 8.3 and 8.13; P. W. Goldberg and M. R. Jerrum, "Bounding the
Vapnik-Chervonenkis dimension of concept classes parameterized by real numbers", Machine Learning 18
(1995); M. Karpinski and A. Macintyre, "Polynomial bounds for VC dimension of sigmoidal and general
Pfaffian neural networks", J. Comput. System Sci. 54 (1997).
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from bounds.lower.bound import LowerBound
from bounds.lower.least import least_not_excluded
from bounds.lower.shattered_points import ShatteredPoints, shattered_points
from bounds.lower.sign_patterns import log_cells, log_central_cells, log_multisets, log_warren
from identifiability.activations import Activation
from identifiability.activations import activation as find_activation
from identifiability.errors import InvalidInput
from identifiability.exact import integer, positive

SOURCE = "Warren's theorem; Anthony & Bartlett, Neural Network Learning (1999), Theorem 8.3"
SOURCE_SHALLOW = (
    "cells of hyperplanes and Warren's theorem; Anthony & Bartlett, Neural Network Learning (1999)"
)
SOURCE_SIGMOID = (
    "Anthony & Bartlett, Neural Network Learning (1999), Theorem 8.13; Karpinski & Macintyre 1997"
)
COUNTED = "every weight and every hidden bias is free and counted; no assumption on how they are selected"
TRIVIAL = "trivial: the zero function"

_SIGMOIDAL = ("sigmoid", "tanh")


def shattering(
    m: int,
    r: int,
    epsilon: object,
    activation: str | Activation = "any",
    hidden_layers: int | None = None,
) -> LowerBound:
    """The least number of parameters for error epsilon on W_{r,m}, however they are selected.

    Parameters
    ----------
    m : int
        Number of variables, >= 1.
    r : int
        Order of differentiability, >= 1.
    epsilon : number or str
        Error in the sup norm on [-1, 1]^m, > 0, read exactly.
    activation : str or Activation
        ``"any"`` speaks of ReLU networks, as no such bound holds for every activation.
    hidden_layers : 1 or None
        One hidden layer, or any number of them.

    Returns
    -------
    LowerBound
        Certified for ReLU, PReLU, clipped ReLU and hard tanh; conditional on the quoted theorem for
        sigmoid and tanh; void, with the reason, for every other activation.

    Raises
    ------
    InvalidInput
        If an argument is outside its domain.

    Notes
    -----
    The counts are dense: a network of which some entries are fixed at 0 may have fewer free parameters.

    References
    ----------
    .. [1] M. Anthony and P. L. Bartlett, Neural Network Learning: Theoretical Foundations (1999),
       Theorems 8.3 and 8.13.

    Examples
    --------
    >>> shattering(1, 1, "0.001").value, shattering(2, 1, "0.001", hidden_layers=1).value
    (35, 46860)
    >>> shattering(1, 1, "0.001", activation="sin").status
    'void'
    """
    variables, order = integer(m, "m", minimum=1), integer(r, "r", minimum=1)
    level = positive(epsilon, "epsilon")
    if hidden_layers not in (None, 1):
        raise InvalidInput(
            f"hidden_layers must be 1 or None (any number), got {hidden_layers!r}; pass one of these"
        )
    shallow = hidden_layers == 1
    sigma = find_activation("relu" if activation == "any" else activation)
    conditions: tuple[str, ...] = (COUNTED,)
    if activation == "any":
        conditions += ("speaks of ReLU: for some activations, such as sin, no bound of this kind holds",)
    layers = "one hidden layer" if shallow else "any depth"
    approximators = f"fully connected {sigma} networks of one architecture, {layers}"
    if level >= 1:
        return LowerBound(0, "certified", approximators, (TRIVIAL,), SOURCE)
    reason = _why_void(sigma)
    if reason is not None:
        return LowerBound(None, "void", approximators, (reason,), SOURCE)
    points = shattered_points(variables, order, level)
    if sigma.name in _SIGMOIDAL:
        value = _sigmoidal(points, shallow)
        conditions += (
            "quoted, not proved here: a network of W parameters and k computation units (the output unit "
            "included) with the standard sigmoid shatters at most (Wk)^2 + 11 W k log2(18 W k^2) points",
        )
        return LowerBound(value, "conditional", approximators, conditions, SOURCE_SIGMOID, points)
    pieces = len(sigma.breakpoints) + 1
    if shallow:
        line = shattered_points(1, order, level)
        homogeneous = sigma.breakpoints == (Fraction(0),) and sigma.at_zero.fraction == 0
        units = max(
            _units_on_a_line(line.count, pieces),
            _units_homogeneous(points) if homogeneous else 0,
            _units_by_warren(points, pieces),
        )
        witness = line if units == _units_on_a_line(line.count, pieces) else points
        value = max(1, units * (variables + 2))
        return LowerBound(value, "certified", approximators, conditions, SOURCE_SHALLOW, witness)
    return LowerBound(_any_depth(points, pieces), "certified", approximators, conditions, SOURCE, points)


def _why_void(sigma: Activation) -> str | None:
    """The reason that there is no bound for an activation, if there is none."""
    if sigma.name in _SIGMOIDAL:
        return None
    if sigma.name == "sin":
        return "sin networks of fixed size shatter arbitrarily many points: no bound of this kind holds"
    if sigma.is_polynomial and max(sigma.piece_degrees or (2,)) <= 1:
        return f"{sigma} networks compute affine functions only; size is not what they lack"
    if sigma.piece_degrees is None or max(sigma.piece_degrees) > 1:
        return f"no theorem that bounds the sign patterns of {sigma} networks is proved here"
    return None


def margin_any_depth(points: int, m: int, pieces: int, parameters: int) -> arb:
    """log 2^M less the logarithm of the bound (*): positive where W < M parameters are excluded.

    Parameters
    ----------
    points, m, pieces, parameters : int
        M, m, p and W.

    Returns
    -------
    arb

    Examples
    --------
    >>> margin_any_depth(999, 1, 2, 34) > 0, margin_any_depth(999, 1, 2, 35) < 0
    (True, True)
    """
    units = max(0, (parameters - m) // 2)
    # log K is taken apart, as p^U may have more digits than fit in memory.
    per_parameter = units * arb(pieces).log() + log_ratio(points, units, parameters)
    return (points + 1) * arb(2).log() - parameters * (1 + per_parameter)


def log_ratio(points: int, units: int, parameters: int) -> arb:
    """log(4 M (U+1) / W)."""
    return (4 * arb(points) * (units + 1) / parameters).log()


def _any_depth(points: ShatteredPoints, pieces: int) -> int:
    return least_not_excluded(
        lambda parameters: margin_any_depth(points.count, points.m, pieces, parameters), points.count
    )


def _units_on_a_line(count: int, pieces: int) -> int:
    """k >= (M_1 - 2)/(p - 1), and k >= 1 if M_1 >= 2: without units the network is constant."""
    return max(-(-(count - 2) // (pieces - 1)), min(count - 1, 1))


def margin_homogeneous(points: int, m: int, units: int) -> arb:
    """log 2^M less the logarithm of the bound for ReLU: positive where k < M/(m+1) is excluded."""
    kinds = arb(2).log() + log_central_cells(points, m + 1)
    patterns = log_multisets(kinds, units) + log_central_cells(points, units * (m + 1) + 1)
    return points * arb(2).log() - patterns


def margin_by_warren(points: int, m: int, pieces: int, units: int) -> arb:
    """log 2^M less the logarithm of the bound by Warren's theorem: positive where k < M/(m+2) is excluded."""
    kinds = log_central_cells(points, m + 1) if pieces == 2 else log_cells(points * (pieces - 1), m + 1)
    patterns = log_multisets(kinds, units) + log_warren(arb(points), units * (m + 2) + 1, 2)
    return points * arb(2).log() - patterns


def _units_homogeneous(points: ShatteredPoints) -> int:
    m, count = points.m, points.count
    # Up to this many units the output's k (m+1) + 1 parameters are at most M.
    most = (count - 1) // (m + 1)
    if most < 1:
        return 0
    return least_not_excluded(lambda units: margin_homogeneous(count, m, units), most)


def _units_by_warren(points: ShatteredPoints, pieces: int) -> int:
    m, count = points.m, points.count
    most = (count - 1) // (m + 2)
    if most < 1:
        return 0
    return least_not_excluded(lambda units: margin_by_warren(count, m, pieces, units), most)


def _sigmoidal(points: ShatteredPoints, shallow: bool) -> int:
    """The least W that the quoted theorem does not exclude.

    One parameter more is granted for an output bias: tanh(x) = 2 sigmoid(2x) - 1 turns tanh networks
    into sigmoid networks with the same units, weights and biases and one constant at the output.
    """
    m, count = points.m, points.count

    def margin(size: int) -> arb:
        parameters, hidden = (size * (m + 2), size) if shallow else (size, max(0, (size - m) // 2))
        product = arb((parameters + 1) * (hidden + 1))
        return count - product**2 - 11 * product * (18 * product * (hidden + 1)).log() / arb(2).log()

    least = least_not_excluded(margin, count)
    return least * (m + 2) if shallow else least
