"""A message as vectors: one of the whole, one of each sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from triage.core.subject import without_forward, without_reply
from triage.model.floats import Floats, unit
from triage.model.sentences import sentences

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

    `passed_on`: the first of several sentences is the subject of an older mail, which this one
    answers or forwards.
    """

    whole: str
    sentences: tuple[str, ...]
    passed_on: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The vectors of a message: the whole, a row for each sentence, and both pooled."""

    whole: Floats
    sentences: Floats

    @property
    def pooled(self) -> Floats:
        """What queue and priority are read from: the whole and the mean sentence alike."""
        return unit(unit(self.whole) + unit(self.sentences.mean(axis=0)))

    @property
    def below(self) -> Floats:
        """What is left where the first of several sentences, the subject, is not looked at."""
        return unit(self.sentences[1:].mean(axis=0))


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
        old = bool(found) and without_forward(without_reply(subject)) != subject
        return Parts(whole[:WHOLE], (subject, *found), passed_on=old)
    return Parts(whole[:WHOLE], found or (whole[:WHOLE],))


def read(encoder: Encodes, messages: Sequence[Parts]) -> list[Reading]:
    """Encode messages in one go: a sentence that stands in several is encoded once."""
    texts = [text for each in messages for text in (each.whole, *each.sentences)]
    vectors = encoder.encode(texts)
    readings: list[Reading] = []
    at = 0
    for each in messages:
        end = at + 1 + len(each.sentences)
        readings.append(Reading(vectors[at], vectors[at + 1 : end]))
        at = end
    return readings
