"""Perceptrons: networks of any depth, trained alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bounds.fits.layers import backward, forward, layer_sizes, layers, read_widths
from bounds.fits.losses import Loss
from identifiability.activations import Activation
from identifiability.activations import activation as named_activation
from identifiability.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Perceptron:
    """A network of given widths, over one flat parameter vector.

    Parameters
    ----------
    widths : sequence of int
        (d, h_1, ..., out).
    activation : str or Activation
        Of the hidden layers.
    bias : bool
        Whether layers have biases.

    Raises
    ------
    InvalidInput
        If there are fewer than two widths, or one is not positive.

    Notes
    -----
    The order of the parameters is: layer by layer, the rows of the weights, then the biases.

    Examples
    --------
    >>> model = Perceptron((1, 2, 1))
    >>> model.size, model.outputs(np.array([1.0, -1, 0, 0, 1, 1, 0]), np.array([[-3.0]]))
    (7, array([[3.]]))
    """

    widths: tuple[int, ...]
    activation: Activation
    bias: bool

    def __init__(
        self, widths: Sequence[int], activation: str | Activation = "relu", bias: bool = True
    ) -> None:
        object.__setattr__(self, "widths", read_widths(widths, "a perceptron"))
        object.__setattr__(self, "activation", named_activation(activation))
        object.__setattr__(self, "bias", bool(bias))

    @property
    def size(self) -> int:
        """The number of parameters."""
        return sum(layer_sizes(self.widths, self.bias))

    @property
    def dimensions(self) -> tuple[int, int | None, int]:
        """(d_x, None, the number of outputs)."""
        return self.widths[0], None, self.widths[-1]

    def outputs(self, theta: NDArray[Any], x: NDArray[Any], I: NDArray[Any] | None = None) -> NDArray[Any]:  # noqa: E741
        """The values at the rows of x, shape (n, out); a perceptron takes no I."""
        _without_instances(I)
        return forward(layers(theta, self.widths, self.bias), x, self.activation).outputs

    def value_and_gradient(
        self,
        theta: NDArray[Any],
        x: NDArray[Any],
        I: NDArray[Any] | None,  # noqa: E741
        y: NDArray[Any],
        loss: Loss,
        gradient: NDArray[Any] | None = None,
    ) -> tuple[float, NDArray[Any]]:
        """The loss over the rows and its gradient by θ, written into ``gradient`` if one is given."""
        _without_instances(I)
        gradient = np.empty_like(theta) if gradient is None else gradient
        parts = layers(theta, self.widths, self.bias)
        trace = forward(parts, x, self.activation)
        value, delta = loss.value_and_derivative(trace.outputs, y)
        backward(parts, layers(gradient, self.widths, self.bias), trace, delta, self.activation)
        return value, gradient


def _without_instances(instances: NDArray[Any] | None) -> None:
    if instances is not None:
        raise InvalidInput(
            f"a perceptron takes points x only, got instances I of shape {instances.shape}; pass None"
        )
