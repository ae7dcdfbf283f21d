"""What business time is, minute by minute: it shares nothing with the code.

It walks the minutes of UTC, asks what the clock on the wall shows, keeps the highest reading it has
shown, and looks whether that lies in a window of the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from triage.core.desk import Hours

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def shown_minutes(hours: Hours, start: datetime, reach: timedelta) -> Iterator[bool]:
    """Say for each minute from `start` on whether it counts."""
    wall = datetime.min  # noqa: DTZ901 - a reading of a wall clock has no zone
    at = start - 2 * DAY
    while at < start + reach:
        wall = max(wall, at.astimezone(hours.zone).replace(tzinfo=None))
        if at >= start:
            yield hours.always or (
                not any(begins <= at < ends for begins, ends in hours.closed)
                and (
                    any(begins <= at < ends for begins, ends in hours.shifts)
                    or _in_window(hours, wall)
                )
            )
        at += MINUTE


def _in_window(hours: Hours, wall: datetime) -> bool:
    for day in (wall.date(), wall.date() - DAY):
        week = [(w.start, w.end) for w in hours.windows if w.weekday == day.weekday()]
        of_day = hours.special.get(day, () if day in hours.holidays else week)
        for begins, ends in of_day:
            opens, closes = datetime.combine(day, begins), datetime.combine(day, ends)
            if opens <= wall < (closes if closes > opens else closes + DAY):
                return True
    return False


def reached(minutes: Iterable[bool], start: datetime, target: int) -> datetime | None:
    """Return the first instant by which `target` minutes counted; None beyond the walk."""
    for number, counts in enumerate(minutes):
        if not target:
            return start + number * MINUTE
        target -= counts
    return None
