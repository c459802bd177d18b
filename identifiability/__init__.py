"""Networks as parameters and as functions; the foundation that the other packages share."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from identifiability.activations import Activation, activation
    from identifiability.errors import NetboundsError
    from identifiability.network import Network

_HOMES = {
    "Activation": "activations",
    "NetboundsError": "errors",
    "Network": "network",
    "activation": "activations",
}
__all__ = ["Activation", "NetboundsError", "Network", "activation"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'identifiability' has no attribute {name!r}")
    return getattr(import_module(f"identifiability.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
