from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.test_forecast import HOUR, HOURS, MINUTE, NOW, TWO, agent, waits
from tests.store.desk import TERMS
from triage.core.desk import Absence, Queue, Roster
from triage.core.forecast import Newcomer, expected
from triage.core.load import Case, Load, Pace, Waiting
from triage.core.promise import Method, Told
from triage.core.roster import attendance
from triage.core.sla import due, place
from triage.core.telling import Asked, tell
from triage.core.terms import Terms
from triage.core.ticket import Priority

MARIA = TWO.agents[0]
KNOWN = Load(pace=Pace(500, 6.0, 4.0))


def terms(roster: Roster = TWO, **of_queue: object) -> Terms:
    queue = Queue(name="orders", title="Orders", **of_queue)  # type: ignore[arg-type]
    return replace(TERMS, roster=roster, queues={"orders": queue})


def asked(now: datetime, by: Terms, boost: int = 0, *, danger: bool = False) -> Asked:
    safety = by.service.safety_target if danger else None
    clock = due(by.queue("orders"), Priority.NORMAL, by.roster.hours, now, safety=safety)
    assert clock.deadline is not None
    return Asked(
        queue="orders",
        guess="orders",
        priority=Priority.NORMAL,
        deadline=clock.deadline,
        place=place(clock.deadline, boost),
        danger=danger,
    )


def told(
    *waiting: Waiting,
    now: datetime = NOW,
    load: Load | None = KNOWN,
    by: Terms | None = None,
    danger: bool = False,
) -> Told:
    by = by or terms()
    known = None if load is None else replace(load, waiting=waiting)
    found = tell(asked(now, by, danger=danger), MARIA, by, known, now)
    assert found is not None
    return found


def test_p5_a_short_queue_is_promised_the_target() -> None:
    found = told(waits(5))
    assert (found.at, found.method, found.day) == (NOW + HOUR, Method.TARGET, False)
    assert found.expected_at is not None
    assert found.facts["ahead"] == 5
    assert found.facts["on_duty"] == 2


def test_p5_a_long_queue_is_promised_the_later_time_rounded_up() -> None:
    found = told(waits(24))
    assert found.method is Method.HISTORY
    assert found.expected_at is not None
    assert found.expected_at <= found.at
    assert found.at == NOW + 90 * MINUTE
    assert found.target_at == NOW + HOUR


def test_p5_beyond_capacity_a_day_is_named_and_ends_with_the_owners_shift() -> None:
    found = told(waits(200))
    assert (found.method, found.day) == (Method.BEYOND, True)
    assert found.at == datetime(2026, 11, 24, 17, tzinfo=UTC)


def test_p5_a_day_that_is_nearly_over_is_not_named() -> None:
    """Expected at 16:50 on the next day: half an hour is not left, so the day after is named."""
    by = terms()
    load = replace(KNOWN, pace=Pace(500, 6.0, 0.0))
    found = told(waits(296), load=load, by=by)
    assert found.expected_at is not None
    assert found.expected_at.date() == datetime(2026, 11, 24, tzinfo=UTC).date()
    assert found.expected_at > datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    assert found.at == datetime(2026, 11, 25, 17, tzinfo=UTC)


def test_p5_more_than_four_open_hours_late_is_a_day_even_today() -> None:
    early = NOW.replace(hour=9)
    found = told(waits(120, -2), now=early, load=replace(KNOWN, pace=Pace(500, 6.0, 0.0)))
    assert found.expected_at is not None
    assert found.expected_at.date() == early.date()
    assert (found.day, found.at) == (True, early.replace(hour=17))


def test_p5_forecasts_that_fell_short_of_late_are_put_right_each_of_its_case() -> None:
    short = replace(KNOWN, short={Case.OPEN: 30.0, Case.LOW: 60.0})
    by = terms()
    plain, later = told(waits(24)), told(waits(24), load=short)
    assert plain.expected_at is not None
    assert later.expected_at == plain.expected_at + 30 * MINUTE
    assert later.at >= later.expected_at
    assert later.facts["reckoned"] == plain.facts["minutes"]
    low = tell(asked(NOW, by, -60), MARIA, by, replace(short, waiting=(waits(24),)), NOW)
    assert low is not None
    assert low.facts["case"] == Case.LOW
    assert low.facts["minutes"] == plain.facts["minutes"] + 60  # type: ignore[operator]
    evening = told(load=short, now=NOW.replace(hour=20))
    assert evening.facts["case"] == Case.CLOSED
    assert evening.facts["minutes"] == evening.facts["reckoned"]


def test_p5_without_history_the_target_and_half_of_it_is_promised() -> None:
    found = told(load=Load())
    assert (found.at, found.method) == (NOW + 90 * MINUTE, Method.THIN)


def test_p5_without_history_a_long_queue_is_promised_no_hour_it_cannot_keep() -> None:
    found = told(waits(200), load=Load())
    assert found.day
    assert found.at > NOW + timedelta(days=1)


def test_the_half_is_counted_in_open_time() -> None:
    late = NOW.replace(hour=15, minute=45)
    assert told(load=Load(), now=late).at == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_where_nothing_is_known_the_target_is_promised() -> None:
    found = told(load=None)
    assert (found.at, found.method, found.expected_at) == (NOW + HOUR, Method.TARGET, None)


def test_danger_is_not_held_up_by_the_queue() -> None:
    by = terms(replace(TWO, on_call=MARIA.mail))
    found = told(waits(200), by=by, now=NOW.replace(hour=3), danger=True)
    assert not found.day
    assert found.at <= NOW.replace(hour=3, minute=20)


def test_danger_is_not_promised_at_once_by_somebody_on_call_who_is_away() -> None:
    night = NOW.replace(hour=3)
    away = Absence(MARIA.id, night - HOUR, night + timedelta(days=1))
    by = terms(replace(TWO, on_call=MARIA.mail, absences=(away,)))
    found = tell(asked(night, by, danger=True), TWO.agents[1], by, KNOWN, night)
    assert found is not None
    assert found.expected_at is not None
    assert found.expected_at >= NOW.replace(hour=9)


def test_further_away_the_time_is_coarser() -> None:
    late = NOW.replace(hour=16, minute=22)
    assert told(now=late).at == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    friday = late + timedelta(days=4)
    assert told(now=friday).at == datetime(2026, 11, 30, 10, tzinfo=UTC)


def test_an_owner_who_is_never_there_is_promised_nothing_by() -> None:
    gone = replace(MARIA, left=NOW.date() - timedelta(days=9))
    by = terms(replace(TWO, agents=(gone, TWO.agents[1])))
    assert tell(asked(NOW, by), gone, by, KNOWN, NOW) is None


instants = st.integers(0, 14 * 24 * 60).map(lambda minute: NOW + minute * MINUTE)
loads = st.builds(
    Load,
    pace=st.builds(Pace, st.sampled_from([0, 29, 30, 500]), st.floats(1, 20), st.floats(0, 20)),
    arrivals=st.sampled_from([(), (2.0,) * 168, (8.0,) * 168]),
)


@settings(max_examples=60, deadline=None)
@given(
    now=instants,
    load=loads,
    counts=st.lists(st.tuples(st.integers(0, 120), st.integers(-100, 60)), max_size=4),
    away=st.lists(st.tuples(instants, st.timedeltas(timedelta(), timedelta(days=2))), max_size=2),
    boost=st.sampled_from([-60, 0, 25, 60]),
)
def test_p5_no_promise_is_hopeful(
    now: datetime,
    load: Load,
    counts: list[tuple[int, int]],
    away: list[tuple[datetime, timedelta]],
    boost: int,
) -> None:
    """Never before the target or the forecast, never outside the shift, always time to work."""
    absences = tuple(Absence("maria", start, start + length) for start, length in away)
    roster = replace(TWO, absences=absences)
    by = terms(roster)
    waiting = tuple(
        Waiting(now + minutes * MINUTE, now + minutes * MINUTE, "orders", count)
        for count, minutes in counts
    )
    known = replace(load, waiting=waiting)
    ask = asked(now, by, boost)
    found = tell(ask, MARIA, by, known, now)
    if found is None:
        new = Newcomer("orders", ask.place, ask.deadline)
        assert expected(new, known, roster, now) is None
        return
    assert found.at >= ask.deadline
    assert found.expected_at is not None
    assert found.at >= found.expected_at
    shifts = list(takewhile(lambda span: span.start < found.at, attendance(MARIA, roster, now)))
    assert shifts[-1].start < found.at <= shifts[-1].end
    worked = sum((min(span.end, found.at) - span.start for span in shifts), timedelta())
    assert worked >= 20 * MINUTE or found.at == shifts[-1].end
    if found.day:
        assert found.at == shifts[-1].end
    else:
        assert not found.at.minute % 5
        assert not found.at.second


@settings(max_examples=40, deadline=None)
@given(now=instants, load=loads, first=st.integers(0, 400), more=st.integers(0, 400))
def test_p5_a_longer_queue_is_never_promised_sooner(
    now: datetime, load: Load, first: int, more: int
) -> None:
    by = terms()
    ask = asked(now, by)
    short, long = (
        tell(
            ask,
            MARIA,
            by,
            replace(load, waiting=(Waiting(ask.place, ask.deadline, "orders", count),)),
            now,
        )
        for count in (first, first + more)
    )
    assert long is None or (short is not None and long.at >= short.at)


@pytest.mark.parametrize(("minutes", "least"), [(15, 7.5), (30, 15), (60, 20)])
def test_the_owner_always_has_the_least_of_their_own_time(minutes: int, least: float) -> None:
    late = NOW.replace(hour=7)
    by = terms(target=minutes * MINUTE)
    opens = NOW.replace(hour=9)
    assert told(now=late, by=by).at >= opens + least * MINUTE


def test_the_shift_of_another_agent_does_not_help_the_owner() -> None:
    afternoon = replace(
        agent("petra"),
        hours=replace(HOURS, windows=(replace(HOURS.windows[0], start=time(13)),)),
    )
    by = terms(replace(TWO, agents=(afternoon, *TWO.agents)))
    found = tell(asked(NOW, by), afternoon, by, KNOWN, NOW)
    assert found is not None
    assert found.at == NOW.replace(hour=13, minute=30)
