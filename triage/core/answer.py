"""Whether a message is the answer that a human of ours wrote in their own mail client.

It is one exactly if somebody of ours wrote it, the ticket's requester is in To or Cc, it cites
the ticket by an id, and no machine sent it. What goes to a third party alone is none, also where
they were once in copy. Where only the subject's reference ties it to the
ticket, it is probable: shown as such, and stops nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.core.answering import Does, does
from triage.core.authorship import author
from triage.core.domains import within
from triage.core.judgement import Judged
from triage.core.known import Known, Link, Surroundings
from triage.core.mail.kind import OwnAddresses, kind
from triage.core.message import Trust
from triage.core.owed import Owes
from triage.core.owing import promised_update
from triage.core.reaching import staff
from triage.core.terms import Terms
from triage.core.ticket import Kind, Status
from triage.core.worded import worded

DATE_TRUSTED = timedelta(minutes=10)
"""How near the Date header must be to the server's own date to say when it was sent."""

_BY_PROGRAMS = frozenset(
    {
        "application/pgp-keys",
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "text/vcard",
        "text/x-vcard",
    }
)
"""What mail programs attach by themselves: anything else may be the answer."""

NOBODY = OwnAddresses(mailboxes=frozenset(), domains=frozenset(), instance="")
"""As whom to ask for the kind: our own address must not hide what a machine of ours sent."""


@dataclass(frozen=True, slots=True)
class HumanAnswer:
    """An answer to `ticket`, sent `at` by the agent of that id, or by "team".

    `does` says what it does for the requester, `owes` what it promises to write again by.
    """

    ticket: Known
    at: datetime
    by: str
    probable: bool
    does: Does = Does.ANSWERS
    owes: Owes | None = None


def human_answer(
    judged: Judged, around: Surroundings, terms: Terms, now: datetime
) -> HumanAnswer | None:
    """Return whom a message of ours answers, or None if it is no human answer.

    A copy in the inbox counts only from a verified sender; our own mail, known by its id, never.
    """
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
        theirs = known.participants - known.asked | {known.requester}
        if known.status is not Status.MERGED and reached & theirs:
            return _answer(judged, known, terms, now)
    return None


def _answer(judged: Judged, known: Known, terms: Terms, now: datetime) -> HumanAnswer:
    message, at, by = judged.message, _sent_at(judged), author(judged.message, terms.roster)
    language = judged.language or known.language
    attached = any(
        not file.inline and file.media_type not in _BY_PROGRAMS for file in message.attachments
    )
    return HumanAnswer(
        ticket=known,
        at=at,
        by=by,
        probable=known.link is Link.SUBJECT,
        does=Does.ANSWERS if attached else does(message.text),
        owes=promised_update(message.text, at, by, language, terms, now),
    )


def _sent_at(judged: Judged) -> datetime:
    date, stored = judged.message.date, judged.received.internal_date
    if date is not None and abs(date - stored) <= DATE_TRUSTED:
        return date
    return stored


OUTSIDE = "answered_outside"
"""The badge of a ticket that one of ours answered where nobody looks; nobody knows when."""


def answered_outside(judged: Judged, known: Known, around: Surroundings, terms: Terms) -> str:
    """Say why a requester's mail shows that their ticket was answered elsewhere; "" if it does not.

    It answers a mail with an id of our domain that nobody here knows, in a conversation that waits
    for an answer and is tied by more than its subject.
    """
    parent = judged.message.in_reply_to[:1]
    if known.status is not Status.OPEN or known.link is Link.SUBJECT:
        return ""
    if not parent or parent[0] not in around.unheard:
        return ""
    domain = parent[0].rpartition("@")[2]
    if not any(within(domain, own) for own in terms.own.domains):
        return ""
    return worded(
        "it answers a mail of our domain that was never seen here: answered outside, unknown when"
    )
