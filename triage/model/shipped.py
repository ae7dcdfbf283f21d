"""Vectors of the shipped examples, made beforehand: a fresh install encodes none of them.

A vector is found by the hash of its text, and only for the encoder that made
it: a file that has fallen behind costs time, and is never wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from triage.model.encoder import OnnxEncoder, Vectors

SHIPPED = Path(__file__).with_name("shipped_vectors.safetensors")


class ShippedVectors:
    """An encoder that knows some texts beforehand."""

    def __init__(self, encoder: OnnxEncoder, path: Path = SHIPPED) -> None:
        self._encoder = encoder
        self._rows = _rows(encoder.id, path)

    def __len__(self) -> int:
        return len(self._rows)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row for each text, encoded only where it is not known."""
        keys = [_key(text) for text in texts]
        new = [text for text, key in zip(texts, keys, strict=True) if key not in self._rows]
        encoded = iter(self._encoder.encode(new))
        rows = [self._rows[key] if key in self._rows else next(encoded) for key in keys]
        return np.stack(rows) if rows else np.empty((0, self._encoder.dim), np.float32)

    def missing(self, texts: Iterable[str]) -> int:
        """Return how many of the texts are not known."""
        return sum(_key(text) not in self._rows for text in texts)


def write_shipped(encoder: OnnxEncoder, texts: Iterable[str], path: Path = SHIPPED) -> int:
    """Write the vectors of `texts` and return how many there are; the same texts, the same file."""
    by_key = {_key(text): text for text in texts}
    keys = sorted(by_key)
    vectors = encoder.encode([by_key[key] for key in keys]).astype(np.float16)
    digests = np.frombuffer(b"".join(keys), np.uint8).reshape(len(keys), -1)
    save_file({"keys": digests.copy(), "vectors": vectors}, path, {"encoder": encoder.id})
    path.chmod(0o644)
    return len(keys)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def _rows(encoder_id: str, path: Path) -> Mapping[bytes, Vectors]:
    """Return what a file knows for this encoder: nothing, where it is missing or damaged."""
    try:
        with safe_open(path, "numpy") as file:
            if (file.metadata() or {}).get("encoder") != encoder_id:
                return {}
            keys, vectors = file.get_tensor("keys"), file.get_tensor("vectors")
    except (OSError, SafetensorError):
        return {}
    rows = vectors.astype(np.float32)
    return {key.tobytes(): row for key, row in zip(keys, rows, strict=True)}
