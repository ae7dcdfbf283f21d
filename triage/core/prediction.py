"""What the model says of one message: scores, the sentences behind them, and its doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from triage.core.ticket import Kind, Priority


@dataclass(frozen=True, slots=True)
class SignalScore:
    """How sure the model is of one signal (0 to 1), and the sentence that says so.

    `fired` is the model's own verdict at the threshold that training chose. `sure` is of
    kinds of mail alone: no text of people that the model had not seen came near this score.
    """

    score: float
    sentence: str
    fired: bool
    sure: bool = False


class Measured(StrEnum):
    """How it was found out what a sentence weighs (`model/reasons.py`)."""

    VECTORS = "vectors"
    """By leaving its vector and its words out of what was read."""

    TEXT = "text"
    """By reading the text again without it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence that speaks for a queue, or against it where `weight` is below zero.

    `weight` is by how much the queue's calibrated log-odds (natural logarithm) fall without it.
    """

    queue: str
    sentence: str
    weight: float
    measured: Measured

    @property
    def told(self) -> Mapping[str, object]:
        """The same as it is kept and shown, with the side it speaks for."""
        return {
            "queue": self.queue,
            "sentence": self.sentence,
            "weight": self.weight,
            "side": "for" if self.weight > 0 else "against",
            "measured": self.measured.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the model says of one message.

    `queue_scores` are calibrated probabilities over the taught queues and add
    up to 1; `queue_sure` is False where the model abstains. `priority_scores`
    are calibrated probabilities over the priorities. `gist` is the most telling
    sentence of the message itself: extractive, so it cannot invent. `queue_sentence`
    and `priority_sentence` are the sentences that weighed most for the winner. `kinds` says of
    each kind of mail that wording can give away how sure that is, and by which sentence.
    `reasons` are the sentences that weigh most for the likeliest queue, then those against it.
    """

    queue_scores: Mapping[str, float] = field(default_factory=dict)
    queue_sure: bool = False
    queue_sentence: str = ""
    priority_scores: Mapping[Priority, float] = field(default_factory=dict)
    priority_sentence: str = ""
    signals: Mapping[str, SignalScore] = field(default_factory=dict)
    kinds: Mapping[Kind, SignalScore] = field(default_factory=dict)
    gist: str = ""
    reasons: tuple[Reason, ...] = ()
    model_id: str = ""
