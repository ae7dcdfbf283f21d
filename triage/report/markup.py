"""Words that strangers wrote, made safe to stand in a page or a plot; and tables of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what stands after them."""


def said(words: str) -> str:
    """Return words as text of HTML or XML: one line, escaped, nothing unseen in it."""
    spaced = _BLANKS.sub(" ", words).strip()
    kept = (
        char
        for char in spaced
        if char not in _TURNING and unicodedata.category(char) not in {"Cc", "Cs", "Cn", "Co"}
    )
    return escape("".join(kept))


def cut(words: str, most: int) -> str:
    """Return words of at most so many characters, an ellipsis for what is left out."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


_BLANKS = re.compile(r"[^\S\xa0]+")
_FEW = 3
"""Columns that need not be drawn apart over a whole page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a head; columns in `numbers` stand to the right.

    `more` rows are left out; `empty` is said where there are none. `words` are columns of whole
    sentences: they may take the room that is left.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = field(default_factory=frozenset)
    words: frozenset[int] = field(default_factory=frozenset)
    more: int = 0
    empty: str = "None."


def table(one: Table) -> str:
    """Return a table as HTML; its first column names the rows."""
    if not one.rows:
        return f'<p class="none">{said(one.empty)}</p>'
    head = "".join(
        f'<th scope="col"{_side(one, at)}>{said(w)}</th>' for at, w in enumerate(one.head)
    )
    few = ' class="few"' if len(one.head) <= _FEW else ""
    body = "\n".join(f"<tr>{''.join(_cells(one, row))}</tr>" for row in one.rows)
    return (
        f'<div class="wide"><table{few}>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n</table></div>" + _more(one)
    )


def _more(one: Table) -> str:
    return f'\n<p class="none">and {one.more:,} more</p>' if one.more else ""


def _cells(one: Table, row: tuple[str, ...]) -> Iterator[str]:
    for at, words in enumerate(row):
        tag = 'th scope="row"' if not at else "td"
        yield f"<{tag}{_side(one, at)}><bdi>{said(words)}</bdi></{tag.split(maxsplit=1)[0]}>"


def _side(one: Table, at: int) -> str:
    if at in one.words:
        return ' class="w"'
    return ' class="n"' if at in one.numbers else ""
