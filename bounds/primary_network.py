"""Primary networks of hypernetworks: architectures whose parameters are inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bounds.paired_rows import has_balls
from identifiability.activations import Activation
from identifiability.activations import activation as named_activation
from identifiability.errors import InvalidInput
from identifiability.exact import integer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from identifiability.network import Network


@dataclass(frozen=True, slots=True)
class Primary:
    r"""The primary network g(x; θ) of a hypernetwork: an architecture whose parameters θ are inputs.

    The parameters are read layer by layer, the rows of the weight matrix and then the biases:

    .. math:: \theta = (W_1, b_1, \ldots, W_L, b_L)

    Parameters
    ----------
    widths : sequence of int
        (d_x, h_1, ..., out).
    activation : str or Activation
        Of the hidden layers.
    bias : bool
        Whether the layers have biases; without them every bias is 0.

    Raises
    ------
    InvalidInput
        If there are fewer than two widths, or one is not positive.

    Examples
    --------
    >>> Primary((1000, 10, 1), bias=False).parameter_count()
    10010
    >>> Primary((1, 1, 1)).network([2, "1/2", 3, 0])([1])
    array([Fraction(15, 2)], dtype=object)
    """

    widths: tuple[int, ...]
    activation: Activation
    bias: bool

    def __init__(
        self, widths: Sequence[int], activation: str | Activation = "relu", bias: bool = True
    ) -> None:
        read = tuple(integer(width, "a width of the primary network", 1) for width in widths)
        if len(read) < 2:
            raise InvalidInput(
                f"a primary network has inputs and outputs, got widths {read}; pass (d, ..., out)"
            )
        object.__setattr__(self, "widths", read)
        object.__setattr__(self, "activation", named_activation(activation))
        object.__setattr__(self, "bias", bool(bias))

    def parameter_count(self) -> int:
        """N_g: the number of parameters, all of which are written."""
        return sum(out * (incoming + self.bias) for incoming, out in pairwise(self.widths))

    def network(self, theta: Any) -> Network:
        """The primary network g(·; θ) of given parameters, in their arithmetic."""
        import numpy as np

        from identifiability.network import Network

        weights, biases = self.layers(np.asarray(theta)[None])
        return Network(
            [weight[0] for weight in weights],
            [None if bias is None else bias[0] for bias in biases],
            self.activation,
        )

    def layers(self, theta: NDArray[Any]) -> tuple[list[NDArray[Any]], list[NDArray[Any] | None]]:
        """The weights, of shape (n, out, in), and the biases, (n, out), that n rows of parameters hold."""
        if theta.ndim != 2 or theta.shape[1] != self.parameter_count():
            raise InvalidInput(
                f"the primary network has {self.parameter_count()} parameters, got an array of shape "
                f"{theta.shape}; pass as many numbers"
            )
        weights: list[NDArray[Any]] = []
        biases: list[NDArray[Any] | None] = []
        start = 0
        for incoming, out in pairwise(self.widths):
            end = start + out * incoming
            weights.append(theta[:, start:end].reshape(len(theta), out, incoming))
            start = end + out * self.bias
            biases.append(theta[:, end:start] if self.bias else None)
        return weights, biases

    def values(self, theta: NDArray[Any], x: NDArray[Any]) -> NDArray[Any]:
        """g(x_i; θ_i) for rows of parameters and points: floats, Fractions or balls, as both are."""
        import numpy as np

        from identifiability.weights import entrywise

        current = x
        weights, biases = self.layers(theta)
        for number, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            current = np.matmul(weight, current[:, :, None])[:, :, 0]
            if bias is not None:
                current = current + bias
            if number < len(weights) - 1:
                if current.dtype != object:
                    current = self.activation.value(current)
                else:
                    rational = not has_balls(current)
                    current = entrywise(self.activation.exact if rational else self.activation.ball, current)
        return current
