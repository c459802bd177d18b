"""The value of a formula: exact where it is rational, and enclosed in a ball everywhere."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import arb

from identifiability.errors import InvalidFormula
from identifiability.exact import ball, digits, power
from identifiability.formula import CONSTANTS, EXTREMA, Call, Formula, Number, Operation, Variable, show

LARGEST_EXACT_BITS = 400_000
"""An exact value that would take more bits than this is refused."""

_BALL_FUNCTIONS: dict[str, Callable[[arb], arb]] = {
    "sin": arb.sin,
    "cos": arb.cos,
    "tan": arb.tan,
    "exp": arb.exp,
    "log": arb.log,
    "sqrt": arb.sqrt,
    "tanh": arb.tanh,
    "sinh": arb.sinh,
    "cosh": arb.cosh,
    "atan": arb.atan,
    "erf": arb.erf,
    "abs": abs,
}
_ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def evaluate(formula: Formula, values: Mapping[str, Fraction | int] | None = None) -> Fraction:
    """The exact value of a formula made of rational operations, powers, ``abs``, ``min``, ``max``.

    Raises
    ------
    InvalidFormula
        At a division by zero, a power that is irrational or too large, or a transcendental
        function or constant (use :func:`evaluate_ball` for those).

    Examples
    --------
    >>> from identifiability.formula import parse
    >>> evaluate(parse("min(m/r, 2) + 2^-2", variables=("m", "r")), {"m": 3, "r": 2})
    Fraction(7, 4)
    """
    known = values or {}
    match formula:
        case Number():
            return formula.value
        case Variable():
            if formula.name not in known:
                raise InvalidFormula(
                    f"{formula.name} has no exact value here; pass one, or evaluate in balls"
                )
            return Fraction(known[formula.name])
        case Call():
            arguments = [evaluate(argument, known) for argument in formula.arguments]
            if formula.function in EXTREMA:
                return min(arguments) if formula.function == "min" else max(arguments)
            if formula.function == "abs":
                return abs(arguments[0])
            raise InvalidFormula(f"{formula.function} has no exact rational value; evaluate in balls")
        case Operation():
            left, right = evaluate(formula.left, known), evaluate(formula.right, known)
            if formula.operator == "^":
                return _exact_power(left, right)
            if formula.operator == "/":
                if right == 0:
                    raise InvalidFormula(f"the formula divides by zero in {show(formula)}")
                return _written_out(left / right)
            return _written_out(_ARITHMETIC[formula.operator](left, right))


def _written_out(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > LARGEST_EXACT_BITS:
        raise InvalidFormula("the formula has an exact value too large to write out; evaluate in balls")
    return value


def _exact_power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1:
        raise InvalidFormula(f"{digits(base)}^({digits(exponent)}) is not rational; evaluate in balls")
    if base == 0 and exponent < 0:
        raise InvalidFormula("the formula takes a negative power of zero")
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits > 1 and bits * abs(exponent.numerator) > LARGEST_EXACT_BITS:
        raise InvalidFormula("the formula has a power too large to write out; use a smaller exponent")
    if bits <= 1:  # the base is -1, 0 or 1: only the exponent's parity, and whether it is 0, matters
        return base ** (exponent.numerator % 2 + 2 * (exponent != 0))
    return base**exponent.numerator


def evaluate_ball(formula: Formula, values: Mapping[str, arb] | None = None) -> arb:
    """An enclosure of the formula's value at the working precision.

    Where the enclosure is not finite (a pole inside the ball, a logarithm of a number that
    may be negative) the result is NaN or unbounded, never a wrong finite ball.

    Examples
    --------
    >>> from identifiability.formula import parse
    >>> evaluate_ball(parse("pi*d^3", variables=("d",)), {"d": arb(10)}).contains(1000 * arb.pi())
    True
    """
    known = values or {}
    match formula:
        case Number():
            return ball(formula.value)
        case Variable():
            if formula.name in known:
                return known[formula.name]
            if formula.name in CONSTANTS:
                return CONSTANTS[formula.name]()
            raise InvalidFormula(f"{formula.name} has no value; pass one")
        case Call():
            arguments = [evaluate_ball(argument, known) for argument in formula.arguments]
            if formula.function not in EXTREMA:
                return _BALL_FUNCTIONS[formula.function](arguments[0])
            chosen = arguments[0]
            for argument in arguments[1:]:
                chosen = chosen.min(argument) if formula.function == "min" else chosen.max(argument)
            return chosen
        case Operation():
            left = evaluate_ball(formula.left, known)
            if formula.operator == "^" and isinstance(formula.right, Number):
                return _ball_power(left, formula.right.value)
            right = evaluate_ball(formula.right, known)
            match formula.operator:
                case "+":
                    return left + right
                case "-":
                    return left - right
                case "*":
                    return left * right
                case "/":
                    return left / right
                case _:
                    # Only an exact exponent of moderate size is written out as an integer.
                    whole = right.unique_fmpz() if right.is_exact() and abs(right) < 2**64 else None
                    return left**right if whole is None else power(left, int(whole))


def _ball_power(base: arb, exponent: Fraction) -> arb:
    # An integer power of a ball that contains zero must not go through the logarithm.
    return power(base, exponent.numerator) if exponent.denominator == 1 else base ** ball(exponent)
