"""How owners hear of what is theirs: one mail a ticket, one for many, and none in the night.

An agent who is told on the page alone gets no mail. Whoever gets mail hears within a minute while
they are there; what comes in while they are not waits for their shift, unless it is urgent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from triage.core.desk import Agent
from triage.core.disposition import Enqueue
from triage.core.hours import FAR
from triage.core.identifiers import minted
from triage.core.outgoing import Sort
from triage.core.roster import next_present
from triage.core.terms import Inbox, Terms
from triage.core.ticket import Priority, TicketId

MOST = 5
WITHIN = timedelta(minutes=10)
"""More tickets than this in this time come in one mail."""

GATHER = timedelta(seconds=45)
"""How long such a mail waits for more: it still comes within a minute."""

LISTED = 40
"""Tickets that one mail lists."""

PAGE = "page"
"""How an agent is told who gets no mail."""

OWNED, DIGEST = "owned", "owned_digest"
"""The texts, and what the facts of such a mail are named by."""

PASSED_ON = frozenset({"reowned", "handed_over"})
"""Why an owner hears of a ticket, also where it was answered before they did."""

AT_ANY_TIME = frozenset({"third_party", "not_sent", "unknown"})
"""What an owner hears however their ticket stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A ticket of which its owner has not been told, since `since`.

    `why` is "new", "reowned", "handed_over" or "written"; "third_party": one has answered;
    "not_sent", "unknown": a mail of ours did not leave, or may not have.
    """

    ticket: TicketId
    reference: str
    owner: str
    why: str
    since: datetime
    mailbox: str
    subject: str
    requester_name: str
    queue: str
    priority: Priority
    answer_by: datetime | None
    danger: bool = False

    @property
    def urgent(self) -> bool:
        """Whether its owner is told at any hour."""
        return self.danger or self.priority is Priority.URGENT


@dataclass(frozen=True, slots=True)
class Telling:
    """What becomes of some of an agent's untold tickets.

    `mail` tells of them now; None: they see them on the page. `until`: not yet, look again then.
    """

    tickets: tuple[TicketId, ...]
    mail: Enqueue | None = None
    until: datetime | None = None


def tellings(
    untold: Sequence[Untold], lately: int, terms: Terms, secret: bytes, now: datetime
) -> tuple[Telling, ...]:
    """Say how one agent is told of these tickets of theirs, the oldest first.

    `lately` counts those they got a mail about in the last `WITHIN`. What is urgent comes apart
    from the rest, at any hour, and at once until it is too many as well.
    """
    if not untold:
        return ()
    agent = terms.roster.agent(untold[0].owner)
    if agent is None or agent.tell == PAGE:
        return (Telling(tuple(one.ticket for one in untold)),)
    urgent = [one for one in untold if one.urgent]
    found = _told(urgent, lately, agent, terms, secret, now)
    rest = [one for one in untold if not one.urgent]
    there = next_present(agent, terms.roster, now)
    if rest and there != now:
        found.append(Telling(tuple(one.ticket for one in rest), until=there or FAR))
    else:
        found += _told(rest, lately, agent, terms, secret, now)
    return tuple(found)


def _told(
    some: Sequence[Untold], lately: int, agent: Agent, terms: Terms, secret: bytes, now: datetime
) -> list[Telling]:
    """Tell of each by itself, or of all in one mail where these are too many."""
    if some and lately + len(some) > MOST:
        if now < some[0].since + GATHER:
            return [Telling(tuple(one.ticket for one in some), until=some[0].since + GATHER)]
        if len(some) > 1:
            return [_together(some, agent, terms, secret)]
    return [_alone(one, agent, terms, secret) for one in some]


def _alone(one: Untold, agent: Agent, terms: Terms, secret: bytes) -> Telling:
    inbox = terms.inboxes.get(one.mailbox)
    if inbox is None:
        return Telling((one.ticket,))
    moment = one.since.isoformat()
    facts: dict[str, object] = {
        "name": OWNED,
        "agent": agent.id,
        "reference": one.reference,
        "subject": one.subject,
        "why": one.why,
    }
    purpose = f"owned:{one.reference}:{agent.id}:{moment}"
    return Telling((one.ticket,), _mail(purpose, one, inbox, agent, facts, secret))


def _together(rest: Sequence[Untold], agent: Agent, terms: Terms, secret: bytes) -> Telling:
    tickets = tuple(one.ticket for one in rest)
    listed = sorted(rest, key=lambda one: (one.answer_by or FAR, one.reference))
    first = listed[0]
    inbox = terms.inboxes.get(first.mailbox)
    if inbox is None:
        return Telling(tickets)
    named = "|".join(f"{one.reference}{one.since.isoformat()}" for one in rest)
    which = blake2b(named.encode(), digest_size=8).hexdigest()
    facts = {
        "name": DIGEST,
        "agent": agent.id,
        "reference": first.reference,
        "tickets": [
            {
                "reference": one.reference,
                "subject": one.subject,
                "answer_by": one.answer_by.isoformat() if one.answer_by else "",
            }
            for one in listed[:LISTED]
        ],
        "more": max(0, len(rest) - LISTED),
    }
    return Telling(tickets, _mail(f"owned:{agent.id}:{which}", first, inbox, agent, facts, secret))


def _mail(
    purpose: str,
    one: Untold,
    inbox: Inbox,
    agent: Agent,
    facts: dict[str, object],
    secret: bytes,
) -> Enqueue:
    return Enqueue(
        purpose=purpose,
        sort=Sort.ALERT,
        recipient=agent.mail,
        message_id=minted(secret, "alert", one.reference, inbox.domain, purpose),
        mailbox=inbox.name,
        facts=facts,
    )
