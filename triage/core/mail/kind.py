"""What a message is, by its headers and its structure.

The first check that speaks decides, the surest first. Whatever is automatic is never answered;
what cannot be told apart from it is filed as a human's, and doubtful.

Source: RFC 3834 sections 2 and 5, RFC 5230 section 4.6, RFC 6522, RFC 2369, RFC 2919.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from triage.core.mail import automatic, returned
from triage.core.message import Message, Verdict
from triage.core.ticket import Kind
from triage.core.worded import worded

_SCANNED = 20_000
_SPAM_FLAGS = (
    "X-Spam-Flag",
    "X-Spam",
    "X-Spam-Status",
    "X-Barracuda-Spam-Flag",
    "X-Bogosity",
    "X-DSPAM-Result",
    "X-GND-Status",
    "X-Ham-Report",
    "X-KLMS-AntiSpam-Status",
)
_SAYS_SPAM = re.compile(r"\s*(?:yes|true|spam|spamicity=1)\b", re.IGNORECASE)
_DIAGNOSIS = re.compile(r"(?<![\d.])(?:5\.\d{1,3}\.\d{1,3}|5[05]\d[ -]\S)")


@dataclass(frozen=True, slots=True)
class OwnAddresses:
    """Who we are: watched mailboxes with their aliases, our domains, this daemon's name.

    All case-folded. `instance` is what our own mail carries in X-Triage-Loop.
    """

    mailboxes: frozenset[str]
    domains: frozenset[str]
    instance: str


def kind(message: Message, own: OwnAddresses) -> Verdict:
    """Say what `message` is, and what says so; its wording is not looked at."""
    if not message.headers:
        return Verdict(Kind.UNREADABLE, worded("it has no header lines at all"))
    verdict = _own_loop(message, own)
    verdicts = (check(message) for check in _CHECKS)
    verdict = verdict or next((found for found in verdicts if found is not None), None)
    if verdict is not None and _is_ours(message, own) and verdict.kind in _ECHOES:
        why = worded("From is one of our own mailboxes, and %(why)s", why=verdict.why)
        return Verdict(Kind.OWN_LOOP, why)
    if verdict is not None:
        return _named(verdict, message)
    return Verdict(Kind.HUMAN, worded("no sign of a machine in headers or structure"))


def suppresses_replies(message: Message) -> bool:
    """Say whether the sender asks for no automatic answer, which is no proof of a machine."""
    value = (message.header("X-Auto-Response-Suppress") or "").casefold()
    asked = {word.strip() for word in re.split(r"[,;\s]+", value)}
    return bool(asked & {"all", "autoreply", "oof"})


def _named(verdict: Verdict, message: Message) -> Verdict:
    """Tell an absence from other automatic replies."""
    if verdict.kind is Kind.AUTO_REPLY and automatic.away(message):
        return replace(verdict, kind=Kind.OUT_OF_OFFICE)
    return verdict


_ECHOES = frozenset({Kind.AUTO_REPLY, Kind.OUT_OF_OFFICE})


def _own_loop(message: Message, own: OwnAddresses) -> Verdict | None:
    for value in message.all_headers("X-Triage-Loop"):
        if value.strip() == own.instance:
            return Verdict(Kind.OWN_LOOP, worded("X-Triage-Loop names this daemon"))
        return Verdict(Kind.AUTO_REPLY, worded("X-Triage-Loop names another daemon"))
    return None


def _is_ours(message: Message, own: OwnAddresses) -> bool:
    """Say whether it bears an address of ours: a colleague writes so too, and a web form."""
    return any(address.addr in own.mailboxes for address in message.senders)


def _spam(message: Message) -> Verdict | None:
    for name in _SPAM_FLAGS:
        if _SAYS_SPAM.match(message.header(name) or ""):
            return _is_spam(name)
    level = (message.header("X-MS-Exchange-Organization-SCL") or "").strip()
    if level.isdecimal() and int(level[:2]) >= 5:
        why = worded("%(header)s is 5 or more", header="X-MS-Exchange-Organization-SCL")
        return Verdict(Kind.SPAM, why)
    filtered = (message.header("X-Forefront-Antispam-Report") or "").upper()
    if "SFV:SPM;" in filtered.replace(" ", "") + ";":
        return _is_spam("X-Forefront-Antispam-Report")
    action = (message.header("X-Rspamd-Action") or "").strip().casefold()
    if action in {"reject", "add header", "rewrite subject"}:
        return _is_spam("X-Rspamd-Action")
    return None


def _is_spam(header: str) -> Verdict:
    return Verdict(Kind.SPAM, worded("%(header)s says it is spam", header=header))


def _doubts(message: Message) -> Verdict | None:
    """Name what leaves a human's mail open to doubt."""
    failing = returned.speaks_of_failure(message)
    if failing and not message.senders:
        why = worded("it has no sender, and the subject speaks of a failed delivery")
        return Verdict(Kind.BOUNCE, why)
    brings = any(file.media_type.startswith("message/") for file in message.attachments)
    diagnosed = _DIAGNOSIS.search(message.body[:_SCANNED]) is not None
    doubts = (
        (message.sender is None, worded("From is not one valid address")),
        (
            failing and (brings or diagnosed),
            worded("it speaks of a failed delivery as mail systems do"),
        ),
        (
            automatic.announces_absence(message),
            worded("the subject is one that mail systems make"),
        ),
        (
            "text_of_nested_message" in message.faults,
            worded("it holds nothing but another mail"),
        ),
        (message.header("X-Loop") is not None, worded("X-Loop: a machine has passed it on")),
        (message.header("Feedback-ID") is not None, worded("Feedback-ID: a bulk mailer sent it")),
    )
    doubt = next((why for found, why in doubts if found), None)
    return None if doubt is None else Verdict(Kind.HUMAN, doubt, doubtful=True)


_CHECKS: tuple[Callable[[Message], Verdict | None], ...] = (
    returned.report,
    returned.bounce,
    _spam,
    automatic.replied,
    automatic.calendar,
    automatic.many,
    automatic.generated,
    automatic.challenge,
    automatic.robot,
    _doubts,
)
