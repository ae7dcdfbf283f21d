"""An admin's own HTML for a note: only what shows words, nothing that loads, runs or tracks.

It is the inside of the page; head and frame are made by code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from triage.config.faults import near
from triage.errors import Fault

TAGS = (
    *("a", "b", "bdi", "blockquote", "br", "div", "em", "h1", "h2", "h3", "hr", "i", "li", "ol"),
    *("p", "small", "span", "strong", "table", "tbody", "td", "th", "tr", "u", "ul"),
)
"""What a page may use."""

_ATTRIBUTES = ("align", "colspan", "dir", "href", "lang", "style", "valign", "width")
_VOID = ("br", "hr")
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_LINK = re.compile(r"(?:https://|mailto:|tel:)", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_UNQUOTED = re.compile(r"=\s*[^\s\"]")
_FILLED = "\ufffc"
_LOADS = re.compile(r"url\s*\(|@import|expression\s*\(|\\", re.IGNORECASE)


def page_faults(file: str, source: str) -> Iterator[Fault]:
    """Yield a fault for everything in `source` that a modest page has no need of."""
    reader = _Reader(file)
    # Tags of the template are blanked out, so that what is left keeps its place.
    reader.feed(_TEMPLATE.sub(lambda tag: re.sub(r"[^\n]", _FILLED, tag[0]), source))
    reader.close()
    yield from sorted({*reader.faults, *reader.unclosed()})


class _Reader(HTMLParser):
    """Goes through the tags, and keeps what is wrong with them."""

    def __init__(self, file: str) -> None:
        super().__init__(convert_charrefs=False)
        self.faults: list[Fault] = []
        self._file = file
        self._open: list[tuple[str, int, int]] = []

    def unclosed(self) -> Iterator[Fault]:
        """Yield a fault for each tag that nothing closes."""
        for tag, line, column in self._open:
            text = f"<{tag}> is never closed"
            yield Fault(self._file, line, column, text, f"write </{tag}> where it ends")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self._add(f"<{tag}> is more than a page may use", _meant(tag))
        elif tag not in _VOID:
            self._open.append((tag, *self._at()))
        for name, value in attrs:
            self._attribute(name, value or "")
        if _UNQUOTED.search(_QUOTED.sub('""', self.get_starttag_text() or "")):
            self._add("a value without quotes", 'write it in quotes: width="100"')

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in TAGS and tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
        elif tag not in _VOID and tag in TAGS:
            self._add(f"</{tag}> closes nothing that is open", "close tags in reverse order")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            self._add("a '<' that begins no tag", "write &lt;")

    def handle_comment(self, data: str) -> None:
        self._add("a comment would be sent along", "{# write it like this #}")

    def handle_decl(self, decl: str) -> None:
        self._add("a whole document stands here", "only what stands inside <body>")

    def handle_pi(self, data: str) -> None:
        self._add("'<?' is more than a page may use", _meant(""))

    def unknown_decl(self, data: str) -> None:
        self._add("'<![' is more than a page may use", _meant(""))

    def _attribute(self, name: str, value: str) -> None:
        if name not in _ATTRIBUTES:
            text = f"'{name}' is more than a page may use"
            self._add(text, near(name, _ATTRIBUTES) or f"there is {', '.join(_ATTRIBUTES)}")
        elif _FILLED in value:
            self._add("a variable inside a tag", "variables stand between tags alone")
        elif name == "href" and not _LINK.match(value):
            self._add("a link that is not known by its beginning", "https://, mailto: or tel:")
        elif name == "style" and _LOADS.search(value):
            self._add("a style that loads something", "colours, sizes and spaces alone")

    def _add(self, text: str, remedy: str) -> None:
        self.faults.append(Fault(self._file, *self._at(), text, remedy))

    def _at(self) -> tuple[int, int]:
        line, offset = self.getpos()
        return line, offset + 1


def _meant(tag: str) -> str:
    return near(tag, TAGS) or "words, paragraphs, lists, tables and links: nothing that loads"
