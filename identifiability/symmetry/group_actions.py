"""Symmetries of networks: permuted, reflected and scaled hidden units, with the same function.

An :class:`Element` acts on every network of its widths and activations; the function does not change, and
neither does anything get rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb
from numpy.typing import ArrayLike, NDArray

from identifiability.errors import Inexact, InvalidInput
from identifiability.network import Network, assemble
from identifiability.normal_forms.columns import absorbed
from identifiability.permutations import Permutations, permute
from identifiability.symmetry.symmetries import SymmetryGroup, symmetry_group
from identifiability.symmetry.unit_actions import reflected_rows, scaled_columns, scaled_units
from identifiability.weights import entrywise

LARGEST_SCALE = 8
"""Random scalings are quotients of numbers up to this, or powers of two between its inverse and it."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the symmetry group of a network's parameters.

    Parameters
    ----------
    permutations : tuple of tuple of int
        One for each hidden layer: new unit i is old unit ``permutation[i]``.
    reflected : tuple of tuple of bool
        Then unit i of each layer is reflected, (w, b) ↦ (-w, 2c - b), where this is true.
    scales : tuple of tuple of Fraction
        Then it is scaled, (w, b) ↦ λ(w, b).
    """

    permutations: Permutations
    reflected: tuple[tuple[bool, ...], ...]
    scales: tuple[tuple[Fraction, ...], ...]


def act(element: Element, net: Network) -> Network:
    """The network with its units permuted, reflected and scaled; the function does not change.

    Raises
    ------
    InvalidInput
        If the element does not fit the network, or asks for a symmetry that an activation does not have.
    Inexact
        If a float would be rounded: scale by powers of two, or bring the network to ``net.to_exact()``.

    Examples
    --------
    >>> net = Network([[[1], [2]], [[3, 4]]], [[1, 0]], activation="sigmoid")
    >>> element = Element(((1, 0),), ((True, False),), ((Fraction(1), Fraction(1)),))
    >>> turned = act(element, net)
    >>> [weight.numerators.tolist() for weight in turned.weights], turned.bias(1).tolist()
    ([[[-2], [1]], [[-4, 3]]], [Fraction(4, 1)])
    """
    moved = permute(net, element.permutations)
    groups = [symmetry_group(activation) for activation in net.activations]
    weights, biases = list(moved.weights), list(moved.biases)
    if len(element.reflected) != len(groups) or len(element.scales) != len(groups):
        raise InvalidInput(
            f"the network has {len(groups)} hidden layers, got reflections of {len(element.reflected)} and "
            f"scales of {len(element.scales)}; pass one for each"
        )
    for layer, group in enumerate(groups):
        reflected = np.array(element.reflected[layer], dtype=bool)
        scales = np.array([*element.scales[layer], None], dtype=object)[:-1]
        _check(group, reflected, scales, net.widths[layer])
        weights[layer], biases[layer] = reflected_rows(weights[layer], biases[layer], reflected, group.centre)
        if any(scale != 1 for scale in scales):
            weights[layer], biases[layer] = scaled_units(weights[layer], biases[layer], scales)
        factors, constants = outgoing(group, reflected, scales)
        _, biases[layer + 1], rounding = absorbed(
            weights[layer + 1], biases[layer + 1], np.zeros(0, dtype=np.int64), {}, constants
        )
        if not rounding.is_exact:
            raise Inexact(
                f"reflecting units of layer {layer} rounds the next bias; bring the network to "
                "net.to_exact() first"
            )
        if any(factor != 1 for factor in factors):
            weights[layer + 1] = scaled_columns(weights[layer + 1], factors)
    return assemble(weights, biases, net.activations)


def outgoing(
    group: SymmetryGroup, reflected: NDArray[np.bool_], scales: NDArray[np.object_]
) -> tuple[NDArray[np.object_], dict[int, Fraction | arb]]:
    r"""What reflecting and then scaling units does to the columns that leave them.

    .. math:: σ(u') = λ^p(εσ(u) + γ) \quad\Rightarrow\quad σ(u) = ελ^{-p}σ(u') - εγ

    Returns
    -------
    tuple
        The factors ελ^{-p} of the columns, and where it is not 0 the constant -εγ.
    """
    power = group.scaling or 0
    outer, constant = (group.reflection.outer, group.reflection.constant) if group.reflection else (1, 0)
    factors = entrywise(
        lambda turned, scale: (outer if turned else 1) / Fraction(scale) ** power, reflected, scales
    )
    units = np.flatnonzero(reflected).tolist() if constant else []
    return factors, {unit: -outer * Fraction(constant) for unit in units}


def _check(
    group: SymmetryGroup, reflected: NDArray[np.bool_], scales: NDArray[np.object_], width: int
) -> None:
    if len(reflected) != width or len(scales) != width:
        raise InvalidInput(
            f"a layer of {width} units got {len(reflected)} reflections and {len(scales)} scales; pass one "
            "for each unit"
        )
    if reflected.any() and not group.reflection:
        raise InvalidInput(f"{group.activation} has no reflection of single units; pass False for each")
    scaled = any(scale != 1 for scale in scales)
    if any(scale <= 0 for scale in scales) or (scaled and group.scaling is None):
        raise InvalidInput(
            f"{group.activation} units were to be scaled by {[str(scale) for scale in scales][:4]}; pass 1, "
            "or for a homogeneous activation a positive number"
        )


def random_element(
    net: Network, generator: np.random.Generator, permutations: Permutations | None = None
) -> Element:
    """A random symmetry that acts on the network without rounding.

    Parameters
    ----------
    net : Network
    generator : numpy.random.Generator
    permutations : optional
        Take these instead of random ones.

    Returns
    -------
    Element
        For a float network the scales are powers of two, and units whose reflection adds a constant
        (sigmoid, clipped_relu) are not reflected.

    Examples
    --------
    >>> net = Network([[[1], [2]], [[3, 4]]])
    >>> element = random_element(net, np.random.default_rng(0))
    >>> act(element, net)([5]) == net([5])
    array([ True])
    """
    if not isinstance(generator, np.random.Generator):
        raise InvalidInput(
            f"generator must be a numpy.random.Generator, got {generator!r:.60}; pass default_rng(seed)"
        )
    orders = [generator.permutation(width).tolist() for width in net.widths]
    reflected, scales = [], []
    for activation, width in zip(net.activations, net.widths, strict=True):
        group = symmetry_group(activation)
        turns = group.reflection is not None and (
            net.is_exact or group.reflection.constant == group.reflection.shift == 0
        )
        reflected.append(tuple((generator.random(width) < 0.5).tolist()) if turns else (False,) * width)
        if group.scaling is None:
            scales.append((Fraction(1),) * width)
        elif net.is_exact:
            parts = generator.integers(1, LARGEST_SCALE, (width, 2), endpoint=True).tolist()
            scales.append(tuple(Fraction(*part) for part in parts))
        else:
            largest = LARGEST_SCALE.bit_length() - 1
            powers = generator.integers(-largest, largest, width, endpoint=True).tolist()
            scales.append(tuple(Fraction(2) ** power for power in powers))
    chosen = tuple(tuple(order) for order in orders) if permutations is None else permutations
    return Element(chosen, tuple(reflected), tuple(scales))


def flip_jointly(net: Network, layer: int, units: ArrayLike) -> Network:
    r"""Units of one hidden layer flipped together: the same function where their flips cancel.

    With σ(2c - u) = ε σ(u) + γ + δu, flipping the set S of units adds the affine map

    .. math:: -εδ \sum_{i \in S} v_i (w_i \cdot z + b_i),

    so that the function stays the same iff :math:`\sum_{i \in S} v_i \otimes w_i = 0`, and the rest goes
    into the next bias.

    Parameters
    ----------
    net : Network
        Exact.
    layer : int
        A hidden layer whose activation has a flip: relu, prelu, softplus, gelu, silu.
    units : sequence of int
        S.

    Raises
    ------
    InvalidInput
        If the activation has no flip, there are no such units, or the linear parts do not cancel.
    Inexact
        If the network is not exact.

    Examples
    --------
    >>> net = Network([[[1, 0], [0, 1], [-1, -1]], [[1, 1, 1]]], activation="softplus")
    >>> flip_jointly(net, 0, [0, 1, 2]).weights[0].numerators.tolist()
    [[-1, 0], [0, -1], [1, 1]]
    """
    if not net.is_exact:
        raise Inexact("flips must cancel exactly, got a network of floats; pass net.to_exact()")
    if not 0 <= layer < net.depth - 1:
        raise InvalidInput(f"layer must lie in 0..{net.depth - 2}, got {layer!r}; count from 0")
    flip = symmetry_group(net.activations[layer]).flip
    chosen = sorted(set(np.asarray(units, dtype=np.int64).ravel().tolist()))
    if flip is None or not all(0 <= unit < net.widths[layer] for unit in chosen):
        raise InvalidInput(
            f"layer {layer} has {net.widths[layer]} units with {net.activations[layer]}, got {chosen[:4]} to "
            "flip; pass units of a layer of relu, prelu, softplus, gelu or silu"
        )
    rows, shifts = net.weight(layer)[chosen], net.bias(layer)[chosen]
    columns = net.weight(layer + 1)[:, chosen]
    if len(chosen) and (columns @ rows).any():
        raise InvalidInput(
            f"the flips of units {chosen[:8]} of layer {layer} do not cancel; choose units whose outer "
            "products of outgoing and incoming weights add up to 0"
        )
    weights = [net.weight(index).copy() for index in range(net.depth)]
    biases = [net.bias(index).copy() for index in range(net.depth)]
    weights[layer][chosen] = -rows
    biases[layer][chosen] = flip.shift - shifts
    # σ(u) = ε(σ(u') - γ - δu), where u' is the flipped argument.
    weights[layer + 1][:, chosen] = flip.outer * columns
    constants = -flip.outer * (flip.constant + flip.linear * shifts)
    biases[layer + 1] = biases[layer + 1] + columns @ constants
    return Network(weights, biases, net.activations, net.architecture[0])
