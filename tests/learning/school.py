"""A store with corrections, and the model that they teach."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.model.lessons import SMALL
from tests.store.desk import NOW, Desk, mail
from triage.core.disposition import Open
from triage.core.teaching import Teaching
from triage.learning.teacher import Result, Teacher, silent
from triage.model.encoder import OnnxEncoder
from triage.model.predict import Model
from triage.model.reading import Text
from triage.store.byhand import Correction
from triage.store.learning import Outcome
from triage.store.sqlite import SqliteStore, open_store
from triage.training import trained


class School:
    """A store with corrections, and the model that they teach."""

    def __init__(self, path: Path, store: SqliteStore, model: Model, cache: Path) -> None:
        self.path, self.store, self.cache = path, store, cache
        self.desk = Desk(store)
        self.teacher = Teacher(path, store, write_here, cache)
        self.teaching = SMALL
        self.fresh = self.model = model
        self.now = NOW
        self._number = 0

    def correct(self, text: str, queue: str) -> str:
        """Take a mail in, and say which queue it belongs to."""
        return self.say(text, Correction(queue=queue))

    def say(self, text: str, said: Correction) -> str:
        """Take a mail in, and set it right."""
        self._number += 1
        raw = mail(text, subject="A question", message_id=f"<{self._number}@example.net>")
        sender = f"Jo <jo{self._number}@example.net>"
        new = self.desk.take(raw.replace(b"Jo Park <jo@example.net>", sender.encode()))
        assert isinstance(new, Open)
        self.store.correct(new.reference, said, self.desk.terms.service.boosts, "maria", NOW)
        return new.reference

    def learn(self) -> Result | None:
        """Let corrections ripen, and teach; the model is that of the outcome."""
        self.now += timedelta(minutes=1)
        self.store.ripen(self.now, self.now)
        while self.teacher.read_some(self.model, 8):
            pass
        result = self.teacher.teach(self.model, self.teaching, self.now)
        if result is not None and result.taught.outcome is Outcome.LIVE:
            self.model = Model(self.model.encoder, result.heads, 0.9)
        return result

    def restarted(self) -> Model:
        """Return the model that a start would run."""
        return self.teacher.as_before(self.fresh, self.teaching, 0.9)


def write_here(method: Any, *args: object) -> Any:
    """Write in this thread."""
    return method(*args)


def best(model: Model, text: str) -> str:
    """Return the queue that a model thinks likeliest."""
    scores = model.predict([Text("A question", text)])[0].queue_scores
    return max(scores, key=scores.__getitem__)


@contextmanager
def opened(
    path: Path, encoder: OnnxEncoder, cache: Path, teaching: Teaching = SMALL
) -> Iterator[School]:
    """Open a store at `path`, and teach a model beside it."""
    store = open_store(path)
    store.start("here", 1, "boot", NOW)
    try:
        school = School(
            path, store, Model(encoder, trained(teaching, encoder, cache, silent), 0.9), cache
        )
        school.teaching = teaching
        yield school
    finally:
        store.close()
