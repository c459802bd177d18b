"""The bound M of a formula's Sobolev norm that a network is built with: proved, or given and checked."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from bounds.sobolev import SobolevNorm, sobolev_norm
from identifiability.errors import InvalidInput
from identifiability.exact import decimal, decimal_above, decimal_below, positive, rounded_up

WIDTHS = ("1e-3", "1e-6")
"""How narrow the norm is enclosed; the second is tried where the first does not decide."""


@dataclass(frozen=True, slots=True)
class TargetNorm:
    """M, and whether it is proved to bound the norm of the target.

    Attributes
    ----------
    value : Fraction
        M, for the target after the change of variables to [−1, 1]^m.
    status : str
        ``"certified"``, or ``"conditional"`` where M is taken on trust.
    enclosure : SobolevNorm or None
        What is certified of the norm; None if nothing is.
    note : str
        Why M is taken on trust, empty if it is not.
    """

    value: Fraction
    status: str
    enclosure: SobolevNorm | None
    note: str = ""


def target_norm(
    expression: str, m: int | None, r: int, domain: tuple[Fraction, Fraction], norm: object = None
) -> TargetNorm:
    r"""A bound M of the norm of a formula, read on [−1, 1]^m.

    .. math:: \sum_{|k|_1 \le r} s^{|k|_1} \|D^k f\|_\infty \le M, \qquad s = (high - low)/2

    Parameters
    ----------
    expression : str
        The formula f, in x0, x1, ...
    m : int or None
        The number of variables; by default as many as occur.
    r : int
        The order of differentiability.
    domain : tuple of Fraction
        (low, high).
    norm : real number, optional
        M.  By default the upper end of the certified enclosure, rounded up to six figures.

    Raises
    ------
    InvalidInput
        If the norm is certified to be larger than the M given, or none is given and none can be
        certified.

    Examples
    --------
    >>> found = target_norm("sin(x0)", None, 1, (Fraction(-1), Fraction(1)))
    >>> 1.841 < found.value < 1.844, found.status
    (True, 'certified')
    """
    if norm is None:
        found = sobolev_norm(expression, variables=m, r=r, domain=domain)
        upper = found.on_cube.upper
        return TargetNorm(rounded_up(upper), "certified", found)
    given = positive(norm, "norm")
    enclosure = None
    for width in WIDTHS:
        try:
            enclosure = sobolev_norm(expression, variables=m, r=r, domain=domain, relative_width=width)
        except InvalidInput as error:
            return TargetNorm(given, "conditional", None, f"norm {decimal(given)} is taken on trust: {error}")
        lower, upper = enclosure.on_cube.lower, enclosure.on_cube.upper
        if lower > given:
            raise InvalidInput(
                f"the Sobolev norm of {enclosure.expression} is at least {decimal_below(lower, 6)}, "
                f"more than the {decimal(given, 6)} given; pass norm {decimal_above(upper, 6)}, or none"
            )
        if upper <= given:
            return TargetNorm(given, "certified", enclosure)
    return TargetNorm(
        given,
        "conditional",
        enclosure,
        f"norm {decimal(given)} is taken on trust: the certified enclosure contains it",
    )
