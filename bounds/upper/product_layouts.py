r"""Layouts of networks for tensor-product interpolation, with exact products by squared ReLUs.

The first hidden layer has the kinks relu(x_i − b) at the breaks b of every axis.  Their differences
are the local variables σ in [0, 1] of the cells, 0 before the cell and 1 after it, and a piecewise
polynomial of degree p is a linear combination of the powers of all σ; for p ≥ 2 a second layer of p
units (σ + t)_+^p and (t − σ)_+^p for each cell spans them.  From there on Σ_v c_v Π_i f_{v_i}(x_i) is
summed from the last coordinate to the first: for every beginning (v_1, ..., v_j) the sum T over
v_{j+1}, ..., v_m is an affine function of the units at hand, and its product with f_{v_j}(x_j) takes
two units,

.. math:: f T = \tfrac14 \big((T + \beta + f)^2 - (T + \beta - f)^2\big) - \beta f,
          \qquad \beta \ge |T| + |f| ,

each the square of a nonnegative number and hence of its ReLU; the last terms add up to a constant.
So the number of units is of the order N^{m−1}, less than the N^m free values, which are weights into
the products.  The functions of the coordinates not yet used are carried along as
(b + f)² − (b − f)² = 4bf.

In the local cubic rule one coordinate at a time is cubic: besides T with all coordinates linear (A) a
second sum with the corrections (C) is kept, with C := Σ_v (J_v C + Δ_v A) and A := Σ_v J_v A.
"""

from __future__ import annotations

from dataclasses import dataclass

from bounds.upper.layouts import Layout
from bounds.upper.scheme import Run

RELU, SQUARE = "relu", "repu(p=2)"


@dataclass(frozen=True, slots=True)
class ProductShape:
    """What of a rule for one axis determines the layout of its tensor product.

    Attributes
    ----------
    inputs : int
        The number of variables m.
    nodes : int
        N, the nodes on an axis.
    degree : int
        p, the highest power of a local variable.
    cells : int
        The cells of an axis, each with a kink at its lower end.
    function_entries : tuple of int
        For each family of functions f_v that is multiplied with (one; for corrected rules the linear
        ones and the corrections), how many entries the affine functions f_v of the first layers'
        units have in all, constants apart.
    sum_entries : tuple of int
        How many entries the sum T (for corrected rules C and A) over the last coordinate has.
    """

    inputs: int
    nodes: int
    degree: int
    cells: int
    function_entries: tuple[int, ...]
    sum_entries: tuple[int, ...]


def multilinear_shape(m: int, n: int) -> ProductShape:
    """Multilinear interpolation on n cells an axis: hats are second differences of n kinks."""
    return ProductShape(m, n + 1, 1, n, function_entries=(3 * n - 1,), sum_entries=(n,))


def panel_shape(m: int, degree: int, panels: int) -> ProductShape:
    """Panels of degree p: each of a panel's p + 1 basis functions is a combination of its p powers."""
    n = degree * panels
    return ProductShape(m, n + 1, degree, panels, function_entries=(n * (degree + 1),), sum_entries=(n,))


def cubic_shape(m: int, nodes: int, strips: bool) -> ProductShape:
    """The local cubic rule: N − 1 cells between nodes and two strips, four nodes at work in each.

    In one variable the rule itself is the only family; in several the linear functions and the
    corrections are two.  The linear functions are constant in the strips.
    """
    cells = nodes + 1 if strips else nodes - 1
    if m == 1:
        return ProductShape(m, nodes, 3, cells, function_entries=(12 * cells,), sum_entries=(3 * cells,))
    return ProductShape(
        m,
        nodes,
        3,
        cells,
        function_entries=(6 * (nodes - 1), 12 * cells),
        sum_entries=(3 * cells, 3 * (nodes - 1)),
    )


@dataclass(frozen=True, slots=True)
class Product:
    """One product of every stage: which sum is multiplied with which family of functions."""

    sum: int
    family: int


def products(families: int, *, is_last: bool) -> tuple[Product, ...]:
    """The products that a stage computes for every beginning: T·f, or C·J, A·Δ and A·J.

    The last stage needs no new A.
    """
    if families == 1:
        return (Product(0, 0),)
    corrected = (Product(0, 0), Product(1, 1))
    return corrected if is_last else (*corrected, Product(1, 0))


def summands(families: int, which: int) -> int:
    """How many products, per node of the coordinate just summed, the next stage's sum T is made of."""
    return 2 if families == 2 and which == 0 else 1


def product_layout(shape: ProductShape) -> Layout:
    """The layers of the network of a tensor-product rule.

    ``nonzero`` counts every entry that may differ from zero: whether a combination of powers happens
    to lack one of them is not looked at.

    Examples
    --------
    >>> layout = product_layout(multilinear_shape(m=2, n=2))
    >>> layout.architecture.text, layout.trainable, layout.nonzero, layout.dense
    ('2 hidden layers, widths 4-6, relu, repu(p=2)', 9, 41, 49)
    """
    m, nodes, families = shape.inputs, shape.nodes, len(shape.function_entries)
    # The kinks are symmetric about 0, up to the one missing at 1: an odd one has bias 0.
    runs = [Run(m * shape.cells, RELU)]
    nonzero = m * (2 * shape.cells - _has_central_break(shape))
    if shape.degree > 1:
        runs.append(Run(m * shape.degree * shape.cells, f"repu(p={shape.degree})"))
        # Each unit reads a local variable from two kinks (the last cell's from one); one has no bias.
        nonzero += m * (shape.degree * (2 * shape.cells - 1) + (shape.degree - 1) * shape.cells)
    sums, functions = shape.sum_entries, shape.function_entries
    beginnings = nodes ** (m - 1)
    for level in range(m - 1, 0, -1):
        wanted = products(families, is_last=level == 1)
        carried = (level - 1) * families * nodes
        runs.append(Run(2 * (len(wanted) * beginnings + carried), SQUARE))
        for product in wanted:
            # Sum and bias for every beginning; the function depends on its last coordinate only.  Where
            # all norms are 1 the lifts β of one stage and the next cancel, and no bias is left.
            bias = level == m - 1 or (shape.degree > 1 and product != Product(1, 0))
            entries = beginnings * (sums[product.sum] + bias)
            nonzero += 2 * (entries + beginnings // nodes * functions[product.family])
        nonzero += 2 * (level - 1) * sum(entries + nodes for entries in functions)
        sums = tuple(2 * nodes * summands(families, which) for which in range(families))
        functions = (2 * nodes,) * families
        beginnings //= nodes
    nonzero += sums[0] + 1
    return Layout(inputs=m, runs=tuple(runs), trainable=nodes**m, nonzero=nonzero)


def _has_central_break(shape: ProductShape) -> int:
    """Whether 0 is one of the breaks: so it is for an even number of cells."""
    return 1 - shape.cells % 2
