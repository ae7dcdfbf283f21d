from __future__ import annotations

import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.core.oracle import DAY, MINUTE, reached, shown_minutes
from triage.core.desk import Hours, Window
from triage.core.hours import (
    Span,
    add,
    elapsed,
    is_open,
    month_of,
    next_open,
    open_spans,
)

HOUR = timedelta(hours=1)
REACH = 6 * DAY

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    BERLIN,
    *map(
        ZoneInfo,
        [
            "America/New_York",
            "Australia/Lord_Howe",  # half an hour of summer time
            "Asia/Kathmandu",
            "Pacific/Apia",  # skipped 2011-12-30
            "America/Havana",  # changes at midnight, and falls back into the day before
            "UTC",
        ],
    ),
]


def changes(zone: ZoneInfo) -> list[date]:
    days = [date(2005, 1, 1) + n * DAY for n in range(11_000)]
    offsets = [datetime.combine(day, time(12), zone).utcoffset() for day in days]
    return [
        day for day, one, next_ in zip(days, offsets, offsets[1:], strict=False) if one != next_
    ]


CHANGES = {zone: changes(zone) or [date(2026, 3, 29)] for zone in ZONES}


def local(zone: ZoneInfo, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def desk(zone: ZoneInfo = BERLIN, *closed: str) -> Hours:
    weekdays = [
        Window(day, time.fromisoformat(start), time.fromisoformat(end))
        for day in range(5)
        for start, end in (("08:00", "12:00"), ("12:30", "18:00"))
    ]
    saturday = Window(5, time(10), time(14))
    holidays = frozenset(map(date.fromisoformat, closed))
    return Hours(zone=zone, windows=(*weekdays, saturday), holidays=holidays)


def nights(zone: ZoneInfo, start: str, end: str) -> Hours:
    windows = [Window(d, time.fromisoformat(start), time.fromisoformat(end)) for d in range(7)]
    return Hours(zone=zone, windows=tuple(windows))


minutes_of_day = st.one_of(
    st.sampled_from([0, 60, 90, 120, 135, 150, 180, 480, 720, 1080, 1320, 1439]),
    st.integers(0, 1439),
)


@st.composite
def instants_in(draw: st.DrawFn, zone: ZoneInfo) -> datetime:
    near = st.sampled_from(CHANGES[zone])
    day = draw(st.one_of(near, near, st.dates(date(1995, 1, 1), date(2037, 1, 1))))
    day -= draw(st.integers(0, 3)) * DAY
    minute = draw(minutes_of_day)
    return (datetime.combine(day, time(), zone)).astimezone(UTC) + minute * MINUTE


@st.composite
def cases(draw: st.DrawFn) -> tuple[Hours, datetime]:
    zone = draw(st.sampled_from(ZONES))
    start = draw(instants_in(zone))
    clock = st.builds(lambda minute: time(minute // 60, minute % 60), minutes_of_day)
    windows = draw(st.lists(st.builds(Window, st.integers(0, 6), clock, clock), max_size=9))
    if draw(st.booleans()):  # the same every day: enough open time to be close to a change
        windows = [Window(day, w.start, w.end) for w in windows[:2] for day in range(7)]
    days = st.integers(-2, 6).map(lambda n: start.date() + n * DAY)
    holidays = draw(st.frozensets(days, max_size=3))
    always = draw(st.integers(0, 20)) == 20
    return Hours(zone=zone, windows=tuple(windows), holidays=holidays, always=always), start


@settings(max_examples=120, deadline=None)
@given(case=cases(), minutes=st.integers(0, 900))
@example(case=(nights(BERLIN, "02:15", "02:45"), datetime(2026, 3, 28, tzinfo=UTC)), minutes=31)
@example(case=(nights(BERLIN, "02:30", "02:15"), datetime(2026, 10, 24, tzinfo=UTC)), minutes=900)
def test_p6_a_deadline_is_that_of_the_minute_by_minute_oracle(
    case: tuple[Hours, datetime], minutes: int
) -> None:
    hours, start = case
    counted = add(hours, start, minutes * MINUTE)
    expected = reached(shown_minutes(hours, start, REACH), start, minutes)
    if expected is None:
        assert counted is None or counted.deadline >= start + REACH
    else:
        assert counted is not None
        assert counted.deadline == expected


@settings(max_examples=120, deadline=None)
@given(case=cases(), reach=st.integers(0, 6 * 1440 - 1))
def test_p6_open_time_is_that_of_the_minute_by_minute_oracle(
    case: tuple[Hours, datetime], reach: int
) -> None:
    hours, start = case
    oracle = list(shown_minutes(hours, start, REACH))
    end = start + reach * MINUTE
    spans = list(open_spans(hours, start, end))
    assert [start <= at < end for span in spans for at in (span.start,)] == [True] * len(spans)
    assert [
        any(s.start <= start + n * MINUTE < s.end for s in spans) for n in range(reach)
    ] == oracle[:reach]
    assert all(one.end < other.start for one, other in pairwise(spans))
    assert elapsed(hours, start, end) == sum(oracle[:reach]) * MINUTE
    assert is_open(hours, end) is oracle[reach]
    following = next_open(hours, start)
    if any(oracle):
        assert following == start + oracle.index(True) * MINUTE
    else:
        assert following is None or following >= start + REACH


@given(
    case=cases(),
    span=st.timedeltas(timedelta(), timedelta(hours=30)),
    more=st.timedeltas(timedelta(), timedelta(hours=30)),
    late=st.timedeltas(timedelta(), HOUR),
)
def test_a_due_time_shows_its_arithmetic(
    case: tuple[Hours, datetime], span: timedelta, more: timedelta, late: timedelta
) -> None:
    hours, start = case
    start += late
    counted = add(hours, start, span)
    if counted is None:
        return
    assert sum((one.length for one in counted.spans), timedelta()) == span
    assert list(counted.spans) == list(open_spans(hours, start, counted.deadline))
    assert elapsed(hours, start, counted.deadline) == span
    assert counted.deadline == (counted.spans[-1].end if span else start)
    further, whole = add(hours, counted.deadline, more), add(hours, start, span + more)
    if whole is None or further is None:
        assert whole is further, "nothing opens any more, whichever way it is counted"
        return
    # Nothing more from a closing time is due at that closing time.
    assert further.deadline == whole.deadline


def test_a_target_reached_at_closing_time_is_due_at_closing_time() -> None:
    counted = add(desk(), local(BERLIN, "2026-11-20T17:00"), HOUR)
    assert counted is not None
    assert counted.deadline == local(BERLIN, "2026-11-20T18:00")


def test_late_friday_runs_into_saturday() -> None:
    counted = add(desk(), local(BERLIN, "2026-11-20T17:30"), HOUR)
    assert counted is not None
    assert counted.deadline == local(BERLIN, "2026-11-21T10:30")
    assert [span.length for span in counted.spans] == [HOUR / 2, HOUR / 2]


def test_the_lunch_break_does_not_count() -> None:
    counted = add(desk(), local(BERLIN, "2026-11-20T11:45"), HOUR)
    assert counted is not None
    assert counted.deadline == local(BERLIN, "2026-11-20T13:15")


def test_no_window_opens_on_a_holiday_but_one_opened_before_runs_on() -> None:
    hours = nights(BERLIN, "22:00", "06:00")
    closed = Hours(zone=BERLIN, windows=hours.windows, holidays=frozenset({date(2026, 12, 25)}))
    assert is_open(closed, local(BERLIN, "2026-12-25T05:59"))
    assert not is_open(closed, local(BERLIN, "2026-12-25T06:00"))
    assert next_open(closed, local(BERLIN, "2026-12-25T06:00")) == local(BERLIN, "2026-12-26T22:00")


@pytest.mark.parametrize(
    ("start", "worked"),
    [
        ("2026-03-28T22:00", timedelta(hours=7)),  # the clock skips an hour
        ("2026-10-24T22:00", timedelta(hours=9)),  # and shows one twice
        ("2026-11-20T22:00", timedelta(hours=8)),
    ],
)
def test_a_night_shift_is_as_long_as_it_really_was(start: str, worked: timedelta) -> None:
    hours = nights(BERLIN, "22:00", "06:00")
    begins = local(BERLIN, start)
    assert elapsed(hours, begins, begins.astimezone(UTC) + timedelta(hours=12)) == worked


def test_half_an_hour_of_summer_time_counts_as_half_an_hour() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    hours = nights(lord_howe, "00:00", "06:00")
    midnight = local(lord_howe, "2026-04-05T00:00")
    worked = elapsed(hours, midnight, midnight.astimezone(UTC) + timedelta(hours=10))
    assert worked == timedelta(hours=6, minutes=30)


def test_a_day_that_was_skipped_does_not_count() -> None:
    apia = ZoneInfo("Pacific/Apia")
    hours = nights(apia, "09:00", "17:00")
    start, end = local(apia, "2011-12-29T17:00"), local(apia, "2011-12-31T09:00")
    assert elapsed(hours, start, end) == timedelta()


def test_windows_that_touch_or_overlap_are_one_span() -> None:
    windows = (
        Window(0, time(8), time(13)),
        Window(0, time(12), time(17)),
        Window(0, time(17), time()),
    )
    hours = Hours(zone=BERLIN, windows=windows)
    start = local(BERLIN, "2026-11-16T00:00")
    eight, midnight = local(BERLIN, "2026-11-16T08:00"), local(BERLIN, "2026-11-17T00:00")
    assert list(open_spans(hours, start, start + 3 * DAY)) == [
        Span(eight.astimezone(UTC), midnight.astimezone(UTC))
    ]


def test_midnight_to_midnight_every_day_never_closes() -> None:
    hours = nights(BERLIN, "00:00", "00:00")
    start = local(BERLIN, "2026-10-20T13:00").astimezone(UTC)
    counted = add(hours, start, timedelta(days=10, minutes=7))
    assert counted is not None
    assert counted.spans == (Span(start, start + timedelta(days=10, minutes=7)),)


def test_round_the_clock_needs_no_window_and_knows_no_holiday() -> None:
    start = local(BERLIN, "2026-12-25T03:00").astimezone(UTC)
    hours = Hours(zone=BERLIN, holidays=frozenset({date(2026, 12, 25)}), always=True)
    counted = add(hours, start, HOUR)
    assert counted is not None
    assert counted.spans == (Span(start, start + HOUR),)


def test_hours_that_never_open_have_no_deadline() -> None:
    start = local(BERLIN, "2026-11-20T12:00")
    closed = frozenset(date(2026, 1, 1) + n * DAY for n in range(2000))
    for hours in (
        Hours(zone=BERLIN),
        Hours(zone=BERLIN, windows=desk().windows, holidays=closed),
    ):
        assert add(hours, start, HOUR) is None
        assert next_open(hours, start) is None
        assert not is_open(hours, start)
        assert elapsed(hours, start, start + 400 * DAY) == timedelta()


def test_a_closure_of_a_year_is_waited_out() -> None:
    closed = frozenset(date(2026, 11, 20) + n * DAY for n in range(365))
    hours = Hours(zone=BERLIN, windows=desk().windows, holidays=closed)
    counted = add(hours, local(BERLIN, "2026-11-19T17:30"), HOUR)
    assert counted is not None
    assert counted.deadline == local(BERLIN, "2027-11-20T10:30")


def test_time_is_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        add(desk(), local(BERLIN, "2026-11-20T12:00"), -MINUTE)
    now = local(BERLIN, "2026-11-20T12:00")
    assert elapsed(desk(), now, now - HOUR) == timedelta()


@pytest.mark.bench
def test_cost_of_a_deadline() -> None:
    hours = desk(BERLIN, "2026-12-24", "2026-12-25")
    starts = [datetime(2026, 1, 1, tzinfo=UTC) + n * 37 * MINUTE for n in range(14_000)]
    began = stopwatch.process_time()
    for start in starts:
        add(hours, start, HOUR)
    spent = stopwatch.process_time() - began
    print(f"\nadd, one business hour: {spent / len(starts) * 1e6:.1f} µs of CPU")  # noqa: T201


@pytest.mark.parametrize("zone", ZONES, ids=str)
@given(day=st.dates(date(1971, 1, 1), date(2100, 12, 31)))
def test_a_month_ends_where_the_next_begins(zone: ZoneInfo, day: date) -> None:
    since, until = month_of(zone, day)
    assert since < until
    assert month_of(zone, until.astimezone(zone).date())[0] == until
    first, last = since.astimezone(zone), (until - timedelta.resolution).astimezone(zone)
    assert (first.year, first.month, first.day) == (day.year, day.month, 1)
    assert (last.year, last.month) == (day.year, day.month)
