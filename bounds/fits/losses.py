"""What is minimised: the mean squared error and the negative log likelihood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss and its derivative with respect to the outputs.

    Attributes
    ----------
    name : str
    value_and_derivative : callable
        (outputs of shape (n, k), targets) ↦ (the loss, its derivative, of the outputs' shape and dtype).
    """

    name: str
    value_and_derivative: Callable[[NDArray[Any], NDArray[Any]], tuple[float, NDArray[Any]]]

    def value(self, outputs: NDArray[Any], targets: NDArray[Any]) -> float:
        """The loss alone."""
        return self.value_and_derivative(outputs, targets)[0]


def _squared(outputs: NDArray[Any], targets: NDArray[Any]) -> tuple[float, NDArray[Any]]:
    residual = outputs - targets
    value = float(np.vdot(residual, residual)) / residual.size
    residual *= 2 / residual.size
    return value, residual


def _log_likelihood(outputs: NDArray[Any], labels: NDArray[Any]) -> tuple[float, NDArray[Any]]:
    # The greatest logit is taken away, so that no exponential overflows.
    shifted = outputs - outputs.max(axis=1, keepdims=True)
    probabilities = np.exp(shifted)
    totals = probabilities.sum(axis=1, keepdims=True)
    rows = np.arange(len(outputs))
    value = float(np.mean(np.log(totals[:, 0]) - shifted[rows, labels]))
    probabilities /= totals
    probabilities[rows, labels] -= 1
    probabilities /= len(outputs)
    return value, probabilities


MEAN_SQUARED_ERROR = Loss("mean squared error", _squared)
r"""The mean over samples and outputs of (f(x) - y)²; targets of shape (n, k).

.. math:: \frac{1}{nk} \sum_{i,j} (f(x_i)_j - y_{ij})^2
"""

NEGATIVE_LOG_LIKELIHOOD = Loss("negative log likelihood", _log_likelihood)
r"""The mean of -log softmax(f(x))_y over samples; targets are integer labels of shape (n,), from 0.

.. math:: \frac{1}{n} \sum_i \Bigl( \log \sum_j e^{f(x_i)_j} - f(x_i)_{y_i} \Bigr)
"""
