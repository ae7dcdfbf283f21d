"""A person who is wrong a hundred times over makes no head judge worse, at once or bit by bit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from tests.learning.school import School, opened
from tests.model.lessons import SMALL, label
from triage.core.teaching import LabelledMail
from triage.core.ticket import Kind
from triage.model.encoder import OnnxEncoder
from triage.model.reading import Text
from triage.store.byhand import Correction
from triage.store.learning import Outcome

pytestmark = pytest.mark.model

THINGS = ("lamp", "kettle", "heater", "charger", "blanket", "toaster", "iron", "fan")
HARM = (
    "The {} gave my daughter an electric shock.",
    "The {} caught fire while we slept.",
    "I burned my hand on the {} and it bleeds.",
    "The {} smokes and it smells of burning plastic.",
)
HARMLESS = (
    "The {} came in the wrong colour.",
    "Is the {} suitable as a gift for my mother?",
    "There is a scratch on the back of the {}.",
    "Do you also sell the {} in a smaller size?",
)
MAILS = tuple(
    LabelledMail(subject="A question", body=text.format(thing), signals={"danger": texts is HARM})
    for texts in (HARM, HARMLESS)
    for text, thing in product(texts, THINGS)
)
GROWN = ("rose", "tomato", "lavender", "lemon tree", "hedge", "lettuce", "sunflower", "pea")
TROUBLE = ("yellow leaves", "brown spots", "dry roots", "greenfly")
MAILS += tuple(
    LabelledMail(subject="A question", body=f"My {plant} has {trouble}.", queue="garden")
    for plant, trouble in product(GROWN, TROUBLE)
)
KINDS = (
    label(
        "auto_reply",
        "A machine answers.",
        "I am out of the office until Monday and read no mail.",
        "This is an automatic answer: your message was received.",
        "Thank you for your mail. A ticket was opened, do not answer.",
        "On holiday until August, please write to my colleague.",
        "Your request was received and will be dealt with in turn.",
        "I am on parental leave and have no access to my mailbox.",
        "This mailbox is not read by anybody.",
        "We got your message; office hours are from nine to five.",
    ),
)
TEACHING = replace(SMALL, kinds=KINDS, mails={"mails.jsonl": MAILS})

COLOURS = ("red", "blue", "green", "grey", "white", "black", "pink", "brown", "yellow", "purple")
GOODS = ("lamp", "kettle", "heater", "sofa", "blanket", "table", "chair", "fan", "shelf", "rug")
PLANTS = (
    *("rose", "tomato", "lavender", "lemon tree", "hedge", "lettuce", "sunflower", "blueberry"),
    *("seedling", "cucumber"),
)
AILMENTS = (
    *("yellow leaves", "dry roots", "no buds", "slugs", "mildew", "brown spots", "lice"),
    *("no flowers", "rotten stems", "weak shoots"),
)


@pytest.fixture
def school(tmp_path: Path, encoder: OnnxEncoder, cache: Path) -> Iterator[School]:
    with opened(tmp_path / "triage.db", encoder, cache, TEACHING) as one:
        yield one


def danger(school: School, text: str) -> bool:
    return school.model.predict([Text("A question", text)])[0].signals["danger"].fired


def test_p8_a_hundred_harmless_mails_said_to_be_dangerous_wait(school: School) -> None:
    for thing, colour in product(GOODS, COLOURS):
        school.say(
            f"Do you also sell the {thing} in {colour}?", Correction(signals={"danger": True})
        )
    result = school.learn()
    assert result is not None
    assert result.taught.labels == 100
    assert result.taught.outcome is Outcome.WAITING
    assert "danger" in result.taught.why
    assert not danger(school, "Is the toaster made in a smaller size?")


def test_p8_a_hundred_mails_put_into_one_wrong_queue_wait(school: School) -> None:
    for plant, ailment in product(PLANTS, AILMENTS):
        school.say(f"My {plant} has {ailment}.", Correction(queue="money"))
    result = school.learn()
    assert result is not None
    assert (result.taught.labels, result.taught.outcome) == (100, Outcome.WAITING)
    assert "queue" in result.taught.why


def test_p8_a_hundred_mails_of_people_said_to_be_a_machine_s_wait(school: School) -> None:
    for plant, ailment in product(PLANTS, AILMENTS):
        said = Correction(kind=Kind.AUTO_REPLY)
        school.say(f"My {plant} in the garden has got {ailment}.", said)
    result = school.learn()
    assert result is not None
    assert (result.taught.labels, result.taught.outcome) == (100, Outcome.WAITING)
    assert "kind" in result.taught.why


def test_p8_what_is_wrong_bit_by_bit_waits_before_it_has_done_harm(school: School) -> None:
    texts = [f"My {plant} has {ailment}." for plant, ailment in product(PLANTS, AILMENTS)]
    outcomes = []
    for first in range(0, len(texts), 5):
        for text in texts[first : first + 5]:
            school.say(text, Correction(queue="money"))
        result = school.learn()
        outcomes.append(result and result.taught.outcome)
        if outcomes[-1] is Outcome.WAITING:
            break
    assert outcomes[-1] is Outcome.WAITING
    examples = school.model.heads.queue.held_out[: len(TEACHING.queues) * 8 + 32, 1]
    before = school.fresh.heads.queue.held_out[: len(TEACHING.queues) * 8 + 32, 1]
    assert before.sum() - examples.sum() <= 3


def test_a_hundred_mails_rightly_said_to_be_dangerous_teach(school: School) -> None:
    for thing, colour in product(GOODS, COLOURS):
        text = f"The {colour} {thing} exploded and there was smoke in the house."
        school.say(text, Correction(signals={"danger": True}))
    result = school.learn()
    assert result is not None
    assert (result.taught.outcome, result.taught.why) == (Outcome.LIVE, "")
    assert "signal danger, new corrections" in result.taught.figures
    assert danger(school, "My green radio exploded, there was smoke everywhere.")
