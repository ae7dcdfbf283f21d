"""The default encoder's weights with the adapter that travels in the wheel added to them.

Each adapted layer's weight W becomes W + up · down; `training/adapter.py` makes the thin matrices.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file

from triage.errors import ModelUnusable
from triage.model.weights import Floats, Shape, WeightsFile

ADAPTER = Path(__file__).with_name("adapter.safetensors")

SEEN = "seen"
"""The tensor that holds the keys of all texts that the adapter was trained on."""


def key_of(text: str) -> int:
    """Return the number by which a text is known again."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big")


def seen_texts(path: Path = ADAPTER) -> frozenset[int]:
    """Return the keys of the texts that the adapter was trained on; none without an adapter.

    A vector of such a text flatters whoever measures on it: heads are calibrated on others.
    """
    try:
        with safe_open(path, "numpy") as file:
            return frozenset(file.get_tensor(SEEN).tolist())
    except (OSError, SafetensorError):
        return frozenset()


@dataclass(frozen=True, slots=True)
class Adapted:
    """Weights whose linear layers have been moved a little; everything else is theirs."""

    weights: WeightsFile
    thin: Mapping[str, Floats] = field(repr=False)

    @property
    def shape(self) -> Shape:
        """The measures of the encoder."""
        return self.weights.shape

    def tensor(self, name: str) -> Floats:
        """Return a tensor, flat, in fp32."""
        fixed = self.weights.tensor(name)
        layer = name.removesuffix(".w")
        if f"{layer}.up" not in self.thin:
            return fixed
        moved: Floats = fixed + (self.thin[f"{layer}.up"] @ self.thin[f"{layer}.down"]).reshape(-1)
        return moved

    def matrix(self, name: str, rows: int) -> Floats:
        """Return a tensor as `rows` rows."""
        return self.tensor(name).reshape(rows, -1)


def adapted(weights: WeightsFile, path: Path = ADAPTER) -> Adapted:
    """Return `weights` with the adapter in `path`.

    Raises:
        ModelUnusable: the adapter is missing or damaged.
    """
    try:
        tensors = load_file(path)
    except (OSError, SafetensorError) as exc:
        raise ModelUnusable(f"{path}: the encoder's adapter cannot be read; install again") from exc
    return Adapted(weights, {name: tensors[name].astype(np.float32) for name in tensors})
