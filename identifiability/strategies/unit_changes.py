"""Changes of one hidden layer that keep the function, and what each of them did, in words.

Each takes a draft of exact numbers and changes it.  The identities are those of
:func:`identifiability.symmetry.symmetries.symmetry_group`, with σ the activation of the layer, (w, b) a
row and v the outgoing weights of its unit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from identifiability.exact import digits
from identifiability.normal_forms.constant_units import rational_value
from identifiability.strategies.drafts import Draft
from identifiability.symmetry.symmetries import symmetry_group

_POWERS_OF_TWO = tuple(map(Fraction, ("2", "1/2", "4", "1/4", "8", "1/8")))
_FACTORS = (*_POWERS_OF_TWO, *map(Fraction, ("3", "1/3", "3/2")))
_SIMPLE = tuple(map(Fraction, ("0", "1", "-1", "2", "-2", "1/2", "-1/2")))


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A kind of change: where it applies, and how to make it; what it returns is its description."""

    applies: Callable[[Draft, int], bool]
    make: Callable[[st.DrawFn, Draft, int], str]


def append_unit(draft: Draft, layer: int, row: Sequence[Fraction], outgoing: Sequence[Fraction]) -> None:
    """A further unit with incoming weights and bias (w, b) and outgoing weights v."""
    draft.weights[layer].append(list(row[:-1]))
    draft.biases[layer].append(row[-1])
    for weights, entry in zip(draft.weights[layer + 1], outgoing, strict=True):
        weights.append(entry)


def _remove_unit(draft: Draft, layer: int, unit: int) -> None:
    draft.reorder(layer, [other for other in range(draft.widths[layer]) if other != unit])


def _outgoing(draft: Draft, layer: int, unit: int) -> list[Fraction]:
    return [Fraction(row[unit]) for row in draft.weights[layer + 1]]


def _row(draft: Draft, layer: int, unit: int) -> list[Fraction]:
    return [Fraction(entry) for entry in (*draft.weights[layer][unit], draft.biases[layer][unit])]


def _set_row(draft: Draft, layer: int, unit: int, row: Sequence[Fraction]) -> None:
    draft.weights[layer][unit], draft.biases[layer][unit] = list(row[:-1]), row[-1]


def _shift(draft: Draft, layer: int, amounts: Sequence[Fraction]) -> None:
    """Add to the biases of the next layer."""
    bias = draft.biases[layer + 1]
    draft.biases[layer + 1] = [Fraction(old) + amount for old, amount in zip(bias, amounts, strict=True)]


def _draw_vector(draw: st.DrawFn, length: int) -> list[Fraction]:
    return [draw(st.sampled_from(_SIMPLE)) for _ in range(length)]


def _draw_nonzero(draw: st.DrawFn, length: int) -> list[Fraction]:
    return [draw(st.sampled_from(_SIMPLE[1:])) for _ in range(length)]


def _draw_units(draw: st.DrawFn, draft: Draft, layer: int) -> list[int]:
    return sorted(draw(st.sets(st.integers(0, draft.widths[layer] - 1), min_size=1)))


def _always(draft: Draft, layer: int) -> bool:
    return True


def _has_units(draft: Draft, layer: int) -> bool:
    return draft.widths[layer] > 0


def _inputs(draft: Draft, layer: int) -> int:
    return draft.widths[layer - 1] if layer else draft.inputs


def _add_unused(draw: st.DrawFn, draft: Draft, layer: int) -> str:
    row = _draw_vector(draw, _inputs(draft, layer) + 1)
    append_unit(draft, layer, row, [Fraction(0)] * len(draft.weights[layer + 1]))
    return "a unit without outgoing weights added"


def _permute(draw: st.DrawFn, draft: Draft, layer: int) -> str:
    order = draw(st.permutations(range(draft.widths[layer])))
    if order == sorted(order):
        order = [1, 0, *order[2:]]
    draft.reorder(layer, order)
    return f"units taken in the order {order}"


def _split(draw: st.DrawFn, draft: Draft, layer: int) -> str:
    unit = draw(st.integers(0, draft.widths[layer] - 1))
    share = draw(st.sampled_from([Fraction(1, 2), Fraction(2), Fraction(-1)]))
    whole = _outgoing(draft, layer, unit)
    for row, entry in zip(draft.weights[layer + 1], whole, strict=True):
        row[unit] = (1 - share) * entry
    append_unit(draft, layer, _row(draft, layer, unit), [share * entry for entry in whole])
    return (
        f"unit {unit} split into clones, with {digits(1 - share)} and {digits(share)} of its outgoing weights"
    )


def _add_opposites(draw: st.DrawFn, draft: Draft, layer: int) -> str:
    row = _draw_vector(draw, _inputs(draft, layer) + 1)
    outgoing = _draw_nonzero(draw, len(draft.weights[layer + 1]))
    append_unit(draft, layer, row, outgoing)
    append_unit(draft, layer, row, [-entry for entry in outgoing])
    return "two clones with opposite outgoing weights added"


def _add_constant(draw: st.DrawFn, draft: Draft, layer: int) -> str:
    """A unit without incoming weights, and vσ(b) taken from the next bias."""
    sigma = draft.activations[layer]
    shifts = [b for b in _SIMPLE if rational_value(sigma, b) is not None]
    b = draw(st.sampled_from(shifts))
    value = rational_value(sigma, b)
    assert value is not None
    outgoing = _draw_nonzero(draw, len(draft.weights[layer + 1]))
    append_unit(draft, layer, [*[Fraction(0)] * _inputs(draft, layer), b], outgoing)
    _shift(draft, layer, [-value * entry for entry in outgoing])
    return f"a unit without incoming weights added, whose constant {digits(value)} leaves the next bias"


def _rational_constant(draft: Draft, layer: int) -> bool:
    return any(rational_value(draft.activations[layer], b) is not None for b in _SIMPLE)


def _foldable(draft: Draft, layer: int) -> list[int]:
    """Units without incoming weights whose constants are rational; one unit always stays."""
    sigma, rows = draft.activations[layer], draft.weights[layer]
    return [
        unit
        for unit, (row, b) in enumerate(zip(rows, draft.biases[layer], strict=True))
        if len(rows) > 1 and not any(row) and rational_value(sigma, Fraction(b)) is not None
    ]


def _fold(draw: st.DrawFn, draft: Draft, layer: int) -> str:
    unit = draw(st.sampled_from(_foldable(draft, layer)))
    value = rational_value(draft.activations[layer], Fraction(draft.biases[layer][unit]))
    assert value is not None
    _shift(draft, layer, [value * entry for entry in _outgoing(draft, layer, unit)])
    _remove_unit(draft, layer, unit)
    return f"unit {unit} without incoming weights folded into the next bias"


def _unused(draft: Draft, layer: int) -> list[int]:
    width = draft.widths[layer]
    return [unit for unit in range(width) if width > 1 and not any(_outgoing(draft, layer, unit))]


def _drop(draw: st.DrawFn, draft: Draft, layer: int) -> str:
    unit = draw(st.sampled_from(_unused(draft, layer)))
    _remove_unit(draft, layer, unit)
    return f"unit {unit} without outgoing weights dropped"


def _clones(draft: Draft, layer: int) -> list[tuple[int, int]]:
    """Each unit whose row came before, after the first unit with that row."""
    first: dict[tuple[Fraction, ...], int] = {}
    found = []
    for unit in range(draft.widths[layer]):
        kept = first.setdefault(tuple(_row(draft, layer, unit)), unit)
        if kept != unit:
            found.append((kept, unit))
    return found


def _merge(draw: st.DrawFn, draft: Draft, layer: int) -> str:
    kept, unit = draw(st.sampled_from(_clones(draft, layer)))
    for row, entry in zip(draft.weights[layer + 1], _outgoing(draft, layer, unit), strict=True):
        row[kept] = Fraction(row[kept]) + entry
    _remove_unit(draft, layer, unit)
    return f"the clones {kept} and {unit} merged"


def _reflect(draw: st.DrawFn, draft: Draft, layer: int) -> str:
    """σ(u) = ε(σ(2c - u) - γ)."""
    identity = symmetry_group(draft.activations[layer]).reflection
    assert identity is not None
    units = _draw_units(draw, draft, layer)
    for unit in units:
        *w, b = _row(draft, layer, unit)
        _set_row(draft, layer, unit, [*[-entry for entry in w], identity.shift - b])
        outgoing = [identity.outer * entry for entry in _outgoing(draft, layer, unit)]
        for row, entry in zip(draft.weights[layer + 1], outgoing, strict=True):
            row[unit] = entry
        _shift(draft, layer, [-identity.constant * entry for entry in outgoing])
    return f"units {units} reflected, {identity}"


def _scale(draw: st.DrawFn, draft: Draft, layer: int) -> str:
    """σ(λu) = λ^p σ(u)."""
    power = symmetry_group(draft.activations[layer]).scaling
    assert power is not None
    factors = _FACTORS if draft.arithmetic == "exact" else _POWERS_OF_TWO
    units = _draw_units(draw, draft, layer)
    scales = [draw(st.sampled_from(factors)) for _ in units]
    for unit, scale in zip(units, scales, strict=True):
        _set_row(draft, layer, unit, [scale * entry for entry in _row(draft, layer, unit)])
        for row in draft.weights[layer + 1]:
            row[unit] = Fraction(row[unit]) / scale**power
    return f"units {units} scaled by {', '.join(map(digits, scales))}"


def _add_joint_flip(draw: st.DrawFn, draft: Draft, layer: int) -> str:
    r"""Four units that are a constant together, taken from the next bias.

    With :math:`σ(2c - u) = εσ(u) + γ + δu` and :math:`u_\pm = \pm w·x + b_\pm`,

    .. math:: \sum_\pm \big(σ(2c - u_\pm) - εσ(u_\pm)\big) = 2γ + δ(b_+ + b_-).
    """
    identity = symmetry_group(draft.activations[layer]).flip
    assert identity is not None
    w = _draw_vector(draw, _inputs(draft, layer))
    outgoing = _draw_nonzero(draw, len(draft.weights[layer + 1]))
    total = Fraction(0)
    for sign in (1, -1):
        b = draw(st.sampled_from(_SIMPLE))
        row = [*[sign * entry for entry in w], b]
        append_unit(draft, layer, row, [-identity.outer * entry for entry in outgoing])
        turned = [*[-sign * entry for entry in w], identity.shift - b]
        append_unit(draft, layer, turned, outgoing)
        total += identity.constant + identity.linear * b
    _shift(draft, layer, [-total * entry for entry in outgoing])
    return f"two units and their flips added, {identity}, which are the constant {digits(total)} together"


def _can_reflect(draft: Draft, layer: int) -> bool:
    return _has_units(draft, layer) and symmetry_group(draft.activations[layer]).reflection is not None


def _can_scale(draft: Draft, layer: int) -> bool:
    return _has_units(draft, layer) and symmetry_group(draft.activations[layer]).scaling is not None


def _can_flip(draft: Draft, layer: int) -> bool:
    return symmetry_group(draft.activations[layer]).flip is not None


UNUSED = UnitChange(_always, _add_unused)
"""The one change that is always possible and rounds nothing."""

CHANGES = (
    UNUSED,
    UnitChange(_always, _add_opposites),
    UnitChange(_has_units, _split),
    UnitChange(_rational_constant, _add_constant),
    UnitChange(_can_reflect, _reflect),
    UnitChange(_can_scale, _scale),
    UnitChange(_can_flip, _add_joint_flip),
    UnitChange(lambda draft, layer: draft.widths[layer] > 1, _permute),
    UnitChange(lambda draft, layer: bool(_foldable(draft, layer)), _fold),
    UnitChange(lambda draft, layer: bool(_unused(draft, layer)), _drop),
    UnitChange(lambda draft, layer: bool(_clones(draft, layer)), _merge),
)
"""Every kind of change.

Those that depend on how many units there are come last, so that a step keeps its meaning where Hypothesis
takes out the step before.
"""
