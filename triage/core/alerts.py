"""Who is told that a promise is near its end, or broken: one mail a person and moment."""

from __future__ import annotations

from datetime import datetime

from triage.core.disposition import Enqueue
from triage.core.identifiers import minted
from triage.core.judgement import SAFETY
from triage.core.outgoing import Sort
from triage.core.terms import Terms
from triage.core.timer import Timer

OVERRULED = "queue_overruled"
"""The alarm by which nothing is held up: people correct what the model does."""


def alerts(timer: Timer, terms: Terms, secret: bytes) -> tuple[Enqueue, ...]:
    """Return the mails that a warning or a breach causes.

    A warning goes to the owner, or to the duty managers where nobody owns the ticket; a breach
    to the owner and the duty managers; danger, at once and again, to all of them and to whoever
    is on call. Each has its own purpose, so none is ever doubled; those of a wave have one for the
    whole row, so that each person hears of it once, with how many wait.
    """
    owner = terms.roster.agent(timer.owner)
    managers = [(agent.id, agent.mail) for agent in terms.roster.duty_managers]
    told = dict([(owner.id, owner.mail)] if owner else managers)
    danger = SAFETY in timer.flags
    if timer.name == "breach" or danger:
        told |= dict(managers)
    if danger and terms.roster.on_call and terms.roster.on_call not in told.values():
        told["on_call"] = terms.roster.on_call
    inbox = terms.inboxes.get(timer.mailbox)
    if inbox is None:
        return ()
    moment = timer.at.isoformat()
    of = timer.once or f"{timer.reference}:{timer.name}:{moment}"
    return tuple(
        Enqueue(
            purpose=f"alert:{of}:{agent}",
            sort=Sort.ALERT,
            recipient=address,
            message_id=minted(
                secret, "alert", timer.reference, inbox.domain, f"{timer.name}{moment}{agent}"
            ),
            mailbox=timer.mailbox,
            facts={
                "reference": timer.reference,
                "name": timer.name,
                "agent": agent,
                "owner": timer.owner,
                "queue": timer.queue,
                "subject": timer.subject,
                "requester_name": timer.requester_name,
                "answer_by": timer.answer_by.isoformat(),
                "alike": timer.alike,
            },
        )
        for agent, address in told.items()
    )


def alarm_mails(
    name: str, about: str, reason: str, terms: Terms, secret: bytes, now: datetime
) -> tuple[Enqueue, ...]:
    """Return the mails by which duty managers hear of trouble of the service itself.

    At most one a person, trouble and day.
    """
    day = now.date().isoformat()
    inbox = next(iter(terms.inboxes.values()), None)
    if inbox is None:
        return ()
    return tuple(
        Enqueue(
            purpose=f"alarm:{name}:{about}:{day}:{agent.id}",
            sort=Sort.ALERT,
            recipient=agent.mail,
            message_id=minted(
                secret, "alarm", "T-0000000", inbox.domain, f"{name}{about}{day}{agent.id}"
            ),
            mailbox=inbox.name,
            facts={"name": name, "about": about, "reason": reason, "agent": agent.id},
        )
        for agent in terms.roster.duty_managers
    )
