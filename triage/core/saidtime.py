"""Moments as people name them: "by Thursday 4 pm", "bis morgen 16 Uhr", "within two days".

Read in the zone of who names them. What is named without a time of day is due when the desk
closes on that day. What could be meant in two ways is read as none: a wrong time is worse.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from triage.core.desk import Hours
from triage.core.hours import first_instant, open_spans
from triage.core.timewords import (
    DATES,
    DEADLINE,
    END_OF_MONTH,
    END_OF_WEEK,
    MONTHS,
    NEXT_WEEK,
    NOON,
    NUMBERS,
    ORDINAL,
    RELATIVE,
    SPAN,
    TIMES,
    WEEKDAYS,
    WITHIN_THE_HOUR,
)

MOST_LETTERS = 400
"""Letters of a sentence in which a moment is looked for."""

FARTHEST = timedelta(days=366)
"""How far ahead a moment may lie: what is named beyond it was misread."""

_DAY = timedelta(days=1)
_FRIDAY = 4
_BEFORE = 40
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class SaidTime:
    """A moment that somebody named: a local day, with a time of day or without.

    `instant` is set where it was named to the minute (`in two hours`); then it alone counts.
    """

    day: date
    at: time | None = None
    instant: datetime | None = None

    def due(self, hours: Hours, now: datetime) -> datetime:
        """Return the instant by which what was named is due, in UTC.

        Without a time of day it is the last closing time up to the end of that day which is
        still ahead at `now`; where nothing opens until then, the end of the day itself.
        """
        if self.instant is not None:
            return self.instant.astimezone(UTC)
        if self.at is not None:
            return first_instant(hours.zone, self.day, self.at)
        ends = first_instant(hours.zone, self.day + _DAY, time())
        if hours.always:
            return ends
        closing = [span.end for span in open_spans(hours, now, ends)]
        return closing[-1] if closing else ends


@dataclass(frozen=True, slots=True)
class Found:
    """What a piece of a text names, and where it stands there."""

    start: int
    end: int
    said: SaidTime


def said_time(
    text: str, now: datetime, zone: ZoneInfo, language: str | None = None
) -> SaidTime | None:
    """Return the moment that a sentence names, seen from `now`, or None.

    Of several days the one behind a word such as "by" counts, else the first one. `language`
    says how 5/11 is read; where that is open it names no day. Never a moment before `now`.
    """
    local = now.astimezone(zone)
    words = folded(text)
    found = sorted(named(words, local, language), key=lambda one: (one.start, -one.end))
    if not found:
        at = _time_of_day(words)
        return None if at is None else ahead(_at_time(at, local), local, zone)
    chosen = next((one for one in found if _is_deadline(words, one)), found[0])
    if chosen.said.instant is not None:
        return ahead(chosen.said, local, zone)
    # A time of day belongs to the day that it stands beside, not to another one's date.
    rest = f"{words[: chosen.start]}\n{words[chosen.end :]}"
    return ahead(SaidTime(chosen.said.day, _time_of_day(rest)), local, zone)


def folded(text: str) -> str:
    """Fold case, spaces and apostrophes of a text, as its patterns want it."""
    return " ".join(text[:MOST_LETTERS].casefold().replace("\u2019", "'").split())


def _is_deadline(folded: str, one: Found) -> bool:
    before = folded[max(0, one.start - _BEFORE) : one.start]
    return DEADLINE.search(before.rstrip()) is not None


def named(folded: str, local: datetime, language: str | None) -> Iterator[Found]:
    """Yield every day or span that a text names."""
    today = local.date()
    for match in SPAN.finditer(folded):
        if said := after(match, local):
            yield _found(match, said)
    for match in WITHIN_THE_HOUR.finditer(folded):
        yield _found(match, _exactly(local, timedelta(hours=1)))
    for pattern, days in RELATIVE:
        for match in pattern.finditer(folded):
            yield _found(match, SaidTime(today + timedelta(days=days)))
    yield from _weekly(folded, today)
    yield from _monthly(folded, today, language)


def _monthly(folded: str, today: date, language: str | None) -> Iterator[Found]:
    """Yield the dates that are named."""
    for match in END_OF_MONTH.finditer(folded):
        last = monthrange(today.year, today.month)[1]
        yield _found(match, SaidTime(today.replace(day=last)))
    for pattern in DATES:
        for match in pattern.finditer(folded):
            if day := _date(match, today, language):
                yield _found(match, SaidTime(day))
    for match in ORDINAL.finditer(folded):
        if day := _day_of_month(int(match["day"]), today):
            yield _found(match, SaidTime(day))


def _found(match: re.Match[str], said: SaidTime) -> Found:
    return Found(match.start(), match.end(), said)


def _weekly(folded: str, today: date) -> Iterator[Found]:
    """Yield the weekdays that are named, and the ends of weeks."""
    monday = today - timedelta(days=today.weekday())
    following = NEXT_WEEK.search(folded)
    named = False
    for match in WEEKDAYS.finditer(folded):
        weekday = int((match.lastgroup or "d0")[1:])
        days = (weekday - today.weekday() - 1) % 7 + 1
        day = today + timedelta(days=days)
        if following:
            day, named = monday + timedelta(days=7 + weekday), True
        yield _found(match, SaidTime(day))
    if following and not named:
        yield _found(following, SaidTime(monday + timedelta(days=7 + _FRIDAY)))
    for match in END_OF_WEEK.finditer(folded):
        friday = monday + timedelta(days=_FRIDAY)
        yield _found(match, SaidTime(friday if friday >= today else friday + timedelta(days=7)))


def after(match: re.Match[str], local: datetime) -> SaidTime | None:
    """Return the moment that lies a span ahead: hours to the minute, days as days."""
    word = match["number"]
    number = int(word) if word.isdecimal() else NUMBERS.get(word, 0)
    groups = match.groupdict()
    if not number:
        return None
    today = local.date()
    if groups["minute"] or groups["hour"]:
        span = timedelta(minutes=number) if groups["minute"] else timedelta(hours=number)
        return _exactly(local, span)
    if groups["workday"]:
        return SaidTime(_working_day(today, number))
    return SaidTime(today + timedelta(days=number * (7 if groups["week"] else 1)))


def _exactly(local: datetime, span: timedelta) -> SaidTime:
    """Return the moment a span of time on the wall ahead, whatever the clocks do meanwhile."""
    instant = local.astimezone(UTC) + span
    return SaidTime(instant.astimezone(local.tzinfo).date(), None, instant)


def _working_day(today: date, number: int) -> date:
    """Return the day that so many days from Monday to Friday lie ahead."""
    day = today
    for _ in range(min(number, FARTHEST.days)):
        day += _DAY
        while day.weekday() >= _SATURDAY:
            day += _DAY
    return day


def _date(match: re.Match[str], today: date, language: str | None) -> date | None:
    groups = match.groupdict()
    day = int(groups["day"])
    if groups.get("name"):
        name = groups["name"].rstrip(".")
        month = next((at for at, one in enumerate(MONTHS, 1) if one.fullmatch(name)), 0)
    else:
        month = int(groups["number"])
        if "/" in match[0] and language in {None, "en"} and day != month:
            if day <= 12 and month <= 12:
                return None  # the fifth of November to some, May the eleventh to others
            day, month = (month, day) if month > 12 else (day, month)
    year = groups["year"]
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        this = date(today.year, month, day)
        return this if this >= today else date(today.year + 1, month, day)
    except ValueError:
        return None


def _day_of_month(day: int, today: date) -> date | None:
    """Return the next day of that number in its month."""
    first = today.replace(day=1)
    for _ in range(3):
        named = 1 <= day <= monthrange(first.year, first.month)[1]
        if named and first.replace(day=day) >= today:
            return first.replace(day=day)
        first = (first + timedelta(days=32)).replace(day=1)
    return None


def _time_of_day(folded: str) -> time | None:
    """Return the time of day that a text names; None where it names none, or one that is none."""
    for pattern in TIMES:
        if match := pattern.search(folded):
            return _clock(match)
    return time(12) if NOON.search(folded) else None


def _clock(match: re.Match[str]) -> time | None:
    groups = match.groupdict()
    hour, minute = int(groups["hour"]), int(groups["minute"] or 0)
    half = groups.get("half")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _at_time(at: time, local: datetime) -> SaidTime:
    """Return the next moment at which the clock on the wall shows `at`."""
    today = local.date()
    return SaidTime(today if at > local.time() else today + _DAY, at)


def ahead(said: SaidTime | None, local: datetime, zone: ZoneInfo) -> SaidTime | None:
    """Return `said` if it lies after `local`, and not too far."""
    if said is None or not local.date() <= said.day <= local.date() + FARTHEST:
        return None
    instant = said.instant
    if said.at is not None:
        instant = first_instant(zone, said.day, said.at)
    return said if instant is None or instant > local else None
