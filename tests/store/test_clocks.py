"""A clock stops for the answer to the mail that started it, and for one that arrived."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.store.desk import NOW, SENT, Desk, mail, silent
from triage.core.disposition import Answered, Filed, Join, Open
from triage.core.ticket import Kind, Status
from triage.store.sqlite import SqliteStore
from triage.store.views import TicketView

MINUTE = timedelta(minutes=1)
DEADLINE = NOW + timedelta(hours=1)


@pytest.fixture
def reference(desk: Desk) -> str:
    first = desk.take(mail())
    assert isinstance(first, Open)
    return first.reference


def answers(desk: Desk, at: datetime, name: str = "reply", to: str = "jo@example.net") -> None:
    reply = mail(
        "A new top leaves today.",
        sender="Maria Lund <support@northwind.example>",
        to=to,
        message_id=f"<{name}@northwind.example>",
        more="In-Reply-To: <first@example.net>",
    )
    assert isinstance(desk.take(reply, SENT, at), Answered)


def writes_again(desk: Desk, at: datetime) -> None:
    desk.now = at
    more = "In-Reply-To: <first@example.net>"
    assert isinstance(desk.take(mail("And a leg.", message_id="<2@x>", more=more)), Join)


def bounces(desk: Desk, cites: str, at: datetime, who: str = "jo@example.net") -> None:
    desk.now = at
    report = "\r\n".join(
        [
            "From: MAILER-DAEMON@mx.example",
            "To: support@northwind.example",
            "Subject: Undelivered Mail Returned to Sender",
            f"Message-ID: <bounce-of-{cites}>",
            f"In-Reply-To: <{cites}>",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            "It could not be delivered.",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.example",
            "",
            f"Final-Recipient: rfc822; {who}",
            "Action: failed",
            "Status: 5.1.1",
            "",
            "--b--",
            "",
        ]
    )
    filed = desk.take(report.encode())
    assert isinstance(filed, Filed)
    assert filed.mail.kind is Kind.BOUNCE
    assert filed.ticket is not None


def waits(view: TicketView) -> bool:
    return view.row.status is Status.OPEN and view.row.place is not None


def test_an_answer_sent_before_the_requesters_latest_mail_does_not_answer_it(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    answers(desk, NOW + MINUTE)
    writes_again(desk, NOW + 20 * MINUTE)
    answers(desk, NOW + 19 * MINUTE, "late")
    view = store.ticket(reference)
    assert waits(view)
    assert [clock.result for clock in view.clocks] == ["met", ""]
    assert "answered_earlier" in {event.name for event in view.events}
    answers(desk, NOW + 20 * MINUTE, "in-time")
    assert store.ticket(reference).row.status is Status.WAITING
    desk.now = NOW + 30 * MINUTE
    more = "In-Reply-To: <late@northwind.example>"
    assert isinstance(desk.take(mail("Hm.", message_id="<3@x>", more=more)), Join)


def test_an_answer_to_the_first_mail_counts_even_if_clocks_differ(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    answers(desk, NOW - MINUTE)
    assert store.ticket(reference).row.status is Status.WAITING


def test_a_bounce_of_a_humans_answer_lets_the_clock_run_on(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    before = store.ticket(reference).row
    answers(desk, NOW + 5 * MINUTE)
    bounces(desk, "reply@northwind.example", NOW + 7 * MINUTE)
    view = store.ticket(reference)
    assert waits(view)
    assert (view.row.answer_by, view.row.warn_at) == (before.answer_by, before.warn_at)
    assert (view.row.place, view.row.waiting_since) == (before.place, before.waiting_since)
    assert (view.clocks[0].answered, view.clocks[0].result) == (None, "")
    assert view.events[-1].name == "answer_bounced"
    assert store.next_timer() == NOW + 45 * MINUTE
    answers(desk, NOW + 10 * MINUTE, "again")
    assert store.ticket(reference).clocks[0].result == "met"


def test_a_bounce_after_the_deadline_is_a_breach_at_the_deadline_itself(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    answers(desk, NOW + 50 * MINUTE)
    bounces(desk, "reply@northwind.example", NOW + 90 * MINUTE)
    fired = store.fire(desk.now, silent)
    assert [(timer.name, timer.at) for timer in fired] == [
        ("warning", NOW + 45 * MINUTE),
        ("escalation", NOW + 52.5 * MINUTE),
        ("breach", DEADLINE),
    ]
    assert store.ticket(reference).clocks[0].result == "breached"


def test_what_was_told_before_the_answer_is_not_told_again_when_it_bounces(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    assert len(store.fire(DEADLINE + MINUTE, silent)) == 3
    answers(desk, DEADLINE + 2 * MINUTE)
    bounces(desk, "reply@northwind.example", DEADLINE + 3 * MINUTE)
    assert store.next_timer() is None
    assert store.ticket(reference).clocks[0].result == "breached"


def test_a_bounce_of_our_acknowledgement_changes_no_clock(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    (ack,) = store.ticket(reference).outgoing
    answers(desk, NOW + 5 * MINUTE)
    bounces(desk, ack.message_id, NOW + 7 * MINUTE)
    assert store.ticket(reference).row.status is Status.WAITING


def test_a_bounce_from_a_colleague_in_copy_changes_no_clock(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    answers(desk, NOW + 5 * MINUTE, to="jo@example.net, gone@northwind.example")
    bounces(desk, "reply@northwind.example", NOW + 7 * MINUTE, "gone@northwind.example")
    assert store.ticket(reference).row.status is Status.WAITING


def test_a_bounce_of_an_answer_that_another_one_followed_changes_no_clock(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    answers(desk, NOW + 5 * MINUTE)
    answers(desk, NOW + 6 * MINUTE, "again")
    bounces(desk, "reply@northwind.example", NOW + 7 * MINUTE)
    assert store.ticket(reference).row.status is Status.WAITING
    bounces(desk, "again@northwind.example", NOW + 8 * MINUTE)
    assert waits(store.ticket(reference))


def test_a_bounce_of_an_answer_to_an_earlier_turn_changes_no_clock(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    answers(desk, NOW + MINUTE)
    writes_again(desk, NOW + 20 * MINUTE)
    store.answered(reference, NOW + 25 * MINUTE, "maria", "phone")
    bounces(desk, "reply@northwind.example", NOW + 30 * MINUTE)
    assert store.ticket(reference).row.status is Status.WAITING
