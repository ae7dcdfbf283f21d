"""What an answer of ours does: it answers, it only asks, or it only promises to write again.

All three are a human's word, and stop the clock; in reports they stand apart. Where a sentence
is of no known sort, the answer answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from triage.core.answerwords import ASKS, CLOSING, COURTESY, OFFERS, PROMISES, WORKING
from triage.core.mail.signing import closes
from triage.core.saidtime import SaidTime, folded, said_time

MOST_LETTERS: Final = 20_000
MOST_SENTENCE: Final = 400
"""Letters of a text, and of one sentence of it, that are looked at."""

_END = re.compile(r"(?<=[.!?…])\s+(?=[^\W\d_a-zäöüßàâçéèêíñóúáãõąćęłńśżź]|[¿¡\"„«])")
_BLANK = re.compile(r"\n[ \t]*\n")


class Does(StrEnum):
    """What an answer does for the requester."""

    ANSWERS = "answers"
    ASKS = "asks"
    PROMISES = "promises"


_SORTS: Final = (
    (CLOSING, None),
    (PROMISES, Does.PROMISES),
    (OFFERS, Does.ANSWERS),
    (ASKS, Does.ASKS),
    (COURTESY, None),
    (WORKING, Does.PROMISES),
)
"""What a sentence does that one of these finds something in; the first that does decides."""


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise to write again: the sentence that makes it, and the moment it names."""

    sentence: str
    said: SaidTime


def does(text: str) -> Does:
    """Say what the new text of an answer does.

    It only asks, or only promises, where every sentence but courtesies does so, and one that asks
    and promises asks. An empty text answers: what it brings is attached.
    """
    found = {sort for sentence in sentences(text) if (sort := _sort(sentence)) is not None}
    if not found or Does.ANSWERS in found:
        return Does.ANSWERS
    return Does.ASKS if Does.ASKS in found else Does.PROMISES


def promised(text: str, at: datetime, zone: ZoneInfo, language: str | None) -> Promised | None:
    """Return the first promise to write again by a moment that is named, seen from `at`."""
    for sentence in sentences(text):
        words = folded(sentence)
        match = PROMISES.search(words)
        if match is None or sentence.rstrip().endswith("?"):
            continue
        # A reason may stand before the promise with a day of its own: what follows it counts.
        said = said_time(words[match.start() :], at, zone, language)
        said = said or said_time(sentence, at, zone, language)
        if said is not None:
            return Promised(sentence, said)
    return None


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text in order, up to the words that close it."""
    for paragraph in _BLANK.split(text[:MOST_LETTERS]):
        lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
        last = next((at for at, line in enumerate(lines) if closes(line)), None)
        held = ""
        for line in lines[:last]:
            held = f"{held} {line}" if held else line
            if line.endswith((",", ":")) and len(line) < 40 and held == line:
                yield held  # a greeting stands on a line of its own
                held = ""
        for sentence in _END.split(held):
            if sentence.strip():
                yield sentence.strip()[:MOST_SENTENCE]
        if last is not None:
            return


def _sort(sentence: str) -> Does | None:
    """Say what one sentence does; None for what says nothing of the matter."""
    words = folded(sentence)
    for pattern, sort in _SORTS:
        if pattern.search(words):
            return sort
    if not re.search(r"\w", words):
        return None
    return Does.ASKS if words.endswith("?") else Does.ANSWERS
