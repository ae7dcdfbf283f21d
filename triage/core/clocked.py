"""Which clocks run for a message or a ticket: what queue, priority and hours make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from triage.core.desk import Hours, Queue, Service, queue_of
from triage.core.disposition import Clocked
from triage.core.hours import Span, length_of, open_spans
from triage.core.judgement import Judged, Judgement
from triage.core.sla import Clock, due, resolution, warns_at
from triage.core.switches import Switches
from triage.core.terms import Terms
from triage.core.ticket import Priority
from triage.core.worded import worded

TENTH = 10
"""The part of a resolution's time that is left when it warns, if that is longer than usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """What clocks are counted by: the desk's promises, its queues, and its hours."""

    service: Service
    queues: Mapping[str, Queue]
    hours: Hours

    def queue(self, name: str) -> Queue:
        """Return the queue of that name; one that left the files keeps the usual target."""
        return queue_of(self.queues, name)

    def clock(self, queue: str, priority: Priority, start: datetime, *, danger: bool) -> Clocked:
        """Return the clock of an answer, with the instant at which it warns."""
        safety = self.service.safety_target if danger else None
        clock = due(self.queue(queue), priority, self.hours, start, safety=safety)
        # A clock of fifteen minutes that warned fifteen minutes ahead would warn at once: which is
        # right for danger, and for nothing else.
        before = min(self.service.warn_before, length_of(clock.spans) / 2)
        return _clocked(clock, clock.start if danger else warns_at(clock, before), danger=danger)

    def resolution(
        self, queue: str, priority: Priority, turns: Sequence[Span], since: datetime
    ) -> Clocked | None:
        """Return the clock of being done with a ticket (`core/sla.py`); it warns well ahead."""
        clock = resolution(self.queue(queue), priority, self.hours, turns, since)
        if clock is None:
            return None
        whole = length_of(clock.spans)
        before = min(max(self.service.warn_before, whole / TENTH), whole / 2)
        return _clocked(clock, warns_at(clock, before), danger=False)


def _clocked(clock: Clock, warn_at: datetime | None, *, danger: bool) -> Clocked:
    return Clocked(
        start=clock.start,
        deadline=clock.deadline,
        warn_at=warn_at,
        spans=clock.spans,
        why=clock.why,
        queue=clock.queue,
        priority=clock.priority,
        danger=danger,
    )


def counting(terms: Terms) -> Counting:
    """Return what clocks are counted by under these terms."""
    return Counting(service=terms.service, queues=terms.queues, hours=terms.roster.hours)


def counting_with(
    service: Service, queues: Mapping[str, Queue], hours: Hours, switches: Switches
) -> Counting:
    """Return what clocks are counted by under the files, and what holds for the hour."""
    return Counting(
        service=service, queues=switches.over_queues(queues), hours=switches.closing(hours)
    )


def clocked(
    judged: Judged, judgement: Judgement, queue: str, priority: Priority, terms: Terms
) -> Clocked:
    """Return the clock that a message starts in `queue` at `priority`, with when it warns."""
    start = judged.received.arrived
    return counting(terms).clock(queue, priority, start, danger=judgement.danger)


def update_clock(hours: Hours, made: datetime, due: datetime, warn_before: timedelta) -> Clocked:
    """Return the clock of an update that somebody promised at `made` for `due`.

    `due` is the instant that was named, and stays it, also while the desk is closed. What is
    counted is the open time up to it. It warns with `warn_before` of that left, or with half of
    it where it is less than twice as long; where nothing opens before `due` the clock on the wall
    counts. One that is due already warns at `due`.
    """
    start, deadline = made.astimezone(UTC), due.astimezone(UTC)
    spans = tuple(open_spans(hours, start, deadline))
    how = worded("round the clock") if hours.always else worded("while open")
    if not spans and start < deadline:
        spans = (Span(start, deadline),)
        how = worded("on the wall: nothing opens before")
    why = worded("an update was promised, %(why)s", why=how)
    clock = Clock(start=start, deadline=deadline, spans=spans, why=why)
    before = min(warn_before, length_of(spans) / 2)
    return _clocked(clock, warns_at(clock, before), danger=False)
