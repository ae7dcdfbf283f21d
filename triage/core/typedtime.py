"""Moments as people type them into a command: every word must belong to the moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from triage.core.desk import Hours
from triage.core.hours import first_instant, next_open
from triage.core.saidtime import SaidTime, after, ahead, folded, named, said_time
from triage.core.timewords import (
    ENGLISH_WEEKDAYS,
    NEXT_WEEK,
    NOON,
    SHORT_WEEKDAYS,
    TIMES,
    TYPED_SPAN,
)

_LEADING = re.compile(r"^(?:(?:by|until|till|from|on|bis|ab|zum|am)\b ?)+")
_JOINS = re.compile(
    r"\b(?:at|on|the|by|until|till|next|this|um|am|bis|uhr|(?:nächste|kommende|diese)[nrs]?)\b"
    r"|[,@ ]"
)
_GERMAN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(\d{1,2}) uhr (\d\d)\b"), r"\1:\2"),
    (re.compile(r"\bum (\d{1,2})$"), r"\1 uhr"),
    (re.compile(r"^(\d{1,2}\.\d{1,2})(?= (?:um )?\d{1,2}(?::\d\d| ?uhr))"), r"\1."),
    (re.compile(r"^(\d{1,2})\.(?= (?:um )?\d|$)"), r"the \1th"),
)
"""How German writes times and dates when it is short of words, and how the patterns have them."""


def typed_time(text: str, now: datetime, zone: ZoneInfo) -> SaidTime | None:
    """Return the moment that somebody typed: `Thursday 16:00`, `morgen 9 Uhr`, `2h`, a date.

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
    for pattern, plain in _GERMAN:
        words = pattern.sub(plain, words)
    first, _, rest = words.partition(" ")
    if (day := SHORT_WEEKDAYS.get(first.removesuffix("."))) is not None:
        words = f"{ENGLISH_WEEKDAYS[day]} {rest}"
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


def typed_opening(text: str, now: datetime, hours: Hours, zone: ZoneInfo) -> datetime | None:
    """Return the first open moment from what somebody typed on, in UTC; None where it is none.

    A day alone begins when it opens. Where nothing opens any more, it is the moment itself.
    """
    at = typed_instant(text, now, zone)
    return None if at is None or at <= now else next_open(hours, at) or at


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
    at = next((match for one in TIMES if (match := one.search(rest))), None)
    if at is not None:
        rest = f"{rest[: at.start()]} {rest[at.end() :]}"
    for beside in (NOON, NEXT_WEEK):  # "tomorrow morning at 9:00", "next week Monday"
        rest = beside.sub(" ", rest, count=1)
    return _JOINS.sub("", rest)
