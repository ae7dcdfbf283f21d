"""The time that a view of the team is about, as its address says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from triage.core.hours import first_instant, month_of
from triage.web.render import marked

SPANS = {"today": 1, "7d": 7, "28d": 28}
"""Times by their names, in days: today is one of them."""

TITLES = {"today": marked("Today"), "7d": marked("7 days"), "28d": marked("28 days")}
USUAL = "7d"
MOST_DAYS = 92
"""Days of the longest time: `triage report` tells of longer ones without holding up a page."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A time from `since` up to, not including, `until`: whole days of the desk, up to now.

    `name` is that of a span up to today, or "" where `first` and `last` were chosen.
    """

    name: str
    first: date
    last: date
    since: datetime
    until: datetime

    @property
    def query(self) -> str:
        """Return it as an address says it."""
        if self.name:
            return urlencode({"period": self.name})
        return urlencode({"from": self.first.isoformat(), "to": self.last.isoformat()})


def period_of(asked: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Period | None:
    """Return the time that is asked for; None where it is none, or a longer one than is shown.

    The day of `to` is in it. What is not said is up to today, and from a week before.
    """
    today = now.astimezone(zone).date()
    if "from" not in asked and "to" not in asked:
        name = asked.get("period", USUAL)
        days = SPANS.get(name)
        return None if days is None else _period(name, today - (days - 1) * _DAY, today, now, zone)
    try:
        last = date.fromisoformat(asked["to"]) if asked.get("to") else today
        first = date.fromisoformat(asked["from"]) if asked.get("from") else last - 6 * _DAY
    except (ValueError, OverflowError):
        return None
    if not first <= last or first > today or (last - first).days >= MOST_DAYS:
        return None
    return _period("", first, min(last, today), now, zone)


def _period(name: str, first: date, last: date, now: datetime, zone: ZoneInfo) -> Period:
    end = first_instant(zone, last + _DAY, time())
    since = first_instant(zone, first, time())
    return Period(
        name=name,
        first=first,
        last=last,
        since=since,
        until=max(min(end, now.astimezone(UTC)), since + timedelta.resolution),
    )


def month_asked(asked: str, now: datetime, zone: ZoneInfo) -> tuple[date, datetime, datetime]:
    """Return the first day of a calendar month, `2026-11`, and the instants that bound it.

    What is no month is this one.
    """
    try:
        first = date.fromisoformat(f"{asked}-01")
        return first, *month_of(zone, first)
    except (ValueError, OverflowError):
        first = now.astimezone(zone).date().replace(day=1)
        return first, *month_of(zone, first)
