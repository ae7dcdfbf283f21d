"""The counters that keep loops and floods from being answered look at where mail really goes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.store.desk import NOW, Desk, as_is, mail
from triage.core.disposition import (
    Acknowledgement,
    Clocked,
    Disposition,
    Enqueue,
    Explained,
    Mail,
    Open,
)
from triage.core.known import Question, Surroundings
from triage.core.outgoing import Sort
from triage.core.ticket import Kind, MessageId, Priority
from triage.store.sqlite import SqliteStore

LATER = NOW + timedelta(minutes=10)


class Asked(Exception):
    """Carries what the store knew, and leaves nothing behind."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self.around = around


def asks(
    requester: str,
    recipient: str = "",
    *,
    message: int = 0,
    subject: str = "",
    at: datetime = LATER,
) -> Question:
    return Question(
        message=MessageId(message),
        key=b"key",
        requester=requester,
        domain=requester.rpartition("@")[2],
        mailbox="support",
        recipient=recipient,
        loose_subject=subject,
        now=at,
    )


def around(store: SqliteStore, question: Question) -> Surroundings:
    def tell(found: Surroundings) -> Disposition:
        raise Asked(found)

    with pytest.raises(Asked) as told:
        store.settle(question, tell)
    return told.value.around


def opens(store: SqliteStore, desk: Desk, *, recipient: str, also: tuple[str, ...] = ()) -> Open:
    """Open a ticket of jo@shop.example, acknowledged to `recipient`, unverified."""
    desk.receive(mail(sender="jo@shop.example"))
    (received,) = store.begin_triage(NOW, timedelta(hours=4), 8)
    new = Open(
        mail=Mail(
            kind=Kind.HUMAN,
            doubtful=False,
            kind_why="",
            trust="none",
            trust_why="",
            language="en",
            subject="",
            sender="jo@shop.example",
            sender_name="",
            message_id="first@example.net",
            text="",
        ),
        reference="T-0000001",
        requester="jo@shop.example",
        requester_name="",
        queue="orders",
        guess="orders",
        priority=Priority.NORMAL,
        boost=0,
        owner="maria",
        owner_why="",
        flags=(),
        gist="",
        clock=Clocked(start=NOW, deadline=NOW + timedelta(hours=1)),
        acknowledgement=Acknowledgement(
            acknowledge=True,
            reason="unverified",
            mail=Enqueue(
                purpose="ack:T-0000001",
                sort=Sort.ACKNOWLEDGEMENT,
                recipient=recipient,
                message_id="ack@northwind.example",
                mailbox="support",
                facts={"verified": False},
            ),
        ),
        explained=Explained(),
        also=also,
    )
    asked = asks("jo@shop.example", recipient, message=received.id, at=NOW)
    store.settle(asked, lambda _: new)
    return new


def sends(store: SqliteStore) -> None:
    claimed = store.claim(NOW, as_is)
    assert claimed is not None
    store.inflight(claimed.id, NOW)
    store.sent(claimed.id, NOW, "250 OK")


@pytest.mark.parametrize(
    ("requester", "recipient"),
    [
        ("inbox@desk.example", ""),
        ("jo@elsewhere.example", "inbox@desk.example"),
        ("inbox@desk.example", "jo@elsewhere.example"),
    ],
)
def test_p3_what_was_acknowledged_counts_for_the_address_it_went_to(
    store: SqliteStore, desk: Desk, requester: str, recipient: str
) -> None:
    opens(store, desk, recipient="inbox@desk.example")
    found = around(store, asks(requester, recipient))
    assert (found.sender_hour, found.sender_day, found.unverified_day) == (1, 1, 1)
    assert found.domain_hour == 1
    assert found.awaiting == "T-0000001"


def test_a_stranger_meets_no_counter_of_somebody_else(store: SqliteStore, desk: Desk) -> None:
    opens(store, desk, recipient="inbox@desk.example")
    found = around(store, asks("eve@example.org"))
    assert (found.sender_hour, found.sender_day, found.unverified_day) == (0, 0, 0)
    assert (found.domain_hour, found.awaiting) == (0, "")


def test_who_wrote_awaits_an_answer_wherever_the_acknowledgement_went(
    store: SqliteStore, desk: Desk
) -> None:
    opens(store, desk, recipient="inbox@desk.example")
    assert around(store, asks("jo@shop.example")).awaiting == "T-0000001"
    store.answered("T-0000001", NOW, "maria", "phone")
    assert around(store, asks("jo@shop.example")).awaiting == ""


def test_the_address_for_replies_takes_part(store: SqliteStore, desk: Desk) -> None:
    opens(store, desk, recipient="inbox@desk.example", also=("office@desk.example",))
    asked = Question(
        message=MessageId(0),
        key=b"key",
        requester="eve@example.org",
        domain="example.org",
        mailbox="support",
        message_ids=("first@example.net",),
        now=LATER,
    )
    (known,) = around(store, asked).threads
    everybody = {"jo@shop.example", "inbox@desk.example", "office@desk.example"}
    assert known.participants == everybody


@pytest.mark.parametrize(
    ("seconds", "waited", "at_once"),
    [(1, 0, True), (59, 0, True), (60, 0, False), (-1, 0, False), (-1, 30, False), (0, 0, False)],
)
def test_p3_what_comes_within_sixty_seconds_of_an_acknowledgement_to_its_domain_is_known(
    store: SqliteStore, desk: Desk, seconds: int, waited: int, at_once: bool
) -> None:
    opens(store, desk, recipient="inbox@desk.example")
    sends(store)
    came = NOW + timedelta(seconds=seconds)
    desk.now = came
    desk.receive(mail("Got it.", message_id="<robot@desk.example>"))
    (robot,) = store.begin_triage(desk.now, timedelta(hours=4), 8)
    at = came + timedelta(seconds=waited)

    def known(requester: str, recipient: str = "") -> bool:
        asked = asks(requester, recipient, message=robot.id, at=at)
        return around(store, asked).acked_domain_minute

    assert known("robot@desk.example") is at_once
    assert known("jo@elsewhere.example", "robot@desk.example") is at_once
    assert not known("robot@shop.example")


def test_p3_what_has_not_left_was_answered_by_nobody(store: SqliteStore, desk: Desk) -> None:
    opens(store, desk, recipient="inbox@desk.example")
    desk.now = NOW + timedelta(seconds=5)
    desk.receive(mail("Hello.", message_id="<2@desk.example>"))
    (other,) = store.begin_triage(desk.now, timedelta(hours=4), 8)
    asked = asks("jo@desk.example", message=other.id, at=desk.now)
    assert not around(store, asked).acked_domain_minute


def test_p4_two_mails_without_a_subject_are_no_robot(store: SqliteStore, desk: Desk) -> None:
    desk.take(mail("My lamp broke.", subject=""))
    assert not around(store, asks("jo@example.net", subject="")).same_subject_day
    desk.take(mail("My lamp broke.", subject="Lamp", message_id="<2@example.net>"))
    assert around(store, asks("jo@example.net", subject="lamp")).same_subject_day
