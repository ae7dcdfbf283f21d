"""Corrections teach real heads on the real encoder, and none of them makes it worse unseen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.model.lessons import SMALL
from tests.store.desk import NOW, Desk, mail
from triage.core.disposition import Open
from triage.learning.teacher import WITHDRAWN, Result, Teacher, silent
from triage.model.encoder import OnnxEncoder
from triage.model.predict import Model
from triage.model.reading import Text
from triage.store.byhand import Correction
from triage.store.learning import Outcome
from triage.store.sqlite import SqliteStore, open_store
from triage.training import trained

pytestmark = pytest.mark.model

PARKING = (
    "I got a parking fine although the ticket lay behind the windscreen.",
    "The barrier of the car park did not open for us.",
    "Where may I park a camper van overnight?",
    "The parking meter swallowed my coins.",
    "Is there a place to park near the harbour?",
    "Somebody has parked in the space that we reserved.",
    "The parking permit of our visitors has expired.",
    "Our car was towed away from the parking lot.",
    "How long may we park in front of the house?",
    "The underground car park is too low for my van.",
)
MORE_PARKING = (
    "We paid for parking twice at the same machine.",
    "The exit barrier of the multi-storey car park stayed shut.",
    "Can a motorbike be parked beside the entrance?",
    "My parking ticket blew off the dashboard and now there is a fine.",
    "Do residents need a permit to park in your street?",
    "A lorry blocks the two parking spaces that are ours.",
    "They clamped our car on the customers' parking lot.",
    "What does a day of parking at the station cost?",
    "The lift of the underground car park is broken.",
    "I lost the ticket of the car park, how do I get out?",
)
PRINTING = (
    "My printer prints only half of every page.",
    "The ink cartridge leaks into the printer.",
    "Which paper does the laser printer take?",
    "The printer says that its toner is empty.",
    "The scanner on top of the printer makes stripes.",
    "Paper jams in the printer every morning.",
)
PRINTED = "The printer does not know the new ink cartridge."
ALIKE = "My car park ticket was not read by the machine at the barrier."


class School:
    """A store with corrections, and the model that they teach."""

    def __init__(self, path: Path, store: SqliteStore, encoder: OnnxEncoder, cache: Path) -> None:
        self.store = store
        self.desk = Desk(store)
        self.teacher = Teacher(path, store, write_here, cache)
        self.fresh = Model(encoder, trained(SMALL, encoder, cache, silent), 0.9)
        self.model = self.fresh
        self.now = NOW
        self._number = 0

    def correct(self, text: str, queue: str) -> str:
        """Take a mail in, and say which queue it belongs to."""
        self._number += 1
        raw = mail(text, subject="A question", message_id=f"<{self._number}@example.net>")
        sender = f"Jo <jo{self._number}@example.net>"
        new = self.desk.take(raw.replace(b"Jo Park <jo@example.net>", sender.encode()))
        assert isinstance(new, Open)
        said = Correction(queue=queue)
        self.store.correct(new.reference, said, self.desk.terms.service.boosts, "maria", NOW)
        return new.reference

    def learn(self) -> Result | None:
        """Let corrections ripen, and teach; the model is that of the outcome."""
        self.now += timedelta(minutes=1)
        self.store.ripen(self.now, self.now)
        while self.teacher.read_some(self.model, 8):
            pass
        result = self.teacher.teach(self.model, SMALL, self.now)
        if result is not None and result.taught.outcome is Outcome.LIVE:
            self.model = Model(self.model.encoder, result.heads, 0.9)
        return result

    def restarted(self) -> Model:
        """Return the model that a start would run."""
        return self.teacher.as_before(self.fresh, SMALL, 0.9)


def write_here(method: Any, *args: object) -> Any:
    return method(*args)


def best(model: Model, text: str) -> str:
    scores = model.predict([Text("A question", text)])[0].queue_scores
    return max(scores, key=scores.__getitem__)


@contextmanager
def opened(path: Path, encoder: OnnxEncoder, cache: Path) -> Iterator[School]:
    store = open_store(path)
    store.start("here", 1, "boot", NOW)
    try:
        yield School(path, store, encoder, cache)
    finally:
        store.close()


@pytest.fixture
def school(tmp_path: Path, encoder: OnnxEncoder, cache: Path) -> Iterator[School]:
    with opened(tmp_path / "triage.db", encoder, cache) as one:
        yield one


def test_p8_corrections_teach_and_survive_a_restart_with_or_without_the_cache(
    school: School, cache: Path
) -> None:
    was = best(school.model, PRINTED)
    to = "travel" if was != "travel" else "garden"
    for text in PRINTING:
        school.correct(text, to)
    result = school.learn()
    assert result is not None
    assert (result.taught.outcome, result.taught.labels) == (Outcome.LIVE, 6)
    assert best(school.model, PRINTED) == to
    assert "queue, examples" in result.taught.figures
    assert school.restarted().id == school.model.id
    shutil.rmtree(cache / "heads" / result.taught.heads)
    again = school.restarted()
    assert again.id == school.model.id
    assert best(again, PRINTED) == to
    assert school.learn() is None


def test_p8_labels_that_make_what_was_learnt_worse_wait_and_say_so(school: School) -> None:
    for text in PARKING:
        school.correct(text, "travel")
    first = school.learn()
    assert first is not None
    assert first.taught.outcome is Outcome.LIVE
    live = school.model.id
    for text in MORE_PARKING:
        school.correct(text, "garden")
    wrong = school.learn()
    assert wrong is not None
    assert wrong.taught.outcome is Outcome.WAITING
    assert "queue" in wrong.taught.why
    assert school.restarted().id == live
    assert best(school.model, ALIKE) == "travel"


def test_p8_one_wrong_correction_overturns_nothing(school: School) -> None:
    for text in PARKING[:8]:
        school.correct(text, "travel")
    school.learn()
    school.correct(PARKING[8], "garden")
    school.learn()
    assert best(school.model, ALIKE) == "travel"


def test_of_two_words_on_one_text_the_later_counts(school: School) -> None:
    school.correct(PARKING[0], "garden")
    school.now += timedelta(seconds=1)
    school.correct(PARKING[0], "travel")
    result = school.learn()
    assert result is not None
    assert result.taught.labels == 1
    assert best(school.model, PARKING[0]) == "travel"


def test_p8_a_label_that_is_taken_back_leaves_the_heads(school: School) -> None:
    reference = school.correct(PRINTING[0], "garden")
    school.learn()
    school.store.undo_correction(reference, "maria", school.now)
    result = school.learn()
    assert result is not None
    assert (result.taught.outcome, result.taught.why) == (Outcome.LIVE, WITHDRAWN)
    assert school.model.id == school.fresh.id


def test_after_going_back_the_earlier_heads_judge_until_there_is_a_new_label(
    school: School,
) -> None:
    school.correct(PRINTING[0], "garden")
    school.learn()
    school.store.roll_back(1, "maria", school.now)
    assert school.restarted().id == school.fresh.id
    standing = school.store.standing(school.now, school.model.encoder.id)
    assert standing.last is not None
    assert standing.through == standing.last.through
    school.model = school.restarted()
    school.correct(PRINTING[1], "garden")
    result = school.learn()
    assert result is not None
    assert result.taught.labels == 2


def test_what_the_prompts_have_no_name_for_teaches_nothing(school: School) -> None:
    reference = school.correct(PRINTING[0], "garden")
    said = Correction(kind="spam")
    school.store.correct(reference, said, school.desk.terms.service.boosts, "maria", NOW)
    assert school.learn() is None
