"""What the shipped desk would learn: mails that are rightly set right teach, wrong words wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.model.conftest import silent
from triage.config.prompts import load_teaching
from triage.core.teaching import LabelledMail
from triage.core.ticket import Kind
from triage.model.encoder import OnnxEncoder
from triage.model.heads import Heads
from triage.model.reading import Reading, Text, parts, read
from triage.model.shipped import ShippedVectors
from triage.training import taught_parts
from triage.training.comparing import compared
from triage.training.examples import Lesson, lesson
from triage.training.gate import Compared, refusal
from triage.training.heldout import SLACK, Learnt
from triage.training.labels import Label, united, with_labels
from triage.training.worker import fitted

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]

PROMPTS = Path(__file__).parents[2] / "prompts"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EACH = 15
"""Of so many mails one is kept apart, for people to set right."""


@dataclass(frozen=True)
class Desk:
    """The shipped desk as it was taught without some of its mails, and those."""

    rows: Lesson
    readings: list[Reading]
    heads: Heads
    apart: tuple[Label, ...]

    def said(self, labels: Iterable[Label]) -> str:
        """Teach labels, and return what the gate says."""
        return refusal(self.compared(labels))

    def compared(self, labels: Iterable[Label]) -> tuple[Compared, ...]:
        """Teach labels, and compare."""
        given = tuple(labels)
        merged, readings = with_labels(self.rows, self.readings, given)
        learnt = Learnt(heads=fitted("more", merged, readings, silent, self.heads), labels=given)
        return compared(self.rows, Learnt(heads=self.heads), learnt, NOW)

    def wrong(self, says: Callable[[LabelledMail], LabelledMail]) -> tuple[Label, ...]:
        """Return a hundred labels that say but one thing, which is wrong of most."""
        return tuple(replace(each, mail=says(silenced(each.mail))) for each in self.apart[:100])


def silenced(mail: LabelledMail) -> LabelledMail:
    """Return a mail of which nothing is said."""
    return replace(mail, queue="", priority="", kind="", signals={})


@pytest.fixture(scope="module")
def desk(encoder: OnnxEncoder) -> Desk:
    whole = load_teaching(PROMPTS)
    apart = [mail for mail in whole.labelled if mail.kind in {"", Kind.HUMAN}][::EACH]
    mails = {
        file: tuple(mail for mail in several if mail not in apart)
        for file, several in whole.mails.items()
    }
    rows = lesson(replace(whole, mails=mails))
    vectors = ShippedVectors(encoder)
    readings = read(vectors, taught_parts(rows))
    taken = read(vectors, [parts(Text(mail.subject, mail.body)) for mail in apart])
    labels = united(
        Label(mail=mail, reading=reading, at=NOW)
        for mail, reading in zip(apart, taken, strict=True)
    )
    return Desk(rows, readings, fitted("first", rows, readings, silent), labels)


@pytest.mark.parametrize("count", [3, 20, 60, 1_000])
def test_p8_mails_that_are_rightly_set_right_teach(desk: Desk, count: int) -> None:
    assert desk.said(desk.apart[:count]) == ""


@pytest.mark.parametrize(
    "signal", ["churn_risk", "complaint", "compliment", "legal", "safety", "vulnerable"]
)
def test_p8_a_hundred_mails_wrongly_said_to_have_a_signal_wait(desk: Desk, signal: str) -> None:
    said = desk.said(desk.wrong(lambda mail: replace(mail, signals={signal: True})))
    assert f"signal {signal}, examples" in said


@pytest.mark.parametrize("level", ["urgent", "low"])
def test_p8_a_hundred_wrong_priorities_wait_or_do_no_harm(desk: Desk, level: str) -> None:
    pairs = desk.compared(desk.wrong(lambda mail: replace(mail, priority=level)))
    assert refusal(pairs) or lost(pairs, "priority") < SLACK


def test_p8_a_hundred_mails_of_all_queues_put_into_one_wait_or_do_no_harm(desk: Desk) -> None:
    pairs = desk.compared(desk.wrong(lambda mail: replace(mail, queue="billing")))
    assert refusal(pairs) or lost(pairs, "queue") < 0.01


def lost(pairs: Iterable[Compared], head: str) -> float:
    """Return the share of the teaching's own mails that are judged right no more."""
    (examples,) = (pair for pair in pairs if pair.name == f"{head}, examples")
    return examples.before.accuracy - examples.after.accuracy


def test_p8_a_hundred_mails_of_people_said_to_be_a_machine_s_wait(desk: Desk) -> None:
    assert "kind" in desk.said(desk.wrong(lambda mail: replace(mail, kind=Kind.AUTO_REPLY)))
