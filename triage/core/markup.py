"""The HTML part of a mail to a requester: its plain words in paragraphs, and nothing to load.

No colours, so that it is as readable on a dark ground as on a light one; no pictures, no links
of its own, no addresses elsewhere: opening it tells nobody anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

_BODY = (
    "margin:0;padding:16px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,"
    "sans-serif;font-size:16px;line-height:1.5"
)
_WIDTH = "max-width:38em;overflow-wrap:anywhere"
_PARAGRAPH = "margin:0 0 1em"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a mail in one language, `ltr` or `rtl`; `html` stands as it is."""

    language: str
    direction: str
    html: str


def paragraphs(text: str) -> str:
    """Return plain words as HTML: an empty line ends a paragraph, every other one a line."""
    return "\n".join(
        f'<p dir="auto" style="{_PARAGRAPH}">{_lines(part)}</p>'
        for part in re.split(r"\n{2,}", text.strip("\n"))
        if part.strip()
    )


def page(sections: Iterable[Section]) -> str:
    """Return a whole document of `sections`, each with its own language and direction.

    The document is in the language of the last: what stands above it is a line for strangers.
    """
    parts = list(sections)
    inside = "\n".join(
        f'<div lang="{escape(part.language)}" dir="{escape(part.direction)}" style="{_WIDTH}">\n'
        f"{part.html}\n</div>"
        for part in parts
    )
    last = parts[-1]
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(last.language)}" dir="{escape(last.direction)}">\n'
        '<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="supported-color-schemes" content="light dark">\n'
        f'</head>\n<body style="{_BODY}">\n{inside}\n</body>\n</html>\n'
    )


def _lines(part: str) -> str:
    return "<br>\n".join(escape(line) for line in part.split("\n"))
