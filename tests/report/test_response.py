"""How long requesters waited: reckoned by hand, over nights, weekends and a change of clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.desk import DAY, HOUR, HOURS, MINUTE, MONDAY, desk, report, turn
from triage.core.answering import Does
from triage.core.hours import Span, elapsed
from triage.report.response import Came, Spread, by_day, percentile, spread, waited

COUNTING = desk().counting
NOW = MONDAY + 14 * DAY


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of March 2026, in UTC."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_an_answer_within_the_hour_took_as_long_in_business_time_as_on_the_wall() -> None:
    one = waited(turn(at(23, 10), at(23, 10, 40)), COUNTING, NOW)
    assert (one.came, one.business, one.wall, one.on_wall) == (
        Came.IN_TIME,
        40 * MINUTE,
        40 * MINUTE,
        True,
    )


def test_an_answer_at_the_deadline_is_in_time_and_one_second_later_is_not() -> None:
    exact, after = at(23, 11), at(23, 11) + timedelta(seconds=1)
    assert waited(turn(at(23, 10), exact), COUNTING, NOW).came is Came.IN_TIME
    assert waited(turn(at(23, 10), after), COUNTING, NOW).came is Came.LATE


def test_a_night_does_not_count_in_business_time_and_does_on_the_wall() -> None:
    one = waited(turn(at(23, 16, 40), at(24, 9, 30)), COUNTING, NOW)
    assert one.came is Came.IN_TIME
    assert (one.business, one.wall) == (50 * MINUTE, 16 * HOUR + 50 * MINUTE)
    assert one.on_wall is False


def test_over_the_change_to_summer_time_the_desk_opens_an_hour_sooner_in_utc() -> None:
    """Friday 27 March 16:30 UTC to Monday 30 March 08:20 UTC, which is 09:20 in London."""
    one = waited(turn(at(27, 16, 30), at(30, 8, 20)), COUNTING, NOW)
    assert (one.came, one.business) == (Came.IN_TIME, 50 * MINUTE)
    assert one.wall == 2 * DAY + 15 * HOUR + 50 * MINUTE


def test_beyond_the_deadline_only_open_time_counts_and_danger_counts_all_of_it() -> None:
    start, answered = at(23, 16), at(24, 10)
    assert waited(turn(start, answered), COUNTING, NOW).business == 2 * HOUR
    urgent = waited(turn(start, answered, danger=True), COUNTING, NOW)
    assert urgent.business == HOUR + (at(24, 10) - at(23, 17))


def test_what_was_counted_stands_whatever_hours_are_in_force_since() -> None:
    """The clock counted a Saturday that the desk was open on, once."""
    open_then = turn(at(28, 10), at(28, 10, 30))
    kept = (at(28, 10), at(28, 11))
    one = replace(open_then, spans=(Span(*kept),), deadline=kept[1])
    assert waited(one, COUNTING, NOW).business == 30 * MINUTE


def test_late_and_open_is_a_miss_with_its_time_so_far() -> None:
    found = report([turn(at(23, 10)), turn(at(23, 10), at(23, 10, 5), number=2)], now=at(23, 13))
    one = found.response
    assert (one.decided, one.in_time, one.late_open, one.share) == (2, 1, 1, 0.5)
    assert one.business == Spread(5 * MINUTE, 3 * HOUR, 3 * HOUR)
    assert found.oldest[0].turn.reference == "T-0000001"


def test_what_is_not_due_yet_is_neither_in_time_nor_late() -> None:
    found = report([turn(at(23, 10))], now=at(23, 11))
    assert (found.response.decided, found.response.waits, found.response.share) == (0, 1, None)
    assert found.response.business == Spread()


def test_what_was_left_lying_before_the_time_of_the_report_is_a_miss_in_it() -> None:
    old = turn(MONDAY - 5 * DAY + 10 * HOUR)
    found = report([old, turn(at(23, 10), at(23, 10, 5), number=2)])
    assert (found.response.decided, found.response.in_time) == (2, 1)
    assert sum(one.turns for _, one in found.days) == 1
    assert found.queues[0][1].oldest == found.oldest[0]


def test_closed_without_an_answer_counts_only_where_it_was_late_by_then() -> None:
    early = turn(at(23, 10), ended=at(23, 10, 30))
    late = turn(at(23, 10), ended=at(23, 12), number=2)
    one = report([early, late]).response
    assert (one.closed, one.decided, one.in_time, one.answered) == (1, 1, 0, 0)
    assert one.business == Spread()


def test_without_a_target_a_turn_is_neither_in_time_nor_late_but_its_wait_is_measured() -> None:
    one = report([turn(at(23, 10), at(24, 10), target=None)]).response
    assert (one.decided, one.answered, one.business.p50) == (0, 1, 8 * HOUR)


def test_asking_back_and_promising_are_told_apart_from_answering() -> None:
    sorts = [Does.ANSWERS, Does.ANSWERS, Does.ASKS, Does.PROMISES]
    turns = [turn(at(23, 10), at(23, 11), does=does, number=n) for n, does in enumerate(sorts)]
    assert report(turns).response.does == {Does.ANSWERS: 2, Does.ASKS: 1, Does.PROMISES: 1}


def test_queues_stand_by_their_number_of_turns() -> None:
    turns = [turn(at(23, 10), at(23, 11), queue=q, number=n) for n, q in enumerate("abb")]
    assert [(name, one.turns) for name, one in report(turns).queues] == [("b", 2), ("a", 1)]


def test_days_are_those_of_the_desks_zone() -> None:
    """Sunday 29 March 23:30 UTC is Monday in London, which has summer time by then."""
    found = report([turn(at(29, 23, 30), at(30, 8))])
    assert [day.day for day, one in found.days if one.turns] == [30]
    assert [day.day for day, _ in found.days] == [23, 24, 25, 26, 27, 28, 29, 30]


def test_of_an_empty_store_there_are_days_and_nothing_else() -> None:
    found = report()
    assert (found.response.turns, found.response.share, found.oldest) == (0, None, ())
    assert len(found.days) == 8
    assert not found.queues


def test_figures_of_people_are_there_only_where_they_are_asked_for() -> None:
    turns = [
        turn(at(23, 10), at(23, 10, 10)),
        turn(at(23, 10), at(23, 12), number=2, person="jonas"),
        turn(at(23, 10), at(23, 10, 20), number=3, person=""),
    ]
    assert report(turns).agents is None
    found = report(turns, agents=True).agents
    assert found is not None
    assert [(one.agent, one.response.share) for one in found] == [("jonas", 0.0), ("maria", 1.0)]


@pytest.mark.parametrize(
    ("percent", "minutes"), [(50, 5), (90, 9), (99, 10), (100, 10), (1, 1), (10, 1), (11, 2)]
)
def test_a_percentile_is_the_nearest_rank_and_was_measured(percent: int, minutes: int) -> None:
    assert percentile([n * MINUTE for n in range(1, 11)], percent) == minutes * MINUTE


def test_of_one_wait_every_percentile_is_that_one() -> None:
    assert spread([7 * MINUTE]) == Spread(7 * MINUTE, 7 * MINUTE, 7 * MINUTE)
    assert spread([]) == Spread()


@given(st.lists(st.timedeltas(timedelta(), timedelta(days=9)), min_size=1))
def test_percentiles_never_fall_and_lie_among_what_was_measured(waits: list[timedelta]) -> None:
    found = spread(waits)
    assert found.p50 is not None
    assert found.p90 is not None
    assert found.p99 is not None
    assert found.p50 <= found.p90 <= found.p99
    assert {found.p50, found.p90, found.p99} <= set(waits)
    assert 2 * sum(wait <= found.p50 for wait in waits) >= len(waits)


minutes = st.integers(0, 14 * 24 * 60)


@given(minutes, minutes)
def test_business_time_is_what_the_desk_was_open_and_never_more_than_on_the_wall(
    first: int, more: int
) -> None:
    start = MONDAY + first * MINUTE
    answered = start + more * MINUTE
    one = waited(turn(start, answered), COUNTING, NOW)
    assert one.business == elapsed(HOURS, start, answered)
    assert one.business is not None
    assert one.wall is not None
    assert one.business <= one.wall
    # At its end an hour has passed, and goes on having passed until the desk opens again.
    assert one.business <= HOUR if one.came is Came.IN_TIME else one.business >= HOUR


def test_by_day_leaves_no_day_out() -> None:
    days = list(by_day([], MONDAY, MONDAY + 3 * DAY, UTC))
    assert [day.day for day, _ in days] == [23, 24, 25]
