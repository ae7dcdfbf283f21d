"""What mail systems send on their own account: delivery reports, bounces, receipts.

Source: RFC 3464, RFC 6522 (multipart/report), RFC 8098 (receipts), RFC 5965 (abuse), RFC 7489
section 7.2 (DMARC), RFC 8460 (TLS).
"""

from __future__ import annotations

import re

from triage.core.mail.automatic import DAEMON_LOCAL, author, auto_submitted
from triage.core.mail.words import parameters
from triage.core.message import Message, Verdict
from triage.core.ticket import Kind
from triage.core.worded import worded

_NOT_FAILED = ("delayed", "delivered", "relayed", "expanded")
_REPORTS = (
    (
        "message/feedback-report",
        "feedback-report",
        worded("it is a report about abuse or authentication"),
    ),
    (
        "message/disposition-notification",
        "disposition-notification",
        worded("it is a report about reading it"),
    ),
    ("application/tlsrpt+gzip", "tlsrpt", worded("it is a report about TLS")),
)
_DELIVERY_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_DAEMON = re.compile(r"mailer[-_. ]?daemon|mail delivery (?:sub)?system|mailerdaemon")
_SYSTEM = worded("the sender is a mail system")
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/delivery-status")
_FAILED_SUBJECT = re.compile(
    r"undeliver|returned mail|delivery (?:status|fail|has failed|problem|report|error)|"
    r"failure (?:notice|notification)|mail (?:delivery )?fail|non[- ]?deliver|"
    r"not (?:be )?delivered|message (?:could not be|status - )|bounced?\b|mail system error|"
    r"nicht zugestellt|unzustellbar",
    re.IGNORECASE,
)
_ANSWERS = re.compile(r"\s*\w{1,4}(?:\[\d+\])?\s*:")
_DELAYED_SUBJECT = re.compile(
    r"delay|still (?:being )?(?:retried|queued)|(?:for|in) (?:the )?(?:past|last)|postponed"
    r"|verzöger",
    re.IGNORECASE,
)
_DMARC_FILE = re.compile(
    r"[\w.-]+![\w.-]+!\d{9,11}!\d{9,11}(?:!.*)?(?:\.xml)?(?:\.g?zip|\.gz|\.xml)"
)


def report(message: Message) -> Verdict | None:
    """Judge a mail that is a machine-readable report, or None."""
    types = {attachment.media_type for attachment in message.attachments}
    _, params = parameters(message.header("Content-Type") or "")
    whole = message.content_type == "multipart/report"
    asked = params.get("report-type", "").casefold() if whole else ""
    if message.header("TLS-Report-Domain") is not None:
        asked = "tlsrpt"
    for media_type, report_type, why in _REPORTS:
        if media_type in types or asked == report_type:
            return Verdict(Kind.DSN_OTHER, why)
    if any(_DMARC_FILE.fullmatch(attachment.name) for attachment in message.attachments):
        return Verdict(Kind.DSN_OTHER, worded("it is a report about DMARC"))
    if whole or types & _DELIVERY_TYPES:
        return _delivery(message)
    return None


def _delivery(message: Message) -> Verdict:
    reasons = [recipient.reason for recipient in message.failed]
    if reasons and all(reason.startswith(_NOT_FAILED) for reason in reasons):
        return Verdict(Kind.DSN_OTHER, worded("the delivery report names no failure"))
    return Verdict(Kind.BOUNCE, worded("the delivery report names a failed recipient"))


def bounce(message: Message) -> Verdict | None:
    """Judge a mail that a mail system sent itself, without a machine-readable report, or None."""
    if message.header("X-Failed-Recipients") is not None:
        return _bounce_or_delay(message, worded("X-Failed-Recipients is set"))
    local, name = author(message)
    if _DAEMON.search(local) or _DAEMON.search(name) or DAEMON_LOCAL.fullmatch(local):
        if local.endswith("master") and not returns_mail(message):
            return Verdict(Kind.AUTO_REPLY, _SYSTEM)
        return _bounce_or_delay(message, _SYSTEM)
    path = message.return_path
    if path != "" and not _DAEMON.search((path or "").partition("@")[0]):
        return None
    if auto_submitted(message) not in {"auto-replied", "auto-notified"} and returns_mail(message):
        return _bounce_or_delay(message, worded("the return path is null and mail is returned"))
    return Verdict(Kind.AUTO_REPLY, worded("the return path is null"))


def _bounce_or_delay(message: Message, sign: str) -> Verdict:
    states = [recipient.status[:1] for recipient in message.failed]
    if _DELAYED_SUBJECT.search(message.subject) and "5" not in states:
        return Verdict(Kind.DSN_OTHER, worded("%(why)s, and it warns of a delay", why=sign))
    return Verdict(Kind.BOUNCE, sign)


def returns_mail(message: Message) -> bool:
    """Say whether the mail shows what bounces show: failures, a returned mail, their subject."""
    types = {attachment.media_type for attachment in message.attachments}
    return bool(
        message.failed
        or message.report_ids
        or types.intersection(_RETURNED)
        or speaks_of_failure(message)
    )


def speaks_of_failure(message: Message) -> bool:
    """Say whether the subject is a bounce's own, not an answer to one or a forward of one."""
    return is_failure(message.subject)


def is_failure(subject: str) -> bool:
    """Say whether a subject is a bounce's own, not an answer to one or a forward of one."""
    return _FAILED_SUBJECT.search(subject) is not None and _ANSWERS.match(subject) is None
