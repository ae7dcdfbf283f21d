"""Teaching the model: `prompts/` → heads, and the model made of encoder and heads."""

from __future__ import annotations

import hashlib
import tempfile
from functools import cache
from pathlib import Path

from triage.core.teaching import Teaching
from triage.errors import ModelUnusable
from triage.model.cache import is_whole
from triage.model.child import Progress
from triage.model.encoder import OnnxEncoder, open_encoder
from triage.model.heads import Heads
from triage.model.kept import load_heads
from triage.model.predict import Model
from triage.model.reading import Parts, parts, read
from triage.model.shipped import ShippedVectors
from triage.training.examples import Lesson, lesson
from triage.training.worker import fit_in_child

_TRAINING: tuple[str, ...] = ("examples", "fit", "fitkinds", "fitpriority", "fitsignals")
_TRAINING += ("lexical", "logistic", "rows", "worker")
_READING = ("floats", "heads", "kept", "kinds", "reading", "sentences", "words")


def open_model(
    teaching: Teaching,
    encoder_source: str,
    cache_dir: Path,
    accuracy_when_sure: float,
    progress: Progress,
    *,
    threads: int | None = None,
) -> Model:
    """Make or load everything and return the model. Blocks, for seconds where all is new.

    The encoder is converted and the heads are trained if the cache does not
    hold them whole; both for all processes that share the cache. `progress`
    is called in this thread with a fraction of the whole and a text. `threads` are the
    encoder's; None: at most two.

    Raises:
        ModelUnusable: the encoder or the teaching cannot be used; names the remedy.
    """
    encoder = open_encoder(encoder_source, cache_dir, _from(progress, 0.0, 0.7), threads)
    heads = trained(teaching, encoder, cache_dir, _from(progress, 0.7, 1.0))
    progress(1.0, "ready")
    return Model(encoder, heads, accuracy_when_sure)


def retaught(
    model: Model, teaching: Teaching, cache_dir: Path, accuracy_when_sure: float, progress: Progress
) -> Model:
    """Return a model on the same encoder that was taught `teaching`; `model` goes on as it is.

    Raises:
        ModelUnusable: the teaching cannot be used.
    """
    heads = trained(teaching, model.encoder, cache_dir, progress)
    return Model(model.encoder, heads, accuracy_when_sure)


def trained(teaching: Teaching, encoder: OnnxEncoder, cache_dir: Path, progress: Progress) -> Heads:
    """Return the heads of a teaching on an encoder, trained if the cache does not hold them.

    Raises:
        ModelUnusable: there is nothing to teach, or training failed.
    """
    if not teaching.queues or not teaching.priorities:
        raise ModelUnusable("nothing is taught: prompts/queues and prompts/priorities are empty")
    folder = cache_dir / "heads" / heads_id(teaching, encoder)
    if is_whole(folder):
        return load_heads(folder)
    rows = lesson(teaching)
    progress(0.0, f"reading {len(rows.texts)} examples")
    readings = read(ShippedVectors(encoder), taught_parts(rows))
    cache_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="training.", dir=cache_dir) as job:
        fit_in_child(rows, readings, Path(job), folder, _from(progress, 0.3, 1.0))
    return load_heads(folder)


def heads_id(teaching: Teaching, encoder: OnnxEncoder) -> str:
    """Return a hash of all that has a part in heads: what is taught, the encoder, and how."""
    parts_ = (encoder.id, teaching.digest, _recipe())
    return hashlib.sha256(" ".join(parts_).encode()).hexdigest()[:32]


def taught_parts(rows: Lesson) -> list[Parts]:
    """Take the texts of a lesson apart the way messages are; an example has no subject."""
    return [parts(text) for text in rows.texts]


@cache
def _recipe() -> str:
    """Return a hash of the code that reads and fits: heads of older code are never taken over."""
    here = Path(__file__).parent
    code = [here / f"{name}.py" for name in _TRAINING]
    code += [here.parent / "model" / f"{name}.py" for name in _READING]
    return hashlib.sha256(b"".join(path.read_bytes() for path in code)).hexdigest()


def _from(progress: Progress, start: float, end: float) -> Progress:
    """Return a progress that fills only the stretch from `start` to `end`."""

    def stretch(fraction: float, text: str) -> None:
        progress(start + (end - start) * fraction, text)

    return stretch
