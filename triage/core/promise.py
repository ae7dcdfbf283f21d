"""The time told to a requester: never before the answer is due, and one its owner can keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from triage.core.hours import HORIZON, Span

CLEAN = timedelta(minutes=5)
"""People are told full five minutes."""

_LEAST = timedelta(minutes=20)
_NOTHING = timedelta()
_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)
_HALF_HOUR = timedelta(minutes=30)
_NEAR = timedelta(minutes=75)

_HOUR = timedelta(hours=1)


class Method(StrEnum):
    """What a promised time rests on.

    `TARGET`: the target, which the forecast keeps. `THIN`: the target plus half, for want of
    history. `HISTORY`: the forecast, later than the target. `BEYOND`: a day, for the forecast is
    far beyond the target.
    """

    TARGET = "target"
    THIN = "thin"
    HISTORY = "history"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A time told to a requester, and what it came from.

    `day`: only the day is named, and `at` is the end of the owner's hours on it. `target_at` is
    the deadline, `expected_at` when four in five such mails are answered; None: not reckoned.
    `facts` are what that rests on: `ahead`, `on_duty`, `case`, `minutes`, `reckoned`.
    """

    at: datetime
    owner: str
    target_at: datetime
    method: Method
    day: bool = False
    expected_at: datetime | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


def least_ahead(target: timedelta | None) -> timedelta:
    """Return how far ahead a promise must lie to be worth making.

    20 minutes, or half of a target under 40.
    """
    return _LEAST if target is None else min(_LEAST, target / 2)


def holds(promise: datetime, now: datetime, least: timedelta) -> bool:
    """Say whether a promise may still be sent at `now`: at exactly `least` ahead it may."""
    return promise - now >= least


def keeps(at: datetime, now: datetime, there: Iterable[Span], least: timedelta) -> bool:
    """Say whether `at` may still be told at `now`.

    It is far enough ahead, and in a span of `there`, from `now` on; its end is inside. The owner
    has `least` of their own hours before it, or the whole of a span that is shorter.
    """
    worked = _NOTHING
    for span in there:
        start = max(span.start, now)
        if start >= at:
            break
        if at <= span.end:
            enough = worked + (at - start) >= least or at == span.end
            return enough and holds(at, now, least)
        worked += max(span.end - start, _NOTHING)
    return False


def promised(
    deadline: datetime,
    now: datetime,
    there: Iterable[Span],
    least: timedelta,
    zone: tzinfo | None = None,
) -> datetime | None:
    """Return the clean time told to a requester, or None where the owner has none to give.

    `there` is when the owner is there from `now` on, in order (`attendance`, or one endless
    span for whoever is on call). The time is a full five minutes, not before `deadline`,
    inside a span of `there` (its end included), and leaves the owner at least `least` of
    their own hours from `now`. Where it falls between two shifts it moves `least` into the
    next, or to the end of one that is shorter. The search is given up after `HORIZON`.

    In `zone` what is not near is coarser, where the span has such a time: a quarter of an hour,
    half an hour on the next day, a full hour on a later one.
    """
    worked, last = _NOTHING, max(deadline, now) + HORIZON
    for span in there:
        start = max(span.start, now)
        if start > last:
            break
        if span.end <= start:
            continue
        ready = (
            start + max(least - worked, _NOTHING) if span.end - start >= least - worked else None
        )
        worked += span.end - start
        if ready is None:
            continue
        if deadline <= start:
            ready = max(ready, start + min(least, span.end - start))
        at = _clean(max(deadline, ready, start + timedelta.resolution), span.end, now, zone)
        if at <= span.end:
            return at
    return None


def promised_day(
    expected: datetime, there: Iterable[Span], spare: timedelta, zone: tzinfo
) -> datetime | None:
    """Return the end of the owner's first day on which they are there `spare` after `expected`.

    It is the end of the last span that begins on that day in `zone`. None where there is none.
    """
    found: datetime | None = None
    on: date | None = None
    for span in there:
        day = span.start.astimezone(zone).date()
        if found is not None and day != on:
            break
        if found is not None or span.end - max(span.start, expected) >= spare:
            found, on = span.end, day
    return found


def _clean(at: datetime, end: datetime, now: datetime, zone: tzinfo | None) -> datetime:
    """Round up to a clean time; a clean one stays. A coarse one that is after `end` is not."""
    if zone is None:
        return _rounded(at, CLEAN, UTC)
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()) // _DAY
    grain = _HOUR if days > 1 else _HALF_HOUR if days else CLEAN
    if grain == CLEAN and at - now > _NEAR:
        grain = _QUARTER
    coarse = _rounded(at, grain, zone)
    return coarse if coarse <= end else _rounded(at, CLEAN, UTC)


def _rounded(at: datetime, grain: timedelta, zone: tzinfo) -> datetime:
    """Round up to a full `grain` of the wall clock in `zone`."""
    shown = at.astimezone(zone).replace(tzinfo=UTC)
    return at.astimezone(UTC) + (datetime.min.replace(tzinfo=UTC) - shown) % grain
