"""The safe parser for formulas that users type.

A formula is read by Python's ``ast`` and rebuilt, node by node, from a whitelist: numbers,
names, ``+ - * / ^``, comparisons where they are asked for, and calls to the functions below.
Nothing is ever executed, sizes are capped, and the result evaluates exactly or in balls.

``^`` and ``**`` both mean power.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from identifiability.errors import InvalidFormula, InvalidInput
from identifiability.exact import ball, digits, fraction, power

LONGEST_FORMULA = 2_000
DEEPEST_FORMULA = 60
LARGEST_EXACT_BITS = 400_000
"""An exact value that would take more bits than this is refused."""


@dataclass(frozen=True, slots=True)
class Number:
    """An exact rational constant."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Variable:
    """A name: a variable of the caller's, or one of the constants ``pi`` and ``e``."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """``left operator right`` with operator one of ``+ - * / ^``."""

    operator: str
    left: Formula
    right: Formula


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the whitelist applied to its arguments."""

    function: str
    arguments: tuple[Formula, ...]


Formula = Number | Variable | Operation | Call


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left relation right`` with relation one of ``< <= == >= >``."""

    relation: str
    left: Formula
    right: Formula


_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "^",
}
_RELATIONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.GtE: ">=",
    ast.Gt: ">",
}
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
_NOT_NUMBERS = frozenset({"nan", "inf", "infinity"})
_EXTREMA = ("min", "max")
CONSTANTS: dict[str, Callable[[], arb]] = {"pi": arb.pi, "e": arb.const_e}
FUNCTIONS = frozenset(_BALL_FUNCTIONS) | frozenset(_EXTREMA)


def parse(text: str, variables: Collection[str] = (), functions: Collection[str] = FUNCTIONS) -> Formula:
    """Read a formula.

    Parameters
    ----------
    text : str
        At most 2000 ASCII characters, nested at most 60 deep.
    variables : collection of str
        The names that may occur, besides ``pi`` and ``e``.
    functions : collection of str
        The functions that may be called.

    Raises
    ------
    InvalidFormula
        With one sentence that names the first thing that is not in the language.

    Examples
    --------
    >>> show(parse("sin(3*x0)*x1/10", variables=("x0", "x1")))
    'sin(3*x0)*x1/10'
    >>> parse("__import__('os')")
    Traceback (most recent call last):
        ...
    identifiability.errors.InvalidFormula: formula calls '__import__', which is not one of abs, atan, \
cos, cosh, erf, exp, log, max, min, sin, sinh, sqrt, tan, tanh
    """
    source = _source(text)
    return _Reader(source, frozenset(variables), frozenset(functions)).read(_tree(source), 0)


def parse_comparisons(text: str, variables: Collection[str] = ()) -> tuple[Comparison, ...]:
    """Read comparisons joined by commas or ``and``; chains such as ``1 <= m1 < m2`` are split.

    Examples
    --------
    >>> [show(c) for c in parse_comparisons("1 <= m1 < m2, r == 2", variables=("m1", "m2", "r"))]
    ['1 <= m1', 'm1 < m2', 'r == 2']
    """
    if not text.strip():
        return ()
    source = _source(text.replace(" and ", ","))
    reader = _Reader(source, frozenset(variables), frozenset(_EXTREMA))
    tree = _tree(source)
    comparisons: list[Comparison] = []
    for part in tree.elts if isinstance(tree, ast.Tuple) else [tree]:
        if not isinstance(part, ast.Compare):
            raise InvalidFormula(f"an assumption must be a comparison such as 'm1 >= 1', got {_shown(text)}")
        sides = [reader.read(side, 0) for side in (part.left, *part.comparators)]
        for left, relation, right in zip(sides, part.ops, sides[1:], strict=False):
            if type(relation) not in _RELATIONS:
                raise InvalidFormula(f"an assumption may use < <= == >= >, got {_shown(text)}")
            comparisons.append(Comparison(_RELATIONS[type(relation)], left, right))
    return tuple(comparisons)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _source(text: str) -> str:
    if not isinstance(text, str):
        raise InvalidFormula(f"a formula must be text such as 'sin(3*x0)', got {text!r}")
    if len(text) > LONGEST_FORMULA:
        raise InvalidFormula(f"a formula may have {LONGEST_FORMULA} characters, got {len(text)}")
    if not text.isascii() or not text.isprintable() or "#" in text:
        raise InvalidFormula(f"a formula is one line of plain ASCII text, got {_shown(text)}")
    return text.strip().replace("^", "**")


def _tree(source: str) -> ast.expr:
    try:
        return ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InvalidFormula(
            f"cannot read the formula {_shown(source)}; write for instance '2*x0^2 + 1/3'"
        ) from None


@dataclass(frozen=True, slots=True)
class _Reader:
    source: str
    variables: frozenset[str]
    functions: frozenset[str]

    def read(self, node: ast.expr, depth: int) -> Formula:
        if depth > DEEPEST_FORMULA:
            raise InvalidFormula(f"a formula may be nested {DEEPEST_FORMULA} deep; this one is deeper")
        match node:
            case ast.Constant() if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
                return Number(self._number(node))
            case ast.Name():
                if node.id.lower() in _NOT_NUMBERS:
                    raise InvalidFormula(f"formula contains {node.id!r}; only finite numbers are read")
                if node.id not in self.variables and node.id not in CONSTANTS:
                    known = ", ".join(sorted(self.variables | set(CONSTANTS)))
                    raise InvalidFormula(f"formula names {node.id!r}, which is not one of {known}")
                return Variable(node.id)
            case ast.UnaryOp(op=ast.USub()):
                operand = self.read(node.operand, depth + 1)
                if isinstance(operand, Number):
                    return Number(-operand.value)
                return Operation("*", Number(Fraction(-1)), operand)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.read(node.operand, depth + 1)
            case ast.BinOp() if type(node.op) in _OPERATORS:
                left, right = self.read(node.left, depth + 1), self.read(node.right, depth + 1)
                if isinstance(node.op, ast.Div) and _is_integer(left) and _is_integer(right, nonzero=True):
                    # A ratio of integers is one number, as it is when show spells it.
                    return Number(evaluate(left) / evaluate(right))
                return Operation(_OPERATORS[type(node.op)], left, right)
            case ast.Call():
                return self._call(node, depth)
        piece = ast.get_source_segment(self.source, node) or type(node).__name__
        raise InvalidFormula(
            f"formula contains {_shown(piece)}; only numbers, names, + - * / ^ and calls are read"
        )

    def _number(self, node: ast.Constant) -> Fraction:
        # ast has already rounded a decimal to a float; the source still spells it exactly.
        spelled = ast.get_source_segment(self.source, node) or str(node.value)
        try:
            return fraction(spelled, "a number in the formula")
        except InvalidInput as error:
            raise InvalidFormula(str(error)) from None

    def _call(self, node: ast.Call, depth: int) -> Formula:
        name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)[:40]
        if name not in self.functions:
            raise InvalidFormula(
                f"formula calls {name!r}, which is not one of {', '.join(sorted(self.functions))}"
            )
        arguments = tuple(self.read(argument, depth + 1) for argument in node.args)
        if node.keywords or not arguments or (name not in _EXTREMA and len(arguments) != 1):
            wanted = "one or more arguments" if name in _EXTREMA else "one argument"
            raise InvalidFormula(f"{name} takes {wanted}, got {_shown(ast.unparse(node))}")
        return Call(name, arguments)


def _is_integer(formula: Formula, nonzero: bool = False) -> bool:
    return (
        isinstance(formula, Number) and formula.value.denominator == 1 and bool(formula.value or not nonzero)
    )


def names(formula: Formula | Comparison) -> frozenset[str]:
    """The variables that occur (``pi`` and ``e`` are constants, not variables)."""
    return frozenset(n.name for n in _walk(formula) if isinstance(n, Variable)) - set(CONSTANTS)


def _walk(formula: Formula | Comparison) -> Iterator[Formula | Comparison]:
    yield formula
    match formula:
        case Operation() | Comparison():
            yield from _walk(formula.left)
            yield from _walk(formula.right)
        case Call():
            for argument in formula.arguments:
                yield from _walk(argument)


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
            if formula.function in _EXTREMA:
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
            if formula.function not in _EXTREMA:
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


_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}


def show(formula: Formula | Comparison) -> str:
    """The formula as text that :func:`parse` reads back to the same formula."""
    match formula:
        case Comparison():
            return f"{show(formula.left)} {formula.relation} {show(formula.right)}"
        case Number():
            return digits(formula.value)
        case Variable():
            return formula.name
        case Call():
            return f"{formula.function}({', '.join(show(argument) for argument in formula.arguments)})"
        case Operation():
            own = _PRECEDENCE[formula.operator]
            left = _bracketed(formula.left, own + (formula.operator == "^"))
            right = _bracketed(formula.right, own + (formula.operator != "^"))
            sign = f" {formula.operator} " if own == 1 else formula.operator
            return f"{left}{sign}{right}"


def _bracketed(formula: Formula, least: int) -> str:
    match formula:
        case Operation():
            loose = _PRECEDENCE[formula.operator] < least
        case Number():
            loose = (formula.value < 0 and least > 1) or (formula.value.denominator != 1 and least > 2)
        case _:
            loose = False
    return f"({show(formula)})" if loose else show(formula)
