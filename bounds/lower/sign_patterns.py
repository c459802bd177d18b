"""How many sign patterns polynomials can take, and how many cells hyperplanes cut out.

The counts here are of strict patterns: (sign f_1(a), ..., sign f_K(a)) in {-1, 1}^K over the points a
at which no f_i vanishes.

**Warren's theorem.**  K >= n >= 1 real polynomials of degree at most d >= 1 in n variables take at most

    sum_{j<=n} C(K, j) d (2d-1)^{n-1} <= (1/2) (2 e K d / n)^n

strict sign patterns.

*Proof.*  Choose a point for each pattern; all |f_i| exceed some delta > 0 there.  By Sard's theorem
there are delta_i in (0, delta) such that for every set I of indices (delta_i)_{i in I} is a regular
value of (f_i)_{i in I}; so the sets Z_I = {f_i = delta_i for all i in I} are empty for |I| > n and
manifolds of codimension |I| otherwise.  The chosen points keep their patterns and lie in different
components of the complement of the hypersurfaces H_i = {f_i = delta_i}.  Adding the hypersurfaces
one by one, each component of H_i minus the earlier ones raises the number of components of the
complement by at most 1, as it has two sides.  By induction on the dimension, applied within H_i, the
complement has at most sum_I b(Z_I) components, b being the number of components.

A non-empty Z_I is the zero set of F = sum_{i in I} (f_i - delta_i)^2, a polynomial of degree at most
2d.  Such a set has at most d (2d-1)^{n-1} components (Oleinik and Petrovskii; Thom; Milnor): enclose
the part in a large ball by a compact non-singular hypersurface of degree 2d close to it, on each
component of which a generic linear function has two critical points, while by Bezout's theorem there
are at most 2d (2d-1)^{n-1} of these altogether.  Hence the first bound; the second holds because
d (2d-1)^{n-1} <= (2d)^n / 2 and sum_{j<=n} C(K, j) <= (e K/n)^n.  QED.

**Hyperplanes.**  K hyperplanes in R^n have at most sum_{i<=n} C(K, i) cells, and at most
2 sum_{i<n} C(K-1, i) if all of them pass through 0 (Schlaefli).  *Proof.*  By induction on K: a new
hyperplane adds as many cells as the others cut out on it, so the numbers c(K, n) obey
c(K, n) = c(K-1, n) + c(K-1, n-1) at most, as do the two sums.  QED.

References
----------
H. E. Warren, "Lower bounds for approximation by nonlinear manifolds", Trans. Amer. Math. Soc. 133
(1968); J. Milnor, "On the Betti numbers of real varieties", Proc. Amer. Math. Soc. 15
(1964), Theorem 2; M. Anthony and P. L. Bartlett, Neural Network Learning (1999), Theorem 8.3, with a
constant 4 times as large; T. M. Cover, "Geometrical and statistical properties of systems of linear
inequalities", IEEE Trans. Electronic Computers 14 (1965).
"""

from __future__ import annotations

from math import factorial

from flint import arb

MOST_FACTORS = 1000
"""Factorials of larger numbers are not used."""


def log_warren(polynomials: arb, variables: int, degree: int) -> arb:
    """The natural logarithm of (1/2) (2 e K d / n)^n.

    Parameters
    ----------
    polynomials : arb
        Their number K, or a bound of it; K >= n.
    variables, degree : int
        n and d, both >= 1.

    Returns
    -------
    arb

    Examples
    --------
    >>> log_warren(arb(10), 2, 1) > arb(1 + 10 + 45).log()
    True
    """
    n = arb(variables)
    return n * (1 + (2 * polynomials * degree / n).log()) - arb(2).log()


def log_cells(hyperplanes: int, dimension: int) -> arb:
    """The logarithm of a bound of sum_{i<=n} C(K, i): of the cells of K hyperplanes in R^n.

    The lesser of (e K/n)^n and, for n <= :data:`MOST_FACTORS`, (K+n)^n/n! >= C(K+n, n), which is
    sum_i C(K, i) C(n, i).

    Parameters
    ----------
    hyperplanes, dimension : int
        K and n, with K >= n >= 1.

    Returns
    -------
    arb
        It increases with K and, for n <= K, with n.

    Examples
    --------
    >>> [round(float(log_cells(10**9, n).exp()) / 10 ** (9 * n), 3) for n in (1, 2, 3)]
    [1.0, 0.5, 0.167]
    """
    n = arb(dimension)
    by_power = n * (1 + (arb(hyperplanes) / n).log())
    if dimension > MOST_FACTORS:
        return by_power
    by_factorial = n * arb(hyperplanes + dimension).log() - arb(factorial(dimension)).log()
    return by_factorial.min(by_power)


def log_central_cells(hyperplanes: int, dimension: int) -> arb:
    """The logarithm of a bound of 2 sum_{i<n} C(K-1, i), for K >= n >= 2 hyperplanes through 0 in R^n.

    Examples
    --------
    >>> round(float(log_central_cells(1000, 2).exp()))
    2000
    """
    return arb(2).log() + log_cells(hyperplanes - 1, dimension - 1)


def log_multisets(log_kinds: arb, size: int) -> arb:
    """The logarithm of (e (c+k-1)/k)^k >= C(c+k-1, k), the number of multisets of k out of c kinds.

    It increases with c and with k.

    Examples
    --------
    >>> from math import comb
    >>> log_multisets(arb(5).log(), 3) > arb(comb(7, 3)).log()
    True
    """
    return size * (1 + ((log_kinds.exp() + (size - 1)) / size).log())
