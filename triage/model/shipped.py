"""Vectors of the shipped examples, made beforehand: a fresh install encodes none of them.

A vector is found by the hash of its text, and only for the encoder that made
it: a file that has fallen behind costs time, and is never wrong. Each is kept in
bytes, whose scale its length of one gives back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from triage.model.encoder import OnnxEncoder, Vectors
from triage.model.floats import unit

SHIPPED = Path(__file__).with_name("shipped_vectors.safetensors")


_LARGEST = 127
"""The largest number that a byte of a vector holds."""

Keys = npt.NDArray[np.uint64]


class ShippedVectors:
    """An encoder that knows some texts beforehand."""

    def __init__(self, encoder: OnnxEncoder, path: Path = SHIPPED) -> None:
        self._encoder = encoder
        self._keys, self._bytes = _known(encoder.id, path)

    def __len__(self) -> int:
        return len(self._keys)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row for each text, encoded only where it is not known."""
        at = self._places(texts)
        rows = np.empty((len(texts), self._encoder.dim), np.float32)
        known = np.flatnonzero(at >= 0)
        if len(known):
            rows[known] = unit(self._bytes[at[known]].astype(np.float32))
        new = np.flatnonzero(at < 0).tolist()
        if new:
            rows[new] = self._encoder.encode([texts[row] for row in new])
        return rows

    def missing(self, texts: Iterable[str]) -> int:
        """Return how many of the texts are not known."""
        return int((self._places(list(texts)) < 0).sum())

    def _places(self, texts: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return the row of each text, -1 where it is not known."""
        asked = _keys([_key(text) for text in texts])
        if not len(self._keys) or not len(asked):
            return np.full(len(asked), -1, np.int64)
        at = np.minimum(np.searchsorted(self._keys[:, 0], asked[:, 0]), len(self._keys) - 1)
        found: npt.NDArray[np.int64] = np.where((self._keys[at] == asked).all(axis=1), at, -1)
        return found


def write_shipped(encoder: OnnxEncoder, texts: Iterable[str], path: Path = SHIPPED) -> int:
    """Write the vectors of `texts` and return how many there are; the same texts, the same file."""
    by_key = {_key(text): text for text in texts}
    keys = sorted(by_key)
    vectors = encoder.encode([by_key[key] for key in keys])
    scales = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9) / _LARGEST
    digests = np.frombuffer(b"".join(keys), np.uint8).reshape(len(keys), -1)
    tensors: dict[str, npt.NDArray[Any]] = {
        "keys": digests.copy(),
        "vectors": np.rint(vectors / scales).astype(np.int8),
    }
    save_file(tensors, path, {"encoder": encoder.id})
    path.chmod(0o644)
    return len(keys)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def _keys(digests: Sequence[bytes]) -> Keys:
    """Return digests as pairs of numbers that sort as the digests do."""
    return np.frombuffer(b"".join(digests), ">u8").reshape(len(digests), 2).astype(np.uint64)


def _known(encoder_id: str, path: Path) -> tuple[Keys, npt.NDArray[np.int8]]:
    """Return what a file knows for this encoder: nothing, where it is missing or damaged."""
    nothing = np.zeros((0, 2), np.uint64), np.zeros((0, 0), np.int8)
    try:
        with safe_open(path, "numpy") as file:
            if (file.metadata() or {}).get("encoder") != encoder_id:
                return nothing
            keys = np.ascontiguousarray(file.get_tensor("keys")).view(">u8").astype(np.uint64)
            return keys, file.get_tensor("vectors")
    except (OSError, SafetensorError):
        return nothing
