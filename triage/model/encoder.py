"""Text → vector: a transformer on ONNX Runtime, from any Hugging Face folder that has ONNX."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# The runtime reports on its use to its maker unless it is told not to before it is imported.
# Nothing leaves this machine but mail.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# The tokenizer's own threads would take the core that inference runs on.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

from triage.errors import ModelUnusable
from triage.model.cache import file_hash
from triage.model.child import Progress
from triage.model.convert import prepared
from triage.model.sources import NAMED, onnx_file

Vectors = npt.NDArray[np.float32]

MAX_TOKENS = 256
BATCH = 8
BATCH_TOKENS = 1024
"""Padded tokens of one run, at most: with `BATCH` it bounds the memory that the arena keeps."""

REMEMBERED = 4096
"""How many texts' vectors are kept: greetings, footers and repeated mails cost nothing."""


_POOLED = ("embedding", "sentence_embedding")
"""What an output is called that holds a text's vector: ours, and that of sentence-transformers."""

_OFFSET = 2
"""Positions that the RoBERTa family leaves free before the first token."""


class OnnxEncoder:
    """A sentence encoder. Safe to use from several threads; one of them runs at a time."""

    def __init__(self, folder: Path, threads: int | None = None, id_: str | None = None) -> None:
        path = onnx_file(folder)
        if path is None:
            raise ModelUnusable(f"{folder}: there is no onnx/model.onnx in it")
        self.tokens = 0
        self.unknown_tokens = 0
        """Of the `tokens` read so far, those that the vocabulary does not know: a metric."""
        self._prompt = _prompt(folder)
        self._pooling = pooling(folder)
        self._pad = int(_json(folder / "config.json").get("pad_token_id") or 0)
        self._tokenizer = _tokenizer(folder, _positions(folder))
        self._unknown = _unknown(self._tokenizer)
        self._session = _session(path, threads or min(2, len(os.sched_getaffinity(0))))
        self._inputs = {each.name for each in self._session.get_inputs()}
        self._outputs = [each.name for each in self._session.get_outputs()]
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self.dim = len(self._run([self._tokenizer.encode("")])[0])
        self.id = id_ or self._content_id(folder, path)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised fp32 row for each text; an empty text has one too."""
        # Half a surrogate pair, as broken mail has it, is no text that the tokenizer takes.
        texts = [text.encode("utf-8", "replace").decode() for text in texts]
        with self._lock:
            new = list(dict.fromkeys(text for text in texts if text not in self._known))
            self._remember(new)
            rows = [self._known[text] for text in texts]
            for text in texts:
                self._known.move_to_end(text)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return np.stack(rows) if rows else np.empty((0, self.dim), np.float32)

    def token_ids(self, text: str) -> list[int]:
        """Return the ids that are read of a text, with prompt and special ones."""
        return list(self._tokenizer.encode(self._prompt + text).ids)

    def _remember(self, texts: Sequence[str]) -> None:
        """Encode texts by length, so that a batch has little padding, and keep their vectors."""
        for start in range(0, len(texts), REMEMBERED):
            part = texts[start : start + REMEMBERED]
            encodings = self._tokenizer.encode_batch_fast([self._prompt + text for text in part])
            self._count(encodings)
            order = sorted(range(len(part)), key=lambda i: len(encodings[i].ids))
            for batch in _batches(order, [len(each.ids) for each in encodings]):
                vectors = self._run([encodings[i] for i in batch])
                for i, vector in zip(batch, vectors, strict=True):
                    self._known[part[i]] = vector

    def _count(self, encodings: Sequence[Encoding]) -> None:
        self.tokens += sum(len(each.ids) for each in encodings)
        if self._unknown is not None:
            self.unknown_tokens += sum(each.ids.count(self._unknown) for each in encodings)

    def _run(self, encodings: Sequence[Encoding]) -> Vectors:
        longest = max(len(each.ids) for each in encodings)
        ids = np.full((len(encodings), longest), self._pad, np.int64)
        mask = np.zeros_like(ids)
        for row, each in enumerate(encodings):
            ids[row, : len(each.ids)] = each.ids
            mask[row, : len(each.ids)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        feed = {name: value for name, value in given.items() if name in self._inputs}
        pooled = self._pooled(self._session.run(None, feed), mask)
        norms = np.linalg.norm(pooled, axis=1, keepdims=True)
        vectors: Vectors = (pooled / np.maximum(norms, 1e-9)).astype(np.float32)
        return vectors

    def _pooled(self, outputs: Sequence[Any], mask: npt.NDArray[np.int64]) -> Any:
        """Return one vector a text: the model's own, or pooled as its folder says."""
        by_name = dict(zip(self._outputs, outputs, strict=True))
        for name in _POOLED:
            if name in by_name:
                return by_name[name]
        # Not the "pooler" beside it: that was made for another task.
        tokens = next((output for output in outputs if output.ndim == 3), None)
        if tokens is None:
            return outputs[0]
        if self._pooling == "cls":
            return tokens[:, 0]
        known = mask[:, :, None].astype(np.float32)
        return (tokens * known).sum(axis=1) / known.sum(axis=1)

    def _content_id(self, folder: Path, path: Path) -> str:
        """Return a hash of everything that has a part in a vector."""
        parts = [self._prompt, self._pooling, str(MAX_TOKENS), file_hash(folder / "tokenizer.json")]
        parts += [file_hash(each) for each in sorted(path.parent.glob("model.onnx*"))]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def open_encoder(
    source: str, cache: Path, progress: Progress, threads: int | None = None
) -> OnnxEncoder:
    """Open an encoder by its name or its Hugging Face folder, converted if need be. Blocks.

    Raises:
        ModelUnusable: it cannot be used; names the remedy.
    """
    folder = prepared(source, cache, progress)
    progress(1.0, "loading the encoder")
    return OnnxEncoder(folder, threads, folder.name if source in NAMED else None)


def _batches(order: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """Cut `order` (shortest first) into batches within `BATCH` and `BATCH_TOKENS`."""
    batches: list[list[int]] = []
    for i in order:
        last = batches[-1] if batches else []
        if last and len(last) < BATCH and (len(last) + 1) * lengths[i] <= BATCH_TOKENS:
            last.append(i)
        else:
            batches.append([i])
    return batches


def _positions(folder: Path) -> int:
    """Return how many tokens of a text are read: fewer where the encoder has fewer places."""
    places = _json(folder / "config.json").get("max_position_embeddings")
    return min(MAX_TOKENS, int(places) - _OFFSET) if places else MAX_TOKENS


def _tokenizer(folder: Path, longest: int) -> Tokenizer:
    path = folder / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as exc:  # the library raises nothing narrower
        raise ModelUnusable(f"{path}: this tokenizer cannot be read ({exc})") from exc
    # A folder may bring its own, shorter truncation, or pad every text to full length.
    tokenizer.enable_truncation(longest)
    tokenizer.no_padding()
    return tokenizer


def _unknown(tokenizer: Tokenizer) -> int | None:
    return next(
        (id_ for name in ("<unk>", "[UNK]") if (id_ := tokenizer.token_to_id(name)) is not None),
        None,
    )


def _session(path: Path, threads: int) -> Any:
    options = onnxruntime.SessionOptions()  # type: ignore[attr-defined]
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A thread that waits must not burn the core that the event loop needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(  # type: ignore[attr-defined]
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except Exception as exc:  # the library raises a dozen kinds of its own
        raise ModelUnusable(f"{path}: ONNX Runtime cannot load it ({exc})") from exc


def _json(path: Path) -> dict[str, Any]:
    """Return a folder's JSON file, empty where there is none."""
    try:
        return dict(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as exc:
        raise ModelUnusable(f"{path}: this is no JSON object ({exc})") from exc


def _prompt(folder: Path) -> str:
    """Return what stands before every text: the folder's default prompt, if it has one."""
    config = _json(folder / "config_sentence_transformers.json")
    prompts = config.get("prompts") or {}
    return str(prompts.get(config.get("default_prompt_name"), ""))


def pooling(folder: Path) -> str:
    """Return `mean` or `cls`, as `1_Pooling` says; the mean where it says nothing.

    Raises:
        ModelUnusable: it says another one.
    """
    if any((folder / f"2_{kind}").is_dir() for kind in ("Dense", "LSTM", "CNN")):
        raise ModelUnusable(f"{folder}: a layer after the pooling is not supported; use another")
    config = _json(folder / "1_Pooling/config.json")
    modes = {key.removeprefix("pooling_mode_") for key, on in config.items() if on is True}
    modes -= {"include_prompt"}
    named = str(config.get("pooling_mode") or next(iter(modes), "mean_tokens"))
    for mode in ("mean", "cls"):
        if named in (mode, f"{mode}_tokens", f"{mode}_token"):
            return mode
    raise ModelUnusable(f"{folder}: pooling {named!r} is not supported; use mean or cls")
