"""A message as vectors: one of the whole, one of each sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from triage.core.subject import without_forward, without_reply
from triage.model.floats import Floats, unit
from triage.model.sentences import LONGEST_TEXT, clipped, letters, sentences
from triage.model.words import NONE, Buckets, words_of

WHOLE = 2_500
"""Characters of the text that the vector of the whole is made of: about 256 tokens hold fewer."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a requester wrote: the subject, and the body without quotes and signature."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Parts:
    """What is read of a message: its beginning as a whole, and its sentences (at least one).

    `own` is the same of what the writer says in their own words, where that is not all of it:
    without the subject of an older mail, which this one answers or forwards, and without what
    stands in quotation marks. `said` counts the letters of their own words, without any subject.
    """

    whole: str
    sentences: tuple[str, ...]
    own: Parts | None = None
    said: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """All of what has to be turned into vectors, the whole first and that of `own` last."""
        return (self.whole, *self.sentences, *(self.own.texts if self.own else ()))

    @property
    def words(self) -> Buckets:
        """The buckets of the words of all sentences."""
        return words_of("\n".join(self.sentences))


@dataclass(frozen=True, slots=True)
class Reading:
    """The vectors of a message: the whole, a row for each sentence, and both pooled; its words.

    `own` has those of `Parts.own`, where there is one.
    """

    whole: Floats
    sentences: Floats
    own: Reading | None = None
    words: Buckets = field(default_factory=lambda: NONE)

    @property
    def pooled(self) -> Floats:
        """What queue, priority and kind are read from: the whole and the mean sentence alike."""
        return unit(unit(self.whole) + unit(self.sentences.mean(axis=0)))


_QUOTED = re.compile(
    r"“[^“”]{20,1500}”|„[^„“”]{20,1500}[“”]|«[^«»]{20,1500}»|»[^«»]{20,1500}«"
    r"|「[^「」]{8,1500}」|『[^『』]{8,1500}』|(?<!\w)\"[^\"]{20,1500}\"(?!\w)"
)


class Encodes(Protocol):
    """Whatever turns texts into vectors: the encoder, or the encoder behind shipped vectors."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return one L2-normalised row for each text."""


def parts(text: Text) -> Parts:
    """Take a message apart; the subject is its first sentence."""
    subject = " ".join(text.subject.split())[:300]
    body = text.body.strip()
    whole = f"{subject}\n{body}" if subject and body else subject or body
    found = sentences(body)
    if subject and subject not in found:
        found = (subject, *found)
    read_of = clipped(body, LONGEST_TEXT).strip()
    spoken, own = unquoted(read_of), None
    if spoken != read_of or _older(subject):
        own = Parts(spoken[:WHOLE], sentences(spoken) or (spoken[:WHOLE],))
    return Parts(whole[:WHOLE], found or (whole[:WHOLE],), own, letters(spoken[:WHOLE]))


def unquoted(text: str) -> str:
    """Return a text without what stands in quotation marks for longer than a name or a title."""
    return _QUOTED.sub(" … ", text).strip()


def _older(subject: str) -> bool:
    """Say whether a subject is that of a mail which is answered or forwarded."""
    return without_forward(without_reply(subject)) != subject


def read(encoder: Encodes, messages: Sequence[Parts]) -> list[Reading]:
    """Encode messages in one go: a sentence that stands in several is encoded once."""
    rows = iter(encoder.encode([text for each in messages for text in each.texts]))
    return [_reading(each, rows) for each in messages]


def _reading(text: Parts, rows: Iterator[Floats]) -> Reading:
    """Take as many rows as a message has texts."""
    whole = next(rows)
    each = np.stack([next(rows) for _ in text.sentences])
    own = _reading(text.own, rows) if text.own else None
    return Reading(whole, each, own, text.words)
