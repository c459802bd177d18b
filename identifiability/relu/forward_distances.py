"""How far functions can be from each other when the products of their weights are close."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest

from identifiability.exact import digits
from identifiability.network import Network
from identifiability.relu.form_changes import form_changes
from identifiability.relu.shallow import Shallow, check_same_spaces, read_shallow
from identifiability.table import columns, html, latex


@dataclass(frozen=True, slots=True)
class ForwardBounds:
    r"""Upper bounds on the distance of two functions, from forms of their parameters.

    Attributes
    ----------
    seminorm : Fraction
        A bound on :math:`|f - g|_{W^{1,\infty}}`, from the kink forms.
    values : Fraction
        A bound on :math:`|f(x) - g(x)| / \|x\|_\infty`, from the kink forms.
    path_values : Fraction
        The same, from the products of weights along the paths through each unit.
    """

    seminorm: Fraction
    values: Fraction
    path_values: Fraction

    def __str__(self) -> str:
        return columns(_HEADER, [self._line()])

    def _line(self) -> list[str]:
        return [digits(self.seminorm), digits(self.values), digits(self.path_values)]

    def to_json(self) -> dict[str, object]:
        """The bounds as JSON; fractions are strings."""
        return {
            "schema": 1,
            "seminorm": digits(self.seminorm),
            "values": digits(self.values),
            "path_values": digits(self.path_values),
        }

    def to_latex(self) -> str:
        """A tabular that needs no package."""
        return latex(_HEADER, [self._line()])

    def _repr_html_(self) -> str:
        return html(_HEADER, [self._line()])


_HEADER = ("seminorm at most", "values at most", "values at most, by paths")


def forward_bounds(f: Network | Shallow, g: Network | Shallow) -> ForwardBounds:
    r"""Bounds on the distance of two functions that do not see how the units are scaled.

    .. math:: |f(x) - g(x)| \le \|x\|_\infty \Bigl( \tfrac12 \sum_H |\kappa_H(f) - \kappa_H(g)| \, \|u_H\|_1
        + \|\ell(f) - \ell(g)\|_1 \Bigr), \qquad |f(x) - g(x)| \le \|x\|_\infty \sum_i \delta_i,

    where :math:`\delta_i = \|c_i a_i - c_i' a_i'\|_1` if :math:`c_i c_i' \ge 0`, and otherwise
    :math:`\|c_i a_i\|_1 + \|c_i' a_i'\|_1`.

    Parameters
    ----------
    f, g : Network or Shallow
        With the same numbers of inputs and of outputs; units are compared in their order, and units that
        only one has with zeros.  Floats are read as the binary fractions that they are.

    Returns
    -------
    ForwardBounds

    Raises
    ------
    InvalidNetwork, InvalidInput
        As :func:`~identifiability.relu.form_distances.kink_stability`.

    Notes
    -----
    The first bound sees the functions only, so that it is zero iff they are equal.  The second follows from
    :math:`c \rho(t) = \pm \rho(|c| t)` and the Lipschitz constant 1 of :math:`\rho`; only the signs of the
    outer weights matter for it, not those of the inner ones.

    References
    ----------
    Gonon, Brisebarre, Riccietti & Gribonval, A rescaling-invariant Lipschitz bound based on path-metrics for
    modern ReLU network parameterizations, for any depth and under conditions on all signs.

    Examples
    --------
    >>> bounds = forward_bounds(Network([[[2, 0]], [[1]]]), Network([[[1, 1]], [[2]]]))
    >>> str(bounds.seminorm), str(bounds.values), str(bounds.path_values)
    ('2', '4', '2')
    """
    first, second = read_shallow(f), read_shallow(g)
    check_same_spaces((first.inputs, first.outputs), (second.inputs, second.outputs))
    kinks, linear = form_changes(first, second)
    slopes = [
        [
            abs(linear[o][j])
            + sum((abs(change[o] * normal[j]) for normal, change in kinks.items()), Fraction(0)) / 2
            for j in range(first.inputs)
        ]
        for o in range(first.outputs)
    ]
    paths = [Fraction(0)] * first.outputs
    for own, other in zip_longest(first.neurons(), second.neurons()):
        row, column = own or ((Fraction(0),) * first.inputs, (Fraction(0),) * first.outputs)
        row_g, column_g = other or ((Fraction(0),) * first.inputs, (Fraction(0),) * first.outputs)
        for o, (c, d) in enumerate(zip(column, column_g, strict=True)):
            for a, b in zip(row, row_g, strict=True):
                paths[o] += abs(c * a) + abs(d * b) if c * d < 0 else abs(c * a - d * b)
    return ForwardBounds(
        max((slope for row in slopes for slope in row), default=Fraction(0)),
        max((sum(row, Fraction(0)) for row in slopes), default=Fraction(0)),
        max(paths, default=Fraction(0)),
    )
