"""Whether a message is the answer that a human of ours wrote in their own mail client.

It is one exactly if somebody of ours wrote it, the ticket's requester is in To or Cc, it cites
the ticket by an id, and no machine sent it. Where only the subject's reference ties it to the
ticket, it is probable: shown as such, and stops nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.core.judgement import Judged
from triage.core.known import Known, Link, Surroundings
from triage.core.mail.kind import OwnAddresses, kind
from triage.core.message import Trust
from triage.core.reaching import staff
from triage.core.terms import Terms
from triage.core.ticket import Kind, Status

DATE_TRUSTED = timedelta(minutes=10)
"""How near the Date header must be to the server's own date to say when it was sent."""

NOBODY = OwnAddresses(mailboxes=frozenset(), domains=frozenset(), instance="")
"""As whom to ask for the kind: our own address must not hide what a machine of ours sent."""


@dataclass(frozen=True, slots=True)
class HumanAnswer:
    """An answer to `ticket`, sent `at` by the agent of that id, or by "team"."""

    ticket: Known
    at: datetime
    by: str
    probable: bool


def human_answer(judged: Judged, around: Surroundings, terms: Terms) -> HumanAnswer | None:
    """Return whom a message of ours answers, or None if it is no human answer."""
    message = judged.message
    sender = message.sender
    ours = staff(terms) | terms.own.mailboxes
    if sender is None or sender.addr not in ours or around.sent_here:
        return None
    if kind(message, NOBODY).kind is not Kind.HUMAN:
        return None
    if judged.inbox and judged.trust.trust is not Trust.PASS:
        return None
    reached = {address.addr for address in (*message.to, *message.cc)}
    for known in around.threads:
        if known.status is not Status.MERGED and reached & (known.participants | {known.requester}):
            return HumanAnswer(
                ticket=known,
                at=_sent_at(judged),
                by=_author(judged, terms),
                probable=known.link is Link.SUBJECT,
            )
    return None


def _sent_at(judged: Judged) -> datetime:
    date, stored = judged.message.date, judged.received.internal_date
    if date is not None and abs(date - stored) <= DATE_TRUSTED:
        return date
    return stored


def _author(judged: Judged, terms: Terms) -> str:
    """Say who wrote it: by address, else by the name a shared address was used under."""
    sender = judged.message.sender
    if sender is None:
        return "team"
    for agent in terms.roster.agents:
        if agent.mail.casefold() == sender.addr:
            return agent.id
    shown = sender.name.casefold()
    named = [agent.id for agent in terms.roster.agents if agent.name.casefold() in shown]
    return named[0] if len(named) == 1 else "team"
