"""The bytes of a mail that somebody of ours wrote, made of values alone.

It is a person's mail: no header of an automatic one, their words first, and below them what is
answered or passed on. Paragraphs are not broken into lines: every program breaks them itself, and
one that was broken for another width reads badly on a telephone, so it is not `format=flowed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from hashlib import sha256
from html import escape

from triage.core.addressing import wire_address
from triage.core.heading import (
    BODY_POLICY,
    LONGEST_LINE,
    Lines,
    dated,
    head_bytes,
    identified,
    named,
    one_line,
    people,
    plain,
    refuse_long_lines,
    shortened,
    words,
)
from triage.core.mail.sniffing import shown_name
from triage.core.message import Address
from triage.core.reply import Enclosed

MOST_QUOTED = 60_000
"""Characters of an earlier mail that stand below an answer."""

_LONGEST_SUBJECT = 250
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_URL = re.compile(r"https?://[^\s<>\"]{3,2000}[^\s<>\".,;:!?)\]}']")
_UNKNOWN_TYPE = "application/octet-stream"
_ORIGINAL = "original.eml"
_POLICY = BODY_POLICY.clone(refold_source="none")
_AS_IT_IS = policy.compat32.clone(cte_type="7bit", linesep="\r\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanMail:
    """Everything that a mail of one of ours is made of.

    `name` is how From calls whoever writes it, from the address `mailbox`. `message_id`,
    `in_reply_to`, `references` and `anchor` are as in `AcknowledgementMail`. `below` is what
    stands under the text: the line that says whose it is, and their words; `quoted` says that
    those are quoted, and do not stand as they are. `original` is a whole mail that goes with it.
    """

    name: str
    mailbox: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    subject: str
    text: str
    date: datetime
    message_id: str
    anchor: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: str = ""
    attribution: str = ""
    below: str = ""
    quoted: bool = True
    enclosed: tuple[Enclosed, ...] = ()
    original: bytes = field(default=b"", repr=False)


def human_mail_bytes(mail: HumanMail) -> bytes:
    """Return a mail of ours as it goes over the wire: ASCII, with CRLF.

    The text is there plainly, and as HTML of the same words. Raises: AddressUnusable,
    PermanentError. Source: RFC 5322; RFC 2046 section 5.1; RFC 3676 section 4.5 (quotes).
    """
    head = head_bytes(
        (
            ("From", *named(mail.name, mail.mailbox)),
            ("To", *people(mail.to)),
            *((("Cc", *people(mail.cc)),) if mail.cc else ()),
            *dated(mail.date),
            ("Subject", *words(shortened(one_line(mail.subject), _LONGEST_SUBJECT))),
            *_wanted(mail.reply_to),
            *identified(mail.message_id, mail.in_reply_to or None, mail.references, mail.anchor),
        )
    )
    body = EmailMessage(policy=_POLICY)
    body.set_content(plain(_text(mail)), subtype="plain", charset="utf-8")
    body.add_alternative(plain(_html(mail)), subtype="html", charset="utf-8")
    for file in mail.enclosed:
        _attach(body, file)
    if mail.original:
        _attach_mail(body, mail.original)
    _bound(body, head)
    return refuse_long_lines(head + body.as_bytes())


def quoted(text: str) -> str:
    """Return `text` as a quote: each line behind a `>`, one quoted before behind one more.

    Source: RFC 3676 section 4.5.
    """
    lines = plain(text).strip("\n").split("\n")
    return "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines)


def enclosed_in(payload: bytes, *, original: bool = False) -> tuple[Enclosed, ...]:
    """Return the files that a mail of ours carries.

    `original`: the last of them is a mail that it passes on, and none of those.
    """
    message = message_from_bytes(payload, policy=policy.SMTP)
    if not isinstance(message, EmailMessage) or message.get_content_type() != "multipart/mixed":
        return ()
    parts = list(message.iter_attachments())
    return tuple(
        Enclosed(
            part.get_filename() or "",
            part.get_content_type(),
            bytes(part.get_payload(decode=True) or b""),
        )
        for part in (parts[:-1] if original else parts)
    )


def media_type(name: str) -> str:
    """Return what a browser says that a file is, or that nobody knows.

    A mail, or anything of several parts, goes as plain bytes: those are not encoded as files are.
    """
    bare = name.partition(";")[0].strip().lower()
    composite = bare.startswith(("message/", "multipart/"))
    return bare if _TYPE.fullmatch(bare) and not composite else _UNKNOWN_TYPE


def _wanted(reply_to: str) -> Lines:
    return (("Reply-To", wire_address(reply_to)),) if reply_to else ()


def _text(mail: HumanMail) -> str:
    parts = [mail.text.strip("\n")]
    if mail.below:
        below = mail.below[:MOST_QUOTED]
        parts.append(f"{mail.attribution}\n{quoted(below) if mail.quoted else below}".strip("\n"))
    return "\n\n".join(parts) + "\n"


def _html(mail: HumanMail) -> str:
    below = ""
    if mail.below:
        words_below = _paragraphs(mail.below[:MOST_QUOTED])
        inside = f'<blockquote type="cite">\n{words_below}\n</blockquote>'
        below = f"{_paragraphs(mail.attribution)}\n{inside if mail.quoted else words_below}\n"
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head>\n<body dir="auto">\n'
        f"{_paragraphs(mail.text)}\n{below}</body></html>\n"
    )


def _paragraphs(text: str) -> str:
    parts = re.split(r"\n[ \t]*\n", plain(text).strip("\n"))
    return "\n".join(f'<p dir="auto">{_linked(part)}</p>' for part in parts if part.strip())


def _linked(part: str) -> str:
    """Return words as HTML; an address of the web that stands in them leads there."""
    made, place = [], 0
    for match in _URL.finditer(part):
        url = escape(match[0])
        made += [escape(part[place : match.start()]), f'<a href="{url}">{url}</a>']
        place = match.end()
    return "".join([*made, escape(part[place:])]).replace("\n", "<br>\n")


def _attach(body: EmailMessage, file: Enclosed) -> None:
    main, _, sub = media_type(file.content_type).partition("/")
    body.add_attachment(file.data, maintype=main, subtype=sub, filename=shown_name(file.name))


def _attach_mail(body: EmailMessage, original: bytes) -> None:
    """Let a whole mail go with this one, as a mail if every relay takes it as it is.

    A mail may not be encoded as files are (RFC 2046 section 5.2.1): what holds anything but ASCII
    is written anew without it, and goes as a file of plain bytes where that fails.
    """
    part = _seven_bit(original)
    if part is None:
        body.add_attachment(
            original, maintype="application", subtype="octet-stream", filename=_ORIGINAL
        )
    else:
        body.add_attachment(part, filename=_ORIGINAL)


def _seven_bit(original: bytes) -> Message | None:
    """Return a mail that travels as it is written; None where it is too broken for that."""
    try:
        part = message_from_bytes(original, policy=_AS_IT_IS)
        raw = original if _travels(original) else part.as_bytes(policy=_AS_IT_IS)
        again = message_from_bytes(raw, policy=_AS_IT_IS)
        return again if _travels(again.as_bytes(policy=_POLICY)) else None
    except (ValueError, LookupError, TypeError, AttributeError, MessageError):
        return None


def _travels(raw: bytes) -> bool:
    return (
        raw.isascii()
        and b"\0" not in raw
        and all(len(line) <= LONGEST_LINE for line in raw.splitlines())
    )


def _bound(body: EmailMessage, head: bytes) -> None:
    """Set off the parts by marks made of the content, not of chance.

    Encoded parts hold no "_" behind "="; a mail that is passed on has marks of its own.
    """
    name = sha256(head).hexdigest()[:32]
    for number, part in enumerate(_own_multiparts(body)):
        part.set_boundary(f"=_{name}_{number}")


def _own_multiparts(body: EmailMessage) -> Iterator[EmailMessage]:
    if body.get_content_maintype() != "multipart":
        return
    yield body
    for part in body.iter_parts():
        if isinstance(part, EmailMessage) and part.get_content_maintype() == "multipart":
            yield from _own_multiparts(part)
