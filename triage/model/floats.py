"""Rows of numbers, and the few functions of them that every head needs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def unit(rows: Floats) -> Floats:
    """Return rows of length one; a row of nothing stays nothing."""
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: Floats = (rows / np.maximum(norms, 1e-9)).astype(np.float32)
    return scaled


def sigmoid(x: Floats) -> Floats:
    """Return the logistic function of `x`, whatever its size."""
    halved: Floats = (0.5 * (1.0 + np.tanh(0.5 * x))).astype(np.float32)
    return halved


def softmax(logits: Floats) -> Floats:
    """Return rows of probabilities."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Floats = (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)
    return shares
