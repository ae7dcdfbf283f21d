"""Clocks that run follow policy, hours and corrections; those that ended stay as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from tests.store.desk import ALL_WEEK, NOW, TERMS, Desk, mail, silent
from tests.store.test_clocks import answers, writes_again
from triage.core.clocked import counting
from triage.core.desk import Queue
from triage.core.disposition import Open
from triage.core.terms import Terms
from triage.core.ticket import Priority, Status, TicketId
from triage.core.timer import Timer
from triage.pipeline.recount import anew, counted_by
from triage.store.byhand import Closing, Correction
from triage.store.sqlite import SqliteStore
from triage.store.views import ClockView, TicketView

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
BOOSTS: Mapping[Priority, int] = TERMS.service.boosts


@pytest.fixture
def reference(desk: Desk) -> str:
    first = desk.take(mail())
    assert isinstance(first, Open)
    return first.reference


def by_queue(**given: timedelta) -> Terms:
    """Return the terms with other targets, in `returns`."""
    queue = replace(TERMS.queues["returns"], **given)  # type: ignore[arg-type]
    return replace(TERMS, queues={**TERMS.queues, "returns": queue})


def recount(desk: Desk, terms: Terms) -> int:
    desk.terms = terms
    tickets = desk.store.touched(None).tickets
    return desk.store.recount(tickets, partial(anew, by=counting(terms)), desk.now)


def clock(desk: Desk, reference: str) -> ClockView:
    return desk.store.ticket(reference).clocks[-1]


def happened(view: TicketView, name: str) -> list[Mapping[str, object]]:
    return [event.detail for event in view.events if event.name == name]


def timers(store: SqliteStore) -> dict[str, datetime]:
    epoch = NOW - timedelta(seconds=NOW.timestamp())
    rows = store._db.execute("SELECT name, at FROM timer")
    return {name: epoch + timedelta(microseconds=at) for name, at in rows}


def fire(desk: Desk, at: datetime) -> list[str]:
    desk.now = at
    fired: list[Timer] = []
    while batch := desk.store.fire(at, silent):
        fired += batch
    return [timer.name for timer in fired if timer.name in {"warning", "breach"}]


def test_an_open_clock_takes_the_new_target(desk: Desk, reference: str) -> None:
    desk.now = NOW + 10 * MINUTE
    assert recount(desk, by_queue(target=30 * MINUTE)) == 1
    view = desk.store.ticket(reference)
    assert view.row.answer_by == NOW + 30 * MINUTE
    assert view.row.place == NOW + 30 * MINUTE
    assert clock(desk, reference).why == "returns: 30 min, while open"
    assert [span.length for span in clock(desk, reference).spans] == [30 * MINUTE]
    assert timers(desk.store)["breach"] == NOW + 30 * MINUTE
    assert timers(desk.store)["warning"] == NOW + 15 * MINUTE
    assert happened(view, "recounted") == [
        {"was": (NOW + HOUR).isoformat(), "due": (NOW + 30 * MINUTE).isoformat()}
    ]


def test_a_clock_that_is_counted_anew_stands_in_the_way_of_nobodys_deed(
    desk: Desk, reference: str
) -> None:
    before = desk.store.ticket(reference).row
    assert recount(desk, by_queue(target=30 * MINUTE)) == 1
    row = desk.store.ticket(reference).row
    assert row.answer_by == row.place == NOW + 30 * MINUTE
    assert row.revision == before.revision


def test_a_clock_that_is_what_it_was_is_left_alone(desk: Desk, reference: str) -> None:
    before = desk.store.ticket(reference)
    assert recount(desk, TERMS) == 0
    assert desk.store.ticket(reference) == before


def test_a_clock_that_ended_keeps_its_result(desk: Desk, reference: str) -> None:
    answers(desk, NOW + 50 * MINUTE)
    before = desk.store.ticket(reference)
    assert recount(desk, by_queue(target=30 * MINUTE)) == 0
    assert desk.store.ticket(reference) == before
    # The turn after it runs by the new policy, and the first one stays what it was.
    writes_again(desk, NOW + 2 * HOUR)
    desk.terms = TERMS
    recount(desk, by_queue(target=20 * MINUTE))
    first, second = desk.store.ticket(reference).clocks
    assert (first.deadline, first.result) == (NOW + HOUR, "met")
    assert second.deadline == NOW + 2 * HOUR + 20 * MINUTE


def test_a_desk_that_closes_has_until_it_opens(desk: Desk, reference: str) -> None:
    closed = replace(ALL_WEEK, closed=((NOW + 30 * MINUTE, NOW + 26 * HOUR),))
    desk.now = NOW + 20 * MINUTE
    recount(desk, replace(TERMS, roster=replace(TERMS.roster, hours=closed)))
    assert clock(desk, reference).deadline == NOW + 26 * HOUR + 30 * MINUTE
    recount(desk, replace(TERMS, roster=replace(TERMS.roster, hours=ALL_WEEK)))
    assert clock(desk, reference).deadline == NOW + HOUR


def test_a_queue_without_a_target_any_more_has_no_timers(desk: Desk, reference: str) -> None:
    queues = {**TERMS.queues, "returns": Queue(name="returns", title="Returns", target=None)}
    recount(desk, replace(TERMS, queues=queues))
    assert desk.store.ticket(reference).row.answer_by is None
    assert not timers(desk.store).keys() & {"warning", "breach"}
    recount(desk, TERMS)
    assert timers(desk.store)["breach"] == NOW + HOUR


def test_nobody_is_told_twice_of_one_deadline(desk: Desk, reference: str) -> None:
    assert fire(desk, NOW + 61 * MINUTE) == ["warning", "breach"]
    # Even sooner: it is late already, and everybody knows.
    recount(desk, by_queue(target=30 * MINUTE))
    assert clock(desk, reference).result == "breached"
    assert fire(desk, NOW + 62 * MINUTE) == []
    # There and back: the same deadline as once before.
    recount(desk, TERMS)
    assert clock(desk, reference).result == "breached"
    assert fire(desk, NOW + 63 * MINUTE) == []


def test_a_breach_that_is_none_any_more_is_taken_back_until_the_new_one(
    desk: Desk, reference: str
) -> None:
    assert "breach" in fire(desk, NOW + 61 * MINUTE)
    recount(desk, by_queue(target=2 * HOUR))
    assert clock(desk, reference).result == ""
    (left,) = desk.store._db.execute("SELECT count(*) FROM breach").fetchone()
    assert left == 0
    assert fire(desk, NOW + 2 * HOUR + MINUTE) == ["warning", "breach"]


def test_a_deadline_that_policy_moved_into_the_past_is_told_once(
    desk: Desk, reference: str
) -> None:
    desk.now = NOW + 40 * MINUTE
    recount(desk, by_queue(target=30 * MINUTE))
    assert fire(desk, desk.now) == ["warning", "breach"]
    assert clock(desk, reference).result == "breached"
    assert fire(desk, NOW + 3 * HOUR) == []


def test_an_acknowledgement_that_waits_makes_a_new_time(desk: Desk, reference: str) -> None:
    recount(desk, by_queue(target=3 * HOUR))
    (waits,) = [mail for mail in desk.store.ticket(reference).outgoing if mail.sort == "ack"]
    assert waits.promised_at is None


def test_a_correction_moves_the_clock_to_the_target_of_what_is_right(
    desk: Desk, reference: str
) -> None:
    urgent = by_queue(targets={Priority.URGENT: 15 * MINUTE})  # type: ignore[arg-type]
    orders = replace(TERMS.queues["orders"], target=2 * HOUR)
    terms = replace(urgent, queues={**urgent.queues, "orders": orders})
    desk.store.correct(reference, Correction(priority=Priority.URGENT), BOOSTS, "maria", NOW)
    recount(desk, terms)
    assert clock(desk, reference).deadline == NOW + 15 * MINUTE
    desk.store.correct(reference, Correction(queue="orders"), BOOSTS, "maria", NOW)
    recount(desk, terms)
    assert clock(desk, reference).deadline == NOW + 2 * HOUR
    assert desk.store.undo_correction(reference, "maria", NOW)
    assert desk.store.undo_correction(reference, "maria", NOW)
    recount(desk, terms)
    assert clock(desk, reference).deadline == NOW + HOUR


def test_danger_that_a_person_sees_counts_round_the_clock(desk: Desk, reference: str) -> None:
    desk.store.correct(reference, Correction(signals={"safety": True}), BOOSTS, "maria", NOW)
    recount(desk, TERMS)
    assert clock(desk, reference).deadline == NOW + 15 * MINUTE
    assert clock(desk, reference).why == "danger: 15 min, round the clock"
    desk.store.correct(reference, Correction(signals={"safety": False}), BOOSTS, "maria", NOW)
    recount(desk, TERMS)
    assert clock(desk, reference).deadline == NOW + HOUR


def test_what_happened_to_a_ticket_is_touched_once(desk: Desk, reference: str) -> None:
    seen = desk.store.touched(None)
    assert desk.store.touched(seen.through).tickets == ()
    desk.store.correct(reference, Correction(queue="orders"), BOOSTS, "maria", NOW)
    assert desk.store.touched(seen.through).tickets == seen.tickets
    longer = replace(TERMS.queues["orders"], target=2 * HOUR)
    recount(desk, replace(TERMS, queues={**TERMS.queues, "orders": longer}))
    assert desk.store.touched(desk.store.touched(None).through).tickets == ()


def test_being_done_with_a_ticket_has_a_clock_that_rests_with_the_requester(
    desk: Desk, reference: str
) -> None:
    terms = by_queue(resolve_target=4 * HOUR, day=10 * HOUR)
    recount(desk, terms)
    done = desk.store.ticket(reference).resolution
    assert done is not None
    assert done.deadline == NOW + 4 * HOUR
    assert done.why == ("returns: done within 4 h, while open, less what waited for the requester")
    assert timers(desk.store)["resolution_warning"] == NOW + 4 * HOUR - 24 * MINUTE
    answers(desk, NOW + HOUR)
    rests = desk.store.ticket(reference).resolution
    assert rests is not None
    assert (rests.answered, rests.result) == (NOW + HOUR, "met")
    assert "resolution_breach" not in timers(desk.store)
    # A day later, with three of the four hours left.
    writes_again(desk, NOW + timedelta(days=1))
    recount(desk, terms)
    goes_on = desk.store.ticket(reference).resolution
    assert goes_on is not None
    assert goes_on.deadline == NOW + timedelta(days=1, hours=3)
    assert [span.length for span in goes_on.spans] == [HOUR, 3 * HOUR]
    assert timers(desk.store)["resolution_breach"] == goes_on.deadline
    desk.store.close_ticket(
        reference, Closing(reason="done"), "maria", NOW + timedelta(days=1, hours=1)
    )
    ticket: TicketId = desk.store._db.execute("SELECT id FROM ticket").fetchone()[0]
    desk.store.recount([ticket], partial(anew, by=counting(terms)), desk.now)
    ended = desk.store.ticket(reference)
    assert ended.row.status is Status.DONE
    assert ended.resolution is not None
    assert ended.resolution.result == "met"


def test_a_desk_that_asks_for_it_no_more_has_no_such_clock(desk: Desk, reference: str) -> None:
    recount(desk, by_queue(resolve_target=4 * HOUR))
    recount(desk, TERMS)
    assert desk.store.ticket(reference).resolution is None
    assert "resolution_breach" not in timers(desk.store)


def test_the_same_policy_has_the_same_name_and_another_one_another() -> None:
    names = {
        counted_by(counting(terms))
        for terms in (
            TERMS,
            replace(TERMS, language="de"),
            by_queue(target=2 * HOUR),
            by_queue(resolve_target=2 * HOUR),
            replace(TERMS, service=replace(TERMS.service, warn_before=MINUTE)),
            replace(
                TERMS,
                roster=replace(
                    TERMS.roster, hours=replace(ALL_WEEK, special={date(2026, 12, 24): ()})
                ),
            ),
        )
    }
    assert len(names) == 5
