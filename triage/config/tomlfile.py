"""Reads a TOML file with the place of each key and value, which `tomllib` does not tell."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from triage.config.faults import Document, Loc, Place, read_text, shown
from triage.errors import ConfigError, Fault

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""+|' + r"'''.*?'''+|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'", re.DOTALL
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN = re.compile(r"[^,\]}#\n]+")


def read_toml(path: Path) -> Document:
    """Read a TOML file.

    Raises: ConfigError with the place of a syntax error.
    """
    text, file = read_text(path), shown(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise ConfigError((_syntax(str(exc), text, file),)) from exc
    finder = _Finder(text)
    finder.file()
    return Document(file, data, finder.keys, finder.values)


def _syntax(said: str, text: str, file: str) -> Fault:
    """Word a syntax error: `tomllib` puts the place at the end of its message."""
    found = _AT.search(said)
    problem = _AT.sub("", said)
    problem = problem[:1].lower() + problem[1:]
    if found and found[1]:
        return Fault(file, int(found[1]), int(found[2]), problem)
    lines = text.split("\n")
    return Fault(file, len(lines), len(lines[-1]) + 1, f"{problem} at the end of the file")


class _Finder:
    """Walks over text that `tomllib` has found valid, and notes where each thing stands.

    Source: TOML 1.0, sections "Keys", "Array", "Inline Table" and "Array of Tables".
    """

    def __init__(self, text: str) -> None:
        self.keys: dict[Loc, Place] = {}
        self.values: dict[Loc, Place] = {(): Place(1, 1)}
        self._text = text
        self._at = 0
        self._tables: dict[Loc, int] = {}

    def file(self) -> None:
        """Note every place of the file."""
        table: Loc = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> Loc:
        start = self._at
        array = self._text.startswith("[[", start)
        self._at += 2 if array else 1
        table: Loc = ()
        for part, _ in self._dotted():
            table = self._inside((*table, part))
        if array:
            bare = table[:-1] if isinstance(table[-1], int) else table
            self._tables[bare] = self._tables.get(bare, -1) + 1
            self._note(bare, start, key=True)
            table = (*bare, self._tables[bare])
        self._note(table, start, key=True)
        self._at = self._text.index("]", self._at) + (2 if array else 1)
        return table

    def _inside(self, table: Loc) -> Loc:
        """Turn the name of an array of tables into its last table."""
        return (*table, self._tables[table]) if table in self._tables else table

    def _pair(self, table: Loc) -> None:
        loc = table
        for part, start in self._dotted():
            loc = (*loc, part)
            self._note(loc, start, key=True)
        self._at = self._text.index("=", self._at) + 1
        self._skip(_SPACE)
        self._value(loc)

    def _dotted(self) -> list[tuple[str, int]]:
        """Read a key of one or more parts, each with its start."""
        parts: list[tuple[str, int]] = []
        while True:
            self._skip(_SPACE)
            start = self._at
            quoted = _STRING.match(self._text, start)
            found = quoted or _BARE.match(self._text, start)
            if found is None:  # cannot be: `tomllib` has read this file
                return parts
            self._at = found.end()
            # A quoted key may hold escapes: let the TOML reader itself undo them.
            word = found[0] if not quoted else str(tomllib.loads(f"x = {found[0]}")["x"])
            parts.append((word, start))
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _value(self, loc: Loc) -> None:
        self._note(loc, self._at)
        first = self._text[self._at]
        if first == "[":
            self._several(loc, "]")
        elif first == "{":
            self._several(loc, "}")
        else:
            found = _STRING.match(self._text, self._at) or _PLAIN.match(self._text, self._at)
            self._at = found.end() if found else self._at + 1

    def _several(self, loc: Loc, close: str) -> None:
        """Read an array or an inline table up to `close`."""
        self._at += 1
        index = 0
        while True:
            self._skip(_BLANK)
            if self._text.startswith(",", self._at):
                self._at += 1
            elif self._text.startswith(close, self._at):
                self._at += 1
                return
            elif close == "]":
                self._value((*loc, index))
                index += 1
            else:
                self._pair(loc)

    def _skip(self, blank: re.Pattern[str]) -> None:
        found = blank.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _note(self, loc: Loc, offset: int, *, key: bool = False) -> None:
        line = self._text.count("\n", 0, offset) + 1
        place = Place(line, offset - self._text.rfind("\n", 0, offset))
        if key:
            self.keys.setdefault(loc, place)
            self.values.setdefault(loc, place)
        else:
            self.values[loc] = place
