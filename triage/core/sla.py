"""The clock of an answer: its target, its deadline with the arithmetic, where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import chain

from triage.core.desk import Hours, Queue
from triage.core.hours import Span, add, count_off, open_spans, opening
from triage.core.ticket import Priority
from triage.core.worded import worded

_DAY = timedelta(days=1)


class Standing(StrEnum):
    """Where a clock stands, best first for one that still runs."""

    ON_TIME = "on_time"
    AT_RISK = "at_risk"
    BREACHED = "breached"
    MET = "met"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A running clock: since `start`, due at `deadline`, or never where that is None.

    `spans` are the intervals counted, in UTC; they add up to the target. `why` says which
    target, and how it is counted; `queue` and `priority` are those that it is of.
    """

    start: datetime
    deadline: datetime | None
    spans: tuple[Span, ...]
    why: str
    queue: str = ""
    priority: Priority = Priority.NORMAL


def due(
    queue: Queue,
    priority: Priority,
    hours: Hours,
    start: datetime,
    *,
    safety: timedelta | None = None,
) -> Clock:
    """Return the clock that starts at `start` for mail of `priority` in `queue`.

    The target counts in the queue's own hours, or else in `hours`; round the clock where the
    queue is `always`. `safety` is the target of danger: it counts round the clock and wins where
    it is due sooner.
    """
    usual = _usual(queue, priority, hours, start)
    if safety is None:
        return usual
    counted = add(replace(hours, always=True), start, safety)
    if counted is None or (usual.deadline is not None and usual.deadline < counted.deadline):
        return usual
    why = worded("danger: %(span)s, round the clock", span=span_in_words(safety))
    return replace(usual, deadline=counted.deadline, spans=counted.spans, why=why)


def _usual(queue: Queue, priority: Priority, hours: Hours, start: datetime) -> Clock:
    target = queue.target_for(priority)
    if target is None:
        why = worded("%(queue)s has no target", queue=queue.name)
        return _unending(queue, priority, start, why)
    calendar = queue.calendar(hours)
    counted = add(calendar, start, target)
    span = span_in_words(target, queue.day)
    how = worded("but nothing opens within two years") if counted is None else _how(queue, calendar)
    why = worded("%(queue)s: %(span)s, %(why)s", queue=queue.name, span=span, why=how)
    if priority in queue.targets:
        why = worded(
            "%(queue)s, %(priority)s: %(span)s, %(why)s",
            queue=queue.name,
            priority=priority,
            span=span,
            why=how,
        )
    if counted is None:
        return _unending(queue, priority, start, why)
    return Clock(
        start=start,
        deadline=counted.deadline,
        spans=counted.spans,
        why=why,
        queue=queue.name,
        priority=priority,
    )


def _unending(queue: Queue, priority: Priority, start: datetime, why: str) -> Clock:
    return Clock(start=start, deadline=None, spans=(), why=why, queue=queue.name, priority=priority)


def _how(queue: Queue, calendar: Hours) -> str:
    if calendar.always:
        return worded("round the clock")
    return worded("while open") if queue.hours is None else worded("in the queue's own hours")


def resolution(
    queue: Queue, priority: Priority, hours: Hours, turns: Sequence[Span], since: datetime
) -> Clock | None:
    """Return the clock by which a ticket is to be done with; None where nobody asks for that.

    It counts while an answer of ours is due: through the `turns` that an answer ended, in order,
    and from `since` on through the one that lasts. None, too, where it would never be due.
    """
    target = queue.resolve_target_for(priority)
    if target is None:
        return None
    calendar = queue.calendar(hours)
    ended = (open_spans(calendar, turn.start, turn.end) for turn in turns)
    found = count_off(chain(chain.from_iterable(ended), opening(calendar, since)), target)
    if found is None:
        return None
    span, how = span_in_words(target, queue.day), _how(queue, calendar)
    why = worded(
        "%(queue)s: done within %(span)s, %(why)s, less what waited for the requester",
        queue=queue.name,
        span=span,
        why=how,
    )
    if priority in queue.resolve_targets:
        why = worded(
            "%(queue)s, %(priority)s: done within %(span)s, %(why)s,"
            " less what waited for the requester",
            queue=queue.name,
            priority=priority,
            span=span,
            why=how,
        )
    return Clock(
        start=turns[0].start if turns else since.astimezone(UTC),
        deadline=found.deadline,
        spans=found.spans,
        why=why,
        queue=queue.name,
        priority=priority,
    )


def span_in_words(span: timedelta, day: timedelta = _DAY) -> str:
    """Write a target as a person would: `15 min`, `1 h`, `1 h 30 min`, `2 days`.

    `day` is how long a day of it is: whole ones are said as days.
    """
    if span and not span % day:
        days = span // day
        return worded("1 day") if days == 1 else worded("%(days)s days", days=days)
    hours, minutes = divmod(span // timedelta(minutes=1), 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes or not hours)
    return " ".join(parts)


def standing(
    deadline: datetime, responded: datetime | None, warning: timedelta, now: datetime
) -> Standing:
    """Say where a ticket stands at `now`.

    `deadline` is an instant: business hours are already in it. `warning` is the time on the
    wall between the warning and the deadline (`deadline - warns_at(…)`). An answer at the
    deadline itself is in time, and the warning begins at its own instant. An
    acknowledgement is no answer.
    """
    if responded is not None:
        return Standing.MET if responded <= deadline else Standing.BREACHED
    if now > deadline:
        return Standing.BREACHED
    return Standing.AT_RISK if now >= deadline - warning else Standing.ON_TIME


def warns_at(clock: Clock, before: timedelta) -> datetime | None:
    """Return the last instant with `before` of counted time left; None where nothing is due.

    Fifteen minutes before ten past nine is five to closing time on the evening before,
    for a desk that opens at nine. A clock no longer than `before` warns when it starts to count.
    """
    if clock.deadline is None:
        return None
    left = before
    for span in reversed(clock.spans):
        if left <= span.length:
            return span.end - left
        left -= span.length
    return clock.spans[0].start if clock.spans else clock.deadline


def boost(priority: Priority, boosts: Mapping[Priority, int], added: Iterable[int] = ()) -> int:
    """Return the whole boost in minutes: that of the priority and those of the rules, added up."""
    return boosts.get(priority, 0) + sum(added)


def place(deadline: datetime, boost_minutes: int) -> datetime:
    """Return a ticket's place in the order of its queue: lower is answered sooner."""
    return deadline.astimezone(UTC) - timedelta(minutes=boost_minutes)
