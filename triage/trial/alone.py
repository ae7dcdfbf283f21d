"""Mail judged alone, as if it had just arrived in one of our mailboxes: no store is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from triage.core.decide import decide
from triage.core.disposition import Disposition
from triage.core.judgement import Judged
from triage.core.known import Surroundings
from triage.core.message import Message
from triage.core.terms import Inbox, Terms

NOBODY = Surroundings(secret=b"", instance="", reference="T-0000000")
"""What is known around a mail that is judged by itself: nothing."""

_ARRIVED_FOR = "X-Original-To"


def sent_to(message: Message, terms: Terms) -> Inbox:
    """Return the mailbox a mail was sent to; the first one, where it was sent elsewhere."""
    named = {address.addr for address in (*message.to, *message.cc)}
    named.update(address.casefold() for address in message.delivered_to)
    inboxes = list(terms.inboxes.values())
    ours = (inbox for inbox in inboxes if named & {inbox.address, *inbox.aliases})
    return next(ours, inboxes[0])


def decide_alone(judged: Judged, around: Surroundings, terms: Terms, now: datetime) -> Disposition:
    """Decide over a mail as over one that was delivered to the mailbox it is judged in."""
    inbox = terms.inboxes[judged.received.mailbox]
    headers = (*judged.message.headers, (_ARRIVED_FOR, inbox.address))
    here = replace(judged, message=replace(judged.message, headers=headers))
    return decide(here, around, terms, now)
