"""The arithmetic of a clock in words: what it counted, when, and what it adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from triage.core.hours import Span, length_of
from triage.core.sla import span_in_words
from triage.core.worded import marked, worded

_WEEK = timedelta(days=6)
_MINUTE = timedelta(minutes=1)
IN_ONE_LINE = 3
"""Spans that still stand in one line."""

DAYS = (
    marked("Mon"),
    marked("Tue"),
    marked("Wed"),
    marked("Thu"),
    marked("Fri"),
    marked("Sat"),
    marked("Sun"),
)
"""The days of a week, as they are written beside a time."""

MONTHS = (
    marked("Jan"),
    marked("Feb"),
    marked("Mar"),
    marked("Apr"),
    marked("May"),
    marked("Jun"),
    marked("Jul"),
    marked("Aug"),
    marked("Sep"),
    marked("Oct"),
    marked("Nov"),
    marked("Dec"),
)
"""The months, as they are written in a date."""


class Say(Protocol):
    """How a text is said with its parts: in English as it stands, or in another language."""

    def __call__(self, text: str, /, **parts: object) -> str:
        """Return the text, filled in."""
        ...


def counted_lines(spans: Sequence[Span], zone: tzinfo, say: Say = worded) -> tuple[str, ...]:
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
    told = [_span(one, zone, dated, say) for one in spans]
    if len(spans) <= IN_ONE_LINE:
        return (say("counted %(spans)s = %(length)s", spans=", ".join(told), length=total),)
    lines = (
        say("counted %(spans)s = %(length)s", spans=text, length=_length(one.length))
        for one, text in zip(spans, told, strict=True)
    )
    return (*lines, say("together %(length)s", length=total))


def _span(span: Span, zone: tzinfo, dated: bool, say: Say) -> str:
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    first = _day(start, dated, say)
    if _same_day(start, end):
        until = "24:00" if end.date() != start.date() else f"{end:%H:%M}"
        return say("%(start)s-%(end)s %(day)s", start=f"{start:%H:%M}", end=until, day=first)
    return say(
        "%(start)s %(day)s - %(end)s %(last)s",
        start=f"{start:%H:%M}",
        day=first,
        end=f"{end:%H:%M}",
        last=_day(end, dated, say),
    )


def _same_day(start: datetime, end: datetime) -> bool:
    """Say whether a span ends on the day on which it begins, its midnight included."""
    last = end - timedelta.resolution
    return last.date() == start.date()


def _day(at: datetime, dated: bool, say: Say) -> str:
    weekday = say(DAYS[at.weekday()])
    if not dated:
        return weekday
    month = say(MONTHS[at.month - 1])
    return say("%(weekday)s %(day)s %(month)s", weekday=weekday, day=at.day, month=month)


def _length(span: timedelta) -> str:
    """Write a length in hours and minutes, however long it is."""
    return span_in_words(span - span % _MINUTE, timedelta.max)
