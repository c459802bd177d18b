"""The coefficients of a target's expansion in orthonormal Legendre polynomials."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, overload

from flint import arb, ctx

from identifiability.errors import Inexact, InvalidInput
from identifiability.exact import from_rational, spelled
from legendre.bessel_balls import ball_coefficients
from legendre.piecewise_coefficients import ball_means, rational_means
from legendre.polynomials import read_degree, read_dimension
from legendre.precision import FLOAT_BITS, exponent_of, read_certified
from legendre.target_values import parity
from legendre.targets import Cosine, Exponential, Function, PiecewisePolynomial, Sine, Target

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

HIGHEST_DEGREE = 4_000_000
"""Coefficients of a higher degree are refused: they would take more than ten seconds."""

_TOLERATED = 1e-6
"""Relative to the norm: coefficients by quadrature with a larger estimated error are refused."""


@overload
def coefficients(target: Target, d: object, degree: object, certified: Literal[False] = False) -> Array: ...
@overload
def coefficients(target: Target, d: object, degree: object, certified: Literal[True]) -> tuple[arb, ...]: ...
@overload
def coefficients(target: Target, d: object, degree: object, certified: bool) -> Array | tuple[arb, ...]: ...
def coefficients(
    target: Target, d: object, degree: object, certified: bool = False
) -> Array | tuple[arb, ...]:
    """The coefficients alpha_0, ..., alpha_degree of a function of t in the basis L_n = sqrt(N_{d,n}) P_n.

    .. math:: \\alpha_n = E_{t \\sim \\mu_d}\\big[f(t)\\,\\sqrt{N_{d,n}}\\,P_n(t)\\big]

    Parameters
    ----------
    target : Target
        From :func:`sine`, :func:`cosine`, :func:`exponential`, :func:`monomial`, :func:`absolute_value`,
        :func:`relu`, :func:`sign`, :func:`polynomial_target` or :func:`function`.
    d : int
        The dimension, at least 2.
    degree : int
        The last degree, at least 0.
    certified : bool
        Whether the answer is in balls that contain the true values, at flint's working precision.

    Returns
    -------
    numpy array of float64, or tuple of flint.arb
        Coefficients that vanish by parity are exactly 0.

    Raises
    ------
    InvalidInput
        If d < 2 or degree < 0, or the problem is too large: degrees beyond 4,000,000, frequencies beyond
        3 * 10^7, or in balls 4 * 10^6; or if a coefficient overflows floats.
    Inexact
        If balls are asked for a callable, or its quadrature does not converge.

    Notes
    -----
    Sine, cosine and exponential: the Gegenbauer-Sonine formula, whose Bessel functions solve a three-term
    recurrence downwards; the errors of floats are about 1e-16 times a power of a, in absolute terms for
    coefficients below the largest.  Piecewise polynomials: closed forms in balls, rounded at the end.  For
    kinks away from 0 the accuracy of these is absolute, about the working precision of the largest
    coefficient, as is that of sine and cosine below n + d/2 = a + 1: far smaller ones may have no correct
    digit, and a ball that contains 0.
    Callables: Gauss quadrature, see :func:`legendre.projections.quadrature_coefficients`.

    References
    ----------
    Watson, Theory of Bessel Functions, 11.5 (Gegenbauer's expansion of a plane wave).

    Examples
    --------
    >>> from legendre.targets import absolute_value, sine
    >>> coefficients(absolute_value(), d=3, degree=2).round(6).tolist()
    [0.5, 0.0, 0.279508]
    >>> alpha = coefficients(sine("pi*d^3"), d=5, degree=400, certified=True)
    >>> alpha[350], alpha[351].rel_accuracy_bits() > 45
    (0, True)
    """
    d, degree, certified = read_dimension(d), read_degree(degree, HIGHEST_DEGREE), read_certified(certified)
    match target:
        case Sine() | Cosine() | Exponential():
            if certified:
                return tuple(ball_coefficients(target, d, degree))
            from legendre.bessel_coefficients import float_coefficients

            return float_coefficients(target, d, degree)
        case PiecewisePolynomial():
            if certified:
                return piecewise_balls(target, d, degree)
            from legendre.bessel_coefficients import unscaled

            return unscaled(target, d, *scaled_floats(target, d, degree))
        case Function():
            if certified:
                raise Inexact(
                    f"the values of the callable {target} are floats, which certify nothing;"
                    " pass a target with a closed form, or certified=False"
                )
            from legendre.projections import quadrature_coefficients

            projection = quadrature_coefficients(target, d, degree)
            if projection.error_estimate > _TOLERATED * projection.norm:
                raise Inexact(
                    f"quadrature with {projection.nodes} nodes still changes a coefficient of {target} by"
                    f" {projection.error_estimate:.1g}; pass a smoother function, or take"
                    " quadrature_coefficients, which reports its error"
                )
            return projection.values
        case _:
            raise InvalidInput(f"target must be a target such as sine('pi*d^3'), got {spelled(target)}")


def exact_coefficients(target: PiecewisePolynomial, d: object, degree: object) -> tuple[Fraction, ...]:
    """The expectations of f P_n, n = 0..degree, as rational numbers.

    .. math:: c_n = E[f P_n], \\qquad \\alpha_n = \\sqrt{N_{d,n}}\\, c_n, \\qquad
              f = \\sum_n N_{d,n}\\, c_n P_n

    Parameters
    ----------
    target : PiecewisePolynomial
        A polynomial in any dimension, or a piecewise polynomial in odd dimension.
    d : int
        The dimension, at least 2.
    degree : int
        The last degree, at least 0.

    Raises
    ------
    Inexact
        If the expectations are irrational: kinks in even dimension, or a target that is not a piecewise
        polynomial.

    Examples
    --------
    >>> from legendre.targets import absolute_value, monomial
    >>> exact_coefficients(absolute_value(), d=3, degree=2)
    (Fraction(1, 2), Fraction(0, 1), Fraction(1, 8))
    >>> exact_coefficients(monomial(2), d=4, degree=3)
    (Fraction(1, 4), Fraction(0, 1), Fraction(1, 12), Fraction(0, 1))
    """
    d, degree = read_dimension(d), read_degree(degree, HIGHEST_DEGREE)
    if not isinstance(target, PiecewisePolynomial):
        raise Inexact(
            f"the expectations of {spelled(target)} times P_n are irrational; pass a polynomial, or"
            " certified=True"
        )
    return tuple(from_rational(mean) for mean in rational_means(target, d, degree))


def dimension_balls(d: int) -> Iterator[arb]:
    """N_{d,0}, N_{d,1}, ... in balls at the working precision, without end."""
    count, n = arb(1), 0
    while True:
        yield count
        n += 1
        count = arb(d) if n == 1 else count * ((2 * n + d - 2) * (n + d - 3)) / ((2 * n + d - 4) * n)


def piecewise_balls(target: PiecewisePolynomial, d: int, degree: int) -> tuple[arb, ...]:
    """The coefficients of a piecewise polynomial in balls at the working precision."""
    symmetry = parity(target)
    with ctx.workprec(ctx.prec + 2 * degree.bit_length() + 16):
        means = ball_means(target, d, degree)
        roots = islice(dimension_balls(d), degree + 1)
        values = [mean if mean.is_zero() else mean * n.sqrt() for mean, n in zip(means, roots, strict=True)]
    if symmetry is not None:
        first = 1 if symmetry == 1 else 0
        values[first::2] = [arb(0)] * len(values[first::2])
    return tuple(value + 0 for value in values)


def scaled_floats(target: PiecewisePolynomial, d: int, degree: int) -> tuple[Array, int]:
    """Floats and an exponent: the coefficients of a piecewise polynomial are the floats times 2^exponent.

    The exponent is 0 unless the squares of the coefficients would overflow or underflow.
    """
    import numpy as np

    with ctx.workprec(FLOAT_BITS):
        balls = piecewise_balls(target, d, degree)
        exponent = exponent_of(max(abs(value.mid()) for value in balls))
        factor = arb(2) ** -exponent
        return np.array([float(value.mid() * factor) for value in balls]), exponent
