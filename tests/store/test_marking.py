"""One operation each way: what is spam or automatic, and what is a human's after all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store.desk import IS_HUMAN, IS_SPAM, NOW, Desk, mail
from triage.core.disposition import Filed, Join, Open
from triage.core.outgoing import State
from triage.core.ticket import Kind, Status
from triage.errors import NoSuchTicket, NotPossible
from triage.store.byhand import Correction
from triage.store.sqlite import SqliteStore

HOUR = timedelta(hours=1)
SPAM = "X-Spam-Flag: YES\nAuto-Submitted: auto-generated"


def files(desk: Desk, name: str = "1", more: str = SPAM, sender: str = "jo@example.net") -> str:
    """Take mail that headers call automatic, and return its handle."""
    raw = mail(
        f"Mail {name}.", subject=f"S{name}", message_id=f"<{name}@x>", more=more, sender=sender
    )
    filed = desk.take(raw)
    assert isinstance(filed, Filed)
    return max(desk.store.filed(tuple(Kind), 99), key=lambda one: one.id).handle


def opens(desk: Desk) -> str:
    new = desk.take(mail())
    assert isinstance(new, Open)
    return new.reference


def test_what_was_filed_comes_back_with_the_clock_of_its_arrival(
    store: SqliteStore, desk: Desk
) -> None:
    handle = files(desk)
    assert store.queue(None, 9) == ()
    desk.now = NOW + 2 * HOUR
    store.correct(handle, IS_HUMAN, {}, "maria", desk.now)
    (new,) = desk.triage()
    assert isinstance(new, Open)
    (row,) = store.queue(None, 9)
    assert (row.answer_by, row.waiting_since) == (NOW + HOUR, NOW)
    (message,) = store.ticket(row.reference).messages
    assert (message.kind, message.kind_why) == ("human", "a person says so")
    assert store.filed(tuple(Kind), 9)[0].kind == "human"


@pytest.mark.parametrize(
    ("more", "late", "reason"),
    [
        ("X-Spam-Flag: YES", False, "unverified"),
        ("X-Spam-Flag: YES", True, "too_late"),
        ("Auto-Submitted: auto-generated", False, "doubtful"),
    ],
)
def test_p3_p4_it_is_acknowledged_where_it_still_may_be(
    store: SqliteStore, desk: Desk, more: str, reason: str, *, late: bool
) -> None:
    handle = files(desk, more=more)
    desk.now = NOW + 5 * HOUR if late else NOW
    store.correct(handle, IS_HUMAN, {}, "maria", desk.now)
    (new,) = desk.triage()
    assert isinstance(new, Open)
    assert new.acknowledgement.reason == reason
    assert new.acknowledgement.acknowledge is (reason == "unverified")


def test_what_a_person_says_holds_when_it_is_triaged_again(store: SqliteStore, desk: Desk) -> None:
    handle = files(desk)
    store.correct(handle, IS_HUMAN, {}, "maria", desk.now)
    (received,) = store.begin_triage(desk.now, HOUR, 8)
    assert received.kind_said is Kind.HUMAN
    assert received.attempts == 1


def test_it_goes_back_and_forth_by_one_operation_each_way(store: SqliteStore, desk: Desk) -> None:
    handle = files(desk)
    store.correct(handle, IS_HUMAN, {}, "maria", desk.now)
    desk.triage()
    (row,) = store.queue(None, 9)
    store.correct(handle, IS_SPAM, {}, "maria", desk.now)
    assert store.queue(None, 9) == ()
    assert [one.handle for one in store.filed(("spam",), 9)] == [handle]
    store.correct(row.reference, IS_HUMAN, {}, "maria", desk.now)
    (again,) = store.queue(None, 9)
    assert (again.reference, again.answer_by) == (row.reference, row.answer_by)


def test_a_ticket_that_is_spam_is_not_acknowledged_and_comes_back(
    store: SqliteStore, desk: Desk
) -> None:
    reference = opens(desk)
    before = store.queue(None, 9)
    store.correct(reference, IS_SPAM, {}, "maria", desk.now)
    assert store.queue(None, 9) == ()
    assert store.ticket(reference).outgoing[0].state is State.CANCELLED
    (filed,) = store.filed(("spam",), 9)
    assert (filed.reference, filed.why) == (reference, "maria says so")
    assert store.undo_correction(filed.handle, "maria", desk.now)
    assert [row.answer_by for row in store.queue(None, 9)] == [row.answer_by for row in before]
    assert store.ticket(reference).outgoing[0].state is State.PENDING
    assert store.filed(("spam",), 9) == ()


def test_later_mail_of_the_sender_is_judged_as_any_other(store: SqliteStore, desk: Desk) -> None:
    reference = opens(desk)
    store.correct(reference, IS_SPAM, {}, "maria", desk.now)
    fresh = desk.take(mail("Where is it?", subject="Order", message_id="<2@x>"))
    assert isinstance(fresh, Open)
    reply = mail("Hello?", message_id="<3@x>", more="In-Reply-To: <first@example.net>")
    assert isinstance(desk.take(reply), Join)
    assert {row.reference for row in store.queue(None, 9)} == {reference, fresh.reference}


def test_automatic_mail_on_a_ticket_joins_it_as_a_humans(store: SqliteStore, desk: Desk) -> None:
    reference = opens(desk)
    store.answered(reference, desk.now, "maria", "phone")
    handle = files(desk, more="Auto-Submitted: auto-replied\nIn-Reply-To: <first@example.net>")
    assert store.ticket(reference).row.status is Status.WAITING
    store.correct(handle, IS_HUMAN, {}, "maria", desk.now)
    (joined,) = desk.triage()
    assert isinstance(joined, Join)
    row = store.ticket(reference).row
    assert (row.status, row.messages) == (Status.OPEN, 2)


def test_a_word_on_filed_mail_is_taken_back(store: SqliteStore, desk: Desk) -> None:
    handle = files(desk)
    was = store.filed(tuple(Kind), 9)[0].kind
    store.correct(handle, IS_SPAM, {}, "maria", desk.now)
    assert [one.handle for one in store.filed(("spam",), 9)] == [handle]
    assert store.undo_correction(handle, "maria", desk.now)
    assert store.filed(tuple(Kind), 9)[0].kind == was
    assert not store.undo_correction(handle, "maria", desk.now)


def test_a_ticket_made_by_a_word_goes_when_the_word_is_taken_back(
    store: SqliteStore, desk: Desk
) -> None:
    handle = files(desk)
    was = store.filed(tuple(Kind), 9)[0].kind
    store.correct(handle, IS_HUMAN, {}, "maria", desk.now)
    desk.triage()
    (row,) = store.queue(None, 9)
    assert store.undo_correction(row.reference, "maria", desk.now)
    assert store.queue(None, 9) == ()
    assert store.filed((was,), 9)[0].handle == handle


def test_taken_back_twice_it_does_not_come_again_and_its_own_reason_stands(
    store: SqliteStore, desk: Desk
) -> None:
    handle = files(desk)
    (was,) = store.filed(tuple(Kind), 9)
    store.correct(handle, IS_HUMAN, {}, "maria", desk.now)
    desk.triage()
    assert store.undo_correction(handle, "maria", desk.now)
    assert not store.undo_correction(handle, "maria", desk.now)
    assert store.queue(None, 9) == ()
    (filed,) = store.filed(tuple(Kind), 9)
    assert (filed.kind, filed.why) == (was.kind, was.why)
    store.correct(handle, IS_HUMAN, {}, "maria", desk.now)
    assert len(store.queue(None, 9)) == 1, "what was taken back can be said again"


def test_p7_a_word_on_filed_mail_that_is_taken_back_leaves_no_reason_behind(
    store: SqliteStore, desk: Desk
) -> None:
    handle = files(desk)
    (was,) = store.filed(tuple(Kind), 9)
    store.correct(handle, Correction(kind="bulk"), {}, "maria", desk.now)
    assert store.filed(tuple(Kind), 9)[0].why == "maria says so"
    assert store.undo_correction(handle, "maria", desk.now)
    assert store.filed(tuple(Kind), 9) == (was,)


def test_one_mail_among_several_is_not_made_spam_behind_its_ticket(
    store: SqliteStore, desk: Desk
) -> None:
    reference = opens(desk)
    desk.take(mail("More.", message_id="<2@x>", more="In-Reply-To: <first@example.net>"))
    second = store.ticket(reference).messages[1]
    before = store.ticket(reference)
    with pytest.raises(NotPossible, match="split it off first"):
        store.correct(f"M-{second.id}", IS_SPAM, {}, "maria", desk.now)
    assert store.ticket(reference) == before


def test_only_the_kind_of_a_mail_without_a_ticket_is_set_right(
    store: SqliteStore, desk: Desk
) -> None:
    handle = files(desk)
    with pytest.raises(NotPossible, match="only its kind"):
        store.correct(handle, Correction(queue="orders"), {}, "maria", desk.now)


@pytest.mark.parametrize("what", ["M-99", "T-0000000"])
def test_what_does_not_exist_is_said(store: SqliteStore, desk: Desk, what: str) -> None:
    with pytest.raises(NoSuchTicket):
        store.correct(what, IS_SPAM, {}, "maria", desk.now)


def test_mail_is_shown_by_its_handle(store: SqliteStore, desk: Desk) -> None:
    handle = files(desk)
    (filed,) = store.filed(tuple(Kind), 9)
    view = store.mail(filed.id)
    assert (view.message.text, view.reference) == ("Mail 1.", "")
    assert handle == f"M-{view.message.id}"
    with pytest.raises(NoSuchTicket):
        store.mail(type(filed.id)(99))
