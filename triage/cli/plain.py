"""Customers' words made safe to show: no control characters, no text that runs the other way."""

from __future__ import annotations

import unicodedata

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = frozenset("\u00ad\u200b\u2060\ufeff")
_BREAKS = frozenset("\n\r\t\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_MARKS = 4
"""Combining marks that stay on one letter: more pile up over the lines around it."""


def line(text: str) -> str:
    """Return `text` as one line: what breaks lines becomes a blank, blanks become one."""
    spaced = "".join(" " if char in _BREAKS else char for char in text)
    return " ".join(_clean(spaced).split())


def paragraphs(text: str) -> str:
    """Return `text` with its lines; runs of empty ones become one, tabs become blanks."""
    lines: list[str] = []
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        shown = _clean("".join("    " if char == "\t" else char for char in raw)).rstrip()
        if shown or (lines and lines[-1]):
            lines.append(shown)
    return "\n".join(lines).rstrip("\n")


def _clean(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > _MARKS or char in _BIDI or char in _UNSEEN:
            continue
        if category in {"Cc", "Cs", "Zl", "Zp"} or 0xE0000 <= ord(char) <= 0xE007F:
            continue
        kept.append(char)
    return "".join(kept)
