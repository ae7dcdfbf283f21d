"""The same encoder in plain numpy and fp32: what the int8 graph is measured against."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from triage.model.graph import Weights

Floats = npt.NDArray[np.float32]

_erf = np.frompyfunc(math.erf, 1, 1)


class Unpacked:
    """Weights whose tensors are unpacked once."""

    def __init__(self, weights: Weights) -> None:
        self.shape = weights.shape
        self._weights = weights
        self._known: dict[str, Floats] = {}

    def tensor(self, name: str) -> Floats:
        if name not in self._known:
            self._known[name] = self._weights.tensor(name)
        return self._known[name]

    def matrix(self, name: str, rows: int) -> Floats:
        return self.tensor(name).reshape(rows, -1)


def forward(weights: Weights, words: Floats, first_position: int = 0) -> Floats:
    """Return the normalised mean of the last layer for one text, given its word embeddings."""
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
    mean: Floats = x.mean(axis=0)
    unit: Floats = mean / np.linalg.norm(mean)
    return unit


def embedded(rows: Floats, ids: Sequence[int]) -> Floats:
    """Return the embedding rows of some ids."""
    found: Floats = rows[list(ids)]
    return found


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
