"""What stands behind `model.encoder`: a name of ours, a Hugging Face folder, or a package with one.

A package is looked into, never imported: what it would run at import is not asked for.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from triage.errors import ModelUnusable

DEFAULT, MULTILINGUAL, ENGLISH = "default", "multilingual", "english"
"""multilingual-e5-small with our adapter, the same as it was published, and all-MiniLM-L6-v2."""

NAMED = (DEFAULT, MULTILINGUAL, ENGLISH)

TENSORS, SHARDS = "model.safetensors", "model.safetensors.index.json"
_ONNX = ("onnx/model.onnx", "model.onnx")
_ABOUT = (
    *("config.json", "tokenizer.json", "tokenizer_config.json", "1_Pooling/config.json"),
    "config_sentence_transformers.json",
)
_TOKENIZERS = ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "sentencepiece.bpe.model")


def onnx_file(folder: Path) -> Path | None:
    """Return the ONNX file of a folder that can be used as it is."""
    return next((folder / name for name in _ONNX if (folder / name).is_file()), None)


def found_folder(source: str) -> Path:
    """Return the folder that `source` names: itself, or the one in the package of that name.

    Raises:
        ModelUnusable: there is none, or none that could be used; names the remedy.
    """
    folder = Path(source)
    if folder.is_dir():
        if onnx_file(folder) or (folder / TENSORS).is_file() or (folder / SHARDS).is_file():
            return folder
        raise ModelUnusable(
            f"{folder}: neither onnx/model.onnx nor {TENSORS} is there; "
            "save it with `save_pretrained`, or export it to ONNX"
        )
    places = _places(source)
    if not places:
        raise ModelUnusable(
            f"encoder {source!r}: no such folder, and no package of that name is installed; "
            f"name a Hugging Face folder, a package that carries one, or one of: {', '.join(NAMED)}"
        )
    found = sorted({each for place in places for each in _encoders(place)})
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(map(str, found))
        raise ModelUnusable(f"package {source!r} carries several encoders; name one of: {listed}")
    raise ModelUnusable(
        f"package {source!r} carries no Hugging Face folder with a tokenizer and ONNX or "
        "safetensors; name a folder or another package"
    )


def tensor_files(folder: Path) -> list[Path]:
    """Return the files of safetensors of a folder, as its index lists them where it has one.

    Raises:
        ModelUnusable: the index cannot be read.
    """
    if (folder / TENSORS).is_file():
        return [folder / TENSORS]
    try:
        parts = json.loads((folder / SHARDS).read_bytes())["weight_map"].values()
        return [folder / Path(name).name for name in sorted(set(parts))]
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as exc:
        raise ModelUnusable(f"{folder / SHARDS}: this index cannot be read ({exc})") from exc


def parts_of(folder: Path) -> list[Path]:
    """Return all files that have a part in what a folder is converted into."""
    return tensor_files(folder) + [folder / name for name in _ABOUT if (folder / name).is_file()]


def _places(name: str) -> list[Path]:
    """Return where a package lies, by the name it is installed or imported by."""
    if "/" in name or not name.strip("."):
        return []
    try:
        files = metadata.files(name) or []
        tops = {file.parts[0] for file in files if len(file.parts) > 1} - {"..", "."}
        base = Path(str(metadata.distribution(name).locate_file("")))
        places = [base / top for top in sorted(tops) if not top.endswith(".dist-info")]
        if there := [place for place in places if place.is_dir()]:
            return there
    except (metadata.PackageNotFoundError, ValueError):
        pass
    if not name.isidentifier():
        return []
    spec = importlib.util.find_spec(name)
    return [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []


def _encoders(place: Path) -> Iterator[Path]:
    """Yield the folders below a place that hold an encoder and its tokenizer."""
    for tokenizer in _TOKENIZERS:
        for path in place.rglob(tokenizer):
            folder = path.parent
            if onnx_file(folder) or (folder / TENSORS).is_file() or (folder / SHARDS).is_file():
                yield folder
