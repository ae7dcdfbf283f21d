"""Hours as several files describe them: a week, days off, and calendars beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from triage.config.faults import Document, Faults, Loc, near
from triage.config.freedays import FreeDays, HolidaysFile, free_days
from triage.config.ical import INSTALL, MISSING, Taken, read_calendar
from triage.errors import ConfigError


class Calendars:
    """Reads days off and calendars that one file names; calendars lie in its folder."""

    def __init__(self, document: Document, faults: Faults, today: date, folder: Path) -> None:
        self._document = document
        self._faults = faults
        self._today = today
        self._folder = folder

    def free(self, given: HolidaysFile, loc: Loc, zone: ZoneInfo) -> FreeDays:
        """Read days off, with those of a calendar: whole days, and times at which it is closed."""
        free = free_days(given, loc, self._document, self._faults, self._today)
        if not given.calendar:
            return free
        taken = self._taken(given.calendar, (*loc, "calendar"), zone)
        return replace(free, holidays=free.holidays | taken.days, closed=taken.spans)

    def events(self, file: str, loc: Loc, zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
        """Read the events of a calendar as spans in UTC."""
        return self._taken(file, loc, zone).all_spans(zone)

    def _taken(self, file: str, loc: Loc, zone: ZoneInfo) -> Taken:
        path = (self._folder / file).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            text = f"'{file}' does not lie in the folder of this file"
            self._wrong(loc, text, "put it there: it is applied and kept with the rules")
        elif not path.is_file():
            known = (one.relative_to(self._folder) for one in self._folder.rglob("*.ics"))
            remedy = near(file, map(str, known)) or "an iCalendar file in this folder"
            self._wrong(loc, f"there is no file '{file}'", remedy)
        else:
            try:
                return read_calendar(path, zone, self._today)
            except ImportError:
                self._wrong(loc, MISSING, INSTALL)
            except ConfigError as exc:
                self._faults.take(exc)
        return Taken()

    def _wrong(self, loc: Loc, text: str, remedy: str) -> None:
        self._faults.add(self._document.fault(loc, text, remedy))
