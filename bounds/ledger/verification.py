"""Running the checks: one after another or in several processes; a check that fails is an error."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from flint import ctx

from bounds.ledger.catalogue import claims, selected
from bounds.ledger.claim import VERDICTS, Check, Claim, Finding
from bounds.ledger.outcomes import MutationOutcome, Outcome, Verification
from identifiability.exact import integer

PRECISION = 128
"""Bits of the balls in a check, unless it takes more."""

MOST_JOBS = 64


def verify(
    paper: str | None = None,
    id: str | None = None,
    mutate: bool = False,
    jobs: object = 1,
    show: Callable[[str], None] | None = None,
) -> Verification:
    """Check the claims of the source texts.

    Parameters
    ----------
    paper : str, optional
        Only the claims of this paper.
    id : str, optional
        Only this claim, for instance ``"daniely/main-theorem"``.
    mutate : bool
        Whether the false variants of each claim are checked too; they must be rejected.
    jobs : int
        How many processes to use.
    show : callable, optional
        Is told, in a few words, how far the work is.

    Returns
    -------
    Verification
        ``.ok`` is whether every verdict is the recorded one and no false variant survives; ``.claims`` has
        an outcome for each claim.

    Raises
    ------
    InvalidInput
        If there is no such paper or claim.

    Examples
    --------
    >>> found = verify(id="daniely/main-theorem", mutate=True)
    >>> found.ok, found.claims[0].verdict, found.claims[0].evidence["F"]
    (True, 'refuted', 'h_1')
    """
    processes = integer(jobs, "jobs", minimum=1, maximum=MOST_JOBS)
    wanted = selected(paper, id)
    runs = _in_processes(wanted, mutate, processes) if processes > 1 else _here(wanted, mutate)
    found: dict[str, _Run] = {}
    for done, run in enumerate(runs, start=1):
        found[run[0]] = run
        if show is not None:
            show(f"{done} of {len(wanted)} claims, the last one {run[0]}")
    return summary(wanted, [found[claim.id] for claim in wanted])


_Run = tuple[str, Finding, float, tuple[MutationOutcome, ...] | None]


def examined(claim: Claim, mutate: bool) -> _Run:
    """Run the check of one claim, and of its false variants."""
    start = time.perf_counter()
    finding = _found(claim.check)
    seconds = time.perf_counter() - start
    if not mutate:
        return claim.id, finding, seconds, None
    variants = []
    for mutation in claim.mutations:
        of_variant = _found(mutation.check)
        killed = of_variant.verdict not in (claim.recorded, "error")
        variants.append(MutationOutcome(mutation.what, of_variant, killed))
    return claim.id, finding, seconds, tuple(variants)


def summary(checked: Sequence[Claim], runs: Iterable[_Run]) -> Verification:
    """The outcomes, with the weakest verdict that each claim depends on."""
    runs = tuple(runs)
    verdicts = {identifier: finding.verdict for identifier, finding, _, _ in runs}
    effective = _effective(checked, verdicts)
    return Verification(
        tuple(
            Outcome(claim, finding, effective[claim.id], seconds, mutations)
            for claim, (_, finding, seconds, mutations) in zip(checked, runs, strict=True)
        )
    )


def _found(check: Check) -> Finding:
    with ctx.workprec(PRECISION):
        try:
            return check()
        except Exception as error:
            return Finding("error", {"exception": f"{type(error).__name__}: {error}"})


def _here(wanted: Sequence[Claim], mutate: bool) -> Iterator[_Run]:
    for claim in wanted:
        yield examined(claim, mutate)


def _by_id(identifier: str, mutate: bool) -> _Run:
    return examined(selected(None, identifier)[0], mutate)


def _in_processes(wanted: Sequence[Claim], mutate: bool, processes: int) -> Iterator[_Run]:
    from concurrent.futures import ProcessPoolExecutor, as_completed

    with ProcessPoolExecutor(processes) as pool:
        futures = {pool.submit(_by_id, claim.id, mutate): claim.id for claim in wanted}
        for future in as_completed(futures):
            failure = future.exception()
            if failure is None:
                yield future.result()
            else:
                # The process died: nothing is known of the claim.
                lost = Finding("error", {"exception": f"{type(failure).__name__}: {failure}"})
                yield futures[future], lost, 0.0, () if mutate else None


def _effective(checked: Sequence[Claim], found: Mapping[str, str]) -> dict[str, str]:
    """For each claim the weakest verdict of it and of all that it depends on, directly or not.

    A claim that was not checked in this run counts with its recorded verdict, and an unknown one as error.
    """
    known = {claim.id: claim for claim in checked}
    missing = {other for claim in checked for other in claim.depends} - known.keys()
    if missing:
        known = {**{claim.id: claim for claim in claims()}, **known}

    def everything(identifier: str, seen: set[str]) -> set[str]:
        if identifier not in seen:
            seen.add(identifier)
            for other in known[identifier].depends if identifier in known else ():
                everything(other, seen)
        return seen

    def verdict(identifier: str) -> str:
        if identifier in found:
            return found[identifier]
        return known[identifier].recorded if identifier in known else "error"

    return {
        claim.id: max((verdict(other) for other in everything(claim.id, set())), key=VERDICTS.index)
        for claim in checked
    }
