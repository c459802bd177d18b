"""Samples of a target: points x, instances I, and values or labels y."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from identifiability.errors import InvalidInput


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Rows (x, I, y) of a target y(x, I).

    Parameters
    ----------
    x : array of shape (n, d_x)
        The inputs of the primary network, or of a perceptron.
    I : array of shape (n, d_I), or None
        The inputs of the meta-network or of the embedding; None for a perceptron.
    y : array of shape (n, k) or (n,)
        Real values (one for each sample are read as a column), or integer labels of shape (n,).

    Raises
    ------
    InvalidInput
        If the shapes do not fit, or a number is not finite.

    Examples
    --------
    >>> Samples(np.zeros((3, 2)), None, np.ones(3)).y.shape
    (3, 1)
    """

    x: NDArray[Any]
    I: NDArray[Any] | None  # noqa: E741
    y: NDArray[Any]

    def __post_init__(self) -> None:
        for name in ("x", "I", "y"):
            part = getattr(self, name)
            if part is not None:
                object.__setattr__(self, name, np.asarray(part))
        if self.y.ndim == 1 and self.y.dtype.kind == "f":
            object.__setattr__(self, "y", self.y[:, None])
        rows = {name: getattr(self, name) for name in ("x", "I")}
        for name, part in rows.items():
            if part is not None and part.ndim != 2:
                raise InvalidInput(f"{name} must have shape (n, d), got {part.shape}; pass samples as rows")
        if self.y.ndim not in (1, 2) or (self.y.ndim == 1 and self.y.dtype.kind not in "iu"):
            raise InvalidInput(
                f"y must be values of shape (n, k) or integer labels of shape (n,), got {self.y.dtype} of "
                f"shape {self.y.shape}; pass one of them"
            )
        counts = [len(part) for part in (self.x, self.I, self.y) if part is not None]
        if len(set(counts)) > 1 or not counts[0]:
            raise InvalidInput(f"x, I and y must be equally many rows, at least one, got {counts}")
        for part in (self.x, self.I, self.y):
            if part is not None and not np.isfinite(part).all():
                raise InvalidInput("samples must be finite, got NaN or an infinity; leave such rows out")

    def __len__(self) -> int:
        return len(self.x)

    def in_dtype(self, dtype: DTypeLike) -> Samples:
        """The same samples in float32 or float64; labels stay integers."""
        return replace(
            self,
            x=self.x.astype(dtype, copy=False),
            I=None if self.I is None else self.I.astype(dtype, copy=False),
            y=self.y if self.y.ndim == 1 else self.y.astype(dtype, copy=False),
        )

    def rows(self, chosen: NDArray[np.intp] | slice) -> Samples:
        """Some of the samples."""
        return Samples(self.x[chosen], None if self.I is None else self.I[chosen], self.y[chosen])
