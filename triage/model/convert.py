"""Turning weights into a folder that the encoder opens: a child process of its own, once.

    python -m triage.model.convert SOURCE CACHE

It peaks at several times the encoder's own memory, which the daemon so never sees.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from triage.errors import ModelUnusable
from triage.model.adapter import ADAPTER, Adapted, adapted
from triage.model.cache import file_hash, is_whole, made
from triage.model.child import Progress, run_child, say, say_progress
from triage.model.english import (
    english_files,
    english_folder,
    read_english,
    write_tokenizer,
)
from triage.model.sources import DEFAULT, ENGLISH, NAMED, found_folder, onnx_file, parts_of
from triage.model.weights import Floats, Shape, WeightsFile, read_weights, shipped_weights

if TYPE_CHECKING:
    from triage.model.graph import Weights

CONVERTER = 2
"""Part of every folder's name: raise it when the converter writes something else."""

CHECK = "check.json"
"""How well a converted encoder agrees with its own weights in fp32: `mean` and `least` cosine."""

LEAST_AGREEMENT = 0.95

_MAPPED_FROM = 100_000
_SENTENCES = (
    "My sofa arrived with a torn seat, and nobody answers the phone.",
    "Where is my order? I have waited for three weeks.",
    "Die Lampe wird so heiß, dass das Regal angesengt ist.",
    "Vorrei restituire il tappeto.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read of a source: weights, and the embedding rows of its ids."""

    weights: Weights
    vocabulary: int
    rows: Callable[[npt.NDArray[np.int64]], Iterable[Floats]]
    first_position: int = 0
    pooling: str = "mean"


def prepared(source: str, cache: Path, progress: Progress) -> Path:
    """Return a folder with ONNX and tokenizer for `source`, converted if need be.

    `source` is a name of ours, a Hugging Face folder or a package that carries one;
    one that has ONNX is returned as it is.

    Raises:
        ModelUnusable: the source cannot be used; names the remedy.
    """
    if source not in NAMED:
        folder = found_folder(source)
        if onnx_file(folder):
            return folder
        source = str(folder)
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
    if source == ENGLISH:
        files = english_files(english_folder())
    elif source in NAMED:
        files = [shipped_weights(), *([ADAPTER] if _has_adapter(source) else [])]
    else:
        files = parts_of(Path(source))
    parts = " ".join([str(CONVERTER), *map(file_hash, files)])
    return cache / "encoders" / hashlib.sha256(parts.encode()).hexdigest()[:32]


def _read_shipped(source: str, part: Path) -> _Read:
    """Read the default encoder, or the same without its adapter; `part` gets what stands by it."""
    from triage.model.vocabulary import kept_ids, tokenizer_json  # noqa: PLC0415

    weights = shipped(source)
    published = weights.weights if isinstance(weights, Adapted) else weights
    kept = np.asarray(kept_ids(published.pieces), np.int64)
    (part / "tokenizer.json").write_text(tokenizer_json([published.pieces[id_] for id_ in kept]))
    _write_config(part, weights.shape, len(kept), padding=1)
    _write_json(
        part / "config_sentence_transformers.json",
        {"prompts": {"query": "query: "}, "default_prompt_name": "query"},
    )
    return _Read(
        weights=weights, vocabulary=len(kept), rows=lambda ids: published.word_rows(kept[ids])
    )


def _read_english(part: Path) -> _Read:
    folder = english_folder()
    weights = read_english(folder)
    write_tokenizer(folder, part)
    table = weights.tensors["emb.word"]
    _write_config(part, weights.shape, len(table), padding=0)
    return _Read(weights=weights, vocabulary=len(table), rows=lambda ids: [table[ids]])


def _read_folder(folder: Path, part: Path) -> _Read:
    """Read a BERT or XLM-R folder."""
    from triage.model.encoder import pooling  # noqa: PLC0415 - it needs this module itself
    from triage.model.folders import copy_tokenizer, read_folder  # noqa: PLC0415

    weights = read_folder(folder)
    copy_tokenizer(folder, part)
    for name in ("config.json", "1_Pooling/config.json", "config_sentence_transformers.json"):
        if (folder / name).is_file():
            (part / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(folder / name, part / name)
    table = weights.tensors["emb.word"]
    return _Read(
        weights=weights,
        vocabulary=len(table),
        rows=lambda ids: [table[ids]],
        first_position=weights.first_position,
        pooling=pooling(folder),
    )


def _write(source: str, part: Path) -> None:
    """Fill `part` with the encoder of a source, and measure it against the same in fp32."""
    from triage.model.graph import encoder_graph  # noqa: PLC0415 - onnx is for conversion alone

    say_progress(0.05, "reading the encoder's weights")
    if source == ENGLISH:
        read = _read_english(part)
    elif source in NAMED:
        read = _read_shipped(source, part)
    else:
        read = _read_folder(Path(source), part)
    say_progress(0.3, "writing the encoder in int8")
    words = read.rows(np.arange(read.vocabulary))
    _write_onnx(part, encoder_graph(read.weights, words, read.first_position, read.pooling))
    say_progress(0.8, "checking the encoder")
    _check(source, part, read)
    say_progress(0.95, "sealing")


def _check(source: str, part: Path, read: _Read) -> None:
    from triage.model.encoder import OnnxEncoder  # noqa: PLC0415 - it needs this module itself
    from triage.model.forward import Unpacked, agreement, forward  # noqa: PLC0415

    encoder, weights = OnnxEncoder(part, threads=1), Unpacked(read.weights)
    truth = [
        forward(
            weights,
            np.concatenate([*read.rows(np.asarray(encoder.token_ids(text)))]),
            read.first_position,
            read.pooling,
        )
        for text in _SENTENCES
    ]
    found = agreement(list(encoder.encode(_SENTENCES)), truth)
    if not found.least >= LEAST_AGREEMENT:
        raise ModelUnusable(
            f"{source}: in int8 it no longer says the same (cosine {found.least:.3f} to fp32); "
            "export it to ONNX, and name that folder"
        )
    _write_json(part / CHECK, asdict(found))


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


def _write_config(part: Path, shape: Shape, vocabulary: int, padding: int) -> None:
    _write_json(part / "1_Pooling/config.json", {"pooling_mode_mean_tokens": True})
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
            "pad_token_id": padding,
            "type_vocab_size": 2,
            "vocab_size": vocabulary,
        },
    )


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=1))


def main(source: str, cache: str) -> int:
    """Convert `source` into `cache`; what is there already stays."""
    try:
        say(folder=str(made(_target(source, Path(cache)), lambda part: _write(source, part))))
    except (ModelUnusable, OSError) as exc:
        say(error=str(exc))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
