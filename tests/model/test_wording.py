"""Mails that only their words give away, judged as the shipped desk judges them.

The floors say what is reached; they go up, and no mail is ever changed to reach them. What is
wrong is printed (`pytest -s`), a line a mail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.core.worded import INBOX, OWN, Worded, worded
from tests.model.conftest import silent
from triage.config.load import load_policy
from triage.config.prompts import load_teaching
from triage.core.judgement import Judged
from triage.core.terms import Terms
from triage.core.ticket import Kind
from triage.model.cache import cache_folder
from triage.model.encoder import OnnxEncoder
from triage.pipeline.read import read
from triage.pipeline.terms import terms_of
from triage.training import open_model

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]

PROMPTS = Path(__file__).parents[2] / "prompts"
ACKNOWLEDGED_MACHINES = 12
"""Of 84; 10 were reached, and 0 is the aim: another processor rounds a little otherwise."""
SILENT_HUMANS = 0.084
"""The share of humans who may get a ticket and no acknowledgement: 2 of 36 were reached."""

SORTS = frozenset({Kind.OUT_OF_OFFICE, Kind.AUTO_REPLY})
NAMED_RIGHT = 0.75
"""The share of absences and receipts known for one of the two; 0.78 was reached."""


@dataclass(frozen=True, slots=True)
class Result:
    """A mail, and what the shipped desk makes of it."""

    mail: Worded
    judged: Judged

    @property
    def acknowledged(self) -> bool:
        """Whether nothing in the mail itself stands against an acknowledgement."""
        return self.judged.verdict.kind is Kind.HUMAN and not self.judged.verdict.doubtful


def shipped_terms() -> Terms:
    """Return the shipped desk with a mailbox to which all of them are sent."""
    terms = terms_of(load_policy(None), "desk-1")
    return replace(terms, inboxes={INBOX.name: INBOX}, own=OWN)


@pytest.fixture(scope="module")
def results(encoder: OnnxEncoder) -> list[Result]:
    model = open_model(load_teaching(PROMPTS), "default", cache_folder(), 0.95, silent)
    mails = worded()
    batch = [mail.received(number) for number, mail in enumerate(mails, start=1)]
    judged = read(batch, model, shipped_terms())
    assert any(each.prediction.kinds for each in judged), "the shipped desk teaches kinds of mail"
    return [Result(*each) for each in zip(mails, judged, strict=True)]


def show(wrong: list[Result]) -> list[str]:
    """Print and return the mails that are judged wrong, each with the reason given."""
    lines = [
        f"{result.mail.file}: {result.judged.verdict.kind.value}, {result.judged.verdict.why}"
        for result in wrong
    ]
    print("\n".join(["", *lines]))  # noqa: T201
    return lines


def test_p3_a_machine_that_only_its_words_give_away_is_not_acknowledged(
    results: list[Result],
) -> None:
    wrong = [each for each in results if each.mail.acknowledge == "never" and each.acknowledged]
    shown = show(wrong)
    assert len(wrong) <= ACKNOWLEDGED_MACHINES, shown


def test_p4_a_human_who_writes_in_the_words_of_machines_is_acknowledged(
    results: list[Result],
) -> None:
    humans = [each for each in results if each.mail.acknowledge == "must"]
    wrong = [each for each in humans if not each.acknowledged]
    shown = show(wrong)
    assert len(wrong) <= SILENT_HUMANS * len(humans), shown


def test_an_absence_and_a_receipt_are_called_what_they_are(results: list[Result]) -> None:
    machines = [each for each in results if each.mail.kind in SORTS]
    wrong = [each for each in machines if likeliest(each) not in SORTS]
    shown = show(wrong)
    assert len(wrong) <= (1 - NAMED_RIGHT) * len(machines), shown


def likeliest(result: Result) -> Kind:
    """Return the kind of which the model is surest; a human where it is of none."""
    fired = {
        kind: said.score for kind, said in result.judged.prediction.kinds.items() if said.fired
    }
    return max(fired, key=fired.__getitem__, default=Kind.HUMAN)
