"""Reasons that were kept as English sentences are read in German, and no other words are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.desk import NOW
from tests.web.conftest import House
from tests.web.test_deeds import opened
from triage.core.disposition import Disposition, Filed, Join, Junked, Open, Own
from triage.core.worded import clauses, listed, quoting
from triage.web.kept import Sentence, kept, sentences
from triage.web.render import Reader

HERE = Path(__file__).parents[1]
GERMAN = Reader(language="de", zone=ZoneInfo("Europe/Berlin"), now=NOW)
ENGLISH = Reader(language="en", zone=ZoneInfo("Europe/Berlin"), now=NOW)
WHY = {"Verdict": 1, "SenderTrust": 1, "Assignment": 2, "Guise": 1, "Likeness": 0}
"""Where the reason stands among what these are made from."""


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("took it", "hat ihn übernommen"),
        (
            "List-Id says it came through a list",
            "List-Id sagt, dass sie über eine Mailingliste kam",
        ),
        (
            "on duty, has care, speaks de, least expected load (3 open)",
            "im Dienst, hat care, spricht Deutsch, am wenigsten erwartete Arbeit (3 offen)",
        ),
        (
            "in place of jonas, who is not there: first on duty, least expected load (0 open);"
            " nobody there in time has care",
            "anstelle von jonas, nicht da: zuerst im Dienst, am wenigsten erwartete Arbeit"
            " (0 offen); niemand, der rechtzeitig da ist, hat care",
        ),
        ("care, urgent: 2 days, while open", "care, dringend: 2 Tage, während der Öffnungszeiten"),
        ("care: 1 h 30 min, round the clock", "care: 1 h 30 min, rund um die Uhr"),
        (
            "priority high: signal legal, “my lawyer; and a judge”",
            "Priorität hoch: Signal rechtlich, „my lawyer; and a judge“",
        ),
        (
            "rule vip (house.yaml:3): they are on duty, took it (gold); overruled: queue care",
            "Regel vip (house.yaml:3): they are on duty, took it (gold); überstimmt: queue care",
        ),
        ("bears our token (T-ABC1234)", "trägt unsere Kennung (T-ABC1234)"),
    ],
)
def test_a_kept_sentence_is_said_in_german_with_its_parts(english: str, german: str) -> None:
    assert kept(english, GERMAN) == german
    assert kept(english, ENGLISH) == english


@pytest.mark.parametrize(
    "text", ["", "on duty, call him back", "call Maria back; took it", "has", "x" * 3_000]
)
def test_words_that_the_product_did_not_write_stay_as_they_are(text: str) -> None:
    assert kept(text, GERMAN) == text


PARTS = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12)


@given(drawn=st.data(), one=st.sampled_from(sentences("de")))
def test_every_sentence_is_found_again_in_what_it_made(drawn: st.DataObject, one: Sentence) -> None:
    parts = {name: drawn.draw(PARTS) for name in one.names}
    assert one.parts(one.text % parts) == parts


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["took it", "; ", ", ", ": ", "x"])).map("".join)
)
def test_whatever_stands_there_can_be_asked_for(text: str) -> None:
    assert kept(text, GERMAN) or not text
    assert kept(clauses(*[text] * 400), GERMAN) is not None


def test_sentences_are_joined_as_they_are_taken_apart() -> None:
    told = quoting(clauses(listed("on duty", "took it"), "took it"), "so it is")
    assert told == "on duty, took it; took it, “so it is”"
    assert kept(told, GERMAN) == "im Dienst, hat ihn übernommen; hat ihn übernommen, „so it is“"


def reasons(made: Disposition) -> Iterator[str]:
    """Yield every reason that is kept of a mail."""
    match made:
        case Open():
            yield from (made.owner_why, made.clock.why)
            yield from (made.mail.kind_why, made.mail.trust_why, *made.explained.why)
        case Filed() | Join() | Own() | Junked():
            yield from (made.mail.kind_why, made.mail.trust_why, *made.explained.why)
        case _:
            raise AssertionError(f"{type(made).__name__} is none that these mails become")


def test_every_reason_that_is_kept_of_a_mail_is_known(house: House) -> None:
    desk = house.desk
    paths = sorted((HERE / "mail").glob("*.eml"))
    unknown = set()
    for at, path in enumerate(paths):
        desk.now = NOW + timedelta(minutes=at)
        for said in reasons(desk.take(path.read_bytes(), at=desk.now)):
            if kept(said, GERMAN) == said:
                unknown.add(said)
    assert unknown == set()


def test_no_reason_is_made_of_words_that_no_other_language_knows() -> None:
    bare = []
    for path in sorted((HERE.parent / "triage/core").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Name(id=name), args=args) if name in WHY:
                    said = args[WHY[name] :][:1]
                    bare += [ast.unparse(one) for one in said if _is_text(one)]
                case ast.keyword(arg="why" | "kind_why" | "owner_why", value=value):
                    bare += [ast.unparse(value)] if _is_text(value) else []
                case _:
                    pass
    assert bare == []


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and bool(node.value))


async def test_why_a_ticket_stands_where_it_does_is_read_in_german(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        browser.headers["Accept-Language"] = "de"
        shown = (await browser.get(f"/ticket/{reference}")).text
    assert "im Dienst, " in shown
    assert "während der Öffnungszeiten" in shown
    assert "Priorität" in shown
    assert ">gezählt " in shown
    for english in ("on duty", "while open", "counted ", "nothing says otherwise"):
        assert english not in shown


async def test_who_is_turned_away_reads_why_in_german(house: House) -> None:
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        browser.headers["Accept-Language"] = "de"
        missing = await browser.get("/ticket/T-ABC1234")
        allowed = await browser.get("/rules")
        nothing = await browser.post("/view/next")
    assert missing.text == "Hier ist nichts, das Sie sehen dürfen.\n"
    assert allowed.text == "Das ist für die Rolle „admin“.\n"
    assert nothing.text == "So lässt sich hier nichts anfragen.\n"
