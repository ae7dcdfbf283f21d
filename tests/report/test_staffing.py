"""Arrivals against staffing, reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.report.desk import DAY, HOUR, HOURS, LONDON, MONDAY, agent, desk, report, turn
from triage.core.desk import Absence, Hours, Roster, Window
from triage.core.load import Load, Pace
from triage.core.switches import Switch, SwitchName
from triage.report.figures import figures
from triage.report.plots import NOBODY, square
from triage.report.staffing import Staffing, staffing
from triage.store.reporting import Reported

TEN = Pace(100, 10.0, 5.0)


def week(*starts: datetime, roster: Roster | None = None, days: int = 7) -> Staffing:
    return staffing(
        starts,
        roster or Roster(hours=HOURS, agents=(agent("Maria"), agent("Jonas"))),
        TEN,
        MONDAY,
        MONDAY + days * DAY,
        LONDON,
        measured=True,
        together=False,
    )


def test_two_agents_at_ten_minutes_an_answer_write_twelve_an_hour() -> None:
    found = week(*[MONDAY + 10 * HOUR] * 6).cell(0, 10)
    assert found is not None
    assert (found.came, found.capacity, found.hours, found.ratio) == (6, 12.0, 1.0, 0.5)


def test_over_two_weeks_an_hour_is_there_twice() -> None:
    found = week(MONDAY + 10 * HOUR, MONDAY + 7 * DAY + 9 * HOUR, days=14).cell(0, 10)
    assert found is not None
    assert (found.came, found.capacity, found.hours) == (2, 24.0, 2.0)


def test_the_change_of_clocks_skips_an_hour_and_moves_the_shift() -> None:
    found = week(MONDAY + 6 * DAY + 1 * HOUR, days=9)
    assert found.cell(6, 1) is None
    after = found.cell(6, 2)
    assert after is not None
    assert after.came == 1
    second = found.cell(0, 9)
    assert second is not None
    assert (second.hours, second.capacity) == (2.0, 24.0)


def test_who_is_away_writes_nothing_and_mail_while_nobody_is_there_has_no_ratio() -> None:
    gone = tuple(
        Absence(name, MONDAY + 10 * HOUR, MONDAY + 10 * HOUR + timedelta(minutes=minutes))
        for name, minutes in (("maria", 30), ("jonas", 60))
    )
    roster = Roster(hours=HOURS, agents=(agent("Maria"), agent("Jonas")), absences=gone)
    found = week(MONDAY + 20 * HOUR, roster=roster)
    half, night = found.cell(0, 10), found.cell(0, 20)
    assert half is not None
    assert half.capacity == 3.0
    assert night is not None
    assert (night.came, night.ratio) == (1, None)
    drawn = square(night)
    assert drawn is not None
    assert (drawn.step, drawn.text, drawn.tells) == (NOBODY, "1", "Mon 20:00: 1 mail, nobody there")


def test_half_hours_of_a_zone_are_told_apart() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")
    hours = Hours(zone=kolkata, windows=(Window(0, time(9), time(10)),))
    found = staffing(
        [datetime(2026, 3, 23, 3, 45, tzinfo=UTC)],
        Roster(hours=hours, agents=(agent("Maria", hours=hours),)),
        TEN,
        MONDAY,
        MONDAY + DAY,
        kolkata,
        measured=True,
        together=False,
    )
    nine = found.cell(0, 9)
    assert nine is not None
    assert (nine.came, nine.capacity) == (1, 6.0)


def test_a_team_that_signs_for_nobody_counts_once_however_many_are_there() -> None:
    late = Hours(zone=LONDON, windows=(Window(0, time(10, 30), time(12)),))
    found = staffing(
        [],
        Roster(hours=HOURS, agents=(agent("Maria"), agent("Jonas", hours=late))),
        TEN,
        MONDAY,
        MONDAY + DAY,
        LONDON,
        measured=True,
        together=True,
    )
    assert sum(cell.capacity for cell in found.cells) == pytest.approx(8 * 6)


def test_an_absence_that_was_switched_on_counts_and_the_pace_is_the_measured_one() -> None:
    away = Switch(
        name=SwitchName.AWAY,
        about="maria",
        since=MONDAY + 10 * HOUR,
        until=MONDAY + 11 * HOUR,
        at=MONDAY,
        person="maria",
    )
    read = Reported(
        since=MONDAY, until=MONDAY + DAY, queue=None, switches=(away,), load=Load(pace=TEN)
    )
    from_report = report().staffing
    assert (from_report.pace, from_report.measured) == (8.0, False)
    found = figures(read, desk(agent("Maria")), MONDAY + DAY).staffing
    ten, eleven = found.cell(0, 10), found.cell(0, 11)
    assert ten is not None
    assert eleven is not None
    assert (ten.capacity, eleven.capacity, found.measured) == (0.0, 6.0, True)


def test_one_queue_has_no_staffing_of_its_own() -> None:
    read = Reported(since=MONDAY, until=MONDAY + DAY, queue="orders", turns=(turn(MONDAY),))
    assert figures(read, desk(agent("Maria")), MONDAY + DAY).staffing == Staffing()


def test_hours_in_which_nothing_ever_was_are_not_shown() -> None:
    assert week().shown == range(9, 17)
    assert replace(week(), cells=()).shown == range(0)
