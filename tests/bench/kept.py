"""Vectors of texts that were read before, kept in the user's cache folder by encoder."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from safetensors.numpy import load_file, save_file

from triage.model.cache import cache_folder
from triage.model.encoder import OnnxEncoder, Vectors

_AT_ONCE = 1024


class Kept:
    """An encoder that reads each text once in its life; `keep` writes down what is new."""

    def __init__(self, encoder: OnnxEncoder, folder: Path | None = None) -> None:
        self._encoder = encoder
        self._path = (folder or cache_folder() / "bench") / f"{encoder.id}.safetensors"
        self._rows: dict[bytes, Vectors] = {}
        self._new = 0
        if self._path.exists():
            held = load_file(self._path)
            self._rows = {
                key.tobytes(): row for key, row in zip(held["keys"], held["vectors"], strict=True)
            }

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text."""
        keys = [_key(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._rows}
        self._read(new)
        rows = [self._rows[key].astype(np.float32) for key in keys]
        return np.stack(rows) if rows else np.empty((0, self._encoder.dim), np.float32)

    def _read(self, new: dict[bytes, str]) -> None:
        """Read texts, those of like length together, and say how far it is where there are many."""
        keys = sorted(new, key=lambda key: len(new[key]))
        for start in range(0, len(keys), _AT_ONCE):
            if len(keys) > _AT_ONCE and sys.stderr.isatty():
                sys.stderr.write(f"\rreading {start:,} of {len(keys):,} texts ")
                sys.stderr.flush()
            some = keys[start : start + _AT_ONCE]
            vectors = self._encoder.encode([new[key] for key in some]).astype(np.float16)
            self._rows.update(zip(some, vectors, strict=True))
            self._new += len(some)

    def keep(self) -> None:
        """Write down what was read, if anything was."""
        if not self._new:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        keys = np.frombuffer(b"".join(self._rows), np.uint8).reshape(len(self._rows), -1)
        part = self._path.with_suffix(".part")
        save_file({"keys": keys.copy(), "vectors": np.stack(list(self._rows.values()))}, part)
        part.replace(self._path)
        self._new = 0


def kept(encoder: OnnxEncoder) -> tuple[OnnxEncoder, Kept]:
    """Return an encoder that has what was read before, as an encoder and as what keeps it."""
    held = Kept(encoder)
    return cast("OnnxEncoder", held), held


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
