"""Vectors, sentences and words → the heads of all signals, fitted in one go."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from triage.model.floats import Floats, sigmoid
from triage.model.heads import SignalHead
from triage.training.lexical import Words, of_signals
from triage.training.logistic import (
    AGAIN,
    ITERATIONS,
    Bools,
    Ints,
    Linear,
    each_alone,
    mixed,
)

STRENGTHS = (3.0, 1.0, 10.0)
"""The inverse regularisations (C) that cross-validation chooses from, the usual one first."""

OF_FEW = 10.0
"""The one that is taken where there are too few examples to choose by."""

EXAMPLE = 0.3
"""What an example of a line weighs beside a whole mail, where there are mails."""

PRECISION = 0.75
"""The share of fired signals that has to be right: one fired wrongly makes a ticket pressing."""

ENOUGH = 150
"""Mails that say of a signal whether they have it from which on the unsaid is not needed."""

_FEW = 20
"""Examples of a signal under which precision cannot be measured."""

_UNSAID = 0.3
"""What a text weighs of which nobody has said whether it has a signal, where there are few."""

_DOUBTFUL = 0.35
"""A text is doubtful where it looks more like a signal than this share of those that have it."""

_GAIN = 0.005
"""The part of the loss that words have to take away to be heard."""

_LEAST_RECALL = 0.25
_TRIED = 2
"""Folds on which it is tried what to choose, where there are `MANY` texts."""

MANY = 1_000


@dataclass(frozen=True, slots=True)
class Spoken:
    """The centred vectors of texts: of the whole, and of all sentences, `counts` of each."""

    pooled: Floats
    whole: Floats
    sentences: Floats
    counts: Ints

    def worst(self, linear: Linear, rows: Ints) -> Floats:
        """Return the greatest logit that a sentence of each of some texts has."""
        starts = np.cumsum(self.counts) - self.counts
        counts = self.counts[rows]
        begun = np.cumsum(counts) - counts
        flat = np.arange(counts.sum()) + np.repeat(starts[rows] - begun, counts)
        found: Floats = np.maximum.reduceat(linear.logits(self.sentences[flat]), begun, axis=0)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of each signal (a column each): whether a text has it, and if that is said.

    The rest is as `Around` has it.
    """

    names: tuple[str, ...]
    has: Bools
    said: Bools
    folds: Ints
    like: Bools
    mails: Bools
    words: Words
    chosen: Mapping[str, float] = field(default_factory=dict)
    starts: Sequence[Floats] = ()
    start: Linear | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalFit:
    """The heads, the calibrated logit of each text by heads that had not seen it, and theirs."""

    heads: tuple[SignalHead, ...]
    held_out: Floats
    chosen: Mapping[str, float]
    linear: tuple[Linear, ...]


def fit_signals(spoken: Spoken, told: Told) -> SignalFit:
    """Fit whether a text has each of the signals.

    Where nobody has said, a text counts as one without it, unless whole mails have said enough;
    one that a first head, which has not seen it, takes for a signal is left out rather than
    taught as wrong: most likely it has it.
    """
    return _Fit(spoken, told).fitted()


class _Fit:
    def __init__(self, spoken: Spoken, told: Told) -> None:
        self._spoken, self._told = spoken, told
        self._folds = [np.flatnonzero(told.folds == at) for at in np.unique(told.folds)]
        self._rarity = told.words.rarity()
        self._last: dict[int, Linear] = {}
        if len(told.starts) == len(self._folds):
            self._last = {
                at: Linear(rows[:, :-1], rows[:, -1]) for at, rows in enumerate(told.starts)
            }
        line = np.where(told.mails, 1.0, EXAMPLE) if told.mails.any() else np.ones(len(told.mails))
        self._few = told.has.sum(axis=0) < _FEW
        unsaid = np.where(self._few, _UNSAID, 1.0)
        unsaid = np.where((told.said & told.mails[:, None]).sum(axis=0) >= ENOUGH, 0.0, unsaid)
        weight = np.where(told.said, line[:, None], unsaid * line[:, None])
        self._weight: Floats = weight.astype(np.float32)

    def fitted(self) -> SignalFit:
        told = self._told
        self._leave_out_doubtful()
        chosen = dict(told.chosen)
        if not chosen:
            given = (OF_FEW,) if self._few.all() else STRENGTHS
            chosen["strength"] = min(given, key=self._loss_of)
        evidence = self._held_out(chosen["strength"], self._folds)
        every = np.arange(len(told.has))
        linear = self._fold(every, chosen["strength"], told.start)
        words = of_signals(told.words, told.has, self._spread, self._rarity)
        heads, logits = [], np.zeros(told.has.shape, np.float32)
        for at, name in enumerate(told.names):
            head, logits[:, at] = self._head(name, at, evidence[:, :, at], linear, words[at])
            heads.append(head)
        each = tuple(self._last[at] for at in range(len(self._folds)))
        return SignalFit(heads=tuple(heads), held_out=logits, chosen=chosen, linear=each)

    @property
    def _spread(self) -> Floats:
        """Return what each text weighs, those that have a rare signal more."""
        has, weight = self._told.has, self._weight
        with_ = np.maximum((weight * has).sum(axis=0), 1e-6)
        without = (weight * ~has).sum(axis=0)
        rare = np.maximum(without / with_, 1e-6)
        rare = np.where(self._few, rare, np.sqrt(rare))
        spread: Floats = (weight * np.where(has, rare, 1.0)).astype(np.float32)
        return spread

    def _leave_out_doubtful(self) -> None:
        """Take the weight from what is unsaid and looks as if it had a signal."""
        told = self._told
        unsaid = ~told.said & (self._weight > 0)
        if not unsaid.any():
            return
        first = self._held_out(OF_FEW if self._few.any() else STRENGTHS[0], self._folds)
        for at in np.flatnonzero(unsaid.any(axis=0)):
            has, weight = told.has[:, at], self._weight[:, at]
            if has.sum() < 2:
                continue
            parts = first[:, :2, at]
            by, offset = mixed(parts, has, weight)
            likely = sigmoid(parts @ by + np.float32(offset))
            edge = 0.5 if self._few[at] else float(np.quantile(likely[has], _DOUBTFUL))
            doubtful = unsaid[:, at] & (likely > edge)
            if (~has & ~doubtful & (weight > 0)).sum() >= len(self._folds):
                self._weight[doubtful, at] = 0.0

    def _fold(self, seen: Ints, strength: float, start: Linear | None) -> Linear:
        spread = self._spread[seen]
        return each_alone(
            self._spoken.pooled[seen],
            self._told.has[seen],
            weight=spread,
            strength=strength,
            start=start,
            iterations=AGAIN if start is not None and self._told.chosen else ITERATIONS,
        )

    def _held_out(self, strength: float, folds: Sequence[Ints]) -> Floats:
        """Return whole, worst sentence and words of each text, by heads that had not seen it."""
        told = self._told
        found = np.zeros((len(told.has), 3, told.has.shape[1]), np.float32)
        for at, unseen in enumerate(folds):
            kept = np.ones(len(told.has), np.bool_)
            kept[unseen] = False
            seen = np.flatnonzero(kept)
            linear = self._last[at] = self._fold(seen, strength, self._last.get(at))
            matrix = of_signals(
                told.words.only(seen), told.has[seen], self._spread[seen], self._rarity
            )
            found[unseen, 0] = linear.logits(self._spoken.whole[unseen])
            found[unseen, 1] = self._spoken.worst(linear, unseen)
            found[unseen, 2] = told.words.only(unseen).worth(matrix)
        return found

    def _loss_of(self, strength: float) -> float:
        """Return how wrong all signals are together on some folds."""
        folds = self._folds[: _TRIED if len(self._told.has) >= MANY else None]
        evidence, lost = self._held_out(strength, folds), 0.0
        tried = np.zeros(len(self._told.has), np.bool_)
        tried[np.concatenate(folds)] = True
        for at in range(self._told.has.shape[1]):
            rows = np.flatnonzero(tried & self._calibrators(at))
            lost += self._mixed(evidence[rows, :2, at], at, rows)[2]
        return lost

    def _calibrators(self, at: int) -> Bools:
        """Return the texts on which a signal is calibrated: those like mail, if these suffice."""
        told, weighing = self._told, self._weight[:, at] > 0
        like = told.like & weighing
        enough = like.sum() >= ENOUGH and (told.has[:, at] & like).sum() >= _FEW
        return like if enough else weighing

    def _mixed(self, evidence: Floats, at: int, rows: Ints) -> tuple[Floats, float, float]:
        """Return what each piece of evidence counts, what is added, and the mean loss."""
        has, weight = self._told.has[rows, at], self._weight[rows, at]
        if has.sum() < 2 or (~has).sum() < 2:
            return np.zeros(evidence.shape[1], np.float32), -20.0, 0.0
        by, offset = mixed(evidence, has, weight)
        logits = evidence @ by + offset
        lost = np.logaddexp(0.0, logits) - has * logits
        return by, offset, float(np.average(lost, weights=weight))

    def _head(
        self, name: str, at: int, evidence: Floats, linear: Linear, words: Floats
    ) -> tuple[SignalHead, Floats]:
        """Make one head, and return what it says of each text that was held out."""
        rows = np.flatnonzero(self._calibrators(at))
        by, offset, loss = self._mixed(evidence[rows, :2], at, rows)
        heard = self._mixed(evidence[rows], at, rows)
        use = heard[0][2] > 0 and heard[2] < (1.0 - _GAIN) * loss
        by, offset = (heard[0], heard[1]) if use else (np.append(by, np.float32(0.0)), offset)
        logits: Floats = (evidence @ by + np.float32(offset)).astype(np.float32)
        has, weight = self._told.has[rows, at], self._weight[rows, at]
        head = SignalHead(
            name=name,
            weights=linear.weights[at],
            bias=float(linear.bias[at]),
            by_whole=float(by[0]),
            by_worst=float(by[1]),
            offset=offset,
            threshold=threshold(sigmoid(logits[rows]), has, weight) if has.any() else 1.0,
            held_out=logits,
            words=(by[2] * words).astype(np.float32) if use else None,
        )
        return head, logits


def threshold(shares: Floats, has: Bools, weight: Floats) -> float:
    """Return the threshold from 0.1 to 0.9 with the best F1 of those with enough `PRECISION`.

    Where none is precise enough, or where there are too few examples to measure precision on,
    the one with the best F1; of several the middle.
    """
    asked, found = np.linspace(0.1, 0.9, 81), []
    true = float(weight[has].sum())
    for one in asked:
        fired = shares >= one
        right, said = float(weight[fired & has].sum()), float(weight[fired].sum())
        precise = right >= max(PRECISION * said, _LEAST_RECALL * true)
        found.append((precise and has.sum() >= _FEW, 2 * right / max(said + true, 1e-9)))
    if any(precise for precise, _ in found):
        found = [(precise, f1 if precise else -math.inf) for precise, f1 in found]
    best = max(f1 for _, f1 in found)
    at = [place for place, (_, f1) in enumerate(found) if f1 >= best - 1e-9]
    return float(asked[min(at, key=lambda place: abs(place - len(asked) // 2))])
