"""A mail as it is opened to be read: its whole text, its HTML, and every file that hangs on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from triage.core.mail.addresses import address_list
from triage.core.mail.body import read_through
from triage.core.mail.charset import decode
from triage.core.mail.headers import instant
from triage.core.mail.mime import Part, read_tree, unuuencode
from triage.core.message import Address, Attachment

_MOST_ADDRESSES = 50


@dataclass(frozen=True, slots=True)
class File:
    """One attachment, and where its bytes lie: a part of the mail, or uuencoded text in it."""

    told: Attachment
    source: Part | str

    @property
    def content_id(self) -> str:
        """By which name the HTML of the mail calls it, or ""."""
        return self.source.content_id if isinstance(self.source, Part) else ""

    def data(self, limit: int | None = None) -> bytes:
        """Return its decoded bytes; `limit`: of about so many of its first ones."""
        if isinstance(self.source, Part):
            return self.source.payload(None if limit is None else 2 * limit)
        text = self.source if limit is None else self.source[: 2 * limit]
        return unuuencode(text.encode("ascii", "ignore").splitlines())


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a raw mail holds for a reader.

    `date` keeps the sender's own offset. The `files` are in the order of `Message.attachments`.
    """

    text: str
    html: str | None
    files: tuple[File, ...]
    date: datetime | None
    sender: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]

    @property
    def by_id(self) -> Mapping[str, File]:
        """The files by their Content-ID; of two alike the first."""
        named: dict[str, File] = {}
        for file in self.files:
            if file.content_id:
                named.setdefault(file.content_id, file)
        return named


def opened(raw: bytes) -> Opened:
    """Open a raw mail. Never raises; linear in its size, with the caps of `parse`."""
    try:
        return _opened(raw)
    except (RecursionError, ValueError, LookupError, OverflowError, MemoryError):
        # As in `parse`: whatever comes here must still be seen.
        text = decode(raw[:65536])
        return Opened(text=text, html=None, files=(), date=None, sender=(), to=(), cc=())


def _opened(raw: bytes) -> Opened:
    root, _ = read_tree(raw)
    text, reading = read_through(root)

    def listed(name: str) -> tuple[Address, ...]:
        found = (one for value in root.headers.all_raw(name) for one in address_list(value))
        return tuple(islice(found, _MOST_ADDRESSES))

    return Opened(
        text=text,
        html=reading.html,
        files=tuple(map(File, reading.attachments, reading.sources)),
        date=instant(root.headers.raw("Date")),
        sender=listed("From"),
        to=listed("To"),
        cc=listed("Cc"),
    )
