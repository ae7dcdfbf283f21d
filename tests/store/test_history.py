"""What rules are told of a requester: what they wrote before, what waits, and when we answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.store.desk import INBOX, NOW, TERMS, Desk, mail
from tests.store.test_counting import around, asks
from triage.core.disposition import Filed, Join, Open
from triage.core.history import LONGEST, MOST, History
from triage.core.match.onhistory import Counted, CountIs, KnownIs
from triage.core.rules import Rule, Then
from triage.core.ticket import Kind, Priority
from triage.store.sqlite import SqliteStore

HOUR = timedelta(hours=1)
JO = "jo@example.net"


def history(store: SqliteStore, requester: str = JO) -> History:
    return around(store, asks(requester, at=NOW + LONGEST / 2)).history


def test_nobody_has_no_history(store: SqliteStore) -> None:
    assert history(store) == History()
    assert history(store, "") == History()


def test_mails_tickets_and_what_waits_are_those_of_the_requester(desk: Desk) -> None:
    desk.take(mail(), at=NOW - HOUR)
    desk.take(mail("Another thing.", message_id="<2@example.net>", subject="Chair"), at=NOW)
    desk.take(mail(sender="al@example.net", message_id="<3@example.net>", subject="Lamp"))
    found = history(desk.store)
    assert set(found.mails) == {NOW - HOUR, NOW}
    assert set(found.tickets) == {NOW - HOUR, NOW}
    assert (found.waiting, found.answered, found.known) == (2, None, True)


def test_automatic_mail_is_no_contact(desk: Desk) -> None:
    decision = desk.take(mail(more="Auto-Submitted: auto-replied\n"))
    assert isinstance(decision, Filed)
    assert history(desk.store) == History()


def test_an_answer_is_remembered_when_the_requester_writes_again(desk: Desk) -> None:
    opened = desk.take(mail())
    assert isinstance(opened, Open)
    desk.store.answered(opened.reference, NOW + HOUR, "maria", "phone")
    desk.now = NOW + 2 * HOUR
    again = mail("And another thing.", message_id="<2@x>", more="In-Reply-To: <first@example.net>")
    assert isinstance(desk.take(again), Join)
    found = history(desk.store)
    assert found.answered == NOW + HOUR
    assert len(found.mails) == 2
    assert (len(found.tickets), found.waiting) == (1, 1)


def test_what_is_older_than_a_year_is_forgotten_but_that_they_are_known(desk: Desk) -> None:
    desk.take(mail())
    at_the_edge = around(desk.store, asks(JO, at=NOW + LONGEST)).history
    assert (at_the_edge.mails, at_the_edge.tickets, at_the_edge.known) == ((), (), True)
    just = around(desk.store, asks(JO, at=NOW + LONGEST - timedelta(microseconds=1))).history
    assert (len(just.mails), len(just.tickets)) == (1, 1)


def test_of_very_many_mails_the_latest_are_remembered(desk: Desk) -> None:
    for number in range(MOST + 3):
        raw = mail(f"Thing {number}.", message_id=f"<{number}@x>", subject=f"Thing {number}")
        desk.receive(raw, INBOX, NOW - number * timedelta(seconds=1))
    desk.triage()
    found = history(desk.store)
    assert (len(found.mails), len(found.tickets)) == (MOST, MOST)
    assert min(found.mails) == NOW - (MOST - 1) * timedelta(seconds=1)


THIRD = Rule(
    id="third",
    why="A third contact",
    when=CountIs(Counted.MAILS, at_least=3, within=timedelta(days=14)),
    then=Then(priority=Priority.HIGH, flags=("repeat",)),
)


def chased(desk: Desk, times: int) -> Open:
    """Write so many times, an hour apart, each about another thing; return the last decision."""
    decision = None
    for number in range(times):
        desk.now = NOW + number * HOUR
        decision = desk.take(
            mail(f"Thing {number}.", message_id=f"<{number}@x>", subject=f"T{number}")
        )
    assert isinstance(decision, Open)
    return decision


def test_a_third_contact_is_told_from_a_second(desk: Desk) -> None:
    desk.terms = replace(TERMS, rules=(THIRD,))
    assert chased(desk, 2).priority is Priority.NORMAL
    desk.now = NOW + 2 * HOUR
    third = desk.take(mail("Thing 3.", message_id="<3@x>", subject="T3"))
    assert isinstance(third, Open)
    assert (third.priority, third.flags) == (Priority.HIGH, ("repeat", "repeat_contact"))
    assert third.explained.fired[0]["evidence"] == ("mails 3",)


def test_a_forged_sender_has_nobodys_history(desk: Desk) -> None:
    inbox = replace(TERMS.inboxes["support"], authserv_id="mx.northwind.example")
    known = Rule(id="known", why="Known", when=KnownIs(known=True), then=Then(flags=("known",)))
    desk.terms = replace(TERMS, rules=(known,), inboxes={"support": inbox})
    desk.take(mail())
    failed = "Authentication-Results: mx.northwind.example; dmarc=fail header.from=example.net\n"
    forged = desk.take(mail("Thing.", message_id="<2@x>", subject="T", more=failed))
    honest = desk.take(mail("Thing else.", message_id="<3@x>", subject="U"))
    assert isinstance(forged, Open)
    assert isinstance(honest, Open)
    assert (forged.flags, honest.flags) == ((), ("known",))


def test_a_rule_that_names_the_kind_never_asks_for_history(desk: Desk) -> None:
    never = Rule(
        id="never", why="Never", when=KnownIs(known=False), then=Then(kind=Kind.SPAM), stop=True
    )
    desk.terms = replace(TERMS, rules=(never, THIRD))
    assert isinstance(desk.take(mail()), Open)
