"""In which order matrices make a network: what their names and their shapes say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise

from identifiability.errors import InvalidInput

MOST_STEPS = 50_000
"""The search for an order that fits the shapes gives up, and asks, after so many steps."""

_NUMBER = re.compile(r"([0-9]+)")


def layer_order(shapes: Mapping[str, tuple[int, int]]) -> list[str]:
    """The names from input to output.

    Names that differ only in their numbers are in the order of these.  Where that leaves a choice, there
    must be exactly one order in which each matrix has as many columns as the one before has rows.

    Parameters
    ----------
    shapes : mapping of str to (out, in)
        The shape of each matrix.

    Raises
    ------
    InvalidInput
        If names and shapes disagree, or do not decide.

    Examples
    --------
    >>> layer_order({"fc10": (1, 4), "fc9": (4, 4), "fc2": (4, 3)})
    ['fc2', 'fc9', 'fc10']
    >>> layer_order({"head": (1, 4), "body": (4, 3)})
    ['body', 'head']
    """
    named = sorted(shapes, key=_sorting_key)
    runs = [list(run) for _, run in groupby(named, key=lambda name: _sorting_key(name)[0])]
    for run in runs:
        for first, second in pairwise(run):
            if _sorting_key(first) == _sorting_key(second):
                raise InvalidInput(f"the names {first!r} and {second!r} have the same number; {_ask(named)}")
    if len(runs) > 1:
        return _by_shapes(runs, shapes, named)
    for before, after in pairwise(named):
        if shapes[after][1] != shapes[before][0]:
            raise InvalidInput(
                f"by its name {after!r} of shape {shapes[after]} comes after {before!r} of shape "
                f"{shapes[before]}, which it does not fit; {_ask(named)}"
            )
    return named


def _sorting_key(name: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    # More than 18 digits are a checksum rather than a count.
    parts = _NUMBER.split(name)
    return tuple(parts[::2]), tuple(int(part[-18:]) for part in parts[1::2])


def _by_shapes(
    runs: Sequence[Sequence[str]], shapes: Mapping[str, tuple[int, int]], names: list[str]
) -> list[str]:
    # As in an Eulerian path: every size is entered as often as it is left, but for the first and the last.
    surplus = Counter(inputs for _, inputs in shapes.values())
    surplus.subtract(out for out, _ in shapes.values())
    ends = {size: count for size, count in surplus.items() if count}
    first_size = next((size for size, count in ends.items() if count > 0), None)
    found: list[tuple[str, ...]] = []
    open_ends: list[tuple[tuple[int, ...], tuple[str, ...]]] = []
    if sorted(ends.values()) in ([], [-1, 1]):
        open_ends.append(((0,) * len(runs), ()))
    # Depth first over how much of each run has been used, until a second order is found.
    steps = 0
    while open_ends and len(found) < 2:
        used, path = open_ends.pop()
        if len(path) == len(names):
            found.append(path)
        for index, run in enumerate(runs):
            steps += 1
            if used[index] == len(run):
                continue
            name = run[used[index]]
            before = shapes[path[-1]][0] if path else first_size
            if before in (None, shapes[name][1]):
                more = (*used[:index], used[index] + 1, *used[index + 1 :])
                open_ends.append((more, (*path, name)))
        if steps > MOST_STEPS:
            raise InvalidInput(f"the {len(names)} layers have too many orders to try; {_ask(names)}")
    if not found:
        raise InvalidInput(f"there is no order in which the shapes of the layers fit; {_ask(names)}")
    if len(found) > 1:
        first, second = (", ".join(path)[:60] for path in found)
        raise InvalidInput(f"the layers fit in several orders, as in {first} and {second}; {_ask(names)}")
    return list(found[0])


def _ask(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:3]) + (", ..." if len(names) > 3 else "")
    return f"pass order=[{shown}] from input to output"
