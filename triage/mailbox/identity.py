"""What names a mail whatever its UID: read in the same way from a whole mail and from its head."""

from __future__ import annotations

import re
from typing import Final

from triage.core.arrival import identity_of

FIELDS: Final = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID FROM DATE)]"

_HEAD: Final = 262_144
_END: Final = re.compile(rb"\r?\n\r?\n")
_FIELDS: Final = tuple(
    re.compile(rb"(?im)^" + name + rb"[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)")
    for name in (b"Message-ID", b"From", b"Date")
)


def identity(raw: bytes, size: int) -> bytes:
    """Digest the first Message-ID, From and Date in the head of `raw`, and RFC822.SIZE."""
    head = raw[:_HEAD]
    if end := _END.search(head):
        head = head[: end.start() + 1]
    found = (pattern.search(head) for pattern in _FIELDS)
    message_id, sender, date = (match[1] if match else b"" for match in found)
    return identity_of(message_id, sender, date, size)
