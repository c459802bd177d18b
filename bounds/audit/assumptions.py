"""Assumptions 1 and 2 of Galanti & Wolf, decided for each activation with shallow networks.

Both are assumed of every class of networks.  One class, and one target in W_{r,m}, in which an
assumption fails is enough to refute it; the classes here are shallow networks of one to three hidden
units, and the targets depend on one or two variables.
"""

from __future__ import annotations

from bounds.audit.alternation import alternating_target
from bounds.audit.best_approximations import two_best_approximations, two_best_approximations_across
from bounds.audit.finding import Finding
from bounds.audit.non_attainment import unattained_target
from bounds.theorems import ASSUMPTION_1, ASSUMPTION_2
from identifiability.activations import Activation


def assumption_1(activation: Activation, r: int = 1) -> Finding:
    """Whether every y in W_{r,m} has exactly one best approximation, in every class of networks.

    It fails where a target is approached but not attained, and where the zero function and another
    network are equally far from a target.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> [assumption_1(activation(name)).holds for name in ("tanh", "relu", "sin")]
    ['no', 'no', 'no']
    """
    name = ASSUMPTION_1.name
    if _is_constant(activation):
        return Finding(
            name, "yes", "every network is a constant function, and the best constant is unique", None
        )
    unattained = unattained_target(activation, r)
    if unattained is not None:
        units = _units(unattained.units)
        return Finding(
            name,
            "no",
            f"networks with {units} have no best approximation to y: the infimum 0 is not attained",
            unattained,
        )
    pair = two_best_approximations(activation, r)
    if pair is not None:
        units = _units(pair.target.units)
        return Finding(name, "no", f"networks with {units} have two best approximations to y", pair)
    across = two_best_approximations_across(activation, r)
    if across is not None:
        units = _units(across.target.units)
        return Finding(
            name,
            "no",
            f"for m >= 2, networks with {units} have two best approximations to y;"
            f" {_in_one_variable(activation)}",
            across,
        )
    return Finding(name, "unknown", "no proof and no counterexample is known here")


def assumption_2(activation: Activation, r: int = 1) -> Finding:
    """Whether one more hidden unit brings every class strictly closer to every y that is no member.

    It fails for targets that change their sign more often than networks with one or two hidden units
    can: both classes are then as far from y as the zero function is.  For sin it fails because both
    infima are 0.

    Examples
    --------
    >>> from identifiability.activations import activation
    >>> finding = assumption_2(activation("tanh"))
    >>> finding.holds, finding.witness.frequency, finding.witness.check()
    ('no', 2, True)
    """
    name = ASSUMPTION_2.name
    target = alternating_target(activation, r)
    if target is not None:
        return Finding(
            name,
            "no",
            "with one hidden unit and with two the distance to y is that of the zero function, although y is"
            " no network of the class",
            target,
        )
    unattained = unattained_target(activation, r)
    if unattained is not None:
        return Finding(
            name,
            "no",
            f"with {_units(unattained.units)} and with one more the distance to y is 0, although y is no"
            " network",
            unattained,
        )
    return Finding(name, "unknown", "no proof and no counterexample is known here")


def _units(count: int) -> str:
    return "one hidden unit" if count == 1 else f"{count} hidden units"


def _in_one_variable(activation: Activation) -> str:
    if activation.piece_degrees == (1,):
        return "for m = 1 the networks are the affine functions, among which the best one is unique"
    return "for m = 1 this is not settled here"


def _is_constant(activation: Activation) -> bool:
    return activation.piece_degrees is not None and max(activation.piece_degrees) == 0
