"""The Markdown of one file in `prompts/`: front matter, description, two lists of examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.config.faults import Faults
from triage.errors import ConfigError, Fault

EXAMPLES, COUNTER_EXAMPLES = "examples", "counter-examples"


@dataclass(frozen=True, slots=True)
class Bullet:
    """One example and the line it begins in."""

    line: int
    text: str


def split(text: str, file: str) -> tuple[str, list[str], int]:
    """Return the front matter, the lines after it, and the number of the first of them.

    Raises:
        ConfigError: there is no front matter.
    """
    lines = text.split("\n")
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        remedy = "begin the file with '---', 'name: …', 'title: …' and '---', a line each"
        raise ConfigError((Fault(file, 1, 1, "no front matter", remedy),))
    return "\n".join(lines[1:end]), lines[end + 1 :], end + 2


class Sections:
    """Takes the description and the two lists apart; a wrapped bullet becomes one line again."""

    def __init__(self, file: str, faults: Faults) -> None:
        self.description: list[str] = []
        self.bullets: dict[str, list[Bullet]] = {EXAMPLES: [], COUNTER_EXAMPLES: []}
        self._file = file
        self._faults = faults
        self._section = ""
        self._open: list[str] = []
        self._began = 0

    def read(self, lines: Sequence[str], first: int) -> None:
        """Read the lines after the front matter; `first` is the number of the first of them."""
        for number, line in enumerate(lines, first):
            if line.startswith("## "):
                self._begin_section(line[3:].strip(), number)
            elif not self._section:
                self.description.append(line)
            else:
                self._read_listed(line, number)
        self._close()

    def _begin_section(self, title: str, number: int) -> None:
        self._close()
        self._section = title.casefold()
        if self._section not in self.bullets:
            remedy = "'## Examples' or '## Counter-examples'"
            self._faults.add(Fault(self._file, number, 4, f"unknown section '{title}'", remedy))
            self.bullets[self._section] = []

    def _read_listed(self, line: str, number: int) -> None:
        if line.startswith("- ") or line.rstrip() == "-":
            self._close()
            self._began = number
            self._open.append(line[2:] or " ")
        elif self._open and (not line.strip() or line.startswith("  ")):
            self._open.append(line)
        elif line.strip():
            remedy = "begin an example with '- ', and go on with two spaces before the line"
            text = "this line belongs to no example"
            self._faults.add(Fault(self._file, number, 1, text, remedy))

    def _close(self) -> None:
        if not self._open:
            return
        text = "\n".join(" ".join(part.split()) for part in _paragraphs(self._open))
        if text:
            self.bullets[self._section].append(Bullet(self._began, text))
        else:
            remedy = "write it or take it out"
            self._faults.add(Fault(self._file, self._began, 1, "an empty example", remedy))
        self._open.clear()


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Join wrapped lines; an empty line between them stays a break."""
    part: list[str] = []
    for line in lines:
        if line.strip():
            part.append(line)
        elif part:
            yield " ".join(part)
            part = []
    if part:
        yield " ".join(part)
