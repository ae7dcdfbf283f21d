"""What makes two mails the same mail, whatever way they came by."""

from __future__ import annotations

import hashlib
import re

from triage.core.mail.headers import read_headers

_NAMED = ("From", "Date", "Subject", "Message-ID")
_MARK = re.compile(
    r"^\s*(?:(?:re|fw|fwd|aw|wg|sv|vs|vb|antw|tr|rv|res|enc|odp|pd|i|r)(?:\s*[\[(]\d+[\])])?\s*[:\uff1a]|\[[^\]]{1,40}\])",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\W+")
_NOISE = re.compile(r"\d+|\W+")


def content_key(raw: bytes) -> bytes:
    """Digest what a mail says, without the trace that its way left in the head.

    From, Date, Subject, Message-ID and the body, trailing white space apart: copies that came
    by two addresses are one mail. So does Reply-To, where there is one: it may be all that tells
    two people apart who filled in one form. The head is read as `parse` reads it.
    """
    headers = read_headers(raw)
    digest = hashlib.sha256()
    for name in _NAMED:
        wanted = name.casefold()
        values = (value for key, value in headers.items if key.casefold() == wanted)
        digest.update(b" ".join(next(values, b"").split()) + b"\0")
    for key, value in headers.items:
        if key.casefold() == "reply-to":
            digest.update(b"reply-to\0" + b" ".join(value.split()) + b"\0")
            break
    body = raw[headers.end :].replace(b"\r\n", b"\n").rstrip()
    digest.update(b"\0" + body)
    return digest.digest()


def loose_subject(subject: str) -> str:
    """Return a subject without reply marks, tags, digits and punctuation, case-folded."""
    rest = subject
    while (shorter := _MARK.sub("", rest, count=1)) != rest:
        rest = shorter
    return _NOISE.sub(" ", rest).strip().casefold()


def body_digest(text: str) -> bytes:
    """Digest a text, punctuation and case apart: what waves of one mail share.

    Numbers count: two people who fill in one form differ in little else.
    """
    return hashlib.sha256(_BETWEEN.sub(" ", text).strip().casefold().encode()).digest()
