"""Reading exponents with recorded signs: what a checker of certificates makes of a formula."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence

from flint import fmpq_mpoly_ctx

from bounds.exponents import LARGEST_POWER
from bounds.rational_functions import RationalFunction, Signs, quotient_signs
from bounds.refutations import Rejected
from identifiability.evaluation import evaluate
from identifiability.formula import Call, Formula, Number, Operation, Variable, show


def as_function(
    formula: Formula, context: fmpq_mpoly_ctx, signs: Mapping[str, Signs]
) -> RationalFunction | None:
    """A formula as a quotient of polynomials; None where the recorded signs do not decide a minimum.

    Examples
    --------
    >>> from bounds.rational_functions import SIGNS, ring
    >>> from identifiability.formula import parse
    >>> formula = parse("min(m1, m2)/m1", ("m1", "m2"))
    >>> print(as_function(formula, ring(("m1", "m2")), {"m1 - m2": SIGNS["<="]}))
    1
    >>> as_function(formula, ring(("m1", "m2")), {}) is None
    True
    """
    match formula:
        case Number():
            return RationalFunction.number(formula.value, context)
        case Variable():
            return RationalFunction.parameter(formula.name, context)
        case Call():
            arguments = [as_function(argument, context, signs) for argument in formula.arguments]
            return _extremum(formula.function, arguments, signs)
        case Operation():
            left = as_function(formula.left, context, signs)
            if formula.operator == "^":
                return None if left is None else left ** _small_power(formula.right)
            right = as_function(formula.right, context, signs)
            if left is None or right is None:
                return None
            return _ARITHMETIC[formula.operator](left, right)


def _small_power(formula: Formula) -> int:
    power = evaluate(formula)
    if power.denominator != 1 or abs(power) > LARGEST_POWER:
        raise Rejected(f"a power in an exponent is not a small integer: {show(formula)}")
    return int(power)


_ARITHMETIC: dict[str, Callable[[RationalFunction, RationalFunction], RationalFunction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def _extremum(
    function: str, arguments: Sequence[RationalFunction | None], signs: Mapping[str, Signs]
) -> RationalFunction | None:
    """The argument that is known to be the least, or the largest."""
    known = [argument for argument in arguments if argument is not None]
    if len(known) < len(arguments):
        return None
    wrong = 1 if function == "min" else -1
    place = first_best(
        [[wrong not in quotient_signs(one - other, signs) for other in known] for one in known]
    )
    return None if place is None else known[place]


def first_best(beats: Sequence[Sequence[bool]]) -> int | None:
    """The first place that beats all others, directly or through others that it beats."""
    for place in range(len(beats)):
        reached, stack = {place}, [place]
        while stack:
            row = beats[stack.pop()]
            new = [other for other, wins in enumerate(row) if wins and other not in reached]
            reached.update(new)
            stack += new
        if len(reached) == len(beats):
            return place
    return None
