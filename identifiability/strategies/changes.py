"""Strategies that change a network and keep its function."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import note
from hypothesis import strategies as st

from identifiability.errors import InvalidInput
from identifiability.network import Network
from identifiability.strategies.drafts import Draft, draft_of
from identifiability.strategies.layer_draws import draw_kept
from identifiability.strategies.shapes import Span, read_span
from identifiability.strategies.unit_changes import CHANGES, UNUSED

LARGEST = 10_000
"""Networks with more parameters than this are not changed entry by entry."""


@dataclass(frozen=True, slots=True)
class Change:
    """Another network with the same function, and what was done to get it.

    Attributes
    ----------
    network : Network
    steps : tuple of str
        One sentence for each step.
    """

    network: Network
    steps: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([f"{self.network!r}", *self.steps])


def function_preserving_changes(net: Network, *, steps: Span = (1, 3)) -> st.SearchStrategy[Network]:
    r"""Other networks that are the same function, as functions of real numbers.

    Units are permuted, split into clones, reflected or scaled as the activation allows, or added: without
    outgoing weights, without incoming weights (their constants are taken from the next bias), as clones
    with opposite outgoing weights, or as flips of each other that add up to a constant
    (:math:`σ(u) - σ(-u) = u` for relu).  Units without incoming or outgoing weights are folded or dropped,
    and clones merged.  Several such steps follow each other.

    Parameters
    ----------
    net : Network
        With no more than 10000 parameters.  Without hidden layers it stays as it is.
    steps : int or (int, int)
        How many.

    Returns
    -------
    SearchStrategy of Network
        Of the same arithmetic, depth and activations.  In a failing example the steps are reported;
        :func:`described_changes` draws them together with the network.

    Raises
    ------
    InvalidInput
        At once, if the network is too large, or the range of steps is empty.

    Notes
    -----
    Nothing is ever rounded: all steps are taken in exact arithmetic, and in a float network a step with
    a result that is no float of the network is replaced by adding a unit without outgoing weights.  The two
    float networks, run in floating point, may still round differently.

    Examples
    --------
    >>> from hypothesis import given
    >>> net = Network([[[2], [-1]], [[3, 1]]])
    >>> @given(function_preserving_changes(net))
    ... def same_function(other):
    ...     assert (other([[5], [-7]]) == net([[5], [-7]])).all()
    >>> same_function()
    """
    return _changes(described_changes(net, steps=steps))


def described_changes(net: Network, *, steps: Span = (1, 3)) -> st.SearchStrategy[Change]:
    """The same networks, each together with the steps that led to it.

    Parameters
    ----------
    net, steps
        As for :func:`function_preserving_changes`.

    Returns
    -------
    SearchStrategy of Change

    Raises
    ------
    InvalidInput
        At once, if the network is too large, or the range of steps is empty.

    Examples
    --------
    >>> from hypothesis import find, settings
    >>> quiet = settings(database=None, derandomize=True)
    >>> changes = described_changes(Network([[[2]], [[3]]]))
    >>> find(changes, lambda change: "scaled" in str(change), settings=quiet).steps
    ('layer 0: units [0] scaled by 2',)
    """
    if not isinstance(net, Network):
        raise InvalidInput(f"a network is changed, got {net!r:.60}; pass one of type Network")
    if net.parameter_count() > LARGEST:
        raise InvalidInput(
            f"networks are changed entry by entry, got {net.parameter_count()} parameters; pass a network of "
            f"at most {LARGEST}"
        )
    return _described_changes(net, read_span(steps, "steps", 0))


@st.composite
def _changes(draw: st.DrawFn, described: st.SearchStrategy[Change]) -> Network:
    # Not by map, which Hypothesis would report as a call of the mapped function.
    return draw(described).network


@st.composite
def _described_changes(draw: st.DrawFn, net: Network, span: tuple[int, int]) -> Change:
    draft = draft_of(net)
    if not draft.widths:
        return Change(net, ())
    steps = [step for _, step in draw_kept(draw, span, _step(draft))]
    note("\n".join(["the same function, changed:", *steps]))
    return Change(draw(draft.built()), tuple(steps))


@st.composite
def _step(draw: st.DrawFn, draft: Draft) -> str:
    """Change the draft, and say how."""
    layer = draw(st.integers(0, len(draft.widths) - 1))
    kind = draw(st.sampled_from([kind for kind in CHANGES if kind.applies(draft, layer)]))
    before = draft.copy()
    made = kind.make(draw, draft, layer)
    if not draft.is_representable():
        draft.take(before)
        made = UNUSED.make(draw, draft, layer)
    return f"layer {layer}: {made}"
