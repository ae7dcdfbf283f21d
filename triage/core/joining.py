"""A message that belongs to a ticket: what it wakes, hastens and raises."""

from __future__ import annotations

from triage.core.acknowledge import Reason
from triage.core.clocked import clocked
from triage.core.disposition import (
    Acknowledgement,
    Join,
)
from triage.core.judgement import Judged, Judgement
from triage.core.known import Surroundings
from triage.core.message import Trust
from triage.core.notice import unhappy_lift
from triage.core.record import explained, mail
from triage.core.requester import asked_by
from triage.core.roster import on_call_now
from triage.core.terms import Terms
from triage.core.thread import TIES, Thread
from triage.core.ticket import PRESSING, Status
from triage.core.together import beside_words, together
from triage.core.worded import worded


def join_ticket(
    judged: Judged,
    judgement: Judgement,
    joined: Thread,
    around: Surroundings,
    terms: Terms,
) -> Join:
    """Decide what one more message makes of the ticket it joins."""
    ticket = joined.ticket
    wakes = joined.participant and judged.trust.trust is not Trust.FAIL
    raised = wakes and PRESSING[judgement.priority] < PRESSING[ticket.priority]
    pressing = judgement.priority if raised else ticket.priority
    clock, sooner, owner = None, None, ""
    # What was put off unanswered waits by the clock that it had.
    put_off = ticket.status is Status.SNOOZED and ticket.answer_by is not None
    lift = unhappy_lift(ticket, judgement.flags, judged.received.arrived) if wakes else 0
    if wakes and ticket.status is not Status.OPEN and not put_off:
        clock = clocked(judged, judgement, ticket.queue, pressing, terms)
    elif wakes and judgement.danger:
        sooner = clocked(judged, judgement, ticket.queue, pressing, terms)
        before, until = ticket.answer_by, sooner.deadline
        if until is None or (before is not None and before <= until):
            sooner = None
    if judgement.danger and (clock or sooner):
        on_call = on_call_now(terms.roster, judged.received.arrived)
        owner = on_call.id if on_call else ""
    one = together(judged, judgement, around, terms, joined)
    reason = Reason.IN_THREAD if joined.participant else Reason.THIRD_PARTY
    return Join(
        mail=mail(judged),
        ticket=ticket.id,
        reopens=wakes,
        participant=joined.participant,
        clock=clock,
        sooner=sooner,
        owner=owner,
        acknowledgement=Acknowledgement(acknowledge=False, reason=reason),
        explained=explained(
            judged,
            judgement,
            (
                worded("joins %(ticket)s: %(why)s", ticket=ticket.reference, why=TIES[ticket.link]),
                *asked_by(judged.requester),
                *beside_words(around, one),
                *_unhappy(lift),
            ),
        ),
        flags=judgement.flags if wakes else (),
        priority=judgement.priority if raised else None,
        boost=judgement.boost if raised else None,
        lift=lift,
        watcher=judged.requester.watcher,
        side=joined.side,
        together=one,
        elsewhere=tuple(other.reference for other in around.elsewhere),
    )


def _unhappy(lift: int) -> tuple[str, ...]:
    """Say by how much a ticket is lifted, where it is at all."""
    if not lift:
        return ()
    return (
        worded("unhappy after we asked whether all is well: %(minutes)s min sooner", minutes=lift),
    )
