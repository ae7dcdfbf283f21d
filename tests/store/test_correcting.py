"""What a human sets right takes effect whole, and is taken back whole."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store.desk import NOW, Desk, as_is, mail
from triage.core.disposition import Join, Open
from triage.core.outgoing import State
from triage.core.ticket import Status
from triage.store.byhand import Closing, Correction
from triage.store.sqlite import SqliteStore

LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def reference(desk: Desk) -> str:
    new = desk.take(mail())
    assert isinstance(new, Open)
    return new.reference


def corrects(store: SqliteStore, desk: Desk, reference: str, kind: str) -> None:
    change = Correction(kind=kind)
    store.correct(reference, change, desk.terms.service.boosts, "maria", LATER)


@pytest.mark.parametrize("kind", ["spam", "bulk", "phishing"])
def test_p3_what_is_no_humans_mail_is_not_acknowledged(
    store: SqliteStore, desk: Desk, reference: str, kind: str
) -> None:
    corrects(store, desk, reference, kind)
    view = store.ticket(reference)
    assert (view.outgoing[0].state, view.outgoing[0].reason) == (State.CANCELLED, kind)
    assert view.row.acknowledgement == kind
    assert store.claim(LATER, as_is) is None


def test_what_is_no_ticket_leaves_the_queue_and_its_clock_warns_nobody(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    corrects(store, desk, reference, "spam")
    assert store.queue(None, 10) == ()
    assert store.next_timer() is None
    assert store.ticket(reference).row.status is Status.DONE
    assert [one.reference for one in store.filed(("spam",), 10)] == [reference]


def test_phishing_stays_a_ticket(store: SqliteStore, desk: Desk, reference: str) -> None:
    corrects(store, desk, reference, "phishing")
    assert [row.reference for row in store.queue(None, 10)] == [reference]


@pytest.mark.parametrize("back", ["undo", "correct"])
def test_a_ticket_taken_out_by_mistake_waits_again_as_it_did(
    store: SqliteStore, desk: Desk, reference: str, back: str
) -> None:
    before, timer = store.ticket(reference).row, store.next_timer()
    corrects(store, desk, reference, "spam")
    if back == "undo":
        assert store.undo_correction(reference, "maria", LATER)
    else:
        corrects(store, desk, reference, "human")
    view = store.ticket(reference)
    assert view.row.status is Status.OPEN
    assert (view.row.answer_by, view.row.warn_at) == (before.answer_by, before.warn_at)
    assert (view.row.place, view.row.waiting_since) == (before.place, before.waiting_since)
    assert store.next_timer() == timer
    assert view.outgoing[0].state is State.PENDING
    assert view.row.acknowledgement == "pending"


def test_undoing_step_by_step_ends_where_it_began(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    before = store.ticket(reference).row
    for kind in ("spam", "human", "bulk"):
        corrects(store, desk, reference, kind)
    statuses: list[Status] = []
    while store.undo_correction(reference, "maria", LATER + timedelta(minutes=len(statuses))):
        statuses.append(store.ticket(reference).row.status)
    assert statuses == [Status.OPEN, Status.DONE, Status.OPEN]
    assert store.ticket(reference).row.place == before.place


def test_an_acknowledgement_that_left_is_not_sent_again_by_undoing(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    claimed = store.claim(NOW, as_is)
    assert claimed is not None
    store.inflight(claimed.id, NOW)
    store.sent(claimed.id, NOW, "250 OK")
    corrects(store, desk, reference, "spam")
    store.undo_correction(reference, "maria", LATER)
    assert store.ticket(reference).outgoing[0].state is State.SENT


def test_a_ticket_that_was_written_to_since_keeps_its_new_clock(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    corrects(store, desk, reference, "spam")
    desk.now = NOW + timedelta(hours=2)
    more = "In-Reply-To: <first@example.net>"
    assert isinstance(desk.take(mail("Hello?", message_id="<2@x>", more=more)), Join)
    due = store.ticket(reference).row.answer_by
    store.undo_correction(reference, "maria", desk.now)
    assert store.ticket(reference).row.answer_by == due == desk.now + timedelta(hours=1)


def test_a_ticket_that_was_closed_since_stays_closed(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    corrects(store, desk, reference, "spam")
    store.close_ticket(reference, Closing(reason="spam"), "jonas", LATER + timedelta(minutes=1))
    store.undo_correction(reference, "maria", LATER + timedelta(minutes=2))
    assert store.ticket(reference).row.status is Status.DONE
