r"""Errors of interpolation by piecewise polynomials on W_{r,m}, r ≥ 3, exactly.

Two families.  *Local cubics*, for r = 3 (and beyond, since W_r lies in W_3): N nodes on every axis,
every cell with the cubic through the four nearest nodes, and in m variables one coordinate at a time
treated so; the error is that of dimension one.  *Panels of degree p*, for r = p + 1: continuous
tensor-product interpolation on panels of p + 1 equispaced nodes.

All masses below are those of the Peano kernels of the functionals h ↦ h(x) − Ph(x), in units of the
spacing: the least total variation of a μ with h(x) − Ph(x) = ∫ h^{(s)} dμ.  They are rational upper
bounds of suprema over x.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from bounds.upper.damping import harmonic

END_RATIO = Fraction(9, 10)
"""Length of the first and last cell between nodes of a local cubic rule, over the spacing."""

LONGEST_STRIP = 140
"""Largest distance of the first node from −1, in thousandths of the spacing."""

END_BLEND, STRIP_BLEND = Fraction(7, 10), Fraction(4, 5)
"""Share of the quadratic through three nodes in the first cell and before the first node."""

FEWEST_CUBIC_NODES = 4

CUBIC_NORM = Fraction(7, 4)
"""An upper bound of the norm of the local cubic rule, the largest sum of absolute weights."""


def _decimals(*texts: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(text) for text in texts)


_FOUR_NODES = (
    _decimals("0.4782", "0.1084", "0.0464"),
    _decimals("0.6152", "0.1333", "0.0458"),
    _decimals("0.6329", "0.1358", "0.0430"),
)
_MORE_NODES = (
    _decimals("0.4756", "0.1086", "0.0468"),
    _decimals("0.6118", "0.1336", "0.0463"),
    _decimals("0.6297", "0.1382", "0.0449"),
    _decimals("0.6263", "0.1407", "0.0469"),
)

CELL_DIFFERENCE, STRIP_DIFFERENCE = _decimals("0.2799", "0.3380")
"""Masses of order 1 of the local cubic rule minus the linear one, in a cell and before the first node."""

CELL_CURVATURE, STRIP_CURVATURE = _decimals("0.1251", "0.0842")
"""Masses of order 2 of the local cubic rule minus the (extended) linear one."""


def cubic_masses(nodes: int) -> tuple[tuple[Fraction, ...], ...]:
    """The masses (e_1, e_2, e_3) of the local cubic rule, region by region, in units of the spacing.

    The regions are: before the first node, the first cell, the second and the middle ones.  Four nodes
    are a case of their own, since their fourth node ends a cell of length 9/10.
    """
    return _FOUR_NODES if nodes == FEWEST_CUBIC_NODES else _MORE_NODES


def cubic_spacing(nodes: int, strip: int) -> Fraction:
    """The spacing g: N − 3 + 2(9/10 + strip/1000) spacings fill [−1, 1].

    Examples
    --------
    >>> cubic_spacing(4, 140)
    Fraction(50, 77)
    """
    return 2 / (nodes - 3 + 2 * (END_RATIO + Fraction(strip, 1000)))


def cubic_error_in_one_variable(nodes: int, strip: int = LONGEST_STRIP) -> Fraction:
    r"""The error E of the damped local cubic rule with N nodes for r = 3, m = 1.

    The nodes are equispaced with spacing g, except that the first and the last cell have length
    9g/10; the ends ±1 lie at most 7g/50 beyond the first and the last node.  In a middle cell the
    rule is the cubic through the two nodes on either side; in the first cell 7/10 of the quadratic
    through the first three nodes and 3/10 of the cubic through the first four; before the first node
    the same with 4/5 and 1/5.  All of these interpolate at the cell's ends, so that the rule is
    continuous; all reproduce quadratics, so that it has masses of order 1, 2 and 3.  With the masses
    e_s g^s of each region the harmonic rule gives

    .. math:: \frac1E = 1 + \min_{\text{regions}} \sum_{s=1}^3 \frac{1}{e_s g^s} .

    Notes
    -----
    In the middle of a middle cell e_3 = 3/64.

    Examples
    --------
    >>> [round(float(1 / cubic_error_in_one_variable(n)), 2) for n in (4, 8)]
    [101.04, 1041.6]
    """
    spacing = cubic_spacing(nodes, strip)
    return max(
        harmonic(mass * spacing**s for s, mass in enumerate(region, start=1))
        for region in cubic_masses(nodes)
    )


def _mixed_mass(nodes: int, strip: int) -> Fraction:
    """The mass ρ that the mixed derivatives have to carry in several variables."""
    spacing = cubic_spacing(nodes, strip)
    difference, distance = CELL_DIFFERENCE * spacing, spacing * Fraction(strip, 1000)
    between = 1 / (2 / (difference * spacing) + 16 / (difference * spacing**2))
    if strip == 0:
        return between
    one_strip = STRIP_DIFFERENCE * spacing**3 / 16 + distance * CELL_CURVATURE * spacing**2 / 2
    two_strips = max(distance**2, distance * STRIP_CURVATURE * spacing**2 / 2)
    return max(between, one_strip, two_strips)


def _cubic_error_in_several_variables(nodes: int, strip: int) -> Fraction:
    alone = cubic_error_in_one_variable(nodes, strip)
    # 1/E = 1 + 1/E', and the mixed derivatives need E' >= rho.
    return max(alone, harmonic([_mixed_mass(nodes, strip)]))


@lru_cache(maxsize=4096)
def cubic_strip(nodes: int, m: int) -> int:
    """The distance of the first node from −1, in thousandths of the spacing, of the least error.

    In one variable the longest is best.  In several, the mass of order 1 + 1 grows with it and the
    error of dimension one falls, so that the best distance is where they cross.

    Examples
    --------
    >>> cubic_strip(8, 1), cubic_strip(8, 6)
    (140, 110)
    """
    if m == 1:
        return LONGEST_STRIP
    low, high = 0, LONGEST_STRIP
    while low < high:
        middle = (low + high) // 2
        crossed = harmonic([_mixed_mass(nodes, middle)]) >= cubic_error_in_one_variable(nodes, middle)
        low, high = (low, middle) if crossed else (middle + 1, high)
    return min((max(0, low - 1), low), key=lambda strip: _cubic_error_in_several_variables(nodes, strip))


def cubic_error(nodes: int, m: int) -> Fraction:
    r"""The error of the local cubic rule on the product grid of N^m nodes, r = 3: that of one variable.

    Write, for one coordinate at x, I for the local cubic rule, J for linear interpolation between
    neighbouring nodes (before the first node: its value), δ for evaluation, R = δ − I, Δ = I − J and
    Q = δ − J = R + Δ.  J is a probability measure on the nodes, hence so is (1 − t)J + tδ = J + tQ.
    The rule in m variables corrects one coordinate at a time,

    .. math:: P = \otimes J + \sum_i \Delta_i \otimes_{l \ne i} J_l .

    Differentiating Π_i (J_i + tQ_i) over t in [0, 1], inserting Q_i = R_i + Δ_i, and expanding once
    more behind Δ_i,

    .. math:: \otimes\delta - P = \sum_i R_i \otimes M_i
              + \sum_{i<j} (\Delta_i Q_j + Q_i \Delta_j) \otimes N_{ij},

    where M_i = ∫ Π_{l≠i} (J_l + tQ_l) dt has mass 1 and N_ij = ∫ (1 − s) Π_{l≠i,j} (J_l + sQ_l) ds has
    mass 1/2.  The first sum puts E' on each pure derivative D_i, D_i², D_i³, where 1/E = 1 + 1/E' in
    dimension one.  The second uses only D_iD_j, D_iD_j² and D_i²D_j, each pair its own.  Let g be the
    largest gap between nodes, d the distance of the first node from −1, D the mass of order 1 of Δ, B
    its mass of order 2 in a cell.  In a cell Q has masses g/2 and g²/8 of orders 1 and 2, and in a
    strip before the first node mass d of order 1.

    * Both coordinates in cells: a share θ of the products on D_iD_j costs θDg/2, the rest on D_iD_j²
      and D_i²D_j costs (1 − θ)Dg²/16; equal at ρ = 1/(2/(Dg) + 16/(Dg²)).
    * i in a strip, j in a cell: both products on D_iD_j², D_s g²/16 + dB/2 with the strip's D_s.
    * Both in strips: Δ = Δ' + Δ'', where Δ' is the linear extension through two nodes minus J, of
      mass at most d in order 1, and Δ'' has mass C in order 2: d² on D_iD_j, dC/2 on the others.

    If ρ, the largest of these, is at most E', the error in m variables is that of one variable:

    .. math:: \frac1E = 1 + \frac{1}{\max(E', \rho)} .

    The largest d for which this is so is of the order g^{3/2}; :func:`cubic_strip` finds it.

    Parameters
    ----------
    nodes : int
        N ≥ 4, on each axis.
    m : int
        The number of variables; all m ≥ 2 have the same error.

    Examples
    --------
    >>> [round(float(1 / cubic_error(n, 6)), 2) for n in (4, 8)]
    [101.04, 1016.2]
    """
    strip = cubic_strip(nodes, m)
    return (
        cubic_error_in_one_variable(nodes, strip)
        if m == 1
        else _cubic_error_in_several_variables(nodes, strip)
    )


HIGHEST_PANEL_DEGREE = 7

_PANEL_MASSES = {
    2: _decimals("0.6325", "0.1507", "0.06416"),
    3: _decimals("0.8325", "0.1956", "0.07129", "0.04167"),
    4: _decimals("1.131", "0.2689", "0.09525", "0.04297", "0.03027"),
    5: _decimals("1.590", "0.3875", "0.1372", "0.05615", "0.02950", "0.02348"),
    6: _decimals("2.320", "0.5820", "0.2075", "0.08205", "0.03845", "0.02265", "0.01902"),
    7: _decimals("3.520", "0.9080", "0.3290", "0.1315", "0.06350", "0.03850", "0.02700", "0.01589"),
}
"""Masses e_1, ..., e_{p+1} of interpolation of degree p at p + 1 nodes of spacing 1."""

LEBESGUE = {
    2: Fraction(5, 4),
    **dict(zip(range(3, 8), _decimals("1.6312", "2.2079", "3.1064", "4.5494", "6.9298"), strict=True)),
}
"""Upper bounds of the Lebesgue constants of p + 1 equispaced nodes."""


def panel_masses(degree: int) -> tuple[Fraction, ...]:
    """Upper bounds of the masses e_1, ..., e_{p+1} of one panel of spacing 1.

    The last one is that of the node polynomial ω(t) = t(t − 1)...(t − p), max |ω|/(p + 1)!.
    """
    return _PANEL_MASSES[degree]


@lru_cache(maxsize=64)
def telescoping_factor(norm: Fraction, m: int) -> Fraction:
    r"""What a tensor product of m rules of norm Λ costs over one of them.

    In a fixed order of the coordinates ⊗δ − ⊗I = Σ_i (⊗_{l before i} I_l)(δ − I)_i(⊗_{l after i} δ),
    and the i-th term has masses e_s Λ^{number before i} on D_i^s.  The identity holds for all m cyclic
    orders, hence for their mean, in which every coordinate has each number before it equally often:

    .. math:: A = \frac1m \sum_{j=0}^{m-1} \Lambda^j = \frac{\Lambda^m - 1}{m(\Lambda - 1)} .

    Examples
    --------
    >>> telescoping_factor(Fraction(5, 4), 2)
    Fraction(9, 8)
    """
    return (norm**m - 1) / (m * (norm - 1))


def panel_error(degree: int, panels: int, m: int) -> Fraction:
    r"""The error of continuous tensor-product interpolation of degree p on panels, r = p + 1.

    Every axis has n = p · panels cells of length h = 2/n and n + 1 nodes.  The masses of one variable
    times the factor A of :func:`telescoping_factor` sit on the pure derivatives, and the harmonic rule
    gives

    .. math:: \frac1E = 1 + \frac1A \sum_{s=1}^{p+1} \frac{(n/2)^s}{e_s} .

    Examples
    --------
    >>> round(float(1 / panel_error(2, 4, 1)), 2)
    1111.0
    """
    half = Fraction(degree * panels, 2)
    alone = sum((half**s / mass for s, mass in enumerate(_PANEL_MASSES[degree], start=1)), Fraction(0))
    return 1 / (1 + alone / telescoping_factor(LEBESGUE[degree], m))
