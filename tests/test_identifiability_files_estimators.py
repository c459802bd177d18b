"""Networks from scikit-learn's estimators, against their own predictions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, softmax

from identifiability.errors import InvalidInput
from identifiability.files.estimators import from_estimator

neural = pytest.importorskip("sklearn.neural_network")

GENERATOR = np.random.default_rng(0)
X = GENERATOR.standard_normal((60, 3))
NEW = GENERATOR.standard_normal((40, 3)) * 2


def fitted(kind, y, **options):
    estimator = kind(hidden_layer_sizes=(6, 4), solver="lbfgs", random_state=0, max_iter=200, **options)
    return estimator.fit(X.astype(options.pop("dtype", "float64")), y)


@pytest.fixture(autouse=True)
def _quiet():
    # A few steps do: whether training converged does not matter here.
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("outputs", [1, 2])
def test_regressors_predict_what_the_network_gives(activation, outputs):
    y = np.column_stack([np.sin(X[:, 0]), X[:, 1] * X[:, 2]])[:, :outputs]
    estimator = fitted(neural.MLPRegressor, y if outputs > 1 else y[:, 0], activation=activation)
    net = from_estimator(estimator)
    assert net.architecture == (3, 6, 4, outputs)
    np.testing.assert_allclose(net(NEW), estimator.predict(NEW).reshape(-1, outputs), rtol=1e-12, atol=1e-12)
    # Without the transposition or with other activations this fails.
    other = from_estimator(estimator)(NEW[:, ::-1])
    assert not np.allclose(other, estimator.predict(NEW).reshape(-1, outputs))


@pytest.mark.parametrize("classes", [2, 3])
def test_classifiers_apply_their_last_function_to_the_network(classes):
    y = np.digitize(X[:, 0], np.linspace(-0.5, 0.5, classes - 1))
    estimator = fitted(neural.MLPClassifier, y, activation="relu")
    scores = from_estimator(estimator)(NEW)
    if classes == 2:
        np.testing.assert_allclose(expit(scores[:, 0]), estimator.predict_proba(NEW)[:, 1], atol=1e-12)
        assert (estimator.classes_[(scores[:, 0] > 0).astype(int)] == estimator.predict(NEW)).all()
    else:
        np.testing.assert_allclose(softmax(scores, axis=1), estimator.predict_proba(NEW), atol=1e-12)
        assert (estimator.classes_[scores.argmax(axis=1)] == estimator.predict(NEW)).all()


def test_float32_estimators_give_float32_networks():
    estimator = neural.MLPRegressor(hidden_layer_sizes=4, solver="adam", max_iter=2, random_state=0)
    estimator.fit(X.astype("float32"), X[:, 0].astype("float32"))
    assert from_estimator(estimator).arithmetic == "float32"


def test_what_is_not_a_fitted_estimator_is_refused():
    from sklearn.linear_model import LinearRegression

    with pytest.raises(InvalidInput, match="not fitted"):
        from_estimator(neural.MLPRegressor())
    for other in (LinearRegression(), None, 3):
        with pytest.raises(InvalidInput, match="MLPClassifier or MLPRegressor"):
            from_estimator(other)
