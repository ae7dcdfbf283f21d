"""Which sentences speak for the likeliest queue and which against it: measured by leaving them out.

What a sentence weighs is by how much the queue's calibrated log-odds, log(p / (1 - p)), fall
without it: +2.3 means that the odds would be a tenth. Below zero it speaks against the queue.

It is measured in two ways. `by_vectors` reads nothing again: the sentence's vector is left out of
the mean sentence, its share of the whole out of the whole's vector, and its words out of the
words. `by_text` takes the sentence out of the text, which is then read again as any other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from triage.core.prediction import Measured, Reason
from triage.model.floats import Floats, unit
from triage.model.heads import Heads
from triage.model.leaving import Place, places, without
from triage.model.reading import WHOLE, Encodes, Parts, Reading, Text, parts, read
from triage.model.sentences import sentences
from triage.model.words import NONE, Buckets, words_of

LIKELIEST = 12
"""Sentences that are measured by reading again: those that weigh most by their vectors."""

MOST_FOR, MOST_AGAINST = 3, 2
LEAST = 0.1
"""Below this a sentence changes nothing that anybody would notice."""

Doubles = npt.NDArray[np.float64]


def by_vectors(heads: Heads, text: Parts, reading: Reading, taken: Reading) -> Doubles:
    """Return what each sentence of a message weighs for its likeliest queue; encodes nothing.

    `reading` has the vectors of `text` as the encoder made them, `taken` as the heads want them.
    The only sentence of a message weighs what it says beyond one of which nothing is known.
    """
    head, count = heads.queue, len(text.sentences)
    said = head.said(taken.pooled, taken.words)
    if count < 2:
        return _fall(said, head.said(np.zeros_like(taken.pooled), NONE)[None])
    means = (taken.sentences.sum(axis=0) - taken.sentences) / np.float32(count - 1)
    share = _shares(text)[:, None]
    wholes = heads.centred(unit(reading.whole - share * reading.sentences))
    pooled = unit(wholes + unit(means))
    without_each: Floats = head.logits(pooled)
    if head.words is not None:
        heard = _other_words(head.words, text, taken.words)
        without_each = without_each + heard / np.float32(head.temperature)
    return _fall(said, without_each)


def by_text(encoder: Encodes, heads: Heads, text: Text, guessed: Doubles) -> dict[int, float]:
    """Return what the likeliest sentences of a message weigh, by their number; reads it again.

    `guessed` is what `by_vectors` says of `text`, whose sentences but the left out one are those
    that the encoder remembers.
    """
    whole = parts(text)
    if len(whole.sentences) < 2:
        return {}
    likeliest = sorted(range(len(guessed)), key=lambda at: -abs(guessed[at]))[:LIKELIEST]
    body = places(text.body, sentences(text.body))
    variants = [_left_out(text, whole, body, at) for at in likeliest]
    first, *others = read(encoder, [whole, *variants])
    taken = [heads.taken(each) for each in (first, *others)]
    said = [heads.queue.said(each.pooled, each.words) for each in taken]
    falls = _fall(said[0], np.stack(said[1:]))
    return {at: float(fall) for at, fall in zip(likeliest, falls, strict=True)}


def reasons(
    queue: str, sentences_: Sequence[str], weights: dict[int, float], measured: Measured
) -> tuple[Reason, ...]:
    """Return the sentences that weigh most: at most three for the queue, then two against it.

    Each side from its heaviest on, none that weighs less than `LEAST`.
    """
    ranked = sorted(weights, key=lambda at: -weights[at])
    speak_for = [at for at in ranked if weights[at] >= LEAST][:MOST_FOR]
    against = [at for at in reversed(ranked) if weights[at] <= -LEAST][:MOST_AGAINST]
    return tuple(
        Reason(queue, sentences_[at], round(weights[at], 2), measured)
        for at in (*speak_for, *against)
    )


def _fall(said: Floats, without_each: Floats) -> Doubles:
    """Return how much the log-odds of the likeliest label fall from `said` to each of the rows."""
    winner = int(said.argmax())
    before = _log_odds(said[None], winner)[0]
    fall: Doubles = before - _log_odds(without_each, winner)
    return fall


def _log_odds(logits: Floats, label: int) -> Doubles:
    """Return the log-odds of a label in each row, which no probability near 1 rounds away."""
    exact = logits.astype(np.float64)
    rest = np.delete(exact, label, axis=1)
    if not rest.shape[1]:
        return np.zeros(len(exact))
    highest = rest.max(axis=1)
    beside = highest + np.log(np.exp(rest - highest[:, None]).sum(axis=1))
    odds: Doubles = exact[:, label] - beside
    return odds


def _shares(text: Parts) -> Floats:
    """Return how much of the whole's vector each sentence makes up: by its length, none beyond."""
    lengths = np.asarray([len(each) + 1 for each in text.sentences], np.float32)
    begins = np.cumsum(lengths) - lengths
    within = np.clip(WHOLE - begins, 0.0, lengths)
    shares: Floats = (within / max(float(within.sum()), 1.0)).astype(np.float32)
    return shares


def _other_words(matrix: Floats, text: Parts, words: Buckets) -> Floats:
    """Return what words are worth without those that stand in one of the sentences alone.

    A row for each sentence, as `triage.model.words.worth` says it of the words that are left.
    """
    each = [words_of(sentence) for sentence in text.sentences]
    flat = np.concatenate(each)
    owner = np.repeat(np.arange(len(each)), [len(own) for own in each])
    found, counts = np.unique(flat, return_counts=True)
    alone = np.isin(flat, np.intersect1d(found[counts == 1], words))
    lost = np.zeros((len(each), len(matrix)), np.float32)
    np.add.at(lost, owner[alone], matrix[:, flat[alone]].T)
    left = len(words) - np.bincount(owner[alone], minlength=len(each))
    worths: Floats = (matrix[:, words].sum(axis=1) - lost) / np.sqrt(np.maximum(left, 1))[:, None]
    return worths.astype(np.float32)


def _left_out(text: Text, whole: Parts, body: Sequence[Place | None], at: int) -> Parts:
    """Return what is read of a message without one of its sentences, the others as they were."""
    left = whole.sentences[at]
    in_body = at - (len(whole.sentences) - len(body))
    subject = "" if left == " ".join(text.subject.split())[:300] else text.subject
    rest = text.body if in_body < 0 else without(text.body, [body[in_body]])
    read_of = parts(Text(subject, rest)).whole
    return Parts(read_of, (*whole.sentences[:at], *whole.sentences[at + 1 :]))
