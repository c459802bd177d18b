"""The space behind a lower bound, as data, and a checker that shares no formula with the search.

A witness names a space V and claims a Sobolev sum S and a dimension D.  :func:`verify` works both
out anew (:mod:`bounds.lower.recount`) and checks S < 1/epsilon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from bounds.lower.bound import LowerBound
from bounds.lower.codes import Code, CodeGrid
from bounds.lower.packing import Packing
from bounds.lower.spaces import AffineSpace, Space, TensorSpace
from identifiability.errors import InvalidInput
from identifiability.exact import digits, fraction, integer

Structure = TensorSpace | AffineSpace | CodeGrid | Packing


@dataclass(frozen=True, slots=True)
class SubspaceWitness:
    """A space V of functions of m variables with sum_{|k|<=r} ||D^k y|| <= S ||y|| and dim V = D.

    Attributes
    ----------
    m, r : int
        Number of variables and order of smoothness.
    epsilon : Fraction
        The error that the space rules out for fewer than D parameters.
    space : TensorSpace, AffineSpace, CodeGrid or Packing
        The space; the last two stand for the span of disjoint bumps.
    sobolev_sum : Fraction
        S.
    dimension : int
        D, or a lower bound for it.
    """

    m: int
    r: int
    epsilon: Fraction
    space: Structure
    sobolev_sum: Fraction
    dimension: int

    @property
    def kind(self) -> str:
        """``tensor``, ``affine``, ``code`` or ``packing``."""
        match self.space:
            case TensorSpace():
                return "tensor"
            case AffineSpace():
                return "affine"
            case CodeGrid():
                return "code"
            case Packing():
                return "packing"

    def to_json(self) -> dict[str, object]:
        """The witness as texts, lists and dictionaries; :func:`from_json` reads it back.

        Examples
        --------
        >>> SubspaceWitness(3, 2, Fraction(1, 9), AffineSpace(3), Fraction(2), 4).to_json()["space"]
        {'variables': '3'}
        """
        return {
            "kind": self.kind,
            "m": digits(self.m),
            "r": digits(self.r),
            "epsilon": digits(self.epsilon),
            "space": _space_to_json(self.space),
            "sobolev_sum": digits(self.sobolev_sum),
            "dimension": digits(self.dimension),
        }


def _space_to_json(space: Structure) -> dict[str, object]:
    match space:
        case TensorSpace():
            return {
                "blocks": [
                    {"family": s.family, "degree": digits(s.degree), "n": digits(s.n), "axes": digits(axes)}
                    for s, axes in space.blocks
                ]
            }
        case AffineSpace():
            return {"variables": digits(space.variables)}
        case CodeGrid():
            return {
                "modulus": digits(space.code.modulus),
                "weights": [digits(w) for w in space.code.weights],
                "distance": digits(space.code.distance),
                "q": digits(space.q),
                "residue": None if space.residue is None else digits(space.residue),
                "count": digits(space.count),
            }
        case Packing():
            return {
                "variables": digits(space.variables),
                "q": digits(space.q),
                "distance": digits(space.distance),
                "method": space.method,
                "tilt": None if space.tilt is None else digits(space.tilt),
                "count": digits(space.count),
            }


def from_json(data: Mapping[str, object]) -> SubspaceWitness:
    """Read a witness back.

    Raises
    ------
    InvalidInput
        If an entry is missing or is not what it should be.

    Examples
    --------
    >>> witness = SubspaceWitness(3, 2, Fraction(1, 9), AffineSpace(3), Fraction(2), 4)
    >>> from_json(witness.to_json()) == witness
    True
    """
    try:
        kind, space = data["kind"], data["space"]
        if not isinstance(space, Mapping):
            raise InvalidInput(f"the witness's space must be a dictionary, got {type(space).__name__}")
        return SubspaceWitness(
            integer(data["m"], "m", minimum=1),
            integer(data["r"], "r", minimum=1),
            fraction(data["epsilon"], "epsilon"),
            _space_from_json(str(kind), space),
            fraction(data["sobolev_sum"], "sobolev_sum"),
            integer(data["dimension"], "dimension"),
        )
    except (KeyError, TypeError) as error:
        raise InvalidInput(
            f"the witness lacks {error} or has it in a wrong form; pass to_json()'s dictionary"
        ) from None


def _space_from_json(kind: str, data: Mapping[str, object]) -> Structure:
    match kind:
        case "tensor":
            blocks = data["blocks"]
            if not isinstance(blocks, list):
                raise InvalidInput(f"blocks must be a list, got {type(blocks).__name__}")
            return TensorSpace(
                tuple(
                    (
                        Space(b["family"], integer(b["degree"], "degree"), integer(b["n"], "n")),
                        integer(b["axes"], "axes", minimum=1),
                    )
                    for b in blocks
                )
            )
        case "affine":
            return AffineSpace(integer(data["variables"], "variables", minimum=1))
        case "code":
            weights = data["weights"]
            if not isinstance(weights, list):
                raise InvalidInput(f"weights must be a list, got {type(weights).__name__}")
            code = Code(
                integer(data["modulus"], "modulus", minimum=1),
                tuple(integer(w, "weight") for w in weights),
                integer(data["distance"], "distance", minimum=1),
            )
            residue = data["residue"]
            return CodeGrid(
                code,
                integer(data["q"], "q", minimum=1),
                None if residue is None else integer(residue, "residue"),
                integer(data["count"], "count"),
            )
        case "packing":
            tilt = data["tilt"]
            return Packing(
                integer(data["variables"], "variables", minimum=1),
                integer(data["q"], "q", minimum=1),
                integer(data["distance"], "distance", minimum=1),
                str(data["method"]),
                None if tilt is None else fraction(tilt, "tilt"),
                integer(data["count"], "count"),
            )
    raise InvalidInput(f"kind must be tensor, affine, code or packing, got {kind!r}")


def objection(witness: SubspaceWitness, epsilon: Fraction) -> str | None:
    """What is wrong with a witness for error epsilon; None if nothing is.

    S and D are worked out by other formulas than those of the search, and S < 1/epsilon is
    compared exactly.
    """
    from bounds.lower import recount

    if not 0 < epsilon < 1:
        return f"epsilon must lie between 0 and 1, got {digits(epsilon)}"
    if witness.m < 1 or witness.r < 1:
        return "m and r must be at least 1"
    try:
        used = recount.variables(witness.space)
        if used > witness.m:
            return f"the space has {used} variables, but m = {witness.m}"
        if (flaw := recount.flaw(witness.space, witness.r)) is not None:
            return flaw
        if not recount.is_sobolev_sum(witness.space, witness.r, witness.sobolev_sum):
            return f"S is not {digits(witness.sobolev_sum)}"
        if not recount.is_dimension(witness.space, witness.dimension):
            return f"D is not {digits(witness.dimension)}"
    except InvalidInput as error:
        return str(error)
    if witness.sobolev_sum < 1:
        return f"S is at least 1, got {digits(witness.sobolev_sum)}"
    if witness.sobolev_sum * epsilon >= 1:
        return f"S = {digits(witness.sobolev_sum)} is not below 1/epsilon = {digits(1 / epsilon)}"
    return None


def verify(witness: SubspaceWitness, epsilon: Fraction) -> bool:
    """Whether the space, its S and its D are as claimed and S < 1/epsilon.

    Examples
    --------
    >>> witness = SubspaceWitness(3, 2, Fraction(1, 9), AffineSpace(3), Fraction(2), 4)
    >>> verify(witness, Fraction(1, 9)), verify(witness, Fraction(1, 2))
    (True, False)
    """
    return objection(witness, epsilon) is None


def verify_bound(bound: LowerBound, m: int, r: int, epsilon: Fraction) -> bool:
    """Whether a bound's number is that of its witness, and the witness is right for m, r, epsilon.

    The bound 0 for epsilon >= 1 needs no witness.
    """
    witness = bound.witness
    if witness is None:
        return bound.value == 0
    return (
        isinstance(witness, SubspaceWitness)
        and (witness.m, witness.r, witness.epsilon) == (m, r, epsilon)
        and bound.value == witness.dimension
        and verify(witness, epsilon)
    )
