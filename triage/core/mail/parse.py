"""Raw mail → `Message`, whatever the bytes are."""

from __future__ import annotations

import re

from triage.core.mail.addresses import address_list, sender_of
from triage.core.mail.body import read_body
from triage.core.mail.charset import decode
from triage.core.mail.enclosed import passed_on
from triage.core.mail.failurewords import recipients_in_words, worded
from triage.core.mail.forwarded import Forwarded
from triage.core.mail.headers import Headers, decoded, instant, message_ids, text_of
from triage.core.mail.mime import read_tree
from triage.core.mail.newtext import new_text
from triage.core.mail.report import completed, failed_recipients, returned_ids, sent_to
from triage.core.mail.returned import is_failure
from triage.core.message import Address, Message

_DELIVERED = (
    "Delivered-To",
    "X-Original-To",
    "X-Delivered-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Forwarded-To",
)
_DAEMON = re.compile(
    r"m(?:ail(?:er)?)?-?daemon|mail[ .-]?(?:delivery|deliver[ -]sys)", re.IGNORECASE
)
_BOUNCING = re.compile(
    r"m(?:ail(?:er)?)?-?daemon|mail[ .-]?delivery|postmaster|^bounce|undeliver|mail[ -]subsystem",
    re.IGNORECASE,
)


def parse(raw: bytes) -> Message:
    """Return what the mail `raw` says.

    Never raises and never hangs: header bytes, parts, depth and decoded text are capped
    (`headers.py`, `mime.py`, `body.py`), work is linear in the size, and `faults` says what was
    cut or mended. Bytes that are no mail at all give a `Message` whose body is their text.
    An invitation is an attachment of type "text/calendar; method=request".
    """
    try:
        return _read(raw)
    except (RecursionError, ValueError, LookupError, OverflowError, MemoryError) as exc:
        # Nothing known comes here; a mail that finds a way must still be seen by an agent.
        body = decode(raw[:65536])
        return Message(subject="", sender=None, body=body, text=body, faults=(type(exc).__name__,))


def _read(raw: bytes) -> Message:
    root, faults = read_tree(raw)
    headers = root.headers
    body, html, attachments, more = read_body(root)
    sender, senders = sender_of(headers.all_raw("From"))
    return_path = _return_path(headers)
    failed = failed_recipients(root)
    bouncing = bool(failed) or return_path == "" or _bounces(headers, return_path)
    if failed:
        failed = completed(failed, worded(headers, body))
    elif bouncing:
        sure = _speaks_of_failure(headers)
        failed = recipients_in_words(headers, body, sure=sure, sent_to=sent_to(root))
    subject = _subject(headers)
    inside = Forwarded("") if bouncing else passed_on(root, body, subject)
    return Message(
        subject=subject,
        sender=sender,
        senders=senders,
        reply_to=_addresses(headers, "Reply-To"),
        to=_addresses(headers, "To"),
        cc=_addresses(headers, "Cc"),
        delivered_to=_delivered_to(headers),
        message_id=next(iter(message_ids(headers.raw("Message-ID"))), None),
        in_reply_to=message_ids(headers.raw("In-Reply-To")),
        references=message_ids(" ".join(headers.all_raw("References"))),
        date=instant(headers.raw("Date")),
        return_path=return_path,
        headers=tuple((name, decoded(text_of(value))) for name, value in headers.items),
        content_type=root.media_type,
        body=body,
        text=new_text(body, html),
        forwarded=inside.text,
        forwarded_from=inside.author,
        attachments=attachments,
        failed=failed,
        report_ids=returned_ids(root, body, bounce=bouncing),
        faults=tuple(dict.fromkeys((*faults, *more))),
    )


def _subject(headers: Headers) -> str:
    return " ".join((headers.get("Subject") or "").split())


def _addresses(headers: Headers, name: str) -> tuple[Address, ...]:
    return tuple(found for value in headers.all_raw(name) for found in address_list(value))


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    """Return the addresses the transport says it delivered to. Source: RFC 9228."""
    named = [a.addr for name in _DELIVERED for a in _addresses(headers, name)]
    return tuple(dict.fromkeys(named))


def _return_path(headers: Headers) -> str | None:
    """Return the envelope sender, "" where it is null, None where nothing says it."""
    value = headers.raw("Return-Path")
    if value is None:
        return None
    found = address_list(value)
    if found:
        return found[0].addr
    return "" if re.sub(r"[\s<>\"]", "", re.sub(r"\(.{0,200}?\)", "", value)) == "" else None


def _bounces(headers: Headers, return_path: str | None) -> bool:
    """Say whether the headers look like a bounce's, so that its words are worth reading."""
    if headers.raw("X-Failed-Recipients") is not None or is_failure(_subject(headers)):
        return True
    if _BOUNCING.search((return_path or "").partition("@")[0]):
        return True
    return _BOUNCING.search((headers.get("From") or "")[:300]) is not None


def _speaks_of_failure(headers: Headers) -> bool:
    """Say whether subject or sender are such as only bounces bear."""
    author = (headers.get("From") or "")[:300]
    return is_failure(_subject(headers)) or _DAEMON.search(author) is not None
