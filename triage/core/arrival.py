"""A mail as a server handed it over, before anybody has read it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from triage.core.identity import content_key

_HEAD = 262_144
_NAMED = re.compile(rb"(?im)^message-id[ \t]*:")


class Role(StrEnum):
    """What a watched folder holds.

    Mail to us, mail that agents sent from their own client, or what a filter took for junk.
    """

    INBOX = "inbox"
    SENT = "sent"
    JUNK = "junk"


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
    `key` names the content wherever it lies; `named`: the head holds a Message-ID.
    """

    uid: int
    raw: bytes
    size: int
    identity: bytes
    internal_date: datetime
    truncated: bool = False
    unreadable: str = ""
    key: bytes = field(init=False, default=b"")
    named: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        # Digested where the mail is fetched: a large one must not hold up the store.
        object.__setattr__(self, "key", content_key(self.raw))
        object.__setattr__(self, "named", bool(_NAMED.search(self.raw, 0, _HEAD)))


def identity_of(message_id: bytes, sender: bytes, date: bytes, size: int) -> bytes:
    """Digest what names one mail in one folder, whatever its UID.

    Takes the raw header values, white space collapsed; `size` is RFC822.SIZE in bytes.
    """
    parts = [b" ".join(value.split()) for value in (message_id, sender, date)]
    return hashlib.sha256(b"\0".join([*parts, b"%d" % size])).digest()
