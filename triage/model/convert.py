"""Turning weights into a folder that the encoder opens: a child process of its own, once.

    python -m triage.model.convert SOURCE CACHE

It peaks at several times the encoder's own memory, which the daemon so never sees.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np

from triage.errors import ModelUnusable
from triage.model.adapter import ADAPTER, Adapted, adapted
from triage.model.cache import file_hash, is_whole, made
from triage.model.child import Progress, run_child, say, say_progress
from triage.model.weights import Shape, WeightsFile, read_weights, shipped_weights

DEFAULT, MULTILINGUAL = "default", "multilingual"
"""multilingual-e5-small with our adapter, and the same as it was published."""

SHIPPED = (DEFAULT, MULTILINGUAL)

CONVERTER = 2
"""Part of every folder's name: raise it when the converter writes something else."""

_ONNX = ("onnx/model.onnx", "model.onnx")
_MAPPED_FROM = 100_000


def onnx_file(folder: Path) -> Path | None:
    """Return the ONNX file of a folder that can be used as it is."""
    return next((folder / name for name in _ONNX if (folder / name).is_file()), None)


def prepared(source: str, cache: Path, progress: Progress) -> Path:
    """Return a folder with ONNX and tokenizer for `source`, converted if need be.

    `source` is `default`, `multilingual` or a Hugging Face folder; one that has ONNX is
    returned as it is.

    Raises:
        ModelUnusable: the source cannot be used; names the remedy.
    """
    if source not in SHIPPED:
        folder = Path(source)
        if not folder.is_dir():
            raise ModelUnusable(
                f"encoder {source!r}: no such folder; name a Hugging Face folder, or `default`"
            )
        if onnx_file(folder):
            return folder
        if not (folder / "model.safetensors").is_file():
            raise ModelUnusable(
                f"{folder}: neither onnx/model.onnx nor model.safetensors is there; "
                "save it with `save_pretrained`, or export it to ONNX"
            )
    target = _target(source, cache)
    if is_whole(target):
        return target
    return run_child("triage.model.convert", [source, str(cache)], progress)


def shipped(source: str) -> WeightsFile | Adapted:
    """Return the weights of `default` or `multilingual`.

    Raises:
        ModelUnusable: a file of them is missing or damaged; names the remedy.
    """
    weights = read_weights(shipped_weights())
    return adapted(weights) if _has_adapter(source) else weights


def _has_adapter(source: str) -> bool:
    return source == DEFAULT and ADAPTER.is_file()


def _target(source: str, cache: Path) -> Path:
    """Return where the conversion of `source` lies: named by all that has a part in it."""
    files = [shipped_weights() if source in SHIPPED else Path(source) / "model.safetensors"]
    files += [ADAPTER] if _has_adapter(source) else []
    parts = " ".join([str(CONVERTER), *map(file_hash, files)])
    return cache / "encoders" / hashlib.sha256(parts.encode()).hexdigest()[:32]


def _write_shipped(source: str, part: Path, progress: Progress) -> None:
    """Fill `part` with the default encoder, or the same without its adapter."""
    from triage.model.graph import encoder_graph  # noqa: PLC0415 - onnx is for conversion alone
    from triage.model.vocabulary import kept_ids, tokenizer_json  # noqa: PLC0415

    progress(0.05, "reading the encoder's weights")
    weights = shipped(source)
    published = weights.weights if isinstance(weights, Adapted) else weights
    kept = kept_ids(published.pieces)
    progress(0.2, "writing the tokenizer")
    (part / "tokenizer.json").write_text(tokenizer_json([published.pieces[id_] for id_ in kept]))
    _write_config(part, weights.shape, len(kept))
    _write_json(part / "1_Pooling/config.json", {"pooling_mode_mean_tokens": True})
    _write_json(
        part / "config_sentence_transformers.json",
        {"prompts": {"query": "query: "}, "default_prompt_name": "query"},
    )
    progress(0.3, "writing the encoder in int8")
    words = published.word_rows(np.asarray(kept, np.int64))
    _write_onnx(part, encoder_graph(weights, words))
    progress(0.95, "checking")


def _write_folder(folder: Path, part: Path, progress: Progress) -> None:
    """Fill `part` with the encoder of a BERT or XLM-R folder."""
    from triage.model.folders import copy_tokenizer, read_folder  # noqa: PLC0415
    from triage.model.graph import encoder_graph  # noqa: PLC0415

    progress(0.05, "reading the encoder's weights")
    weights = read_folder(folder)
    copy_tokenizer(folder, part)
    for name in ("config.json", "1_Pooling/config.json", "config_sentence_transformers.json"):
        if (folder / name).is_file():
            (part / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(folder / name, part / name)
    progress(0.3, "writing the encoder in int8")
    words = [weights.tensors["emb.word"]]
    _write_onnx(part, encoder_graph(weights, words, weights.first_position))
    progress(0.95, "checking")


def _write_onnx(part: Path, model: Any) -> None:
    """Write the graph, with its large tensors beside it: they are mapped, not read."""
    import onnx  # noqa: PLC0415

    (part / "onnx").mkdir()
    onnx.save_model(
        model,
        part / "onnx/model.onnx",
        save_as_external_data=True,
        location="model.onnx_data",
        size_threshold=_MAPPED_FROM,
    )


def _write_config(part: Path, shape: Shape, vocabulary: int) -> None:
    _write_json(
        part / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": shape.hidden,
            "intermediate_size": shape.inner,
            "layer_norm_eps": shape.epsilon,
            "max_position_embeddings": shape.positions,
            "num_attention_heads": shape.heads,
            "num_hidden_layers": shape.layers,
            "pad_token_id": 1,
            "type_vocab_size": 2,
            "vocab_size": vocabulary,
        },
    )


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=1))


def main(source: str, cache: str) -> int:
    """Convert `source` into `cache`; what is there already stays."""

    def make(part: Path) -> None:
        if source in SHIPPED:
            _write_shipped(source, part, say_progress)
        else:
            _write_folder(Path(source), part, say_progress)

    try:
        say(folder=str(made(_target(source, Path(cache)), make)))
    except (ModelUnusable, OSError) as exc:
        say(error=str(exc))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
