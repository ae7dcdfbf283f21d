"""Two tickets become one, and none of what was promised or asked is lost; and they part again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.desk import NOW, SENT, Desk, as_is, mail, silent
from triage.core.disposition import Answered, Disposition, Join, Open
from triage.core.outgoing import State
from triage.core.prediction import Prediction, SignalScore
from triage.core.ticket import Priority, Status
from triage.errors import NotPossible
from triage.store.byhand import Closing, Correction
from triage.store.sqlite import SqliteStore

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ABOUT = {1: "Lamp", 2: "Chair", 3: "Sofa"}
PASSES = "Authentication-Results: mx.northwind.example; dmarc=pass header.from=example.net"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Let the desk tell who wrote, so that one person may be acknowledged twice a day."""
    inbox = replace(desk.terms.inboxes["support"], authserv_id="mx.northwind.example")
    desk.terms = replace(desk.terms, inboxes={"support": inbox})
    return desk


def opens(desk: Desk, number: int, sender: str = "Jo Park <jo@example.net>") -> str:
    new = desk.take(
        mail(
            f"My {number}. thing broke.",
            subject=ABOUT[number],
            message_id=f"<m{number}@example.net>",
            sender=sender,
            more=PASSES,
        )
    )
    assert isinstance(new, Open)
    return new.reference


def writes(
    desk: Desk, cites: str, name: str, sender: str = "Jo Park <jo@example.net>"
) -> Disposition:
    more = f"In-Reply-To: <{cites}>"
    return desk.take(mail(f"And {name}?", message_id=f"<{name}>", more=more, sender=sender))


def answers(desk: Desk, cites: str, name: str = "answer", at: timedelta = MINUTE) -> Disposition:
    desk.now += at
    sent = mail(
        "A new one leaves today.",
        sender="Maria Lund <support@northwind.example>",
        to="jo@example.net",
        message_id=f"<{name}@northwind.example>",
        more=f"In-Reply-To: <{cites}>",
    )
    return desk.take(sent, SENT)


def leaves(store: SqliteStore, desk: Desk) -> str:
    claimed = store.claim(desk.now, as_is)
    assert claimed is not None
    assert store.inflight(claimed.id, desk.now)
    store.sent(claimed.id, desk.now, "250 OK")
    return claimed.purpose


def shown(store: SqliteStore, *references: str) -> list[object]:
    """Everything that is shown of tickets but for how often and by what they were changed."""
    views = [store.ticket(reference) for reference in references]
    rows = [
        (
            replace(view.row, revision=1),
            view.messages,
            view.clocks,
            view.owner_why,
            view.related,
            view.outgoing,
        )
        for view in views
    ]
    return [rows, store.next_timer(), [row.reference for row in store.queue(None, 99)]]


@pytest.fixture
def two(desk: Desk) -> tuple[str, str]:
    """Two open tickets of one requester, the second twenty minutes after the first."""
    first = opens(desk, 1)
    desk.now = NOW + 20 * MINUTE
    return first, opens(desk, 2)


def test_what_was_merged_is_read_on_the_survivor(
    store: SqliteStore, desk: Desk, two: tuple[str, str]
) -> None:
    first, second = two
    store.merge(second, first, "maria", desk.now)
    view, gone = store.ticket(first), store.ticket(second)
    assert [one.subject for one in view.messages] == ["Lamp", "Chair"]
    assert (view.merged, view.merged_into, view.row.messages) == ((second,), "", 2)
    assert (gone.row.status, gone.merged_into, gone.messages) == (Status.MERGED, first, ())
    assert [row.reference for row in store.queue(None, 10)] == [first]
    told = [event for event in view.events if event.name == "merged"]
    assert [event.detail for event in told] == [
        {"by": "maria", "into": first},
        {"by": "maria", "from": second},
    ]
    assert {event.at for event in told} == {desk.now}


@pytest.mark.parametrize("earlier_stays", [True, False])
def test_p5_of_two_clocks_the_earlier_one_stays(
    store: SqliteStore, desk: Desk, two: tuple[str, str], *, earlier_stays: bool
) -> None:
    stays, gone = two if earlier_stays else two[::-1]
    earlier = store.ticket(two[0]).row
    timer = store.next_timer()
    store.merge(gone, stays, "maria", desk.now)
    row = store.ticket(stays).row
    assert (row.answer_by, row.warn_at, row.waiting_since) == (NOW + HOUR, earlier.warn_at, NOW)
    assert row.place == earlier.place
    assert store.next_timer() == timer
    (clock,) = store.ticket(stays).clocks
    assert (clock.deadline, clock.answered) == (NOW + HOUR, None)


@pytest.mark.parametrize("end", ["answered", "closed"])
@pytest.mark.parametrize("open_one_goes", [True, False])
def test_a_requester_who_is_unanswered_is_not_lost_in_a_ticket_that_waits_for_nobody(
    store: SqliteStore, desk: Desk, two: tuple[str, str], end: str, *, open_one_goes: bool
) -> None:
    first, second = two
    if end == "answered":
        store.answered(first, desk.now, "maria", "phone")
    else:
        store.close_ticket(first, Closing(reason="answered"), "maria", desk.now)
    stays, gone = (first, second) if open_one_goes else (second, first)
    store.merge(gone, stays, "maria", desk.now)
    row = store.ticket(stays).row
    assert (row.status, row.answer_by) == (Status.OPEN, NOW + 20 * MINUTE + HOUR)
    assert [one.reference for one in store.queue(None, 9)] == [stays]
    assert store.next_timer() is not None


def test_the_result_of_a_first_response_stays_with_its_ticket(
    store: SqliteStore, desk: Desk, two: tuple[str, str]
) -> None:
    first, second = two
    store.answered(second, desk.now + 2 * HOUR, "maria", "phone")
    store.merge(second, first, "maria", desk.now + 2 * HOUR)
    assert [clock.result for clock in store.ticket(second).clocks] == ["breached"]
    store.answered(first, NOW + 30 * MINUTE, "maria", "phone")
    assert [clock.result for clock in store.ticket(first).clocks] == ["met"]


def test_a_deadline_that_was_told_of_is_not_told_of_again(
    store: SqliteStore, desk: Desk, two: tuple[str, str]
) -> None:
    first, second = two
    late = NOW + HOUR + 5 * MINUTE
    fired = sorted(timer.name for timer in store.fire(late, silent))
    assert fired == ["breach", "escalation", "warning", "warning"]
    store.merge(first, second, "maria", late)
    assert store.ticket(second).row.answer_by == NOW + HOUR
    assert store.fire(late + 3 * HOUR, silent) == ()
    assert [clock.result for clock in store.ticket(second).clocks] == ["breached"]
    store.undo_merge(first, "maria", late)
    again = [timer.name for timer in store.fire(late + 3 * HOUR, silent)]
    assert again == ["escalation", "breach"]


def test_the_more_pressing_priority_and_the_signals_of_both_hold(
    store: SqliteStore, desk: Desk, two: tuple[str, str]
) -> None:
    first, second = two
    boosts = desk.terms.service.boosts
    change = Correction(priority=Priority.HIGH, signals={"legal": True})
    store.correct(second, change, boosts, "maria", desk.now)
    store.correct(first, Correction(signals={"complaint": True}), boosts, "maria", desk.now)
    store.merge(second, first, "maria", desk.now)
    row = store.ticket(first).row
    assert (row.priority, row.boost) == (Priority.HIGH, 25)
    assert row.flags == ("complaint", "legal")
    assert row.place == NOW + HOUR - 25 * MINUTE


@pytest.mark.parametrize("cites", ["m2@example.net", "m1@example.net", "third@example.net"])
def test_what_cites_either_ticket_joins_the_survivor(
    store: SqliteStore, desk: Desk, two: tuple[str, str], cites: str
) -> None:
    first, second = two
    third = opens(desk, 3)
    store.merge(second, first, "maria", desk.now)
    store.merge(first, third, "maria", desk.now)
    joined = writes(desk, "m2@example.net", "third@example.net")
    assert isinstance(joined, Join)
    again = writes(desk, cites, "fourth@example.net")
    assert isinstance(again, Join)
    assert again.ticket == store.ticket(third).row.id
    assert store.ticket(third).row.messages == 5


def test_the_reference_of_a_merged_ticket_names_the_survivor(
    store: SqliteStore, desk: Desk, two: tuple[str, str]
) -> None:
    first, second = two
    store.merge(second, first, "maria", desk.now)
    named = desk.take(mail("Any news?", subject=f"Re: [{second}]", message_id="<4@x>"))
    assert isinstance(named, Join)
    assert named.ticket == store.ticket(first).row.id
    store.answered(second, desk.now, "maria", "phone")
    assert store.ticket(first).row.status is Status.WAITING
    store.close_ticket(second, Closing(cause="lamp"), "maria", desk.now)
    assert store.ticket(first).row.status is Status.DONE


def test_an_answer_to_the_mail_of_a_merged_ticket_answers_the_survivor(
    store: SqliteStore, desk: Desk, two: tuple[str, str]
) -> None:
    first, second = two
    store.merge(second, first, "maria", desk.now)
    assert isinstance(answers(desk, "m2@example.net"), Answered)
    row = store.ticket(first).row
    assert (row.status, row.answer_by) == (Status.WAITING, None)
    assert store.next_timer() is None


def test_a_merge_makes_no_loop(store: SqliteStore, desk: Desk, two: tuple[str, str]) -> None:
    first, second = two
    store.merge(second, first, "maria", desk.now)
    for one, into in ((second, first), (first, second), (first, first)):
        with pytest.raises(NotPossible):
            store.merge(one, into, "maria", desk.now)
    store.undo_merge(second, "maria", desk.now)
    store.merge(first, second, "maria", desk.now)
    assert store.ticket(first).merged_into == second


def test_what_is_merged_into_a_merged_ticket_goes_into_its_survivor(
    store: SqliteStore, desk: Desk, two: tuple[str, str]
) -> None:
    first, second = two
    third = opens(desk, 3)
    store.merge(second, first, "maria", desk.now)
    store.merge(third, second, "maria", desk.now)
    assert store.ticket(third).merged_into == first
    assert store.ticket(first).merged == (second, third)


def test_p11_tickets_of_two_requesters_are_not_merged_unless_they_are_said_to_be_one(
    store: SqliteStore, desk: Desk
) -> None:
    first = opens(desk, 1)
    second = opens(desk, 2, "Al Roe <al@example.org>")
    before = shown(store, first, second)
    with pytest.raises(NotPossible, match="two requesters"):
        store.merge(second, first, "maria", desk.now)
    assert shown(store, first, second) == before
    store.merge(second, first, "maria", desk.now, one_person=True)
    joined = writes(desk, "m1@example.net", "5@x", "Al Roe <al@example.org>")
    assert isinstance(joined, Join)
    assert joined.participant


# --- the one acknowledgement --------------------------------------------------------------------


def pending(store: SqliteStore, reference: str) -> list[str]:
    mails = store.ticket(reference).outgoing
    return [one.purpose for one in mails if one.state is State.PENDING]


def two_pending(store: SqliteStore, desk: Desk) -> tuple[str, str]:
    first = opens(desk, 1)
    desk.now = NOW + 5 * HOUR  # the first waits for a relay that is down; nobody awaits it any more
    second = opens(desk, 2)
    assert pending(store, first)
    assert pending(store, second)
    return first, second


def test_p2_of_two_acknowledgements_that_wait_one_leaves(store: SqliteStore, desk: Desk) -> None:
    first, second = two_pending(store, desk)
    store.merge(first, second, "maria", desk.now)
    assert pending(store, second) == [f"ack:{second}"]
    assert leaves(store, desk) == f"ack:{second}"
    assert store.claim(desk.now, as_is) is None
    assert store.ticket(second).row.acknowledgement == "sent"


def test_p2_who_was_acknowledged_for_the_one_is_not_for_the_other(
    store: SqliteStore, desk: Desk
) -> None:
    first = opens(desk, 1)
    leaves(store, desk)
    desk.now = NOW + 5 * HOUR
    second = opens(desk, 2)
    store.merge(first, second, "maria", desk.now)
    assert pending(store, second) == []
    assert store.claim(desk.now, as_is) is None
    assert store.ticket(second).row.acknowledgement == "sent"


def test_p4_an_acknowledgement_goes_on_where_the_survivor_has_none(
    store: SqliteStore, desk: Desk
) -> None:
    first = opens(desk, 1)
    store.answered(first, NOW + MINUTE, "maria", "phone")  # cancels the first one
    desk.now = NOW + 10 * MINUTE
    second = opens(desk, 2)
    store.merge(second, first, "maria", desk.now)
    assert pending(store, first) == [f"ack:{second}"]
    assert leaves(store, desk) == f"ack:{second}"
    row = store.ticket(first).row
    assert row.acknowledgement == "sent"
    assert row.promised_at is not None
    assert row.promised_at >= desk.now + HOUR


def test_p2_one_that_is_claimed_does_not_leave_after_a_merge_cancelled_it(
    store: SqliteStore, desk: Desk
) -> None:
    first, second = two_pending(store, desk)
    claimed = store.claim(desk.now, as_is)
    assert claimed is not None
    assert claimed.purpose == f"ack:{first}"
    store.merge(first, second, "maria", desk.now)
    assert not store.inflight(claimed.id, desk.now)


def test_p2_whose_ticket_was_merged_still_awaits_its_answer(store: SqliteStore, desk: Desk) -> None:
    first = opens(desk, 1)
    desk.now = NOW + 5 * HOUR
    second = opens(desk, 2)
    store.merge(second, first, "maria", desk.now)
    desk.now += MINUTE
    third = desk.take(mail("A third matter.", subject="3rd", message_id="<3@x>", more=PASSES))
    assert isinstance(third, Open)
    assert third.acknowledgement.reason == "already_waiting"


def test_p2_an_acknowledgement_comes_back_unless_the_other_left_meanwhile(
    store: SqliteStore, desk: Desk
) -> None:
    first, second = two_pending(store, desk)
    before = shown(store, first, second)
    store.merge(first, second, "maria", desk.now)
    store.undo_merge(first, "maria", desk.now)
    assert shown(store, first, second) == before
    store.merge(first, second, "maria", desk.now)
    leaves(store, desk)
    store.undo_merge(first, "maria", desk.now)
    assert (pending(store, first), pending(store, second)) == ([], [])


# --- taking it back -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["open", "answered", "closed", "acknowledged", "late"])
@pytest.mark.parametrize("turned", [False, True])
def test_a_merge_is_taken_back_whole(
    store: SqliteStore, desk: Desk, two: tuple[str, str], state: str, *, turned: bool
) -> None:
    first, second = two
    match state:
        case "answered":
            store.answered(first, desk.now, "maria", "phone")
        case "closed":
            store.close_ticket(first, Closing(reason="spam"), "maria", desk.now)
        case "acknowledged":
            leaves(store, desk)
        case "late":
            desk.now = NOW + 2 * HOUR
            store.fire(desk.now, silent)
        case _:
            pass
    stays, gone = two[::-1] if turned else two
    before = shown(store, first, second)
    store.merge(gone, stays, "maria", desk.now)
    assert shown(store, first, second) != before
    store.undo_merge(gone, "jonas", desk.now)
    assert shown(store, first, second) == before
    with pytest.raises(NotPossible, match="was not merged"):
        store.undo_merge(gone, "jonas", desk.now)


def test_what_came_in_since_goes_back_to_what_it_cites(
    store: SqliteStore, desk: Desk, two: tuple[str, str]
) -> None:
    first, second = two
    store.merge(second, first, "maria", desk.now)
    writes(desk, "m2@example.net", "to-second@example.net")
    writes(desk, "to-second@example.net", "after-it@example.net")
    writes(desk, "m1@example.net", "to-first@example.net")
    store.undo_merge(second, "maria", desk.now)
    texts = [[one.text for one in store.ticket(name).messages] for name in two]
    assert texts == [
        ["My 1. thing broke.", "And to-first@example.net?"],
        ["My 2. thing broke.", "And to-second@example.net?", "And after-it@example.net?"],
    ]
    later = writes(desk, "after-it@example.net", "later@example.net")
    assert isinstance(later, Join)
    assert later.ticket == store.ticket(second).row.id


def test_a_ticket_that_was_answered_before_goes_on_where_mail_came_for_it_since(
    store: SqliteStore, desk: Desk, two: tuple[str, str]
) -> None:
    first, second = two
    store.answered(second, desk.now, "maria", "phone")
    store.merge(second, first, "maria", desk.now)
    writes(desk, "m2@example.net", "again@example.net")
    store.undo_merge(second, "maria", desk.now)
    rows = [store.ticket(name).row for name in two]
    assert [row.status for row in rows] == [Status.OPEN, Status.OPEN]
    assert [row.answer_by for row in rows] == [NOW + HOUR, NOW + HOUR]
    assert [clock.answered is None for clock in store.ticket(second).clocks] == [False, True]


@pytest.mark.parametrize("what", ["answered", "closed", "merged", "hastened"])
def test_a_merge_stays_where_nobody_can_tell_whose_it_was(
    store: SqliteStore, desk: Desk, two: tuple[str, str], what: str
) -> None:
    first, second = two
    third = opens(desk, 3)
    store.merge(second, first, "maria", desk.now)
    match what:
        case "answered":
            answers(desk, "m2@example.net")
        case "closed":
            store.close_ticket(first, Closing(reason="no"), "maria", desk.now)
        case "merged":
            store.merge(third, first, "maria", desk.now)
        case _:
            desk.model.prediction = Prediction(
                queue_scores={"returns": 1.0},
                queue_sure=True,
                signals={"safety": SignalScore(score=0.9, sentence="It burns.", fired=True)},
            )
            writes(desk, "m1@example.net", "danger@example.net")
    before = shown(store, first, second, third)
    with pytest.raises(NotPossible):
        store.undo_merge(second, "maria", desk.now)
    assert shown(store, first, second, third) == before


def test_merges_are_taken_back_in_turn(
    store: SqliteStore, desk: Desk, two: tuple[str, str]
) -> None:
    first, second = two
    third = opens(desk, 3)
    before = shown(store, first, second, third)
    store.merge(second, first, "maria", desk.now)
    store.merge(first, third, "maria", desk.now)
    with pytest.raises(NotPossible, match=f"{first} was merged or split off since"):
        store.undo_merge(second, "maria", desk.now)
    store.undo_merge(first, "maria", desk.now)
    store.undo_merge(second, "maria", desk.now)
    assert shown(store, first, second, third) == before


def test_what_people_corrected_since_stays(
    store: SqliteStore, desk: Desk, two: tuple[str, str]
) -> None:
    first, second = two
    boosts = desk.terms.service.boosts
    change = Correction(signals={"legal": True})
    store.correct(second, change, boosts, "maria", desk.now)
    store.merge(second, first, "maria", desk.now)
    said = Correction(queue="orders", signals={"complaint": True})
    store.correct(first, said, boosts, "maria", desk.now)
    store.undo_merge(second, "maria", desk.now)
    rows = [store.ticket(name).row for name in two]
    assert [(row.queue, row.flags) for row in rows] == [
        ("orders", ("complaint",)),
        ("returns", ("legal",)),
    ]


def test_a_bounce_of_an_answer_in_a_merged_ticket_lets_the_survivor_wait(
    store: SqliteStore, desk: Desk, two: tuple[str, str]
) -> None:
    first, second = two
    store.merge(second, first, "maria", desk.now)
    answers(desk, "m2@example.net")
    desk.now += MINUTE
    bounce = (
        b"From: mailer-daemon@example.net\r\nTo: support@northwind.example\r\n"
        b"Subject: Undelivered\r\nMessage-ID: <b@example.net>\r\nMIME-Version: 1.0\r\n"
        b"In-Reply-To: <answer@northwind.example>\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
        b"--x\r\n\r\nIt failed.\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; example.net\r\n\r\nFinal-Recipient: rfc822; jo@example.net\r\n"
        b"Action: failed\r\nStatus: 5.1.1\r\n--x--\r\n"
    )
    desk.take(bounce)
    assert store.ticket(first).row.status is Status.OPEN
