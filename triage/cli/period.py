"""Since when, and until when: a span that is over now, or a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import click

MOST_DAYS = 3660
FIRST_YEAR, LAST_YEAR = 1971, 9999
_SPAN = re.compile(r"(\d{1,6})\s*([hdw])")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ago:
    """So many days and hours before now: days by the calendar, hours as they pass."""

    days: int = 0
    hours: int = 0


class Point(click.ParamType["Ago | date"]):
    """An end of a time: `7d`, `24h`, `4w`, or a day, `2026-11-01`."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Ago | date:
        """Return what was typed: `period` says when that is."""
        if isinstance(value, Ago | date):
            return value
        text = str(value).strip().casefold()
        point = _ago(text) or _day(text)
        if point is None:
            self.fail(f"{text!r} is no time: write 7d, 24h, 4w or 2026-11-01", param, ctx)
        return point


def _ago(text: str) -> Ago | None:
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    many = int(found[1])
    ago = {"h": Ago(hours=many), "d": Ago(days=many), "w": Ago(days=7 * many)}[found[2]]
    return ago if 0 < ago.days + ago.hours / 24 <= MOST_DAYS else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year < LAST_YEAR else None


def period(
    since: Ago | date, until: Ago | date | None, now: datetime, zone: tzinfo
) -> tuple[datetime, datetime]:
    """Return a time as two instants: the day that begins it, and the one that ends it, are in it.

    It ends now at the latest. Raises: click.BadParameter where nothing is left of it.
    """
    first = start_of(since, now, zone)
    if until is None:
        end = now
    elif isinstance(until, Ago):
        end = start_of(until, now, zone)
    else:
        end = min(start_of(until + _DAY, now, zone), now)
    if first >= end:
        raise click.BadParameter("it begins when it ends, or later", param_hint="--since")
    return first, end


def start_of(point: Ago | date, now: datetime, zone: tzinfo) -> datetime:
    """Return the instant at which a time begins: so long ago, or the first of a day."""
    if isinstance(point, Ago):
        local = now.astimezone(zone) - timedelta(days=point.days)
        return local.astimezone(UTC) - timedelta(hours=point.hours)
    return datetime.combine(point, time(), zone).astimezone(UTC)
