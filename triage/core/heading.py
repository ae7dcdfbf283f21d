"""Headers of our own mails, and the bytes they begin: nothing breaks out of a header.

Whatever stands in a name, a subject or a Message-ID that a stranger wrote, it ends up inside the
header it was meant for: controls are dropped before, and what would still break out is refused.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from email.policy import SMTP
from email.utils import format_datetime

from triage.core.addressing import wire_address
from triage.core.message import Address
from triage.errors import PermanentError

BODY_POLICY = SMTP.clone(cte_type="7bit")
"""By which the bodies of our mails are written: ASCII, with CRLF."""

LONGEST_LINE = 998
"""Bytes of a line that every relay takes. Source: RFC 5321 section 4.5.3.1.6."""

_LONGEST_NAME = 60
_LONGEST_ID = 300
_LONGEST_WORD = 39
_FIRST_IDS = 1
_LAST_IDS = 12
_PIECE = re.compile(r"[ -~]*")
_ID = re.compile(r"[!-;=?-~]+")

Lines = tuple[tuple[str, ...], ...]
"""Headers: the name, then the pieces between which the line may be folded."""


def one_line(text: str) -> str:
    """Return `text` on one line, without controls, invisible marks and doubled spaces."""
    spaced = "".join(" " if c.isspace() else c for c in text)
    return " ".join("".join(c for c in spaced if unicodedata.category(c)[0] != "C").split())


def shortened(text: str, longest: int) -> str:
    """Return `text`, or what of it fits into `longest` characters with a mark of the cut."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def people(addresses: Iterable[Address]) -> tuple[str, ...]:
    """Return addresses as To and Cc list them, each with its name. Raises: AddressUnusable."""
    pieces: list[str] = []
    for address in addresses:
        if pieces:
            pieces[-1] += ","
        pieces += named(address.name, address.addr)
    return tuple(pieces)


def dated(date: datetime) -> Lines:
    """Return the header that says when a mail was written."""
    return (("Date", format_datetime(date)),)


def named(name: str, address: str) -> tuple[str, ...]:
    """Return an address with its name, as From says it. Raises: AddressUnusable."""
    shown = words(shortened(one_line(name), _LONGEST_NAME))
    if not shown[0]:
        return (wire_address(address),)
    if shown[0].isascii() and not shown[0].startswith("=?"):
        shown = ('"' + re.sub(r'(["\\])', r"\\\1", shown[0]) + '"',)
    return (*shown[:-1], f"{shown[-1]} <{wire_address(address)}>")


def words(text: str) -> tuple[str, ...]:
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


def identified(
    message_id: str, parent: str | None, references: tuple[str, ...], anchor: str
) -> Lines:
    """Return the headers by which a mail is named, and tied to those before it.

    `anchor` stands last in References. Raises: PermanentError.
    """
    if not (_stands(message_id) and _stands(anchor)):
        raise PermanentError("a Message-ID of our own cannot stand in a header")
    before = [their for their in dict.fromkeys(references) if _stands(their)]
    answered: Lines = ()
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


def head_bytes(headers: Lines) -> bytes:
    """Return headers as they go over the wire. Raises: PermanentError if one would break out."""
    for _, *pieces in headers:
        if not all(_PIECE.fullmatch(piece) for piece in pieces):
            raise PermanentError("a value would break out of its header")
    return "".join(f"{name}: " + "\r\n ".join(pieces) + "\r\n" for name, *pieces in headers).encode(
        "ascii"
    )


def refuse_long_lines(payload: bytes) -> bytes:
    """Return `payload`, every line of which a relay takes. Raises: PermanentError.

    Source: RFC 5321 section 4.5.3.1.6.
    """
    if any(len(line) > LONGEST_LINE for line in payload.split(b"\r\n")):
        raise PermanentError("the mail has a line that no relay takes")
    return payload


def plain(text: str) -> str:
    """Return `text` with one kind of line end, and without controls."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(
        "".join(c for c in line if c == "\t" or unicodedata.category(c) not in {"Cc", "Cs"})
        for line in lines
    )
