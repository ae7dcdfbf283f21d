"""Deeds: done to one ticket or to many, and taken back where nothing has happened since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store.desk import NOW, Desk, do, mail
from triage.core.disposition import Open
from triage.core.ticket import Priority, Status
from triage.errors import NoSuchTicket
from triage.store.auditing import AuditAsked
from triage.store.byhand import Closing, Correcting, Correction
from triage.store.deeds import KEPT, Asked, Deed, Doer, HandingOver, PuttingOff, Taking
from triage.store.restoring import state
from triage.store.sqlite import SqliteStore

BY = Doer(person="maria", address="192.0.2.1")
SPAM = Correcting(correction=Correction(kind="spam"), boosts={})
URGENT = Correcting(
    correction=Correction(queue="orders", priority=Priority.URGENT, signals={"legal": True}),
    boosts=dict.fromkeys(Priority, 0) | {Priority.URGENT: 60},
)
DEEDS: dict[str, Deed] = {
    "take": Taking("nobody-yet"),
    "hand-over": HandingOver("nobody-yet"),
    "snooze": PuttingOff(NOW + timedelta(days=1)),
    "close": Closing(reason="sent twice", cause="damaged"),
    "correct": URGENT,
}


def opens(desk: Desk, number: int = 1) -> str:
    made = desk.take(
        mail("Cracked.", message_id=f"<{number}@example.net>", sender=f"P <p{number}@example.net>")
    )
    assert isinstance(made, Open)
    return made.reference


def seen(store: SqliteStore, *references: str) -> list[Asked]:
    return [Asked(name, store.ticket(name).row.revision) for name in references]


def stands(store: SqliteStore, reference: str) -> dict[str, object]:
    kept = state(store._db, store.ticket(reference).row.id)
    clock = store._db.execute("SELECT queue, priority, danger, answered, deadline FROM clock")
    return {**kept, "clock": [tuple(row) for row in clock]}


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_is_taken_back_whole(desk: Desk, store: SqliteStore, name: str) -> None:
    reference = opens(desk)
    before = stands(store, reference)
    outcome = store.do(seen(store, reference), DEEDS[name], name, BY, NOW)
    assert (outcome.done, outcome.refused) == ((reference,), ())
    assert stands(store, reference) != before
    back = store.take_back(outcome.number, BY, NOW)
    assert back.done == (reference,)
    assert stands(store, reference) == before
    assert [entry.action for _, entry in store.audit_of(AuditAsked(limit=5))] == ["undo", name]
    (again,) = store.take_back(outcome.number, BY, NOW).refused
    assert "already" in again.why


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_after_which_something_happened_stays(
    desk: Desk, store: SqliteStore, name: str
) -> None:
    reference = opens(desk)
    outcome = store.do(seen(store, reference), DEEDS[name], name, BY, NOW)
    desk.take(
        mail(
            "Are you there?",
            sender="P <p1@example.net>",
            message_id="<again@example.net>",
            more="In-Reply-To: <1@example.net>",
        )
    )
    after = stands(store, reference)
    (refused,) = store.take_back(outcome.number, BY, NOW).refused
    assert refused.since is not None
    assert stands(store, reference) == after


def test_what_has_changed_since_it_was_seen_is_left_alone(desk: Desk, store: SqliteStore) -> None:
    reference = opens(desk)
    asked = seen(store, reference)
    store.answered(reference, NOW, "jonas", "phone")
    outcome = store.do(asked, DEEDS["close"], "close", BY, NOW)
    (refused,) = outcome.refused
    assert (outcome.number, outcome.done) == (0, ())
    assert refused.since is not None
    assert (refused.since.name, refused.since.detail["by"]) == ("answered", "jonas")
    assert store.ticket(reference).row.status is Status.WAITING


def test_of_many_tickets_what_can_be_done_is_done_and_taken_back_in_one(
    desk: Desk, store: SqliteStore
) -> None:
    names = [opens(desk, number) for number in range(1, 5)]
    asked = seen(store, *names)
    store.answered(names[1], NOW, "jonas", "phone")
    outcome = store.do([*asked, Asked("T-0000000", 1)], Closing(reason="a wave"), "close", BY, NOW)
    assert outcome.done == (names[0], names[2], names[3])
    assert [one.reference for one in outcome.refused] == [names[1], "T-0000000"]
    entries = [entry for _, entry in store.audit_of(AuditAsked(limit=9))]
    assert [(one.action, one.about) for one in entries] == [
        ("close", name) for name in reversed(outcome.done)
    ]
    assert {one.detail["deed"] for one in entries} == {str(outcome.number)}
    do(store, names[2], HandingOver("jonas-2"), "maria", NOW)
    back = store.take_back(outcome.number, BY, NOW)
    assert back.done == (names[0], names[3])
    assert [store.ticket(name).row.status for name in names] == [
        Status.OPEN,
        Status.WAITING,
        Status.DONE,
        Status.OPEN,
    ]


def test_a_deed_that_cannot_be_done_leaves_nothing_behind(desk: Desk, store: SqliteStore) -> None:
    reference = opens(desk)
    before = stands(store, reference)
    for deed in (Closing(), PuttingOff(NOW - timedelta(hours=1))):
        (refused,) = store.do(seen(store, reference), deed, "close", BY, NOW).refused
        assert refused.why
    assert stands(store, reference) == before
    assert store.audit_of(AuditAsked(limit=5)) == ()


def test_who_may_see_one_queue_does_nothing_to_another_and_takes_back_their_own(
    desk: Desk, store: SqliteStore
) -> None:
    reference = opens(desk)
    orders = Doer(person="olga", address="", queues=frozenset({"orders"}))
    returns = Doer(person="rita", address="", queues=frozenset({"returns"}))
    (refused,) = store.do(seen(store, reference), DEEDS["close"], "close", orders, NOW).refused
    assert refused.since is None
    moved = store.do(seen(store, reference), URGENT, "correct", returns, NOW)
    assert store.ticket(reference).row.queue == "orders"
    with pytest.raises(NoSuchTicket):
        store.take_back(moved.number + 1, returns, NOW)
    assert store.take_back(moved.number, returns, NOW).done == (reference,)
    assert store.ticket(reference).row.queue == "returns"
    with pytest.raises(NoSuchTicket):
        store.take_back(moved.number, orders, NOW)


def test_spam_that_was_none_waits_again_as_it_did(desk: Desk, store: SqliteStore) -> None:
    reference = opens(desk)
    before = store.ticket(reference).row
    outcome = store.do(seen(store, reference), SPAM, "correct", BY, NOW)
    assert store.ticket(reference).row.status is Status.DONE
    store.take_back(outcome.number, BY, NOW)
    after = store.ticket(reference).row
    assert (after.status, after.answer_by, after.place) == (
        before.status,
        before.answer_by,
        before.place,
    )


def test_a_deed_of_yesterday_cannot_be_taken_back(desk: Desk, store: SqliteStore) -> None:
    outcome = store.do(seen(store, opens(desk)), DEEDS["close"], "close", BY, NOW)
    with pytest.raises(NoSuchTicket):
        store.take_back(outcome.number, BY, NOW + KEPT + timedelta(seconds=1))
