"""Sizes, rates, constructions: how many parameters it takes, and who says so.

No module of this package is named like a public function, because loading the module would
then hide the function.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bounds.audit.hypotheses import hypotheses
    from bounds.calculator import size
    from bounds.dominance import compare
    from bounds.rates import Rate, rate
    from bounds.report import Report
    from bounds.row import Row
    from bounds.theorems import theorem
    from bounds.upper.build import build

_HOMES = {
    "Rate": "rates",
    "Report": "report",
    "Row": "row",
    "build": "upper.build",
    "compare": "dominance",
    "hypotheses": "audit.hypotheses",
    "rate": "rates",
    "size": "calculator",
    "theorem": "theorems",
}
__all__ = ["Rate", "Report", "Row", "build", "compare", "hypotheses", "rate", "size", "theorem"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'bounds' has no attribute {name!r}")
    return getattr(import_module(f"bounds.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
