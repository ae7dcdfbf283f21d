"""iCalendar files, read into times and whole days: the one place that knows their libraries.

Both come with the extra `roster`. A file is refused as a whole if any of it cannot be read: half
of somebody's absences would be worse than the error.

Source: RFC 5545 sections 3.1 (content lines), 3.6.1 (events), 3.8.5.3 (recurrence).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from triage.config.faults import shown
from triage.errors import ConfigError, Fault

Event: TypeAlias = Any
"""An event of the library, whose properties are of any type."""

BACK, AHEAD = timedelta(days=400), timedelta(days=800)
"""How far around the present day events are worked out."""
STRETCH = timedelta(days=100)
MOST_EVENTS = 5000
MOST_BYTES = 10 * 2**20
MISSING = "calendars are read by the extra 'roster'"
INSTALL = "pip install inbox-triage[roster]"

_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError)
"""What the libraries raise over a file that is none, or not quite."""

_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
_NAME = re.compile(r"[A-Za-z0-9-]+(?=[;:])")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a calendar takes: `spans` in UTC, in order, and whole local `days`."""

    spans: tuple[tuple[datetime, datetime], ...] = ()
    days: frozenset[date] = frozenset()

    def all_spans(self, zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
        """Return everything as spans: a whole day is one of `zone`."""
        whole = (
            (_midnight(day, zone), _midnight(day + timedelta(days=1), zone)) for day in self.days
        )
        return tuple(sorted((*self.spans, *whole)))


@dataclass(slots=True)
class _Block:
    """The lines of one event: where it begins, and each of its properties."""

    line: int
    places: dict[str, int] = field(default_factory=dict)


class _Wrong(Exception):
    """Something in a file cannot be read; the loader words it."""

    def __init__(self, line: int, text: str, remedy: str = "") -> None:
        super().__init__(text)
        self.line, self.text, self.remedy = line, text, remedy


def read_calendar(path: Path, zone: ZoneInfo, today: date) -> Taken:
    """Read the events of a file around `today`; what names no zone is in `zone`.

    Events that are cancelled, or do not count as busy, take nothing.

    Raises:
        ConfigError: it cannot be read, with the line and what to do.
        ImportError: the extra is not installed.
    """
    try:
        return _taken(_bytes(path), zone, today)
    except _Wrong as exc:
        fault = Fault(shown(path), exc.line, 1 if exc.line else 0, exc.text, exc.remedy)
        raise ConfigError((fault,)) from exc


def _bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError as exc:
        raise _Wrong(0, f"cannot be read: {(exc.strerror or 'error').lower()}") from exc
    if len(raw) > MOST_BYTES:
        raise _Wrong(0, f"larger than {MOST_BYTES // 2**20} MiB", "export fewer years")
    return raw


def _taken(raw: bytes, zone: ZoneInfo, today: date) -> Taken:
    import icalendar  # noqa: PLC0415 - an extra: whoever names no calendar needs none of it
    import recurring_ical_events  # noqa: PLC0415 - likewise

    text = raw.decode("utf-8-sig", "replace")
    blocks = _blocks(text)
    try:
        calendar: Any = icalendar.Calendar.from_ical(text)
    except _UNREADABLE as exc:
        raise _Wrong(1, f"this is no iCalendar: {_short(exc)}", "export it again") from exc
    for event, block in zip(calendar.walk("VEVENT"), blocks, strict=False):
        try:
            _check(event, block)
        except _UNREADABLE as exc:
            remedy = "one DTSTART, at most one DTEND, each a day or a day and a time"
            raise _Wrong(block.line, "this event cannot be read", remedy) from exc
    try:
        events = _around(recurring_ical_events.of(calendar), today)
        busy = [event for event in events if _counts(event)]
        whole = [event for event in busy if not isinstance(event.start, datetime)]
        days = frozenset(day for event in whole for day in _days(event, today))
        spans = [
            (_instant(event.start, zone), _instant(event.end, zone))
            for event in busy
            if isinstance(event.start, datetime)
        ]
    except _UNREADABLE as exc:
        raise _Wrong(1, f"its events do not work out: {_short(exc)}", "export it again") from exc
    return Taken(tuple(sorted(span for span in spans if span[0] < span[1])), days)


def _around(query: Any, today: date) -> Sequence[Event]:
    """Return the events around `today`, a stretch of time at once. Raises: _Wrong: too many.

    Not the library's own walk ahead: with something on every day that asks for each quarter of an
    hour by itself, and takes minutes.
    """
    found = dict[tuple[str, str], Event]()
    begins, last = today - BACK, today + AHEAD
    while begins <= last:
        ends = begins + STRETCH
        for event in query.between(begins, ends):
            found[str(event.get("UID")), str(event.start)] = event
            if len(found) > MOST_EVENTS:
                remedy = "export fewer years, or one person's"
                raise _Wrong(1, f"more than {MOST_EVENTS} events", remedy)
        begins = ends
    return tuple(found.values())


def _blocks(text: str) -> list[_Block]:
    """Find each event's lines. Raises: _Wrong where the file is not built as one is."""
    blocks, within = list[_Block](), list[tuple[str, int]]()
    number = 0
    for number, line in _content_lines(text):
        found = _NAME.match(line)
        if found is None or (not within and line.strip().upper() != "BEGIN:VCALENDAR"):
            what = "no property and its value" if within else "this is no iCalendar"
            raise _Wrong(number, what, "export it again; it begins with BEGIN:VCALENDAR")
        name, value = found[0].upper(), line.partition(":")[2].strip().upper()
        if name == "BEGIN":
            within.append((value, number))
            blocks += [_Block(number)] if value == "VEVENT" else []
        elif name == "END":
            if not within or within[-1][0] != value:
                raise _Wrong(number, f"{value} ends here and was not begun", "export it again")
            within.pop()
        elif blocks and within[-1][0] == "VEVENT":
            blocks[-1].places.setdefault(name, number)
    if within or not number:
        what = f"{within[-1][0]} is never ended" if within else "this is no iCalendar: it is empty"
        raise _Wrong(within[-1][1] if within else 1, what, "it was cut off: export it again")
    return blocks


def _content_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line that is not the rest of a folded one, with its number."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith((" ", "\t")):
            yield number, line


def _check(event: Event, block: _Block) -> None:
    """Raise `_Wrong` for what the library would take in its stride, and should not."""
    for name, said in event.errors:
        place = block.places.get(str(name).upper(), block.line)
        raise _Wrong(place, f"{name or 'a line'} cannot be read: {_short(said)}", "export it again")
    if "DTSTART" not in event:
        raise _Wrong(block.line, "this event has no DTSTART", "say when it begins")
    for name in ("DTSTART", "DTEND"):
        at = event.get(name)
        zone = None if at is None else at.params.get("TZID")
        if zone and isinstance(at.dt, datetime) and at.dt.tzinfo is None:
            remedy = "an IANA name such as Europe/London, or a VTIMEZONE of that name"
            raise _Wrong(block.places[name], f"there is no time zone '{zone}'", remedy)
    start, end = event["DTSTART"].dt, event.get("DTEND")
    if end is not None and isinstance(start, datetime) is not isinstance(end.dt, datetime):
        raise _Wrong(block.places["DTEND"], "a day and a time of day", "two days or two times")
    if end is not None and _plain(end.dt) < _plain(start):
        raise _Wrong(
            block.places["DTEND"], "this event ends before it begins", "DTEND after DTSTART"
        )
    rules = event.get("RRULE", ())
    for rule in rules if isinstance(rules, list) else [rules]:
        if rule and _often(rule):
            raise _Wrong(block.places["RRULE"], "repeated by the hour or oftener", "FREQ=DAILY")


def _often(rule: Any) -> bool:
    """Say whether a rule repeats by the hour or oftener, or several times within one."""
    freq = {str(one).upper() for one in rule.get("FREQ", ())}
    return bool(_OFTEN & freq) or any(
        isinstance(rule.get(part), list) and len(rule[part]) > 1
        for part in ("BYMINUTE", "BYSECOND")
    )


def _plain(at: date | datetime) -> tuple[datetime, ...] | tuple[date, ...]:
    """Return what compares: times in UTC, days as they are."""
    if isinstance(at, datetime):
        return (at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC),)
    return (at,)


def _counts(event: Event) -> bool:
    said = str(event.get("STATUS", "")).upper(), str(event.get("TRANSP", "")).upper()
    return "CANCELLED" not in said and "TRANSPARENT" not in said


def _days(event: Any, today: date) -> Sequence[date]:
    """Return the days of a whole-day event around `today`; the last one is not part of it."""
    first = max(event.start, today - BACK)
    after = min(max(event.end, event.start + timedelta(days=1)), today + AHEAD)
    return [first + timedelta(days=at) for at in range((after - first).days)]


def _instant(at: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(at, datetime):
        return _midnight(at, zone)
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _short(said: object) -> str:
    text = " ".join(str(said).split())
    return text if len(text) <= 80 else f"{text[:77]}..."
