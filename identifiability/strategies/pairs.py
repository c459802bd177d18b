"""Strategies that draw two networks: isomorphic, or proved to be different functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from random import Random
from typing import TypeAlias, Unpack

from hypothesis import note, reject
from hypothesis import strategies as st

from identifiability.equality.witnesses import certified_gaps, random_points, simple_points
from identifiability.errors import InvalidInput
from identifiability.exact import digits
from identifiability.network import Network
from identifiability.permutations import Permutations, permute
from identifiability.strategies.drafts import Draft, Matrix, Number
from identifiability.strategies.drawn_networks import draw_draft
from identifiability.strategies.layer_draws import EntrySource, entry_sources
from identifiability.strategies.shapes import RangeArguments, Ranges, read_ranges

Point: TypeAlias = "tuple[Fraction, ...]"

IsomorphicPair: TypeAlias = "tuple[Network, Network, Permutations]"
DistinctPair: TypeAlias = "tuple[Network, Network, Point]"

_MORE_POINTS = 8
_SEED = 20250101


def isomorphic_pairs(**ranges: Unpack[RangeArguments]) -> st.SearchStrategy[IsomorphicPair]:
    """Two networks and the permutations of hidden units that take the first to the second.

    .. math:: g = \\texttt{permute}(f, \\text{permutations})

    Parameters
    ----------
    **ranges
        As in :func:`~identifiability.strategies.drawn_networks.networks`; they are those of both networks.

    Returns
    -------
    SearchStrategy of (f, g, permutations)
        One permutation for each hidden layer; with clones others may take f to g as well.  They shrink to
        the identity.

    Raises
    ------
    InvalidInput
        At once, if there are no such networks or they are too large.

    References
    ----------
    Galanti & Wolf, On the Modularity of Hypernetworks (v2), Definition 3.

    Examples
    --------
    >>> from hypothesis import given
    >>> @given(isomorphic_pairs(depth=3))
    ... def permutations_take_one_to_the_other(pair):
    ...     f, g, permutations = pair
    ...     assert len(permutations) == 2 and permute(f, permutations) == g
    >>> permutations_take_one_to_the_other()
    """
    return _isomorphic_pairs(read_ranges(**ranges))


@st.composite
def _isomorphic_pairs(draw: st.DrawFn, ranges: Ranges) -> IsomorphicPair:
    f = draw(draw_draft(draw, ranges).built())
    permutations = _draw_permutations(draw, f.widths)
    g = draw(st.builds(permute, st.just(f), st.just(permutations)))
    return f, g, permutations


def _draw_permutations(draw: st.DrawFn, widths: tuple[int, ...] | list[int]) -> Permutations:
    return tuple(tuple(draw(st.permutations(range(width)))) for width in widths)


def distinct_pairs(**ranges: Unpack[RangeArguments]) -> st.SearchStrategy[DistinctPair]:
    """Two networks that are different functions, and an input at which they are proved to differ.

    .. math:: f(x) \\ne g(x)

    About half of the pairs are nearly the same: one entry of f is changed and its units are permuted.

    Parameters
    ----------
    **ranges
        As in :func:`~identifiability.strategies.drawn_networks.networks`; they are those of both networks.
        Both have the same numbers of inputs and outputs.

    Returns
    -------
    SearchStrategy of (f, g, witness)
        The witness is a tuple of Fractions.  That the two differ there was established in exact or ball
        arithmetic, where a float weight is the binary fraction that it is;
        ``identifiability.equality.witnesses.certified_gap(f, g, witness)`` bounds by how much, and a failing
        example reports it.

    Raises
    ------
    InvalidInput
        At once, if there are no such networks, they are too large, or all of them are zero.

    Examples
    --------
    >>> from hypothesis import given
    >>> @given(distinct_pairs(widths=(1, 2)))
    ... def the_witness_tells_them_apart(pair):
    ...     f, g, witness = pair
    ...     assert (f(witness) != g(witness)).any()
    >>> the_witness_tells_them_apart()
    """
    read = read_ranges(**ranges)
    if read.zeros == 100 or (not read.biases and read.has_hidden_layers and read.widths[0] == 0):
        raise InvalidInput(
            f"zeros={read.zeros}%, widths={read.widths} and biases={read.biases} leave networks that are all "
            "zero, and do not differ; pass zeros < 1, and widths of at least 1 or biases=True"
        )
    return _distinct_pairs(read)


@st.composite
def _distinct_pairs(draw: st.DrawFn, ranges: Ranges) -> DistinctPair:
    first = draw_draft(draw, ranges)
    f = draw(first.built())
    if draw(st.booleans()):
        inputs, outputs = f.architecture[0], f.architecture[-1]
        same = replace(ranges, input_dim=(inputs, inputs), output_dim=(outputs, outputs))
        second = draw_draft(draw, same)
    else:
        second = _near_miss(draw, first, entry_sources(ranges)[first.arithmetic])
    for candidate in (second, *_surely_different(second, entry_sources(ranges)[second.arithmetic])):
        g = draw(candidate.built())
        found = _witness(f, g)
        if found is not None:
            witness, gap = found
            point = ", ".join(map(digits, witness))
            note(f"the networks differ at ({point}) by at least {digits(gap)[:60]}")
            return f, g, witness
    return reject()


def _near_miss(draw: st.DrawFn, first: Draft, source: EntrySource) -> Draft:
    """The same network with one entry changed, and its units in another order."""
    changed = first.copy()
    layer = draw(st.integers(0, len(changed.weights) - 1))
    places: list[tuple[Matrix, int, int]] = [
        (changed.weights[layer], unit, column)
        for unit, row in enumerate(changed.weights[layer])
        for column in range(len(row))
    ]
    if source.entries.has_biases:
        places += [([changed.biases[layer]], 0, unit) for unit in range(len(changed.biases[layer]))]
    if places:
        rows, unit, column = draw(st.sampled_from(places))
        old, new = rows[unit][column], source.entry(draw)
        rows[unit][column] = new if new != old else _another(source, old)
    for hidden, order in enumerate(_draw_permutations(draw, changed.widths)):
        changed.reorder(hidden, order)
    return changed


def _another(source: EntrySource, old: Number) -> Number:
    return next(value for value in source.entries.simplest() if value != old)


def _surely_different(second: Draft, source: EntrySource) -> Iterator[Draft]:
    """What to take instead of a network that agreed with the first at every point that was tried."""
    if source.entries.has_biases:
        moved = second.copy()
        moved.biases[-1][0] = _another(source, moved.biases[-1][0])
        yield moved
        return
    one = source.entries.zero + 1
    for sign in (one, -one):
        moved = second.copy()
        moved.weights = [[[one for _ in row] for row in weight] for weight in moved.weights]
        moved.weights[-1] = [[sign for _ in row] for row in moved.weights[-1]]
        yield moved


def _witness(f: Network, g: Network) -> tuple[Point, Fraction] | None:
    """The first of a few points at which the networks are certified to differ, and the gap there."""
    one, two = f.to_exact(), g.to_exact()
    dimension = f.architecture[0]
    more = list(islice(random_points(dimension, None, Random(_SEED)), _MORE_POINTS))
    for points in (simple_points(dimension, None), more):
        gaps = certified_gaps(one, two, points)
        found = [(point, gap) for point, gap in zip(points, gaps, strict=True) if gap > 0]
        if found:
            return found[0]
    return None
