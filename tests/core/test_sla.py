from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.clocked import update_clock
from triage.core.desk import Hours, Queue, Service, Window
from triage.core.hours import Span, elapsed
from triage.core.sla import (
    Clock,
    Standing,
    boost,
    due,
    place,
    resolution,
    span_in_words,
    standing,
    warns_at,
)
from triage.core.ticket import Priority

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ORDER = [Standing.ON_TIME, Standing.AT_RISK, Standing.BREACHED]
DESK = Hours(zone=BERLIN, windows=tuple(Window(day, time(9), time(18)) for day in range(5)))
RETURNS = Queue(name="returns", title="Returns", targets={Priority.URGENT: timedelta(minutes=30)})

instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)
waits = st.timedeltas(timedelta(), timedelta(hours=9))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def clock(start: str, queue: Queue = RETURNS, priority: Priority = Priority.NORMAL) -> Clock:
    return due(queue, priority, DESK, at(start))


@given(deadline=instants, warning=waits, now=instants, more=waits)
def test_an_unanswered_ticket_never_gets_better(
    deadline: datetime, warning: timedelta, now: datetime, more: timedelta
) -> None:
    earlier = standing(deadline, None, warning, now)
    later = standing(deadline, None, warning, now + more)
    assert ORDER.index(earlier) <= ORDER.index(later)


@given(deadline=instants, warning=waits, now=instants)
def test_an_answer_at_the_deadline_is_in_time_whenever_one_looks(
    deadline: datetime, warning: timedelta, now: datetime
) -> None:
    assert standing(deadline, deadline, warning, now) is Standing.MET
    late = deadline + timedelta.resolution
    assert standing(deadline, late, warning, now) is Standing.BREACHED


def test_the_warning_and_the_breach_begin_at_their_own_instants() -> None:
    deadline, warning = at("2026-11-20T17:50"), 15 * MINUTE
    tick = timedelta.resolution
    assert standing(deadline, None, warning, deadline - warning - tick) is Standing.ON_TIME
    assert standing(deadline, None, warning, deadline - warning) is Standing.AT_RISK
    assert standing(deadline, None, warning, deadline) is Standing.AT_RISK
    assert standing(deadline, None, warning, deadline + tick) is Standing.BREACHED


def test_a_target_counts_while_open_and_says_so() -> None:
    one = clock("2026-11-20T17:30")
    assert one.deadline == at("2026-11-23T09:30")
    assert one.why == "returns: 1 h, while open"
    assert sum((span.length for span in one.spans), timedelta()) == HOUR


def test_a_priority_may_have_its_own_target() -> None:
    one = clock("2026-11-20T12:00", priority=Priority.URGENT)
    assert one.deadline == at("2026-11-20T12:30")
    assert one.why == "returns, urgent: 30 min, while open"


def test_danger_counts_round_the_clock() -> None:
    one = due(RETURNS, Priority.URGENT, DESK, at("2026-11-21T03:00"), safety=15 * MINUTE)
    assert one.deadline == at("2026-11-21T03:15")
    assert one.why == "danger: 15 min, round the clock"
    assert len(one.spans) == 1


def test_danger_never_makes_an_answer_later() -> None:
    fast = Queue(name="returns", title="Returns", target=5 * MINUTE)
    one = due(fast, Priority.NORMAL, DESK, at("2026-11-20T12:00"), safety=15 * MINUTE)
    assert one.deadline == at("2026-11-20T12:05")


def test_a_queue_may_count_round_the_clock() -> None:
    night = Queue(name="alarm", title="Alarm", always=True)
    assert clock("2026-11-21T03:00", night).deadline == at("2026-11-21T04:00")


def test_two_days_are_as_long_as_two_working_days() -> None:
    other = Queue(name="other", title="Other", target=18 * HOUR, day=9 * HOUR)
    one = clock("2026-11-20T12:00", other)
    assert one.deadline == at("2026-11-24T12:00")
    assert one.why == "other: 2 days, while open"


def test_three_days_of_eight_hours_are_not_one_of_twenty_four() -> None:
    office = Hours(zone=BERLIN, windows=tuple(Window(day, time(9), time(17)) for day in range(5)))
    other = Queue(name="other", title="Other", target=24 * HOUR, day=8 * HOUR)
    one = due(other, Priority.NORMAL, office, at("2026-11-23T10:00"))
    assert one.deadline == at("2026-11-26T10:00")
    assert one.why == "other: 3 days, while open"


def test_a_queue_counts_in_hours_of_its_own() -> None:
    weekend = Hours(zone=BERLIN, windows=(Window(5, time(10), time(14)),))
    queue = Queue(name="returns", title="Returns", hours=weekend)
    one = clock("2026-11-20T12:00", queue)
    assert one.deadline == at("2026-11-21T11:00")
    assert one.why == "returns: 1 h, in the queue's own hours"


def test_being_done_with_counts_while_an_answer_is_due() -> None:
    queue = Queue(name="returns", title="Returns", resolve_target=9 * HOUR, day=9 * HOUR)
    turn = Span(at("2026-11-19T15:00"), at("2026-11-19T17:00"))
    one = resolution(queue, Priority.NORMAL, DESK, [turn], at("2026-11-20T16:00"))
    assert one is not None
    assert one.deadline == at("2026-11-23T14:00")
    assert [span.length for span in one.spans] == [2 * HOUR, 2 * HOUR, 5 * HOUR]
    assert one.start == turn.start
    assert resolution(RETURNS, Priority.NORMAL, DESK, [], at("2026-11-20T16:00")) is None


def test_a_queue_without_a_target_has_no_clock_but_danger_has() -> None:
    queue = Queue(name="spam", title="Spam", target=None)
    assert clock("2026-11-20T12:00", queue).deadline is None
    assert clock("2026-11-20T12:00", queue).why == "spam has no target"
    one = due(queue, Priority.URGENT, DESK, at("2026-11-20T12:00"), safety=15 * MINUTE)
    assert one.deadline == at("2026-11-20T12:15")


def test_a_desk_that_never_opens_has_no_deadline_and_says_why() -> None:
    one = due(RETURNS, Priority.NORMAL, Hours(zone=BERLIN), at("2026-11-20T12:00"))
    assert one.deadline is None
    assert one.why == "returns: 1 h, but nothing opens within two years"


@pytest.mark.parametrize(
    ("start", "before", "warns"),
    [
        ("2026-11-20T12:00", 15, "2026-11-20T12:45"),
        ("2026-11-20T17:10", 15, "2026-11-20T17:55"),  # due 9:10 on Monday
        ("2026-11-20T17:15", 15, "2026-11-23T09:00"),  # Monday's opening, not Friday's closing
        ("2026-11-20T12:00", 90, "2026-11-20T12:00"),
        ("2026-11-21T12:00", 90, "2026-11-23T09:00"),
    ],
)
def test_the_warning_comes_with_that_much_counted_time_left(
    start: str, before: int, warns: str
) -> None:
    assert warns_at(clock(start), before * MINUTE) == at(warns)


@given(start=instants, target=st.integers(1, 1500), before=st.integers(0, 300))
def test_a_warning_leaves_what_it_says(start: datetime, target: int, before: int) -> None:
    queue = Queue(name="returns", title="Returns", target=target * MINUTE)
    one = due(queue, Priority.NORMAL, DESK, start)
    warns = warns_at(one, before * MINUTE)
    assert warns is not None
    assert one.deadline is not None
    assert elapsed(DESK, warns, one.deadline) == min(before, target) * MINUTE


def test_nothing_warns_where_nothing_is_due() -> None:
    assert (
        warns_at(clock("2026-11-20T12:00", Queue(name="x", title="X", target=None)), HOUR) is None
    )


def test_boosts_add_up_and_move_a_ticket_forward() -> None:
    boosts = Service(default="care").boosts
    assert boost(Priority.HIGH, boosts, [20, -5]) == 40
    assert boost(Priority.LOW, boosts) == -60
    assert boost(Priority.NORMAL, {}) == 0
    assert place(at("2026-11-20T17:50"), 20) == at("2026-11-20T17:30")
    assert place(at("2026-11-20T17:50"), -60) == at("2026-11-20T18:50")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), "0 min"),
        (15 * MINUTE, "15 min"),
        (HOUR, "1 h"),
        (90 * MINUTE, "1 h 30 min"),
        (24 * HOUR, "1 day"),
        (30 * HOUR, "30 h"),
        (48 * HOUR, "2 days"),
    ],
)
def test_a_target_is_written_as_a_person_would(span: timedelta, words: str) -> None:
    assert span_in_words(span) == words


def test_an_update_is_due_when_it_was_named_and_warns_in_counted_time() -> None:
    clock = update_clock(DESK, at("2026-11-19T16:00"), at("2026-11-20T09:10"), 15 * MINUTE)
    assert clock.deadline == at("2026-11-20T09:10")
    assert clock.warn_at == at("2026-11-19T17:55")
    assert [span.length for span in clock.spans] == [2 * HOUR, 10 * MINUTE]


def test_an_update_that_is_due_soon_warns_with_half_of_its_time_left() -> None:
    clock = update_clock(DESK, at("2026-11-19T16:00"), at("2026-11-19T16:20"), 15 * MINUTE)
    assert clock.warn_at == at("2026-11-19T16:10")


def test_an_update_due_while_the_desk_is_closed_warns_by_the_clock_on_the_wall() -> None:
    clock = update_clock(DESK, at("2026-11-19T20:00"), at("2026-11-19T22:00"), 15 * MINUTE)
    assert clock.warn_at == at("2026-11-19T21:45")


def test_an_update_that_is_due_already_warns_at_once() -> None:
    due_at = at("2026-11-19T16:00")
    clock = update_clock(DESK, due_at + HOUR, due_at, 15 * MINUTE)
    assert (clock.warn_at, clock.spans) == (due_at, ())
