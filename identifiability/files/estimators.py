"""Networks from trained estimators of scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np

from identifiability.errors import InvalidInput
from identifiability.network import Network

_NAMES = {"identity": "identity", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}


def from_estimator(estimator: Any) -> Network:
    r"""The network inside a fitted ``MLPClassifier`` or ``MLPRegressor``.

    .. math:: f(x) = W_L\,σ(\cdots σ(W_1 x + b_1) \cdots) + b_L

    The function that the estimator applies to f(x) at the end, its ``out_activation_``, is no part of the
    network: the identity of a regressor (the exponential for the Poisson loss), and the logistic function
    or softmax of a classifier.  So f gives a classifier's scores: ``predict`` is the largest of them, or,
    where there is one only, whether it is positive.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        Fitted; with the activation identity, logistic, tanh or relu.

    Returns
    -------
    Network
        In the estimator's float type, with ``coefs_`` transposed.

    Raises
    ------
    InvalidInput
        If the estimator is not of this kind, or not fitted.

    Examples
    --------
    >>> from sklearn.neural_network import MLPRegressor
    >>> x = np.linspace(0, 1, 8)[:, None]
    >>> fitted = MLPRegressor(hidden_layer_sizes=3, activation="tanh", solver="lbfgs", random_state=0)
    >>> fitted = fitted.fit(x, x[:, 0] ** 2)
    >>> net = from_estimator(fitted)
    >>> net, bool(np.allclose(net(x)[:, 0], fitted.predict(x), rtol=0, atol=1e-12))
    (Network(1-3-1, tanh, float64: 10 parameters, 10 nonzero), True)
    """
    kind = type(estimator).__name__
    activation = getattr(estimator, "activation", None)
    if not isinstance(activation, str) or activation not in _NAMES:
        raise InvalidInput(
            f"estimator must be an MLPClassifier or MLPRegressor of scikit-learn, got {kind} with "
            f"the activation {str(activation)[:40]}"
        )
    coefficients = getattr(estimator, "coefs_", None)
    intercepts = getattr(estimator, "intercepts_", None)
    if coefficients is None or intercepts is None:
        raise InvalidInput(f"this {kind} is not fitted, so that it has no weights; call its fit first")
    return Network([np.asarray(matrix).T for matrix in coefficients], list(intercepts), _NAMES[activation])
