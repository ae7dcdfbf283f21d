"""Heads of a teaching together with what people set right.

The texts of a teaching are read once and kept beside the heads; labels bring their vectors along.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from triage.core.teaching import Teaching
from triage.model.cache import is_whole, made
from triage.model.child import Progress
from triage.model.encoder import OnnxEncoder
from triage.model.heads import Heads
from triage.model.kept import load_heads
from triage.model.reading import Reading, read
from triage.model.shipped import ShippedVectors
from triage.training import heads_id, taught_parts
from triage.training.examples import Lesson, lesson
from triage.training.labels import Label, labels_digest, with_labels
from triage.training.rows import read_rows, write_rows
from triage.training.worker import fit_in_child


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
        write_rows(part, rows, read(ShippedVectors(encoder), taught_parts(rows)))

    return Rows(*read_rows(made(folder, make)))


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
    base = cache_dir / "heads" / heads_id(teaching, encoder)
    if not is_whole(folder):
        rows = taught_again(teaching, encoder, cache_dir, progress)
        merged, readings = with_labels(rows.lesson, rows.readings, labels)
        with tempfile.TemporaryDirectory(prefix="training.", dir=cache_dir) as job:
            before = base if labels and is_whole(base) else None
            fit_in_child(merged, readings, Path(job), folder, progress, before)
    return load_heads(folder)


def relearnt_id(teaching: Teaching, encoder: OnnxEncoder, labels: Sequence[Label]) -> str:
    """Return the name of the heads that a teaching and labels make on an encoder."""
    id_, said = heads_id(teaching, encoder), labels_digest(labels)
    return hashlib.sha256(f"{id_} {said}".encode()).hexdigest()[:32] if said else id_
