from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from tests.model.conftest import silent
from tests.model.lessons import SMALL
from triage.config.load import load_policy
from triage.core.mail.parse import parse
from triage.core.teaching import LabelledMail
from triage.core.terms import Terms
from triage.core.ticket import Priority
from triage.model.encoder import OnnxEncoder, Vectors
from triage.model.predict import Model
from triage.model.reading import Text
from triage.pipeline.terms import terms_of
from triage.training.evaluate import Labelled, evaluate_texts
from triage.training.evaluate_desk import Rated, as_sent, by_language, farthest, rate
from triage.training.evaluate_figures import Hits
from triage.training.evaluate_held import held_out
from triage.training.evaluate_report import LEVELS, desk_figures, desk_report

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


class Told:
    """Vectors as a test says them, two letters of a text being its direction."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.asarray([self._row(text) for text in texts], np.float32)
        vectors: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return vectors

    def _row(self, text: str) -> list[float]:
        wobble = sum(text.encode()) % 7 / 50
        ways = {"a": [1.0, 0.0, 0.0], "b": [0.0, 1.0, 0.0], "u": [0.3, 0.3, 1.0]}
        return [part + wobble * at for at, part in enumerate(ways[text[0]])]


def texts(letter: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter} {at}" for at in range(count))


def test_texts_that_lie_apart_are_told_apart_and_the_unknown_is_less_sure() -> None:
    train = Labelled((*texts("a", 12), *texts("b", 12)), ("first",) * 12 + ("second",) * 12)
    # One of the ten is labelled wrongly on purpose: so much is known by hand.
    test = Labelled((*texts("a", 5), *texts("b", 5)), ("first",) * 5 + ("second",) * 4 + ("first",))
    found = evaluate_texts(Told(), train, test, unknown=texts("u", 6), progress=silent)
    assert found.accuracy == pytest.approx(0.9)
    # F1 of first: 2 * 5 / (5 + 6), of second: 2 * 4 / (5 + 4).
    assert found.macro_f1 == pytest.approx((10 / 11 + 8 / 9) / 2)
    assert found.unknown_auroc is not None
    assert found.unknown_auroc > 0.95
    assert found.taught == 24
    assert found.seconds > 0
    assert found.confusion.mistakes == ((1, "first", "second"),)


def test_a_label_that_was_never_taught_is_never_right() -> None:
    train = Labelled((*texts("a", 6), *texts("b", 6)), ("first",) * 6 + ("second",) * 6)
    test = Labelled(("a 99",), ("third",))
    found = evaluate_texts(Told(), train, test, progress=silent)
    assert (found.accuracy, found.macro_f1, found.unknown_auroc) == (0.0, 0.0, None)


@pytest.mark.model
def test_a_real_encoder_tells_a_few_texts_apart(encoder: OnnxEncoder) -> None:
    names = [(label.name, label.examples) for label in SMALL.queues]
    train = Labelled(
        tuple(text for _, examples in names for text in examples[:6]),
        tuple(name for name, examples in names for _ in examples[:6]),
    )
    test = Labelled(
        ("The cherry tree has brown leaves.", "My bill is too high.", "Our flight was late."),
        ("garden", "money", "travel"),
    )
    found = evaluate_texts(encoder, train, test, unknown=["Tell me a joke."], progress=silent)
    assert (found.accuracy, found.macro_f1, found.unknown_auroc) == (1.0, 1.0, 1.0)
    assert 0.0 <= found.ece <= 1.0


def test_a_labelled_mail_is_read_as_it_was_written() -> None:
    mail = LabelledMail(subject="Wo ist\nmein Paket\udc80?", body="Grüße aus Köln\n\nÆØ 家具 " * 40)
    message = parse(as_sent(mail))
    assert message.subject == "Wo ist mein Paket?" + "?"
    assert message.text.split() == mail.body.split()


def rated(
    guess: str, queue: str = "garden", *, sure: bool = False, near: float | None = None
) -> Rated:
    return Rated(queue=queue, guess=guess, score=0.5, sure=sure, near=near)


def test_the_far_half_is_the_smaller_half_of_the_least_near() -> None:
    rows = [rated("x", near=near) for near in (0.9, 0.1, 0.5, 0.3, 0.7)]
    assert [each.near for each in farthest(rows)] == [0.1, 0.3]
    assert farthest([rated("x")]) == []


def test_languages_stand_by_how_many_mails_they_have() -> None:
    rows = [Rated(language=code) for code in ("de", "en", "fr", "en", "")]
    assert [(name, len(some)) for name, some in by_language(rows)] == [
        ("en", 2),
        ("?", 1),
        ("de", 1),
        ("fr", 1),
    ]


def test_the_figures_of_queues_by_hand() -> None:
    rows = [
        rated("garden", sure=True),
        rated("garden", sure=True),
        rated("money", sure=True),
        rated("money"),
        Rated(priority="urgent", level="high"),
    ]
    one = desk_figures(rows)
    assert (one.mails, one.queue, one.coverage) == (5, 0.5, 0.75)
    assert one.when_sure == pytest.approx(2 / 3)
    assert one.queue_ece == 0.0  # always as sure as it was right
    assert (one.priority, one.urgent) == (0.0, Hits(0, 0, 1))
    assert (one.ruled_priority, one.ruled_queue, one.signals_f1) == (None, None, None)


def test_rules_raise_what_the_model_missed() -> None:
    levels = [
        ("urgent", "high", "urgent"),
        ("urgent", "urgent", "urgent"),
        ("low", "low", "urgent"),
    ]
    rows = [Rated(priority=true, level=model, ruled_level=ruled) for true, model, ruled in levels]
    one = desk_figures(rows)
    assert (one.urgent.recall, one.urgent.precision) == (0.5, 1.0)
    assert one.ruled_urgent.recall == 1.0
    assert one.ruled_urgent.precision == pytest.approx(2 / 3)


def test_signals_that_rules_set_are_counted_beside_the_model_s() -> None:
    there = frozenset({"danger"})
    one = desk_figures([Rated(signals=there, fired=frozenset(), ruled_fired=there)])
    assert (one.signals_f1, one.ruled_signals_f1) == (0.0, 1.0)


def test_a_signal_of_which_nothing_is_said_does_not_count() -> None:
    rows = [
        Rated(signals=frozenset({"danger"}), fired=frozenset({"danger", "praise"})),
        Rated(signals=frozenset({"danger"}), fired=frozenset()),
        Rated(signals=frozenset(), fired=frozenset({"praise"}), unsaid=frozenset({"praise"})),
        Rated(signals=None, fired=frozenset({"danger"})),
    ]
    one = desk_figures(rows)
    assert one.signals == {"danger": Hits(1, 1, 2), "praise": Hits(0, 1, 0)}
    assert one.signals_f1 == 0.5


def test_a_report_counts_queues_and_priorities_in_their_order() -> None:
    rows = [Rated(queue="b", guess="a", priority="low", level="normal")]
    report = desk_report(rows, ["b", "a"])
    assert (report.queues.labels, report.queues.counts) == (("b", "a"), ((0, 1), (0, 0)))
    assert report.priorities.labels == LEVELS == ("urgent", "high", "normal", "low")
    assert report.far is None


@pytest.fixture(scope="module")
def terms() -> Terms:
    return replace(terms_of(load_policy(None), instance=""), rules=())


@pytest.mark.model
def test_mails_are_judged_as_the_daemon_would(small_model: Model, terms: Terms) -> None:
    mails = [
        (LabelledMail(subject="Roses", body="When do I cut my roses?", queue="garden"), "en"),
        (
            LabelledMail(
                subject="",
                body="Der Stecker hat gestern Nacht Feuer gefangen!",
                priority="urgent",
                signals={"danger": True, "praise": False},
            ),
            "",
        ),
    ]
    roses, fire = rate(mails, small_model, terms, NOON, silent)
    assert (roses.guess, roses.ruled_queue, roses.language) == ("garden", "garden", "en")
    assert roses.signals is None
    assert roses.near is not None
    assert (fire.level, fire.ruled_level, fire.language) == (Priority.URGENT, Priority.URGENT, "de")
    assert (fire.signals, fire.unsaid) == (frozenset({"danger"}), frozenset())
    (said,) = small_model.predict([Text("", mails[1][0].body)])
    assert fire.fired == {name for name, one in said.signals.items() if one.fired}
    assert fire.score == pytest.approx(max(said.queue_scores.values()))


@pytest.mark.model
def test_each_example_is_judged_by_heads_that_had_not_seen_it(small_model: Model) -> None:
    found = held_out(small_model.heads, SMALL, 0.9)
    queued = [each for each in found if each.queue]
    assert len(queued) == 25  # eight of each queue, and a counter-example that is one of money's
    assert sum(each.queue == "money" for each in queued) == 9
    right = small_model.heads.queue.held_out[:, 1]
    assert [each.guess == each.queue for each in queued] == [bool(hit) for hit in right]
    levelled = [each for each in found if each.priority]
    assert len(levelled) == sum(len(label.examples) for label in SMALL.priorities)
    assert not any(each.queue for each in levelled)
