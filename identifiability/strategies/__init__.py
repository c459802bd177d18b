"""Hypothesis strategies that draw networks, for tests of code that reads, changes or compares them.

They need the package hypothesis, which nothing else here does.  Where hypothesis is installed,
``hypothesis.strategies.from_type`` finds the strategies of :class:`~identifiability.network.Network` and
:class:`~identifiability.activations.Activation` by itself.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from identifiability.errors import MissingPackage

if TYPE_CHECKING:
    from identifiability.strategies.changes import Change, described_changes, function_preserving_changes
    from identifiability.strategies.drawn_networks import networks, normal_networks
    from identifiability.strategies.pairs import distinct_pairs, isomorphic_pairs
    from identifiability.strategies.registration import register

_HOMES = {
    "Change": "changes",
    "described_changes": "changes",
    "distinct_pairs": "pairs",
    "function_preserving_changes": "changes",
    "isomorphic_pairs": "pairs",
    "networks": "drawn_networks",
    "normal_networks": "drawn_networks",
    "register": "registration",
}
__all__ = [
    "Change",
    "described_changes",
    "distinct_pairs",
    "function_preserving_changes",
    "isomorphic_pairs",
    "networks",
    "normal_networks",
    "register",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'identifiability.strategies' has no attribute {name!r}")
    try:
        home = import_module(f"identifiability.strategies.{_HOMES[name]}")
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise MissingPackage(
            f"{name} draws with the package hypothesis, which is not installed; run pip install hypothesis"
        ) from None
    return getattr(home, name)


def __dir__() -> list[str]:
    return __all__
