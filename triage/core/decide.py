"""The one decision: what becomes of a message, given everything that is known.

Values in, one value out; the store carries it out in one transaction. It reads from top to
bottom as the way of a message: ours or theirs, automatic or human, an old conversation or a new
one, then owner, clock and acknowledgement.
"""

from __future__ import annotations

from dataclasses import asdict
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
    Mail,
    Open,
    Own,
)
from triage.core.identifiers import minted, read_minted
from triage.core.identity import loose_subject
from triage.core.judgement import Judged, Judgement, judge
from triage.core.known import Known, Surroundings
from triage.core.message import Trust
from triage.core.outgoing import Sort
from triage.core.promise import least_ahead, promised
from triage.core.roster import Assignment, choose_owner, next_present
from triage.core.sla import Clock, due, warns_at
from triage.core.terms import Terms
from triage.core.thread import Thread, digest_of, related, thread
from triage.core.ticket import PRESSING, TICKETED, Status
from triage.core.when import there

MOST_REFERENCES = 20


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
            explained=Explained(why=(f"answered by {answer.by}: cites {answer.ticket.link}",)),
        )
    if judged.received.role is Role.SENT or around.sent_here:
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
    if joined is not None and _same_cycle_of_life(joined.ticket, terms, now):
        return _join(judged, judgement, joined, around, terms)
    return _open(judged, judgement, joined, around, terms, now)


def _own(judged: Judged, around: Surroundings) -> Own:
    """Our own mail. One that bears our signature and that we did not send: a second instance."""
    ours = read_minted(around.secret, judged.message.message_id or "")
    alarm = "second_instance" if ours is not None and not around.sent_here else ""
    return Own(mail=mail(judged), explained=Explained(why=("our own mail",)), alarm=alarm)


def _same_cycle_of_life(known: Known, terms: Terms, now: datetime) -> bool:
    """Say whether a ticket still takes mail: until `reopen_within` after it was done."""
    done = known.done_at
    if done is None and known.status is Status.WAITING and known.answered is not None:
        done = known.answered + terms.service.resolve_after
    return done is None or now - done <= terms.service.reopen_within


def _join(
    judged: Judged, judgement: Judgement, joined: Thread, around: Surroundings, terms: Terms
) -> Join:
    ticket = joined.ticket
    forged = judged.trust.trust is Trust.FAIL
    wakes = joined.participant and not forged and not judged.verdict.doubtful
    waits_already = ticket.status is Status.OPEN
    raised = wakes and PRESSING[judgement.priority] < PRESSING[ticket.priority]
    clock = None
    if wakes and not waits_already:
        queue = terms.queue(ticket.queue)
        clock = _clock(
            due(
                queue,
                judgement.priority,
                terms.roster.hours,
                judged.received.arrived,
                safety=terms.service.safety_target if judgement.danger else None,
            ),
            terms,
        )
    reason = Reason.IN_THREAD if joined.participant else Reason.THIRD_PARTY
    return Join(
        mail=mail(judged),
        ticket=ticket.id,
        reopens=wakes,
        participant=joined.participant,
        clock=clock,
        acknowledgement=Acknowledgement(acknowledge=False, reason=reason),
        explained=explained(judged, judgement, (f"joins {ticket.reference}: {ticket.link}",)),
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
    queue = terms.queue(judgement.queue)
    clock = due(
        queue,
        judgement.priority,
        terms.roster.hours,
        judged.received.arrived,
        safety=terms.service.safety_target if judgement.danger else None,
    )
    previous = earlier.ticket.owner if earlier else around.owner_before
    owner = _owner(judgement, judged.language, around, terms, now, previous, clock)
    acknowledgement = _acknowledgement(judged, judgement, owner, clock, around, terms, now)
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
        clock=_clock(clock, terms),
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
        requester_offset=_offset(judged),
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


def _clock(clock: Clock, terms: Terms) -> Clocked:
    # A clock of fifteen minutes that warned fifteen minutes ahead would warn at once.
    length = sum((span.length for span in clock.spans), timedelta())
    return Clocked(
        start=clock.start,
        deadline=clock.deadline,
        warn_at=warns_at(clock, min(terms.service.warn_before, length / 2)),
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
    to = acknowledge.recipient(judged.message)
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
            message_id=minted(around.secret, "ack", reference, inbox.domain),
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
            },
        ),
    )


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


def mail(judged: Judged) -> Mail:
    """Return what the store keeps of the message itself."""
    message = judged.message
    return Mail(
        kind=judged.verdict.kind,
        doubtful=judged.verdict.doubtful,
        kind_why=judged.verdict.why,
        trust=judged.trust.trust,
        trust_why=judged.trust.why,
        language=judged.language,
        subject=message.subject,
        sender=message.sender.addr if message.sender else "",
        sender_name=message.sender.name if message.sender else "",
        message_id=message.message_id or "",
        text=message.text,
        loose_subject=loose_subject(message.subject),
        body_digest=digest_of(message),
        attachments=len(message.attachments),
        message_ids=message.references,
    )


def explained(judged: Judged, judgement: Judgement, more: tuple[str, ...]) -> Explained:
    """Return every reason behind a judgement, in the shape that is kept and shown."""
    badges = []
    if judged.trust.trust is Trust.FAIL:
        badges.append("sender_not_verified")
    if judged.verdict.doubtful:
        badges.append("doubtful")
    if judged.verdict.kind.value != "human":
        badges.append(judged.verdict.kind)
    return Explained(
        queue_scores={
            name: round(score, 4) for name, score in judged.prediction.queue_scores.items()
        },
        signals=judgement.signals,
        facts=judged.facts,
        rules=judgement.outcome.rules,
        fired=tuple(asdict(fired) for fired in judgement.outcome.fired),
        why=(f"kind {judged.verdict.kind}: {judged.verdict.why}", *judgement.why, *more),
        badges=tuple(badges),
    )
