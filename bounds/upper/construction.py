"""A network built for a target, with what is proved of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from bounds.upper.scheme import COUNTS, UpperBound
from identifiability.composition import affine
from identifiability.exact import decimal, decimal_above
from identifiability.network import Network, in_arithmetic
from identifiability.table import columns, html, latex, latex_text
from identifiability.weights import Rationals, SparseRationals

Domain = tuple[Fraction, Fraction]

CUBE: Domain = (Fraction(-1), Fraction(1))

HEADER = ("", "value", "status")


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
    norm_status : str
        ``"certified"`` where M is the upper end of an enclosure of the target's Sobolev norm, and
        ``"conditional"`` where it was taken on trust.
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
    norm_status: str = "conditional"

    @property
    def status(self) -> str:
        """``"certified"``, or ``"conditional"`` where the proved error stands on a norm, on values of the
        target or on a rounding that nothing here has checked."""
        direct = self.direct_error is not None and self.proved_error == self.direct_error
        checked = self.norm_status == "certified" and self.total_error is not None
        return "certified" if direct or checked else "conditional"

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

    @property
    def lines(self) -> tuple[tuple[str, str, str], ...]:
        """What is known of the network: names, values and their status."""
        return tuple(_lines(self))

    def __str__(self) -> str:
        return columns(HEADER, self.lines)

    def to_latex(self) -> str:
        """What is known of the network as a LaTeX ``tabular`` that needs no package."""
        header, *lines = ([latex_text(cell) for cell in line] for line in (HEADER, *self.lines))
        return latex(header, lines)

    def _repr_html_(self) -> str:
        """What is known of the network as a notebook shows it."""
        return html(HEADER, self.lines)


def _lines(built: Construction) -> Iterator[tuple[str, str, str]]:
    arithmetic = built.network.arithmetic
    yield "scheme", built.scheme, built.bound.title
    yield "architecture", _shape(built.network.architecture), built.bound.architecture.text
    for name, count in built.counts.items():
        yield f"parameters, {name}", str(count), "of the class" if name == "trainable" else "stored"
    yield "norm used, M", decimal(built.norm, 6), built.norm_status
    yield "proved error", at_most(built.proved_error), built.status
    yield "  of exact weights", at_most(built.scheme_error), f"{built.norm_status}, for M"
    if built.node_error is not None:
        yield "  of values at nodes", at_most(built.node_error), "certified"
    if built.rounding is not None:
        yield f"  of {arithmetic} weights", at_most(built.rounding), "certified"
    if built.direct_error is not None:
        yield "  of this network itself", at_most(built.direct_error), "certified, whatever M"
    if built.evaluation is not None:
        yield f"evaluation in {arithmetic}", f"+ {decimal_above(built.evaluation)}", "conditional"


def _shape(architecture: tuple[int, ...]) -> str:
    shown = architecture if len(architecture) <= 6 else (*architecture[:3], "...", *architecture[-2:])
    return "-".join(map(str, shown))


def at_most(value: Fraction) -> str:
    """A bound for people, rounded up."""
    return f"<= {decimal_above(value)}"


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
