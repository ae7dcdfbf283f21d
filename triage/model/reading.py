"""A message as vectors: one of the whole, one of each sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from triage.core.subject import without_forward, without_reply
from triage.model.floats import Floats, unit
from triage.model.sentences import letters, sentences

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

    `own` is the text without its subject where that is an older mail's, which this one answers or
    forwards: the first of the sentences then. None where the whole is the writer's own. `said`
    counts the letters of the text without its subject.
    """

    whole: str
    sentences: tuple[str, ...]
    own: str | None = None
    said: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """All of what has to be turned into vectors, the whole first and `own` last."""
        return (self.whole, *self.sentences, *([self.own] if self.own else []))


@dataclass(frozen=True, slots=True)
class Reading:
    """The vectors of a message: the whole, a row for each sentence, and both pooled.

    `own` is the vector of what `Parts.own` names, where there is such a text.
    """

    whole: Floats
    sentences: Floats
    own: Floats | None = None

    @property
    def pooled(self) -> Floats:
        """What queue and priority are read from: the whole and the mean sentence alike."""
        return unit(unit(self.whole) + unit(self.sentences.mean(axis=0)))

    @property
    def words(self) -> Floats:
        """What the writer's own words are read from: pooled, without another mail's subject."""
        if self.own is None:
            return self.pooled
        return unit(unit(self.own) + unit(self.sentences[1:].mean(axis=0)))


class Encodes(Protocol):
    """Whatever turns texts into vectors: the encoder, or the encoder behind shipped vectors."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return one L2-normalised row for each text."""


def parts(text: Text) -> Parts:
    """Take a message apart; the subject is its first sentence."""
    subject = " ".join(text.subject.split())[:300]
    body = text.body.strip()
    whole = f"{subject}\n{body}" if subject and body else subject or body
    found, said = sentences(body), letters(body[:WHOLE])
    if not subject or subject in found:
        return Parts(whole[:WHOLE], found or (whole[:WHOLE],), None, said)
    older = without_forward(without_reply(subject)) != subject
    return Parts(whole[:WHOLE], (subject, *found), body[:WHOLE] if older else None, said)


def read(encoder: Encodes, messages: Sequence[Parts]) -> list[Reading]:
    """Encode messages in one go: a sentence that stands in several is encoded once."""
    rows = iter(encoder.encode([text for each in messages for text in each.texts]))
    readings: list[Reading] = []
    for each in messages:
        whole, *others = (next(rows) for _ in each.texts)
        own = others.pop() if each.own else None
        readings.append(Reading(whole, np.stack(others), own))
    return readings
