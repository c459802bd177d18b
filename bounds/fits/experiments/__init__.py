"""The experiments of Galanti & Wolf at small sizes: each one function with a result that shows itself.

No module of this package is named like one of its functions.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bounds.fits.experiments.colour_sweeps import colorization
    from bounds.fits.experiments.dimension_sweeps import embedding_dimension
    from bounds.fits.experiments.layer_sweeps import layers
    from bounds.fits.experiments.rotation_sweeps import learning_rate, rotation
    from bounds.fits.experiments.student_pairs import assumption_1
    from bounds.fits.experiments.width_sweeps import assumption_2

_HOMES = {
    "assumption_1": "student_pairs",
    "assumption_2": "width_sweeps",
    "colorization": "colour_sweeps",
    "embedding_dimension": "dimension_sweeps",
    "layers": "layer_sweeps",
    "learning_rate": "rotation_sweeps",
    "rotation": "rotation_sweeps",
}
__all__ = [
    "assumption_1",
    "assumption_2",
    "colorization",
    "embedding_dimension",
    "layers",
    "learning_rate",
    "rotation",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'bounds.fits.experiments' has no attribute {name!r}")
    return getattr(import_module(f"bounds.fits.experiments.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
