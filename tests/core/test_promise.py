from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from triage.core.desk import Absence, Agent, Hours, Roster, Window
from triage.core.hours import FAR, Span
from triage.core.promise import CLEAN, holds, least_ahead, promised
from triage.core.roster import attendance

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
LEAST = 20 * MINUTE
WINDOWS = tuple(
    Window(day, start, end)
    for day in range(5)
    for start, end in ((time(9), time(12)), (time(12, 30), time(17, 58)))
)
HOURS = Hours(zone=BERLIN, windows=WINDOWS)
MARIA = Agent(id="maria", name="Maria Lund", mail="m@x.example", speaks=("en",), hours=HOURS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def told(deadline: str, now: str, *away: tuple[str, str], least: timedelta = LEAST) -> str | None:
    absences = tuple(Absence("maria", at(start), at(end)) for start, end in away)
    roster = Roster(hours=HOURS, agents=(MARIA,), absences=absences)
    promise = promised(at(deadline), at(now), attendance(MARIA, roster, at(now)), least)
    return None if promise is None else promise.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("deadline", "now", "expected"),
    [
        ("2026-11-20T15:50", "2026-11-20T14:50", "2026-11-20T15:50"),  # clean already
        ("2026-11-20T15:46", "2026-11-20T14:46", "2026-11-20T15:50"),  # rounded up
        ("2026-11-20T15:50", "2026-11-20T15:29", "2026-11-20T15:50"),
        ("2026-11-20T15:50", "2026-11-20T15:31", "2026-11-20T15:55"),  # too near
        ("2026-11-20T15:50", "2026-11-20T16:40", "2026-11-20T17:00"),  # past
        ("2026-11-20T12:00", "2026-11-20T11:00", "2026-11-20T12:00"),  # a shift's end is inside
        ("2026-11-20T12:10", "2026-11-20T11:10", "2026-11-20T12:50"),  # 20 minutes into the next
        ("2026-11-20T12:35", "2026-11-20T11:05", "2026-11-20T12:35"),
        ("2026-11-20T17:57", "2026-11-20T16:57", "2026-11-23T09:20"),  # 18:00 is after the shift
        ("2026-11-23T09:00", "2026-11-20T19:00", "2026-11-23T09:20"),  # nobody answers by opening
        ("2026-11-20T11:55", "2026-11-20T11:50", "2026-11-20T12:50"),
    ],
)
def test_p5_the_time_told_is_clean_and_one_that_its_owner_can_keep(
    deadline: str, now: str, expected: str
) -> None:
    assert told(deadline, now) == expected


def test_p5_an_absence_moves_the_promise_behind_it() -> None:
    away = ("2026-11-20T14:30", "2026-11-23T14:02")
    assert told("2026-11-20T15:00", "2026-11-20T14:00", away) == "2026-11-23T14:25"


def test_who_is_on_call_promises_at_any_hour() -> None:
    now = at("2026-11-21T03:02")
    promise = promised(now + 15 * MINUTE, now, [Span(now, FAR)], 7.5 * MINUTE)
    assert promise == at("2026-11-21T03:20")


def test_an_owner_who_is_never_there_promises_nothing() -> None:
    assert promised(at("2026-11-20T12:00"), at("2026-11-20T11:00"), [], LEAST) is None
    short = Span(at("2026-11-20T12:01"), at("2026-11-20T12:04"))
    assert promised(at("2026-11-20T12:00"), at("2026-11-20T11:00"), [short], MINUTE) is None


def test_shifts_that_hold_no_clean_time_are_not_searched_for_ever() -> None:
    windows = tuple(Window(day, time(9, 1), time(9, 4)) for day in range(7))
    odd = Agent(
        id="odd",
        name="Odd Lie",
        mail="o@x.example",
        speaks=("no",),
        hours=Hours(zone=BERLIN, windows=windows),
    )
    now = at("2026-11-20T08:00")
    there = attendance(odd, Roster(hours=HOURS, agents=(odd,)), now)
    assert promised(now, now, there, LEAST) is None


def test_shifts_shorter_than_the_least_still_get_a_promise() -> None:
    now = at("2026-11-20T08:00")
    short = [Span(at(f"2026-11-2{n}T09:00"), at(f"2026-11-2{n}T09:15")) for n in range(3)]
    assert promised(now + 90 * MINUTE, now, short, LEAST) == at("2026-11-21T09:15")


instants = st.datetimes(datetime(2026, 10, 20), datetime(2026, 11, 20)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)


@given(
    now=instants,
    wait=st.timedeltas(timedelta(hours=-30), timedelta(hours=60)),
    least=st.timedeltas(timedelta(), 40 * MINUTE),
    away=st.lists(st.tuples(instants, st.timedeltas(timedelta(), timedelta(days=5))), max_size=3),
)
@example(now=at("2026-11-20T08:00"), wait=timedelta(), least=timedelta(), away=[])
@example(now=at("2026-11-20T17:40"), wait=17 * MINUTE, least=LEAST, away=[])
def test_p5_never_before_the_deadline_never_outside_the_shift_always_with_time_to_work(
    now: datetime,
    wait: timedelta,
    least: timedelta,
    away: list[tuple[datetime, timedelta]],
) -> None:
    deadline = now + wait
    absences = tuple(Absence("maria", start, start + length) for start, length in away)
    roster = Roster(hours=HOURS, agents=(MARIA,), absences=absences)
    promise = promised(deadline, now, attendance(MARIA, roster, now), least)
    assert promise is not None
    assert promise >= deadline
    assert holds(promise, now, least)
    assert promise == promise.replace(second=0, microsecond=0)
    assert promise.minute % 5 == 0
    spans = []
    for span in attendance(MARIA, roster, now):
        if span.start >= promise:
            break
        spans.append(Span(span.start, min(span.end, promise)))
    assert spans[-1].end == promise  # inside a shift, its end included
    assert sum((span.length for span in spans), timedelta()) >= least
    # No clean time before it would do: it is padded, not lazy.
    slack = promise - max(deadline, spans[-1].start, now + least)
    assert slack <= CLEAN + least


def test_the_least_is_twenty_minutes_or_half_of_a_short_target() -> None:
    assert least_ahead(None) == least_ahead(timedelta(hours=1)) == LEAST
    assert least_ahead(40 * MINUTE) == LEAST
    assert least_ahead(15 * MINUTE) == 7.5 * MINUTE


def test_a_promise_at_exactly_the_least_still_holds() -> None:
    now = at("2026-11-20T12:00")
    assert holds(now + LEAST, now, LEAST)
    assert not holds(now + LEAST - timedelta.resolution, now, LEAST)
