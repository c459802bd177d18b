"""Plain tables for a terminal of 100 columns.

Rich's tables would do, but importing them takes longer than computing an answer.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

WIDTH = 100
_SEPARATOR = "  "


def columns(header: Sequence[str], lines: Sequence[Sequence[str]], width: int = WIDTH) -> str:
    """Aligned columns under a rule; the last column is wrapped to what is left of the width.

    Examples
    --------
    >>> print(columns(["size", "status"], [["4901", "certified"], ["5101", "constructed"]]))
    size  status
    ----  -----------
    4901  certified
    5101  constructed
    """
    fixed = [max(len(cell) for cell in column) for column in zip(header, *lines, strict=True)][:-1]
    margin = sum(fixed) + len(_SEPARATOR) * len(fixed)
    last = max(20, width - margin)
    longest = max(min(last, len(line[-1])) for line in (header, *lines))
    rule = ["-" * size for size in (*fixed, longest)]
    text: list[str] = []
    for line in (header, rule, *lines):
        wrapped = textwrap.wrap(line[-1], last, break_on_hyphens=False) or [""]
        start = "".join(cell.ljust(size) + _SEPARATOR for cell, size in zip(line[:-1], fixed, strict=True))
        text.append((start + wrapped[0]).rstrip())
        text += [" " * margin + more for more in wrapped[1:]]
    return "\n".join(text)


def paragraph(text: str, first: str = "", rest: str = "", width: int = WIDTH) -> str:
    """A wrapped paragraph; ``first`` starts its first line and ``rest`` all others."""
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
