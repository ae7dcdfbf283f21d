"""A mail inside a mail: what somebody passes on, apart from what they write above it."""

from __future__ import annotations

from dataclasses import dataclass

from triage.core.mail.copied import is_block, read_block
from triage.core.mail.quoting import announces_forward, is_quoted, starts_history
from triage.core.message import Address

MAX_LINES = 20_000
"""Lines that are looked at."""
_BELOW = 5
"""Lines below an announcement among which the copied header begins."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The text of a mail that was passed on, and who wrote it, where the header says so."""

    text: str
    author: Address | None = None


def forwarded_in(body: str, *, passed_on: bool) -> Forwarded | None:
    """Return the mail that `body` passes on; None where it passes none on.

    A copied header is a forward where a line announces one, or where `passed_on` says that the
    subject does. History that begins otherwise is what the mail answers. Linear in `body`.
    """
    lines = body.split("\n", MAX_LINES)
    for place, line in enumerate(lines[:MAX_LINES]):
        if not line.strip(" \t>*_-=\xa0"):
            continue
        announced = announces_forward(line)
        if announced or is_quoted(line) or starts_history(lines, place):
            return _read(lines, place) if announced or passed_on else None
    return None


def _read(lines: list[str], at: int) -> Forwarded | None:
    """Read the mail whose copied header stands at line `at` or close below, quoted or not."""
    said = (place for place in range(at + 1, len(lines)) if lines[place].strip())
    quoted = at if is_quoted(lines[at]) else next(said, at)
    below = _without_mark(lines, quoted) if is_quoted(lines[quoted]) else lines[at:]
    start = next((place for place in range(_BELOW) if is_block(below, place)), None)
    if start is None:
        return None
    author, text = read_block(below, start)
    return Forwarded("\n".join(below[text:]).strip(), author)


def _without_mark(lines: list[str], at: int) -> list[str]:
    """Return the quoted lines from `at` on, up to where the quote ends, one mark taken off."""
    quoted: list[str] = []
    for line in lines[at:]:
        if line.strip() and not is_quoted(line):
            break
        quoted.append(line.lstrip().removeprefix(">").removeprefix(" "))
    return quoted
