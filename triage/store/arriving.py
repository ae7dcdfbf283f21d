"""How much mail comes in each hour of a week: what is still to come is part of every forecast."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from triage.core.load import HOURS_OF_A_WEEK
from triage.store.connection import stamp

HISTORY = timedelta(weeks=8)

COUNTED = "kind = 'human' AND state = 'routed' AND role = 'inbox' AND junk = 0"
"""Which messages are mail that comes."""

HOUR = 3_600_000_000
_MONDAY = 4 * 24
"""Hours from the first instant, a Thursday, to the first Monday."""

_WORKING = 5


def of_week(hour: int) -> int:
    """Return which hour of its week an hour is, counted from the first instant."""
    return (hour - _MONDAY) % HOURS_OF_A_WEEK


def arrivals(db: sqlite3.Connection, now: datetime) -> list[float]:
    """Return the mails of an average hour, for each hour of a week in UTC from Monday on.

    Each is the average over as often as that hour has come since the first mail, the present one
    not counted: after ten days Tuesday is an average of two, and Friday is what it was. An hour
    from Monday to Friday that has not come yet is like the same hour of those days that have.
    Empty before the first hour is over.
    """
    first, last = stamp(now - HISTORY) // HOUR, stamp(now) // HOUR
    rows = db.execute(
        f"SELECT arrived / ?1, count(*) FROM message WHERE {COUNTED}"
        " AND arrived BETWEEN ?1 * ?2 AND ?1 * ?3 - 1 GROUP BY 1",
        (HOUR, first, last),
    ).fetchall()
    if not rows:
        return []
    came, times = [0.0] * HOURS_OF_A_WEEK, [0] * HOURS_OF_A_WEEK
    for hour in range(min(hour for hour, _ in rows), last):
        times[of_week(hour)] += 1
    for hour, number in rows:
        came[of_week(hour)] += number
    found = [all_ / often if often else 0.0 for all_, often in zip(came, times, strict=True)]
    for hour in range(_WORKING * 24):
        like = [each for each in range(hour % 24, _WORKING * 24, 24) if times[each]]
        if not times[hour] and like:
            found[hour] = sum(found[each] for each in like) / len(like)
    return [round(number, 3) for number in found]
