"""The bytes of our own automatic mails, made of values alone.

Whatever stands in a name, a subject or a Message-ID that a stranger wrote, it ends up inside the
header it was meant for: controls are dropped before, and what would still break out is refused.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from triage.core.addressing import wire_address
from triage.errors import PermanentError

_LONGEST_SUBJECT = 100
_LONGEST_NAME = 60
_LONGEST_ID = 300
_LONGEST_LINE = 998
_LONGEST_WORD = 39
_FIRST_IDS = 1
_LAST_IDS = 12
_POLICY = SMTP.clone(cte_type="7bit")
_PIECE = re.compile(r"[ -~]*")
_ID = re.compile(r"[!-;=?-~]+")
_REPLY_PREFIX = re.compile(r"(?:(?:re|aw|sv|antw|rv|ref|odp)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
# What a mail program would turn into a link, with or without a scheme; an address is one too.
_LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://\S*"
    r"|\b(?:mailto|tel|data|javascript):\S*"
    r"|[^\s@<>()\[\]\"']*@?(?:[^\W_][\w-]*\.)+[^\W\d_]{2,}(?:[:/?#]\S*)?",
    re.IGNORECASE,
)


_Lines = tuple[tuple[str, ...], ...]
"""Headers: the name, then the pieces between which the line may be folded."""


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
            *_begun(f"{mail.agent} ({mail.brand})", mail.mailbox, mail.recipient, mail.date),
            ("Subject", *_words(subject)),
            *((("Reply-To", wire_address(mail.reply_to)),) if mail.reply_to else ()),
            *_identified(mail.message_id, mail.in_reply_to, mail.references, mail.anchor),
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
            *_begun(mail.brand, mail.mailbox, mail.recipient, mail.date),
            ("Subject", *_words(_shortened(one_line(mail.subject), _LONGEST_SUBJECT))),
            *_identified(mail.message_id, None, (), mail.anchor),
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
    return _shortened(f"Re: {theirs}", _LONGEST_SUBJECT)


def one_line(text: str) -> str:
    """Return `text` on one line, without controls, invisible marks and doubled spaces."""
    spaced = "".join(" " if c.isspace() else c for c in text)
    return " ".join("".join(c for c in spaced if unicodedata.category(c)[0] != "C").split())


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _begun(name: str, mailbox: str, recipient: str, date: datetime) -> _Lines:
    shown = _words(_shortened(one_line(name), _LONGEST_NAME))
    if shown[0].isascii() and not shown[0].startswith("=?"):
        shown = ('"' + re.sub(r'(["\\])', r"\\\1", shown[0]) + '"',)
    return (
        ("From", *shown[:-1], f"{shown[-1]} <{wire_address(mailbox)}>"),
        ("To", wire_address(recipient)),
        ("Date", format_datetime(date)),
    )


def _words(text: str) -> tuple[str, ...]:
    """Return `text` itself if that is safe in a header, else encoded words of at most 64 letters.

    The library's own folding loses or adds a space where a long name is half ASCII.
    Source: RFC 2047 section 2.
    """
    if text.isascii() and "=?" not in text:
        return (text,)
    pieces, piece = [], b""
    for character in text:
        added = character.encode()
        if len(piece) + len(added) > _LONGEST_WORD:
            pieces.append(piece)
            piece = b""
        piece += added
    pieces.append(piece)
    return tuple(f"=?utf-8?b?{b64encode(each).decode('ascii')}?=" for each in pieces)


def _identified(
    message_id: str, parent: str | None, references: tuple[str, ...], anchor: str
) -> _Lines:
    if not (_stands(message_id) and _stands(anchor)):
        raise PermanentError("a Message-ID of our own cannot stand in a header")
    before = [their for their in dict.fromkeys(references) if _stands(their)]
    answered: _Lines = ()
    if parent is not None and _stands(parent):
        answered = (("In-Reply-To", f"<{parent}>"),)
        before = [*(their for their in before if their != parent), parent]
    if len(before) > _FIRST_IDS + _LAST_IDS:  # as RFC 5537 section 3.4.4 does
        before = before[:_FIRST_IDS] + before[-_LAST_IDS:]
    return (
        ("Message-ID", f"<{message_id}>"),
        *answered,
        ("References", *(f"<{each}>" for each in (*before, anchor))),
    )


def _stands(message_id: str) -> bool:
    return len(message_id) <= _LONGEST_ID and _ID.fullmatch(message_id) is not None


def _automatic(submitted: str, instance: str) -> _Lines:
    return (
        ("Auto-Submitted", submitted),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Triage-Loop", *_words(one_line(instance))),
    )


def _written(headers: _Lines, text: str, html: str = "") -> bytes:
    for _, *pieces in headers:
        if not all(_PIECE.fullmatch(piece) for piece in pieces):
            raise PermanentError("a value would break out of its header")
    head = "".join(f"{name}: " + "\r\n ".join(pieces) + "\r\n" for name, *pieces in headers)
    body = EmailMessage(policy=_POLICY)
    body.set_content(_plain(text), subtype="plain", charset="utf-8")
    if html:
        body.add_alternative(_plain(html), subtype="html", charset="utf-8")
        # Of the content, not of chance: the same mail is the same bytes. Encoded parts hold no "_".
        body.set_boundary(
            f"=_{sha256((head + text + html).encode(errors='replace')).hexdigest()[:32]}"
        )
    payload = head.encode("ascii") + body.as_bytes()
    if any(len(line) > _LONGEST_LINE for line in payload.split(b"\r\n")):
        raise PermanentError("the mail has a line that no relay takes")
    return payload


def _plain(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(
        "".join(c for c in line if c == "\t" or unicodedata.category(c) not in {"Cc", "Cs"})
        for line in lines
    )
