"""Heads of a teaching together with what people set right.

The texts of a teaching are read once and kept beside the heads; labels bring their vectors along.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file

from triage.core.teaching import Teaching
from triage.model.cache import is_whole, made
from triage.model.child import Progress
from triage.model.encoder import OnnxEncoder
from triage.model.heads import Heads, load_heads
from triage.model.reading import Reading, read
from triage.model.shipped import ShippedVectors
from triage.training import heads_id, taught_parts
from triage.training.examples import Lesson, lesson
from triage.training.labels import Label, labels_digest, with_labels
from triage.training.worker import fit_in_child

_LESSON, _VECTORS = "lesson.json", "vectors.safetensors"


@dataclass(frozen=True, slots=True)
class Rows:
    """A teaching as rows for fitting, with the vectors of each."""

    lesson: Lesson
    readings: list[Reading]


def taught_again(
    teaching: Teaching, encoder: OnnxEncoder, cache_dir: Path, progress: Progress
) -> Rows:
    """Return the rows of a teaching; its texts are read only where no run before has done so."""
    folder = cache_dir / "lessons" / heads_id(teaching, encoder)

    def make(part: Path) -> None:
        rows = lesson(teaching)
        progress(0.0, f"reading {len(rows.texts)} examples")
        _write(part, rows, read(ShippedVectors(encoder), taught_parts(rows.texts)))

    return _read(made(folder, make))


def relearnt(
    teaching: Teaching,
    encoder: OnnxEncoder,
    cache_dir: Path,
    labels: Sequence[Label],
    progress: Progress,
) -> Heads:
    """Return heads of a teaching and of labels (one a text), fitted where the cache lacks them.

    Raises:
        ModelUnusable: training failed.
    """
    folder = cache_dir / "heads" / relearnt_id(teaching, encoder, labels)
    if not is_whole(folder):
        rows = taught_again(teaching, encoder, cache_dir, progress)
        merged, readings = with_labels(rows.lesson, rows.readings, labels)
        with tempfile.TemporaryDirectory(prefix="training.", dir=cache_dir) as job:
            fit_in_child(merged, readings, Path(job), folder, progress)
    return load_heads(folder)


def relearnt_id(teaching: Teaching, encoder: OnnxEncoder, labels: Sequence[Label]) -> str:
    """Return the name of the heads that a teaching and labels make on an encoder."""
    id_, said = heads_id(teaching, encoder), labels_digest(labels)
    return hashlib.sha256(f"{id_} {said}".encode()).hexdigest()[:32] if said else id_


def _write(part: Path, rows: Lesson, readings: list[Reading]) -> None:
    (part / _LESSON).write_text(json.dumps(rows.as_json()))
    vectors: dict[str, npt.NDArray[Any]] = {
        "whole": np.stack([each.whole for each in readings]).astype(np.float16),
        "sentences": np.concatenate([each.sentences for each in readings]).astype(np.float16),
        "counts": np.asarray([len(each.sentences) for each in readings], np.int64),
    }
    save_file(vectors, part / _VECTORS)


def _read(folder: Path) -> Rows:
    vectors = load_file(folder / _VECTORS)
    whole, sentences = (vectors[name].astype(np.float32) for name in ("whole", "sentences"))
    cuts = np.cumsum(vectors["counts"])[:-1]
    readings = [Reading(*each) for each in zip(whole, np.split(sentences, cuts), strict=True)]
    return Rows(Lesson.from_json(json.loads((folder / _LESSON).read_bytes())), readings)
