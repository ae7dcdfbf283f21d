"""Vectors, words and labels → a head of one of several, calibrated on texts it had not seen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import minimize_scalar

from triage.model.floats import Floats, softmax
from triage.model.heads import ClassHead, sureness
from triage.training.lexical import Words, of_classes
from triage.training.logistic import (
    AGAIN,
    ITERATIONS,
    Bools,
    Ints,
    Linear,
    balanced,
    one_of,
)

CLASS_FOLDS = 10
"""Folds of texts that come without any: abstention needs heads that saw nearly all of them."""

MANY = 5_000
"""Texts from which on half as many folds say the same."""

STRENGTHS = (3.0, 1.0, 10.0)
"""The inverse regularisations (C) that cross-validation chooses from, the usual one first."""

EXAMPLES = (0.3, 1.0)
"""What an example of a line weighs beside a whole mail: chosen too, where there are mails."""

WORDS = (0.0, 0.15, 0.3, 0.5, 0.75, 1.0)
"""How much words may count, in parts of what the vectors count."""

ENOUGH = 150
"""Texts like the mail that comes from which on heads are calibrated on these alone."""

_WORTH = 0.005
"""The loss that words have to take away to be heard."""

_TRIED = 2
"""Folds on which it is tried what to choose, where each holds enough texts."""

_REACH, _FAR = 0.3, 0.5
_HOTTEST = math.log(50.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known of the texts of a head beside vectors and labels.

    `folds` numbers the part that each text is held out with; heads are calibrated on those that
    are `like` the mail that comes. `mails` are whole mails. Where something is `chosen` already,
    nothing is tried; `starts` has the weights with which each fold begins, the bias last.
    """

    folds: Ints
    like: Bools
    mails: Bools
    words: Words | None = None
    chosen: Mapping[str, float] = field(default_factory=dict)
    starts: Sequence[Floats] = ()
    start: Linear | None = None
    far: bool = True
    """Whether it matters how far a text is from those that were taught."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFit:
    """A head, the logits of each text by one that had not seen it, and the heads of the folds.

    `chosen` is what was found: to be given to later fits. `linear` are the folds' own weights.
    """

    head: ClassHead
    held_out: Floats
    chosen: Mapping[str, float]
    linear: tuple[Linear, ...] = ()


def fit_classes(vectors: Floats, labels: Ints, names: tuple[str, ...]) -> ClassHead:
    """Fit one of several labels, given as indexes into `names`, by vectors alone."""
    count = CLASS_FOLDS if len(labels) < MANY else CLASS_FOLDS // 2
    order = np.random.default_rng(len(labels)).permutation(len(labels))
    folds = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        rows = order[labels[order] == label]
        folds[rows] = np.arange(len(rows)) % count
    all_ = np.ones(len(labels), np.bool_)
    return class_fit(vectors, labels, names, Around(folds=folds, like=all_, mails=~all_)).head


def class_fit(vectors: Floats, labels: Ints, names: tuple[str, ...], around: Around) -> ClassFit:
    """Fit one of several labels.

    Fewer than two labels, or one with a single example, leave nothing to hold
    out: such a head is never sure.
    """
    width = vectors.shape[1]
    counts = np.bincount(labels, minlength=len(names))
    head = ClassHead(
        labels=names,
        weights=np.zeros((len(names), width), np.float32),
        bias=np.where(counts > 0, 0.0, -20.0).astype(np.float32),
        temperature=1.0,
        reach=1.0,
        held_out=np.zeros((0, 4), np.float32),
    )
    nothing = np.zeros((len(labels), len(names)), np.float32)
    if len(names) < 2 or np.count_nonzero(counts) < 2:
        return ClassFit(head=head, held_out=nothing, chosen={})
    fit = _Fit(vectors, labels, len(names), around)
    if counts[counts > 0].min() < 2 or len(np.unique(around.folds)) < 2:
        linear = fit.whole(STRENGTHS[0], 1.0)
        head = replace(head, weights=linear.weights, bias=linear.bias, reach=_REACH)
        return ClassFit(head=head, held_out=nothing, chosen={})
    return fit.calibrated(head)


def calibrators(like: Bools) -> Bools:
    """Return the texts that calibrate: those `like` mail that comes if these are enough."""
    return like if like.sum() >= ENOUGH else np.ones(len(like), np.bool_)


class _Fit:
    """The fits of one head: fold by fold, and of all."""

    def __init__(self, vectors: Floats, labels: Ints, count: int, around: Around) -> None:
        self._vectors, self._labels, self._count, self._around = vectors, labels, count, around
        self._folds = [np.flatnonzero(around.folds == at) for at in np.unique(around.folds)]
        self._like = calibrators(around.like)
        self._last: dict[int, Linear] = {}
        if len(around.starts) == len(self._folds):
            self._last = {at: _linear(rows) for at, rows in enumerate(around.starts)}
        self._rarity = around.words.rarity() if around.words else None

    def calibrated(self, head: ClassHead) -> ClassFit:
        """Fit with what is chosen, or with the best of what there is."""
        chosen = dict(self._around.chosen) or self._tried()
        strength, examples = chosen["strength"], chosen["examples"]
        logits = np.zeros((len(self._labels), self._count), np.float32)
        for at, unseen in enumerate(self._folds):
            logits[unseen] = self._fold(at, strength, examples).logits(self._vectors[unseen])
        heard = self._heard(examples)
        if heard is not None:
            if "words" not in chosen:
                chosen["words"] = self._words(logits, heard)
            logits += np.float32(chosen["words"]) * heard
        temperature, _ = self._loss(logits)
        linear = self.whole(strength, examples)
        head = replace(head, weights=linear.weights, bias=linear.bias, temperature=temperature)
        if chosen.get("words"):
            words = self._of_words(np.arange(len(self._labels)), examples)
            head = replace(head, words=np.float32(chosen["words"]) * words)
        reach, held_out = self._held_out(softmax(logits / np.float32(temperature)), temperature)
        return ClassFit(
            head=replace(head, reach=reach, held_out=held_out),
            held_out=logits,
            chosen=chosen,
            linear=tuple(self._last[at] for at in range(len(self._folds))),
        )

    def whole(self, strength: float, examples: float) -> Linear:
        """Fit on all of it."""
        return self._fitted(np.arange(len(self._labels)), strength, examples, self._around.start)

    def _tried(self) -> dict[str, float]:
        """Choose with what loss on texts held out, once their temperature is right, is least."""
        given = EXAMPLES if self._around.mails.any() else (1.0,)
        examples = min(given, key=lambda each: self._loss_of(STRENGTHS[0], each))
        strength = min(STRENGTHS, key=lambda each: self._loss_of(each, examples))
        return {"strength": strength, "examples": examples}

    def _loss_of(self, strength: float, examples: float) -> float:
        logits = np.zeros((len(self._labels), self._count), np.float32)
        tried = np.zeros(len(self._labels), np.bool_)
        folds = self._folds[: _TRIED if len(self._labels) >= ENOUGH * len(self._folds) else None]
        for at, unseen in enumerate(folds):
            logits[unseen] = self._fold(at, strength, examples).logits(self._vectors[unseen])
            tried[unseen] = True
        rows = np.flatnonzero(tried & self._like)
        rows = rows if len(rows) else np.flatnonzero(tried)
        return temperature_of(logits[rows], self._labels[rows])[1]

    def _fold(self, at: int, strength: float, examples: float) -> Linear:
        """Fit without one fold, from where the last fit without it has ended."""
        seen = self._but(at)
        self._last[at] = self._fitted(seen, strength, examples, self._last.get(at))
        return self._last[at]

    def _but(self, at: int) -> Ints:
        kept = np.ones(len(self._labels), np.bool_)
        kept[self._folds[at]] = False
        return np.flatnonzero(kept)

    def _weight(self, rows: Ints, examples: float) -> Floats:
        given = np.where(self._around.mails[rows], 1.0, examples).astype(np.float32)
        return balanced(self._labels[rows], given, self._count)

    def _fitted(self, rows: Ints, strength: float, examples: float, start: Linear | None) -> Linear:
        return one_of(
            self._vectors[rows],
            self._labels[rows],
            self._count,
            weight=self._weight(rows, examples),
            strength=strength,
            start=start,
            iterations=AGAIN if start is not None and self._around.chosen else ITERATIONS,
        )

    def _of_words(self, rows: Ints, examples: float) -> Floats:
        assert self._around.words is not None
        assert self._rarity is not None
        weight = self._weight(rows, examples)
        words = self._around.words.only(rows)
        return of_classes(words, self._labels[rows], self._count, weight, self._rarity)

    def _heard(self, examples: float) -> Floats | None:
        """Return what words say of each text that they were not learnt from."""
        words = self._around.words
        if words is None or self._around.chosen.get("words") == 0.0:
            return None
        heard = np.zeros((len(self._labels), self._count), np.float32)
        for at, unseen in enumerate(self._folds):
            matrix = self._of_words(self._but(at), examples)
            heard[unseen] = words.only(unseen).worth(matrix)
        return heard

    def _words(self, logits: Floats, heard: Floats) -> float:
        """Choose how much words count: nothing, unless they take enough of the loss away."""
        scale = float(logits.std() / max(1e-6, float(heard.std())))
        without = self._loss(logits)[1]
        tried = [(self._loss(logits + np.float32(x * scale) * heard)[1], x) for x in WORDS]
        least, best = min(tried)
        return best * scale if least < without - _WORTH else 0.0

    def _loss(self, logits: Floats) -> tuple[float, float]:
        return temperature_of(logits[self._like], self._labels[self._like])

    def _held_out(self, shares: Floats, temperature: float) -> tuple[float, Floats]:
        """Return the reach, and what a head keeps of the texts that were held out."""
        near = np.ones(len(self._labels), np.float32)
        for at, unseen in enumerate(self._folds if self._around.far else ()):
            likeness = self._vectors[unseen] @ self._vectors[self._but(at)].T
            near[unseen] = np.clip(likeness.max(axis=1), 0.0, 1.0)
        said = shares.argmax(axis=1)
        reach = max(1e-3, float(np.quantile(near[self._like], _FAR))) if self._around.far else 1e-3
        scores = sureness(shares, near, temperature, reach)
        columns = [scores, said == self._labels, said, self._like]
        return reach, np.stack(columns, axis=1, dtype=np.float32)


def linear(vectors: Floats, labels: Ints, count: int, strength: float) -> tuple[Floats, Floats]:
    """Return weights and bias with a row for every label, each label counting alike."""
    weight = balanced(labels, np.ones(len(labels), np.float32), count)
    found = one_of(vectors, labels, count, weight=weight, strength=strength)
    return found.weights, found.bias


def temperature_of(logits: Floats, labels: Ints) -> tuple[float, float]:
    """Return the temperature at which held-out logits are calibrated, and the loss there."""
    rows = np.arange(len(labels))

    def loss(log_temperature: float) -> float:
        shares = softmax(logits / np.float32(math.exp(log_temperature)))
        return float(-np.log(np.maximum(shares[rows, labels], 1e-9)).mean())

    found = minimize_scalar(loss, bounds=(-_HOTTEST, _HOTTEST), method="bounded")
    return math.exp(float(found.x)), float(found.fun)


def _linear(rows: Floats) -> Linear:
    return Linear(rows[:, :-1], rows[:, -1])
