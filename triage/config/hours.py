"""Opening hours, shifts and holidays as they are written, into `Hours`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from triage.config.faults import Document, Faults, Loc, near
from triage.config.values import clock
from triage.core.desk import Window
from triage.core.timewords import ENGLISH_WEEKDAYS

DAYS = tuple(day[:3] for day in ENGLISH_WEEKDAYS)
MINUTES_A_DAY = 24 * 60
MINUTES_A_WEEK = 7 * MINUTES_A_DAY
LONGEST_NIGHT = timedelta(hours=12)
"""What runs over midnight and is longer is a slip of the pen, unless it is a whole day."""


def listed(value: object) -> object:
    """Take one value where a list may stand."""
    return [value] if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(listed)]
"""A list of texts; one text alone is a list of one."""


WeekGiven = dict[str, Texts]
"""`mon-fri: ["08:00-12:00", "12:30-18:00"]`."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A window and the place in the file that it comes from."""

    window: Window
    loc: Loc

    def minutes(self) -> frozenset[int]:
        """Every minute of the week it covers; one over Sunday's midnight goes on on Monday."""
        start = _minute(self.window.weekday, self.window.start.hour, self.window.start.minute)
        end = _minute(self.window.weekday, self.window.end.hour, self.window.end.minute)
        length = (end - start - 1) % MINUTES_A_DAY + 1
        return frozenset((start + at) % MINUTES_A_WEEK for at in range(length))


def _minute(weekday: int, hour: int, minute: int) -> int:
    return weekday * MINUTES_A_DAY + hour * 60 + minute


def windows(
    week: Mapping[str, Texts], loc: Loc, document: Document, faults: Faults
) -> list[Placed]:
    """Read a week, in order; windows that overlap are a fault."""
    placed: list[Placed] = []
    for key, spans in week.items():
        days = weekdays(key)
        if not days:
            remedy = near(key, DAYS) if len(key) < 5 else "a day or a range: mon, mon-fri, sat"
            faults.add(document.fault((*loc, key), f"'{key}' is no weekday", remedy, key=True))
        for at, span in enumerate(spans):
            if span == "closed":
                continue
            ends = times(span, (*loc, key, at), document, faults)
            if ends is not None:
                placed += [Placed(Window(day, *ends), (*loc, key, at)) for day in days]
    _overlaps(placed, document, faults)
    return sorted(placed, key=lambda one: one.window)


def times(span: str, loc: Loc, document: Document, faults: Faults) -> tuple[time, time] | None:
    """Read `08:00-12:00`; one that is no span, or ends before it begins, is a fault.

    A night runs over midnight: so does what ends at or before its start, up to `LONGEST_NIGHT`,
    or for 24 hours.
    """
    try:
        start, end = map(clock, _two(span))
    except PydanticCustomError as exc:
        context = exc.context or {}
        faults.add(document.fault(loc, str(context["text"]), str(context["remedy"])))
        return None
    until_midnight = timedelta(days=1) - _since_midnight(start)
    if time(0) < end < start and until_midnight + _since_midnight(end) > LONGEST_NIGHT:
        text = f"{start:%H:%M}-{end:%H:%M} ends before it begins"
        remedy = f"{end:%H:%M}-{start:%H:%M}, or a night in two pieces, before and after midnight"
        faults.add(document.fault(loc, text, remedy))
        return None
    return start, end


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)


def _two(span: str) -> tuple[str, str]:
    start, _, end = span.replace("\u2013", "-").partition("-")
    return start, end


def weekdays(key: str) -> tuple[int, ...]:
    """Return the weekdays that a key names: `mon`, `monday`, `mon-fri`, `sat,sun`, `daily`."""
    found: list[int] = []
    for part in re.split(r"\s*,\s*", "mon-sun" if key == "daily" else key.casefold().strip()):
        names = [_day(name) for name in re.split(r"\s*[-\u2013]\s*", part)]
        if None in names or len(names) > 2:
            return ()
        first, last = names[0] or 0, names[-1] or 0
        found += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    return tuple(dict.fromkeys(found))


def _day(name: str) -> int | None:
    return next((at for at in range(7) if name in (DAYS[at], ENGLISH_WEEKDAYS[at])), None)


def _overlaps(placed: list[Placed], document: Document, faults: Faults) -> None:
    """Find windows that overlap; a range of days says it once."""
    taken: dict[int, Placed] = {}
    told: set[Loc] = set()
    for one in placed:
        clash = next((taken[minute] for minute in sorted(one.minutes()) if minute in taken), None)
        if clash is not None and one.loc not in told:
            told.add(one.loc)
            text = f"{spoken(one.window)} overlaps {spoken(clash.window)}"
            remedy = "let the one begin where the other ends"
            faults.add(document.fault(one.loc, text, remedy))
        taken |= dict.fromkeys(one.minutes(), one)


def spoken(window: Window) -> str:
    """Say a window as people do: `mon 08:00-12:00`."""
    end = "24:00" if f"{window.end:%H:%M}" == "00:00" else f"{window.end:%H:%M}"
    return f"{DAYS[window.weekday]} {window.start:%H:%M}-{end}"


def gaps(desk: list[Placed], shifts: list[Placed]) -> Iterator[tuple[Placed, str]]:
    """Find each window of the desk in which, for some minute, no shift runs."""
    covered = frozenset(minute for shift in shifts for minute in shift.minutes())
    for one in desk:
        open_minutes = sorted(one.minutes() - covered)
        if open_minutes:
            first = open_minutes[0]
            day, minute = divmod(first, MINUTES_A_DAY)
            yield one, f"{DAYS[day]} {minute // 60:02d}:{minute % 60:02d}"


def business_day(desk: list[Placed]) -> timedelta:
    """Return how long a working day is: the length that most open days have, the longer of two.

    So `2d` on Monday at 10:00 is Wednesday at 10:00 where the days are alike. 24 hours where
    the desk never opens.
    """
    lengths = Counter(one.window.weekday for one in desk for _ in one.minutes())
    if not lengths:
        return timedelta(days=1)
    common = Counter(lengths.values())
    return timedelta(minutes=max(common, key=lambda length: (common[length], length)))


def zone(name: str, loc: Loc, document: Document, faults: Faults) -> ZoneInfo:
    """Return the IANA zone of that name; UTC with a fault where there is none."""
    if name not in available_timezones():
        faults.add(document.fault(loc, f"there is no time zone '{name}'", near_zone(name)))
        return ZoneInfo("UTC")
    return ZoneInfo(name)


def near_zone(name: str) -> str:
    """Say which zone was meant, or what one looks like: there are too many to name."""
    close = near(name, available_timezones())
    return close if close.startswith("did") else "an IANA name such as Europe/London"
