"""The arithmetic of a clock in words: what it counted, when, and what it adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from triage.core.hours import Span, length_of
from triage.core.sla import span_in_words

_WEEK = timedelta(days=6)
_MINUTE = timedelta(minutes=1)
IN_ONE_LINE = 3
"""Spans that still stand in one line."""


def counted_lines(spans: Sequence[Span], zone: tzinfo) -> tuple[str, ...]:
    """Write what was counted, in `zone`: a few spans in one line, more of them one a line.

    `counted 14:03-17:00 Mon, 09:00-09:20 Tue = 3 h 17 min`. Days have dates where they lie more
    than a week apart. Times are those of the minute they fall in, lengths are to the minute, and a
    night in which the clock on the wall was changed is as long as it was. Nothing where nothing was
    counted.
    """
    if not spans:
        return ()
    dated = spans[-1].end - spans[0].start > _WEEK
    total = _length(length_of(spans))
    if len(spans) <= IN_ONE_LINE:
        return (f"counted {', '.join(_span(one, zone, dated) for one in spans)} = {total}",)
    lines = (f"counted {_span(one, zone, dated)} = {_length(one.length)}" for one in spans)
    return (*lines, f"together {total}")


def _span(span: Span, zone: tzinfo, dated: bool) -> str:
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    if _same_day(start, end):
        until = "24:00" if end.date() != start.date() else f"{end:%H:%M}"
        return f"{start:%H:%M}-{until} {_day(start, dated)}"
    return f"{start:%H:%M} {_day(start, dated)} - {end:%H:%M} {_day(end, dated)}"


def _same_day(start: datetime, end: datetime) -> bool:
    """Say whether a span ends on the day on which it begins, its midnight included."""
    last = end - timedelta.resolution
    return last.date() == start.date()


def _day(at: datetime, dated: bool) -> str:
    return f"{at:%a} {at.day} {at:%b}" if dated else f"{at:%a}"


def _length(span: timedelta) -> str:
    """Write a length in hours and minutes, however long it is."""
    return span_in_words(span - span % _MINUTE, timedelta.max)
