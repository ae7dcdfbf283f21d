"""Labels of the store → heads in force: what is read, fitted, compared and kept. All of it blocks.

What is read of the store is read by a connection of its own; what is written goes by `write`, so
that a daemon can give it to the thread that writes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from triage.core.teaching import Teaching
from triage.core.worded import worded
from triage.errors import TriageError
from triage.learning.vectors import label_of, packed
from triage.model.cache import is_whole
from triage.model.child import Progress
from triage.model.heads import Heads
from triage.model.kept import load_heads
from triage.model.predict import Model
from triage.model.reading import Text, read
from triage.store.learning import Outcome, Taught
from triage.store.protocol import Store
from triage.store.sqlite import open_store
from triage.training import heads_id
from triage.training.comparing import NEW, compared
from triage.training.gate import Compared, figures, refusal
from triage.training.heldout import Learnt
from triage.training.labels import Label, teachable, united
from triage.training.relearning import relearnt, relearnt_id, taught_again

log = structlog.get_logger()

Write = Callable[..., Any]
"""Calls a method of the store, with its arguments, where it may write."""

WITHDRAWN = worded("labels were taken back")
DAY = timedelta(days=1)
MANY = 500
"""Sets of heads that are looked through: as many as are remembered."""

RECENT = 20
"""Sets that judged whose files are kept; older ones are fitted anew if they are gone back to."""


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
            readings = read(
                model.encoder, [model.heard(Text(one.subject, one.text)) for one in new]
            )
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
                live = next(
                    (one for one in store.taught(MANY) if one.outcome is Outcome.LIVE), None
                )
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

        None where that makes the heads of `model`. What was taken back leaves the heads that judge
        first, whatever comes of it; what was added to them must do no harm, and is left for the
        next time then.
        """
        with self._reading() as store:
            standing = store.standing(now, model.encoder.id)
        live = standing.live or self.keep(model, teaching, now, worded("the prompts alone"))
        before = Learnt(heads=model.heads, labels=self._labels(model, teaching, live.through))
        if relearnt_id(teaching, model.encoder, before.labels) != model.heads.id:
            heads = relearnt(teaching, model.encoder, self._cache, before.labels, progress)
            less = Model(model.encoder, heads, 0.0)
            return Result(self.keep(less, teaching, now, WITHDRAWN, live), heads)
        if standing.withdrawn and standing.through <= standing.tried and not standing.dropped:
            return None  # what is left of the labels is what they were taught, or gone back from
        labels = self._labels(model, teaching, standing.through)
        if relearnt_id(teaching, model.encoder, labels) == model.heads.id:
            return None
        heads = relearnt(teaching, model.encoder, self._cache, labels, progress)
        after = Learnt(heads=heads, labels=labels)
        pairs = self._pairs(model, teaching, (before, after), now)
        why = refusal(pairs)
        taught = Taught(
            at=now,
            heads=heads.id,
            encoder=model.encoder.id,
            teaching=heads_id(teaching, model.encoder),
            through=standing.through,
            labels=len(labels),
            figures=figures(pairs),
            outcome=Outcome.WAITING if why else Outcome.LIVE,
            why=why,
            after=live.number,
        )
        kept = self._write(self._store.keep_taught, taught)
        self._tidy(kept)
        return Result(kept, heads)

    def _pairs(
        self, model: Model, teaching: Teaching, both: tuple[Learnt, Learnt], now: datetime
    ) -> tuple[Compared, ...]:
        """Compare new heads with those that judge, and with those that did a day ago.

        What is wrong bit by bit does no harm that shows from one set to the next.
        """
        rows = taught_again(teaching, model.encoder, self._cache, silent).lesson
        pairs = compared(rows, *both, now)
        earlier = self._a_day_ago(model, teaching, now)
        if earlier is None:
            return pairs
        than = compared(rows, earlier, both[1], now)
        return pairs + tuple(
            replace(pair, name=f"{pair.name}, against a day ago")
            for pair in than
            if not pair.name.endswith(NEW)
        )

    def _a_day_ago(self, model: Model, teaching: Teaching, now: datetime) -> Learnt | None:
        """Return the heads that judged a day ago, or else the first; None where they still do.

        Nor where they were taught by other prompts, other labels, or are not kept.
        """
        id_ = heads_id(teaching, model.encoder)
        with self._reading() as store:
            rows = store.taught(MANY)
        live = [one for one in rows if one.outcome is Outcome.LIVE and one.teaching == id_]
        old = next((one for one in live if one.at <= now - DAY), live[-1] if live else None)
        if old is None or old.heads == model.heads.id:
            return None
        labels, folder = self._labels(model, teaching, old.through), self._cache / "heads"
        whole = is_whole(folder / old.heads)
        if not whole or relearnt_id(teaching, model.encoder, labels) != old.heads:
            return None
        return Learnt(heads=load_heads(folder / old.heads), labels=labels)

    def _tidy(self, last: Taught) -> None:
        """Forget the files of heads that neither judge, nor did lately, nor were taught last."""
        with self._reading() as store:
            rows = store.taught(MANY)
        live = [one.heads for one in rows if one.outcome is Outcome.LIVE]
        kept = {last.heads, *live[:RECENT]} | {one.heads for one in rows if not one.labels}
        for one in rows:
            if one.heads not in kept:
                shutil.rmtree(self._cache / "heads" / one.heads, ignore_errors=True)

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
        labels = united(label for one in kept if (label := label_of(one, model)) is not None)
        return teachable(labels, teaching)

    @contextmanager
    def _reading(self) -> Iterator[Store]:
        store = open_store(self._path, read_only=True)
        try:
            yield store
        finally:
            store.close()
