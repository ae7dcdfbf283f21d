"""Which conversation a message belongs to.

A signed token, or a Message-ID that we made, joins from anybody: nobody can guess one. Anything
weaker joins only for somebody who already takes part and whose sender is not known to be forged;
else the message is a new ticket, linked "maybe related". Never by the subject's words alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from triage.core.identifiers import (
    ACKNOWLEDGED,
    read_minted,
    read_plus_address,
    references_in,
)
from triage.core.identity import body_digest, loose_subject
from triage.core.judgement import Judged
from triage.core.known import Known, Link, Question, Surroundings
from triage.core.matter import matters
from triage.core.message import Message, Trust
from triage.core.reaching import ours
from triage.core.requester import reached
from triage.core.terms import Terms
from triage.core.ticket import Status
from triage.core.wave import shape
from triage.core.worded import worded

TIES: Mapping[Link, str] = {
    Link.TOKEN: worded("bears our token"),
    Link.OWN_ID: worded("cites our own mail"),
    Link.THEIR_ID: worded("cites a mail of the requester"),
    Link.SUBJECT: worded("names the reference in its subject"),
}
"""What ties a message to a ticket, in words."""

SHORTEST_BODY = 60
"""Characters below which equal texts prove nothing: many people write "Thank you"."""


@dataclass(frozen=True, slots=True)
class Thread:
    """The ticket a message belongs to. `participant`: its sender already takes part there.

    `side`: the conversation with a third party that it belongs to; 0: it is the requester's own.
    """

    ticket: Known
    participant: bool
    side: int = 0


def question(judged: Judged, terms: Terms, secret: bytes, now: datetime) -> Question:
    """Return the keys by which the store looks up what surrounds a message."""
    message, who = judged.message, judged.requester
    to = reached(who, message, ours(terms))
    ids = _ids(message)
    signed = [minted for name in ids if (minted := read_minted(secret, name))]
    signed += [
        minted
        for address in _destinations(message)
        if (minted := read_plus_address(secret, address))
    ]
    own = message.message_id or ""
    ours_of = read_minted(secret, own)
    return Question(
        message=judged.received.id,
        key=judged.received.key,
        requester=who.address,
        domain=who.domain,
        recipient=to.addr if to else "",
        mailbox=judged.received.mailbox,
        references=tuple(dict.fromkeys(minted.reference for minted in signed)),
        message_ids=tuple(dict.fromkeys([*ids, own] if own else ids)),
        subject_references=references_in(message.subject),
        loose_subject=loose_subject(message.subject),
        body_digest=digest_of(message),
        own_message_id=own,
        acknowledgement_of=ours_of.reference if ours_of and ours_of.sort == ACKNOWLEDGED else "",
        shape=shape(message.text),
        matters=matters(judged.facts, terms),
        now=now,
    )


def digest_of(message: Message) -> bytes:
    """Return what two mails with the same text share; b"" where the text is too short to tell."""
    return body_digest(message.text) if len(message.text) >= SHORTEST_BODY else b""


def _ids(message: Message) -> list[str]:
    """List what a message refers to, nearest first."""
    return [*message.in_reply_to, *reversed(message.references), *message.report_ids]


def _destinations(message: Message) -> list[str]:
    return [
        *message.delivered_to,
        *message.all_headers("X-Original-To"),
        *(address.addr for address in (*message.to, *message.cc)),
    ]


def thread(judged: Judged, around: Surroundings) -> Thread | None:
    """Return the ticket that a message joins, or None for a new one.

    What answers a question of ours to a third party belongs beside the ticket, whoever sends it:
    only a requester's own mail is theirs, also where it cites that question. Whom we asked answers
    it beside the ticket even where they were once in copy, and so take part.
    A colleague who passed a ticket's mail on may add to it, without being a requester. What comes
    by a form joins nothing that another could name: anybody can type an address into one.
    """
    who, sender = judged.requester, judged.message.sender
    forged = judged.trust.trust is Trust.FAIL
    for known in around.threads:
        if known.status is Status.MERGED:
            continue  # nobody looks at it any more
        participant = sender is not None and who.address in known.participants and not who.by_form
        watches = sender is not None and sender.addr in known.watchers
        if who.address in known.asked - {known.requester}:
            participant = participant and not known.side
        if known.side and not participant and (known.link is not Link.THEIR_ID or not forged):
            return Thread(known, participant=False, side=known.side)
        if known.link in {Link.TOKEN, Link.OWN_ID}:
            return Thread(known, participant)
        if (participant or (watches and not who.by_form)) and not forged:
            return Thread(known, participant)
    return None


def related(judged: Judged, around: Surroundings) -> tuple[str, ...]:
    """Name the tickets that a message may have to do with, without belonging to them.

    A form that gives every mail one Message-ID ties its customers to each other by nothing.
    """
    tied = (
        known.reference
        for known in around.threads
        if not (judged.requester.by_form and known.link is Link.THEIR_ID)
    )
    return tuple(dict.fromkeys(name for name in (*tied, around.awaiting) if name))
