"""Text → sentences, in any language, in time linear in the text.

A sentence may be a line or a chunk where a text has no marks at all. Nothing is
lost but what lies beyond `LONGEST_TEXT`, where the middle is left out: people
put what matters at the beginning or at the very end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

LONGEST_TEXT = 12_000
"""Characters of a text that are read: the first three quarters of it, and the last."""

MOST = 48
"""Sentences of a text; where there are more, neighbours are read together."""

LONGEST = 300
"""Characters of a sentence; a longer one is cut at a space."""

SHORTEST = 8
"""Letters of a sentence; a shorter one ("Hi,") is read with the next."""

_WRAPPED = 50
"""A line at least this long goes on in the next one; a shorter one was ended on purpose."""

_BULLET = re.compile(r"\s{0,20}(?:[-*•–·>]|\d{1,2}[.)])\s")  # noqa: RUF001
_END = re.compile(r"[.!?…؟।]+[\"'»”’)\]]*(?=\s|$)|[。！？]+[」』”）]*")  # noqa: RUF001
_CLOSING = "\"'»”’"  # noqa: RUF001
_DENSE = "\u2e80"
_SPACES = re.compile(r"\s+")


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text in order; none of an empty one."""
    found = [
        chunk
        for block in _blocks(clipped(text, LONGEST_TEXT))
        for sentence in _split(block)
        for chunk in _chunks(sentence)
    ]
    return _grouped(_joined(found))


def clipped(text: str, longest: int) -> str:
    """Return a text without its middle where it is longer than `longest` characters."""
    if len(text) <= longest:
        return text
    head = longest * 3 // 4
    return f"{text[:head]}\n\n{text[len(text) - (longest - head) :]}"


def _blocks(text: str) -> Iterator[str]:
    """Join wrapped lines; an empty line, a bullet and a short line end a block."""
    lines: list[str] = []
    for line in text.splitlines():
        if lines and (not line.strip() or len(lines[-1]) < _WRAPPED or _BULLET.match(line)):
            yield " ".join(lines)
            lines = []
        if stripped := _SPACES.sub(" ", line).strip():
            lines.append(stripped)
    if lines:
        yield " ".join(lines)


def _split(block: str) -> Iterator[str]:
    start = 0
    for mark in _END.finditer(block):
        if _is_end(block, start, mark):
            yield block[start : mark.end()].strip()
            start = mark.end()
    if rest := block[start:].strip():
        yield rest


def _is_end(block: str, start: int, mark: re.Match[str]) -> bool:
    """Whether a mark ends a sentence: that of "Nr. 7", "z. B.", "J. Doe", "«Oh!» she said" not."""
    following = block[mark.end() + 1 : mark.end() + 2]
    if mark[0][0] != ".":
        return mark[0][-1] not in _CLOSING or not following.islower()
    word = block[max(start, mark.start() - 12) : mark.start()].rpartition(" ")[2]
    if len(word) == 1 and word.isalpha():
        return False
    return len(word) > 3 or not (following.islower() or following.isdigit())


def _chunks(sentence: str) -> Iterator[str]:
    while len(sentence) > LONGEST:
        cut = sentence.rfind(" ", LONGEST // 2, LONGEST)
        cut = LONGEST if cut < 0 else cut
        yield sentence[:cut]
        sentence = sentence[cut:].lstrip()
    if sentence:
        yield sentence


def letters(sentence: str) -> int:
    """Return how many letters a sentence has; a Chinese or Japanese sign counts as three."""
    return sum(3 if c >= _DENSE else 1 for c in sentence if c.isalpha())


def _joined(found: Sequence[str]) -> list[str]:
    """Read what is too short to say anything together with what follows it."""
    joined: list[str] = []
    carried = ""
    for sentence in found:
        together = f"{carried} {sentence}" if carried else sentence
        short = letters(together) < SHORTEST and len(together) < LONGEST
        carried = together if short else ""
        if not carried:
            joined.append(together)
    if carried and joined and len(joined[-1]) + len(carried) < 2 * LONGEST:
        joined[-1] += f" {carried}"
    elif carried:
        joined.append(carried)
    return joined


def _grouped(found: Sequence[str]) -> tuple[str, ...]:
    """Return at most `MOST` of them, neighbours together where there are more."""
    if len(found) <= MOST:
        return tuple(found)
    size = -(-len(found) // MOST)
    return tuple(" ".join(found[at : at + size]) for at in range(0, len(found), size))
