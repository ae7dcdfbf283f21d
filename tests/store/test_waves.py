"""Mails that are all alike are one row with one action, and each stays a ticket of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.store.desk import NOW, Desk, mail
from triage.core.disposition import Join, Open
from triage.core.prediction import SignalScore
from triage.core.ticket import Kind, Priority, Status
from triage.core.wave import WAVE
from triage.errors import NotPossible
from triage.store.byhand import Answering, Closing, Correcting, Correction
from triage.store.sqlite import SqliteStore

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
BOOSTS = {Priority.URGENT: 60, Priority.HIGH: 25, Priority.NORMAL: 0, Priority.LOW: -60}
SPAM = Correcting(correction=Correction(kind="spam"), boosts=BOOSTS)


def complaint(number: int, more: str = "", *, sender: str = "") -> bytes:
    """Make one more copy of a complaint; names, numbers and the greeting differ."""
    return mail(
        f"Hello {'Maria' if number % 2 else 'Northwind team'},\n"
        "since last night nobody can log in to your shop any more, the page says that the service"
        f" is unavailable. I need the invoice for order {1000 + number} today and nobody at the"
        f" hotline could help me. Please tell me when it works again.{more}\n"
        f"Yours\nVisitor {number}",
        sender=f"Visitor {number} <{sender or f'v{number}@d{number}.example'}>",
        subject=f"Cannot log in ({number})",
        message_id=f"<w{number}@visitors.example>",
    )


def arrive(
    desk: Desk, numbers: range, more: str = "", *, sender: str = "", apart: timedelta = SECOND
) -> list[str]:
    references = []
    for number in numbers:
        desk.now += apart
        decision = desk.take(complaint(number, more, sender=sender))
        assert isinstance(decision, Open)
        references.append(decision.reference)
    return references


def test_nine_alike_are_nine_rows_and_the_tenth_makes_them_one(
    store: SqliteStore, desk: Desk
) -> None:
    references = arrive(desk, range(WAVE - 1))
    assert [row.alike for row in store.queue(None, 100)] == [1] * (WAVE - 1)
    references += arrive(desk, range(WAVE - 1, WAVE))
    (row,) = store.queue(None, 100)
    assert (row.alike, row.reference) == (WAVE, references[0]), "the earliest deadline leads"
    (named,) = store.queue("returns", 100)
    assert named == row
    assert store.queue("orders", 100) == ()
    assert store.counts().tickets == {"open": WAVE}


def test_what_stands_in_one_row_is_named_itself_first(store: SqliteStore, desk: Desk) -> None:
    alone = arrive(desk, range(1))
    assert store.in_one_row(alone[0], 20) == (alone[0],)
    references = alone + arrive(desk, range(1, WAVE))
    others = [one for one in references if one != references[3]]
    assert store.in_one_row(references[3], WAVE) == (references[3], *others)
    assert len(store.in_one_row(references[0], 4)) == 4


def test_a_wave_takes_no_place_from_others_in_a_listing(store: SqliteStore, desk: Desk) -> None:
    arrive(desk, range(30))
    desk.now += MINUTE
    other = desk.take(mail("Where is my parcel?", message_id="<o@example.net>"))
    assert isinstance(other, Open)
    assert [(row.alike, row.reference == other.reference) for row in store.queue(None, 2)] == [
        (30, False),
        (1, True),
    ]


def test_each_requester_keeps_the_clock_and_the_acknowledgement(
    store: SqliteStore, desk: Desk
) -> None:
    references = arrive(desk, range(WAVE + 2))
    views = [store.ticket(reference) for reference in references]
    assert len({view.row.answer_by for view in views}) == WAVE + 2
    assert {view.row.acknowledgement for view in views} == {"pending"}


def test_one_sender_who_writes_the_same_ten_times_is_no_wave(
    store: SqliteStore, desk: Desk
) -> None:
    arrive(desk, range(WAVE + 2), sender="robot@example.net")
    assert len(store.queue(None, 100)) == WAVE + 2


def test_ten_alike_in_more_than_an_hour_are_no_wave(store: SqliteStore, desk: Desk) -> None:
    arrive(desk, range(WAVE), apart=timedelta(minutes=6, seconds=41))
    assert len(store.queue(None, 100)) == WAVE
    arrive(desk, range(WAVE, WAVE + 2), apart=MINUTE)
    (row,) = store.queue(None, 100)
    assert row.alike == WAVE + 2


def test_a_wave_that_was_slow_to_be_fetched_is_one_too(store: SqliteStore, desk: Desk) -> None:
    days = timedelta(days=2)
    for number in range(WAVE):
        desk.receive(complaint(number), at=NOW - days + number * MINUTE)
    desk.triage()
    (row,) = store.queue(None, 100)
    assert row.alike == WAVE


def test_an_hour_after_its_last_mail_a_wave_has_ended(store: SqliteStore, desk: Desk) -> None:
    arrive(desk, range(WAVE))
    desk.now += timedelta(hours=1)
    arrive(desk, range(WAVE, WAVE + 1))
    assert sorted(row.alike for row in store.queue(None, 100)) == [1, WAVE]


def test_what_adds_more_than_a_few_words_stands_alone(store: SqliteStore, desk: Desk) -> None:
    arrive(desk, range(WAVE))
    more = " Besides, two chairs of mine came with scratches all over."
    arrive(desk, range(WAVE, WAVE + 1), more)
    assert sorted(row.alike for row in store.queue(None, 100)) == [1, WAVE]


def test_danger_in_a_wave_stands_in_a_row_of_its_own(store: SqliteStore, desk: Desk) -> None:
    arrive(desk, range(WAVE))
    calm = desk.model.prediction
    burns = SignalScore(0.9, "It burns.", fired=True)
    desk.model.prediction = replace(calm, signals={"safety": burns})
    arrive(desk, range(WAVE, WAVE + 1), " It burns.")
    desk.model.prediction = calm
    first, second = store.queue(None, 100)
    assert (first.alike, first.flags) == (1, ("safety",))
    assert second.alike == WAVE


def test_who_writes_again_stands_alone(store: SqliteStore, desk: Desk) -> None:
    references = arrive(desk, range(WAVE))
    again = mail(
        "One more thing: my neighbour has it, too.",
        sender="v3@d3.example",
        message_id="<again@d3.example>",
        more="In-Reply-To: <w3@visitors.example>",
    )
    assert isinstance(desk.take(again), Join)
    rows = {row.reference: row.alike for row in store.queue(None, 100)}
    assert rows == {references[0]: WAVE - 1, references[3]: 1}


def test_closing_a_row_closes_all_of_it_in_pieces_and_goes_on_where_it_broke_off(
    store: SqliteStore, desk: Desk
) -> None:
    references = arrive(desk, range(WAVE + 3))
    named, closing = references[4], Closing(reason="the shop works again")
    assert store.to_wave(named, closing, "maria", desk.now, 5) == 8
    assert store.ticket(named).row.status is Status.OPEN, "it is what the others are found by"
    assert store.ticket(named).row.alike == 8
    assert store.to_wave(named, closing, "maria", desk.now, 5) == 3
    assert store.to_wave(named, closing, "maria", desk.now, 5) == 0
    assert store.counts().tickets == {"done": WAVE + 3}
    assert store.queue(None, 100) == ()
    assert store.to_wave(named, closing, "maria", desk.now, 5) == 0, "a repeat does no harm"


def test_a_row_is_answered_in_one_go(store: SqliteStore, desk: Desk) -> None:
    references = arrive(desk, range(WAVE))
    at = desk.now + MINUTE
    assert store.to_wave(references[0], Answering(at=at, how="elsewhere"), "maria", at) == 0
    assert store.counts().tickets == {"waiting": WAVE}
    assert all(store.ticket(name).clocks[0].result == "met" for name in references)


def answered_one(store: SqliteStore, reference: str, at: datetime) -> None:
    store.answered(reference, at, "maria", "phone")


def test_what_was_answered_alone_is_left_alone(store: SqliteStore, desk: Desk) -> None:
    references = arrive(desk, range(WAVE))
    answered_one(store, references[2], desk.now)
    store.to_wave(references[0], Closing(reason="works again"), "maria", desk.now)
    assert store.counts().tickets == {"done": WAVE - 1, "waiting": 1}


def test_a_correction_of_a_row_is_taken_back_whole(store: SqliteStore, desk: Desk) -> None:
    references = arrive(desk, range(WAVE))
    before = [store.ticket(name).row for name in references]
    to_orders = Correcting(
        correction=Correction(queue="orders", priority=Priority.HIGH), boosts=BOOSTS
    )
    while store.to_wave(references[5], to_orders, "maria", desk.now, 4):
        pass
    (row,) = store.queue("orders", 100)
    assert (row.alike, row.priority) == (WAVE, Priority.HIGH)
    while store.undo_wave(references[5], "maria", desk.now, 4):
        pass
    after = [store.ticket(name).row for name in references]
    assert [(r.queue, r.priority, r.place) for r in after] == [
        (r.queue, r.priority, r.place) for r in before
    ]


def test_a_run_of_spam_goes_in_one_go_and_comes_back_in_one(store: SqliteStore, desk: Desk) -> None:
    references = arrive(desk, range(WAVE))
    deadlines = [store.ticket(name).row.answer_by for name in references]
    store.to_wave(references[0], SPAM, "maria", desk.now)
    assert store.queue(None, 100) == ()
    assert {message.kind for name in references for message in store.ticket(name).messages} == {
        Kind.SPAM
    }
    assert desk.claim() is None, "no acknowledgement leaves"
    store.undo_wave(references[0], "maria", desk.now)
    assert [store.ticket(name).row.answer_by for name in references] == deadlines
    (row,) = store.queue(None, 100)
    assert row.alike == WAVE


def test_what_was_corrected_alone_is_not_taken_back_with_the_row(
    store: SqliteStore, desk: Desk
) -> None:
    references = arrive(desk, range(WAVE))
    store.correct(references[1], Correction(priority=Priority.HIGH), BOOSTS, "maria", desk.now)
    assert sorted(row.alike for row in store.queue(None, 100)) == [1, WAVE - 1]
    to_orders = Correcting(correction=Correction(queue="orders"), boosts=BOOSTS)
    store.to_wave(references[0], to_orders, "maria", desk.now)
    assert store.ticket(references[1]).row.queue == "returns"
    store.undo_wave(references[0], "maria", desk.now)
    assert store.ticket(references[1]).row.priority is Priority.HIGH


def test_a_ticket_that_stands_alone_has_no_row_to_deal_with(store: SqliteStore, desk: Desk) -> None:
    (reference,) = arrive(desk, range(1))
    with pytest.raises(NotPossible):
        store.to_wave(reference, SPAM, "maria", desk.now)
    with pytest.raises(NotPossible):
        store.undo_wave(reference, "maria", desk.now)
    assert store.ticket(reference).row.status is Status.OPEN


def test_what_nothing_was_like_for_an_hour_is_forgotten(store: SqliteStore, desk: Desk) -> None:
    arrive(desk, range(3))
    desk.now += timedelta(hours=2)
    arrive(desk, range(3, 4))
    kept = store._db.execute("SELECT count(*) FROM likeness").fetchone()[0]
    assert kept == 1
    assert store._db.execute("SELECT count(*) FROM alike").fetchone()[0] == 1


def test_p4_a_known_requester_who_copies_the_words_of_a_wave_is_acknowledged(desk: Desk) -> None:
    """Strangers with the very same words are held from the eleventh on."""
    words = "The shop has been down since last night and nobody there tells us why that is so. " * 2

    def copied(sender: str) -> bytes:
        return mail(words, sender=sender, subject="Down", message_id=f"<c.{sender}>")

    desk.take(mail("My chair came without its seat.", sender="old@friend.example"))
    desk.now += timedelta(hours=26)
    for number in range(WAVE):
        desk.take(copied(f"s{number}@strangers{number}.example"))
    known, stranger = desk.take(copied("old@friend.example")), desk.take(copied("new@x.example"))
    assert isinstance(known, Open)
    assert isinstance(stranger, Open)
    assert stranger.acknowledgement.reason == "same_text_again"
    assert known.acknowledgement.acknowledge
