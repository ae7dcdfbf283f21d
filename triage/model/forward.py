"""The encoder in plain numpy and fp32: what a conversion to int8 is measured against."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from triage.model.weights import Floats

if TYPE_CHECKING:
    from triage.model.graph import Weights

_erf = np.frompyfunc(math.erf, 1, 1)


class Unpacked:
    """Weights whose tensors are unpacked once."""

    def __init__(self, weights: Weights) -> None:
        self.shape = weights.shape
        self._weights = weights
        self._known: dict[str, Floats] = {}

    def tensor(self, name: str) -> Floats:
        """Return a tensor, flat."""
        if name not in self._known:
            self._known[name] = self._weights.tensor(name)
        return self._known[name]

    def matrix(self, name: str, rows: int) -> Floats:
        """Return a tensor as `rows` rows."""
        return self.tensor(name).reshape(rows, -1)


@dataclass(frozen=True, slots=True)
class Agreement:
    """The cosines between two encoders' vectors of the same texts: their mean, and the least."""

    mean: float
    least: float


def agreement(ours: Sequence[Floats], theirs: Sequence[Floats]) -> Agreement:
    """Compare two encoders by normalised vectors of the same texts, one or more."""
    cosines = [float(one @ other) for one, other in zip(ours, theirs, strict=True)]
    return Agreement(sum(cosines) / len(cosines), min(cosines))


def forward(
    weights: Weights, words: Floats, first_position: int = 0, pooling: str = "mean"
) -> Floats:
    """Return the normalised vector of one text, given its word embeddings.

    It is the mean of the last layer, or its first token where `pooling` is `cls`.
    """
    shape = weights.shape
    positions = weights.matrix("emb.pos", shape.positions)
    x = words + positions[first_position : first_position + len(words)]
    x = _norm(weights, x + weights.tensor("emb.type")[: shape.hidden], "emb.ln")
    for layer in range(shape.layers):
        name = f"l{layer}."
        x = _norm(weights, x + _attention(weights, x, name), name + "aln")
        inner = _linear(weights, x, name + "fi", shape.inner)
        inner = inner * 0.5 * (1 + _erf(inner / math.sqrt(2)).astype(np.float32))
        x = _norm(weights, x + _linear(weights, inner, name + "fo", shape.hidden), name + "oln")
    pooled: Floats = x[0] if pooling == "cls" else x.mean(axis=0)
    unit: Floats = pooled / np.linalg.norm(pooled)
    return unit


def _attention(weights: Weights, x: Floats, name: str) -> Floats:
    shape = weights.shape
    width = shape.hidden // shape.heads
    query, key, value = (
        _linear(weights, x, name + part, shape.hidden)
        .reshape(len(x), shape.heads, width)
        .transpose(1, 0, 2)
        for part in "qkv"
    )
    scores = query @ key.transpose(0, 2, 1) / math.sqrt(width)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed = (powers / powers.sum(axis=-1, keepdims=True)) @ value
    joined = mixed.transpose(1, 0, 2).reshape(len(x), shape.hidden)
    return _linear(weights, joined, name + "ao", shape.hidden)


def _linear(weights: Weights, x: Floats, name: str, width: int) -> Floats:
    out: Floats = x @ weights.matrix(name + ".w", width).T + weights.tensor(name + ".b")
    return out


def _norm(weights: Weights, x: Floats, name: str) -> Floats:
    centred = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + weights.shape.epsilon)
    out: Floats = centred / spread * weights.tensor(name + ".w") + weights.tensor(name + ".b")
    return out
