"""Finding the folder that clients keep sent mail in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from imapclient.imap_utf7 import decode

# In the order of preference; compared without case.
NAMES: Final = (
    "sent",
    "sent items",
    "sent messages",
    "sent mail",
    "gesendet",
    "gesendete objekte",
    "gesendete elemente",
    "éléments envoyés",
    "messages envoyés",
    "envoyés",
    "enviados",
    "elementos enviados",
    "itens enviados",
    "posta inviata",
    "inviata",
    "verzonden",
    "verzonden items",
    "wysłane",
    "elementy wysłane",
    "odeslaná pošta",
    "odeslané",
    "skickat",
    "sendt",
    "sendte elementer",
    "lähetetyt",
    "elküldött",
    "gönderilmiş öğeler",
    "отправленные",
    "надіслані",
    "已发送",
    "已发送邮件",
    "送信済み",
    "送信済みアイテム",
    "보낸 편지함",
)
_ROOTS: Final = frozenset({"inbox", "[gmail]", "[google mail]"})
_CLOSED: Final = frozenset({b"\\noselect", b"\\nonexistent"})

Listed = tuple[tuple[bytes, ...], bytes | None, bytes | str | int]


def choose_sent(listed: Iterable[Listed], wanted: str = "") -> str | None:
    """Choose the folder of sent mail from a LIST: by its mark, else by a name in many languages.

    With `wanted` that folder, if it is there. Marks of other folders are then no matter.
    A name that is not modified UTF-7, or holds control characters, is passed over.

    Source: RFC 6154 section 2.
    """
    by_name: dict[str, str] = {}
    for flags, delimiter, raw in listed:
        name = _name(raw)
        marks = {flag.lower() for flag in flags if isinstance(flag, bytes)}
        if name is None or marks & _CLOSED:
            continue
        if wanted:
            if name == wanted:
                return name
            continue
        if b"\\sent" in marks:
            return name
        parts = name.split(delimiter.decode("ascii", "replace")) if delimiter else [name]
        if len(parts) == 2 and parts[0].casefold() in _ROOTS:
            del parts[0]
        if len(parts) == 1:
            by_name.setdefault(parts[0].casefold(), name)
    return next((by_name[name] for name in NAMES if name in by_name), None)


def _name(raw: bytes | str | int) -> str | None:
    try:
        name = decode(raw) if isinstance(raw, bytes) else str(raw)
    except ValueError:
        return None
    return name if name.isprintable() else None
