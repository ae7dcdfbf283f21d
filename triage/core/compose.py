"""The bytes of our own automatic mails, made of values alone.

Whatever stands in a name, a subject or a Message-ID that a stranger wrote, it ends up inside the
header it was meant for: controls are dropped before, and what would still break out is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from hashlib import sha256

from triage.core.addressing import wire_address
from triage.core.heading import (
    BODY_POLICY,
    Lines,
    dated,
    head_bytes,
    identified,
    named,
    one_line,
    plain,
    refuse_long_lines,
    shortened,
    words,
)

_LONGEST_SUBJECT = 100
_REPLY_PREFIX = re.compile(r"(?:(?:re|aw|sv|antw|rv|ref|odp)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
# What a mail program would turn into a link, with or without a scheme; an address is one too.
_LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://\S*"
    r"|\b(?:mailto|tel|data|javascript):\S*"
    r"|[^\s@<>()\[\]\"']*@?(?:[^\W_][\w-]*\.)+[^\W\d_]{2,}(?:[:/?#]\S*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementMail:
    """Everything an acknowledgement, or a later note to a requester, is made of.

    `agent` is the public name it is signed with and `mailbox` the address it comes from.
    `recipient` is the requester's bare address. `subject` is the requester's own; it is replaced
    by `neutral_subject` ("your message", in the language of the words) unless they are
    `verified`, for else a stranger could send words of their own in our name. `message_id`,
    `in_reply_to`, `references` and `anchor` are without brackets; ids that cannot stand in a
    header are left out. `reply_to` is an address with a token, or "" for none.
    `instance` names this daemon to another one. `text` has been rendered, and `html` says the
    same ("": no HTML part). `unasked`: it answers no mail, but comes of the passing of time.
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
    html: str = ""
    unasked: bool = False


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
    subject = reply_subject(mail.subject, mail.neutral_subject, verified=mail.verified)
    return _written(
        (
            ("From", *named(f"{mail.agent} ({mail.brand})", mail.mailbox)),
            ("To", wire_address(mail.recipient)),
            *dated(mail.date),
            ("Subject", *words(subject)),
            *((("Reply-To", wire_address(mail.reply_to)),) if mail.reply_to else ()),
            *identified(mail.message_id, mail.in_reply_to, mail.references, mail.anchor),
            *_automatic("auto-generated" if mail.unasked else "auto-replied", mail.instance),
        ),
        mail.text,
        mail.html,
    )


def alert_bytes(mail: AlertMail) -> bytes:
    """Return an alert to our own staff as it goes over the wire: ASCII, with CRLF.

    Raises: AddressUnusable, PermanentError. Source: RFC 3834 section 5.
    """
    return _written(
        (
            ("From", *named(mail.brand, mail.mailbox)),
            ("To", wire_address(mail.recipient)),
            *dated(mail.date),
            ("Subject", *words(shortened(one_line(mail.subject), _LONGEST_SUBJECT))),
            *identified(mail.message_id, None, (), mail.anchor),
            *_automatic("auto-generated", mail.instance),
        ),
        mail.text,
    )


def reply_subject(subject: str, neutral: str, *, verified: bool) -> str:
    """Return `Re:` and the requester's subject, at most 100 characters, without links.

    `neutral` takes its place where the sender is not verified, or where nothing is left of it.
    """
    theirs = _REPLY_PREFIX.sub("", one_line(subject), count=1) if verified else ""
    theirs = one_line(_LINK.sub("…", theirs))
    if not re.search(r"\w", theirs):
        theirs = one_line(neutral)
    return shortened(f"Re: {theirs}", _LONGEST_SUBJECT)


def _automatic(submitted: str, instance: str) -> Lines:
    return (
        ("Auto-Submitted", submitted),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Triage-Loop", *words(one_line(instance))),
    )


def _written(headers: Lines, text: str, html: str = "") -> bytes:
    head = head_bytes(headers)
    body = EmailMessage(policy=BODY_POLICY)
    body.set_content(plain(text), subtype="plain", charset="utf-8")
    if html:
        body.add_alternative(plain(html), subtype="html", charset="utf-8")
        # Of the content, not of chance: the same mail is the same bytes. Encoded parts hold no "_".
        content = head + (text + html).encode(errors="replace")
        body.set_boundary(f"=_{sha256(content).hexdigest()[:32]}")
    return refuse_long_lines(head + body.as_bytes())
