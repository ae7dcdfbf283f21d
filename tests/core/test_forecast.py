from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.core.desk import Absence, Agent, Hours, Roster, Window
from triage.core.forecast import Expected, Newcomer, _Line, expected, staffing
from triage.core.load import ENOUGH, Load, Pace, Waiting

UTC_ZONE = ZoneInfo("UTC")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HOURS = Hours(zone=UTC_ZONE, windows=tuple(Window(day, time(9), time(17)) for day in range(5)))
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)  # a Monday
STEADY = Pace(500, 6.0, 0.0)
QUEUES = ("orders", "billing", "care")


def agent(name: str, *queues: str) -> Agent:
    return Agent(
        id=name,
        name=name.title(),
        mail=f"{name}@northwind.example",
        speaks=("en",),
        queues=frozenset(queues),
        hours=HOURS,
    )


TWO = Roster(hours=HOURS, agents=(agent("maria"), agent("jonas")))


def waits(count: int, minutes: int = 59, queue: str = "orders") -> Waiting:
    due = NOW + minutes * MINUTE
    return Waiting(due, due, queue, count)


def forecast(
    *waiting: Waiting, load: Load | None = None, roster: Roster = TWO, now: datetime = NOW
) -> Expected:
    known = replace(load or Load(pace=STEADY), waiting=waiting)
    found = expected(Newcomer("orders", now + HOUR, now + HOUR), known, roster, now)
    assert found is not None
    return found


def minutes(found: Expected, now: datetime = NOW) -> float:
    return round((found.at - now) / MINUTE, 1)


def test_with_nothing_before_it_a_mail_takes_as_long_as_an_answer_takes() -> None:
    assert minutes(forecast()) == 6.0
    assert forecast().on_duty == 2


def test_two_agents_share_what_comes_before() -> None:
    assert minutes(forecast(waits(10))) == 36.0


def test_what_stands_behind_it_does_not_hold_it_up() -> None:
    assert minutes(forecast(waits(10, 90))) == 6.0


def test_one_in_four_is_a_late_one() -> None:
    late = waits(100, -30)
    assert minutes(forecast(late, waits(10))) == pytest.approx(46.0, abs=0.1)


def test_one_that_cannot_be_made_waits_for_its_turn_among_the_late() -> None:
    calm = minutes(forecast(waits(24)))
    busy = minutes(forecast(waits(24), load=Load(pace=STEADY, arrivals=(40.0,) * 168)))
    assert calm == 78.0
    assert busy > calm + 30


def test_the_spread_makes_it_later() -> None:
    wide = Load(pace=Pace(500, 6.0, 6.0))
    assert minutes(forecast(waits(10), load=wide)) > 36 + 5


def test_nobody_answers_at_night_nor_at_the_weekend() -> None:
    evening = NOW.replace(hour=20) + timedelta(days=4)
    found = expected(
        Newcomer("orders", evening + 61 * HOUR, evening + 61 * HOUR),
        Load(pace=STEADY),
        TWO,
        evening,
    )
    assert found == Expected(at=datetime(2026, 11, 30, 9, 6, tzinfo=UTC), ahead=0.0, on_duty=0)


def test_who_is_away_answers_nothing() -> None:
    away = replace(TWO, absences=(Absence("jonas", NOW - HOUR, NOW + 8 * HOUR),))
    assert minutes(forecast(waits(5), roster=away)) == 36.0
    nobody = replace(
        TWO, absences=tuple(Absence(one.id, NOW, NOW + 5 * HOUR) for one in TWO.agents)
    )
    assert forecast(waits(5), roster=nobody).at > NOW + 5 * HOUR


def test_work_of_another_queue_holds_up_only_who_has_both() -> None:
    roster = replace(TWO, agents=(agent("maria", "orders"), agent("jonas", "orders", "billing")))
    other = replace(TWO, agents=(agent("maria", "orders"), agent("jonas", "billing")))
    assert minutes(forecast(waits(8, queue="billing"), roster=roster)) == 30.0
    assert minutes(forecast(waits(8, queue="billing"), roster=other)) == 6.0


def test_what_comes_later_and_is_urgent_goes_before() -> None:
    coming = Load(pace=STEADY, arrivals=(30.0,) * 168, boosts=MappingProxyType({60: 1.0}))
    assert minutes(forecast(waits(10), load=coming)) > 36 + 10


def test_a_team_whose_answers_name_nobody_is_as_fast_as_they_are() -> None:
    assert minutes(forecast(waits(10), load=Load(pace=STEADY, together=True))) == 66.0


def test_a_thousand_more_than_are_listed_are_days() -> None:
    found = forecast(load=Load(pace=STEADY, more=1000))
    assert found.at > NOW + timedelta(days=6)


def test_late_mail_does_not_hold_up_what_can_still_be_made() -> None:
    assert minutes(forecast(waits(2000, -30))) < 10


def test_the_paces_of_queues_count_where_enough_is_known() -> None:
    load = Load(
        pace=Pace(500, 6.0, 0.0),
        paces=MappingProxyType(
            {"orders": Pace(ENOUGH, 12.0, 0.0), "billing": Pace(ENOUGH - 1, 99.0, 0.0)}
        ),
    )
    assert load.pace_of("orders").mean == 12.0
    assert load.pace_of("billing").mean == 6.0
    assert minutes(forecast(waits(4), load=load)) == 36.0


def test_nobody_on_the_roster_answers_never() -> None:
    assert expected(Newcomer("orders", NOW, NOW), Load(), replace(TWO, agents=()), NOW) is None


def test_staffing_tells_how_many_are_there() -> None:
    late = replace(agent("petra"), hours=replace(HOURS, windows=(Window(0, time(12), time(20)),)))
    found = staffing((*TWO.agents, late), TWO, NOW)
    assert [
        (shift.span.start.hour, shift.span.end.hour, shift.number)
        for shift in (next(found) for _ in range(3))
    ] == [(10, 12, 2), (12, 17, 3), (17, 20, 1)]


waiting = st.builds(waits, st.integers(0, 40), st.integers(-120, 120), st.sampled_from(QUEUES))
paces = st.builds(Pace, st.just(100), st.floats(0.5, 30), st.floats(0, 40))


@settings(max_examples=150, deadline=None)
@given(
    before=st.lists(waiting, max_size=8),
    more=waiting,
    pace=paces,
    own=paces,
    rate=st.floats(0, 80),
    offset=st.integers(0, 7 * 24 * 60),
)
def test_more_that_waits_never_makes_an_answer_earlier(
    before: list[Waiting], more: Waiting, pace: Pace, own: Pace, rate: float, offset: int
) -> None:
    now = NOW + offset * MINUTE
    load = Load(pace=pace, paces=MappingProxyType({"billing": own}), arrivals=(rate,) * 168)
    roster = replace(TWO, agents=(agent("maria", "orders"), agent("jonas")))
    moved = [
        replace(one, place=one.place + offset * MINUTE, due=one.due + offset * MINUTE)
        for one in (*before, more)
    ]
    new = Newcomer("orders", now + HOUR, now + HOUR)
    without, found = (
        expected(new, replace(load, waiting=tuple(waiting)), roster, now)
        for waiting in (moved[:-1], moved)
    )
    # None is later than any time that can be known.
    assert found is None or without is not None
    if found is not None and without is not None:
        assert found.at >= without.at - timedelta(milliseconds=1)
        assert without.at >= now


def test_an_absence_of_nearly_a_year_is_waited_out_in_work_that_grows_with_its_length() -> None:
    """What comes meanwhile, and goes before, is one heap of work, however long nobody is there."""
    line = _Line(due=NOW + 365 * DAY, on_time=[], late=0, own=6, each=6, boost=0, ahead=0)
    line.wait(Load(arrivals=(1.0,) * 168, boosts={60: 1.0}), NOW, NOW + 360 * DAY)
    assert len(line.on_time) == 1
    assert sum(work for _, work in line.on_time) == pytest.approx(360 * 24 * 6)
