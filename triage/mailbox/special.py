"""Finding the folders that clients keep sent mail in, and filters junk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from imapclient.imap_utf7 import decode

from triage.mailbox import foldernames

_ROOTS: Final = frozenset({"inbox", "[gmail]", "[google mail]"})
_NEVER: Final = frozenset({b"\\noselect", b"\\nonexistent", b"\\drafts"})
"""What a draft says nobody has been told."""

Listed = tuple[tuple[bytes, ...], bytes | None, bytes | str | int]


def choose_sent(listed: Iterable[Listed], wanted: str = "") -> str | None:
    """Choose the folder of sent mail from a LIST: by its mark, else by a name in many languages.

    With `wanted` that folder, if it is there. Marks of other folders are then no matter. One that
    is marked as that of drafts never, whatever it is called.
    A name that is not modified UTF-7, or holds control characters, is passed over.

    Source: RFC 6154 section 2.
    """
    return _choose(listed, b"\\sent", foldernames.SENT, wanted)


def choose_junk(listed: Iterable[Listed], wanted: str = "") -> str | None:
    """Choose the folder of junk from a LIST, as `choose_sent` does.

    Source: RFC 6154 section 2.
    """
    return _choose(listed, b"\\junk", foldernames.JUNK, wanted)


def _choose(listed: Iterable[Listed], mark: bytes, names: Sequence[str], wanted: str) -> str | None:
    by_name: dict[str, str] = {}
    for flags, delimiter, raw in listed:
        name = _name(raw)
        marks = {flag.lower() for flag in flags if isinstance(flag, bytes)}
        if name is None or marks & _NEVER:
            continue
        if wanted:
            if name == wanted:
                return name
            continue
        if mark in marks:
            return name
        parts = name.split(delimiter.decode("ascii", "replace")) if delimiter else [name]
        if len(parts) == 2 and parts[0].casefold() in _ROOTS:
            del parts[0]
        if len(parts) == 1:
            by_name.setdefault(parts[0].casefold(), name)
    return next((by_name[name] for name in names if name in by_name), None)


def _name(raw: bytes | str | int) -> str | None:
    try:
        name = decode(raw) if isinstance(raw, bytes) else str(raw)
    except ValueError:
        return None
    return name if name.isprintable() else None
