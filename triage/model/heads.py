"""The heads on top of the encoder: a few matrices, served by numpy.

A vector that reaches a head is the encoder's, less the mean of what was taught,
and of length one again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from triage.model.floats import Floats, sigmoid, softmax, unit
from triage.model.kinds import KindHead
from triage.model.reading import Reading
from triage.model.words import NONE, Buckets, worth

_BORROWED = 20.0
_LOUDEST = 6.0
"""The logit of a signal or queue beyond which it says no more of how pressing a message is."""
_NEVER = 1e-9


def sureness(shares: Floats, nearest: Floats, temperature: float, reach: float) -> Floats:
    """Return how sure calibrated `shares` are, a row each, at a cosine to the nearest example.

    The probability is that before its temperature: where little was taught, a temperature makes
    every winner look alike, also that of a text which belongs nowhere.
    """
    plain = softmax(np.log(np.maximum(shares, 1e-12)) * np.float32(temperature))
    closeness = np.minimum(1.0, nearest / np.float32(max(reach, 1e-6)))
    scores: Floats = (plain.max(axis=-1) * closeness).astype(np.float32)
    return scores


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassHead:
    """One of several labels: multinomial logistic regression with a temperature.

    `words` is what words speak for each label; None where they are not heard. `held_out` has a
    row for each example that was predicted by a head that had not seen it: the score that
    abstention uses, 1 where the label was right, which label it was said to have (an index into
    `labels`), and 1 where it is like the mail that comes, so that thresholds are drawn from it.
    `reach` is the cosine to the nearest example beneath which a text is farther
    from all that was taught than half of those were.
    """

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats
    temperature: float
    reach: float
    held_out: Floats
    words: Floats | None = None

    def logits(self, vectors: Floats) -> Floats:
        """Return a row of calibrated logits for each vector, whatever its words."""
        scores: Floats = (vectors @ self.weights.T + self.bias) / np.float32(self.temperature)
        return scores

    def probabilities(self, vectors: Floats) -> Floats:
        """Return a row of calibrated probabilities for each vector; each adds up to 1."""
        return softmax(self.logits(vectors))

    def said(self, pooled: Floats, words: Buckets) -> Floats:
        """Return the calibrated logits of one message, by its vector and by its words."""
        logits: Floats = self.logits(pooled[None])[0]
        if self.words is None:
            return logits
        heard: Floats = logits + worth(self.words, words) / np.float32(self.temperature)
        return heard

    def sureness(self, shares: Floats, nearest: Floats) -> Floats:
        """Return the score that abstention uses: the winner's probability, less what is far off.

        Within `reach` the distance says nothing more about the label; beyond it the
        probability counts in proportion, so that the unheard-of ends up unsure.
        """
        return sureness(shares, nearest, self.temperature, self.reach)

    def thresholds(self, accuracy: float) -> Floats:
        """Return for each label the least score from which on `accuracy` of what it got was right.

        A score at the threshold is sure. Infinite where no threshold reaches that. A label's
        own rate is drawn towards that of all labels, as if `_BORROWED` more were known of it,
        and has to be above `accuracy` by what chance alone may make of so few.
        """
        least = np.full(len(self.labels), np.inf, np.float32)
        like = self.held_out[self.held_out[:, 3] > 0]
        ranked = like[np.argsort(-like[:, 0], kind="stable")]
        rates = np.cumsum(ranked[:, 1]) / np.arange(1, len(ranked) + 1)
        for label in range(len(self.labels)):
            rows = np.flatnonzero(ranked[:, 2] == label)
            known = np.arange(1, len(rows) + 1) + _BORROWED
            right = np.cumsum(ranked[rows, 1]) + _BORROWED * rates[rows]
            chance = np.sqrt(accuracy * (1.0 - accuracy) / known)
            enough = right >= np.minimum(1.0, accuracy + chance) * known - 1e-6
            # Of several with the same score none is surer: they are in or out together.
            last = np.append(np.diff(ranked[rows, 0]) < 0, True)[: len(rows)]
            reached = np.flatnonzero(enough & last)
            if len(reached):
                least[label] = ranked[rows[reached[-1]], 0]
        return least

    def coverage(self, accuracy: float) -> float:
        """Return the share of held-out texts like the mail that comes that are sure at that."""
        like = self.held_out[self.held_out[:, 3] > 0]
        if not len(like):
            return 0.0
        asked = self.thresholds(accuracy)[like[:, 2].astype(np.int64)]
        return float((like[:, 0] >= asked).mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalHead:
    """Whether a message has one signal, by the whole, by its worst sentence and by its words.

    Each of the three counts as much as training found; together with `offset` they make the logit
    of a calibrated probability. `words` is None where they are not heard. `held_out` has that
    logit for each text of the lesson, by a head that had not seen it.
    """

    name: str
    weights: Floats
    bias: float
    by_whole: float
    by_worst: float
    offset: float
    threshold: float
    held_out: Floats
    words: Floats | None = None

    def logits(self, vectors: Floats) -> Floats:
        """Return the raw logit of each vector."""
        scores: Floats = vectors @ self.weights + np.float32(self.bias)
        return scores

    def logit(self, whole: Floats, parts: Floats, words: Buckets = NONE) -> float:
        """Return the calibrated logit of a message, given as vector, sentence vectors and words."""
        raw = self.by_whole * self.logits(whole[None])[0]
        raw += self.by_worst * self.logits(parts).max() + self.offset
        if self.words is not None:
            raw += worth(self.words[None], words)[0]
        return float(raw)

    def score(self, whole: Floats, parts: Floats, words: Buckets = NONE) -> float:
        """Return the calibrated probability of a message."""
        logit = self.logit(whole, parts, words)
        return float(sigmoid(np.asarray([logit], np.float32))[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityHead(ClassHead):
    """How pressing a message is: by its whole, its most telling sentence, its signals and queue.

    `labels` go from the least pressing to the most. `mix` has a row for each label: how much counts
    what the whole says for each label, what the sentence says that speaks most for it, and the
    logit of each signal and of each queue; None where the whole alone is heard. `tilt` is added
    last: it says what it costs to take the pressing for less.
    """

    mix: Floats | None = None
    tilt: Floats

    def pressing(self, whole: Floats, parts: Floats, beside: Floats, words: Buckets) -> Floats:
        """Return the share of each label for one message, given as `SignalHead.logit` is.

        `beside` has the logit of each of the heads' signals and of each queue, in their order.
        """
        logits = self.said(whole, words)
        if self.mix is not None:
            said = self.evidence(logits[None], self.worst(parts)[None], beside[None])
            logits = (said @ self.mix.T)[0]
        return softmax(logits + self.tilt)

    def worst(self, parts: Floats) -> Floats:
        """Return for each label how much the sentence speaks for it that does so most."""
        logits = self.logits(parts)
        most: Floats = (logits - logits.mean(axis=1, keepdims=True)).max(axis=0)
        return most

    @staticmethod
    def evidence(whole: Floats, worst: Floats, beside: Floats) -> Floats:
        """Return all that `mix` weighs, a row for each message; the last column is always 1."""
        one = np.ones((len(whole), 1), np.float32)
        return np.concatenate([whole, worst, np.clip(beside, -_LOUDEST, _LOUDEST), one], axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """All heads that one teaching made, the mean that was taken off, and the examples' vectors.

    `kinds` is None where too little was taught of kinds. `chosen` is what cross-validation found
    and later trainings take over, and `folds` the heads that had not seen one fold each, from
    which they begin (`training/worker.py`).
    """

    id: str
    center: Floats
    queue: ClassHead
    priority: PriorityHead
    signals: tuple[SignalHead, ...]
    examples: Floats
    kinds: KindHead | None = None
    chosen: Mapping[str, float | str] = field(default_factory=dict)
    folds: Mapping[str, Floats] = field(default_factory=dict)

    def centred(self, vectors: Floats) -> Floats:
        """Return the encoder's vectors as the heads want them."""
        return unit(vectors - self.center)

    def taken(self, reading: Reading) -> Reading:
        """Return a message's vectors as the heads want them."""
        whole, sentences = self.centred(reading.whole), self.centred(reading.sentences)
        return Reading(whole, sentences, words=reading.words)

    def queue_shares(self, taken: Reading) -> Floats:
        """Return the calibrated probability of each queue for a message."""
        return softmax(self.queue.said(taken.pooled, taken.words))

    def priority_shares(self, taken: Reading) -> Floats:
        """Return the share of each priority for a message, by its text, signals and queue."""
        whole, parts, words = taken.whole, taken.sentences, taken.words
        logits = [head.logit(whole, parts, words) for head in self.signals]
        queue = np.log(np.maximum(self.queue_shares(taken), _NEVER))
        beside = np.append(np.asarray(logits, np.float32), queue).astype(np.float32)
        return self.priority.pressing(taken.pooled, parts, beside, words)

    def nearest(self, vectors: Floats) -> Floats:
        """Return the cosine of each centred vector to the nearest queue example."""
        if not len(self.examples):
            return np.zeros(len(vectors), np.float32)
        near: Floats = np.clip((vectors @ self.examples.T).max(axis=1), 0.0, 1.0)
        return near
