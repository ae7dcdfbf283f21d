"""What a mail states by itself: order and invoice numbers, a phone number."""

from __future__ import annotations

from collections.abc import Mapping

from triage.core.message import Message
from triage.core.patterns import Pattern


def facts(message: Message, patterns: Mapping[str, tuple[Pattern, ...]]) -> dict[str, str]:
    """Return the first hit of each fact's patterns: in the subject, the new text, then the rest."""
    found: dict[str, str] = {}
    for place in (message.subject, message.text, message.body):
        text = place.encode(errors="replace")
        for name, ways in patterns.items():
            if name in found:
                continue
            for pattern in ways:
                if hits := pattern.hits(text):
                    found[name] = hits[0]
                    break
    return found
