"""Labels of the store → heads in force: what is read, fitted, compared and kept. All of it blocks.

What is read of the store is read by a connection of its own; what is written goes by `write`, so
that a daemon can give it to the thread that writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from triage.core.teaching import Teaching
from triage.errors import TriageError
from triage.learning.vectors import label_of, packed
from triage.model.cache import is_whole
from triage.model.child import Progress
from triage.model.heads import Heads
from triage.model.kept import load_heads
from triage.model.predict import Model
from triage.model.reading import Text, parts, read
from triage.store.learning import Outcome, Standing, Taught
from triage.store.protocol import Store
from triage.store.sqlite import open_store
from triage.training import heads_id
from triage.training.comparing import Learnt, compared
from triage.training.gate import figures, refusal
from triage.training.labels import Label, teachable, united
from triage.training.relearning import relearnt, relearnt_id, taught_again

log = structlog.get_logger()

Write = Callable[..., Any]
"""Calls a method of the store, with its arguments, where it may write."""

WITHDRAWN = "labels were taken back"


def silent(_fraction: float, _text: str) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Result:
    """A set of heads that was just taught, and what became of it."""

    taught: Taught
    heads: Heads


class Teacher:
    """Teaches heads from the labels of one store."""

    def __init__(self, path: Path, store: Store, write: Write, cache: Path) -> None:
        """Read the store at `path`, write to `store` by `write`, and keep heads in `cache`."""
        self._path = path
        self._store = store
        self._write = write
        self._cache = cache

    def read_some(self, model: Model, limit: int) -> int:
        """Turn at most `limit` labels into vectors and keep these; return how many there were."""
        with self._reading() as store:
            new = store.unread(model.encoder.id, limit)
        if new:
            readings = read(model.encoder, [parts(Text(one.subject, one.text)) for one in new])
            vectors = {
                one.number: packed(reading) for one, reading in zip(new, readings, strict=True)
            }
            self._write(self._store.keep_vectors, model.encoder.id, vectors)
        return len(new)

    def as_before(self, model: Model, teaching: Teaching, accuracy: float) -> Model:
        """Return a newly made model with the labels of the heads that judged last.

        Where they cannot be taught it is `model` itself, by what the prompts teach alone.
        """
        try:
            with self._reading() as store:
                live = next((one for one in store.taught(500) if one.outcome is Outcome.LIVE), None)
            if live is None or live.heads == model.heads.id:
                return model
            return Model(model.encoder, self.again(model, teaching, live), accuracy)
        except TriageError as exc:
            log.warning("labels_not_taught", error=str(exc))
            return model

    def again(self, model: Model, teaching: Teaching, live: Taught) -> Heads:
        """Return heads that are live: from the cache, else fitted from their labels once more.

        Raises:
            ModelUnusable: training failed.
        """
        folder = self._cache / "heads" / live.heads
        if live.teaching == heads_id(teaching, model.encoder) and is_whole(folder):
            return load_heads(folder)
        labels = self._labels(model, teaching, live.through)
        return relearnt(teaching, model.encoder, self._cache, labels, silent)

    def teach(
        self, model: Model, teaching: Teaching, now: datetime, progress: Progress = silent
    ) -> Result | None:
        """Teach heads from every label that is known, and say whether they may judge.

        None where that makes the heads of `model`. Labels that were taken back leave the heads
        that judge whatever comes of it; what was added to them must do no harm.
        """
        with self._reading() as store:
            standing = store.standing(now, model.encoder.id)
        self._begin(model, teaching, standing, now)
        added = standing.last is None or standing.through > standing.last.through
        live = standing.live.through if standing.live else 0
        through = standing.through if added or not standing.withdrawn else live
        labels = self._labels(model, teaching, through)
        if relearnt_id(teaching, model.encoder, labels) == model.heads.id:
            return None
        heads = relearnt(teaching, model.encoder, self._cache, labels, progress)
        pairs = compared(
            taught_again(teaching, model.encoder, self._cache, progress).lesson,
            Learnt(heads=model.heads, labels=self._labels(model, teaching, live)),
            Learnt(heads=heads, labels=labels),
            now,
        )
        why = "" if through == live else refusal(pairs)
        taught = Taught(
            at=now,
            heads=heads.id,
            encoder=model.encoder.id,
            teaching=heads_id(teaching, model.encoder),
            through=through,
            labels=len(labels),
            figures=figures(pairs),
            outcome=Outcome.WAITING if why else Outcome.LIVE,
            why=why or (WITHDRAWN if through == live else ""),
        )
        return Result(self._write(self._store.keep_taught, taught), heads)

    def _begin(self, model: Model, teaching: Teaching, standing: Standing, now: datetime) -> None:
        """Keep what the prompts taught alone as the first set, so that one can go back to it."""
        if standing.last is None:
            self.keep(model, teaching, now, "the prompts alone")

    def keep(
        self, model: Model, teaching: Teaching, now: datetime, why: str, live: Taught | None = None
    ) -> Taught:
        """Keep the heads of `model` as those that judge, with the labels of `live`."""
        taught = Taught(
            at=now,
            heads=model.heads.id,
            encoder=model.encoder.id,
            teaching=heads_id(teaching, model.encoder),
            through=live.through if live else 0,
            labels=len(self._labels(model, teaching, live.through)) if live else 0,
            outcome=Outcome.LIVE,
            why=why,
        )
        kept: Taught = self._write(self._store.keep_taught, taught)
        return kept

    def _labels(self, model: Model, teaching: Teaching, through: int) -> tuple[Label, ...]:
        """Return the labels up to a number that teach something, one for each text."""
        if not through:
            return ()
        with self._reading() as store:
            kept = store.labels(model.encoder.id, through)
        labels = united(label for one in kept if (label := label_of(one)) is not None)
        return teachable(labels, teaching)

    @contextmanager
    def _reading(self) -> Iterator[Store]:
        store = open_store(self._path, read_only=True)
        try:
            yield store
        finally:
            store.close()
