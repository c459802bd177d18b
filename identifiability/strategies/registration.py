"""The strategies that Hypothesis finds for the types of this package by itself."""

from __future__ import annotations

from hypothesis import strategies as st

from identifiability.activation_parameters import ACTIVATIONS
from identifiability.activations import Activation, activation
from identifiability.network import Network
from identifiability.strategies.shapes import ARITHMETICS

_WITH_PARAMETERS = {"prelu": "prelu(1/4)", "repu": "repu(2)", "polynomial": "polynomial(0, 1, 1)"}
REPRESENTATIVES = tuple(_WITH_PARAMETERS.get(name, name) for name in ACTIVATIONS)
"""Each activation, with one value of its parameter."""


def register() -> None:
    """Tell Hypothesis how to draw networks and activations where only the type is named.

    Hypothesis calls this when it is imported, through the entry point ``netbounds`` of the group
    ``hypothesis``, so that ``from_type`` and inferred arguments need no import of this module.  Networks are
    drawn with all activations and in all arithmetics.

    Examples
    --------
    >>> from hypothesis import given
    >>> register()
    >>> @given(...)
    ... def is_written_to_be_read_again(net: Network, sigma: Activation):
    ...     assert activation(str(sigma)) == sigma and net.depth >= 1
    >>> is_written_to_be_read_again()
    """
    st.register_type_strategy(Network, _networks)
    st.register_type_strategy(Activation, _activations)


def _networks(_: type[Network]) -> st.SearchStrategy[Network]:
    # Not before it is asked for: a module of this package that loads Hypothesis is half loaded itself.
    from identifiability.strategies.drawn_networks import networks

    return networks(activation=REPRESENTATIVES, arithmetic=ARITHMETICS)


def _activations(_: type[Activation]) -> st.SearchStrategy[Activation]:
    return st.sampled_from([activation(name) for name in REPRESENTATIVES])
