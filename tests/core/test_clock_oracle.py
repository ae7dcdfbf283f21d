"""P6: every clock is right to the minute, over random policies, years and zones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tests.core.oracle import DAY, MINUTE, reached, shown_minutes
from tests.core.test_hours import BERLIN, ZONES, instants_in, minutes_of_day
from tests.store.desk import NOW, TERMS, Desk, mail
from triage.core.clocked import Counting, counting
from triage.core.desk import Absence, Agent, Hours, Queue, Roster, Service, Window
from triage.core.disposition import Clocked, Open
from triage.core.hours import FAR, Span, elapsed
from triage.core.roster import attendance
from triage.core.ticket import Priority
from triage.pipeline.recount import anew
from triage.store.sqlite import open_store

HOUR = timedelta(hours=1)
REACH = 4 * DAY
Pairs = tuple[tuple[datetime, datetime], ...]


clock_times = minutes_of_day.map(lambda minute: time(*divmod(minute, 60)))
spans = st.tuples(clock_times, clock_times)


@st.composite
def calendars(draw: st.DrawFn, start: datetime) -> Hours:
    near = st.integers(-2, 5).map(lambda n: start.date() + n * DAY)
    if draw(st.booleans()):  # the same every day: enough open time to be close to a change
        week = [Window(d, *w) for w in draw(st.lists(spans, max_size=2)) for d in range(7)]
    else:
        pieces = st.tuples(st.integers(0, 6), spans)
        week = [Window(day, *w) for day, w in draw(st.lists(pieces, max_size=9))]

    def around(longest: int) -> st.SearchStrategy[tuple[datetime, datetime]]:
        ends = st.tuples(st.integers(-1440, 4 * 1440), st.integers(1, longest))
        return ends.map(lambda e: (start + e[0] * MINUTE, start + (e[0] + e[1]) * MINUTE))

    return Hours(
        zone=draw(st.sampled_from(ZONES)),
        windows=tuple(week),
        holidays=draw(st.frozensets(near, max_size=2)),
        special=draw(st.dictionaries(near, st.lists(spans, max_size=2).map(tuple), max_size=2)),
        shifts=draw(st.lists(around(1800), max_size=2).map(tuple)),
        closed=draw(st.lists(around(2000), max_size=2).map(tuple)),
        always=draw(st.integers(0, 15)) == 15,
    )


@st.composite
def desks(draw: st.DrawFn) -> tuple[Counting, datetime]:
    start = draw(st.sampled_from(ZONES).flatmap(instants_in))
    queue = Queue(
        name="returns",
        title="Returns",
        target=draw(st.integers(0, 700)) * MINUTE,
        targets={Priority.URGENT: draw(st.integers(1, 60)) * MINUTE},
        always=draw(st.integers(0, 9)) == 9,
        hours=draw(st.none() | calendars(start)),
        resolve_target=draw(st.integers(1, 900)) * MINUTE,
    )
    warn = draw(st.integers(1, 30)) * MINUTE
    service = Service(default="returns", warn_before=warn)
    by = Counting(service=service, queues={"returns": queue}, hours=draw(calendars(start)))
    return by, start


def expected(by: Counting, priority: Priority, start: datetime) -> datetime | None:
    """Return what the oracle says of an answer to mail of `start`."""
    queue = by.queue("returns")
    hours = by.hours if queue.hours is None else queue.hours
    if queue.always:
        hours = replace(hours, always=True)
    target = queue.targets.get(priority, queue.target)
    assert target is not None
    return reached(shown_minutes(hours, start, REACH), start, target // MINUTE)


def adds_up(clock: Clocked, by: Counting, priority: Priority) -> None:
    """Check the arithmetic of a clock, and that its warning leaves what it says."""
    queue = by.queue("returns")
    target = queue.target_for(priority)
    assert clock.deadline is not None
    assert clock.warn_at is not None
    assert target == sum((one.length for one in clock.spans), timedelta())
    assert all(one.end < other.start for one, other in pairwise(clock.spans))
    left = elapsed(queue.calendar(by.hours), clock.warn_at, clock.deadline)
    assert left == min(by.service.warn_before, target / 2)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(desk=desks(), priority=st.sampled_from([Priority.NORMAL, Priority.URGENT]))
def test_p6_an_answer_is_due_when_the_oracle_says(
    desk: tuple[Counting, datetime], priority: Priority
) -> None:
    by, start = desk
    clock = by.clock("returns", priority, start, danger=False)
    due = expected(by, priority, start)
    if due is None:
        assert clock.deadline is None or clock.deadline >= start + REACH
    else:
        assert clock.deadline == due
        adds_up(clock, by, priority)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(desk=desks(), ends=st.lists(st.integers(0, 2000), max_size=4, unique=True))
def test_p6_being_done_with_rests_while_the_requester_is_waited_for(
    desk: tuple[Counting, datetime], ends: list[int]
) -> None:
    by, start = desk
    edges = [start, *(start + minute * MINUTE for minute in sorted(ends))]
    turns = [Span(one, other) for one, other in zip(edges[::2], edges[1::2], strict=False)]
    since = edges[len(turns) * 2] if len(edges) > len(turns) * 2 else edges[-1] + HOUR
    queue = by.queue("returns")
    target = queue.resolve_target
    assert target is not None
    minutes = shown_minutes(queue.calendar(by.hours), start, REACH)
    waits = (
        counts
        and (
            start + n * MINUTE >= since or any(t.start <= start + n * MINUTE < t.end for t in turns)
        )
        for n, counts in enumerate(minutes)
    )
    due = reached(waits, start, target // MINUTE)
    clock = by.resolution("returns", Priority.NORMAL, turns, since)
    if due is None:
        assert clock is None or (clock.deadline or FAR) >= start + REACH
    else:
        assert clock is not None
        assert sum((one.length for one in clock.spans), timedelta()) == target
        assert clock.deadline == due


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_p6_an_agent_is_there_in_the_minutes_in_which_the_oracle_sees_them(
    data: st.DataObject,
) -> None:
    start = data.draw(st.sampled_from(ZONES).flatmap(instants_in))
    hours = data.draw(calendars(start))
    gone = st.tuples(st.integers(-600, 5000), st.integers(1, 3000))
    absences = tuple(
        Absence("maria", start + at * MINUTE, start + (at + long) * MINUTE)
        for at, long in data.draw(st.lists(gone, max_size=3))
    )
    left = data.draw(st.none() | st.integers(0, 4).map(lambda n: start.date() + n * DAY))
    maria = Agent(
        id="maria", name="Maria Lund", mail="m@birch.test", speaks=("en",), hours=hours, left=left
    )
    roster = Roster(hours=hours, agents=(maria,), absences=absences)
    there = [
        counts
        and not any(a.start <= start + n * MINUTE < a.end for a in absences)
        and (left is None or (start + n * MINUTE).astimezone(hours.zone).date() < left)
        for n, counts in enumerate(shown_minutes(hours, start, REACH))
    ]
    seen = []
    for span in attendance(maria, roster, start):
        if span.start >= start + REACH:
            break
        seen.append(span)
    at = [start + n * MINUTE for n in range(len(there))]
    assert [any(s.start <= one < s.end for s in seen) for one in at] == there


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    """One ticket that waits, and goes on waiting whatever the policy is."""
    folder: Path = tmp_path_factory.mktemp("oracle")
    store = open_store(folder / "triage.db")
    store.start("here", 1, "boot", NOW)
    desk = Desk(store)
    first = desk.take(mail())
    assert isinstance(first, Open)
    yield desk, first.reference
    store.close()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(desk=desks(), hours=calendars(NOW), own=st.none() | calendars(NOW))
def test_p6_a_policy_that_changes_in_mid_flight_moves_the_clock_to_where_the_oracle_says(
    waiting: tuple[Desk, str], desk: tuple[Counting, datetime], hours: Hours, own: Hours | None
) -> None:
    taken, reference = waiting
    queue = replace(desk[0].queue("returns"), hours=own)
    by = replace(counting(TERMS), queues={"returns": queue}, hours=hours)
    taken.store.recount(taken.store.touched(None).tickets, partial(anew, by=by), NOW + HOUR)
    view = taken.store.ticket(reference)
    due = expected(by, Priority.NORMAL, NOW)
    if due is None:
        assert view.row.answer_by is None or view.row.answer_by >= NOW + REACH
        return
    assert view.row.answer_by == due
    (clock,) = view.clocks
    assert sum((one.length for one in clock.spans), timedelta()) == queue.target


@pytest.mark.parametrize("year", [2025, 2026, 2028])
@given(minutes=st.integers(1, 400), late=st.integers(0, 3000))
@settings(max_examples=4, deadline=None)
@example(minutes=60, late=0)
def test_p6_a_closure_of_forty_days_is_waited_out(year: int, minutes: int, late: int) -> None:
    closed = frozenset(date(year, 10, 1) + n * DAY for n in range(40))
    week = tuple(Window(d, time(8), time(12)) for d in range(7))
    hours = Hours(zone=BERLIN, windows=week, holidays=closed)
    start = datetime(year, 9, 30, 11, tzinfo=BERLIN).astimezone(UTC) + late * MINUTE
    by = Counting(
        service=Service(default="returns"),
        queues={"returns": Queue(name="returns", title="R", target=minutes * MINUTE)},
        hours=hours,
    )
    clock = by.clock("returns", Priority.NORMAL, start, danger=False)
    assert clock.deadline == reached(shown_minutes(hours, start, 44 * DAY), start, minutes)


@given(start=instants_in(BERLIN), minutes=st.integers(1, 3000), begins=clock_times)
@settings(max_examples=25, deadline=None)
def test_p6_a_shift_of_24_hours_counts_every_minute(
    start: datetime, minutes: int, begins: time
) -> None:
    assume(start.year > 1996)
    hours = Hours(zone=BERLIN, windows=tuple(Window(d, begins, begins) for d in range(7)))
    by = Counting(
        service=Service(default="returns"),
        queues={"returns": Queue(name="returns", title="R", target=minutes * MINUTE)},
        hours=hours,
    )
    clock = by.clock("returns", Priority.NORMAL, start, danger=False)
    assert clock.deadline == start + minutes * MINUTE
    assert len(clock.spans) == 1
