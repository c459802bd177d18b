"""Hypernetworks g(x; f(I)) and embedding methods q(x, e(I)): objects that run, count and emulate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bounds.paired_rows import alike, read_pairs
from bounds.primary_network import Primary as Primary
from identifiability.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from identifiability.network import Network
    from identifiability.weights import Weight

BATCH_NUMBERS = 2**22
"""So many written weights are held at a time, which bounds the memory."""


@dataclass(frozen=True, slots=True)
class Hypernetwork:
    r"""A hypernetwork: the meta-network f writes all parameters of the primary network g.

    .. math:: h(x, I) = g(x; f(I))

    Parameters
    ----------
    f : Network
        From instances I to the parameters of g, in the order of :class:`Primary`.
    g : Primary
        The architecture of the primary network.

    Raises
    ------
    InvalidInput
        If f has not as many outputs as g has parameters.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Section 2.

    Examples
    --------
    The product x·I, which no ReLU network computes, with a linear f and a linear g:

    >>> from identifiability.network import Network
    >>> product = Hypernetwork(Network([[[1]]]), Primary((1, 1), bias=False))
    >>> product([["1/2"], [3]], [["1/3"], [-1]])
    array([[Fraction(1, 6)],
           [Fraction(-3, 1)]], dtype=object)
    """

    f: Network
    g: Primary

    def __post_init__(self) -> None:
        written, outputs = self.g.parameter_count(), self.f.architecture[-1]
        if outputs != written:
            raise InvalidInput(
                f"f must write the {written} parameters of g, got {outputs} outputs; pass networks that fit"
            )

    def __call__(self, x: object, I: object) -> NDArray[Any]:  # noqa: E741
        """The values at rows (x_i, I_i), or at one pair of vectors.

        Parameters
        ----------
        x, I : array or nested lists
            Of shape (n, d_x) and (n, d_I), or (d_x,) and (d_I,).

        Returns
        -------
        numpy.ndarray
            Shape (n, out) or (out,): floats, Fractions or balls by the rules of
            :class:`identifiability.network.Network`.

        Raises
        ------
        InvalidInput
            If the shapes do not fit, or an entry is not finite.
        Inexact
            If exact values are asked for that are irrational.
        """
        import numpy as np

        points, instances, single = read_pairs(x, self.g.widths[0], I, self.f.architecture[0])
        step = max(1, BATCH_NUMBERS // self.g.parameter_count())
        rows = []
        for begin in range(0, max(1, len(points)), step):
            theta, here = alike(self.f(instances[begin : begin + step]), points[begin : begin + step])
            rows.append(self.g.values(theta, here))
        values = np.concatenate(rows)
        return values[0] if single else values

    def primary(self, I: object) -> Network:  # noqa: E741
        """The network x ↦ h(x, I) for one instance I."""
        return self.g.network(self.f(I))

    def parameter_count(self, count: str = "dense") -> int:
        """The number of parameters: those of f, which writes all the others."""
        return self.f.parameter_count(count)

    def primary_count(self) -> int:
        """N_g, the number of parameters of the primary network."""
        return self.g.parameter_count()


@dataclass(frozen=True, slots=True)
class EmbeddingMethod:
    r"""An embedding method: the primary network q is given x followed by the embedding e(I).

    .. math:: h(x, I) = q(x, e(I))

    Parameters
    ----------
    e, q : Network
        q has more inputs than e has outputs; the first ones are x.

    Raises
    ------
    InvalidInput
        If q has no inputs left for x.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Section 2.

    Examples
    --------
    >>> from identifiability.network import Network
    >>> larger = EmbeddingMethod(Network([[[1]]]), Network([[[1, -1], [0, 1], [0, -1]], [[1, 1, -1]]]))
    >>> larger([["1/2"], [3]], [["1/3"], [5]])
    array([[Fraction(1, 2)],
           [Fraction(5, 1)]], dtype=object)
    """

    e: Network
    q: Network

    def __post_init__(self) -> None:
        if self.q.architecture[0] <= self.e.architecture[-1]:
            raise InvalidInput(
                f"q takes x followed by the {self.e.architecture[-1]} outputs of e, got "
                f"{self.q.architecture[0]} inputs; pass networks that fit"
            )

    def __call__(self, x: object, I: object) -> NDArray[Any]:  # noqa: E741
        """The values at rows (x_i, I_i), or at one pair of vectors; as for :class:`Hypernetwork`."""
        import numpy as np

        dimension = self.q.architecture[0] - self.e.architecture[-1]
        points, instances, single = read_pairs(x, dimension, I, self.e.architecture[0])
        embedded, here = alike(self.e(instances), points)
        values = self.q(np.concatenate((here, embedded), axis=1))
        return values[0] if single else values

    def parameter_count(self, count: str = "dense") -> int:
        """The number of parameters of e and of q together."""
        return self.e.parameter_count(count) + self.q.parameter_count(count)

    def primary_count(self, count: str = "dense") -> int:
        """N_q, the number of parameters of the primary network."""
        return self.q.parameter_count(count)


def emulate(method: EmbeddingMethod) -> Hypernetwork:
    r"""A hypernetwork with the values of an embedding method everywhere.

    The first layer of q adds W' e(I) to its bias.  So let the primary network be q without the inputs
    e(I), and let f write constants, except for the first bias:

    .. math:: q(x, e(I)) = g(x; \theta_I), \qquad b_{1,I} = W_1' e(I) + b_1, \quad W_1 = (W_1'', W_1')

    Parameters
    ----------
    method : EmbeddingMethod
        The hidden layers of q have one activation.

    Returns
    -------
    Hypernetwork
        Of the depth of e.  Exact networks give an exact one, with equal values; from float networks, values
        agree up to rounding.

    Raises
    ------
    InvalidInput
        If the hidden layers of q have several activations.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Section 3.

    Examples
    --------
    >>> from identifiability.network import Network
    >>> shifted = EmbeddingMethod(Network([[[1]]]), Network([[["1/2", 3]], [[1]]]))
    >>> emulated = emulate(shifted)
    >>> emulated([5], [-1]), shifted([5], [-1])
    (array([Fraction(0, 1)], dtype=object), array([Fraction(0, 1)], dtype=object))
    >>> emulated.primary([1]).bias(0)
    array([Fraction(3, 1)], dtype=object)
    """
    import numpy as np

    from identifiability.composition import affine

    e, q = method.e, method.q
    if len(set(q.activations)) > 1:
        names = ", ".join(str(name) for name in q.activations)
        raise InvalidInput(f"q has several activations, {names}; pass a primary network with one")
    dimension = q.architecture[0] - e.architecture[-1]
    primary = Primary(
        (dimension, *q.architecture[1:]), q.activations[0] if q.activations else "relu", bias=True
    )
    constant = np.concatenate(
        [q.weight(0)[:, :dimension].ravel(), q.bias(0)]
        + [part.ravel() for layer in range(1, q.depth) for part in (q.weight(layer), q.bias(layer))]
    )
    return Hypernetwork(affine(e, _placed(q, dimension, len(constant)), constant), primary)


def _placed(q: Network, dimension: int, written: int) -> Weight:
    """The columns of q's first matrix that meet e(I), in the rows where f writes the first bias."""
    import numpy as np

    from identifiability.blocks import take
    from identifiability.weights import Rationals, SparseRationals, float_matrix, triples

    units, inputs = q.weights[0].shape
    part = take(q.weights[0], np.arange(units), np.arange(dimension, inputs))
    rows, columns, values = triples(part)
    shape = (written, inputs - dimension)
    if isinstance(part, Rationals | SparseRationals):
        return SparseRationals(shape, rows + units * dimension, columns, values, part.denominator)
    return float_matrix(rows + units * dimension, columns, values, shape)
