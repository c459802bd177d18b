"""Networks as parameters and as functions; the foundation that the other packages share.

No module of this package is named like a public function, because loading the module would
then hide the function.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from identifiability.activations import Activation, activation
    from identifiability.equality.decision import functionally_equal
    from identifiability.equality.verdicts import Different, Equal, Unknown
    from identifiability.errors import NetboundsError
    from identifiability.files.estimators import from_estimator
    from identifiability.files.formats import load_network, save_network
    from identifiability.files.mappings import from_arrays
    from identifiability.matching.isomorphisms import isomorphism
    from identifiability.network import Network
    from identifiability.neurons import clones, normality, zero_neurons
    from identifiability.normal_forms.canonical import canonical_form
    from identifiability.normal_forms.reduction import reduce
    from identifiability.permutations import compose_permutations, invert_permutations, permute
    from identifiability.symmetry.counterexamples import non_isomorphic_equals
    from identifiability.symmetry.loops import monodromy
    from identifiability.symmetry.symmetries import symmetry_group

_HOMES = {
    "Activation": "activations",
    "Different": "equality.verdicts",
    "Equal": "equality.verdicts",
    "NetboundsError": "errors",
    "Network": "network",
    "Unknown": "equality.verdicts",
    "activation": "activations",
    "canonical_form": "normal_forms.canonical",
    "clones": "neurons",
    "compose_permutations": "permutations",
    "from_arrays": "files.mappings",
    "from_estimator": "files.estimators",
    "functionally_equal": "equality.decision",
    "invert_permutations": "permutations",
    "isomorphism": "matching.isomorphisms",
    "load_network": "files.formats",
    "monodromy": "symmetry.loops",
    "non_isomorphic_equals": "symmetry.counterexamples",
    "normality": "neurons",
    "permute": "permutations",
    "reduce": "normal_forms.reduction",
    "save_network": "files.formats",
    "symmetry_group": "symmetry.symmetries",
    "zero_neurons": "neurons",
}
__all__ = [
    "Activation",
    "Different",
    "Equal",
    "NetboundsError",
    "Network",
    "Unknown",
    "activation",
    "canonical_form",
    "clones",
    "compose_permutations",
    "from_arrays",
    "from_estimator",
    "functionally_equal",
    "invert_permutations",
    "isomorphism",
    "load_network",
    "monodromy",
    "non_isomorphic_equals",
    "normality",
    "permute",
    "reduce",
    "save_network",
    "symmetry_group",
    "zero_neurons",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'identifiability' has no attribute {name!r}")
    return getattr(import_module(f"identifiability.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
