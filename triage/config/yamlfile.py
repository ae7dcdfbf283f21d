"""Reads a YAML file into plain text values with the place of each.

Every scalar stays the text that was typed: the shape decides what it means. So `no` is a
language where a language is asked for, and `0123` keeps its zero in a phone number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from triage.config.faults import Document, Loc, Place, read_text, shown
from triage.errors import ConfigError, Fault

DEEPEST = 40
"""How deep a file may nest: far beyond any that a person writes."""


def read_yaml(path: Path) -> Document:
    """Read a file whose top is a mapping; an empty file is an empty mapping.

    Raises: ConfigError with the place of a syntax error, or of every key that stands twice.
    """
    return parse_yaml(read_text(path), shown(path))


def parse_yaml(text: str, file: str, first_line: int = 1) -> Document:
    """Read YAML text that begins in line `first_line` of `file` (front matter begins in 2).

    Raises: ConfigError with the place of a syntax error, or of every key that stands twice.
    """
    try:
        top = _composed(text)
    except YAMLError as exc:
        raise ConfigError((_syntax(exc, text, file, first_line),)) from exc
    except RecursionError as exc:
        raise ConfigError((Fault(file, 0, 0, "nested too deeply"),)) from exc
    if top is None:
        return Document(file, {})
    walk = _Walk(file, first_line)
    data = walk.value(top, ())
    if not isinstance(data, dict):
        walk.add(top, "should be a mapping of keys to values")
    if walk.faults:
        raise ConfigError(tuple(sorted(walk.faults)))
    return Document(file, data if isinstance(data, dict) else {}, walk.keys, walk.values)


@lru_cache(maxsize=256)
def _composed(text: str) -> Node | None:
    """Compose a file, once for as long as it is in use: nothing changes the nodes."""
    top: Node | None = YAML(typ="safe", pure=True).compose(text)
    return top


class _Walk:
    """Turns ruamel's nodes into plain values, and notes where each stands."""

    def __init__(self, file: str, first_line: int) -> None:
        self.keys: dict[Loc, Place] = {}
        self.values: dict[Loc, Place] = {}
        self.faults: list[Fault] = []
        self._file = file
        self._first_line = first_line

    def add(self, node: Node, text: str, remedy: str = "") -> None:
        """Note what is wrong at `node`."""
        place = self._place(node)
        self.faults.append(Fault(self._file, place.line, place.column, text, remedy))

    def value(self, node: Node, loc: Loc) -> object:
        """Return what `node` says: None, text, a list or a mapping."""
        self.values[loc] = self._place(node)
        if len(loc) > DEEPEST:
            self.add(node, "nested too deeply")
            return None
        if not str(node.tag).startswith("tag:yaml.org,2002:"):
            self.add(node, f"the tag '{node.tag}' means nothing here", "leave it out")
        match node:
            case MappingNode():
                return dict(self._pairs(node, loc))
            case SequenceNode():
                return [self.value(item, (*loc, at)) for at, item in enumerate(node.value)]
            case ScalarNode() if str(node.tag) == "tag:yaml.org,2002:null":
                return None
        return str(node.value)

    def _pairs(self, node: MappingNode, loc: Loc) -> Iterator[tuple[str, object]]:
        seen: dict[str, Place] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.add(key_node, "a key should be plain text")
                continue
            key, place = str(key_node.value), self._place(key_node)
            if key in seen:
                self.add(key_node, f"'{key}' stands here twice, first in line {seen[key].line}")
                continue
            seen[key] = self.keys[(*loc, key)] = place
            yield key, self.value(value_node, (*loc, key))

    def _place(self, node: Node) -> Place:
        mark = node.start_mark
        return Place(mark.line + self._first_line, mark.column + 1)


def _syntax(error: YAMLError, text: str, file: str, first_line: int) -> Fault:
    """Word a syntax error of ruamel's, with its place."""
    if isinstance(error, ReaderError):
        before = text[: error.position]
        line, column = before.count("\n"), error.position - before.rfind("\n") - 1
        return Fault(file, line + first_line, column + 1, "a control character stands here")
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Fault(file, 0, 0, "is not YAML")
    problem, remedy = _worded(error, text)
    mark = error.problem_mark
    if "end of stream" in str(error.problem) and error.context_mark is not None:
        mark = error.context_mark  # where it was opened, not where the file ends
    return Fault(file, mark.line + first_line, mark.column + 1, problem, remedy)


_WORDED = (
    (r"'\\t'", "a tab stands where YAML wants spaces", "indent with spaces"),
    ("cannot start any token", "", "quote text that begins with this character"),
    ("another document", "a second document begins here", "keep one document in a file"),
    (
        "undefined alias",
        "YAML takes '*' before a word for a reference to another place",
        "quote text that begins with *",
    ),
    (
        r"<block end>.*(<block mapping start>|'\?'|<block sequence start>|'-')",
        "this line is indented otherwise than those that it belongs to",
        "give it as many spaces as they have",
    ),
    (
        r"<block end>.*<scalar>",
        "the text goes on behind its closing quotation mark",
        "inside '…' write two for an apostrophe",
    ),
    (r"expected ',' or '\]'", "a comma or the closing ] is missing", "write lists as [a, b]"),
    (r"expected ',' or '}'", "a comma or the closing } is missing", "write them as {a: 1, b: 2}"),
    ("the node content", "a value is missing", "quote text that begins with #"),
    ("end of stream", "this quotation mark is never closed", "close it, or leave it out"),
    ("unknown escape", "in double quotation marks \\ begins an escape", "use '…' round patterns"),
    (
        "could not find expected ':'",
        "this is neither a key with its ':' nor part of the text above",
        "indent it further, or write KEY: VALUE",
    ),
)
"""What ruamel says, what is wrong in plain words (empty: as it says it), and what to do."""


def _worded(error: MarkedYAMLError, text: str) -> tuple[str, str]:
    """Say in plain words what is wrong, and what to write instead."""
    problem, mark = str(error.problem), error.problem_mark
    if "mapping values" in problem:
        if ": " in text.splitlines()[mark.line][: mark.column]:
            return "a second ': ' in one line", "quote text that holds ': '"
        return "the line above is no key with its value", "write KEY: VALUE, with a blank after ':'"
    for said, plain, remedy in _WORDED:
        if re.search(said, problem):
            return plain or problem, remedy
    return problem, ""
