"""The bytes of our own automatic mails, made of values alone.

Whatever stands in a name, a subject or a Message-ID that a stranger wrote, it ends up inside the
header it was meant for: control characters are dropped before, and the result is read once more.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, Policy

from triage.core.addressing import wire_address
from triage.errors import AddressUnusable, PermanentError

_LONGEST_SUBJECT = 100
_LONGEST_NAME = 60
_LONGEST_ID = 300
_LONGEST_LINE = 998
_FIRST_IDS = 1
_LAST_IDS = 12
_ID = re.compile(r"[!-;=?-~]+")
_REPLY_PREFIX = re.compile(r"(?:(?:re|aw|sv|antw|rv|ref|odp)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
# What a mail program would turn into a link, with or without a scheme; an address is one too.
_LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://\S*"
    r"|\b(?:mailto|tel|data|javascript):\S*"
    r"|[^\s@<>()\[\]\"']*@?(?:[^\W_][\w-]*\.)+[^\W\d_]{2,}(?:[:/?#]\S*)?",
    re.IGNORECASE,
)


class _MessageIds(BaseHeader):
    """A header of Message-IDs, folded between them and never inside one.

    The library's own folding would turn a long one into encoded words, which no program reads.
    """

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, object]) -> None:
        """Take `value` as it is."""
        kwds["parse_tree"] = None
        kwds["decoded"] = value

    def fold(self, *, policy: Policy) -> str:
        """Return the header, one id a line."""
        return f"{self.name}: " + f"{policy.linesep} ".join(self.split()) + policy.linesep


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("message-id", "in-reply-to", "references"):
        registry.map_to_type(name, _MessageIds)
    return registry


_POLICY = SMTP.clone(cte_type="7bit", header_factory=_registry())


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementMail:
    """Everything an acknowledgement is made of.

    `agent` is the public name it is signed with and `mailbox` the address it comes from.
    `recipient` is the requester's bare address. `subject` is the requester's own; it is replaced
    by `neutral_subject` ("your message", in the language of the words) unless they are
    `verified`, for else a stranger could send words of their own in our name. `message_id`,
    `in_reply_to`, `references` and `anchor` are without brackets; ids that cannot stand in a
    header are left out. `reply_to` is an address with a token, or "" for none.
    `instance` names this daemon to another one. `text` has been rendered.
    """

    agent: str
    brand: str
    mailbox: str
    recipient: str
    subject: str
    neutral_subject: str
    verified: bool
    text: str
    date: datetime
    message_id: str
    in_reply_to: str | None
    references: tuple[str, ...]
    anchor: str
    instance: str
    reply_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMail:
    """Everything an alert to our own staff is made of; see `AcknowledgementMail`."""

    brand: str
    mailbox: str
    recipient: str
    subject: str
    text: str
    date: datetime
    message_id: str
    anchor: str
    instance: str


def acknowledgement_bytes(mail: AcknowledgementMail) -> bytes:
    """Return the acknowledgement as it goes over the wire: ASCII, with CRLF.

    To the requester alone; nothing is quoted. No Precedence, which RFC 3834 discourages.
    Raises: AddressUnusable, PermanentError. Source: RFC 3834 sections 3.1 and 5; RFC 5322.
    """
    message = _begun(f"{mail.agent} ({mail.brand})", mail.mailbox, mail.recipient, mail.date)
    message["Subject"] = reply_subject(mail.subject, mail.neutral_subject, verified=mail.verified)
    if mail.reply_to:
        message["Reply-To"] = _address("", mail.reply_to)
    _identify(message, mail.message_id, mail.in_reply_to, mail.references, mail.anchor)
    return _finished(message, "auto-replied", mail.instance, mail.text)


def alert_bytes(mail: AlertMail) -> bytes:
    """Return an alert to our own staff as it goes over the wire: ASCII, with CRLF.

    Raises: AddressUnusable, PermanentError. Source: RFC 3834 section 5.
    """
    message = _begun(mail.brand, mail.mailbox, mail.recipient, mail.date)
    message["Subject"] = _shortened(one_line(mail.subject), _LONGEST_SUBJECT)
    _identify(message, mail.message_id, None, (), mail.anchor)
    return _finished(message, "auto-generated", mail.instance, mail.text)


def reply_subject(subject: str, neutral: str, *, verified: bool) -> str:
    """Return `Re:` and the requester's subject, at most 100 characters, without links.

    `neutral` takes its place where the sender is not verified, or where nothing is left of it.
    """
    theirs = _REPLY_PREFIX.sub("", one_line(subject), count=1) if verified else ""
    theirs = one_line(_LINK.sub("…", theirs))
    if not re.search(r"\w", theirs):
        theirs = one_line(neutral)
    return _shortened(f"Re: {theirs}", _LONGEST_SUBJECT)


def one_line(text: str) -> str:
    """Return `text` on one line, without controls, invisible marks and doubled spaces."""
    spaced = "".join(" " if c.isspace() else c for c in text)
    return " ".join("".join(c for c in spaced if unicodedata.category(c)[0] != "C").split())


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _begun(name: str, mailbox: str, recipient: str, date: datetime) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(name, mailbox)
    message["To"] = _address("", recipient)
    message["Date"] = date
    return message


def _address(name: str, address: str) -> Address:
    wire = wire_address(address)
    try:
        return Address(_shortened(one_line(name), _LONGEST_NAME), addr_spec=wire)
    except (HeaderParseError, ValueError, IndexError, AttributeError) as exc:
        raise AddressUnusable("the address cannot stand in a header") from exc


def _identify(
    message: EmailMessage,
    message_id: str,
    parent: str | None,
    references: tuple[str, ...],
    anchor: str,
) -> None:
    if not (_stands(message_id) and _stands(anchor)):
        raise PermanentError("a Message-ID of our own cannot stand in a header")
    message["Message-ID"] = f"<{message_id}>"
    before = [their for their in dict.fromkeys(references) if _stands(their)]
    if parent is not None and _stands(parent):
        message["In-Reply-To"] = f"<{parent}>"
        before = [*(their for their in before if their != parent), parent]
    if len(before) > _FIRST_IDS + _LAST_IDS:  # as RFC 5537 section 3.4.4 does
        before = before[:_FIRST_IDS] + before[-_LAST_IDS:]
    message["References"] = " ".join(f"<{each}>" for each in (*before, anchor))


def _stands(message_id: str) -> bool:
    return len(message_id) <= _LONGEST_ID and _ID.fullmatch(message_id) is not None


def _finished(message: EmailMessage, automatic: str, instance: str, text: str) -> bytes:
    message["Auto-Submitted"] = automatic
    message["X-Auto-Response-Suppress"] = "All"
    message["X-Triage-Loop"] = one_line(instance)
    message.set_content(_plain(text), subtype="plain", charset="utf-8")
    expected = [name.casefold() for name in message]
    try:
        payload = message.as_bytes()
    except (HeaderParseError, ValueError, LookupError, IndexError, AttributeError) as exc:
        raise PermanentError("the mail cannot be written down") from exc
    _check(payload, expected)
    return payload


def _plain(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(
        "".join(c for c in line if c == "\t" or unicodedata.category(c) not in {"Cc", "Cs"})
        for line in lines
    )


def _check(payload: bytes, expected: list[str]) -> None:
    """Refuse bytes that hold a header more than was set, or that a relay would have to mend."""
    head, _, _ = payload.partition(b"\r\n\r\n")
    found = [
        line.partition(b":")[0].decode("ascii", "replace").casefold()
        for line in head.split(b"\r\n")
        if not line.startswith((b" ", b"\t"))
    ]
    if found != expected:
        raise PermanentError("a value broke out of its header")
    lines = payload.split(b"\r\n")
    if any(len(line) > _LONGEST_LINE or b"\r" in line or b"\n" in line for line in lines):
        raise PermanentError("the mail has a line that no relay takes")
    if not payload.isascii():
        raise PermanentError("the mail is not ASCII on the wire")
