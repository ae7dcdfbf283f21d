"""Figures of judgement: `pytest -m bench -s tests/bench/bench_judgement.py`.

On `tests/model/held_out.jsonl`: mails that were written before anybody read a
prompt, that no training and no threshold ever sees; and on the examples that
cross-validation held out, which are harder than mail: one sentence each, many
of them written to be confused.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.core.worded import WORDING, worded
from tests.model.conftest import silent
from triage.config.prompts import load_teaching
from triage.core.judgement import SIGNAL_PRIORITY
from triage.core.prediction import Prediction
from triage.core.ticket import PRESSING, Priority
from triage.model.cache import cache_folder
from triage.model.kinds import HUMAN
from triage.model.predict import Model
from triage.model.reading import Text
from triage.training import open_model

pytestmark = [pytest.mark.bench, pytest.mark.model, pytest.mark.timeout(900)]

PROMPTS = Path(__file__).parents[2] / "prompts"
HELD_OUT = Path(__file__).parents[1] / "model" / "held_out.jsonl"
ACCURACY = 0.95


@dataclass(frozen=True, slots=True)
class Labelled:
    """A mail, and what a person says of it."""

    text: Text
    queue: str
    priority: Priority
    signals: frozenset[str]
    language: str


def held_out() -> list[Labelled]:
    rows: list[dict[str, Any]] = [json.loads(line) for line in HELD_OUT.read_text().splitlines()]
    return [
        Labelled(
            Text(row["subject"], row["body"]),
            row["queue"],
            Priority(row["priority"]),
            frozenset(row["signals"]),
            row["language"],
        )
        for row in rows
    ]


@pytest.fixture(scope="module")
def model() -> Model:
    return open_model(load_teaching(PROMPTS), "default", cache_folder(), ACCURACY, silent)


@pytest.fixture(scope="module")
def judged(model: Model) -> list[tuple[Labelled, Prediction]]:
    mails = held_out()
    return list(zip(mails, model.predict([mail.text for mail in mails]), strict=True))


def show(name: str, **figures: object) -> None:
    """Print figures, one a line."""
    for key, value in figures.items():
        shown = f"{value:.3f}" if isinstance(value, float) else value
        print(f"{name:<20} {key:<28} {shown}")  # noqa: T201


def share(right: list[bool]) -> str:
    return f"{sum(right) / max(1, len(right)):.3f} ({sum(right)} of {len(right)})"


def fired(prediction: Prediction) -> frozenset[str]:
    return frozenset(name for name, signal in prediction.signals.items() if signal.fired)


def level(prediction: Prediction) -> Priority:
    """Return the priority that the model and its signals make of a mail, as the daemon does."""
    scores = prediction.priority_scores
    said = [max(scores, key=lambda each: scores[each])]
    said += [SIGNAL_PRIORITY[name] for name in fired(prediction) if name in SIGNAL_PRIORITY]
    return min(said, key=lambda each: PRESSING[each])


def best(prediction: Prediction) -> str:
    return max(prediction.queue_scores, key=lambda name: prediction.queue_scores[name])


def test_cross_validation(model: Model) -> None:
    heads = model.heads
    show(
        "cross-validation",
        queue_accuracy=share([bool(hit) for hit in heads.queue.held_out[:, 1]]),
        coverage=model.coverage,
        priority_accuracy=share([bool(hit) for hit in heads.priority.held_out[:, 1]]),
    )


def test_queues_of_unseen_mail(judged: list[tuple[Labelled, Prediction]]) -> None:
    hits = [best(found) == mail.queue for mail, found in judged]
    sure = [found.queue_sure for _, found in judged]
    foreign = [mail.language != "en" for mail, _ in judged]
    show(
        "queues, unseen mail",
        accuracy=share(hits),
        accuracy_not_english=share([hit for hit, f in zip(hits, foreign, strict=True) if f]),
        coverage=share(sure),
        accuracy_when_sure=share([hit for hit, s in zip(hits, sure, strict=True) if s]),
    )
    wrong = Counter(
        (mail.queue, best(found)) for mail, found in judged if best(found) != mail.queue
    )
    for (true, said), count in wrong.most_common():
        show("taken for another", **{f"{true} for {said}": count})


def test_priorities_of_unseen_mail(judged: list[tuple[Labelled, Prediction]]) -> None:
    urgent = [
        level(found) is Priority.URGENT
        for mail, found in judged
        if mail.priority is Priority.URGENT
    ]
    show(
        "priorities",
        accuracy=share([level(found) is mail.priority for mail, found in judged]),
        urgent_recall=share(urgent),
        raised_too_high=sum(
            PRESSING[level(found)] < PRESSING[mail.priority] for mail, found in judged
        ),
    )


def test_signals_of_unseen_mail(judged: list[tuple[Labelled, Prediction]]) -> None:
    names = sorted(judged[0][1].signals)
    for name in [None, *names]:
        some = frozenset(names if name is None else [name])
        right = sum(len(fired(found) & mail.signals & some) for mail, found in judged)
        said = sum(len(fired(found) & some) for _, found in judged)
        true = sum(len(mail.signals & some) for mail, _ in judged)
        f1 = 2 * right / max(1, said + true)
        figures = f"F1 {f1:.3f}  precision {right}/{said}  recall {right}/{true}"
        show("signals", **{name or "all": figures})


def test_kinds_that_only_words_tell(model: Model) -> None:
    head = model.heads.kinds
    assert head is not None
    people = head.held_out[head.whose == HUMAN]
    show(
        "kinds, cross-validation",
        people_doubted=share([bool(row) for row in (people > head.doubtful).any(axis=1)]),
        people_filed=share([bool(row) for row in (people > head.sure).any(axis=1)]),
    )
    for at, name in enumerate(head.names):
        own = head.held_out[head.whose == at + 1]
        show(
            f"kind {name}",
            doubted_or_filed=share([bool(row) for row in (own > head.doubtful).any(axis=1)]),
            named_without_doubt=share([bool(hit) for hit in own[:, at] > head.sure[at]]),
        )


def test_people_of_unseen_mail(judged: list[tuple[Labelled, Prediction]]) -> None:
    doubted = [any(said.fired for said in found.kinds.values()) for _, found in judged]
    show("kinds, unseen mail", people_doubted=share(doubted))


def test_kinds_of_worded_mail(model: Model) -> None:
    if not (WORDING / "labels.jsonl").exists():
        pytest.skip("no mails are labelled by their wording")
    mails = worded()
    found = model.predict([Text(mail.message.subject, mail.message.text) for mail in mails])
    spoken = sorted({mail.language for mail in mails})
    for language in ("all", *spoken):
        some = [
            (mail.acknowledge == "must", any(said.fired for said in one.kinds.values()))
            for mail, one in zip(mails, found, strict=True)
            if language in ("all", mail.language)
        ]
        show(
            f"worded mail, {language}",
            machines_left_out=share([fired for human, fired in some if not human]),
            people_answered=share([not fired for human, fired in some if human]),
        )
