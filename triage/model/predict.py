"""A message → a `Prediction`: what the heads say, the sentence that says it, and doubt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from triage.core.judgement import SAFETY
from triage.core.prediction import Measured, Prediction, Reason, SignalScore
from triage.core.ticket import Kind, Priority
from triage.model.commands import without_orders
from triage.model.encoder import OnnxEncoder
from triage.model.floats import Floats, sigmoid, unit
from triage.model.heads import ClassHead, Heads, SignalHead
from triage.model.reading import Parts, Reading, Text, parts, read
from triage.model.reasons import Doubles, by_text, by_vectors, reasons
from triage.model.sentences import letters
from triage.model.telling import likeness, telling
from triage.model.words import words_of

_SAYS_SOMETHING = 3
"""Letters below which a text is never sure of anything, whatever its vector is near to."""

_SAYS_WHOSE = 30
"""Letters below which nothing is said of whose words these are: so short is a person's answer."""

_ALONE = 0.97
"""The score from which on a sentence by itself says that there is danger, whatever stands round it.

In a long mail about something else the whole speaks so much against it that a last line is lost.
"""


class Model:
    """An encoder with one set of heads. Never changes: a newly taught one takes its place."""

    def __init__(self, encoder: OnnxEncoder, heads: Heads, accuracy_when_sure: float) -> None:
        self.encoder = encoder
        self.heads = heads
        self.id = f"{encoder.id[:12]}-{heads.id[:12]}"
        self.coverage = heads.queue.coverage(accuracy_when_sure)
        """The share of held-out examples of which the model is sure."""
        self._sure_from = heads.queue.thresholds(accuracy_when_sure)

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        """Return what the model says of each message, in order. Blocks; safe in any thread."""
        taken = [self.heard(message) for message in messages]
        readings = read(self.encoder, taken)
        return [self._one(*each) for each in zip(taken, readings, strict=True)]

    def heard(self, message: Text) -> Parts:
        """Return what is read of a message: not what gives orders to the software."""
        return parts(self._read_of(message))

    def measured(self, message: Text) -> tuple[Reason, ...]:
        """Return the reasons for the likeliest queue, measured by reading the text again. Blocks.

        The text of one sentence has those that `predict` gives: nothing is left to be read.
        """
        heard = self._read_of(message)
        text = parts(heard)
        (reading,) = read(self.encoder, [text])
        taken = self.heads.taken(reading)
        queue = self.heads.queue_shares(taken)
        weights = by_vectors(self.heads, text, reading, taken)
        exact = by_text(self.encoder, self.heads, heard, weights)
        if not exact:
            return self._reasons(text, queue, weights)
        return reasons(self._label(queue), text.sentences, exact, Measured.TEXT)

    def _read_of(self, message: Text) -> Text:
        return without_orders(message, (*self.heads.queue.labels, *self.heads.priority.labels))

    def _label(self, queue: Floats) -> str:
        return self.heads.queue.labels[int(queue.argmax())]

    def _reasons(self, text: Parts, queue: Floats, weights: Doubles) -> tuple[Reason, ...]:
        by_place = dict(enumerate(weights.tolist()))
        return reasons(self._label(queue), text.sentences, by_place, Measured.VECTORS)

    def _one(self, text: Parts, reading: Reading) -> Prediction:
        heads = self.heads
        centred = heads.taken(reading)
        pooled = centred.pooled[None]
        queue = heads.queue_shares(centred)
        priority = heads.priority_shares(centred)
        score = float(heads.queue.sureness(queue[None], heads.nearest(pooled))[0])
        sure_from = float(self._sure_from[int(queue.argmax())])
        telling_ = telling(text.sentences)
        for_queue = by_vectors(heads, text, reading, centred)
        for_priority = _weights(heads.priority, priority, centred.sentences)
        stands_for = likeness(text.sentences, centred.sentences, centred.pooled, for_queue)
        return Prediction(
            queue_scores=_scores(heads.queue.labels, queue),
            queue_sure=score >= sure_from and letters(text.whole) >= _SAYS_SOMETHING,
            queue_sentence=text.sentences[max(telling_, key=for_queue.item)],
            priority_scores={
                Priority(name): share
                for name, share in _scores(heads.priority.labels, priority).items()
            },
            priority_sentence=text.sentences[max(telling_, key=for_priority.item)],
            signals=self._signals(text, centred),
            kinds=self._kinds(text, reading),
            gist=text.sentences[max(telling_, key=stands_for.item)],
            reasons=self._reasons(text, queue, for_queue),
            model_id=self.id,
        )

    def _signals(self, text: Parts, centred: Reading) -> dict[str, SignalScore]:
        found: dict[str, SignalScore] = {}
        for head in self.heads.signals:
            score = head.score(centred.whole, centred.sentences, centred.words)
            worst = int(head.logits(centred.sentences).argmax())
            if head.name == SAFETY and (alone := _alone(head, text, centred, worst)) >= _ALONE:
                score = max(score, alone)
            found[head.name] = SignalScore(score, text.sentences[worst], score >= head.threshold)
        return found

    def _kinds(self, text: Parts, reading: Reading) -> dict[Kind, SignalScore]:
        """Say whose words these are: the writer's own, whatever they answer, forward or quote."""
        head = self.heads.kinds
        if head is None or text.said < _SAYS_WHOSE:
            return {}
        text, reading = text.own or text, reading.own or reading
        spoken = Reading(unit(reading.whole - head.center), unit(reading.sentences - head.center))
        logits = head.logits(np.concatenate([spoken.pooled[None], spoken.sentences]))
        scores = sigmoid(logits[0])
        telling_ = telling(text.sentences)
        found: dict[Kind, SignalScore] = {}
        for at, name in enumerate(head.names):
            found[Kind(name)] = SignalScore(
                float(scores[at]),
                text.sentences[max(telling_, key=logits[1:, at].item)],
                fired=bool(logits[0, at] > head.doubtful[at]),
                sure=bool(logits[0, at] > head.sure[at]),
            )
        return found


def _scores(labels: Sequence[str], shares: Floats) -> dict[str, float]:
    return {label: float(share) for label, share in zip(labels, shares, strict=True)}


def _alone(head: SignalHead, text: Parts, centred: Reading, at: int) -> float:
    """Return the score of a signal as if one sentence were the whole message."""
    vector = centred.sentences[at]
    return head.score(vector, vector[None], words_of(text.sentences[at]))


def _weights(head: ClassHead, shares: Floats, sentences: Floats) -> Floats:
    """Return how much each sentence speaks for the winning label rather than for the rest."""
    if len(shares) < 2:
        return np.zeros(len(sentences), np.float32)
    logits = head.logits(sentences)
    winner = int(shares.argmax())
    rest: Floats = np.delete(logits, winner, axis=1).max(axis=1)
    margins: Floats = logits[:, winner] - rest
    return margins
