"""The safe parser for formulas that users type.

A formula is read by Python's ``ast`` and rebuilt, node by node, from a whitelist: numbers,
names, ``+ - * / ^``, comparisons where they are asked for, and calls to the functions below.
Nothing is ever executed, and sizes are capped; :mod:`identifiability.evaluation` evaluates the result,
exactly or in balls.

``^`` and ``**`` both mean power.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeGuard

from flint import arb

from identifiability.errors import InvalidFormula, InvalidInput
from identifiability.exact import digits, fraction

LONGEST_FORMULA = 2_000
DEEPEST_FORMULA = 60
MOST_NAMED = 20
"""Of more names than these an error shows only the ends."""


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
_NOT_NUMBERS = frozenset({"nan", "inf", "infinity"})
EXTREMA = ("min", "max")
CONSTANTS: dict[str, Callable[[], arb]] = {"pi": arb.pi, "e": arb.const_e}
FUNCTIONS = frozenset(
    {"abs", "atan", "cos", "cosh", "erf", "exp", "log", "sin", "sinh", "sqrt", "tan", "tanh", *EXTREMA}
)


def parse(
    text: str,
    variables: Collection[str] = (),
    functions: Collection[str] = FUNCTIONS,
    example: str = "2*x0^2 + 1/3",
) -> Formula:
    """Read a formula.

    Parameters
    ----------
    text : str
        At most 2000 ASCII characters, nested at most 60 deep.
    variables : collection of str
        The names that may occur, besides ``pi`` and ``e``.
    functions : collection of str
        The functions that may be called.
    example : str
        What an error tells to write, for instance.

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
    return _Reader(source, frozenset(variables), frozenset(functions)).read(_tree(source, example), 0)


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
    reader = _Reader(source, frozenset(variables), frozenset(EXTREMA))
    tree = _tree(source, "m1 >= 1, m2 == 2")
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


def _tree(source: str, example: str) -> ast.expr:
    try:
        return ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InvalidFormula(
            f"cannot read the formula {_shown(source.replace('**', '^'))}; write for instance {example!r}"
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
                    raise InvalidFormula(f"formula names {node.id!r}, which is not one of {self._known()}")
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
                if isinstance(node.op, ast.Div) and _is_integer(left) and _is_integer(right) and right.value:
                    # A ratio of integers is one number, as it is when show spells it.
                    return Number(left.value / right.value)
                return Operation(_OPERATORS[type(node.op)], left, right)
            case ast.Call():
                return self._call(node, depth)
        piece = ast.get_source_segment(self.source, node) or type(node).__name__
        raise InvalidFormula(
            f"formula contains {_shown(piece)}; only numbers, names, + - * / ^ and calls are read"
        )

    def _known(self) -> str:
        """The names that may occur, shorter ones first; of very many only the ends."""
        known = [
            *sorted(CONSTANTS),
            *sorted(self.variables - set(CONSTANTS), key=lambda name: (len(name), name)),
        ]
        return ", ".join(known if len(known) <= MOST_NAMED else [*known[:5], "...", known[-1]])

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
        if node.keywords or not arguments or (name not in EXTREMA and len(arguments) != 1):
            wanted = "one or more arguments" if name in EXTREMA else "one argument"
            raise InvalidFormula(f"{name} takes {wanted}, got {_shown(ast.unparse(node))}")
        return Call(name, arguments)


def _is_integer(formula: Formula) -> TypeGuard[Number]:
    return isinstance(formula, Number) and formula.value.denominator == 1


def names(formula: Formula | Comparison) -> frozenset[str]:
    """The variables that occur (``pi`` and ``e`` are constants, not variables)."""
    return frozenset(n.name for n in pieces(formula) if isinstance(n, Variable)) - set(CONSTANTS)


def pieces(formula: Formula | Comparison) -> Iterator[Formula | Comparison]:
    """The formula and all formulas that it is made of, each as often as it occurs.

    Examples
    --------
    >>> [show(piece) for piece in pieces(parse("sin(2*x)", ("x",)))]
    ['sin(2*x)', '2*x', '2', 'x']
    """
    yield formula
    match formula:
        case Operation() | Comparison():
            yield from pieces(formula.left)
            yield from pieces(formula.right)
        case Call():
            for argument in formula.arguments:
                yield from pieces(argument)


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
