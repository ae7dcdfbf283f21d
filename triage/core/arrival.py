"""A mail as a server handed it over, before anybody has read it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a watched folder holds: mail to us, or mail that agents sent from their own client."""

    INBOX = "inbox"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Folder:
    """One watched folder: `mailbox` is the settings' name, `path` the server's."""

    mailbox: str
    path: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A mail that was seen on the server and not fetched: what a baseline keeps of it.

    `identity` survives a change of UIDVALIDITY; see `identity_of`.
    """

    uid: int
    identity: bytes
    internal_date: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One fetched mail. `raw` is what the server keeps, byte for byte.

    `internal_date` is the server's. `truncated`: only the head was fetched, because the mail is
    larger than `max_message`. `unreadable` says why nothing could be fetched (then `raw` is b"").
    """

    uid: int
    raw: bytes
    size: int
    identity: bytes
    internal_date: datetime
    truncated: bool = False
    unreadable: str = ""


def identity_of(message_id: bytes, sender: bytes, date: bytes, size: int) -> bytes:
    """Digest what names one mail in one folder, whatever its UID.

    Takes the raw header values, white space collapsed; `size` is RFC822.SIZE in bytes.
    """
    parts = [b" ".join(value.split()) for value in (message_id, sender, date)]
    return hashlib.sha256(b"\0".join([*parts, b"%d" % size])).digest()
