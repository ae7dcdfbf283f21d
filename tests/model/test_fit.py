"""Fitting heads: what is fitted, on what it is calibrated, and what is raised."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.model.conftest import silent
from tests.model.lessons import SMALL
from triage.core.teaching import LabelledMail, Teaching
from triage.core.ticket import Kind
from triage.model.adapter import key_of
from triage.model.floats import Floats, unit
from triage.model.kinds import HUMAN
from triage.model.reading import Reading, Text, parts
from triage.model.words import words_of
from triage.training.examples import Lesson, lesson
from triage.training.fit import Around, class_fit
from triage.training.fitpriority import raised_until_found
from triage.training.fitsignals import threshold
from triage.training.lexical import Words
from triage.training.logistic import Ints, each_alone, one_of
from triage.training.worker import FOLDS, fitted, folds

WIDTH = 16
FILES = ("ann", "bob", "cem", "dora", "eve", "fay")


def clouds(count: int, labels: int, spread: float, seed: int = 1) -> tuple[Floats, Ints]:
    """Return vectors around a middle for each label."""
    random = np.random.default_rng(seed)
    middles = np.random.default_rng(99).normal(size=(labels, WIDTH))
    of = np.arange(count) % labels
    vectors = middles[of] + spread * random.normal(size=(count, WIDTH))
    return unit(vectors.astype(np.float32)), of


def around(count: int, **changes: object) -> Around:
    every = np.ones(count, np.bool_)
    plain = Around(folds=np.arange(count) // 3 % 5, like=every, mails=~every)
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_signals_fitted_together_are_those_fitted_one_by_one() -> None:
    vectors, of = clouds(200, 3, 0.8)
    has = np.stack([of == 0, of == 1, of > 0], axis=1)
    weight = np.random.default_rng(4).uniform(0.0, 1.0, has.shape).astype(np.float32)
    together = each_alone(vectors, has, weight=weight, strength=3.0).logits(vectors)
    for at in range(3):
        some = slice(at, at + 1)
        alone = each_alone(vectors, has[:, some], weight=weight[:, some], strength=3.0)
        assert np.allclose(together[:, some], alone.logits(vectors), atol=0.05)


def test_a_fit_that_begins_where_one_ended_stays_there() -> None:
    vectors, of = clouds(200, 3, 0.8)
    weight = np.ones(200, np.float32)
    first = one_of(vectors, of, 4, weight=weight, strength=3.0)
    again = one_of(vectors, of, 4, weight=weight, strength=3.0, start=first, iterations=1)
    assert np.allclose(first.logits(vectors), again.logits(vectors), atol=0.02)
    assert first.logits(vectors).argmax(axis=1).max() < 3, "the fourth has no examples"


def test_texts_that_the_encoder_has_seen_do_not_calibrate() -> None:
    easy, of = clouds(400, 3, 0.1)
    hard, truth = clouds(400, 3, 1.6, seed=2)
    vectors, labels = np.concatenate([easy, hard]), np.concatenate([of, truth])
    fresh = np.arange(800) >= 400
    names = ("a", "b", "c")
    flattered = class_fit(vectors, labels, names, around(800)).head
    honest = class_fit(vectors, labels, names, around(800, like=fresh)).head
    assert honest.temperature > flattered.temperature
    assert honest.coverage(0.95) < flattered.coverage(0.95)
    assert honest.held_out[:, 3].sum() == 400


def test_words_are_heard_where_they_help_and_not_where_they_do_not() -> None:
    vectors, of = clouds(300, 3, 1.5)
    random = np.random.default_rng(6)
    nouns = ("garden rose hedge", "invoice refund bank", "train hotel ferry")
    telling = Words.of([words_of(nouns[label]) for label in of])
    idle = Words.of([words_of(nouns[int(random.integers(3))]) for _ in of])
    names = ("a", "b", "c")
    heard = class_fit(vectors, of, names, around(300, words=telling))
    unheard = class_fit(vectors, of, names, around(300, words=idle))
    assert heard.head.words is not None
    assert heard.head.held_out[:, 1].mean() > unheard.head.held_out[:, 1].mean() + 0.05
    assert unheard.head.words is None
    assert unheard.chosen["words"] == 0.0


def test_what_was_chosen_is_not_chosen_again() -> None:
    vectors, of = clouds(200, 3, 0.8)
    chosen = {"strength": 0.01, "examples": 1.0}
    fit = class_fit(vectors, of, ("a", "b", "c"), around(200, chosen=chosen))
    assert fit.chosen == chosen


def test_the_threshold_is_precise_enough_and_no_higher_than_it_has_to_be() -> None:
    scores = np.linspace(0.0, 1.0, 400).astype(np.float32)
    has = np.random.default_rng(2).uniform(size=400) < scores
    least = threshold(scores, has, np.ones(400, np.float32))
    fired = scores >= least
    assert has[fired].mean() >= 0.75
    assert has[scores >= least - 0.1].mean() < 0.75 or least < 0.6


def mailed(per_file: int = 40) -> Teaching:
    """Return a teaching with whole mails: queue and priority go together, danger is urgent."""
    queues = [label.name for label in SMALL.queues]
    levels = ("low", "normal", "urgent")
    files = {
        file: tuple(
            LabelledMail(
                subject=f"{file} {at}",
                body=f"Mail {at} of {file} on {queues[at % 3]}.",
                queue=queues[at % 3],
                priority=levels[at % 3],
                signals={"danger": at % 3 == 2, "praise": at % 3 == 0},
            )
            for at in range(per_file)
        )
        for file in FILES
    }
    return replace(SMALL, mails=files)


def made_up(rows: Lesson, count: int, spread: float = 0.5) -> list[Reading]:
    """Return vectors that have to do with what is said of each text."""
    random = np.random.default_rng(8)
    middles = random.normal(size=(3, WIDTH))
    names = rows.queues
    found = []
    for row in range(count):
        label = names.index(rows.queue[row]) if row in rows.queue else row % 3
        vector = middles[label] + spread * random.normal(size=WIDTH)
        whole = unit(vector.astype(np.float32))
        found.append(Reading(whole, whole[None]))
    return found


def test_a_labelled_mail_says_all_that_is_said_of_it_and_nothing_more() -> None:
    silent_mail = LabelledMail(subject="", body="Nothing is said of this.", priority="low")
    rows = lesson(replace(mailed(2), mails={"ann": (*mailed(2).mails["ann"], silent_mail)}))
    at = {text: row for row, text in enumerate(rows.texts)}
    first = at[Text("ann 0", "Mail 0 of ann on garden.")]
    last = at[Text("", "Nothing is said of this.")]
    assert (rows.queue[first], rows.priority[first], rows.mails[first]) == ("garden", "low", "ann")
    assert first in rows.signals["praise"].positives
    assert first in rows.signals["danger"].negatives
    assert last in rows.signals["danger"].unsaid
    assert last not in rows.queue
    assert Lesson.from_json(rows.as_json()) == replace(rows, texts=())


def test_a_mail_that_nobody_wrote_teaches_its_kind_alone() -> None:
    away = LabelledMail(subject="Away", body="I am away.", kind="auto_reply", queue="garden")
    rows = lesson(replace(SMALL, kinds=(replace(SMALL.queues[0], name="auto_reply"),)))
    with_mail = lesson(
        replace(
            SMALL,
            kinds=(replace(SMALL.queues[0], name="auto_reply"),),
            mails={"machines": (away,)},
        )
    )
    row = with_mail.texts.index(Text("Away", "I am away."))
    assert with_mail.kind[row] == Kind.AUTO_REPLY
    assert row >= with_mail.beyond == rows.beyond
    assert row not in with_mail.queue
    assert row in with_mail.of_kinds(len(with_mail.texts))


def test_mails_of_the_trade_do_not_teach_whose_words_are_whose() -> None:
    rows = lesson(mailed(2))
    assert not set(rows.of_kinds(len(rows.texts))) & set(rows.mails)


def test_texts_that_the_encoder_was_trained_on_are_known() -> None:
    teaching = mailed(2)
    mail = teaching.mails["ann"][1]
    seen = {key_of(parts(Text(mail.subject, mail.body)).whole)}
    rows = lesson(teaching, seen)
    assert [rows.texts[row] for row in rows.seen] == [Text(mail.subject, mail.body)]


def test_a_writer_is_held_out_as_a_whole() -> None:
    rows = lesson(mailed())
    parted = folds(rows)
    for file in FILES:
        own = {int(parted[row]) for row, name in rows.mails.items() if name == file}
        assert len(own) == 1
    assert set(parted.tolist()) == set(range(FOLDS))


def test_rows_added_at_the_end_leave_the_folds_of_the_others() -> None:
    rows = lesson(mailed(2))
    more = replace(
        rows,
        beyond=rows.beyond + 1,
        queue={**rows.queue, rows.beyond: "money"},
        mails={**rows.mails, rows.beyond: ""},
    )
    assert folds(more)[:-1].tolist() == folds(rows).tolist()


@pytest.fixture(scope="module")
def rows() -> Lesson:
    return lesson(mailed())


def test_with_mails_a_signal_makes_a_message_pressing(rows: Lesson) -> None:
    heads = fitted("x", rows, made_up(rows, len(rows.texts)), silent)
    assert heads.priority.mix is not None
    assert heads.priority.labels == ("low", "normal", "urgent")
    like = heads.priority.held_out[heads.priority.held_out[:, 3] > 0]
    assert len(like) == len(rows.mails)
    assert like[:, 1].mean() > 0.8
    said = heads.priority_shares(heads.taken(made_up(rows, len(rows.texts))[0]))
    assert said.sum() == pytest.approx(1.0, abs=1e-4)


def test_what_is_urgent_is_raised_until_it_is_found_and_no_further() -> None:
    labels = np.asarray([0] * 300 + [1] * 100)
    logits = np.zeros((400, 2), np.float32)
    logits[:300, 0] = 2.0
    logits[300:, 1] = np.linspace(-0.5, 3.0, 100)
    logits[:20, 0] = 0.1
    none = np.zeros(400, np.int64)
    tilt = raised_until_found(logits, labels, none)
    found = (logits + np.asarray([0.0, tilt])).argmax(axis=1)[300:]
    assert 0.95 <= found.mean() < 1.0


def test_what_is_urgent_is_not_raised_above_all_measure() -> None:
    labels = np.asarray([0] * 300 + [1] * 100)
    random = np.random.default_rng(1)
    logits = random.normal(size=(400, 2)).astype(np.float32)
    none = np.zeros(400, np.int64)
    tilt = raised_until_found(logits, labels, none)
    before, after = ((logits + np.asarray([0.0, x])).argmax(axis=1) for x in (0.0, tilt))
    assert (before == labels).mean() - (after == labels).mean() <= 0.05


def test_a_signal_that_already_makes_it_urgent_needs_no_raising() -> None:
    labels = np.asarray([0] * 300 + [1] * 100)
    logits = np.stack([np.ones(400), np.zeros(400)], axis=1).astype(np.float32)
    assert raised_until_found(logits, labels, labels) == 0.0


def test_fitting_again_with_a_correction_takes_over_what_was_found(rows: Lesson) -> None:
    count = len(rows.texts)
    readings = made_up(rows, count)
    base = fitted("x", rows, readings, silent)
    more = replace(
        rows,
        beyond=rows.beyond + 1,
        queue={**rows.queue, rows.beyond: "travel"},
        mails={**rows.mails, rows.beyond: ""},
    )
    added = [*readings[: rows.beyond], readings[0], *readings[rows.beyond :]]
    after = fitted("y", more, added, silent, base)
    fresh = fitted("z", more, added, silent)
    assert {k: x for k, x in after.chosen.items() if "words" not in k} == {
        k: x for k, x in base.chosen.items() if "words" not in k
    }
    assert after.kinds is base.kinds
    assert len(after.queue.held_out) == len(base.queue.held_out) + 1
    taken = after.taken(readings[5])
    assert after.queue_shares(taken) == pytest.approx(fresh.queue_shares(taken), abs=0.1)


def test_a_word_of_people_is_a_row_of_people(rows: Lesson) -> None:
    assert HUMAN == 0
    first = min(rows.mails)
    told = replace(rows, kind={first: Kind.HUMAN.value})
    assert first in told.of_kinds(len(rows.texts))
