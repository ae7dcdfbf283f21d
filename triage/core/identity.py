"""What makes two mails the same mail, whatever way they came by."""

from __future__ import annotations

import hashlib
import re

_NAMED = (b"from", b"date", b"subject", b"message-id")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_MARK = re.compile(
    r"^\s*(?:(?:re|fw|fwd|aw|wg|sv|vs|vb|antw|tr|rv|res|enc|odp|pd|i|r)(?:\s*[\[(]\d+[\])])?\s*:|\[[^\]]{1,40}\])",
    re.IGNORECASE,
)
_NOISE = re.compile(r"\d+|\W+")


def content_key(raw: bytes) -> bytes:
    """Digest what a mail says, without the trace that its way left in the head.

    From, Date, Subject, Message-ID and the body, trailing white space apart: copies that came
    by two addresses are one mail.
    """
    end = _HEAD_END.search(raw)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    fields = dict.fromkeys(_NAMED, b"")
    for line in _FOLD.sub(b" ", head).splitlines():
        name, _, value = line.partition(b":")
        if (key := name.strip().lower()) in fields and not fields[key]:
            fields[key] = b" ".join(value.split())
    digest = hashlib.sha256(b"\0".join(fields[name] for name in _NAMED))
    digest.update(b"\0\0" + body.replace(b"\r\n", b"\n").rstrip())
    return digest.digest()


def loose_subject(subject: str) -> str:
    """Return a subject without reply marks, tags, digits and punctuation, case-folded."""
    rest = subject
    while (shorter := _MARK.sub("", rest, count=1)) != rest:
        rest = shorter
    return _NOISE.sub(" ", rest).strip().casefold()


def body_digest(text: str) -> bytes:
    """Digest a text, white space, digits and case apart: what waves of one mail share."""
    return hashlib.sha256(_NOISE.sub(" ", text).strip().casefold().encode()).digest()
