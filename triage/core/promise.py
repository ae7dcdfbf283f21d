"""The time told to a requester: never before the answer is due, and one its owner can keep."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from triage.core.hours import HORIZON, Span

CLEAN = timedelta(minutes=5)
"""People are told full five minutes."""

_LEAST = timedelta(minutes=20)
_NOTHING = timedelta()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def least_ahead(target: timedelta | None) -> timedelta:
    """Return how far ahead a promise must lie to be worth making.

    20 minutes, or half of a target under 40.
    """
    return _LEAST if target is None else min(_LEAST, target / 2)


def holds(promise: datetime, now: datetime, least: timedelta) -> bool:
    """Say whether a promise may still be sent at `now`: at exactly `least` ahead it may."""
    return promise - now >= least


def promised(
    deadline: datetime, now: datetime, there: Iterable[Span], least: timedelta
) -> datetime | None:
    """Return the clean time told to a requester, or None where the owner has none to give.

    `there` is when the owner is there from `now` on, in order (`attendance`, or one endless
    span for whoever is on call). The time is a full five minutes, not before `deadline`,
    inside a span of `there` (its end included), and leaves the owner at least `least` of
    their own hours from `now`. Where it falls between two shifts it moves `least` into the
    next, or to the end of one that is shorter. The search is given up after `HORIZON`.
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
        at = _clean(max(deadline, ready, start + timedelta.resolution))
        if at <= span.end:
            return at
    return None


def _clean(at: datetime) -> datetime:
    """Round up to full five minutes; a full one stays."""
    return at.astimezone(UTC) + (_EPOCH - at) % CLEAN
