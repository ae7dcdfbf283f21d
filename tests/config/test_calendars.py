"""Half days, hours of queues, and iCalendar files: what they become, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.config.test_desk import QUEUES, ROSTER, faults, load
from triage.core.hours import add, elapsed, is_open
from triage.core.roster import attendance
from triage.core.sla import due
from triage.core.ticket import Priority

HOUR = timedelta(hours=1)
HALF = 'half_days: {2026-12-30: "08:00-12:00", 2026-12-27: ["10:00-13:00", "14:00-16:00"]}'
HALF_DAYS = ROSTER.replace("days: [2026-12-24]", f"days: [2026-12-24], {HALF}")
NIGHT_DESK = "queues:\n  care: {hours: {open: {daily: '20:00-06:00'}, timezone: UTC}}\n"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def calendar(*events: str) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//birch//test//EN"]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}@birch.test", "DTSTAMP:20260101T000000Z"]
        lines += [*event.splitlines(), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def test_a_half_day_has_windows_of_its_own_in_place_of_the_week_s(tmp_path: Path) -> None:
    hours = load(tmp_path, roster=HALF_DAYS).roster.hours
    assert hours.special[date(2026, 12, 30)] == ((time(8), time(12)),)
    assert is_open(hours, at("2026-12-30T11:59+01:00"))
    assert not is_open(hours, at("2026-12-30T14:00+01:00"))
    assert is_open(hours, at("2026-12-27T15:00+01:00"))  # a Sunday


def test_a_half_day_is_cut_from_a_shift(tmp_path: Path) -> None:
    jonas = load(tmp_path, roster=HALF_DAYS.replace("    holidays: [2026-12-31]\n", "")).roster
    agent = jonas.agent("jonas")
    assert agent is not None
    assert agent.hours.special[date(2026, 12, 30)] == ((time(8), time(12)),)  # a Wednesday
    assert agent.hours.special[date(2026, 12, 27)] == ()


def test_a_queue_may_have_hours_of_its_own(tmp_path: Path) -> None:
    night = QUEUES.replace(
        "care: {}", "care: {hours: {open: {daily: '20:00-06:00'}}, answer_within: 2d}"
    )
    desk = load(tmp_path, queues=night)
    care = desk.queues["care"]
    assert care.target == 20 * HOUR
    assert care.day == 10 * HOUR
    clock = due(care, Priority.NORMAL, desk.roster.hours, at("2026-11-20T12:00+01:00"))
    assert clock.deadline == at("2026-11-22T06:00+01:00")
    assert clock.why == "care: 2 days, in the queue's own hours"
    # Its holidays are the desk's, unless it names some.
    assert care.hours is not None
    assert date(2026, 12, 25) in care.hours.holidays


def test_a_queue_may_be_asked_to_be_done_with(tmp_path: Path) -> None:
    queues = QUEUES.replace("care: {}", "care: {resolve_within: 3d, resolve_targets: {high: 4h}}")
    care = load(tmp_path, queues=queues).queues["care"]
    assert care.resolve_target_for(Priority.NORMAL) == 3 * timedelta(hours=9, minutes=30)
    assert care.resolve_target_for(Priority.HIGH) == 4 * HOUR


def test_absences_come_from_a_calendar(tmp_path: Path) -> None:
    (tmp_path / "maria.ics").write_text(
        calendar(
            "DTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20261203",
            "DTSTART;TZID=Europe/Berlin:20261207T090000\nDTEND;TZID=Europe/Berlin:20261207T110000\n"
            "RRULE:FREQ=WEEKLY;COUNT=2",
            "DTSTART:20261209T090000Z\nDTEND:20261209T100000Z\nTRANSP:TRANSPARENT",
            "DTSTART:20261210T090000Z\nDTEND:20261210T100000Z\nSTATUS:CANCELLED",
        )
    )
    roster = load(tmp_path, roster=ROSTER.replace("[sv, EN]}", "[sv, EN], calendar: maria.ics}"))
    away = [(one.start, one.end) for one in roster.roster.absences if one.agent == "maria"]
    assert away[1:] == [
        (at("2026-12-01T00:00+01:00"), at("2026-12-02T00:00+01:00")),
        (at("2026-12-02T00:00+01:00"), at("2026-12-03T00:00+01:00")),
        (at("2026-12-07T09:00+01:00"), at("2026-12-07T11:00+01:00")),
        (at("2026-12-14T09:00+01:00"), at("2026-12-14T11:00+01:00")),
    ]


def test_what_recurs_every_day_for_years_is_read_at_once_each_time_once(tmp_path: Path) -> None:
    """In a process of its own, with seconds of the processor: a walk in quarters took minutes."""
    lunch = "DTSTART:20150105T120000Z\nDTEND:20150105T130000Z\nRRULE:FREQ=DAILY"
    leave = "DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20280101"
    (tmp_path / "maria.ics").write_text(calendar(lunch, leave))
    code = (
        "import resource, sys; from datetime import date; from pathlib import Path;"
        "from zoneinfo import ZoneInfo; from triage.config.ical import read_calendar;"
        "resource.setrlimit(resource.RLIMIT_CPU, (20, 20));"
        "taken = read_calendar(Path(sys.argv[1]), ZoneInfo('UTC'), date(2026, 11, 22));"
        "print(len(taken.spans), len(set(taken.spans)), len(taken.days))"
    )
    read = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "maria.ics"],
        capture_output=True,
        text=True,
        check=True,
    )
    spans, different, days = map(int, read.stdout.split())
    assert spans == different >= 1200
    assert days == 730


def test_shifts_come_from_a_calendar(tmp_path: Path) -> None:
    rota = "DTSTART;TZID=Europe/London:20261123T220000\nDTEND;TZID=Europe/London:20261124T060000\n"
    (tmp_path / "rotas").mkdir()
    (tmp_path / "rotas" / "jonas.ics").write_text(calendar(f"{rota}RRULE:FREQ=DAILY;COUNT=3"))
    given = "{file: rotas/jonas.ics, events: shifts}"
    text = ROSTER.replace(
        'hours: {mon: ["22:00-06:00"], "wed,fri": ["08:00-24:00"]}', f"calendar: {given}"
    )
    roster = load(tmp_path, roster=text).roster
    jonas = roster.agent("jonas")
    assert jonas is not None
    worked = elapsed(jonas.hours, at("2026-11-20T00:00+00:00"), at("2026-12-20T00:00+00:00"))
    assert worked == 24 * HOUR
    there = attendance(jonas, roster, at("2026-11-24T03:00+00:00"))
    assert next(there).end == at("2026-11-24T06:00+00:00")


def test_days_off_come_from_a_calendar(tmp_path: Path) -> None:
    (tmp_path / "house.ics").write_text(
        calendar(
            "DTSTART;VALUE=DATE:20261127",
            "DTSTART;TZID=Europe/Berlin:20261126T150000\nDTEND;TZID=Europe/Berlin:20261126T180000",
        )
    )
    text = ROSTER.replace("days: [2026-12-24]", "calendar: house.ics")
    hours = load(tmp_path, roster=text).roster.hours
    counted = add(hours, at("2026-11-26T14:30+01:00"), HOUR)
    assert counted is not None
    assert counted.deadline == at("2026-11-28T10:30+01:00")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            '"08:00-12:00", "12',
            '"18:00-08:00", "12',
            "roster.yaml:3:13: error: 18:00-08:00 ends before",
        ),
        (
            "days: [2026-12-24]",
            'half_days: {2026-12-32: "08:00-12:00"}',
            "roster.yaml:5:54: error: '2026-12-32' is not a day",
        ),
        (
            "days: [2026-12-24]",
            'half_days: {2026-12-24: "08:00-12"}',
            "roster.yaml:5:66: error: '12' is not a time of day",
        ),
        (
            "days: [2026-12-24]",
            'days: [2026-12-24], half_days: {2026-12-24: "08:00-12:00"}',
            "roster.yaml:5:74: error: 2026-12-24 is a day off as well",
        ),
        (
            "days: [2026-12-24]",
            'half_days: {2026-12-28: ["08:00-12:00", "11:00-13:00"]}',
            "2026-12-28 11:00-13:00 overlaps 08:00-12:00",
        ),
        ("limit: 12", "left: 0001-01-01", "roster.yaml:18:11: error: 'left' should be greater"),
        ("to: 2026-12-04", "to: 9999-12-31", "'9999-12-31' is beyond every calendar"),
        ("[sv, EN]}", "[sv, EN], calendar: maira.ics}", "there is no file 'maira.ics'"),
        ("[sv, EN]}", "[sv, EN], calendar: ../maria.ics}", "does not lie in the folder"),
    ],
)
def test_wrong_hours_are_refused_with_their_place(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    found = faults(tmp_path, roster=ROSTER.replace(before, after))
    assert any(said in one for one in found), found


def test_a_half_day_on_which_nobody_works_is_refused(tmp_path: Path) -> None:
    roster = ROSTER.replace("days: [2026-12-24]", 'half_days: {2026-12-28: "08:00-20:00"}')
    roster = roster.replace(
        "speaks: [sv, EN]}", "speaks: [sv, EN], hours: {mon-sat: '08:00-18:00'}}"
    )
    found = faults(
        tmp_path,
        roster=roster.replace("timezone: Europe/London", "limit: 3").replace("limit: 12\n", ""),
    )
    assert any("the desk is open and nobody works from 18:00" in one for one in found), found


def test_a_queue_that_counts_round_the_clock_has_no_hours(tmp_path: Path) -> None:
    both = QUEUES.replace("care: {}", "care: {clock: always, hours: {timezone: UTC}}")
    found = faults(tmp_path, queues=both)
    assert found == [
        "queues.yaml:3:25: error: a queue that counts round the clock needs no hours"
        "\n    = help: leave one of the two out"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello\n", "maria.ics:1:1: error: this is no iCalendar"),
        ("", "maria.ics:1:1: error: this is no iCalendar: it is empty"),
        ("BEGIN:VCALENDAR\nVERSION:2.0\n", "maria.ics:1:1: error: VCALENDAR is never ended"),
        (calendar("DTSTART:2026banana"), "maria.ics:7:1: error: DTSTART cannot be read"),
        (calendar("SUMMARY:Off"), "maria.ics:4:1: error: this event has no DTSTART"),
        (
            calendar("DTSTART:20261201T100000Z\nDTEND:20261201T090000Z"),
            "maria.ics:8:1: error: this event ends before it begins",
        ),
        (
            calendar("DTSTART;TZID=Nowhere:20261201T100000\nDTEND;TZID=Nowhere:20261201T110000"),
            "maria.ics:7:1: error: there is no time zone 'Nowhere'",
        ),
        (
            calendar("DTSTART:20261201T100000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY"),
            "maria.ics:9:1: error: repeated by the hour or oftener",
        ),
        (
            calendar("DTSTART:20261201T100000Z\nDURATION:PT1S\nRRULE:FREQ=DAILY;BYMINUTE=1,2"),
            "maria.ics:9:1: error: repeated by the hour or oftener",
        ),
        (
            calendar("DTSTART:20261201T100000Z\nDTSTART:20261202T100000Z"),
            "maria.ics:4:1: error: this event cannot be read",
        ),
        (
            calendar("DTSTART;VALUE=DATE:20261201\nDTEND;VALUE=TIME:100000"),
            "maria.ics:4:1: error: this event cannot be read",
        ),
        (
            calendar("DTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:99991231"),
            "maria.ics:1:1: error: its events do not work out",
        ),
        (
            calendar("DTSTART:20261201T100000Z\nRRULE:FREQ=WEAKLY"),
            "maria.ics:8:1: error: RRULE cannot be read",
        ),
        (calendar("DTSTART:20261201T100000Z\nnonsense"), "maria.ics:8:1: error: no property"),
        (
            calendar(*["DTSTART:20261201T100000Z\nDTEND:20261201T110000Z"] * 5001),
            "maria.ics:1:1: error: more than 5000 events",
        ),
    ],
)
def test_a_calendar_that_cannot_be_read_is_refused_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "maria.ics").write_text(text)
    found = faults(tmp_path, roster=ROSTER.replace("[sv, EN]}", "[sv, EN], calendar: maria.ics}"))
    assert len(found) == 1
    assert said in found[0]
    assert "\n    = help: " in found[0]


def test_without_the_extra_the_remedy_is_named(tmp_path: Path) -> None:
    (tmp_path / "maria.ics").write_text(calendar("DTSTART;VALUE=DATE:20261201"))
    load(tmp_path)  # no calendar is named, none is needed
    (tmp_path / "roster.yaml").write_text(
        ROSTER.replace("[sv, EN]}", "[sv, EN], calendar: maria.ics}")
    )
    program = (
        "import sys; sys.modules['icalendar'] = None\n"
        "from pathlib import Path; from datetime import date\n"
        "from triage.config.desk import load_desk\n"
        "from triage.errors import ConfigError\n"
        "try:\n    load_desk(Path(sys.argv[1]), date(2026, 11, 20))\n"
        "except ConfigError as exc:\n    print(*exc.faults)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    ).stdout
    assert "roster.yaml:7:87: error: calendars are read by the extra 'roster'" in told
    assert "pip install inbox-triage[roster]" in told
