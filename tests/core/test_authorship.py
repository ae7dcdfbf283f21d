"""Who wrote an answer, also from an address that the whole team shares; never guessed."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from triage.core.authorship import author
from triage.core.desk import Agent, Hours, Roster
from triage.core.mail.parse import parse

HOURS = Hours(zone=ZoneInfo("Europe/London"), always=True)


def agent(id_: str, name: str, *signs: str) -> Agent:
    mail = f"{id_}@northwind.example"
    return Agent(id=id_, name=name, mail=mail, speaks=("en",), hours=HOURS, signs=signs)


ROSTER = Roster(
    hours=HOURS,
    agents=(
        agent("maria", "Maria Lund", "Maria", "ML"),
        agent("jonas", "Jonas Weber", "JW"),
        agent("mario", "Mario Lund", "ML"),
    ),
)


def wrote(text: str, sender: str = "Northwind <support@northwind.example>", more: str = "") -> str:
    raw = f"From: {sender}\r\n{more}Subject: Re: Table\r\n\r\n{text}\r\n".replace("\n", "\r\n")
    return author(parse(raw.replace("\r\r\n", "\r\n").encode()), ROSTER)


@pytest.mark.parametrize(
    "text",
    [
        "Done.\n\nBest,\nMaria",
        "Done.\n\nBest, Maria",
        "Done.\n\nKind regards\n\nMaria Lund\nNorthwind Home\n+44 20 7946 0000",
        "Done.\n\nKind regards\nMaria Lund | Northwind Home",
        "Done.\n\n-- \nMaria Lund\nNorthwind Home",
        "Done.\n\n/Maria",
        "Done.\n\nBest,\nMaria\n\nOn Monday Jo wrote:\n> It is broken.\n> Jonas Weber",
    ],
)
def test_a_name_that_closes_the_answer_says_who_wrote_it(text: str) -> None:
    assert wrote(text) == "maria"


@pytest.mark.parametrize(
    "text",
    [
        "Done.\n\nBest,\nML",
        "Done.\n\nBest,\nMaria\nJW",
        "Done.\n\nBest,\nThe Northwind team",
        "Jonas told me that Maria Lund will come by.",
        "",
    ],
)
def test_nobody_is_guessed_where_two_match_or_none(text: str) -> None:
    assert wrote(text) == "team"


def test_the_address_counts_before_sender_then_the_name_shown_then_the_signature() -> None:
    signed = "Done.\n\nBest,\nMaria"
    sent = "Sender: jonas@northwind.example\r\n"
    assert wrote(signed, "maria@northwind.example", sent) == "maria"
    assert wrote(signed, more=sent) == "jonas"
    assert wrote(signed, "Jonas Weber (Northwind) <support@northwind.example>") == "jonas"
    assert wrote(signed, "Northwind <support@northwind.example>") == "maria"


def test_a_sender_that_is_no_agent_says_nothing() -> None:
    assert wrote("Done.\n\nJW", more="Sender: support@northwind.example\r\n") == "jonas"
