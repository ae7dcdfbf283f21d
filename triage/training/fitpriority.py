"""Vectors, signals and queues → the head of priorities: what is pressing is missed last."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from triage.core.judgement import SIGNAL_PRIORITY
from triage.core.ticket import PRESSING, Priority
from triage.model.floats import Floats, softmax
from triage.model.heads import PriorityHead
from triage.training.fit import ENOUGH, Around, ClassFit, class_fit, temperature_of
from triage.training.fitsignals import SignalFit, Spoken
from triage.training.logistic import Bools, Ints, one_of

USUAL = {"urgent": 0.10, "high": 0.25, "normal": 0.50, "low": 0.15}
"""How often each priority comes, while the examples have each alike: most mail is ordinary."""

RECALL = 0.95
"""The share of what is most pressing that has to be found."""

ACCURACY = 0.80
"""The accuracy that is not given up for recall, nor more than `_GIVEN_UP` where it is not had."""

_GIVEN_UP = 0.05
_STRENGTHS = (0.03, 0.01, 0.1, 0.3)
_TILTS = np.linspace(0.0, 3.0, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityFit:
    """The head, and the fit of what it says of the whole."""

    head: PriorityHead
    whole: ClassFit


def by_pressing(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return priorities from the least pressing to the most."""
    return tuple(sorted(names, key=lambda name: -PRESSING[Priority(name)]))


def fit_priorities(
    spoken: Spoken,
    rows: Ints,
    labels: Ints,
    names: tuple[str, ...],
    signals: SignalFit,
    queues: Floats,
    around: Around,
) -> PriorityFit:
    """Fit how pressing texts are; `labels` of the texts `rows` are indexes into `names`.

    `names` go from the least pressing to the most. `queues` has a row for each text: the logarithm
    of the share of each queue, by a head that had not seen it. With enough mails like those that
    come, whole, worst sentence, signals and queue are weighed against each other, and the most
    pressing is raised until it is found. With examples alone the whole is heard, and mail taken to
    be as usual.
    """
    fit = class_fit(spoken.pooled[rows], labels, names, around)
    base = fit.head
    plain = PriorityHead(
        labels=base.labels,
        weights=base.weights,
        bias=base.bias,
        temperature=base.temperature,
        reach=base.reach,
        held_out=base.held_out,
        words=base.words,
        tilt=np.zeros(len(names), np.float32),
    )
    if not fit.linear or (around.like & around.mails).sum() < ENOUGH:
        return PriorityFit(head=as_usual(plain, USUAL), whole=fit)
    head, mix = _weighed(plain, spoken, rows, labels, signals, queues, around, fit)
    return PriorityFit(head=head, whole=replace(fit, chosen={**fit.chosen, "mix": mix}))


def as_usual(head: PriorityHead, shares: Mapping[str, float]) -> PriorityHead:
    """Return a head that was taught its labels evenly, for mail in which they are not even."""
    even = 1.0 / max(1, len(head.labels))
    tilt = [math.log(shares.get(label, even) / even) for label in head.labels]
    return replace(head, tilt=np.asarray(tilt, np.float32))


def _weighed(
    head: PriorityHead,
    spoken: Spoken,
    rows: Ints,
    labels: Ints,
    signals: SignalFit,
    queues: Floats,
    around: Around,
    fit: ClassFit,
) -> tuple[PriorityHead, float]:
    whole = fit.held_out / np.float32(head.temperature)
    worst = np.zeros_like(whole)
    for at, fold in enumerate(np.unique(around.folds)):
        unseen = np.flatnonzero(around.folds == fold)
        one = replace(head, weights=fit.linear[at].weights, bias=fit.linear[at].bias, words=None)
        worst[unseen] = _worst(one, spoken, rows[unseen])
    beside = np.concatenate([signals.held_out, queues], axis=1)[rows]
    evidence = head.evidence(whole, worst, beside)
    like = around.like & around.mails
    strengths = (around.chosen["mix"],) if "mix" in around.chosen else _STRENGTHS
    logits, mix, strength = _mix(evidence, labels, len(head.labels), around.folds, like, strengths)
    floor = _raised_by(signals, rows, head.labels)
    tilt = np.zeros(len(head.labels), np.float32)
    tilt[-1] = raised_until_found(logits[like], labels[like], floor[like])
    shares = softmax(logits + tilt)
    said = shares.argmax(axis=1)
    kept = head.held_out.copy()
    kept[:, :3] = np.stack([shares.max(axis=1), said == labels, said], axis=1)
    return replace(head, mix=mix, tilt=tilt, held_out=kept), strength


def _worst(head: PriorityHead, spoken: Spoken, rows: Ints) -> Floats:
    starts = np.cumsum(spoken.counts) - spoken.counts
    counts = spoken.counts[rows]
    begun = np.cumsum(counts) - counts
    flat = np.arange(counts.sum()) + np.repeat(starts[rows] - begun, counts)
    logits = head.logits(spoken.sentences[flat])
    logits -= logits.mean(axis=1, keepdims=True)
    most: Floats = np.maximum.reduceat(logits, begun, axis=0)
    return most


def _mix(
    evidence: Floats,
    labels: Ints,
    count: int,
    folds: Ints,
    like: Bools,
    strengths: Sequence[float],
) -> tuple[Floats, Floats, float]:
    """Return what the weighed evidence says of each text held out, how it is weighed, and C."""
    center, scale = evidence[like].mean(axis=0), evidence[like].std(axis=0)
    center[-1], scale = 0.0, np.maximum(scale, 1e-3)
    rows: Floats = ((evidence - center) / scale)[:, :-1].astype(np.float32)

    def fitted(some: Bools, strength: float) -> Floats:
        weight = np.ones(int(some.sum()), np.float32)
        found = one_of(rows[some], labels[some], count, weight=weight, strength=strength)
        weights = found.weights / scale[:-1]
        bias = found.bias - weights @ center[:-1]
        mixed: Floats = np.append(weights, bias[:, None], axis=1).astype(np.float32)
        return mixed

    def held_out(strength: float) -> Floats:
        logits = np.zeros((len(labels), count), np.float32)
        for fold in np.unique(folds):
            unseen = folds == fold
            logits[unseen] = evidence[unseen] @ fitted(like & ~unseen, strength).T
        return logits

    def loss(strength: float) -> float:
        return temperature_of(held_out(strength)[like], labels[like])[1]

    strength = min(strengths, key=loss) if len(strengths) > 1 else strengths[0]
    logits = held_out(strength)
    heat = np.float32(temperature_of(logits[like], labels[like])[0])
    return logits / heat, fitted(like, strength) / heat, strength


def _raised_by(signals: SignalFit, rows: Ints, names: tuple[str, ...]) -> Ints:
    """Return the least priority that the fired signals of each text make it."""
    floor = np.zeros(len(rows), np.int64)
    for at, head in enumerate(signals.heads):
        level = SIGNAL_PRIORITY.get(head.name)
        if level is None or level not in names or not 0.0 < head.threshold < 1.0:
            continue
        edge = math.log(head.threshold / (1.0 - head.threshold))
        fired = signals.held_out[rows, at] >= edge
        floor = np.where(fired, np.maximum(floor, names.index(level)), floor)
    return floor


def raised_until_found(logits: Floats, labels: Ints, floor: Ints) -> float:
    """Return how much the most pressing label is raised, so that `RECALL` of it is found.

    The least that does it beyond what chance alone may make of so few; where accuracy would fall
    too low first, the most that it allows.
    """
    most = logits.shape[1] - 1
    chance = math.sqrt(RECALL * (1.0 - RECALL) / max(1, int((labels == most).sum())))
    asked = min(1.0, RECALL + chance)
    best, chosen = -1.0, 0.0
    first = float((np.maximum(logits.argmax(axis=1), floor) == labels).mean())
    for tilt in _TILTS:
        raised = logits.copy()
        raised[:, most] += np.float32(tilt)
        said = np.maximum(raised.argmax(axis=1), floor)
        recall = float((said[labels == most] == most).mean()) if (labels == most).any() else 1.0
        right = float((said == labels).mean())
        if tilt and right < min(ACCURACY, first - _GIVEN_UP):
            break
        if recall > best:
            best, chosen = recall, float(tilt)
        if recall >= asked:
            break
    return chosen
