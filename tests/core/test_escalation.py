"""Mail that goes over somebody's head comes back to the one who owns the matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.test_decide import AROUND, decided, judged
from tests.store.desk import AGENTS, ALL_WEEK, NOW, TERMS, mail
from triage.core.desk import Absence, Roster
from triage.core.disposition import Open
from triage.core.known import Surroundings
from triage.core.match.onmail import Words
from triage.core.matter import Beside
from triage.core.rules import Rule, Then
from triage.core.terms import Terms
from triage.core.ticket import Status
from triage.core.wordlist import word_list

BUSY = replace(AGENTS[1], limit=1, queues=frozenset({"orders"}))
STRANGER = replace(AGENTS[0], id="aya", name="Aya Haddad", mail="aya@northwind.example")
UPWARDS = Rule(
    id="upwards",
    why="They ask for a manager",
    when=Words(word_list(["your manager"])),
    then=Then(flags=("escalation",)),
)
ROSTER = Roster(
    hours=ALL_WEEK,
    agents=(STRANGER, replace(BUSY, deputy="tomas"), replace(STRANGER, id="tomas", name="Tom R")),
    protected=("Helen Frost",),
    colleagues=frozenset({"helen@northwind.example"}),
)
ESCALATED: Terms = replace(TERMS, roster=ROSTER, rules=(UPWARDS,))
ASKS = mail("I want to speak to your manager about the table.")


def owned(by: str, *, requester: str = "jo@example.net", matter: str = "") -> Beside:
    return Beside(
        reference=f"T-{by.upper():0<7}"[:9],
        requester=requester,
        owner=by,
        status=Status.OPEN,
        opened=NOW - timedelta(days=1),
        matters=frozenset({matter} if matter else ()),
    )


def opened(around: Surroundings, raw: bytes = ASKS, terms: Terms = ESCALATED) -> Open:
    decision = decided(judged(raw, terms=terms), around, terms)
    assert isinstance(decision, Open)
    return decision


FULL = {"jonas": 40}


def test_it_returns_to_the_owner_of_their_ticket_full_and_of_another_queue() -> None:
    around = replace(AROUND, beside=(owned("jonas"),), loads=FULL)
    decision = opened(around)
    assert (decision.owner, "escalation" in decision.flags) == ("jonas", True)
    assert "returns to Jonas Weber" in decision.owner_why
    assert opened(around, mail("The table is cracked.")).owner != "jonas"


def test_it_returns_to_whoever_had_their_last_ticket_too() -> None:
    assert opened(replace(AROUND, owner_before="jonas", loads=FULL)).owner == "jonas"


def test_the_same_thing_comes_before_another_ticket_of_theirs() -> None:
    terms = replace(ESCALATED, service=TERMS.service)
    raw = mail("Your manager, please.", subject="About the broken cupboard")
    one = replace(owned("tomas"), subject="about the broken cupboard")
    around = replace(AROUND, beside=(owned("jonas"), one))
    assert opened(around, raw, terms).owner == "tomas"


def test_who_is_not_there_before_the_answer_is_due_has_a_deputy() -> None:
    away = Absence("jonas", NOW - timedelta(hours=1), NOW + timedelta(days=3))
    terms = replace(ESCALATED, roster=replace(ROSTER, absences=(away,)))
    decision = opened(replace(AROUND, beside=(owned("jonas"),)), terms=terms)
    assert decision.owner == "tomas"
    assert "deputy of Jonas Weber" in decision.owner_why


def test_where_the_owner_has_left_and_has_no_deputy_the_roster_decides() -> None:
    gone = replace(BUSY, left=NOW.date())
    terms = replace(ESCALATED, roster=replace(ROSTER, agents=(STRANGER, gone)))
    assert opened(replace(AROUND, beside=(owned("jonas"),)), terms=terms).owner == "aya"


@pytest.mark.parametrize(("name", "flagged"), [("Helen Frost", True), ("Reception", False)])
def test_what_the_chief_passes_on_returns_to_the_owner(name: str, flagged: bool) -> None:
    raw = mail(
        "Please look into this.\n\n---------- Forwarded message ----------\n"
        "From: Jo Park <jo@example.net>\nDate: Mon, 23 Nov 2026 09:00:00 +0000\n"
        "Subject: Cracked table\nTo: helen@northwind.example\n\nNobody answers me.",
        sender=f"{name} <helen@northwind.example>",
        subject="Fwd: Cracked table",
    )
    decision = opened(replace(AROUND, beside=(owned("jonas"),), loads=FULL), raw)
    assert (decision.requester, decision.owner) == ("jo@example.net", "jonas")
    assert ("escalation" in decision.flags) is flagged


def test_somebody_elses_matter_is_the_last_to_say_whose_it_is() -> None:
    other = owned("jonas", requester="sam@example.org", matter="order_number 123456")
    assert opened(replace(AROUND, elsewhere=(other,), loads=FULL)).owner == "jonas"
    near = replace(AROUND, elsewhere=(other,), beside=(owned("tomas"),))
    assert opened(near).owner == "tomas"
