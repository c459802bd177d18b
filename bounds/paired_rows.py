"""Points x and instances I as rows in one arithmetic: floats, Fractions or balls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from identifiability.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray


def read_pairs(
    x: object, x_dimension: int, instances: object, dimension: int
) -> tuple[NDArray[Any], NDArray[Any], bool]:
    """Rows of points and of instances in one arithmetic, and whether one pair of vectors was given."""
    from identifiability.realisation import read_points

    first, second = read_points(x, x_dimension), read_points(instances, dimension)
    if first.shape[:-1] != second.shape[:-1]:
        raise InvalidInput(
            f"x and I must be equally many rows, got shapes {first.shape} and {second.shape}; pass a row "
            "of I for every row of x"
        )
    single = first.ndim == 1
    if single:
        first, second = first[None], second[None]
    first, second = alike(first, second)
    return first, second, single


def alike(first: NDArray[Any], second: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Two arrays in one arithmetic: balls if one has balls, floats if one has floats, or Fractions."""
    import numpy as np

    from identifiability.exact import ball, fraction
    from identifiability.weights import entrywise

    if has_balls(first) or has_balls(second):
        for part in (first, second):
            if part.dtype != object:
                raise InvalidInput(
                    "balls are mixed with floats; pass flint.arb(value) in place of each float"
                )

        def as_ball(entry: Any) -> Any:
            return entry if _is_ball(entry) else ball(fraction(entry))

        return entrywise(as_ball, first), entrywise(as_ball, second)
    if first.dtype == object and second.dtype == object:
        return first, second
    kinds = [part.dtype for part in (first, second) if part.dtype != object]
    kind = np.result_type(*kinds)
    return first.astype(kind, copy=False), second.astype(kind, copy=False)


def _is_ball(entry: object) -> bool:
    from flint import arb

    return isinstance(entry, arb)


def has_balls(array: NDArray[Any]) -> bool:
    return array.dtype == object and any(_is_ball(entry) for entry in array.flat)
