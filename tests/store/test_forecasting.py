"""What a forecast is made from: read each time what waits, learnt now and then how fast it goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.store.desk import NOW, Desk, mail
from tests.store.test_by_hand import plans
from tests.store.test_waves import arrive
from triage.core.load import ENOUGH, PRIOR, Case
from triage.core.misses import Outlook
from triage.core.wave import WAVE
from triage.store import forecasting
from triage.store.sqlite import SqliteStore

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def take(desk: Desk, number: int, at: datetime) -> str:
    """Let one more requester write; return the ticket's reference."""
    desk.now = at
    known = {row.reference for row in desk.store.queue(None, 500)}
    desk.take(
        mail(
            f"Table {number} came cracked, and chair {number * 7} is missing {number} screws.",
            sender=f"Person <person{number}@host{number}.example>",
            message_id=f"<m{number}@example.net>",
            subject=f"Order {number}",
        )
    )
    (new,) = (row.reference for row in desk.store.queue(None, 500) if row.reference not in known)
    return new


def work(desk: Desk, count: int, each: timedelta, by: str = "maria") -> datetime:
    """Let mails come that wait all along, and `by` answer one after the other."""
    waiting = [take(desk, number, NOW) for number in range(1, count + 1)]
    at = NOW
    for reference in waiting:
        at += each
        desk.store.answered(reference, at, by, "phone")
    return at


def learn(store: SqliteStore, now: datetime) -> None:
    with store._writing() as db:
        forecasting.learn_pace(db, now)


def test_a_new_store_knows_no_pace_and_nothing_that_waits(store: SqliteStore) -> None:
    found = store.load(NOW)
    assert (found.waiting, found.pace, found.thin) == ((), PRIOR, True)


def test_what_waits_is_counted_by_queue_place_and_due_time(store: SqliteStore, desk: Desk) -> None:
    for number in (1, 2, 3):
        take(desk, number, NOW)
    (found,) = store.load(NOW).waiting
    assert (found.queue, found.count) == ("returns", 3)
    assert found.place == found.due == NOW + HOUR


def test_an_answered_ticket_waits_no_more(store: SqliteStore, desk: Desk) -> None:
    store.answered(take(desk, 1, NOW), NOW, "maria", "phone")
    assert store.load(NOW).waiting == ()


def test_the_pace_is_the_time_between_the_answers_of_one_person(
    store: SqliteStore, desk: Desk
) -> None:
    until = work(desk, ENOUGH, 7 * MINUTE)
    learn(store, until + HOUR)
    found = store.load(until + HOUR)
    assert (found.pace.count, found.pace.mean, found.pace.spread) == (ENOUGH, 7.0, 0.0)
    assert not found.thin
    assert found.pace_of("returns").mean == 7.0


def test_a_night_between_two_answers_is_no_work(store: SqliteStore, desk: Desk) -> None:
    last = take(desk, 900, NOW)
    until = work(desk, ENOUGH, 5 * MINUTE)
    store.answered(last, until + 15 * HOUR, "maria", "phone")
    learn(store, until + 16 * HOUR)
    assert store.load(until + 16 * HOUR).pace.mean == 5.0


def test_who_waits_for_mail_does_not_work_meanwhile(store: SqliteStore, desk: Desk) -> None:
    """An hour passes between two answers; the mail came five minutes before the second."""
    at = work(desk, ENOUGH, 5 * MINUTE)
    for number in range(100, 104):
        at += HOUR
        store.answered(take(desk, number, at - 5 * MINUTE), at, "maria", "phone")
    learn(store, at + HOUR)
    assert store.load(at + HOUR).pace.mean == 5.0


def test_answers_that_name_nobody_make_the_pace_of_the_team(store: SqliteStore, desk: Desk) -> None:
    until = work(desk, ENOUGH, 3 * MINUTE, by="team")
    learn(store, until + HOUR)
    found = store.load(until + HOUR)
    assert (found.together, found.pace.mean) == (True, 3.0)


def test_the_pace_is_learnt_once_an_hour_and_forgotten_after_four_weeks(
    store: SqliteStore, desk: Desk
) -> None:
    until = work(desk, ENOUGH, 7 * MINUTE)
    learn(store, until)
    more = take(desk, 777, until)
    store.answered(more, until + MINUTE, "maria", "phone")
    learn(store, until + HOUR - MINUTE)
    assert store.load(until).pace.count == ENOUGH
    learn(store, until + HOUR)
    assert store.load(until).pace.count == ENOUGH + 1
    learn(store, until + 29 * DAY)
    assert store.load(until).thin


def test_arrivals_are_an_average_hour_of_the_week(store: SqliteStore, desk: Desk) -> None:
    for number in range(1, 5):
        take(desk, number, NOW + number * MINUTE)
    learn(store, NOW + HOUR)
    found = store.load(NOW + 7 * DAY)
    assert found.arriving(NOW + 7 * DAY) == 4.0
    assert found.arriving(NOW + 7 * DAY + HOUR) == 0.0
    assert found.boosts == {0: 1.0}


def test_much_more_mail_than_usual_is_a_surge(store: SqliteStore, desk: Desk) -> None:
    take(desk, 1, NOW)
    later = NOW + HOUR
    learn(store, later)
    assert store.load(later).surge == 1.0
    for number in range(2, 22):
        take(desk, number, later + 21 * MINUTE)
    assert store.load(later + 22 * MINUTE).surge == 3.0
    assert store.load(NOW + 5 * HOUR).surge == 1.0


@pytest.mark.parametrize(
    ("late", "short"), [(-10, 0.0), (12, 12.0), (600, forecasting.MOST_SHORT), (None, 90.0)]
)
def test_by_how_much_forecasts_fell_short_is_learnt_from_what_came_of_them(
    store: SqliteStore, desk: Desk, late: int | None, short: float
) -> None:
    """Eight of ten are as late as told; the others are answered at once."""
    for number in range(1, ENOUGH + 11):
        take(desk, number, NOW)
    with store._writing() as db:
        db.execute(
            "UPDATE promise SET told = at, outcome = 'kept',"
            " answered = iif(id % 10 < 2, at + 1,"
            " at + ((facts ->> '$.reckoned') + ?) * 60000000)",
            (late,),
        )
    learn(store, NOW + 3 * HOUR)
    assert store.load(NOW).short == {Case.OPEN: short, Case.CLOSED: 0.0, Case.LOW: 0.0}


def test_a_wave_of_mails_that_are_all_alike_is_one_answer(store: SqliteStore, desk: Desk) -> None:
    arrive(desk, range(WAVE))
    assert sum(one.count for one in store.load(desk.now).waiting) == 1
    take(desk, WAVE + 1, desk.now)
    foreseen = [row.reference for row in store.live()]
    assert foreseen == [row.reference for row in store.queue(None, 9)]
    assert len(foreseen) == 2


def test_what_is_beyond_the_list_is_counted(store: SqliteStore, desk: Desk) -> None:
    for number in (1, 2, 3):
        take(desk, number, NOW)
    with store._writing() as db:
        db.execute(MANY, (forecasting.MOST_LISTED,))
    found = store.load(NOW)
    assert sum(one.count for one in found.waiting) == forecasting.MOST_LISTED
    assert found.more == 3


def test_what_waits_is_found_by_its_index_alone(store: SqliteStore) -> None:
    """No listing of what is done: a desk of many years is no slower."""
    details = [
        plan.partition(": ")[0]
        for plan in plans(store, lambda: (store.load(NOW), store.live()))
        if "ticket" in plan
    ]
    assert details
    scans = [plan for plan in details if plan.startswith("SCAN ticket")]
    assert all("USING" in plan and "INDEX" in plan for plan in scans)


@pytest.mark.parametrize(("came", "right"), [(0, False), (1, True), (3, True), (4, False)])
def test_what_was_foreseen_stands_beside_what_came(
    store: SqliteStore, desk: Desk, came: int, right: bool
) -> None:
    outlook = Outlook(until=NOW + HOUR, mean=2.0, low=1, high=3, late=())
    store.keep_foreseen(outlook, NOW)
    micros = (NOW + 5 * MINUTE - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    for number in range(came):
        take(desk, number + 1, NOW)
        with store._writing() as db:
            db.execute(
                "INSERT INTO breach (ticket, clock, cycle, at, noticed, reason, detail)"
                " VALUES (?, 'first', 1, ?, ?, 'not_answered', '{}')",
                (number + 1, micros, micros),
            )
    assert store.foreseen(NOW, NOW + HOUR) == ()
    (found,) = store.foreseen(NOW, NOW + DAY)
    assert (found.came, found.right) == (came, right)


MANY = """
WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number
  WHERE n < ?)
INSERT INTO ticket (reference, status, mailbox, subject, requester, requester_name, queue, guess,
  priority, boost, owner, owner_why, gist, flags, badges, related, opened, answer_by, place,
  acknowledgement)
SELECT printf('T-%07d', n), 'open', 'support', 's', 'r', 'r', 'orders', 'orders', 'normal', 0,
  'maria', '', '', '[]', '[]', '[]', 1, 60000000, 60000000, '' FROM number
"""
