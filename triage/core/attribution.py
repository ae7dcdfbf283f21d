"""The line above a quote that says who wrote it and when, in the requester's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from triage.core.heading import one_line
from triage.core.tags import main_part

_WROTE: Mapping[str, str] = {
    "cs": "{name} napsal(a) {when}:",
    "da": "{name} skrev {when}:",
    "de": "{name} schrieb am {when}:",
    "en": "{name} wrote on {when}:",
    "es": "{name} escribió el {when}:",
    "fi": "{name} kirjoitti {when}:",
    "fr": "{name} a écrit le {when} :",
    "it": "{name} ha scritto il {when}:",
    "nl": "{name} schreef op {when}:",
    "no": "{name} skrev {when}:",
    "pl": "{name} napisał(a) {when}:",
    "pt": "{name} escreveu em {when}:",
    "sv": "{name} skrev {when}:",
}


def attribution(name: str, at: datetime, zone: ZoneInfo, language: str | None) -> str:
    """Return the line; a language without words of its own gets them in English.

    The day is written as every country reads it alike: 2026-11-23 10:05.
    """
    words = _WROTE.get(main_part(language or "en").casefold(), _WROTE["en"])
    return words.format(name=one_line(name), when=f"{at.astimezone(zone):%Y-%m-%d %H:%M}")


def passed_on(name: str, at: datetime, zone: ZoneInfo, subject: str) -> str:
    """Return the lines above a mail that is passed on, as programs that read them know them."""
    return (
        "---------- Forwarded message ----------\n"
        f"From: {one_line(name)}\n"
        f"Date: {at.astimezone(zone):%Y-%m-%d %H:%M}\n"
        f"Subject: {one_line(subject)}\n"
    )
