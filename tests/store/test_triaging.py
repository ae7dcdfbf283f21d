"""Triage takes what can still be acknowledged first, and no bad mail holds up the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store.desk import NOW, Desk, mail
from triage.core.disposition import Disposition, Open
from triage.core.known import Surroundings
from triage.core.thread import question
from triage.pipeline.read import read
from triage.store.sqlite import SqliteStore

FRESH = timedelta(hours=4)


def test_what_can_still_be_acknowledged_comes_first(store: SqliteStore, desk: Desk) -> None:
    desk.receive(mail("Old.", message_id="<o@x>"), at=NOW - timedelta(days=3))
    desk.receive(mail("Young.", message_id="<y@x>"), at=NOW - timedelta(hours=1))
    desk.receive(mail("Younger.", message_id="<z@x>"), at=NOW)
    batch = store.begin_triage(NOW, FRESH, 8)
    assert [b"Young." in m.raw for m in batch] == [True, False, False]
    assert b"Old." in batch[2].raw


def test_the_attempt_is_on_disk_before_a_message_is_touched(store: SqliteStore, desk: Desk) -> None:
    desk.receive(mail("One.", message_id="<1@x>"))
    desk.receive(mail("Two.", message_id="<2@x>"))
    assert [m.attempts for m in store.begin_triage(NOW, FRESH, 8)] == [1, 1]


def test_p10_a_message_that_was_tried_before_comes_alone(store: SqliteStore, desk: Desk) -> None:
    for number in range(3):
        desk.receive(mail(f"Mail {number}.", message_id=f"<{number}@x>"))
    store.begin_triage(NOW, FRESH, 8)
    assert [len(store.begin_triage(NOW, FRESH, 8))] == [1]


def test_p10_after_three_attempts_a_message_is_set_aside_and_the_next_one_comes(
    store: SqliteStore, desk: Desk
) -> None:
    desk.receive(mail("Poison.", message_id="<1@x>"))
    for _ in range(3):
        store.begin_triage(NOW, FRESH, 8)
    desk.receive(mail("Fine.", message_id="<2@x>"))
    (decision,) = desk.triage()
    assert isinstance(decision, Open)
    badges = sorted(row.badges for row in store.queue(None, 10))
    assert badges == [(), ("unreadable",)]


def test_p10_a_message_that_rests_holds_up_no_other(store: SqliteStore, desk: Desk) -> None:
    for number in range(3):
        desk.receive(mail(f"Mail {number}.", message_id=f"<{number}@x>"))
    first, *others = [received.id for received in store.begin_triage(NOW, FRESH, 8)]
    store.put_back(others)
    assert [m.id for m in store.begin_triage(NOW, FRESH, 8, {first})] == others
    assert [m.attempts for m in store.begin_triage(NOW, FRESH, 8, set(others))] == [2]


def test_what_is_set_aside_shows_as_much_of_it_as_could_be_read(
    store: SqliteStore, desk: Desk
) -> None:
    desk.receive(mail())
    (received,) = store.begin_triage(NOW, FRESH, 8)
    store.set_aside(received.id, "trace", NOW, sender="jo@example.net", subject="Cracked table")
    (row,) = store.queue(None, 10)
    assert (row.requester, row.subject, row.badges) == (
        "jo@example.net",
        "Cracked table",
        ("unreadable",),
    )


def test_what_is_put_back_has_not_been_tried(store: SqliteStore, desk: Desk) -> None:
    desk.receive(mail())
    (received,) = store.begin_triage(NOW, FRESH, 8)
    store.put_back([received.id])
    (again,) = store.begin_triage(NOW, FRESH, 8)
    assert again.attempts == 1


def test_a_decision_that_fails_leaves_nothing_behind(store: SqliteStore, desk: Desk) -> None:
    desk.receive(mail())
    batch = store.begin_triage(NOW, FRESH, 8)
    (judged,) = read(batch, desk.model, desk.terms)

    def broken(_: Surroundings) -> Disposition:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        store.settle(question(judged, desk.terms, b"", NOW), broken)
    assert store.counts().tickets == {}
    assert store.counts().messages == {"stored": 1}
