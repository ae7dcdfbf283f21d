"""Moments as people type them into a command: every word must belong to the moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from triage.core.hours import first_instant
from triage.core.saidtime import SaidTime, after, ahead, folded, named, said_time
from triage.core.timewords import ENGLISH_WEEKDAYS, NOON, SHORT_WEEKDAYS, TIMES, TYPED_SPAN

_LEADING = re.compile(r"^(?:by|until|till|on|bis)\b ?")
_JOINS = re.compile(r"\b(?:at|on|the|um|am|by|next|uhr)\b|[,@ ]")


def typed_time(text: str, now: datetime, zone: ZoneInfo) -> SaidTime | None:
    """Return the moment that somebody typed: `Thursday 16:00`, `tomorrow`, `17:30`, `2h`, a date.

    Seen from `now`, in `zone`. None where a word of it is none of a moment, or it is past. ISO
    8601 with a time of day may have an offset. A time of day alone is the next such moment.
    """
    local = now.astimezone(zone)
    if exact := _iso(text.strip(), zone):
        return ahead(SaidTime(exact.astimezone(zone).date(), None, exact), local, zone)
    words = folded(text)
    if span := TYPED_SPAN.fullmatch(words):
        return ahead(after(span, local), local, zone)
    words = _LEADING.sub("", words)
    first, _, rest = words.partition(" ")
    if first in SHORT_WEEKDAYS:
        words = f"{ENGLISH_WEEKDAYS[SHORT_WEEKDAYS[first]]} {rest}"
    said = said_time(words, now, zone)
    return None if said is None or _left_over(words, local) else said


def typed_instant(
    text: str, now: datetime, zone: ZoneInfo, *, after: datetime | None = None
) -> datetime | None:
    """Return the instant ahead that somebody typed, in UTC; None where it is none.

    A day alone is its beginning, and today alone its end. An hour or a weekday that comes before
    `after` is the next one from there.
    """
    said = typed_time(text, now, zone)
    if said is not None and said.instant is None and after is not None:
        ahead_of = said.day, said.at or time()
        if first_instant(zone, *ahead_of) <= after:
            said = typed_time(text, after, zone)
    if said is None:
        return None
    if said.instant is not None:
        return said.instant.astimezone(UTC)
    if said.at is None and said.day == now.astimezone(zone).date():
        return first_instant(zone, said.day + timedelta(days=1), time())
    return first_instant(zone, said.day, said.at or time())


def _iso(text: str, zone: ZoneInfo) -> datetime | None:
    """Return the instant that ISO 8601 names with day and time; None for anything else."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) <= len("2026-11-30"):
        return None
    return given if given.tzinfo else given.replace(tzinfo=zone)


def _left_over(words: str, local: datetime) -> str:
    """Return what of a typed text names neither a day nor a time."""
    rest = words
    if found := min(named(words, local, None), key=lambda one: (one.start, -one.end), default=None):
        rest = f"{words[: found.start]} {words[found.end :]}"
    for pattern in (*TIMES, NOON):
        if match := pattern.search(rest):
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
            break
    return _JOINS.sub("", rest)
