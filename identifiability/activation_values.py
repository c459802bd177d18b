"""Activations and their derivatives in floating point, and exactly where the values are rational."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from identifiability.activation_parameters import Parameter
from identifiability.errors import Inexact, InvalidInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_ZERO, _ONE = Fraction(0), Fraction(1)


def value(name: str, parameter: Parameter | None, x: ArrayLike) -> NDArray[Any]:
    """σ(x), elementwise."""
    return _evaluated(_VALUE[name], parameter, x)


def derivative(name: str, parameter: Parameter | None, x: ArrayLike) -> NDArray[Any]:
    """σ'(x), elementwise; from the left at a breakpoint."""
    return _evaluated(_DERIVATIVE[name], parameter, x)


def exact(name: str, parameter: Parameter | None, x: Fraction) -> Fraction:
    """σ(x) exactly."""
    if name not in EXACT:
        raise Inexact(f"{name} of a rational number is not rational in general; evaluate it in balls")
    return EXACT[name](x, parameter)


def _evaluated(function: Callable[..., Any], parameter: Parameter | None, x: ArrayLike) -> NDArray[Any]:
    import numpy as np

    points = np.asarray(x)
    if not np.issubdtype(points.dtype, np.floating):
        points = points.astype(np.float64)
    arguments = () if parameter is None else (_float(parameter),)
    # What overflows is infinite in floating point, and what underflows is 0: both are the right answers.
    with np.errstate(over="ignore", under="ignore"):
        result: NDArray[Any] = np.asarray(function(points, *arguments)).astype(points.dtype, copy=False)
    return result


def _float(parameter: Parameter) -> float | int | tuple[float, ...]:
    try:
        if isinstance(parameter, tuple):
            return tuple(float(entry) for entry in parameter)
        return parameter if isinstance(parameter, int) else float(parameter)
    except OverflowError:
        raise InvalidInput(
            "a parameter of the activation is too large for floating point; evaluate exactly or in balls"
        ) from None


def _relu(x: Any) -> Any:
    import numpy as np

    return np.maximum(x, 0)


def _prelu(x: Any, a: float) -> Any:
    import numpy as np

    return np.where(x > 0, max(a, 1.0) * x, min(a, 1.0) * x if a else 0)


def _prelu_derivative(x: Any, a: float) -> Any:
    import numpy as np

    return np.where(x > 0, max(a, 1.0), min(a, 1.0))


def _clip(low: int) -> Callable[[Any], Any]:
    def clipped(x: Any) -> Any:
        import numpy as np

        return np.clip(x, low, 1)

    return clipped


def _clip_derivative(low: int) -> Callable[[Any], Any]:
    return lambda x: (x > low) & (x <= 1)


def _elu(x: Any) -> Any:
    import numpy as np

    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def _elu_derivative(x: Any) -> Any:
    import numpy as np

    return np.exp(np.minimum(x, 0))


def _softsign(x: Any) -> Any:
    import numpy as np

    return np.clip(x, -1, 1) / sum(_inverted(x))


def _softsign_derivative(x: Any) -> Any:
    return (1 / (1 + abs(x))) ** 2


def _inverted(x: Any) -> tuple[Any, Any]:
    # (1, |x|), divided by |x| where |x| > 1: with these, nothing overflows.
    import numpy as np

    return 1 / np.maximum(abs(x), 1), np.minimum(abs(x), 1)


def _isru(x: Any, a: float) -> Any:
    import numpy as np

    one, size = _inverted(x)
    return np.clip(x, -1, 1) / np.hypot(one, math.sqrt(a) * size)


def _isru_derivative(x: Any, a: float) -> Any:
    import numpy as np

    one, size = _inverted(x)
    return (one / np.hypot(one, math.sqrt(a) * size)) ** 3


def _isrlu(x: Any, a: float) -> Any:
    import numpy as np

    return np.where(x >= 0, x, _isru(x, a))


def _isrlu_derivative(x: Any, a: float) -> Any:
    import numpy as np

    return np.where(x >= 0, 1, _isru_derivative(x, a))


def _sigmoid(x: Any) -> Any:
    import numpy as np

    small = np.exp(-abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def _sigmoid_derivative(x: Any) -> Any:
    import numpy as np

    small = np.exp(-abs(x))
    return small / (1 + small) ** 2


def _tanh(x: Any) -> Any:
    import numpy as np

    return np.tanh(x)


def _tanh_derivative(x: Any) -> Any:
    return 4 * _sigmoid_derivative(2 * x)


def _arctan(x: Any) -> Any:
    import numpy as np

    return np.arctan(x)


def _arctan_derivative(x: Any) -> Any:
    return 1 / (1 + x * x)


def _softplus(x: Any) -> Any:
    import numpy as np

    return np.maximum(x, 0) + np.log1p(np.exp(-abs(x)))


def _bounded(x: Any) -> Any:
    # Beyond 10000 the factors of x below are 0 or 1 in floating point; this avoids infinity times 0.
    import numpy as np

    return np.clip(x, -10_000, 10_000)


def _gelu(x: Any) -> Any:
    import numpy as np
    from scipy.special import ndtr

    return np.maximum(x, -10_000) * ndtr(x)


def _gelu_derivative(x: Any) -> Any:
    import numpy as np
    from scipy.special import ndtr

    return ndtr(x) + _bounded(x) * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _silu(x: Any) -> Any:
    import numpy as np

    return np.maximum(x, -10_000) * _sigmoid(x)


def _silu_derivative(x: Any) -> Any:
    return _sigmoid(x) * (1 + _bounded(x) * _sigmoid(-x))


def _erf(x: Any) -> Any:
    from scipy.special import erf

    return erf(x)


def _erf_derivative(x: Any) -> Any:
    import numpy as np

    return 2 / math.sqrt(math.pi) * np.exp(-x * x)


def _sin(x: Any) -> Any:
    import numpy as np

    return np.sin(x)


def _cos(x: Any) -> Any:
    import numpy as np

    return np.cos(x)


def _repu(x: Any, p: int) -> Any:
    return _relu(x) ** p


def _repu_derivative(x: Any, p: int) -> Any:
    return (x > 0) * (p * _relu(x) ** (p - 1))


def _horner(x: Any, coefficients: tuple[float, ...]) -> Any:
    import numpy as np

    total = np.full_like(x, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total = total * x + coefficient
    return total


def _horner_derivative(x: Any, coefficients: tuple[float, ...]) -> Any:
    return _horner(x, tuple(k * c for k, c in enumerate(coefficients))[1:] or (0.0,))


def _exact_horner(x: Fraction, coefficients: tuple[Fraction, ...]) -> Fraction:
    total = _ZERO
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


_VALUE: dict[str, Callable[..., Any]] = {
    "relu": _relu,
    "prelu": _prelu,
    "clipped_relu": _clip(0),
    "hard_tanh": _clip(-1),
    "elu": _elu,
    "softsign": _softsign,
    "isrlu": _isrlu,
    "isru": _isru,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "arctan": _arctan,
    "softplus": _softplus,
    "gelu": _gelu,
    "silu": _silu,
    "erf": _erf,
    "sin": _sin,
    "repu": _repu,
    "identity": lambda x: x.copy(),
    "polynomial": _horner,
}
_DERIVATIVE: dict[str, Callable[..., Any]] = {
    "relu": lambda x: x > 0,
    "prelu": _prelu_derivative,
    "clipped_relu": _clip_derivative(0),
    "hard_tanh": _clip_derivative(-1),
    "elu": _elu_derivative,
    "softsign": _softsign_derivative,
    "isrlu": _isrlu_derivative,
    "isru": _isru_derivative,
    "sigmoid": _sigmoid_derivative,
    "tanh": _tanh_derivative,
    "arctan": _arctan_derivative,
    "softplus": _sigmoid,
    "gelu": _gelu_derivative,
    "silu": _silu_derivative,
    "erf": _erf_derivative,
    "sin": _cos,
    "repu": _repu_derivative,
    "identity": lambda x: x**0,
    "polynomial": _horner_derivative,
}
EXACT: dict[str, Callable[[Fraction, Any], Fraction]] = {
    "relu": lambda x, _: max(x, _ZERO),
    "prelu": lambda x, a: max(x, a * x),
    "clipped_relu": lambda x, _: min(max(x, _ZERO), _ONE),
    "hard_tanh": lambda x, _: min(max(x, -_ONE), _ONE),
    "softsign": lambda x, _: x / (1 + abs(x)),
    "repu": lambda x, p: max(x, _ZERO) ** p,
    "identity": lambda x, _: x,
    "polynomial": _exact_horner,
}
"""The activations that take rational numbers to rational numbers, on Fractions."""
