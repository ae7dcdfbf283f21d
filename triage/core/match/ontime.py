"""Matchers over when a mail came: weekday, time of day, date, opening hours, in the desk's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from triage.core.hours import is_open
from triage.core.subject import Reading

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class WeekdayIs:
    """It came on one of these weekdays, 0 being Monday."""

    days: frozenset[int]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the weekday."""
        local = reading.local
        if local is None or local.weekday() not in self.days:
            return None
        return (DAYS[local.weekday()],)


@dataclass(frozen=True, slots=True)
class Between:
    """It came at a time of day from `start` up to, not including, `end`.

    `end` at or before `start` runs over midnight: `17:30-08:00` holds at 17:30 and at 07:59.
    """

    start: time
    end: time

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the time of day."""
        local = reading.local
        if local is None:
            return None
        at = local.time()
        if self.start < self.end:
            holds = self.start <= at < self.end
        else:
            holds = at >= self.start or at < self.end
        return (f"{local:%H:%M}",) if holds else None


@dataclass(frozen=True, slots=True)
class DateIs:
    """It came on a day from `first` to `last`, both included."""

    first: date
    last: date

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the day."""
        local = reading.local
        if local is None or not self.first <= local.date() <= self.last:
            return None
        return (local.date().isoformat(),)


@dataclass(frozen=True, slots=True)
class MonthIs:
    """It came in one of these months, 1 being January."""

    months: frozenset[int]

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return year and month."""
        local = reading.local
        return (f"{local:%Y-%m}",) if local is not None and local.month in self.months else None


@dataclass(frozen=True, slots=True)
class OpenIs:
    """The desk was open when it came, or it was not; the closing instant itself is not open."""

    open: bool

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return which."""
        at, hours = reading.subject.at, reading.subject.hours
        if at is None or hours is None or is_open(hours, at) is not self.open:
            return None
        return ("open" if self.open else "closed",)


@dataclass(frozen=True, slots=True)
class HolidayIs:
    """It came on a holiday of the desk's, or it did not."""

    holiday: bool

    def found(self, reading: Reading) -> tuple[str, ...] | None:
        """Return the day where it is one."""
        local, hours = reading.local, reading.subject.hours
        if local is None or hours is None or (local.date() in hours.holidays) is not self.holiday:
            return None
        return (f"holiday {local.date().isoformat()}",) if self.holiday else ()


def past(last: date | None, local: datetime | None) -> bool:
    """Say whether the day of `local` lies after `last`; that day itself does not."""
    return last is not None and local is not None and local.date() > last
