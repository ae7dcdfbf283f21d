"""What a mail cites, read from its head alone: enough to look up what we said before it."""

from __future__ import annotations

from dataclasses import dataclass

from triage.core.identifiers import read_minted
from triage.core.mail.headers import message_ids, read_headers

MAX_HEAD = 64 * 1024
"""Bytes of a mail in which its head is looked for."""


@dataclass(frozen=True, slots=True)
class Cited:
    """The tickets that valid signatures name, and all Message-IDs, nearest first."""

    references: tuple[str, ...]
    message_ids: tuple[str, ...]


def cited(raw: bytes, secret: bytes) -> Cited | None:
    """Return what the mail `raw` cites in In-Reply-To and References; None if it cites nothing."""
    headers = read_headers(raw[:MAX_HEAD])
    ids = [
        *message_ids(headers.raw("In-Reply-To")),
        *reversed(message_ids(" ".join(headers.all_raw("References")))),
    ]
    if not ids:
        return None
    signed = [minted.reference for name in ids if (minted := read_minted(secret, name))]
    return Cited(tuple(dict.fromkeys(signed)), tuple(dict.fromkeys(ids)))
