"""A correction becomes a label once its undo has passed; the heads it taught are kept in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.desk import IS_SPAM, NOW, Desk, mail
from triage.core.disposition import Open
from triage.core.ticket import Kind, MessageId, Priority, handle
from triage.errors import NotPossible
from triage.store.byhand import Correction
from triage.store.learning import Outcome, Packed, Taught
from triage.store.sqlite import SqliteStore

AFTER = timedelta(seconds=30)
LATER = NOW + timedelta(seconds=31)
ENCODER = "an-encoder"


@pytest.fixture
def reference(desk: Desk) -> str:
    return opened(desk, 1)


def opened(desk: Desk, number: int) -> str:
    raw = mail(f"Table top {number} arrived cracked.", message_id=f"<{number}@example.net>")
    new = desk.take(raw)
    assert isinstance(new, Open)
    return new.reference


def corrects(desk: Desk, reference: str, correction: Correction) -> None:
    desk.store.correct(reference, correction, desk.terms.service.boosts, "maria", NOW)


def taught(heads: str, outcome: Outcome, through: int = 0) -> Taught:
    return Taught(
        at=NOW,
        heads=heads,
        encoder=ENCODER,
        teaching="digest",
        through=through,
        labels=through,
        figures={"before": 0.5},
        outcome=outcome,
    )


def test_a_correction_becomes_a_label_when_its_undo_has_passed(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    corrects(desk, reference, Correction(queue="orders", signals={"complaint": True}))
    assert not store.standing(NOW - timedelta(seconds=1), ENCODER).ripe
    assert store.ripen(NOW - timedelta(seconds=1), LATER) == ()
    assert store.standing(LATER - AFTER, ENCODER).ripe
    (label,) = store.ripen(LATER - AFTER, LATER)
    assert label.says == {"queue": "orders", "signals": {"complaint": True}}
    assert (label.subject, label.text.strip()) == ("Cracked table", "Table top 1 arrived cracked.")
    assert store.ripen(LATER, LATER) == ()


def test_p8_a_correction_that_was_undone_in_time_teaches_nothing(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    corrects(desk, reference, Correction(queue="orders"))
    store.undo_correction(reference, "maria", NOW)
    assert store.ripen(LATER, LATER) == ()
    assert not store.standing(LATER, ENCODER).ripe


def test_p8_a_label_is_taken_back_when_its_correction_is(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    corrects(desk, reference, Correction(queue="orders"))
    (label,) = store.ripen(LATER, LATER)
    store.keep_vectors(ENCODER, {label.number: Packed(b"whole", b"sentences")})
    store.keep_taught(taught("with", Outcome.LIVE, through=label.number))
    store.undo_correction(reference, "maria", LATER)
    assert store.standing(LATER, ENCODER).ripe
    assert store.ripen(LATER, LATER) == ()
    assert store.labels(ENCODER, label.number) == ()
    assert store.standing(LATER, ENCODER).withdrawn == 1


def test_spam_and_not_spam_are_labels_too(store: SqliteStore, desk: Desk, reference: str) -> None:
    store.correct(reference, IS_SPAM, {}, "maria", NOW)
    (label,) = store.ripen(LATER, LATER)
    assert label.says == {"kind": Kind.SPAM}


def test_what_is_said_of_filed_mail_is_a_label(store: SqliteStore, desk: Desk) -> None:
    desk.take(mail("Away until Monday.", more="Auto-Submitted: auto-replied"))
    store.correct(handle(MessageId(1)), Correction(kind="human"), {}, "maria", NOW)
    desk.triage()
    (label,) = store.ripen(LATER, LATER)
    assert label.says == {"kind": "human"}


def test_what_goes_to_unsure_teaches_no_queue(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    corrects(desk, reference, Correction(queue="unsure", priority=Priority.HIGH))
    (label,) = store.ripen(LATER, LATER)
    assert label.says == {"priority": "high"}


def test_vectors_are_kept_for_the_encoder_that_made_them(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    corrects(desk, reference, Correction(queue="orders"))
    (label,) = store.ripen(LATER, LATER)
    assert [one.number for one in store.unread(ENCODER, 10)] == [label.number]
    store.keep_vectors(ENCODER, {label.number: Packed(b"whole", b"sentences", b"own")})
    (kept,) = store.labels(ENCODER, label.number)
    assert kept.vectors == Packed(b"whole", b"sentences", b"own")
    assert store.unread(ENCODER, 10) == ()
    assert [one.number for one in store.unread("another", 10)] == [label.number]
    assert store.labels("another", label.number) == ()


def test_the_last_live_heads_judge_and_waiting_ones_do_not(store: SqliteStore) -> None:
    first = store.keep_taught(taught("first", Outcome.LIVE))
    store.keep_taught(taught("worse", Outcome.WAITING))
    standing = store.standing(NOW, ENCODER)
    assert standing.live == first
    assert standing.last is not None
    assert standing.last.heads == "worse"


def test_rolling_back_takes_back_all_live_heads_after_it(store: SqliteStore) -> None:
    for name in ("one", "two", "three"):
        store.keep_taught(taught(name, Outcome.LIVE))
    assert [one.heads for one in store.roll_back(1, "maria", NOW)] == ["three", "two"]
    live = store.standing(NOW, ENCODER).live
    assert live is not None
    assert live.heads == "one"
    assert [one.outcome for one in store.taught(10)] == ["rolled_back", "rolled_back", "live"]
    with pytest.raises(NotPossible):
        store.roll_back(0, "maria", NOW)


def test_without_a_number_the_heads_before_the_live_ones_judge_again(store: SqliteStore) -> None:
    store.keep_taught(taught("one", Outcome.LIVE))
    store.keep_taught(taught("worse", Outcome.WAITING))
    store.keep_taught(taught("two", Outcome.LIVE))
    (taken,) = store.roll_back(0, "maria", NOW)
    assert taken.heads == "two"
    with pytest.raises(NotPossible, match="2"):
        store.roll_back(2, "maria", NOW)


def test_what_the_model_put_into_a_queue_is_told_with_where_people_moved_it(
    store: SqliteStore, desk: Desk
) -> None:
    references = [opened(desk, number) for number in range(3)]
    corrects(desk, references[0], Correction(queue="orders"))
    corrects(desk, references[1], Correction(queue="orders"))
    store.undo_correction(references[1], "maria", NOW)
    placed = store.placed_by_model(NOW - timedelta(hours=24))
    assert [(one.queue, one.moved_to) for one in placed] == [
        ("returns", "orders"),
        ("returns", ""),
        ("returns", ""),
    ]
    assert store.placed_by_model(NOW + timedelta(minutes=1)) == ()


def test_a_label_is_taken_back_though_the_clock_was_set_back(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    corrects(desk, reference, Correction(queue="orders"))
    (label,) = store.ripen(LATER, LATER)
    store.keep_taught(taught("with", Outcome.LIVE, through=label.number))
    store.undo_correction(reference, "maria", NOW)
    store.ripen(NOW, NOW - timedelta(days=3))
    assert store.standing(NOW, ENCODER).withdrawn == 1


def test_of_heads_that_wait_it_is_told_what_was_taken_back(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    corrects(desk, reference, Correction(queue="orders"))
    (label,) = store.ripen(LATER, LATER)
    store.keep_taught(taught("before", Outcome.LIVE))
    store.keep_taught(taught("worse", Outcome.WAITING, through=label.number))
    assert store.standing(LATER, ENCODER).dropped == 0
    store.undo_correction(reference, "maria", LATER)
    store.ripen(LATER, LATER)
    standing = store.standing(LATER, ENCODER)
    assert (standing.withdrawn, standing.dropped) == (0, 1)


def test_what_was_gone_back_from_stays_tried_whatever_is_taught_since(store: SqliteStore) -> None:
    store.keep_taught(taught("one", Outcome.LIVE, through=1))
    store.keep_taught(taught("two", Outcome.LIVE, through=7))
    store.roll_back(1, "maria", NOW)
    assert store.standing(NOW, ENCODER).tried == 7
    store.keep_taught(taught("one, by other prompts", Outcome.LIVE, through=1))
    assert store.standing(NOW, ENCODER).tried == 7


def test_heads_do_not_judge_that_were_compared_with_others_than_judge_by_then(
    store: SqliteStore,
) -> None:
    store.keep_taught(taught("one", Outcome.LIVE))
    two = store.keep_taught(taught("two", Outcome.LIVE))
    store.roll_back(1, "maria", NOW)
    late = store.keep_taught(replace(taught("three", Outcome.LIVE, through=9), after=two.number))
    assert late.outcome is Outcome.WAITING
    assert "heads 1 judge" in late.why
    live = store.standing(NOW, ENCODER).live
    assert live is not None
    assert live.heads == "one"


def test_a_correction_teaches_its_own_mail_though_the_ticket_was_merged_since(
    store: SqliteStore, desk: Desk
) -> None:
    one, other = opened(desk, 1), opened(desk, 2)
    corrects(desk, one, Correction(queue="orders"))
    corrects(desk, other, Correction(priority=Priority.HIGH))
    store.merge(one, other, "maria", NOW)
    labels = {tuple(each.says): each.text.strip() for each in store.ripen(LATER, LATER)}
    assert labels == {
        ("queue",): "Table top 1 arrived cracked.",
        ("priority",): "Table top 2 arrived cracked.",
    }


def test_who_says_that_a_person_wrote_and_where_it_belongs_says_both(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    corrects(desk, reference, Correction(kind=Kind.AUTO_REPLY))
    corrects(desk, reference, Correction(kind=Kind.HUMAN, queue="orders"))
    assert [one.says for one in store.ripen(LATER, LATER)] == [
        {"kind": "auto_reply"},
        {"kind": "human", "queue": "orders"},
    ]
