"""Truncated power series in several variables, with balls as coefficients.

The sum, the product and the composition of series are those of the functions that they belong to, whatever
the numbers in the balls; coefficients that are exactly zero are not stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial, prod

from flint import arb

from identifiability.errors import InvalidInput

Layers = tuple[dict[int, arb], ...]
_Terms = list[tuple[int, list[tuple[int, arb]]]]
_ZERO = arb(0)


@dataclass(frozen=True, slots=True)
class Jet:
    """Enclosures of the Taylor coefficients of a function of several variables, up to an order.

    ``layers[d]`` holds those of total degree d.  Its keys spell the multi-index (k_0, ..., k_(m-1)) in
    base order + 1, lowest digit first, so that the product of two monomials has the sum of their keys.
    """

    order: int
    variables: int
    layers: Layers

    def coefficient(self, k: Sequence[int]) -> arb:
        """The Taylor coefficient D^k f/k!."""
        if len(k) != self.variables or min(k, default=0) < 0 or sum(k) > self.order:
            raise InvalidInput(
                f"the jet of order {self.order} in {self.variables} variables has no derivative {tuple(k)};"
                " pass a multi-index with as many entries and no larger sum"
            )
        base = self.order + 1
        return self.layers[sum(k)].get(sum(n * base**i for i, n in enumerate(k)), _ZERO)

    def derivative(self, k: Sequence[int]) -> arb:
        """The partial derivative D^k f."""
        return self.coefficient(k) * prod(map(factorial, k))

    @property
    def value(self) -> arb:
        """The value of the function."""
        return self.layers[0].get(0, _ZERO)

    def __add__(self, other: Jet) -> Jet:
        return self._combined(other, arb.__add__)

    def __sub__(self, other: Jet) -> Jet:
        return self._combined(other, arb.__sub__)

    def _combined(self, other: Jet, operation: Callable[[arb, arb], arb]) -> Jet:
        layers = []
        for left, right in zip(self.layers, other.layers, strict=True):
            layer = left
            if right:
                layer = dict(left)
                for key, term in right.items():
                    total = operation(layer.pop(key, _ZERO), term)
                    if not total.is_zero():
                        layer[key] = total
            layers.append(layer)
        return Jet(self.order, self.variables, tuple(layers))

    def scaled(self, factor: arb) -> Jet:
        """The jet of a multiple of the function."""
        if factor.is_zero():
            return Jet(self.order, self.variables, tuple({} for _ in self.layers))
        layers = [{key: factor * term for key, term in layer.items()} for layer in self.layers]
        return Jet(self.order, self.variables, tuple(layers))

    def __mul__(self, other: Jet) -> Jet:
        return Jet(self.order, self.variables, _product(self.layers, _terms(other.layers), self.order))

    def composed(self, outer: Sequence[arb]) -> Jet:
        r"""The jet of F(f) from the Taylor coefficients of F at the value of f.

        .. math:: F(f) = \sum_{j=0}^{n} F_j\,(f - f(x))^j + O(|\delta|^{n+1})

        Coefficients of F that are missing are zero.
        """
        # The factor f - f(x) has no constant term, so each step of Horner's rule gives one more degree.
        powers = _terms(({}, *self.layers[1:]))
        top = min(len(outer) - 1, self.order) if powers else 0
        total: Layers = ({0: outer[top]},)
        for j in range(top - 1, -1, -1):
            total = _product(total, powers, self.order - j)
            if not outer[j].is_zero():
                total[0][0] = outer[j]
        if total[0] and total[0][0].is_zero():
            total[0].clear()
        return Jet(self.order, self.variables, total + ({},) * (self.order + 1 - len(total)))


def _terms(layers: Layers) -> _Terms:
    return [(degree, list(layer.items())) for degree, layer in enumerate(layers) if layer]


def _product(left: Layers, right: _Terms, order: int) -> Layers:
    product: Layers = tuple([{} for _ in range(order + 1)])
    for i, first in enumerate(left):
        for j, second in right:
            if i + j > order or not first:
                break
            layer = product[i + j]
            for p, x in first.items():
                for q, y in second:
                    key = p + q
                    layer[key] = layer[key] + x * y if key in layer else x * y
    return product
