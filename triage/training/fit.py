"""Vectors and labels → heads: regularised logistic regression, calibrated on held-out folds."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from triage.model.floats import Floats, sigmoid, softmax
from triage.model.heads import ClassHead, SignalHead

Ints = npt.NDArray[np.int64]

FOLDS = 5
CLASS_FOLDS = 10
"""More of them, because abstention needs heads that have seen nearly as much as the last one."""

STRENGTHS = (1.0, 3.0, 10.0)
"""The inverse regularisations (C) that cross-validation chooses from."""

SIGNAL_STRENGTHS = (1.0, 10.0, 100.0)
_FEW = 20
"""Examples of a signal under which precision cannot be measured."""

_UNSAID = 0.3
"""What a text weighs of which nobody has said whether it has a signal, where there are few."""

PRECISION = 0.9
"""The share of fired signals that should be right: one fired wrongly makes a ticket pressing."""

_LEAST_RECALL = 0.25
_DOUBTFUL = 0.35
"""A text is doubtful where it looks more like a signal than this share of those that have it."""

_REACH = 0.3
_FAR = 0.1
_TOLERANCE = 1e-5
_HOTTEST = math.log(50.0)
_SEED = 20_000


@dataclass(frozen=True, slots=True)
class Spoken:
    """The centred vectors of texts: of the whole, and of each one's sentences."""

    whole: Floats
    sentences: Sequence[Floats]

    def only(self, rows: Ints) -> Spoken:
        """Return some of the texts."""
        return Spoken(self.whole[rows], [self.sentences[row] for row in rows])


def fit_classes(vectors: Floats, labels: Ints, names: tuple[str, ...]) -> ClassHead:
    """Fit one of several labels; `labels` are indexes into `names`.

    Fewer than two labels, or one with a single example, leave nothing to hold
    out: such a head is never sure.
    """
    width = vectors.shape[1]
    counts = np.bincount(labels, minlength=len(names))
    nothing = np.zeros((0, 3), np.float32)
    if len(names) < 2 or np.count_nonzero(counts) < 2:
        bias = np.where(counts > 0, 0.0, -20.0).astype(np.float32)
        weights = np.zeros((len(names), width), np.float32)
        return ClassHead(
            labels=names, weights=weights, bias=bias, temperature=1.0, reach=1.0, held_out=nothing
        )
    found = _Found(STRENGTHS[1], 1.0, _REACH, nothing)
    if counts[counts > 0].min() >= 2:
        found = _cross_validated(vectors, labels, len(names))
    weights, bias = linear(vectors, labels, len(names), found.strength)
    return ClassHead(
        labels=names,
        weights=weights,
        bias=bias,
        temperature=found.temperature,
        reach=found.reach,
        held_out=found.held_out,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What cross-validation chose; `held_out` is what `ClassHead` says it is."""

    strength: float
    temperature: float
    reach: float
    held_out: Floats


def _cross_validated(vectors: Floats, labels: Ints, count: int) -> _Found:
    """Choose the strength with the least loss once its temperature is right."""
    folds = held_out_folds(labels, CLASS_FOLDS)
    tried: list[tuple[float, float, float, Floats]] = []
    for strength in STRENGTHS:
        logits = np.zeros((len(labels), count), np.float32)
        for seen, unseen in folds:
            weights, bias = linear(vectors[seen], labels[seen], count, strength)
            logits[unseen] = vectors[unseen] @ weights.T + bias
        temperature, loss = _temperature(logits, labels)
        tried.append((loss, strength, temperature, logits))
    _, strength, temperature, logits = min(tried, key=lambda each: each[0])
    shares = softmax(logits / np.float32(temperature))
    near = np.zeros(len(labels), np.float32)
    for seen, unseen in folds:
        near[unseen] = np.clip((vectors[unseen] @ vectors[seen].T).max(axis=1), 0.0, 1.0)
    said = shares.argmax(axis=1)
    reach = max(1e-3, float(np.quantile(near, _FAR)))
    scores = shares.max(axis=1) * np.minimum(1.0, near / reach)
    held_out = np.stack([scores, said == labels, said], axis=1, dtype=np.float32)
    return _Found(strength, temperature, reach, held_out)


def fit_signal(
    name: str, spoken: Spoken, has: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_]
) -> SignalHead:
    """Fit whether a text has a signal.

    Where nobody has said, a text counts as one without it, lightly while there are
    few examples; one that a first head, which has not seen it, takes for a signal is
    left out rather than taught as wrong: most likely it has it.
    """
    few = has.sum() < _FEW
    weight = np.where(said, 1.0, _UNSAID if few else 1.0)
    if has.sum() < 2 or (~has).sum() < 2:
        nothing = np.zeros(spoken.whole.shape[1], np.float32)
        return SignalHead(
            name=name, weights=nothing, bias=-20.0, slope=1.0, offset=0.0, threshold=1.0
        )
    _, first = _held_out(spoken, has, weight, (10.0 if few else 1.0,))
    slope, offset = _platt(first, has, weight)
    likely = sigmoid(slope * first + offset)
    doubtful = ~said & (likely > (0.5 if few else np.quantile(likely[has], _DOUBTFUL)))
    if (~has & ~doubtful).sum() >= FOLDS:
        kept = np.flatnonzero(~doubtful)
        spoken, has, weight = spoken.only(kept), has[kept], weight[kept]
    strength, raw = _held_out(spoken, has, weight, SIGNAL_STRENGTHS)
    slope, offset = _platt(raw, has, weight)
    weights, bias = _binary(spoken.whole, has, weight, strength)
    return SignalHead(
        name=name,
        weights=weights,
        bias=bias,
        slope=slope,
        offset=offset,
        threshold=_threshold(sigmoid(slope * raw + offset), has, weight),
    )


def _held_out(
    spoken: Spoken, has: npt.NDArray[np.bool_], weight: Floats, strengths: Sequence[float]
) -> tuple[float, Floats]:
    """Return the best strength and the raw score of each text by a head that has not seen it."""
    folds = held_out_folds(has.astype(np.int64))
    tried: list[tuple[float, float, Floats]] = []
    for strength in strengths:
        raw = np.zeros(len(has), np.float32)
        for seen, unseen in folds:
            weights, bias = _binary(spoken.whole[seen], has[seen], weight[seen], strength)
            for row in unseen:
                parts = spoken.sentences[row] @ weights
                raw[row] = 0.5 * (spoken.whole[row] @ weights + parts.max()) + bias
        slope, offset = _platt(raw, has, weight)
        shares = np.clip(sigmoid(slope * raw + offset), 1e-6, 1 - 1e-6)
        loss = -np.average(np.log(np.where(has, shares, 1 - shares)), weights=weight)
        tried.append((float(loss), strength, raw))
    _, strength, raw = min(tried, key=lambda each: each[0])
    return strength, raw


def held_out_folds(labels: Ints, most: int = FOLDS) -> list[tuple[Ints, Ints]]:
    """Return the rows that are seen and those held out, fold by fold; the same every time."""
    least = int(np.bincount(labels)[np.unique(labels)].min())
    split = StratifiedKFold(max(2, min(most, least)), shuffle=True, random_state=_SEED)
    return list(split.split(np.zeros(len(labels)), labels))


def linear(vectors: Floats, labels: Ints, count: int, strength: float) -> tuple[Floats, Floats]:
    """Return weights and bias with a row for every label; one without examples is never chosen."""
    fitted = _fitted(vectors, labels, None, strength)
    rows, bias = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:
        rows, bias = np.concatenate([-rows, rows]) / 2, np.concatenate([-bias, bias]) / 2
    weights = np.zeros((count, vectors.shape[1]), np.float32)
    biases = np.full(count, -20.0, np.float32)
    weights[fitted.classes_], biases[fitted.classes_] = rows, bias
    return weights, biases


def _binary(
    vectors: Floats, has: npt.NDArray[np.bool_], weight: Floats, strength: float
) -> tuple[Floats, float]:
    fitted = _fitted(vectors, has.astype(np.int64), weight, strength)
    return fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0])


def _fitted(
    vectors: Floats, labels: Ints, weight: Floats | None, strength: float
) -> LogisticRegression:
    """Fit; the tolerance is against the mean loss, and a larger one stops before it has begun."""
    regression = LogisticRegression(
        C=strength, tol=_TOLERANCE, max_iter=1000, class_weight="balanced"
    )
    with warnings.catch_warnings():
        # A head that is not quite at its optimum is still judged by the folds it has not seen.
        warnings.simplefilter("ignore", ConvergenceWarning)
        regression.fit(vectors, labels, sample_weight=weight)
    return regression


def _temperature(logits: Floats, labels: Ints) -> tuple[float, float]:
    """Return the temperature at which held-out logits are calibrated, and the loss there."""
    rows = np.arange(len(labels))

    def loss(log_temperature: float) -> float:
        shares = softmax(logits / np.float32(math.exp(log_temperature)))
        return float(-np.log(np.maximum(shares[rows, labels], 1e-9)).mean())

    found = minimize_scalar(loss, bounds=(-_HOTTEST, _HOTTEST), method="bounded")
    return math.exp(float(found.x)), float(found.fun)


def _platt(raw: Floats, has: npt.NDArray[np.bool_], weight: Floats) -> tuple[float, float]:
    """Return slope and offset that turn raw scores into probabilities."""
    scale = max(float(np.abs(raw).max()), 1e-6)
    regression = LogisticRegression(C=100.0, tol=_TOLERANCE, max_iter=1000)
    regression.fit(raw[:, None] / scale, has, sample_weight=weight)
    # A negative slope would say "the less the likelier": then the scores say nothing.
    return max(0.0, float(regression.coef_[0, 0])) / scale, float(regression.intercept_[0])


def _threshold(shares: Floats, has: npt.NDArray[np.bool_], weight: Floats) -> float:
    """Return the least threshold from 0.2 to 0.8 at which `PRECISION` of what fires is right.

    Where that would miss nearly all, the one with the best F0.5, by which a wrong
    one weighs more than a missed one; where there are too few examples to measure
    precision on, the one with the best F1, of several the middle.
    """
    few = has.sum() < _FEW
    squared = 1.0 if few else 0.25
    best, chosen, least = -1.0, 0.5, math.inf
    for threshold in sorted(np.linspace(0.2, 0.8, 61), key=lambda each: abs(each - 0.5)):
        fired = shares >= threshold
        right = float(weight[fired & has].sum())
        said, true = float(weight[fired].sum()), float(weight[has].sum())
        if right >= max(PRECISION * said, _LEAST_RECALL * true):
            least = min(least, float(threshold))
        score = (1 + squared) * right / (said + squared * true)
        if score > best:
            best, chosen = score, float(threshold)
    return chosen if few or math.isinf(least) else least
