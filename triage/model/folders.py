"""Hugging Face folders of the BERT family: their tensors under our names, without torch."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from triage.errors import ModelUnusable
from triage.model.sources import tensor_files
from triage.model.weights import Floats, Shape

FAMILIES: Mapping[str, int] = {"bert": 0, "roberta": 2, "xlm-roberta": 2, "camembert": 2}
"""The families we can convert, and where their positions begin."""

_PARTS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KNOWN = {"hidden_act": "gelu", "position_embedding_type": "absolute"}
"""What our graph does where a configuration can say otherwise."""

_REMEDY = (
    "export it with `optimum-cli export onnx --task feature-extraction` on a machine with torch, "
    "and name the folder that this writes"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderWeights:
    """The tensors of one folder in fp32, and where its positions begin."""

    shape: Shape
    first_position: int
    tensors: Mapping[str, Floats] = field(repr=False)

    def tensor(self, name: str) -> Floats:
        """Return a tensor, flat."""
        return self.tensors[name].reshape(-1)

    def matrix(self, name: str, rows: int) -> Floats:
        """Return a tensor as `rows` rows."""
        return self.tensors[name].reshape(rows, -1)


def read_folder(folder: Path) -> FolderWeights:
    """Read a BERT or XLM-R folder of safetensors.

    Raises:
        ModelUnusable: it is of another family, or its files cannot be read; names the remedy.
    """
    from safetensors import SafetensorError  # noqa: PLC0415 - only a conversion needs it
    from safetensors.numpy import load_file  # noqa: PLC0415

    config = _config(folder)
    if config["model_type"] not in FAMILIES:
        raise ModelUnusable(
            f"{folder}: a {config['model_type']} encoder cannot be converted here; {_REMEDY}"
        )
    for key, known in _KNOWN.items():
        if config.get(key, known) != known:
            raise ModelUnusable(
                f"{folder}: {key} {config[key]!r} cannot be converted here; {_REMEDY}"
            )
    tensors: dict[str, Any] = {}
    for path in tensor_files(folder):
        try:
            tensors |= load_file(path)
        except (OSError, SafetensorError, TypeError) as exc:
            raise ModelUnusable(f"{path}: it cannot be read ({exc}); {_REMEDY}") from exc
    try:
        return _folder_weights(config, tensors)
    except KeyError as exc:
        raise ModelUnusable(f"{folder}: the tensor {exc} is missing; {_REMEDY}") from exc


def copy_tokenizer(folder: Path, to: Path) -> None:
    """Copy the folder's `tokenizer.json`, or have transformers make one.

    Raises:
        ModelUnusable: the folder has no tokenizer that could be made fast.
    """
    if (folder / "tokenizer.json").is_file():
        shutil.copyfile(folder / "tokenizer.json", to / "tokenizer.json")
        return
    from transformers import AutoTokenizer  # noqa: PLC0415 - costs seconds

    try:
        fast = AutoTokenizer.from_pretrained(folder, local_files_only=True, use_fast=True)
        fast.backend_tokenizer.save(str(to / "tokenizer.json"))
    except (OSError, ValueError, ImportError, AttributeError) as exc:
        raise ModelUnusable(f"{folder}: no tokenizer.json, and none can be made of it") from exc


def _config(folder: Path) -> dict[str, Any]:
    """Return the folder's configuration as transformers understands it, with its defaults."""
    from transformers import AutoConfig  # noqa: PLC0415 - costs seconds

    try:
        return dict(AutoConfig.from_pretrained(folder, local_files_only=True).to_dict())
    except (OSError, ValueError, json.JSONDecodeError) as exc:
        raise ModelUnusable(
            f"{folder}: this is no folder that transformers can read; name one with a config.json"
        ) from exc


def _folder_weights(config: Mapping[str, Any], raw: Mapping[str, Any]) -> FolderWeights:
    prefix = next(
        (p for p in ("", "bert.", "roberta.", "model.") if p + _PARTS["emb.word"] in raw), ""
    )
    tensors = {ours: raw[prefix + theirs] for ours, theirs in _PARTS.items()}
    for layer in range(config["num_hidden_layers"]):
        for ours, theirs in _LAYER_PARTS.items():
            for end, suffix in (("w", "weight"), ("b", "bias")):
                name = f"{prefix}encoder.layer.{layer}.{theirs}.{suffix}"
                tensors[f"l{layer}.{ours}.{end}"] = raw[name]
    shape = Shape(
        hidden=config["hidden_size"],
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        inner=config["intermediate_size"],
        positions=config["max_position_embeddings"],
        epsilon=config["layer_norm_eps"],
    )
    return FolderWeights(
        shape=shape,
        first_position=FAMILIES[config["model_type"]],
        tensors={name: tensor.astype(np.float32) for name, tensor in tensors.items()},
    )
