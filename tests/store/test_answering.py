"""What is kept of answers: how, what they do, what they end, and what a bounce takes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store.desk import INBOX, NOW, SENT, Desk, bounce, mail
from triage.core.answering import Does
from triage.core.disposition import Answered, Filed, Join, Open, Own
from triage.core.owed import OwedState, Owes, Source
from triage.core.ticket import Kind, Status
from triage.errors import NotPossible
from triage.store.byhand import Closing
from triage.store.sqlite import SqliteStore

MINUTE = timedelta(minutes=1)
THURSDAY = NOW + timedelta(days=3, hours=6)
"""Thursday of that week, four in the afternoon."""
PROMISE = "I'm looking into it and will get back to you by Thursday 4 pm."


@pytest.fixture
def reference(desk: Desk) -> str:
    new = desk.take(mail())
    assert isinstance(new, Open)
    return new.reference


def answers(
    desk: Desk,
    text: str = "A new one left today.",
    after: timedelta = 5 * MINUTE,
    name: str = "reply",
    *,
    sender: str = "Northwind <support@northwind.example>",
    to: str = "jo@example.net",
    subject: str = "Re: Cracked table",
    more: str = "In-Reply-To: <first@example.net>",
) -> object:
    desk.now = NOW + after
    raw = mail(
        text,
        sender=sender,
        to=to,
        subject=subject,
        message_id=f"<{name}@northwind.example>",
        more=more,
    )
    return desk.take(raw, SENT)


def bounces(desk: Desk, name: str, after: timedelta) -> None:
    desk.now = NOW + after
    filed = desk.take(bounce(f"{name}@northwind.example"))
    assert isinstance(filed, Filed)
    assert filed.mail.kind is Kind.BOUNCE


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("A new one left today.", Does.ANSWERS),
        ("Could you send me your order number, please?", Does.ASKS),
        (PROMISE, Does.PROMISES),
    ],
)
def test_every_human_answer_stops_the_clock_and_says_what_it_does(
    store: SqliteStore, desk: Desk, reference: str, text: str, does: Does
) -> None:
    assert isinstance(answers(desk, f"Hi Jo,\n\n{text}\n\nBest,\nMaria Lund"), Answered)
    (kept,) = store.answers(reference)
    assert (kept.person, kept.how, kept.does, kept.probable) == ("maria", "mail", does, False)
    assert (kept.at, kept.noticed) == (NOW + 5 * MINUTE, NOW + 5 * MINUTE)
    assert store.ticket(reference).clocks[0].result == "met"


def test_an_answer_by_phone_is_kept_with_who_gave_it(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    at, now = NOW + 3 * MINUTE, NOW + 9 * MINUTE
    store.answered(reference, at, "root", "phone", agent="jonas", now=now)
    (kept,) = store.answers(reference)
    assert (kept.person, kept.how, kept.at, kept.noticed) == ("jonas", "phone", at, now)
    said = store.ticket(reference).events[-1]
    assert (said.name, said.detail) == ("answer_said", {"by": "root", "agent": "jonas"})


def test_a_probable_answer_stops_nothing_and_is_shown_until_a_sure_one(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    found = answers(desk, name="loose", subject=f"[{reference}] your table", more="X-A: b")
    assert isinstance(found, Answered)
    row = store.ticket(reference).row
    assert (row.status, row.badges) == (Status.OPEN, ("probably_answered",))
    assert store.answers(reference)[0].probable
    answers(desk, after=9 * MINUTE)
    row = store.ticket(reference).row
    assert (row.status, row.badges) == (Status.WAITING, ())


def test_what_bounces_is_no_answer_and_leaves_what_was_owed(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    answers(desk, PROMISE, name="promise")
    store.accept_owed(reference, "maria", NOW + 6 * MINUTE)
    answers(desk, "It comes on Monday.", 20 * MINUTE, "late")
    (owed,) = store.owed_on(reference)
    assert (owed.state, owed.ended) == (OwedState.MET, NOW + 20 * MINUTE)
    bounces(desk, "late", 22 * MINUTE)
    _, late = store.answers(reference)
    assert late.undone_why == "bounced"
    (owed,) = store.owed_on(reference)
    assert (owed.state, owed.ended) == (OwedState.OPEN, None)
    row = store.ticket(reference).row
    assert row.status is Status.WAITING, "the promise itself arrived"
    assert store.next_timer() is not None


def test_a_bounced_promise_proposes_nothing_and_the_clock_runs_on(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    answers(desk, PROMISE, name="promise")
    bounces(desk, "promise", 9 * MINUTE)
    (owed,) = store.owed_on(reference)
    assert owed.state is OwedState.DROPPED
    assert store.ticket(reference).row.status is Status.OPEN


def test_p5_promise_wording_proposes_an_update_and_opens_none(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    answers(desk, f"{PROMISE}\n\nMaria Lund")
    (owed,) = store.owed(9)
    assert (owed.state, owed.source, owed.due) == (OwedState.PROPOSED, Source.MAIL, THURSDAY)
    assert (owed.person, owed.why) == ("maria", PROMISE)
    assert store.next_timer() is None


def test_p5_only_our_next_mail_ends_what_is_owed(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    answers(desk, PROMISE)
    store.accept_owed(reference, "maria", NOW + 6 * MINUTE)
    assert store.next_timer() == THURSDAY - 15 * MINUTE
    desk.now = NOW + 30 * MINUTE
    thanks = mail("Any news?", message_id="<2@x>", more="In-Reply-To: <reply@northwind.example>")
    assert isinstance(desk.take(thanks), Join)
    automatic = answers(
        desk, "Out of office.", 35 * MINUTE, "o", more="Auto-Submitted: auto-replied"
    )
    assert isinstance(automatic, Own)
    with pytest.raises(NotPossible):
        store.accept_owed(reference, "maria", desk.now)
    assert store.owed(9)[0].state is OwedState.OPEN
    answers(desk, after=THURSDAY - NOW, name="kept")
    (owed,) = store.owed_on(reference)
    assert (owed.state, owed.ended) == (OwedState.MET, THURSDAY), "at the due time is in time"
    assert store.next_timer() == NOW + 90 * MINUTE, "only the news came too late: to be put down"
    assert store.owed(9) == ()


def test_an_update_written_late_is_breached(store: SqliteStore, desk: Desk, reference: str) -> None:
    store.answered(reference, NOW + MINUTE, "maria", "phone")
    owes = Owes(due=NOW + 60 * MINUTE, warn_at=NOW + 45 * MINUTE, why="ask the carrier")
    store.owe(reference, owes, "maria", NOW + 2 * MINUTE, Source.COMMAND)
    answers(desk, after=61 * MINUTE)
    (owed,) = store.owed_on(reference)
    assert (owed.state, owed.ended) == (OwedState.BREACHED, NOW + 61 * MINUTE)


def test_an_answer_from_before_the_promise_does_not_end_it(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    owes = Owes(due=NOW + 60 * MINUTE, warn_at=NOW + 45 * MINUTE, why="")
    store.owe(reference, owes, "maria", NOW + 10 * MINUTE, Source.COMMAND)
    assert store.ticket(reference).row.status is Status.OPEN, "it is no answer"
    answers(desk, after=9 * MINUTE)
    assert store.owed(9)[0].state is OwedState.OPEN
    assert store.next_timer() == NOW + 45 * MINUTE


def test_a_ticket_that_was_done_is_with_us_again_while_an_update_is_owed(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    store.answered(reference, NOW + MINUTE, "maria", "phone")
    store.close_ticket(reference, Closing(reason="done"), "maria", NOW + 2 * MINUTE)
    owes = Owes(due=NOW + 60 * MINUTE, warn_at=None, why="")
    store.owe(reference, owes, "maria", NOW + 3 * MINUTE, Source.COMMAND)
    assert store.ticket(reference).row.status is Status.WAITING
    with pytest.raises(NotPossible, match="owed already"):
        store.owe(reference, owes, "maria", NOW + 3 * MINUTE, Source.COMMAND)
    assert store.drop_owed(reference, "jonas", NOW + 4 * MINUTE).state is OwedState.DROPPED
    assert store.next_timer() is None
    with pytest.raises(NotPossible, match="no update is owed"):
        store.drop_owed(reference, "jonas", NOW + 4 * MINUTE)


def test_a_ticket_is_not_closed_over_an_update_that_is_owed(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    answers(desk, PROMISE)
    store.accept_owed(reference, "maria", NOW + 6 * MINUTE)
    with pytest.raises(NotPossible, match="an update is owed"):
        store.close_ticket(reference, Closing(reason="done"), "maria", NOW + 7 * MINUTE)
    store.drop_owed(reference, "maria", NOW + 8 * MINUTE)
    store.close_ticket(reference, Closing(reason="done"), "maria", NOW + 9 * MINUTE)
    assert store.ticket(reference).row.status is Status.DONE


def test_what_is_owed_outlives_a_merge(store: SqliteStore, desk: Desk, reference: str) -> None:
    other = desk.take(mail("And a chair.", subject="Chair", message_id="<chair@example.net>"))
    assert isinstance(other, Open)
    owes = Owes(due=NOW + 60 * MINUTE, warn_at=NOW + 45 * MINUTE, why="")
    store.owe(other.reference, owes, "maria", NOW + MINUTE, Source.COMMAND)
    store.merge(other.reference, reference, "maria", NOW + 2 * MINUTE)
    assert [owed.state for owed in store.owed_on(reference)] == [OwedState.OPEN]
    answers(desk, after=9 * MINUTE)
    assert [owed.state for owed in store.owed_on(reference)] == [OwedState.MET]


def test_a_reply_to_a_mail_of_ours_that_nobody_saw_marks_the_ticket_as_answered_outside(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    desk.now = NOW + 30 * MINUTE
    cites = "In-Reply-To: <unseen@northwind.example>\nReferences: <first@example.net>"
    assert isinstance(desk.take(mail("Thanks, Maria!", message_id="<2@x>", more=cites)), Join)
    view = store.ticket(reference)
    assert "answered_outside" in view.row.badges
    assert view.row.status is Status.OPEN, "nobody knows when"
    answers(desk, after=40 * MINUTE)
    assert "answered_outside" not in store.ticket(reference).row.badges


@pytest.mark.parametrize(
    "cites",
    [
        "In-Reply-To: <first@example.net>",
        "In-Reply-To: <elsewhere@example.org>\nReferences: <first@example.net>",
    ],
)
def test_a_reply_to_what_is_known_or_is_not_ours_shows_no_answer(
    store: SqliteStore, desk: Desk, reference: str, cites: str
) -> None:
    desk.take(mail("And?", message_id="<2@x>", more=cites))
    assert "answered_outside" not in store.ticket(reference).row.badges


def test_a_clients_mark_is_a_hint_that_stops_no_clock_and_holds_alarms_for_five_minutes(
    store: SqliteStore, desk: Desk, reference: str
) -> None:
    (uid,) = store.uids_waiting(INBOX, 9)
    at = NOW + 43 * MINUTE
    assert store.hinted(INBOX, {uid: "answered", 4711: "forwarded"}, at) == 1
    view = store.ticket(reference)
    assert (view.row.status, view.row.badges) == (Status.OPEN, ("marked_answered",))
    assert store.next_timer() == at + 5 * MINUTE
    assert store.uids_waiting(INBOX, 9) == frozenset()
    assert store.hinted(INBOX, {uid: "answered"}, at + MINUTE) == 0, "it is told once"
    answers(desk, after=47 * MINUTE)
    assert store.ticket(reference).row.badges == ()
