"""Who writes again gets one ticket for one thing; somebody else is only linked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.desk import NOW, TERMS, Desk, mail
from tests.store.test_by_hand import plans
from triage.core.desk import FactWords
from triage.core.disposition import Disposition, Join, Open
from triage.core.patterns import pattern
from triage.core.terms import Terms
from triage.core.ticket import Priority, Status
from triage.core.together import SAME_ORDER
from triage.store.sqlite import SqliteStore
from triage.store.views import TicketView

HOUR = timedelta(hours=1)
FAILED = "Authentication-Results: mx.northwind.example; dmarc=fail header.from=example.net\n"
FACTS: Terms = replace(
    TERMS,
    service=replace(TERMS.service, fact_words={"phone": FactWords(("call me",), "phone")}),
    fact_patterns={"order_number": (pattern(r"(NW-\d{6})"),)},
    inboxes={
        "support": replace(TERMS.inboxes["support"], authserv_id="mx.northwind.example"),
    },
)


@pytest.fixture
def desk(store: SqliteStore) -> Desk:
    return Desk(store, FACTS)


def write(
    desk: Desk,
    number: int,
    text: str = "The top of NW-123456 is cracked.",
    subject: str = "",
    sender: str = "Jo Park <jo@example.net>",
    more: str = "",
) -> Disposition:
    """Let a requester write for the `number`-th time, an hour after the last."""
    desk.now = NOW + number * HOUR
    return desk.take(
        mail(
            f"{text} ({number})",
            message_id=f"<{number}@example.net>",
            subject=subject or f"Mail {number}",
            sender=sender,
            more=more,
        )
    )


def reference(decision: Disposition) -> str:
    assert isinstance(decision, Open)
    return decision.reference


def shown(desk: Desk, name: str) -> TicketView:
    return desk.store.ticket(name)


def test_the_third_mail_about_one_order_makes_one_ticket_of_three(desk: Desk) -> None:
    first, second, third = (reference(write(desk, number)) for number in (0, 1, 2))
    view = shown(desk, first)
    assert (view.row.status, view.row.priority) == (Status.OPEN, Priority.HIGH)
    assert "repeat_contact" in view.row.flags
    assert set(view.merged) == {second, third}
    assert len(view.messages) == 3
    assert shown(desk, third).merged_into == first
    assert [row.reference for row in desk.store.queue(None, 9)] == [first]
    merged = [event.detail["by"] for event in view.events if event.name == "merged"]
    assert set(merged) == {"triage"}


def test_a_joined_ticket_keeps_the_first_deadline_and_can_be_taken_apart(desk: Desk) -> None:
    first = reference(write(desk, 0))
    due = shown(desk, first).row.answer_by
    write(desk, 1)
    third = reference(write(desk, 2))
    assert shown(desk, first).row.answer_by == due
    desk.store.undo_merge(third, "maria", desk.now)
    assert shown(desk, third).row.status is Status.OPEN
    assert shown(desk, third).merged_into == ""


def test_two_mails_about_one_order_stay_two_tickets(desk: Desk) -> None:
    assert not shown(desk, reference(write(desk, 0))).merged_into
    assert not shown(desk, reference(write(desk, 1))).merged_into


def test_another_order_of_theirs_stays_a_ticket_of_its_own(desk: Desk) -> None:
    one = reference(write(desk, 0))
    other = reference(write(desk, 1, "Where is NW-999999?"))
    third = reference(write(desk, 2))
    assert shown(desk, third).merged_into == one
    assert shown(desk, other).merged_into == ""
    assert shown(desk, other).row.status is Status.OPEN


def test_a_subject_that_says_enough_joins_where_no_number_stands(desk: Desk) -> None:
    for number in (0, 1):
        write(desk, number, "It is cracked.", "The cracked table top")
    third = reference(write(desk, 2, "It is cracked.", "Re: The cracked table top"))
    assert shown(desk, third).merged_into


def test_a_third_mail_in_a_thread_brings_the_others_to_it(desk: Desk) -> None:
    first = reference(write(desk, 0))
    second = reference(write(desk, 1))
    third = write(desk, 2, more="In-Reply-To: <0@example.net>\n")
    assert isinstance(third, Join)
    assert third.together == (second,)
    assert shown(desk, second).merged_into == first
    assert shown(desk, first).row.priority is Priority.HIGH


def test_a_forged_sender_joins_nothing(desk: Desk) -> None:
    write(desk, 0)
    write(desk, 1)
    forged = reference(write(desk, 2, more=FAILED))
    assert shown(desk, forged).merged_into == ""


def test_the_same_order_of_another_address_is_linked_and_never_joined(desk: Desk) -> None:
    first = reference(write(desk, 0))
    for number in (1, 2):
        write(desk, number)
    stranger = reference(write(desk, 3, sender="Sam Roe <sam@example.org>"))
    theirs, own = shown(desk, stranger), shown(desk, first)
    assert theirs.merged_into == ""
    assert first in theirs.related
    assert stranger in own.related
    assert SAME_ORDER in theirs.row.badges
    assert SAME_ORDER in own.row.badges
    assert len(theirs.messages) == 1


def test_nothing_known_from_one_address_is_said_to_the_other(desk: Desk) -> None:
    write(desk, 0, "I am Josephine, NW-123456, call me on 020 7946 0018.")
    stranger = write(desk, 1, sender="Sam Roe <sam@example.org>")
    assert isinstance(stranger, Open)
    assert stranger.acknowledgement.mail is not None
    told = repr(stranger.acknowledgement.mail).casefold()
    assert "josephine" not in told
    assert "jo@example.net" not in told


def test_a_link_is_noted_once(desk: Desk) -> None:
    first = reference(write(desk, 0))
    stranger = reference(write(desk, 1, sender="Sam Roe <sam@example.org>"))
    write(desk, 2, sender="Sam Roe <sam@example.org>", more="In-Reply-To: <1@example.net>\n")
    view = shown(desk, stranger)
    assert [event.name for event in view.events].count("linked") == 1
    assert view.related == (first,)
    assert view.row.badges.count(SAME_ORDER) == 1


def test_an_answered_ticket_is_not_woken_by_being_beside(desk: Desk) -> None:
    first = reference(write(desk, 0))
    desk.store.answered(first, NOW + HOUR, "maria", "phone")
    for number in (2, 3, 4):
        write(desk, number)
    assert shown(desk, first).row.status is Status.WAITING
    assert not shown(desk, first).merged


def test_looking_beside_a_mail_reads_no_table_from_end_to_end(
    store: SqliteStore, desk: Desk
) -> None:
    write(desk, 0)
    found = plans(store, lambda: write(desk, 1, sender="Sam Roe <sam@example.org>"))
    looked = [one for one in found if "FROM matter" in one or "opened DESC LIMIT 50" in one]
    assert len({one.partition(": ")[2] for one in looked}) >= 3
    scans = [one.partition(": ")[0] for one in looked if one.startswith("SCAN")]
    assert not [line for line in scans if "subquery" not in line], scans
