"""A message that begins a ticket: its owner, its clock, and its acknowledgement."""

from __future__ import annotations

from datetime import datetime

from triage.core import acknowledge
from triage.core.acknowledge import Reason
from triage.core.clocked import clocked
from triage.core.disposition import (
    Acknowledgement,
    Clocked,
    Enqueue,
    Open,
)
from triage.core.escalation import returning
from triage.core.identifiers import ACKNOWLEDGED, minted
from triage.core.judgement import Judged, Judgement
from triage.core.known import Surroundings
from triage.core.message import Trust
from triage.core.outgoing import Sort
from triage.core.promise import Told
from triage.core.reaching import ours
from triage.core.record import explained, mail
from triage.core.requester import also_reached, asked_by, reached
from triage.core.roster import Assignment, choose_owner, in_time, on_call_now
from triage.core.sla import place
from triage.core.telling import Asked, tell
from triage.core.terms import Terms
from triage.core.thread import Thread, related
from triage.core.together import beside_words, together
from triage.core.tone import told
from triage.core.worded import worded

MOST_REFERENCES = 20


def open_ticket(
    judged: Judged,
    judgement: Judgement,
    earlier: Thread | None,
    around: Surroundings,
    terms: Terms,
    now: datetime,
) -> Open:
    """Decide what a new ticket for this message is like."""
    clock = clocked(judged, judgement, judgement.queue, judgement.priority, terms)
    previous = earlier.ticket.owner if earlier else around.owner_before
    back = returning(judged, judgement, earlier, around, terms, now, clock.deadline)
    owner = _owner(judgement, judged.language, around, terms, now, previous, clock, back)
    acknowledgement = _acknowledgement(judged, judgement, owner, clock, around, terms, now)
    if earlier is not None and not earlier.participant:
        acknowledgement = Acknowledgement(acknowledge=False, reason=Reason.THIRD_PARTY)
    links = related(judged, around)
    who = judged.requester
    one = together(judged, judgement, around, terms)
    late = acknowledgement.reason == Reason.TOO_LATE
    return Open(
        mail=mail(judged),
        reference=around.reference,
        requester=who.address,
        requester_name=who.name,
        watcher=who.watcher,
        queue=judgement.queue,
        guess=judgement.guess,
        priority=judgement.priority,
        boost=judgement.boost,
        owner=owner.agent.id if owner else "",
        owner_why=owner.why if owner else worded("nobody on the roster will ever be there"),
        flags=judgement.flags,
        gist=judgement.telling or judged.prediction.gist,
        clock=clock,
        also=also_reached(who, judged.message, ours(terms)),
        acknowledgement=acknowledgement,
        together=one,
        elsewhere=tuple(other.reference for other in around.elsewhere),
        explained=explained(
            judged,
            judgement,
            (
                clock.why,
                _owned(owner),
                *asked_by(who),
                *([worded("found too late to be acknowledged")] if late else []),
                *(worded("maybe related: %(ticket)s", ticket=name) for name in links),
                *beside_words(around, one),
            ),
        ),
        related=links,
    )


def _owned(owner: Assignment | None) -> str:
    if owner is None:
        return worded("no owner")
    return worded("owner %(agent)s: %(why)s", agent=owner.agent.id, why=owner.why)


def _owner(
    judgement: Judgement,
    language: str | None,
    around: Surroundings,
    terms: Terms,
    now: datetime,
    previous: str,
    clock: Clocked,
    back: Assignment | None,
) -> Assignment | None:
    roster = terms.roster
    on_call = on_call_now(roster, now) if judgement.danger else None
    if on_call is not None and not judgement.outcome.assign:
        return Assignment(on_call, now, worded("on call for danger"))
    by_rule = ""
    assigned = roster.agent(judgement.outcome.assign) if judgement.outcome.assign else None
    if assigned is not None:
        rule = judgement.outcome.by["assign"]
        if start := in_time(assigned, roster, now, clock.deadline):
            return Assignment(assigned, start, worded("rule %(rule)s assigns it", rule=rule))
        previous, by_rule = assigned.id, rule
    elif back is not None:
        return back
    return choose_owner(
        roster,
        queue=judgement.guess,
        language=language,
        loads=around.loads,
        previous=previous or None,
        start=now,
        due=clock.deadline,
        by_rule=by_rule,
    )


def _acknowledgement(
    judged: Judged,
    judgement: Judgement,
    owner: Assignment | None,
    clock: Clocked,
    around: Surroundings,
    terms: Terms,
    now: datetime,
) -> Acknowledgement:
    reason = acknowledge.of_itself(judged, judgement, terms) or acknowledge.in_its_place(
        judged, around, terms, now
    )
    to = reached(judged.requester, judged.message, ours(terms))
    inbox = terms.inboxes.get(judged.received.mailbox)
    if reason or to is None or inbox is None:
        return Acknowledgement(acknowledge=False, reason=reason or Reason.NO_SINGLE_SENDER)
    if owner is None:
        return Acknowledgement(acknowledge=False, reason=Reason.NO_OWNER)
    promises = terms.queue(judgement.queue).promise and clock.deadline is not None
    promise = _promise(owner, clock, judgement, around, terms, now) if promises else None
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
            promised_at=None if promise is None else promise.at,
            told=promise,
            facts={
                "mode": terms.mode,
                "reference": reference,
                "subject": message.subject,
                "name": to.name,
                "called": around.wish.name if around.wish else "",
                "verified": verified,
                "language": judged.language,
                "in_reply_to": message.message_id,
                "references": list(message.references[-MOST_REFERENCES:]),
                "danger": judgement.danger,
                "promises": promises,
                "owner": owner.agent.id,
                "offset": _offset(judged),
                **told(judged, judgement, around, terms),
            },
        ),
    )


def _promise(
    owner: Assignment,
    clock: Clocked,
    judgement: Judgement,
    around: Surroundings,
    terms: Terms,
    now: datetime,
) -> Told | None:
    if clock.deadline is None:
        return None
    asked = Asked(
        queue=judgement.queue,
        guess=judgement.guess,
        priority=judgement.priority,
        deadline=clock.deadline,
        place=place(clock.deadline, judgement.boost),
        danger=judgement.danger,
    )
    return tell(asked, owner.agent, terms, around.load, now)


def _offset(judged: Judged) -> int | None:
    """Return the requester's own offset from UTC in minutes, as their Date header says it."""
    date = judged.message.date
    offset = date.utcoffset() if date is not None else None
    return None if offset is None else int(offset.total_seconds() // 60)
