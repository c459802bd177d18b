r"""Damping, and the least sizes that it leads to.

An interpolation scheme P h = Σ_j h(v_j) φ_j is judged by its masses E_1, ..., E_r: for every point x
and every order s

.. math:: |h(x) - Ph(x)| \le E_s \sum_{|k|=s} \|D^k h\|_\infty .

The damped scheme (1 − E) P has error at most E on W_{r,m}; :func:`harmonic` gives E.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction


def harmonic(errors: Iterable[Fraction]) -> Fraction:
    r"""The error of a damped scheme from the errors E_1, ..., E_r of the undamped one.

    .. math:: \frac1E = 1 + \sum_{s=1}^{r} \frac1{E_s}

    Derivation.  Split the error with weights θ_s ≥ 0, Σ θ_s = 1:

    .. math:: |h - (1-E)Ph| \le E |h| + (1-E) |h - Ph|
              \le E \|h\| + (1-E) \sum_s \theta_s E_s \sum_{|k|=s} \|D^k h\| .

    With θ_s = E / ((1 − E) E_s) every norm has the factor E; the θ_s add up to 1 by the choice of
    E.  No other damping factor d does better, since the bound is max(d, (1 − d)/Σ 1/E_s).

    Parameters
    ----------
    errors : iterable of Fraction
        E_1, ..., E_r, positive.

    Examples
    --------
    >>> harmonic([Fraction(1, 9)])
    Fraction(1, 10)
    >>> harmonic([Fraction(1, 2), Fraction(1, 8)])
    Fraction(1, 11)
    """
    return 1 / (1 + sum((1 / error for error in errors), Fraction(0)))


def least_integer(holds: Callable[[int], bool], guess: int, minimum: int) -> int:
    """The least integer ≥ minimum at which a monotone statement holds, found from a guess.

    The search doubles its step away from the guess and then bisects, so that it takes few
    evaluations when the guess is close and never relies on it.

    Examples
    --------
    >>> least_integer(lambda n: n * n >= 10**40, guess=1, minimum=1) == 10**20
    True
    """
    high, step = max(guess, minimum), 1
    while not holds(high):
        high, step = high + step, 2 * step
    low, step = max(minimum - 1, high - 1), 1
    while low >= minimum and holds(low):
        high, low, step = low, max(minimum - 1, low - step), 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle
    return high


def short_below(value: Fraction, bits: int = 24) -> Fraction:
    """A short rational at most the positive one given, and above it less a 2^(1 − bits)-th part.

    Examples
    --------
    >>> short_below(Fraction(1, 3), bits=4)
    Fraction(5, 16)
    """
    exponent = bits + value.denominator.bit_length() - value.numerator.bit_length()
    scale = Fraction(2) ** exponent
    return (value * scale).__floor__() / scale
