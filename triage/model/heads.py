"""The heads on top of the encoder: a few matrices, served by numpy, kept as safetensors and JSON.

A vector that reaches a head is the encoder's, less the mean of what was taught,
and of length one again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from triage.errors import ModelUnusable
from triage.model.floats import Floats, sigmoid, softmax, unit
from triage.model.kinds import KindHead, kind_facts, kind_head, kind_tensors

TENSORS, FACTS = "heads.safetensors", "heads.json"

_BORROWED = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassHead:
    """One of several labels: multinomial logistic regression with a temperature.

    `held_out` has a row for each example that was predicted by a head that had
    not seen it: the score that abstention uses, 1 where the label was right, and
    which label it was said to have (an index into `labels`).
    `reach` is the cosine to the nearest example beneath which a text is farther
    from all that was taught than nine in ten of those were.
    """

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats
    temperature: float
    reach: float
    held_out: Floats

    def logits(self, vectors: Floats) -> Floats:
        """Return a row of calibrated logits for each vector."""
        scores: Floats = (vectors @ self.weights.T + self.bias) / np.float32(self.temperature)
        return scores

    def probabilities(self, vectors: Floats) -> Floats:
        """Return a row of calibrated probabilities for each vector; each adds up to 1."""
        return softmax(self.logits(vectors))

    def sureness(self, shares: Floats, nearest: Floats) -> Floats:
        """Return the score that abstention uses: the winner's probability, less what is far off.

        Within `reach` the distance says nothing more about the label; beyond it the
        probability counts in proportion, so that the unheard-of ends up unsure.
        """
        closeness = np.minimum(1.0, nearest / np.float32(max(self.reach, 1e-6)))
        scores: Floats = (shares.max(axis=-1) * closeness).astype(np.float32)
        return scores

    def thresholds(self, accuracy: float) -> Floats:
        """Return for each label the least score from which on `accuracy` of what it got was right.

        A score at the threshold is sure. Infinite where no threshold reaches that. A label's
        own rate is drawn towards that of all labels, as if `_BORROWED` more were known of it.
        """
        least = np.full(len(self.labels), np.inf, np.float32)
        ranked = self.held_out[np.argsort(-self.held_out[:, 0], kind="stable")]
        rates = np.cumsum(ranked[:, 1]) / np.arange(1, len(ranked) + 1)
        for label in range(len(self.labels)):
            rows = np.flatnonzero(ranked[:, 2] == label)
            known = np.arange(1, len(rows) + 1)
            right = np.cumsum(ranked[rows, 1]) + _BORROWED * rates[rows]
            reached = np.flatnonzero(right >= accuracy * (known + _BORROWED))
            if len(reached):
                least[label] = ranked[rows[reached[-1]], 0]
        return least

    def coverage(self, accuracy: float) -> float:
        """Return the share of held-out examples that are sure at that accuracy."""
        if not len(self.held_out):
            return 0.0
        asked = self.thresholds(accuracy)[self.held_out[:, 2].astype(np.int64)]
        return float((self.held_out[:, 0] >= asked).mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalHead:
    """Whether a message has one signal: the mean of the whole's logit and the worst sentence's.

    That mean, times `slope` plus `offset`, is the logit of a calibrated probability.
    """

    name: str
    weights: Floats
    bias: float
    slope: float
    offset: float
    threshold: float

    def logits(self, vectors: Floats) -> Floats:
        """Return the raw logit of each vector."""
        scores: Floats = vectors @ self.weights + np.float32(self.bias)
        return scores

    def score(self, whole: Floats, parts: Floats) -> float:
        """Return the calibrated probability of a message, given as vector and sentence vectors."""
        raw = 0.5 * (self.logits(whole[None])[0] + self.logits(parts).max())
        return float(sigmoid(np.asarray([self.slope * raw + self.offset], np.float32))[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """All heads that one teaching made, the mean that was taken off, and the examples' vectors.

    `kinds` is None where too little was taught of kinds.
    """

    id: str
    center: Floats
    queue: ClassHead
    priority: ClassHead
    signals: tuple[SignalHead, ...]
    examples: Floats
    kinds: KindHead | None = None

    def centred(self, vectors: Floats) -> Floats:
        """Return the encoder's vectors as the heads want them."""
        return unit(vectors - self.center)

    def nearest(self, vectors: Floats) -> Floats:
        """Return the cosine of each centred vector to the nearest queue example."""
        if not len(self.examples):
            return np.zeros(len(vectors), np.float32)
        near: Floats = np.clip((vectors @ self.examples.T).max(axis=1), 0.0, 1.0)
        return near


def save_heads(heads: Heads, folder: Path) -> None:
    """Write heads into a folder: numbers in safetensors, names and facts in JSON."""
    tensors: dict[str, Floats] = {"center": heads.center}
    facts: dict[str, Any] = {"id": heads.id, "signals": []}
    for name, head in (("queue", heads.queue), ("priority", heads.priority)):
        tensors |= {f"{name}.weights": head.weights, f"{name}.bias": head.bias}
        tensors[f"{name}.held_out"] = head.held_out
        facts[name] = {
            "labels": head.labels,
            "temperature": head.temperature,
            "reach": head.reach,
        }
    for signal in heads.signals:
        tensors[f"signal.{signal.name}"] = signal.weights
        facts["signals"].append(
            {key: getattr(signal, key) for key in ("name", "bias", "slope", "offset", "threshold")}
        )
    contiguous = {name: np.ascontiguousarray(value) for name, value in tensors.items()}
    contiguous["examples"] = heads.examples.astype(np.float16)
    if heads.kinds is not None:
        facts["kinds"] = kind_facts(heads.kinds)
        contiguous |= kind_tensors(heads.kinds)
    save_file(contiguous, folder / TENSORS)
    (folder / FACTS).write_text(json.dumps(facts, indent=1))


def load_heads(folder: Path) -> Heads:
    """Read heads from a folder.

    Raises:
        ModelUnusable: a file is missing, damaged or of another form.
    """
    try:
        facts = json.loads((folder / FACTS).read_bytes())
        return _heads(facts, load_file(folder / TENSORS))
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as exc:
        raise ModelUnusable(f"{folder}: these heads cannot be read; remove the folder") from exc


def _heads(facts: Mapping[str, Any], tensors: Mapping[str, Any]) -> Heads:
    queue, priority = (
        ClassHead(
            labels=tuple(facts[name]["labels"]),
            weights=tensors[f"{name}.weights"],
            bias=tensors[f"{name}.bias"],
            temperature=float(facts[name]["temperature"]),
            reach=float(facts[name]["reach"]),
            held_out=tensors[f"{name}.held_out"],
        )
        for name in ("queue", "priority")
    )
    return Heads(
        id=facts["id"],
        center=tensors["center"],
        queue=queue,
        priority=priority,
        signals=tuple(
            SignalHead(weights=tensors[f"signal.{each['name']}"], **each)
            for each in facts["signals"]
        ),
        examples=tensors["examples"].astype(np.float32),
        kinds=kind_head(facts["kinds"], tensors) if "kinds" in facts else None,
    )
