"""Fitting the heads, in a process of its own: scikit-learn never enters the daemon.

    python -m triage.training.worker JOB FOLDER

reads `lesson.json` and `vectors.safetensors` of the folder JOB and makes FOLDER.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file

from triage.errors import ModelUnusable
from triage.model.cache import made
from triage.model.child import Progress, run_child, say, say_progress
from triage.model.floats import Floats, unit
from triage.model.heads import ClassHead, Heads, save_heads
from triage.model.kinds import KindHead
from triage.model.reading import Reading
from triage.training.examples import Lesson

USUAL = {"urgent": 0.10, "high": 0.25, "normal": 0.50, "low": 0.15}
"""How often each priority comes, while the examples have each alike: most mail is ordinary."""

_LESSON, _VECTORS = "lesson.json", "vectors.safetensors"


def fit_in_child(
    lesson: Lesson, readings: list[Reading], job: Path, folder: Path, progress: Progress
) -> Path:
    """Fit heads for a lesson whose texts were read, into `folder`; `job` is for the way there.

    Raises:
        ModelUnusable: training failed.
    """
    (job / _LESSON).write_text(json.dumps(lesson.as_json()))
    width = len(readings[0].whole)
    tensors = {
        "whole": np.stack([each.whole for each in readings]),
        "sentences": np.concatenate([each.sentences for each in readings]).reshape(-1, width),
        "counts": np.asarray([len(each.sentences) for each in readings], np.int64),
    }
    save_file(tensors, job / _VECTORS)
    return run_child("triage.training.worker", [str(job), str(folder)], progress)


def fitted(id_: str, lesson: Lesson, vectors: Mapping[str, Floats], progress: Progress) -> Heads:
    """Fit every head of a lesson."""
    from triage.training.fit import Spoken, fit_signal  # noqa: PLC0415 - a second of imports

    common = lesson.beyond
    center = vectors["whole"][:common].mean(axis=0)
    whole = unit(vectors["whole"] - center)
    cuts = np.cumsum(vectors["counts"])[:-1]
    sentences = np.split(unit(vectors["sentences"] - center), cuts)
    spoken = Spoken(whole[:common], sentences[:common])
    each_text = list(zip(whole, sentences, strict=True))[:common]
    pooled = np.stack([Reading(*each).pooled for each in each_text])
    progress(0.1, "teaching queues")
    queue = _classes(pooled, lesson.queue, lesson.queues)
    progress(0.4, "teaching priorities")
    priority = as_usual(_classes(pooled, lesson.priority, lesson.priorities), USUAL)
    progress(0.45, "teaching kinds")
    kinds = _kinds(vectors, cuts, lesson)
    signals = []
    for done, (name, rows) in enumerate(lesson.signals.items()):
        progress(0.5 + 0.5 * done / len(lesson.signals), f"teaching {name}")
        has = np.zeros(common, np.bool_)
        has[list(rows.positives)] = True
        said = has.copy()
        said[list(rows.negatives)] = True
        signals.append(fit_signal(name, spoken, has, said))
    return Heads(
        id=id_,
        center=center,
        queue=queue,
        priority=priority,
        signals=tuple(signals),
        examples=pooled[list(lesson.queue)],
        kinds=kinds,
    )


def _kinds(
    vectors: Mapping[str, Floats], cuts: npt.NDArray[Any], lesson: Lesson
) -> KindHead | None:
    """Fit kinds on all texts, with a mean of their own: that of the queues is of one trade."""
    from triage.training.fitkinds import fit_kinds  # noqa: PLC0415

    center = vectors["whole"].mean(axis=0)
    whole = unit(vectors["whole"] - center)
    sentences = np.split(unit(vectors["sentences"] - center), cuts)
    pooled = np.stack([Reading(*each).pooled for each in zip(whole, sentences, strict=True)])
    whose = np.zeros(len(whole), np.int64)
    for row, name in lesson.kind.items():
        whose[row] = lesson.kinds.index(name) + 1
    return fit_kinds(pooled, center, whose, lesson.kinds)


def as_usual(head: ClassHead, shares: Mapping[str, float]) -> ClassHead:
    """Return a head that was taught its labels evenly, for mail in which they are not even."""
    even = 1.0 / max(1, len(head.labels))
    tilt = [math.log(shares.get(label, even) / even) for label in head.labels]
    bias = head.bias + np.float32(head.temperature) * np.asarray(tilt, np.float32)
    return replace(head, bias=bias)


def _classes(vectors: Floats, labelled: Mapping[int, str], names: tuple[str, ...]) -> ClassHead:
    from triage.training.fit import fit_classes  # noqa: PLC0415

    labels = np.asarray([names.index(label) for label in labelled.values()], np.int64)
    return fit_classes(vectors[list(labelled)], labels, names)


def main(job: str, folder: str) -> int:
    """Make the heads of one job; what is there already stays."""

    def make(part: Path) -> None:
        lesson = Lesson.from_json(json.loads((Path(job) / _LESSON).read_bytes()))
        vectors = load_file(Path(job) / _VECTORS)
        save_heads(fitted(Path(folder).name, lesson, vectors, say_progress), part)

    try:
        say(folder=str(made(Path(folder), make)))
    except (ModelUnusable, OSError) as exc:
        say(error=str(exc))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
