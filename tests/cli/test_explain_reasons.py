"""The sentences that speak for and against a queue, as `explain` and `show` give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Case, Desk
from tests.model.conftest import silent
from tests.model.lessons import SMALL
from triage.cli.alone import explain_files
from triage.cli.anew import Anew
from triage.cli.drawing import draw_explanation
from triage.cli.output import stdout
from triage.config.load import load_policy
from triage.config.settings import ModelSettings
from triage.core.disposition import Explained
from triage.core.prediction import Measured, Prediction, Reason
from triage.core.remember import remembered
from triage.core.ticket import Priority
from triage.model.cache import cache_folder
from triage.model.encoder import open_encoder
from triage.model.predict import Model
from triage.model.reading import Text
from triage.pipeline.terms import terms_of
from triage.store.views import MessageView
from triage.training import trained
from triage.trial.explaining import Explainer, Measuring

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = (
    "The roses in my garden have black spots on every leaf.\n\n"
    "My neighbour sprays his fence on Sundays.\n\n"
    "And my card was charged twice for the same invoice."
)
REASONS = (
    Reason("returns", "The top of my new table arrived cracked.", 1.93, Measured.VECTORS),
    Reason("returns", "Please send me another one.", 0.4, Measured.VECTORS),
    Reason("returns", "Order NW-482133: my table arrived cracked", -0.23, Measured.VECTORS),
)
TOLD = [dict(reason.told) for reason in REASONS]


class Pinned:
    """Says the same of every text."""

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        """Return one prediction a message."""
        said = Prediction(
            queue_scores={"returns": 0.9, "billing": 0.1},
            queue_sure=True,
            queue_sentence=REASONS[0].sentence,
            priority_scores={Priority.NORMAL: 1.0},
            reasons=REASONS,
        )
        return [said] * len(messages)


def mail(folder: Path) -> str:
    path = folder / "mail.eml"
    path.write_text(
        "From: Jo Park <jo@example.net>\nTo: support@northwind.example\n"
        f"Subject: A table\nMessage-ID: <1@example.net>\n\n{TEXT}\n"
    )
    return str(path)


def judged(desk: Desk, said: Prediction, text: str = TEXT) -> MessageView:
    """Open a ticket of which the store keeps what the model said; return its mail."""
    kept = remembered(
        Prediction(queue_scores=said.queue_scores, queue_sure=True, model_id=said.model_id)
    )
    reasons = tuple(reason.told for reason in said.reasons)
    case = Case(subject="", text=text, said=kept, explained=Explained(reasons=reasons))
    return desk.store.ticket(desk.open(case)).messages[0]


def test_reasons_are_printed_with_what_they_weigh_and_how_that_was_found(tmp_path: Path) -> None:
    explainer = Explainer(terms_of(load_policy(None), instance=""), Pinned(), NOON)
    (one,) = explain_files([mail(tmp_path)], explainer)
    assert one.report["reasons"] == TOLD
    assert list(one.report)[-1] == "reasons"


def test_p7_a_person_reads_what_spoke_for_the_queue_and_what_against(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    explainer = Explainer(terms_of(load_policy(None), instance=""), Pinned(), NOON)
    for one in explain_files([mail(tmp_path)], explainer):
        draw_explanation(stdout(), one)
    shown = " ".join(capsys.readouterr().out.split())
    assert (
        "for returns: “The top of my new table arrived cracked.” +1.9 “Please send me another"
        " one.” +0.4" in shown
    )
    assert "against returns: “Order NW-482133: my table arrived cracked” −0.2" in shown  # noqa: RUF001


def test_a_ticket_keeps_the_reasons_of_its_queue(desk: Desk) -> None:
    reference = desk.open(Case(explained=Explained(reasons=tuple(TOLD))))
    assert desk.json("explain", reference)["reasons"] == TOLD
    assert desk.json("show", reference)["thread"][0]["explained"]["reasons"] == TOLD
    for command in ("explain", "show"):
        shown = " ".join(desk.run(command, reference).stdout.split())
        assert "for returns: “The top of my new table arrived cracked.” +1.9" in shown


def test_a_ticket_that_was_judged_before_there_were_reasons_has_none(desk: Desk) -> None:
    reference = desk.open(Case())
    assert desk.json("explain", reference)["reasons"] == []
    assert "reason" not in desk.run("explain", reference).stdout


@dataclass(frozen=True, slots=True)
class Taught:
    """A model of a small lesson, and the cache that holds its heads."""

    model: Model
    cache: Path


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Taught:
    """Teach the small lesson into a cache of its own, beside the encoder that is there."""
    folder = tmp_path_factory.mktemp("cache")
    encoder = open_encoder("default", cache_folder(), silent)
    (folder / "encoders").symlink_to(cache_folder() / "encoders")
    return Taught(Model(encoder, trained(SMALL, encoder, folder, silent), 0.9), folder)


@pytest.mark.model
def test_a_file_is_read_again_without_its_sentences(taught: Taught, tmp_path: Path) -> None:
    explainer = Explainer(terms_of(load_policy(None), instance=""), Measuring(taught.model), NOON)
    (one,) = explain_files([mail(tmp_path)], explainer)
    told = one.report["reasons"]
    assert told == [reason.told for reason in taught.model.measured(Text("A table", TEXT))]
    assert {reason["measured"] for reason in told} == {"text"}


@pytest.mark.model
def test_a_ticket_is_read_again_by_the_heads_that_judged_it(desk: Desk, taught: Taught) -> None:
    text = Text("", TEXT)
    (said,) = taught.model.predict([text])
    message = judged(desk, said)
    assert message.explained["reasons"] == [reason.told for reason in said.reasons]
    again = Anew(desk.store, ModelSettings(), taught.cache)(message)
    measured = taught.model.measured(text)
    assert {reason.measured for reason in measured} == {Measured.TEXT}
    assert again.explained["reasons"] == [reason.told for reason in measured]


@pytest.mark.model
@pytest.mark.parametrize("other", ["model", "text", "gone"])
def test_a_ticket_that_cannot_be_read_as_it_was_keeps_its_estimate(
    desk: Desk, taught: Taught, tmp_path: Path, other: str
) -> None:
    (said,) = taught.model.predict([Text("", TEXT)])
    if other == "model":
        said = replace(said, model_id=f"{'0' * 12}-{said.model_id.partition('-')[2]}")
    message = judged(desk, said, "Something else came." if other == "text" else TEXT)
    cache = tmp_path / "empty" if other == "gone" else taught.cache
    assert Anew(desk.store, ModelSettings(), cache)(message) == message


@pytest.mark.parametrize("name", ["", "-", "x-*", "x-../../heads", "x"])
def test_a_model_s_name_that_is_none_finds_no_heads(desk: Desk, tmp_path: Path, name: str) -> None:
    (tmp_path / "heads" / "abc").mkdir(parents=True)
    said = Prediction(queue_scores={"returns": 1.0}, reasons=REASONS, model_id=name)
    message = judged(desk, said)
    assert Anew(desk.store, ModelSettings(), tmp_path)(message) == message
