"""The default encoder's weights with the adapter that travels in the wheel added to them.

Each adapted layer's weight W becomes W + up · down; `training/adapter.py` makes the thin matrices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from triage.errors import ModelUnusable
from triage.model.weights import Floats, Shape, WeightsFile

ADAPTER = Path(__file__).with_name("adapter.safetensors")


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
        thin = {name: each.astype(np.float32) for name, each in load_file(path).items()}
    except (OSError, SafetensorError) as exc:
        raise ModelUnusable(f"{path}: the encoder's adapter cannot be read; install again") from exc
    return Adapted(weights, thin)
