"""Corrections teach real heads on the real encoder, and none of them makes it worse unseen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.learning.school import School, best, opened
from tests.store.desk import NOW
from triage.learning.teacher import WITHDRAWN, Teacher
from triage.model.encoder import OnnxEncoder
from triage.store.byhand import Correction
from triage.store.connection import connect
from triage.store.learning import Outcome

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


def test_p8_what_is_taken_back_while_more_is_set_right_leaves_first(school: School) -> None:
    wrong = school.correct(PRINTING[0], "garden")
    school.learn()
    school.store.undo_correction(wrong, "maria", school.now)
    school.correct(PRINTING[1], "travel")
    first = school.learn()
    assert first is not None
    assert (first.taught.why, school.model.id) == (WITHDRAWN, school.fresh.id)
    second = school.learn()
    assert second is not None
    assert (second.taught.labels, second.taught.outcome) == (1, Outcome.LIVE)


def test_after_going_back_a_label_that_is_taken_back_brings_nothing_else_again(
    school: School,
) -> None:
    wrong = school.correct(PRINTING[0], "garden")
    school.learn()
    school.correct(PRINTING[1], "garden")
    school.learn()
    school.store.roll_back(2, "maria", school.now)
    school.model = school.restarted()
    school.store.undo_correction(wrong, "maria", school.now)
    result = school.learn()
    assert result is not None
    assert (result.taught.labels, result.taught.why) == (0, WITHDRAWN)
    assert school.model.id == school.fresh.id
    standing = school.store.standing(school.now, school.model.encoder.id)
    assert standing.through == standing.tried


def test_heads_that_went_back_meanwhile_are_not_judged_by_after_all(school: School) -> None:
    school.correct(PRINTING[0], "garden")
    school.learn()
    school.correct(PRINTING[1], "garden")

    def gone_back(method: Any, *args: object) -> Any:
        if method == school.store.keep_taught:
            school.store.roll_back(1, "maria", school.now)
        return method(*args)

    school.teacher = Teacher(school.path, school.store, gone_back, school.cache)
    result = school.learn()
    assert result is not None
    assert result.taught.outcome is Outcome.WAITING
    assert school.restarted().id == school.fresh.id


def test_a_label_whose_text_is_erased_leaves_the_heads_and_opens_no_gate(school: School) -> None:
    school.correct(PRINTING[0], "garden")
    school.learn()
    with closing(connect(school.path).conn) as db:
        db.execute("DELETE FROM reading")
    school.correct(PRINTING[1], "garden")
    result = school.learn()
    assert result is not None
    assert result.taught.why == WITHDRAWN
    assert school.model.id == school.fresh.id


def test_files_of_heads_that_wait_are_forgotten_and_those_of_live_ones_stay(
    school: School, cache: Path
) -> None:
    for text in PARKING:
        school.correct(text, "travel")
    live = school.learn()
    for text in MORE_PARKING[:-1]:
        school.correct(text, "garden")
    waiting = school.learn()
    school.correct(MORE_PARKING[-1], "garden")
    last = school.learn()
    there = [(cache / "heads" / one.taught.heads).exists() for one in (live, waiting, last) if one]
    assert there == [True, False, True]
