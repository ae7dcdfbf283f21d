"""Where something stands in a file, and everything wrong that was found on the way."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from triage.errors import ConfigError, Fault

Loc: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys of mappings and indexes of lists, from the top of the file."""


CLOSE = 0.65
"""How alike two names must be for one to be meant by the other, of 1."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, as plain values, and where each of them stands.

    `keys` holds the places of keys, `values` those of values and list items.
    """

    file: str
    data: Mapping[str, object]
    keys: Mapping[Loc, Place] = field(default_factory=dict)
    values: Mapping[Loc, Place] = field(default_factory=dict)

    def place(self, loc: Loc, *, key: bool = False) -> Place:
        """Return where `loc` stands, or the nearest thing around it that stands in the file.

        `key` asks for the key instead of its value.
        """
        at: Loc = ()
        for part in loc:
            if (*at, part) in self.values:
                at = (*at, part)
            elif isinstance(part, str):
                break  # else one value stands where a list may: its index is not in the file
        if key and at in self.keys:
            return self.keys[at]
        return self.values.get(at, Place(1, 1)) if at else Place(1, 1)

    def data_at(self, loc: Loc) -> object:
        """Return what stands at `loc`, or None."""
        value: object = self.data
        for part in loc:
            if isinstance(value, Mapping):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value

    def fault(self, loc: Loc, text: str, remedy: str = "", *, key: bool = False) -> Fault:
        """Make the fault that stands at `loc`."""
        place = self.place(loc, key=key)
        return Fault(self.file, place.line, place.column, text, remedy)


class Faults:
    """Collects what is wrong, so that everything is said at once."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, *faults: Fault) -> None:
        """Keep these faults."""
        self._found.extend(faults)

    def take(self, error: ConfigError) -> None:
        """Keep the faults of an error that another file raised."""
        self._found.extend(error.faults)

    def raise_any(self) -> None:
        """Raise them all, each once and in the order of their files; do nothing if there is none.

        Raises: ConfigError.
        """
        if self._found:
            raise ConfigError(tuple(sorted(set(self._found))))


def near(word: str, known: Iterable[str]) -> str:
    """Say which of `known` was meant by `word`, or which there are; "" where there is none."""
    names = {name.casefold(): name for name in sorted(known)}
    close = difflib.get_close_matches(word.casefold(), names, n=1, cutoff=CLOSE)
    if close:
        return f"did you mean '{names[close[0]]}'?"
    return f"one of: {', '.join(names.values())}" if names else ""


def shown(path: Path) -> str:
    """Name a file as the admin would type it: relative to the working folder where it is below."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def read_text(path: Path) -> str:
    """Return the text of a file that an admin edits; a byte order mark is not part of it.

    Raises: ConfigError where it cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as exc:
        reason = (exc.strerror or type(exc).__name__).lower()
        raise ConfigError((Fault(shown(path), 0, 0, f"cannot be read: {reason}"),)) from exc
    except UnicodeDecodeError as exc:
        raw = exc.object[: exc.start]
        line, column = raw.count(b"\n") + 1, exc.start - raw.rfind(b"\n")
        fault = Fault(shown(path), line, column, "not UTF-8 text", "save the file as UTF-8")
        raise ConfigError((fault,)) from exc
