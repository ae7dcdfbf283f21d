"""Labelled texts → figures: a head like the queues' own is taught some and measured on others."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from triage.model.child import Progress
from triage.model.floats import Floats, unit
from triage.model.reading import Encodes, Reading, Text, parts, read
from triage.training.evaluate_figures import Confusion, auroc, calibration_error, share
from triage.training.fit import fit_classes

ACCURACY_WHEN_SURE = 0.95

_AT_ONCE = 512
"""Texts that are read between two words on how far it is."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts, and the label of each."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]

    def some(self, shots: int, seed: int) -> Labelled:
        """Return `shots` texts of each label, drawn by `seed`; all of a label that has fewer."""
        order = np.random.default_rng(seed).permutation(len(self.texts)).tolist()
        left = dict.fromkeys(self.labels, shots)
        rows: list[int] = []
        for row in order:
            if left[self.labels[row]]:
                left[self.labels[row]] -= 1
                rows.append(row)
        rows.sort()
        return Labelled(
            tuple(self.texts[row] for row in rows), tuple(self.labels[row] for row in rows)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFigures:
    """How well texts are told apart.

    `ece` is the expected calibration error. `coverage` is the share of the texts of which the head
    is sure, `accuracy_when_sure` how many of these are right; None where it is sure of none.
    `unknown_auroc` is how often a text that belongs to a label scores higher than one that belongs
    to none, by the score with which the product abstains; None without such texts.
    `seconds` are CPU time.
    """

    accuracy: float
    macro_f1: float
    ece: float
    coverage: float
    accuracy_when_sure: float | None
    unknown_auroc: float | None
    seconds: float
    taught: int
    confusion: Confusion = field(repr=False)


def evaluate_texts(
    encoder: Encodes,
    train: Labelled,
    test: Labelled,
    *,
    unknown: Sequence[str] = (),
    accuracy_when_sure: float = ACCURACY_WHEN_SURE,
    progress: Progress,
) -> TextFigures:
    """Teach a head `train` as the queues are taught, and measure it on `test`.

    `unknown` are texts of no label. Blocks for as long as reading takes; `train` and `test` hold
    at least one text each.
    """
    began = time.process_time()
    given = _read(encoder, (*train.texts, *test.texts, *unknown), progress)
    progress(0.9, "teaching")
    count = len(train.texts)
    center = np.stack([each.whole for each in given[:count]]).mean(axis=0)
    vectors = np.stack([_pooled(each, center) for each in given])
    taught, asked = vectors[:count], vectors[count:]
    names = tuple(sorted(set(train.labels)))
    head = fit_classes(taught, _indexes(train.labels, names), names)
    shares = head.probabilities(asked)
    nearest: Floats = np.clip(_nearest(asked, taught), 0.0, 1.0)
    scores = head.sureness(shares, nearest)
    known = len(test.texts)
    said = shares.argmax(axis=1)
    sure = (scores >= head.thresholds(accuracy_when_sure)[said])[:known].tolist()
    told = [names[at] for at in said[:known]]
    right = [a == b for a, b in zip(test.labels, told, strict=True)]
    confusion = Confusion.of(zip(test.labels, told, strict=True), names)
    progress(1.0, "ready")
    return TextFigures(
        accuracy=confusion.accuracy or 0.0,
        macro_f1=confusion.macro_f1 or 0.0,
        ece=calibration_error(shares.max(axis=1)[:known].tolist(), right) or 0.0,
        coverage=share(sure) or 0.0,
        accuracy_when_sure=share(hit for hit, is_sure in zip(right, sure, strict=True) if is_sure),
        unknown_auroc=auroc(scores[:known].tolist(), scores[known:].tolist()),
        seconds=time.process_time() - began,
        taught=count,
        confusion=confusion,
    )


def _read(encoder: Encodes, texts: Sequence[str], progress: Progress) -> list[Reading]:
    """Read texts the way messages are: as bodies without a subject."""
    found: list[Reading] = []
    for start in range(0, len(texts), _AT_ONCE):
        progress(0.9 * start / len(texts), f"reading {len(texts):,} texts")
        some = texts[start : start + _AT_ONCE]
        found += read(encoder, [parts(Text("", text)) for text in some])
    return found


def _pooled(reading: Reading, center: Floats) -> Floats:
    return Reading(unit(reading.whole - center), unit(reading.sentences - center)).pooled


def _nearest(asked: Floats, taught: Floats) -> Floats:
    """Return the cosine of each text to the nearest that was taught."""
    blocks = [
        (asked[start : start + _AT_ONCE] @ taught.T).max(axis=1)
        for start in range(0, len(asked), _AT_ONCE)
    ]
    return np.concatenate(blocks)


def _indexes(labels: Sequence[str], names: Sequence[str]) -> npt.NDArray[np.int64]:
    at = {name: index for index, name in enumerate(names)}
    return np.asarray([at[label] for label in labels], np.int64)
