"""A network built for a target, with what is proved of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from bounds.upper.scheme import COUNTS, UpperBound
from identifiability.composition import affine
from identifiability.network import Network, in_arithmetic
from identifiability.weights import Rationals, SparseRationals

Domain = tuple[Fraction, Fraction]

CUBE: Domain = (Fraction(-1), Fraction(1))


@dataclass(frozen=True, slots=True)
class Construction:
    """A network built for a target.

    Attributes
    ----------
    network : Network
        Float64, float32 or exact.
    bound : UpperBound
        What is proved of its class on the unit ball.
    proved_error : Fraction
        A bound of the distance from the target in the sup norm.  For a formula it is that of the very
        network at hand in real arithmetic, the rounding of its weights included: the smaller of
        ``direct_error`` and ``scheme_error + node_error + rounding``.  For a function that the caller
        wrote it is ``scheme_error``: that of exact weights.
    counts : dict
        The three sizes ``"trainable"``, ``"nonzero"`` and ``"dense"`` of the class.
    norm : Fraction
        M, the bound of the target's Sobolev norm that the scheme's error stands on.
    domain : tuple of Fraction
        (low, high): the network acts on [low, high]^m.
    node_error : Fraction or None
        What the rounding of the target's values at the nodes adds; None if they were taken on trust.
    rounding : Fraction or None
        The largest difference that the rounding of the weights makes, 0 for an exact network; None if it
        was not computed.
    evaluation : Fraction or None
        What evaluating the network at points of its own floating-point arithmetic adds to the error, for
        correctly rounded sums and products and powers within 4 units in the last place; 0 for an exact
        network, None if it was not computed.
    direct_error : Fraction or None
        For ReLU networks with one hidden layer and one input: the error of this network, from
        enclosures of f and f'' between its kinks, whatever the Sobolev norm.
    exact_network : Network or None
        The network before its weights were rounded, for formulas.
    """

    network: Network
    bound: UpperBound
    proved_error: Fraction
    counts: dict[str, int]
    norm: Fraction = Fraction(1)
    domain: Domain = CUBE
    node_error: Fraction | None = None
    rounding: Fraction | None = None
    evaluation: Fraction | None = None
    direct_error: Fraction | None = None
    exact_network: Network | None = None

    @property
    def scheme(self) -> str:
        """The name of the class."""
        return self.bound.scheme

    @property
    def scheme_error(self) -> Fraction:
        """What is proved for exact weights: the class's error on the unit ball times the norm."""
        return self.bound.error * self.norm

    @property
    def total_error(self) -> Fraction | None:
        """The proved error where it covers the rounding of weights and values, and None where not."""
        return None if self.rounding is None or self.node_error is None else self.proved_error


def class_counts(bound: UpperBound, network: Network) -> dict[str, int]:
    """The three sizes of a network's class.

    The class that acts on a domain whose centre is not 0 may have more biases than that on the cube.
    """
    counts = {name: bound.count(name) for name in COUNTS}
    return counts | {"nonzero": max(counts["nonzero"], network.parameter_count("nonzero"))}


def on_domain(network: Network, domain: Domain) -> Network:
    """The network x ↦ f((x − c)/s), c and s being the centre and the half-length of the domain.

    Examples
    --------
    >>> on_domain(Network([[[1]]]), (Fraction(0), Fraction(4)))([[4], [0]]).ravel().tolist()
    [Fraction(1, 1), Fraction(-1, 1)]
    """
    if domain == CUBE:
        return network
    inputs, (low, high) = network.architecture[0], domain
    centre, half = (low + high) / 2, (high - low) / 2
    steps = list(range(inputs))
    chart = Network(
        [SparseRationals((inputs, inputs), steps, steps, [1 / half] * inputs)],
        [Rationals([-centre / half] * inputs)],
    )
    moved = in_arithmetic(chart, network.arithmetic)
    return affine(network, moved.weights[0], moved.biases[0], at="input")
