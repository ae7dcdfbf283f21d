"""Whether a requester is acknowledged. Every refusal has one name, and never means no ticket.

Source: RFC 3834 section 2 (when to keep silent), section 4 (where to send); RFC 5230 section 4.5.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

from triage.core.identifiers import references_in
from triage.core.judgement import Judged, Judgement
from triage.core.known import BREAKER_FLOOR, Surroundings
from triage.core.mail.kind import suppresses_replies
from triage.core.message import Trust
from triage.core.reaching import FREEMAIL, addressed_to_us, staff
from triage.core.requester import Found
from triage.core.subject import FORWARD, REPLY, answers
from triage.core.terms import Terms
from triage.core.ticket import Kind

MOST_REPLY_MARKS = 3
_TAG = re.compile(r"\s*\[([^\[\]]{0,100})\]\s*")
_HEAD = (REPLY, FORWARD, _TAG)


class Reason(StrEnum):
    """Why there is an acknowledgement, or none. The kinds of automatic mail are reasons too."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"

    DOUBTFUL = "doubtful"
    NO_SINGLE_SENDER = "no_single_sender"
    OWN_ADDRESS = "own_address"
    COLLEAGUE = "colleague"
    FORWARDED = "forwarded_by_colleague"
    NO_ADDRESS = "form_without_address"
    NOT_ADDRESSED_TO_US = "not_addressed_to_us"
    SUPPRESSED = "suppressed_by_sender"
    NOT_AUTHENTICATED = "sender_not_authenticated"
    UNVERIFIED_SENDER = "unverified_sender"
    UNVERIFIED_TWICE = "unverified_once_a_day"
    IN_THREAD = "in_thread"
    THIRD_PARTY = "third_party"
    TOO_LATE = "too_late"
    BEFORE_RESTORE = "before_restore"
    RULE = "rule"
    QUEUE = "queue_never_acknowledges"
    NO_OWNER = "no_owner"
    AWAITING = "already_waiting"
    WISHES_NONE = "requester_wishes_none"
    ROBOT_SUBJECT = "same_subject_again"
    ROBOT_BODY = "same_text_again"
    REPLY_MARKS = "too_many_replies"
    ROBOT_ECHO = "answered_within_a_minute"
    SENDER_HOUR = "sender_hour_cap"
    SENDER_DAY = "sender_day_cap"
    DOMAIN_HOUR = "domain_hour_cap"
    BREAKER = "breaker"


def of_itself(judged: Judged, judgement: Judgement, terms: Terms) -> str:
    """Say why this message alone is no reason to acknowledge; "" where it is one."""
    message, verdict, who = judged.message, judged.verdict, judged.requester
    if verdict.kind is not Kind.HUMAN:
        return verdict.kind
    # What a form writes into its own headers and subject says nothing of who filled it in.
    written = not who.by_form
    reasons = (
        (who.found is Found.FORWARD, Reason.FORWARDED),
        (who.by_form and not who.address, Reason.NO_ADDRESS),
        (verdict.doubtful, Reason.DOUBTFUL),
        (not who.address or message.sender is None, Reason.NO_SINGLE_SENDER),
        (who.address in terms.own.mailboxes, Reason.OWN_ADDRESS),
        (who.address in staff(terms), Reason.COLLEAGUE),
        (written and suppresses_replies(message), Reason.SUPPRESSED),
        (judged.trust.trust is Trust.FAIL, Reason.NOT_AUTHENTICATED),
        (any(one.grave for one in judgement.guises), Reason.DOUBTFUL),
        (written and reply_marks(message.subject) >= MOST_REPLY_MARKS, Reason.REPLY_MARKS),
        (bool(judgement.outcome.withhold), Reason.RULE),
        (not terms.queue(judgement.queue).acknowledge, Reason.QUEUE),
    )
    return next((reason for holds, reason in reasons if holds), "")


def in_its_place(judged: Judged, around: Surroundings, terms: Terms, now: datetime) -> str:
    """Say why time, counters or earlier mail forbid an acknowledgement; "" where nothing does."""
    arrived = judged.received.arrived
    before = around.no_acknowledgement_before
    reasons = (
        (now - arrived > terms.service.acknowledge_within, Reason.TOO_LATE),
        (before is not None and arrived < before, Reason.BEFORE_RESTORE),
        (not addressed_to_us(judged.message, terms), Reason.NOT_ADDRESSED_TO_US),
        (around.wish is not None and not around.wish.automatic, Reason.WISHES_NONE),
        (bool(around.awaiting), Reason.AWAITING),
        (around.same_subject_day and not judged.requester.by_form, Reason.ROBOT_SUBJECT),
        (around.same_body_hour, Reason.ROBOT_BODY),
        (around.acked_domain_minute and _echoes(judged), Reason.ROBOT_ECHO),
    )
    first = next((reason for holds, reason in reasons if holds), "")
    return first or _unverified(judged, around, terms) or _caps(judged, around, terms)


def _echoes(judged: Judged) -> bool:
    """Say whether a mail reads like an answer: a colleague's own matter, a minute later, does not.

    Never under a domain that strangers share, and never by a form.
    """
    message, who = judged.message, judged.requester
    answering = answers(message) or _TAG.match(message.subject) is not None
    return who.domain not in FREEMAIL and not who.by_form and answering


def _unverified(judged: Judged, around: Surroundings, terms: Terms) -> str:
    if judged.trust.trust is not Trust.NONE:
        return ""
    allowed = terms.limits.unverified
    if allowed == "no" or (allowed == "known" and not around.known_requester):
        return Reason.UNVERIFIED_SENDER
    return Reason.UNVERIFIED_TWICE if around.unverified_day else ""


def _caps(judged: Judged, around: Surroundings, terms: Terms) -> str:
    limits = terms.limits
    domain = judged.requester.domain
    per_domain = limits.per_freemail_hour if domain in FREEMAIL else limits.per_domain_hour
    breaker = limits.breaker_hour or max(BREAKER_FLOOR, 5 * around.mailbox_usual_hour)
    # Unknown senders are held first; those we know go on up to twice the limit.
    opened = breaker if not around.known_requester else 2 * breaker
    for count, most, reason in (
        (around.sender_hour, limits.per_sender_hour, Reason.SENDER_HOUR),
        (around.sender_day, limits.per_sender_day, Reason.SENDER_DAY),
        (around.domain_hour, per_domain, Reason.DOMAIN_HOUR),
        (around.mailbox_hour, opened, Reason.BREAKER),
    ):
        if count >= most:
            return reason
    return ""


def reply_marks(subject: str) -> int:
    """Count the `Re:` and our own references at the head of a subject: robots pile them up.

    `Re[3]:` stands for three. `Fwd:` and what others put there in brackets count nothing.
    """
    marks = at = 0
    while found := next(filter(None, (mark.match(subject, at) for mark in _HEAD)), None):
        at = found.end()
        if found.re is REPLY:
            marks += min(max(int(found[1] or 1), 1), MOST_REPLY_MARKS)
        elif found.re is _TAG:
            marks += len(references_in(found[1])) > 0
    return marks
