"""Which clock a message starts: what its queue, its priority and the desk's hours make of it."""

from __future__ import annotations

from datetime import timedelta

from triage.core.disposition import (
    Clocked,
)
from triage.core.judgement import Judged, Judgement
from triage.core.sla import Clock, due, warns_at
from triage.core.terms import Terms
from triage.core.ticket import Priority


def clocked(
    judged: Judged, judgement: Judgement, queue: str, priority: Priority, terms: Terms
) -> Clocked:
    """Return the clock that a message starts in `queue` at `priority`, with when it warns."""
    return timed(counted(judged, judgement, queue, priority, terms), judgement, terms)


def counted(
    judged: Judged, judgement: Judgement, queue: str, priority: Priority, terms: Terms
) -> Clock:
    """Count from the arrival of a message to the instant by which it must be answered."""
    return due(
        terms.queue(queue),
        priority,
        terms.roster.hours,
        judged.received.arrived,
        safety=terms.service.safety_target if judgement.danger else None,
    )


def timed(clock: Clock, judgement: Judgement, terms: Terms) -> Clocked:
    """Return `clock` with the instant at which it warns."""
    # A clock of fifteen minutes that warned fifteen minutes ahead would warn at once: which is
    # right for danger, and for nothing else.
    length = sum((span.length for span in clock.spans), timedelta())
    before = min(terms.service.warn_before, length / 2)
    return Clocked(
        start=clock.start,
        deadline=clock.deadline,
        warn_at=clock.start if judgement.danger else warns_at(clock, before),
        spans=clock.spans,
        why=clock.why,
    )
