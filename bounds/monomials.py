r"""The terms of a rate: constants times powers of 1/ε, log(1/ε) and log log(1/ε)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import arb

from bounds.exponents import LARGEST_BITS, Exponent, constant, name_key, order_key
from bounds.notation import LATEX, TEXT, Notation, superscript, sympy_exponent
from identifiability.errors import InvalidFormula, InvalidInput
from identifiability.exact import ball, digits
from identifiability.formula import CONSTANTS

if TYPE_CHECKING:
    import sympy

LARGEST_EXACT_BITS = 400_000
"""A value that would take more bits than this is given as a ball."""

_ZERO = constant(0)


@dataclass(frozen=True, slots=True)
class Term:
    """``coefficient * constants * eps^-power * log(1/eps)^log * loglog(1/eps)^loglog``.

    Parameters
    ----------
    power, log, loglog : Exponent
    coefficient : Fraction
        Positive.
    constants : tuple of (base, exponent)
        Positive factors that do not depend on ε, such as ``w^(1 + m2/r)``; a base is a
        parameter's name or a positive rational number.
    """

    power: Exponent = _ZERO
    log: Exponent = _ZERO
    loglog: Exponent = _ZERO
    coefficient: Fraction = Fraction(1)
    constants: tuple[tuple[str | Fraction, Exponent], ...] = ()

    def __post_init__(self) -> None:
        gathered, factor = _gathered(self.constants)
        coefficient = self.coefficient * factor
        if coefficient <= 0:
            raise InvalidFormula(f"a rate is positive, got the coefficient {digits(coefficient)}")
        if max(coefficient.numerator.bit_length(), coefficient.denominator.bit_length()) > LARGEST_BITS:
            raise InvalidFormula(
                f"a rate has a coefficient of more than {LARGEST_BITS} bits; use a smaller one"
            )
        object.__setattr__(self, "constants", gathered)
        object.__setattr__(self, "coefficient", coefficient)

    @property
    def growth(self) -> tuple[Exponent, Exponent, Exponent]:
        """The exponents, in the order in which they decide."""
        return (self.power, self.log, self.loglog)

    @property
    def bases(self) -> frozenset[str]:
        """The parameters that occur as the base of a constant factor."""
        return frozenset(base for base, _ in self.constants if isinstance(base, str)) - set(CONSTANTS)

    @property
    def parameters(self) -> frozenset[str]:
        """The names that occur."""
        exponents = (*self.growth, *(exponent for _, exponent in self.constants))
        return self.bases.union(*(exponent.parameters for exponent in exponents))

    @property
    def growth_numbers(self) -> tuple[Fraction, ...] | None:
        """The exponents as numbers, when none has a parameter."""
        numbers = [exponent.number for exponent in self.growth]
        known = tuple(number for number in numbers if number is not None)
        return known if len(known) == 3 else None

    def __mul__(self, other: Term) -> Term:
        return Term(
            self.power + other.power,
            self.log + other.log,
            self.loglog + other.loglog,
            self.coefficient * other.coefficient,
            self.constants + other.constants,
        )

    def __pow__(self, exponent: Exponent) -> Term:
        constants = [(base, inner * exponent) for base, inner in self.constants]
        if self.coefficient != 1:
            constants.append((self.coefficient, exponent))
        power, log, loglog = (part * exponent for part in self.growth)
        return Term(power, log, loglog, constants=tuple(constants))

    def at(self, values: Mapping[str, Fraction]) -> Term:
        """The term with numbers in the place of parameters."""
        constants: list[tuple[str | Fraction, Exponent]] = []
        for base, exponent in self.constants:
            number = values.get(base, base) if isinstance(base, str) else base
            if isinstance(number, Fraction) and number <= 0:
                raise InvalidFormula(f"{base} is a factor of a rate and must be positive")
            constants.append((number, exponent.at(values)))
        power, log, loglog = (part.at(values) for part in self.growth)
        return Term(power, log, loglog, self.coefficient, tuple(constants))

    def value(self, epsilon: Fraction) -> Fraction | arb:
        """The value of a term without parameters, exactly when it is plainly rational."""
        numbers = self.growth_numbers
        assert numbers is not None
        power, *logs = numbers
        if not self.constants and not any(logs) and power.denominator == 1:
            bits = max(epsilon.numerator.bit_length(), epsilon.denominator.bit_length())
            if bits * abs(power.numerator) <= LARGEST_EXACT_BITS:
                return self.coefficient * epsilon**-power.numerator
        inverse = 1 / ball(epsilon)
        total = ball(self.coefficient) * inverse ** ball(power)
        for base, exponent in self.constants:
            number = exponent.number
            assert number is not None
            total *= (CONSTANTS[base]() if isinstance(base, str) else ball(base)) ** ball(number)
        logarithm = inverse.log()
        for number in logs:
            if number:
                if not logarithm > 0:
                    raise InvalidInput(
                        "log(log(1/eps)) is positive for epsilon below 1/e; pass a smaller epsilon"
                    )
                total *= logarithm ** ball(number)
            logarithm = logarithm.log()
        return total

    def written(self, notation: Notation = TEXT) -> str:
        """The term in the given notation."""
        factors: list[str] = []
        for base, exponent in self.constants:
            name = notation.name(base) if isinstance(base, str) else notation.ratio(base)
            name = f"({name})" if isinstance(base, Fraction) and base.denominator != 1 else name
            factors.append(
                name if exponent == constant(1) else notation.power(name, superscript(exponent, notation))
            )
        for scale, exponent, negated in zip(notation.scales, self.growth, (True, False, False), strict=True):
            if (-exponent if negated else exponent) == constant(1):
                factors.append(scale)
            elif exponent != _ZERO:
                factors.append(notation.power(scale, superscript(exponent, notation, negated)))
        if self.coefficient != 1 or not factors:
            factors.insert(0, notation.ratio(self.coefficient))
        return (r"\," if notation is LATEX else notation.times).join(factors)

    def sympy(self) -> sympy.Expr:
        """The term as a sympy expression."""
        import sympy

        epsilon = sympy.Symbol("epsilon")
        logarithm = sympy.log(1 / epsilon)
        total = sympy.Rational(self.coefficient.numerator, self.coefficient.denominator)
        for base, exponent in self.constants:
            if base in CONSTANTS:
                factor = sympy.pi if base == "pi" else sympy.E
            else:
                factor = sympy.Symbol(base) if isinstance(base, str) else sympy.Rational(str(base))
            total *= factor ** sympy_exponent(exponent)
        total *= epsilon ** sympy_exponent(-self.power)
        total *= logarithm ** sympy_exponent(self.log)
        return total * sympy.log(logarithm) ** sympy_exponent(self.loglog)

    def order_key(self) -> tuple[object, ...]:
        """An order for display: symbolic powers first, then falling numbers."""
        numbers = [part.number for part in self.growth]
        growth = tuple(
            (False, order_key(part)) if number is None else (True, -number)
            for part, number in zip(self.growth, numbers, strict=True)
        )
        return (growth, tuple((str(base), order_key(exponent)) for base, exponent in self.constants))


def merged(terms: Iterable[Term], joined: str) -> tuple[Term, ...]:
    """Like terms put together, by their sum or their maximum, and sorted."""
    found: dict[tuple[object, ...], Term] = {}
    for term in terms:
        shape = (term.growth, term.constants)
        before = found.get(shape)
        if before is not None:
            one, other = before.coefficient, term.coefficient
            term = replace(term, coefficient=max(one, other) if joined == "max" else one + other)
        found[shape] = term
    return tuple(sorted(found.values(), key=Term.order_key))


def _gathered(
    constants: Iterable[tuple[str | Fraction, Exponent]],
) -> tuple[tuple[tuple[str | Fraction, Exponent], ...], Fraction]:
    """Constant factors with one power for each base, and the rational number that falls out."""
    powers: dict[str | Fraction, Exponent] = {}
    for base, exponent in constants:
        powers[base] = powers.get(base, _ZERO) + exponent
    factor = Fraction(1)
    kept: list[tuple[str | Fraction, Exponent]] = []
    for base, exponent in powers.items():
        number = exponent.number
        if isinstance(base, Fraction) and base <= 0:
            raise InvalidFormula(f"a factor of a rate is positive, got {digits(base)}")
        if isinstance(base, Fraction) and number is not None and number.denominator == 1:
            factor *= _integer_power(base, int(number))
        elif exponent != _ZERO and base != 1:
            kept.append((base, exponent))
    return tuple(sorted(kept, key=lambda item: (isinstance(item[0], str), _base_key(item[0])))), factor


def _integer_power(base: Fraction, power: int) -> Fraction:
    bits = max(base.numerator.bit_length(), base.denominator.bit_length()) - 1
    if bits * abs(power) > LARGEST_BITS:
        raise InvalidFormula(f"a rate has a coefficient of more than {LARGEST_BITS} bits; use a smaller one")
    return base**power


def _base_key(base: str | Fraction) -> tuple[object, ...]:
    return name_key(base) if isinstance(base, str) else (base,)
