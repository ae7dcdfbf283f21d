"""Labels become rows of the lesson, each where it belongs, and of two words the later counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from tests.model.lessons import SMALL, label
from triage.core.teaching import LabelledMail
from triage.model.reading import Reading
from triage.training.examples import lesson
from triage.training.labels import Label, labels_digest, teachable, united, with_labels

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TEACHING = replace(
    SMALL, kinds=(label("auto_reply", "A machine.", "I am away.", "This is automatic.", "Ticket."),)
)


def said(body: str, number: float = 0.0, *, later: int = 0, **what: object) -> Label:
    vector = np.full(4, number, np.float32)
    return Label(
        mail=LabelledMail(subject="", body=body, **what),  # type: ignore[arg-type]
        reading=Reading(vector, vector[None]),
        at=NOW + timedelta(minutes=later),
    )


def test_people_s_words_follow_the_common_texts_and_others_come_last() -> None:
    taught = lesson(TEACHING)
    vectors = [said("", number).reading for number in range(len(taught.texts))]
    labels = [
        said("A parking fine.", 101, queue="travel", signals={"danger": False}),
        said("I am out.", 102, kind="auto_reply"),
        said("My hand bleeds.", 103, priority="urgent", signals={"danger": True}),
    ]
    merged, readings = with_labels(taught, vectors, labels)
    first, second = taught.beyond, taught.beyond + 1
    last = len(readings) - 1
    assert len(readings) == len(merged.texts) == len(taught.texts) + 3
    assert [readings[row].whole[0] for row in (first, second, last)] == [101, 103, 102]
    assert merged.beyond == taught.beyond + 2
    assert merged.queue[first] == "travel"
    assert second not in merged.queue
    assert merged.priority[second] == "urgent"
    assert first in merged.signals["danger"].negatives
    assert second in merged.signals["danger"].positives
    assert {first, second} <= set(merged.signals["praise"].unsaid)
    assert merged.kind[last] == "auto_reply"
    for row, name in taught.kind.items():
        assert merged.kind[row + 2] == name
        assert readings[row + 2].whole[0] == row


def test_the_rows_of_labels_come_after_those_of_examples() -> None:
    taught = lesson(TEACHING)
    vectors = [said("", number).reading for number in range(len(taught.texts))]
    merged, _ = with_labels(taught, vectors, [said("A parking fine.", queue="travel")])
    assert list(merged.queue)[: len(taught.queue)] == list(taught.queue)
    assert list(merged.queue.values())[-1] == "travel"


def test_what_is_held_out_or_has_no_name_is_no_row() -> None:
    taught = lesson(TEACHING)
    vectors = [said("", number).reading for number in range(len(taught.texts))]
    labels = [
        replace(said("A fine.", queue="travel"), held_out=True),
        said("Buy now!", kind="spam"),
        said("What?", queue="unheard-of"),
    ]
    merged, readings = with_labels(taught, vectors, labels)
    assert len(readings) == len(vectors)
    assert merged.queue == taught.queue
    assert teachable(labels[1:], TEACHING) == ()


def test_of_one_text_all_that_was_said_counts_and_the_later_word_most() -> None:
    (one,) = united(
        [
            said("Hi Ann,\nwhere is order 12?", later=2, queue="money"),
            said("Hi Bob,\nwhere is order 34?", later=1, queue="travel", priority="low"),
        ]
    )
    assert (one.mail.queue, one.mail.priority) == ("money", "low")


def test_what_is_said_to_be_a_machine_s_has_no_queue_any_more() -> None:
    (one,) = united(
        [said("I am away.", queue="money"), said("I am away.", later=1, kind="auto_reply")]
    )
    assert (one.mail.queue, one.mail.kind) == ("", "auto_reply")


def test_the_digest_is_of_what_is_said_whatever_its_order() -> None:
    one, two = said("One.", queue="money"), said("Two.", queue="travel")
    assert labels_digest([one, two]) == labels_digest([two, one])
    assert labels_digest([one]) != labels_digest([said("One.", queue="travel")])
    assert labels_digest([]) == ""
