"""The frame of the ledger: it notices a lie, an error and a survivor, and says so."""

import json
import multiprocessing
import os
import subprocess
import sys
from functools import partial

import pytest
from flint import arb

import bounds
from bounds.ledger import catalogue
from bounds.ledger.claim import VERDICTS, Claim, Finding, Mutation, enclosed, exceeds, proved, supposed
from bounds.ledger.verification import examined, summary, verify
from identifiability.errors import InvalidInput, Undecided


def claim(name="one", verdict="verified", recorded="verified", **more):
    more = {"unmutated": "a test", **more} if "mutations" not in more else more
    return Claim(f"test/{name}", "line 1", "statement", "x", lambda: Finding(verdict, {}), recorded, **more)


def failing():
    raise ZeroDivisionError("no reason")


def checked(*claims, mutate=False):
    return summary(claims, [examined(one, mutate) for one in claims])


def test_a_true_claim_is_ok():
    found = checked(claim())
    assert found.ok
    assert found.counts == {"verified": 1}


@pytest.mark.parametrize("verdict", [word for word in VERDICTS if word != "verified"])
def test_a_lying_claim_is_noticed(verdict):
    found = checked(claim(verdict=verdict), claim("two"))
    assert not found.ok
    assert found.claims[1].ok
    assert found.claims[0].verdict == verdict
    assert found.claims[0].recorded == "verified"
    assert f"test/one is {verdict}, recorded as verified." in str(found)


def test_an_exception_is_an_error_and_no_refutation():
    lying = Claim(
        "test/fails", "line 1", "statement", "x", failing, "refuted", repair="test/one", unmutated="a test"
    )
    found = checked(lying)
    assert not found.ok
    assert found.claims[0].verdict == "error"
    assert found.claims[0].evidence == {"exception": "ZeroDivisionError: no reason"}
    assert "no reason" in str(found)


@pytest.mark.parametrize(
    ("check", "killed"),
    [
        (lambda: proved(True), False),
        (lambda: proved(False), True),
        (lambda: enclosed(True), True),
        (failing, False),
        (lambda: Finding("error", {}), False),
    ],
)
def test_survivors_are_reported(check, killed):
    found = checked(claim(mutations=(Mutation("a variant", check),)), mutate=True)
    assert found.ok == killed
    assert found.claims[0].ok == killed
    assert [variant.killed for variant in found.claims[0].mutations] == [killed]
    assert ("the false variant 'a variant' is" in str(found)) != killed
    assert checked(claim(mutations=(Mutation("a variant", check),))).ok


def test_the_effective_verdict_is_the_weakest():
    strong, quoted = claim("strong"), claim("quoted", "external", "external")
    middle = claim("middle", "certified", "certified", depends=("test/strong", "test/quoted"))
    top = claim("top", depends=("test/middle",))
    effective = {outcome.id: outcome.effective for outcome in checked(strong, quoted, middle, top).claims}
    assert effective == {
        "test/strong": "verified",
        "test/quoted": "external",
        "test/middle": "external",
        "test/top": "external",
    }
    circular = claim("circle", depends=("test/circle",))
    assert checked(circular).claims[0].effective == "verified"
    assert checked(claim("lost", depends=("test/nowhere",))).claims[0].effective == "error"


def test_dependencies_outside_the_selection_count_as_recorded():
    (found,) = verify(id="daniely/inner-product-basis").claims
    assert (found.verdict, found.effective) == ("verified", "external")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"id": "nopaper"}, "paper/name"),
        ({"id": "a/b/c"}, "paper/name"),
        ({"recorded": "true"}, "records 'true'"),
        ({"recorded": "error"}, "records 'error'"),
        ({"recorded": "conditional", "repair": "test/x"}, "hypotheses"),
        ({"hypotheses": ("m is an integer",)}, "hypotheses"),
        ({"recorded": "refuted"}, "no repair"),
        ({"unmutated": None}, "mutations or a reason"),
        ({"mutations": (Mutation("a", failing),)}, "mutations or a reason"),
    ],
)
def test_malformed_claims_are_refused(wrong, words):
    right = {
        "id": "test/one",
        "item": "line 1",
        "statement": "statement",
        "latex": "x",
        "check": lambda: proved(True),
        "recorded": "verified",
        "unmutated": "a test",
    }
    assert Claim(**right).paper == "test"
    with pytest.raises(InvalidInput, match=words):
        Claim(**{**right, **wrong})


def test_findings_have_known_verdicts():
    assert supposed(True).verdict == "conditional"
    assert proved(False, a=1) == Finding("refuted", {"a": 1})
    with pytest.raises(InvalidInput, match="verdict"):
        Finding("true", {})


def test_overlapping_balls_decide_nothing():
    wide = arb(1, "0.1")
    assert exceeds(arb(1), arb(1))
    with pytest.raises(Undecided, match="overlap"):
        exceeds(wide, arb(1))
    undecided = Claim(
        "test/wide",
        "line 1",
        "1 >= 1",
        "x",
        lambda: enclosed(exceeds(wide, arb(1))),
        "certified",
        unmutated="a test",
    )
    assert checked(undecided).claims[0].verdict == "error"


@pytest.fixture
def small(monkeypatch):
    """A ledger of three claims, of which the second lies."""

    class Paper:
        @staticmethod
        def claims():
            return (
                claim("one", mutations=(Mutation("false", partial(proved, False)),)),
                claim("two", "refuted"),
                claim("three", "certified", "certified"),
            )

    monkeypatch.setitem(sys.modules, "test_paper", Paper)
    monkeypatch.setattr(catalogue, "PAPERS", {"test": "test_paper"})


@pytest.mark.usefixtures("small")
def test_verify_selects():
    assert [outcome.id for outcome in verify().claims] == ["test/one", "test/two", "test/three"]
    assert not verify(paper="test").ok
    assert verify(id="test/three").ok
    assert verify("test", "test/one", mutate=True).ok
    seen = []
    verify(show=seen.append)
    assert seen[-1] == "3 of 3 claims, the last one test/three"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"paper": "berner"}, "no paper 'berner'; pass one of test"),
        ({"id": "test/thre"}, "no claim 'test/thre'; pass an id such as test/three"),
        ({"id": "other/one"}, "no claim 'other/one'"),
        ({"jobs": 0}, "at least 1"),
        ({"jobs": "two"}, "integer"),
    ],
)
def test_bad_selections_are_refused(arguments, words):
    with pytest.raises(InvalidInput, match=words):
        verify(**arguments)


def test_processes_find_the_same():
    here = verify("daniely", id="daniely/main-theorem", mutate=True)
    there = verify("daniely", id="daniely/main-theorem", mutate=True, jobs=2)
    assert [outcome.finding for outcome in here.claims] == [outcome.finding for outcome in there.claims]
    assert [outcome.mutations for outcome in here.claims] == [outcome.mutations for outcome in there.claims]


@pytest.mark.skipif(multiprocessing.get_start_method() != "fork", reason="the ledger below is not on disk")
def test_a_check_that_kills_its_process_is_an_error(monkeypatch):
    class Paper:
        @staticmethod
        def claims():
            dies = partial(os._exit, 3)
            return (Claim("test/dies", "line 1", "statement", "x", dies, "verified", unmutated="a test"),)

    monkeypatch.setitem(sys.modules, "test_paper", Paper)
    monkeypatch.setattr(catalogue, "PAPERS", {"test": "test_paper"})
    (found,) = verify(jobs=2).claims
    assert found.verdict == "error"
    assert "BrokenProcessPool" in found.evidence["exception"]


@pytest.mark.usefixtures("small")
def test_what_is_printed():
    found = verify(mutate=True)
    answer = json.loads(json.dumps(found.to_json()))
    assert answer["schema"] == 1
    assert answer["counts"] == {"verified": "1", "certified": "1", "refuted": "1"}
    assert answer["ok"] is False
    first = answer["claims"][0]
    assert {"id", "paper", "item", "verdict", "recorded", "seconds", "evidence", "effective"} <= set(first)
    assert first["mutations"] == [{"what": "false", "verdict": "refuted", "killed": True, "evidence": {}}]
    assert "mutations" not in verify().to_json()["claims"][0]
    assert "refuted!" in str(found)
    assert "1 of 1 false variants rejected" in str(found)
    assert r"\begin{tabular}" in found.to_latex()
    assert found._repr_html_().startswith("<table>")


def test_claims_are_listed_without_being_checked():
    listed = bounds.claims()
    assert {one.paper for one in listed} == set(catalogue.PAPERS)
    assert bounds.claims("daniely") == bounds.claims(paper="daniely")
    with pytest.raises(InvalidInput, match="no paper"):
        bounds.claims("euclid")


def test_listing_loads_nothing_heavy():
    code = (
        "import sys, bounds; bounds.claims(); "
        "print([n for n in ('numpy', 'scipy', 'sympy', 'rich', 'matplotlib') if n in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
