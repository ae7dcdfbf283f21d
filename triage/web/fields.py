"""What stands in a field of a form, or in a path: as a number, or as words on one line."""

from __future__ import annotations

from collections.abc import Mapping

MOST_WORDS = 500
"""Characters of one line that somebody types."""
_MOST_DIGITS = 17
"""Digits of a number, such as every database takes."""


def whole_number(typed: object) -> int | None:
    """Return the number that somebody typed in digits; None where it is none, or beyond use."""
    text = str(typed)
    digits = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if digits else None


def line(fields: Mapping[str, object], name: str) -> str:
    """Return what a field holds, on one line; "" where there is none."""
    return " ".join(str(fields.get(name, "")).split())[:MOST_WORDS]
