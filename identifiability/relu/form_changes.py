"""By how much kinks and linear parts of two functions differ."""

from __future__ import annotations

from fractions import Fraction

from identifiability.relu.hyperplanes import Normal
from identifiability.relu.kink_forms import kink_form
from identifiability.relu.shallow import Shallow


def form_changes(f: Shallow, g: Shallow) -> tuple[dict[Normal, list[Fraction]], list[list[Fraction]]]:
    """The kinks of f − g by the normals of both, some perhaps zero, and its linear part."""
    first, second = kink_form(f), kink_form(g)
    none = (Fraction(0),) * first.outputs
    kinks = {
        normal: [
            a - b for a, b in zip(first.kinks.get(normal, none), second.kinks.get(normal, none), strict=True)
        ]
        for normal in {**first.kinks, **second.kinks}
    }
    linear = [
        [a - b for a, b in zip(row, other, strict=True)]
        for row, other in zip(first.linear, second.linear, strict=True)
    ]
    return kinks, linear
