"""Gradient steps over flat parameter vectors, in place: SGD with momentum, Adam, Adadelta."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from identifiability.errors import InvalidInput

State: TypeAlias = list[NDArray[Any]]
"""The vectors that an optimiser remembers, of the shape of the parameters."""

BLOCK = 2**15
"""Vectors are updated in blocks of so many entries, which stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Optimiser:
    """A rule for gradient steps: made by :func:`sgd`, :func:`adam` or :func:`adadelta`.

    Attributes
    ----------
    name : {"sgd", "adam", "adadelta"}
    settings : tuple of (str, float)
        The learning rate and the rule's other numbers, by name.

    Examples
    --------
    >>> print(adam(1e-3))
    adam(learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-08)
    """

    name: str
    settings: tuple[tuple[str, float], ...]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{key}={value:g}' for key, value in self.settings)})"


def sgd(learning_rate: float, momentum: float = 0.0) -> Optimiser:
    r"""Stochastic gradient descent, with momentum in PyTorch's form.

    .. math:: v \leftarrow \mu v + g, \qquad \theta \leftarrow \theta - \eta v

    Parameters
    ----------
    learning_rate : float
        η > 0.
    momentum : float
        μ in [0, 1).

    Raises
    ------
    InvalidInput
        If a number is outside its domain.
    """
    return Optimiser("sgd", (_positive("learning_rate", learning_rate), _below_one("momentum", momentum)))


def adam(
    learning_rate: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
) -> Optimiser:
    r"""Adam, with the bias of its averages corrected.

    .. math::
        m \leftarrow \beta_1 m + (1-\beta_1) g, \quad v \leftarrow \beta_2 v + (1-\beta_2) g^2, \quad
        \theta \leftarrow \theta - \eta \frac{m / (1-\beta_1^t)}{\sqrt{v / (1-\beta_2^t)} + \epsilon}

    Parameters
    ----------
    learning_rate, epsilon : float
        Positive.
    beta1, beta2 : float
        In [0, 1).

    References
    ----------
    Kingma & Ba, Adam: A Method for Stochastic Optimization, Algorithm 1.
    """
    return Optimiser(
        "adam",
        (
            _positive("learning_rate", learning_rate),
            _below_one("beta1", beta1),
            _below_one("beta2", beta2),
            _positive("epsilon", epsilon),
        ),
    )


def adadelta(learning_rate: float = 1.0, decay: float = 0.9, epsilon: float = 1e-6) -> Optimiser:
    r"""Adadelta.

    .. math::
        v \leftarrow \rho v + (1-\rho) g^2, \quad d = g \sqrt{\frac{u + \epsilon}{v + \epsilon}}, \quad
        u \leftarrow \rho u + (1-\rho) d^2, \quad \theta \leftarrow \theta - \eta d

    Parameters
    ----------
    learning_rate, epsilon : float
        Positive.
    decay : float
        ρ in [0, 1).

    References
    ----------
    Zeiler, ADADELTA: An Adaptive Learning Rate Method, Algorithm 1 (there η = 1).
    """
    return Optimiser(
        "adadelta",
        (
            _positive("learning_rate", learning_rate),
            _below_one("decay", decay),
            _positive("epsilon", epsilon),
        ),
    )


def start(optimiser: Optimiser, theta: NDArray[Any]) -> State:
    """What the optimiser remembers before its first step: zeros, as many vectors as it needs."""
    momentum = optimiser.name == "sgd" and dict(optimiser.settings)["momentum"] > 0
    vectors = {"sgd": int(momentum), "adam": 2, "adadelta": 2}[optimiser.name]
    return [np.zeros_like(theta) for _ in range(vectors)]


def update(
    optimiser: Optimiser, theta: NDArray[Any], gradient: NDArray[Any], state: State, step: int
) -> None:
    """One step, in place: ``theta`` and ``state`` change, and ``gradient`` is used up.

    Parameters
    ----------
    optimiser : Optimiser
    theta, gradient : array of shape (N,)
    state : list of arrays
        From :func:`start`.
    step : int
        The number of this step, from 1.

    Examples
    --------
    >>> theta, rule = np.array([1.0, -1.0]), sgd(0.5)
    >>> update(rule, theta, np.array([1.0, 0.0]), start(rule, theta), 1)
    >>> theta
    array([ 0.5, -1. ])
    """
    settings = dict(optimiser.settings)
    rule = _RULES[optimiser.name]
    for begin in range(0, len(theta), BLOCK):
        block = slice(begin, begin + BLOCK)
        rule(settings, theta[block], gradient[block], [vector[block] for vector in state], step)


def _sgd(
    settings: dict[str, float], theta: NDArray[Any], gradient: NDArray[Any], state: State, step: int
) -> None:
    direction = gradient
    if state:
        direction = state[0]
        direction *= settings["momentum"]
        direction += gradient
    theta -= np.multiply(direction, settings["learning_rate"], out=gradient)


def _adam(
    settings: dict[str, float], theta: NDArray[Any], gradient: NDArray[Any], state: State, step: int
) -> None:
    first, second = state
    beta1, beta2 = settings["beta1"], settings["beta2"]
    # sqrt(1 - beta2^t) is taken out of the quotient, and into epsilon.
    scale = math.sqrt(1 - beta2**step)
    rate = settings["learning_rate"] * scale / (1 - beta1**step)
    first *= beta1
    first += (1 - beta1) * gradient
    second *= beta2
    gradient *= gradient
    gradient *= 1 - beta2
    second += gradient
    np.sqrt(second, out=gradient)
    gradient += settings["epsilon"] * scale
    np.divide(first, gradient, out=gradient)
    gradient *= rate
    theta -= gradient


def _adadelta(
    settings: dict[str, float], theta: NDArray[Any], gradient: NDArray[Any], state: State, step: int
) -> None:
    squares, moves = state
    decay, epsilon = settings["decay"], settings["epsilon"]
    squares *= decay
    squares += (1 - decay) * gradient * gradient
    gradient *= np.sqrt((moves + epsilon) / (squares + epsilon))
    moves *= decay
    moves += (1 - decay) * gradient * gradient
    gradient *= settings["learning_rate"]
    theta -= gradient


_RULES: dict[str, Callable[..., None]] = {"sgd": _sgd, "adam": _adam, "adadelta": _adadelta}


def _positive(name: str, value: float) -> tuple[str, float]:
    number = float(value)
    if not 0 < number < math.inf:
        raise InvalidInput(f"{name} must be positive and finite, got {value!r}; pass a number such as 0.01")
    return name, number


def _below_one(name: str, value: float) -> tuple[str, float]:
    number = float(value)
    if not 0 <= number < 1:
        raise InvalidInput(f"{name} must lie in [0, 1), got {value!r}; pass a number such as 0.9")
    return name, number
