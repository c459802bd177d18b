"""How many parameters bounded weights take: a bound by metric entropy.

**Theorem.**  Let W_{r,m} shatter M points at every level below rho > epsilon
(:mod:`bounds.lower.shattered_points`, rho = 1/S).  Let a class of networks f_theta have N free parameters,
each in [-B, B], and

    sup_x |f_theta(x) - f_theta'(x)| <= Lambda max_i |theta_i - theta'_i|,    x in [-1, 1]^m.

If every y in W_{r,m} is approximated within epsilon by some network of the class, then

    2^M <= K^N,    K = floor(B Lambda / (rho - epsilon)) + 1.

*Proof.*  For rho' < rho choose for each sign pattern s a function y_s of the class with the signs s and
values of absolute value rho' at the points, and parameters theta_s with ||f_{theta_s} - y_s|| <= epsilon;
they exist because the box of parameters is compact and theta -> f_theta continuous.  Two patterns
differ at some point x_j, where the two networks are at least 2 rho' - 2 epsilon apart.  As there are
finitely many patterns and the box is compact, some limit of the theta_s as rho' -> rho has all pairs
of networks at least 2 (rho - epsilon) apart, so max_i |theta_i - theta'_i| >= t for all pairs, with
t = 2 (rho - epsilon)/Lambda.  Cut [-B, B] into the half-open intervals [-B + i t, -B + (i+1) t) with
i = 0, ..., floor(2B/t); their products are K^N cubes, each of which has at most one of the 2^M
parameters.  QED.

**The choice of M.**  Fewer points with a larger margin rho - epsilon may give more; a few are tried, and
each gives a true bound.

References
----------
A. N. Kolmogorov and V. M. Tikhomirov, "epsilon-entropy and epsilon-capacity of sets in functional
spaces", Uspekhi Mat. Nauk 14 (1959).  It takes the place of Galanti & Wolf, On the Modularity of
Hypernetworks (v2), Theorem 1, whose assumptions it does not need.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from bounds.lower.bound import LowerBound
from bounds.lower.least import MOST_BITS
from bounds.lower.parameter_lipschitz import MOST_LAYERS, entries, parameter_lipschitz
from bounds.lower.shattered_points import ShatteredPoints, shattered_points
from identifiability.activations import Activation
from identifiability.activations import activation as find_activation
from identifiability.errors import Undecided
from identifiability.exact import abbreviated, decimal_above, digits, integer, positive

SOURCE = "metric entropy: 2^M separated functions, K^N cubes of parameters; proved here"
TRIVIAL = "trivial: the zero function"

_MARGINS = tuple(Fraction(1, 2**j) for j in (0, 2, 4, 6, 8, 10, 13))
"""Points are also sought at the levels (1 + margin) epsilon."""


@dataclass(frozen=True, slots=True)
class EntropyWitness:
    """What proves 2^M <= K^N: the points, the Lipschitz constant and the number of intervals.

    Attributes
    ----------
    points : ShatteredPoints
        M points and the level rho = 1/S.
    weight_bound : Fraction
        B.
    lipschitz : Fraction
        Lambda, or a number above it.
    """

    points: ShatteredPoints
    weight_bound: Fraction
    lipschitz: Fraction

    @property
    def kind(self) -> str:
        """Which data :meth:`to_json` writes."""
        return "entropy"

    def intervals(self, epsilon: Fraction) -> int:
        """K = floor(B Lambda / (rho - epsilon)) + 1."""
        return int(self.weight_bound * self.lipschitz // (self.points.level - epsilon)) + 1

    def to_json(self) -> dict[str, object]:
        """The data as texts and lists."""
        return {
            "points": self.points.to_json(),
            "weight_bound": digits(self.weight_bound),
            "lipschitz": digits(self.lipschitz),
        }


def entropy(
    m: int,
    r: int,
    epsilon: object,
    depth: int | None = None,
    width: int | None = None,
    weight_bound: object = None,
    activation: str | Activation = "relu",
) -> LowerBound:
    """The least number of parameters for error epsilon on W_{r,m} if all of them lie in [-B, B].

    Parameters
    ----------
    m : int
        Number of variables, >= 1.
    r : int
        Order of differentiability, >= 1.
    epsilon : number or str
        Error in the sup norm on [-1, 1]^m, > 0, read exactly.
    depth : int, optional
        Number of weight layers, >= 1 (hidden layers plus one).
    width : int, optional
        The most units in a hidden layer, >= 1.
    weight_bound : number or str, optional
        B > 0: every weight and bias lies in [-B, B].
    activation : str or Activation
        ``"any"`` speaks of every activation with Lipschitz constant at most 1 and sigma(0) = 0.

    Returns
    -------
    LowerBound
        Certified; void, with the reason, if depth, width or weight_bound is missing or the activation
        has no Lipschitz constant.

    Raises
    ------
    InvalidInput
        If an argument is outside its domain.

    Notes
    -----
    The number counts the free weights and biases; a fully connected network has that many entries at
    least.  Weights that are shared or fixed are not counted.  If it exceeds the number of entries of the
    largest network of that depth and width, a condition says that epsilon is out of reach.

    References
    ----------
    .. [1] Galanti & Wolf, On the Modularity of Hypernetworks (v2), Theorem 1, which this replaces.

    Examples
    --------
    >>> entropy(1, 1, "1e-4", depth=2, width=1000, weight_bound=100).value
    222
    >>> entropy(1, 1, "1e-4").status
    'void'
    """
    variables, order = integer(m, "m", minimum=1), integer(r, "r", minimum=1)
    level = positive(epsilon, "epsilon")
    layers = None if depth is None else integer(depth, "depth", minimum=1, maximum=MOST_LAYERS)
    units = None if width is None else integer(width, "width", minimum=1)
    largest = None if weight_bound is None else positive(weight_bound, "weight_bound")
    sigma = find_activation("relu" if activation == "any" else activation)
    named = (
        "networks whose activation is 1-Lipschitz and 0 at 0" if activation == "any" else f"{sigma} networks"
    )
    approximators = f"{named}, of one architecture of given depth and width, with bounded weights"
    if level >= 1:
        return LowerBound(0, "certified", approximators, (TRIVIAL,), SOURCE)
    if layers is None or largest is None or (units is None and layers > 1):
        given = {"depth": layers, "width": units, "weight_bound": largest}
        missing = [name for name, value in given.items() if value is None]
        reason = f"it needs {', '.join(missing)}: other networks form no precompact class"
        return LowerBound(None, "void", approximators, (reason,), SOURCE)
    if not sigma.lipschitz.is_finite:
        reason = f"{sigma} has no Lipschitz constant on the real line"
        return LowerBound(None, "void", approximators, (reason,), SOURCE)
    approximators = (
        f"{named}, of one architecture of {layers} weight layers with at most {units} units in each, "
        "and with weights in [-B, B]"
    )
    constant = parameter_lipschitz(variables, layers, units or 1, largest, sigma)
    most = entries(variables, layers, units or 1)
    value, witness = _best(variables, order, level, largest, constant, most + 1)
    conditions: tuple[str, ...] = (
        f"every weight and bias lies in [-B, B], B = {digits(largest)}; the same N of them are free for "
        "all targets, and only these are counted; no assumption on how they are selected",
        f"{abbreviated(witness.points.count)} points are shattered, and the output moves by at most "
        f"{decimal_above(constant)} times the largest change of a weight",
    )
    if value > most:
        conditions += (
            f"no such network has more than {digits(most)} parameters: error epsilon is out of reach",
        )
    return LowerBound(value, "certified", approximators, conditions, SOURCE, witness)


def _best(
    m: int, r: int, epsilon: Fraction, weight_bound: Fraction, lipschitz: Fraction, beyond: int
) -> tuple[int, EntropyWitness]:
    """The greatest least N over points sought at a few levels; ``beyond`` if no N will do."""
    best: tuple[int, EntropyWitness] | None = None
    for margin in (Fraction(0), *_MARGINS):
        level = epsilon * (1 + margin)
        if level >= 1:
            continue
        witness = EntropyWitness(shattered_points(m, r, level), weight_bound, lipschitz)
        intervals = witness.intervals(epsilon)
        value = beyond if intervals == 1 else least_exponent(witness.points.count, intervals)
        if best is None or value > best[0]:
            best = value, witness
    assert best is not None  # the level epsilon itself is below 1
    return best


def least_exponent(points: int, intervals: int) -> int:
    """The least N with K^N >= 2^M; exact.

    Parameters
    ----------
    points, intervals : int
        M >= 1 and K >= 2.

    Returns
    -------
    int

    Examples
    --------
    >>> least_exponent(10, 2), least_exponent(10, 4), least_exponent(10, 3), least_exponent(11, 4)
    (10, 5, 7, 6)
    """
    if intervals & (intervals - 1) == 0:
        return -(-points // (intervals.bit_length() - 1))
    # Otherwise M log 2 / log K is irrational, so enough bits tell on which side of an integer it lies.
    precision = points.bit_length() + 64
    while precision <= MOST_BITS:
        with ctx.workprec(precision):
            least = (points * arb(2).log() / arb(intervals).log()).ceil().unique_fmpz()
            if least is not None:
                return int(least)
        precision *= 2
    raise Undecided(f"the least exponent is not decided by {MOST_BITS} bits; change epsilon slightly")
