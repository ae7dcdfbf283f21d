"""Days that are no working days like others: public holidays, one's own, and half days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, TypeAlias

import holidays as holiday_calendars
from pydantic import BaseModel, BeforeValidator, Field

from triage.config.faults import Document, Faults, Loc, near
from triage.config.hours import MINUTES_A_DAY, Texts, times
from triage.core.desk import Hours, Window
from triage.core.hours import open_spans

YEARS_BACK, YEARS_AHEAD = 10, 3
"""The years around the present one for which public holidays are known.

Tests of rules stand still at a moment: their holidays must not be forgotten while they are used.
"""

Times: TypeAlias = tuple[time, time]

_calendars: Any = holiday_calendars


class HolidaysFile(BaseModel):
    """`holidays:`: public holidays of a country, days of one's own, and half days."""

    country: Annotated[str, Field(description="public holidays of a country: `GB`")] = ""
    subdivision: Annotated[str, Field(description="of a part of it: `ENG`")] = ""
    days: Annotated[tuple[date, ...], Field(description="days off besides")] = ()
    half_days: Annotated[
        dict[str, Texts],
        Field(description='days with hours of their own, `{2026-12-24: "08:00-12:00"}`'),
    ] = {}
    calendar: Annotated[
        str, Field(description="iCalendar in `rules/` whose events are times off: `house.ics`")
    ] = ""


def holidays_given(value: object) -> object:
    """Take a bare list of days as `{days: …}`."""
    return {"days": value} if isinstance(value, list) else value


HolidaysGiven = Annotated[HolidaysFile, BeforeValidator(holidays_given)]


@dataclass(frozen=True, slots=True)
class FreeDays:
    """`holidays` are days off; those in `special` have windows of their own instead.

    `closed` are spans in UTC that are off, as in `Hours`.
    """

    holidays: frozenset[date] = frozenset()
    special: Mapping[date, tuple[Times, ...]] = field(default_factory=dict)
    closed: tuple[tuple[datetime, datetime], ...] = ()

    def within(self, shifts: Sequence[Window]) -> FreeDays:
        """Return them as they are for whoever works `shifts`: a half day is then cut from these."""
        special = {
            day: tuple(
                both
                for shift in shifts
                if shift.weekday == day.weekday()
                for opened in windows
                if (both := _both((shift.start, shift.end), opened)) is not None
            )
            for day, windows in self.special.items()
        }
        return FreeDays(self.holidays, special, self.closed)


def _both(one: Times, other: Times) -> Times | None:
    """Return what two windows of one day share; each may run over midnight."""
    starts, ends = zip(*map(_minutes, (one, other)), strict=True)
    start, end = max(starts), min(ends)
    return (_time(start), _time(end)) if start < end else None


def _minutes(window: Times) -> tuple[int, int]:
    start, end = (at.hour * 60 + at.minute for at in window)
    return start, end if end > start else end + MINUTES_A_DAY


def _time(minute: int) -> time:
    return time(*divmod(minute % MINUTES_A_DAY, 60))


def free_days(
    given: HolidaysFile, loc: Loc, document: Document, faults: Faults, today: date
) -> FreeDays:
    """Read them; public holidays are those of the years around `today`."""
    public = _public(given, loc, document, faults, today)
    special = dict[date, tuple[Times, ...]]()
    for key, spans in given.half_days.items():
        place = (*loc, "half_days", key)
        try:
            day = date.fromisoformat(key)
        except ValueError:
            faults.add(document.fault(place, f"'{key}' is not a day", "2026-12-24", key=True))
            continue
        if day in given.days:
            text = f"{key} is a day off as well"
            faults.add(document.fault(place, text, "in 'days' or in 'half_days'", key=True))
        special[day] = _of_day(key, spans, place, document, faults)
    return FreeDays(public | frozenset(given.days), special)


def unattended(
    desk: Hours, agents: Sequence[Hours], today: date
) -> Iterator[tuple[date, datetime]]:
    """Find each day to come with hours of its own on which, from some moment, nobody works."""
    for day in sorted(day for day in desk.special if day >= today):
        begins = datetime.combine(day, time(), desk.zone)
        for opened in open_spans(desk, begins, begins + timedelta(days=1)):
            at = opened.start
            worked = sorted(s for one in agents for s in open_spans(one, at, opened.end))
            for span in worked:
                if span.start > at:
                    break
                at = max(at, span.end)
            if at < opened.end:
                yield day, at.astimezone(desk.zone)
                break


def _of_day(
    key: str, spans: Sequence[str], loc: Loc, document: Document, faults: Faults
) -> tuple[Times, ...]:
    found = list[Times]()
    for at, span in enumerate(spans):
        window = times(span, (*loc, at), document, faults) if span != "closed" else None
        if window is None:
            continue
        clash = next((one for one in found if _both(one, window) is not None), None)
        if clash is not None:
            text = f"{key} {_spoken(window)} overlaps {_spoken(clash)}"
            faults.add(document.fault((*loc, at), text))
        found.append(window)
    return tuple(sorted(found))


def _spoken(window: Times) -> str:
    return f"{window[0]:%H:%M}-{window[1]:%H:%M}"


def _public(
    given: HolidaysFile, loc: Loc, document: Document, faults: Faults, today: date
) -> frozenset[date]:
    """Return the days of a country's calendar around `today`."""
    if not given.country:
        if given.subdivision:
            faults.add(document.fault((*loc, "subdivision"), "a subdivision needs its country"))
        return frozenset()
    known: Mapping[str, list[str]] = _calendars.list_supported_countries(include_aliases=True)
    if given.country not in known:
        text = f"no holidays are known for the country '{given.country}'"
        remedy = "two letters of ISO 3166, such as GB or DE"
        faults.add(document.fault((*loc, "country"), text, remedy))
        return frozenset()
    if given.subdivision and given.subdivision not in known[given.country]:
        text = f"{given.country} has no subdivision '{given.subdivision}'"
        remedy = near(given.subdivision, known[given.country])
        faults.add(document.fault((*loc, "subdivision"), text, remedy))
        return frozenset()
    years = range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1)
    calendar = _calendars.country_holidays(
        given.country, subdiv=given.subdivision or None, years=years
    )
    return frozenset(calendar)
