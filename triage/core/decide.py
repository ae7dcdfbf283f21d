"""The one decision: what becomes of a message, given everything that is known.

Values in, one value out; the store carries it out in one transaction. It reads from top to
bottom as the way of a message: ours or theirs, automatic or human, an old conversation or a new
one, then owner, clock and acknowledgement.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from triage.core.answer import OUTSIDE, answered_outside, human_answer
from triage.core.arrival import Role
from triage.core.disposition import (
    Acknowledgement,
    Answered,
    Disposition,
    Explained,
    Filed,
    Join,
    Own,
)
from triage.core.escalation import flagged
from triage.core.identifiers import ACKNOWLEDGED, read_minted
from triage.core.joining import join_ticket
from triage.core.judgement import Judged, judge
from triage.core.junk import junked
from triage.core.known import Surroundings
from triage.core.opening import open_ticket
from triage.core.record import mail
from triage.core.terms import Terms
from triage.core.thread import TIES, Thread, thread
from triage.core.ticket import TICKETED, Status
from triage.core.worded import worded


def decide(judged: Judged, around: Surroundings, terms: Terms, now: datetime) -> Disposition:
    """Decide what becomes of one message at `now`."""
    if judged.received.role is Role.JUNK:
        return junked(judged, around, terms)
    answer = human_answer(judged, around, terms, now)
    if answer is not None:
        return Answered(
            mail=mail(judged),
            ticket=answer.ticket.id,
            at=answer.at,
            by=answer.by,
            probable=answer.probable,
            does=answer.does,
            owes=answer.owes,
            explained=Explained(
                why=(
                    worded(
                        "answered by %(person)s: %(why)s",
                        person=answer.by,
                        why=TIES[answer.ticket.link],
                    ),
                )
            ),
        )
    echo = _bears_our_address(judged, terms) and _bears_our_signature(judged, around)
    # A form that sends by our own account leaves a customer's mail in Sent.
    if (judged.received.role is Role.SENT and not judged.requester.by_form) or echo:
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
    if joined is not None and joined.participant and judged.language is None:
        judged = replace(judged, language=joined.ticket.language)
    judgement = flagged(judged, judge(judged, terms, around.history), terms)
    if joined is not None and _takes_mail(joined, terms, now):
        join = join_ticket(judged, judgement, joined, around, terms)
        theirs = joined.participant  # a third party answers what was written to them
        why = answered_outside(judged, joined.ticket, around, terms) if theirs else ""
        return _shows_an_answer(join, why)
    if around.wish is not None and around.wish.language:
        judged = replace(judged, language=around.wish.language)
    return open_ticket(judged, judgement, joined, around, terms, now)


def _shows_an_answer(join: Join, why: str) -> Join:
    """Have a ticket bear that somebody answered it where nobody looks, if `why` says so."""
    if not why:
        return join
    said = join.explained
    shown = replace(said, badges=(*said.badges, OUTSIDE), why=(*said.why, why))
    return replace(join, explained=shown)


def _bears_our_address(judged: Judged, terms: Terms) -> bool:
    sender = judged.message.sender
    return sender is not None and sender.addr in terms.own.mailboxes


def _bears_our_signature(judged: Judged, around: Surroundings) -> bool:
    return (
        around.sent_here or read_minted(around.secret, judged.message.message_id or "") is not None
    )


def _own(judged: Judged, around: Surroundings) -> Own:
    """Our own mail. An acknowledgement that we signed and did not send: a second instance.

    One on a ticket that we did acknowledge is that very one, whatever a relay made of its name.
    """
    signed = read_minted(around.secret, judged.message.message_id or "")
    twin = signed is not None and signed.sort == ACKNOWLEDGED and not around.acknowledged_here
    alarm = "second_instance" if twin else ""
    return Own(mail=mail(judged), explained=Explained(why=(worded("our own mail"),)), alarm=alarm)


def _takes_mail(joined: Thread, terms: Terms, now: datetime) -> bool:
    """Say whether a ticket still takes this mail: until `reopen_within` after it was done.

    A third party whom we asked always answers to the ticket that we asked for.
    Somebody who takes no part cannot wake a ticket that nobody looks at: their words would be
    seen by nobody, so they get a ticket of their own.
    """
    known = joined.ticket
    if joined.side:
        return True  # it wakes nothing, and its owner is told
    if not joined.participant and known.status is not Status.OPEN:
        return False
    done = known.done_at
    if done is None and known.status is Status.WAITING and known.answered is not None:
        done = known.answered + terms.service.resolve_after
    return done is None or now - done <= terms.service.reopen_within
