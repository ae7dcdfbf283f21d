"""Each clock can show what it counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from triage.core.arithmetic import counted_lines
from triage.core.hours import Span

LONDON = ZoneInfo("Europe/London")


def span(start: str, end: str) -> Span:
    return Span(datetime.fromisoformat(start), datetime.fromisoformat(end))


def test_a_clock_over_closing_time_stands_in_one_line() -> None:
    spans = (
        span("2026-11-23T16:20+00:00", "2026-11-23T17:00+00:00"),
        span("2026-11-24T09:00+00:00", "2026-11-24T09:20+00:00"),
    )
    assert counted_lines(spans, LONDON) == ("counted 16:20-17:00 Mon, 09:00-09:20 Tue = 1 h",)


def test_a_longer_one_has_a_line_a_span_and_its_dates() -> None:
    spans = tuple(
        span(f"2026-11-{day}T09:00+00:00", f"2026-11-{day}T17:30+00:00") for day in (20, 23, 24, 30)
    )
    assert counted_lines(spans, LONDON) == (
        "counted 09:00-17:30 Fri 20 Nov = 8 h 30 min",
        "counted 09:00-17:30 Mon 23 Nov = 8 h 30 min",
        "counted 09:00-17:30 Tue 24 Nov = 8 h 30 min",
        "counted 09:00-17:30 Mon 30 Nov = 8 h 30 min",
        "together 34 h",
    )


def test_a_night_of_the_clock_s_change_is_as_long_as_it_was() -> None:
    night = span("2026-03-28T22:00+00:00", "2026-03-29T05:00+00:00")
    assert counted_lines([night], LONDON) == ("counted 22:00 Sat - 06:00 Sun = 7 h",)


def test_midnight_ends_its_day() -> None:
    evening = span("2026-11-23T22:00+00:00", "2026-11-24T00:00+00:00")
    assert counted_lines([evening], LONDON) == ("counted 22:00-24:00 Mon = 2 h",)


def test_whole_days_are_said_in_hours_and_seconds_are_left_out() -> None:
    start = datetime.fromisoformat("2026-11-23T10:00:40+00:00")
    always = Span(start, start + timedelta(days=1, seconds=30))
    assert counted_lines([always], LONDON) == ("counted 10:00 Mon - 10:01 Tue = 24 h",)


def test_what_counted_nothing_says_nothing() -> None:
    assert counted_lines([], LONDON) == ()
