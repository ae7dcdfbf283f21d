"""A lesson and the vectors of its texts as files: how they reach the worker, and are kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file

from triage.model.reading import Reading
from triage.training.examples import Lesson
from triage.training.lexical import Words

_LESSON, _VECTORS = "lesson.json", "vectors.safetensors"


def write_rows(folder: Path, lesson: Lesson, readings: Sequence[Reading]) -> None:
    """Write a lesson, without its texts, and what was read of each of these."""
    words = Words.of([each.words for each in readings])
    tensors: dict[str, npt.NDArray[Any]] = {
        "whole": np.stack([each.whole for each in readings]).astype(np.float16),
        "sentences": np.concatenate([each.sentences for each in readings]).astype(np.float16),
        "counts": np.asarray([len(each.sentences) for each in readings], np.int64),
        "words": words.flat,
        "word_counts": words.counts,
    }
    save_file(tensors, folder / _VECTORS)
    (folder / _LESSON).write_text(json.dumps(lesson.as_json()))


def read_rows(folder: Path) -> tuple[Lesson, list[Reading]]:
    """Return what `write_rows` wrote; the texts of the lesson stay away."""
    tensors = load_file(folder / _VECTORS)
    whole, sentences = (tensors[name].astype(np.float32) for name in ("whole", "sentences"))
    cut = np.split(sentences, np.cumsum(tensors["counts"])[:-1])
    words = np.split(tensors["words"], np.cumsum(tensors["word_counts"])[:-1])
    readings = [
        Reading(one, several, words=said)
        for one, several, said in zip(whole, cut, words, strict=True)
    ]
    return Lesson.from_json(json.loads((folder / _LESSON).read_bytes())), readings
