"""The hours of one queue: its own where it has some, else the desk's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from triage.config.calendars import Calendars
from triage.config.deskfiles import QueueFile
from triage.config.faults import Document, Faults, Loc
from triage.config.hours import business_day, windows, zone
from triage.core.desk import Hours

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DeskHours:
    """The desk's hours, how long its working day is, and what reads calendars of queues."""

    hours: Hours
    day: timedelta
    calendars: Calendars

    def of(
        self, given: QueueFile, loc: Loc, document: Document, faults: Faults
    ) -> tuple[Hours | None, timedelta]:
        """Return a queue's own hours, or None for the desk's, and how long its working day is."""
        where = (*loc, "hours")
        if given.clock == "always":
            if given.hours is not None:
                text = "a queue that counts round the clock needs no hours"
                faults.add(document.fault(where, text, "leave one of the two out", key=True))
            return None, _DAY
        if given.hours is None:
            return None, self.day
        own, day = self.hours, self.day
        if given.hours.timezone:
            own = replace(
                own, zone=zone(given.hours.timezone, (*where, "timezone"), document, faults)
            )
        if given.hours.open is not None:
            placed = windows(given.hours.open, (*where, "open"), document, faults)
            if not placed and not any(given.hours.open.values()):
                text = "this queue never opens"
                faults.add(document.fault((*where, "open"), text, "answer_within: none", key=True))
            # The desk's half days are cut from the desk's week: a week of its own knows none.
            own = replace(own, windows=tuple(one.window for one in placed), special={})
            day = business_day(placed)
        if given.hours.holidays is not None:
            free = self.calendars.free(given.hours.holidays, (*where, "holidays"), own.zone)
            own = replace(own, holidays=free.holidays, special=free.special, closed=free.closed)
        return own, day
