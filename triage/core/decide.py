"""The one decision: what becomes of a message, given everything that is known.

Values in, one value out; the store carries it out in one transaction. It reads from top to
bottom as the way of a message: ours or theirs, automatic or human, an old conversation or a new
one, then owner, clock and acknowledgement.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from triage.core import acknowledge
from triage.core.acknowledge import Reason
from triage.core.answer import human_answer
from triage.core.arrival import Role
from triage.core.disposition import (
    Acknowledgement,
    Answered,
    Clocked,
    Disposition,
    Enqueue,
    Explained,
    Filed,
    Join,
    Open,
    Own,
)
from triage.core.identifiers import minted, read_minted
from triage.core.judgement import Judged, Judgement, judge
from triage.core.known import Link, Surroundings
from triage.core.message import Trust
from triage.core.outgoing import Sort
from triage.core.promise import least_ahead, promised
from triage.core.reaching import ours, recipient, reply_addresses
from triage.core.record import explained, mail
from triage.core.roster import Assignment, choose_owner, next_present
from triage.core.sla import Clock, due, warns_at
from triage.core.terms import Terms
from triage.core.thread import Thread, related, thread
from triage.core.ticket import PRESSING, TICKETED, Priority, Status
from triage.core.when import there

MOST_REFERENCES = 20
ACKNOWLEDGED = "ack"
"""The sort of the Message-IDs that acknowledgements bear."""

TIES: Mapping[Link, str] = {
    Link.TOKEN: "bears our token",
    Link.OWN_ID: "cites our own mail",
    Link.THEIR_ID: "cites a mail of the requester",
    Link.SUBJECT: "names the reference in its subject",
}
"""What ties a message to a ticket, in words."""


def decide(judged: Judged, around: Surroundings, terms: Terms, now: datetime) -> Disposition:
    """Decide what becomes of one message at `now`."""
    answer = human_answer(judged, around, terms)
    if answer is not None:
        return Answered(
            mail=mail(judged),
            ticket=answer.ticket.id,
            at=answer.at,
            by=answer.by,
            probable=answer.probable,
            explained=Explained(why=(f"answered by {answer.by}: {TIES[answer.ticket.link]}",)),
        )
    echo = _bears_our_address(judged, terms) and _bears_our_signature(judged, around)
    if judged.received.role is Role.SENT or echo:
        return _own(judged, around)
    joined = thread(judged, around)
    if judged.verdict.kind not in TICKETED:
        return Filed(
            mail=mail(judged),
            ticket=joined.ticket.id if joined else None,
            acknowledgement=Acknowledgement(acknowledge=False, reason=judged.verdict.kind),
            explained=Explained(why=(judged.verdict.why,)),
            failed=judged.message.failed,
        )
    judgement = judge(judged, terms)
    if joined is not None and _takes_mail(joined, terms, now):
        return _join(judged, judgement, joined, around, terms, now)
    return _open(judged, judgement, joined, around, terms, now)


def _bears_our_address(judged: Judged, terms: Terms) -> bool:
    sender = judged.message.sender
    return sender is not None and sender.addr in terms.own.mailboxes


def _bears_our_signature(judged: Judged, around: Surroundings) -> bool:
    return (
        around.sent_here or read_minted(around.secret, judged.message.message_id or "") is not None
    )


def _own(judged: Judged, around: Surroundings) -> Own:
    """Our own mail. An acknowledgement that we signed and did not send: a second instance."""
    signed = read_minted(around.secret, judged.message.message_id or "")
    twin = signed is not None and signed.sort == ACKNOWLEDGED and not around.sent_here
    alarm = "second_instance" if twin else ""
    return Own(mail=mail(judged), explained=Explained(why=("our own mail",)), alarm=alarm)


def _takes_mail(joined: Thread, terms: Terms, now: datetime) -> bool:
    """Say whether a ticket still takes this mail: until `reopen_within` after it was done.

    Somebody who takes no part cannot wake a ticket that nobody looks at: their words would be
    seen by nobody, so they get a ticket of their own.
    """
    known = joined.ticket
    if not joined.participant and known.status is not Status.OPEN:
        return False
    done = known.done_at
    if done is None and known.status is Status.WAITING and known.answered is not None:
        done = known.answered + terms.service.resolve_after
    return done is None or now - done <= terms.service.reopen_within


def _join(
    judged: Judged,
    judgement: Judgement,
    joined: Thread,
    around: Surroundings,
    terms: Terms,
    now: datetime,
) -> Join:
    ticket = joined.ticket
    wakes = joined.participant and judged.trust.trust is not Trust.FAIL
    raised = wakes and PRESSING[judgement.priority] < PRESSING[ticket.priority]
    pressing = judgement.priority if raised else ticket.priority
    clock, sooner, owner = None, None, ""
    if wakes and ticket.status is not Status.OPEN:
        clock = _due(judged, judgement, ticket.queue, pressing, terms)
    elif wakes and judgement.danger:
        sooner = _due(judged, judgement, ticket.queue, pressing, terms)
        before, until = ticket.answer_by, sooner.deadline
        if until is None or (before is not None and before <= until):
            sooner = None
    if judgement.danger and (clock or sooner):
        on_call = terms.roster.agent_on_call
        owner = on_call.id if on_call else ""
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
        explained=explained(judged, judgement, (f"joins {ticket.reference}: {TIES[ticket.link]}",)),
        flags=judgement.flags if wakes else (),
        priority=judgement.priority if raised else None,
        boost=judgement.boost if raised else None,
    )


def _open(
    judged: Judged,
    judgement: Judgement,
    earlier: Thread | None,
    around: Surroundings,
    terms: Terms,
    now: datetime,
) -> Open:
    clock = _counted(judged, judgement, judgement.queue, judgement.priority, terms)
    previous = earlier.ticket.owner if earlier else around.owner_before
    owner = _owner(judgement, judged.language, around, terms, now, previous, clock)
    acknowledgement = _acknowledgement(judged, judgement, owner, clock, around, terms, now)
    if earlier is not None and not earlier.participant:
        acknowledgement = Acknowledgement(acknowledge=False, reason=Reason.THIRD_PARTY)
    links = related(around, None)
    sender = judged.message.sender
    late = acknowledgement.reason == Reason.TOO_LATE
    return Open(
        mail=mail(judged),
        reference=around.reference,
        requester=sender.addr if sender else "",
        requester_name=sender.name if sender else "",
        queue=judgement.queue,
        guess=judgement.guess,
        priority=judgement.priority,
        boost=judgement.boost,
        owner=owner.agent.id if owner else "",
        owner_why=owner.why if owner else "nobody on the roster will ever be there",
        flags=judgement.flags,
        gist=judgement.telling or judged.prediction.gist,
        clock=_clock(clock, judgement, terms),
        also=reply_addresses(judged.message, ours(terms)),
        acknowledgement=acknowledgement,
        explained=explained(
            judged,
            judgement,
            (
                clock.why,
                f"owner {owner.agent.id}: {owner.why}" if owner else "no owner",
                *(["found too late to be acknowledged"] if late else []),
                *(f"maybe related: {name}" for name in links),
            ),
        ),
        related=links,
    )


def _owner(
    judgement: Judgement,
    language: str | None,
    around: Surroundings,
    terms: Terms,
    now: datetime,
    previous: str,
    clock: Clock,
) -> Assignment | None:
    roster = terms.roster
    on_call = roster.agent_on_call if judgement.danger else None
    if on_call is not None and not judgement.outcome.assign:
        return Assignment(on_call, now, "on call for danger")
    assigned = roster.agent(judgement.outcome.assign) if judgement.outcome.assign else None
    if assigned is not None and (start := next_present(assigned, roster, now)) is not None:
        return Assignment(assigned, start, f"rule {judgement.outcome.by['assign']} assigns it")
    return choose_owner(
        roster,
        queue=judgement.guess,
        language=language,
        loads=around.loads,
        previous=previous or None,
        start=now,
        due=clock.deadline,
    )


def _counted(
    judged: Judged, judgement: Judgement, queue: str, priority: Priority, terms: Terms
) -> Clock:
    return due(
        terms.queue(queue),
        priority,
        terms.roster.hours,
        judged.received.arrived,
        safety=terms.service.safety_target if judgement.danger else None,
    )


def _due(
    judged: Judged, judgement: Judgement, queue: str, priority: Priority, terms: Terms
) -> Clocked:
    return _clock(_counted(judged, judgement, queue, priority, terms), judgement, terms)


def _clock(clock: Clock, judgement: Judgement, terms: Terms) -> Clocked:
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


def _acknowledgement(
    judged: Judged,
    judgement: Judgement,
    owner: Assignment | None,
    clock: Clock,
    around: Surroundings,
    terms: Terms,
    now: datetime,
) -> Acknowledgement:
    reason = acknowledge.of_itself(judged, judgement, terms) or acknowledge.in_its_place(
        judged, around, terms, now
    )
    to = recipient(judged.message, ours(terms))
    inbox = terms.inboxes.get(judged.received.mailbox)
    if reason or to is None or inbox is None:
        return Acknowledgement(acknowledge=False, reason=reason or Reason.NO_SINGLE_SENDER)
    if owner is None:
        return Acknowledgement(acknowledge=False, reason=Reason.NO_OWNER)
    promises = terms.queue(judgement.queue).promise and clock.deadline is not None
    promise = _promise(owner, clock, judgement, terms, now) if promises else None
    verified = judged.trust.trust is Trust.PASS
    reference, message = around.reference, judged.message
    return Acknowledgement(
        acknowledge=True,
        reason=Reason.VERIFIED if verified else Reason.UNVERIFIED,
        mail=Enqueue(
            purpose=f"ack:{reference}",
            sort=Sort.ACKNOWLEDGEMENT,
            recipient=to.addr,
            message_id=minted(around.secret, ACKNOWLEDGED, reference, inbox.domain),
            mailbox=inbox.name,
            promised_at=promise,
            facts={
                "mode": terms.mode,
                "reference": reference,
                "subject": message.subject,
                "name": to.name,
                "verified": verified,
                "language": judged.language,
                "in_reply_to": message.message_id,
                "references": list(message.references[-MOST_REFERENCES:]),
                "danger": judgement.danger,
                "promises": promises,
                "owner": owner.agent.id,
                "offset": _offset(judged),
                "missing": _missing(judged, judgement, terms),
            },
        ),
    )


def _missing(judged: Judged, judgement: Judgement, terms: Terms) -> str:
    """Name the one fact that is offered for: never to the angry, the endangered or the unsure."""
    if judgement.danger or "complaint" in judgement.flags or judgement.queue != judgement.guess:
        return ""
    needed = terms.queue(judgement.queue).needs
    return next((name for name in needed if name not in judged.facts), "")


def _promise(
    owner: Assignment, clock: Clock, judgement: Judgement, terms: Terms, now: datetime
) -> datetime | None:
    if clock.deadline is None:
        return None
    target = terms.queue(judgement.queue).target_for(judgement.priority)
    return promised(
        clock.deadline,
        now,
        there(owner.agent, terms, now, danger=judgement.danger),
        least_ahead(terms.service.safety_target if judgement.danger else target),
    )


def _offset(judged: Judged) -> int | None:
    """Return the requester's own offset from UTC in minutes, as their Date header says it."""
    date = judged.message.date
    offset = date.utcoffset() if date is not None else None
    return None if offset is None else int(offset.total_seconds() // 60)
