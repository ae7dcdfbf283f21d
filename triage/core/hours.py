"""Business time: which instants count, and when a span of it has passed.

Every function walks local days, turns the two ends of each window into UTC, and
calculates there, so that no clock change needs a case of its own. A local time
stands for the first instant at which the clock on the wall shows it or has passed
it: a time that a clock change skips is the instant of the change, and one that
comes twice is the first of the two. Windows may overlap; no minute counts twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import takewhile

from triage.core.desk import Hours, Window

HORIZON = timedelta(days=731)
"""How long nothing may open before the search is given up: two years."""

FAR = datetime.max.replace(tzinfo=UTC)
"""The end of a span that has none."""

MOST_DAYS = 4096
"""Days that one calendar remembers; beyond them it begins anew."""

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_NOTHING = timedelta()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The time from `start` up to, not including, `end`; both are UTC."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Counted:
    """A due time with its arithmetic: `spans` are what was counted, and add up to the target."""

    deadline: datetime
    spans: tuple[Span, ...]


def open_spans(hours: Hours, start: datetime, until: datetime) -> Iterator[Span]:
    """Yield what is open from `start` up to, not including, `until`, in order.

    Windows that touch or overlap are one span. Ends early where nothing opens for `HORIZON`.
    """
    end = until.astimezone(UTC)
    held: Span | None = None
    for span in takewhile(lambda span: span.start < end, opening(hours, start)):
        if held is not None and held.end == span.start:
            held = Span(held.start, min(span.end, end))
            continue
        if held is not None:
            yield held
        held = Span(span.start, min(span.end, end))
    if held is not None:
        yield held


def is_open(hours: Hours, at: datetime) -> bool:
    """Say whether `at` counts: the opening instant does, the closing instant does not."""
    return any(open_spans(hours, at, at + timedelta.resolution))


def next_open(hours: Hours, at: datetime) -> datetime | None:
    """Return `at` where it is open, else the next opening, or None within `HORIZON`."""
    first = next(opening(hours, at), None)
    return None if first is None else first.start


def add(hours: Hours, start: datetime, span: timedelta) -> Counted | None:
    """Return the first instant by which `span` of open time has passed since `start`.

    A target reached exactly at closing time is due at closing time. A span of
    nothing is due at `start`. None where nothing opens for `HORIZON`.

    Raises:
        ValueError: `span` is negative.
    """
    if span < _NOTHING:
        raise ValueError("business time cannot be counted backwards")
    if not span:
        return Counted(start.astimezone(UTC), ())
    return count_off(opening(hours, start), span)


def count_off(opened: Iterable[Span], span: timedelta) -> Counted | None:
    """Count `span`, which is more than nothing, off what is `opened`, in order.

    Spans that touch are one. None where all of it is too short.
    """
    left, spans = span, list[Span]()
    for one in opened:
        closes = one.end if one.length < left else one.start + left
        left -= closes - one.start
        if spans and spans[-1].end == one.start:
            spans[-1] = Span(spans[-1].start, closes)
        else:
            spans.append(Span(one.start, closes))
        if not left:
            return Counted(closes, tuple(spans))
    return None


def elapsed(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """Return how much open time lies between `start` and `end`; none where `end` is earlier."""
    return length_of(open_spans(hours, start, end))


def length_of(spans: Iterable[Span]) -> timedelta:
    """Return how long `spans` are together."""
    return sum((span.length for span in spans), _NOTHING)


def opening(hours: Hours, start: datetime) -> Iterator[Span]:
    """Yield the open spans from `start` on, in order, cut at `start`, none overlapping.

    Touching spans stay apart, so that the next one is always near. It ends only
    where nothing opens for `HORIZON`.
    """
    since = start.astimezone(UTC)
    if hours.always:
        yield Span(since, FAR)
        return
    for span in _opened(hours, since):
        if span.end > since:
            yield span if span.start >= since else Span(since, span.end)
            since = span.end


def _opened(hours: Hours, since: datetime) -> Iterator[Span]:
    """Yield what each day opens, from what is still open at `since` on.

    What the day before opened may run into this one; nothing lasts longer than a day.
    """
    if not (hours.windows or hours.special or hours.shifts):
        return
    known = hours.days
    day = since.astimezone(hours.zone).date() - _DAY
    last = day + HORIZON
    while day <= last:
        spans = known.get(day)
        if spans is None:
            if len(known) >= MOST_DAYS:
                known.clear()
            spans = known[day] = _opened_by(hours, day)
        for span in spans:
            if span.end > since:
                last = day + HORIZON
                yield span
        day += _DAY


def _opened_by(hours: Hours, day: date) -> tuple[Span, ...]:
    """Return what a local day opens, by its start; some of it may lie in the next day."""
    windows = hours.special.get(day)
    if windows is None:
        windows = () if day in hours.holidays else _week(hours.windows)[day.weekday()]
    spans = [
        Span(
            first_instant(hours.zone, day, start),
            first_instant(hours.zone, day + _DAY if end <= start else day, end),
        )
        for start, end in windows
    ]
    if hours.shifts:
        begins, ends = (first_instant(hours.zone, at, time()) for at in (day, day + _DAY))
        spans += [Span(max(start, begins), min(end, ends)) for start, end in hours.shifts]
    worked = (part for span in spans for part in _less(span, hours.closed))
    return tuple(sorted(worked))


def _less(span: Span, closed: tuple[tuple[datetime, datetime], ...]) -> list[Span]:
    """Return what is left of `span` without what is `closed`; nothing where it holds nothing."""
    left = [span] if span.start < span.end else []
    for start, end in closed:
        parts = (
            (Span(one.start, min(one.end, start)), Span(max(one.start, end), one.end))
            for one in left
        )
        left = [part for both in parts for part in both if part.start < part.end]
    return left


@lru_cache(maxsize=256)
def _week(windows: tuple[Window, ...]) -> tuple[tuple[tuple[time, time], ...], ...]:
    """Return for each weekday its windows by their start."""
    return tuple(
        tuple((one.start, one.end) for one in sorted(windows) if one.weekday == weekday)
        for weekday in range(7)
    )


@lru_cache(maxsize=8192)
def first_instant(zone: tzinfo, day: date, at: time) -> datetime:
    """Return the first instant at which the wall clock of `zone` shows `at`, or has passed it.

    Source: PEP 495: fold 0 reckons with the offset before a change, fold 1 with the one after.
    """
    wall = datetime.combine(day, at, zone)
    later = wall.replace(fold=1).utcoffset() or _NOTHING
    early = wall.utcoffset() or _NOTHING
    if later <= early:
        return wall.astimezone(UTC)
    naive = wall.replace(tzinfo=UTC)  # skipped: the change lies between the two readings
    before, after = naive - later, naive - early
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == early:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def day_of(zone: tzinfo, at: datetime) -> datetime:
    """Return the first instant of the day that it is in `zone` at an instant."""
    return first_instant(zone, at.astimezone(zone).date(), time())


def month_of(zone: tzinfo, day: date) -> tuple[datetime, datetime]:
    """Return the first instant of the calendar month of a day, and that of the next month.

    Raises: OverflowError where it is the last month that there is.
    """
    first = day.replace(day=1)
    following = (first + 31 * _DAY).replace(day=1)
    return first_instant(zone, first, time()), first_instant(zone, following, time())
